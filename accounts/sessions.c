/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "accounts/sessions.h"

#include <openssl/crypto.h>

#include "accounts/accounts-private.h"
#include "accounts/keys.h"
#include "base/error.h"
#include "message/address.h"
#include "quarantine/secret.h"

#define CSRF_LABEL "exeat form v1"
#define COLUMNS "SELECT id, kind, address, client, started_at, seen_at, ends_at, idle FROM session"

void
exeat_session_free(ExeatSession *session)
{
    if (session == NULL)
        return;
    g_free(session->address);
    g_free(session->client);
    g_free(session);
}

static void
sessions_free_one(gpointer session)
{
    exeat_session_free(session);
}

/* Room for one more: of that address, and of all. */
static bool
sessions_make_room(ExeatAccounts *accounts, const char *key, GError **error)
{
    return exeat_sql_run(&accounts->sql, error,
                         "DELETE FROM session WHERE key = ?1 AND id NOT IN"
                         " (SELECT id FROM session WHERE key = ?1 ORDER BY seen_at DESC, id DESC LIMIT ?2)",
                         "ti", key, (gint64)EXEAT_SESSIONS_MOST - 1) &&
           exeat_sql_run(&accounts->sql, error,
                         "DELETE FROM session WHERE id IN (SELECT id FROM session ORDER BY seen_at, id"
                         " LIMIT max(0, (SELECT count(*) FROM session) - ?))",
                         "i", (gint64)EXEAT_SESSIONS_ALL_MOST - 1);
}

static bool
sessions_insert(ExeatAccounts *accounts, const ExeatSessionStart *start, const char *token, GError **error)
{
    g_autofree char *key = exeat_address_key(start->address);
    g_autofree char *client = g_utf8_make_valid(start->client,
                                                (gssize)strnlen(start->client, EXEAT_SESSION_CLIENT_BYTES));
    guint8 hash[ACCOUNTS_HASH_BYTES];

    accounts_token_hash(token, hash);
    return sessions_make_room(accounts, key, error) &&
           exeat_sql_run(&accounts->sql, error,
                         "INSERT INTO session (hash, kind, key, address, client, started_at, seen_at, idle, ends_at)"
                         " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                         "dittt"
                         "iiii",
                         hash, sizeof hash, (gint64)start->kind, key, start->address, client, start->now, start->now,
                         start->idle, start->now + start->longest);
}

static bool
sessions_delete(ExeatAccounts *accounts, const char *token, GError **error)
{
    guint8 hash[ACCOUNTS_HASH_BYTES];

    accounts_token_hash(token, hash);
    return exeat_sql_run(&accounts->sql, error, "DELETE FROM session WHERE hash = ?", "d", hash, sizeof hash);
}

bool
exeat_sessions_rotate(ExeatAccounts *accounts, const char *token, const ExeatSessionStart *start, char **out_token,
                      GError **error)
{
    char *fresh = accounts_token_new();
    bool done;

    if (fresh == NULL) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_INTERNAL, "no randomness");
        return false;
    }
    done = accounts_begin(accounts, token != NULL, error) &&
           accounts_end(accounts,
                        (token == NULL || sessions_delete(accounts, token, error)) &&
                            sessions_insert(accounts, start, fresh, error),
                        error);
    if (done)
        *out_token = fresh;
    else
        exeat_secret_free(fresh);
    return done;
}

bool
exeat_sessions_start(ExeatAccounts *accounts, const ExeatSessionStart *start, char **out_token, GError **error)
{
    return exeat_sessions_rotate(accounts, NULL, start, out_token, error);
}

static ExeatSession *
sessions_row(sqlite3_stmt *statement)
{
    ExeatSession *session = g_new0(ExeatSession, 1);

    session->id = sqlite3_column_int64(statement, 0);
    session->kind = (ExeatSessionKind)sqlite3_column_int(statement, 1);
    session->address = exeat_sql_word(statement, 2);
    session->client = exeat_sql_word(statement, 3);
    session->started_at = sqlite3_column_int64(statement, 4);
    session->seen_at = sqlite3_column_int64(statement, 5);
    session->ends_at = sqlite3_column_int64(statement, 6);
    return session;
}

/* *out_stale says that the time of the last click should be written down again. */
static bool
sessions_look_up(ExeatAccounts *accounts, const char *token, gint64 now, ExeatSession **out_session, bool *out_stale,
                 GError **error)
{
    guint8 hash[ACCOUNTS_HASH_BYTES];
    sqlite3_stmt *statement;
    bool row = false;

    accounts_token_hash(token, hash);
    statement = exeat_sql_query(&accounts->sql, error,
                                COLUMNS " WHERE hash = ?1 AND ends_at > ?2 AND seen_at + idle > ?2", "di", hash,
                                sizeof hash, now);
    if (statement == NULL || !exeat_sql_step(&accounts->sql, statement, &row, error))
        return false;
    if (row) {
        gint64 idle = sqlite3_column_int64(statement, 7);

        *out_session = sessions_row(statement);
        *out_stale = now - (*out_session)->seen_at >= MIN(EXEAT_SESSION_TOUCH_SECONDS, MAX(idle / 8, 1));
        sqlite3_reset(statement);
    }
    return true;
}

bool
exeat_sessions_find(ExeatAccounts *accounts, const char *token, gint64 now, ExeatSession **out_session, GError **error)
{
    g_autoptr(ExeatSession) session = NULL;
    bool stale = false, done;

    if (token != NULL) {
        g_mutex_lock(&accounts->lock);
        done = sessions_look_up(accounts, token, now, &session, &stale, error);
        g_mutex_unlock(&accounts->lock);
        if (!done)
            return false;
    }
    if (stale) {
        session->seen_at = now;
        if (!accounts_begin(accounts, false, error) ||
            !accounts_end(accounts,
                          exeat_sql_run(&accounts->sql, error, "UPDATE session SET seen_at = ? WHERE id = ?", "ii", now,
                                        session->id),
                          error))
            return false;
    }
    *out_session = g_steal_pointer(&session);
    return true;
}

bool
exeat_sessions_end(ExeatAccounts *accounts, const char *token, GError **error)
{
    return accounts_begin(accounts, true, error) &&
           accounts_end(accounts, sessions_delete(accounts, token, error), error);
}

bool
exeat_sessions_end_one(ExeatAccounts *accounts, const char *address, gint64 id, GError **error)
{
    g_autofree char *key = exeat_address_key(address);

    return accounts_begin(accounts, true, error) &&
           accounts_end(
               accounts,
               exeat_sql_run(&accounts->sql, error, "DELETE FROM session WHERE key = ? AND id = ?", "ti", key, id),
               error);
}

bool
exeat_sessions_end_all(ExeatAccounts *accounts, const char *address, GError **error)
{
    g_autofree char *key = exeat_address_key(address);

    return accounts_begin(accounts, true, error) &&
           accounts_end(accounts, accounts_end_sessions(accounts, key, error), error);
}

bool
exeat_sessions_list(ExeatAccounts *accounts, const char *address, gint64 now, GPtrArray **out_sessions, GError **error)
{
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func(sessions_free_one);
    g_autofree char *key = exeat_address_key(address);
    sqlite3_stmt *statement;
    bool row = true, done;

    g_mutex_lock(&accounts->lock);
    statement = exeat_sql_query(&accounts->sql, error,
                                COLUMNS " WHERE key = ?1 AND ends_at > ?2 AND seen_at + idle > ?2"
                                        " ORDER BY seen_at DESC, id DESC",
                                "ti", key, now);
    done = statement != NULL;
    while (done && row) {
        done = exeat_sql_step(&accounts->sql, statement, &row, error);
        if (done && row)
            g_ptr_array_add(rows, sessions_row(statement));
    }
    g_mutex_unlock(&accounts->lock);
    if (done)
        *out_sessions = g_steal_pointer(&rows);
    return done;
}

char *
exeat_session_csrf(const char *token)
{
    g_autoptr(GBytes) key = g_bytes_new_static(token, strlen(token));
    guint8 mac[ACCOUNTS_HASH_BYTES] = {0};

    if (!accounts_mac(key, CSRF_LABEL, "", mac))
        g_error("no memory");
    return accounts_base64url(mac, sizeof mac);
}

bool
exeat_session_csrf_is(const char *token, const char *given)
{
    g_autofree char *right = exeat_session_csrf(token);
    gsize length = strlen(right);

    return given != NULL && strlen(given) == length && CRYPTO_memcmp(given, right, length) == 0;
}
