/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bytes in a declared, wrong or unknown charset to UTF-8, and UTF-8 to the one form in which this floor hands text out.
 */
#ifndef EXEAT_MESSAGE_CHARSET_H
#define EXEAT_MESSAGE_CHARSET_H

#include <glib.h>
#include <stdbool.h>

/*
 * Decodes @bytes as @charset, or as whatever they look like where @charset is NULL, unknown or plainly wrong. @hint is
 * tried before windows-1252 for bytes that declare nothing; it may be NULL. The result is valid UTF-8 without NUL;
 * what cannot be decoded is U+FFFD. Never fails. (transfer full)
 */
char *exeat_charset_decode(const char *bytes, gsize length, const char *charset, const char *hint, gsize *out_length);

#define EXEAT_CHARSET_NAME_BYTES 64

/*
 * Loads the decoders that documents and letters need, for a process that will open no file later; they stay loaded
 * until the array is freed. (transfer full)
 */
GPtrArray *exeat_charset_preload(void);

/* The name of the decoder for what a letter calls @charset, "" where that says nothing. (message/charset_names.c) */
void exeat_charset_canonical(const char *charset, char out[EXEAT_CHARSET_NAME_BYTES]);

/*
 * Text in seven bits with shifts (ISO-2022-JP, HZ) as the eight-bit code of the same characters, which has the
 * extensions that mail programs write and iconv's own decoders refuse. NULL if @decoder is another, or the text shifts
 * to a set that is not known here; else *out_decoder reads the result. (transfer full) (message/charset_shift.c)
 */
char *exeat_charset_unshift(const char *decoder, const char *bytes, gsize length, gsize *out_length,
                            const char **out_decoder);

/* True if two names mean one decoder. */
bool exeat_charset_equal(const char *one, const char *other);

/*
 * Text as DETECTION wants it: NFC, "\n" line ends, odd spaces as U+0020, no zero-width or control characters but "\t".
 * @text is valid UTF-8. (transfer full)
 */
char *exeat_text_clean(const char *text, gsize length, gsize *out_length);

/* g_utf8_next_char() for const text. */
static inline const char *
exeat_utf8_next(const char *at)
{
    return at + g_utf8_skip[*(const guchar *)at];
}

/* True if all of it is printable ASCII: what most of a letter is, and what decodes to itself. */
bool exeat_text_is_plain(const char *text, gsize length);

/* One line of a header: control characters gone (line ends and tabs become spaces), NFC, trimmed. (transfer full) */
char *exeat_text_clean_line(const char *text, gsize length);

#endif
