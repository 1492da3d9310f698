/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What would put a held letter right: that it is what the gate would have done by rewriting, whom it settles, how it is
 * frozen on the card and read back, and that the clerk sends it out so.
 */
#include "tests/unit/clerk_world.h"

#include <string.h>

#include "policies/judge.h"
#include "tests/fuzz/fuzz.h"

#define SENDER "a.latham@oakfield.sch.uk"
#define TO "To: one@a.example, two@b.example\r\n"
#define SIGNED "DKIM-Signature: v=1; a=rsa-sha256; d=oakfield.sch.uk; s=x; h=from:to:subject; bh=A; b=A\r\n"
#define HEADER(extra) \
    extra "From: " SENDER "\r\n" TO "Subject: Callum McAllister's trip\r\nMessage-ID: <r.1@oakfield.sch.uk>\r\n\r\n"
#define LETTER HEADER("") "Dear both,\r\nthe trip is on Friday.\r\n"

/* Settings point into the blocks, and both live as long as the program. */
static GArray *all_blocks;

static ExeatPolicySettings *
settings_of(const char *policies, const char *school)
{
    g_autofree char *text = g_strdup_printf("school { name = \"Oakfield\" domains = { oakfield.sch.uk } %s }\n"
                                            "sender-identity { action = off }\n%s",
                                            school, policies);
    g_autoptr(ExeatConfigErrors) errors = exeat_config_errors_new();
    g_autoptr(ExeatConfig)
        config = exeat_config_parse(text, "test.conf", (const ExeatBlock *)(gconstpointer)all_blocks->data, errors);
    g_autofree char *wrong = NULL;
    ExeatPolicySettings *settings = config != NULL ? exeat_policy_settings_new(config, errors) : NULL;

    wrong = exeat_config_errors_to_text(errors);
    if (settings == NULL)
        fail_msg("%s", wrong);
    return settings;
}

static ExeatEnvelope *
new_envelope(void)
{
    ExeatEnvelope *envelope = exeat_envelope_new();

    envelope->sender = g_strdup(SENDER);
    envelope->account = g_strdup(SENDER);
    g_ptr_array_add(envelope->recipients, g_strdup("one@a.example"));
    g_ptr_array_add(envelope->recipients, g_strdup("two@b.example"));
    return envelope;
}

static ExeatVerdict *
judge(const char *letter, const char *policies, const char *school)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(ExeatPolicySettings) settings = settings_of(policies, school);
    g_autoptr(ExeatEnvelope) envelope = new_envelope();
    g_autoptr(GBytes) bytes = g_bytes_new(letter, strlen(letter));
    g_autoptr(ExeatMessage) message = exeat_message_new(bytes, envelope, NULL);
    ExeatVerdict *verdict = NULL;

    assert_ok(exeat_judge(message, settings, fuzz_directory(), 0, &verdict, &error));
    return verdict;
}

#define HOLD_NAMES "names-in-subject { action = hold }\n"
#define REWRITE_BOTH "names-in-subject { action = rewrite }\nbulk-bcc { action = rewrite limit = 1 }\n"
#define HOLD_DATA                                                                                      \
    "names-in-subject { action = off }\nbulk-bcc { action = off }\npersonal-recipient { action = off " \
    "}\npersonal-data { action = hold }\n"
#define OFF_DATA "personal-data { action = off }\npersonal-recipient { action = off }\n"

static void
test_who_is_settled(void **state)
{
    static const struct {
        const char *name, *letter, *policies, *school, *settled;
        guint edits; /* of the remedy */
    } rows[] = {
        {"held for it", LETTER, OFF_DATA HOLD_NAMES "bulk-bcc { action = off }\n", "", "names-in-subject ", 1},
        {"held for both", LETTER, OFF_DATA HOLD_NAMES "bulk-bcc { action = hold limit = 1 }\n", "",
         "names-in-subject bulk-bcc ", 2},
        {"held for one, flagged for the other", LETTER, OFF_DATA HOLD_NAMES "bulk-bcc { action = flag limit = 1 }\n",
         "", "names-in-subject bulk-bcc ", 2},
        {"held for one, rewritten for the other", LETTER,
         OFF_DATA "names-in-subject { action = rewrite }\nbulk-bcc { action = hold limit = 1 }\n", "",
         "names-in-subject bulk-bcc ", 2},
        {"the other is only observed", LETTER, OFF_DATA HOLD_NAMES "bulk-bcc { action = observe limit = 1 }\n", "",
         "names-in-subject ", 1},
        {"nobody is held", LETTER, OFF_DATA REWRITE_BOTH, "", "", 0},
        {"held for what nobody can rewrite", HEADER("") "Callum McAllister has asthma.\r\n", HOLD_DATA, "", "", 0},
        {"signed by the school", HEADER(SIGNED) "x\r\n", OFF_DATA REWRITE_BOTH, "already_signed = hold",
         "names-in-subject bulk-bcc ", 3},
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(ExeatVerdict) verdict = judge(rows[i].letter, rows[i].policies, rows[i].school);
        g_autoptr(GString) settled = g_string_new("");

        for (guint k = 0; k < verdict->remedied->len; k++)
            g_string_append_printf(settled, "%s ", (const char *)g_ptr_array_index(verdict->remedied, k));
        if (strcmp(settled->str, rows[i].settled) != 0 || exeat_edits_count(verdict->remedy) != rows[i].edits)
            fail_msg("%s: settled %s with %u edits", rows[i].name, settled->str, exeat_edits_count(verdict->remedy));
        for (guint k = 0; k < verdict->findings->len; k++) {
            const ExeatFinding *finding = g_ptr_array_index(verdict->findings, k);

            assert_true(exeat_verdict_settles(verdict, finding) == (strstr(settled->str, finding->policy) != NULL));
        }
    }
}

/* The gate's way and the clerk's give the same letter. */
static void
test_same_as_the_gate(void **state)
{
    static const struct {
        const char *name, *letter, *held, *school;
    } rows[] = {
        {"both held", LETTER, HOLD_NAMES "bulk-bcc { action = hold limit = 1 }\n", ""},
        {"one flagged", LETTER, HOLD_NAMES "bulk-bcc { action = flag limit = 1 }\n", ""},
        {"signed", HEADER(SIGNED) "x\r\n", REWRITE_BOTH, "already_signed = hold"},
        {"several of a name", HEADER("Subject: Mia Cholmondeley\r\nTo: three@c.example\r\n") "x\r\n",
         HOLD_NAMES "bulk-bcc { action = hold limit = 1 }\n", ""},
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *held = g_strconcat(OFF_DATA, rows[i].held, NULL);
        g_autoptr(ExeatVerdict) asked = judge(rows[i].letter, held, rows[i].school);
        g_autoptr(ExeatVerdict) gate = judge(rows[i].letter, OFF_DATA REWRITE_BOTH, "already_signed = rewrite");
        g_autoptr(GBytes) bytes = g_bytes_new(rows[i].letter, strlen(rows[i].letter));
        g_autoptr(GBytes) by_clerk = exeat_edits_apply(asked->remedy, bytes);
        g_autoptr(GBytes) by_gate = exeat_edits_apply(gate->edits, bytes);

        if (asked->held->len == 0 || gate->held->len != 0 || g_bytes_equal(by_gate, bytes) ||
            !g_bytes_equal(by_clerk, by_gate))
            fail_msg("%s: %s", rows[i].name, (const char *)g_bytes_get_data(by_clerk, NULL));
    }
}

/* --- on the card -------------------------------------------------------------------------------------------------- */

static ExeatCard *
read_card(const char *text)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) bytes = g_bytes_new(text, strlen(text));
    ExeatCard *card = NULL;

    assert_ok(exeat_card_from_bytes(bytes, &card, &error));
    return card;
}

static ExeatCard *
new_card(void)
{
    ExeatCard *card = exeat_card_new();
    g_autoptr(ExeatFinding) one = exeat_finding_new("names-in-subject", "name", EXEAT_CONFIDENCE_HIGH);
    g_autoptr(ExeatFinding) two = exeat_finding_new("personal-data", "upn", EXEAT_CONFIDENCE_HIGH);

    card->sender = g_strdup("");
    exeat_card_add_finding(card, one, NULL, true);
    exeat_card_add_finding(card, two, NULL, false);
    return card;
}

static void
test_frozen(void **state)
{
    g_autoptr(ExeatCard) card = new_card(), again = NULL;
    g_autoptr(ExeatEdits) edits = exeat_edits_new();
    g_autoptr(GBytes) bytes = NULL;
    g_autoptr(GError) error = NULL;

    (void)state;
    exeat_edits_set(edits, "Subject", 1, "=?utf-8?q?J=2ES=2E?=\r\n and\r\n\tmore");
    exeat_edits_set(edits, "To", 1, "undisclosed-recipients:;");
    exeat_edits_set(edits, "To", 2, NULL);
    exeat_edits_set(edits, "Cc", 1, "Z\xe9 <z@a.example>, \"100%\" <p@a.example>"); /* Latin-1, as it came */
    assert_true(exeat_card_set_remedy(card, edits));
    card->attachments = 3;
    bytes = exeat_card_to_bytes(card);
    assert_ok(exeat_card_from_bytes(bytes, &again, &error));
    assert_int_equal(again->attachments, 3);
    assert_non_null(again->remedy);
    assert_int_equal(exeat_edits_count(again->remedy), exeat_edits_count(edits));
    for (guint i = 0; i < exeat_edits_count(edits); i++) {
        const ExeatEdit *want = exeat_edits_get(edits, i), *got = exeat_edits_get(again->remedy, i);

        assert_string_equal(got->name, want->name);
        assert_int_equal(got->index, want->index);
        assert_int_equal(g_strcmp0(got->value, want->value), 0);
    }
    assert_true(exeat_card_settles(again, 0));
    assert_false(exeat_card_settles(again, 1));
    assert_false(exeat_card_settles(again, 2));
}

static void
test_cards_of_before(void **state)
{
    g_autoptr(ExeatCard)
        card = read_card("{\"version\":1,\"sender\":\"a@b.example\",\"findings\":[{\"policy\":\"bulk-bcc\","
                         "\"rule\":\"visible-recipients\"}]}");

    (void)state;
    assert_null(card->remedy);
    assert_int_equal(card->findings->len, 1);
    assert_false(exeat_card_settles(card, 0));
    assert_int_equal(card->attachments, 0);
}

/* A card that somebody else has written: one wrong edit, and there is no remedy. */
static void
test_tampered(void **state)
{
    static const struct {
        const char *remedy;
        bool sound;
    } rows[] = {
        {"[{\"name\":\"Subject\",\"index\":1,\"value\":\"ok\"}]", true},
        {"[{\"name\":\"Subject\",\"index\":1,\"value\":\"ok%0D%0A%20more%0A%09more\"}]", true},
        {"[{\"name\":\"Subject\",\"index\":1,\"value\":null}]", true},
        {"[{\"name\":\"Subject\",\"index\":1,\"value\":\"\"}]", true},
        {"[]", false},
        {"7", false},
        {"[7]", false},
        {"[{\"name\":\"Subject\",\"index\":1}]", false},
        {"[{\"name\":\"Subject\",\"index\":0,\"value\":\"ok\"}]", false},
        {"[{\"name\":\"Subject\",\"index\":-1,\"value\":\"ok\"}]", false},
        {"[{\"name\":\"Subject\",\"index\":4294967297,\"value\":\"ok\"}]", false},
        {"[{\"name\":\"Subject\",\"index\":\"1\",\"value\":\"ok\"}]", false},
        {"[{\"name\":\"Subject\",\"index\":1,\"value\":1}]", false},
        {"[{\"name\":\"Subject\",\"index\":1,\"value\":\"a%0D%0ABcc: b@c.example\"}]", false},
        {"[{\"name\":\"Subject\",\"index\":1,\"value\":\"a%0ABcc: b@c.example\"}]", false},
        {"[{\"name\":\"Subject\",\"index\":1,\"value\":\"a%0D%0A%0D%0Abody\"}]", false},
        {"[{\"name\":\"Subject\",\"index\":1,\"value\":\"a%0DBcc: b@c.example\"}]", false},
        {"[{\"name\":\"Subject\",\"index\":1,\"value\":\"a%0D%0A\"}]", false},
        {"[{\"name\":\"Subject\",\"index\":1,\"value\":\"%zz\"}]", false},
        {"[{\"name\":\"\",\"index\":1,\"value\":\"ok\"}]", false},
        {"[{\"name\":null,\"index\":1,\"value\":\"ok\"}]", false},
        {"[{\"name\":\"Sub:ject\",\"index\":1,\"value\":\"ok\"}]", false},
        {"[{\"name\":\"Sub ject\",\"index\":1,\"value\":\"ok\"}]", false},
        {"[{\"name\":\"Subj\\u00e9ct\",\"index\":1,\"value\":\"ok\"}]", false},
        {"[{\"name\":\"X\\r\\nBcc\",\"index\":1,\"value\":\"ok\"}]", false},
        {"[{\"name\":\"Subject\",\"index\":1,\"value\":\"ok\"},{\"name\":\"X Y\",\"index\":1,\"value\":\"ok\"}]",
         false},
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = g_strdup_printf(
            "{\"version\":1,\"findings\":[{\"policy\":\"p\",\"rule\":\"r\",\"settled\":true}],\"remedy\":%s}",
            rows[i].remedy);
        g_autoptr(ExeatCard) card = read_card(text);

        if ((card->remedy != NULL) != rows[i].sound || exeat_card_settles(card, 0) != rows[i].sound)
            fail_msg("%s", rows[i].remedy);
    }
}

static void
test_limits(void **state)
{
    (void)state;
    for (int more = -1; more <= 1; more++) {
        g_autoptr(ExeatCard) card = new_card();
        g_autoptr(ExeatEdits) many = exeat_edits_new(), name = exeat_edits_new(), value = exeat_edits_new();
        g_autofree char *long_name = g_strnfill((gsize)(EXEAT_CARD_EDIT_NAME_BYTES + more), 'X');
        g_autofree char *long_value = g_strnfill((gsize)(EXEAT_CARD_EDIT_VALUE_BYTES + more), 'x');

        for (guint i = 1; i <= (guint)(EXEAT_CARD_EDITS_MOST + more); i++)
            exeat_edits_set(many, "To", i, NULL);
        exeat_edits_set(name, long_name, 1, "x");
        exeat_edits_set(value, "Subject", 1, long_value);
        assert_true(exeat_card_set_remedy(card, many) == (more <= 0));
        assert_true(exeat_card_set_remedy(card, name) == (more <= 0));
        assert_true(exeat_card_set_remedy(card, value) == (more <= 0));
        assert_true((card->remedy != NULL) == (more <= 0) && exeat_card_settles(card, 0) == (more <= 0));
    }
}

/* --- sent out ----------------------------------------------------------------------------------------------------- */

static char *
hold(World *world, const char *text, const char *policies)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(ExeatEnvelope) envelope = new_envelope();
    g_autoptr(ExeatVerdict) verdict = judge(text, policies, "");
    g_autoptr(GBytes) letter = g_bytes_new(text, strlen(text));
    g_autoptr(ExeatMessage) message = exeat_message_new(letter, envelope, NULL);
    ExeatHoldRequest request = {.letter = letter,
                                .envelope = envelope,
                                .message_id = "<r.1@oakfield.sch.uk>",
                                .verdict = verdict,
                                .message = message,
                                .now = NOW};
    char *id = NULL;

    assert_ok(exeat_quarantine_hold(world->gate, &request, &id, &error));
    return id;
}

static void
run(World *world, gint64 now)
{
    g_autoptr(GError) error = NULL;

    assert_ok(exeat_clerk_run_once(world->clerk, now, NULL, NULL, &error));
}

/* What came for @recipient, without the line of ours before it. */
static char *
arrived(World *world, const char *recipient)
{
    for (guint i = 0; i < sink_count(world->sink); i++) {
        const SinkLetter *letter = sink_letter(world->sink, i);
        g_autofree char *text = NULL;

        if (strstr(letter->recipient, recipient) == NULL)
            continue;
        text = g_strndup((const char *)letter->data->data, letter->data->len);
        assert_true(g_str_has_prefix(text, "X-Exeat-Release: "));
        return g_strdup(strstr(text, "\r\n") + 2);
    }
    fail_msg("nothing came for %s", recipient);
    return NULL;
}

static void
release(World *world, const char *id, guint index, bool put_right, ExeatDecisionOutcome want)
{
    static const ExeatActor head = {"headteacher", HEAD};
    g_autoptr(GError) error = NULL;
    g_autoptr(GArray) one = g_array_new(false, false, sizeof(guint));
    ExeatDecisionOptions options = {.recipients = one, .put_right = put_right};
    ExeatDecision decision;

    g_array_append_val(one, index);
    assert_ok(exeat_quarantine_release(world->quarantine, id, &head, &options, NOW + 60, &decision, &error));
    assert_int_equal(decision.outcome, want);
    exeat_decision_clear(&decision);
}

static void
test_goes_out_put_right(void **state)
{
    World *world = *state;
    g_autofree char *id = hold(world, LETTER, OFF_DATA HOLD_NAMES "bulk-bcc { action = hold limit = 1 }\n");
    g_autofree char *changed = NULL, *unchanged = NULL, *want = NULL;
    g_autoptr(ExeatVerdict) gate = judge(LETTER, OFF_DATA REWRITE_BOTH, "");
    g_autoptr(GBytes) letter = g_bytes_new_static(LETTER, sizeof LETTER - 1), by_gate = NULL;
    gsize size = 0;
    const char *data;

    by_gate = exeat_edits_apply(gate->edits, letter);
    data = g_bytes_get_data(by_gate, &size);
    want = g_strndup(data, size);
    assert_null(strstr(want, "Callum"));
    run(world, NOW);
    sink_clear(world->sink);
    release(world, id, 0, true, EXEAT_DECISION_DONE);
    release(world, id, 1, false, EXEAT_DECISION_DONE);
    sink_set(world->sink, (SinkScript){.rcpt = "450 4.2.0 Later"});
    run(world, NOW + 60);
    sink_set(world->sink, (SinkScript){0}); /* what is tried again is still put right */
    run(world, NOW + 300);
    changed = arrived(world, "one@a.example");
    assert_string_equal(changed, want);
    unchanged = arrived(world, "two@b.example");
    assert_string_equal(unchanged, LETTER);
}

static void
test_nothing_to_put_right(void **state)
{
    World *world = *state;
    g_autofree char *id = hold(world, HEADER("") "Callum McAllister has asthma.\r\n", HOLD_DATA);

    release(world, id, 0, true, EXEAT_DECISION_NO_REMEDY);
    release(world, id, 0, false, EXEAT_DECISION_DONE);
}

/* A row that asks for it and a card that has none: the letter stays rather than go out as it came. */
static void
test_never_as_it_came(void **state)
{
    World *world = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *id = hold(world, HEADER("") "Callum McAllister has asthma.\r\n", HOLD_DATA);
    g_autoptr(ExeatChange) change = exeat_change_new(NOW);
    bool lost = true;

    run(world, NOW);
    sink_clear(world->sink);
    change->decision = exeat_held_new_decision();
    exeat_change_move(change, id, 0, EXEAT_HELD_HELD, EXEAT_HELD_RELEASING)->put_right = true;
    assert_ok(exeat_store_commit(exeat_quarantine_store(world->quarantine), change, &lost, &error));
    assert_false(lost);
    assert_fails(exeat_clerk_run_once(world->clerk, NOW, NULL, NULL, &error), EXEAT_ERROR_MALFORMED);
    assert_int_equal(sink_count(world->sink), 0);
}

#define WORLD_TEST(test) cmocka_unit_test_setup_teardown(test, setup_world, teardown_world)

int
main(void)
{
    struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_is_settled), cmocka_unit_test(test_same_as_the_gate),
        cmocka_unit_test(test_frozen),         cmocka_unit_test(test_cards_of_before),
        cmocka_unit_test(test_tampered),       cmocka_unit_test(test_limits),
        WORLD_TEST(test_goes_out_put_right),   WORLD_TEST(test_nothing_to_put_right),
        WORLD_TEST(test_never_as_it_came),
    };
    void *state = NULL;
    int failed;

    exeat_message_library_init();
    all_blocks = g_array_new(TRUE, TRUE, sizeof(ExeatBlock));
    exeat_policy_blocks(all_blocks);
    fixture_setup(&state);
    for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
        tests[i].initial_state = state;
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    fixture_teardown(&state);
    g_array_unref(all_blocks);
    return failed;
}
