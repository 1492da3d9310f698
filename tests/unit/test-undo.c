/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Taking a decision back: until its time has come nobody carries it out and it can be undone whole, after that not at
 * all; and no deadline is lost on the way.
 */
#include "tests/unit/decision_world.h"

#define DELAY ((gint64)10)
#define AT (NOW + 60)

typedef bool (*Deciding)(ExeatQuarantine *, const char *, const ExeatActor *, const ExeatDecisionOptions *, gint64,
                         ExeatDecision *, GError **);

static void
decide(World *world, Deciding deciding, const char *id, const ExeatActor *actor, int only)
{
    g_autoptr(GArray) one = g_array_new(false, false, sizeof(guint));
    ExeatDecisionOptions options = {.recipients = only < 0 ? NULL : one, .reason = "why", .delay = DELAY};
    guint index = (guint)only;

    g_array_append_val(one, index);
    assert_outcome(deciding(world->quarantine, id, actor, &options, AT, &decision, &fault), EXEAT_DECISION_DONE);
}

static void
undo(World *world, const char *id, const ExeatActor *actor, gint64 now, ExeatDecisionOutcome want)
{
    assert_outcome(exeat_quarantine_undo(world->quarantine, id, actor, now, &decision, &fault), want);
}

static void
test_nothing_happens_before_its_time(void **state)
{
    World *world = *state;
    g_autofree char *out = HOLD(world, &found_upn), *back = NULL;

    g_free(HOLD(world, &found_upn));
    back = HOLD(world, &found_name);
    run(world, NOW);
    sink_clear(world->sink);
    decide(world, exeat_quarantine_release, out, &head, -1);
    decide(world, exeat_quarantine_return, back, &head, -1);
    run(world, AT + DELAY - 1);
    assert_int_equal(sink_count(world->sink), 0);
    assert_int_equal(state_count(world, out, EXEAT_HELD_RELEASING), 3);
    assert_int_equal(state_count(world, back, EXEAT_HELD_RETURNING), 3);
    run(world, AT + DELAY);
    assert_int_equal(count_kind(world, "parent", NULL), 3);
    assert_int_equal(count_kind(world, SENDER, "released"), 1);
    assert_int_equal(count_kind(world, SENDER, "returned"), 1);
    assert_int_equal(state_count(world, back, EXEAT_HELD_RETURNED), 3);
}

/* Either decision, for all or one: after it was undone it is as if it had not been, but for the trail. */
static void
test_undone(void **state)
{
    static const Deciding decidings[] = {exeat_quarantine_release, exeat_quarantine_return};
    World *world = *state;

    for (gsize i = 0; i < G_N_ELEMENTS(decidings); i++) {
        for (int only = -1; only < 2; only++) {
            g_autofree char *id = HOLD(world, &found_upn);
            g_autoptr(GError) error = NULL;
            g_autoptr(GPtrArray) rows = NULL;

            run(world, NOW);
            sink_clear(world->sink);
            decide(world, decidings[i], id, &head, only);
            undo(world, id, &head, AT + DELAY - 1, EXEAT_DECISION_DONE);
            undo(world, id, &head, AT + DELAY - 1, EXEAT_DECISION_NOTHING);
            run(world, AT + DELAY);
            assert_int_equal(sink_count(world->sink), 0);
            assert_int_equal(state_count(world, id, EXEAT_HELD_HELD), 3);
            assert_int_equal(event_count(world, id, "decision-undone"), 1);
            assert_ok(exeat_store_recipients(exeat_quarantine_store(world->quarantine), id, &rows, &error));
            for (guint k = 0; k < rows->len; k++)
                assert_null(((const ExeatRecipientRow *)g_ptr_array_index(rows, k))->decision);
            /* And it may be decided on anew, by anybody. */
            decide(world, decidings[1 - i], id, &deputy, -1);
            run(world, AT + DELAY);
            assert_int_equal(state_count(world, id, i == 0 ? EXEAT_HELD_RETURNED : EXEAT_HELD_RELEASED), 3);
        }
    }
}

static void
test_too_late(void **state)
{
    World *world = *state;
    g_autofree char *id = HOLD(world, &found_upn), *claimed = NULL;

    decide(world, exeat_quarantine_release, id, &head, -1);
    undo(world, id, &head, AT + DELAY, EXEAT_DECISION_TOO_LATE); /* the time alone */
    run(world, AT + DELAY);
    undo(world, id, &head, AT, EXEAT_DECISION_TOO_LATE); /* a clock that goes back */
    assert_int_equal(state_count(world, id, EXEAT_HELD_RELEASED), 3);
    claimed = HOLD(world, &found_name);
    decide(world, exeat_quarantine_return, claimed, &head, -1);
    run(world, AT + DELAY);
    undo(world, claimed, &head, AT, EXEAT_DECISION_TOO_LATE);
    assert_int_equal(state_count(world, claimed, EXEAT_HELD_RETURNED), 3);
}

/* The clerk has taken one of three, or one mail, and nothing else yet: none of it comes back. */
static void
test_whole_or_not_at_all(void **state)
{
    World *world = *state;
    ExeatStore *store = exeat_quarantine_store(world->quarantine);
    g_autofree char *out = HOLD(world, &found_upn), *back = HOLD(world, &found_name);
    g_autoptr(GError) error = NULL;
    g_autoptr(ExeatRecipientRow) row = NULL;
    g_autoptr(ExeatMailRow) mail = NULL;

    run(world, NOW);
    decide(world, exeat_quarantine_release, out, &head, -1);
    assert_ok(exeat_store_claim_release(store, "another", AT + DELAY, LEASE, &row, &error));
    assert_non_null(row);
    undo(world, out, &head, AT, EXEAT_DECISION_TOO_LATE);
    assert_int_equal(state_count(world, out, EXEAT_HELD_RELEASING), 3);
    run(world, AT + DELAY);
    decide(world, exeat_quarantine_return, back, &head, -1);
    assert_ok(exeat_store_claim_mail(store, "another", AT + DELAY, LEASE, &mail, &error));
    assert_string_equal(mail->kind, "returned");
    undo(world, back, &head, AT, EXEAT_DECISION_TOO_LATE);
    assert_int_equal(state_count(world, back, EXEAT_HELD_RETURNING), 3);
}

static void
test_only_your_own_and_the_last(void **state)
{
    World *world = *state;
    g_autofree char *id = HOLD(world, &found_upn);

    undo(world, "H-NONE", &head, AT, EXEAT_DECISION_UNKNOWN);
    undo(world, id, &head, AT, EXEAT_DECISION_NOTHING);
    decide(world, exeat_quarantine_release, id, &head, 0);
    decide(world, exeat_quarantine_release, id, &deputy, 1);
    decide(world, exeat_quarantine_return, id, &head, 2);
    undo(world, id, &colleague, AT, EXEAT_DECISION_NOTHING);
    undo(world, id, &head, AT, EXEAT_DECISION_DONE); /* the return */
    assert_int_equal(state_count(world, id, EXEAT_HELD_RETURNING), 0);
    assert_int_equal(state_count(world, id, EXEAT_HELD_RELEASING), 2);
    undo(world, id, &head, AT, EXEAT_DECISION_DONE); /* the first release */
    undo(world, id, &head, AT, EXEAT_DECISION_NOTHING);
    assert_int_equal(state_count(world, id, EXEAT_HELD_RELEASING), 1);
    run(world, AT + DELAY);
    assert_int_equal(count_kind(world, "parent.two", NULL), 1);
    assert_int_equal(count_kind(world, "parent", NULL), 1);
}

/* Who was first is told without those who took it back. */
static void
test_who_was_first(void **state)
{
    World *world = *state;
    g_autofree char *id = HOLD(world, &found_upn);
    g_autoptr(GError) error = NULL;
    ExeatDecision decision;

    decide(world, exeat_quarantine_release, id, &head, -1);
    undo(world, id, &head, AT, EXEAT_DECISION_DONE);
    decide(world, exeat_quarantine_return, id, &deputy, -1);
    assert_ok(exeat_quarantine_release(world->quarantine, id, &head, NULL, AT, &decision, &error));
    assert_int_equal(decision.outcome, EXEAT_DECISION_ALREADY);
    assert_string_equal(decision.event, "return-decided");
    assert_string_equal(decision.by, deputy.address);
    exeat_decision_clear(&decision);
}

/* What had failed, and is tried again and taken back, has failed: nobody is told a second time, nothing expires. */
static void
test_failed_before(void **state)
{
    World *world = *state;
    g_autofree char *id = HOLD(world, &found_upn);
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) rows = NULL;

    run(world, NOW);
    assert_outcome(exeat_quarantine_release(world->quarantine, id, &head, NULL, NOW, &decision, &fault),
                   EXEAT_DECISION_DONE);
    sink_set(world->sink, (SinkScript){.rcpt = "550 5.1.1 Unknown"});
    run(world, NOW + 1);
    sink_set(world->sink, (SinkScript){0});
    assert_int_equal(state_count(world, id, EXEAT_HELD_FAILED), 3);
    decide(world, exeat_quarantine_release, id, &head, 1);
    undo(world, id, &head, AT, EXEAT_DECISION_DONE);
    decide(world, exeat_quarantine_return, id, &head, 2);
    undo(world, id, &head, AT, EXEAT_DECISION_DONE);
    assert_int_equal(state_count(world, id, EXEAT_HELD_FAILED), 3);
    assert_ok(exeat_store_recipients(exeat_quarantine_store(world->quarantine), id, &rows, &error));
    for (guint i = 0; i < rows->len; i++)
        assert_int_equal(((const ExeatRecipientRow *)g_ptr_array_index(rows, i))->code, 550);
}

/* The deadline passes while the letter is on its way out; undone, it expires like any other. */
static void
test_deadline_goes_on(void **state)
{
    World *world = *state;
    g_autofree char *id = HOLD(world, &found_upn);
    g_autoptr(GError) error = NULL;
    g_autoptr(ExeatLetterRow) row = NULL;
    ExeatDecisionOptions options = {.delay = DELAY};
    gint64 deadline;

    assert_ok(exeat_store_letter(exeat_quarantine_store(world->quarantine), id, &row, &error));
    deadline = row->deadline_at;
    assert_outcome(exeat_quarantine_release(world->quarantine, id, &head, &options, deadline - 5, &decision, &fault),
                   EXEAT_DECISION_DONE);
    assert_int_equal(run(world, deadline + 1).expired, 0);
    undo(world, id, &head, deadline + 2, EXEAT_DECISION_DONE);
    g_clear_pointer(&row, exeat_letter_row_free);
    assert_ok(exeat_store_letter(exeat_quarantine_store(world->quarantine), id, &row, &error));
    assert_int_equal(row->deadline_at, deadline);
    assert_int_equal(row->closed_at, 0);
    assert_int_equal(run(world, deadline + 3).expired, 1);
    assert_int_equal(state_count(world, id, EXEAT_HELD_RETURNED), 3);
    assert_int_equal(count_kind(world, "parent", NULL), 0);
}

/* --- at once ------------------------------------------------------------------------------------------------------ */

typedef struct Racer {
    World world;
    const char *id;
    guint won;
} Racer;

static gpointer
run_undo(gpointer data)
{
    Racer *racer = data;
    g_autoptr(GError) error = NULL;
    ExeatDecision decision;

    if (!exeat_quarantine_undo(racer->world.quarantine, racer->id, &head, AT, &decision, &error))
        return NULL;
    racer->won = decision.outcome == EXEAT_DECISION_DONE ? 1 : 0;
    exeat_decision_clear(&decision);
    return NULL;
}

static void
test_two_at_once(void **state)
{
    World *world = *state;
    Racer racers[2] = {{.world = *world}, {.world = *world}};

    racers[1].world.quarantine = new_quarantine(world, true);
    for (guint i = 0; i < 8; i++) {
        g_autofree char *id = HOLD(world, &found_upn);
        GThread *threads[2];

        decide(world, exeat_quarantine_release, id, &head, -1);
        for (guint k = 0; k < 2; k++) {
            racers[k].id = id;
            racers[k].won = 0;
            threads[k] = g_thread_new("undo", run_undo, &racers[k]);
        }
        g_thread_join(threads[0]);
        g_thread_join(threads[1]);
        assert_int_equal(racers[0].won + racers[1].won, 1);
        assert_int_equal(event_count(world, id, "decision-undone"), 1);
        assert_int_equal(state_count(world, id, EXEAT_HELD_HELD), 3);
    }
    exeat_quarantine_unref(racers[1].world.quarantine);
}

/* Against a clerk whose clock says that it is time: either way, whole. */
static gpointer
run_claims(gpointer data)
{
    Racer *racer = data;
    bool more = true;

    while (more) {
        g_autoptr(ExeatRecipientRow) row = NULL;

        if (!exeat_store_claim_release(exeat_quarantine_store(racer->world.quarantine), "clerk", AT + DELAY, LEASE,
                                       &row, NULL))
            return NULL;
        more = row != NULL;
        racer->won += more ? 1 : 0;
    }
    return NULL;
}

static void
test_against_the_clerk(void **state)
{
    World *world = *state;
    Racer undoer = {.world = *world}, clerk = {.world = *world};

    clerk.world.quarantine = new_quarantine(world, true);
    for (guint i = 0; i < 16; i++) {
        g_autofree char *id = HOLD(world, &found_upn);
        GThread *threads[2];

        decide(world, exeat_quarantine_release, id, &head, -1);
        undoer.id = clerk.id = id;
        undoer.won = clerk.won = 0;
        threads[0] = g_thread_new("clerk", run_claims, &clerk);
        threads[1] = g_thread_new("undo", run_undo, &undoer);
        g_thread_join(threads[0]);
        g_thread_join(threads[1]);
        assert_int_equal(clerk.won, undoer.won == 1 ? 0 : 3);
        assert_int_equal(state_count(world, id, EXEAT_HELD_HELD), undoer.won == 1 ? 3 : 0);
    }
    exeat_quarantine_unref(clerk.world.quarantine);
}

int
main(void)
{
    struct CMUnitTest tests[] = {
        WORLD_TEST(test_nothing_happens_before_its_time),
        WORLD_TEST(test_undone),
        WORLD_TEST(test_too_late),
        WORLD_TEST(test_whole_or_not_at_all),
        WORLD_TEST(test_only_your_own_and_the_last),
        WORLD_TEST(test_who_was_first),
        WORLD_TEST(test_failed_before),
        WORLD_TEST(test_deadline_goes_on),
        WORLD_TEST(test_two_at_once),
        WORLD_TEST(test_against_the_clerk),
    };
    int failed;

    RUN_WORLD_TESTS(tests, failed);
    return failed;
}
