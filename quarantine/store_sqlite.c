/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The SQLite back end: opening and reading. Every function takes the handle's lock for its whole length, so a handle
 * may be shared by threads; SQLite's own locks stand between processes.
 *
 * The file may be damaged or tampered with: words that are not ours become an error, never an index into a table.
 */
#include "quarantine/store_sqlite.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "quarantine/repeat.h"
#include "quarantine/store_sqlite-private.h"

static void
store_close(void *handle)
{
    StoreSqlite *store = handle;

    if (store == NULL)
        return;
    exeat_sql_close(&store->sql);
    g_mutex_clear(&store->lock);
    g_mutex_clear(&store->queue_lock);
    g_cond_clear(&store->ended);
    g_free(store);
}

bool
exeat_store_sqlite_open(const char *path, ExeatStoreMode mode, void **out_handle, GError **error)
{
    StoreSqlite *store;

    if (mode == EXEAT_STORE_CREATE && !store_sqlite_make_file(path, error))
        return false;
    if (access(path, R_OK | W_OK) != 0) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG, "the store %s cannot be opened: %s", path,
                    errno == ENOENT ? "it is not there; exeatd makes it when it first starts" : g_strerror(errno));
        return false;
    }
    store = g_new0(StoreSqlite, 1);
    g_mutex_init(&store->lock);
    g_mutex_init(&store->queue_lock);
    g_cond_init(&store->ended);
    g_queue_init(&store->waiting);
    if (!exeat_sql_open(&store->sql, path, error) || !store_sqlite_migrate(store, mode == EXEAT_STORE_CREATE, error)) {
        g_prefix_error(error, "%s: ", path);
        store_close(store);
        return false;
    }
    *out_handle = store;
    return true;
}

static bool
store_check(void *handle, GError **error)
{
    StoreSqlite *store = handle;
    sqlite3_stmt *statement;
    bool found = false, done;

    g_mutex_lock(&store->lock);
    statement = exeat_sql_query(&store->sql, error, "PRAGMA quick_check(1)", "");
    done = statement != NULL && exeat_sql_step(&store->sql, statement, &found, error);
    if (done && (!found || g_strcmp0((const char *)sqlite3_column_text(statement, 0), "ok") != 0)) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_UNAVAILABLE, "the store is damaged: restore it from a backup");
        done = false;
    }
    if (statement != NULL)
        sqlite3_reset(statement);
    g_mutex_unlock(&store->lock);
    return done;
}

static bool
store_count_states(StoreSqlite *store, ExeatStoreCounts *counts, GError **error)
{
    bool found = true;
    sqlite3_stmt *statement = exeat_sql_query(&store->sql, error,
                                              "SELECT state, count(*) FROM recipient GROUP BY state", "");

    while (statement != NULL) {
        ExeatHeldState state;

        if (!exeat_sql_step(&store->sql, statement, &found, error))
            return false;
        if (!found)
            return true;
        if (!exeat_held_state_from_name((const char *)sqlite3_column_text(statement, 0), &state))
            return store_sqlite_damaged(statement, error);
        counts->states[state] = (guint64)sqlite3_column_int64(statement, 1);
    }
    return false;
}

static bool
store_count_all(StoreSqlite *store, ExeatStoreCounts *counts, GError **error)
{
    bool found = false;
    sqlite3_stmt *statement = exeat_sql_query(
        &store->sql, error,
        "SELECT (SELECT count(*) FROM letter WHERE kind = 'held'), (SELECT count(*) FROM letter WHERE kind = "
        "'flagged'),"
        " (SELECT coalesce(sum(size), 0) FROM letter INDEXED BY letter_by_reasons),"
        " (SELECT count(*) FROM outbox WHERE state = 'waiting'),"
        " (SELECT count(*) FROM outbox WHERE state = 'failed'),"
        " (SELECT coalesce(min(held_at), 0) FROM letter WHERE kind = 'held' AND states & 1 <> 0),"
        " (SELECT coalesce(min(due_at), 0) FROM outbox WHERE state = 'waiting')",
        "");

    if (statement == NULL || !exeat_sql_step(&store->sql, statement, &found, error))
        return false;
    counts->letters = (guint64)sqlite3_column_int64(statement, 0);
    counts->flagged = (guint64)sqlite3_column_int64(statement, 1);
    counts->bytes = (guint64)sqlite3_column_int64(statement, 2);
    counts->mails_waiting = (guint64)sqlite3_column_int64(statement, 3);
    counts->mails_failed = (guint64)sqlite3_column_int64(statement, 4);
    counts->oldest_held_at = sqlite3_column_int64(statement, 5);
    counts->oldest_mail_due_at = sqlite3_column_int64(statement, 6);
    sqlite3_reset(statement);
    return store_count_states(store, counts, error);
}

static bool
store_counts(void *handle, ExeatStoreCounts *out_counts, GError **error)
{
    StoreSqlite *store = handle;
    ExeatStoreCounts counts = {0};
    bool done;

    g_mutex_lock(&store->lock);
    done = store_count_all(store, &counts, error);
    g_mutex_unlock(&store->lock);
    if (done)
        *out_counts = counts;
    return done;
}

static bool
store_fill_recipients(StoreSqlite *store, const char *id, GPtrArray *rows, GError **error)
{
    bool found = true;
    sqlite3_stmt *statement = exeat_sql_query(
        &store->sql, error,
        "SELECT number, state, attempts, changed_at, attempt_started_at, next_at, code, enhanced, put_right, decision,"
        " coalesce(decided_from, 'held') FROM recipient WHERE letter = ? ORDER BY number",
        "t", id);

    while (statement != NULL) {
        ExeatRecipientRow *row;

        if (!exeat_sql_step(&store->sql, statement, &found, error))
            return false;
        if (!found)
            return true;
        row = g_new0(ExeatRecipientRow, 1);
        g_ptr_array_add(rows, row);
        row->letter = g_strdup(id);
        row->index = (guint)sqlite3_column_int64(statement, 0);
        if (!exeat_held_state_from_name((const char *)sqlite3_column_text(statement, 1), &row->state) ||
            !exeat_held_state_from_name((const char *)sqlite3_column_text(statement, 10), &row->decided_from))
            return store_sqlite_damaged(statement, error);
        row->attempts = (guint)sqlite3_column_int64(statement, 2);
        row->changed_at = sqlite3_column_int64(statement, 3);
        row->attempt_started_at = sqlite3_column_int64(statement, 4);
        row->next_at = sqlite3_column_int64(statement, 5);
        row->code = (guint)sqlite3_column_int64(statement, 6);
        row->enhanced = exeat_sql_text(statement, 7);
        row->put_right = sqlite3_column_int64(statement, 8) != 0;
        row->decision = exeat_sql_text(statement, 9);
    }
    return false;
}

static bool
store_recipients(void *handle, const char *id, GPtrArray **out_rows, GError **error)
{
    StoreSqlite *store = handle;
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)exeat_recipient_row_free);
    bool done;

    g_mutex_lock(&store->lock);
    done = store_fill_recipients(store, id, rows, error);
    g_mutex_unlock(&store->lock);
    if (done)
        *out_rows = g_steal_pointer(&rows);
    return done;
}

static bool
store_read_blobs(StoreSqlite *store, const char *text, const char *id, GByteArray *bytes, guint *out_pieces,
                 GError **error)
{
    sqlite3_stmt *statement = exeat_sql_query(&store->sql, error, text, "t", id);
    bool found = true;

    while (statement != NULL && found) {
        if (!exeat_sql_step(&store->sql, statement, &found, error))
            return false;
        if (!found)
            break;
        g_byte_array_append(bytes, sqlite3_column_blob(statement, 0), (guint)sqlite3_column_bytes(statement, 0));
        (*out_pieces)++;
    }
    return statement != NULL;
}

static bool
store_read(StoreSqlite *store, const char *text, const char *id, GBytes **out_sealed, GError **error)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    guint pieces = 0;
    bool done;

    g_mutex_lock(&store->lock);
    done = store_read_blobs(store, text, id, bytes, &pieces, error);
    g_mutex_unlock(&store->lock);
    if (done && pieces == 0) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_MALFORMED, "there is no letter of that id");
        return false;
    }
    if (done)
        *out_sealed = g_byte_array_free_to_bytes(g_steal_pointer(&bytes));
    return done;
}

bool
store_sqlite_look_for_repeat(StoreSqlite *store, GBytes *digest, gint64 now, char **out_id, GError **error)
{
    bool found = false;
    sqlite3_stmt *statement = exeat_sql_query(
        &store->sql, error,
        "SELECT letter FROM repeat WHERE digest = ?1 AND at BETWEEN ?2 AND ?3 AND NOT EXISTS"
        " (SELECT 1 FROM recipient WHERE recipient.letter = repeat.letter AND state <> 'held') ORDER BY at LIMIT 1",
        "bii", digest, now - EXEAT_REPEAT_SECONDS, now + EXEAT_REPEAT_SECONDS);

    if (statement == NULL || !exeat_sql_step(&store->sql, statement, &found, error))
        return false;
    *out_id = found ? exeat_sql_text(statement, 0) : NULL;
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    return true;
}

static bool
store_find_repeat(void *handle, GBytes *digest, gint64 now, char **out_id, GError **error)
{
    StoreSqlite *store = handle;
    bool done;

    g_mutex_lock(&store->lock);
    done = store_sqlite_look_for_repeat(store, digest, now, out_id, error);
    g_mutex_unlock(&store->lock);
    return done;
}

static bool
store_read_card(void *handle, const char *id, GBytes **out_sealed, GError **error)
{
    return store_read(handle, "SELECT card FROM letter WHERE id = ?", id, out_sealed, error);
}

static bool
store_read_letter(void *handle, const char *id, GBytes **out_sealed, GError **error)
{
    return store_read(handle, "SELECT data FROM chunk WHERE letter = ? ORDER BY number", id, out_sealed, error);
}

static ExeatAuditRow *
store_read_audit(sqlite3_stmt *statement)
{
    ExeatAuditRow *row = g_new0(ExeatAuditRow, 1);

    row->sequence = sqlite3_column_int64(statement, 0);
    row->at = sqlite3_column_int64(statement, 1);
    row->event = exeat_sql_word(statement, 2);
    row->letter = exeat_sql_text(statement, 3);
    row->recipient = sqlite3_column_int64(statement, 4);
    row->role = exeat_sql_word(statement, 5);
    row->detail = exeat_sql_text(statement, 6);
    row->digest = exeat_sql_text(statement, 7);
    row->hash = exeat_sql_word(statement, 8);
    row->sealed = exeat_sql_blob(statement, 9);
    return row;
}

#define AUDIT_SELECT                                                                                     \
    "SELECT audit.sequence, at, event, letter, recipient, role, detail, digest, hash, sealed FROM audit" \
    " LEFT JOIN audit_detail ON audit_detail.sequence = audit.sequence"

/* Steps through @statement. */
static bool
store_fill_audit(StoreSqlite *store, sqlite3_stmt *statement, GPtrArray *rows, GError **error)
{
    bool found = true;

    while (statement != NULL && found) {
        if (!exeat_sql_step(&store->sql, statement, &found, error))
            return false;
        if (found)
            g_ptr_array_add(rows, store_read_audit(statement));
    }
    return statement != NULL;
}

static bool
store_audit(void *handle, const char *letter, gint64 after, GPtrArray **out_rows, GError **error)
{
    StoreSqlite *store = handle;
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)exeat_audit_row_free);
    bool done;

    g_mutex_lock(&store->lock);
    /* One statement for both would not use the index by letter. */
    done = store_fill_audit(
        store,
        letter != NULL ? exeat_sql_query(&store->sql, error,
                                         AUDIT_SELECT
                                         " WHERE letter = ?2 AND audit.sequence > ?1 ORDER BY audit.sequence LIMIT ?3",
                                         "iti", after, letter, (gint64)EXEAT_STORE_LIST_LIMIT)
                       : exeat_sql_query(&store->sql, error,
                                         AUDIT_SELECT " WHERE audit.sequence > ?1 ORDER BY audit.sequence LIMIT ?2",
                                         "ii", after, (gint64)EXEAT_STORE_LIST_LIMIT),
        rows, error);
    g_mutex_unlock(&store->lock);
    if (done)
        *out_rows = g_steal_pointer(&rows);
    return done;
}

#define AUDIT_LATEST                                                                            \
    " AND (?3 IS NULL OR event = ?3) AND (?7 IS NULL OR event <> ?7) AND at >= ?4 AND at < ?5 " \
    "ORDER BY audit.sequence DESC LIMIT ?6"

static bool
store_audit_latest(void *handle, const ExeatAuditFilter *filter, GPtrArray **out_rows, GError **error)
{
    StoreSqlite *store = handle;
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)exeat_audit_row_free);
    guint limit = filter->limit > 0 ? MIN(filter->limit, EXEAT_STORE_LIST_LIMIT) : EXEAT_STORE_LIST_LIMIT;
    const char *text;
    bool done;

    g_mutex_lock(&store->lock);
    text = filter->letter != NULL ? AUDIT_SELECT " WHERE audit.letter = ?2 AND audit.sequence < ?1" AUDIT_LATEST
                                  : AUDIT_SELECT " WHERE ?2 IS NULL AND audit.sequence < ?1" AUDIT_LATEST;
    done = store_fill_audit(store,
                            exeat_sql_query(&store->sql, error, text, "ittiiit",
                                            filter->before > 0 ? filter->before : G_MAXINT64, filter->letter,
                                            filter->event, filter->from, filter->to > 0 ? filter->to : G_MAXINT64,
                                            (gint64)limit, filter->not_event),
                            rows, error);
    g_mutex_unlock(&store->lock);
    if (done)
        *out_rows = g_steal_pointer(&rows);
    return done;
}

static bool
store_audit_head(void *handle, gint64 *out_rows, char **out_hash, GError **error)
{
    StoreSqlite *store = handle;
    sqlite3_stmt *statement;
    bool found = false, done;

    g_mutex_lock(&store->lock);
    statement = exeat_sql_query(&store->sql, error, "SELECT rows, hash FROM audit_head WHERE one = 1", "");
    done = statement != NULL && exeat_sql_step(&store->sql, statement, &found, error);
    if (done && !found) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_UNAVAILABLE, "the head of the audit trail is gone");
        done = false;
    } else if (done) {
        *out_rows = sqlite3_column_int64(statement, 0);
        *out_hash = exeat_sql_word(statement, 1);
        sqlite3_reset(statement);
    }
    g_mutex_unlock(&store->lock);
    return done;
}

const ExeatStoreEngine exeat_store_sqlite = {
    .name = "sqlite",
    .close = store_close,
    .check = store_check,
    .commit = store_sqlite_commit,
    .list = store_sqlite_list,
    .list_count = store_sqlite_list_count,
    .list_ids = store_sqlite_list_ids,
    .reasons = store_sqlite_reasons,
    .counts = store_counts,
    .letter = store_sqlite_letter,
    .recipients = store_recipients,
    .find_repeat = store_find_repeat,
    .read_card = store_read_card,
    .read_letter = store_read_letter,
    .claim_release = store_sqlite_claim_release,
    .claim_mail = store_sqlite_claim_mail,
    .digest = store_sqlite_digest,
    .digest_troubles = store_sqlite_digest_troubles,
    .purge = store_sqlite_purge,
    .audit = store_audit,
    .audit_latest = store_audit_latest,
    .audit_head = store_audit_head,
};
