/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The store: whole transactions, compare-and-set, two handles, claims and leases, damage, the hash chain, retention. */
#include "tests/unit/quarantine_fixture.h"

#include <sqlite3.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "quarantine/audit.h"
#include "quarantine/store.h"

#define NOW 1790000000

static ExeatStore *
open_store(const Fixture *fixture, const char *name)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = fixture_path(fixture, name);
    ExeatStore *store = NULL;

    assert_ok(exeat_store_open(path, EXEAT_STORE_CREATE, &store, &error));
    return store;
}

static ExeatChange *
new_letter(const char *id, gsize size, guint recipients)
{
    ExeatChange *change = exeat_change_new(NOW);
    ExeatFindingRow finding = {.policy = "personal-data", .rule = "upn", .count = 31, .data_subjects = 30};
    g_autoptr(GBytes) detail = g_bytes_new_static("sealed", 6);

    change->letter = exeat_letter_row_new();
    change->letter->id = g_strdup(id);
    change->letter->held_at = NOW;
    change->letter->deadline_at = NOW + 1000;
    change->letter->remind_at = NOW + 500;
    change->letter->size = (gint64)size;
    g_array_append_val(change->letter->findings, finding);
    change->sealed_card = g_bytes_new_static("card", 4);
    change->sealed_letter = g_bytes_new_take(g_strnfill(size, 'x'), size);
    for (guint i = 0; i < recipients; i++)
        g_array_append_val(change->held, i);
    exeat_change_mail(change, "held", id, NOW, change->sealed_card);
    exeat_change_audit(change, "held", id, -1, "gate", "recipients=1", detail);
    return change;
}

static void
put_letter(ExeatStore *store, const char *id, gsize size, guint recipients)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(ExeatChange) change = new_letter(id, size, recipients);
    bool lost = true;

    assert_ok(exeat_store_commit(store, change, &lost, &error));
    assert_false(lost);
}

static bool
move_one(ExeatStore *store, const char *id, guint index, ExeatHeldState from, ExeatHeldState to, gint64 at)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(ExeatChange) change = exeat_change_new(at);
    bool lost = false;

    exeat_change_move(change, id, index, from, to);
    exeat_change_audit(change, exeat_held_state_name(to), id, index, "test", NULL, NULL);
    assert_ok(exeat_store_commit(store, change, &lost, &error));
    return !lost;
}

static void
test_letter_round_trip(void **state)
{
    static const gsize sizes[] = {1, 1024 * 1024 - 1, 1024 * 1024, 1024 * 1024 + 1, 5 * 1024 * 1024};
    g_autoptr(ExeatStore) store = open_store(*state, "round.db");

    for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *id = exeat_held_new_id();
        g_autoptr(GBytes) letter = NULL, card = NULL;
        g_autoptr(ExeatLetterRow) row = NULL;
        g_autoptr(GPtrArray) recipients = NULL;

        put_letter(store, id, sizes[i], 2);
        assert_ok(exeat_store_read_letter(store, id, &letter, &error));
        assert_int_equal(g_bytes_get_size(letter), sizes[i]);
        assert_ok(exeat_store_read_card(store, id, &card, &error));
        assert_int_equal(g_bytes_get_size(card), 4);
        assert_ok(exeat_store_letter(store, id, &row, &error));
        assert_int_equal(row->states[EXEAT_HELD_HELD], 2);
        assert_int_equal(row->findings->len, 1);
        assert_string_equal(g_array_index(row->findings, ExeatFindingRow, 0).rule, "upn");
        assert_ok(exeat_store_recipients(store, id, &recipients, &error));
        assert_int_equal(recipients->len, 2);
    }
}

static void
test_nobody_wins_twice(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(ExeatStore) first = open_store(*state, "cas.db"), second = open_store(*state, "cas.db");
    g_autoptr(ExeatChange) both = exeat_change_new(NOW);
    g_autoptr(GPtrArray) audit = NULL;
    ExeatStoreCounts counts;
    bool lost = false;

    put_letter(first, "H-1", 10, 2);
    assert_true(move_one(first, "H-1", 0, EXEAT_HELD_HELD, EXEAT_HELD_RELEASING, NOW));
    assert_false(move_one(second, "H-1", 0, EXEAT_HELD_HELD, EXEAT_HELD_RETURNING, NOW));
    /* One that is free and one that is not: neither moves, and no trace of the try is left. */
    exeat_change_move(both, "H-1", 1, EXEAT_HELD_HELD, EXEAT_HELD_RELEASING);
    exeat_change_move(both, "H-1", 0, EXEAT_HELD_HELD, EXEAT_HELD_RELEASING);
    exeat_change_audit(both, "x", "H-1", -1, "test", NULL, NULL);
    assert_ok(exeat_store_commit(second, both, &lost, &error));
    assert_true(lost);
    assert_ok(exeat_store_counts(first, &counts, &error));
    assert_int_equal(counts.states[EXEAT_HELD_HELD], 1);
    assert_int_equal(counts.states[EXEAT_HELD_RELEASING], 1);
    assert_int_equal(counts.oldest_held_at, NOW);
    assert_ok(exeat_store_audit(first, NULL, 0, &audit, &error));
    assert_int_equal(audit->len, 2);
}

static void
test_claims(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(ExeatStore) one = open_store(*state, "claim.db"), two = open_store(*state, "claim.db");
    g_autoptr(ExeatRecipientRow) a = NULL, b = NULL, c = NULL;
    g_autoptr(ExeatMailRow) mail = NULL, none = NULL;
    g_autoptr(ExeatChange) stale = exeat_change_new(NOW + 200);
    bool lost = false;

    put_letter(one, "H-1", 10, 1);
    assert_ok(exeat_store_claim_release(one, "A", NOW, 60, &a, &error));
    assert_null(a);
    assert_true(move_one(one, "H-1", 0, EXEAT_HELD_HELD, EXEAT_HELD_RELEASING, NOW));
    assert_ok(exeat_store_claim_release(one, "A", NOW, 60, &a, &error));
    assert_string_equal(a->letter, "H-1");
    assert_int_equal(a->attempts, 1);
    /* Somebody else's as long as the lease stands, anybody's after it: the first clerk may have died. */
    assert_ok(exeat_store_claim_release(two, "B", NOW + 59, 60, &b, &error));
    assert_null(b);
    assert_ok(exeat_store_claim_release(two, "B", NOW + 60, 60, &b, &error));
    assert_non_null(b);
    assert_int_equal(b->attempts, 2);
    /* The first one's failure comes too late to count. */
    exeat_change_move(stale, "H-1", 0, EXEAT_HELD_RELEASING, EXEAT_HELD_FAILED)->lease = g_strdup("A");
    assert_ok(exeat_store_commit(one, stale, &lost, &error));
    assert_true(lost);
    assert_ok(exeat_store_claim_mail(one, "A", NOW, 60, &mail, &error));
    assert_string_equal(mail->kind, "held");
    assert_ok(exeat_store_claim_mail(two, "B", NOW, 60, &none, &error));
    assert_null(none);
}

static void
test_chain(void **state)
{
    const Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    g_autoptr(ExeatStore) store = open_store(fixture, "chain.db");
    g_autofree char *path = fixture_path(fixture, "chain.db");
    g_autoptr(ExeatAuditReport) whole = NULL, changed = NULL, cut = NULL;
    sqlite3 *db = NULL;

    for (guint i = 0; i < 1100; i++) {
        g_autofree char *id = g_strdup_printf("H-%u", i);

        put_letter(store, id, 1, 1);
    }
    assert_ok(exeat_audit_verify(store, &whole, &error));
    assert_true(whole->whole);
    assert_int_equal(whole->rows, 1100);

    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_not_equal(sqlite3_exec(db, "UPDATE audit SET role = 'x' WHERE sequence = 5", NULL, NULL, NULL),
                         SQLITE_OK);
    assert_int_not_equal(sqlite3_exec(db, "DELETE FROM audit WHERE sequence = 5", NULL, NULL, NULL), SQLITE_OK);
    /* Who owns the file can take the triggers away; the chain still tells. */
    assert_int_equal(sqlite3_exec(db,
                                  "DROP TRIGGER audit_no_delete; DELETE FROM audit_detail WHERE sequence = 1100;"
                                  "DELETE FROM audit WHERE sequence = 1100",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    assert_ok(exeat_audit_verify(store, &cut, &error));
    assert_false(cut->whole);
    assert_int_equal(cut->broken_at, 1100);
    assert_int_equal(sqlite3_exec(db, "DROP TRIGGER audit_no_update; UPDATE audit SET role = 'x' WHERE sequence = 5",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    assert_ok(exeat_audit_verify(store, &changed, &error));
    assert_false(changed->whole);
    assert_int_equal(changed->broken_at, 5);
    sqlite3_close(db);
}

static void
row_by_hand(const char *path, const char *sql)
{
    sqlite3 *db = NULL;

    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

/* What the proof says of @store; @broken: where, or 0. */
static void
prove(ExeatStore *store, ExeatAuditProof *proof, bool all, gint64 now, gint64 rows, gint64 earlier, gint64 broken)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(ExeatAuditReport) report = NULL;

    assert_ok(exeat_audit_verify_on(store, proof, all, now, &report, &error));
    assert_int_equal(report->broken_at, broken);
    assert_int_equal(report->whole, broken == 0);
    if (broken != 0)
        return;
    assert_int_equal(report->rows, rows);
    assert_int_equal(report->earlier, earlier);
    assert_int_equal(report->earlier_at, earlier > 0 ? 100 : 0);
}

static void
test_audit_proof(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(ExeatStore) store = open_store(fixture, "proof.db"), other = open_store(fixture, "another.db");
    g_autofree char *path = fixture_path(fixture, "proof.db");
    g_autoptr(ExeatAuditProof) proof = exeat_audit_proof_new();

    prove(store, proof, false, 100, 0, 0, 0);
    for (guint i = 0; i < 3; i++) {
        g_autofree char *id = g_strdup_printf("H-%u", i);

        put_letter(store, id, 1, 1);
        put_letter(other, id, 1, 1);
    }
    prove(store, proof, false, 100, 3, 0, 0);
    put_letter(store, "H-A", 1, 1);
    put_letter(other, "H-B", 1, 1);
    prove(store, proof, false, 200, 4, 3, 0);
    prove(store, proof, false, 300, 4, 4, 0);
    /* Another trail, whole in itself, and one that ended earlier: both are not the one that was proven. */
    prove(other, proof, false, 300, 0, 0, 4);
    put_letter(other, "H-C", 1, 1);
    prove(other, proof, true, 300, 0, 0, 4);
    prove(store, proof, true, 100, 4, 0, 0);
    /* An old row: who asks for all of them is told at once. */
    row_by_hand(path, "DROP TRIGGER audit_no_update; UPDATE audit SET role = 'x' WHERE sequence = 2");
    prove(store, proof, false, 300, 4, 4, 0);
    prove(store, proof, true, 300, 0, 0, 2);
    /* The last that was proven, and one that came since. */
    row_by_hand(path, "UPDATE audit SET hash = 'x' WHERE sequence = 4");
    prove(store, proof, false, 300, 0, 0, 2);
}

static void
test_audit_proof_cut(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(ExeatStore) store = open_store(fixture, "cut.db");
    g_autofree char *path = fixture_path(fixture, "cut.db");
    g_autoptr(ExeatAuditProof) proof = exeat_audit_proof_new();

    put_letter(store, "H-1", 1, 1);
    put_letter(store, "H-2", 1, 1);
    prove(store, proof, false, 100, 2, 0, 0);
    /* The head too, by one who knows how: the shorter trail is whole, and still not all of it. */
    row_by_hand(path, "DROP TRIGGER audit_no_delete; DELETE FROM audit_detail WHERE sequence = 2;"
                      "DELETE FROM audit WHERE sequence = 2;"
                      "UPDATE audit_head SET rows = 1, hash = (SELECT hash FROM audit WHERE sequence = 1)");
    prove(store, proof, false, 200, 0, 0, 2);
    prove(store, proof, true, 200, 0, 0, 2);
}

static void
test_unfit_stores(void **state)
{
    const Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *missing = fixture_path(fixture, "missing.db"), *empty = fixture_path(fixture, "empty.db"),
                    *text = fixture_path(fixture, "text.db"), *other = fixture_path(fixture, "other.db"),
                    *newer = fixture_path(fixture, "newer.db"), *nowhere = fixture_path(fixture, "no/such/folder.db");
    g_autofree char *junk = g_strnfill(8192, 'j');
    ExeatStore *store = NULL;
    sqlite3 *db = NULL;

    assert_fails(exeat_store_open(missing, EXEAT_STORE_OPEN, &store, &error), EXEAT_ERROR_CONFIG);
    assert_false(g_file_test(missing, G_FILE_TEST_EXISTS));
    assert_fails(exeat_store_open(nowhere, EXEAT_STORE_CREATE, &store, &error), EXEAT_ERROR_CONFIG);
    assert_ok(g_file_set_contents(empty, "", 0, &error));
    assert_fails(exeat_store_open(empty, EXEAT_STORE_OPEN, &store, &error), EXEAT_ERROR_CONFIG);
    assert_ok(g_file_set_contents(text, junk, 8192, &error));
    assert_fails(exeat_store_open(text, EXEAT_STORE_OPEN, &store, &error), EXEAT_ERROR_UNAVAILABLE);
    assert_fails(exeat_store_open(text, EXEAT_STORE_CREATE, &store, &error), EXEAT_ERROR_UNAVAILABLE);
    assert_int_equal(sqlite3_open(other, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "CREATE TABLE t (x)", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    assert_fails(exeat_store_open(other, EXEAT_STORE_CREATE, &store, &error), EXEAT_ERROR_CONFIG);
    exeat_store_close(open_store(fixture, "newer.db"));
    assert_int_equal(sqlite3_open(newer, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "PRAGMA user_version = 999", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    assert_fails(exeat_store_open(newer, EXEAT_STORE_OPEN, &store, &error), EXEAT_ERROR_CONFIG);
    assert_null(store);
}

/* Versions that no exeat wrote: the steps from there to ours are none. */
static void
test_schema_of_nobody(void **state)
{
    static const char *const versions[] = {"-1", "-67108862", "-2147483648", "2147483647"};
    const Fixture *fixture = *state;
    for (gsize i = 0; i < G_N_ELEMENTS(versions); i++) {
        g_autofree char *name = g_strdup_printf("schema%s.db", versions[i]), *path = fixture_path(fixture, name);
        g_autofree char *pragma = g_strdup_printf("PRAGMA user_version = %s", versions[i]);
        g_autoptr(GError) error = NULL;
        ExeatStore *store = NULL;
        sqlite3 *db = NULL;
        exeat_store_close(open_store(fixture, name));
        assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
        assert_int_equal(sqlite3_exec(db, pragma, NULL, NULL, NULL), SQLITE_OK);
        sqlite3_close(db);
        assert_fails(exeat_store_open(path, EXEAT_STORE_OPEN, &store, &error), EXEAT_ERROR_CONFIG);
        assert_fails(exeat_store_open(path, EXEAT_STORE_CREATE, &store, &error), EXEAT_ERROR_CONFIG);
        assert_null(store);
    }
}

static void
test_damage(void **state)
{
    const Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *path = fixture_path(fixture, "damage.db"), *data = NULL;
    ExeatStore *store = open_store(fixture, "damage.db");
    gsize size = 0;

    put_letter(store, "H-1", 300000, 3);
    assert_ok(exeat_store_check(store, &error));
    exeat_store_close(store);
    store = NULL;
    assert_ok(g_file_get_contents(path, &data, &size, &error));
    for (gsize at = 4096; at < size; at += 1024)
        memset(data + at, 0x5a, 64);
    assert_ok(g_file_set_contents(path, data, (gssize)size, &error));
    /* Wherever it is noticed first, it is an error and no crash. */
    if (exeat_store_open(path, EXEAT_STORE_OPEN, &store, &error))
        assert_false(exeat_store_check(store, &error));
    assert_true(g_error_matches(error, EXEAT_ERROR, EXEAT_ERROR_UNAVAILABLE));
    exeat_store_close(store);
}

static void
test_retention(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(ExeatStore) store = open_store(*state, "purge.db");
    g_autoptr(GPtrArray) rows = NULL;
    g_autoptr(ExeatAuditReport) report = NULL;
    g_autoptr(ExeatMailRow) mail = NULL;
    ExeatLetterFilter filter = {0};
    guint letters = 99;

    put_letter(store, "H-OPEN", 10, 1);
    put_letter(store, "H-DONE", 10, 1);
    put_letter(store, "H-KEPT", 10, 1);
    for (guint i = 0; i < 3; i++) {
        g_autoptr(ExeatChange) sent = exeat_change_new(NOW);

        g_clear_pointer(&mail, exeat_mail_row_free);
        assert_ok(exeat_store_claim_mail(store, "A", NOW, 60, &mail, &error));
        exeat_change_mail_end(sent, mail->id, EXEAT_MAIL_SENT)->code = 250;
        assert_ok(exeat_store_commit(store, sent, NULL, &error));
    }
    for (guint i = 0; i < 2; i++) {
        const char *id = i == 0 ? "H-DONE" : "H-KEPT";
        g_autoptr(ExeatChange) keep = exeat_change_new(NOW);

        assert_true(move_one(store, id, 0, EXEAT_HELD_HELD, EXEAT_HELD_EXPIRED, NOW));
        assert_true(move_one(store, id, 0, EXEAT_HELD_EXPIRED, EXEAT_HELD_RETURNED, NOW + 1));
        keep->keep = g_strdup("H-KEPT");
        keep->keep_value = true;
        assert_ok(exeat_store_commit(store, keep, NULL, &error));
    }
    assert_ok(exeat_store_purge(store, NOW + 1, NOW + 5, &letters, &error));
    assert_int_equal(letters, 0);
    assert_ok(exeat_store_purge(store, NOW + 2, NOW + 5, &letters, &error));
    assert_int_equal(letters, 1);
    assert_ok(exeat_store_list(store, &filter, &rows, &error));
    assert_int_equal(rows->len, 2);
    assert_ok(exeat_audit_verify(store, &report, &error));
    assert_true(report->whole);
    assert_int_equal(report->erased, 1);
}

static void
test_listing(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(ExeatStore) store = open_store(*state, "list.db");
    g_autoptr(GPtrArray) held = NULL, moving = NULL, due = NULL, remind = NULL, page = NULL;
    ExeatLetterFilter filter = {.states = 1u << EXEAT_HELD_HELD};

    put_letter(store, "H-1", 10, 2);
    put_letter(store, "H-2", 10, 1);
    assert_true(move_one(store, "H-1", 1, EXEAT_HELD_HELD, EXEAT_HELD_RELEASING, NOW));
    assert_true(move_one(store, "H-2", 0, EXEAT_HELD_HELD, EXEAT_HELD_RELEASING, NOW));
    assert_ok(exeat_store_list(store, &filter, &held, &error));
    assert_int_equal(held->len, 1);
    filter.states = 1u << EXEAT_HELD_RELEASING;
    assert_ok(exeat_store_list(store, &filter, &moving, &error));
    assert_int_equal(moving->len, 2);
    filter = (ExeatLetterFilter){.deadline_before = NOW + 999};
    assert_ok(exeat_store_list(store, &filter, &due, &error));
    assert_int_equal(due->len, 0);
    filter = (ExeatLetterFilter){.remind_before = NOW + 500};
    assert_ok(exeat_store_list(store, &filter, &remind, &error));
    assert_int_equal(remind->len, 2);
    filter = (ExeatLetterFilter){.limit = 1, .offset = 1};
    assert_ok(exeat_store_list(store, &filter, &page, &error));
    assert_int_equal(page->len, 1);
    assert_string_equal(((ExeatLetterRow *)g_ptr_array_index(page, 0))->id, "H-2");
}

/* A writer that is killed in the middle of many commits leaves whole letters alone. */
static void
test_killed_writer(void **state)
{
    const Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    g_autoptr(ExeatStore) store = NULL;
    g_autoptr(ExeatAuditReport) report = NULL;
    g_autoptr(GPtrArray) rows = NULL;
    ExeatLetterFilter filter = {0};
    ExeatStoreCounts counts = {0};
    pid_t child;
    int status = 0;

    exeat_store_close(open_store(fixture, "killed.db"));
    child = fork();
    if (child == 0) {
        ExeatStore *own = open_store(fixture, "killed.db");

        for (guint i = 0;; i++) {
            g_autofree char *id = g_strdup_printf("H-%u", i);

            put_letter(own, id, 3 * 1024 * 1024, 4);
        }
    }
    assert_true(child > 0);
    store = open_store(fixture, "killed.db");
    while (counts.letters < 3)
        assert_ok(exeat_store_counts(store, &counts, &error));
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_ok(exeat_store_list(store, &filter, &rows, &error));
    assert_ok(exeat_store_counts(store, &counts, &error));
    assert_int_equal(counts.states[EXEAT_HELD_HELD], 4 * rows->len);
    assert_int_equal(counts.mails_waiting, rows->len);
    for (guint i = 0; i < rows->len; i++) {
        const ExeatLetterRow *row = g_ptr_array_index(rows, i);
        g_autoptr(GBytes) letter = NULL;

        assert_ok(exeat_store_read_letter(store, row->id, &letter, &error));
        assert_int_equal(g_bytes_get_size(letter), 3 * 1024 * 1024);
    }
    assert_ok(exeat_audit_verify(store, &report, &error));
    assert_true(report->whole);
    assert_int_equal(report->rows, rows->len);
}

/* --- many at once ------------------------------------------------------------------------------------------------- */

#define CROWD 24

typedef struct Crowd {
    ExeatStore *store;
    gint next;    /* atomic */
    gint started; /* atomic */
    pid_t threads[CROWD];
    bool done[CROWD], lost[CROWD];
} Crowd;

/* Every third holds a letter that is there already, and every third moves one that is not: what becomes of those must
 * not touch the others. */
static gpointer
commit_one_of_many(gpointer data)
{
    Crowd *crowd = data;
    guint number = (guint)g_atomic_int_add(&crowd->next, 1);
    g_autoptr(GError) error = NULL;
    g_autofree char *id = g_strdup_printf("H-%u", number);
    g_autoptr(ExeatChange) change = new_letter(number % 3 == 1 ? "H-there" : id, 1000, 1);

    if (number % 3 == 2)
        exeat_change_move(change, "H-there", 7, EXEAT_HELD_HELD, EXEAT_HELD_RELEASING);
    crowd->threads[number] = gettid();
    g_atomic_int_inc(&crowd->started);
    crowd->done[number] = exeat_store_commit(crowd->store, change, &crowd->lost[number], &error);
    return NULL;
}

static bool
sleeps(pid_t thread)
{
    g_autofree char *path = g_strdup_printf("/proc/self/task/%d/stat", thread), *stat = NULL;

    return g_file_get_contents(path, &stat, NULL, NULL) && strstr(stat, ") S ") != NULL;
}

static void
wait_until_all_wait(Crowd *crowd)
{
    for (guint waiting = 0; waiting < CROWD;) {
        waiting = 0;
        for (guint i = 0; g_atomic_int_get(&crowd->started) == CROWD && i < CROWD; i++)
            waiting += sleeps(crowd->threads[i]);
        g_thread_yield();
    }
}

/* Transactions in a write-ahead log: frames that say how large the database is now (sqlite.org/fileformat2, 4.2). */
static guint
count_transactions(const char *path)
{
    g_autofree char *wal = g_strconcat(path, "-wal", NULL), *bytes = NULL;
    gsize length = 0;
    guint count = 0;

    assert_true(g_file_get_contents(wal, &bytes, &length, NULL));
    guint32 page;
    memcpy(&page, bytes + 8, sizeof page);
    for (gsize at = 32; at + 24 <= length; at += 24 + GUINT32_FROM_BE(page)) {
        guint32 pages;

        memcpy(&pages, bytes + at + 4, sizeof pages);
        count += pages != 0;
    }
    return count;
}

static void
test_many_at_once(void **state)
{
    const Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    g_autoptr(ExeatStore) store = open_store(fixture, "crowd.db");
    g_autoptr(ExeatAuditReport) report = NULL;
    g_autofree char *path = fixture_path(fixture, "crowd.db");
    Crowd crowd = {.store = store};
    GThread *threads[CROWD];
    ExeatStoreCounts counts;
    sqlite3 *other = NULL;
    guint before;

    put_letter(store, "H-there", 10, 1);
    before = count_transactions(path);
    assert_int_equal(sqlite3_open(path, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    for (guint i = 0; i < CROWD; i++)
        threads[i] = g_thread_new("crowd", commit_one_of_many, &crowd);
    wait_until_all_wait(&crowd);
    assert_int_equal(sqlite3_exec(other, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
    for (guint i = 0; i < CROWD; i++)
        g_thread_join(threads[i]);
    sqlite3_close(other);

    for (guint i = 0; i < CROWD; i++) {
        assert_int_equal(crowd.done[i], i % 3 != 1);
        assert_int_equal(crowd.lost[i], i % 3 == 2);
    }
    assert_ok(exeat_store_counts(store, &counts, &error));
    assert_int_equal(counts.letters, 1 + CROWD / 3);
    assert_int_equal(counts.mails_waiting, 1 + CROWD / 3);
    assert_ok(exeat_audit_verify(store, &report, &error));
    assert_true(report->whole);
    assert_int_equal(report->rows, 1 + CROWD / 3);
    /* the first alone, since the others came while it waited; then all of them */
    assert_true(count_transactions(path) - before <= 2);
}

/* Rows that somebody wrote into: an error, or a value that the rest of exeat can rely on. */
static void
test_tampered_rows(void **state)
{
    static const char *const changes[] = {"UPDATE finding SET zone = 99", "UPDATE finding SET action = -1",
                                          "UPDATE finding SET confidence = 3",
                                          "PRAGMA ignore_check_constraints = ON; UPDATE recipient SET state = 'lost'"};
    const Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *path = fixture_path(fixture, "tampered.db");
    g_autoptr(ExeatStore) store = open_store(fixture, "tampered.db");
    g_autoptr(ExeatMailRow) mail = NULL;
    ExeatLetterFilter filter = {0};

    put_letter(store, "H-1", 10, 1);
    for (gsize i = 0; i < G_N_ELEMENTS(changes); i++) {
        g_autoptr(GPtrArray) rows = NULL;
        sqlite3 *db = NULL;

        assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
        assert_int_equal(sqlite3_exec(db, changes[i], NULL, NULL, NULL), SQLITE_OK);
        assert_fails(exeat_store_list(store, &filter, &rows, &error), EXEAT_ERROR_UNAVAILABLE);
        assert_int_equal(sqlite3_exec(db,
                                      "UPDATE finding SET zone = 0, action = 0, confidence = 2;"
                                      "UPDATE recipient SET state = 'held'; UPDATE outbox SET payload = NULL",
                                      NULL, NULL, NULL),
                         SQLITE_OK);
        sqlite3_close(db);
        assert_ok(exeat_store_list(store, &filter, &rows, &error));
    }
    assert_ok(exeat_store_claim_mail(store, "lease", NOW + 1, 60, &mail, &error));
    assert_int_equal(g_bytes_get_size(mail->sealed), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_letter_round_trip),
        cmocka_unit_test(test_nobody_wins_twice),
        cmocka_unit_test(test_claims),
        cmocka_unit_test(test_chain),
        cmocka_unit_test(test_audit_proof),
        cmocka_unit_test(test_audit_proof_cut),
        cmocka_unit_test(test_unfit_stores),
        cmocka_unit_test(test_schema_of_nobody),
        cmocka_unit_test(test_damage),
        cmocka_unit_test(test_tampered_rows),
        cmocka_unit_test(test_retention),
        cmocka_unit_test(test_listing),
        cmocka_unit_test(test_killed_writer),
        cmocka_unit_test(test_many_at_once),
    };

    return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
