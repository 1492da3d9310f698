/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a person may do in the office, by the roles that exeat.conf gives their address. To see that a letter waits, to
 * read it and to decide on it are three rights. Nobody has any over a letter of their own.
 *
 * A role that the table does not know (a trust's own) decides on the letters that are its own.
 */
#ifndef EXEAT_OFFICE_PAGES_RIGHTS_H
#define EXEAT_OFFICE_PAGES_RIGHTS_H

#include <glib.h>
#include <stdbool.h>

#include "base/config.h"
#include "quarantine/store.h"

typedef enum ExeatRight {
    EXEAT_RIGHT_LIST = 1 << 0,    /* sees that letters wait, and why */
    EXEAT_RIGHT_READ = 1 << 1,    /* opens them */
    EXEAT_RIGHT_DECIDE = 1 << 2,  /* lets go, sends back */
    EXEAT_RIGHT_EXPLAIN = 1 << 3, /* must give a reason before opening one */
    EXEAT_RIGHT_AUDIT = 1 << 4,   /* the trail */
    EXEAT_RIGHT_HEALTH = 1 << 5,  /* how the office is doing; no content */
    EXEAT_RIGHT_FLAGGED = 1 << 6, /* copies of what went out flagged */
} ExeatRight;

typedef struct ExeatRights {
    guint bits;         /* of all roles together */
    char *address;      /* whose rights these are */
    GPtrArray *held;    /* roles (interned) that they have themselves */
    GPtrArray *deputed; /* roles (interned) for which they stand in */
    guint sees;         /* which letters: see rights.c */
} ExeatRights;

/* Never NULL; without any role there are no rights. (transfer full) */
ExeatRights *exeat_rights_of(const ExeatConfig *config, const char *address);
void exeat_rights_free(ExeatRights *rights);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatRights, exeat_rights_free)

static inline bool
exeat_rights_has(const ExeatRights *rights, ExeatRight right)
{
    return (rights->bits & (guint)right) != 0;
}

/* The role in which they act on a letter of @role, for the trail: "headteacher", "dpo". (transfer none) */
const char *exeat_rights_acting_as(const ExeatRights *rights, const char *role);

/* Narrows a list to the letters that they see: what exeat_rights_sees() says of each of them. What it gives belongs to
 * the filter while that is used; NULL is fine. (transfer container) */
const char **exeat_rights_narrow(const ExeatRights *rights, ExeatLetterFilter *filter);

/* True if this letter is their own: of that sender, or of that account (either may be NULL). */
bool exeat_rights_is_own(const ExeatRights *rights, const char *sender, const char *account);

/* Whether they see this letter at all: what waits for others is not there for them. Their own is not asked here. */
bool exeat_rights_sees(const ExeatRights *rights, const ExeatLetterRow *row);

typedef enum ExeatMayDecide {
    EXEAT_MAY_DECIDE,
    EXEAT_MAY_NOT,      /* not theirs */
    EXEAT_MAY_STAND_IN, /* theirs while those whom they stand in for are away, or the reminder was due */
} ExeatMayDecide;

/* By role alone; who is away is the caller's to ask. */
ExeatMayDecide exeat_rights_may_decide(const ExeatRights *rights, const char *role);

#endif
