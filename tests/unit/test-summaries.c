/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Summaries of letters: what is in one, which stay, what a search finds, what is looked at later, many threads. */
#include "tests/unit/clerk_world.h"

#include <sqlite3.h>
#include <string.h>

#include "quarantine/summaries.h"

#define SUBJECT "Zebedee Quorndon"

static char *
hold(World *world, const char *sender, const char *recipients, gint64 now)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(ExeatEnvelope) envelope = exeat_envelope_new();
    g_autoptr(ExeatVerdict) verdict = exeat_verdict_new();
    g_autofree char *bytes = g_strdup_printf("From: x\r\n\r\n%s %s\r\n", sender, recipients);
    g_autoptr(GBytes) letter = g_bytes_new(bytes, strlen(bytes));
    g_auto(GStrv) list = g_strsplit(recipients, " ", -1);
    ExeatHoldRequest request = {
        .letter = letter, .envelope = envelope, .subject = SUBJECT, .verdict = verdict, .language = "en", .now = now};
    ExeatFinding *finding = exeat_finding_new("personal-data", "upn", EXEAT_CONFIDENCE_HIGH);
    char *id = NULL;
    guint last;

    g_free(envelope->sender);
    envelope->sender = g_strdup(sender);
    for (gsize i = 0; list[i] != NULL; i++)
        g_ptr_array_add(envelope->recipients, g_strdup(list[i]));
    last = envelope->recipients->len - 1;
    g_array_append_val(verdict->held, last);
    finding->action = EXEAT_ACTION_HOLD;
    g_ptr_array_add(verdict->findings, finding);
    assert_ok(exeat_quarantine_hold(world->gate, &request, &id, &error));
    return id;
}

static void
test_summary(void **state)
{
    World *world = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *id = hold(world, "B.Tegwen@oakfield.sch.uk",
                               "office@oakfield.sch.uk a@mail.example b@other.example", NOW);
    g_autoptr(ExeatSummaries) summaries = exeat_summaries_new(world->quarantine, 0, 0);
    g_autoptr(ExeatSummaries) blind = exeat_summaries_new(world->gate, 0, 0);
    ExeatSummary *first = NULL, *second = NULL, *none = NULL;

    assert_ok(exeat_summaries_get(summaries, id, &first, &error));
    assert_string_equal(first->id, id);
    assert_string_equal(first->sender, "B.Tegwen@oakfield.sch.uk");
    assert_null(first->account);
    assert_int_equal(first->count, 3);
    assert_int_equal(first->outside, 2);
    assert_string_equal(first->recipients[1], "a@mail.example");
    assert_null(first->recipients[3]);
    assert_false(exeat_summary_is_outside(first, 0));
    assert_true(exeat_summary_is_outside(first, 1));
    assert_false(exeat_summary_is_outside(first, 3));
    assert_false(exeat_summary_is_held(first, 1));
    assert_true(exeat_summary_is_held(first, 2));
    assert_false(first->unreadable);
    assert_ok(exeat_summaries_get(summaries, id, &second, &error));
    assert_ptr_equal(first, second);
    exeat_summaries_forget(summaries, id);
    assert_string_equal(first->recipients[2], "b@other.example"); /* a user keeps what it has */
    exeat_summary_unref(first);
    exeat_summary_unref(second);
    assert_fails(exeat_summaries_get(summaries, "H-0000-0000-0000", &none, &error), EXEAT_ERROR_MALFORMED);
    assert_fails(exeat_summaries_get(blind, id, &none, &error), EXEAT_ERROR_CONFIG);
    assert_null(none);
}

static void
execute(World *world, const char *text)
{
    sqlite3 *db = NULL;

    assert_int_equal(sqlite3_open(world->store_path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static ExeatSearch
search(ExeatSummaries *summaries, const char *text, const ExeatLetterFilter *filter, guint offset, guint limit,
       gint64 milliseconds)
{
    static const ExeatLetterFilter all = {.order = EXEAT_LETTERS_NEWEST};
    g_autoptr(GError) error = NULL;
    ExeatSearch result = {0};

    assert_ok(exeat_summaries_search(summaries, text, filter != NULL ? filter : &all, offset, limit, milliseconds,
                                     &result, &error));
    return result;
}

static void
test_unreadable(void **state)
{
    World *world = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *id = hold(world, "b.tegwen@oakfield.sch.uk", "a@mail.example", NOW);
    g_autoptr(ExeatSummaries) summaries = exeat_summaries_new(world->quarantine, 0, 0);
    ExeatSummary *summary = NULL;
    ExeatSearch result;

    execute(world, "UPDATE letter SET card = 'damaged'");
    assert_ok(exeat_summaries_get(summaries, id, &summary, &error));
    assert_true(summary->unreadable);
    assert_int_equal(summary->count, 0);
    assert_string_equal(summary->sender, "");
    exeat_summary_unref(summary);
    result = search(summaries, "mail", NULL, 0, 25, 1000);
    assert_int_equal(result.found, 0);
    assert_int_equal(result.unseen, 0);
    exeat_search_clear(&result);
    result = search(summaries, id, NULL, 0, 25, 1000);
    assert_int_equal(result.found, 1);
    exeat_search_clear(&result);
}

static ExeatCard *
new_card(const char *sender, const char *recipient)
{
    ExeatCard *card = exeat_card_new();

    card->sender = g_strdup(sender);
    g_ptr_array_add(card->recipients, g_strdup(recipient));
    return card;
}

static guint
put_many(ExeatSummaries *summaries, const ExeatCard *card, guint from, guint count, gsize *out_bytes)
{
    guint kept = 0;

    for (guint i = from; i < from + count; i++) {
        g_autofree char *id = g_strdup_printf("H-%06u", i);

        exeat_summaries_put(summaries, id, card);
    }
    exeat_summaries_size(summaries, &kept, out_bytes);
    return kept;
}

static void
test_limits(void **state)
{
    World *world = *state;
    g_autoptr(ExeatCard) card = new_card("b.tegwen@oakfield.sch.uk", "a.parent.of.two@mail.example");
    g_autoptr(ExeatSummaries) many = exeat_summaries_new(world->quarantine, 0, 0);
    gsize one = 0, bytes = 0;

    assert_int_equal(put_many(many, card, 0, 1, &one), 1);
    assert_int_equal(put_many(many, card, 1, EXEAT_SUMMARIES_LIMIT - 2, &bytes), EXEAT_SUMMARIES_LIMIT - 1);
    assert_int_equal(put_many(many, card, EXEAT_SUMMARIES_LIMIT - 1, 1, &bytes), EXEAT_SUMMARIES_LIMIT);
    assert_int_equal(put_many(many, card, EXEAT_SUMMARIES_LIMIT, 1, &bytes), EXEAT_SUMMARIES_LIMIT);
    assert_int_equal(bytes, one * EXEAT_SUMMARIES_LIMIT);
    assert_true(bytes < EXEAT_SUMMARIES_BYTES_LIMIT);
    exeat_summaries_forget(many, NULL);
    exeat_summaries_size(many, &(guint){0}, &bytes);
    assert_int_equal(bytes, 0);
    for (gint edge = -1; edge <= 1; edge++) {
        g_autoptr(ExeatSummaries) small = exeat_summaries_new(world->quarantine, 100, 3 * one + (gsize)(gssize)edge);

        assert_int_equal(put_many(small, card, 0, 3, &bytes), edge < 0 ? 2 : 3);
        assert_true(bytes <= 3 * one);
    }
}

/* What was not used for longest goes first. */
static void
test_what_goes(void **state)
{
    World *world = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *a = hold(world, "a@oakfield.sch.uk", "x@mail.example", NOW),
                    *b = hold(world, "b@oakfield.sch.uk", "x@mail.example", NOW),
                    *c = hold(world, "c@oakfield.sch.uk", "x@mail.example", NOW);
    g_autoptr(ExeatSummaries) summaries = exeat_summaries_new(world->quarantine, 2, 0);
    const char *const uses[] = {a, b, a, c};
    ExeatSearch result;

    for (gsize i = 0; i < G_N_ELEMENTS(uses); i++) {
        ExeatSummary *summary = NULL;

        assert_ok(exeat_summaries_get(summaries, uses[i], &summary, &error));
        exeat_summary_unref(summary);
    }
    result = search(summaries, "mail.example", NULL, 0, 25, 0);
    assert_int_equal(result.found, 2);
    assert_int_equal(result.unseen, 1);
    for (guint i = 0; i < result.ids->len; i++)
        assert_string_not_equal(g_ptr_array_index(result.ids, i), b);
    exeat_search_clear(&result);
}

static void
test_search(void **state)
{
    static const struct {
        const char *text;
        guint found;
    } rows[] = {
        {"", 3},
        {"  ", 3},
        {"TEGWEN", 1},
        {"tegwen mail", 1},
        {"mail tegwen", 1},
        {"tegwen other", 0},
        {"oakfield", 3},
        {"parent", 2},
        {"parent.one parent.two", 1},
        {"\xc3\x89lise", 1}, /* É, and the letter has é */
        {"elise", 0},
        {SUBJECT, 0},
        {"upn", 0},
        {"uk parent", 2},
        {"ukparent", 0}, /* nothing lies across two addresses */
        {"\xff", 0},
        {"H-", 0},
        {"H-0000-0000-0000", 0},
    };
    World *world = *state;
    g_autofree char *a = hold(world, "b.tegwen@oakfield.sch.uk", "parent.one@Mail.example parent.two@mail.example",
                              NOW),
                    *b = hold(world, "c.arwel@oakfield.sch.uk", "parent.one@other.example", NOW + 1),
                    *c = hold(world, "\xc3\xa9lise@oakfield.sch.uk", "d@elsewhere.example", NOW + 2);
    g_autoptr(ExeatSummaries) summaries = exeat_summaries_new(world->quarantine, 0, 0);

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        ExeatSearch result = search(summaries, rows[i].text, NULL, 0, 25, 10000);

        if (result.found != rows[i].found || result.ids->len != rows[i].found || result.unseen != 0)
            fail_msg("%s: %u found", rows[i].text, (guint)result.found);
        exeat_search_clear(&result);
    }
    (void)a;
    (void)b;
    (void)c;
}

static void
test_search_by_id(void **state)
{
    World *world = *state;
    g_autofree char *a = hold(world, "b.tegwen@oakfield.sch.uk", "x@mail.example", NOW),
                    *b = hold(world, "c.arwel@oakfield.sch.uk", "y@mail.example", NOW + 1);
    g_autofree char *spaces = g_strdelimit(g_strdup(a), "-", ' '), *lower = g_ascii_strdown(a, -1),
                    *half = g_strndup(a, 6), *with = g_strdup_printf("tegwen %s", lower),
                    *without = g_strdup_printf("arwel %s", lower);
    g_autoptr(ExeatSummaries) summaries = exeat_summaries_new(world->quarantine, 0, 0);
    const char *const texts[] = {a, spaces, lower, with, half, without};

    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        ExeatSearch result = search(summaries, texts[i], NULL, 0, 25, 10000);

        assert_int_equal(result.found, i < 4 ? 1 : 0);
        if (i < 4)
            assert_string_equal(g_ptr_array_index(result.ids, 0), a);
        exeat_search_clear(&result);
    }
    assert_string_not_equal(a, b);
}

static void
test_search_pages(void **state)
{
    World *world = *state;
    g_autoptr(ExeatSummaries) summaries = exeat_summaries_new(world->quarantine, 0, 0);
    g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GString) words = g_string_new("");
    ExeatLetterFilter filter = {.order = EXEAT_LETTERS_OLDEST, .held_after = NOW};
    ExeatSearch result;

    for (guint i = 0; i < 6; i++)
        g_ptr_array_add(
            ids, hold(world, i == 3 ? "other@oakfield.sch.uk" : "b.tegwen@oakfield.sch.uk", "x@mail.example", NOW + i));
    /* Nothing was opened, and there is no time to: it says so. */
    result = search(summaries, "tegwen", &filter, 0, 2, 0);
    assert_int_equal(result.found, 0);
    assert_int_equal(result.unseen, 5);
    exeat_search_clear(&result);
    result = search(summaries, "tegwen", &filter, 1, 2, 10000);
    assert_int_equal(result.found, 4); /* all but the first, before the filter, and the fourth */
    assert_int_equal(result.ids->len, 2);
    assert_string_equal(g_ptr_array_index(result.ids, 0), g_ptr_array_index(ids, 2));
    assert_string_equal(g_ptr_array_index(result.ids, 1), g_ptr_array_index(ids, 4));
    exeat_search_clear(&result);
    /* Words beyond the limit are not looked at. */
    for (guint i = 0; i < EXEAT_SEARCH_WORDS_LIMIT - 1; i++)
        g_string_append(words, "tegwen ");
    for (guint i = 0; i < 2; i++) {
        g_autofree char *text = g_strdup_printf("%s%s nobody", words->str, i == 0 ? "" : "tegwen");

        result = search(summaries, text, &filter, 0, 25, 10000);
        assert_int_equal(result.found, i == 0 ? 0 : 4);
        exeat_search_clear(&result);
    }
}

static void
test_warm(void **state)
{
    World *world = *state;
    g_autoptr(GError) error = NULL;
    g_autoptr(ExeatSummaries) summaries = exeat_summaries_new(world->quarantine, 4, 0);
    g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
    static const ExeatActor actor = {.role = "headteacher", .address = HEAD};
    gint stop = 1;
    guint opened = 9, count = 0;
    gsize bytes = 0;
    ExeatSearch result;
    bool found = false;

    for (guint i = 0; i < 6; i++)
        g_ptr_array_add(ids, hold(world, "b.tegwen@oakfield.sch.uk", "x@mail.example", NOW + i));
    assert_ok(exeat_summaries_warm(summaries, &stop, 10, &opened, &error));
    assert_int_equal(opened, 0);
    stop = 0;
    assert_ok(exeat_summaries_warm(summaries, &stop, 3, &opened, &error));
    assert_int_equal(opened, 3);
    result = search(summaries, "tegwen", NULL, 0, 25, 0);
    assert_int_equal(result.found, 3);
    /* The most urgent. */
    assert_string_equal(g_ptr_array_index(result.ids, 0), g_ptr_array_index(ids, 2));
    assert_string_equal(g_ptr_array_index(result.ids, 2), g_ptr_array_index(ids, 0));
    exeat_search_clear(&result);
    /* Up to the limit, and nothing has to go for it. */
    assert_ok(exeat_summaries_warm(summaries, NULL, 10, &opened, &error));
    assert_int_equal(opened, 1);
    assert_ok(exeat_summaries_warm(summaries, NULL, 10, &opened, &error));
    assert_int_equal(opened, 0);
    /* What is gone from the store goes here. */
    execute(world, "PRAGMA foreign_keys = ON; DELETE FROM letter WHERE held_at < 1789372802");
    assert_ok(
        exeat_quarantine_keep(world->quarantine, g_ptr_array_index(ids, 3), true, &actor, NULL, NOW, &found, &error));
    assert_ok(exeat_summaries_warm(summaries, NULL, 0, &opened, &error));
    exeat_summaries_size(summaries, &count, &bytes);
    assert_int_equal(count, 2);
}

/* Decided letters are opened too, the newest first; after that nothing is looked at until the trail has grown. */
static void
test_warm_settles(void **state)
{
    World *world = *state;
    static const ExeatActor actor = {.role = "headteacher", .address = HEAD};
    g_autoptr(GError) error = NULL;
    g_autoptr(ExeatSummaries) summaries = exeat_summaries_new(world->quarantine, 0, 0);
    g_autofree char *a = hold(world, "b.tegwen@oakfield.sch.uk", "x@mail.example", NOW),
                    *b = hold(world, "b.tegwen@oakfield.sch.uk", "x@mail.example", NOW + 1), *c = NULL;
    ExeatDecision decision;
    guint opened = 9;

    assert_ok(exeat_quarantine_release(world->quarantine, a, &actor, NULL, NOW, &decision, &error));
    exeat_decision_clear(&decision);
    assert_ok(exeat_summaries_warm(summaries, NULL, 2, &opened, &error));
    assert_int_equal(opened, 2);
    assert_ok(exeat_summaries_warm(summaries, NULL, 2, &opened, &error));
    assert_int_equal(opened, 0);
    /* What comes is opened; what is forgotten, again. */
    c = hold(world, "b.tegwen@oakfield.sch.uk", "x@mail.example", NOW + 2);
    assert_ok(exeat_summaries_warm(summaries, NULL, 2, &opened, &error));
    assert_int_equal(opened, 1);
    exeat_summaries_forget(summaries, b);
    assert_ok(exeat_summaries_warm(summaries, NULL, 2, &opened, &error));
    assert_int_equal(opened, 1);
}

typedef struct Crowd {
    ExeatSummaries *summaries;
    const GPtrArray *ids;
} Crowd;

static gpointer
use_summaries(gpointer data)
{
    const Crowd *crowd = data;
    guint wrong = 0;

    for (guint i = 0; i < 200; i++) {
        const char *id = g_ptr_array_index(crowd->ids, i % crowd->ids->len);
        g_autoptr(GError) error = NULL;
        ExeatSummary *summary = NULL;
        ExeatSearch result = {0};

        if (!exeat_summaries_get(crowd->summaries, id, &summary, &error) || strcmp(summary->id, id) != 0 ||
            summary->count != 1)
            wrong++;
        exeat_summary_unref(summary);
        if (i % 50 == 7)
            exeat_summaries_forget(crowd->summaries, id);
        if (i % 20 == 3) {
            if (!exeat_summaries_search(crowd->summaries, "tegwen", &(ExeatLetterFilter){0}, 0, 25, 60000, &result,
                                        &error) ||
                result.found != crowd->ids->len)
                wrong++;
            exeat_search_clear(&result);
        }
    }
    return GUINT_TO_POINTER(wrong);
}

static void
test_threads(void **state)
{
    World *world = *state;
    g_autoptr(ExeatSummaries) summaries = exeat_summaries_new(world->quarantine, 3, 0);
    g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
    Crowd crowd = {summaries, ids};
    GThread *threads[4];

    for (guint i = 0; i < 5; i++)
        g_ptr_array_add(ids, hold(world, "b.tegwen@oakfield.sch.uk", "x@mail.example", NOW + i));
    for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
        threads[i] = g_thread_new("summaries", use_summaries, &crowd);
    for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
        assert_int_equal(GPOINTER_TO_UINT(g_thread_join(threads[i])), 0);
}

#define WORLD_TEST(test) cmocka_unit_test_setup_teardown(test, setup_world, teardown_world)

int
main(void)
{
    void *state = NULL;
    struct CMUnitTest tests[] = {
        WORLD_TEST(test_summary),      WORLD_TEST(test_unreadable), WORLD_TEST(test_limits),
        WORLD_TEST(test_what_goes),    WORLD_TEST(test_search),     WORLD_TEST(test_search_by_id),
        WORLD_TEST(test_search_pages), WORLD_TEST(test_warm),       WORLD_TEST(test_warm_settles),
        WORLD_TEST(test_threads),
    };
    int failed;

    fixture_setup(&state);
    for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
        tests[i].initial_state = state;
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    fixture_teardown(&state);
    return failed;
}
