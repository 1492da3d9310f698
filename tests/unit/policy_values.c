/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Weak stand-ins for the values of the policies floor, so that the quarantine's tests link with or without it. Where
 * libpolicies.a has the real ones, this file can go.
 */
#include "policies/finding.h"
#include "policies/verdict.h"

#define WEAK __attribute__((weak))

WEAK ExeatFinding *exeat_finding_new(const char *policy, const char *rule, ExeatConfidence confidence)
{
    ExeatFinding *finding = g_new0(ExeatFinding, 1);

    finding->policy = policy;
    finding->rule = rule;
    finding->confidence = confidence;
    return finding;
}

WEAK ExeatFinding *exeat_finding_copy(const ExeatFinding *finding)
{
    ExeatFinding *copy = g_memdup2(finding, sizeof *finding);

    copy->part = g_strdup(finding->part);
    copy->recipients = finding->recipients != NULL ? g_array_copy(finding->recipients) : NULL;
    return copy;
}

WEAK void exeat_finding_free(ExeatFinding *finding)
{
    if (finding == NULL)
        return;
    g_free(finding->part);
    g_clear_pointer(&finding->recipients, g_array_unref);
    g_free(finding);
}

WEAK ExeatVerdict *exeat_verdict_new(void)
{
    ExeatVerdict *verdict = g_new0(ExeatVerdict, 1);

    verdict->findings = g_ptr_array_new_with_free_func((GDestroyNotify)exeat_finding_free);
    verdict->held = g_array_new(false, false, sizeof(guint));
    verdict->edits = exeat_edits_new();
    verdict->release_by = g_ptr_array_new_with_free_func(g_free);
    return verdict;
}

WEAK void exeat_verdict_free(ExeatVerdict *verdict)
{
    if (verdict == NULL)
        return;
    g_ptr_array_unref(verdict->findings);
    g_array_unref(verdict->held);
    exeat_edits_free(verdict->edits);
    g_ptr_array_unref(verdict->release_by);
    g_free(verdict);
}
