/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A change to a letter as a value: header fields set or removed, computed from the letter alone. The gate hands the
 * edits to the MTA, the clerk applies them to stored bytes, programs show them as before and after; a test proves that
 * both ways give the same letter.
 *
 * Semantics are those of the milter protocol, so that nothing is lost on the way: `index` counts the fields of one name
 * from 1, a NULL value removes the field, an index one above the last adds a field at the end of the header.
 */
#ifndef EXEAT_MESSAGE_EDIT_H
#define EXEAT_MESSAGE_EDIT_H

#include <glib.h>

#include "message/message.h"

typedef struct ExeatEdit {
    char *name;  /* header field name */
    guint index; /* from 1, among the fields of that name as they are in the unchanged letter */
    char *value; /* the new raw value: encoded (RFC 2047), folded with "\r\n " or "\n " as the letter is, no final line
                    end, no leading space; NULL removes the field */
} ExeatEdit;

typedef struct ExeatEdits ExeatEdits;

ExeatEdits *exeat_edits_new(void);
void exeat_edits_free(ExeatEdits *edits);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatEdits, exeat_edits_free)

guint exeat_edits_count(const ExeatEdits *edits);
const ExeatEdit *exeat_edits_get(const ExeatEdits *edits, guint i);

/* Adds one change; a later one for the same field and index replaces the earlier. */
void exeat_edits_set(ExeatEdits *edits, const char *name, guint index, const char *value);

/* A new Subject: encoded where it needs to be and folded at 78 columns (RFC 5322 2.1.1, RFC 2047). Every Subject field
 * but the first is removed. */
void exeat_edits_set_subject(ExeatEdits *edits, const ExeatMessage *message, const char *subject);

/*
 * Takes the addresses whose exeat_address_key() is in @keys out of To and Cc, which makes blind copies of them, since
 * the envelope is unchanged. Other addresses keep their place and spelling. If To would be left empty it says
 * "undisclosed-recipients:;" (RFC 5322 appendix A.1.3), an empty Cc is removed. Further fields of the same name are
 * merged into the first.
 */
void exeat_edits_hide_recipients(ExeatEdits *edits, const ExeatMessage *message, GHashTable *keys);

/* The value that @name will have, decoded, as a reader will see it, or NULL if the edits leave it alone or remove it.
 * (transfer full) */
char *exeat_edits_preview(const ExeatEdits *edits, const char *name);

/* The letter's bytes with the edits applied; all that they do not touch stays byte for byte. (transfer full) */
GBytes *exeat_edits_apply(const ExeatEdits *edits, GBytes *bytes);

#endif
