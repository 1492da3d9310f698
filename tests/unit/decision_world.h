/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the tests of decisions share: a letter held in a clerk_world.h for three recipients, with the findings that a
 * test wants, and the questions that they ask about it afterwards.
 */
#ifndef EXEAT_TESTS_DECISION_WORLD_H
#define EXEAT_TESTS_DECISION_WORLD_H

#include "tests/unit/clerk_world.h"

#include <string.h>

#include "quarantine/audit.h"

#define SENDER "b.tegwen@oakfield.sch.uk"
#define LETTER                                                                                                        \
    "From: Bronwen Tegwen <b.tegwen@oakfield.sch.uk>\r\nTo: parent.one@mail.example\r\nSubject: Zebedee Quorndon\r\n" \
    "Message-ID: <abc.123@oakfield.sch.uk>\r\n\r\nDear parent\r\n"
#define PUT_RIGHT "Z.Q."

static const ExeatActor head = {"headteacher", HEAD}, deputy = {"deputy", "d.eputy@oakfield.sch.uk"},
                        self = {"staff", SENDER}, colleague = {"staff", "c.olleague@oakfield.sch.uk"};

/* A finding of a letter to be held. */
typedef struct Found {
    const char *policy, *rule;
    ExeatAction action;
    bool settled;
    int only; /* the index of the only recipient that it concerns, or -1 */
} Found;

static const Found found_name = {"names-in-subject", "name", EXEAT_ACTION_HOLD, true, -1};
static const Found found_upn = {"personal-data", "upn", EXEAT_ACTION_HOLD, false, -1};
static const Found found_safeguarding = {"personal-data", "safeguarding", EXEAT_ACTION_HOLD, false, -1};

static inline void
add_found(ExeatVerdict *verdict, const Found *found)
{
    ExeatFinding *finding = exeat_finding_new(g_intern_string(found->policy), g_intern_string(found->rule),
                                              EXEAT_CONFIDENCE_HIGH);
    guint only = (guint)found->only;

    finding->action = found->action;
    if (found->only >= 0) {
        finding->recipients = g_array_new(false, false, sizeof(guint));
        g_array_append_val(finding->recipients, only);
    }
    g_ptr_array_add(verdict->findings, finding);
    if (!found->settled)
        return;
    exeat_edits_set(verdict->remedy, "Subject", 1, PUT_RIGHT);
    g_ptr_array_add(verdict->remedied, (gpointer)(guintptr)g_intern_string(found->policy));
}

/* Held for all three of its recipients; each time anew, since it has no Message-ID. (transfer full) */
static inline char *
hold_with(World *world, const char *sender, const Found *const *founds)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(ExeatEnvelope) envelope = exeat_envelope_new();
    g_autoptr(ExeatVerdict) verdict = exeat_verdict_new();
    g_autoptr(GBytes) letter = g_bytes_new_static(LETTER, sizeof LETTER - 1);
    ExeatHoldRequest request = {
        .letter = letter, .envelope = envelope, .subject = "Zebedee Quorndon", .verdict = verdict, .now = NOW};
    char *id = NULL;

    g_free(envelope->sender);
    envelope->sender = g_strdup(sender);
    g_ptr_array_add(envelope->recipients, g_strdup("parent.one@mail.example"));
    g_ptr_array_add(envelope->recipients, g_strdup("parent.two@mail.example"));
    g_ptr_array_add(envelope->recipients, g_strdup("parent.three@mail.example"));
    for (guint i = 0; i < 3; i++)
        g_array_append_val(verdict->held, i);
    verdict->action = EXEAT_ACTION_HOLD;
    while (*founds != NULL)
        add_found(verdict, *founds++);
    assert_ok(exeat_quarantine_hold(world->gate, &request, &id, &error));
    return id;
}

#define HOLD(world, ...) hold_with(world, SENDER, (const Found *const[]){__VA_ARGS__, NULL})

static inline ExeatClerkReport
run(World *world, gint64 now)
{
    g_autoptr(GError) error = NULL;
    ExeatClerkReport report;

    assert_ok(exeat_clerk_run_once(world->clerk, now, NULL, &report, &error));
    return report;
}

/* How many mails of this kind of ours came for @recipient; letters for a @kind of NULL. */
static inline guint
count_kind(World *world, const char *recipient, const char *kind)
{
    g_autofree char *field = kind != NULL ? g_strdup_printf("X-Exeat-Notice: %s\r\n", kind) : NULL;
    guint count = 0;

    for (guint i = 0; i < sink_count(world->sink); i++) {
        const SinkLetter *letter = sink_letter(world->sink, i);
        g_autofree char *text = g_strndup((const char *)letter->data->data, letter->data->len);
        bool notice = strstr(text, "X-Exeat-Notice: ") != NULL;

        if (strstr(letter->recipient, recipient) != NULL && (field != NULL ? strstr(text, field) != NULL : !notice))
            count++;
    }
    return count;
}

static inline guint
state_count(World *world, const char *id, ExeatHeldState state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(ExeatLetterRow) row = NULL;

    assert_ok(exeat_store_letter(exeat_quarantine_store(world->quarantine), id, &row, &error));
    assert_non_null(row);
    return row->states[state];
}

/* How many rows of the letter's trail are of this event; the trail as a whole must hold. */
static inline guint
event_count(World *world, const char *id, const char *event)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(ExeatAuditReport) report = NULL;
    g_autoptr(GPtrArray) rows = NULL;
    guint count = 0;

    assert_ok(exeat_audit_verify(exeat_quarantine_store(world->quarantine), &report, &error));
    assert_true(report->whole);
    assert_ok(exeat_store_audit(exeat_quarantine_store(world->quarantine), id, 0, &rows, &error));
    for (guint i = 0; i < rows->len; i++)
        count += strcmp(((const ExeatAuditRow *)g_ptr_array_index(rows, i))->event, event) == 0 ? 1 : 0;
    return count;
}

/* Checks what came of @call, which is given &decision and &fault. */
#define assert_outcome(call, want)                                                    \
    do {                                                                              \
        g_autoptr(GError) fault = NULL;                                               \
        ExeatDecision decision;                                                       \
        if (!(call))                                                                  \
            fail_msg("%s: %s", #call, fault != NULL ? fault->message : "no error");   \
        if (decision.outcome != (want))                                               \
            fail_msg("%s: %s", #call, exeat_decision_outcome_name(decision.outcome)); \
        exeat_decision_clear(&decision);                                              \
    } while (0)

#define WORLD_TEST(test) cmocka_unit_test_setup_teardown(test, setup_world, teardown_world)

#define RUN_WORLD_TESTS(tests, failed)                          \
    do {                                                        \
        void *state = NULL;                                     \
        fixture_setup(&state);                                  \
        for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)         \
            (tests)[i].initial_state = state;                   \
        (failed) = cmocka_run_group_tests((tests), NULL, NULL); \
        fixture_teardown(&state);                               \
    } while (0)

#endif
