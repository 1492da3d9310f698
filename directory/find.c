/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One typed line against everything in a directory, each kind in turn.
 *
 * Threads: constant data. Hostile input: the line, which is the operator's.
 */
#include "directory/find.h"

#include "directory/fold.h"
#include "directory/import-private.h"

static void
find_add(const ExeatDirectory *directory, GHashTable *seen, ExeatPersonId id, ExeatDirectoryFound *found)
{
    const ExeatPerson *person = exeat_directory_person(directory, id);
    if (person == NULL || !g_hash_table_add(seen, GUINT_TO_POINTER(id)))
        return;
    found->people++;
    found->roles[person->role]++;
}

static bool
find_has_other_half(const ExeatNameEntry *half, const ExeatNameEntry *others, gsize count)
{
    for (gsize i = 0; i < count; i++)
        if (others[i].person == half->person && ((half->use ^ others[i].use) & EXEAT_NAME_GIVEN) != 0)
            return true;
    return false;
}

/* The line cut in two at each word: one half given, the other family. */
static void
find_names(const ExeatDirectory *directory, const char *typed, GHashTable *seen, ExeatDirectoryFound *found)
{
    char first[EXEAT_FOLD_MAX + 1];
    char second[EXEAT_FOLD_MAX + 1];
    const ExeatNameEntry *one = NULL;
    const ExeatNameEntry *other = NULL;
    bool parted = false;
    for (const char *c = strpbrk(typed, " ,"); c != NULL; c = strpbrk(c + 1, " ,")) {
        gsize first_length = exeat_fold_name(typed, (gsize)(c - typed), first);
        gsize second_length = exeat_fold_name(c, strlen(c), second);
        if (first_length == 0 || second_length == 0)
            continue;
        parted = true;
        gsize one_count = exeat_directory_names(directory, first, first_length, &one);
        gsize other_count = exeat_directory_names(directory, second, second_length, &other);
        for (gsize i = 0; i < one_count && other_count > 0; i++)
            if (find_has_other_half(&one[i], other, other_count))
                find_add(directory, seen, one[i].person, found);
    }
    if (parted && found->people > 0)
        return;
    gsize count = exeat_directory_names(directory, first, exeat_fold_name(typed, strlen(typed), first), &one);
    for (gsize i = 0; i < count; i++)
        find_add(directory, seen, one[i].person, found);
}

static void
find_facts(const ExeatDirectory *directory, const char *typed, GHashTable *seen, ExeatDirectoryFound *found)
{
    const struct {
        ExeatFact fact;
        char *value;
    } tries[] = {
        {EXEAT_FACT_UPN, exeat_import_upn(typed)},        {EXEAT_FACT_ULN, exeat_import_digits(typed, 10)},
        {EXEAT_FACT_NHS, exeat_import_digits(typed, 10)}, {EXEAT_FACT_UCI, exeat_import_uci(typed)},
        {EXEAT_FACT_BIRTH, exeat_import_date(typed)},     {EXEAT_FACT_POSTCODE, exeat_import_postcode(typed)},
        {EXEAT_FACT_PHONE, exeat_import_phone(typed)},
    };
    for (guint i = 0; i < G_N_ELEMENTS(tries); i++) {
        const ExeatPersonId *people = NULL;
        gsize count = tries[i].value != NULL
                          ? exeat_directory_fact_people(directory, tries[i].fact, tries[i].value, &people)
                          : 0;
        for (gsize j = 0; j < count; j++)
            find_add(directory, seen, people[j], found);
        g_free(tries[i].value);
    }
}

bool
exeat_directory_find(const ExeatDirectory *directory, const char *typed, ExeatDirectoryFound *out_found)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
    ExeatDirectoryFound found = {0};
    g_autofree char *mailbox = exeat_import_mailbox(typed);
    const ExeatPersonId *people = NULL;
    gsize count = mailbox != NULL ? exeat_directory_address_people(directory, mailbox, &people) : 0;
    for (gsize i = 0; i < count; i++)
        find_add(directory, seen, people[i], &found);
    found.by_address = found.people > 0;
    find_facts(directory, typed, seen, &found);
    found.by_fact = !found.by_address && found.people > 0;
    if (found.people == 0) {
        find_names(directory, typed, seen, &found);
        found.by_name = found.people > 0;
    }
    *out_found = found;
    return found.people > 0;
}
