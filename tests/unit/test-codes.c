/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One-time codes: right once, for a while, in the browser that asked; how many may be tried and asked for. */
#include "tests/unit/accounts_fixture.h"

#include "accounts/codes.h"

#define SENDER "a.teacher@oakfield.sch.uk"
#define HOME "192.0.2.1"

static ExeatCode
make(Fixture *fixture, const char *address, const char *client, const char *nonce, gint64 now)
{
    g_autoptr(GError) error = NULL;
    ExeatCode code = {0};

    assert_ok(exeat_codes_make(fixture->accounts, address, client, nonce, now, &code, &error));
    assert_int_equal(code.code == NULL, code.wait_seconds > 0);
    assert_int_equal(code.nonce == NULL, code.wait_seconds > 0);
    return code;
}

static ExeatCodeOutcome
take(Fixture *fixture, const char *nonce, const char *code, gint64 now)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *address = NULL;
    ExeatCodeOutcome outcome = EXEAT_CODE_WRONG;

    assert_ok(exeat_codes_take(fixture->accounts, nonce, code, now, &outcome, &address, &error));
    if (outcome == EXEAT_CODE_RIGHT)
        assert_string_equal(address, SENDER);
    else
        assert_null(address);
    return outcome;
}

static void
test_once(void **state)
{
    Fixture *fixture = *state;
    g_auto(ExeatCode) code = make(fixture, SENDER, HOME, NULL, NOW);
    g_autofree char *typed = g_strdup_printf(" %.4s %s", code.code, code.code + 4);

    assert_int_equal(strlen(code.code), EXEAT_CODE_DIGITS);
    assert_int_equal(strspn(code.code, "0123456789"), EXEAT_CODE_DIGITS);
    assert_int_equal(take(fixture, code.nonce, typed, NOW), EXEAT_CODE_RIGHT);
    assert_int_equal(take(fixture, code.nonce, typed, NOW), EXEAT_CODE_GONE);
}

/* Another browser can neither use it nor use up its tries, nor replace it. */
static void
test_other_browser(void **state)
{
    Fixture *fixture = *state;
    g_auto(ExeatCode) code = make(fixture, SENDER, HOME, NULL, NOW);
    g_auto(ExeatCode) strange = make(fixture, SENDER, "198.51.100.9", NULL, NOW);

    assert_int_equal(take(fixture, NULL, code.code, NOW), EXEAT_CODE_GONE);
    assert_int_equal(take(fixture, "", code.code, NOW), EXEAT_CODE_GONE);
    for (guint i = 0; i < 2 * EXEAT_CODE_TRIES_MOST; i++)
        assert_int_not_equal(take(fixture, strange.nonce, code.code, NOW), EXEAT_CODE_RIGHT);
    assert_int_equal(take(fixture, code.nonce, code.code, NOW), EXEAT_CODE_RIGHT);
}

static void
test_replaced(void **state)
{
    Fixture *fixture = *state;
    g_auto(ExeatCode) first = make(fixture, SENDER, HOME, NULL, NOW);
    g_auto(ExeatCode) second = make(fixture, SENDER, HOME, first.nonce, NOW);

    assert_string_not_equal(first.nonce, second.nonce);
    assert_int_equal(take(fixture, first.nonce, first.code, NOW), EXEAT_CODE_GONE);
    assert_int_equal(take(fixture, second.nonce, second.code, NOW), EXEAT_CODE_RIGHT);
}

static void
test_expiry(void **state)
{
    Fixture *fixture = *state;

    for (gint64 late = -1; late <= 1; late++) {
        g_auto(ExeatCode) code = make(fixture, SENDER, HOME, NULL, NOW);

        assert_int_equal(take(fixture, code.nonce, code.code, NOW + EXEAT_CODE_SECONDS + late),
                         late < 0 ? EXEAT_CODE_RIGHT : EXEAT_CODE_GONE);
    }
}

static void
test_tries(void **state)
{
    Fixture *fixture = *state;

    for (guint wrong = EXEAT_CODE_TRIES_MOST - 1; wrong <= EXEAT_CODE_TRIES_MOST + 1; wrong++) {
        g_auto(ExeatCode) code = make(fixture, SENDER, HOME, NULL, NOW);
        const char *bad[] = {"", "0000000", "not a number", "000000000"};

        for (guint i = 0; i < wrong; i++)
            assert_int_equal(take(fixture, code.nonce, bad[i % G_N_ELEMENTS(bad)], NOW),
                             i + 1 < EXEAT_CODE_TRIES_MOST ? EXEAT_CODE_WRONG : EXEAT_CODE_GONE);
        assert_int_equal(take(fixture, code.nonce, code.code, NOW),
                         wrong < EXEAT_CODE_TRIES_MOST ? EXEAT_CODE_RIGHT : EXEAT_CODE_GONE);
    }
}

/* With @i in the place of a star. (transfer full) */
static char *
numbered(const char *pattern, guint i)
{
    g_auto(GStrv) halves = g_strsplit(pattern, "*", 2);
    g_autofree char *number = g_strdup_printf("%u", i);

    return g_strjoinv(number, halves);
}

/* Asks until it has to wait; how many there were. */
static guint
ask(Fixture *fixture, const char *address, const char *client, gint64 now, gint64 *out_wait)
{
    for (guint i = 0;; i++) {
        g_autofree char *own_address = numbered(address, i), *own_client = numbered(client, i);
        g_auto(ExeatCode) code = make(fixture, own_address, own_client, NULL, now);

        if (code.wait_seconds == 0)
            continue;
        *out_wait = code.wait_seconds;
        return i;
    }
}

/* So many for an address from wherever, so many of them from one network, so many from it in all; an hour later again.
 */
static void
test_how_many(void **state)
{
    Fixture *fixture = *state;
    gint64 wait = 0;

    assert_int_equal(ask(fixture, SENDER, "192.0.2.1", NOW, &wait), EXEAT_CODES_PAIR_MOST);
    assert_int_equal(wait, EXEAT_CODES_PERIOD_SECONDS);
    assert_int_equal(ask(fixture, "a.teacher+*@oakfield.sch.uk", "198.51.100.*", NOW + 60, &wait),
                     EXEAT_CODES_ADDRESS_MOST - EXEAT_CODES_PAIR_MOST);
    assert_int_equal(wait, EXEAT_CODES_PERIOD_SECONDS - 60);
    assert_int_equal(ask(fixture, "n*@oakfield.sch.uk", "2001:db8:1:2::*", NOW, &wait), EXEAT_CODES_NETWORK_MOST);
    assert_int_equal(wait, EXEAT_CODES_PERIOD_SECONDS);
    assert_int_equal(ask(fixture, SENDER, "192.0.2.1", NOW + EXEAT_CODES_PERIOD_SECONDS - 1, &wait), 0);
    assert_int_equal(wait, 1);
    assert_int_equal(ask(fixture, SENDER, "192.0.2.1", NOW + EXEAT_CODES_PERIOD_SECONDS, &wait), EXEAT_CODES_PAIR_MOST);
}

/* Who asks for many does not fill the disk; what is pushed out is the oldest. */
static void
test_room(void **state)
{
    Fixture *fixture = *state;
    g_auto(ExeatCode) first = make(fixture, SENDER, HOME, NULL, NOW);
    g_auto(ExeatCode) second = make(fixture, SENDER, HOME, NULL, NOW + 1);

    for (int i = 2; i <= EXEAT_CODES_ALL_MOST; i++) {
        g_autofree char *address = g_strdup_printf("n%d@oakfield.sch.uk", i);
        g_autofree char *client = g_strdup_printf("198.51.%d.%d", i / 250, i % 250);
        g_auto(ExeatCode) code = make(fixture, address, client, NULL, NOW + 2);

        if (i == EXEAT_CODES_ALL_MOST - 1)
            assert_int_equal(take(fixture, first.nonce, "", NOW + 2), EXEAT_CODE_WRONG);
    }
    assert_int_equal(take(fixture, first.nonce, first.code, NOW + 2), EXEAT_CODE_GONE);
    assert_int_equal(take(fixture, second.nonce, second.code, NOW + 2), EXEAT_CODE_RIGHT);
}

static void
test_addresses(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;

    for (int more = -1; more <= 1; more++) {
        g_autofree char *address = g_strnfill((gsize)(EXEAT_ACCOUNTS_ADDRESS_BYTES + more), 'a');
        g_auto(ExeatCode) code = {0};

        assert_int_equal(exeat_codes_make(fixture->accounts, address, HOME, NULL, NOW, &code, &error), more <= 0);
        g_clear_error(&error);
    }
    {
        g_auto(ExeatCode) code = {0};

        assert_fails(exeat_codes_make(fixture->accounts, "\xff@oakfield.sch.uk", HOME, NULL, NOW, &code, &error),
                     EXEAT_ERROR_CONFIG);
    }
}

/* Digits are as likely as each other: none comes up half as often again as it should. */
static void
test_spread(void **state)
{
    Fixture *fixture = *state;
    guint seen[10] = {0};

    for (guint i = 0; i < 500; i++) {
        g_autofree char *client = g_strdup_printf("198.51.%u.%u", i / 250, i % 250);
        g_autofree char *address = g_strdup_printf("n%u@oakfield.sch.uk", i);
        g_auto(ExeatCode) code = make(fixture, address, client, NULL, NOW);

        for (const char *at = code.code; *at != '\0'; at++)
            seen[*at - '0']++;
    }
    /* 4,000 digits: 400 each, with a deviation of 19. */
    for (guint digit = 0; digit < 10; digit++)
        assert_in_range(seen[digit], 200, 600);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_once, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_other_browser, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_replaced, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_expiry, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_tries, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_how_many, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_room, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_addresses, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_spread, fixture_setup, fixture_teardown),
    };
    return cmocka_run_group_tests_name("codes", tests, NULL, NULL);
}
