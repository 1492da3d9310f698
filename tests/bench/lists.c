/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the office's pages cost with many letters: lists at every offset, counts, reasons, figures, searching. Makes a
 * store in a folder of its own, fills it with made-up letters by SQL (as many as the first argument says, 100,000 by
 * default), and prints the best of some rounds in milliseconds.
 */
#include "quarantine/quarantine.h"
#include "quarantine/summaries.h"

#include <glib/gstdio.h>
#include <locale.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#define ROUNDS 5
#define PAGE 25

typedef struct Bench {
    ExeatStore *store;
    guint letters;
} Bench;

static void
die(const char *what, const char *why)
{
    fprintf(stderr, "%s: %s\n", what, why != NULL ? why : "?");
    exit(1);
}

static void
script(sqlite3 *db, const char *text)
{
    if (sqlite3_exec(db, text, NULL, NULL, NULL) != SQLITE_OK)
        die("filling", sqlite3_errmsg(db));
}

/* One letter in fifty waits, unless @all do; cards are as large as those of small letters. */
static void
fill(const char *path, guint letters, bool all)
{
    g_autofree char *text = g_strdup_printf(
        "PRAGMA synchronous = OFF; BEGIN;"
        "INSERT INTO reason (words) VALUES (' personal-data/upn '), (' bulk-bcc/many '),"
        " (' bulk-bcc/many personal-data/list personal-data/upn '), (' names-in-subject/name ');"
        "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < %u)"
        " INSERT INTO letter (id, kind, held_at, deadline_at, remind_at, closed_at, size, card, role, states, reasons)"
        " SELECT printf('H-%%04X-%%04X-%%04X', i * 40503 %% 65536, i / 65536, i %% 65536), 'held', 1790000000 + i * 60,"
        " 1790100000 + i * 60, 0, CASE WHEN %d OR i %% 50 = 0 THEN 0 ELSE 1790100000 + i * 60 END, 40000,"
        " randomblob(1900), CASE i %% 3 WHEN 0 THEN 'dsl' ELSE 'headteacher' END,"
        " CASE WHEN %d OR i %% 50 = 0 THEN 1 ELSE 4 END, 1 + i %% 4 FROM n;"
        "INSERT INTO recipient (letter, number, state, changed_at) SELECT id, 0,"
        " CASE states WHEN 1 THEN 'held' ELSE 'released' END, held_at FROM letter;"
        "INSERT INTO finding (letter, number, policy, rule, confidence, zone, action, count, data_subjects)"
        " SELECT id, 0, 'personal-data', 'upn', 2, 0, 5, 31, 31 FROM letter; COMMIT;"
        "PRAGMA wal_checkpoint(TRUNCATE)",
        letters - 1, all, all);
    sqlite3 *db = NULL;

    if (sqlite3_open(path, &db) != SQLITE_OK)
        die(path, "cannot be opened");
    script(db, text);
    sqlite3_close(db);
}

static void
run(const Bench *bench, const char *name, const ExeatLetterFilter *filter, char what)
{
    double best = G_MAXDOUBLE;
    guint64 result = 0;

    for (guint i = 0; i < ROUNDS; i++) {
        g_autoptr(GPtrArray) rows = NULL;
        g_autoptr(GArray) reasons = NULL;
        g_autoptr(GError) error = NULL;
        ExeatStoreCounts counts;
        gint64 start = g_get_monotonic_time();
        bool done = what == 'l'   ? exeat_store_list(bench->store, filter, &rows, &error)
                    : what == 'i' ? exeat_store_list_ids(bench->store, filter, &rows, &error)
                    : what == 'c' ? exeat_store_list_count(bench->store, filter, &result, &error)
                    : what == 'r' ? exeat_store_reasons(bench->store, filter, &reasons, &error)
                                  : exeat_store_counts(bench->store, &counts, &error);

        if (!done)
            die(name, error->message);
        best = MIN(best, (double)(g_get_monotonic_time() - start) / 1000);
        result = rows != NULL ? rows->len : reasons != NULL ? reasons->len : what == 's' ? counts.letters : result;
    }
    printf("%-40s %8.2f ms  %" G_GUINT64_FORMAT "\n", name, best, result);
}

static void
measure(const Bench *bench)
{
    static const char *const orders[] = {"oldest", "newest", "deadline"};
    const guint waits = 1u << EXEAT_HELD_HELD;

    for (guint order = 0; order < EXEAT_LETTER_ORDERS; order++) {
        const guint offsets[] = {0, bench->letters / 2, bench->letters - PAGE};

        for (guint i = 0; i < G_N_ELEMENTS(offsets); i++) {
            ExeatLetterFilter filter = {.order = (ExeatLetterOrder)order, .limit = PAGE, .offset = offsets[i]};
            g_autofree char *name = g_strdup_printf("page, %s first, offset %u", orders[order], offsets[i]);

            run(bench, name, &filter, 'l');
        }
    }
    run(bench, "page of what waits", &(ExeatLetterFilter){.states = waits, .order = 2, .limit = PAGE}, 'l');
    run(bench, "page of what waits, policy",
        &(ExeatLetterFilter){.states = waits, .order = 2, .limit = PAGE, .policy = "bulk-bcc", .offset = 475}, 'l');
    run(bench, "page of what waits, policy, role",
        &(ExeatLetterFilter){
            .states = waits, .order = 2, .limit = PAGE, .policy = "bulk-bcc", .role = "dsl", .offset = 300},
        'l');
    run(bench, "page of a policy nobody has",
        &(ExeatLetterFilter){.order = 1, .limit = PAGE, .policy = "wording", .rule = "none"}, 'l');
    run(bench, "count of all", &(ExeatLetterFilter){0}, 'c');
    run(bench, "count of what waits", &(ExeatLetterFilter){.states = waits}, 'c');
    run(bench, "count of a policy", &(ExeatLetterFilter){.policy = "bulk-bcc"}, 'c');
    run(bench, "reasons of all", &(ExeatLetterFilter){0}, 'r');
    run(bench, "reasons of what waits", &(ExeatLetterFilter){.states = waits}, 'r');
    run(bench, "what is past its deadline", &(ExeatLetterFilter){.states = waits, .deadline_before = 1790000001}, 'l');
    run(bench, "what is to be reminded of", &(ExeatLetterFilter){.states = waits, .remind_before = 1790000001}, 'l');
    run(bench, "all ids", &(ExeatLetterFilter){.order = 1}, 'i');
    run(bench, "figures", &(ExeatLetterFilter){0}, 's');
}

/* Summaries of all letters in memory, as after some time; no card is opened. Closes the store. */
static void
measure_search(const Bench *bench)
{
    static const char *const inside[] = {"oakfield.sch.uk", NULL}, *const texts[] = {"oakfield.sch.uk", "carer.77777",
                                                                                     "nobody.here",
                                                                                     "person7 carer.1 .example"};
    ExeatQuarantineSetup setup = {.store = bench->store, .inside = inside};
    g_autoptr(ExeatQuarantine) quarantine = exeat_quarantine_new(&setup);
    g_autoptr(ExeatSummaries) summaries = exeat_summaries_new(quarantine, 0, 0);
    ExeatLetterFilter filter = {.order = EXEAT_LETTERS_NEWEST};
    g_autoptr(GPtrArray) ids = NULL;
    g_autoptr(GError) error = NULL;
    gsize bytes = 0;
    guint count = 0;

    if (!exeat_store_list_ids(bench->store, &filter, &ids, &error))
        die("ids", error->message);
    for (guint i = 0; i < ids->len; i++) {
        g_autoptr(ExeatCard) card = exeat_card_new();

        card->sender = g_strdup_printf("A.Person%u@oakfield.sch.uk", i % 90);
        for (guint k = 0; k < 2; k++)
            g_ptr_array_add(card->recipients, g_strdup_printf("carer.%u.%u@mail.example", i, k));
        exeat_summaries_put(summaries, g_ptr_array_index(ids, i), card);
    }
    exeat_summaries_size(summaries, &count, &bytes);
    printf("%-40s %8.0f bytes each\n", "summaries", (double)bytes / count);
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        double best = G_MAXDOUBLE;
        guint64 found = 0;

        for (guint round = 0; round < ROUNDS; round++) {
            ExeatSearch result = {0};
            gint64 start = g_get_monotonic_time();

            if (!exeat_summaries_search(summaries, texts[i], &filter, 0, PAGE, EXEAT_SEARCH_MS, &result, &error))
                die("search", error->message);
            best = MIN(best, (double)(g_get_monotonic_time() - start) / 1000);
            found = result.found;
            exeat_search_clear(&result);
        }
        printf("search %-33s %8.2f ms  %" G_GUINT64_FORMAT "\n", texts[i], best, found);
    }
}

int
main(int argc, char **argv)
{
    guint letters = argc > 1 ? (guint)g_ascii_strtoull(argv[1], NULL, 10) : 100000;

    setlocale(LC_ALL, "");
    for (guint all = 0; all < 2; all++) {
        g_autofree char *folder = g_dir_make_tmp("exeat-bench-XXXXXX", NULL), *path = NULL, *wal = NULL, *shm = NULL;
        g_autoptr(GError) error = NULL;
        Bench bench = {.letters = MAX(letters, PAGE)};

        path = g_build_filename(folder, "lists.db", NULL);
        wal = g_strconcat(path, "-wal", NULL);
        shm = g_strconcat(path, "-shm", NULL);
        if (!exeat_store_open(path, EXEAT_STORE_CREATE, &bench.store, &error))
            die(path, error->message);
        fill(path, bench.letters, all == 1);
        printf("%u letters, %s\n", bench.letters, all == 1 ? "all of which wait" : "one in fifty of which waits");
        measure(&bench);
        measure_search(&bench);
        g_unlink(path);
        g_unlink(wal);
        g_unlink(shm);
        g_rmdir(folder);
    }
    return 0;
}
