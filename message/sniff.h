/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a leaf is, by its first bytes, then by what it claims to be. */
#ifndef EXEAT_MESSAGE_SNIFF_H
#define EXEAT_MESSAGE_SNIFF_H

#include <glib.h>
#include <stdbool.h>

#include "message/content.h"
#include "message/part.h"
#include "message/render.h"

#define EXEAT_SNIFF_BYTES 4096

/* Sets kind, actual_type and unreadable of @part from its type, file_name and the first bytes of its content.
 * *out_format is set for TEXT. */
void exeat_sniff(ExeatPart *part, const char *head, gsize length, ExeatTextFormat *out_format);

/* True if only the inspector can tell what is in a part that was sniffed. */
bool exeat_sniff_needs_inspector(const ExeatPart *part);

/* The format of a text file, by its beginning, then by its declared type (lower case) and name; both may be NULL. */
ExeatTextFormat exeat_sniff_text_format(const char *type, const char *name, const char *head, gsize length);

/* True if bytes are text in any charset; @length should be EXEAT_SNIFF_BYTES at most. */
bool exeat_sniff_is_text(const char *head, gsize length);

/* True if XML is declared at the beginning. */
bool exeat_sniff_is_xml(const char *head, gsize length);

/* True if the part is a letter in disguise (octet-stream called *.eml, base64 message/rfc822). */
bool exeat_sniff_is_letter(const ExeatPart *part, const char *head, gsize length);

/* Sets encryption where it is told cheaply and safely, and clears unreadable then. (message/encryption.c) */
void exeat_encryption_detect(ExeatPart *part, const char *head, gsize length);

/* True if @bytes begin as S/MIME content does (CMS, RFC 5652); *out_sealed if it is encrypted. */
bool exeat_encryption_is_cms(const guint8 *bytes, gsize length, bool *out_sealed);

/* True if the first packet of binary OpenPGP data is encrypted. */
bool exeat_encryption_is_pgp(const guint8 *bytes, gsize length);

/* True if @text holds an OpenPGP message block (RFC 9580) whose first packet is encrypted. */
bool exeat_encryption_in_text(const char *text, gsize length);

#endif
