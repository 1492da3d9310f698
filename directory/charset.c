/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which character set an export is in. Management information systems write UTF-8 with and without a mark, Excel
 * "Unicode text" is UTF-16 LE, and an old report is in whatever Windows called ANSI.
 *
 * Threads: no state. Hostile input: the file.
 */
#include "directory/charset.h"

#include <string.h>

#include "base/error.h"

/* How much of a file without a mark is looked at. */
#define CHARSET_PROBE_BYTES 4096

static const char *
charset_guess_utf16(const guint8 *data, gsize length)
{
    gsize zeros[2] = {0, 0};
    gsize probe = MIN(length, (gsize)CHARSET_PROBE_BYTES) & ~(gsize)1;
    for (gsize i = 0; i < probe; i++)
        zeros[i % 2] += data[i] == 0;
    if (probe < 4)
        return NULL;
    if (zeros[1] > probe / 4 && zeros[0] < probe / 16)
        return "UTF-16LE";
    if (zeros[0] > probe / 4 && zeros[1] < probe / 16)
        return "UTF-16BE";
    return NULL;
}

static bool
charset_convert(const char *data, gsize length, const char *charset, char **out_text, gsize *out_length)
{
    gsize written = 0;
    char *text = g_convert(data, (gssize)length, "UTF-8", charset, NULL, &written, NULL);
    if (text == NULL)
        return false;
    *out_text = text;
    *out_length = written;
    return true;
}

bool
exeat_charset_to_utf8(const char *data, gsize length, char **out_text, gsize *out_length, GError **error)
{
    const guint8 *bytes = (const guint8 *)data;
    const char *charset = NULL;
    gsize mark = 0;
    if (length >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0)
        mark = 3;
    else if (length >= 2 && bytes[0] == 0xff && bytes[1] == 0xfe)
        charset = "UTF-16LE", mark = 2;
    else if (length >= 2 && bytes[0] == 0xfe && bytes[1] == 0xff)
        charset = "UTF-16BE", mark = 2;
    else
        charset = charset_guess_utf16(bytes, length);

    const char *rest = data + mark;
    gsize count = length - mark;
    bool ok;
    if (charset != NULL) {
        ok = charset_convert(rest, count & ~(gsize)1, charset, out_text, out_length);
    } else if (g_utf8_validate(rest, (gssize)count, NULL)) {
        *out_text = g_strndup(rest, count);
        *out_length = count;
        ok = true;
    } else {
        ok = memchr(rest, 0, count) == NULL && (charset_convert(rest, count, "WINDOWS-1252", out_text, out_length) ||
                                                charset_convert(rest, count, "ISO-8859-1", out_text, out_length));
    }
    if (!ok)
        g_set_error_literal(error, EXEAT_ERROR, EXEAT_ERROR_MALFORMED, "not a text file in a known character set");
    return ok;
}
