/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * SQLite with our errors and our way of binding: one line a statement, prepared once a handle. An ExeatSql is for one
 * thread at a time; whoever owns it holds the lock.
 */
#ifndef EXEAT_QUARANTINE_SQL_H
#define EXEAT_QUARANTINE_SQL_H

#include <glib.h>
#include <sqlite3.h>
#include <stdbool.h>

typedef struct ExeatSql {
    sqlite3 *db;
    GHashTable *statements; /* the SQL text's address → sqlite3_stmt */
} ExeatSql;

/* How long to wait for another process's transaction. */
#define EXEAT_SQL_BUSY_MS 10000

bool exeat_sql_open(ExeatSql *sql, const char *path, GError **error);
void exeat_sql_close(ExeatSql *sql);

/* Turns what SQLite said last into an error of ours; @doing is what failed ("reading the store"). Always false. */
bool exeat_sql_error(ExeatSql *sql, const char *doing, GError **error);

/*
 * Binds and gives the statement for stepping. @text is a string literal. @types has one letter a parameter: t const
 * char * (NULL fine), i gint64, b GBytes * (NULL fine), d a pointer and a gsize. Reset it with sqlite3_reset() when
 * done.
 */
sqlite3_stmt *exeat_sql_query(ExeatSql *sql, GError **error, const char *text, const char *types, ...);

/* Steps; *out_row says whether a row came. Resets the statement unless one did. */
bool exeat_sql_step(ExeatSql *sql, sqlite3_stmt *statement, bool *out_row, GError **error);

/* Binds, runs to the end, resets. */
bool exeat_sql_run(ExeatSql *sql, GError **error, const char *text, const char *types, ...);

/* Runs several statements without parameters. */
bool exeat_sql_script(ExeatSql *sql, const char *text, GError **error);

gint64 exeat_sql_changes(ExeatSql *sql);

/* Columns, copied. (transfer full) */
char *exeat_sql_text(sqlite3_stmt *statement, int column);
/* Of a column that the schema never leaves empty: "" where a damaged file does. */
char *exeat_sql_word(sqlite3_stmt *statement, int column);
GBytes *exeat_sql_blob(sqlite3_stmt *statement, int column);

#endif
