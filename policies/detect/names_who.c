/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who a name could be: the people whom two parts of it have in common.
 *
 * Threads: constant data. Hostile input: which names stand together; lists of people are walked, never compared pair by
 * pair, and the shorter one leads.
 */
#include "policies/detect/names-private.h"

static guint
who_rank(ExeatRole role, bool staff_first)
{
    static const guint ranks[EXEAT_ROLE_COUNT] = {
        [EXEAT_ROLE_PUPIL] = 0, [EXEAT_ROLE_STAFF] = 1, [EXEAT_ROLE_PARENT] = 2, [EXEAT_ROLE_OTHER] = 3};
    static const guint titled[EXEAT_ROLE_COUNT] = {
        [EXEAT_ROLE_STAFF] = 0, [EXEAT_ROLE_PARENT] = 1, [EXEAT_ROLE_OTHER] = 2, [EXEAT_ROLE_PUPIL] = 3};
    return staff_first ? titled[role] : ranks[role];
}

/* 0 as the records have it, 1 a nickname, 2 weak. */
static guint
who_doubt(guint32 use)
{
    return (use & EXEAT_NAME_WEAK) != 0 ? 2 : (use & EXEAT_NAME_NICK) != 0 ? 1 : 0;
}

static void
who_consider(const NameScan *scan, NameWho *who, ExeatPersonId id, guint32 use, bool staff_first)
{
    const ExeatPerson *person = exeat_directory_person(scan->directory, id);
    if (person == NULL)
        return;
    guint doubt = who_doubt(use);
    guint best = who->people > 0 ? who_doubt(who->use) : G_MAXUINT;
    if (doubt > best)
        return;
    if (doubt < best)
        who->people = 0;
    who->people++;
    if (who->people == 1 || who_rank((ExeatRole)person->role, staff_first) < who_rank(who->role, staff_first)) {
        who->person = id;
        who->role = (ExeatRole)person->role;
        who->use = use;
    }
}

/* The first entry of @unit at or behind @from whose person is not below @person; it is rarely far. */
static guint
who_seek(const NameUnit *unit, guint from, ExeatPersonId person)
{
    guint low = from;
    guint high = from;
    for (guint step = 1; high < unit->count && unit->entries[high].person < person; step *= 2) {
        low = high + 1;
        high += step;
    }
    high = MIN(high, unit->count);
    while (low < high) {
        guint middle = low + (high - low) / 2;
        if (unit->entries[middle].person < person)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static NameCached *
who_cached(const NameScan *scan, const void *one, const void *other, guint32 question, bool *out_hit)
{
    guint64 mix = ((guint64)(guintptr)one * 31 + (guint64)(guintptr)other) * 0x9e3779b97f4a7c15U + question;
    NameCached *place = &scan->cache[(mix >> 40) % NAMES_CACHE];
    *out_hit = place->one == one && place->other == other && place->question == question;
    if (!*out_hit)
        *place = (NameCached){.one = one, .other = other, .question = question, .who = {.person = EXEAT_NOBODY}};
    return place;
}

static void
who_both(const NameScan *scan, const NameUnit *given, const NameUnit *family, NameWho *who)
{
    const NameUnit *lead = given->count <= family->count ? given : family;
    const NameUnit *other = lead == given ? family : given;
    guint32 lead_use = lead == given ? EXEAT_NAME_GIVEN : EXEAT_NAME_FAMILY;
    guint32 other_use = lead == given ? EXEAT_NAME_FAMILY : EXEAT_NAME_GIVEN;
    guint at = 0;
    for (guint i = 0; i < lead->count; i++) {
        const ExeatNameEntry *entry = &lead->entries[i];
        if ((entry->use & lead_use) == 0)
            continue;
        at = who_seek(other, at, entry->person);
        for (guint j = at; j < other->count && other->entries[j].person == entry->person; j++)
            if ((other->entries[j].use & other_use) != 0)
                who_consider(scan, who, entry->person, entry->use | other->entries[j].use, false);
    }
}

bool
exeat_name_both(const NameScan *scan, const NameUnit *given, const NameUnit *family, NameWho *out_who)
{
    bool hit;
    NameCached *place = who_cached(scan, given->entries, family->entries, 0, &hit);
    if (!hit && given->count > 0 && family->count > 0)
        who_both(scan, given, family, &place->who);
    if (place->who.people == 0)
        return false;
    *out_who = place->who;
    return true;
}

bool
exeat_name_with_initial(const NameScan *scan, const NameUnit *unit, guint32 use, char initial, NameWho *out_who)
{
    bool hit;
    NameCached *place = who_cached(scan, unit->entries, NULL, use << 8 | (guchar)initial, &hit);
    guint32 bit = g_ascii_islower(initial) ? 1u << (initial - 'a') : 0;
    for (guint i = 0; i < unit->count && !hit; i++) {
        const ExeatPerson *person = exeat_directory_person(scan->directory, unit->entries[i].person);
        if ((unit->entries[i].use & use) == 0 || person == NULL)
            continue;
        guint32 initials = use == EXEAT_NAME_GIVEN ? person->family_initials : person->given_initials;
        if ((initials & bit) != 0 && who_doubt(unit->entries[i].use) < 2)
            who_consider(scan, &place->who, unit->entries[i].person, unit->entries[i].use, false);
    }
    if (place->who.people == 0)
        return false;
    *out_who = place->who;
    return true;
}

/* Thousands may have one given name, and it stands in many letters. */
static bool
who_is_settled(const NameWho *who, guint most)
{
    return who->people > most && who_doubt(who->use) == 0;
}

bool
exeat_name_with_use(const NameScan *scan, const NameUnit *unit, guint32 use, bool staff_first, guint most,
                    NameWho *out_who)
{
    bool hit;
    guint32 question = use << 16 | (guint32)staff_first << 31 | MIN(most, 0xFFu);
    NameCached *place = who_cached(scan, unit->entries, NULL, question, &hit);
    for (guint i = 0; i < unit->count && !hit && !who_is_settled(&place->who, most); i++)
        if ((unit->entries[i].use & use) != 0)
            who_consider(scan, &place->who, unit->entries[i].person, unit->entries[i].use, staff_first);
    if (place->who.people == 0)
        return false;
    *out_who = place->who;
    return true;
}
