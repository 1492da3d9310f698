/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lists of letters: pages, counts, counts by reason. A letter's row is large (its card lies in it), so a list is made
 * in an index that holds every column of a filter, and only the rows of the page are fetched: skipping 100,000 letters
 * costs some milliseconds. For the same sake the letter's row says itself in which states its recipients are
 * (store_sqlite_commit.c keeps it) and, by number, for which set of reasons it is held (table `reason`).
 *
 * The file may be damaged or tampered with: words that are not ours become an error, never an index into a table.
 */
#include <json-glib/json-glib.h>
#include <string.h>

#include "base/error.h"
#include "policies/finding.h"
#include "quarantine/store_sqlite-private.h"

bool
store_sqlite_damaged(sqlite3_stmt *statement, GError **error)
{
    sqlite3_reset(statement);
    g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_UNAVAILABLE, "the store is damaged: it holds a word that is not ours");
    return false;
}

static bool
list_fill_states(StoreSqlite *store, ExeatLetterRow *row, GError **error)
{
    sqlite3_stmt *statement = exeat_sql_query(
        &store->sql, error, "SELECT state, count(*) FROM recipient WHERE letter = ? GROUP BY state", "t", row->id);
    bool found = true;

    while (statement != NULL) {
        ExeatHeldState state;

        if (!exeat_sql_step(&store->sql, statement, &found, error))
            return false;
        if (!found)
            return true;
        if (!exeat_held_state_from_name((const char *)sqlite3_column_text(statement, 0), &state))
            return store_sqlite_damaged(statement, error);
        row->states[state] = (guint)sqlite3_column_int64(statement, 1);
    }
    return false;
}

static const char *
list_intern(sqlite3_stmt *statement, int column)
{
    return g_intern_string((const char *)sqlite3_column_text(statement, column));
}

/* Its words are there, and its numbers are of the tables that they index. */
static bool
list_finding_is_sound(const ExeatFindingRow *finding)
{
    return finding->policy != NULL && finding->rule != NULL && finding->confidence >= 0 &&
           finding->confidence <= EXEAT_CONFIDENCE_HIGH && finding->zone >= 0 &&
           finding->zone <= EXEAT_ZONE_FILE_NAME && finding->action >= 0 && finding->action <= EXEAT_ACTION_REJECT;
}

static bool
list_fill_findings(StoreSqlite *store, ExeatLetterRow *row, GError **error)
{
    sqlite3_stmt *statement = exeat_sql_query(
        &store->sql, error,
        "SELECT policy, rule, clause, confidence, zone, action, count, data_subjects FROM finding"
        " WHERE letter = ? ORDER BY number",
        "t", row->id);
    bool found = true;

    while (statement != NULL) {
        ExeatFindingRow finding = {0};

        if (!exeat_sql_step(&store->sql, statement, &found, error))
            return false;
        if (!found)
            return true;
        finding.policy = list_intern(statement, 0);
        finding.rule = list_intern(statement, 1);
        finding.clause = list_intern(statement, 2);
        finding.confidence = sqlite3_column_int(statement, 3);
        finding.zone = sqlite3_column_int(statement, 4);
        finding.action = sqlite3_column_int(statement, 5);
        finding.count = (guint)sqlite3_column_int64(statement, 6);
        finding.data_subjects = (guint)sqlite3_column_int64(statement, 7);
        if (!list_finding_is_sound(&finding))
            return store_sqlite_damaged(statement, error);
        g_array_append_val(row->findings, finding);
    }
    return false;
}

#define LIST_COLUMNS "id, kind, held_at, deadline_at, remind_at, closed_at, size, kept, role"

static ExeatLetterRow *
list_read_row(sqlite3_stmt *statement)
{
    ExeatLetterRow *row = exeat_letter_row_new();

    row->id = exeat_sql_word(statement, 0);
    row->kind = g_strcmp0((const char *)sqlite3_column_text(statement, 1), "flagged") == 0 ? EXEAT_LETTER_FLAGGED
                                                                                           : EXEAT_LETTER_HELD;
    row->held_at = sqlite3_column_int64(statement, 2);
    row->deadline_at = sqlite3_column_int64(statement, 3);
    row->remind_at = sqlite3_column_int64(statement, 4);
    row->closed_at = sqlite3_column_int64(statement, 5);
    row->size = sqlite3_column_int64(statement, 6);
    row->kept = sqlite3_column_int64(statement, 7) != 0;
    row->role = list_intern(statement, 8);
    return row;
}

static bool
list_letter(StoreSqlite *store, const char *id, ExeatLetterRow **out_row, GError **error)
{
    g_autoptr(ExeatLetterRow) row = NULL;
    bool found = false;
    sqlite3_stmt *statement = exeat_sql_query(&store->sql, error, "SELECT " LIST_COLUMNS " FROM letter WHERE id = ?",
                                              "t", id);

    if (statement == NULL || !exeat_sql_step(&store->sql, statement, &found, error))
        return false;
    if (found) {
        row = list_read_row(statement);
        sqlite3_reset(statement);
        if (!list_fill_states(store, row, error) || !list_fill_findings(store, row, error))
            return false;
    }
    *out_row = g_steal_pointer(&row);
    return true;
}

bool
store_sqlite_letter(void *handle, const char *id, ExeatLetterRow **out_row, GError **error)
{
    StoreSqlite *store = handle;
    bool done;

    g_mutex_lock(&store->lock);
    done = list_letter(store, id, out_row, error);
    g_mutex_unlock(&store->lock);
    return done;
}

/* ?1 … ?9 are what list_query() binds. */
#define LIST_WHERE                                                                                       \
    "kind = ?1 AND (?2 = 0 OR states & ?2 <> 0) AND held_at < ?3 AND held_at > ?4 AND deadline_at <= ?5" \
    " AND (?6 = 0 OR (remind_at > 0 AND remind_at <= ?6)) AND (?8 = 0 OR kept)"                          \
    " AND (?7 = '' OR instr(?7, char(10) || role || char(10)) > 0"                                       \
    "  OR (substr(?7, 1, 1) = '!' AND role <> substr(?7, 2))"                                            \
    "  OR (instr(?7, char(1)) > 0 AND reasons IN"                                                        \
    "      (SELECT number FROM reason WHERE instr(words, substr(?7, instr(?7, char(1)) + 1)) > 0)))"     \
    " AND (?9 = '' OR reasons IN (SELECT number FROM reason WHERE instr(words, ?9) > 0))"
#define LIST_ALL(index) " FROM letter INDEXED BY " index " WHERE " LIST_WHERE
/* Some letters, by their ids: ?10 is an array in JSON. */
#define LIST_SOME \
    " FROM (SELECT DISTINCT value AS wanted FROM json_each(?10)) CROSS JOIN letter ON id = wanted WHERE " LIST_WHERE

#define LIST_TYPES "tiiiiitit"
#define LIST_TYPES_SOME LIST_TYPES "t"
#define LIST_TYPES_PAGE LIST_TYPES "tii"

#define LIST_IDS(from, order) "SELECT id" from " ORDER BY " order
#define LIST_PAGE(from, order)                                                                          \
    "SELECT " LIST_COLUMNS " FROM (SELECT id AS found" from " ORDER BY " order " LIMIT ?11 OFFSET ?12)" \
    " CROSS JOIN letter ON id = found ORDER BY " order
#define LIST_COUNT(from) "SELECT count(*)" from
#define LIST_REASONS(from) "SELECT (SELECT words FROM reason WHERE number = reasons), count(*)" from " GROUP BY reasons"

#define LIST_BY_TIME LIST_ALL("letter_by_time")
#define LIST_BY_DEADLINE LIST_ALL("letter_by_deadline")
#define LIST_BY_REASONS LIST_ALL("letter_by_reasons")
#define LIST_OLDEST "held_at, id"
#define LIST_NEWEST "held_at DESC, id DESC"
#define LIST_DEADLINE "deadline_at, id"

/* One for all, one for some. */
static const char *const list_pages[EXEAT_LETTER_ORDERS][2] = {
    [EXEAT_LETTERS_OLDEST] = {LIST_PAGE(LIST_BY_TIME, LIST_OLDEST), LIST_PAGE(LIST_SOME, LIST_OLDEST)},
    [EXEAT_LETTERS_NEWEST] = {LIST_PAGE(LIST_BY_TIME, LIST_NEWEST), LIST_PAGE(LIST_SOME, LIST_NEWEST)},
    [EXEAT_LETTERS_DEADLINE] = {LIST_PAGE(LIST_BY_DEADLINE, LIST_DEADLINE), LIST_PAGE(LIST_SOME, LIST_DEADLINE)},
};
static const char *const list_ids[EXEAT_LETTER_ORDERS][2] = {
    [EXEAT_LETTERS_OLDEST] = {LIST_IDS(LIST_BY_TIME, LIST_OLDEST), LIST_IDS(LIST_SOME, LIST_OLDEST)},
    [EXEAT_LETTERS_NEWEST] = {LIST_IDS(LIST_BY_TIME, LIST_NEWEST), LIST_IDS(LIST_SOME, LIST_NEWEST)},
    [EXEAT_LETTERS_DEADLINE] = {LIST_IDS(LIST_BY_DEADLINE, LIST_DEADLINE), LIST_IDS(LIST_SOME, LIST_DEADLINE)},
};
static const char *const list_counts[2] = {LIST_COUNT(LIST_BY_REASONS), LIST_COUNT(LIST_SOME)};
static const char *const list_reasons[2] = {LIST_REASONS(LIST_BY_REASONS), LIST_REASONS(LIST_SOME)};

/* What a set of reasons has in it if the filter lets it through: see store_sqlite_reason_words(). (transfer full) */
static char *
list_needle(const ExeatLetterFilter *filter)
{
    if (filter->policy == NULL && filter->rule == NULL)
        return g_strdup("");
    return g_strdup_printf("%s%s/%s%s", filter->policy != NULL ? " " : "", filter->policy != NULL ? filter->policy : "",
                           filter->rule != NULL ? filter->rule : "", filter->rule != NULL ? " " : "");
}

/* What ?7 is: roles each between line feeds, then after U+0001 what a set of reasons may have instead; or "!chair", any
 * role but that; or "", any. (transfer full) */
static char *
list_roles(const ExeatLetterFilter *filter)
{
    GString *words = g_string_new(NULL);

    if (filter->not_role != NULL)
        g_string_append_printf(words, "!%s", filter->not_role);
    else if (filter->role != NULL)
        g_string_append_printf(words, "\n%s\n", filter->role);
    else if (filter->roles != NULL)
        g_string_append_c(words, '\n');
    for (gsize i = 0; filter->not_role == NULL && filter->roles != NULL && filter->roles[i] != NULL; i++)
        g_string_append_printf(words, "%s\n", filter->roles[i]);
    if (filter->roles != NULL && filter->or_rule != NULL)
        g_string_append_printf(words, "\001/%s ", filter->or_rule);
    return g_string_free(words, FALSE);
}

/* (transfer full) */
static char *
list_json(const GPtrArray *ids)
{
    g_autoptr(JsonArray) array = json_array_new();
    g_autoptr(JsonNode) root = json_node_new(JSON_NODE_ARRAY);

    for (guint i = 0; ids != NULL && i < ids->len; i++)
        json_array_add_string_element(array, g_ptr_array_index(ids, i));
    json_node_set_array(root, array);
    return json_to_string(root, false);
}

/* @texts: the statement for all and the one for some. */
static sqlite3_stmt *
list_query(StoreSqlite *store, const ExeatLetterFilter *filter, const char *const texts[2], bool page, GError **error)
{
    bool some = filter->ids != NULL;
    guint limit = filter->limit > 0 ? MIN(filter->limit, EXEAT_STORE_LIST_LIMIT) : EXEAT_STORE_LIST_LIMIT;
    g_autofree char *needle = list_needle(filter), *ids = list_json(filter->ids), *roles = list_roles(filter);

    return exeat_sql_query(&store->sql, error, texts[some ? 1 : 0],
                           page   ? LIST_TYPES_PAGE
                           : some ? LIST_TYPES_SOME
                                  : LIST_TYPES,
                           filter->flagged ? "flagged" : "held", (gint64)filter->states,
                           filter->held_before > 0 ? filter->held_before : G_MAXINT64,
                           filter->held_after > 0 ? filter->held_after : G_MININT64,
                           filter->deadline_before > 0 ? filter->deadline_before : G_MAXINT64, filter->remind_before,
                           roles, (gint64)(filter->kept ? 1 : 0), needle, ids, (gint64)limit, (gint64)filter->offset);
}

static const char *const *
list_ordered(const char *const texts[EXEAT_LETTER_ORDERS][2], const ExeatLetterFilter *filter)
{
    return texts[(guint)filter->order < EXEAT_LETTER_ORDERS ? filter->order : EXEAT_LETTERS_OLDEST];
}

static bool
list_fill(StoreSqlite *store, const ExeatLetterFilter *filter, GPtrArray *rows, GError **error)
{
    bool found = true;
    sqlite3_stmt *statement = list_query(store, filter, list_ordered(list_pages, filter), true, error);

    while (statement != NULL && found) {
        if (!exeat_sql_step(&store->sql, statement, &found, error))
            return false;
        if (found)
            g_ptr_array_add(rows, list_read_row(statement));
    }
    for (guint i = 0; statement != NULL && i < rows->len; i++) {
        ExeatLetterRow *row = g_ptr_array_index(rows, i);

        if (!list_fill_states(store, row, error) || !list_fill_findings(store, row, error))
            return false;
    }
    return statement != NULL;
}

bool
store_sqlite_list(void *handle, const ExeatLetterFilter *filter, GPtrArray **out_rows, GError **error)
{
    StoreSqlite *store = handle;
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)exeat_letter_row_free);
    bool done;

    g_mutex_lock(&store->lock);
    done = list_fill(store, filter, rows, error);
    g_mutex_unlock(&store->lock);
    if (done)
        *out_rows = g_steal_pointer(&rows);
    return done;
}

static bool
list_fill_ids(StoreSqlite *store, const ExeatLetterFilter *filter, GPtrArray *ids, GError **error)
{
    bool found = true;
    sqlite3_stmt *statement = list_query(store, filter, list_ordered(list_ids, filter), false, error);

    while (statement != NULL && found) {
        if (!exeat_sql_step(&store->sql, statement, &found, error))
            return false;
        if (found)
            g_ptr_array_add(ids, exeat_sql_word(statement, 0));
    }
    return statement != NULL;
}

bool
store_sqlite_list_ids(void *handle, const ExeatLetterFilter *filter, GPtrArray **out_ids, GError **error)
{
    StoreSqlite *store = handle;
    g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
    bool done;

    g_mutex_lock(&store->lock);
    done = list_fill_ids(store, filter, ids, error);
    g_mutex_unlock(&store->lock);
    if (done)
        *out_ids = g_steal_pointer(&ids);
    return done;
}

bool
store_sqlite_list_count(void *handle, const ExeatLetterFilter *filter, guint64 *out_count, GError **error)
{
    StoreSqlite *store = handle;
    sqlite3_stmt *statement;
    bool found = false, done;

    g_mutex_lock(&store->lock);
    statement = list_query(store, filter, list_counts, false, error);
    done = statement != NULL && exeat_sql_step(&store->sql, statement, &found, error);
    if (done && found) {
        *out_count = (guint64)sqlite3_column_int64(statement, 0);
        sqlite3_reset(statement);
    }
    g_mutex_unlock(&store->lock);
    return done;
}

/* --- reasons ------------------------------------------------------------------------------------------------------ */

static gint
list_compare_words(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

char *
store_sqlite_reason_words(const ExeatLetterRow *letter)
{
    int action = letter->kind == EXEAT_LETTER_FLAGGED ? EXEAT_ACTION_FLAG : EXEAT_ACTION_HOLD;
    g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(g_free);
    GString *words = g_string_new("");

    for (guint i = 0; i < letter->findings->len; i++) {
        const ExeatFindingRow *finding = &g_array_index(letter->findings, ExeatFindingRow, i);

        if (finding->action == action)
            g_ptr_array_add(all, g_strdup_printf("%s/%s", finding->policy, finding->rule));
    }
    g_ptr_array_sort(all, list_compare_words);
    for (guint i = 0; i < all->len; i++) {
        if (i == 0 || strcmp(g_ptr_array_index(all, i), g_ptr_array_index(all, i - 1)) != 0)
            g_string_append_printf(words, "%s%s ", words->len == 0 ? " " : "", (char *)g_ptr_array_index(all, i));
    }
    return g_string_free(words, false);
}

/* Adds @letters to each policy of a set of reasons. They are sorted, so that those of one policy stand together. */
static void
list_add_reasons(GHashTable *counts, const char *set, guint64 letters)
{
    g_auto(GStrv) words = g_strsplit(set != NULL ? set : "", " ", -1);
    const char *last = NULL;

    for (gsize i = 0; words[i] != NULL; i++) {
        char *slash = strchr(words[i], '/');
        guint64 *count;

        if (slash == NULL)
            continue;
        *slash = '\0';
        if (g_strcmp0(last, words[i]) == 0)
            continue;
        last = g_intern_string(words[i]);
        count = g_hash_table_lookup(counts, last);
        if (count == NULL) {
            count = g_new0(guint64, 1);
            g_hash_table_insert(counts, (gpointer)(guintptr)last, count);
        }
        *count += letters;
    }
}

static gint
list_compare_counts(gconstpointer a, gconstpointer b)
{
    const ExeatReasonCount *left = a, *right = b;

    if (left->letters != right->letters)
        return left->letters > right->letters ? -1 : 1;
    return strcmp(left->policy, right->policy);
}

static bool
list_count_reasons(StoreSqlite *store, const ExeatLetterFilter *filter, GHashTable *counts, GError **error)
{
    bool found = true;
    sqlite3_stmt *statement = list_query(store, filter, list_reasons, false, error);

    while (statement != NULL && found) {
        if (!exeat_sql_step(&store->sql, statement, &found, error))
            return false;
        if (found)
            list_add_reasons(counts, (const char *)sqlite3_column_text(statement, 0),
                             (guint64)sqlite3_column_int64(statement, 1));
    }
    return statement != NULL;
}

bool
store_sqlite_reasons(void *handle, const ExeatLetterFilter *filter, GArray **out_counts, GError **error)
{
    StoreSqlite *store = handle;
    g_autoptr(GHashTable) counts = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    GHashTableIter iter;
    gpointer policy, letters;
    bool done;

    g_mutex_lock(&store->lock);
    done = list_count_reasons(store, filter, counts, error);
    g_mutex_unlock(&store->lock);
    if (!done)
        return false;
    *out_counts = g_array_new(false, false, sizeof(ExeatReasonCount));
    g_hash_table_iter_init(&iter, counts);
    while (g_hash_table_iter_next(&iter, &policy, &letters)) {
        ExeatReasonCount count = {policy, *(guint64 *)letters};

        g_array_append_val(*out_counts, count);
    }
    g_array_sort(*out_counts, list_compare_counts);
    return true;
}
