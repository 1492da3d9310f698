/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mails of ours beside those about one letter: digests and their alarms, codes, accounts. */
#include "tests/unit/clerk_world.h"

#include <sqlite3.h>
#include <string.h>

#include "message/message.h"
#include "quarantine/digest.h"

#define SENDER "b.tegwen@oakfield.sch.uk"
#define DEPUTY "d.eputy@oakfield.sch.uk"
#define MINUTE ((gint64)60)
#define NOON_DIGEST (NOW + 4 * HOUR)                /* Monday, 13:00 */
#define NEXT_DIGEST (NOW + 23 * HOUR + 15 * MINUTE) /* Tuesday, 08:15 */

static const char *const times[] = {"08:15", "13:00", NULL};

/* The world's gate, office and clerk, with the head on digests. */
static void
notify(World *world, ExeatNotify how)
{
    world->notify = how;
    world->digest = times;
    exeat_clerk_free(world->clerk);
    exeat_quarantine_unref(world->gate);
    exeat_quarantine_unref(world->quarantine);
    world->gate = new_quarantine(world, false);
    world->quarantine = new_quarantine(world, true);
    world->clerk = new_clerk(world);
}

static char *
hold(World *world, const char *sender, gint64 now)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(ExeatEnvelope) envelope = exeat_envelope_new();
    g_autoptr(ExeatVerdict) verdict = exeat_verdict_new();
    g_autoptr(GBytes) letter = g_bytes_new_static("Subject: x\r\n\r\nx\r\n", 17);
    ExeatFinding *finding = exeat_finding_new("personal-data", "upn", EXEAT_CONFIDENCE_HIGH);
    ExeatHoldRequest request = {.letter = letter,
                                .envelope = envelope,
                                .subject = "Zebedee Quorndon",
                                .verdict = verdict,
                                .language = "en",
                                .now = now};
    guint zero = 0;
    char *id = NULL;

    g_free(envelope->sender);
    envelope->sender = g_strdup(sender);
    g_ptr_array_add(envelope->recipients, g_strdup("parent.one@mail.example"));
    g_array_append_val(verdict->held, zero);
    finding->action = EXEAT_ACTION_HOLD;
    finding->count = finding->data_subjects = 31;
    g_ptr_array_add(verdict->findings, finding);
    g_ptr_array_add(verdict->release_by, g_strdup("headteacher"));
    assert_ok(exeat_quarantine_hold(world->gate, &request, &id, &error));
    return id;
}

static ExeatClerkReport
run(World *world, gint64 now)
{
    g_autoptr(GError) error = NULL;
    ExeatClerkReport report;

    assert_ok(exeat_clerk_run_once(world->clerk, now, NULL, &report, &error));
    return report;
}

/* Mails of a kind to somebody, since the sink was cleared. The last of them in *out_last, which may be NULL. */
static guint
count(World *world, const char *to, const char *kind, const SinkLetter **out_last)
{
    g_autofree char *field = g_strdup_printf("\r\nX-Exeat-Notice: %s\r\n", kind);
    guint found = 0;

    for (guint i = 0; i < sink_count(world->sink); i++) {
        const SinkLetter *letter = sink_letter(world->sink, i);

        if (strstr(letter->recipient, to) == NULL ||
            memmem(letter->data->data, letter->data->len, field, strlen(field)) == NULL)
            continue;
        found++;
        if (out_last != NULL)
            *out_last = letter;
    }
    return found;
}

/* Its subject and all its texts in a row, decoded; nothing of a letter or of anybody may be there. (transfer full) */
static char *
read_mail(const SinkLetter *letter)
{
    static const char *const secrets[] = {"Zebedee", "Quorndon", "tegwen",      "Tegwen",
                                          "pennant", "parent.",  "mail.example"};
    g_autoptr(GBytes) bytes = g_bytes_new(letter->data->data, letter->data->len);
    g_autoptr(ExeatMessage) message = exeat_message_new(bytes, NULL, NULL);
    const GPtrArray *texts = exeat_message_texts(message);
    GString *all = g_string_new("");

    assert_true(exeat_message_is_automatic(message));
    assert_true(g_str_has_prefix(letter->sender, "<>"));
    for (guint i = 0; i < texts->len; i++) {
        const ExeatText *text = g_ptr_array_index(texts, i);

        g_string_append_len(all, text->text, (gssize)text->length);
        g_string_append_c(all, '\n');
    }
    for (gsize i = 0; i < G_N_ELEMENTS(secrets); i++) {
        if (strstr(all->str, secrets[i]) != NULL)
            fail_msg("a mail holds \"%s\": %s", secrets[i], all->str);
    }
    return g_string_free(all, false);
}

static void
assert_says(const char *text, const char *what)
{
    if (strstr(text, what) == NULL)
        fail_msg("\"%s\" is not in: %s", what, text);
}

static void
release(World *world, const char *id, gint64 now)
{
    static const ExeatActor head = {"headteacher", HEAD};
    g_autoptr(GError) error = NULL;
    ExeatDecision decision;

    assert_ok(exeat_quarantine_release(world->quarantine, id, &head, NULL, now, &decision, &error));
    assert_int_equal(decision.outcome, EXEAT_DECISION_DONE);
    exeat_decision_clear(&decision);
}

static void
test_digest(void **state)
{
    World *world = *state;
    g_autofree char *first = NULL, *second = NULL, *own = NULL, *text = NULL;
    const SinkLetter *mail = NULL;

    notify(world, EXEAT_NOTIFY_DIGEST);
    assert_int_equal(run(world, NOW).digests, 0);
    first = hold(world, SENDER, NOW + MINUTE);
    own = hold(world, HEAD, NOW + MINUTE); /* goes to the chair, who hears of it at once */
    run(world, NOON_DIGEST - 1);
    assert_int_equal(count(world, HEAD, "decision", NULL), 0);
    assert_int_equal(count(world, HEAD, "digest", NULL), 0);
    assert_int_equal(count(world, "chair@", "decision", NULL), 1);
    assert_int_equal(count(world, SENDER, "held", NULL), 1);

    assert_int_equal(run(world, NOON_DIGEST).digests, 1);
    assert_int_equal(run(world, NOON_DIGEST + 10).digests, 0);
    assert_int_equal(count(world, HEAD, "digest", &mail), 1);
    assert_int_equal(count(world, DEPUTY, "digest", NULL), 1);
    assert_int_equal(count(world, "chair@", "digest", NULL), 0);
    text = read_mail(mail);
    assert_says(text, "Messages waiting for your decision: 1");
    assert_says(text, "headteacher: 1. New since the last time: 1.");
    assert_says(text, "Tuesday 15 September 2026, 09:01");
    assert_says(text, "Personal data going outside the school: 1");
    assert_says(text, "https://exeat.oakfield.sch.uk/waiting");
    assert_null(strstr(text, first));
    assert_null(strstr(text, "31"));

    sink_clear(world->sink);
    second = hold(world, SENDER, NOON_DIGEST + 60);
    assert_int_equal(run(world, NEXT_DIGEST).digests, 1);
    assert_int_equal(count(world, HEAD, "digest", &mail), 1);
    g_free(text);
    text = read_mail(mail);
    assert_says(text, "headteacher: 2. New since the last time: 1.");
    release(world, first, NEXT_DIGEST + 60);
    release(world, second, NEXT_DIGEST + 60);
    sink_clear(world->sink);
    assert_int_equal(run(world, NEXT_DIGEST + 5 * HOUR).digests, 0);
    assert_int_equal(count(world, HEAD, "digest", NULL), 0);
}

static void
test_notify_both(void **state)
{
    World *world = *state;
    g_autofree char *id = NULL;

    notify(world, EXEAT_NOTIFY_BOTH);
    id = hold(world, SENDER, NOW);
    run(world, NOON_DIGEST);
    assert_int_equal(count(world, HEAD, "decision", NULL), 1);
    assert_int_equal(count(world, HEAD, "digest", NULL), 1);
    notify(world, EXEAT_NOTIFY_AT_ONCE);
    run(world, NEXT_DIGEST);
    assert_int_equal(count(world, HEAD, "digest", NULL), 1);
}

static void
test_reminders_come_all_the_same(void **state)
{
    World *world = *state;
    g_autofree char *id = NULL;

    notify(world, EXEAT_NOTIFY_DIGEST);
    id = hold(world, SENDER, NOW);
    assert_int_equal(run(world, NOW + 6 * HOUR).reminded, 1);
    assert_int_equal(count(world, HEAD, "reminder", NULL), 1);
}

static gpointer
run_clerk_thread(gpointer data)
{
    World *world = data;
    g_autoptr(ExeatClerk) clerk = new_clerk(world);

    exeat_clerk_run_once(clerk, NOON_DIGEST, NULL, NULL, NULL);
    return NULL;
}

static void
test_two_clerks_make_one(void **state)
{
    World *world = *state;
    World other = *world;
    g_autoptr(GError) error = NULL;
    g_autofree char *url = sink_url(world->sink), *id = NULL;
    ExeatDeliverySettings settings = {.relay = url, .timeout = 5};
    GThread *threads[2];

    notify(world, EXEAT_NOTIFY_DIGEST);
    other = *world;
    other.quarantine = new_quarantine(world, true);
    assert_ok(exeat_deliverer_new(&settings, &other.deliverer, &error));
    id = hold(world, SENDER, NOW);
    threads[0] = g_thread_new("one", run_clerk_thread, world);
    threads[1] = g_thread_new("two", run_clerk_thread, &other);
    g_thread_join(threads[0]);
    g_thread_join(threads[1]);
    run(world, NOON_DIGEST + 1);
    assert_int_equal(count(world, HEAD, "digest", NULL), 1);
    assert_int_equal(count(world, DEPUTY, "digest", NULL), 1);
    exeat_quarantine_unref(other.quarantine);
    exeat_deliverer_free(other.deliverer);
}

static guint
overdue(World *world, gint64 now)
{
    g_autoptr(GError) error = NULL;
    guint roles = 99;

    /* The gate has no key: neither need a page of health. */
    assert_ok(exeat_digest_overdue(world->gate, now, &roles, &error));
    return roles;
}

static guint
alarms_in_trail(World *world)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) rows = NULL;
    guint found = 0;

    assert_ok(exeat_store_audit(exeat_quarantine_store(world->quarantine), NULL, 0, &rows, &error));
    for (guint i = 0; i < rows->len; i++)
        found += strcmp(((ExeatAuditRow *)g_ptr_array_index(rows, i))->event, "digest-overdue") == 0 ? 1 : 0;
    return found;
}

static void
test_refused_digest(void **state)
{
    World *world = *state;
    g_autofree char *id = NULL, *text = NULL;
    const SinkLetter *mail = NULL;

    notify(world, EXEAT_NOTIFY_DIGEST);
    run(world, NOW);
    id = hold(world, SENDER, NOW + 1);
    run(world, NOW + 1);
    sink_set(world->sink, (SinkScript){.rcpt = "550 5.1.1 Gone"});
    assert_int_equal(run(world, NOON_DIGEST).digests_overdue, 1);
    sink_set(world->sink, (SinkScript){0});
    assert_int_equal(overdue(world, NOON_DIGEST), 1);
    assert_int_equal(run(world, NOON_DIGEST + 10).digests_overdue, 0);
    assert_int_equal(run(world, NOON_DIGEST + 7200).digests_overdue, 0);
    assert_int_equal(alarms_in_trail(world), 1);
    assert_int_equal(count(world, "postmaster@", "overdue", &mail), 1); /* one for two mails */
    text = read_mail(mail);
    assert_says(text, "Monday 14 September 2026, 13:00");
    assert_says(text, "headteacher");
    assert_int_equal(run(world, NEXT_DIGEST).digests, 1);
    assert_int_equal(overdue(world, NEXT_DIGEST), 0);
}

static void
test_digest_that_waits(void **state)
{
    World *world = *state;
    g_autofree char *id = NULL;

    notify(world, EXEAT_NOTIFY_DIGEST);
    run(world, NOW);
    id = hold(world, SENDER, NOW + 1);
    run(world, NOW + 1);
    sink_set(world->sink, (SinkScript){.rcpt = "451 4.3.0 Later"});
    assert_int_equal(run(world, NOON_DIGEST).digests_overdue, 0);
    assert_int_equal(overdue(world, NOON_DIGEST + EXEAT_DIGEST_LATE - 1), 0);
    assert_int_equal(run(world, NOON_DIGEST + EXEAT_DIGEST_LATE - 1).digests_overdue, 0);
    assert_int_equal(overdue(world, NOON_DIGEST + EXEAT_DIGEST_LATE), 1);
    assert_int_equal(run(world, NOON_DIGEST + EXEAT_DIGEST_LATE).digests_overdue, 1);
    assert_int_equal(run(world, NOON_DIGEST + EXEAT_DIGEST_LATE + 60).digests_overdue, 0);
    sink_set(world->sink, (SinkScript){0});
    run(world, NOON_DIGEST + 3 * HOUR);
    assert_int_equal(count(world, HEAD, "digest", NULL), 1);
    assert_int_equal(count(world, "postmaster@", "overdue", NULL), 1);
    assert_int_equal(overdue(world, NOON_DIGEST + 3 * HOUR), 0);
}

static void
test_nobody_was_at_work(void **state)
{
    World *world = *state;
    g_autofree char *id = NULL;
    ExeatClerkReport report;

    notify(world, EXEAT_NOTIFY_DIGEST);
    run(world, NOW);
    id = hold(world, SENDER, NOW + 1);
    run(world, NOW + 1);
    assert_int_equal(overdue(world, NOON_DIGEST + EXEAT_DIGEST_LATE), 0);
    assert_int_equal(overdue(world, NOON_DIGEST + EXEAT_DIGEST_LATE + 1), 1);
    report = run(world, NOON_DIGEST + EXEAT_DIGEST_LATE + 1);
    assert_int_equal(report.digests, 1);
    assert_int_equal(report.digests_overdue, 1);
    assert_int_equal(alarms_in_trail(world), 1);
    run(world, NOON_DIGEST + EXEAT_DIGEST_LATE + 2);
    assert_int_equal(count(world, HEAD, "digest", NULL), 1);
    assert_int_equal(count(world, "postmaster@", "overdue", NULL), 1);
    assert_int_equal(overdue(world, NOON_DIGEST + EXEAT_DIGEST_LATE + 2), 0);
}

static void
test_digest_of_a_wrong_clock(void **state)
{
    World *world = *state;
    g_autofree char *id = NULL;

    notify(world, EXEAT_NOTIFY_DIGEST);
    id = hold(world, SENDER, NOW);
    run(world, NOW + (gint64)3650 * 24 * HOUR); /* expires it, too */
    g_free(id);
    id = hold(world, SENDER, NOW + 60);
    sink_clear(world->sink);
    assert_int_equal(run(world, NOON_DIGEST).digests, 1);
    assert_int_equal(run(world, NOON_DIGEST + 1).digests, 0);
    assert_int_equal(count(world, HEAD, "digest", NULL), 1);
}

static void
execute(World *world, const char *text)
{
    sqlite3 *db = NULL;

    assert_int_equal(sqlite3_open(world->store_path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

/* A commit that fails, or dies, leaves nothing of a digest behind: it comes whole, and once, when it can. */
static void
test_digest_is_whole_or_not_there(void **state)
{
    World *world = *state;
    g_autofree char *id = NULL;
    g_autoptr(GError) error = NULL;
    ExeatClerkReport report;

    notify(world, EXEAT_NOTIFY_DIGEST);
    id = hold(world, SENDER, NOW);
    execute(world, "CREATE TRIGGER full BEFORE INSERT ON audit WHEN new.event = 'digest'"
                   " BEGIN SELECT RAISE(ABORT, 'x'); END");
    assert_false(exeat_clerk_run_once(world->clerk, NOON_DIGEST, NULL, &report, &error));
    assert_int_equal(report.digests, 0);
    assert_int_equal(report.mails_sent, 1); /* to the sender: others do not wait for it */
    execute(world, "DROP TRIGGER full");
    assert_int_equal(run(world, NOON_DIGEST + 10).digests, 1);
    assert_int_equal(count(world, HEAD, "digest", NULL), 1);
    assert_int_equal(count(world, DEPUTY, "digest", NULL), 1);
}

/* Mails about no letter go when their time is over, as others do. */
static void
test_digests_are_purged(void **state)
{
    World *world = *state;
    g_autofree char *id = NULL;
    g_autoptr(GError) error = NULL;
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;
    guint purged = 0;

    notify(world, EXEAT_NOTIFY_DIGEST);
    id = hold(world, SENDER, NOW);
    run(world, NOON_DIGEST);
    assert_ok(exeat_store_purge(exeat_quarantine_store(world->quarantine), NOON_DIGEST + 2, NOON_DIGEST + 3, &purged,
                                &error));
    assert_int_equal(sqlite3_open(world->store_path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, "SELECT count(*) FROM outbox WHERE kind = 'digest'", -1, &statement, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    assert_int_equal(sqlite3_column_int(statement, 0), 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
}

/* --- codes and accounts ------------------------------------------------------------------------------------------- */

static void
test_code(void **state)
{
    static const struct {
        const char *language, *subject;
    } rows[] = {
        {"en", "Your code for signing in"}, {"cy", "Eich cod i fewngofnodi"}, {NULL, "Your code for signing in"}};
    World *world = *state;

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *text = NULL, *head = NULL;
        const SinkLetter *mail = NULL;

        sink_clear(world->sink);
        assert_ok(
            exeat_quarantine_mail_code(world->quarantine, SENDER, rows[i].language, "4821-9375", 10, NOW, &error));
        run(world, NOW);
        assert_int_equal(count(world, SENDER, "code", &mail), 1);
        text = read_mail(mail);
        assert_says(text, rows[i].subject);
        assert_says(text, "4821-9375");
        assert_says(text, " 10 m");
        assert_null(strstr(text, "http"));
        /* Not where a locked screen shows it: the first text is the subject. */
        head = g_strndup(text, strcspn(text, "\n"));
        assert_null(strstr(head, "4821"));
    }
}

static void
test_account(void **state)
{
    World *world = *state;
    g_autoptr(GError) error = NULL;
    const SinkLetter *mail = NULL;
    g_autofree char *device = NULL, *password = NULL;

    assert_ok(exeat_quarantine_mail_account(world->quarantine, HEAD, "en", EXEAT_ACCOUNT_DEVICE, NOW, &error));
    assert_ok(exeat_quarantine_mail_account(world->quarantine, "chair@governors.example", "both",
                                            EXEAT_ACCOUNT_PASSWORD, NOW, &error));
    run(world, NOW);
    assert_int_equal(count(world, HEAD, "account", &mail), 1);
    device = read_mail(mail);
    assert_says(device, "Monday 14 September 2026, 09:00");
    assert_int_equal(count(world, "chair@", "account", &mail), 1);
    password = read_mail(mail);
    assert_says(password, "Your password was changed / Newidiwyd eich cyfrinair");
}

static void
test_strangers_are_sent_nothing(void **state)
{
    static const char *const strangers[] = {"x@mail.example", "x@oakfield.sch.uk.example", "oakfield.sch.uk", "", "x@"};
    World *world = *state;
    g_autoptr(GError) error = NULL;

    for (gsize i = 0; i < G_N_ELEMENTS(strangers); i++) {
        assert_fails(exeat_quarantine_mail_code(world->quarantine, strangers[i], "en", "1", 1, NOW, &error),
                     EXEAT_ERROR_CONFIG);
        assert_fails(
            exeat_quarantine_mail_account(world->quarantine, strangers[i], "en", EXEAT_ACCOUNT_DEVICE, NOW, &error),
            EXEAT_ERROR_CONFIG);
    }
    run(world, NOW);
    assert_int_equal(sink_count(world->sink), 0);
}

#define WORLD_TEST(test) cmocka_unit_test_setup_teardown(test, setup_world, teardown_world)

int
main(void)
{
    void *state = NULL;
    struct CMUnitTest tests[] = {
        WORLD_TEST(test_digest),
        WORLD_TEST(test_notify_both),
        WORLD_TEST(test_reminders_come_all_the_same),
        WORLD_TEST(test_two_clerks_make_one),
        WORLD_TEST(test_refused_digest),
        WORLD_TEST(test_digest_that_waits),
        WORLD_TEST(test_nobody_was_at_work),
        WORLD_TEST(test_digest_of_a_wrong_clock),
        WORLD_TEST(test_digest_is_whole_or_not_there),
        WORLD_TEST(test_digests_are_purged),
        WORLD_TEST(test_code),
        WORLD_TEST(test_account),
        WORLD_TEST(test_strangers_are_sent_nothing),
    };
    int failed;

    fixture_setup(&state);
    for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
        tests[i].initial_state = state;
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    fixture_teardown(&state);
    return failed;
}
