/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * personal-data: personal data about identifiable people that goes outside in clear. The detectors say what stands
 * where; here it is put together into what a school may not send, and told apart from what it sends every day.
 */
#include "policies/personal_data.h"

#include "policies/registry.h"

static const char *const part_actions[] = {"pass", "observe", "flag", "hold", "reject", NULL};

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
     .choices = part_actions,
     .help = "What happens with a letter that has an attachment which cannot be inspected."},
    {.key = "weak_encryption",
     .type = EXEAT_OPTION_CHOICE,
     .offset = offsetof(ExeatDataSettings, weak_encryption),
     .fallback = "observe",
     .choices = part_actions,
     .help = "What happens with a letter that has a ZIP with the traditional encryption, which programs open without "
             "its password."},
    {.key = NULL},
};
static const ExeatOption *const data_tables[] = {data_options, NULL};

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
    exeat_find_patterns(settings, letter, findings);
    exeat_find_parts(settings, letter, findings);
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
