/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Passwords that a text tells, and private keys. That a text speaks of passwords is nothing: the word must be followed
 * (or preceded) by what looks like one. "I'll phone you the password", "password to follow" and advice on good
 * passwords tell none.
 *
 * Threads: no state. Hostile input; what is read around each word is bounded.
 */
#ifndef EXEAT_POLICIES_DETECT_SECRETS_H
#define EXEAT_POLICIES_DETECT_SECRETS_H

#include "policies/detect/context.h"
#include "policies/detect/hit.h"

/*
 * Takes the words for a password (EXEAT_RULE_CREDENTIAL, as the vocabulary marks them) out of @terms, and adds those
 * that one follows to @hits, which stay sorted; and private keys.
 */
void exeat_secrets_find(const ExeatContext *context, GArray *terms, GArray *hits);

/* True if the password told at @hit is for something else than a file: the Wi-Fi, an account, a meeting. */
bool exeat_secret_is_elsewhere(const ExeatContext *context, const ExeatHit *hit);

#endif
