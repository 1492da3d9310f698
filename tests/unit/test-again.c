/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What must not be done twice: a letter that its sender sends again for want of an answer, a delivery that the store
 * could not be told of, work that was claimed while the clock was wrong.
 */
#include "tests/unit/clerk_world.h"

#include <sqlite3.h>
#include <string.h>

#include "quarantine/repeat.h"

#define LETTER "From: b.tegwen@oakfield.sch.uk\r\nMessage-ID: <a@oakfield.sch.uk>\r\n\r\nDear parent\r\n"

/* A letter as the gate has judged it. */
typedef struct Sent {
    const char *letter, *sender, *account, *message_id;
    guint recipients, held; /* so many, and so many of them held */
    bool flagged;
    gint64 at;
} Sent;

static const Sent usual = {LETTER, "b.tegwen@oakfield.sch.uk", "b.tegwen", "<a@oakfield.sch.uk>", 2, 2, false, NOW};

static char *
put(World *world, const Sent *sent)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(ExeatEnvelope) envelope = exeat_envelope_new();
    g_autoptr(ExeatVerdict) verdict = exeat_verdict_new();
    g_autoptr(GBytes) letter = g_bytes_new_static(sent->letter, strlen(sent->letter));
    ExeatHoldRequest request = {
        .letter = letter, .envelope = envelope, .message_id = sent->message_id, .verdict = verdict, .now = sent->at};
    char *id = NULL;

    g_free(envelope->sender);
    envelope->sender = g_strdup(sent->sender);
    envelope->account = g_strdup(sent->account);
    for (guint i = 0; i < sent->recipients; i++)
        g_ptr_array_add(envelope->recipients, g_strdup_printf("parent.%u@mail.example", i));
    for (guint i = 0; i < sent->held; i++)
        g_array_append_val(verdict->held, i);
    assert_ok((sent->flagged ? exeat_quarantine_flag : exeat_quarantine_hold)(world->gate, &request, &id, &error));
    assert_non_null(id);
    return id;
}

static bool
is_same(World *world, const Sent *first, const Sent *second)
{
    g_autofree char *one = put(world, first), *other = put(world, second);

    return strcmp(one, other) == 0;
}

static ExeatStoreCounts
counts(World *world)
{
    g_autoptr(GError) error = NULL;
    ExeatStoreCounts found;

    assert_ok(exeat_store_counts(exeat_quarantine_store(world->quarantine), &found, &error));
    return found;
}

static void
test_sent_again(void **state)
{
    World *world = *state;
    g_autofree char *first = put(world, &usual), *second = put(world, &usual);
    g_autofree char *elsewhere = NULL;
    ExeatStoreCounts found = counts(world);

    assert_string_equal(first, second);
    assert_int_equal(found.letters, 1);
    assert_int_equal(found.states[EXEAT_HELD_HELD], 2);
    assert_int_equal(found.mails_waiting, 3); /* told once each: the sender, the head, the deputy */
    /* A gate that was started anew knows it too. */
    exeat_quarantine_unref(world->gate);
    world->gate = new_quarantine(world, false);
    elsewhere = put(world, &usual);
    assert_string_equal(first, elsewhere);
}

static void
test_not_the_same(void **state)
{
    World *world = *state;
    Sent other[] = {usual, usual, usual, usual, usual, usual};
    g_autofree char *first = put(world, &usual);

    other[0].letter = LETTER " ";
    other[1].sender = "c.binns@oakfield.sch.uk";
    other[2].account = "c.binns";
    other[3].recipients = 3;
    other[4].held = 1;
    other[5].flagged = true;
    for (guint i = 0; i < G_N_ELEMENTS(other); i++) {
        g_autofree char *id = put(world, &other[i]);

        assert_string_not_equal(first, id);
    }
    assert_int_equal(counts(world).letters, 6);
    assert_int_equal(counts(world).flagged, 1);
}

/* Two that nothing tells apart may be meant as two. */
static void
test_without_an_identity(void **state)
{
    World *world = *state;
    Sent nameless = usual, empty = usual;

    nameless.message_id = NULL;
    empty.message_id = "";
    assert_false(is_same(world, &nameless, &nameless));
    assert_false(is_same(world, &empty, &empty));
}

static void
test_time_to_send_again(void **state)
{
    static const struct {
        gint64 later;
        bool same;
    } rows[] = {
        {EXEAT_REPEAT_SECONDS - 1, true},  {EXEAT_REPEAT_SECONDS, true},  {EXEAT_REPEAT_SECONDS + 1, false},
        {-EXEAT_REPEAT_SECONDS + 1, true}, {-EXEAT_REPEAT_SECONDS, true}, {-EXEAT_REPEAT_SECONDS - 1, false},
        {365 * 24 * HOUR, false},
    };

    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *bytes = g_strdup_printf(LETTER "%u", i);
        Sent first = usual, second;

        first.letter = bytes;
        second = first;
        second.at += rows[i].later;
        if (is_same(*state, &first, &second) != rows[i].same)
            fail_msg("row %u", i);
    }
}

static gint64
number_of(World *world, const char *text)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;
    gint64 number;

    assert_int_equal(sqlite3_open(world->store_path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, text, -1, &statement, NULL), SQLITE_OK);
    number = sqlite3_step(statement) == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return number;
}

static void
test_digests_go(void **state)
{
    World *world = *state;
    Sent later = usual;

    g_free(put(world, &usual));
    assert_int_equal(number_of(world, "SELECT count(*) FROM repeat"), 1);
    assert_int_equal(number_of(world, "SELECT length(digest) FROM repeat"), 32);
    later.at += EXEAT_REPEAT_SECONDS + 1;
    g_free(put(world, &later));
    assert_int_equal(number_of(world, "SELECT count(*) FROM repeat"), 1);
    assert_int_equal(number_of(world, "SELECT at FROM repeat"), later.at);
}

static void
decide(World *world, const char *id, bool release, guint *only)
{
    static const ExeatActor head = {"headteacher", "m.pennant@oakfield.sch.uk"};
    g_autoptr(GError) error = NULL;
    g_autoptr(GArray) indices = g_array_new(false, false, sizeof(guint));
    ExeatDecision decision;

    if (only != NULL)
        g_array_append_val(indices, *only);
    assert_ok((release ? exeat_quarantine_release : exeat_quarantine_return)(
        world->quarantine, id, &head, &(ExeatDecisionOptions){.recipients = only != NULL ? indices : NULL}, NOW + 60,
        &decision, &error));
    assert_int_equal(decision.outcome, EXEAT_DECISION_DONE);
    exeat_decision_clear(&decision);
}

/* Whoever sends it once more after a decision, on one recipient even, wants it judged once more. */
static void
test_sent_after_a_decision(void **state)
{
    World *world = *state;
    guint one = 1;

    for (guint i = 0; i < 3; i++) {
        g_autofree char *bytes = g_strdup_printf(LETTER "%u", i), *first = NULL, *second = NULL, *third = NULL;
        Sent sent = usual;

        sent.letter = bytes;
        first = put(world, &sent);
        decide(world, first, i != 1, i == 2 ? &one : NULL);
        second = put(world, &sent);
        assert_string_not_equal(first, second);
        third = put(world, &sent);
        assert_string_equal(second, third);
    }
}

static void
execute(World *world, const char *text)
{
    sqlite3 *db = NULL;

    assert_int_equal(sqlite3_open(world->store_path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static bool
work(World *world, gint64 now)
{
    return exeat_clerk_run_once(world->clerk, now, NULL, NULL, NULL);
}

/* The relay took it and the store cannot be told: told later, by this clerk or its successor, and sent once. */
static void
test_store_fails_after_the_relay(void **state)
{
    World *world = *state;
    g_autofree char *id = put(world, &usual);
    g_autoptr(ExeatClerk) former = NULL;

    assert_true(work(world, NOW));
    sink_clear(world->sink);
    decide(world, id, true, NULL);
    execute(world, "CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'x'); END");
    assert_false(work(world, NOW + 60));
    assert_int_equal(sink_count(world->sink), 1); /* and no other before the store knows of this one */
    assert_false(work(world, NOW + 61 + LEASE));
    assert_int_equal(sink_count(world->sink), 1);
    former = g_steal_pointer(&world->clerk);
    world->clerk = new_clerk(world);
    exeat_clerk_take_over(world->clerk, former);
    execute(world, "DROP TRIGGER full");
    assert_true(work(world, NOW + 62 + LEASE));
    assert_int_equal(counts(world).states[EXEAT_HELD_RELEASED], 2);
    assert_int_equal(sink_count(world->sink), 3); /* two letters, one notice */
    assert_true(work(world, NOW + 24 * HOUR));
    assert_int_equal(sink_count(world->sink), 3);
}

static void
test_store_fails_after_a_notice(void **state)
{
    World *world = *state;
    g_autofree char *id = put(world, &usual);

    assert_true(work(world, NOW));
    sink_clear(world->sink);
    decide(world, id, false, NULL);
    execute(world, "CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'x'); END");
    assert_false(work(world, NOW + 60));
    assert_false(work(world, NOW + 61 + LEASE));
    assert_int_equal(sink_count(world->sink), 1);
    assert_int_equal(counts(world).states[EXEAT_HELD_RETURNING], 2);
    execute(world, "DROP TRIGGER full");
    assert_true(work(world, NOW + 62 + LEASE));
    assert_int_equal(counts(world).states[EXEAT_HELD_RETURNED], 2);
    assert_int_equal(sink_count(world->sink), 1);
}

static bool
can_claim(World *world, gint64 now)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(ExeatRecipientRow) row = NULL;
    g_autoptr(ExeatMailRow) mail = NULL;
    ExeatStore *store = exeat_quarantine_store(world->quarantine);

    assert_ok(exeat_store_claim_release(store, "other", now, LEASE, &row, &error));
    assert_ok(exeat_store_claim_mail(store, "other", now, LEASE, &mail, &error));
    assert_int_equal(row != NULL, mail != NULL);
    return row != NULL;
}

/* What was claimed or put off by a clock far ahead does not wait until that time comes; a lease that may stand stands.
 */
static void
test_claims_of_a_wrong_clock(void **state)
{
    static const struct {
        const char *column;
        gint64 ahead;
        bool free;
    } rows[] = {
        {"lease_until", 0, true},
        {"lease_until", 1, false},
        {"lease_until", LEASE, false},
        {"lease_until", 2 * LEASE, false},
        {"lease_until", 2 * LEASE + 1, true},
        {"lease_until", 5000 * HOUR, true},
        {"due", 0, true},
        {"due", 1, false},
        {"due", HOUR, false},
        {"due", 2 * HOUR, false},
        {"due", 2 * HOUR + 1, true},
        {"due", 5000 * HOUR, true},
    };
    World *world = *state;
    g_autofree char *id = put(world, &usual);

    decide(world, id, true, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        bool lease = strcmp(rows[i].column, "lease_until") == 0;
        g_autofree char *text = g_strdup_printf(
            "UPDATE recipient SET lease_until = 0, next_at = 0; UPDATE recipient SET %s = %" G_GINT64_FORMAT
            "; UPDATE outbox SET lease_until = 0, due_at = 0; UPDATE outbox SET %s = %" G_GINT64_FORMAT,
            lease ? "lease_until" : "next_at", NOW + rows[i].ahead, lease ? "lease_until" : "due_at",
            NOW + rows[i].ahead);

        execute(world, text);
        if (can_claim(world, NOW) != rows[i].free)
            fail_msg("row %u", i);
    }
}

/* More letters than one look of the clerk finds cannot be opened any more: the one behind them still goes back. */
static void
test_letters_that_hide_another(void **state)
{
    World *world = *state;
    Sent last = usual;
    g_autofree char *id = NULL;

    execute(world, "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i <= 1000)"
                   " INSERT INTO letter (id, kind, held_at, deadline_at, remind_at, closed_at, size, card, states)"
                   " SELECT 'H-' || i, 'held', 1, 1, 1, 0, 1, 'no card', 1 FROM n;"
                   "INSERT INTO recipient (letter, number, state, changed_at) SELECT id, 0, 'held', 1 FROM letter");
    last.at = NOW + 1;
    id = put(world, &last);
    execute(world, "UPDATE letter SET deadline_at = 2 WHERE held_at > 1");
    assert_int_equal(number_of(world, "SELECT count(*) FROM letter WHERE deadline_at <= 2"), 1002);
    assert_false(work(world, NOW + 2)); /* it says that there were some */
    assert_int_equal(counts(world).states[EXEAT_HELD_RETURNED], 2);
    assert_int_equal(counts(world).states[EXEAT_HELD_HELD], 1001);
}

/* A store that somebody takes away under an open handle keeps on working, and all that is put into it is lost. */
static void
test_store_is_moved(void **state)
{
    World *world = *state;
    g_autofree char *away = g_strconcat(world->store_path, ".away", NULL), *id = put(world, &usual);
    g_autoptr(GError) error = NULL;
    g_autoptr(ExeatRecipientRow) row = NULL;
    g_autoptr(ExeatMailRow) mail = NULL;
    ExeatStore *store = exeat_quarantine_store(world->quarantine);
    g_autoptr(ExeatChange) change = exeat_change_new(NOW);

    decide(world, id, true, NULL);
    assert_int_equal(g_rename(world->store_path, away), 0);
    exeat_change_audit(change, "test", NULL, -1, "test", NULL, NULL);
    assert_fails(exeat_store_commit(store, change, NULL, &error), EXEAT_ERROR_UNAVAILABLE);
    assert_fails(exeat_store_claim_release(store, "a", NOW + 60, LEASE, &row, &error), EXEAT_ERROR_UNAVAILABLE);
    assert_fails(exeat_store_claim_mail(store, "a", NOW + 60, LEASE, &mail, &error), EXEAT_ERROR_UNAVAILABLE);
    assert_ok(g_file_set_contents(world->store_path, "another", -1, &error));
    assert_fails(exeat_store_commit(store, change, NULL, &error), EXEAT_ERROR_UNAVAILABLE);
    assert_int_equal(g_rename(away, world->store_path), 0);
    assert_ok(exeat_store_commit(store, change, NULL, &error));
    assert_ok(exeat_store_claim_release(store, "a", NOW + 60, LEASE, &row, &error));
    assert_non_null(row);
}

#define WORLD_TEST(test) cmocka_unit_test_setup_teardown(test, setup_world, teardown_world)

int
main(void)
{
    void *state = NULL;
    struct CMUnitTest tests[] = {
        WORLD_TEST(test_sent_again),
        WORLD_TEST(test_not_the_same),
        WORLD_TEST(test_without_an_identity),
        WORLD_TEST(test_time_to_send_again),
        WORLD_TEST(test_digests_go),
        WORLD_TEST(test_sent_after_a_decision),
        WORLD_TEST(test_store_fails_after_the_relay),
        WORLD_TEST(test_store_fails_after_a_notice),
        WORLD_TEST(test_claims_of_a_wrong_clock),
        WORLD_TEST(test_letters_that_hide_another),
        WORLD_TEST(test_store_is_moved),
    };
    int failed;

    fixture_setup(&state);
    for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
        tests[i].initial_state = state;
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    fixture_teardown(&state);
    return failed;
}
