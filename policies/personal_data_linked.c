/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A name with an identifier, date of birth, home address or bank details: one person is enough. A number alone names
 * nobody and passes; so does a name alone.
 */
#include "policies/detect/identifiers.h"
#include "policies/detect/link.h"
#include "policies/personal_data.h"

#include <string.h>

#define STRANGER_SURE 85     /* how sure a value must be to need no name that the directory knows */
#define WHOLE_LETTER_LESS 10 /* a letter about one pupil, the value in another paragraph */
#define ADDRESS_BLOCK_BYTES 60

typedef struct Linker {
    const ExeatCase *letter;
    ExeatGather *gather;
    ExeatPersonId only_pupil; /* the one pupil that the whole letter names, or EXEAT_NOBODY */
} Linker;

static bool
is_money(ExeatRule rule)
{
    return rule == EXEAT_RULE_BANK_ACCOUNT || rule == EXEAT_RULE_IBAN || rule == EXEAT_RULE_CARD;
}

static bool
is_place(ExeatRule rule)
{
    return rule == EXEAT_RULE_ADDRESS || rule == EXEAT_RULE_POSTCODE;
}

static bool
identifies(ExeatRule rule)
{
    switch (rule) {
    case EXEAT_RULE_UTR:
    case EXEAT_RULE_MOBILE:
    case EXEAT_RULE_LANDLINE:
    case EXEAT_RULE_EMAIL:
    case EXEAT_RULE_SOCIAL_HANDLE:
    case EXEAT_RULE_CREDENTIAL:
    case EXEAT_RULE_SPECIAL_CATEGORY:
    case EXEAT_RULE_SAFEGUARDING:
        return false;
    default:
        return true;
    }
}

/* The value as the directory keeps it; only for dates and postcodes, which are candidates until a person has them. */
static bool
belongs_to(const Linker *linker, const ExeatScanText *scanned, const ExeatHit *hit, ExeatPersonId person)
{
    const ExeatDirectory *directory = exeat_case_directory(linker->letter);
    g_autoptr(GString) plain = g_string_new(NULL);
    for (gsize i = hit->start; i < hit->end; i++)
        if (g_ascii_isalnum(scanned->text->text[i]))
            g_string_append_c(plain, g_ascii_toupper(scanned->text->text[i]));
    if (hit->rule == EXEAT_RULE_POSTCODE)
        return exeat_directory_has_fact(directory, person, EXEAT_FACT_POSTCODE, plain->str);
    return hit->rule == EXEAT_RULE_BIRTH && exeat_directory_has_fact(directory, person, EXEAT_FACT_BIRTH, hit->birth);
}

/* "Jamie Smith" on the line above "14 Acacia Avenue": an address block. */
static bool
is_block(const ExeatText *text, const ExeatNameMatch *name, const ExeatHit *hit)
{
    if (name->end > hit->start || hit->start - name->end > ADDRESS_BLOCK_BYTES)
        return false;
    const char *between = text->text + name->end;
    gsize distance = hit->start - name->end;
    for (gsize i = 0; i < distance; i++)
        if (strchr(".!?;:", between[i]))
            return false;
    return memchr(between, '\n', distance) || distance <= 3;
}

/* How sure it is that the value is this person's, from where the two stand. */
static guint
linked_confidence(const Linker *linker, const ExeatScanText *scanned, const ExeatHit *hit, const ExeatNameMatch *name,
                  ExeatNearness nearness)
{
    if (is_money(hit->rule) && exeat_is_greeted(scanned->text, name->start))
        return 0;
    if (belongs_to(linker, scanned, hit, name->person))
        return 95;
    /* Where the letter comes from, and where staff work, is nobody's home. */
    if (is_place(hit->rule) && (nearness < EXEAT_NEAR || scanned->text->zone == EXEAT_ZONE_SIGNATURE))
        return 0;
    if (hit->rule == EXEAT_RULE_ADDRESS && name->role != EXEAT_ROLE_STAFF && is_block(scanned->text, name, hit))
        return MAX(hit->confidence, 65);
    /* Dates that only their column calls birthdays are a pupil's: staff have started somewhere on a day. */
    if (hit->rule == EXEAT_RULE_BIRTH && hit->confidence < STRANGER_SURE && name->role != EXEAT_ROLE_PUPIL)
        return 0;
    if (is_money(hit->rule) && nearness < EXEAT_NEAR)
        return hit->confidence > 20 ? hit->confidence - 20 : 0;
    return hit->confidence;
}

/* "Jack Frost" beside what the records say of Jack Frost, or a number that only people have, is the pupil. */
static bool
link_namesake(const Linker *linker, const ExeatScanText *scanned, const ExeatHit *hit)
{
    ExeatNearness nearness;
    const ExeatNameMatch *name = exeat_nearest_name(scanned, hit->start, hit->end, EXEAT_NAME_NAMESAKE, &nearness);
    if (!name || name->confidence != EXEAT_NAME_NAMESAKE)
        return false;
    bool own = belongs_to(linker, scanned, hit, name->person);
    bool numbered = hit->confidence >= STRANGER_SURE && nearness == EXEAT_SAME_LINE && !is_money(hit->rule) &&
                    !is_place(hit->rule);
    if (!own && !numbered)
        return false;
    exeat_gather_add(linker->gather, hit->rule, scanned->text, hit->start, STRANGER_SURE,
                     exeat_subject_person(name->person), is_place(hit->rule) ? name->person : EXEAT_NOBODY);
    return true;
}

/* A passport's line for machines names its holder itself. */
static bool
link_machine_line(const Linker *linker, const ExeatScanText *scanned, const ExeatHit *hit)
{
    if (hit->rule != EXEAT_RULE_PASSPORT || hit->confidence != EXEAT_CONFIDENCE_MRZ)
        return false;
    exeat_gather_add(linker->gather, hit->rule, scanned->text, hit->start, hit->confidence,
                     exeat_subject_value(hit->value), EXEAT_NOBODY);
    return true;
}

static void
link_hit(const Linker *linker, const ExeatScanText *scanned, const ExeatHit *hit)
{
    ExeatNearness nearness;
    const ExeatNameMatch *name = exeat_nearest_name(scanned, hit->start, hit->end, EXEAT_SURE, &nearness);
    if (name) {
        guint sure = linked_confidence(linker, scanned, hit, name, nearness);
        if (sure >= EXEAT_SURE) {
            exeat_gather_add(linker->gather, hit->rule, scanned->text, hit->start, sure,
                             exeat_subject_person(name->person), is_place(hit->rule) ? name->person : EXEAT_NOBODY);
            return;
        }
    }
    if (link_namesake(linker, scanned, hit) || link_machine_line(linker, scanned, hit))
        return;
    bool strong = hit->confidence >= STRANGER_SURE && !is_place(hit->rule);
    ExeatPersonId only = linker->only_pupil;
    bool about_one = only != EXEAT_NOBODY && !is_money(hit->rule);
    if (about_one && (strong || belongs_to(linker, scanned, hit, only)))
        exeat_gather_add(linker->gather, hit->rule, scanned->text, hit->start,
                         MAX(hit->confidence, 85) - WHOLE_LETTER_LESS, exeat_subject_person(only),
                         is_place(hit->rule) ? only : EXEAT_NOBODY);
    else if (strong &&
             exeat_stranger_named(scanned, exeat_case_directory(linker->letter), hit->start, hit->end,
                                  !is_money(hit->rule)) &&
             !(is_money(hit->rule) && exeat_is_greeted(scanned->text, hit->start)))
        exeat_gather_add(linker->gather, hit->rule, scanned->text, hit->start, STRANGER_SURE - WHOLE_LETTER_LESS,
                         exeat_subject_value(hit->value), EXEAT_NOBODY);
}

static ExeatPersonId
only_pupil(const ExeatCase *letter)
{
    g_autoptr(GHashTable) named = exeat_pupils_named(letter);
    if (g_hash_table_size(named) != 1)
        return EXEAT_NOBODY;
    GHashTableIter each;
    gpointer key = NULL;
    g_hash_table_iter_init(&each, named);
    g_hash_table_iter_next(&each, &key, NULL);
    return GPOINTER_TO_UINT(key) - 1;
}

void
exeat_find_linked(const ExeatCase *letter, ExeatGather *gather)
{
    Linker linker = {letter, gather, only_pupil(letter)};
    const ExeatScan *scan = exeat_case_scan(letter);
    for (guint i = 0; i < exeat_scan_count(scan); i++) {
        const ExeatScanText *scanned = exeat_scan_text(scan, i);
        for (guint k = 0; k < scanned->hits->len; k++) {
            const ExeatHit *hit = &g_array_index(scanned->hits, ExeatHit, k);
            if (identifies(hit->rule))
                link_hit(&linker, scanned, hit);
        }
    }
}
