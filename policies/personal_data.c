/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * personal-data: personal data about identifiable people that goes outside in clear. The detectors say what stands
 * where; here it is put together into what a school may not send, and told apart from what it sends every day.
 */
#include "policies/personal_data.h"

#include "policies/registry.h"

static const char *const unreadable_actions[] = {"pass", "observe", "flag", "hold", "reject", NULL};

static const ExeatOption data_options[] = {
    EXEAT_POLICY_ROWS("hold", "medium", "outside", "headteacher", NULL),
    {.key = "list",
     .type = EXEAT_OPTION_COUNT,
     .offset = offsetof(ExeatDataSettings, list),
     .fallback = "5",
     .min = 1,
     .max = 10000,
     .help = "So many pupils, by name or by number, make a list."},
    {.key = "unreadable",
     .type = EXEAT_OPTION_CHOICE,
     .offset = offsetof(ExeatDataSettings, unreadable),
     .fallback = "flag",
     .choices = unreadable_actions,
     .help = "What happens with a letter that has an attachment which cannot be inspected."},
    {.key = NULL},
};
static const ExeatOption *const data_tables[] = {data_options, NULL};

static ExeatAction
unreadable_action(const ExeatDataSettings *settings)
{
    static const ExeatAction actions[] = {
        EXEAT_ACTION_PASS, EXEAT_ACTION_OBSERVE, EXEAT_ACTION_FLAG, EXEAT_ACTION_HOLD, EXEAT_ACTION_REJECT,
    };
    return actions[settings->unreadable];
}

/* What could not be inspected is a finding of its own: never clean, and not yet guilty. */
static void
find_unreadable(const ExeatDataSettings *settings, const ExeatCase *letter, GArray *open, GPtrArray *findings)
{
    ExeatAction action = unreadable_action(settings);
    const GPtrArray *parts = exeat_message_parts(exeat_case_message(letter));
    for (guint i = 0; action != EXEAT_ACTION_PASS && i < parts->len; i++) {
        const ExeatPart *part = g_ptr_array_index(parts, i);
        bool sealed = part->encryption == EXEAT_ENCRYPTION_YES || part->encryption == EXEAT_ENCRYPTION_WEAK;
        if (!part->unreadable || sealed || part->kind == EXEAT_PART_MEDIA || part->kind == EXEAT_PART_SIGNATURE)
            continue;
        ExeatFinding *finding = exeat_finding_new(EXEAT_PERSONAL_DATA, "unreadable", EXEAT_CONFIDENCE_HIGH);
        finding->part = g_strdup(part->path);
        finding->zone = EXEAT_ZONE_ATTACHMENT;
        finding->action = action;
        finding->recipients = g_array_copy(open);
        g_ptr_array_add(findings, finding);
    }
}

/* Limits of reading that the whole letter ran into: too many parts, too much text, too little time. */
static void
find_cut_off(const ExeatDataSettings *settings, const ExeatCase *letter, GArray *open, GPtrArray *findings)
{
    ExeatAction action = unreadable_action(settings);
    bool cut = exeat_scan_is_incomplete(exeat_case_scan(letter)) ||
               exeat_message_problems(exeat_case_message(letter))->len > 0;
    if (!cut || action == EXEAT_ACTION_PASS)
        return;
    ExeatFinding *finding = exeat_finding_new(EXEAT_PERSONAL_DATA, "cut-off", EXEAT_CONFIDENCE_HIGH);
    finding->part = g_strdup("");
    finding->action = action;
    finding->recipients = g_array_copy(open);
    g_ptr_array_add(findings, finding);
}

static bool
data_evaluate(const ExeatPolicyBase *base, const ExeatCase *letter, GPtrArray *findings, GError **error)
{
    (void)error;
    const ExeatDataSettings *settings = (const ExeatDataSettings *)base;
    g_autoptr(GArray) open = exeat_open_recipients(letter);
    if (open->len == 0)
        return true;
    g_autoptr(ExeatGather) gather = exeat_gather_new(letter);
    exeat_find_linked(letter, gather);
    exeat_find_lists(settings, letter, gather, findings);
    exeat_find_special(letter, gather);
    exeat_gather_finish(gather, findings);
    find_unreadable(settings, letter, open, findings);
    find_cut_off(settings, letter, open, findings);
    return true;
}

const ExeatPolicy exeat_policy_personal_data = {
    .name = EXEAT_PERSONAL_DATA,
    .help = "Personal data about identifiable people going outside unencrypted.",
    .block = {.name = EXEAT_PERSONAL_DATA,
              .size = sizeof(ExeatDataSettings),
              .tables = data_tables,
              .help = "Personal data going outside unencrypted"},
    .evaluate = data_evaluate,
};
