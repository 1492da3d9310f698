/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The thin layer over SQLite. Its messages name tables and columns, never values, so they may go into errors.
 */
#include "quarantine/sql.h"

#include <stdarg.h>

#include "base/error.h"

static void
sql_finalize(gpointer statement)
{
    sqlite3_finalize(statement);
}

bool
exeat_sql_error(ExeatSql *sql, const char *doing, GError **error)
{
    int code = sql->db != NULL ? sqlite3_extended_errcode(sql->db) : SQLITE_NOMEM;
    const char *message = sql->db != NULL ? sqlite3_errmsg(sql->db) : "no memory";

    switch (code & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_UNAVAILABLE,
                    "%s: the store is damaged (%s): restore it from a backup, or recover it with the sqlite3 command",
                    doing, message);
        break;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG,
                    "%s: the store or its folder may not be written by this user (%s)", doing, message);
        break;
    case SQLITE_CONSTRAINT:
    case SQLITE_MISUSE:
    case SQLITE_RANGE:
    case SQLITE_ERROR:
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_INTERNAL, "%s: %s", doing, message);
        break;
    default:
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_UNAVAILABLE, "%s: %s", doing, message);
        break;
    }
    return false;
}

bool
exeat_sql_open(ExeatSql *sql, const char *path, GError **error)
{
    /* The caller locks; SQLite need not do it again. Never creates: see store_sqlite_schema.c. */
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;

    sql->statements = g_hash_table_new_full(NULL, NULL, NULL, sql_finalize);
    if (sqlite3_open_v2(path, &sql->db, flags, NULL) != SQLITE_OK)
        return exeat_sql_error(sql, "opening the store", error);
    sqlite3_busy_timeout(sql->db, EXEAT_SQL_BUSY_MS);
    /* A damaged or hostile file must not run code of ours in ways we did not write. */
    sqlite3_db_config(sql->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(sql->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    return true;
}

void
exeat_sql_close(ExeatSql *sql)
{
    g_clear_pointer(&sql->statements, g_hash_table_unref);
    if (sql->db != NULL)
        sqlite3_close(sql->db);
    sql->db = NULL;
}

static int
sql_bind_one(sqlite3_stmt *statement, int index, char type, va_list *arguments)
{
    switch (type) {
    case 't': {
        const char *text = va_arg(*arguments, const char *);

        return sqlite3_bind_text(statement, index, text, -1, SQLITE_TRANSIENT);
    }
    case 'i':
        return sqlite3_bind_int64(statement, index, va_arg(*arguments, gint64));
    case 'b': {
        GBytes *bytes = va_arg(*arguments, GBytes *);

        if (bytes == NULL)
            return sqlite3_bind_null(statement, index);
        return sqlite3_bind_blob64(statement, index, g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes),
                                   SQLITE_STATIC);
    }
    case 'd': {
        const void *data = va_arg(*arguments, const void *);
        gsize size = va_arg(*arguments, gsize);

        return sqlite3_bind_blob64(statement, index, data, size, SQLITE_STATIC);
    }
    default:
        g_assert_not_reached();
    }
}

static sqlite3_stmt *
sql_bind(ExeatSql *sql, GError **error, const char *text, const char *types, va_list *arguments)
{
    sqlite3_stmt *statement = g_hash_table_lookup(sql->statements, text);

    if (statement == NULL) {
        if (sqlite3_prepare_v3(sql->db, text, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) != SQLITE_OK) {
            exeat_sql_error(sql, "preparing a statement", error);
            return NULL;
        }
        g_hash_table_insert(sql->statements, (gpointer)(guintptr)text, statement);
    }
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    for (int i = 0; types[i] != '\0'; i++) {
        if (sql_bind_one(statement, i + 1, types[i], arguments) != SQLITE_OK) {
            exeat_sql_error(sql, "binding a value", error);
            return NULL;
        }
    }
    return statement;
}

sqlite3_stmt *
exeat_sql_query(ExeatSql *sql, GError **error, const char *text, const char *types, ...)
{
    sqlite3_stmt *statement;
    va_list arguments;

    va_start(arguments, types);
    statement = sql_bind(sql, error, text, types, &arguments);
    va_end(arguments);
    return statement;
}

bool
exeat_sql_step(ExeatSql *sql, sqlite3_stmt *statement, bool *out_row, GError **error)
{
    int code = sqlite3_step(statement);

    if (code == SQLITE_ROW) {
        *out_row = true;
        return true;
    }
    if (code != SQLITE_DONE)
        exeat_sql_error(sql, "using the store", error);
    sqlite3_reset(statement);
    if (code != SQLITE_DONE)
        return false;
    *out_row = false;
    return true;
}

bool
exeat_sql_run(ExeatSql *sql, GError **error, const char *text, const char *types, ...)
{
    sqlite3_stmt *statement;
    va_list arguments;
    bool row = true;

    va_start(arguments, types);
    statement = sql_bind(sql, error, text, types, &arguments);
    va_end(arguments);
    if (statement == NULL)
        return false;
    while (row) {
        if (!exeat_sql_step(sql, statement, &row, error))
            return false;
    }
    /* Blobs are bound without a copy: none may be left behind when the caller frees them. */
    sqlite3_clear_bindings(statement);
    return true;
}

bool
exeat_sql_script(ExeatSql *sql, const char *text, GError **error)
{
    if (sqlite3_exec(sql->db, text, NULL, NULL, NULL) != SQLITE_OK)
        return exeat_sql_error(sql, "using the store", error);
    return true;
}

gint64
exeat_sql_changes(ExeatSql *sql)
{
    return sqlite3_changes64(sql->db);
}

char *
exeat_sql_text(sqlite3_stmt *statement, int column)
{
    return g_strdup((const char *)sqlite3_column_text(statement, column));
}

char *
exeat_sql_word(sqlite3_stmt *statement, int column)
{
    const char *text = (const char *)sqlite3_column_text(statement, column);

    return g_strdup(text != NULL ? text : "");
}

GBytes *
exeat_sql_blob(sqlite3_stmt *statement, int column)
{
    const void *data = sqlite3_column_blob(statement, column);

    if (sqlite3_column_type(statement, column) == SQLITE_NULL)
        return NULL;
    return g_bytes_new(data, (gsize)sqlite3_column_bytes(statement, column));
}
