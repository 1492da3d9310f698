/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whose DKIM signatures a letter bears and what they sign (RFC 6376), so that nobody breaks one unseen. Nothing is
 * verified: that is the receiver's.
 */
#ifndef EXEAT_MESSAGE_DKIM_H
#define EXEAT_MESSAGE_DKIM_H

#include "message/message.h"

#define EXEAT_DKIM_FIELD "DKIM-Signature"
#define EXEAT_DKIM_FIELD_BYTES 65536 /* a longer field is no signature to us */

typedef struct ExeatDkim {
    guint index;  /* from 1, among the letter's DKIM-Signature fields */
    char *domain; /* d=, as exeat_domain_normalise() has it */
    char **names; /* h=: the fields that it signs, as written */
} ExeatDkim;

/* The letter's signatures in order, ExeatDkim elements. A field that a verifier would not read (section 3.2: a tag
 * twice, no tag list, d= or h= missing) is not among them. (transfer full) */
GPtrArray *exeat_dkim_signatures(const ExeatMessage *message);

/* True if the field @name is among those that @signature signs. */
bool exeat_dkim_signs(const ExeatDkim *signature, const char *name);

#endif
