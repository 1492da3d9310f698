/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The second factor: codes of an app (TOTP, RFC 6238: SHA-1, 30 seconds, 6 digits, as all apps have it), and ten
 * recovery codes for whoever has lost the telephone. A code is right once: of an app's none that is not later than the
 * last that was used, of the others each once. Setting it up has two steps, so that nobody locks themselves out: the
 * secret is shown, and in force once a code of it has come back.
 *
 * All of it is CONFIG if there is no account of that address. Secrets that are handed out are freed with
 * exeat_secret_free().
 */
#ifndef EXEAT_ACCOUNTS_SECOND_FACTOR_H
#define EXEAT_ACCOUNTS_SECOND_FACTOR_H

#include "accounts/accounts.h"

#define EXEAT_TOTP_STEP_SECONDS 30
#define EXEAT_TOTP_DIGITS 6
#define EXEAT_TOTP_WINDOW 1 /* steps that a clock may be wrong, either way */
#define EXEAT_TOTP_SECRET_BYTES 20
/* How long a secret that was shown may wait for its first code. */
#define EXEAT_TOTP_PENDING_SECONDS ((gint64)3600)
#define EXEAT_RECOVERY_CODES 10
#define EXEAT_RECOVERY_SIGNS 10 /* 50 bits, shown as XXXXX-XXXXX */

/*
 * Makes a new secret, each time another, that waits to be confirmed; one that is in force stays so until then.
 * @issuer is shown by the app ("exeat Oakfield"). *out_secret is base32 in fours for those who type it, *out_uri the
 * otpauth URI of a QR code. Without @replace it is CONFIG if one is in force already: whoever has only given a password
 * may not change the second factor.
 */
bool exeat_accounts_totp_begin(ExeatAccounts *accounts, const char *address, const char *issuer, bool replace,
                               gint64 now, char **out_secret, char **out_uri, GError **error);
/* The same again, of the secret that waits, for a page that is shown once more; both NULL if none does. */
bool exeat_accounts_totp_pending(ExeatAccounts *accounts, const char *address, const char *issuer, gint64 now,
                                 char **out_secret, char **out_uri, GError **error);
/* Puts the secret that waits in force if @code is of it. */
bool exeat_accounts_totp_confirm(ExeatAccounts *accounts, const char *address, const char *code, gint64 now,
                                 bool *out_right, GError **error);
/* The telephone is lost: no second factor, no recovery codes, no known devices, no sessions. */
bool exeat_accounts_totp_reset(ExeatAccounts *accounts, const char *address, GError **error);

/* New recovery codes (char *, EXEAT_RECOVERY_CODES of them, wiped when freed); the old ones are void. To be shown once.
 */
bool exeat_accounts_new_recovery(ExeatAccounts *accounts, const char *address, GPtrArray **out_codes, GError **error);

#endif
