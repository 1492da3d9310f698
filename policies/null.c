/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The empty policy: the whole contract in one screen. To write one, copy this file, add a row to registry.c, and begin
 * with the letters that it must find and those that it must not.
 */
#include "policies/registry.h"

typedef struct NullSettings {
    ExeatPolicyBase base; /* first, so that the shared rows fit */
} NullSettings;

static const ExeatOption null_options[] = {
    EXEAT_POLICY_ROWS("observe", "medium", "outside", "headteacher", NULL),
    {.key = NULL},
};
static const ExeatOption *const null_tables[] = {null_options, NULL};

static bool
null_evaluate(const ExeatPolicyBase *settings, const ExeatCase *letter, GPtrArray *findings, GError **error)
{
    (void)settings;
    (void)letter;
    (void)findings;
    (void)error;
    return true;
}

const ExeatPolicy exeat_policy_null = {
    .name = "null",
    .help = "Finds nothing.",
    .block = {.name = "null", .size = sizeof(NullSettings), .tables = null_tables, .help = "Finds nothing"},
    .evaluate = null_evaluate,
};
