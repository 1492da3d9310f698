/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The store's values (rows, changes) and the way to its back end. No SQL here.
 */
#include "quarantine/store.h"

#include "quarantine/store_sqlite.h"

struct ExeatStore {
    const ExeatStoreEngine *engine;
    void *handle;
};

ExeatLetterRow *
exeat_letter_row_new(void)
{
    ExeatLetterRow *row = g_new0(ExeatLetterRow, 1);

    row->role = g_intern_static_string("");
    row->findings = g_array_new(false, true, sizeof(ExeatFindingRow));
    return row;
}

void
exeat_letter_row_free(ExeatLetterRow *row)
{
    if (row == NULL)
        return;
    g_free(row->id);
    g_array_unref(row->findings);
    g_free(row);
}

void
exeat_recipient_row_free(ExeatRecipientRow *row)
{
    if (row == NULL)
        return;
    g_free(row->letter);
    g_free(row->enhanced);
    g_free(row->decision);
    g_free(row);
}

void
exeat_mail_row_free(ExeatMailRow *row)
{
    if (row == NULL)
        return;
    g_free(row->kind);
    g_free(row->letter);
    g_free(row->role);
    g_clear_pointer(&row->sealed, g_bytes_unref);
    g_free(row);
}

void
exeat_audit_row_free(ExeatAuditRow *row)
{
    if (row == NULL)
        return;
    g_free(row->event);
    g_free(row->letter);
    g_free(row->role);
    g_free(row->detail);
    g_free(row->digest);
    g_free(row->hash);
    g_clear_pointer(&row->sealed, g_bytes_unref);
    g_free(row);
}

void
exeat_digest_trouble_free(ExeatDigestTrouble *trouble)
{
    if (trouble == NULL)
        return;
    g_free(trouble->role);
    g_free(trouble);
}

static void
change_free_move(gpointer data)
{
    ExeatMove *move = data;

    g_free(move->letter);
    g_free(move->lease);
    g_free(move->enhanced);
    g_free(move);
}

static void
change_free_end(gpointer data)
{
    ExeatMailEnd *end = data;

    g_free(end->enhanced);
    g_free(end);
}

ExeatChange *
exeat_change_new(gint64 at)
{
    ExeatChange *change = g_new0(ExeatChange, 1);

    change->at = at;
    change->due_at = at;
    change->held = g_array_new(false, false, sizeof(guint));
    change->moves = g_ptr_array_new_with_free_func(change_free_move);
    change->mails = g_ptr_array_new_with_free_func((GDestroyNotify)exeat_mail_row_free);
    change->ends = g_ptr_array_new_with_free_func(change_free_end);
    change->audits = g_ptr_array_new_with_free_func((GDestroyNotify)exeat_audit_row_free);
    return change;
}

void
exeat_change_free(ExeatChange *change)
{
    if (change == NULL)
        return;
    exeat_letter_row_free(change->letter);
    g_clear_pointer(&change->sealed_card, g_bytes_unref);
    g_clear_pointer(&change->sealed_letter, g_bytes_unref);
    g_clear_pointer(&change->repeat, g_bytes_unref);
    g_array_unref(change->held);
    g_ptr_array_unref(change->moves);
    g_ptr_array_unref(change->mails);
    g_ptr_array_unref(change->ends);
    g_ptr_array_unref(change->audits);
    g_free(change->decision);
    g_free(change->undo);
    g_free(change->trail);
    g_free(change->reminded);
    g_free(change->keep);
    g_free(change->digest.role);
    g_free(change->alarm.role);
    g_free(change);
}

ExeatMove *
exeat_change_move(ExeatChange *change, const char *letter, guint index, ExeatHeldState from, ExeatHeldState to)
{
    ExeatMove *move = g_new0(ExeatMove, 1);

    g_assert(exeat_held_may_move(from, to));
    move->letter = g_strdup(letter);
    move->index = index;
    move->from = from;
    move->to = to;
    move->next_at = change->due_at;
    g_ptr_array_add(change->moves, move);
    return move;
}

void
exeat_change_mail(ExeatChange *change, const char *kind, const char *letter, gint64 due_at, GBytes *sealed)
{
    ExeatMailRow *mail = g_new0(ExeatMailRow, 1);

    mail->kind = g_strdup(kind);
    mail->letter = g_strdup(letter);
    mail->due_at = due_at;
    mail->sealed = g_bytes_ref(sealed);
    g_ptr_array_add(change->mails, mail);
}

ExeatMailEnd *
exeat_change_mail_end(ExeatChange *change, gint64 id, ExeatMailOutcome outcome)
{
    ExeatMailEnd *end = g_new0(ExeatMailEnd, 1);

    end->id = id;
    end->outcome = outcome;
    g_ptr_array_add(change->ends, end);
    return end;
}

void
exeat_change_audit(ExeatChange *change, const char *event, const char *letter, gint64 recipient, const char *role,
                   const char *detail, GBytes *sealed)
{
    ExeatAuditRow *row = g_new0(ExeatAuditRow, 1);

    row->at = change->at;
    row->event = g_strdup(event);
    row->letter = g_strdup(letter);
    row->recipient = recipient;
    row->role = g_strdup(role);
    row->detail = g_strdup(detail);
    row->sealed = sealed != NULL ? g_bytes_ref(sealed) : NULL;
    row->digest = sealed != NULL ? g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, sealed) : NULL;
    g_ptr_array_add(change->audits, row);
}

bool
exeat_store_open(const char *path, ExeatStoreMode mode, ExeatStore **out_store, GError **error)
{
    void *handle = NULL;
    ExeatStore *store;

    if (!exeat_store_sqlite_open(path, mode, &handle, error))
        return false;
    store = g_new0(ExeatStore, 1);
    store->engine = &exeat_store_sqlite;
    store->handle = handle;
    *out_store = store;
    return true;
}

void
exeat_store_close(ExeatStore *store)
{
    if (store == NULL)
        return;
    store->engine->close(store->handle);
    g_free(store);
}

bool
exeat_store_check(ExeatStore *store, GError **error)
{
    return store->engine->check(store->handle, error);
}

bool
exeat_store_commit(ExeatStore *store, const ExeatChange *change, bool *out_lost, GError **error)
{
    return store->engine->commit(store->handle, change, out_lost, error);
}

bool
exeat_store_list(ExeatStore *store, const ExeatLetterFilter *filter, GPtrArray **out_rows, GError **error)
{
    return store->engine->list(store->handle, filter, out_rows, error);
}

bool
exeat_store_list_count(ExeatStore *store, const ExeatLetterFilter *filter, guint64 *out_count, GError **error)
{
    return store->engine->list_count(store->handle, filter, out_count, error);
}

bool
exeat_store_list_ids(ExeatStore *store, const ExeatLetterFilter *filter, GPtrArray **out_ids, GError **error)
{
    return store->engine->list_ids(store->handle, filter, out_ids, error);
}

bool
exeat_store_reasons(ExeatStore *store, const ExeatLetterFilter *filter, GArray **out_counts, GError **error)
{
    return store->engine->reasons(store->handle, filter, out_counts, error);
}

bool
exeat_store_counts(ExeatStore *store, ExeatStoreCounts *out_counts, GError **error)
{
    return store->engine->counts(store->handle, out_counts, error);
}

bool
exeat_store_letter(ExeatStore *store, const char *id, ExeatLetterRow **out_row, GError **error)
{
    return store->engine->letter(store->handle, id, out_row, error);
}

bool
exeat_store_recipients(ExeatStore *store, const char *id, GPtrArray **out_rows, GError **error)
{
    return store->engine->recipients(store->handle, id, out_rows, error);
}

bool
exeat_store_find_repeat(ExeatStore *store, GBytes *digest, gint64 now, char **out_id, GError **error)
{
    return store->engine->find_repeat(store->handle, digest, now, out_id, error);
}

bool
exeat_store_read_card(ExeatStore *store, const char *id, GBytes **out_sealed, GError **error)
{
    return store->engine->read_card(store->handle, id, out_sealed, error);
}

bool
exeat_store_read_letter(ExeatStore *store, const char *id, GBytes **out_sealed, GError **error)
{
    return store->engine->read_letter(store->handle, id, out_sealed, error);
}

bool
exeat_store_claim_release(ExeatStore *store, const char *lease, gint64 now, gint64 seconds, ExeatRecipientRow **out_row,
                          GError **error)
{
    return store->engine->claim_release(store->handle, lease, now, seconds, out_row, error);
}

bool
exeat_store_claim_mail(ExeatStore *store, const char *lease, gint64 now, gint64 seconds, ExeatMailRow **out_row,
                       GError **error)
{
    return store->engine->claim_mail(store->handle, lease, now, seconds, out_row, error);
}

bool
exeat_store_digest(ExeatStore *store, const char *role, gint64 *out_due_at, gint64 *out_made_at, GError **error)
{
    return store->engine->digest(store->handle, role, out_due_at, out_made_at, error);
}

bool
exeat_store_digest_troubles(ExeatStore *store, gint64 before, bool told, GPtrArray **out_troubles, GError **error)
{
    return store->engine->digest_troubles(store->handle, before, told, out_troubles, error);
}

bool
exeat_store_purge(ExeatStore *store, gint64 before, gint64 now, guint *out_letters, GError **error)
{
    return store->engine->purge(store->handle, before, now, out_letters, error);
}

bool
exeat_store_audit(ExeatStore *store, const char *letter, gint64 after, GPtrArray **out_rows, GError **error)
{
    return store->engine->audit(store->handle, letter, after, out_rows, error);
}

bool
exeat_store_audit_latest(ExeatStore *store, const ExeatAuditFilter *filter, GPtrArray **out_rows, GError **error)
{
    return store->engine->audit_latest(store->handle, filter, out_rows, error);
}

bool
exeat_store_audit_head(ExeatStore *store, gint64 *out_rows, char **out_hash, GError **error)
{
    return store->engine->audit_head(store->handle, out_rows, out_hash, error);
}
