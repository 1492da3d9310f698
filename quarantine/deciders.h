/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who decides. Roles have people, and deputies who stand in. Nobody decides on a letter of their own: if the sender is
 * among the people of the role, it goes to the chair, and the sender is taken out wherever they appear.
 *
 * Immutable; any thread.
 */
#ifndef EXEAT_QUARANTINE_DECIDERS_H
#define EXEAT_QUARANTINE_DECIDERS_H

#include <glib.h>
#include <stdbool.h>

#define EXEAT_ROLE_NAME_HEADTEACHER "headteacher"
#define EXEAT_ROLE_NAME_DEPUTY "deputy"
#define EXEAT_ROLE_NAME_CHAIR "chair"

typedef struct ExeatDeciders ExeatDeciders;

ExeatDeciders *exeat_deciders_new(void);
void exeat_deciders_free(ExeatDeciders *deciders);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatDeciders, exeat_deciders_free)

/* While it is being made. @people and @deputies are NULL-terminated and may be NULL. */
void exeat_deciders_add(ExeatDeciders *deciders, const char *role, const char *const *people,
                        const char *const *deputies);

/* How those of a role hear that a letter waits for them. */
typedef enum ExeatNotify {
    EXEAT_NOTIFY_AT_ONCE, /* a mail for each letter */
    EXEAT_NOTIFY_DIGEST,  /* at set times, one mail about all that waits */
    EXEAT_NOTIFY_BOTH,
} ExeatNotify;

/* While it is being made, after exeat_deciders_add(). @minutes: of the day, as exeat_clock_parse_times() gives them. */
void exeat_deciders_set_notify(ExeatDeciders *deciders, const char *role, ExeatNotify notify, const GArray *minutes);
/* True for a role of which nothing was set. */
bool exeat_deciders_are_told_at_once(const ExeatDeciders *deciders, const char *role);

/* The roles that are sent digests, one after another: false after the last. @out_minutes, @out_people (char *):
 * the times (transfer none), and all who get one (transfer full). */
bool exeat_deciders_digest(const ExeatDeciders *deciders, guint number, const char **out_role,
                           const GArray **out_minutes, GPtrArray **out_people);

/*
 * The role and the people for a letter of @sender and @account (each may be NULL): the first of @roles (char *) that
 * has anybody, else headteacher, deputy, chair. False if there is nobody at all. *out_people (transfer full) holds char
 * *.
 */
bool exeat_deciders_choose(const ExeatDeciders *deciders, const GPtrArray *roles, const char *sender,
                           const char *account, const char **out_role, GPtrArray **out_people);

/* True if @address is one of the people or deputies of @role. */
bool exeat_deciders_has(const ExeatDeciders *deciders, const char *role, const char *address);

/* The same for any role. */
bool exeat_deciders_has_anywhere(const ExeatDeciders *deciders, const char *address);

/* Two spellings of one mailbox. */
bool exeat_deciders_same(const char *a, const char *b);

#endif
