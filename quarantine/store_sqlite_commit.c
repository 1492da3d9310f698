/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writing: the rows of one ExeatChange. BEGIN IMMEDIATE takes the write lock at once, so that whatever is read inside
 * is what is changed.
 */
#include <string.h>

#include "base/error.h"
#include "base/fault.h"
#include "quarantine/audit.h"
#include "quarantine/repeat.h"
#include "quarantine/store_sqlite-private.h"

bool
store_sqlite_is_there(StoreSqlite *store, GError **error)
{
    int moved = 0;

    if (sqlite3_file_control(store->sql.db, "main", SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK && moved == 0)
        return true;
    g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_UNAVAILABLE,
                "the store was moved, removed or replaced: put it back, or reload once the new one is in its place");
    return false;
}

bool
store_sqlite_begin(StoreSqlite *store, GError **error)
{
    return store_sqlite_is_there(store, error) && exeat_sql_run(&store->sql, error, "BEGIN IMMEDIATE", "");
}

bool
store_sqlite_end(StoreSqlite *store, bool done, GError **error)
{
    if (done && exeat_sql_run(&store->sql, error, "COMMIT", ""))
        return true;
    /* An error that SQLite rolls back for itself leaves nothing to roll back. */
    if (sqlite3_get_autocommit(store->sql.db) == 0)
        exeat_sql_run(&store->sql, NULL, "ROLLBACK", "");
    return false;
}

static bool
commit_chunks(StoreSqlite *store, const char *id, GBytes *sealed, GError **error)
{
    gsize size = 0;
    const guint8 *data = g_bytes_get_data(sealed, &size);

    if (size > EXEAT_STORE_LETTER_LIMIT) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_LIMIT, "the letter is larger than the store takes");
        return false;
    }
    for (gsize at = 0, number = 0; at < size; at += STORE_SQLITE_CHUNK, number++) {
        if (!exeat_sql_run(&store->sql, error, "INSERT INTO chunk (letter, number, data) VALUES (?, ?, ?)", "tid", id,
                           (gint64)number, data + at, MIN(STORE_SQLITE_CHUNK, size - at)))
            return false;
    }
    return true;
}

static bool
commit_finding(StoreSqlite *store, const char *id, guint number, const ExeatFindingRow *finding, GError **error)
{
    return exeat_sql_run(&store->sql, error,
                         "INSERT INTO finding (letter, number, policy, rule, clause, confidence, zone, action, count,"
                         " data_subjects) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                         "titttiiiii", id, (gint64)number, finding->policy, finding->rule, finding->clause,
                         (gint64)finding->confidence, (gint64)finding->zone, (gint64)finding->action,
                         (gint64)finding->count, (gint64)finding->data_subjects);
}

/* A letter that is sent again finds the first one; what is past its time goes. */
static bool
commit_repeat(StoreSqlite *store, const ExeatChange *change, bool *out_lost, GError **error)
{
    g_autofree char *first = NULL;

    if (change->repeat == NULL)
        return true;
    if (!store_sqlite_look_for_repeat(store, change->repeat, change->at, &first, error))
        return false;
    *out_lost = first != NULL;
    return *out_lost || (exeat_sql_run(&store->sql, error, "DELETE FROM repeat WHERE at < ? OR at > ?", "ii",
                                       change->at - EXEAT_REPEAT_SECONDS, change->at + EXEAT_REPEAT_SECONDS) &&
                         exeat_sql_run(&store->sql, error, "INSERT INTO repeat (letter, digest, at) VALUES (?, ?, ?)",
                                       "tbi", change->letter->id, change->repeat, change->at));
}

static bool
commit_letter(StoreSqlite *store, const ExeatChange *change, bool *out_lost, GError **error)
{
    const ExeatLetterRow *letter = change->letter;
    bool flagged = letter->kind == EXEAT_LETTER_FLAGGED;
    g_autofree char *reasons = store_sqlite_reason_words(letter);

    if (*reasons != '\0' &&
        !exeat_sql_run(&store->sql, error, "INSERT INTO reason (words) VALUES (?) ON CONFLICT DO NOTHING", "t",
                       reasons))
        return false;
    /* A flagged copy is closed from the start: nobody has to act. */
    if (!exeat_sql_run(&store->sql, error,
                       "INSERT INTO letter (id, kind, held_at, deadline_at, remind_at, closed_at, size, card, role,"
                       " states, reasons) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10,"
                       " coalesce((SELECT number FROM reason WHERE words = ?11), 0))",
                       "ttiiiiibtit", letter->id, flagged ? "flagged" : "held", letter->held_at, letter->deadline_at,
                       letter->remind_at, flagged ? change->at : (gint64)0, letter->size, change->sealed_card,
                       letter->role, (gint64)(change->held->len > 0 ? 1u << EXEAT_HELD_HELD : 0), reasons))
        return false;
    if (!commit_chunks(store, letter->id, change->sealed_letter, error))
        return false;
    for (guint i = 0; i < change->held->len; i++) {
        if (!exeat_sql_run(&store->sql, error,
                           "INSERT INTO recipient (letter, number, state, changed_at) VALUES (?, ?, 'held', ?)", "tii",
                           letter->id, (gint64)g_array_index(change->held, guint, i), change->at))
            return false;
    }
    for (guint i = 0; i < letter->findings->len; i++) {
        if (!commit_finding(store, letter->id, i, &g_array_index(letter->findings, ExeatFindingRow, i), error))
            return false;
    }
    return commit_repeat(store, change, out_lost, error);
}

/* What is to be taken back must lie as it was decided: nobody has begun, and nobody may yet. */
static bool
commit_undo(StoreSqlite *store, const ExeatChange *change, bool *out_lost, GError **error)
{
    bool found = false;
    sqlite3_stmt *statement;

    if (change->undo == NULL)
        return true;
    statement = exeat_sql_query(&store->sql, error,
                                "SELECT 1 FROM outbox WHERE decision = ?1 AND NOT (state = 'waiting' AND attempts = 0"
                                " AND lease IS NULL AND due_at > ?2) LIMIT 1",
                                "ti", change->undo, change->at);
    if (statement == NULL || !exeat_sql_step(&store->sql, statement, &found, error))
        return false;
    if (found) {
        sqlite3_reset(statement);
        *out_lost = true;
        return true;
    }
    return exeat_sql_run(&store->sql, error, "DELETE FROM outbox WHERE decision = ?", "t", change->undo);
}

static bool
commit_trail(StoreSqlite *store, const ExeatChange *change, bool *out_lost, GError **error)
{
    bool found = false;
    sqlite3_stmt *statement;

    if (change->trail == NULL)
        return true;
    statement = exeat_sql_query(&store->sql, error, "SELECT coalesce(max(sequence), 0) FROM audit WHERE letter = ?",
                                "t", change->trail);
    if (statement == NULL || !exeat_sql_step(&store->sql, statement, &found, error))
        return false;
    if (found)
        *out_lost = *out_lost || sqlite3_column_int64(statement, 0) != change->trail_end;
    sqlite3_reset(statement);
    return true;
}

static bool
commit_move(StoreSqlite *store, const ExeatChange *change, const ExeatMove *move, bool *out_lost, GError **error)
{
    const char *from = exeat_held_state_name(move->from), *to = exeat_held_state_name(move->to);

    if (!exeat_sql_run(&store->sql, error,
                       "UPDATE recipient SET state = ?1, next_at = ?2, code = ?3, enhanced = ?4, lease = NULL,"
                       " lease_until = 0, attempts = CASE WHEN ?5 = 'releasing' THEN attempts ELSE 0 END,"
                       " changed_at = CASE WHEN ?5 = ?1 THEN changed_at ELSE ?6 END,"
                       " decision = CASE WHEN ?12 IS NULL THEN coalesce(?10, decision) END,"
                       " decided_from = CASE WHEN ?12 IS NULL THEN iif(?10 IS NULL, decided_from, ?5) END,"
                       " put_right = CASE WHEN ?12 IS NULL THEN iif(?10 IS NULL, put_right, ?11) ELSE 0 END"
                       " WHERE letter = ?7 AND number = ?8 AND state = ?5 AND (?9 IS NULL OR lease = ?9) AND"
                       " (?12 IS NULL OR (decision = ?12 AND attempts = 0 AND lease IS NULL AND next_at > ?6))",
                       "tiittitittit", to, move->next_at, (gint64)move->code, move->enhanced, from, change->at,
                       move->letter, (gint64)move->index, move->lease, change->decision, (gint64)move->put_right,
                       change->undo))
        return false;
    if (exeat_sql_changes(&store->sql) != 1) {
        *out_lost = true;
        return true;
    }
    return exeat_sql_run(&store->sql, error,
                         "UPDATE letter SET closed_at = CASE WHEN EXISTS (SELECT 1 FROM recipient WHERE letter = ?1 AND"
                         " state IN ('held', 'releasing', 'returning', 'expired')) THEN 0 ELSE ?2 END,"
                         " states = " STORE_SQLITE_STATES("?1") " WHERE id = ?1",
                         "ti", move->letter, change->at);
}

static bool
commit_mail(StoreSqlite *store, const ExeatChange *change, const ExeatMailRow *mail, GError **error)
{
    return exeat_sql_run(&store->sql, error,
                         "INSERT INTO outbox (kind, letter, state, created_at, due_at, payload, decision, not_before,"
                         " role, alarmed) VALUES (?, ?, 'waiting', ?, ?, ?, ?, ?, ?, ?)",
                         "ttiibtiti", mail->kind, mail->letter, change->at, mail->due_at, mail->sealed,
                         change->decision, mail->not_before, mail->role, (gint64)mail->alarmed);
}

static bool
commit_end(StoreSqlite *store, const ExeatChange *change, const ExeatMailEnd *end, GError **error)
{
    const char *state = end->outcome == EXEAT_MAIL_SENT    ? "sent"
                        : end->outcome == EXEAT_MAIL_LATER ? "waiting"
                                                           : "failed";

    /* A mail that has been sent is in its reader's mailbox; here it is only something to lose. */
    return exeat_sql_run(
        &store->sql, error,
        "UPDATE outbox SET state = ?1, due_at = CASE ?1 WHEN 'waiting' THEN ?2 ELSE due_at END,"
        " ended_at = CASE ?1 WHEN 'waiting' THEN 0 ELSE ?3 END, code = ?4, enhanced = ?5, lease = NULL,"
        " lease_until = 0, payload = CASE ?1 WHEN 'sent' THEN NULL ELSE payload END"
        " WHERE id = ?6 AND state = 'waiting'",
        "tiiiti", state, end->next_at, change->at, (gint64)end->code, end->enhanced, end->id);
}

static bool
commit_audit_insert(StoreSqlite *store, ExeatAuditRow *row, const char *previous, GError **error)
{
    g_autofree char *hash = exeat_audit_hash(previous, row);

    if (!exeat_sql_run(&store->sql, error,
                       "INSERT INTO audit (sequence, at, event, letter, recipient, role, detail, digest, hash)"
                       " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                       "iittitttt", row->sequence, row->at, row->event, row->letter, row->recipient, row->role,
                       row->detail, row->digest, hash))
        return false;
    if (row->sealed != NULL &&
        !exeat_sql_run(&store->sql, error, "INSERT INTO audit_detail VALUES (?, ?)", "ib", row->sequence, row->sealed))
        return false;
    return exeat_sql_run(&store->sql, error, "UPDATE audit_head SET rows = ?, hash = ? WHERE one = 1", "it",
                         row->sequence, hash);
}

bool
store_sqlite_append_audit(StoreSqlite *store, const ExeatAuditRow *row, GError **error)
{
    ExeatAuditRow numbered = *row;
    sqlite3_stmt *statement = exeat_sql_query(&store->sql, error, "SELECT rows, hash FROM audit_head WHERE one = 1",
                                              "");
    g_autofree char *previous = NULL;
    bool found = false;

    if (statement == NULL || !exeat_sql_step(&store->sql, statement, &found, error))
        return false;
    if (!found) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_UNAVAILABLE, "the head of the audit trail is gone");
        return false;
    }
    numbered.sequence = sqlite3_column_int64(statement, 0) + 1;
    previous = exeat_sql_word(statement, 1);
    sqlite3_reset(statement);
    return commit_audit_insert(store, &numbered, previous, error);
}

static bool
commit_marks(StoreSqlite *store, const ExeatChange *change, bool *out_lost, GError **error)
{
    if (change->reminded != NULL) {
        if (!exeat_sql_run(&store->sql, error, "UPDATE letter SET remind_at = 0 WHERE id = ? AND remind_at > 0", "t",
                           change->reminded))
            return false;
        *out_lost = *out_lost || exeat_sql_changes(&store->sql) != 1;
    }
    if (change->keep != NULL) {
        if (!exeat_sql_run(&store->sql, error, "UPDATE letter SET kept = ? WHERE id = ?", "it",
                           (gint64)change->keep_value, change->keep))
            return false;
        *out_lost = *out_lost || exeat_sql_changes(&store->sql) != 1;
    }
    return true;
}

static bool
commit_digest(StoreSqlite *store, const ExeatChange *change, bool *out_lost, GError **error)
{
    const ExeatDigestMark *mark = &change->digest;

    if (mark->role != NULL) {
        if (!exeat_sql_run(&store->sql, error,
                           "INSERT INTO digest (role, due_at, made_at) SELECT ?1, ?3, ?4 WHERE coalesce((SELECT due_at"
                           " FROM digest WHERE role = ?1), 0) = ?2 ON CONFLICT (role) DO UPDATE SET"
                           " due_at = excluded.due_at, made_at = excluded.made_at",
                           "tiii", mark->role, mark->former_at, mark->due_at, change->at))
            return false;
        *out_lost = *out_lost || exeat_sql_changes(&store->sql) != 1;
    }
    if (change->alarm.role != NULL) {
        if (!exeat_sql_run(&store->sql, error,
                           "UPDATE outbox SET alarmed = 1 WHERE role = ? AND created_at = ? AND alarmed = 0", "ti",
                           change->alarm.role, change->alarm.made_at))
            return false;
        *out_lost = *out_lost || exeat_sql_changes(&store->sql) == 0;
    }
    return true;
}

bool
store_sqlite_apply(StoreSqlite *store, const ExeatChange *change, bool *out_lost, GError **error)
{
    if (EXEAT_FAULT_FAILS("commit.begun", error))
        return false;
    if (change->letter != NULL && !commit_letter(store, change, out_lost, error))
        return false;
    if (!commit_trail(store, change, out_lost, error) || !commit_undo(store, change, out_lost, error))
        return false;
    for (guint i = 0; i < change->moves->len && !*out_lost; i++) {
        if (!commit_move(store, change, g_ptr_array_index(change->moves, i), out_lost, error))
            return false;
    }
    if (!commit_marks(store, change, out_lost, error) || !commit_digest(store, change, out_lost, error))
        return false;
    for (guint i = 0; i < change->mails->len; i++) {
        if (!commit_mail(store, change, g_ptr_array_index(change->mails, i), error))
            return false;
    }
    for (guint i = 0; i < change->ends->len; i++) {
        if (!commit_end(store, change, g_ptr_array_index(change->ends, i), error))
            return false;
    }
    for (guint i = 0; i < change->audits->len; i++) {
        if (!store_sqlite_append_audit(store, g_ptr_array_index(change->audits, i), error))
            return false;
    }
    return !EXEAT_FAULT_FAILS("commit.written", error);
}
