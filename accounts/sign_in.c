/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Three steps: under the lock, who it may be and whether it is their turn; without it, the hash; under it again, what
 * follows. Each try is charged as a failure before the hash and refunded after it, so that a hundred tries at once are
 * a hundred tries.
 */
#include "accounts/sign_in.h"

#include <gio/gio.h>

#include "accounts/accounts-private.h"
#include "accounts/keys.h"
#include "base/error.h"
#include "message/address.h"
#include "quarantine/secret.h"

#define CHARGES 2
#define IPV6_NETWORK_BYTES 8

/* One counter that this try counts in. */
typedef struct SignInCharge {
    ExeatThrottlePool pool;
    char *key;
    gint64 last;
} SignInCharge;

typedef struct SignIn {
    const ExeatSignInRequest *request;
    char *key;             /* of the address */
    ExeatAccount *account; /* NULL: there is none */
    char *hash;            /* NULL: there is no password to be right */
    gint64 device;         /* 0: no known one */
    SignInCharge charges[CHARGES];
    guint charged;
} SignIn;

static void
sign_in_clear(SignIn *sign_in)
{
    g_free(sign_in->key);
    exeat_account_free(sign_in->account);
    g_free(sign_in->hash);
    for (guint i = 0; i < CHARGES; i++)
        g_free(sign_in->charges[i].key);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SignIn, sign_in_clear)

void
exeat_sign_in_result_clear(ExeatSignInResult *result)
{
    g_clear_pointer(&result->account, exeat_account_free);
    g_clear_pointer(&result->device, exeat_secret_free);
}

char *
accounts_client_network(const char *client)
{
    static const guint8 mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    g_autoptr(GInetAddress) address = g_inet_address_new_from_string(client), network = NULL;
    guint8 bytes[16] = {0};
    const guint8 *whole;

    if (address == NULL)
        return g_strdup("");
    if (g_inet_address_get_family(address) == G_SOCKET_FAMILY_IPV4)
        return g_inet_address_to_string(address);
    whole = g_inet_address_to_bytes(address);
    if (memcmp(whole, mapped, sizeof mapped) == 0) {
        network = g_inet_address_new_from_bytes(whole + sizeof mapped, G_SOCKET_FAMILY_IPV4);
        return g_inet_address_to_string(network);
    }
    memcpy(bytes, whole, IPV6_NETWORK_BYTES);
    network = g_inet_address_new_from_bytes(bytes, G_SOCKET_FAMILY_IPV6);
    return g_inet_address_to_string(network);
}

/* Takes @key. */
static void
sign_in_counts_in(SignIn *sign_in, ExeatThrottlePool pool, char *key)
{
    sign_in->charges[sign_in->charged].pool = pool;
    sign_in->charges[sign_in->charged++].key = key;
}

static void
sign_in_choose_counters(SignIn *sign_in)
{
    if (sign_in->device != 0) {
        sign_in_counts_in(sign_in, EXEAT_THROTTLE_DEVICE, g_strdup_printf("%" G_GINT64_FORMAT, sign_in->device));
        return;
    }
    if (sign_in->account != NULL)
        sign_in_counts_in(sign_in, EXEAT_THROTTLE_ACCOUNT, g_strdup_printf("%" G_GINT64_FORMAT, sign_in->account->id));
    else
        sign_in_counts_in(sign_in, EXEAT_THROTTLE_NOBODY,
                          g_compute_checksum_for_string(G_CHECKSUM_SHA256, sign_in->key, -1));
    sign_in_counts_in(sign_in, EXEAT_THROTTLE_CLIENT, accounts_client_network(sign_in->request->client));
}

/* The hash to check against, if the account is there to be signed in to. */
static bool
sign_in_load_hash(ExeatAccounts *accounts, SignIn *sign_in, GError **error)
{
    sqlite3_stmt *statement;
    bool row = false;

    if (sign_in->account == NULL)
        return true;
    statement = exeat_sql_query(&accounts->sql, error,
                                "SELECT password FROM account WHERE id = ? AND disabled = 0"
                                " AND (setup_until = 0 OR setup_until > ?)",
                                "ii", sign_in->account->id, sign_in->request->now);
    if (statement == NULL || !exeat_sql_step(&accounts->sql, statement, &row, error))
        return false;
    if (row) {
        sign_in->hash = exeat_sql_text(statement, 0);
        sqlite3_reset(statement);
    }
    return true;
}

/* Who it may be. Charges the try, unless it is too early for one; then *out_wait says how long. */
static bool
sign_in_begin(ExeatAccounts *accounts, SignIn *sign_in, gint64 *out_wait, GError **error)
{
    const ExeatSignInRequest *request = sign_in->request;
    gint64 wait = 0;

    /* No account has such an address, and nothing shall be as long as somebody likes. */
    if (strlen(request->address) <= EXEAT_ACCOUNTS_ADDRESS_BYTES)
        sign_in->key = exeat_address_key(request->address);
    else
        sign_in->key = g_strdup("");
    if (!accounts_read(accounts, sign_in->key, &sign_in->account, error) ||
        !sign_in_load_hash(accounts, sign_in, error) ||
        (sign_in->account != NULL &&
         !accounts_device_find(accounts, sign_in->account->id, request->device, request->now, &sign_in->device, error)))
        return false;
    sign_in_choose_counters(sign_in);
    for (guint i = 0; i < sign_in->charged; i++)
        wait = MAX(wait, exeat_throttle_wait(accounts->throttle, sign_in->charges[i].pool, sign_in->charges[i].key,
                                             request->now));
    for (guint i = 0; i < sign_in->charged && wait == 0; i++)
        sign_in->charges[i].last = exeat_throttle_charge(accounts->throttle, sign_in->charges[i].pool,
                                                         sign_in->charges[i].key, request->now);
    *out_wait = wait;
    return true;
}

/* It was no guess. After both factors, earlier guesses at the account do not count either; those of the network do. */
static void
sign_in_refund(ExeatAccounts *accounts, const SignIn *sign_in, bool whole)
{
    for (guint i = 0; i < sign_in->charged; i++) {
        const SignInCharge *charge = &sign_in->charges[i];

        if (whole && charge->pool != EXEAT_THROTTLE_CLIENT)
            exeat_throttle_forget(accounts->throttle, charge->pool, charge->key);
        else
            exeat_throttle_refund(accounts->throttle, charge->pool, charge->key, sign_in->request->now, charge->last);
    }
}

/* Both factors are right. False in *out_still if the password was changed or the account disabled meanwhile. */
static bool
sign_in_mark(ExeatAccounts *accounts, SignIn *sign_in, bool *out_still, GError **error)
{
    if (!exeat_sql_run(&accounts->sql, error,
                       "UPDATE account SET last_sign_in = ? WHERE id = ? AND password = ? AND disabled = 0", "iit",
                       sign_in->request->now, sign_in->account->id, sign_in->hash))
        return false;
    *out_still = exeat_sql_changes(&accounts->sql) == 1;
    return true;
}

static bool
sign_in_second(ExeatAccounts *accounts, SignIn *sign_in, ExeatSignInResult *result, GError **error)
{
    const ExeatSignInRequest *request = sign_in->request;
    bool right = false, recovery = false;

    if (!accounts_take_code(accounts, sign_in->account, request->code, request->now, &right, &recovery, error))
        return false;
    if (right && !sign_in_mark(accounts, sign_in, &right, error))
        return false;
    if (!right)
        return true;
    if (sign_in->device != 0
            ? !accounts_device_touch(accounts, sign_in->device, request->now, error)
            : !accounts_device_new(accounts, sign_in->account->id, request->now, &result->device, error))
        return false;
    result->used_recovery = recovery;
    result->outcome = EXEAT_SIGN_IN_OK;
    return true;
}

/* In a transaction. The account is read again: the hash has taken its time. */
static bool
sign_in_judge(ExeatAccounts *accounts, SignIn *sign_in, ExeatSignInResult *result, GError **error)
{
    ExeatAccount *fresh = NULL;

    if (!accounts_read(accounts, sign_in->key, &fresh, error))
        return false;
    exeat_account_free(sign_in->account);
    sign_in->account = fresh;
    if (fresh == NULL || fresh->disabled)
        return true;
    if (!fresh->has_totp)
        result->outcome = EXEAT_SIGN_IN_ENROL;
    else if (sign_in->request->code == NULL)
        result->outcome = EXEAT_SIGN_IN_CODE;
    else if (!sign_in_second(accounts, sign_in, result, error))
        return false;
    if (result->outcome == EXEAT_SIGN_IN_WRONG)
        return true;
    sign_in_refund(accounts, sign_in, result->outcome == EXEAT_SIGN_IN_OK);
    return accounts_read(accounts, sign_in->key, &result->account, error);
}

/* Hashes the password again if exeat makes better hashes by now. If that fails, the next sign-in does it. */
static void
sign_in_renew(ExeatAccounts *accounts, const SignIn *sign_in)
{
    g_autofree char *hash = NULL;

    if (exeat_password_is_dated(sign_in->hash, accounts->nobody) &&
        accounts_hash_password(accounts, sign_in->request->password, &hash, NULL) &&
        accounts_begin(accounts, true, NULL))
        accounts_end(accounts,
                     exeat_sql_run(&accounts->sql, NULL,
                                   "UPDATE account SET password = ? WHERE key = ? AND password = ?", "ttt", hash,
                                   sign_in->key, sign_in->hash),
                     NULL);
}

static bool
sign_in_try(ExeatAccounts *accounts, const ExeatSignInRequest *request, bool vouched, ExeatSignInResult *result,
            GError **error)
{
    g_auto(SignIn) sign_in = {.request = request};
    bool done, right = vouched;

    g_mutex_lock(&accounts->lock);
    done = sign_in_begin(accounts, &sign_in, &result->wait_seconds, error);
    g_mutex_unlock(&accounts->lock);
    if (!done)
        return false;
    if (result->wait_seconds > 0) {
        result->outcome = EXEAT_SIGN_IN_WAIT;
        return true;
    }
    if (!vouched)
        right = accounts_check_password(accounts, request->password,
                                        sign_in.hash != NULL ? sign_in.hash : accounts->nobody);
    if (!right || sign_in.hash == NULL)
        return true;
    if (!accounts_begin(accounts, true, error) ||
        !accounts_end(accounts, sign_in_judge(accounts, &sign_in, result, error), error))
        return false;
    if (!vouched && result->outcome != EXEAT_SIGN_IN_WRONG)
        sign_in_renew(accounts, &sign_in);
    return true;
}

static bool
sign_in_run(ExeatAccounts *accounts, const ExeatSignInRequest *request, bool vouched, ExeatSignInResult *out_result,
            GError **error)
{
    g_auto(ExeatSignInResult) result = {.outcome = EXEAT_SIGN_IN_WRONG};

    if (!sign_in_try(accounts, request, vouched, &result, error))
        return false;
    *out_result = result;
    result.account = NULL;
    result.device = NULL;
    return true;
}

bool
exeat_sign_in(ExeatAccounts *accounts, const ExeatSignInRequest *request, ExeatSignInResult *out_result, GError **error)
{
    return sign_in_run(accounts, request, false, out_result, error);
}

bool
exeat_sign_in_code(ExeatAccounts *accounts, const ExeatSignInRequest *request, ExeatSignInResult *out_result,
                   GError **error)
{
    return sign_in_run(accounts, request, true, out_result, error);
}

bool
exeat_sign_in_enrolled(ExeatAccounts *accounts, const char *address, gint64 now, char **out_device, GError **error)
{
    g_autoptr(ExeatAccount) account = NULL;
    g_autofree char *key = NULL, *id = NULL;
    char *device = NULL;
    bool done;

    if (!accounts_begin(accounts, true, error))
        return false;
    done = accounts_need(accounts, address, &key, &account, error) &&
           exeat_sql_run(&accounts->sql, error, "UPDATE account SET last_sign_in = ? WHERE id = ?", "ii", now,
                         account->id) &&
           accounts_device_new(accounts, account->id, now, &device, error);
    if (!accounts_end(accounts, done, error)) {
        exeat_secret_free(device);
        return false;
    }
    *out_device = device;
    return true;
}
