/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lists of pupils. People are counted, not mentions, over body and attachments together: staff, authors and candidates
 * by number make no list, nor does the same child in five places.
 */
#include "policies/detect/link.h"
#include "policies/detect/tables.h"
#include "policies/personal_data.h"

typedef struct Listing {
    GHashTable *names;         /* pupils named */
    GHashTable *numbers;       /* distinct pupil identifiers */
    const ExeatText *names_in; /* where most of them stand */
    const ExeatText *numbers_in;
    guint most_names, most_numbers;
    guint name_places, number_places;
    ExeatRule number_rule;
} Listing;

static bool
is_pupil_identifier(ExeatRule rule)
{
    return rule == EXEAT_RULE_UPN || rule == EXEAT_RULE_ULN || rule == EXEAT_RULE_UCI || rule == EXEAT_RULE_NHS;
}

#define LIST_NEIGHBOUR_BYTES 200
#define LIST_NEIGHBOURS 3

/* A namesake of a book's hero in the middle of other pupils' names is the pupil. */
static bool
stands_among_pupils(const GArray *names, guint which)
{
    const ExeatNameMatch *own = &g_array_index(names, ExeatNameMatch, which);
    guint neighbours = 0;
    for (guint i = which > 8 ? which - 8 : 0; i < MIN(names->len, which + 8); i++) {
        const ExeatNameMatch *name = &g_array_index(names, ExeatNameMatch, i);
        gsize distance = name->start > own->start ? name->start - own->start : own->start - name->start;
        neighbours += name->role == EXEAT_ROLE_PUPIL && name->confidence >= EXEAT_SURE && name->person != own->person &&
                      distance < LIST_NEIGHBOUR_BYTES;
    }
    return neighbours >= LIST_NEIGHBOURS;
}

static void
count_names(const ExeatScanText *scanned, Listing *listing)
{
    guint places = 0;
    for (guint i = 0; i < scanned->names->len; i++) {
        const ExeatNameMatch *name = &g_array_index(scanned->names, ExeatNameMatch, i);
        bool sure = name->confidence >= EXEAT_SURE ||
                    (name->confidence == EXEAT_NAME_NAMESAKE && stands_among_pupils(scanned->names, i));
        if (name->role != EXEAT_ROLE_PUPIL || !sure || exeat_is_greeted(scanned->text, name->start))
            continue;
        g_hash_table_add(listing->names, GUINT_TO_POINTER(name->person + 1));
        places++;
    }
    listing->name_places += places;
    if (places > listing->most_names) {
        listing->most_names = places;
        listing->names_in = scanned->text;
    }
}

static void
count_numbers(const ExeatScanText *scanned, Listing *listing)
{
    guint places = 0;
    for (guint i = 0; i < scanned->hits->len; i++) {
        const ExeatHit *hit = &g_array_index(scanned->hits, ExeatHit, i);
        if (!is_pupil_identifier(hit->rule) || hit->confidence < EXEAT_SURE)
            continue;
        g_hash_table_add(listing->numbers, GUINT_TO_POINTER(hit->value));
        listing->number_rule = hit->rule;
        places++;
    }
    listing->number_places += places;
    if (places > listing->most_numbers) {
        listing->most_numbers = places;
        listing->numbers_in = scanned->text;
    }
}

static void
add_finding(const ExeatCase *letter, const char *rule, const ExeatText *text, guint confidence, guint places,
            guint people, GPtrArray *findings)
{
    ExeatFinding *finding = exeat_finding_new(EXEAT_PERSONAL_DATA, rule, exeat_confidence_of(confidence));
    finding->part = g_strdup(text->part ? text->part->path : "subject");
    finding->zone = text->zone;
    finding->count = places;
    finding->data_subjects = people;
    finding->recipients = exeat_open_recipients(letter);
    g_ptr_array_add(findings, finding);
}

/* A list by its headings, for pupils whom the directory does not know: leavers, another school's. */
static bool
find_export(const ExeatDataSettings *settings, const ExeatCase *letter, const ExeatScanText *scanned,
            GPtrArray *findings)
{
    guint rows = exeat_table_pupils(&scanned->context);
    if (rows < settings->list)
        return false;
    add_finding(letter, "name", scanned->text, 85, rows, rows, findings);
    return true;
}

void
exeat_find_lists(const ExeatDataSettings *settings, const ExeatCase *letter, const ExeatGather *gather,
                 GPtrArray *findings)
{
    Listing listing = {.names = g_hash_table_new(NULL, NULL), .numbers = g_hash_table_new(NULL, NULL)};
    const ExeatScan *scan = exeat_case_scan(letter);
    bool exported = false;
    for (guint i = 0; i < exeat_scan_count(scan); i++) {
        const ExeatScanText *scanned = exeat_scan_text(scan, i);
        count_names(scanned, &listing);
        count_numbers(scanned, &listing);
        exported |= find_export(settings, letter, scanned, findings);
    }
    guint people = g_hash_table_size(listing.names);
    if (people >= settings->list && !exported)
        add_finding(letter, "name", listing.names_in, 90, listing.name_places, people, findings);
    guint numbers = g_hash_table_size(listing.numbers);
    if (numbers >= settings->list && !exeat_gather_has(gather, listing.number_rule))
        add_finding(letter, exeat_rule_name(listing.number_rule), listing.numbers_in, 90, listing.number_places,
                    numbers, findings);
    g_hash_table_unref(listing.names);
    g_hash_table_unref(listing.numbers);
}
