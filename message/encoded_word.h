/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Encoded words (RFC 2047) of header fields: reading those that stand in real mail, writing correct ones. */
#ifndef EXEAT_MESSAGE_ENCODED_WORD_H
#define EXEAT_MESSAGE_ENCODED_WORD_H

#include <glib.h>

/*
 * The value of a header field as a reader sees it: unfolded, encoded words decoded, valid UTF-8 in NFC on one line.
 * @hint is the charset of unencoded 8-bit text if it is not UTF-8, or NULL. (transfer full)
 */
char *exeat_header_decode(const char *raw, gsize length, const char *hint);

/* The length of the encoded word that begins at @at, or 0. */
gsize exeat_encoded_word_length(const char *at, const char *end);

/*
 * @text (UTF-8, one line) as the value of an unstructured field called @name: encoded words where needed, lines of at
 * most 78 columns, folded with @eol and a space. exeat_header_decode() gives the text back. (transfer full)
 */
char *exeat_header_encode(const char *name, const char *text, const char *eol);

#endif
