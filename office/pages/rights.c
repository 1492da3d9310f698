/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "office/pages/rights.h"

#include <string.h>

#include "quarantine/deciders.h"
#include "quarantine/settings.h"

#define RULE_SAFEGUARDING "safeguarding"

enum {
    SEES_OWN_ROLE = 0,          /* letters that wait for a role of theirs */
    SEES_ALL_BUT_CHAIRS = 1,    /* the head's own letters are the chair's */
    SEES_SAFEGUARDING = 1 << 1, /* and those with a finding of that kind */
    SEES_ALL = 1 << 2,
};

typedef struct RightsRow {
    const char *role;
    guint bits;
    guint sees;
} RightsRow;

#define DECIDES (EXEAT_RIGHT_LIST | EXEAT_RIGHT_READ | EXEAT_RIGHT_DECIDE)

static const RightsRow rights_table[] = {
    {"headteacher", DECIDES | EXEAT_RIGHT_AUDIT | EXEAT_RIGHT_HEALTH | EXEAT_RIGHT_FLAGGED, SEES_ALL_BUT_CHAIRS},
    {"deputy", DECIDES | EXEAT_RIGHT_FLAGGED, SEES_ALL_BUT_CHAIRS},
    {"chair", DECIDES | EXEAT_RIGHT_AUDIT, SEES_OWN_ROLE},
    {"dpo", EXEAT_RIGHT_LIST | EXEAT_RIGHT_READ | EXEAT_RIGHT_EXPLAIN | EXEAT_RIGHT_AUDIT | EXEAT_RIGHT_HEALTH,
     SEES_ALL},
    {"dsl", DECIDES | EXEAT_RIGHT_EXPLAIN, SEES_OWN_ROLE | SEES_SAFEGUARDING},
    {"monitor", EXEAT_RIGHT_LIST | EXEAT_RIGHT_READ | EXEAT_RIGHT_EXPLAIN | EXEAT_RIGHT_FLAGGED, SEES_ALL_BUT_CHAIRS},
    {"office", EXEAT_RIGHT_LIST, SEES_ALL_BUT_CHAIRS},
    {"network-manager", EXEAT_RIGHT_HEALTH, SEES_OWN_ROLE},
};

static const RightsRow *
rights_row(const char *role)
{
    static const RightsRow other = {NULL, DECIDES, SEES_OWN_ROLE};

    for (gsize i = 0; i < G_N_ELEMENTS(rights_table); i++) {
        if (strcmp(rights_table[i].role, role) == 0)
            return &rights_table[i];
    }
    return &other;
}

static bool
rights_listed(char **addresses, const char *address)
{
    for (gsize i = 0; addresses[i] != NULL; i++) {
        if (exeat_deciders_same(addresses[i], address))
            return true;
    }
    return false;
}

static bool
rights_has_role(const GPtrArray *roles, const char *role)
{
    return g_ptr_array_find((GPtrArray *)(guintptr)roles, g_intern_string(role), NULL);
}

ExeatRights *
exeat_rights_of(const ExeatConfig *config, const char *address)
{
    ExeatRights *rights = g_new0(ExeatRights, 1);

    rights->address = g_strdup(address);
    rights->held = g_ptr_array_new();
    rights->deputed = g_ptr_array_new();
    for (guint i = 0; i < exeat_config_titled_count(config, "role"); i++) {
        const char *title = NULL;
        const ExeatRoleSettings *role = exeat_config_titled(config, "role", i, &title);
        bool own = rights_listed(role->people, address), stands_in = rights_listed(role->deputies, address);

        if (!own && !stands_in)
            continue;
        g_ptr_array_add(own ? rights->held : rights->deputed, (gpointer)(guintptr)g_intern_string(title));
        rights->bits |= rights_row(title)->bits;
        rights->sees |= rights_row(title)->sees;
    }
    /* Who decides in any role need not explain to open what they decide on. */
    if (rights_has_role(rights->held, EXEAT_ROLE_NAME_HEADTEACHER) ||
        rights_has_role(rights->deputed, EXEAT_ROLE_NAME_HEADTEACHER))
        rights->bits &= ~(guint)EXEAT_RIGHT_EXPLAIN;
    return rights;
}

void
exeat_rights_free(ExeatRights *rights)
{
    if (rights == NULL)
        return;
    g_free(rights->address);
    g_ptr_array_unref(rights->held);
    g_ptr_array_unref(rights->deputed);
    g_free(rights);
}

const char *
exeat_rights_acting_as(const ExeatRights *rights, const char *role)
{
    if (role != NULL && rights_has_role(rights->held, role))
        return g_intern_string(role);
    if (rights->held->len > 0)
        return g_ptr_array_index(rights->held, 0);
    return rights->deputed->len > 0 ? EXEAT_ROLE_NAME_DEPUTY : "nobody";
}

const char **
exeat_rights_narrow(const ExeatRights *rights, ExeatLetterFilter *filter)
{
    const char **roles;
    gsize n = 0;

    if ((rights->sees & SEES_ALL) != 0)
        return NULL;
    if ((rights->sees & SEES_ALL_BUT_CHAIRS) != 0) {
        if (!rights_has_role(rights->held, EXEAT_ROLE_NAME_CHAIR) &&
            !rights_has_role(rights->deputed, EXEAT_ROLE_NAME_CHAIR))
            filter->not_role = EXEAT_ROLE_NAME_CHAIR;
        return NULL;
    }
    roles = g_new0(const char *, rights->held->len + rights->deputed->len + 1);
    for (guint i = 0; i < rights->held->len; i++)
        roles[n++] = g_ptr_array_index(rights->held, i);
    for (guint i = 0; i < rights->deputed->len; i++)
        roles[n++] = g_ptr_array_index(rights->deputed, i);
    filter->roles = roles;
    if ((rights->sees & SEES_SAFEGUARDING) != 0)
        filter->or_rule = RULE_SAFEGUARDING;
    return roles;
}

bool
exeat_rights_is_own(const ExeatRights *rights, const char *sender, const char *account)
{
    return exeat_deciders_same(rights->address, sender) || exeat_deciders_same(rights->address, account);
}

static bool
rights_is_safeguarding(const ExeatLetterRow *row)
{
    for (guint i = 0; i < row->findings->len; i++) {
        if (strcmp(g_array_index(row->findings, ExeatFindingRow, i).rule, RULE_SAFEGUARDING) == 0)
            return true;
    }
    return false;
}

bool
exeat_rights_sees(const ExeatRights *rights, const ExeatLetterRow *row)
{
    const char *role = row->role;

    if (!exeat_rights_has(rights, EXEAT_RIGHT_LIST))
        return false;
    if (row->kind == EXEAT_LETTER_FLAGGED && !exeat_rights_has(rights, EXEAT_RIGHT_FLAGGED))
        return false;
    if ((rights->sees & SEES_ALL) != 0 || rights_has_role(rights->held, role) || rights_has_role(rights->deputed, role))
        return true;
    if ((rights->sees & SEES_SAFEGUARDING) != 0 && rights_is_safeguarding(row))
        return true;
    return (rights->sees & SEES_ALL_BUT_CHAIRS) != 0 && strcmp(role, EXEAT_ROLE_NAME_CHAIR) != 0;
}

ExeatMayDecide
exeat_rights_may_decide(const ExeatRights *rights, const char *role)
{
    bool chairs = strcmp(role, EXEAT_ROLE_NAME_CHAIR) == 0;

    if (!exeat_rights_has(rights, EXEAT_RIGHT_DECIDE))
        return EXEAT_MAY_NOT;
    if (rights_has_role(rights->held, role) || (!chairs && rights_has_role(rights->held, EXEAT_ROLE_NAME_HEADTEACHER)))
        return EXEAT_MAY_DECIDE;
    if (rights_has_role(rights->deputed, role) ||
        (!chairs && (rights_has_role(rights->held, EXEAT_ROLE_NAME_DEPUTY) ||
                     rights_has_role(rights->deputed, EXEAT_ROLE_NAME_HEADTEACHER))))
        return EXEAT_MAY_STAND_IN;
    return EXEAT_MAY_NOT;
}
