/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "accounts/accounts.h"

#include <liboath/oath.h>

#include "accounts/accounts-private.h"
#include "accounts/codes.h"
#include "accounts/keys.h"
#include "accounts/second_factor.h"
#include "accounts/sign_in.h"
#include "base/error.h"
#include "message/address.h"
#include "quarantine/secret.h"

#define SETUP_SIGNS 16 /* 80 bits */
#define HASHES_AT_ONCE 4
#define COLUMNS                                                                                          \
    "SELECT id, address, name, language, password IS NOT NULL, setup_until, totp IS NOT NULL, disabled," \
    " (SELECT count(*) FROM recovery WHERE account = account.id), away_until, made_at, last_sign_in FROM account"

void
exeat_account_free(ExeatAccount *account)
{
    if (account == NULL)
        return;
    g_free(account->address);
    g_free(account->name);
    g_free(account->language);
    g_free(account);
}

static void
accounts_free_one(gpointer account)
{
    exeat_account_free(account);
}

void
exeat_accounts_close(ExeatAccounts *accounts)
{
    if (accounts == NULL)
        return;
    exeat_sql_close(&accounts->sql);
    exeat_throttle_free(accounts->throttle);
    g_clear_pointer(&accounts->claims, g_hash_table_unref);
    g_clear_pointer(&accounts->key, g_bytes_unref);
    g_free(accounts->nobody);
    g_mutex_clear(&accounts->lock);
    g_mutex_clear(&accounts->hash_lock);
    g_cond_clear(&accounts->hashed);
    g_free(accounts);
}

static bool
accounts_open(const char *path, GBytes *key, guint cost, bool adopt, ExeatAccounts **out_accounts, GError **error)
{
    g_autoptr(ExeatAccounts) accounts = g_new0(ExeatAccounts, 1);

    g_assert(g_bytes_get_size(key) == EXEAT_ACCOUNTS_KEY_BYTES);
    g_mutex_init(&accounts->lock);
    g_mutex_init(&accounts->hash_lock);
    g_cond_init(&accounts->hashed);
    accounts->key = g_bytes_ref(key);
    accounts->durable = true;
    accounts->cost = cost;
    accounts->throttle = exeat_throttle_new();
    accounts->nobody = exeat_password_setting(cost);
    if (accounts->nobody == NULL || oath_init() != OATH_OK) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_INTERNAL, "the libraries of passwords and codes do not work");
        return false;
    }
    if (!accounts_schema_open(accounts, path, error))
        return false;
    if (!accounts_schema_check_key(accounts, adopt, error)) {
        g_prefix_error(error, "%s: ", path);
        return false;
    }
    *out_accounts = g_steal_pointer(&accounts);
    return true;
}

bool
exeat_accounts_open(const char *path, GBytes *key, guint cost, ExeatAccounts **out_accounts, GError **error)
{
    return accounts_open(path, key, cost, false, out_accounts, error);
}

bool
exeat_accounts_adopt_key(const char *path, GBytes *key, GError **error)
{
    g_autoptr(ExeatAccounts) accounts = NULL;

    return accounts_open(path, key, EXEAT_PASSWORD_COST, true, &accounts, error);
}

static ExeatAccount *
accounts_row(sqlite3_stmt *statement)
{
    ExeatAccount *account = g_new0(ExeatAccount, 1);

    account->id = sqlite3_column_int64(statement, 0);
    account->address = exeat_sql_word(statement, 1);
    account->name = exeat_sql_word(statement, 2);
    account->language = exeat_sql_word(statement, 3);
    account->has_password = sqlite3_column_int64(statement, 4) != 0;
    account->must_change = sqlite3_column_int64(statement, 5) != 0;
    account->has_totp = sqlite3_column_int64(statement, 6) != 0;
    account->disabled = sqlite3_column_int64(statement, 7) != 0;
    account->recovery_left = (guint)sqlite3_column_int64(statement, 8);
    account->away_until = sqlite3_column_int64(statement, 9);
    account->made_at = sqlite3_column_int64(statement, 10);
    account->last_sign_in = sqlite3_column_int64(statement, 11);
    return account;
}

bool
accounts_read(ExeatAccounts *accounts, const char *key, ExeatAccount **out_account, GError **error)
{
    sqlite3_stmt *statement = exeat_sql_query(&accounts->sql, error, COLUMNS " WHERE key = ?", "t", key);
    bool row = false;

    if (statement == NULL || !exeat_sql_step(&accounts->sql, statement, &row, error))
        return false;
    *out_account = row ? accounts_row(statement) : NULL;
    sqlite3_reset(statement);
    return true;
}

bool
accounts_need(ExeatAccounts *accounts, const char *address, char **out_key, ExeatAccount **out_account, GError **error)
{
    g_autofree char *key = exeat_address_key(address);
    ExeatAccount *account = NULL;

    if (!accounts_read(accounts, key, &account, error))
        return false;
    if (account == NULL) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG, "there is no account of this address: exeat user list");
        return false;
    }
    *out_key = g_steal_pointer(&key);
    *out_account = account;
    return true;
}

bool
exeat_accounts_find(ExeatAccounts *accounts, const char *address, ExeatAccount **out_account, GError **error)
{
    g_autofree char *key = exeat_address_key(address);
    bool done;

    g_mutex_lock(&accounts->lock);
    done = accounts_read(accounts, key, out_account, error);
    g_mutex_unlock(&accounts->lock);
    return done;
}

bool
exeat_accounts_list(ExeatAccounts *accounts, GPtrArray **out_accounts, GError **error)
{
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func(accounts_free_one);
    sqlite3_stmt *statement;
    bool row = true, done;

    g_mutex_lock(&accounts->lock);
    statement = exeat_sql_query(&accounts->sql, error, COLUMNS " ORDER BY key", "");
    done = statement != NULL;
    while (done && row) {
        done = exeat_sql_step(&accounts->sql, statement, &row, error);
        if (done && row)
            g_ptr_array_add(rows, accounts_row(statement));
    }
    g_mutex_unlock(&accounts->lock);
    if (done)
        *out_accounts = g_steal_pointer(&rows);
    return done;
}

static bool
accounts_check_texts(const char *address, const char *name, GError **error)
{
    g_autoptr(ExeatAddress) parsed = exeat_address_new(address);

    if (*parsed->domain == '\0' || *parsed->local == '\0' || strcmp(parsed->display, "") != 0 ||
        strpbrk(address, " <>\t\r\n") != NULL || strlen(address) > EXEAT_ACCOUNTS_ADDRESS_BYTES) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG, "this is no address: write someone@school.example");
        return false;
    }
    if (strlen(name) > EXEAT_ACCOUNTS_NAME_BYTES || !g_utf8_validate(name, -1, NULL)) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG, "a name is UTF-8 and has %d bytes at most",
                    EXEAT_ACCOUNTS_NAME_BYTES);
        return false;
    }
    return true;
}

static bool
accounts_check_language(const char *language, GError **error)
{
    if (strcmp(language, "en") == 0 || strcmp(language, "cy") == 0)
        return true;
    g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG, "a language is en or cy");
    return false;
}

bool
exeat_accounts_add(ExeatAccounts *accounts, const char *address, const char *name, const char *language, gint64 now,
                   GError **error)
{
    g_autofree char *key = exeat_address_key(address);
    bool done;

    if (!accounts_check_texts(address, name, error) || !accounts_check_language(language, error) ||
        !accounts_begin(accounts, true, error))
        return false;
    done = exeat_sql_run(&accounts->sql, error,
                         "INSERT INTO account (key, address, name, language, made_at) VALUES (?, ?, ?, ?, ?)"
                         " ON CONFLICT DO NOTHING",
                         "tttti", key, address, name, language, now);
    if (done && exeat_sql_changes(&accounts->sql) == 0) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG, "there is an account of this address already");
        done = false;
    }
    return accounts_end(accounts, done, error);
}

bool
accounts_end_sessions(ExeatAccounts *accounts, const char *key, GError **error)
{
    return exeat_sql_run(&accounts->sql, error, "DELETE FROM session WHERE key = ?", "t", key);
}

/* Makes @hash the password. With @setup_until 0 it is the person's own. */
static bool
accounts_store_password(ExeatAccounts *accounts, const char *address, const char *hash, gint64 setup_until,
                        GError **error)
{
    g_autoptr(ExeatAccount) account = NULL;
    g_autofree char *key = NULL;
    bool done;

    if (!accounts_begin(accounts, true, error))
        return false;
    done = accounts_need(accounts, address, &key, &account, error) &&
           exeat_sql_run(&accounts->sql, error, "UPDATE account SET password = ?, setup_until = ? WHERE id = ?", "tii",
                         hash, setup_until, account->id) &&
           accounts_end_sessions(accounts, key, error);
    return accounts_end(accounts, done, error);
}

/* The hash that is to be replaced, if somebody else made it; NULL if the person did, who may keep a password. */
static bool
accounts_setup_hash(ExeatAccounts *accounts, const char *address, char **out_hash, GError **error)
{
    g_autoptr(ExeatAccount) account = NULL;
    g_autofree char *key = NULL;
    sqlite3_stmt *statement;
    bool row = false, done;

    g_mutex_lock(&accounts->lock);
    done = accounts_need(accounts, address, &key, &account, error);
    if (done && account->must_change) {
        statement = exeat_sql_query(&accounts->sql, error, "SELECT password FROM account WHERE id = ?", "i",
                                    account->id);
        done = statement != NULL && exeat_sql_step(&accounts->sql, statement, &row, error);
        if (done && row) {
            *out_hash = exeat_sql_text(statement, 0);
            sqlite3_reset(statement);
        }
    }
    g_mutex_unlock(&accounts->lock);
    return done;
}

/* Waits until it is this thread's turn to hash. */
static void
accounts_begin_hash(ExeatAccounts *accounts)
{
    g_mutex_lock(&accounts->hash_lock);
    while (accounts->hashing >= HASHES_AT_ONCE)
        g_cond_wait(&accounts->hashed, &accounts->hash_lock);
    accounts->hashing++;
    g_mutex_unlock(&accounts->hash_lock);
}

static void
accounts_end_hash(ExeatAccounts *accounts)
{
    g_mutex_lock(&accounts->hash_lock);
    accounts->hashing--;
    g_cond_signal(&accounts->hashed);
    g_mutex_unlock(&accounts->hash_lock);
}

bool
accounts_check_password(ExeatAccounts *accounts, const char *password, const char *hash)
{
    bool right;

    accounts_begin_hash(accounts);
    right = exeat_password_check(password, hash);
    accounts_end_hash(accounts);
    return right;
}

bool
accounts_hash_password(ExeatAccounts *accounts, const char *password, char **out_hash, GError **error)
{
    accounts_begin_hash(accounts);
    *out_hash = exeat_password_hash(password, accounts->cost);
    accounts_end_hash(accounts);
    if (*out_hash == NULL)
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_INTERNAL, "hashing the password failed");
    return *out_hash != NULL;
}

bool
exeat_accounts_set_password(ExeatAccounts *accounts, const char *address, const char *password,
                            ExeatPasswordFault *out_fault, GError **error)
{
    g_autofree char *old = NULL, *hash = NULL;
    ExeatPasswordFault fault = exeat_password_judge(password, address);

    if (!accounts_setup_hash(accounts, address, &old, error))
        return false;
    if (fault == EXEAT_PASSWORD_FINE && old != NULL && accounts_check_password(accounts, password, old))
        fault = EXEAT_PASSWORD_SAME;
    if (fault == EXEAT_PASSWORD_FINE && (!accounts_hash_password(accounts, password, &hash, error) ||
                                         !accounts_store_password(accounts, address, hash, 0, error)))
        return false;
    *out_fault = fault;
    return true;
}

bool
exeat_accounts_make_password(ExeatAccounts *accounts, const char *address, gint64 now, char **out_password,
                             GError **error)
{
    char *signs = accounts_code_new(SETUP_SIGNS), *password;
    g_autofree char *hash = NULL;

    if (signs == NULL) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_INTERNAL, "no randomness");
        return false;
    }
    /* In fours, as it is read from a slip of paper. */
    password = g_strdup_printf("%.4s-%.4s-%.4s-%.4s", signs, signs + 4, signs + 8, signs + 12);
    exeat_secret_free(signs);
    if (accounts_hash_password(accounts, password, &hash, error) &&
        accounts_store_password(accounts, address, hash, now + EXEAT_ACCOUNTS_SETUP_SECONDS, error)) {
        *out_password = password;
        return true;
    }
    exeat_secret_free(password);
    return false;
}

bool
exeat_accounts_set_language(ExeatAccounts *accounts, const char *address, const char *language, GError **error)
{
    g_autoptr(ExeatAccount) account = NULL;
    g_autofree char *key = NULL;
    bool done;

    if (!accounts_check_language(language, error) || !accounts_begin(accounts, false, error))
        return false;
    done = accounts_need(accounts, address, &key, &account, error) &&
           exeat_sql_run(&accounts->sql, error, "UPDATE account SET language = ? WHERE id = ?", "ti", language,
                         account->id);
    return accounts_end(accounts, done, error);
}

bool
exeat_accounts_set_away(ExeatAccounts *accounts, const char *address, gint64 until, GError **error)
{
    g_autoptr(ExeatAccount) account = NULL;
    g_autofree char *key = NULL;
    bool done;

    if (!accounts_begin(accounts, true, error))
        return false;
    done = accounts_need(accounts, address, &key, &account, error) &&
           exeat_sql_run(&accounts->sql, error, "UPDATE account SET away_until = ? WHERE id = ?", "ii", until,
                         account->id);
    return accounts_end(accounts, done, error);
}

bool
exeat_accounts_set_disabled(ExeatAccounts *accounts, const char *address, bool disabled, GError **error)
{
    g_autoptr(ExeatAccount) account = NULL;
    g_autofree char *key = NULL;
    bool done;

    if (!accounts_begin(accounts, true, error))
        return false;
    done = accounts_need(accounts, address, &key, &account, error) &&
           exeat_sql_run(&accounts->sql, error, "UPDATE account SET disabled = ? WHERE id = ?", "ii", (gint64)disabled,
                         account->id);
    if (disabled)
        done = done && accounts_end_sessions(accounts, key, error) &&
               exeat_sql_run(&accounts->sql, error, "DELETE FROM device WHERE account = ?", "i", account->id);
    return accounts_end(accounts, done, error);
}

bool
exeat_accounts_remove(ExeatAccounts *accounts, const char *address, GError **error)
{
    g_autoptr(ExeatAccount) account = NULL;
    g_autofree char *key = NULL;
    bool done;

    if (!accounts_begin(accounts, true, error))
        return false;
    done = accounts_need(accounts, address, &key, &account, error) &&
           exeat_sql_run(&accounts->sql, error, "DELETE FROM account WHERE id = ?", "i", account->id) &&
           accounts_end_sessions(accounts, key, error);
    return accounts_end(accounts, done, error);
}

bool
exeat_accounts_purge(ExeatAccounts *accounts, gint64 now, GError **error)
{
    bool done;

    if (!accounts_begin(accounts, false, error))
        return false;
    done = exeat_sql_run(&accounts->sql, error, "DELETE FROM session WHERE ends_at <= ?1 OR seen_at + idle <= ?1", "i",
                         now) &&
           exeat_sql_run(&accounts->sql, error, "DELETE FROM code WHERE made_at <= ?", "i",
                         now - EXEAT_CODES_PERIOD_SECONDS) &&
           exeat_sql_run(&accounts->sql, error, "DELETE FROM device WHERE seen_at <= ?", "i",
                         now - EXEAT_DEVICE_SECONDS) &&
           exeat_sql_run(&accounts->sql, error, "UPDATE account SET pending = NULL WHERE pending_at <= ?", "i",
                         now - EXEAT_TOTP_PENDING_SECONDS);
    return accounts_end(accounts, done, error);
}
