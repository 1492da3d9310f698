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

typedef struct Gathered {
    ExeatRule rule;
    const ExeatText *text;
    guint confidence;
    guint count;
    GHashTable *subjects;
    GArray *recipients;
} Gathered;

struct ExeatGather {
    const ExeatCase *letter;
    GArray *open;
    GPtrArray *entries;
};

static void
gathered_free(gpointer data)
{
    Gathered *entry = data;
    g_hash_table_unref(entry->subjects);
    g_array_unref(entry->recipients);
    g_free(entry);
}

GArray *
exeat_open_recipients(const ExeatCase *letter)
{
    GArray *open = g_array_new(FALSE, FALSE, sizeof(guint));
    const GPtrArray *recipients = exeat_case_recipients(letter);
    for (guint i = 0; i < recipients->len; i++) {
        const ExeatRecipient *recipient = g_ptr_array_index(recipients, i);
        if ((recipient->class & EXEAT_CLASS_OUTSIDE) && !(recipient->class & EXEAT_CLASS_SECURE))
            g_array_append_val(open, i);
    }
    return open;
}

bool
exeat_recipient_is_family(const ExeatCase *letter, guint index, ExeatPersonId id)
{
    const ExeatRecipient *recipient = g_ptr_array_index(exeat_case_recipients(letter), index);
    const ExeatPerson *reader = exeat_directory_person(exeat_case_directory(letter), recipient->person);
    const ExeatPerson *person = exeat_directory_person(exeat_case_directory(letter), id);
    return reader && person && reader->household == person->household;
}

GHashTable *
exeat_pupils_named(const ExeatCase *letter)
{
    GHashTable *named = g_hash_table_new(NULL, NULL);
    const ExeatScan *scan = exeat_case_scan(letter);
    for (guint i = 0; i < exeat_scan_count(scan); i++) {
        const ExeatScanText *scanned = exeat_scan_text(scan, i);
        for (guint k = 0; k < scanned->names->len; k++) {
            const ExeatNameMatch *name = &g_array_index(scanned->names, ExeatNameMatch, k);
            if (name->role == EXEAT_ROLE_PUPIL && name->confidence >= EXEAT_SURE)
                g_hash_table_add(named, GUINT_TO_POINTER(name->person + 1));
        }
    }
    return named;
}

ExeatGather *
exeat_gather_new(const ExeatCase *letter)
{
    ExeatGather *gather = g_new0(ExeatGather, 1);
    gather->letter = letter;
    gather->open = exeat_open_recipients(letter);
    gather->entries = g_ptr_array_new_with_free_func(gathered_free);
    return gather;
}

void
exeat_gather_free(ExeatGather *gather)
{
    if (!gather)
        return;
    g_array_unref(gather->open);
    g_ptr_array_unref(gather->entries);
    g_free(gather);
}

static bool
arrays_equal(const GArray *a, const GArray *b)
{
    return a->len == b->len && (a->len == 0 || memcmp(a->data, b->data, a->len * sizeof(guint)) == 0);
}

static Gathered *
gather_entry(ExeatGather *gather, ExeatRule rule, const ExeatText *text, GArray *recipients)
{
    for (guint i = 0; i < gather->entries->len; i++) {
        Gathered *entry = g_ptr_array_index(gather->entries, i);
        bool same_place = entry->text->part == text->part && entry->text->zone == text->zone;
        if (entry->rule == rule && same_place && arrays_equal(entry->recipients, recipients))
            return entry;
    }
    Gathered *entry = g_new0(Gathered, 1);
    entry->rule = rule;
    entry->text = text;
    entry->subjects = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    entry->recipients = g_array_ref(recipients);
    g_ptr_array_add(gather->entries, entry);
    return entry;
}

void
exeat_gather_add(ExeatGather *gather, ExeatRule rule, const ExeatText *text, guint confidence, guint64 subject,
                 ExeatPersonId family)
{
    g_autoptr(GArray) concerned = g_array_new(FALSE, FALSE, sizeof(guint));
    for (guint i = 0; i < gather->open->len; i++) {
        guint index = g_array_index(gather->open, guint, i);
        if (family == EXEAT_NOBODY || !exeat_recipient_is_family(gather->letter, index, family))
            g_array_append_val(concerned, index);
    }
    if (concerned->len == 0)
        return;
    Gathered *entry = gather_entry(gather, rule, text, concerned);
    entry->confidence = MAX(entry->confidence, confidence);
    entry->count++;
    g_hash_table_add(entry->subjects, g_memdup2(&subject, sizeof subject));
}

bool
exeat_gather_has(const ExeatGather *gather, ExeatRule rule)
{
    for (guint i = 0; i < gather->entries->len; i++)
        if (((const Gathered *)g_ptr_array_index(gather->entries, i))->rule == rule)
            return true;
    return false;
}

void
exeat_gather_finish(ExeatGather *gather, GPtrArray *findings)
{
    for (guint i = 0; i < gather->entries->len; i++) {
        const Gathered *entry = g_ptr_array_index(gather->entries, i);
        ExeatFinding *finding = exeat_finding_new(EXEAT_PERSONAL_DATA, exeat_rule_name(entry->rule),
                                                  exeat_confidence_of(entry->confidence));
        finding->part = g_strdup(entry->text->part ? entry->text->part->path : "subject");
        finding->zone = entry->text->zone;
        finding->count = entry->count;
        finding->data_subjects = g_hash_table_size(entry->subjects);
        finding->recipients = g_array_copy(entry->recipients);
        g_ptr_array_add(findings, finding);
    }
}

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
    g_autoptr(ExeatGather) gather = exeat_gather_new(letter);
    if (gather->open->len == 0)
        return true;
    exeat_find_linked(letter, gather);
    exeat_find_lists(settings, letter, gather, findings);
    exeat_find_special(letter, gather);
    exeat_gather_finish(gather, findings);
    find_unreadable(settings, letter, gather->open, findings);
    find_cut_off(settings, letter, gather->open, findings);
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
