/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A row is a code that was asked for; it stays for an hour, so that counting rows is what limits them. The code itself
 * is a keyed hash together with its nonce: eight digits without the key would be found in a moment.
 */
#include "accounts/codes.h"

#include <openssl/crypto.h>

#include "accounts/accounts-private.h"
#include "accounts/keys.h"
#include "base/error.h"
#include "message/address.h"
#include "quarantine/secret.h"

#define CODE_LABEL "code"

void
exeat_code_clear(ExeatCode *code)
{
    g_clear_pointer(&code->code, exeat_secret_free);
    g_clear_pointer(&code->nonce, exeat_secret_free);
}

static bool
codes_mac(ExeatAccounts *accounts, const char *nonce, const char *code, guint8 *out_mac, GError **error)
{
    char *text = g_strdup_printf("%s %s", nonce, code);
    bool done = accounts_mac(accounts->key, CODE_LABEL, text, out_mac);

    exeat_secret_free(text);
    if (!done)
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_INTERNAL, "hashing failed");
    return done;
}

/* When the last @most of @statement's times, which are newest first, leave room again. */
static bool
codes_wait_of(ExeatAccounts *accounts, sqlite3_stmt *statement, gint64 now, gint64 *wait, GError **error)
{
    gint64 made_at = 0;

    if (!accounts_number(accounts, statement, &made_at, error))
        return false;
    if (made_at > 0)
        *wait = MAX(*wait, CLAMP(made_at + EXEAT_CODES_PERIOD_SECONDS - now, 1, EXEAT_CODES_PERIOD_SECONDS));
    return true;
}

/* Each statement finds the row that makes it too many, if there is one. */
static bool
codes_wait(ExeatAccounts *accounts, const char *key, const char *network, gint64 now, gint64 *out_wait, GError **error)
{
    gint64 since = now - EXEAT_CODES_PERIOD_SECONDS;
    ExeatSql *sql = &accounts->sql;

    *out_wait = 0;
    return codes_wait_of(accounts,
                         exeat_sql_query(sql, error,
                                         "SELECT made_at FROM code WHERE key = ? AND made_at > ?"
                                         " ORDER BY made_at DESC LIMIT 1 OFFSET ?",
                                         "tii", key, since, (gint64)EXEAT_CODES_ADDRESS_MOST - 1),
                         now, out_wait, error) &&
           codes_wait_of(accounts,
                         exeat_sql_query(sql, error,
                                         "SELECT made_at FROM code WHERE key = ? AND network = ? AND made_at > ?"
                                         " ORDER BY made_at DESC LIMIT 1 OFFSET ?",
                                         "ttii", key, network, since, (gint64)EXEAT_CODES_PAIR_MOST - 1),
                         now, out_wait, error) &&
           codes_wait_of(accounts,
                         exeat_sql_query(sql, error,
                                         "SELECT made_at FROM code WHERE network = ? AND made_at > ?"
                                         " ORDER BY made_at DESC LIMIT 1 OFFSET ?",
                                         "tii", network, since, (gint64)EXEAT_CODES_NETWORK_MOST - 1),
                         now, out_wait, error);
}

static bool
codes_void(ExeatAccounts *accounts, const char *nonce, GError **error)
{
    guint8 hash[ACCOUNTS_HASH_BYTES];

    if (nonce == NULL)
        return true;
    accounts_token_hash(nonce, hash);
    return exeat_sql_run(&accounts->sql, error, "UPDATE code SET spent = 1 WHERE nonce = ?", "d", hash, sizeof hash);
}

static bool
codes_insert(ExeatAccounts *accounts, const ExeatCode *code, const char *address, const char *network, gint64 now,
             GError **error)
{
    g_autofree char *key = exeat_address_key(address);
    guint8 hash[ACCOUNTS_HASH_BYTES], mac[ACCOUNTS_HASH_BYTES];

    accounts_token_hash(code->nonce, hash);
    return codes_mac(accounts, code->nonce, code->code, mac, error) &&
           exeat_sql_run(&accounts->sql, error,
                         "DELETE FROM code WHERE nonce IN (SELECT nonce FROM code ORDER BY made_at"
                         " LIMIT max(0, (SELECT count(*) FROM code) - ?))",
                         "i", (gint64)EXEAT_CODES_ALL_MOST - 1) &&
           exeat_sql_run(&accounts->sql, error,
                         "INSERT INTO code (nonce, key, address, network, mac, made_at) VALUES (?, ?, ?, ?, ?, ?)",
                         "dtttdi", hash, sizeof hash, key, address, network, mac, sizeof mac, now);
}

static bool
codes_make(ExeatAccounts *accounts, const char *address, const char *client, const char *nonce, gint64 now,
           ExeatCode *code, GError **error)
{
    g_autofree char *key = exeat_address_key(address), *network = accounts_client_network(client);

    if (!codes_wait(accounts, key, network, now, &code->wait_seconds, error))
        return false;
    if (code->wait_seconds > 0)
        return true;
    code->code = accounts_digits_new(EXEAT_CODE_DIGITS);
    code->nonce = accounts_token_new();
    if (code->code == NULL || code->nonce == NULL) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_INTERNAL, "no randomness");
        return false;
    }
    return codes_void(accounts, nonce, error) && codes_insert(accounts, code, address, network, now, error);
}

bool
exeat_codes_make(ExeatAccounts *accounts, const char *address, const char *client, const char *nonce, gint64 now,
                 ExeatCode *out_code, GError **error)
{
    g_auto(ExeatCode) code = {0};

    if (strlen(address) > EXEAT_ACCOUNTS_ADDRESS_BYTES || !g_utf8_validate(address, -1, NULL)) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG, "this is no address");
        return false;
    }
    if (!accounts_begin(accounts, false, error) ||
        !accounts_end(accounts, codes_make(accounts, address, client, nonce, now, &code, error), error))
        return false;
    *out_code = code;
    code = (ExeatCode){0};
    return true;
}

/* The row of @hash that may still be tried, with this try counted; *out_address is NULL if there is none. */
static bool
codes_count_try(ExeatAccounts *accounts, const guint8 *hash, gint64 now, char **out_address, GBytes **out_mac,
                gint64 *out_tries, GError **error)
{
    sqlite3_stmt *statement;
    bool row = false;

    if (!exeat_sql_run(&accounts->sql, error,
                       "UPDATE code SET tries = tries + 1 WHERE nonce = ? AND spent = 0 AND tries < ? AND made_at > ?",
                       "dii", hash, (gsize)ACCOUNTS_HASH_BYTES, (gint64)EXEAT_CODE_TRIES_MOST,
                       now - EXEAT_CODE_SECONDS))
        return false;
    if (exeat_sql_changes(&accounts->sql) == 0)
        return true;
    statement = exeat_sql_query(&accounts->sql, error, "SELECT address, mac, tries FROM code WHERE nonce = ?", "d",
                                hash, (gsize)ACCOUNTS_HASH_BYTES);
    if (statement == NULL || !exeat_sql_step(&accounts->sql, statement, &row, error))
        return false;
    if (row) {
        *out_address = exeat_sql_word(statement, 0);
        *out_mac = exeat_sql_blob(statement, 1);
        *out_tries = sqlite3_column_int64(statement, 2);
        sqlite3_reset(statement);
    }
    return true;
}

static bool
codes_take(ExeatAccounts *accounts, const char *nonce, const char *clean, gint64 now, ExeatCodeOutcome *out_outcome,
           char **out_address, GError **error)
{
    guint8 hash[ACCOUNTS_HASH_BYTES], mac[ACCOUNTS_HASH_BYTES];
    g_autofree char *address = NULL;
    g_autoptr(GBytes) right = NULL;
    gint64 tries = 0;

    accounts_token_hash(nonce, hash);
    if (!codes_mac(accounts, nonce, clean, mac, error) ||
        !codes_count_try(accounts, hash, now, &address, &right, &tries, error))
        return false;
    if (right == NULL)
        return true;
    if (g_bytes_get_size(right) != sizeof mac || CRYPTO_memcmp(g_bytes_get_data(right, NULL), mac, sizeof mac) != 0) {
        *out_outcome = tries < EXEAT_CODE_TRIES_MOST ? EXEAT_CODE_WRONG : EXEAT_CODE_GONE;
        return true;
    }
    *out_outcome = EXEAT_CODE_RIGHT;
    *out_address = g_steal_pointer(&address);
    return codes_void(accounts, nonce, error);
}

bool
exeat_codes_take(ExeatAccounts *accounts, const char *nonce, const char *code, gint64 now,
                 ExeatCodeOutcome *out_outcome, char **out_address, GError **error)
{
    ExeatCodeOutcome outcome = EXEAT_CODE_GONE;
    g_autofree char *address = NULL;
    char *clean;
    bool done;

    if (nonce != NULL) {
        if (!accounts_begin(accounts, true, error))
            return false;
        clean = accounts_code_clean(code);
        done = accounts_end(accounts, codes_take(accounts, nonce, clean, now, &outcome, &address, error), error);
        exeat_secret_free(clean);
        if (!done)
            return false;
    }
    *out_outcome = outcome;
    *out_address = g_steal_pointer(&address);
    return true;
}
