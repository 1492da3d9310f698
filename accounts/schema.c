/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The file of the accounts: who may get at it, its tables, and how those of an older exeat become today's. A migration
 * is one transaction. `user_version` counts them, `application_id` says that the file is ours.
 */
#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "accounts/accounts-private.h"
#include "accounts/keys.h"
#include "base/error.h"

#define SCHEMA_APPLICATION_ID 0x45784163 /* "ExAc" */
#define CHECK_LABEL "check"

/* Element i leads from version i to i + 1. Only ever add to the end. */
static const char *const schema_steps[] = {
    "CREATE TABLE key_check (one INTEGER PRIMARY KEY CHECK (one = 1), mac BLOB NOT NULL);"
    "CREATE TABLE account ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, address TEXT NOT NULL, name TEXT NOT NULL,"
    " language TEXT NOT NULL CHECK (language IN ('en', 'cy')), password TEXT, setup_until INTEGER NOT NULL DEFAULT 0,"
    " totp BLOB, totp_step INTEGER NOT NULL DEFAULT 0, pending BLOB, pending_at INTEGER NOT NULL DEFAULT 0,"
    " away_until INTEGER NOT NULL DEFAULT 0, disabled INTEGER NOT NULL DEFAULT 0, made_at INTEGER NOT NULL,"
    " last_sign_in INTEGER NOT NULL DEFAULT 0);"
    "CREATE TABLE recovery ("
    " account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE, mac BLOB NOT NULL, UNIQUE (account, mac));"
    "CREATE TABLE device ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT, account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,"
    " hash BLOB NOT NULL UNIQUE, seen_at INTEGER NOT NULL);"
    "CREATE INDEX device_by_account ON device (account, seen_at);"
    "CREATE TABLE session ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT, hash BLOB NOT NULL UNIQUE, kind INTEGER NOT NULL, key TEXT NOT NULL,"
    " address TEXT NOT NULL, client TEXT NOT NULL, started_at INTEGER NOT NULL, seen_at INTEGER NOT NULL,"
    " idle INTEGER NOT NULL, ends_at INTEGER NOT NULL);"
    "CREATE INDEX session_by_key ON session (key, seen_at);"
    "CREATE INDEX session_by_time ON session (seen_at);"
    "CREATE TABLE code ("
    " nonce BLOB PRIMARY KEY, key TEXT NOT NULL, address TEXT NOT NULL, network TEXT NOT NULL, mac BLOB NOT NULL,"
    " made_at INTEGER NOT NULL, tries INTEGER NOT NULL DEFAULT 0, spent INTEGER NOT NULL DEFAULT 0);"
    "CREATE INDEX code_by_key ON code (key, made_at);"
    "CREATE INDEX code_by_network ON code (network, made_at);"
    "CREATE INDEX code_by_time ON code (made_at);",
};

#define SCHEMA_VERSION ((gint64)G_N_ELEMENTS(schema_steps))

bool
exeat_accounts_prepare(const char *path, const char *user, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(path);
    const struct passwd *entry;

    if (geteuid() != 0 || g_file_test(folder, G_FILE_TEST_EXISTS))
        return true;
    errno = 0;
    entry = getpwnam(user);
    if (entry == NULL) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG, "no such user %s", user);
        return false;
    }
    if (g_mkdir_with_parents(folder, 0700) != 0 || chown(folder, entry->pw_uid, entry->pw_gid) != 0) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG, "the folder %s cannot be made: %s", folder,
                    g_strerror(errno));
        return false;
    }
    return true;
}

static bool
schema_make_file(const char *path, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(path);
    struct stat status;
    int fd;

    if (g_mkdir_with_parents(folder, 0700) != 0) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG, "the folder %s cannot be made: %s", folder,
                    g_strerror(errno));
        return false;
    }
    fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0 || fstat(fd, &status) != 0) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG, "the accounts %s cannot be opened: %s", path,
                    g_strerror(errno));
        if (fd >= 0)
            close(fd);
        return false;
    }
    close(fd);
    if (S_ISREG(status.st_mode) && (status.st_mode & (S_IRWXG | S_IRWXO)) == 0)
        return true;
    g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG,
                "the accounts %s have mode %04o, which lets others in than the office: chmod 0600 %s", path,
                (guint)(status.st_mode & 07777), path);
    return false;
}

bool
accounts_number(ExeatAccounts *accounts, sqlite3_stmt *statement, gint64 *out_number, GError **error)
{
    bool row = false;

    if (statement == NULL || !exeat_sql_step(&accounts->sql, statement, &row, error))
        return false;
    *out_number = row ? sqlite3_column_int64(statement, 0) : 0;
    sqlite3_reset(statement);
    return true;
}

/* A file of SQLite's that is empty, or ours and not newer than we are. */
static bool
schema_inspect(ExeatAccounts *accounts, gint64 *out_version, GError **error)
{
    ExeatSql *sql = &accounts->sql;
    gint64 application = 0, tables = 0;

    if (!accounts_number(accounts, exeat_sql_query(sql, error, "PRAGMA application_id", ""), &application, error) ||
        !accounts_number(accounts, exeat_sql_query(sql, error, "PRAGMA user_version", ""), out_version, error) ||
        !accounts_number(accounts, exeat_sql_query(sql, error, "SELECT count(*) FROM sqlite_schema", ""), &tables,
                         error))
        return false;
    if ((tables > 0 && application != SCHEMA_APPLICATION_ID) || *out_version < 0) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG, "this is a database of some other program");
        return false;
    }
    if (*out_version > SCHEMA_VERSION) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG,
                    "the accounts have schema %" G_GINT64_FORMAT ", this exeat knows %" G_GINT64_FORMAT
                    ": run the newer exeat",
                    *out_version, SCHEMA_VERSION);
        return false;
    }
    return true;
}

static bool
schema_upgrade(ExeatAccounts *accounts, GError **error)
{
    g_autofree char *mark = g_strdup_printf("PRAGMA application_id = %d; PRAGMA user_version = %d;",
                                            SCHEMA_APPLICATION_ID, (int)SCHEMA_VERSION);
    gint64 from = 0;

    /* Again under the lock: another process may have done it meanwhile. */
    if (!schema_inspect(accounts, &from, error))
        return false;
    for (gint64 i = from; i < SCHEMA_VERSION; i++) {
        if (!exeat_sql_script(&accounts->sql, schema_steps[i], error))
            return false;
    }
    return exeat_sql_script(&accounts->sql, mark, error);
}

bool
accounts_schema_open(ExeatAccounts *accounts, const char *path, GError **error)
{
    gint64 version = 0;

    if (!schema_make_file(path, error))
        return false;
    if (exeat_sql_open(&accounts->sql, path, error) && schema_inspect(accounts, &version, error) &&
        exeat_sql_script(&accounts->sql,
                         "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
                         "PRAGMA secure_delete = ON;",
                         error) &&
        (version == SCHEMA_VERSION ||
         (accounts_begin(accounts, true, error) && accounts_end(accounts, schema_upgrade(accounts, error), error))))
        return true;
    g_prefix_error(error, "%s: ", path);
    return false;
}

bool
accounts_begin(ExeatAccounts *accounts, bool durable, GError **error)
{
    g_mutex_lock(&accounts->lock);
    /* In WAL mode NORMAL writes and does not wait for the disk; the next FULL one takes it along. */
    if ((durable == accounts->durable ||
         exeat_sql_script(&accounts->sql, durable ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL",
                          error)) &&
        exeat_sql_run(&accounts->sql, error, "BEGIN IMMEDIATE", "")) {
        accounts->durable = durable;
        return true;
    }
    g_mutex_unlock(&accounts->lock);
    return false;
}

bool
accounts_end(ExeatAccounts *accounts, bool done, GError **error)
{
    bool committed = done && exeat_sql_run(&accounts->sql, error, "COMMIT", "");

    /* An error that SQLite rolls back for itself leaves nothing to roll back. */
    if (!committed && sqlite3_get_autocommit(accounts->sql.db) == 0)
        exeat_sql_run(&accounts->sql, NULL, "ROLLBACK", "");
    g_mutex_unlock(&accounts->lock);
    return committed;
}

/* What was made with the key that is gone. */
static bool
schema_adopt(ExeatAccounts *accounts, const guint8 *mac, GError **error)
{
    return exeat_sql_script(&accounts->sql,
                            "UPDATE account SET totp = NULL, pending = NULL; DELETE FROM recovery;"
                            "DELETE FROM device; DELETE FROM session; DELETE FROM code; DELETE FROM key_check",
                            error) &&
           exeat_sql_run(&accounts->sql, error, "INSERT INTO key_check VALUES (1, ?)", "d", mac,
                         (gsize)ACCOUNTS_HASH_BYTES);
}

static bool
schema_compare_key(ExeatAccounts *accounts, bool adopt, GError **error)
{
    sqlite3_stmt *statement = exeat_sql_query(&accounts->sql, error, "SELECT mac FROM key_check", "");
    guint8 mac[ACCOUNTS_HASH_BYTES];
    bool found = false, same;

    if (statement == NULL || !exeat_sql_step(&accounts->sql, statement, &found, error))
        return false;
    if (!accounts_mac(accounts->key, CHECK_LABEL, "", mac)) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_INTERNAL, "hashing failed");
        return false;
    }
    same = found && sqlite3_column_bytes(statement, 0) == sizeof mac &&
           CRYPTO_memcmp(sqlite3_column_blob(statement, 0), mac, sizeof mac) == 0;
    sqlite3_reset(statement);
    if (same)
        return true;
    if (!found || adopt)
        return schema_adopt(accounts, mac, error);
    g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG,
                "the accounts were made with another quarantine.private_key: name that one again, or stop exeat-office "
                "and run exeat user adopt-key, after which everybody sets up their second factor anew");
    return false;
}

bool
accounts_schema_check_key(ExeatAccounts *accounts, bool adopt, GError **error)
{
    return accounts_begin(accounts, true, error) &&
           accounts_end(accounts, schema_compare_key(accounts, adopt, error), error);
}
