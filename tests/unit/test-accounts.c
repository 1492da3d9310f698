/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Accounts: the file and its key, people in it, passwords, the second factor. */
#include "tests/unit/accounts_fixture.h"

#include <sqlite3.h>

#include "accounts/sessions.h"

static ExeatAccount *
find(Fixture *fixture, const char *address)
{
    g_autoptr(GError) error = NULL;
    ExeatAccount *account = NULL;

    assert_ok(exeat_accounts_find(fixture->accounts, address, &account, &error));
    return account;
}

static void
test_file(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    g_autoptr(ExeatAccounts) again = NULL;
    g_autofree char *folder = g_path_get_dirname(fixture->path);
    struct stat status;

    assert_int_equal(stat(fixture->path, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    assert_int_equal(stat(folder, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0700);
    fixture_add(fixture, HEAD);
    assert_ok(exeat_accounts_open(fixture->path, fixture->key, COST, &again, &error));
    g_clear_pointer(&again, exeat_accounts_close);
    assert_int_equal(chmod(fixture->path, 0640), 0);
    assert_fails(exeat_accounts_open(fixture->path, fixture->key, COST, &again, &error), EXEAT_ERROR_CONFIG);
}

static void
test_strange_file(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    ExeatAccounts *none = NULL;
    g_autofree char *text = g_build_filename(fixture->folder, "text", NULL);
    g_autofree char *other = g_build_filename(fixture->folder, "other", NULL);
    sqlite3 *db = NULL;

    assert_true(g_file_set_contents_full(text, "this is no database at all", -1, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
    assert_fails(exeat_accounts_open(text, fixture->key, COST, &none, &error), EXEAT_ERROR_UNAVAILABLE);
    assert_int_equal(sqlite3_open(other, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "CREATE TABLE recipe (a)", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    assert_int_equal(chmod(other, 0600), 0);
    assert_fails(exeat_accounts_open(other, fixture->key, COST, &none, &error), EXEAT_ERROR_CONFIG);
    assert_int_equal(sqlite3_open(fixture->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "PRAGMA user_version = 1000", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    assert_fails(exeat_accounts_open(fixture->path, fixture->key, COST, &none, &error), EXEAT_ERROR_CONFIG);
}

static void
test_key_of_file(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *path = g_build_filename(fixture->folder, "quarantine.key", NULL);
    g_autoptr(GBytes) key = NULL, again = NULL, other = NULL;

    assert_true(g_file_set_contents_full(path, "some key", -1, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
    assert_ok(exeat_accounts_key(path, &key, &error));
    assert_ok(exeat_accounts_key(path, &again, &error));
    assert_int_equal(g_bytes_get_size(key), EXEAT_ACCOUNTS_KEY_BYTES);
    assert_true(g_bytes_equal(key, again));
    assert_true(g_file_set_contents_full(path, "some kez", -1, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
    assert_ok(exeat_accounts_key(path, &other, &error));
    assert_false(g_bytes_equal(key, other));
    assert_int_equal(truncate(path, 0), 0);
    assert_fails(exeat_accounts_key(path, &other, &error), EXEAT_ERROR_CONFIG);
    assert_int_equal(chmod(path, 0644), 0);
    assert_fails(exeat_accounts_key(path, &other, &error), EXEAT_ERROR_CONFIG);
}

/* With another key nothing opens, until the operator says so; then passwords stay, and second factors do not. */
static void
test_other_key(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) other = g_bytes_new_static("fedcba9876543210fedcba9876543210", EXEAT_ACCOUNTS_KEY_BYTES);
    g_autofree char *secret = NULL, *token = NULL;
    g_autoptr(ExeatSession) session = NULL;
    ExeatAccounts *none = NULL;
    const ExeatSessionStart start = {EXEAT_SESSION_STAFF, HEAD, "192.0.2.1", 1800, 36000, NOW};

    fixture_add(fixture, HEAD);
    secret = fixture_enrol(fixture, HEAD);
    assert_ok(exeat_sessions_start(fixture->accounts, &start, &token, &error));
    g_clear_pointer(&fixture->accounts, exeat_accounts_close);
    assert_fails(exeat_accounts_open(fixture->path, other, COST, &none, &error), EXEAT_ERROR_CONFIG);
    assert_ok(exeat_accounts_adopt_key(fixture->path, other, &error));
    assert_fails(exeat_accounts_open(fixture->path, fixture->key, COST, &none, &error), EXEAT_ERROR_CONFIG);
    assert_ok(exeat_accounts_open(fixture->path, other, COST, &fixture->accounts, &error));
    assert_int_equal(fixture_sign_in(fixture, (ExeatSignInRequest){HEAD, PASSWORD, NULL, "192.0.2.1", NULL, NOW}, NULL),
                     EXEAT_SIGN_IN_ENROL);
    assert_ok(exeat_sessions_find(fixture->accounts, token, NOW, &session, &error));
    assert_null(session);
}

static void
test_people(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) all = NULL;
    g_autoptr(ExeatAccount) head = NULL, none = NULL;

    assert_ok(exeat_accounts_add(fixture->accounts, "Head@Oakfield.sch.uk", "The Head", "cy", NOW, &error));
    assert_fails(exeat_accounts_add(fixture->accounts, HEAD, "", "en", NOW, &error), EXEAT_ERROR_CONFIG);
    assert_fails(exeat_accounts_add(fixture->accounts, DEPUTY, "", "fr", NOW, &error), EXEAT_ERROR_CONFIG);
    assert_ok(exeat_accounts_add(fixture->accounts, DEPUTY, "", "en", NOW, &error));
    assert_ok(exeat_accounts_set_away(fixture->accounts, HEAD, NOW + 5, &error));
    head = find(fixture, HEAD);
    assert_string_equal(head->address, "Head@Oakfield.sch.uk");
    assert_string_equal(head->name, "The Head");
    assert_string_equal(head->language, "cy");
    assert_false(head->has_password || head->has_totp || head->disabled || head->must_change);
    assert_int_equal(head->away_until, NOW + 5);
    assert_int_equal(head->made_at, NOW);
    assert_int_equal(head->last_sign_in, 0);
    assert_ok(exeat_accounts_set_language(fixture->accounts, HEAD, "en", &error));
    assert_ok(exeat_accounts_list(fixture->accounts, &all, &error));
    assert_int_equal(all->len, 2);
    assert_string_equal(((ExeatAccount *)g_ptr_array_index(all, 0))->address, DEPUTY);
    assert_string_equal(((ExeatAccount *)g_ptr_array_index(all, 1))->language, "en");
    assert_ok(exeat_accounts_remove(fixture->accounts, HEAD, &error));
    none = find(fixture, HEAD);
    assert_null(none);
    assert_fails(exeat_accounts_remove(fixture->accounts, HEAD, &error), EXEAT_ERROR_CONFIG);
    assert_fails(exeat_accounts_set_language(fixture->accounts, HEAD, "en", &error), EXEAT_ERROR_CONFIG);
}

static void
test_texts(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    const char *const bad[] = {"",
                               "head",
                               "@oakfield.sch.uk",
                               "The Head <head@oakfield.sch.uk>",
                               "a b@oakfield.sch.uk",
                               "head@oakfield.sch.uk\n"};

    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        if (exeat_accounts_add(fixture->accounts, bad[i], "", "en", NOW, &error))
            fail_msg("row %u was taken", (guint)i);
        g_clear_error(&error);
    }
    for (int more = -1; more <= 1; more++) {
        gsize domain = strlen("@oakfield.sch.uk");
        g_autofree char *local = g_strnfill(EXEAT_ACCOUNTS_ADDRESS_BYTES - domain + (gsize)more, 'a');
        g_autofree char *address = g_strconcat(local, "@oakfield.sch.uk", NULL);
        g_autofree char *name = g_strnfill(EXEAT_ACCOUNTS_NAME_BYTES + (gsize)more, 'n');
        g_autofree char *short_address = g_strdup_printf("n%d@oakfield.sch.uk", more + 1);

        assert_int_equal(exeat_accounts_add(fixture->accounts, address, "", "en", NOW, NULL), more <= 0);
        assert_int_equal(exeat_accounts_add(fixture->accounts, short_address, name, "en", NOW, NULL), more <= 0);
    }
}

static void
test_judgement(void **state)
{
    static const struct {
        const char *password;
        ExeatPasswordFault want;
    } rows[] = {
        {"", EXEAT_PASSWORD_SHORT},
        {"eleven char", EXEAT_PASSWORD_SHORT},
        {"twelve chars", EXEAT_PASSWORD_FINE},
        {"correct horse battery", EXEAT_PASSWORD_FINE},
        {"llythrennau â tho ŵy", EXEAT_PASSWORD_FINE},
        {"ŵŵŵŵâêîôûŷŴ", EXEAT_PASSWORD_SHORT}, /* 11 characters in 22 bytes */
        {"with\ttab in it", EXEAT_PASSWORD_STRANGE},
        {"not \xff utf-8 at all", EXEAT_PASSWORD_STRANGE},
        {"password1234", EXEAT_PASSWORD_COMMON},
        {"Password2026!", EXEAT_PASSWORD_COMMON},
        {"passwordpassword", EXEAT_PASSWORD_COMMON},
        {"123456789012", EXEAT_PASSWORD_COMMON},
        {"01/09/2026 14:30", EXEAT_PASSWORD_COMMON},
        {"qwertyuiop12", EXEAT_PASSWORD_COMMON},
        {"Summer-2026-Summer", EXEAT_PASSWORD_COMMON},
        {"abababababababab", EXEAT_PASSWORD_COMMON},
        {"summer rain on the tin roof", EXEAT_PASSWORD_FINE},
        {"head.teacher@oakfield.sch.uk", EXEAT_PASSWORD_ADDRESS},
        {"HEAD.TEACHER@oakfield.sch.uk1", EXEAT_PASSWORD_ADDRESS},
        {"head.teacher2026", EXEAT_PASSWORD_ADDRESS},
        {"head.teacher and seven more", EXEAT_PASSWORD_FINE},
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        ExeatPasswordFault fault = exeat_password_judge(rows[i].password, "head.teacher@oakfield.sch.uk");

        if (fault != rows[i].want)
            fail_msg("%s: %d, not %d", rows[i].password, fault, rows[i].want);
    }
}

/* One rule for what may be chosen and for what is hashed. */
static void
test_password_length(void **state)
{
    (void)state;
    for (int more = -1; more <= 1; more++) {
        g_autofree char *few = g_strndup("a kite, 2 seas", (gsize)(EXEAT_PASSWORD_LEAST + more));
        g_autofree char *many = g_strnfill(EXEAT_PASSWORD_BYTES + (gsize)more, 'x');
        g_autofree char *hash = NULL;

        memcpy(many, "a kite, 2 seas", 14);
        assert_int_equal(exeat_password_judge(few, HEAD), more < 0 ? EXEAT_PASSWORD_SHORT : EXEAT_PASSWORD_FINE);
        assert_int_equal(exeat_password_judge(many, HEAD), more > 0 ? EXEAT_PASSWORD_LONG : EXEAT_PASSWORD_FINE);
        hash = exeat_password_hash(many, COST);
        assert_int_equal(hash != NULL, more <= 0);
        if (hash != NULL) {
            assert_true(exeat_password_check(many, hash));
            many[strlen(many) - 1] = 'y';
            assert_false(exeat_password_check(many, hash));
        }
    }
}

static void
test_hashes(void **state)
{
    g_autofree char *hash = exeat_password_hash("caf\xc3\xa9 au lait, two sugars", COST);
    g_autofree char *again = exeat_password_hash("caf\xc3\xa9 au lait, two sugars", COST);
    g_autofree char *setting = exeat_password_setting(COST), *dearer = exeat_password_setting(COST + 1);

    (void)state;
    assert_true(g_str_has_prefix(hash, "$y$"));
    assert_string_not_equal(hash, again);
    assert_true(exeat_password_check("caf\xc3\xa9 au lait, two sugars", hash));
    /* The same keys on another system: é in two characters, a no-break space. */
    assert_true(exeat_password_check("cafe\xcc\x81 au\xc2\xa0lait, two sugars", hash));
    assert_false(exeat_password_check("cafe au lait, two sugars", hash));
    assert_false(exeat_password_check("", hash));
    assert_false(exeat_password_check("", setting));
    assert_false(exeat_password_check(PASSWORD, setting));
    assert_false(exeat_password_check(PASSWORD, ""));
    assert_false(exeat_password_is_dated(hash, setting));
    assert_true(exeat_password_is_dated(hash, dearer));
    assert_true(exeat_password_is_dated("$6$abc$def", setting));
}

static void
test_set_up_password(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *made = NULL;
    ExeatPasswordFault fault = EXEAT_PASSWORD_FINE;
    g_auto(ExeatSignInResult) result = {0};
    g_autoptr(ExeatAccount) account = NULL;

    assert_ok(exeat_accounts_add(fixture->accounts, HEAD, "", "en", NOW, &error));
    assert_ok(exeat_accounts_make_password(fixture->accounts, HEAD, NOW, &made, &error));
    assert_int_equal(exeat_password_judge(made, HEAD), EXEAT_PASSWORD_FINE);
    for (int late = -1; late <= 1; late++) {
        ExeatSignInRequest request = {HEAD, made, NULL, "192.0.2.1", NULL, NOW + EXEAT_ACCOUNTS_SETUP_SECONDS + late};

        exeat_sign_in_result_clear(&result);
        assert_int_equal(fixture_sign_in(fixture, request, &result),
                         late < 0 ? EXEAT_SIGN_IN_ENROL : EXEAT_SIGN_IN_WRONG);
        assert_int_equal(result.account != NULL && result.account->must_change, late < 0);
    }
    assert_ok(exeat_accounts_set_password(fixture->accounts, HEAD, made, &fault, &error));
    assert_int_equal(fault, EXEAT_PASSWORD_SAME);
    assert_ok(exeat_accounts_set_password(fixture->accounts, HEAD, PASSWORD, &fault, &error));
    assert_int_equal(fault, EXEAT_PASSWORD_FINE);
    account = find(fixture, HEAD);
    assert_true(account->has_password && !account->must_change);
    assert_int_equal(fixture_sign_in(fixture, (ExeatSignInRequest){HEAD, made, NULL, "", NULL, NOW}, NULL),
                     EXEAT_SIGN_IN_WRONG);
    assert_fails(exeat_accounts_make_password(fixture->accounts, DEPUTY, NOW, &made, &error), EXEAT_ERROR_CONFIG);
}

static void
test_enrol(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *secret = NULL, *uri = NULL, *again = NULL, *other = NULL, *code = NULL, *packed = NULL;
    g_auto(GStrv) fours = NULL;
    bool right = true;

    fixture_add(fixture, HEAD);
    assert_ok(exeat_accounts_totp_pending(fixture->accounts, HEAD, "exeat", NOW, &secret, &uri, &error));
    assert_null(secret);
    assert_ok(exeat_accounts_totp_confirm(fixture->accounts, HEAD, "000000", NOW, &right, &error));
    assert_false(right);
    assert_ok(exeat_accounts_totp_begin(fixture->accounts, HEAD, "exeat Oak & Co", false, NOW, &secret, &uri, &error));
    fours = g_strsplit(secret, " ", -1);
    packed = g_strjoinv("", fours);
    assert_true(g_str_has_prefix(uri, "otpauth://totp/exeat%20Oak%20%26%20Co:head@oakfield.sch.uk?secret="));
    assert_non_null(strstr(uri, packed));
    g_clear_pointer(&uri, g_free);
    assert_ok(exeat_accounts_totp_pending(fixture->accounts, HEAD, "exeat", NOW, &again, &uri, &error));
    assert_string_equal(secret, again);
    g_clear_pointer(&uri, g_free);
    assert_ok(exeat_accounts_totp_begin(fixture->accounts, HEAD, "exeat", false, NOW, &other, &uri, &error));
    assert_string_not_equal(secret, other);
    code = fixture_code(secret, NOW);
    assert_ok(exeat_accounts_totp_confirm(fixture->accounts, HEAD, code, NOW, &right, &error));
    assert_false(right);
    g_free(code);
    code = fixture_code(other, NOW);
    assert_ok(
        exeat_accounts_totp_confirm(fixture->accounts, HEAD, code, NOW + EXEAT_TOTP_PENDING_SECONDS, &right, &error));
    assert_false(right);
    assert_ok(exeat_accounts_totp_confirm(fixture->accounts, HEAD, code, NOW, &right, &error));
    assert_true(right);
    g_clear_pointer(&uri, g_free);
    g_clear_pointer(&secret, g_free);
    /* A password alone does not change it. */
    assert_fails(exeat_accounts_totp_begin(fixture->accounts, HEAD, "exeat", false, NOW, &secret, &uri, &error),
                 EXEAT_ERROR_CONFIG);
    assert_ok(exeat_accounts_totp_begin(fixture->accounts, HEAD, "exeat", true, NOW, &secret, &uri, &error));
}

/* No secret, no hash of a password and no code stands in the file in clear, nor does one account's fit another. */
static void
test_sealed(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *secret = NULL;
    g_auto(ExeatSignInResult) result = {0};
    g_autofree char *code = NULL;
    ExeatSignInRequest request = {DEPUTY, PASSWORD, NULL, "192.0.2.1", NULL, NOW};
    sqlite3 *db = NULL;

    fixture_add(fixture, HEAD);
    fixture_add(fixture, DEPUTY);
    secret = fixture_enrol(fixture, HEAD);
    assert_int_equal(sqlite3_open(fixture->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "UPDATE account SET totp = (SELECT totp FROM account WHERE id = 1) WHERE id = 2",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    sqlite3_close(db);
    code = fixture_code(secret, NOW);
    request.code = code;
    assert_fails(exeat_sign_in(fixture->accounts, &request, &result, &error), EXEAT_ERROR_INTERNAL);
}

static void
test_purge(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *secret = NULL, *uri = NULL;

    fixture_add(fixture, HEAD);
    assert_ok(exeat_accounts_totp_begin(fixture->accounts, HEAD, "exeat", false, NOW, &secret, &uri, &error));
    assert_ok(exeat_accounts_purge(fixture->accounts, NOW + EXEAT_TOTP_PENDING_SECONDS, &error));
    g_clear_pointer(&secret, g_free);
    g_clear_pointer(&uri, g_free);
    assert_ok(exeat_accounts_totp_pending(fixture->accounts, HEAD, "exeat", NOW, &secret, &uri, &error));
    assert_null(secret);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_file, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_strange_file, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_key_of_file, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_other_key, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_people, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_texts, fixture_setup, fixture_teardown),
        cmocka_unit_test(test_judgement),
        cmocka_unit_test(test_password_length),
        cmocka_unit_test(test_hashes),
        cmocka_unit_test_setup_teardown(test_set_up_password, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_enrol, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_sealed, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_purge, fixture_setup, fixture_teardown),
    };
    return cmocka_run_group_tests_name("accounts", tests, NULL, NULL);
}
