/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who may sign in to the office: people of the school with a password and a second factor. What they may do there is
 * not here: the `role` blocks of exeat.conf say it by address.
 *
 * It all lies in one SQLite file of the office's alone (0600). Passwords are yescrypt; the secrets of the second factor
 * are sealed and all other secrets are keyed hashes under a key that is made of the quarantine's private key, so that a
 * copy of the file gives no code to anybody. This floor knows no HTTP and no letters, and logs nothing; its errors hold
 * no address and no secret.
 *
 * A handle may be shared by all threads of a process: there is a lock inside, which nobody holds while a password is
 * hashed. Several processes may have the file open (exeat-office, `exeat user`). Times are seconds since the epoch.
 */
#ifndef EXEAT_ACCOUNTS_ACCOUNTS_H
#define EXEAT_ACCOUNTS_ACCOUNTS_H

#include <glib.h>
#include <stdbool.h>

#include "accounts/password.h"

#define EXEAT_ACCOUNTS_KEY_BYTES 32
#define EXEAT_ACCOUNTS_ADDRESS_BYTES 254 /* RFC 5321 4.5.3.1.3, without the angle brackets */
#define EXEAT_ACCOUNTS_NAME_BYTES 200
/* How long a set-up password, which somebody else has made and seen, may be used. */
#define EXEAT_ACCOUNTS_SETUP_SECONDS ((gint64)7 * 24 * 3600)

typedef struct ExeatAccounts ExeatAccounts;

typedef struct ExeatAccount {
    gint64 id;
    char *address;       /* as it was added; compared by exeat_address_key() */
    char *name;          /* for people to read */
    char *language;      /* "en" or "cy" */
    bool has_password;   /* without one nobody gets in */
    bool must_change;    /* it is a set-up password: ask for one of their own before anything else */
    bool has_totp;       /* the second factor is in force */
    bool disabled;       /* may not sign in */
    guint recovery_left; /* recovery codes that are not used up */
    gint64 away_until;   /* 0: not away */
    gint64 made_at;
    gint64 last_sign_in; /* 0: never */
} ExeatAccount;

void exeat_account_free(ExeatAccount *account);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatAccount, exeat_account_free)

/* The key of the accounts, made of the bytes of the quarantine's private key file. (transfer full) */
bool exeat_accounts_key(const char *private_key_path, GBytes **out_key, GError **error);

/* As root, before it becomes @user: makes the folder of @path for that user alone, if it is not there. Of any other
 * user it does nothing. */
bool exeat_accounts_prepare(const char *path, const char *user, GError **error);

/*
 * Opens the file, and makes it (0600) and its folder (0700) if they are not there. CONFIG if others than its owner may
 * get at it, if it is another program's, or if it was made with another key (exeat_accounts_adopt_key()). @cost is that
 * of new password hashes: EXEAT_PASSWORD_COST, less in tests.
 */
bool exeat_accounts_open(const char *path, GBytes *key, guint cost, ExeatAccounts **out_accounts, GError **error);
void exeat_accounts_close(ExeatAccounts *accounts);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatAccounts, exeat_accounts_close)

/*
 * After the quarantine's private key was changed: takes @key for a file made with another. Passwords stay; everybody
 * sets up the second factor anew, with new recovery codes, and all sessions end. Nobody may have the file open.
 */
bool exeat_accounts_adopt_key(const char *path, GBytes *key, GError **error);

/* CONFIG if there is one of that address, if a text is too long, or for another language than en and cy. */
bool exeat_accounts_add(ExeatAccounts *accounts, const char *address, const char *name, const char *language,
                        gint64 now, GError **error);
/* *out_account is NULL if there is none. (transfer full) */
bool exeat_accounts_find(ExeatAccounts *accounts, const char *address, ExeatAccount **out_account, GError **error);
/* ExeatAccount *, by address. (transfer full) */
bool exeat_accounts_list(ExeatAccounts *accounts, GPtrArray **out_accounts, GError **error);

/*
 * What follows is CONFIG if there is no account of that address.
 *
 * A password of the person's own. *out_fault says what is wrong with it; then nothing changes, and the answer is true.
 * Ends all sessions of the account, the one that asked too: start another.
 */
bool exeat_accounts_set_password(ExeatAccounts *accounts, const char *address, const char *password,
                                 ExeatPasswordFault *out_fault, GError **error);
/* A set-up password for EXEAT_ACCOUNTS_SETUP_SECONDS, to be told to the person. Ends all sessions. (transfer full;
 * exeat_secret_free()) */
bool exeat_accounts_make_password(ExeatAccounts *accounts, const char *address, gint64 now, char **out_password,
                                  GError **error);
bool exeat_accounts_set_language(ExeatAccounts *accounts, const char *address, const char *language, GError **error);
bool exeat_accounts_set_away(ExeatAccounts *accounts, const char *address, gint64 until, GError **error);
/* Disabling ends all sessions and forgets the devices. */
bool exeat_accounts_set_disabled(ExeatAccounts *accounts, const char *address, bool disabled, GError **error);
bool exeat_accounts_remove(ExeatAccounts *accounts, const char *address, GError **error);

/* Drops what has expired: sessions, codes, devices. Call it now and then. */
bool exeat_accounts_purge(ExeatAccounts *accounts, gint64 now, GError **error);

#endif
