/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A letter that already bears a DKIM signature of the school's own is not put right behind its back: a changed Subject
 * or To would break the signature, and the receiver would see a letter that somebody tampered with. It is held, or its
 * signature goes with the rest, for the signer behind exeat to sign anew (school.already_signed).
 */
#ifndef EXEAT_POLICIES_SIGNED_H
#define EXEAT_POLICIES_SIGNED_H

#include "policies/case.h"
#include "policies/verdict.h"

#define EXEAT_RULE_ALREADY_SIGNED "already-signed"

/* After the policies have found and edited, before it is counted who is held. */
void exeat_signed_settle(const ExeatCase *letter, ExeatVerdict *verdict);

/* Takes out the school's own signatures that @edits would break: a broken one is worse than none. False if there are
 * none. */
bool exeat_signed_remove(const ExeatCase *letter, ExeatEdits *edits);

#endif
