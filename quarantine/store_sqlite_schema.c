/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The tables, and how an older store becomes one of today. `application_id` says that a file is a store of ours,
 * `user_version` which schema it has. A migration is one transaction: it happens whole or not at all.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/fault.h"
#include "quarantine/audit.h"
#include "quarantine/store_sqlite-private.h"

#define SCHEMA_APPLICATION_ID 0x45786561 /* "Exea" */

#define SCHEMA_FILL_LETTERS                                \
    "UPDATE letter SET states = " STORE_SQLITE_STATES(     \
        "letter.id") ", reasons = coalesce((SELECT number" \
                     " FROM reason JOIN set_of ON set_of.words = reason.words WHERE set_of.id = letter.id), 0);"

/* Element i leads from version i to i + 1. Only ever add to the end. */
static const char *const schema_steps[] = {
    "CREATE TABLE letter ("
    " id TEXT PRIMARY KEY, kind TEXT NOT NULL CHECK (kind IN ('held', 'flagged')), held_at INTEGER NOT NULL,"
    " deadline_at INTEGER NOT NULL, remind_at INTEGER NOT NULL, closed_at INTEGER NOT NULL, size INTEGER NOT NULL,"
    " kept INTEGER NOT NULL DEFAULT 0, card BLOB NOT NULL) WITHOUT ROWID;"
    "CREATE INDEX letter_by_time ON letter (kind, held_at);"
    "CREATE INDEX letter_by_end ON letter (closed_at);"
    "CREATE TABLE chunk ("
    " letter TEXT NOT NULL REFERENCES letter ON DELETE CASCADE, number INTEGER NOT NULL, data BLOB NOT NULL,"
    " UNIQUE (letter, number));"
    "CREATE TABLE recipient ("
    " letter TEXT NOT NULL REFERENCES letter ON DELETE CASCADE, number INTEGER NOT NULL, state TEXT NOT NULL CHECK"
    " (state IN ('held', 'releasing', 'released', 'failed', 'returning', 'returned', 'expired')),"
    " changed_at INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, attempt_started_at INTEGER NOT NULL DEFAULT 0,"
    " next_at INTEGER NOT NULL DEFAULT 0, lease TEXT, lease_until INTEGER NOT NULL DEFAULT 0,"
    " code INTEGER NOT NULL DEFAULT 0, enhanced TEXT, UNIQUE (letter, number));"
    "CREATE INDEX recipient_by_state ON recipient (state, next_at);"
    "CREATE TABLE finding ("
    " letter TEXT NOT NULL REFERENCES letter ON DELETE CASCADE, number INTEGER NOT NULL, policy TEXT NOT NULL,"
    " rule TEXT NOT NULL, clause TEXT, confidence INTEGER NOT NULL, zone INTEGER NOT NULL, action INTEGER NOT NULL,"
    " count INTEGER NOT NULL, data_subjects INTEGER NOT NULL, UNIQUE (letter, number));"
    "CREATE TABLE outbox ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, letter TEXT, state TEXT NOT NULL CHECK"
    " (state IN ('waiting', 'sent', 'failed')), created_at INTEGER NOT NULL, due_at INTEGER NOT NULL,"
    " attempts INTEGER NOT NULL DEFAULT 0, lease TEXT, lease_until INTEGER NOT NULL DEFAULT 0,"
    " ended_at INTEGER NOT NULL DEFAULT 0, code INTEGER NOT NULL DEFAULT 0, enhanced TEXT, payload BLOB);"
    "CREATE INDEX outbox_by_state ON outbox (state, due_at);"
    "CREATE INDEX outbox_by_letter ON outbox (letter);"
    "CREATE TABLE audit ("
    " sequence INTEGER PRIMARY KEY, at INTEGER NOT NULL, event TEXT NOT NULL, letter TEXT, recipient INTEGER NOT NULL,"
    " role TEXT NOT NULL, detail TEXT, digest TEXT, hash TEXT NOT NULL);"
    "CREATE INDEX audit_by_letter ON audit (letter);"
    "CREATE TABLE audit_detail (sequence INTEGER PRIMARY KEY REFERENCES audit, sealed BLOB NOT NULL);"
    "CREATE TABLE audit_head (one INTEGER PRIMARY KEY CHECK (one = 1), rows INTEGER NOT NULL, hash TEXT NOT NULL);"
    "INSERT INTO audit_head VALUES (1, 0, '" EXEAT_AUDIT_GENESIS "');"
    "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;"
    "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;"
    "CREATE TRIGGER audit_detail_no_update BEFORE UPDATE ON audit_detail"
    " BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;"
    "CREATE TRIGGER audit_head_no_delete BEFORE DELETE ON audit_head"
    " BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;",
    "CREATE TABLE repeat ("
    " letter TEXT PRIMARY KEY REFERENCES letter ON DELETE CASCADE, digest BLOB NOT NULL, at INTEGER NOT NULL);"
    "CREATE INDEX repeat_by_digest ON repeat (digest);"
    "CREATE INDEX repeat_by_time ON repeat (at);",
    /* What lists are made of: see store_sqlite_list.c. */
    "CREATE TABLE reason (number INTEGER PRIMARY KEY, words TEXT NOT NULL UNIQUE);"
    "ALTER TABLE letter ADD COLUMN role TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE letter ADD COLUMN states INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE letter ADD COLUMN reasons INTEGER NOT NULL DEFAULT 0;"
    "CREATE TABLE set_of (id TEXT PRIMARY KEY, words TEXT) WITHOUT ROWID;"
    "INSERT INTO set_of SELECT id, ' ' || (SELECT group_concat(word, ' ') FROM (SELECT DISTINCT"
    " policy || '/' || rule AS word FROM finding WHERE finding.letter = letter.id AND finding.action ="
    " CASE kind WHEN 'flagged' THEN 2 ELSE 5 END ORDER BY word)) || ' ' FROM letter;"
    "INSERT INTO reason (words) SELECT DISTINCT words FROM set_of WHERE words IS NOT NULL;" SCHEMA_FILL_LETTERS
    "DROP TABLE set_of;"
    "DROP INDEX letter_by_time;"
    "CREATE INDEX letter_by_time ON letter (kind, held_at, id, states, deadline_at, remind_at, role, kept, reasons);"
    "CREATE INDEX letter_by_deadline ON letter"
    " (kind, deadline_at, id, states, held_at, remind_at, role, kept, reasons);"
    "CREATE INDEX letter_by_reasons ON letter"
    " (kind, reasons, states, role, kept, held_at, deadline_at, remind_at, size);",
    /* The last digest of each role; which of our mails are digests, and whether somebody knows that one is late. */
    "CREATE TABLE digest (role TEXT PRIMARY KEY, due_at INTEGER NOT NULL, made_at INTEGER NOT NULL) WITHOUT ROWID;"
    "ALTER TABLE outbox ADD COLUMN role TEXT;"
    "ALTER TABLE outbox ADD COLUMN alarmed INTEGER NOT NULL DEFAULT 0;"
    "CREATE INDEX outbox_by_role ON outbox (role, created_at, state, alarmed) WHERE role IS NOT NULL;",
    "ALTER TABLE recipient ADD COLUMN put_right INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE recipient ADD COLUMN decision TEXT;"
    "ALTER TABLE recipient ADD COLUMN decided_from TEXT;"
    "ALTER TABLE outbox ADD COLUMN decision TEXT;"
    "ALTER TABLE outbox ADD COLUMN not_before INTEGER NOT NULL DEFAULT 0;"
    "CREATE INDEX outbox_by_decision ON outbox (decision) WHERE decision IS NOT NULL;",
};

#define SCHEMA_VERSION ((gint64)G_N_ELEMENTS(schema_steps))

bool
store_sqlite_make_file(const char *path, GError **error)
{
    /* The office's user shares it by the group of the folder. */
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0660);

    if (fd < 0) {
        if (errno == EEXIST)
            return true;
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG, "the store %s cannot be made: %s", path, g_strerror(errno));
        return false;
    }
    if (fchmod(fd, 0660) != 0 || close(fd) != 0) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG, "the store %s cannot be made: %s", path, g_strerror(errno));
        return false;
    }
    return true;
}

static bool
schema_read_number(StoreSqlite *store, const char *pragma, gint64 *out_number, GError **error)
{
    sqlite3_stmt *statement = exeat_sql_query(&store->sql, error, pragma, "");
    bool row = false;

    if (statement == NULL || !exeat_sql_step(&store->sql, statement, &row, error))
        return false;
    *out_number = row ? sqlite3_column_int64(statement, 0) : 0;
    sqlite3_reset(statement);
    return true;
}

static bool
schema_upgrade(StoreSqlite *store, gint64 from, GError **error)
{
    g_autofree char *mark = g_strdup_printf("PRAGMA application_id = %d; PRAGMA user_version = %d;",
                                            SCHEMA_APPLICATION_ID, (int)SCHEMA_VERSION);

    for (gint64 i = from; i < SCHEMA_VERSION; i++) {
        if (!exeat_sql_script(&store->sql, schema_steps[i], error))
            return false;
    }
    return !EXEAT_FAULT_FAILS("schema.written", error) && exeat_sql_script(&store->sql, mark, error);
}

static bool
schema_inspect(StoreSqlite *store, gint64 *out_version, gint64 *out_tables, GError **error)
{
    gint64 application = 0;

    if (!schema_read_number(store, "PRAGMA application_id", &application, error) ||
        !schema_read_number(store, "PRAGMA user_version", out_version, error) ||
        !schema_read_number(store, "SELECT count(*) FROM sqlite_schema", out_tables, error))
        return false;
    if (*out_tables > 0 && application != SCHEMA_APPLICATION_ID) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG, "the store is a database of some other program");
        return false;
    }
    if (*out_version < 0) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG,
                    "the store is damaged: it says that its schema is %" G_GINT64_FORMAT ", and the first is 1",
                    *out_version);
        return false;
    }
    if (*out_version > SCHEMA_VERSION) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG,
                    "the store has schema %" G_GINT64_FORMAT ", this exeat knows %" G_GINT64_FORMAT
                    ": run the newer exeat",
                    *out_version, SCHEMA_VERSION);
        return false;
    }
    return true;
}

bool
store_sqlite_migrate(StoreSqlite *store, bool create, GError **error)
{
    gint64 version = 0, tables = 0;
    bool done;

    if (!schema_inspect(store, &version, &tables, error))
        return false;
    if (tables == 0 && !create) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG, "the store is empty: exeatd makes it when it first starts");
        return false;
    }
    /* WAL is a property of the file and has to be set outside a transaction. */
    if (!exeat_sql_script(&store->sql,
                          "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
                          "PRAGMA secure_delete = ON;",
                          error))
        return false;
    if (version == SCHEMA_VERSION)
        return true;
    if (!store_sqlite_begin(store, error))
        return false;
    /* Again under the lock: another process may have done it meanwhile. */
    done = schema_inspect(store, &version, &tables, error) && schema_upgrade(store, version, error);
    return store_sqlite_end(store, done, error);
}
