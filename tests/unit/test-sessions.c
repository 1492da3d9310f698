/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sessions: how they begin and end, how many there are; forms that only their own session sends; who has what open. */
#include "tests/unit/accounts_fixture.h"

#include "accounts/claims.h"
#include "accounts/sessions.h"

#define IDLE 1800
#define LONGEST 36000

static ExeatSessionStart
start_of(const char *address, gint64 now)
{
    return (ExeatSessionStart){EXEAT_SESSION_STAFF, address, "192.0.2.1", IDLE, LONGEST, now};
}

static char *
start(Fixture *fixture, const char *address, gint64 now)
{
    g_autoptr(GError) error = NULL;
    const ExeatSessionStart how = start_of(address, now);
    char *token = NULL;

    assert_ok(exeat_sessions_start(fixture->accounts, &how, &token, &error));
    return token;
}

static bool
is_there(Fixture *fixture, const char *token, gint64 now)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(ExeatSession) session = NULL;

    assert_ok(exeat_sessions_find(fixture->accounts, token, now, &session, &error));
    return session != NULL;
}

static guint
count(Fixture *fixture, const char *address, gint64 now)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) sessions = NULL;

    assert_ok(exeat_sessions_list(fixture->accounts, address, now, &sessions, &error));
    return sessions->len;
}

static void
test_life(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *token = start(fixture, HEAD, NOW);
    g_autoptr(ExeatSession) session = NULL;
    const char *const strangers[] = {"", "x", "\xff", NULL};

    assert_int_equal(strlen(token), 43);
    assert_ok(exeat_sessions_find(fixture->accounts, token, NOW, &session, &error));
    assert_string_equal(session->address, HEAD);
    assert_string_equal(session->client, "192.0.2.1");
    assert_int_equal(session->kind, EXEAT_SESSION_STAFF);
    assert_int_equal(session->ends_at, NOW + LONGEST);
    for (gsize i = 0; i < G_N_ELEMENTS(strangers); i++)
        assert_false(is_there(fixture, strangers[i], NOW));
    assert_ok(exeat_sessions_end(fixture->accounts, token, &error));
    assert_false(is_there(fixture, token, NOW));
    assert_ok(exeat_sessions_end(fixture->accounts, token, &error));
}

/* Every click makes the idle time begin anew, and none moves the end. */
static void
test_expiry(void **state)
{
    Fixture *fixture = *state;
    g_autofree char *idle = start(fixture, HEAD, NOW), *busy = start(fixture, HEAD, NOW);

    assert_true(is_there(fixture, idle, NOW + IDLE - 1));
    assert_true(is_there(fixture, idle, NOW + 2 * IDLE - 2));
    assert_false(is_there(fixture, idle, NOW + 3 * IDLE - 2));
    for (gint64 at = 0; at < LONGEST; at += IDLE / 2)
        assert_true(is_there(fixture, busy, NOW + at));
    assert_true(is_there(fixture, busy, NOW + LONGEST - 1));
    assert_false(is_there(fixture, busy, NOW + LONGEST));
}

/* The last click is written down at most once a minute; a short idle time is kept to all the same. */
static void
test_touch(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *token = start(fixture, HEAD, NOW), *brief = NULL;
    ExeatSessionStart how = start_of(HEAD, NOW);

    for (gint64 late = -1; late <= 1; late++) {
        g_autoptr(GPtrArray) sessions = NULL;

        assert_true(is_there(fixture, token, NOW + EXEAT_SESSION_TOUCH_SECONDS + late));
        assert_ok(exeat_sessions_list(fixture->accounts, HEAD, NOW, &sessions, &error));
        assert_int_equal(((ExeatSession *)g_ptr_array_index(sessions, 0))->seen_at,
                         late < 0 ? NOW : NOW + EXEAT_SESSION_TOUCH_SECONDS);
    }
    how.idle = 60;
    assert_ok(exeat_sessions_start(fixture->accounts, &how, &brief, &error));
    assert_true(is_there(fixture, brief, NOW + 50));
    assert_true(is_there(fixture, brief, NOW + 100));
    assert_false(is_there(fixture, brief, NOW + 160));
}

static void
test_rotate(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *half = NULL, *whole = NULL;
    g_autoptr(ExeatSession) session = NULL;
    ExeatSessionStart how = start_of(HEAD, NOW);

    how.kind = EXEAT_SESSION_HALF;
    assert_ok(exeat_sessions_start(fixture->accounts, &how, &half, &error));
    how.kind = EXEAT_SESSION_STAFF;
    assert_ok(exeat_sessions_rotate(fixture->accounts, half, &how, &whole, &error));
    assert_string_not_equal(half, whole);
    assert_false(is_there(fixture, half, NOW));
    assert_ok(exeat_sessions_find(fixture->accounts, whole, NOW, &session, &error));
    assert_int_equal(session->kind, EXEAT_SESSION_STAFF);
}

/* What changes who may sign in ends what was begun before. */
static void
test_ended_by_changes(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *other = NULL, *made = NULL;
    ExeatPasswordFault fault;

    fixture_add(fixture, HEAD);
    fixture_add(fixture, DEPUTY);
    other = start(fixture, DEPUTY, NOW);
    for (guint change = 0; change < 5; change++) {
        g_autofree char *token = start(fixture, HEAD, NOW);

        assert_true(is_there(fixture, token, NOW));
        if (change == 0)
            assert_ok(exeat_accounts_set_password(fixture->accounts, HEAD, "another green kite", &fault, &error));
        else if (change == 1)
            assert_ok(exeat_accounts_make_password(fixture->accounts, HEAD, NOW, &made, &error));
        else if (change == 2)
            assert_ok(exeat_accounts_totp_reset(fixture->accounts, HEAD, &error));
        else if (change == 3)
            assert_ok(exeat_accounts_set_disabled(fixture->accounts, HEAD, true, &error));
        else
            assert_ok(exeat_accounts_remove(fixture->accounts, HEAD, &error));
        if (is_there(fixture, token, NOW))
            fail_msg("change %u left it", change);
        assert_true(is_there(fixture, other, NOW));
    }
}

static void
test_list(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *first = start(fixture, HEAD, NOW), *second = start(fixture, "Head+x@Oakfield.sch.uk", NOW + 1);
    g_autofree char *other = start(fixture, DEPUTY, NOW);
    g_autoptr(GPtrArray) sessions = NULL;
    const ExeatSession *latest;

    assert_ok(exeat_sessions_list(fixture->accounts, HEAD, NOW + 1, &sessions, &error));
    assert_int_equal(sessions->len, 2);
    latest = g_ptr_array_index(sessions, 0);
    assert_int_equal(latest->started_at, NOW + 1);
    assert_ok(exeat_sessions_end_one(fixture->accounts, DEPUTY, latest->id, &error));
    assert_true(is_there(fixture, second, NOW + 1));
    assert_ok(exeat_sessions_end_one(fixture->accounts, HEAD, latest->id, &error));
    assert_false(is_there(fixture, second, NOW + 1));
    assert_ok(exeat_sessions_end_all(fixture->accounts, HEAD, &error));
    assert_false(is_there(fixture, first, NOW + 1));
    assert_true(is_there(fixture, other, NOW + 1));
}

static void
test_room(void **state)
{
    Fixture *fixture = *state;
    g_autofree char *first = start(fixture, HEAD, NOW), *other = start(fixture, DEPUTY, NOW);

    for (gint64 i = 2; i <= EXEAT_SESSIONS_MOST + 1; i++) {
        g_free(start(fixture, HEAD, NOW + i));
        assert_int_equal(count(fixture, HEAD, NOW + i), MIN(i, EXEAT_SESSIONS_MOST));
    }
    assert_false(is_there(fixture, first, NOW + 20));
    assert_true(is_there(fixture, other, NOW + 20));
}

static void
test_room_for_all(void **state)
{
    Fixture *fixture = *state;
    g_autofree char *first = start(fixture, HEAD, NOW), *last = NULL;

    for (int i = 1; i < EXEAT_SESSIONS_ALL_MOST; i++) {
        g_autofree char *address = g_strdup_printf("n%d@oakfield.sch.uk", i);

        g_free(start(fixture, address, NOW + 1));
        if (i == EXEAT_SESSIONS_ALL_MOST - 2)
            assert_true(is_there(fixture, first, NOW + 1));
    }
    assert_true(is_there(fixture, first, NOW + 1));
    last = start(fixture, DEPUTY, NOW + 2);
    assert_false(is_there(fixture, first, NOW + 2));
    assert_true(is_there(fixture, last, NOW + 2));
    assert_int_equal(count(fixture, "n1@oakfield.sch.uk", NOW + 2), 1);
}

static void
test_client(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;

    for (int more = -1; more <= 1; more++) {
        g_autofree char *client = g_strnfill((gsize)(EXEAT_SESSION_CLIENT_BYTES + more), 'c'), *token = NULL;
        g_autoptr(ExeatSession) session = NULL;
        ExeatSessionStart how = start_of(HEAD, NOW);

        how.client = client;
        assert_ok(exeat_sessions_start(fixture->accounts, &how, &token, &error));
        assert_ok(exeat_sessions_find(fixture->accounts, token, NOW, &session, &error));
        assert_int_equal(strlen(session->client), EXEAT_SESSION_CLIENT_BYTES + MIN(more, 0));
    }
}

static void
test_purge(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *old = start(fixture, HEAD, NOW), *young = start(fixture, HEAD, NOW + IDLE);

    assert_ok(exeat_accounts_purge(fixture->accounts, NOW + IDLE, &error));
    /* With a clock that was put back it would be there, were it not gone. */
    assert_false(is_there(fixture, old, NOW));
    assert_true(is_there(fixture, young, NOW + IDLE));
}

static void
test_forms(void **state)
{
    Fixture *fixture = *state;
    g_autofree char *token = start(fixture, HEAD, NOW), *other = start(fixture, HEAD, NOW);
    g_autofree char *right = exeat_session_csrf(token), *same = exeat_session_csrf(token);

    assert_string_equal(right, same);
    assert_null(strstr(right, token));
    assert_true(exeat_session_csrf_is(token, right));
    assert_false(exeat_session_csrf_is(other, right));
    assert_false(exeat_session_csrf_is(token, NULL));
    assert_false(exeat_session_csrf_is(token, ""));
    assert_false(exeat_session_csrf_is(token, token));
    for (gsize i = 0; i < strlen(right); i++) {
        g_autofree char *bad = g_strdup(right), *cut = g_strndup(right, i);

        bad[i] = bad[i] == 'A' ? 'B' : 'A';
        assert_false(exeat_session_csrf_is(token, bad));
        assert_false(exeat_session_csrf_is(token, cut));
    }
}

static guint
claimed(Fixture *fixture, const char *letter, gint64 now)
{
    const char *const letters[] = {letter, NULL};
    g_autoptr(GPtrArray) claims = exeat_claims_list(fixture->accounts, letters, now);

    return claims->len;
}

static void
test_claims(void **state)
{
    Fixture *fixture = *state;
    const char *const letters[] = {"H-2", "H-1", "H-3", NULL};
    g_autoptr(GPtrArray) claims = NULL;
    const ExeatClaim *claim;

    exeat_claims_set(fixture->accounts, "H-1", HEAD, NOW);
    exeat_claims_set(fixture->accounts, "H-1", DEPUTY, NOW + 1);
    exeat_claims_set(fixture->accounts, "H-2", DEPUTY, NOW + 2);
    exeat_claims_set(fixture->accounts, "H-1", "HEAD@oakfield.sch.uk", NOW + 200);
    claims = exeat_claims_list(fixture->accounts, letters, NOW + 200);
    assert_int_equal(claims->len, 3);
    claim = g_ptr_array_index(claims, 0);
    assert_string_equal(claim->letter, "H-2");
    claim = g_ptr_array_index(claims, 1);
    assert_string_equal(claim->address, HEAD);
    assert_int_equal(claim->since, NOW);
    assert_int_equal(claimed(fixture, "H-1", NOW + EXEAT_CLAIM_SECONDS), 2);
    assert_int_equal(claimed(fixture, "H-1", NOW + EXEAT_CLAIM_SECONDS + 1), 1);
    exeat_claims_end(fixture->accounts, "H-1", HEAD);
    assert_int_equal(claimed(fixture, "H-1", NOW + EXEAT_CLAIM_SECONDS + 1), 0);
    assert_int_equal(claimed(fixture, "H-2", NOW + EXEAT_CLAIM_SECONDS + 1), 1);
}

static void
test_claims_room(void **state)
{
    Fixture *fixture = *state;

    for (int i = 0; i <= EXEAT_CLAIMS_MOST; i++) {
        g_autofree char *letter = g_strdup_printf("H-%d", i);

        exeat_claims_set(fixture->accounts, letter, HEAD, NOW + (i > 0));
        assert_int_equal(claimed(fixture, "H-0", NOW + 1), i < EXEAT_CLAIMS_MOST);
    }
    for (guint asked = EXEAT_CLAIMS_LIST_MOST - 1; asked <= EXEAT_CLAIMS_LIST_MOST + 1; asked++) {
        const char *letters[EXEAT_CLAIMS_LIST_MOST + 2] = {NULL};
        g_autoptr(GPtrArray) claims = NULL;

        for (guint i = 0; i < asked; i++)
            letters[i] = "H-1";
        claims = exeat_claims_list(fixture->accounts, letters, NOW + 1);
        assert_int_equal(claims->len, MIN(asked, EXEAT_CLAIMS_LIST_MOST));
    }
}

/* What another process does with the file holds here at once. */
static void
test_two_processes(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    g_autoptr(ExeatAccounts) other = NULL;
    g_autofree char *token = NULL;

    fixture_add(fixture, HEAD);
    token = start(fixture, HEAD, NOW);
    assert_ok(exeat_accounts_open(fixture->path, fixture->key, COST, &other, &error));
    assert_true(is_there(fixture, token, NOW));
    assert_ok(exeat_accounts_set_disabled(other, HEAD, true, &error));
    assert_false(is_there(fixture, token, NOW));
}

#define BROWSERS 6
#define ROUNDS 40

typedef struct Browser {
    Fixture *fixture;
    char *address;
    guint right;
} Browser;

/* One person's clicks, among others' at the same time. */
static gpointer
browser_run(gpointer data)
{
    Browser *browser = data;
    ExeatAccounts *accounts = browser->fixture->accounts;
    const char *const letters[] = {"H-1", NULL};

    for (gint64 i = 0; i < ROUNDS; i++) {
        const ExeatSessionStart how = start_of(browser->address, NOW + 100 * i);
        g_autofree char *token = NULL;
        g_autoptr(ExeatSession) session = NULL, ended = NULL;
        g_autoptr(GPtrArray) claims = NULL;

        exeat_claims_set(accounts, "H-1", browser->address, NOW);
        claims = exeat_claims_list(accounts, letters, NOW);
        if (exeat_sessions_start(accounts, &how, &token, NULL) &&
            exeat_sessions_find(accounts, token, NOW + 100 * i + 90, &session, NULL) && session != NULL &&
            strcmp(session->address, browser->address) == 0 && exeat_sessions_end(accounts, token, NULL) &&
            exeat_sessions_find(accounts, token, NOW + 100 * i + 90, &ended, NULL) && ended == NULL && claims->len > 0)
            browser->right++;
    }
    return NULL;
}

static void
test_threads(void **state)
{
    Fixture *fixture = *state;
    Browser browsers[BROWSERS];
    GThread *threads[BROWSERS];

    for (guint i = 0; i < BROWSERS; i++) {
        browsers[i] = (Browser){fixture, g_strdup_printf("n%u@oakfield.sch.uk", i), 0};
        threads[i] = g_thread_new("browser", browser_run, &browsers[i]);
    }
    for (guint i = 0; i < BROWSERS; i++) {
        g_thread_join(threads[i]);
        assert_int_equal(browsers[i].right, ROUNDS);
        g_free(browsers[i].address);
    }
    assert_int_equal(claimed(fixture, "H-1", NOW), BROWSERS);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_life, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_expiry, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_touch, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_rotate, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_ended_by_changes, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_list, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_room, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_room_for_all, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_client, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_purge, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_forms, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_claims, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_claims_room, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_two_processes, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_threads, fixture_setup, fixture_teardown),
    };
    return cmocka_run_group_tests_name("sessions", tests, NULL, NULL);
}
