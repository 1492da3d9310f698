/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pupils' school mailboxes and user names in text.
 *
 * Threads: no state but the caller's. Hostile input: the text.
 */
#include "message/address.h"
#include "policies/detect/names-private.h"

#define USERS_MAX_BYTES 254u

typedef enum UsersByte {
    USERS_OTHER,
    USERS_LETTER,
    USERS_TELLS, /* a user name has one of these, a word of prose mostly none */
    USERS_JOINS,
} UsersByte;

static const guint8 users_bytes[256] = {
    ['0' ... '9'] = USERS_TELLS, ['a' ... 'z'] = USERS_LETTER, ['A' ... 'Z'] = USERS_LETTER, ['.'] = USERS_TELLS,
    ['_'] = USERS_TELLS,         ['-'] = USERS_JOINS,          ['+'] = USERS_JOINS,
};

static bool
users_overlap(const NameScan *scan, guint before, gsize start, gsize end)
{
    for (guint i = 0; i < before; i++) {
        const ExeatNameMatch *match = &g_array_index(scan->out, ExeatNameMatch, i);
        if (match->start < end && start < match->end)
            return true;
    }
    return false;
}

static void
users_add(NameScan *scan, guint before, ExeatPersonId id, gsize people, gsize start, gsize end)
{
    const ExeatPerson *person = exeat_directory_person(scan->directory, id);
    if (person == NULL || person->role != EXEAT_ROLE_PUPIL || users_overlap(scan, before, start, end))
        return;
    NameWho who = {.person = id, .role = EXEAT_ROLE_PUPIL, .people = (guint)people};
    ExeatNameMatch match;
    exeat_name_begin(&match, &who, EXEAT_NAME_FORM_USERNAME, 95);
    match.start = start;
    match.end = end;
    match.parts_count = 1;
    match.parts[0] = (ExeatNamePart){start, end, EXEAT_NAME_PART_GIVEN};
    g_array_append_val(scan->out, match);
}

static void
users_try_address(NameScan *scan, guint before, gsize start, gsize end)
{
    if (end - start > USERS_MAX_BYTES)
        return;
    g_autofree char *text = g_strndup(scan->text + start, end - start);
    g_autofree char *key = exeat_address_key(text);
    const ExeatPersonId *people = NULL;
    gsize count = exeat_directory_address_people(scan->directory, key, &people);
    ExeatAddressUse use = EXEAT_ADDRESS_SCHOOL;
    exeat_directory_address(scan->directory, key, NULL, &use);
    if (count > 0 && use == EXEAT_ADDRESS_SCHOOL)
        users_add(scan, before, people[0], count, start, end);
}

/* A local part alone: exeat_address_key() of it, which for these bytes is this much. */
static void
users_try_local(NameScan *scan, guint before, gsize start, gsize end)
{
    char key[USERS_MAX_BYTES];
    gsize length = 0;
    if (end - start > USERS_MAX_BYTES)
        return;
    for (gsize i = start; i < end && (scan->text[i] != '+' || i == start); i++)
        key[length++] = g_ascii_tolower(scan->text[i]);
    const ExeatPersonId *people = NULL;
    gsize count = exeat_directory_user_people(scan->directory, key, length, &people);
    if (count > 0)
        users_add(scan, before, people[0], count, start, end);
}

void
exeat_name_users(NameScan *scan)
{
    guint before = scan->out->len;
    for (gsize at = 0; at < scan->length;) {
        if (!g_ascii_isalnum(scan->text[at])) {
            at++;
            continue;
        }
        gsize end = at;
        bool tells = false;
        for (UsersByte byte; end < scan->length && (byte = users_bytes[(guchar)scan->text[end]]) != USERS_OTHER; end++)
            tells = tells || byte == USERS_TELLS;
        gsize next = end;
        if (end < scan->length && scan->text[end] == '@') {
            next = end + 1;
            while (next < scan->length &&
                   (g_ascii_isalnum(scan->text[next]) || scan->text[next] == '-' || scan->text[next] == '.'))
                next++;
            gsize stop = next;
            while (stop > end + 1 && !g_ascii_isalnum(scan->text[stop - 1]))
                stop--;
            users_try_address(scan, before, at, stop);
        } else if (tells) {
            while (end > at && !g_ascii_isalnum(scan->text[end - 1]))
                end--;
            if (end - at >= 4)
                users_try_local(scan, before, at, end);
        }
        at = MAX(next, at + 1);
    }
}
