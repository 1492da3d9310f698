/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policies/finding.h"

/* Where DETECTION's percentages change their name. */
#define MEDIUM_FROM 60
#define HIGH_FROM 85

ExeatFinding *
exeat_finding_new(const char *policy, const char *rule, ExeatConfidence confidence)
{
    ExeatFinding *finding = g_new0(ExeatFinding, 1);
    finding->policy = policy;
    finding->rule = rule;
    finding->confidence = confidence;
    finding->count = 1;
    return finding;
}

ExeatFinding *
exeat_finding_copy(const ExeatFinding *finding)
{
    ExeatFinding *copy = g_memdup2(finding, sizeof *finding);
    copy->part = g_strdup(finding->part);
    copy->cell = g_strdup(finding->cell);
    if (finding->recipients)
        copy->recipients = g_array_copy(finding->recipients);
    return copy;
}

void
exeat_finding_free(ExeatFinding *finding)
{
    if (!finding)
        return;
    g_free(finding->part);
    g_free(finding->cell);
    g_clear_pointer(&finding->recipients, g_array_unref);
    g_free(finding);
}

const char *
exeat_action_name(ExeatAction action)
{
    static const char *const names[] = {"pass", "observe", "flag", "rewrite", "delay", "hold", "reject"};
    return names[action];
}

const char *
exeat_confidence_name(ExeatConfidence confidence)
{
    static const char *const names[] = {"low", "medium", "high"};
    return names[confidence];
}

ExeatConfidence
exeat_confidence_of(guint percent)
{
    if (percent >= HIGH_FROM)
        return EXEAT_CONFIDENCE_HIGH;
    return percent >= MEDIUM_FROM ? EXEAT_CONFIDENCE_MEDIUM : EXEAT_CONFIDENCE_LOW;
}
