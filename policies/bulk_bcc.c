/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bulk-bcc: more outside addresses in To and Cc than may see each other. What counts is what a reader sees, whatever
 * the envelope says: distinct addresses, and one household as one. Put right by making blind copies of the outside
 * ones.
 */
#include "policies/registry.h"

#include "policies/settings.h"

typedef struct BulkSettings {
    ExeatPolicyBase base;
    gint64 limit;
} BulkSettings;

static const ExeatOption bulk_options[] = {
    EXEAT_POLICY_ROWS("rewrite", "medium", "", "headteacher", NULL),
    {.key = "limit",
     .type = EXEAT_OPTION_COUNT,
     .offset = offsetof(BulkSettings, limit),
     .fallback = "5",
     .min = 1,
     .max = 1000,
     .help = "How many outside addresses (households) may stand in To and Cc together."},
    {.key = NULL},
};
static const ExeatOption *const bulk_tables[] = {bulk_options, NULL};

typedef struct Visible {
    GHashTable *keys;       /* outside addresses that a reader sees */
    GHashTable *households; /* of those that the directory knows */
    guint strangers;
} Visible;

static void
visible_clear(Visible *visible)
{
    g_hash_table_unref(visible->keys);
    g_hash_table_unref(visible->households);
}

static void
collect(const BulkSettings *settings, const ExeatCase *letter, const GPtrArray *addresses, Visible *visible)
{
    const ExeatPolicySettings *all = exeat_case_settings(letter);
    const ExeatDirectory *directory = exeat_case_directory(letter);
    for (guint i = 0; i < addresses->len; i++) {
        const ExeatAddress *address = g_ptr_array_index(addresses, i);
        const ExeatRecipient *recipient = exeat_case_classify(letter, address->mailbox);
        if (!*address->domain || (recipient->class & EXEAT_CLASS_INSIDE) ||
            exeat_scope_has(all, (const char *const *)settings->base.not_recipients, address->mailbox,
                            recipient->class))
            continue;
        if (!g_hash_table_add(visible->keys, g_strdup(recipient->key)))
            continue;
        const ExeatPerson *person = exeat_directory_person(directory, recipient->person);
        if (person)
            g_hash_table_add(visible->households, GUINT_TO_POINTER(person->household + 1));
        else
            visible->strangers++;
    }
}

static Visible
look(const BulkSettings *settings, const ExeatCase *letter)
{
    Visible visible = {
        .keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
        .households = g_hash_table_new(NULL, NULL),
    };
    collect(settings, letter, exeat_message_to(exeat_case_message(letter)), &visible);
    collect(settings, letter, exeat_message_cc(exeat_case_message(letter)), &visible);
    return visible;
}

static bool
bulk_evaluate(const ExeatPolicyBase *base, const ExeatCase *letter, GPtrArray *findings, GError **error)
{
    (void)error;
    const BulkSettings *settings = (const BulkSettings *)base;
    Visible visible = look(settings, letter);
    guint counted = g_hash_table_size(visible.households) + visible.strangers;
    if (counted > settings->limit) {
        ExeatFinding *finding = exeat_finding_new("bulk-bcc", "visible-recipients", EXEAT_CONFIDENCE_HIGH);
        finding->part = g_strdup("header");
        finding->count = counted;
        finding->data_subjects = counted;
        g_ptr_array_add(findings, finding);
    }
    visible_clear(&visible);
    return true;
}

static void
bulk_rewrite(const ExeatPolicyBase *base, const ExeatCase *letter, ExeatEdits *edits)
{
    Visible visible = look((const BulkSettings *)base, letter);
    exeat_edits_hide_recipients(edits, exeat_case_message(letter), visible.keys);
    visible_clear(&visible);
}

const ExeatPolicy exeat_policy_bulk_bcc = {
    .name = "bulk-bcc",
    .help = "More than the allowed number of outside addresses that can see each other in To and Cc.",
    .block = {.name = "bulk-bcc",
              .size = sizeof(BulkSettings),
              .tables = bulk_tables,
              .help = "Many outside addresses in To and Cc"},
    .evaluate = bulk_evaluate,
    .rewrite = bulk_rewrite,
};
