/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Signing in: a password, then a code of the second factor. Whoever has not given the right password learns nothing:
 * an unknown address, a disabled account and a wrong password look alike and take the same time, and so do the waits
 * for those who guess (throttle.h).
 *
 * Failures are counted for the account, and for the network that they come from; never for a known device, which has a
 * counter of its own: it showed both factors before and carries a token since, and what strangers do elsewhere, or
 * behind the same address, does not slow it.
 *
 * Address, password, code and device token come from a stranger. Any thread; it takes the time of a password hash.
 */
#ifndef EXEAT_ACCOUNTS_SIGN_IN_H
#define EXEAT_ACCOUNTS_SIGN_IN_H

#include "accounts/accounts.h"

#define EXEAT_DEVICE_SECONDS ((gint64)90 * 24 * 3600) /* since it last signed in */
#define EXEAT_DEVICES_MOST 10                         /* of an account; the one not seen for longest goes */

typedef enum ExeatSignInOutcome {
    EXEAT_SIGN_IN_OK,    /* both factors were right */
    EXEAT_SIGN_IN_WRONG, /* something was not; nobody may be told what */
    EXEAT_SIGN_IN_CODE,  /* the password is right: now a code (exeat_sign_in_code()) */
    EXEAT_SIGN_IN_ENROL, /* the password is right: now set up the second factor (second_factor.h) */
    EXEAT_SIGN_IN_WAIT,  /* too many failures; nothing was looked at */
} ExeatSignInOutcome;

typedef struct ExeatSignInRequest {
    const char *address;
    const char *password;
    const char *code;   /* of the app, or a recovery code; NULL: none yet */
    const char *client; /* the browser's network address as text */
    const char *device; /* the browser's device token, or NULL */
    gint64 now;
} ExeatSignInRequest;

typedef struct ExeatSignInResult {
    ExeatSignInOutcome outcome;
    gint64 wait_seconds;   /* WAIT */
    ExeatAccount *account; /* OK, CODE, ENROL; see must_change */
    bool used_recovery;    /* OK: by a recovery code; account->recovery_left says how many are left */
    char *device;          /* OK: a new device token, if the one given is not known; NULL: keep it */
} ExeatSignInResult;

void exeat_sign_in_result_clear(ExeatSignInResult *result);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ExeatSignInResult, exeat_sign_in_result_clear)

/* To ask for the password of somebody who is signed in, before it is changed say, leave @code out: CODE says it is
 * right. */
bool exeat_sign_in(ExeatAccounts *accounts, const ExeatSignInRequest *request, ExeatSignInResult *out_result,
                   GError **error);

/* The second step, for a browser whose session (EXEAT_SESSION_CODE) says that the password was right; request->password
 * is not looked at, request->address is the session's. OK, WRONG or WAIT; ENROL if the second factor was reset since.
 */
bool exeat_sign_in_code(ExeatAccounts *accounts, const ExeatSignInRequest *request, ExeatSignInResult *out_result,
                        GError **error);

/* After the second factor was set up in a session: the browser becomes a known device, and the account was signed in
 * to. (transfer full; exeat_secret_free()) */
bool exeat_sign_in_enrolled(ExeatAccounts *accounts, const char *address, gint64 now, char **out_device,
                            GError **error);

#endif
