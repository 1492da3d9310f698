/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sealing, keys and their files, and that OpenSSL's own command opens what was sealed. */
#include "tests/unit/quarantine_fixture.h"

#include <gio/gio.h>
#include <string.h>
#include <sys/stat.h>

#include "quarantine/secret.h"

static void
test_round_trip(void **state)
{
    static const gsize sizes[] = {0, 1, 4095, 4096, 4097, 3 * 1024 * 1024 + 1};
    const Fixture *fixture = *state;

    for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GBytes) plain = NULL, sealed = NULL, opened = NULL;
        guint8 *data = g_malloc(sizes[i] + 1);

        memset(data, 0xe9, sizes[i]);
        plain = g_bytes_new_take(data, sizes[i]);
        assert_ok(exeat_seal(fixture->sealer, plain, &sealed, &error));
        assert_ok(exeat_unseal(fixture->opener, sealed, &opened, &error));
        assert_true(g_bytes_equal(plain, opened));
    }
}

static void
test_openssl_opens_it_by_hand(void **state)
{
    static const char letter[] = "Subject: dots\r\n\r\n.\r\n..\r\n\xe9 no final newline";
    const Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) plain = g_bytes_new_static(letter, sizeof letter - 1), sealed = NULL;
    g_autofree char *in = fixture_path(fixture, "letter.cms"), *out = fixture_path(fixture, "letter.eml"), *got = NULL;
    gsize size = 0;
    g_autoptr(GSubprocess) process = NULL;
    const char *command[] = {"openssl", "cms", "-decrypt", "-inform",    "DER",    "-binary",
                             "-in",     in,    "-inkey",   fixture->key, "-recip", fixture->certificate,
                             "-out",    out,   NULL};

    assert_ok(exeat_seal(fixture->sealer, plain, &sealed, &error));
    assert_ok(g_file_set_contents(in, g_bytes_get_data(sealed, NULL), (gssize)g_bytes_get_size(sealed), &error));
    process = g_subprocess_newv(command, G_SUBPROCESS_FLAGS_NONE, &error);
    assert_ok(process != NULL);
    assert_ok(g_subprocess_wait_check(process, NULL, &error));
    assert_ok(g_file_get_contents(out, &got, &size, &error));
    assert_int_equal(size, sizeof letter - 1);
    assert_memory_equal(got, letter, size);
}

static void
test_damage_is_noticed(void **state)
{
    const Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) plain = g_bytes_new_static("a letter of some length", 23), sealed = NULL;
    gsize size = 0;
    const guint8 *data;

    assert_ok(exeat_seal(fixture->sealer, plain, &sealed, &error));
    data = g_bytes_get_data(sealed, &size);
    /* A few bytes are labels that nothing depends on (the name of the content type): there, the letter is the same. */
    for (gsize at = 0; at < size; at++) {
        g_autofree guint8 *copy = g_memdup2(data, size);
        g_autoptr(GBytes) bad = NULL, out = NULL;

        copy[at] ^= 1;
        bad = g_bytes_new(copy, size);
        if (exeat_unseal(fixture->opener, bad, &out, NULL))
            assert_true(g_bytes_equal(out, plain));
        else
            assert_null(out);
        /* The last 16 bytes are the tag, 2 name it, 23 before it the letter. */
        assert_true(at < size - 16 - 2 - 23 || out == NULL);
    }
    for (gsize length = 0; length < size; length += 97) {
        g_autoptr(GBytes) bad = g_bytes_new(data, length), out = NULL;

        assert_fails(exeat_unseal(fixture->opener, bad, &out, &error), EXEAT_ERROR_MALFORMED);
    }
}

static void
test_several_certificates(void **state)
{
    const Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *key = fixture_path(fixture, "second.key"), *certificate = fixture_path(fixture, "second.crt");
    const char *both[] = {fixture->certificate, certificate, NULL};
    g_autoptr(ExeatSealer) sealer = NULL;
    g_autoptr(ExeatOpener) second = NULL, crossed = NULL;
    g_autoptr(GBytes) plain = g_bytes_new_static("for two", 7), sealed = NULL, alone = NULL, a = NULL, b = NULL,
                      c = NULL;

    assert_ok(exeat_keygen_quarantine(key, certificate, "second", &error));
    assert_ok(exeat_sealer_new(both, &sealer, &error));
    assert_ok(exeat_opener_new(key, certificate, &second, &error));
    assert_ok(exeat_seal(sealer, plain, &sealed, &error));
    assert_ok(exeat_unseal(fixture->opener, sealed, &a, &error));
    assert_ok(exeat_unseal(second, sealed, &b, &error));
    assert_true(g_bytes_equal(a, b));
    assert_ok(exeat_seal(fixture->sealer, plain, &alone, &error));
    assert_fails(exeat_unseal(second, alone, &c, &error), EXEAT_ERROR_MALFORMED);
    assert_fails(exeat_opener_new(key, fixture->certificate, &crossed, &error), EXEAT_ERROR_CONFIG);
}

static void
test_key_files(void **state)
{
    const Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    g_autoptr(ExeatOpener) opener = NULL;
    g_autoptr(ExeatSealer) sealer = NULL;
    g_autoptr(GBytes) token = NULL;
    const char *none[] = {NULL}, *wrong[] = {fixture->key, NULL}, *missing[] = {"/nonexistent/x.crt", NULL};
    GStatBuf status;

    assert_int_equal(g_stat(fixture->key, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    assert_int_equal(g_stat(fixture->certificate, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0644);
    /* Never overwritten. */
    assert_fails(exeat_keygen_quarantine(fixture->key, fixture->certificate, "x", &error), EXEAT_ERROR_CONFIG);
    assert_fails(exeat_keygen_random(fixture->token, 32, &error), EXEAT_ERROR_CONFIG);

    assert_int_equal(g_chmod(fixture->key, 0644), 0);
    assert_fails(exeat_opener_new(fixture->key, fixture->certificate, &opener, &error), EXEAT_ERROR_CONFIG);
    assert_int_equal(g_chmod(fixture->key, 0640), 0);
    assert_ok(exeat_opener_new(fixture->key, fixture->certificate, &opener, &error));
    assert_int_equal(g_chmod(fixture->key, 0600), 0);

    assert_fails(exeat_sealer_new(none, &sealer, &error), EXEAT_ERROR_CONFIG);
    assert_fails(exeat_sealer_new(wrong, &sealer, &error), EXEAT_ERROR_CONFIG);
    assert_fails(exeat_sealer_new(missing, &sealer, &error), EXEAT_ERROR_CONFIG);
    assert_ok(exeat_secret_load_hex(fixture->token, 32, &token, &error));
    assert_int_equal(g_bytes_get_size(token), 32);
    assert_fails(exeat_secret_load_hex(fixture->token, 16, &token, &error), EXEAT_ERROR_CONFIG);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),        cmocka_unit_test(test_openssl_opens_it_by_hand),
        cmocka_unit_test(test_damage_is_noticed), cmocka_unit_test(test_several_certificates),
        cmocka_unit_test(test_key_files),
    };

    return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
