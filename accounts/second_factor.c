/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "accounts/second_factor.h"

#include <liboath/oath.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>

#include "accounts/accounts-private.h"
#include "accounts/keys.h"
#include "base/error.h"
#include "quarantine/secret.h"

#define RECOVERY_LABEL "recovery"

static bool
second_fail(GError **error, const char *what)
{
    g_set_error_literal(error, EXEAT_ERROR, EXEAT_ERROR_INTERNAL, what);
    return false;
}

/* What a secret is sealed together with: one that was moved to another row is none. (transfer full) */
static char *
second_bound(gint64 account)
{
    return g_strdup_printf("totp %" G_GINT64_FORMAT, account);
}

/* The secret as people and apps get it. */
static bool
second_describe(GBytes *secret, const char *issuer, const char *address, char **out_secret, char **out_uri,
                GError **error)
{
    g_autofree char *who = g_uri_escape_string(address, "@", false);
    g_autofree char *where = g_uri_escape_string(issuer, NULL, true);
    gsize size = 0, length = 0;
    const char *data = g_bytes_get_data(secret, &size);
    char *base32 = NULL;
    GString *fours;

    if (oath_base32_encode(data, size, &base32, &length) != OATH_OK)
        return second_fail(error, "writing the secret failed");
    while (length > 0 && base32[length - 1] == '=')
        base32[--length] = '\0';
    /* Long enough that it is never moved, and no copy stays behind. */
    fours = g_string_sized_new(2 * length);
    for (gsize i = 0; i < length; i++)
        g_string_append_printf(fours, "%s%c", i > 0 && i % 4 == 0 ? " " : "", base32[i]);
    *out_secret = g_string_free(fours, FALSE);
    *out_uri = g_strdup_printf("otpauth://totp/%s:%s?secret=%s&issuer=%s&algorithm=SHA1&digits=%d&period=%d", where,
                               who, base32, where, EXEAT_TOTP_DIGITS, EXEAT_TOTP_STEP_SECONDS);
    OPENSSL_cleanse(base32, length);
    free(base32);
    return true;
}

static bool
second_store_pending(ExeatAccounts *accounts, const ExeatAccount *account, GBytes *secret, gint64 now, GError **error)
{
    g_autofree char *bound = second_bound(account->id);
    gsize size = 0;
    const void *data = g_bytes_get_data(secret, &size);
    g_autoptr(GBytes) sealed = accounts_seal(accounts->key, bound, data, size);

    if (sealed == NULL)
        return second_fail(error, "sealing the secret failed");
    return exeat_sql_run(&accounts->sql, error, "UPDATE account SET pending = ?, pending_at = ? WHERE id = ?", "bii",
                         sealed, now, account->id);
}

bool
exeat_accounts_totp_begin(ExeatAccounts *accounts, const char *address, const char *issuer, bool replace, gint64 now,
                          char **out_secret, char **out_uri, GError **error)
{
    guint8 *random = g_malloc0(EXEAT_TOTP_SECRET_BYTES);
    g_autoptr(GBytes) secret = exeat_secret_bytes(random, EXEAT_TOTP_SECRET_BYTES);
    g_autoptr(ExeatAccount) account = NULL;
    g_autofree char *key = NULL;
    bool done;

    if (RAND_bytes(random, EXEAT_TOTP_SECRET_BYTES) != 1)
        return second_fail(error, "no randomness");
    if (!accounts_begin(accounts, true, error))
        return false;
    done = accounts_need(accounts, address, &key, &account, error);
    if (done && account->has_totp && !replace) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG, "the account has a second factor: exeat user totp-reset");
        done = false;
    }
    done = done && second_store_pending(accounts, account, secret, now, error);
    return accounts_end(accounts, done, error) &&
           second_describe(secret, issuer, account->address, out_secret, out_uri, error);
}

/* A sealed column of the account; *out_secret is NULL if it is empty. */
static bool
second_load(ExeatAccounts *accounts, gint64 account, sqlite3_stmt *statement, GBytes **out_secret, GError **error)
{
    g_autofree char *bound = second_bound(account);
    g_autoptr(GBytes) sealed = NULL;
    bool row = false;

    if (statement == NULL || !exeat_sql_step(&accounts->sql, statement, &row, error))
        return false;
    if (row) {
        sealed = exeat_sql_blob(statement, 0);
        sqlite3_reset(statement);
    }
    if (sealed == NULL) {
        *out_secret = NULL;
        return true;
    }
    *out_secret = accounts_unseal(accounts->key, bound, sealed);
    return *out_secret != NULL ||
           second_fail(error, "the secret of a second factor does not open: exeat user totp-reset");
}

static bool
second_load_pending(ExeatAccounts *accounts, const ExeatAccount *account, gint64 now, GBytes **out_secret,
                    GError **error)
{
    return second_load(accounts, account->id,
                       exeat_sql_query(&accounts->sql, error,
                                       "SELECT pending FROM account WHERE id = ? AND pending_at > ?", "ii", account->id,
                                       now - EXEAT_TOTP_PENDING_SECONDS),
                       out_secret, error);
}

bool
exeat_accounts_totp_pending(ExeatAccounts *accounts, const char *address, const char *issuer, gint64 now,
                            char **out_secret, char **out_uri, GError **error)
{
    g_autoptr(ExeatAccount) account = NULL;
    g_autoptr(GBytes) secret = NULL;
    g_autofree char *key = NULL;
    bool done;

    g_mutex_lock(&accounts->lock);
    done = accounts_need(accounts, address, &key, &account, error) &&
           second_load_pending(accounts, account, now, &secret, error);
    g_mutex_unlock(&accounts->lock);
    if (!done)
        return false;
    if (secret != NULL)
        return second_describe(secret, issuer, account->address, out_secret, out_uri, error);
    *out_secret = *out_uri = NULL;
    return true;
}

/* The step of which @code is, within the window around @now; 0 if it is of none. Takes as long whatever the answer. */
static gint64
second_step_of(GBytes *secret, const char *code, gint64 now)
{
    gsize size = 0;
    const char *data = g_bytes_get_data(secret, &size);
    gint64 step = now / EXEAT_TOTP_STEP_SECONDS, found = 0;

    for (gint64 i = step - EXEAT_TOTP_WINDOW; i <= step + EXEAT_TOTP_WINDOW; i++) {
        char right[EXEAT_TOTP_DIGITS + 1] = "";

        if (oath_totp_generate(data, size, (time_t)(i * EXEAT_TOTP_STEP_SECONDS), EXEAT_TOTP_STEP_SECONDS, 0,
                               EXEAT_TOTP_DIGITS, right) == OATH_OK &&
            CRYPTO_memcmp(right, code, EXEAT_TOTP_DIGITS) == 0)
            found = i;
        OPENSSL_cleanse(right, sizeof right);
    }
    return found;
}

static bool
second_is_totp(const char *clean)
{
    return strlen(clean) == EXEAT_TOTP_DIGITS && strspn(clean, "0123456789") == EXEAT_TOTP_DIGITS;
}

bool
exeat_accounts_totp_confirm(ExeatAccounts *accounts, const char *address, const char *code, gint64 now, bool *out_right,
                            GError **error)
{
    g_autoptr(ExeatAccount) account = NULL;
    g_autoptr(GBytes) secret = NULL;
    g_autofree char *key = NULL;
    char *clean = accounts_code_clean(code);
    gint64 step = 0;
    bool done = accounts_begin(accounts, true, error);

    if (done) {
        done = accounts_need(accounts, address, &key, &account, error) &&
               second_load_pending(accounts, account, now, &secret, error);
        if (done && secret != NULL && second_is_totp(clean))
            step = second_step_of(secret, clean, now);
        if (step > 0)
            done = exeat_sql_run(&accounts->sql, error,
                                 "UPDATE account SET totp = pending, pending = NULL, totp_step = ? WHERE id = ?", "ii",
                                 step, account->id);
        done = accounts_end(accounts, done, error);
    }
    exeat_secret_free(clean);
    if (done)
        *out_right = step > 0;
    return done;
}

bool
exeat_accounts_totp_reset(ExeatAccounts *accounts, const char *address, GError **error)
{
    g_autoptr(ExeatAccount) account = NULL;
    g_autofree char *key = NULL;
    bool done;

    if (!accounts_begin(accounts, true, error))
        return false;
    done = accounts_need(accounts, address, &key, &account, error) &&
           exeat_sql_run(&accounts->sql, error, "UPDATE account SET totp = NULL, pending = NULL WHERE id = ?", "i",
                         account->id) &&
           exeat_sql_run(&accounts->sql, error, "DELETE FROM recovery WHERE account = ?", "i", account->id) &&
           exeat_sql_run(&accounts->sql, error, "DELETE FROM device WHERE account = ?", "i", account->id) &&
           accounts_end_sessions(accounts, key, error);
    return accounts_end(accounts, done, error);
}

static bool
second_recovery_mac(ExeatAccounts *accounts, gint64 account, const char *clean, guint8 *out_mac, GError **error)
{
    char *text = g_strdup_printf("%" G_GINT64_FORMAT " %s", account, clean);
    bool done = accounts_mac(accounts->key, RECOVERY_LABEL, text, out_mac);

    exeat_secret_free(text);
    return done || second_fail(error, "hashing failed");
}

static void
second_free_code(gpointer code)
{
    exeat_secret_free(code);
}

static bool
second_add_recovery(ExeatAccounts *accounts, gint64 account, GPtrArray *codes, GError **error)
{
    char *clean = accounts_code_new(EXEAT_RECOVERY_SIGNS);
    guint8 mac[ACCOUNTS_HASH_BYTES];
    bool done = clean != NULL ? second_recovery_mac(accounts, account, clean, mac, error)
                              : second_fail(error, "no randomness");

    if (done)
        g_ptr_array_add(codes, g_strdup_printf("%.5s-%s", clean, clean + 5));
    exeat_secret_free(clean);
    return done && exeat_sql_run(&accounts->sql, error, "INSERT INTO recovery (account, mac) VALUES (?, ?)", "id",
                                 account, mac, sizeof mac);
}

bool
exeat_accounts_new_recovery(ExeatAccounts *accounts, const char *address, GPtrArray **out_codes, GError **error)
{
    g_autoptr(GPtrArray) codes = g_ptr_array_new_with_free_func(second_free_code);
    g_autoptr(ExeatAccount) account = NULL;
    g_autofree char *key = NULL;
    bool done;

    if (!accounts_begin(accounts, true, error))
        return false;
    done = accounts_need(accounts, address, &key, &account, error) &&
           exeat_sql_run(&accounts->sql, error, "DELETE FROM recovery WHERE account = ?", "i", account->id);
    for (guint i = 0; i < EXEAT_RECOVERY_CODES && done; i++)
        done = second_add_recovery(accounts, account->id, codes, error);
    if (!accounts_end(accounts, done, error))
        return false;
    *out_codes = g_steal_pointer(&codes);
    return true;
}

static bool
second_take_totp(ExeatAccounts *accounts, const ExeatAccount *account, const char *clean, gint64 now, bool *out_right,
                 GError **error)
{
    g_autoptr(GBytes) secret = NULL;
    gint64 step;

    if (!second_load(accounts, account->id,
                     exeat_sql_query(&accounts->sql, error, "SELECT totp FROM account WHERE id = ?", "i", account->id),
                     &secret, error))
        return false;
    step = secret != NULL ? second_step_of(secret, clean, now) : 0;
    *out_right = false;
    if (step == 0)
        return true;
    /* Never the same twice, nor an earlier one that somebody has seen. */
    if (!exeat_sql_run(&accounts->sql, error, "UPDATE account SET totp_step = ?1 WHERE id = ?2 AND totp_step < ?1",
                       "ii", step, account->id))
        return false;
    *out_right = exeat_sql_changes(&accounts->sql) == 1;
    return true;
}

bool
accounts_take_code(ExeatAccounts *accounts, const ExeatAccount *account, const char *code, gint64 now, bool *out_right,
                   bool *out_recovery, GError **error)
{
    char *clean = accounts_code_clean(code);
    guint8 mac[ACCOUNTS_HASH_BYTES];
    bool done;

    *out_recovery = !second_is_totp(clean);
    if (!*out_recovery) {
        done = second_take_totp(accounts, account, clean, now, out_right, error);
    } else {
        done = second_recovery_mac(accounts, account->id, clean, mac, error) &&
               exeat_sql_run(&accounts->sql, error, "DELETE FROM recovery WHERE account = ? AND mac = ?", "id",
                             account->id, mac, sizeof mac);
        *out_right = done && exeat_sql_changes(&accounts->sql) == 1;
    }
    exeat_secret_free(clean);
    return done;
}
