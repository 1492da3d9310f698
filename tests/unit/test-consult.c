/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Asking a colleague about a held letter; and that nothing which senders, those who decide and colleagues write to one
 * another stands in clear in the store or in a notice.
 */
#include "tests/unit/decision_world.h"

#include "message/message.h"

#define AT (NOW + 60)
#define COLLEAGUE "c.olleague@oakfield.sch.uk"

static void
consult(World *world, const char *id, const ExeatActor *actor, const char *to, ExeatDecisionOutcome want)
{
    assert_outcome(
        exeat_quarantine_consult(world->quarantine, id, actor, to, "a secret question", AT, &decision, &fault), want);
}

static void
answer(World *world, const char *id, const ExeatActor *actor, ExeatDecisionOutcome want)
{
    assert_outcome(exeat_quarantine_answer(world->quarantine, id, actor, "a secret answer", AT, &decision, &fault),
                   want);
}

static bool
was_asked(World *world, const char *id, const char *address)
{
    g_autoptr(GError) error = NULL;
    bool asked = false;

    assert_ok(exeat_quarantine_consulted(world->quarantine, id, address, &asked, &error));
    return asked;
}

static void
test_asked_and_answered(void **state)
{
    World *world = *state;
    g_autofree char *id = HOLD(world, &found_upn), *other = HOLD(world, &found_upn);

    run(world, NOW);
    sink_clear(world->sink);
    assert_false(was_asked(world, id, COLLEAGUE));
    answer(world, id, &colleague, EXEAT_DECISION_NOT_ASKED);
    consult(world, id, &head, "C.Olleague@Oakfield.sch.uk", EXEAT_DECISION_DONE);
    assert_true(was_asked(world, id, COLLEAGUE));
    assert_false(was_asked(world, id, "d.eputy@oakfield.sch.uk"));
    assert_false(was_asked(world, other, COLLEAGUE));
    answer(world, other, &colleague, EXEAT_DECISION_NOT_ASKED);
    answer(world, id, &deputy, EXEAT_DECISION_NOT_ASKED);
    answer(world, id, &colleague, EXEAT_DECISION_DONE);
    answer(world, id, &colleague, EXEAT_DECISION_DONE); /* there may be more to say */
    run(world, AT);
    assert_int_equal(count_kind(world, "olleague@", "consulted") + count_kind(world, "Olleague@", "consulted"), 1);
    assert_int_equal(count_kind(world, HEAD, "answered"), 2);
    assert_int_equal(sink_count(world->sink), 3);
    assert_int_equal(event_count(world, id, "consulted"), 1);
    assert_int_equal(event_count(world, id, "answered"), 2);
    assert_int_equal(state_count(world, id, EXEAT_HELD_HELD), 3);
}

static void
test_who_may(void **state)
{
    static const struct {
        const ExeatActor *actor;
        const char *to;
        ExeatDecisionOutcome want;
    } rows[] = {
        {&head, "chair@governors.example", EXEAT_DECISION_OUTSIDE},
        {&head, "nobody", EXEAT_DECISION_OUTSIDE},
        {&head, "", EXEAT_DECISION_OUTSIDE},
        {&head, SENDER, EXEAT_DECISION_OWN},
        {&self, COLLEAGUE, EXEAT_DECISION_OWN},
        {&head, HEAD, EXEAT_DECISION_SAME_PERSON},
        {&head, COLLEAGUE, EXEAT_DECISION_DONE},
    };
    World *world = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *id = HOLD(world, &found_upn), *grave = HOLD(world, &found_safeguarding);
    ExeatDecision refused;

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        consult(world, id, rows[i].actor, rows[i].to, rows[i].want);
    consult(world, "H-NONE", &head, COLLEAGUE, EXEAT_DECISION_UNKNOWN);
    assert_int_equal(event_count(world, id, "consulted"), 1);
    assert_fails(exeat_quarantine_consult(world->quarantine, id, &head, COLLEAGUE, "", AT, &refused, &error),
                 EXEAT_ERROR_CONFIG);
    assert_fails(exeat_quarantine_answer(world->quarantine, id, &colleague, NULL, AT, &refused, &error),
                 EXEAT_ERROR_CONFIG);
    /* A third does not read what two have not opened. */
    world->two_people = true;
    exeat_quarantine_unref(world->quarantine);
    world->quarantine = new_quarantine(world, true);
    consult(world, grave, &head, COLLEAGUE, EXEAT_DECISION_TWO_PEOPLE);
    assert_false(was_asked(world, grave, COLLEAGUE));
    exeat_clerk_free(world->clerk);
    world->clerk = new_clerk(world);
}

/* --- nothing in clear --------------------------------------------------------------------------------------------- */

static void
look_for_secrets(const char *where, const guint8 *data, gsize size)
{
    static const char *const secrets[] = {"a secret",   "Quorndon", "Tegwen",     "tegwen", "pennant",
                                          "c.olleague", "d.eputy",  "parent.one", PUT_RIGHT};

    for (gsize i = 0; i < G_N_ELEMENTS(secrets); i++) {
        if (memmem(data, size, secrets[i], strlen(secrets[i])) != NULL)
            fail_msg("%s holds \"%s\"", where, secrets[i]);
    }
}

/* All that people can do with letters, once. */
static void
do_everything(World *world)
{
    g_autofree char *id = HOLD(world, &found_name), *fixed = HOLD(world, &found_name), *back = HOLD(world, &found_name);
    g_autoptr(GError) error = NULL;
    g_autoptr(ExeatCard) card = NULL;
    const ExeatShowOptions later = {.reason = "a secret reason", .tell_at = AT + HOUR};
    const ExeatDecisionOptions options = {.reason = "a secret note", .put_right = true, .delay = 10};

    assert_outcome(exeat_quarantine_ask(world->quarantine, id, &self, "a secret wish", AT, &decision, &fault),
                   EXEAT_DECISION_DONE);
    assert_outcome(exeat_quarantine_ask_to_open(world->quarantine, id, &head, "a secret worry", AT, &decision, &fault),
                   EXEAT_DECISION_DONE);
    assert_outcome(
        exeat_quarantine_agree_to_open(world->quarantine, id, &deputy, "a secret yes", AT, &decision, &fault),
        EXEAT_DECISION_DONE);
    assert_ok(exeat_quarantine_show(world->quarantine, id, &head, &later, AT, &card, NULL, &error));
    consult(world, id, &head, COLLEAGUE, EXEAT_DECISION_DONE);
    answer(world, id, &colleague, EXEAT_DECISION_DONE);
    assert_outcome(exeat_quarantine_release(world->quarantine, id, &head, &options, AT, &decision, &fault),
                   EXEAT_DECISION_DONE);
    assert_outcome(exeat_quarantine_undo(world->quarantine, id, &head, AT, &decision, &fault), EXEAT_DECISION_DONE);
    assert_outcome(exeat_quarantine_release(world->quarantine, id, &head, &options, AT, &decision, &fault),
                   EXEAT_DECISION_DONE);
    assert_outcome(exeat_quarantine_fix(world->quarantine, fixed, &self, &options, AT, &decision, &fault),
                   EXEAT_DECISION_DONE);
    assert_outcome(exeat_quarantine_withdraw(world->quarantine, back, &self, &options, AT, &decision, &fault),
                   EXEAT_DECISION_DONE);
}

static void
test_store_in_clear(void **state)
{
    World *world = *state;
    g_autofree char *wal = g_strconcat(world->store_path, "-wal", NULL);
    const char *const paths[] = {world->store_path, wal};
    guint read = 0;

    do_everything(world);
    run(world, AT + 10);
    for (gsize i = 0; i < G_N_ELEMENTS(paths); i++) {
        g_autofree char *data = NULL;
        gsize size = 0;

        if (!g_file_get_contents(paths[i], &data, &size, NULL))
            continue;
        look_for_secrets(paths[i], (const guint8 *)data, size);
        read += size > 0 ? 1 : 0;
    }
    assert_true(read > 0);
}

static void
test_notices_in_clear(void **state)
{
    static const char *const kinds[] = {"released-put-right", "withdrawn", "asked",  "opening",
                                        "consulted",          "answered",  "opened", "put-right"};
    World *world = *state;

    do_everything(world);
    run(world, AT + HOUR);
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (count_kind(world, "@", kinds[i]) == 0)
            fail_msg("no notice of kind %s", kinds[i]);
    }
    for (guint i = 0; i < sink_count(world->sink); i++) {
        const SinkLetter *letter = sink_letter(world->sink, i);
        g_autofree char *raw = g_strndup((const char *)letter->data->data, letter->data->len);
        g_autoptr(GBytes) bytes = NULL;
        g_autoptr(ExeatMessage) message = NULL;
        const GPtrArray *texts;
        char *to;

        if (strstr(raw, "X-Exeat-Notice: ") == NULL)
            continue;
        /* The reader's own address stands in To and nowhere else. */
        to = strstr(raw, "\r\nTo: ");
        assert_non_null(to);
        memset(to, ' ', strcspn(to + 2, "\r") + 2);
        look_for_secrets(letter->recipient, (const guint8 *)raw, strlen(raw));
        bytes = g_bytes_new(letter->data->data, letter->data->len);
        message = exeat_message_new(bytes, NULL, NULL);
        texts = exeat_message_texts(message);
        assert_true(texts->len >= 2);
        for (guint k = 0; k < texts->len; k++) {
            const ExeatText *text = g_ptr_array_index(texts, k);

            look_for_secrets(letter->recipient, (const guint8 *)text->text, text->length);
        }
        assert_true(exeat_message_is_automatic(message));
    }
}

int
main(void)
{
    struct CMUnitTest tests[] = {
        WORLD_TEST(test_asked_and_answered),
        WORLD_TEST(test_who_may),
        WORLD_TEST(test_store_in_clear),
        WORLD_TEST(test_notices_in_clear),
    };
    int failed;

    RUN_WORLD_TESTS(tests, failed);
    return failed;
}
