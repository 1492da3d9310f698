/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of the accounts share: a file of their own a test, hashes that cost little, a telephone. */
#ifndef EXEAT_TESTS_ACCOUNTS_FIXTURE_H
#define EXEAT_TESTS_ACCOUNTS_FIXTURE_H

/* cmocka wants these before itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <liboath/oath.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "accounts/accounts.h"
#include "accounts/second_factor.h"
#include "accounts/sign_in.h"
#include "base/error.h"
#include "quarantine/secret.h"
#include "tests/unit/expect.h"

#define HEAD "head@oakfield.sch.uk"
#define DEPUTY "deputy@oakfield.sch.uk"
#define PASSWORD "four plain green kites"
#define NOW ((gint64)1790000010) /* in the middle of a step of 30 seconds */
#define COST 1

typedef struct Fixture {
    char *folder, *path;
    GBytes *key;
    ExeatAccounts *accounts;
} Fixture;

static inline int
fixture_setup(void **state)
{
    g_autoptr(GError) error = NULL;
    Fixture *fixture = g_new0(Fixture, 1);

    fixture->folder = g_dir_make_tmp("exeat-test-XXXXXX", NULL);
    fixture->path = g_build_filename(fixture->folder, "office", "accounts.db", NULL);
    fixture->key = g_bytes_new_static("0123456789abcdef0123456789abcdef", EXEAT_ACCOUNTS_KEY_BYTES);
    assert_ok(exeat_accounts_open(fixture->path, fixture->key, COST, &fixture->accounts, &error));
    *state = fixture;
    return 0;
}

static inline void
fixture_clear_folder(const char *path)
{
    GDir *folder = g_dir_open(path, 0, NULL);

    for (const char *name = folder != NULL ? g_dir_read_name(folder) : NULL; name != NULL;
         name = g_dir_read_name(folder)) {
        g_autofree char *file = g_build_filename(path, name, NULL);

        g_unlink(file);
    }
    if (folder != NULL)
        g_dir_close(folder);
    g_rmdir(path);
}

static inline int
fixture_teardown(void **state)
{
    Fixture *fixture = *state;
    g_autofree char *office = g_path_get_dirname(fixture->path);

    exeat_accounts_close(fixture->accounts);
    fixture_clear_folder(office);
    fixture_clear_folder(fixture->folder);
    g_bytes_unref(fixture->key);
    g_free(fixture->folder);
    g_free(fixture->path);
    g_free(fixture);
    return 0;
}

/* An account with PASSWORD. */
static inline void
fixture_add(Fixture *fixture, const char *address)
{
    g_autoptr(GError) error = NULL;
    ExeatPasswordFault fault = EXEAT_PASSWORD_SHORT;

    assert_ok(exeat_accounts_add(fixture->accounts, address, "Someone", "en", NOW, &error));
    assert_ok(exeat_accounts_set_password(fixture->accounts, address, PASSWORD, &fault, &error));
    assert_int_equal(fault, EXEAT_PASSWORD_FINE);
}

/* The code that a telephone with @secret (base32 in fours) shows at @at. (transfer full) */
static inline char *
fixture_code(const char *secret, gint64 at)
{
    g_autofree char *packed = g_strdup(secret);
    char *bytes = NULL, *code = g_malloc0(EXEAT_TOTP_DIGITS + 1);
    gsize size = 0, length = 0;

    for (const char *from = secret; *from != '\0'; from++)
        if (*from != ' ')
            packed[length++] = *from;
    packed[length] = '\0';
    assert_int_equal(oath_base32_decode(packed, length, &bytes, &size), OATH_OK);
    assert_int_equal(size, EXEAT_TOTP_SECRET_BYTES);
    assert_int_equal(oath_totp_generate(bytes, size, (time_t)at, EXEAT_TOTP_STEP_SECONDS, 0, EXEAT_TOTP_DIGITS, code),
                     OATH_OK);
    free(bytes);
    return code;
}

/* Sets up the second factor with a code of NOW - 60. (transfer full) */
static inline char *
fixture_enrol(Fixture *fixture, const char *address)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *uri = NULL, *code = NULL;
    char *secret = NULL;
    bool right = false;

    assert_ok(exeat_accounts_totp_begin(fixture->accounts, address, "exeat Oakfield", false, NOW - 60, &secret, &uri,
                                        &error));
    code = fixture_code(secret, NOW - 60);
    assert_ok(exeat_accounts_totp_confirm(fixture->accounts, address, code, NOW - 60, &right, &error));
    assert_true(right);
    return secret;
}

static inline ExeatSignInOutcome
fixture_sign_in(Fixture *fixture, ExeatSignInRequest request, ExeatSignInResult *out_result)
{
    g_autoptr(GError) error = NULL;
    g_auto(ExeatSignInResult) result = {0};
    ExeatSignInOutcome outcome;

    assert_ok(exeat_sign_in(fixture->accounts, &request, &result, &error));
    outcome = result.outcome;
    if (out_result != NULL) {
        *out_result = result;
        result = (ExeatSignInResult){0};
    }
    return outcome;
}

#endif
