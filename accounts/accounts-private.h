/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of this floor share: the handle, its transactions, the rows that more than one of them reads. */
#ifndef EXEAT_ACCOUNTS_ACCOUNTS_PRIVATE_H
#define EXEAT_ACCOUNTS_ACCOUNTS_PRIVATE_H

#include "accounts/accounts.h"
#include "accounts/throttle.h"
#include "quarantine/sql.h"

struct ExeatAccounts {
    GMutex lock; /* guards all that follows but key, cost and nobody, which never change */
    ExeatSql sql;
    bool durable; /* what SQLite was last told */
    ExeatThrottle *throttle;
    GHashTable *claims; /* claims.c */
    GBytes *key;
    guint cost;
    char *nobody;     /* what a password is checked against where there is none */
    GMutex hash_lock; /* guards what follows */
    GCond hashed;
    guint hashing;
};

/* Makes the file if there is none, opens it, brings its tables up to what this program knows. */
bool accounts_schema_open(ExeatAccounts *accounts, const char *path, GError **error);
/* CONFIG if the file was made with another key; a new one takes it. With @adopt, so does an old one. */
bool accounts_schema_check_key(ExeatAccounts *accounts, bool adopt, GError **error);

/*
 * Takes the lock and begins a transaction; with @durable it will be on disk when it has ended, without it may be lost
 * with the machine. False, without the lock, if that fails. Then accounts_end(): COMMIT if @done and that works, else
 * ROLLBACK; lets go of the lock. Returns whether it was committed.
 */
bool accounts_begin(ExeatAccounts *accounts, bool durable, GError **error);
bool accounts_end(ExeatAccounts *accounts, bool done, GError **error);

/* exeat_password_check() and exeat_password_hash(), few at a time: each takes memory that strangers would fill. Without
 * the lock. */
bool accounts_check_password(ExeatAccounts *accounts, const char *password, const char *hash);
bool accounts_hash_password(ExeatAccounts *accounts, const char *password, char **out_hash, GError **error);

/* The rest is called with the lock held. */

/* The columns of an account; @key is exeat_address_key()'s. *out_account is NULL if there is none. */
bool accounts_read(ExeatAccounts *accounts, const char *key, ExeatAccount **out_account, GError **error);
/* As accounts_read(), but CONFIG if there is none. */
bool accounts_need(ExeatAccounts *accounts, const char *address, char **out_key, ExeatAccount **out_account,
                   GError **error);
bool accounts_end_sessions(ExeatAccounts *accounts, const char *key, GError **error);
/* The first column of the one row of @statement (exeat_sql_query()), 0 without one. */
bool accounts_number(ExeatAccounts *accounts, sqlite3_stmt *statement, gint64 *out_number, GError **error);

/* Whether @code is right for the second factor of @account, and uses it up. */
bool accounts_take_code(ExeatAccounts *accounts, const ExeatAccount *account, const char *code, gint64 now,
                        bool *out_right, bool *out_recovery, GError **error);

/* The device that has @token (NULL fine) and has not expired; 0 if there is none. */
bool accounts_device_find(ExeatAccounts *accounts, gint64 account, const char *token, gint64 now, gint64 *out_device,
                          GError **error);
bool accounts_device_touch(ExeatAccounts *accounts, gint64 device, gint64 now, GError **error);
/* (transfer full; exeat_secret_free()) */
bool accounts_device_new(ExeatAccounts *accounts, gint64 account, gint64 now, char **out_token, GError **error);

/* The network that a client's address stands for: all of IPv4, /64 of IPv6, whose rest a client chooses itself.
 * (transfer full) */
char *accounts_client_network(const char *client);

#endif
