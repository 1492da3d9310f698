/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ISO-2022-JP and HZ say in seven bits, by shifts, what EUC-JP, Shift_JIS and EUC-CN say in eight. Mail programs
 * write more in them than RFC 1468 and RFC 1843 allow (NEC's and IBM's characters, half-width katakana), which the
 * decoders of the eight-bit codes know and those of the C library for seven bits do not; so the shifts are undone here.
 *
 * Pure; any thread. Hostile input; one pass, the result is at most twice as long.
 */
#include "message/charset.h"

typedef enum ShiftSet {
    SHIFT_ASCII,
    SHIFT_KATAKANA, /* JIS X 0201, upper half */
    SHIFT_KANJI,    /* JIS X 0208 with the vendors' rows */
    SHIFT_MORE,     /* JIS X 0212 */
} ShiftSet;

/* The length of the escape at @at, 0 if it is no known one. */
static gsize
shift_read_escape(const char *at, gsize left, ShiftSet *out_set)
{
    static const struct {
        const char *escape;
        ShiftSet set;
    } escapes[] = {{"\033(B", SHIFT_ASCII},    {"\033(J", SHIFT_ASCII},  {"\033(H", SHIFT_ASCII},
                   {"\033(I", SHIFT_KATAKANA}, {"\033$@", SHIFT_KANJI},  {"\033$B", SHIFT_KANJI},
                   {"\033$(@", SHIFT_KANJI},   {"\033$(B", SHIFT_KANJI}, {"\033$(D", SHIFT_MORE},
                   {"\033&@", SHIFT_ASCII}};
    for (guint i = 0; i < G_N_ELEMENTS(escapes); i++) {
        gsize length = strlen(escapes[i].escape);
        if (left >= length && memcmp(at, escapes[i].escape, length) == 0) {
            if (at[1] != '&') /* ESC & @ only announces the revision of the set that the next escape names */
                *out_set = escapes[i].set;
            return length;
        }
    }
    return 0;
}

static bool
shift_is_graphic(char c)
{
    return c > 0x20 && c < 0x7F;
}

static char
shift_high(char c)
{
    return (char)((guchar)c | 0x80);
}

/* One character of two bytes. Shift_JIS lays two rows of 94 into one lead byte. */
static void
shift_append_wide(GString *out, ShiftSet set, bool euc, char first, char second)
{
    if (euc) {
        if (set == SHIFT_MORE)
            g_string_append_c(out, (char)0x8F);
        g_string_append_c(out, shift_high(first));
        g_string_append_c(out, shift_high(second));
        return;
    }
    guint row = (guint)(first - 0x21), cell = (guint)(second - 0x21);
    guint lead = row / 2 + (row < 62 ? 0x81 : 0xC1), trail = cell + (row % 2 != 0 ? 0x9F : cell < 63 ? 0x40 : 0x41);
    g_string_append_c(out, (char)lead);
    g_string_append_c(out, (char)trail);
}

/* Japanese, as EUC-JP or as Shift_JIS; false at a shift that is not known. */
static bool
shift_undo_jp(GString *out, const char *bytes, gsize length, bool euc)
{
    ShiftSet set = SHIFT_ASCII;
    for (gsize at = 0; at < length;) {
        if (bytes[at] == 0x1B) {
            gsize escape = shift_read_escape(bytes + at, length - at, &set);
            if (escape == 0)
                return false;
            at += escape;
        } else if (set >= SHIFT_KANJI && shift_is_graphic(bytes[at]) && at + 1 < length &&
                   shift_is_graphic(bytes[at + 1])) {
            shift_append_wide(out, set, euc, bytes[at], bytes[at + 1]);
            at += 2;
        } else {
            bool katakana = set == SHIFT_KATAKANA && shift_is_graphic(bytes[at]);
            if (katakana && euc)
                g_string_append_c(out, (char)0x8E);
            g_string_append_c(out, katakana ? shift_high(bytes[at]) : bytes[at]);
            if (bytes[at] == '\n') /* every line begins in ASCII (RFC 1468) */
                set = SHIFT_ASCII;
            at++;
        }
    }
    return true;
}

static void
shift_undo_hz(GString *out, const char *bytes, gsize length)
{
    bool wide = false;
    for (gsize at = 0; at < length;) {
        char next = at + 1 < length ? bytes[at + 1] : '\0';
        if (bytes[at] == '~' && (next == '{' || next == '}')) {
            wide = next == '{';
            at += 2;
        } else if (bytes[at] == '~' && !wide && (next == '~' || next == '\n')) {
            if (next == '~')
                g_string_append_c(out, '~');
            at += 2;
        } else if (wide && shift_is_graphic(bytes[at]) && shift_is_graphic(next)) {
            g_string_append_c(out, shift_high(bytes[at]));
            g_string_append_c(out, shift_high(next));
            at += 2;
        } else {
            g_string_append_c(out, bytes[at]);
            wide = wide && bytes[at] != '\n';
            at++;
        }
    }
}

char *
exeat_charset_unshift(const char *decoder, const char *bytes, gsize length, gsize *out_length, const char **out_decoder)
{
    bool japanese = strcmp(decoder, "ISO-2022-JP") == 0;
    if (!japanese && strcmp(decoder, "HZ") != 0)
        return NULL;
    g_autoptr(GString) out = g_string_sized_new(length + length / 2 + 1);
    /* Only EUC-JP has JIS X 0212, only Microsoft's Shift_JIS has all of the vendors' rows. */
    bool euc = memmem(bytes, length, "\033$(D", 4) != NULL;
    if (!japanese)
        shift_undo_hz(out, bytes, length);
    else if (!shift_undo_jp(out, bytes, length, euc))
        return NULL;
    *out_decoder = !japanese ? "GB18030" : euc ? "EUC-JP-MS" : "CP932";
    *out_length = out->len;
    return g_string_free(g_steal_pointer(&out), FALSE);
}
