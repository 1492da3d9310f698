/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fills the quarantine of a configuration with letters that exeat_quarantine_hold() has held: sealed cards that open,
 * reasons, a trail that is whole. Several threads at once, so that the disk is waited for once for many (group commit).
 * One letter in twenty is decided on, and carried out so late that it never is while pages are measured. The trail ends
 * in letters that were opened, each with a sealed "who" and "why".
 *
 *     held CONFIG LETTERS
 */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "quarantine/quarantine.h"
#include "settings/settings.h"

#define THREADS 16
#define SENDERS 90
#define DECIDED_EVERY 20
#define OPENED 100
#define SPREAD_SECONDS 3600 /* they came in the last hour */

typedef struct Filling {
    ExeatQuarantine *gate, *office;
    GBytes *letter;
    gint next; /* atomic */
    gint letters;
    gint64 now;
} Filling;

static void
die(const char *what, const GError *error)
{
    fprintf(stderr, "%s: %s\n", what, error != NULL ? error->message : "?");
    exit(1);
}

static ExeatFinding *
reason(guint number)
{
    static const char *const rules[][2] = {{"personal-data", "upn"},
                                           {"bulk-bcc", "many"},
                                           {"names-in-subject", "name"},
                                           {"personal-recipient", "address"}};
    const char *const *rule = rules[number % G_N_ELEMENTS(rules)];
    ExeatFinding *finding = exeat_finding_new(rule[0], rule[1], EXEAT_CONFIDENCE_HIGH);

    finding->action = EXEAT_ACTION_HOLD;
    finding->count = 3;
    return finding;
}

static char *
hold(const Filling *filling, guint number)
{
    g_autoptr(ExeatEnvelope) envelope = exeat_envelope_new();
    g_autoptr(ExeatVerdict) verdict = exeat_verdict_new();
    g_autoptr(GError) error = NULL;
    ExeatHoldRequest request = {.letter = filling->letter,
                                .envelope = envelope,
                                .subject = "About next week",
                                .verdict = verdict,
                                .language = "en",
                                .now = filling->now - SPREAD_SECONDS + number % SPREAD_SECONDS};
    char *id = NULL;

    /* Not of the school, so that no mail waits for the clerk, whose work is not what is measured. */
    g_free(envelope->sender);
    envelope->sender = g_strdup_printf("person%u@governors.example", number % SENDERS);
    for (guint i = 0; i < 2; i++) {
        g_ptr_array_add(envelope->recipients, g_strdup_printf("carer.%u.%u@mail.example", number, i));
        g_array_append_val(verdict->held, i);
    }
    g_ptr_array_add(verdict->findings, reason(number));
    if (number % 8 == 0)
        g_ptr_array_add(verdict->findings, reason(number + 1));
    if (!exeat_quarantine_hold(filling->gate, &request, &id, &error))
        die("hold", error);
    return id;
}

static void
decide(const Filling *filling, const char *id)
{
    const ExeatActor actor = {.role = "headteacher", .address = "h.ashworth@oakfield.sch.uk"};
    const ExeatDecisionOptions options = {.delay = EXEAT_DECISION_DELAY_LIMIT};
    ExeatDecision decision = {.outcome = EXEAT_DECISION_UNKNOWN};
    g_autoptr(GError) error = NULL;

    if (!exeat_quarantine_release(filling->office, id, &actor, &options, filling->now, &decision, &error) ||
        decision.outcome != EXEAT_DECISION_DONE)
        die("release", error);
    exeat_decision_clear(&decision);
}

static void
open_some(const Filling *filling)
{
    const ExeatActor actor = {.role = "headteacher", .address = "h.ashworth@oakfield.sch.uk"};
    const ExeatShowOptions options = {.reason = "to decide on it"};
    const ExeatLetterFilter filter = {.order = EXEAT_LETTERS_NEWEST, .limit = OPENED};
    g_autoptr(GPtrArray) rows = NULL;
    g_autoptr(GError) error = NULL;

    if (!exeat_store_list(exeat_quarantine_store(filling->office), &filter, &rows, &error))
        die("list", error);
    for (guint i = 0; i < rows->len; i++) {
        const ExeatLetterRow *row = g_ptr_array_index(rows, i);
        g_autoptr(ExeatCard) card = NULL;

        if (!exeat_quarantine_show(filling->office, row->id, &actor, &options, filling->now, &card, NULL, &error))
            die("open", error);
    }
}

static gpointer
fill(gpointer data)
{
    Filling *filling = data;

    for (gint number = g_atomic_int_add(&filling->next, 1); number < filling->letters;
         number = g_atomic_int_add(&filling->next, 1)) {
        g_autofree char *id = hold(filling, (guint)number);

        if (number % DECIDED_EVERY == 1)
            decide(filling, id);
    }
    return NULL;
}

/* A page of text with a table, as letters that are held often are. (transfer full) */
static GBytes *
make_letter(void)
{
    GString *text = g_string_new(
        "From: person@oakfield.sch.uk\r\nTo: carer@mail.example\r\nSubject: About next week\r\n"
        "MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<table>");

    for (guint i = 0; i < 40; i++)
        g_string_append_printf(text, "<tr><td>Row %u</td><td>What was said of it</td><td>%u</td></tr>\r\n", i, i * 7);
    g_string_append(text, "</table>\r\n");
    return g_string_free_to_bytes(text);
}

int
main(int argc, char **argv)
{
    g_autoptr(ExeatConfigErrors) errors = exeat_config_errors_new();
    g_autoptr(ExeatSettings) settings = NULL;
    g_autoptr(ExeatQuarantine) gate = NULL, office = NULL;
    g_autoptr(GBytes) letter = make_letter();
    g_autoptr(GError) error = NULL;
    Filling filling = {.letter = letter, .now = g_get_real_time() / G_USEC_PER_SEC};
    GThread *threads[THREADS];

    setlocale(LC_ALL, "");
    if (argc != 3) {
        fprintf(stderr, "held CONFIG LETTERS\n");
        return 2;
    }
    settings = exeat_settings_load(argv[1], errors);
    if (settings == NULL || !exeat_quarantine_open(settings->config, EXEAT_ACCESS_GATE, &gate, &error) ||
        !exeat_quarantine_open(settings->config, EXEAT_ACCESS_READ, &office, &error))
        die(argv[1], error);
    filling.gate = gate;
    filling.office = office;
    filling.letters = (gint)g_ascii_strtoull(argv[2], NULL, 10);
    for (guint i = 0; i < THREADS; i++)
        threads[i] = g_thread_new("fill", fill, &filling);
    for (guint i = 0; i < THREADS; i++)
        g_thread_join(threads[i]);
    open_some(&filling);
    return 0;
}
