/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Opening held letters: who is told and when, that looking again tells nobody anew, and that what takes two people is
 * neither shown nor decided on by one.
 */
#include "tests/unit/decision_world.h"

#define AT (NOW + 60)
#define DAY (24 * HOUR)

static const ExeatActor chair = {"chair", "chair@governors.example"};

static bool
show(World *world, const char *id, const ExeatActor *actor, const ExeatShowOptions *options, gint64 now, GError **error)
{
    g_autoptr(ExeatCard) card = NULL;
    g_autoptr(GBytes) letter = NULL;

    return exeat_quarantine_show(world->quarantine, id, actor, options, now, &card, &letter, error);
}

static void
test_told_at_once_or_later(void **state)
{
    static const ExeatShowOptions at_once = {.reason = "to decide"};
    const ExeatShowOptions later = {.reason = "police", .tell_at = AT + 30 * DAY};
    World *world = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *id = HOLD(world, &found_upn), *when = NULL;
    g_autoptr(GPtrArray) rows = NULL;

    run(world, NOW);
    sink_clear(world->sink);
    assert_ok(show(world, id, &head, &later, AT, &error));
    run(world, AT);
    run(world, AT + 3 * HOUR); /* far ahead, and no wrong clock's */
    run(world, AT + 30 * DAY - 1);
    assert_int_equal(count_kind(world, SENDER, "opened"), 0);
    assert_ok(show(world, id, &deputy, &at_once, AT, &error)); /* of that one, the sender hears at once */
    run(world, AT);
    assert_int_equal(count_kind(world, SENDER, "opened"), 1);
    run(world, AT + 30 * DAY);
    assert_int_equal(count_kind(world, SENDER, "opened"), 2);
    assert_ok(exeat_store_audit(exeat_quarantine_store(world->quarantine), id, 0, &rows, &error));
    for (guint i = 0; i < rows->len && when == NULL; i++) {
        const ExeatAuditRow *row = g_ptr_array_index(rows, i);

        when = strcmp(row->event, "opened") == 0 ? g_strdup(row->detail) : NULL;
    }
    assert_string_equal(when, "what=letter told-later=1791964860");
    assert_int_equal(AT + 30 * DAY, 1791964860);
}

static void
test_told_within_a_year(void **state)
{
    World *world = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *id = HOLD(world, &found_upn);
    ExeatShowOptions options = {.reason = "police"};

    for (options.tell_at = AT + EXEAT_TELL_LATER_LIMIT - 1; options.tell_at <= AT + EXEAT_TELL_LATER_LIMIT;
         options.tell_at++)
        assert_ok(show(world, id, &head, &options, AT, &error));
    assert_fails(show(world, id, &head, &options, AT, &error), EXEAT_ERROR_LIMIT);
    assert_int_equal(event_count(world, id, "opened"), 2);
}

static void
test_again(void **state)
{
    static const ExeatShowOptions first = {.reason = "to decide", .silent_again = true}, again = {.silent_again = true},
                                  aloud = {.reason = "to decide"};
    World *world = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *id = HOLD(world, &found_upn);

    run(world, NOW);
    sink_clear(world->sink);
    assert_fails(show(world, id, &head, &again, AT, &error), EXEAT_ERROR_CONFIG);
    assert_ok(show(world, id, &head, &first, AT, &error));
    assert_ok(show(world, id, &head, &again, AT + EXEAT_STILL_SECONDS - 1, &error)); /* still looking */
    assert_int_equal(event_count(world, id, "viewed"), 0);
    assert_ok(show(world, id, &head, &again, AT + EXEAT_STILL_SECONDS, &error));
    assert_ok(show(world, id, &head, &again, AT + EXEAT_STILL_SECONDS + 1, &error));
    assert_int_equal(event_count(world, id, "viewed"), 1);
    assert_ok(show(world, id, &head, &again, AT + EXEAT_OPENED_SECONDS - 1, &error));
    assert_fails(show(world, id, &deputy, &again, AT + 1, &error), EXEAT_ERROR_CONFIG); /* somebody else */
    assert_fails(show(world, id, &head, &again, AT + EXEAT_OPENED_SECONDS, &error), EXEAT_ERROR_CONFIG);
    run(world, AT + 2);
    assert_int_equal(count_kind(world, SENDER, "opened"), 1);
    assert_int_equal(event_count(world, id, "opened"), 1);
    assert_int_equal(event_count(world, id, "viewed"), 2);
    assert_ok(show(world, id, &head, &aloud, AT + 3, &error));
    run(world, AT + 3);
    assert_int_equal(count_kind(world, SENDER, "opened"), 2);
}

/* --- two people --------------------------------------------------------------------------------------------------- */

static const ExeatShowOptions because = {.reason = "to decide"};

static void
ask(World *world, const char *id, const ExeatActor *actor, gint64 now, ExeatDecisionOutcome want)
{
    assert_outcome(exeat_quarantine_ask_to_open(world->quarantine, id, actor, "I worry", now, &decision, &fault), want);
}

static void
agree(World *world, const char *id, const ExeatActor *actor, gint64 now, ExeatDecisionOutcome want)
{
    assert_outcome(exeat_quarantine_agree_to_open(world->quarantine, id, actor, "So do I", now, &decision, &fault),
                   want);
}

static void
release(World *world, const char *id, const ExeatActor *actor, gint64 now, ExeatDecisionOutcome want)
{
    assert_outcome(exeat_quarantine_release(world->quarantine, id, actor, NULL, now, &decision, &fault), want);
}

static void
ask_for_two(World *world)
{
    world->two_people = true;
    exeat_clerk_free(world->clerk);
    exeat_quarantine_unref(world->quarantine);
    world->quarantine = new_quarantine(world, true);
    world->clerk = new_clerk(world);
}

static void
test_which_letters(void **state)
{
    World *world = *state;
    g_autoptr(GError) error = NULL;
    g_autoptr(ExeatLetterRow) row = NULL, other = NULL;
    g_autofree char *id = HOLD(world, &found_upn, &found_safeguarding), *plain = HOLD(world, &found_upn);

    assert_ok(exeat_store_letter(exeat_quarantine_store(world->quarantine), id, &row, &error));
    assert_true(exeat_quarantine_two_people(row));
    assert_ok(exeat_store_letter(exeat_quarantine_store(world->quarantine), plain, &other, &error));
    assert_false(exeat_quarantine_two_people(other));
    /* A school that does not ask for two. */
    assert_ok(show(world, id, &head, &because, AT, &error));
    ask_for_two(world);
    assert_ok(show(world, plain, &head, &because, AT, &error));
    release(world, plain, &head, AT, EXEAT_DECISION_DONE);
    assert_fails(show(world, id, &head, &because, AT, &error), EXEAT_ERROR_CONFIG);
    release(world, id, &head, AT, EXEAT_DECISION_TWO_PEOPLE);
    assert_outcome(exeat_quarantine_return(world->quarantine, id, &head, NULL, AT, &decision, &fault),
                   EXEAT_DECISION_TWO_PEOPLE);
    assert_int_equal(state_count(world, id, EXEAT_HELD_HELD), 3);
}

static void
test_two_agree(void **state)
{
    World *world = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *id = HOLD(world, &found_safeguarding);
    ExeatOpening opening;

    ask_for_two(world);
    run(world, NOW);
    sink_clear(world->sink);
    agree(world, id, &deputy, AT, EXEAT_DECISION_NOTHING);
    ask(world, id, &self, AT, EXEAT_DECISION_OWN);
    ask(world, "H-NONE", &head, AT, EXEAT_DECISION_UNKNOWN);
    ask(world, id, &head, AT, EXEAT_DECISION_DONE);
    ask(world, id, &deputy, AT, EXEAT_DECISION_ALREADY);
    agree(world, id, &head, AT, EXEAT_DECISION_SAME_PERSON);
    agree(world, id, &self, AT, EXEAT_DECISION_OWN);
    run(world, AT);
    assert_int_equal(count_kind(world, deputy.address, "opening"), 1);
    assert_int_equal(sink_count(world->sink), 1); /* neither who asks nor the sender */
    assert_ok(exeat_quarantine_opening(world->quarantine, id, AT, &opening, &error));
    assert_true(opening.asked && !opening.agreed);
    assert_string_equal(opening.asked_by, HEAD);
    assert_string_equal(opening.why, "I worry");
    assert_int_equal(opening.asked_at, AT);
    exeat_opening_clear(&opening);
    assert_fails(show(world, id, &head, &because, AT, &error), EXEAT_ERROR_CONFIG);

    agree(world, id, &deputy, AT + 5, EXEAT_DECISION_DONE);
    agree(world, id, &chair, AT + 5, EXEAT_DECISION_ALREADY);
    assert_ok(exeat_quarantine_opening(world->quarantine, id, AT + 5, &opening, &error));
    assert_true(opening.asked && opening.agreed);
    assert_string_equal(opening.agreed_by, deputy.address);
    assert_int_equal(opening.agreed_at, AT + 5);
    exeat_opening_clear(&opening);
    sink_clear(world->sink);
    run(world, AT + 5);
    assert_int_equal(count_kind(world, HEAD, "answered"), 1);
    assert_int_equal(sink_count(world->sink), 1);
    assert_ok(show(world, id, &head, &because, AT + 6, &error));
    release(world, id, &head, AT + 6, EXEAT_DECISION_DONE);
    assert_int_equal(event_count(world, id, "opening-asked"), 1);
    assert_int_equal(event_count(world, id, "opening-agreed"), 1);
}

static void
test_over_after_a_day(void **state)
{
    World *world = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *id = HOLD(world, &found_safeguarding);
    ExeatOpening opening;
    gint64 now = AT;

    ask_for_two(world);
    ask(world, id, &head, now, EXEAT_DECISION_DONE);
    agree(world, id, &deputy, now + EXEAT_OPENING_SECONDS, EXEAT_DECISION_NOTHING);
    now += EXEAT_OPENING_SECONDS;
    ask(world, id, &head, now, EXEAT_DECISION_DONE);
    now += EXEAT_OPENING_SECONDS - 1;
    agree(world, id, &deputy, now, EXEAT_DECISION_DONE);
    release(world, id, &head, now + EXEAT_OPENING_SECONDS, EXEAT_DECISION_TWO_PEOPLE);
    assert_ok(exeat_quarantine_opening(world->quarantine, id, now + EXEAT_OPENING_SECONDS, &opening, &error));
    assert_false(opening.asked || opening.agreed);
    exeat_opening_clear(&opening);
    release(world, id, &head, now + EXEAT_OPENING_SECONDS - 1, EXEAT_DECISION_DONE);
}

/* Nobody need open it: the sender takes it back, and the deadline comes. */
static void
test_without_a_second(void **state)
{
    World *world = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *back = HOLD(world, &found_safeguarding), *late = HOLD(world, &found_safeguarding);
    const ExeatActor nobody = {"operator", NULL};
    ExeatDecision refused;

    ask_for_two(world);
    assert_ok(show(world, back, &self, &because, AT, &error));
    assert_outcome(exeat_quarantine_withdraw(world->quarantine, back, &self, NULL, AT, &decision, &fault),
                   EXEAT_DECISION_DONE);
    assert_int_equal(run(world, NOW + 3 * DAY).expired, 1);
    assert_int_equal(state_count(world, late, EXEAT_HELD_RETURNED), 3);
    assert_fails(exeat_quarantine_ask_to_open(world->quarantine, late, &nobody, "why", AT, &refused, &error),
                 EXEAT_ERROR_CONFIG);
    assert_fails(exeat_quarantine_ask_to_open(world->quarantine, late, &head, "", AT, &refused, &error),
                 EXEAT_ERROR_CONFIG);
}

int
main(void)
{
    struct CMUnitTest tests[] = {
        WORLD_TEST(test_told_at_once_or_later), WORLD_TEST(test_told_within_a_year), WORLD_TEST(test_again),
        WORLD_TEST(test_which_letters),         WORLD_TEST(test_two_agree),          WORLD_TEST(test_over_after_a_day),
        WORLD_TEST(test_without_a_second),
    };
    int failed;

    RUN_WORLD_TESTS(tests, failed);
    return failed;
}
