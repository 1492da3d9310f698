/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Known devices: browsers that have shown both factors and carry a random token since. It opens nothing; it only says
 * whose tries are not strangers'. The hash is stored, never the token. Called with the lock held.
 */
#include "accounts/accounts-private.h"
#include "accounts/keys.h"
#include "accounts/sign_in.h"
#include "base/error.h"
#include "quarantine/secret.h"

bool
accounts_device_find(ExeatAccounts *accounts, gint64 account, const char *token, gint64 now, gint64 *out_device,
                     GError **error)
{
    guint8 hash[ACCOUNTS_HASH_BYTES];

    if (token == NULL) {
        *out_device = 0;
        return true;
    }
    accounts_token_hash(token, hash);
    return accounts_number(accounts,
                           exeat_sql_query(&accounts->sql, error,
                                           "SELECT id FROM device WHERE hash = ? AND account = ? AND seen_at > ?",
                                           "dii", hash, sizeof hash, account, now - EXEAT_DEVICE_SECONDS),
                           out_device, error);
}

bool
accounts_device_touch(ExeatAccounts *accounts, gint64 device, gint64 now, GError **error)
{
    return exeat_sql_run(&accounts->sql, error, "UPDATE device SET seen_at = ? WHERE id = ?", "ii", now, device);
}

bool
accounts_device_new(ExeatAccounts *accounts, gint64 account, gint64 now, char **out_token, GError **error)
{
    char *token = accounts_token_new();
    guint8 hash[ACCOUNTS_HASH_BYTES];

    if (token == NULL) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_INTERNAL, "no randomness");
        return false;
    }
    accounts_token_hash(token, hash);
    if (exeat_sql_run(&accounts->sql, error,
                      "DELETE FROM device WHERE account = ?1 AND id NOT IN"
                      " (SELECT id FROM device WHERE account = ?1 ORDER BY seen_at DESC, id DESC LIMIT ?2)",
                      "ii", account, (gint64)EXEAT_DEVICES_MOST - 1) &&
        exeat_sql_run(&accounts->sql, error, "INSERT INTO device (account, hash, seen_at) VALUES (?, ?, ?)", "idi",
                      account, hash, sizeof hash, now)) {
        *out_token = token;
        return true;
    }
    exeat_secret_free(token);
    return false;
}
