/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Knowing a letter that is sent again because its sender heard no answer: the gate or the MTA died, or the line broke,
 * after the letter was committed. RFC 5321 6.1 lets a client send again what was not answered, and tells servers to
 * make the gap small; here it can be closed, since the first copy lies with us.
 *
 * Only what is the same letter beyond doubt is known again: the same bytes with a Message-ID (RFC 5322 3.6.4: no two
 * versions of a letter share one), the same envelope, the same recipients to be held, within a time in which clients
 * try again, and nobody has decided on the first one yet. Anything else is a letter of its own.
 *
 * The digest is an HMAC: who has the store and not the key learns nothing from it. It goes when its time is over.
 */
#ifndef EXEAT_QUARANTINE_REPEAT_H
#define EXEAT_QUARANTINE_REPEAT_H

#include <glib.h>

#include "message/envelope.h"

/* MTAs try again after minutes; people who send the same thing again later mean it. */
#define EXEAT_REPEAT_SECONDS ((gint64)60 * 60)

/* @kind is a word of ours, @held the indices of recipients to be held. (transfer full) */
GBytes *exeat_repeat_digest(GBytes *key, const char *kind, const ExeatEnvelope *envelope, const GArray *held,
                            GBytes *letter);

#endif
