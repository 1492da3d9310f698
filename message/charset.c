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
#define NAME_BYTES 64

static const struct {
    const char *name;
    const char *decoder;
} charset_aliases[] = {
    {"utf8", "UTF-8"},
    {"utf-8", "UTF-8"},
    {"x-utf-8", "UTF-8"},
    {"unicode-1-1-utf-8", "UTF-8"},
    {"utf-8-mac", "UTF-8"},
    {"utf8mb4", "UTF-8"},
    {"cp65001", "UTF-8"},
    {"65001", "UTF-8"},
    {"utf_8", "UTF-8"},
    {"uft-8", "UTF-8"},
    {"us-ascii", "ASCII"},
    {"ascii", "ASCII"},
    {"ansi_x3.4-1968", "ASCII"},
    {"iso646-us", "ASCII"},
    {"us", "ASCII"},
    {"646", "ASCII"},
    {"usascii", "ASCII"},
    {"iso-8859-1", "CP1252"},
    {"iso8859-1", "CP1252"},
    {"iso_8859-1", "CP1252"},
    {"iso88591", "CP1252"},
    {"latin1", "CP1252"},
    {"latin-1", "CP1252"},
    {"l1", "CP1252"},
    {"windows-1252", "CP1252"},
    {"cp1252", "CP1252"},
    {"x-cp1252", "CP1252"},
    {"cp-1252", "CP1252"},
    {"win-1252", "CP1252"},
    {"ansi", "CP1252"},
    {"x-ansi", "CP1252"},
    {"windows1252", "CP1252"},
    {"iso-8859-1-windows-3.1-latin-1", "CP1252"},
    {"8859-1", "CP1252"},
    {"iso-8859-9", "CP1254"},
    {"iso-8859-11", "CP874"},
    {"tis-620", "CP874"},
    {"iso-8859-8-i", "CP1255"},
    {"iso-8859-8-e", "CP1255"},
    {"iso-8859-8", "CP1255"},
    {"windows-874", "CP874"},
    {"gb2312", "GB18030"},
    {"gbk", "GB18030"},
    {"x-gbk", "GB18030"},
    {"cp936", "GB18030"},
    {"csgb2312", "GB18030"},
    {"gb_2312-80", "GB18030"},
    {"euc-cn", "GB18030"},
    {"big5", "BIG5-HKSCS"},
    {"x-x-big5", "BIG5-HKSCS"},
    {"big-5", "BIG5-HKSCS"},
    {"cp950", "CP950"},
    {"x-big5", "BIG5-HKSCS"},
    {"shift_jis", "CP932"},
    {"shift-jis", "CP932"},
    {"sjis", "CP932"},
    {"x-sjis", "CP932"},
    {"windows-31j", "CP932"},
    {"ms_kanji", "CP932"},
    {"cp932", "CP932"},
    {"x-euc-jp", "EUC-JP"},
    {"euc_jp", "EUC-JP"},
    {"eucjp", "EUC-JP"},
    {"cp51932", "EUC-JP"},
    {"cp50220", "ISO-2022-JP"},
    {"cp50221", "ISO-2022-JP"},
    {"csiso2022jp", "ISO-2022-JP"},
    {"iso-2022-jp-ms", "ISO-2022-JP"},
    {"ks_c_5601-1987", "CP949"},
    {"ks_c_5601", "CP949"},
    {"ksc5601", "CP949"},
    {"euc-kr", "CP949"},
    {"cp949", "CP949"},
    {"x-windows-949", "CP949"},
    {"ks_c_5601-1989", "CP949"},
    {"korean", "CP949"},
    {"euckr", "CP949"},
    {"x-mac-roman", "MACINTOSH"},
    {"x-macintosh", "MACINTOSH"},
    {"macroman", "MACINTOSH"},
    {"macintosh", "MACINTOSH"},
    {"x-mac-cyrillic", "MAC-CYRILLIC"},
    {"unicode-1-1-utf-7", "UTF-7"},
    {"utf7", "UTF-7"},
    {"utf-7", "UTF-7"},
    {"koi8", "KOI8-R"},
    {"x-koi8-r", "KOI8-R"},
    {"win1251", "CP1251"},
    {"windows1251", "CP1251"},
    {"win-1251", "CP1251"},
    {"utf-16", "UTF-16"},
    {"utf16", "UTF-16"},
    {"unicode", "UTF-16"},
    {"ucs-2", "UTF-16"},
    {"iso-10646-ucs-2", "UTF-16"},
    {"unicodefffe", "UTF-16BE"},
    {"utf-16be", "UTF-16BE"},
    {"utf-16le", "UTF-16LE"},
    {"ucs-2be", "UTF-16BE"},
    {"ucs-2le", "UTF-16LE"},
};

/* The decoder's name, "" where nothing usable is declared. */
static void
charset_canonical(const char *charset, char out[NAME_BYTES])
{
    gsize n = 0;
    out[0] = '\0';
    if (charset == NULL)
        return;
    for (; *charset != '\0' && *charset != '*' && *charset != ';' && n < NAME_BYTES - 1; charset++)
        if (g_ascii_isalnum(*charset) || strchr("-_.:+", *charset) != NULL)
            out[n++] = g_ascii_tolower(*charset);
    out[n] = '\0';
    for (gsize i = 0; i < G_N_ELEMENTS(charset_aliases); i++)
        if (strcmp(charset_aliases[i].name, out) == 0) {
            g_strlcpy(out, charset_aliases[i].decoder, NAME_BYTES);
            return;
        }
    /* An old Outlook Express fault runs the next attribute into the name. */
    if (g_str_has_prefix(out, "windows-125") && strlen(out) > 12)
        out[12] = '\0';
    if (strcmp(out, "windows-1252") == 0)
        g_strlcpy(out, "CP1252", NAME_BYTES);
    if (g_str_has_prefix(out, "unknown") || g_str_has_prefix(out, "x-unknown") || g_str_has_prefix(out, "default") ||
        strcmp(out, "x-user-defined") == 0 || strcmp(out, "none") == 0 || strcmp(out, "binary") == 0 ||
        strcmp(out, "utf-8-bom") == 0 || strcmp(out, "8bit") == 0 || strcmp(out, "7bit") == 0)
        out[0] = '\0';
}

bool
exeat_charset_equal(const char *one, const char *other)
{
    char a[NAME_BYTES], b[NAME_BYTES];
    charset_canonical(one, a);
    charset_canonical(other, b);
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
    char name[NAME_BYTES];
    charset_canonical(hint, name);
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
    for (gsize i = 0; i < length; i++)
        if ((guint8)bytes[i] >= 0x80 || bytes[i] == 0 || bytes[i] == 0x1B)
            return false;
    return true;
}

/* True if UTF-16 or UTF-7 was declared, whose bytes below 0x80 are not ASCII. */
static bool
charset_is_stateful(const char *name)
{
    return g_str_has_prefix(name, "UTF-16") || g_ascii_strncasecmp(name, "UTF-7", 5) == 0 ||
           g_ascii_strncasecmp(name, "utf-32", 6) == 0 || g_ascii_strncasecmp(name, "iso-2022", 8) == 0 ||
           g_ascii_strncasecmp(name, "cp037", 5) == 0 || g_ascii_strncasecmp(name, "ibm", 3) == 0 ||
           g_ascii_strncasecmp(name, "cp500", 5) == 0 || g_ascii_strncasecmp(name, "ebcdic", 6) == 0 ||
           g_ascii_strncasecmp(name, "ucs", 3) == 0;
}

char *
exeat_charset_decode(const char *bytes, gsize length, const char *charset, const char *hint, gsize *out_length)
{
    char name[NAME_BYTES];
    charset_canonical(charset, name);
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
