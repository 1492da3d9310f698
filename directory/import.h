/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads exports of a school's management information system into a directory builder: CSV, TSV and the like with the
 * headings of SIMS, Arbor, Bromcom and OneRoster (English or Welsh), and the Department's common transfer file (XML).
 *
 * Several files are read together and one person found in several of them becomes one person. A row that makes no sense
 * is reported by file, line and reason, and left out; the reason never quotes the row.
 */
#ifndef EXEAT_DIRECTORY_IMPORT_H
#define EXEAT_DIRECTORY_IMPORT_H

#include "directory/build.h"

/* Limits of what is read. */
#define EXEAT_IMPORT_MAX_FILE ((gsize)512 * 1024 * 1024)
#define EXEAT_IMPORT_MAX_ROWS 2000000u
#define EXEAT_IMPORT_MAX_COLUMNS 512u
#define EXEAT_IMPORT_MAX_FIELD ((gsize)64 * 1024)
#define EXEAT_IMPORT_MAX_PROBLEMS 1000u /* reported; the rest is only counted */
#define EXEAT_IMPORT_MAX_XML_DEPTH 32

typedef struct ExeatImportSource {
    const char *path;
    int role; /* ExeatRole, or -1: told from the file */
} ExeatImportSource;

typedef struct ExeatImportOptions {
    const char *map;                   /* "heading=field,…", or NULL; the fields are those of exeat_import_fields() */
    const char *const *school_domains; /* NULL-terminated, lower case; an address below one of them is the school's */
    bool strict;                       /* the first bad row fails the import */
} ExeatImportOptions;

typedef struct ExeatImportProblem {
    char *path;
    guint line;
    const char *reason; /* static; never what the row holds */
} ExeatImportProblem;

typedef struct ExeatImportReport {
    guint files;
    guint rows;
    guint people[EXEAT_ROLE_COUNT];
    guint problems_count;
    GPtrArray *problems; /* of ExeatImportProblem, the first EXEAT_IMPORT_MAX_PROBLEMS */
} ExeatImportReport;

void exeat_import_report_free(ExeatImportReport *report);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatImportReport, exeat_import_report_free)

/* Names of the fields that a heading can be mapped to, NULL-terminated. */
const char *const *exeat_import_fields(void);

/* UNAVAILABLE if a file cannot be read, MALFORMED if it is no roll (or, with strict, at the first bad row), LIMIT,
 * CONFIG for a bad map. The builder may then hold part of the people: throw it away. */
bool exeat_directory_import(const ExeatImportSource *sources, gsize count, const ExeatImportOptions *options,
                            ExeatDirectoryBuilder *builder, ExeatImportReport **out_report, GError **error);

#endif
