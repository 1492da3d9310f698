/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Workbooks of Office Open XML: what their sheets need of each other. Strings are shared: one arena and where each
 * begins, bounded by the inspection's limits of cells and text, because a sheet can show no more of them.
 */
#ifndef EXEAT_MESSAGE_INSPECT_SPREADSHEET_H
#define EXEAT_MESSAGE_INSPECT_SPREADSHEET_H

#include "message/inspect/number.h"
#include "message/inspect/sax.h"

/* A sheet, or a slide, as the main part lists it. */
typedef struct ExeatListed {
    char *id;    /* of the relationship */
    char *title; /* or NULL */
} ExeatListed;

typedef struct ExeatWorkbook {
    ExeatInspection *inspection;
    const ExeatZip *zip;
    GString *arena;
    GArray *strings; /* of guint32: where each begins in the arena */
    ExeatNumberFormats *formats;
    GArray *styles;    /* of const ExeatNumberFormat *, by the style of a cell */
    bool from_1904;    /* the day that dates are counted from */
    GPtrArray *listed; /* of ExeatListed: the sheets in order */
    GPtrArray *fields; /* of GPtrArray of char *: the items of the fields of the last pivot cache; the name is first */
} ExeatWorkbook;

ExeatWorkbook *exeat_workbook_new(ExeatInspection *inspection, const ExeatZip *zip);
void exeat_workbook_free(ExeatWorkbook *workbook);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatWorkbook, exeat_workbook_free)

void exeat_listed_free(gpointer listed);

/* Names of sheets, defined names, settings; shows the constants among defined names. */
void exeat_workbook_read(ExeatWorkbook *workbook, const ExeatZipEntry *entry);
void exeat_workbook_read_strings(ExeatWorkbook *workbook, const ExeatZipEntry *entry);
void exeat_workbook_read_styles(ExeatWorkbook *workbook, const ExeatZipEntry *entry);
/* (message/inspect/spreadsheet_sheet.c) */
void exeat_workbook_read_sheet(ExeatWorkbook *workbook, const ExeatZipEntry *entry, const char *title);
/* What stays in the file of other workbooks and of the data behind pivot tables; names of a table's columns.
 * (message/inspect/spreadsheet_cache.c) */
void exeat_workbook_read_cache(ExeatWorkbook *workbook, const ExeatZipEntry *entry);

/* A part of a workbook in binary, whichever it is: the book, its strings, styles, a sheet called @title, comments.
 * (message/inspect/spreadsheet_binary.c) */
void exeat_workbook_read_binary(ExeatWorkbook *workbook, const ExeatZipEntry *entry, const char *title);

/* A new string for the table: append its text to the arena behind this. False when there are too many. */
bool exeat_workbook_begin_string(ExeatWorkbook *workbook);
/* Characters that XML cannot hold stand in strings as "_x000D_". Appends to @out. */
void exeat_workbook_unescape(ExeatSpan text, GString *out);
/* Empty if there is none of that number. */
ExeatSpan exeat_workbook_string(const ExeatWorkbook *workbook, guint64 number);
/* The next style of a cell, by the number of its format. */
void exeat_workbook_add_style(ExeatWorkbook *workbook, guint format);
/* NULL is General. */
const ExeatNumberFormat *exeat_workbook_format(const ExeatWorkbook *workbook, guint style);
/* A name that the workbook defines, if its value is a constant. */
void exeat_workbook_show_name(const ExeatWorkbook *workbook, const char *name, const char *value);

#endif
