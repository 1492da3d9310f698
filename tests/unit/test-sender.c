/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What senders may do with their own held letter: take it back, have it put right, ask. And that nobody else may. */
#include "tests/unit/decision_world.h"

#define AT (NOW + 60)

typedef bool (*Deciding)(ExeatQuarantine *, const char *, const ExeatActor *, const ExeatDecisionOptions *, gint64,
                         ExeatDecision *, GError **);

static void
decide(World *world, Deciding deciding, const char *id, const ExeatActor *actor, int only, gint64 delay,
       ExeatDecisionOutcome want)
{
    g_autoptr(GArray) one = g_array_new(false, false, sizeof(guint));
    ExeatDecisionOptions options = {.recipients = only < 0 ? NULL : one, .reason = "why", .delay = delay};
    guint index = (guint)only;

    g_array_append_val(one, index);
    assert_outcome(deciding(world->quarantine, id, actor, &options, AT, &decision, &fault), want);
}

static void
ask(World *world, const char *id, const ExeatActor *actor, ExeatDecisionOutcome want)
{
    assert_outcome(exeat_quarantine_ask(world->quarantine, id, actor, "It must go today.", AT, &decision, &fault),
                   want);
}

static void
test_withdrawn(void **state)
{
    World *world = *state;
    g_autofree char *id = HOLD(world, &found_upn);

    run(world, NOW);
    sink_clear(world->sink);
    decide(world, exeat_quarantine_withdraw, id, &self, 1, 0, EXEAT_DECISION_DONE);
    run(world, AT);
    assert_int_equal(state_count(world, id, EXEAT_HELD_RETURNED), 1);
    assert_int_equal(state_count(world, id, EXEAT_HELD_HELD), 2);
    decide(world, exeat_quarantine_withdraw, id, &self, -1, 0, EXEAT_DECISION_DONE);
    run(world, AT);
    assert_int_equal(state_count(world, id, EXEAT_HELD_RETURNED), 3);
    assert_int_equal(count_kind(world, SENDER, "withdrawn"), 2);
    assert_int_equal(sink_count(world->sink), 2); /* nobody else hears of it, and nothing goes out */
    assert_int_equal(event_count(world, id, "withdrawn"), 2);
    decide(world, exeat_quarantine_withdraw, id, &self, -1, 0, EXEAT_DECISION_ALREADY);
    decide(world, exeat_quarantine_release, id, &head, -1, 0, EXEAT_DECISION_ALREADY);
}

static void
test_put_right(void **state)
{
    World *world = *state;
    g_autofree char *id = HOLD(world, &found_name), *text = NULL;

    run(world, NOW);
    sink_clear(world->sink);
    decide(world, exeat_quarantine_fix, id, &self, -1, 0, EXEAT_DECISION_DONE);
    run(world, AT);
    assert_int_equal(state_count(world, id, EXEAT_HELD_RELEASED), 3);
    assert_int_equal(count_kind(world, "parent", NULL), 3);
    assert_int_equal(count_kind(world, SENDER, "put-right"), 1);
    assert_int_equal(sink_count(world->sink), 4); /* those who decide are not asked */
    assert_int_equal(event_count(world, id, "put-right-by-sender"), 1);
    for (guint i = 0; i < sink_count(world->sink); i++) {
        const SinkLetter *letter = sink_letter(world->sink, i);

        if (strstr(letter->recipient, "parent") == NULL)
            continue;
        g_free(text);
        text = g_strndup((const char *)letter->data->data, letter->data->len);
        assert_non_null(strstr(text, "Subject: " PUT_RIGHT "\r\n"));
        assert_null(strstr(text, "Quorndon"));
    }
}

static void
test_not_enough(void **state)
{
    static const Found flagged = {"personal-data", "upn", EXEAT_ACTION_FLAG, false, -1};
    static const Found for_two = {"personal-recipient", "unknown", EXEAT_ACTION_HOLD, false, 1};
    static const struct {
        const char *name;
        const Found *founds[3];
        int only;
        ExeatDecisionOutcome want;
    } rows[] = {
        {"nothing is settled", {&found_upn}, -1, EXEAT_DECISION_NO_REMEDY},
        {"one of two is settled", {&found_name, &found_upn}, -1, EXEAT_DECISION_NOT_ENOUGH},
        {"the other is only flagged", {&found_name, &flagged}, -1, EXEAT_DECISION_DONE},
        {"the other concerns one of all", {&found_name, &for_two}, -1, EXEAT_DECISION_NOT_ENOUGH},
        {"the other concerns this one", {&found_name, &for_two}, 1, EXEAT_DECISION_NOT_ENOUGH},
        {"the other concerns another one", {&found_name, &for_two}, 0, EXEAT_DECISION_DONE},
    };
    World *world = *state;

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *id = hold_with(world, SENDER, rows[i].founds);

        print_message("%s\n", rows[i].name);
        decide(world, exeat_quarantine_fix, id, &self, rows[i].only, 0, rows[i].want);
        assert_int_equal(state_count(world, id, EXEAT_HELD_HELD), rows[i].want != EXEAT_DECISION_DONE ? 3
                                                                  : rows[i].only < 0                  ? 0
                                                                                                      : 2);
    }
}

static void
test_nobody_elses(void **state)
{
    World *world = *state;
    g_autofree char *id = HOLD(world, &found_name), *heads = NULL;
    const ExeatActor nobody = {"staff", NULL};
    const ExeatActor *const others[] = {&head, &colleague, &nobody};

    for (gsize i = 0; i < G_N_ELEMENTS(others); i++) {
        decide(world, exeat_quarantine_withdraw, id, others[i], -1, 0, EXEAT_DECISION_NOT_YOURS);
        decide(world, exeat_quarantine_fix, id, others[i], -1, 0, EXEAT_DECISION_NOT_YOURS);
        ask(world, id, others[i], EXEAT_DECISION_NOT_YOURS);
    }
    decide(world, exeat_quarantine_withdraw, "H-NONE", &self, -1, 0, EXEAT_DECISION_UNKNOWN);
    ask(world, "H-NONE", &self, EXEAT_DECISION_UNKNOWN);
    /* Who decides on others' letters has no more rights over their own, and no less. */
    heads = hold_with(world, HEAD, (const Found *const[]){&found_name, NULL});
    decide(world, exeat_quarantine_release, heads, &head, -1, 0, EXEAT_DECISION_OWN);
    decide(world, exeat_quarantine_withdraw, heads, &head, -1, 0, EXEAT_DECISION_DONE);
}

static void
test_undone(void **state)
{
    World *world = *state;
    g_autofree char *back = HOLD(world, &found_name), *out = HOLD(world, &found_name);

    run(world, NOW);
    sink_clear(world->sink);
    decide(world, exeat_quarantine_withdraw, back, &self, -1, 10, EXEAT_DECISION_DONE);
    decide(world, exeat_quarantine_fix, out, &self, -1, 10, EXEAT_DECISION_DONE);
    assert_outcome(exeat_quarantine_undo(world->quarantine, back, &head, AT, &decision, &fault),
                   EXEAT_DECISION_NOTHING);
    assert_outcome(exeat_quarantine_undo(world->quarantine, back, &self, AT, &decision, &fault), EXEAT_DECISION_DONE);
    assert_outcome(exeat_quarantine_undo(world->quarantine, out, &self, AT + 9, &decision, &fault),
                   EXEAT_DECISION_DONE);
    run(world, AT + 10);
    assert_int_equal(sink_count(world->sink), 0);
    /* What was to be put right and was taken back may go out as it came, if somebody decides so. */
    decide(world, exeat_quarantine_release, out, &head, 0, 0, EXEAT_DECISION_DONE);
    run(world, AT + 10);
    assert_int_equal(count_kind(world, "parent.one", NULL), 1);
    assert_int_equal(state_count(world, out, EXEAT_HELD_HELD), 2);
}

static void
test_asked(void **state)
{
    World *world = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *id = HOLD(world, &found_upn), *decided = HOLD(world, &found_upn), *why = NULL;
    g_autoptr(GPtrArray) rows = NULL;
    const ExeatAuditRow *last;

    run(world, NOW);
    for (guint i = 1; i <= EXEAT_ASKED_MOST + 1; i++) {
        sink_clear(world->sink);
        ask(world, id, &self, i <= EXEAT_ASKED_MOST ? EXEAT_DECISION_DONE : EXEAT_DECISION_TOO_OFTEN);
        run(world, AT);
        assert_int_equal(count_kind(world, HEAD, "asked"), i <= EXEAT_ASKED_MOST ? 1 : 0);
        assert_int_equal(event_count(world, id, "asked"), MIN(i, EXEAT_ASKED_MOST));
    }
    assert_int_equal(state_count(world, id, EXEAT_HELD_HELD), 3);
    assert_ok(exeat_store_audit(exeat_quarantine_store(world->quarantine), id, 0, &rows, &error));
    last = g_ptr_array_index(rows, rows->len - 1);
    for (guint i = rows->len; strcmp(last->event, "asked") != 0;)
        last = g_ptr_array_index(rows, --i);
    assert_string_equal(last->role, "sender");
    why = exeat_quarantine_audit_detail(world->quarantine, last, "why");
    assert_string_equal(why, "It must go today.");
    decide(world, exeat_quarantine_release, decided, &head, -1, 0, EXEAT_DECISION_DONE);
    ask(world, decided, &self, EXEAT_DECISION_ALREADY);
}

static void
test_reasons(void **state)
{
    World *world = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *id = HOLD(world, &found_upn);
    ExeatDecision refused;

    assert_fails(exeat_quarantine_ask(world->quarantine, id, &self, NULL, AT, &refused, &error), EXEAT_ERROR_CONFIG);
    assert_fails(exeat_quarantine_ask(world->quarantine, id, &self, "", AT, &refused, &error), EXEAT_ERROR_CONFIG);
    for (int more = -1; more <= 1; more++) {
        g_autofree char *reason = g_strnfill((gsize)(EXEAT_REASON_BYTES + more), 'x');

        if (more <= 0)
            assert_outcome(exeat_quarantine_ask(world->quarantine, id, &self, reason, AT, &decision, &fault),
                           EXEAT_DECISION_DONE);
        else
            assert_fails(exeat_quarantine_ask(world->quarantine, id, &self, reason, AT, &refused, &error),
                         EXEAT_ERROR_LIMIT);
    }
}

typedef struct Asker {
    ExeatQuarantine *quarantine;
    const char *id;
    guint done;
} Asker;

static gpointer
run_asking(gpointer data)
{
    Asker *asker = data;

    for (guint i = 0; i < EXEAT_ASKED_MOST; i++) {
        ExeatDecision decision;

        if (!exeat_quarantine_ask(asker->quarantine, asker->id, &self, "why", AT, &decision, NULL))
            continue;
        asker->done += decision.outcome == EXEAT_DECISION_DONE ? 1 : 0;
        exeat_decision_clear(&decision);
    }
    return NULL;
}

/* Two windows together ask no more often than one. */
static void
test_asked_at_once(void **state)
{
    World *world = *state;
    g_autofree char *id = HOLD(world, &found_upn);
    Asker askers[2] = {{.quarantine = world->quarantine, .id = id}, {.id = id}};
    GThread *threads[2];

    askers[1].quarantine = new_quarantine(world, true);
    for (guint i = 0; i < 2; i++)
        threads[i] = g_thread_new("ask", run_asking, &askers[i]);
    g_thread_join(threads[0]);
    g_thread_join(threads[1]);
    assert_int_equal(askers[0].done + askers[1].done, EXEAT_ASKED_MOST);
    assert_int_equal(event_count(world, id, "asked"), EXEAT_ASKED_MOST);
    exeat_quarantine_unref(askers[1].quarantine);
}

int
main(void)
{
    struct CMUnitTest tests[] = {
        WORLD_TEST(test_withdrawn),    WORLD_TEST(test_put_right),     WORLD_TEST(test_not_enough),
        WORLD_TEST(test_nobody_elses), WORLD_TEST(test_undone),        WORLD_TEST(test_asked),
        WORLD_TEST(test_reasons),      WORLD_TEST(test_asked_at_once),
    };
    int failed;

    RUN_WORLD_TESTS(tests, failed);
    return failed;
}
