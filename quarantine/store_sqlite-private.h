/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the files of the SQLite back end share: schema, writing (store_sqlite_commit.c, many at once
 * store_sqlite_group.c), the clerk's claims (store_sqlite_clerk.c), lists (store_sqlite_list.c), reading
 * (store_sqlite.c). What takes a StoreSqlite is called with its lock held.
 */
#ifndef EXEAT_QUARANTINE_STORE_SQLITE_PRIVATE_H
#define EXEAT_QUARANTINE_STORE_SQLITE_PRIVATE_H

#include "quarantine/sql.h"
#include "quarantine/store.h"

typedef struct StoreSqlite {
    GMutex lock;
    ExeatSql sql;
    GMutex queue_lock; /* guards what follows (store_sqlite_group.c) */
    GCond ended;
    GQueue waiting; /* changes to be committed */
    bool led;       /* somebody commits */
} StoreSqlite;

/* Letters are cut into pieces, so that a cell never has to be moved whole when pages are. */
#define STORE_SQLITE_CHUNK ((gsize)1024 * 1024)

/* The states of a letter's recipients, as bits in the order of ExeatHeldState. */
#define STORE_SQLITE_STATES(letter_id)                                                                              \
    "(SELECT coalesce(sum(DISTINCT 1 << CASE state WHEN 'held' THEN 0 WHEN 'releasing' THEN 1 WHEN 'released' THEN" \
    " 2 WHEN 'failed' THEN 3 WHEN 'returning' THEN 4 WHEN 'returned' THEN 5 ELSE 6 END), 0) FROM recipient WHERE"   \
    " recipient.letter = " letter_id ")"

/* Makes an empty file that is SQLite's to fill, if there is none. */
bool store_sqlite_make_file(const char *path, GError **error);
/* Brings the schema up to what this program knows. With @create an empty file becomes a store. */
bool store_sqlite_migrate(StoreSqlite *store, bool create, GError **error);

/* False if the file is no longer where it was opened: what is written into it now is lost with it. */
bool store_sqlite_is_there(StoreSqlite *store, GError **error);
bool store_sqlite_begin(StoreSqlite *store, GError **error);
/* Ends the transaction: COMMIT if @done and that works, else ROLLBACK. Returns whether it was committed. */
bool store_sqlite_end(StoreSqlite *store, bool done, GError **error);

/* The rows of @change, inside a transaction. *out_lost as for exeat_store_commit(); then all of it must be undone. */
bool store_sqlite_apply(StoreSqlite *store, const ExeatChange *change, bool *out_lost, GError **error);
/* Inside or outside of a transaction, with the lock held: see exeat_store_find_repeat(). */
bool store_sqlite_look_for_repeat(StoreSqlite *store, GBytes *digest, gint64 now, char **out_id, GError **error);
bool store_sqlite_append_audit(StoreSqlite *store, const ExeatAuditRow *row, GError **error);
bool store_sqlite_commit(void *handle, const ExeatChange *change, bool *out_lost, GError **error);

bool store_sqlite_list(void *handle, const ExeatLetterFilter *filter, GPtrArray **out_rows, GError **error);
bool store_sqlite_list_count(void *handle, const ExeatLetterFilter *filter, guint64 *out_count, GError **error);
bool store_sqlite_list_ids(void *handle, const ExeatLetterFilter *filter, GPtrArray **out_ids, GError **error);
bool store_sqlite_reasons(void *handle, const ExeatLetterFilter *filter, GArray **out_counts, GError **error);
bool store_sqlite_letter(void *handle, const char *id, ExeatLetterRow **out_row, GError **error);
/* " bulk-bcc/many personal-data/upn ": the policies and rules that hold it (flag it, for a copy), sorted; "" if there
 * are none. (transfer full) */
char *store_sqlite_reason_words(const ExeatLetterRow *letter);
/* Always false: the row has a word or a number that is not ours. */
bool store_sqlite_damaged(sqlite3_stmt *statement, GError **error);

bool store_sqlite_claim_release(void *handle, const char *lease, gint64 now, gint64 seconds,
                                ExeatRecipientRow **out_row, GError **error);
bool store_sqlite_claim_mail(void *handle, const char *lease, gint64 now, gint64 seconds, ExeatMailRow **out_row,
                             GError **error);
bool store_sqlite_digest(void *handle, const char *role, gint64 *out_due_at, gint64 *out_made_at, GError **error);
bool store_sqlite_digest_troubles(void *handle, gint64 before, bool told, GPtrArray **out_troubles, GError **error);
bool store_sqlite_purge(void *handle, gint64 before, gint64 now, guint *out_letters, GError **error);

#endif
