/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The whole way: hold, tell, decide, deliver, return, expire, purge, with a relay that answers as it is told; clerks
 * that die; and that nothing personal lies in clear in the store or stands in a notice.
 */
#include "tests/unit/clerk_world.h"

#include <sqlite3.h>
#include <string.h>
#include <sys/wait.h>

#include "quarantine/audit.h"
#include "quarantine/token.h"

#define SENDER "b.tegwen@oakfield.sch.uk"
#define LETTER                                                                                                        \
    "From: Bronwen Tegwen <b.tegwen@oakfield.sch.uk>\r\nTo: parent.one@mail.example\r\nSubject: Zebedee Quorndon\r\n" \
    "Message-ID: <abc.123@oakfield.sch.uk>\r\n\r\n.Dear parent,\r\n\xe9t\xe9 and UPN A123456789012\r\n"

static const ExeatActor head = {"headteacher", HEAD};

static void
add_finding(ExeatVerdict *verdict, const char *policy, const char *rule, ExeatZone zone, guint count)
{
    ExeatFinding *finding = exeat_finding_new(policy, rule, EXEAT_CONFIDENCE_HIGH);

    g_free(finding->part);
    finding->part = g_strdup("1");
    finding->zone = zone;
    finding->count = count;
    finding->data_subjects = count;
    finding->clause = g_intern_static_string("T5");
    finding->action = EXEAT_ACTION_HOLD;
    g_ptr_array_add(verdict->findings, finding);
}

static char *
hold_from(World *world, const char *sender, guint held)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(ExeatEnvelope) envelope = exeat_envelope_new();
    g_autoptr(ExeatVerdict) verdict = exeat_verdict_new();
    g_autoptr(GBytes) letter = g_bytes_new_static(LETTER, sizeof LETTER - 1);
    ExeatHoldRequest request = {.letter = letter,
                                .envelope = envelope,
                                .subject = "Zebedee Quorndon",
                                .message_id = "<abc.123@oakfield.sch.uk>",
                                .verdict = verdict,
                                .language = "en",
                                .now = NOW};
    char *id = NULL;

    g_free(envelope->sender);
    envelope->sender = g_strdup(sender);
    g_ptr_array_add(envelope->recipients, g_strdup("parent.one@mail.example"));
    g_ptr_array_add(envelope->recipients, g_strdup("parent.two@mail.example"));
    g_ptr_array_add(envelope->recipients, g_strdup("parent.three@mail.example"));
    for (guint i = 3 - held; i < 3; i++)
        g_array_append_val(verdict->held, i);
    verdict->action = EXEAT_ACTION_HOLD;
    add_finding(verdict, "personal-data", "upn", EXEAT_ZONE_NEW, 31);
    add_finding(verdict, "names-in-subject", "name", EXEAT_ZONE_SUBJECT, 1);
    g_ptr_array_add(verdict->release_by, g_strdup("headteacher"));
    assert_ok(exeat_quarantine_hold(world->gate, &request, &id, &error));
    return id;
}

static char *
hold(World *world, guint held)
{
    return hold_from(world, SENDER, held);
}

static ExeatClerkReport
run(World *world, gint64 now)
{
    g_autoptr(GError) error = NULL;
    ExeatClerkReport report;

    assert_ok(exeat_clerk_run_once(world->clerk, now, NULL, &report, &error));
    return report;
}

static guint
count_to(World *world, const char *recipient)
{
    guint count = 0;

    for (guint i = 0; i < sink_count(world->sink); i++)
        count += strstr(sink_letter(world->sink, i)->recipient, recipient) != NULL ? 1 : 0;
    return count;
}

static guint
state_count(World *world, const char *id, ExeatHeldState state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(ExeatLetterRow) row = NULL;

    assert_ok(exeat_store_letter(exeat_quarantine_store(world->quarantine), id, &row, &error));
    assert_non_null(row);
    return row->states[state];
}

static void
check_trail(World *world)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(ExeatAuditReport) report = NULL;

    assert_ok(exeat_audit_verify(exeat_quarantine_store(world->quarantine), &report, &error));
    assert_true(report->whole);
}

/* ExeatDecision of a release, checked for its outcome. */
static void
release(World *world, const char *id, const GArray *recipients, ExeatDecisionOutcome want, guint changed)
{
    g_autoptr(GError) error = NULL;
    const ExeatDecisionOptions options = {.recipients = recipients, .reason = "fine"};
    ExeatDecision decision;

    assert_ok(exeat_quarantine_release(world->quarantine, id, &head, &options, NOW + 60, &decision, &error));
    assert_int_equal(decision.outcome, want);
    assert_int_equal(decision.changed, changed);
    exeat_decision_clear(&decision);
}

static void
test_hold_and_release(void **state)
{
    World *world = *state;
    g_autofree char *id = hold(world, 2), *token = NULL;
    g_autoptr(GArray) one = g_array_new(false, false, sizeof(guint));
    const SinkLetter *got = NULL;
    guint index = 1;
    const char *end;

    run(world, NOW);
    assert_int_equal(sink_count(world->sink), 3); /* sender, head, deputy */
    assert_int_equal(count_to(world, SENDER), 1);
    assert_int_equal(count_to(world, HEAD), 1);
    sink_clear(world->sink);
    run(world, NOW + 1);
    assert_int_equal(sink_count(world->sink), 0);

    g_array_append_val(one, index);
    release(world, id, one, EXEAT_DECISION_DONE, 1);
    release(world, id, one, EXEAT_DECISION_ALREADY, 0);
    run(world, NOW + 61);
    assert_int_equal(count_to(world, "parent.two"), 1);
    assert_int_equal(count_to(world, "parent.three"), 0);
    for (guint i = 0; i < sink_count(world->sink); i++) {
        if (strstr(sink_letter(world->sink, i)->recipient, "parent.two") != NULL)
            got = sink_letter(world->sink, i);
    }
    /* One line of ours, which the gate takes off, and then every byte as it was. */
    assert_true(g_str_has_prefix(got->sender, "<" SENDER ">"));
    assert_memory_equal(got->data->data, "X-Exeat-Release: ", 17);
    end = memchr(got->data->data, '\r', got->data->len);
    token = g_strndup((const char *)got->data->data + 17, (gsize)(end - (const char *)got->data->data) - 17);
    assert_true(exeat_token_verify(world->token_key, token, SENDER, "parent.two@mail.example", NOW + 61, NULL));
    assert_false(exeat_token_verify(world->token_key, token, SENDER, "parent.three@mail.example", NOW + 61, NULL));
    assert_int_equal(got->data->len - (gsize)(end + 2 - (const char *)got->data->data), sizeof LETTER - 1);
    assert_memory_equal(end + 2, LETTER, sizeof LETTER - 1);

    release(world, id, NULL, EXEAT_DECISION_DONE, 1);
    run(world, NOW + 120);
    assert_int_equal(state_count(world, id, EXEAT_HELD_RELEASED), 2);
    assert_int_equal(count_to(world, "parent.two"), 1);
    check_trail(world);
}

static void
test_first_decision_wins(void **state)
{
    World *world = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *id = hold(world, 3);
    const ExeatActor deputy = {"deputy", "d.eputy@oakfield.sch.uk"}, self = {"headteacher", "B.Tegwen@oakfield.sch.uk"};
    ExeatDecision decision;

    assert_ok(exeat_quarantine_release(world->quarantine, id, &self, NULL, NOW, &decision, &error));
    assert_int_equal(decision.outcome, EXEAT_DECISION_OWN);
    release(world, id, NULL, EXEAT_DECISION_DONE, 3);
    assert_ok(exeat_quarantine_return(world->quarantine, id, &deputy, &(ExeatDecisionOptions){.reason = "no"}, NOW + 99,
                                      &decision, &error));
    assert_int_equal(decision.outcome, EXEAT_DECISION_ALREADY);
    assert_string_equal(decision.event, "release-decided");
    assert_string_equal(decision.role, "headteacher");
    assert_string_equal(decision.by, HEAD);
    assert_int_equal(decision.at, NOW + 60);
    exeat_decision_clear(&decision);
    release(world, "H-0000-0000-0000", NULL, EXEAT_DECISION_UNKNOWN, 0);
}

static void
test_delay_has_bounds(void **state)
{
    World *world = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *id = hold(world, 3);
    guint index = 0;
    g_autoptr(GArray) one = g_array_new(false, false, sizeof(guint));
    ExeatDecisionOptions options = {.recipients = one};
    ExeatDecision decision;

    g_array_append_val(one, index);
    options.delay = EXEAT_DECISION_DELAY_LIMIT + 1;
    assert_fails(exeat_quarantine_release(world->quarantine, id, &head, &options, NOW, &decision, &error),
                 EXEAT_ERROR_LIMIT);
    options.delay = -1;
    assert_fails(exeat_quarantine_release(world->quarantine, id, &head, &options, NOW, &decision, &error),
                 EXEAT_ERROR_LIMIT);
    for (options.delay = EXEAT_DECISION_DELAY_LIMIT - 1; options.delay <= EXEAT_DECISION_DELAY_LIMIT; options.delay++) {
        assert_ok(exeat_quarantine_release(world->quarantine, id, &head, &options, NOW, &decision, &error));
        assert_int_equal(decision.changed, 1);
        exeat_decision_clear(&decision);
        g_array_index(one, guint, 0)++;
    }
    /* Late as that is, it is not what a wrong clock has written. */
    assert_int_equal(run(world, NOW + 1).released, 0);
    assert_int_equal(run(world, NOW + EXEAT_DECISION_DELAY_LIMIT).released, 2);
}

static void
test_relay_says_later_then_yes(void **state)
{
    World *world = *state;
    g_autofree char *id = hold(world, 1);
    ExeatClerkReport report;

    run(world, NOW);
    release(world, id, NULL, EXEAT_DECISION_DONE, 1);
    sink_clear(world->sink);
    sink_set(world->sink, (SinkScript){.dot = "452 4.3.1 Insufficient system storage"});
    report = run(world, NOW + 61);
    assert_int_equal(report.later, 1);
    assert_int_equal(state_count(world, id, EXEAT_HELD_RELEASING), 1);
    sink_set(world->sink, (SinkScript){0});
    sink_clear(world->sink);
    assert_int_equal(run(world, NOW + 62).released, 0); /* not before its time */
    report = run(world, NOW + 200);
    assert_int_equal(report.released, 1);
    assert_int_equal(state_count(world, id, EXEAT_HELD_RELEASED), 1);
    check_trail(world);
}

static void
test_relay_says_no(void **state)
{
    World *world = *state;
    g_autofree char *id = hold(world, 1);

    run(world, NOW);
    release(world, id, NULL, EXEAT_DECISION_DONE, 1);
    run(world, NOW + 60); /* "is going out", and it is */
    sink_clear(world->sink);
    assert_int_equal(state_count(world, id, EXEAT_HELD_RELEASED), 1);

    g_free(id);
    id = hold(world, 1);
    run(world, NOW);
    release(world, id, NULL, EXEAT_DECISION_DONE, 1);
    sink_set(world->sink, (SinkScript){.rcpt = "550 5.1.1 Unknown"});
    assert_int_equal(run(world, NOW + 60).failed, 1);
    assert_int_equal(state_count(world, id, EXEAT_HELD_FAILED), 1);
    /* Decided again, once the address exists. */
    sink_set(world->sink, (SinkScript){0});
    release(world, id, NULL, EXEAT_DECISION_DONE, 1);
    assert_int_equal(run(world, NOW + 600).released, 1);
}

/* However long our own relay is down, nothing is given up, and one try a round is enough. */
static void
test_relay_is_down(void **state)
{
    World *world = *state;
    g_autofree char *id = hold(world, 3);
    ExeatClerkReport report;

    run(world, NOW);
    release(world, id, NULL, EXEAT_DECISION_DONE, 3);
    sink_set(world->sink, (SinkScript){.greeting = "554 5.3.2 Closed"});
    report = run(world, NOW + 61);
    assert_int_equal(report.later, 1);
    assert_int_equal(report.mails_later, 0);
    report = run(world, NOW + 30 * 24 * HOUR);
    assert_int_equal(report.failed + report.mails_failed, 0);
    sink_set(world->sink, (SinkScript){0});
    report = run(world, NOW + 31 * 24 * HOUR);
    assert_int_equal(report.released, 3);
    check_trail(world);
}

static void
test_return(void **state)
{
    World *world = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *id = hold(world, 2), *text = NULL;
    ExeatDecision decision;

    run(world, NOW);
    sink_clear(world->sink);
    assert_ok(exeat_quarantine_return(world->quarantine, id, &head,
                                      &(ExeatDecisionOptions){.reason = "Quorndon is not for this"}, NOW + 60,
                                      &decision, &error));
    assert_int_equal(decision.changed, 2);
    sink_set(world->sink, (SinkScript){.dot = "451 4.3.0 Later"});
    run(world, NOW + 60);
    assert_int_equal(state_count(world, id, EXEAT_HELD_RETURNING), 2);
    sink_set(world->sink, (SinkScript){0});
    sink_clear(world->sink);
    run(world, NOW + 600);
    assert_int_equal(state_count(world, id, EXEAT_HELD_RETURNED), 2);
    assert_int_equal(sink_count(world->sink), 1);
    assert_true(g_str_has_prefix(sink_letter(world->sink, 0)->sender, "<>"));
    text = g_strndup((const char *)sink_letter(world->sink, 0)->data->data, sink_letter(world->sink, 0)->data->len);
    assert_non_null(strstr(text, "multipart/report"));
    assert_non_null(strstr(text, "message/delivery-status"));
    assert_non_null(strstr(text, "Action: failed"));
    assert_non_null(strstr(text, "<abc.123@oakfield.sch.uk>"));
    assert_null(strstr(text, "Quorndon"));
    release(world, id, NULL, EXEAT_DECISION_ALREADY, 0);
    check_trail(world);
}

static void
test_nobody_decides(void **state)
{
    World *world = *state;
    g_autofree char *id = hold(world, 3);
    ExeatClerkReport report;

    run(world, NOW);
    sink_clear(world->sink);
    /* Six of nine working hours later: a reminder, once. */
    report = run(world, NOW + 6 * HOUR - 1);
    assert_int_equal(report.reminded, 0);
    report = run(world, NOW + 6 * HOUR);
    assert_int_equal(report.reminded, 1);
    assert_int_equal(run(world, NOW + 6 * HOUR).reminded, 0);
    assert_int_equal(count_to(world, HEAD), 1);
    sink_clear(world->sink);
    /* The nine hours end at nine the next morning. */
    assert_int_equal(run(world, NOW + 24 * HOUR - 1).expired, 0);
    report = run(world, NOW + 24 * HOUR);
    assert_int_equal(report.expired, 1);
    assert_int_equal(state_count(world, id, EXEAT_HELD_RETURNED), 3);
    assert_int_equal(count_to(world, SENDER), 1);
    assert_int_equal(run(world, NOW + 180 * 24 * HOUR).purged, 0);
    assert_int_equal(run(world, NOW + 182 * 24 * HOUR).purged, 1);
    check_trail(world);
}

static void
test_own_mail_goes_to_the_chair(void **state)
{
    World *world = *state;
    g_autofree char *id = hold_from(world, HEAD, 1);

    run(world, NOW);
    assert_int_equal(count_to(world, "chair@governors.example"), 1);
    assert_int_equal(count_to(world, "d.eputy@"), 0);
    assert_int_equal(count_to(world, HEAD), 1); /* as the sender */
    release(world, id, NULL, EXEAT_DECISION_OWN, 0);
}

static void
test_sender_cannot_be_told(void **state)
{
    World *world = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *id = hold_from(world, "stranger@elsewhere.example", 1);
    ExeatDecision decision;

    run(world, NOW);
    assert_int_equal(count_to(world, "stranger"), 0);
    sink_clear(world->sink);
    assert_ok(exeat_quarantine_return(world->quarantine, id, &head, NULL, NOW + 60, &decision, &error));
    run(world, NOW + 60);
    assert_int_equal(count_to(world, HEAD), 1);
    assert_int_equal(state_count(world, id, EXEAT_HELD_RETURNED), 1);

    /* One whose mailbox is gone: those who decide hear of it, and only then is it returned. */
    g_free(id);
    id = hold(world, 1);
    run(world, NOW);
    assert_ok(exeat_quarantine_return(world->quarantine, id, &head, NULL, NOW + 60, &decision, &error));
    sink_set(world->sink, (SinkScript){.rcpt = "550 5.1.1 Gone"});
    run(world, NOW + 60);
    assert_int_equal(state_count(world, id, EXEAT_HELD_RETURNING), 1);
    sink_set(world->sink, (SinkScript){0});
    sink_clear(world->sink);
    run(world, NOW + 6000);
    assert_int_equal(count_to(world, HEAD), 1);
    assert_int_equal(state_count(world, id, EXEAT_HELD_RETURNED), 1);
}

static void
test_the_gate_reads_nothing(void **state)
{
    World *world = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *id = hold(world, 1);
    g_autoptr(ExeatCard) card = NULL;
    g_autoptr(GBytes) letter = NULL;

    assert_fails(exeat_quarantine_read_card(world->gate, id, &card, &error), EXEAT_ERROR_CONFIG);
    assert_fails(exeat_quarantine_read_letter(world->gate, id, &letter, &error), EXEAT_ERROR_CONFIG);
}

static void
test_show_leaves_a_trace(void **state)
{
    World *world = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *id = hold(world, 2), *reason = NULL;
    g_autoptr(ExeatCard) card = NULL;
    g_autoptr(GBytes) letter = NULL;
    g_autoptr(GPtrArray) rows = NULL;

    assert_fails(exeat_quarantine_show(world->quarantine, id, &head, &(ExeatShowOptions){.reason = ""}, NOW, &card,
                                       &letter, &error),
                 EXEAT_ERROR_CONFIG);
    assert_ok(exeat_quarantine_show(world->quarantine, id, &head, &(ExeatShowOptions){.reason = "to decide"}, NOW,
                                    &card, &letter, &error));
    assert_string_equal(card->subject, "Zebedee Quorndon");
    assert_string_equal(card->sender, SENDER);
    assert_int_equal(card->recipients->len, 3);
    assert_int_equal(card->held->len, 2);
    assert_int_equal(card->findings->len, 2);
    assert_int_equal(g_bytes_get_size(letter), sizeof LETTER - 1);
    assert_ok(exeat_store_audit(exeat_quarantine_store(world->quarantine), id, 0, &rows, &error));
    assert_string_equal(((ExeatAuditRow *)g_ptr_array_index(rows, rows->len - 1))->event, "opened");
    reason = exeat_quarantine_audit_detail(world->quarantine, g_ptr_array_index(rows, rows->len - 1), "why");
    assert_string_equal(reason, "to decide");
    run(world, NOW);
    assert_int_equal(count_to(world, SENDER), 2); /* held, opened */
}

/*
 * Clerks that are killed while they deliver: every recipient gets the letter, and nobody gets it twice except where the
 * relay's 2xx came and the commit did not.
 */
static void
test_killed_clerks(void **state)
{
    World *world = *state;
    g_autofree char *id = hold(world, 3);
    gint64 now = NOW + 61;
    guint taken;

    run(world, NOW);
    release(world, id, NULL, EXEAT_DECISION_DONE, 3);
    run(world, NOW + 60);
    sink_clear(world->sink);
    g_free(id);
    id = hold(world, 3);
    release(world, id, NULL, EXEAT_DECISION_DONE, 3);
    sink_set(world->sink, (SinkScript){.stall = true});
    for (guint i = 0; i < 3; i++) {
        guint before = count_to(world, "parent");
        pid_t child = fork();
        int status;

        if (child == 0) {
            /* A clerk of its own, with connections of its own. */
            World own = *world;

            own.quarantine = new_quarantine(&own, true);
            own.clerk = new_clerk(&own);
            exeat_clerk_run_once(own.clerk, now, NULL, NULL, NULL);
            _exit(0);
        }
        assert_true(child > 0);
        /* Killed between the final dot and the answer. */
        while (count_to(world, "parent") == before)
            g_usleep(1000);
        assert_int_equal(kill(child, SIGKILL), 0);
        assert_int_equal(waitpid(child, &status, 0), child);
    }
    taken = count_to(world, "parent");
    assert_int_equal(taken, 3);
    sink_set(world->sink, (SinkScript){0});
    sink_clear(world->sink);
    /* The leases of the dead still stand: nobody touches their rows. */
    run(world, now + 1);
    assert_int_equal(count_to(world, "parent"), 0);
    run(world, now + 601);
    assert_int_equal(count_to(world, "parent"), 3);
    assert_int_equal(count_to(world, "parent.one"), 1);
    assert_int_equal(state_count(world, id, EXEAT_HELD_RELEASED), 3);
    run(world, now + 7200);
    assert_int_equal(count_to(world, "parent"), 3);
    check_trail(world);
}

static gpointer
run_clerk_thread(gpointer data)
{
    World *world = data;
    g_autoptr(ExeatClerk) clerk = new_clerk(world);

    for (guint i = 0; i < 5; i++)
        exeat_clerk_run_once(clerk, NOW + 61 + i, NULL, NULL, NULL);
    return NULL;
}

static void
test_two_clerks_at_once(void **state)
{
    World *world = *state;
    World other = *world;
    g_autoptr(GError) error = NULL;
    g_autofree char *url = sink_url(world->sink);
    ExeatDeliverySettings settings = {.relay = url, .timeout = 5};
    GThread *threads[2];

    other.quarantine = new_quarantine(world, true);
    assert_ok(exeat_deliverer_new(&settings, &other.deliverer, &error));
    for (guint i = 0; i < 8; i++) {
        g_autofree char *id = hold(world, 3);

        release(world, id, NULL, EXEAT_DECISION_DONE, 3);
    }
    threads[0] = g_thread_new("one", run_clerk_thread, world);
    threads[1] = g_thread_new("two", run_clerk_thread, &other);
    g_thread_join(threads[0]);
    g_thread_join(threads[1]);
    assert_int_equal(count_to(world, "parent"), 24);
    assert_int_equal(count_to(world, HEAD), 8);
    exeat_quarantine_unref(other.quarantine);
    exeat_deliverer_free(other.deliverer);
    check_trail(world);
}

static void
test_flag_and_rewrite(void **state)
{
    World *world = *state;
    g_autoptr(GError) error = NULL;
    g_autoptr(ExeatEnvelope) envelope = exeat_envelope_new();
    g_autoptr(ExeatVerdict) verdict = exeat_verdict_new();
    g_autoptr(GBytes) letter = g_bytes_new_static(LETTER, sizeof LETTER - 1);
    g_autofree char *flagged = NULL, *rewritten = NULL;
    ExeatHoldRequest request = {
        .letter = letter, .envelope = envelope, .verdict = verdict, .language = "cy", .now = NOW};
    ExeatStoreCounts counts;

    envelope->account = g_strdup(SENDER);
    g_ptr_array_add(envelope->recipients, g_strdup("parent.one@mail.example"));
    add_finding(verdict, "names-in-subject", "name", EXEAT_ZONE_SUBJECT, 1);
    assert_ok(exeat_quarantine_flag(world->gate, &request, &flagged, &error));
    run(world, NOW);
    assert_int_equal(sink_count(world->sink), 0);
    request.letter = NULL;
    assert_ok(exeat_quarantine_note_rewrite(world->gate, &request, &rewritten, &error));
    run(world, NOW);
    assert_int_equal(count_to(world, SENDER), 1);
    assert_ok(exeat_store_counts(exeat_quarantine_store(world->quarantine), &counts, &error));
    assert_int_equal(counts.flagged, 1);
    assert_int_equal(counts.letters, 0);
    release(world, flagged, NULL, EXEAT_DECISION_UNKNOWN, 0);
}

/* Decodes a notice and looks for every word that is anybody's. */
static void
check_no_personal(const char *where, const guint8 *data, gsize size)
{
    static const char *const secrets[] = {"Zebedee", "Quorndon", "Tegwen",   "Bronwen",      "tegwen",    "pennant",
                                          "parent.", "A1234567", "a secret", "mail.example", "WmViZWRlZQ"};

    for (gsize i = 0; i < G_N_ELEMENTS(secrets); i++) {
        if (memmem(data, size, secrets[i], strlen(secrets[i])) != NULL)
            fail_msg("%s holds \"%s\"", where, secrets[i]);
    }
}

static void
test_nothing_personal_in_clear(void **state)
{
    World *world = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *id = hold(world, 2), *wal = g_strconcat(world->store_path, "-wal", NULL);
    g_autofree char *second = hold(world, 1);
    const char *paths[] = {world->store_path, wal};
    ExeatDecision decision;
    g_autoptr(ExeatCard) card = NULL;
    guint read = 0;

    assert_ok(exeat_quarantine_show(world->quarantine, id, &head, &(ExeatShowOptions){.reason = "a secret reason"}, NOW,
                                    &card, NULL, &error));
    release(world, id, NULL, EXEAT_DECISION_DONE, 2);
    assert_ok(exeat_quarantine_return(world->quarantine, second, &head,
                                      &(ExeatDecisionOptions){.reason = "a secret note"}, NOW, &decision, &error));
    run(world, NOW + 61);
    for (gsize i = 0; i < G_N_ELEMENTS(paths); i++) {
        g_autofree char *data = NULL;
        gsize size = 0;

        if (!g_file_get_contents(paths[i], &data, &size, NULL))
            continue;
        check_no_personal(paths[i], (const guint8 *)data, size);
        read += size > 0 ? 1 : 0;
    }
    assert_true(read > 0);
}

static void
test_notices_name_nobody(void **state)
{
    World *world = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *id = hold(world, 2), *second = hold(world, 1);
    ExeatDecision decision;
    guint seen = 0;

    run(world, NOW + 6 * HOUR);
    release(world, id, NULL, EXEAT_DECISION_DONE, 2);
    assert_ok(exeat_quarantine_return(world->quarantine, second, &head,
                                      &(ExeatDecisionOptions){.reason = "a secret note"}, NOW, &decision, &error));
    run(world, NOW + 6 * HOUR + 1);
    for (guint i = 0; i < sink_count(world->sink); i++) {
        const SinkLetter *letter = sink_letter(world->sink, i);
        g_autoptr(GBytes) bytes = NULL;
        g_autoptr(ExeatMessage) message = NULL;
        g_autofree char *where = g_strdup_printf("notice %u", i);
        const GPtrArray *texts;
        g_autofree char *raw = g_strndup((const char *)letter->data->data, letter->data->len);
        char *to;

        if (strstr(letter->recipient, "parent") != NULL)
            continue;
        seen++;
        assert_true(g_str_has_prefix(letter->sender, "<>"));
        assert_non_null(strstr(raw, "Auto-Submitted: auto-"));
        assert_non_null(strstr(raw, "X-Exeat-Notice: "));
        assert_non_null(strstr(raw, "\r\n\r\n"));
        /* The reader's own address stands in To and nowhere else. */
        to = strstr(raw, "\r\nTo: ");
        assert_non_null(to);
        memset(to, ' ', strcspn(to + 2, "\r") + 2);
        check_no_personal(where, (const guint8 *)raw, strlen(raw));
        bytes = g_bytes_new(letter->data->data, letter->data->len);
        message = exeat_message_new(bytes, NULL, NULL);
        texts = exeat_message_texts(message);
        assert_true(texts->len >= 2);
        for (guint k = 0; k < texts->len; k++) {
            const ExeatText *text = g_ptr_array_index(texts, k);

            check_no_personal(where, (const guint8 *)text->text, text->length);
        }
        assert_true(exeat_message_is_automatic(message));
    }
    assert_true(seen >= 8);
}

static void
test_full_store(void **state)
{
    World *world = *state;
    g_autoptr(GError) error = NULL;
    g_autoptr(ExeatEnvelope) envelope = exeat_envelope_new();
    g_autoptr(ExeatVerdict) verdict = exeat_verdict_new();
    g_autoptr(GBytes) letter = g_bytes_new_static("x", 1);
    ExeatHoldRequest request = {.letter = letter, .envelope = envelope, .verdict = verdict, .now = NOW};
    char *id = NULL;
    guint zero = 0;
    sqlite3 *db = NULL;

    g_ptr_array_add(envelope->recipients, g_strdup("parent.one@mail.example"));
    /* For nobody: a fault of the caller, not a letter that lies there for ever. */
    assert_fails(exeat_quarantine_hold(world->gate, &request, &id, &error), EXEAT_ERROR_INTERNAL);
    g_array_append_val(verdict->held, zero);
    assert_int_equal(sqlite3_open(world->store_path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'x'); END",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    assert_false(exeat_quarantine_hold(world->gate, &request, &id, &error));
    assert_null(id);
    g_clear_error(&error);
    assert_int_equal(sqlite3_exec(db, "DROP TRIGGER full", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    run(world, NOW);
    assert_int_equal(sink_count(world->sink), 0);
}

#define WORLD_TEST(test) cmocka_unit_test_setup_teardown(test, setup_world, teardown_world)

static Fixture *
shared_fixture(void)
{
    void *state = NULL;

    fixture_setup(&state);
    return state;
}

int
main(void)
{
    Fixture *fixture = shared_fixture();
    void *state = fixture;
    struct CMUnitTest tests[] = {
        WORLD_TEST(test_hold_and_release),
        WORLD_TEST(test_first_decision_wins),
        WORLD_TEST(test_delay_has_bounds),
        WORLD_TEST(test_relay_says_later_then_yes),
        WORLD_TEST(test_relay_says_no),
        WORLD_TEST(test_relay_is_down),
        WORLD_TEST(test_return),
        WORLD_TEST(test_nobody_decides),
        WORLD_TEST(test_own_mail_goes_to_the_chair),
        WORLD_TEST(test_sender_cannot_be_told),
        WORLD_TEST(test_the_gate_reads_nothing),
        WORLD_TEST(test_show_leaves_a_trace),
        WORLD_TEST(test_killed_clerks),
        WORLD_TEST(test_two_clerks_at_once),
        WORLD_TEST(test_flag_and_rewrite),
        WORLD_TEST(test_nothing_personal_in_clear),
        WORLD_TEST(test_notices_name_nobody),
        WORLD_TEST(test_full_store),
    };
    int failed;

    for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
        tests[i].initial_state = fixture;
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    fixture_teardown(&state);
    return failed;
}
