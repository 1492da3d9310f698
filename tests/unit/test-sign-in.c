/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signing in: two factors, what strangers can learn (nothing), how fast they can guess, and whom they can slow down. */
#include "tests/unit/accounts_fixture.h"

#include "accounts/accounts-private.h"
#include "accounts/throttle.h"

#define HOME "192.0.2.1"

static ExeatSignInRequest
request_of(const char *address, const char *password, const char *code, const char *client, gint64 now)
{
    return (ExeatSignInRequest){address, password, code, client, NULL, now};
}

static void
test_steps(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *secret = NULL, *code = NULL, *next = NULL;
    g_auto(ExeatSignInResult) result = {0};
    ExeatSignInRequest request = request_of(HEAD, PASSWORD, NULL, HOME, NOW);

    fixture_add(fixture, HEAD);
    assert_int_equal(fixture_sign_in(fixture, request, NULL), EXEAT_SIGN_IN_ENROL);
    secret = fixture_enrol(fixture, HEAD);
    assert_int_equal(fixture_sign_in(fixture, request, NULL), EXEAT_SIGN_IN_CODE);
    code = fixture_code(secret, NOW);
    request.code = code;
    assert_int_equal(fixture_sign_in(fixture, request, &result), EXEAT_SIGN_IN_OK);
    assert_non_null(result.device);
    assert_int_equal(result.account->last_sign_in, NOW);
    assert_false(result.used_recovery);
    exeat_sign_in_result_clear(&result);
    /* The second step alone, with the code after. */
    next = fixture_code(secret, NOW + 30);
    request = request_of(HEAD, NULL, next, HOME, NOW + 30);
    assert_ok(exeat_sign_in_code(fixture->accounts, &request, &result, &error));
    assert_int_equal(result.outcome, EXEAT_SIGN_IN_OK);
}

/* Whatever is wrong, it is WRONG and nothing else. */
static void
test_wrong(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *secret = NULL, *code = NULL, *endless = g_strnfill(100000, 'a');
    const char *const addresses[] = {HEAD, "nobody@oakfield.sch.uk", "", "\xff\xfe", endless};

    fixture_add(fixture, HEAD);
    secret = fixture_enrol(fixture, HEAD);
    code = fixture_code(secret, NOW);
    for (gsize i = 0; i < G_N_ELEMENTS(addresses); i++) {
        g_auto(ExeatSignInResult) result = {0};

        assert_int_equal(fixture_sign_in(fixture, request_of(addresses[i], "wrong", code, HOME, NOW), &result),
                         EXEAT_SIGN_IN_WRONG);
        assert_null(result.account);
        assert_null(result.device);
        assert_int_equal(fixture_sign_in(fixture, request_of(addresses[i], endless, NULL, HOME, NOW), NULL),
                         EXEAT_SIGN_IN_WRONG);
    }
    assert_int_equal(fixture_sign_in(fixture, request_of(HEAD, PASSWORD, "", "", NOW), NULL), EXEAT_SIGN_IN_WRONG);
    assert_ok(exeat_accounts_set_disabled(fixture->accounts, HEAD, true, &error));
    assert_int_equal(fixture_sign_in(fixture, request_of(HEAD, PASSWORD, code, "", NOW), NULL), EXEAT_SIGN_IN_WRONG);
    assert_ok(exeat_accounts_set_disabled(fixture->accounts, HEAD, false, &error));
    assert_int_equal(fixture_sign_in(fixture, request_of(HEAD, PASSWORD, code, "", NOW), NULL), EXEAT_SIGN_IN_OK);
}

/* One step early and late is fine, two are not, and no code is right twice, nor one before it. */
static void
test_window(void **state)
{
    static const struct {
        int steps;
        ExeatSignInOutcome want;
    } rows[] = {
        {-EXEAT_TOTP_WINDOW - 1, EXEAT_SIGN_IN_WRONG},
        {EXEAT_TOTP_WINDOW + 1, EXEAT_SIGN_IN_WRONG},
        {-EXEAT_TOTP_WINDOW, EXEAT_SIGN_IN_OK},
        {-EXEAT_TOTP_WINDOW, EXEAT_SIGN_IN_WRONG},
        {EXEAT_TOTP_WINDOW, EXEAT_SIGN_IN_OK},
        {EXEAT_TOTP_WINDOW, EXEAT_SIGN_IN_WRONG},
        {0, EXEAT_SIGN_IN_WRONG},
    };
    Fixture *fixture = *state;
    g_autofree char *secret = NULL;

    fixture_add(fixture, HEAD);
    secret = fixture_enrol(fixture, HEAD);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *code = fixture_code(secret, NOW + 3600 + rows[i].steps * EXEAT_TOTP_STEP_SECONDS);
        ExeatSignInOutcome got = fixture_sign_in(fixture, request_of(HEAD, PASSWORD, code, HOME, NOW + 3600), NULL);

        if (got != rows[i].want)
            fail_msg("row %u: %d", (guint)i, got);
    }
}

static void
test_recovery(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *secret = NULL, *typed = NULL;
    g_autoptr(GPtrArray) codes = NULL, fresh = NULL;
    g_auto(ExeatSignInResult) result = {0};

    fixture_add(fixture, HEAD);
    fixture_add(fixture, DEPUTY);
    secret = fixture_enrol(fixture, HEAD);
    g_free(fixture_enrol(fixture, DEPUTY));
    assert_ok(exeat_accounts_new_recovery(fixture->accounts, HEAD, &codes, &error));
    assert_int_equal(codes->len, EXEAT_RECOVERY_CODES);
    assert_int_equal(strlen(g_ptr_array_index(codes, 0)), EXEAT_RECOVERY_SIGNS + 1);
    typed = g_strdup_printf(" %s ", (char *)g_ptr_array_index(codes, 0));
    assert_int_equal(fixture_sign_in(fixture, request_of(DEPUTY, PASSWORD, typed, HOME, NOW), NULL),
                     EXEAT_SIGN_IN_WRONG);
    for (char *at = typed; *at != '\0'; at++)
        *at = g_ascii_tolower(*at);
    assert_int_equal(fixture_sign_in(fixture, request_of(HEAD, PASSWORD, typed, HOME, NOW), &result), EXEAT_SIGN_IN_OK);
    assert_true(result.used_recovery);
    assert_int_equal(result.account->recovery_left, EXEAT_RECOVERY_CODES - 1);
    assert_int_equal(fixture_sign_in(fixture, request_of(HEAD, PASSWORD, typed, HOME, NOW), NULL), EXEAT_SIGN_IN_WRONG);
    assert_ok(exeat_accounts_new_recovery(fixture->accounts, HEAD, &fresh, &error));
    assert_int_equal(fixture_sign_in(fixture, request_of(HEAD, PASSWORD, g_ptr_array_index(codes, 1), HOME, NOW), NULL),
                     EXEAT_SIGN_IN_WRONG);
    assert_int_equal(fixture_sign_in(fixture, request_of(HEAD, PASSWORD, g_ptr_array_index(fresh, 1), HOME, NOW), NULL),
                     EXEAT_SIGN_IN_OK);
}

static void
test_reset(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *secret = NULL, *code = NULL, *device = NULL;
    g_autoptr(ExeatAccount) account = NULL;

    fixture_add(fixture, HEAD);
    secret = fixture_enrol(fixture, HEAD);
    assert_ok(exeat_sign_in_enrolled(fixture->accounts, HEAD, NOW, &device, &error));
    assert_non_null(device);
    assert_ok(exeat_accounts_totp_reset(fixture->accounts, HEAD, &error));
    code = fixture_code(secret, NOW);
    assert_int_equal(fixture_sign_in(fixture, request_of(HEAD, PASSWORD, code, HOME, NOW), NULL), EXEAT_SIGN_IN_ENROL);
    assert_ok(exeat_accounts_find(fixture->accounts, HEAD, &account, &error));
    assert_int_equal(account->last_sign_in, NOW);
    assert_int_equal(account->recovery_left, 0);
}

/* After so many failures, so many seconds. */
static void
test_waits(void **state)
{
    g_autoptr(ExeatThrottle) throttle = exeat_throttle_new();
    gint64 now = NOW, want = EXEAT_THROTTLE_FIRST_SECONDS;

    (void)state;
    for (guint i = 1; i < EXEAT_THROTTLE_FREE; i++) {
        exeat_throttle_charge(throttle, EXEAT_THROTTLE_ACCOUNT, "a", now);
        assert_int_equal(exeat_throttle_wait(throttle, EXEAT_THROTTLE_ACCOUNT, "a", now), 0);
    }
    for (guint i = 0; i < 20; i++) {
        exeat_throttle_charge(throttle, EXEAT_THROTTLE_ACCOUNT, "a", now);
        assert_int_equal(exeat_throttle_wait(throttle, EXEAT_THROTTLE_ACCOUNT, "a", now), want);
        assert_int_equal(exeat_throttle_wait(throttle, EXEAT_THROTTLE_ACCOUNT, "a", now + want - 1), 1);
        assert_int_equal(exeat_throttle_wait(throttle, EXEAT_THROTTLE_ACCOUNT, "a", now + want), 0);
        assert_int_equal(exeat_throttle_wait(throttle, EXEAT_THROTTLE_ACCOUNT, "a", now - 100000), want);
        now += want;
        want = MIN(2 * want, EXEAT_THROTTLE_MAX_SECONDS);
    }
    assert_int_equal(want, EXEAT_THROTTLE_MAX_SECONDS);
    assert_int_equal(exeat_throttle_wait(throttle, EXEAT_THROTTLE_DEVICE, "a", now), 0);
    assert_int_equal(exeat_throttle_wait(throttle, EXEAT_THROTTLE_ACCOUNT, "b", now), 0);
}

static void
test_client_waits(void **state)
{
    g_autoptr(ExeatThrottle) throttle = exeat_throttle_new();

    (void)state;
    for (guint i = 1; i <= EXEAT_THROTTLE_CLIENT_FREE + 20; i++) {
        gint64 wait;

        exeat_throttle_charge(throttle, EXEAT_THROTTLE_CLIENT, HOME, NOW);
        wait = exeat_throttle_wait(throttle, EXEAT_THROTTLE_CLIENT, HOME, NOW);
        if (i <= EXEAT_THROTTLE_CLIENT_FREE)
            assert_int_equal(wait, i < EXEAT_THROTTLE_CLIENT_FREE ? 0 : EXEAT_THROTTLE_FIRST_SECONDS);
        assert_true(wait <= EXEAT_THROTTLE_CLIENT_MAX_SECONDS);
    }
    assert_int_equal(exeat_throttle_wait(throttle, EXEAT_THROTTLE_CLIENT, HOME, NOW),
                     EXEAT_THROTTLE_CLIENT_MAX_SECONDS);
}

static void
test_throttle_memory(void **state)
{
    g_autoptr(ExeatThrottle) throttle = exeat_throttle_new();
    gint64 last = 0;

    (void)state;
    for (guint i = 0; i <= EXEAT_THROTTLE_FREE; i++)
        last = exeat_throttle_charge(throttle, EXEAT_THROTTLE_ACCOUNT, "a", NOW + i);
    exeat_throttle_refund(throttle, EXEAT_THROTTLE_ACCOUNT, "a", NOW + EXEAT_THROTTLE_FREE, last);
    assert_int_equal(exeat_throttle_wait(throttle, EXEAT_THROTTLE_ACCOUNT, "a", NOW + EXEAT_THROTTLE_FREE),
                     EXEAT_THROTTLE_FIRST_SECONDS - 1);
    exeat_throttle_forget(throttle, EXEAT_THROTTLE_ACCOUNT, "a");
    assert_int_equal(exeat_throttle_wait(throttle, EXEAT_THROTTLE_ACCOUNT, "a", NOW), 0);
    for (guint i = 0; i < 100; i++)
        exeat_throttle_charge(throttle, EXEAT_THROTTLE_ACCOUNT, "a", NOW);
    /* A day later it is forgotten, and not a second before. */
    exeat_throttle_charge(throttle, EXEAT_THROTTLE_ACCOUNT, "a", NOW + EXEAT_THROTTLE_FORGET_SECONDS - 1);
    assert_true(exeat_throttle_wait(throttle, EXEAT_THROTTLE_ACCOUNT, "a", NOW + EXEAT_THROTTLE_FORGET_SECONDS) > 0);
    exeat_throttle_charge(throttle, EXEAT_THROTTLE_ACCOUNT, "a", NOW + 2 * EXEAT_THROTTLE_FORGET_SECONDS);
    assert_int_equal(
        exeat_throttle_wait(throttle, EXEAT_THROTTLE_ACCOUNT, "a", NOW + 2 * EXEAT_THROTTLE_FORGET_SECONDS), 0);
}

/* One more than a pool has room for pushes out the oldest, of its own pool alone. */
static void
test_throttle_room(void **state)
{
    (void)state;
    for (int more = -1; more <= 1; more++) {
        g_autoptr(ExeatThrottle) throttle = exeat_throttle_new();

        for (guint i = 0; i < EXEAT_THROTTLE_FREE; i++) {
            exeat_throttle_charge(throttle, EXEAT_THROTTLE_NOBODY, "first", NOW);
            exeat_throttle_charge(throttle, EXEAT_THROTTLE_ACCOUNT, "first", NOW);
        }
        for (int i = 1; i < EXEAT_THROTTLE_ENTRIES + more; i++) {
            g_autofree char *key = g_strdup_printf("%d", i);

            exeat_throttle_charge(throttle, EXEAT_THROTTLE_NOBODY, key, NOW);
        }
        assert_int_equal(exeat_throttle_wait(throttle, EXEAT_THROTTLE_NOBODY, "first", NOW) > 0, more <= 0);
        assert_true(exeat_throttle_wait(throttle, EXEAT_THROTTLE_ACCOUNT, "first", NOW) > 0);
    }
}

/* Tries once a second for @seconds, each from another network if @many; how many were looked at. */
static guint
guess(Fixture *fixture, const char *address, gint64 seconds, bool many)
{
    guint looked_at = 0;

    for (gint64 i = 0; i < seconds; i++) {
        g_autofree char *client = many ? g_strdup_printf("198.51.%u.%u", (guint)(i / 250 % 250), (guint)(i % 250))
                                       : g_strdup("198.51.100.9");

        looked_at += fixture_sign_in(fixture, request_of(address, "a guess", "000000", client, NOW + i), NULL) !=
                     EXEAT_SIGN_IN_WAIT;
    }
    return looked_at;
}

/* Guessing goes at the pace of the longest wait, from one network or a thousand, and alike where there is no account.
 */
static void
test_guessing(void **state)
{
    const gint64 seconds = 6 * 3600;
    const guint most = EXEAT_THROTTLE_FREE + 8 + (guint)(seconds / EXEAT_THROTTLE_MAX_SECONDS);
    Fixture *fixture = *state;
    guint known, unknown;

    fixture_add(fixture, HEAD);
    g_free(fixture_enrol(fixture, HEAD));
    known = guess(fixture, HEAD, seconds, true);
    unknown = guess(fixture, "nobody@oakfield.sch.uk", seconds, true);
    assert_true(known <= most);
    assert_int_equal(known, unknown);
}

/* One network that tries many addresses is held up too; IPv6 counts by the network. */
static void
test_spraying(void **state)
{
    static const char *const clients[] = {"198.51.100.9", "2001:db8:1:2:%x::%x", "::ffff:198.51.100.10"};
    Fixture *fixture = *state;

    for (gsize c = 0; c < G_N_ELEMENTS(clients); c++) {
        guint looked_at = 0;

        for (guint i = 0; i < 100; i++) {
            g_autofree char *address = g_strdup_printf("n%u.%u@oakfield.sch.uk", (guint)c, i);
            g_autofree char *client = c == 1 ? g_strdup_printf("2001:db8:1:2:%x::%x", i, i) : g_strdup(clients[c]);

            looked_at += fixture_sign_in(fixture, request_of(address, "a guess", NULL, client, NOW), NULL) !=
                         EXEAT_SIGN_IN_WAIT;
        }
        assert_int_equal(looked_at, EXEAT_THROTTLE_CLIENT_FREE);
    }
    assert_int_equal(
        fixture_sign_in(fixture, request_of("x@oakfield.sch.uk", "a guess", NULL, "198.51.100.10", NOW), NULL),
        EXEAT_SIGN_IN_WAIT);
    assert_int_equal(
        fixture_sign_in(fixture, request_of("x@oakfield.sch.uk", "a guess", NULL, "2001:db8:1:3::1", NOW), NULL),
        EXEAT_SIGN_IN_WRONG);
}

/* A known device is not slowed by a thousand tries from elsewhere, nor by those behind its own address. */
static void
test_owner_is_not_slowed(void **state)
{
    Fixture *fixture = *state;
    g_autofree char *secret = NULL, *first = NULL, *then = NULL;
    g_auto(ExeatSignInResult) result = {0}, again = {0};
    ExeatSignInRequest request = request_of(HEAD, PASSWORD, NULL, HOME, NOW);

    fixture_add(fixture, HEAD);
    secret = fixture_enrol(fixture, HEAD);
    request.code = first = fixture_code(secret, NOW);
    assert_int_equal(fixture_sign_in(fixture, request, &result), EXEAT_SIGN_IN_OK);
    for (guint i = 0; i < 1000; i++)
        fixture_sign_in(fixture, request_of(HEAD, "a guess", NULL, i % 2 ? HOME : "198.51.100.9", NOW + i), NULL);
    request.now = NOW + 1000;
    request.code = then = fixture_code(secret, NOW + 1000);
    assert_int_equal(fixture_sign_in(fixture, request, NULL), EXEAT_SIGN_IN_WAIT);
    request.device = result.device;
    assert_int_equal(fixture_sign_in(fixture, request, &again), EXEAT_SIGN_IN_OK);
    assert_null(again.device);
    /* That device guesses no faster than others. */
    request.password = "a guess";
    for (guint i = 0; i < EXEAT_THROTTLE_FREE; i++)
        assert_int_equal(fixture_sign_in(fixture, request, NULL), EXEAT_SIGN_IN_WRONG);
    assert_int_equal(fixture_sign_in(fixture, request, NULL), EXEAT_SIGN_IN_WAIT);
}

/* A device is known for so long, for its own account, and there are so many of them. */
static void
test_devices(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) tokens = g_ptr_array_new_with_free_func(g_free);
    gint64 known = 0;

    fixture_add(fixture, HEAD);
    fixture_add(fixture, DEPUTY);
    for (gint64 i = 0; i <= EXEAT_DEVICES_MOST; i++) {
        char *token = NULL;

        assert_ok(exeat_sign_in_enrolled(fixture->accounts, HEAD, NOW + i, &token, &error));
        g_ptr_array_add(tokens, token);
        assert_ok(accounts_device_find(fixture->accounts, 1, g_ptr_array_index(tokens, 0), NOW, &known, &error));
        assert_int_equal(known != 0, i < EXEAT_DEVICES_MOST);
    }
    for (gint64 late = -1; late <= 1; late++) {
        assert_ok(accounts_device_find(fixture->accounts, 1, g_ptr_array_index(tokens, 1),
                                       NOW + 1 + EXEAT_DEVICE_SECONDS + late, &known, &error));
        assert_int_equal(known != 0, late < 0);
    }
    assert_ok(accounts_device_find(fixture->accounts, 2, g_ptr_array_index(tokens, 1), NOW, &known, &error));
    assert_int_equal(known, 0);
    assert_ok(exeat_accounts_set_disabled(fixture->accounts, HEAD, true, &error));
    assert_ok(accounts_device_find(fixture->accounts, 1, g_ptr_array_index(tokens, 1), NOW, &known, &error));
    assert_int_equal(known, 0);
}

/* A right sign-in renews a hash that costs less than today's. */
static void
test_renewed_hash(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *secret = NULL, *code = NULL, *later = NULL;
    sqlite3_stmt *statement;
    bool row = false;

    fixture_add(fixture, HEAD);
    secret = fixture_enrol(fixture, HEAD);
    g_clear_pointer(&fixture->accounts, exeat_accounts_close);
    assert_ok(exeat_accounts_open(fixture->path, fixture->key, COST + 1, &fixture->accounts, &error));
    code = fixture_code(secret, NOW);
    assert_int_equal(fixture_sign_in(fixture, request_of(HEAD, PASSWORD, code, HOME, NOW), NULL), EXEAT_SIGN_IN_OK);
    statement = exeat_sql_query(&fixture->accounts->sql, &error, "SELECT password FROM account", "");
    assert_ok(exeat_sql_step(&fixture->accounts->sql, statement, &row, &error));
    assert_false(exeat_password_is_dated((const char *)sqlite3_column_text(statement, 0), fixture->accounts->nobody));
    sqlite3_reset(statement);
    later = fixture_code(secret, NOW + 30);
    assert_int_equal(fixture_sign_in(fixture, request_of(HEAD, PASSWORD, later, HOME, NOW + 30), NULL),
                     EXEAT_SIGN_IN_OK);
}

#define RACERS 8

typedef struct Race {
    Fixture *fixture;
    const char *code;
    gint won, looked_at;
} Race;

static gpointer
race_run(gpointer data)
{
    Race *race = data;
    ExeatSignInRequest request = request_of(HEAD, PASSWORD, race->code, HOME, NOW);
    g_auto(ExeatSignInResult) result = {0};

    if (!exeat_sign_in(race->fixture->accounts, &request, &result, NULL))
        return NULL;
    g_atomic_int_add(&race->looked_at, result.outcome != EXEAT_SIGN_IN_WAIT);
    g_atomic_int_add(&race->won, result.outcome == EXEAT_SIGN_IN_OK);
    return NULL;
}

/* One code, tried by many at once, lets one in. */
static void
test_race(void **state)
{
    Fixture *fixture = *state;
    g_autofree char *secret = NULL, *code = NULL;
    Race race = {.fixture = fixture};
    GThread *threads[RACERS];

    fixture_add(fixture, HEAD);
    secret = fixture_enrol(fixture, HEAD);
    race.code = code = fixture_code(secret, NOW);
    for (guint i = 0; i < RACERS; i++)
        threads[i] = g_thread_new("racer", race_run, &race);
    for (guint i = 0; i < RACERS; i++)
        g_thread_join(threads[i]);
    assert_int_equal(race.won, 1);
    assert_true(race.looked_at >= 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_steps, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_wrong, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_window, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_recovery, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_reset, fixture_setup, fixture_teardown),
        cmocka_unit_test(test_waits),
        cmocka_unit_test(test_client_waits),
        cmocka_unit_test(test_throttle_memory),
        cmocka_unit_test(test_throttle_room),
        cmocka_unit_test_setup_teardown(test_guessing, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_spraying, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_owner_is_not_slowed, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_devices, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_renewed_hash, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_race, fixture_setup, fixture_teardown),
    };
    return cmocka_run_group_tests_name("sign-in", tests, NULL, NULL);
}
