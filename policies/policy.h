/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a policy is: a constant struct and a row in the registry. It sees a constant letter and constant settings, no
 * socket, no database and no MTA, so that it can be tested with a letter and nothing running. null.c shows the whole
 * contract.
 */
#ifndef EXEAT_POLICIES_POLICY_H
#define EXEAT_POLICIES_POLICY_H

#include <glib.h>
#include <stdbool.h>

#include "base/options.h"
#include "message/edit.h"
#include "policies/case.h"
#include "policies/finding.h"

/* The settings that every policy has; the first member of each policy's own settings. */
typedef struct ExeatPolicyBase {
    int action;     /* index into exeat_policy_actions */
    int confidence; /* ExeatConfidence: findings below it are let be */
    char **senders; /* scope: who is covered; empty: everybody */
    char **not_senders;
    char **recipients; /* scope: writing to whom is covered; empty: everybody */
    char **not_recipients;
    char **release_by; /* roles that may release what it holds */
    char *clause;      /* the school's own clause, quoted in guidance */
} ExeatPolicyBase;

typedef struct ExeatPolicy {
    const char *name;
    const char *help; /* what it is for, one sentence */
    ExeatBlock block; /* its settings; block.name is the policy's name */

    /*
     * Looks at the letter and adds findings. It leaves the action at PASS, unless a finding of its has an action of its
     * own. False only if it could not judge at all; what it cannot read is a finding.
     */
    bool (*evaluate)(const ExeatPolicyBase *settings, const ExeatCase *letter, GPtrArray *findings, GError **error);

    /* Puts right what was found, all of it, where action REWRITE is asked for or a held letter's remedy (remedy.h);
     * NULL if this policy cannot. */
    void (*rewrite)(const ExeatPolicyBase *settings, const ExeatCase *letter, ExeatEdits *edits);
} ExeatPolicy;

/* "off", "observe", "flag", "rewrite", "hold", "reject", NULL. */
extern const char *const exeat_policy_actions[];
/* PASS for "off". */
ExeatAction exeat_policy_action(const ExeatPolicyBase *settings);

/*
 * The rows that every policy shares, with its own default action, confidence, scope and clause:
 * EXEAT_POLICY_BASE("hold", …) is the start of a policy's option table.
 */
#define EXEAT_POLICY_ROWS(action_, confidence_, recipients_, release_by_, clause_)                                    \
    {.key = "action",                                                                                                 \
     .type = EXEAT_OPTION_CHOICE,                                                                                     \
     .offset = offsetof(ExeatPolicyBase, action),                                                                     \
     .fallback = action_,                                                                                             \
     .choices = exeat_policy_actions,                                                                                 \
     .help = "What happens with a letter in which something is found."},                                              \
        {.key = "confidence",                                                                                         \
         .type = EXEAT_OPTION_CHOICE,                                                                                 \
         .offset = offsetof(ExeatPolicyBase, confidence),                                                             \
         .fallback = confidence_,                                                                                     \
         .choices = exeat_policy_confidences,                                                                         \
         .help = "How sure it must be before it acts."},                                                              \
        {.key = "senders",                                                                                            \
         .type = EXEAT_OPTION_LIST,                                                                                   \
         .offset = offsetof(ExeatPolicyBase, senders),                                                                \
         .help = "Whom it covers: names of groups, addresses, domains. Empty: everybody."},                           \
        {.key = "not_senders",                                                                                        \
         .type = EXEAT_OPTION_LIST,                                                                                   \
         .offset = offsetof(ExeatPolicyBase, not_senders),                                                            \
         .help = "Whom it leaves alone, written in the same way."},                                                   \
        {.key = "recipients",                                                                                         \
         .type = EXEAT_OPTION_LIST,                                                                                   \
         .offset = offsetof(ExeatPolicyBase, recipients),                                                             \
         .fallback = recipients_,                                                                                     \
         .help = "Writing to whom is covered: inside, outside, partner, secure, personal, parents, pupils, staff, "   \
                 "names of groups, addresses, domains. Empty: everybody."},                                           \
        {.key = "not_recipients",                                                                                     \
         .type = EXEAT_OPTION_LIST,                                                                                   \
         .offset = offsetof(ExeatPolicyBase, not_recipients),                                                         \
         .help = "Writing to whom is left alone, written in the same way."},                                          \
        {.key = "release_by",                                                                                         \
         .type = EXEAT_OPTION_LIST,                                                                                   \
         .offset = offsetof(ExeatPolicyBase, release_by),                                                             \
         .fallback = release_by_,                                                                                     \
         .help = "The roles that may release what it holds."},                                                        \
    {                                                                                                                 \
        .key = "clause", .type = EXEAT_OPTION_TEXT, .offset = offsetof(ExeatPolicyBase, clause), .fallback = clause_, \
        .help = "The clause of the school's own policy that guidance refers to."                                      \
    }

extern const char *const exeat_policy_confidences[];

/* All policies, ended by NULL, in the order in which they are asked. */
extern const ExeatPolicy *const exeat_policies[];
const ExeatPolicy *exeat_policy_named(const char *name);

#endif
