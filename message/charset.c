/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a letter says about its charset is a hint. The order is: a byte order mark, then what was declared (in its
 * widest usual reading: iso-8859-1 is windows-1252, gb2312 is gb18030, as the mail programs that write them mean it),
 * and where the bytes contradict that, UTF-8, a hint, and windows-1252, which cannot fail.
 *
 * Owns nothing, keeps no state, any thread. Every byte of the input is hostile; the work is linear in its length.
 */
#include "message/charset.h"

#include <errno.h>

#define REPLACEMENT "\xEF\xBF\xBD"

bool
exeat_charset_equal(const char *one, const char *other)
{
    char a[EXEAT_CHARSET_NAME_BYTES], b[EXEAT_CHARSET_NAME_BYTES];
    exeat_charset_canonical(one, a);
    exeat_charset_canonical(other, b);
    return strcmp(a, b) == 0 && (a[0] != '\0' || g_ascii_strcasecmp(one, other) == 0);
}

static void
charset_append_1252(GString *out, const char *bytes, gsize length)
{
    static const guint16 upper[32] = {0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                      0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD,
                                      0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                      0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178};
    for (gsize i = 0; i < length; i++) {
        guint8 c = (guint8)bytes[i];
        if (c >= 0x80 && c < 0xA0)
            g_string_append_unichar(out, upper[c - 0x80]);
        else if (c >= 0xA0)
            g_string_append_unichar(out, c);
        else if (c != 0)
            g_string_append_c(out, (char)c);
    }
}

/* Appends the valid sequences of @bytes, U+FFFD for the others. Counts both. */
static void
charset_append_utf8(GString *out, const char *bytes, gsize length, gsize *out_good, gsize *out_bad)
{
    const char *at = bytes, *end = bytes + length;
    gsize good = 0, bad = 0;
    while (at < end) {
        const char *stop = at;
        g_utf8_validate_len(at, (gsize)(end - at), &stop);
        for (const char *c = at; c < stop; c++)
            good += ((guint8)*c >= 0xC0);
        g_string_append_len(out, at, stop - at);
        if (stop == end)
            break;
        if (*stop != '\0') {
            g_string_append(out, REPLACEMENT);
            bad++;
        }
        /* The rest of a broken sequence goes with its first byte. */
        at = stop + 1;
        while (at < end && ((guint8)*at & 0xC0) == 0x80 && ((guint8)*stop & 0xC0) == 0xC0)
            at++;
    }
    *out_good = good;
    *out_bad = bad;
}

static void
charset_append_checked(GString *out, const char *decoded, gsize length)
{
    gsize good, bad;
    charset_append_utf8(out, decoded, length, &good, &bad);
}

/* Converts with iconv, U+FFFD for each byte that it refuses. False if there is no such decoder. */
static bool
charset_append_iconv(GString *out, const char *bytes, gsize length, const char *decoder, gsize *out_bad)
{
    gsize unshifted_length = 0;
    g_autofree char *unshifted = exeat_charset_unshift(decoder, bytes, length, &unshifted_length, &decoder);
    if (unshifted != NULL) {
        bytes = unshifted;
        length = unshifted_length;
    }
    GIConv cd = g_iconv_open("UTF-8", decoder);
    if (cd == (GIConv)-1)
        return false;
    g_autoptr(GString) converted = g_string_sized_new(length + length / 2 + 16);
    char chunk[4096];
    char *in = (char *)(guintptr)bytes;
    gsize in_left = length, bad = 0;
    while (in_left > 0) {
        char *to = chunk;
        gsize to_left = sizeof chunk;
        gsize result = g_iconv(cd, &in, &in_left, &to, &to_left);
        int failure = errno;
        g_string_append_len(converted, chunk, (gssize)(sizeof chunk - to_left));
        if (result != (gsize)-1 || failure == E2BIG)
            continue;
        if (in_left > 0) {
            g_string_append(converted, REPLACEMENT);
            bad++;
            in++;
            in_left--;
        }
        if (failure == EINVAL)
            break;
    }
    char *to = chunk;
    gsize to_left = sizeof chunk;
    g_iconv(cd, NULL, NULL, &to, &to_left);
    g_string_append_len(converted, chunk, (gssize)(sizeof chunk - to_left));
    g_iconv_close(cd);
    charset_append_checked(out, converted->str, converted->len);
    *out_bad = bad;
    return true;
}

static gsize
charset_count_high(const char *bytes, gsize length)
{
    gsize high = 0;
    for (gsize i = 0; i < length; i++)
        high += ((guint8)bytes[i] >= 0x80);
    return high;
}

/* UTF-16 without a declaration: every other byte is NUL, as in Western text. NULL if it does not look like that. */
static const char *
charset_guess_utf16(const char *bytes, gsize length)
{
    gsize even = 0, odd = 0, seen = MIN(length, 2048) & ~(gsize)1;
    if (length < 4 || memchr(bytes, 0, seen) == NULL)
        return NULL;
    for (gsize i = 0; i < seen; i += 2) {
        even += (bytes[i] == 0);
        odd += (bytes[i + 1] == 0);
    }
    if (odd * 10 > seen * 3 && even * 20 < seen)
        return "UTF-16LE";
    if (even * 10 > seen * 3 && odd * 20 < seen)
        return "UTF-16BE";
    return NULL;
}

/* ISO-2022 announces itself by its escapes, so that unlabelled text of that kind can be read. */
static const char *
charset_guess_iso2022(const char *bytes, gsize length)
{
    const char *escape = memchr(bytes, 0x1B, length);
    if (escape == NULL || (gsize)(bytes + length - escape) < 3)
        return NULL;
    if (escape[1] == '$' && (escape[2] == 'B' || escape[2] == '@' || escape[2] == '('))
        return "ISO-2022-JP";
    if (escape[1] == '$' && escape[2] == ')')
        return "ISO-2022-KR";
    return NULL;
}

/* Nothing usable is declared: UTF-8 if it holds, then the hint, then windows-1252. */
static void
charset_append_guess(GString *out, const char *bytes, gsize length, const char *hint)
{
    gsize start = out->len, good = 0, bad = 0;
    const char *decoder = charset_guess_utf16(bytes, length);
    if (decoder == NULL)
        decoder = charset_guess_iso2022(bytes, length);
    if (decoder != NULL && charset_append_iconv(out, bytes, length, decoder, &bad) && bad == 0)
        return;
    g_string_truncate(out, start);
    charset_append_utf8(out, bytes, length, &good, &bad);
    if (bad == 0 || good > bad * 3)
        return;
    char name[EXEAT_CHARSET_NAME_BYTES];
    exeat_charset_canonical(hint, name);
    if (name[0] != '\0' && strcmp(name, "UTF-8") != 0 && strcmp(name, "ASCII") != 0) {
        gsize hint_bad = 0;
        g_string_truncate(out, start);
        if (charset_append_iconv(out, bytes, length, name, &hint_bad) && hint_bad == 0)
            return;
    }
    g_string_truncate(out, start);
    charset_append_1252(out, bytes, length);
}

static bool
charset_is_ascii(const char *bytes, gsize length)
{
    guint8 odd = 0; /* no early end: the compiler makes vectors of it */
    for (gsize i = 0; i < length; i++)
        odd |= (guint8)((guint8)bytes[i] >= 0x80 || bytes[i] == 0 || bytes[i] == 0x1B);
    return odd == 0;
}

/* True if UTF-16, UTF-7 or their like was declared, whose bytes below 0x80 are not ASCII. */
static bool
charset_is_stateful(const char *name)
{
    return strcmp(name, "HZ") == 0 || g_str_has_prefix(name, "UTF-16") || g_ascii_strncasecmp(name, "UTF-7", 5) == 0 ||
           g_ascii_strncasecmp(name, "utf-32", 6) == 0 || g_ascii_strncasecmp(name, "iso-2022", 8) == 0 ||
           g_ascii_strncasecmp(name, "cp037", 5) == 0 || g_ascii_strncasecmp(name, "ibm", 3) == 0 ||
           g_ascii_strncasecmp(name, "cp500", 5) == 0 || g_ascii_strncasecmp(name, "ebcdic", 6) == 0 ||
           g_ascii_strncasecmp(name, "ucs", 3) == 0;
}

char *
exeat_charset_decode(const char *bytes, gsize length, const char *charset, const char *hint, gsize *out_length)
{
    char name[EXEAT_CHARSET_NAME_BYTES];
    exeat_charset_canonical(charset, name);
    if (length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0) {
        g_strlcpy(name, "UTF-8", sizeof name);
        bytes += 3, length -= 3;
    } else if (length >= 2 && memcmp(bytes, "\xFF\xFE", 2) == 0) {
        g_strlcpy(name, "UTF-16LE", sizeof name);
        bytes += 2, length -= 2;
    } else if (length >= 2 && memcmp(bytes, "\xFE\xFF", 2) == 0) {
        g_strlcpy(name, "UTF-16BE", sizeof name);
        bytes += 2, length -= 2;
    } else if (strcmp(name, "UTF-16") == 0) { /* RFC 2781 4.3: big endian, but the common writer is little endian */
        const char *guess = charset_guess_utf16(bytes, length);
        g_strlcpy(name, guess != NULL ? guess : "UTF-16BE", sizeof name);
    }

    g_autoptr(GString) out = g_string_sized_new(length + 16);
    gsize good = 0, bad = 0;
    if (!charset_is_stateful(name) && charset_is_ascii(bytes, length)) {
        g_string_append_len(out, bytes, (gssize)length);
    } else if (name[0] == '\0' || strcmp(name, "ASCII") == 0) {
        charset_append_guess(out, bytes, length, hint);
    } else if (strcmp(name, "UTF-8") == 0) {
        charset_append_utf8(out, bytes, length, &good, &bad);
        if (bad > good || charset_guess_utf16(bytes, length) != NULL) {
            g_string_truncate(out, 0);
            charset_append_guess(out, bytes, length, hint);
        }
    } else if (strcmp(name, "CP1252") == 0) {
        if (charset_guess_utf16(bytes, length) != NULL || charset_guess_iso2022(bytes, length) != NULL)
            charset_append_guess(out, bytes, length, hint);
        else
            charset_append_1252(out, bytes, length);
    } else if (!charset_append_iconv(out, bytes, length, name, &bad) ||
               bad * 4 > charset_count_high(bytes, length) + 1) {
        g_string_truncate(out, 0);
        charset_append_guess(out, bytes, length, hint);
    }
    if (out_length != NULL)
        *out_length = out->len;
    return g_string_free(g_steal_pointer(&out), FALSE);
}

static void
charset_close(gpointer decoder)
{
    g_iconv_close(decoder);
}

GPtrArray *
exeat_charset_preload(void)
{
    static const char *const decoders[] = {
        "UTF-16LE",    "UTF-16BE",    "UTF-32LE",     "UTF-32BE",    "UTF-7",       "CP1250",
        "CP1251",      "CP1252",      "CP1253",       "CP1254",      "CP1255",      "CP1256",
        "CP1257",      "CP1258",      "CP874",        "CP437",       "CP850",       "CP852",
        "CP858",       "CP860",       "CP861",        "CP863",       "CP865",       "CP866",
        "CP869",       "CP932",       "CP936",        "CP949",       "CP950",       "GB18030",
        "GBK",         "BIG5",        "BIG5-HKSCS",   "SHIFT_JIS",   "EUC-JP",      "EUC-KR",
        "EUC-TW",      "ISO-8859-1",  "ISO-8859-2",   "ISO-8859-3",  "ISO-8859-4",  "ISO-8859-5",
        "ISO-8859-6",  "ISO-8859-7",  "ISO-8859-8",   "ISO-8859-9",  "ISO-8859-10", "ISO-8859-11",
        "ISO-8859-13", "ISO-8859-14", "ISO-8859-15",  "ISO-8859-16", "KOI8-R",      "KOI8-U",
        "TIS-620",     "MACINTOSH",   "MAC-CYRILLIC", "JOHAB",       "IBM037",      "IBM500",
        "IBM1047",     "ISO-2022-JP", "ISO-2022-KR",  "HZ",          "CP737",       "CP775",
        "CP855",       "CP857",       "CP862",        "CP864",       "EUC-JP-MS",   "MAC-CENTRALEUROPE"};
    GPtrArray *opened = g_ptr_array_new_with_free_func(charset_close);
    for (gsize i = 0; i < G_N_ELEMENTS(decoders); i++) {
        GIConv decoder = g_iconv_open("UTF-8", decoders[i]);
        if (decoder != (GIConv)-1)
            g_ptr_array_add(opened, decoder);
    }
    return opened;
}
