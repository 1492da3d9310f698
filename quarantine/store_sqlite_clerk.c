/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The clerk's side of the store: work is claimed under a lease, so that two clerks never do the same thing at once and
 * the work of one that died is found again; and what is past its retention goes.
 */
#include "base/fault.h"
#include "quarantine/store_sqlite-private.h"

#define CLERK_PURGE_BATCH 200

/*
 * At ?2, with leases of ?3 seconds. No attempt is put off by more than an hour (exeat_held_backoff) and no lease is
 * longer than ?3: what lies further ahead was written while the clock was wrong, and must not wait until it is right
 * again. Twice as long, since another clerk may look at its clock a moment earlier.
 */
#define CLERK_IS_DUE(when) \
    "(" when " <= ?2 OR " when " > ?2 + 2 * 60 * 60) AND (lease_until <= ?2 OR lease_until > ?2 + 2 * ?3)"

static ExeatRecipientRow *
clerk_recipient(sqlite3_stmt *statement)
{
    ExeatRecipientRow *row = g_new0(ExeatRecipientRow, 1);

    row->letter = exeat_sql_word(statement, 0);
    row->index = (guint)sqlite3_column_int64(statement, 1);
    row->state = EXEAT_HELD_RELEASING;
    row->attempts = (guint)sqlite3_column_int64(statement, 2);
    row->changed_at = sqlite3_column_int64(statement, 3);
    row->attempt_started_at = sqlite3_column_int64(statement, 4);
    row->next_at = sqlite3_column_int64(statement, 5);
    row->put_right = sqlite3_column_int64(statement, 6) != 0;
    return row;
}

/* @text is a literal with the lease, the time and the lease's length. */
static sqlite3_stmt *
clerk_claim(StoreSqlite *store, const char *text, const char *lease, gint64 now, gint64 seconds, GError **error)
{
    if (!store_sqlite_is_there(store, error))
        return NULL;
    return exeat_sql_query(&store->sql, error, text, "tii", lease, now, seconds);
}

bool
store_sqlite_claim_release(void *handle, const char *lease, gint64 now, gint64 seconds, ExeatRecipientRow **out_row,
                           GError **error)
{
    StoreSqlite *store = handle;
    g_autoptr(ExeatRecipientRow) row = NULL;
    sqlite3_stmt *statement;
    bool found = false, done;

    g_mutex_lock(&store->lock);
    statement = clerk_claim(
        store,
        "UPDATE recipient SET lease = ?1, lease_until = ?2 + ?3, attempts = attempts + 1,"
        " attempt_started_at = ?2 WHERE rowid = (SELECT rowid FROM recipient WHERE"
        " state = 'releasing' AND " CLERK_IS_DUE(
            "next_at") " ORDER BY next_at LIMIT 1)"
                       " RETURNING letter, number, attempts, changed_at, attempt_started_at, next_at, put_right",
        lease, now, seconds, error);
    done = statement != NULL && exeat_sql_step(&store->sql, statement, &found, error);
    if (done && found) {
        row = clerk_recipient(statement);
        /* The change is only on disk when the statement has come to its end. */
        done = exeat_sql_step(&store->sql, statement, &found, error);
    }
    g_mutex_unlock(&store->lock);
    if (done)
        *out_row = g_steal_pointer(&row);
    return done;
}

static ExeatMailRow *
clerk_mail(sqlite3_stmt *statement)
{
    ExeatMailRow *row = g_new0(ExeatMailRow, 1);

    row->id = sqlite3_column_int64(statement, 0);
    row->kind = exeat_sql_word(statement, 1);
    row->letter = exeat_sql_text(statement, 2);
    row->due_at = sqlite3_column_int64(statement, 3);
    row->attempts = (guint)sqlite3_column_int64(statement, 4);
    row->sealed = exeat_sql_blob(statement, 5);
    if (row->sealed == NULL) /* a waiting mail always has one, unless the file was damaged: nothing that opens */
        row->sealed = g_bytes_new(NULL, 0);
    row->created_at = sqlite3_column_int64(statement, 6);
    row->not_before = sqlite3_column_int64(statement, 7);
    return row;
}

bool
store_sqlite_claim_mail(void *handle, const char *lease, gint64 now, gint64 seconds, ExeatMailRow **out_row,
                        GError **error)
{
    StoreSqlite *store = handle;
    g_autoptr(ExeatMailRow) row = NULL;
    sqlite3_stmt *statement;
    bool found = false, done;

    g_mutex_lock(&store->lock);
    statement = clerk_claim(
        store,
        "UPDATE outbox SET lease = ?1, lease_until = ?2 + ?3, attempts = attempts + 1 WHERE id ="
        " (SELECT id FROM outbox WHERE state = 'waiting' AND not_before <= ?2 AND " CLERK_IS_DUE(
            "due_at") " ORDER BY due_at, id LIMIT 1)"
                      " RETURNING id, kind, letter, due_at, attempts, payload, created_at, not_before",
        lease, now, seconds, error);
    done = statement != NULL && exeat_sql_step(&store->sql, statement, &found, error);
    if (done && found) {
        row = clerk_mail(statement);
        done = exeat_sql_step(&store->sql, statement, &found, error);
    }
    g_mutex_unlock(&store->lock);
    if (done)
        *out_row = g_steal_pointer(&row);
    return done;
}

bool
store_sqlite_digest(void *handle, const char *role, gint64 *out_due_at, gint64 *out_made_at, GError **error)
{
    StoreSqlite *store = handle;
    sqlite3_stmt *statement;
    bool found = false, done;

    g_mutex_lock(&store->lock);
    statement = exeat_sql_query(&store->sql, error, "SELECT due_at, made_at FROM digest WHERE role = ?", "t", role);
    done = statement != NULL && exeat_sql_step(&store->sql, statement, &found, error);
    if (done) {
        *out_due_at = found ? sqlite3_column_int64(statement, 0) : 0;
        *out_made_at = found ? sqlite3_column_int64(statement, 1) : 0;
        sqlite3_reset(statement);
    }
    g_mutex_unlock(&store->lock);
    return done;
}

static bool
clerk_fill_troubles(StoreSqlite *store, gint64 before, bool told, GPtrArray *troubles, GError **error)
{
    bool found = true;
    sqlite3_stmt *statement = exeat_sql_query(
        &store->sql, error,
        "SELECT role, created_at, max(state = 'failed') FROM outbox WHERE role IS NOT NULL AND CASE WHEN ?2 THEN"
        " (state = 'failed' AND created_at = (SELECT made_at FROM digest WHERE digest.role = outbox.role))"
        " OR (state = 'waiting' AND (alarmed OR created_at <= ?1))"
        " ELSE alarmed = 0 AND (state = 'failed' OR (state = 'waiting' AND created_at <= ?1)) END"
        " GROUP BY role, created_at",
        "ii", before, (gint64)told);

    while (statement != NULL && found) {
        ExeatDigestTrouble *trouble;

        if (!exeat_sql_step(&store->sql, statement, &found, error))
            return false;
        if (!found)
            break;
        trouble = g_new0(ExeatDigestTrouble, 1);
        trouble->role = exeat_sql_word(statement, 0);
        trouble->made_at = sqlite3_column_int64(statement, 1);
        trouble->failed = sqlite3_column_int64(statement, 2) != 0;
        g_ptr_array_add(troubles, trouble);
    }
    return statement != NULL;
}

bool
store_sqlite_digest_troubles(void *handle, gint64 before, bool told, GPtrArray **out_troubles, GError **error)
{
    StoreSqlite *store = handle;
    g_autoptr(GPtrArray) troubles = g_ptr_array_new_with_free_func((GDestroyNotify)exeat_digest_trouble_free);
    bool done;

    g_mutex_lock(&store->lock);
    done = clerk_fill_troubles(store, before, told, troubles, error);
    g_mutex_unlock(&store->lock);
    if (done)
        *out_troubles = g_steal_pointer(&troubles);
    return done;
}

static bool
clerk_delete_letter(StoreSqlite *store, const char *id, GError **error)
{
    return exeat_sql_run(&store->sql, error,
                         "DELETE FROM audit_detail WHERE sequence IN (SELECT sequence FROM audit WHERE letter = ?)",
                         "t", id) &&
           exeat_sql_run(&store->sql, error, "DELETE FROM outbox WHERE letter = ? AND state <> 'waiting'", "t", id) &&
           exeat_sql_run(&store->sql, error, "DELETE FROM letter WHERE id = ?", "t", id);
}

static bool
clerk_find_old(StoreSqlite *store, gint64 before, GPtrArray *ids, GError **error)
{
    bool found = true;
    sqlite3_stmt *statement = exeat_sql_query(
        &store->sql, error,
        "SELECT id FROM letter WHERE closed_at > 0 AND closed_at < ?1 AND kept = 0 AND NOT EXISTS"
        " (SELECT 1 FROM recipient WHERE letter = id AND state IN ('held', 'releasing', 'returning', 'expired'))"
        " AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.letter = letter.id AND state = 'waiting') LIMIT ?2",
        "ii", before, (gint64)CLERK_PURGE_BATCH);

    while (statement != NULL && found) {
        if (!exeat_sql_step(&store->sql, statement, &found, error))
            return false;
        if (found)
            g_ptr_array_add(ids, exeat_sql_word(statement, 0));
    }
    return statement != NULL;
}

static bool
clerk_purge(StoreSqlite *store, gint64 before, gint64 now, guint *out_letters, GError **error)
{
    g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(ExeatChange) change = exeat_change_new(now);

    if (!clerk_find_old(store, before, ids, error))
        return false;
    for (guint i = 0; i < ids->len; i++) {
        const char *id = g_ptr_array_index(ids, i);

        exeat_change_audit(change, "purged", id, -1, "clerk", NULL, NULL);
        if (!clerk_delete_letter(store, id, error) ||
            !store_sqlite_append_audit(store, g_ptr_array_index(change->audits, i), error))
            return false;
    }
    /* Mails of no letter's own (a subject put right, a digest) go by their age. */
    if (!exeat_sql_run(&store->sql, error,
                       "DELETE FROM outbox WHERE (letter IS NULL OR letter NOT IN (SELECT id FROM letter)) AND"
                       " state <> 'waiting' AND ended_at < ?",
                       "i", before))
        return false;
    *out_letters = ids->len;
    return ids->len == 0 || !EXEAT_FAULT_FAILS("purge.written", error);
}

bool
store_sqlite_purge(void *handle, gint64 before, gint64 now, guint *out_letters, GError **error)
{
    StoreSqlite *store = handle;
    guint letters = 0;
    bool done;

    g_mutex_lock(&store->lock);
    done = store_sqlite_begin(store, error) &&
           store_sqlite_end(store, clerk_purge(store, before, now, &letters, error), error);
    g_mutex_unlock(&store->lock);
    if (done)
        *out_letters = letters;
    return done;
}
