/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lists of pupils. People are counted, not mentions, over body and attachments together: staff, authors and candidates
 * by number make no list, nor does the same child in five places.
 */
#include "policies/detect/identifiers.h"
#include "policies/detect/link.h"
#include "policies/detect/tables.h"
#include "policies/personal_data.h"

typedef struct Listing {
    GHashTable *names;         /* pupils named: subjects (guint64), as the gather has them */
    GHashTable *numbers;       /* pupils by their identifiers: the same */
    const ExeatText *names_in; /* where most of them stand */
    const ExeatText *numbers_in;
    gsize names_at, numbers_at; /* the first of them there */
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
add_subject(GHashTable *subjects, guint64 subject)
{
    g_hash_table_add(subjects, g_memdup2(&subject, sizeof subject));
}

static void
count_names(const ExeatScanText *scanned, Listing *listing)
{
    guint places = 0;
    gsize first = 0;
    for (guint i = 0; i < scanned->names->len; i++) {
        const ExeatNameMatch *name = &g_array_index(scanned->names, ExeatNameMatch, i);
        bool sure = name->confidence >= EXEAT_SURE ||
                    (name->confidence == EXEAT_NAME_NAMESAKE && stands_among_pupils(scanned->names, i));
        if (name->role != EXEAT_ROLE_PUPIL || !sure || exeat_is_greeted(scanned->text, name->start))
            continue;
        add_subject(listing->names, exeat_subject_person(name->person));
        first = places == 0 ? name->start : first;
        places++;
    }
    listing->name_places += places;
    if (places > listing->most_names) {
        listing->most_names = places;
        listing->names_in = scanned->text;
        listing->names_at = first;
    }
}

static const ExeatTableRow *
row_at(const GArray *rows, gsize at)
{
    guint low = 0;
    for (guint high = rows->len; low < high;) {
        guint middle = low + (high - low) / 2;
        if (g_array_index(rows, ExeatTableRow, middle).end <= at)
            low = middle + 1;
        else
            high = middle;
    }
    const ExeatTableRow *row = low < rows->len ? &g_array_index(rows, ExeatTableRow, low) : NULL;
    return row && row->start <= at ? row : NULL;
}

/* The pupil whom a row of a table names: of the directory, or by the name that stands there. */
static guint64
subject_of_row(const ExeatScanText *scanned, const ExeatTableRow *row)
{
    ExeatNearness nearness;
    const ExeatNameMatch *name = exeat_nearest_name(scanned, row->start, row->end, EXEAT_SURE, &nearness);
    bool here = name && nearness == EXEAT_SAME_LINE && name->role == EXEAT_ROLE_PUPIL;
    return here ? exeat_subject_person(name->person) : exeat_subject_name(row->name);
}

/* Whose a number is: the directory's answer, else the name beside it, else the number's own. */
static guint64
subject_of_number(const ExeatScanText *scanned, const GArray *rows, const ExeatHit *hit)
{
    if (hit->person != EXEAT_NOBODY)
        return exeat_subject_person(hit->person);
    const ExeatTableRow *row = row_at(rows, hit->start);
    if (row)
        return subject_of_row(scanned, row);
    ExeatNearness nearness;
    const ExeatNameMatch *name = exeat_nearest_name(scanned, hit->start, hit->end, EXEAT_SURE, &nearness);
    bool here = name && nearness == EXEAT_SAME_LINE && name->role == EXEAT_ROLE_PUPIL;
    return here ? exeat_subject_person(name->person) : exeat_subject_value(hit->value);
}

static void
count_numbers(const ExeatScanText *scanned, const GArray *rows, Listing *listing)
{
    guint places = 0;
    gsize first = 0;
    for (guint i = 0; i < scanned->hits->len; i++) {
        const ExeatHit *hit = &g_array_index(scanned->hits, ExeatHit, i);
        if (!is_pupil_identifier(hit->rule) || hit->confidence < EXEAT_SURE)
            continue;
        add_subject(listing->numbers, subject_of_number(scanned, rows, hit));
        listing->number_rule = hit->rule;
        first = places == 0 ? hit->start : first;
        places++;
    }
    listing->number_places += places;
    if (places > listing->most_numbers) {
        listing->most_numbers = places;
        listing->numbers_in = scanned->text;
        listing->numbers_at = first;
    }
}

static void
add_finding(const ExeatCase *letter, const char *rule, const ExeatText *text, gsize at, guint confidence, guint places,
            guint people, GPtrArray *findings)
{
    ExeatFinding *finding = exeat_finding_new(EXEAT_PERSONAL_DATA, rule, exeat_confidence_of(confidence));
    finding->part = g_strdup(text->part ? text->part->path : "subject");
    finding->zone = text->zone;
    finding->cell = exeat_text_cell_name(text, at);
    finding->count = places;
    finding->data_subjects = people;
    finding->recipients = exeat_open_recipients(letter);
    g_ptr_array_add(findings, finding);
}

/* A list by its headings, for pupils whom the directory does not know: leavers, another school's. */
static bool
find_export(const ExeatDataSettings *settings, const ExeatCase *letter, const ExeatScanText *scanned,
            const GArray *rows, Listing *listing, GPtrArray *findings)
{
    for (guint i = 0; i < rows->len; i++) {
        guint64 subject = subject_of_row(scanned, &g_array_index(rows, ExeatTableRow, i));
        add_subject(listing->names, subject);
        listing->name_places += !exeat_subject_is_person(subject); /* those are counted by their names */
    }
    if (rows->len > 0 && !listing->names_in) {
        listing->names_in = scanned->text;
        listing->names_at = g_array_index(rows, ExeatTableRow, 0).start;
    }
    if (rows->len < settings->list)
        return false;
    add_finding(letter, "name", scanned->text, g_array_index(rows, ExeatTableRow, 0).start, 85, rows->len, rows->len,
                findings);
    return true;
}

/* A column of private mail addresses is a list of families; a few in a text are those whom one may write to. */
static void
find_addresses(const ExeatDataSettings *settings, const ExeatCase *letter, const ExeatScanText *scanned,
               GPtrArray *findings)
{
    if (scanned->text->zone != EXEAT_ZONE_ATTACHMENT || !scanned->text->cells)
        return;
    g_autoptr(GHashTable) different = g_hash_table_new(NULL, NULL);
    guint places = 0;
    gsize first = 0;
    for (guint i = 0; i < scanned->hits->len; i++) {
        const ExeatHit *hit = &g_array_index(scanned->hits, ExeatHit, i);
        if (hit->rule != EXEAT_RULE_EMAIL || hit->confidence < EXEAT_CONFIDENCE_PRIVATE ||
            !exeat_text_cell_at(scanned->text, hit->start))
            continue;
        g_hash_table_add(different, GUINT_TO_POINTER(hit->value));
        first = places == 0 ? hit->start : first;
        places++;
    }
    guint people = g_hash_table_size(different);
    if (people >= settings->list)
        add_finding(letter, "email", scanned->text, first, 85, places, people, findings);
}

/* Pupils by name and pupils by number, each once. */
static guint
count_together(const Listing *listing)
{
    guint count = g_hash_table_size(listing->names);
    GHashTableIter each;
    gpointer key = NULL;
    g_hash_table_iter_init(&each, listing->numbers);
    while (g_hash_table_iter_next(&each, &key, NULL))
        count += !g_hash_table_contains(listing->names, key);
    return count;
}

static void
weigh_list(const ExeatDataSettings *settings, const ExeatCase *letter, const ExeatGather *gather,
           const Listing *listing, bool exported, GPtrArray *findings)
{
    guint people = g_hash_table_size(listing->names);
    guint numbers = g_hash_table_size(listing->numbers);
    guint together = count_together(listing);
    bool by_number = numbers >= settings->list;
    bool mixed = people > 0 && together >= settings->list && !by_number;
    if (!exported && (people >= settings->list || mixed))
        add_finding(letter, "name", listing->names_in, listing->names_at, 90, listing->name_places, together, findings);
    if (by_number && !exeat_gather_has(gather, listing->number_rule))
        add_finding(letter, exeat_rule_name(listing->number_rule), listing->numbers_in, listing->numbers_at, 90,
                    listing->number_places, numbers, findings);
}

void
exeat_find_lists(const ExeatDataSettings *settings, const ExeatCase *letter, const ExeatGather *gather,
                 GPtrArray *findings)
{
    Listing listing = {.names = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL),
                       .numbers = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL)};
    const ExeatScan *scan = exeat_case_scan(letter);
    bool exported = false;
    for (guint i = 0; i < exeat_scan_count(scan); i++) {
        const ExeatScanText *scanned = exeat_scan_text(scan, i);
        g_autoptr(GArray) rows = g_array_new(FALSE, FALSE, sizeof(ExeatTableRow));
        exeat_table_pupils(&scanned->context, rows);
        count_names(scanned, &listing);
        count_numbers(scanned, rows, &listing);
        find_addresses(settings, letter, scanned, findings);
        exported |= find_export(settings, letter, scanned, rows, &listing, findings);
    }
    weigh_list(settings, letter, gather, &listing, exported, findings);
    g_hash_table_unref(listing.names);
    g_hash_table_unref(listing.numbers);
}
