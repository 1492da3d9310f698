/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the tests of the quarantine share: a folder of their own with keys in it, made once a program, and helpers that
 * fail the test with the message of a GError.
 */
#ifndef EXEAT_TESTS_QUARANTINE_FIXTURE_H
#define EXEAT_TESTS_QUARANTINE_FIXTURE_H

/* cmocka wants these before itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <stdbool.h>
#include <unistd.h>

#include "base/error.h"
#include "quarantine/keygen.h"
#include "quarantine/seal.h"
#include "tests/unit/expect.h"

typedef struct Fixture {
    char *folder;
    char *key, *certificate, *token;
    ExeatSealer *sealer;
    ExeatOpener *opener;
} Fixture;

static inline int
fixture_setup(void **state)
{
    g_autoptr(GError) error = NULL;
    Fixture *fixture = g_new0(Fixture, 1);
    const char *certificates[2] = {NULL, NULL};

    fixture->folder = g_dir_make_tmp("exeat-test-XXXXXX", NULL);
    fixture->key = g_build_filename(fixture->folder, "quarantine.key", NULL);
    fixture->certificate = g_build_filename(fixture->folder, "quarantine.crt", NULL);
    fixture->token = g_build_filename(fixture->folder, "token.key", NULL);
    assert_ok(exeat_keygen_quarantine(fixture->key, fixture->certificate, "test", &error));
    assert_ok(exeat_keygen_random(fixture->token, EXEAT_TOKEN_KEY_BYTES, &error));
    certificates[0] = fixture->certificate;
    assert_ok(exeat_sealer_new(certificates, &fixture->sealer, &error));
    assert_ok(exeat_opener_new(fixture->key, fixture->certificate, &fixture->opener, &error));
    *state = fixture;
    return 0;
}

static inline int
fixture_teardown(void **state)
{
    Fixture *fixture = *state;
    GDir *folder = g_dir_open(fixture->folder, 0, NULL);

    for (const char *name = g_dir_read_name(folder); name != NULL; name = g_dir_read_name(folder)) {
        g_autofree char *path = g_build_filename(fixture->folder, name, NULL);

        g_unlink(path);
    }
    g_dir_close(folder);
    g_rmdir(fixture->folder);
    exeat_sealer_free(fixture->sealer);
    exeat_opener_free(fixture->opener);
    g_free(fixture->folder);
    g_free(fixture->key);
    g_free(fixture->certificate);
    g_free(fixture->token);
    g_free(fixture);
    return 0;
}

static inline char *
fixture_path(const Fixture *fixture, const char *name)
{
    return g_build_filename(fixture->folder, name, NULL);
}

#endif
