/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the fields of a header block stand in a letter's bytes, whatever state the block is in. */
#ifndef EXEAT_MESSAGE_HEADERS_H
#define EXEAT_MESSAGE_HEADERS_H

#include <glib.h>
#include <stdbool.h>

typedef struct ExeatField {
    gsize start;       /* of the name */
    gsize name_length; /* without space before the colon */
    gsize value;       /* behind the colon and one space or tab */
    gsize value_end;   /* before the final line end; folds are inside */
    gsize end;         /* behind the final line end */
} ExeatField;

typedef struct ExeatHeaderBlock {
    GArray *fields;   /* of ExeatField */
    gsize body;       /* where the body begins */
    gsize fields_end; /* behind the last field; before the empty line */
    bool clean;       /* a parser that knows only RFC 5322 reads the same */
    bool cut;         /* there were more fields or bytes than allowed */
    bool separated;   /* an empty line ends the header */
    bool crlf;        /* line ends of the first line */
} ExeatHeaderBlock;

/* Scans @data; fields beyond @max_fields or @max_bytes are passed over. The caller clears @out. */
void exeat_headers_scan(const char *data, gsize length, guint max_fields, gsize max_bytes, ExeatHeaderBlock *out);
void exeat_headers_clear(ExeatHeaderBlock *block);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ExeatHeaderBlock, exeat_headers_clear)

bool exeat_field_is(const char *data, const ExeatField *field, const char *name);

/*
 * The letter with its header put in order for a strict parser: no mbox line, no foreign lines, no NUL, an empty line
 * before the body. (transfer full)
 */
GBytes *exeat_headers_repair(const char *data, gsize length, const ExeatHeaderBlock *block);

#endif
