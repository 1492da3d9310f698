/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policies/remedy.h"

#include "policies/policy.h"
#include "policies/settings.h"
#include "policies/signed.h"

static bool
remedy_concerns(const ExeatVerdict *verdict, const ExeatPolicy *policy)
{
    for (guint i = 0; i < verdict->findings->len; i++) {
        const ExeatFinding *finding = g_ptr_array_index(verdict->findings, i);
        if (g_strcmp0(finding->policy, policy->name) == 0 &&
            (finding->action == EXEAT_ACTION_HOLD || finding->action == EXEAT_ACTION_FLAG ||
             finding->action == EXEAT_ACTION_REWRITE))
            return true;
    }
    return false;
}

static void
remedy_ask(const ExeatPolicy *policy, const ExeatCase *letter, ExeatVerdict *verdict)
{
    g_autoptr(ExeatEdits) edits = exeat_edits_new();
    policy->rewrite(exeat_policy_settings_of(exeat_case_settings(letter), policy), letter, edits);
    if (exeat_edits_count(edits) == 0)
        return;
    for (guint i = 0; i < exeat_edits_count(edits); i++) {
        const ExeatEdit *edit = exeat_edits_get(edits, i);
        exeat_edits_set(verdict->remedy, edit->name, edit->index, edit->value);
    }
    g_ptr_array_add(verdict->remedied, (gpointer)(guintptr)policy->name);
}

void
exeat_remedy_find(const ExeatCase *letter, ExeatVerdict *verdict)
{
    if (verdict->held->len == 0)
        return;
    for (const ExeatPolicy *const *policy = exeat_policies; *policy; policy++)
        if ((*policy)->rewrite && remedy_concerns(verdict, *policy))
            remedy_ask(*policy, letter, verdict);
    exeat_signed_remove(letter, verdict->remedy);
}
