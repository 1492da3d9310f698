/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Roles and people, from the configuration. Few of both, so everything is a list.
 */
#include "quarantine/deciders.h"

#include <string.h>

#include "message/address.h"

typedef struct DecidersRole {
    const char *name;    /* interned */
    GPtrArray *people;   /* char * */
    GPtrArray *deputies; /* char * */
    ExeatNotify notify;
    GArray *minutes; /* of digests; or NULL */
} DecidersRole;

struct ExeatDeciders {
    GPtrArray *roles; /* DecidersRole */
};

static void
deciders_free_role(gpointer data)
{
    DecidersRole *role = data;

    g_ptr_array_unref(role->people);
    g_ptr_array_unref(role->deputies);
    g_clear_pointer(&role->minutes, g_array_unref);
    g_free(role);
}

ExeatDeciders *
exeat_deciders_new(void)
{
    ExeatDeciders *deciders = g_new0(ExeatDeciders, 1);

    deciders->roles = g_ptr_array_new_with_free_func(deciders_free_role);
    return deciders;
}

void
exeat_deciders_free(ExeatDeciders *deciders)
{
    if (deciders == NULL)
        return;
    g_ptr_array_unref(deciders->roles);
    g_free(deciders);
}

static void
deciders_copy(GPtrArray *to, const char *const *from)
{
    for (gsize i = 0; from != NULL && from[i] != NULL; i++)
        g_ptr_array_add(to, g_strdup(from[i]));
}

void
exeat_deciders_add(ExeatDeciders *deciders, const char *role, const char *const *people, const char *const *deputies)
{
    DecidersRole *row = g_new0(DecidersRole, 1);

    row->name = g_intern_string(role);
    row->people = g_ptr_array_new_with_free_func(g_free);
    row->deputies = g_ptr_array_new_with_free_func(g_free);
    deciders_copy(row->people, people);
    deciders_copy(row->deputies, deputies);
    g_ptr_array_add(deciders->roles, row);
}

bool
exeat_deciders_same(const char *a, const char *b)
{
    g_autofree char *left = NULL, *right = NULL;

    if (a == NULL || b == NULL || *a == '\0' || *b == '\0')
        return false;
    left = exeat_address_key(a);
    right = exeat_address_key(b);
    return strcmp(left, right) == 0;
}

static DecidersRole *
deciders_find(const ExeatDeciders *deciders, const char *name)
{
    for (guint i = 0; i < deciders->roles->len; i++) {
        DecidersRole *role = g_ptr_array_index(deciders->roles, i);

        if (strcmp(role->name, name) == 0)
            return role;
    }
    return NULL;
}

void
exeat_deciders_set_notify(ExeatDeciders *deciders, const char *role, ExeatNotify notify, const GArray *minutes)
{
    DecidersRole *row = deciders_find(deciders, role);

    if (row == NULL)
        return;
    row->notify = notify;
    g_clear_pointer(&row->minutes, g_array_unref);
    row->minutes = g_array_copy((GArray *)(guintptr)minutes);
}

bool
exeat_deciders_are_told_at_once(const ExeatDeciders *deciders, const char *role)
{
    const DecidersRole *row = role != NULL ? deciders_find(deciders, role) : NULL;

    return row == NULL || row->notify != EXEAT_NOTIFY_DIGEST || row->minutes->len == 0;
}

static bool
deciders_list_has(const GPtrArray *list, const char *address)
{
    for (guint i = 0; i < list->len; i++) {
        if (exeat_deciders_same(g_ptr_array_index(list, i), address))
            return true;
    }
    return false;
}

bool
exeat_deciders_has(const ExeatDeciders *deciders, const char *role, const char *address)
{
    const DecidersRole *row = role != NULL ? deciders_find(deciders, role) : NULL;

    return row != NULL && (deciders_list_has(row->people, address) || deciders_list_has(row->deputies, address));
}

bool
exeat_deciders_has_anywhere(const ExeatDeciders *deciders, const char *address)
{
    for (guint i = 0; i < deciders->roles->len; i++) {
        if (exeat_deciders_has(deciders, ((const DecidersRole *)g_ptr_array_index(deciders->roles, i))->name, address))
            return true;
    }
    return false;
}

static void
deciders_add_others(GPtrArray *to, const GPtrArray *from, const char *sender, const char *account)
{
    for (guint i = 0; i < from->len; i++) {
        const char *address = g_ptr_array_index(from, i);

        if (!exeat_deciders_same(address, sender) && !exeat_deciders_same(address, account) &&
            !deciders_list_has(to, address))
            g_ptr_array_add(to, g_strdup(address));
    }
}

bool
exeat_deciders_digest(const ExeatDeciders *deciders, guint number, const char **out_role, const GArray **out_minutes,
                      GPtrArray **out_people)
{
    for (guint i = 0; i < deciders->roles->len; i++) {
        const DecidersRole *role = g_ptr_array_index(deciders->roles, i);

        if (role->notify == EXEAT_NOTIFY_AT_ONCE || role->minutes->len == 0 || number-- > 0)
            continue;
        *out_role = role->name;
        *out_minutes = role->minutes;
        *out_people = g_ptr_array_new_with_free_func(g_free);
        deciders_add_others(*out_people, role->people, NULL, NULL);
        deciders_add_others(*out_people, role->deputies, NULL, NULL);
        return true;
    }
    return false;
}

/* The people of @role who may decide on this letter: none if it is a letter of one of them. */
static bool
deciders_try(const ExeatDeciders *deciders, const char *name, const char *sender, const char *account, bool own_is_fine,
             GPtrArray *people, bool *out_own)
{
    const DecidersRole *role = deciders_find(deciders, name);

    if (role == NULL)
        return false;
    if (!own_is_fine && (deciders_list_has(role->people, sender) || deciders_list_has(role->people, account))) {
        *out_own = true;
        return false;
    }
    deciders_add_others(people, role->people, sender, account);
    deciders_add_others(people, role->deputies, sender, account);
    return people->len > 0;
}

bool
exeat_deciders_choose(const ExeatDeciders *deciders, const GPtrArray *roles, const char *sender, const char *account,
                      const char **out_role, GPtrArray **out_people)
{
    static const char *const usual[] = {EXEAT_ROLE_NAME_HEADTEACHER, EXEAT_ROLE_NAME_DEPUTY, EXEAT_ROLE_NAME_CHAIR};
    g_autoptr(GPtrArray) order = g_ptr_array_new(), people = g_ptr_array_new_with_free_func(g_free);
    bool own = false;

    for (guint i = 0; roles != NULL && i < roles->len; i++)
        g_ptr_array_add(order, g_ptr_array_index(roles, i));
    for (guint i = 0; i < G_N_ELEMENTS(usual); i++)
        g_ptr_array_add(order, (gpointer)(guintptr)usual[i]);
    /* First strictly; in a school where there is nobody else, the colleagues of the sender in that role. */
    for (guint pass = 0; pass < 2; pass++) {
        for (guint i = 0; i < order->len; i++) {
            const char *name = g_ptr_array_index(order, i);

            /* A letter of one who decides goes up, to the chair, and not sideways to a deputy. */
            if (pass == 0 && own && strcmp(name, EXEAT_ROLE_NAME_CHAIR) != 0)
                continue;
            if (!deciders_try(deciders, name, sender, account, pass > 0, people, &own))
                continue;
            *out_role = g_intern_string(name);
            *out_people = g_steal_pointer(&people);
            return true;
        }
    }
    return false;
}
