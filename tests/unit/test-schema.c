/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A store that an older exeat left behind: nothing of it is lost, and what is new works on what is old. */
#include "tests/unit/quarantine_fixture.h"

#include <sqlite3.h>
#include <string.h>

#include "quarantine/store.h"

#define NOW 1790000300

static ExeatStore *
older_store(const Fixture *fixture, const char *script)
{
    g_autoptr(GError) error = NULL;
    const char *source = g_getenv("srcdir");
    g_autofree char *path = fixture_path(fixture, script), *sql = NULL;
    g_autofree char *from = g_build_filename(source != NULL ? source : "..", "tests/unit", script, NULL);
    ExeatStore *store = NULL;
    sqlite3 *db = NULL;

    g_unlink(path);
    assert_ok(g_file_get_contents(from, &sql, NULL, &error));
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    assert_ok(exeat_store_open(path, EXEAT_STORE_OPEN, &store, &error));
    return store;
}

static void
test_nothing_is_lost(void **state)
{
    static const ExeatHeldState want[] = {EXEAT_HELD_HELD, EXEAT_HELD_RELEASING, EXEAT_HELD_FAILED};
    g_autoptr(GError) error = NULL;
    g_autoptr(ExeatStore) store = older_store(*state, "store-2.sql");
    g_autoptr(ExeatLetterRow) letter = NULL;
    g_autoptr(GPtrArray) rows = NULL;
    g_autoptr(GBytes) bytes = NULL;

    assert_ok(exeat_store_check(store, &error));
    assert_ok(exeat_store_letter(store, "H-OLD", &letter, &error));
    assert_non_null(letter);
    assert_int_equal(letter->deadline_at, 1790001000);
    assert_ok(exeat_store_read_letter(store, "H-OLD", &bytes, &error));
    assert_memory_equal(g_bytes_get_data(bytes, NULL), "xxxx", 4);
    assert_ok(exeat_store_recipients(store, "H-OLD", &rows, &error));
    assert_int_equal(rows->len, G_N_ELEMENTS(want));
    for (guint i = 0; i < rows->len; i++) {
        const ExeatRecipientRow *row = g_ptr_array_index(rows, i);

        assert_int_equal(row->state, want[i]);
        assert_false(row->put_right);
        assert_null(row->decision);
    }
}

static void
test_what_waited_goes_on(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(ExeatStore) store = older_store(*state, "store-2.sql");
    g_autoptr(ExeatRecipientRow) row = NULL, next = NULL;
    g_autoptr(ExeatMailRow) mail = NULL;
    g_autoptr(ExeatChange) change = exeat_change_new(NOW);
    bool lost = true;

    assert_ok(exeat_store_claim_release(store, "A", NOW, 60, &row, &error));
    assert_non_null(row);
    assert_int_equal(row->index, 1);
    assert_false(row->put_right);
    assert_ok(exeat_store_claim_mail(store, "A", NOW, 60, &mail, &error));
    assert_non_null(mail);
    assert_int_equal(mail->not_before, 0);

    change->decision = exeat_held_new_decision();
    exeat_change_move(change, "H-OLD", 2, EXEAT_HELD_FAILED, EXEAT_HELD_RELEASING)->put_right = true;
    assert_ok(exeat_store_commit(store, change, &lost, &error));
    assert_false(lost);
    assert_ok(exeat_store_claim_release(store, "A", NOW, 60, &next, &error));
    assert_non_null(next);
    assert_int_equal(next->index, 2);
    assert_true(next->put_right);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_is_lost),
        cmocka_unit_test(test_what_waited_goes_on),
    };

    return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
