/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of policies. A new one is a file and a row here. */
#include "policies/registry.h"

#include <string.h>

#include "policies/policy.h"

const char *const exeat_policy_actions[] = {"off", "observe", "flag", "rewrite", "hold", "reject", NULL};
const char *const exeat_policy_confidences[] = {"low", "medium", "high", NULL};

const ExeatPolicy *const exeat_policies[] = {
    &exeat_policy_sender_identity,    &exeat_policy_names_in_subject, &exeat_policy_bulk_bcc,
    &exeat_policy_personal_recipient, &exeat_policy_personal_data,    NULL,
};

ExeatAction
exeat_policy_action(const ExeatPolicyBase *settings)
{
    static const ExeatAction actions[] = {
        EXEAT_ACTION_PASS,    EXEAT_ACTION_OBSERVE, EXEAT_ACTION_FLAG,
        EXEAT_ACTION_REWRITE, EXEAT_ACTION_HOLD,    EXEAT_ACTION_REJECT,
    };
    return actions[settings->action];
}

const ExeatPolicy *
exeat_policy_named(const char *name)
{
    for (const ExeatPolicy *const *policy = exeat_policies; *policy; policy++)
        if (g_str_equal((*policy)->name, name))
            return *policy;
    return NULL;
}
