/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * names-in-subject: somebody of the school named in the subject line. Who it is, the directory says; what the words
 * mean there, policies/detect/names. Put right by initials.
 */
#include "policies/registry.h"

#include "policies/settings.h"

typedef struct SubjectSettings {
    ExeatPolicyBase base;
    bool staff;
} SubjectSettings;

static const ExeatOption subject_options[] = {
    EXEAT_POLICY_ROWS("rewrite", "medium", "", "headteacher", NULL),
    {.key = "staff",
     .type = EXEAT_OPTION_BOOL,
     .offset = offsetof(SubjectSettings, staff),
     .fallback = "yes",
     .help = "Whether the names of staff count too."},
    {.key = NULL},
};
static const ExeatOption *const subject_tables[] = {subject_options, NULL};

/* The matches that count, in order. (transfer full) */
static GArray *
named(const SubjectSettings *settings, const ExeatCase *letter)
{
    GArray *counted = g_array_new(FALSE, FALSE, sizeof(ExeatNameMatch));
    const ExeatScanText *subject = exeat_case_scan_subject(letter);
    for (guint i = 0; subject && i < subject->names->len; i++) {
        const ExeatNameMatch *match = &g_array_index(subject->names, ExeatNameMatch, i);
        bool sure = (int)exeat_confidence_of(match->confidence) >= settings->base.confidence && match->confidence >= 40;
        if (sure && (settings->staff || match->role != EXEAT_ROLE_STAFF))
            g_array_append_val(counted, *match);
    }
    return counted;
}

static bool
subject_evaluate(const ExeatPolicyBase *base, const ExeatCase *letter, GPtrArray *findings, GError **error)
{
    (void)error;
    g_autoptr(GArray) matches = named((const SubjectSettings *)base, letter);
    if (matches->len == 0)
        return true;
    g_autoptr(GHashTable) people = g_hash_table_new(NULL, NULL);
    guint best = 0;
    for (guint i = 0; i < matches->len; i++) {
        const ExeatNameMatch *match = &g_array_index(matches, ExeatNameMatch, i);
        g_hash_table_add(people, GUINT_TO_POINTER(match->person + 1));
        best = MAX(best, match->confidence);
    }
    ExeatFinding *finding = exeat_finding_new("names-in-subject", "name", exeat_confidence_of(best));
    finding->part = g_strdup("subject");
    finding->zone = EXEAT_ZONE_SUBJECT;
    finding->count = matches->len;
    finding->data_subjects = g_hash_table_size(people);
    g_ptr_array_add(findings, finding);
    return true;
}

static void
subject_rewrite(const ExeatPolicyBase *base, const ExeatCase *letter, ExeatEdits *edits)
{
    g_autoptr(GArray) matches = named((const SubjectSettings *)base, letter);
    const ExeatScanText *subject = exeat_case_scan_subject(letter);
    g_autofree char *initials = exeat_names_to_initials(subject->text->text, matches);
    exeat_edits_set_subject(edits, exeat_case_message(letter), initials);
}

const ExeatPolicy exeat_policy_names_in_subject = {
    .name = "names-in-subject",
    .help = "Somebody of the school named in the subject line.",
    .block = {.name = "names-in-subject",
              .size = sizeof(SubjectSettings),
              .tables = subject_tables,
              .help = "Names in the subject line"},
    .evaluate = subject_evaluate,
    .rewrite = subject_rewrite,
};
