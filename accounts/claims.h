/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who has which letter open, so that two do not decide on one letter without knowing of each other. A courtesy, no
 * lock: kept in memory, for a few minutes after the last look. Any thread.
 */
#ifndef EXEAT_ACCOUNTS_CLAIMS_H
#define EXEAT_ACCOUNTS_CLAIMS_H

#include "accounts/accounts.h"

#define EXEAT_CLAIM_SECONDS 300
#define EXEAT_CLAIMS_MOST 1000     /* the oldest go */
#define EXEAT_CLAIMS_LIST_MOST 100 /* letters asked about at once; those behind are left out */

typedef struct ExeatClaim {
    char *letter;
    char *address; /* as it was given */
    gint64 since;  /* when they opened it, without a break since */
} ExeatClaim;

/* @address looks at the letter. */
void exeat_claims_set(ExeatAccounts *accounts, const char *letter, const char *address, gint64 now);
/* They have closed it or decided. */
void exeat_claims_end(ExeatAccounts *accounts, const char *letter, const char *address);
/* ExeatClaim * of everybody who has one of @letters (NULL-terminated) open, in the order of the letters, first comers
 * first. (transfer full) */
GPtrArray *exeat_claims_list(ExeatAccounts *accounts, const char *const *letters, gint64 now);

#endif
