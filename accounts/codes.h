/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One-time codes: how a sender, who has no account, shows that a mailbox is theirs. The code goes there by mail; the
 * browser that asked for it keeps a nonce in a cookie, and only with it is the code of any use. So nobody can spoil
 * another's code, nor use one that was talked out of somebody.
 *
 * All comes from strangers. Any thread.
 */
#ifndef EXEAT_ACCOUNTS_CODES_H
#define EXEAT_ACCOUNTS_CODES_H

#include "accounts/accounts.h"

#define EXEAT_CODE_DIGITS 8
#define EXEAT_CODE_SECONDS ((gint64)600)
#define EXEAT_CODE_TRIES_MOST 5
/* How many may be asked for in an hour: for an address, by one network for one address, and by one network. */
#define EXEAT_CODES_ADDRESS_MOST 10
#define EXEAT_CODES_PAIR_MOST 4
#define EXEAT_CODES_NETWORK_MOST 30
#define EXEAT_CODES_PERIOD_SECONDS ((gint64)3600)
/* In an hour in all; the oldest are forgotten. */
#define EXEAT_CODES_ALL_MOST 5000

typedef struct ExeatCode {
    gint64 wait_seconds; /* not 0: too many were asked for, and there is none */
    char *code;          /* EXEAT_CODE_DIGITS digits, to be mailed */
    char *nonce;         /* for a cookie of the browser that asked */
} ExeatCode;

typedef enum ExeatCodeOutcome {
    EXEAT_CODE_RIGHT, /* and used up */
    EXEAT_CODE_WRONG, /* another try is left */
    EXEAT_CODE_GONE,  /* expired, used, replaced, tried too often, or never made for this browser */
} ExeatCodeOutcome;

void exeat_code_clear(ExeatCode *code);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ExeatCode, exeat_code_clear)

/*
 * Makes one for @address. @nonce is what the browser has, or NULL; its earlier code is void. CONFIG if the text is
 * longer than an address. That somebody asked is counted whether or not the caller mails anything.
 */
bool exeat_codes_make(ExeatAccounts *accounts, const char *address, const char *client, const char *nonce, gint64 now,
                      ExeatCode *out_code, GError **error);

/* If it is RIGHT, *out_address (transfer full) is the address that it was made for, as it was written then; else NULL.
 * It is whom to sign in, whatever a form says. @nonce may be NULL. */
bool exeat_codes_take(ExeatAccounts *accounts, const char *nonce, const char *code, gint64 now,
                      ExeatCodeOutcome *out_outcome, char **out_address, GError **error);

#endif
