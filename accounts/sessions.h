/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sessions: a browser carries a random token, the file holds its hash. A session ends when nothing was done for its
 * idle time, at its end in any case, when somebody ends it, and when the account's password, second factor or right to
 * sign in changes.
 *
 * Tokens come from a stranger. Any thread.
 */
#ifndef EXEAT_ACCOUNTS_SESSIONS_H
#define EXEAT_ACCOUNTS_SESSIONS_H

#include "accounts/accounts.h"

#define EXEAT_SESSIONS_MOST 10        /* of an address; the one that was idle for longest ends */
#define EXEAT_SESSIONS_ALL_MOST 10000 /* of everybody */
#define EXEAT_SESSION_CLIENT_BYTES 64
/* The time of the last click is written down once in so long, or oftener if the idle time is short. */
#define EXEAT_SESSION_TOUCH_SECONDS 60

typedef enum ExeatSessionKind {
    EXEAT_SESSION_STAFF,  /* an account, both factors shown */
    EXEAT_SESSION_CODE,   /* an account, the password was right: a code is awaited */
    EXEAT_SESSION_HALF,   /* an account, the password was right: the second factor is to be set up */
    EXEAT_SESSION_SENDER, /* an address that has shown a one-time code; no account */
} ExeatSessionKind;

typedef struct ExeatSessionStart {
    ExeatSessionKind kind;
    const char *address;
    const char *client; /* where from; cut at EXEAT_SESSION_CLIENT_BYTES */
    gint64 idle;        /* seconds */
    gint64 longest;     /* seconds */
    gint64 now;
} ExeatSessionStart;

typedef struct ExeatSession {
    gint64 id; /* for exeat_sessions_end_one(); opens nothing */
    ExeatSessionKind kind;
    char *address; /* as at the start */
    char *client;
    gint64 started_at, seen_at, ends_at;
} ExeatSession;

void exeat_session_free(ExeatSession *session);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatSession, exeat_session_free)

/* *out_token (transfer full; exeat_secret_free()) is for a cookie. */
bool exeat_sessions_start(ExeatAccounts *accounts, const ExeatSessionStart *start, char **out_token, GError **error);
/* *out_session is NULL if there is none (any more); else its idle time begins anew. @token may be NULL. (transfer full)
 */
bool exeat_sessions_find(ExeatAccounts *accounts, const char *token, gint64 now, ExeatSession **out_session,
                         GError **error);
/* Whenever what a session may do changes: ends the one of @token, if there is one, and starts another with a new token.
 */
bool exeat_sessions_rotate(ExeatAccounts *accounts, const char *token, const ExeatSessionStart *start, char **out_token,
                           GError **error);
bool exeat_sessions_end(ExeatAccounts *accounts, const char *token, GError **error);
/* Nothing happens if the session is not of @address. */
bool exeat_sessions_end_one(ExeatAccounts *accounts, const char *address, gint64 id, GError **error);
bool exeat_sessions_end_all(ExeatAccounts *accounts, const char *address, GError **error);
/* ExeatSession * of @address, last seen first. (transfer full) */
bool exeat_sessions_list(ExeatAccounts *accounts, const char *address, gint64 now, GPtrArray **out_sessions,
                         GError **error);

/* What forms of this session carry, so that no other site can send them. It does not give the token away. (transfer
 * full) */
char *exeat_session_csrf(const char *token);
/* In the same time whatever @given is; it may be NULL. */
bool exeat_session_csrf_is(const char *token, const char *given);

#endif
