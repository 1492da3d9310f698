/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Findings of the personal-data policy in the making: places are noted one by one and handed over by rule, part and set
 * of recipients. And what all of its parts ask of a letter: who reads it in clear, who is family, which pupils it
 * names.
 */
#include "policies/personal_data.h"

#include <string.h>

typedef struct Gathered {
    ExeatRule rule;
    const ExeatText *text;
    gsize at; /* of the first place */
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
gather_entry(ExeatGather *gather, ExeatRule rule, const ExeatText *text, gsize at, GArray *recipients)
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
    entry->at = at;
    entry->subjects = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    entry->recipients = g_array_ref(recipients);
    g_ptr_array_add(gather->entries, entry);
    return entry;
}

void
exeat_gather_add(ExeatGather *gather, ExeatRule rule, const ExeatText *text, gsize at, guint confidence,
                 guint64 subject, ExeatPersonId family)
{
    g_autoptr(GArray) concerned = g_array_new(FALSE, FALSE, sizeof(guint));
    for (guint i = 0; i < gather->open->len; i++) {
        guint index = g_array_index(gather->open, guint, i);
        if (family == EXEAT_NOBODY || !exeat_recipient_is_family(gather->letter, index, family))
            g_array_append_val(concerned, index);
    }
    if (concerned->len == 0)
        return;
    Gathered *entry = gather_entry(gather, rule, text, at, concerned);
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
        finding->cell = exeat_text_cell_name(entry->text, entry->at);
        finding->count = entry->count;
        finding->data_subjects = g_hash_table_size(entry->subjects);
        finding->recipients = g_array_copy(entry->recipients);
        g_ptr_array_add(findings, finding);
    }
}
