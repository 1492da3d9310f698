/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The part of exeat.conf that judging needs: the school, its groups and shared mailboxes, and the settings of each
 * policy. An immutable view of one configuration, shared by threads by reference count.
 */
#ifndef EXEAT_POLICIES_SETTINGS_H
#define EXEAT_POLICIES_SETTINGS_H

#include "base/config.h"
#include "policies/patterns.h"
#include "policies/policy.h"
#include "policies/school.h"

/* The blocks that this floor reads: school, group, mailbox, pattern, and one for each policy. Appends them to @blocks,
 * an array of ExeatBlock. */
void exeat_policy_blocks(GArray *blocks);

/* Takes a reference to @config. Names in scopes that are no group, class, address or domain are errors. NULL if there
 * are any. */
ExeatPolicySettings *exeat_policy_settings_new(ExeatConfig *config, ExeatConfigErrors *errors);
ExeatPolicySettings *exeat_policy_settings_ref(ExeatPolicySettings *settings);
void exeat_policy_settings_unref(ExeatPolicySettings *settings);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatPolicySettings, exeat_policy_settings_unref)

const ExeatSchool *exeat_policy_settings_school(const ExeatPolicySettings *settings);
/* What finding names needs to know of the school. */
const ExeatNameContext *exeat_policy_settings_names(const ExeatPolicySettings *settings);
/* What this school looks for beside what exeat knows. */
const ExeatPatterns *exeat_policy_settings_patterns(const ExeatPolicySettings *settings);
const ExeatPolicyBase *exeat_policy_settings_of(const ExeatPolicySettings *settings, const ExeatPolicy *policy);

/* True if @address is a member of the group @name. Members are addresses, "@domain" or "*@domain", or names of groups.
 */
bool exeat_group_has(const ExeatPolicySettings *settings, const char *name, const char *address);
bool exeat_group_exists(const ExeatPolicySettings *settings, const char *name);

/* True if the configuration lets the account @account write as @address (a mailbox block). */
bool exeat_mailbox_may_use(const ExeatPolicySettings *settings, const char *address, const char *account);

/*
 * True if @address is one of @scope: a group's name, an address, "@domain", "*@domain" or a bare domain. Words for
 * classes of recipients match if their bit is in @class (0 for senders).
 */
bool exeat_scope_has(const ExeatPolicySettings *settings, const char *const *scope, const char *address, guint class);

#endif
