/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists of letters: every filter beside a plain walk over all letters, orders, pages, reasons, and older stores. */
#include "tests/unit/quarantine_fixture.h"

#include <sqlite3.h>
#include <string.h>

#include "policies/finding.h"
#include "quarantine/store.h"

#define NOW 1790000000
#define LETTERS 60
#define PAGE 7

static ExeatStore *
open_store(const Fixture *fixture, const char *name)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = fixture_path(fixture, name);
    ExeatStore *store = NULL;

    assert_ok(exeat_store_open(path, EXEAT_STORE_CREATE, &store, &error));
    return store;
}

static void
add_finding(ExeatChange *change, const char *policy, const char *rule, ExeatAction action)
{
    ExeatFindingRow finding = {.policy = policy, .rule = rule, .action = (int)action, .count = 1};

    g_array_append_val(change->letter->findings, finding);
}

/* Letter @i differs from its neighbours in all that a filter can ask for. */
static void
put(ExeatStore *store, guint i)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(ExeatChange) change = exeat_change_new(NOW + i);

    change->letter = exeat_letter_row_new();
    change->letter->id = g_strdup_printf("H-%02u", (i * 37) % LETTERS);
    change->letter->kind = i % 11 == 10 ? EXEAT_LETTER_FLAGGED : EXEAT_LETTER_HELD;
    change->letter->held_at = NOW + i / 2;
    change->letter->deadline_at = NOW + 1000 - (i * 17) % 100;
    change->letter->remind_at = i % 4 == 0 ? 0 : NOW + 500 + i;
    change->letter->role = g_intern_static_string(i % 3 == 0 ? "dsl" : "headteacher");
    if (i % 2 == 0)
        add_finding(change, "personal-data", "upn", EXEAT_ACTION_HOLD);
    if (i % 5 != 0)
        add_finding(change, "bulk-bcc", "many", i % 5 == 1 ? EXEAT_ACTION_OBSERVE : EXEAT_ACTION_HOLD);
    if (i % 6 == 0)
        add_finding(change, "personal-data", "name", EXEAT_ACTION_HOLD);
    add_finding(change, "wording", "tone", i % 11 == 10 ? EXEAT_ACTION_FLAG : EXEAT_ACTION_OBSERVE);
    change->sealed_card = g_bytes_new_static("card", 4);
    change->sealed_letter = g_bytes_new_static("letter", 6);
    for (guint k = 0; change->letter->kind == EXEAT_LETTER_HELD && k < 2; k++)
        g_array_append_val(change->held, k);
    assert_ok(exeat_store_commit(store, change, NULL, &error));
}

static void
move(ExeatStore *store, const char *id, guint index, ExeatHeldState from, ExeatHeldState to)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(ExeatChange) change = exeat_change_new(NOW + 100);

    exeat_change_move(change, id, index, from, to);
    assert_ok(exeat_store_commit(store, change, NULL, &error));
}

static GPtrArray *
list(ExeatStore *store, const ExeatLetterFilter *filter)
{
    g_autoptr(GError) error = NULL;
    GPtrArray *rows = NULL;

    assert_ok(exeat_store_list(store, filter, &rows, &error));
    return rows;
}

static void
fill(ExeatStore *store)
{
    g_autoptr(GPtrArray) rows = NULL;
    g_autoptr(GError) error = NULL;

    for (guint i = 0; i < LETTERS; i++)
        put(store, i);
    rows = list(store, &(ExeatLetterFilter){0});
    for (guint i = 0; i < rows->len; i++) {
        const char *id = ((ExeatLetterRow *)g_ptr_array_index(rows, i))->id;
        g_autoptr(ExeatChange) keep = exeat_change_new(NOW + 100);

        keep->keep = g_strdup(id);
        keep->keep_value = i % 7 == 0;
        assert_ok(exeat_store_commit(store, keep, NULL, &error));
        if (i % 3 == 0)
            move(store, id, 1, EXEAT_HELD_HELD, EXEAT_HELD_RELEASING);
        if (i % 6 == 0)
            move(store, id, 1, EXEAT_HELD_RELEASING, EXEAT_HELD_RELEASED);
        if (i % 4 == 0)
            move(store, id, 0, EXEAT_HELD_HELD, EXEAT_HELD_EXPIRED);
    }
}

static const char *const two_roles[] = {"dsl", "chair", NULL}, *const one_role[] = {"dsl", NULL},
                         *const part[] = {"ds", NULL}, *const no_role[] = {NULL};

static const struct {
    const char *name;
    ExeatLetterFilter filter;
} filters[] = {
    {"all", {0}},
    {"copies", {.flagged = true}},
    {"what waits", {.states = 1u << EXEAT_HELD_HELD}},
    {"what is over or fails", {.states = 1u << EXEAT_HELD_RELEASED | 1u << EXEAT_HELD_FAILED}},
    {"evidence", {.kept = true}},
    {"one role", {.role = "dsl"}},
    {"a role nobody has", {.role = "ds"}},
    {"two roles", {.roles = two_roles}},
    {"a part of a role's name among roles", {.roles = part}},
    {"no role at all", {.roles = no_role}},
    {"any role but one", {.not_role = "dsl"}},
    {"a role, or a rule", {.roles = one_role, .or_rule = "many"}},
    {"a role, or a part of a rule's name", {.roles = one_role, .or_rule = "man"}},
    {"a role, or a rule, and a policy", {.roles = one_role, .or_rule = "many", .policy = "personal-data"}},
    {"one policy", {.policy = "personal-data"}},
    {"a policy that only watches", {.policy = "wording"}},
    {"a policy that flags", {.policy = "wording", .flagged = true}},
    {"a part of a policy's name", {.policy = "data"}},
    {"one rule", {.rule = "many"}},
    {"a part of a rule's name", {.rule = "man"}},
    {"policy and rule", {.policy = "personal-data", .rule = "name"}},
    {"policy and another's rule", {.policy = "bulk-bcc", .rule = "upn"}},
    {"held before", {.held_before = NOW + 20}},
    {"held after", {.held_after = NOW + 20}},
    {"deadline", {.deadline_before = NOW + 950}},
    {"reminder", {.remind_before = NOW + 520}},
    {"all at once",
     {.states = 1u << EXEAT_HELD_HELD, .role = "headteacher", .policy = "bulk-bcc", .held_after = NOW + 3}},
};

static bool
is_held_by(const ExeatLetterRow *row, const ExeatLetterFilter *filter)
{
    int action = row->kind == EXEAT_LETTER_FLAGGED ? EXEAT_ACTION_FLAG : EXEAT_ACTION_HOLD;

    if (filter->policy == NULL && filter->rule == NULL)
        return true;
    for (guint i = 0; i < row->findings->len; i++) {
        const ExeatFindingRow *finding = &g_array_index(row->findings, ExeatFindingRow, i);

        if (finding->action == action && (filter->policy == NULL || strcmp(finding->policy, filter->policy) == 0) &&
            (filter->rule == NULL || strcmp(finding->rule, filter->rule) == 0))
            return true;
    }
    return false;
}

static bool
is_wanted(const ExeatLetterRow *row, const ExeatLetterFilter *filter)
{
    guint states = 0;

    for (guint i = 0; i < EXEAT_HELD_STATES; i++)
        states |= row->states[i] > 0 ? 1u << i : 0;
    return (row->kind == EXEAT_LETTER_FLAGGED) == filter->flagged &&
           (filter->states == 0 || (states & filter->states) != 0) && (!filter->kept || row->kept) &&
           (filter->held_before == 0 || row->held_at < filter->held_before) && row->held_at > filter->held_after &&
           (filter->deadline_before == 0 || row->deadline_at <= filter->deadline_before) &&
           (filter->remind_before == 0 || (row->remind_at > 0 && row->remind_at <= filter->remind_before)) &&
           (filter->role == NULL || strcmp(filter->role, row->role) == 0) &&
           (filter->not_role == NULL || strcmp(filter->not_role, row->role) != 0) &&
           (filter->roles == NULL || g_strv_contains(filter->roles, row->role) ||
            (filter->or_rule != NULL && is_held_by(row, &(ExeatLetterFilter){.rule = filter->or_rule}))) &&
           is_held_by(row, filter);
}

static gint
compare(gconstpointer a, gconstpointer b, gpointer data)
{
    const ExeatLetterRow *left = *(ExeatLetterRow *const *)a, *right = *(ExeatLetterRow *const *)b;
    ExeatLetterOrder order = *(ExeatLetterOrder *)data;
    gint64 by = order == EXEAT_LETTERS_DEADLINE ? left->deadline_at - right->deadline_at
                                                : left->held_at - right->held_at;
    gint sign = order == EXEAT_LETTERS_NEWEST ? -1 : 1;

    return sign * (by != 0 ? (by < 0 ? -1 : 1) : strcmp(left->id, right->id));
}

/* Pages of @filter, put together, are what a walk over @all finds. */
static void
check_filter(ExeatStore *store, const char *name, const ExeatLetterFilter *filter, GPtrArray *all)
{
    g_autoptr(GPtrArray) want = g_ptr_array_new(), ids = NULL;
    g_autoptr(GError) error = NULL;
    ExeatLetterOrder order = filter->order;
    guint64 count = 999;
    guint seen = 0;

    for (guint i = 0; i < all->len; i++) {
        if (is_wanted(g_ptr_array_index(all, i), filter))
            g_ptr_array_add(want, g_ptr_array_index(all, i));
    }
    g_ptr_array_sort_with_data(want, compare, &order);
    assert_ok(exeat_store_list_count(store, filter, &count, &error));
    assert_ok(exeat_store_list_ids(store, filter, &ids, &error));
    if (count != want->len || ids->len != want->len)
        fail_msg("%s: %u letters, counted %u, listed %u", name, want->len, (guint)count, ids->len);
    for (guint offset = 0; offset <= want->len; offset += PAGE) {
        ExeatLetterFilter page = *filter;
        g_autoptr(GPtrArray) rows = NULL;

        page.limit = PAGE;
        page.offset = offset;
        rows = list(store, &page);
        for (guint i = 0; i < rows->len; i++, seen++) {
            const char *id = ((ExeatLetterRow *)g_ptr_array_index(want, seen))->id;

            if (strcmp(((ExeatLetterRow *)g_ptr_array_index(rows, i))->id, id) != 0 ||
                strcmp(g_ptr_array_index(ids, seen), id) != 0)
                fail_msg("%s: letter %u is another", name, seen);
        }
    }
    assert_int_equal(seen, want->len);
}

static GPtrArray *
everything(ExeatStore *store)
{
    GPtrArray *all = list(store, &(ExeatLetterFilter){0});
    g_autoptr(GPtrArray) copies = list(store, &(ExeatLetterFilter){.flagged = true});

    g_ptr_array_extend_and_steal(all, g_steal_pointer(&copies));
    assert_int_equal(all->len, LETTERS);
    return all;
}

static void
check_all_filters(ExeatStore *store)
{
    g_autoptr(GPtrArray) all = everything(store);

    for (gsize i = 0; i < G_N_ELEMENTS(filters); i++) {
        for (guint order = 0; order < EXEAT_LETTER_ORDERS; order++) {
            ExeatLetterFilter filter = filters[i].filter;

            filter.order = (ExeatLetterOrder)order;
            check_filter(store, filters[i].name, &filter, all);
        }
    }
}

static void
test_filters(void **state)
{
    g_autoptr(ExeatStore) store = open_store(*state, "filters.db");

    fill(store);
    check_all_filters(store);
}

static void
test_some(void **state)
{
    g_autoptr(ExeatStore) store = open_store(*state, "some.db");
    g_autoptr(GPtrArray) ids = g_ptr_array_new(), none = g_ptr_array_new(), rows = NULL, held = NULL, empty = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(GArray) reasons = NULL;
    ExeatLetterFilter filter = {.ids = ids, .order = EXEAT_LETTERS_NEWEST};
    guint64 count = 0;

    put(store, 0);
    put(store, 2);
    put(store, 7);
    g_ptr_array_add(ids, (char *)(guintptr) "H-00");
    g_ptr_array_add(ids, (char *)(guintptr) "H-19");
    g_ptr_array_add(ids, (char *)(guintptr) "H-19");
    g_ptr_array_add(ids, (char *)(guintptr) "H-\"] --");
    rows = list(store, &filter);
    assert_int_equal(rows->len, 2);
    assert_string_equal(((ExeatLetterRow *)g_ptr_array_index(rows, 0))->id, "H-19");
    assert_ok(exeat_store_list_count(store, &filter, &count, &error));
    assert_int_equal(count, 2);
    assert_ok(exeat_store_reasons(store, &filter, &reasons, &error));
    assert_int_equal(reasons->len, 2);
    filter.policy = "bulk-bcc";
    held = list(store, &filter);
    assert_int_equal(held->len, 1);
    filter = (ExeatLetterFilter){.ids = none};
    empty = list(store, &filter);
    assert_int_equal(empty->len, 0);
}

static guint64
letters_of(const GArray *counts, const char *policy)
{
    for (guint i = 0; i < counts->len; i++) {
        if (strcmp(g_array_index(counts, ExeatReasonCount, i).policy, policy) == 0)
            return g_array_index(counts, ExeatReasonCount, i).letters;
    }
    return 0;
}

static void
check_reasons(ExeatStore *store)
{
    static const char *const policies[] = {"personal-data", "bulk-bcc", "wording"};

    for (gsize i = 0; i < G_N_ELEMENTS(filters); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GArray) counts = NULL;
        guint policies_with = 0;

        assert_ok(exeat_store_reasons(store, &filters[i].filter, &counts, &error));
        for (gsize k = 0; k < G_N_ELEMENTS(policies); k++) {
            ExeatLetterFilter filter = filters[i].filter;
            guint64 want = 0;

            if (filter.policy != NULL || filter.rule != NULL)
                continue;
            filter.policy = policies[k];
            assert_ok(exeat_store_list_count(store, &filter, &want, &error));
            policies_with += want > 0 ? 1 : 0;
            if (letters_of(counts, policies[k]) != want)
                fail_msg("%s: %s has %u letters", filters[i].name, policies[k], (guint)want);
        }
        if (filters[i].filter.policy == NULL && filters[i].filter.rule == NULL)
            assert_int_equal(counts->len, policies_with);
        for (guint k = 1; k < counts->len; k++)
            assert_true(g_array_index(counts, ExeatReasonCount, k - 1).letters >=
                        g_array_index(counts, ExeatReasonCount, k).letters);
    }
}

static void
test_reasons(void **state)
{
    g_autoptr(ExeatStore) store = open_store(*state, "reasons.db");

    fill(store);
    check_reasons(store);
}

static void
script(const char *path, const char *text)
{
    sqlite3 *db = NULL;

    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    if (sqlite3_exec(db, text, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s", sqlite3_errmsg(db));
    sqlite3_close(db);
}

/* The second schema, before a letter's row said anything about its recipients and reasons; and its letters from a store
 * of today. */
static const char second_schema[] =
    "CREATE TABLE letter (id TEXT PRIMARY KEY, kind TEXT NOT NULL, held_at INTEGER NOT NULL,"
    " deadline_at INTEGER NOT NULL, remind_at INTEGER NOT NULL, closed_at INTEGER NOT NULL, size INTEGER NOT NULL,"
    " kept INTEGER NOT NULL DEFAULT 0, card BLOB NOT NULL) WITHOUT ROWID;"
    "CREATE INDEX letter_by_time ON letter (kind, held_at);"
    "CREATE INDEX letter_by_end ON letter (closed_at);"
    "CREATE TABLE chunk (letter TEXT NOT NULL REFERENCES letter ON DELETE CASCADE, number INTEGER NOT NULL,"
    " data BLOB NOT NULL, UNIQUE (letter, number));"
    "CREATE TABLE recipient (letter TEXT NOT NULL REFERENCES letter ON DELETE CASCADE, number INTEGER NOT NULL,"
    " state TEXT NOT NULL, changed_at INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,"
    " attempt_started_at INTEGER NOT NULL DEFAULT 0, next_at INTEGER NOT NULL DEFAULT 0, lease TEXT,"
    " lease_until INTEGER NOT NULL DEFAULT 0, code INTEGER NOT NULL DEFAULT 0, enhanced TEXT,"
    " UNIQUE (letter, number));"
    "CREATE TABLE finding (letter TEXT NOT NULL REFERENCES letter ON DELETE CASCADE, number INTEGER NOT NULL,"
    " policy TEXT NOT NULL, rule TEXT NOT NULL, clause TEXT, confidence INTEGER NOT NULL, zone INTEGER NOT NULL,"
    " action INTEGER NOT NULL, count INTEGER NOT NULL, data_subjects INTEGER NOT NULL, UNIQUE (letter, number));"
    "CREATE TABLE outbox (id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, letter TEXT, state TEXT NOT NULL,"
    " created_at INTEGER NOT NULL, due_at INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, lease TEXT,"
    " lease_until INTEGER NOT NULL DEFAULT 0, ended_at INTEGER NOT NULL DEFAULT 0, code INTEGER NOT NULL DEFAULT 0,"
    " enhanced TEXT, payload BLOB);"
    "CREATE TABLE audit (sequence INTEGER PRIMARY KEY, at INTEGER NOT NULL, event TEXT NOT NULL, letter TEXT,"
    " recipient INTEGER NOT NULL, role TEXT NOT NULL, detail TEXT, digest TEXT, hash TEXT NOT NULL);"
    "CREATE TABLE audit_detail (sequence INTEGER PRIMARY KEY REFERENCES audit, sealed BLOB NOT NULL);"
    "CREATE TABLE audit_head (one INTEGER PRIMARY KEY, rows INTEGER NOT NULL, hash TEXT NOT NULL);"
    "CREATE TABLE repeat (letter TEXT PRIMARY KEY REFERENCES letter ON DELETE CASCADE, digest BLOB NOT NULL,"
    " at INTEGER NOT NULL);"
    "PRAGMA application_id = 0x45786561; PRAGMA user_version = 2;"
    "INSERT INTO letter SELECT id, kind, held_at, deadline_at, remind_at, closed_at, size, kept, card FROM "
    "today.letter;"
    "INSERT INTO chunk SELECT letter, number, data FROM today.chunk;"
    "INSERT INTO recipient (letter, number, state, changed_at) SELECT letter, number, state, changed_at"
    " FROM today.recipient;"
    "INSERT INTO finding SELECT letter, number, policy, rule, clause, confidence, zone, action, count, data_subjects"
    " FROM today.finding;"
    "INSERT INTO audit_head SELECT * FROM today.audit_head";

static void
test_older_store(void **state)
{
    const Fixture *fixture = *state;
    g_autofree char *path = fixture_path(fixture, "older.db"), *today = fixture_path(fixture, "today.db");
    g_autofree char *text = g_strdup_printf("ATTACH '%s' AS today; %s", today, second_schema);
    ExeatStore *store = open_store(fixture, "today.db");
    g_autoptr(GPtrArray) rows = NULL;

    fill(store);
    exeat_store_close(store);
    script(path, text);
    store = open_store(fixture, "older.db");
    check_all_filters(store);
    check_reasons(store);
    rows = list(store, &(ExeatLetterFilter){.role = "dsl"});
    assert_int_equal(rows->len, 0);
    /* What comes afterwards joins the reasons that were found. */
    g_clear_pointer(&rows, g_ptr_array_unref);
    script(path, "PRAGMA foreign_keys = ON; DELETE FROM letter WHERE id = 'H-00'");
    put(store, 0);
    rows = list(store, &(ExeatLetterFilter){.role = "dsl", .policy = "personal-data"});
    assert_int_equal(rows->len, 1);
    assert_string_equal(((ExeatLetterRow *)g_ptr_array_index(rows, 0))->role, "dsl");
    exeat_store_close(store);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_filters),
        cmocka_unit_test(test_some),
        cmocka_unit_test(test_reasons),
        cmocka_unit_test(test_older_store),
    };

    return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
