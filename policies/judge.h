/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Asks each policy in turn and makes one verdict of what they found: scopes and confidence decide what counts, the
 * strongest action what happens, the recipients concerned for whom.
 */
#ifndef EXEAT_POLICIES_JUDGE_H
#define EXEAT_POLICIES_JUDGE_H

#include "directory/directory.h"
#include "policies/policy.h"
#include "policies/settings.h"
#include "policies/verdict.h"

/*
 * False if some policy could not judge; the caller then answers by its fail mode and never lets the letter pass for
 * that. What is not read at @deadline (monotonic microseconds; 0: none) counts as not inspected.
 */
bool exeat_judge(const ExeatMessage *message, const ExeatPolicySettings *settings, const ExeatDirectory *directory,
                 gint64 deadline, ExeatVerdict **out_verdict, GError **error);

/* True if @policy covers the sender of @letter. */
bool exeat_policy_covers_sender(const ExeatPolicyBase *settings, const ExeatCase *letter);

#endif
