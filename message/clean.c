/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one form in which text leaves this floor, so that detectors need not think of spaces that are none and letters
 * that nobody sees. Zero-width characters are what hides a name from a scanner and shows it to a reader.
 *
 * Owns nothing, any thread. The input is valid UTF-8 with hostile content; the work is linear.
 */
#include "message/charset.h"

#define PIECE_BYTES 256 /* of text composed at once, and the marks that follow */
#define MARKS_MAX 32 /* above one letter: no language has more than 30 (UAX #15, 13), and sorting them is quadratic */

enum { CLEAN_KEEP, CLEAN_DROP, CLEAN_SPACE, CLEAN_LINE };

static int
clean_class(gunichar c)
{
    if (c < 0x20)
        return c == '\n' || c == '\t' ? CLEAN_KEEP : c == '\v' || c == '\f' || c == '\r' ? CLEAN_LINE : CLEAN_DROP;
    if (c < 0x7F)
        return CLEAN_KEEP;
    if (c < 0xA0)
        return c == 0x85 ? CLEAN_LINE : CLEAN_DROP;
    if (c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x202F || c == 0x205F || c == 0x3000 ||
        c == 0x2800 || c == 0x3164)
        return CLEAN_SPACE;
    if (c == 0x2028 || c == 0x2029)
        return CLEAN_LINE;
    if (c == 0xAD || c == 0x34F || c == 0x61C || c == 0x180E || (c >= 0x200B && c <= 0x200F) ||
        (c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || (c >= 0xFE00 && c <= 0xFE0F) || c == 0xFEFF ||
        c == 0xFFFE || c == 0xFFFF || (c >= 0xFFF9 && c <= 0xFFFC) || (c >= 0xE0000 && c <= 0xE0FFF))
        return CLEAN_DROP;
    return CLEAN_KEEP;
}

/* Every character below U+0300 is stable under NFC, and so is the punctuation of Western prose. */
static bool
clean_may_compose(gunichar c)
{
    return c >= 0x300 && !(c >= 0x2010 && c <= 0x2027) && !(c >= 0x20A0 && c <= 0x20BF);
}

static bool
clean_piece_may_compose(const char *piece, const char *end)
{
    for (const char *at = piece; at < end; at = exeat_utf8_next(at))
        if ((guchar)*at >= 0xCC && clean_may_compose(g_utf8_get_char(at))) /* U+0300 is CC 80 */
            return true;
    return false;
}

/* True if @c may become one character with what stands before it: marks, and the inner letters of Hangul. */
static bool
clean_joins_back(gunichar c)
{
    return c >= 0x300 && (g_unichar_ismark(c) || (c >= 0x1160 && c <= 0x11FF));
}

/* The marks above a letter so far. */
typedef struct CleanMarks {
    gunichar letter; /* 0: its own are counted, or it has none */
    guint count;
} CleanMarks;

static const CleanMarks no_marks = {0, 0};

/* How many marks @c ends with once it is taken apart, as composing does first. */
static guint
clean_own_marks(gunichar c)
{
    gunichar parts[G_UNICHAR_MAX_DECOMPOSITION_LENGTH];
    gsize length = g_unichar_fully_decompose(c, FALSE, parts, G_N_ELEMENTS(parts));
    guint count = 0;
    for (gsize i = 0; i < length; i++)
        count = g_unichar_combining_class(parts[i]) != 0 ? count + 1 : 0;
    return count;
}

/* True for one mark too many above a letter, those that the letter brings along counted. */
static bool
clean_is_surplus(gunichar c, CleanMarks *marks)
{
    if (c < 0x300 || g_unichar_combining_class(c) == 0) {
        *marks = (CleanMarks){c, 0};
        return false;
    }
    if (marks->letter != 0)
        *marks = (CleanMarks){0, clean_own_marks(marks->letter)};
    marks->count += clean_own_marks(c);
    return marks->count > MARKS_MAX;
}

/* Where a piece of text ends that may be composed by itself. */
static const char *
clean_piece_end(const char *at, const char *end)
{
    const char *least = end - at > PIECE_BYTES ? at + PIECE_BYTES : end;
    while (at < least || (at < end && clean_joins_back(g_utf8_get_char(at))))
        at = exeat_utf8_next(at);
    return at;
}

/* NFC of the pieces that need it, for GLib takes quadratic time over many. */
static GString *
clean_compose(const GString *text)
{
    GString *out = g_string_sized_new(text->len + 1);
    const char *end = text->str + text->len;
    for (const char *at = text->str, *next; at < end; at = next) {
        next = clean_piece_end(at, end);
        g_autofree char *composed = clean_piece_may_compose(at, next) ? g_utf8_normalize(at, next - at, G_NORMALIZE_NFC)
                                                                      : NULL;
        if (composed != NULL)
            g_string_append(out, composed);
        else
            g_string_append_len(out, at, next - at);
    }
    return out;
}

static char *
clean_finish(GString *out, bool compose, gsize *out_length)
{
    if (compose) {
        GString *composed = clean_compose(out);
        g_string_free(out, TRUE);
        out = composed;
    }
    if (out_length != NULL)
        *out_length = out->len;
    return g_string_free(out, FALSE);
}

char *
exeat_text_clean(const char *text, gsize length, gsize *out_length)
{
    GString *out = g_string_sized_new(length + 1);
    const char *at = text, *end = text + length;
    bool compose = false;
    CleanMarks marks = no_marks;
    while (at < end) {
        const char *run = at;
        while (at < end && ((*at >= 0x20 && *at < 0x7F) || *at == '\n' || *at == '\t'))
            at++;
        g_string_append_len(out, run, at - run);
        if (at > run)
            marks = no_marks;
        if (at == end)
            break;
        if (*at == '\r') {
            g_string_append_c(out, '\n');
            at += at + 1 < end && at[1] == '\n' ? 2 : 1;
            marks = no_marks;
            continue;
        }
        gunichar c = g_utf8_get_char(at);
        const char *next = exeat_utf8_next(at);
        int class = clean_class(c);
        if (class == CLEAN_KEEP && clean_is_surplus(c, &marks))
            class = CLEAN_DROP;
        if (class == CLEAN_KEEP) {
            g_string_append_len(out, at, next - at);
        } else if (class != CLEAN_DROP) {
            g_string_append_c(out, class == CLEAN_SPACE ? ' ' : '\n');
            marks = no_marks;
        }
        compose = compose || clean_may_compose(c);
        at = next;
    }
    return clean_finish(out, compose, out_length);
}

bool
exeat_text_is_plain(const char *text, gsize length)
{
    guint8 odd = 0; /* no early end: the compiler makes vectors of it */
    for (gsize i = 0; i < length; i++)
        odd |= (guint8)((guint8)(text[i] - 0x20) > 0x7E - 0x20);
    return odd == 0;
}

char *
exeat_text_clean_line(const char *text, gsize length)
{
    if (exeat_text_is_plain(text, length))
        return g_strstrip(g_strndup(text, length));
    GString *out = g_string_sized_new(length + 1);
    bool compose = false;
    CleanMarks marks = no_marks;
    const char *end = text + length;
    for (const char *at = text; at < end; at = exeat_utf8_next(at)) {
        gunichar c = g_utf8_get_char(at);
        if (c == '\t' || c == '\n' || c == '\r' || c == 0x2028 || c == 0x2029) {
            g_string_append_c(out, ' ');
            marks = no_marks;
        } else if (c >= 0x20 && !(c >= 0x7F && c < 0xA0) && c != 0xFEFF && !clean_is_surplus(c, &marks)) {
            g_string_append_len(out, at, exeat_utf8_next(at) - at);
        }
        compose = compose || clean_may_compose(c);
    }
    return g_strstrip(clean_finish(out, compose, NULL));
}
