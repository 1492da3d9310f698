/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between the files of the xls reader: records, the strings in them, one sheet, and what seals a workbook. */
#ifndef EXEAT_MESSAGE_INSPECT_EXCEL97_H
#define EXEAT_MESSAGE_INSPECT_EXCEL97_H

#include "message/inspect/inspection.h"
#include "message/inspect/number.h"
#include "message/inspect/slice.h"

enum {
    EXCEL_CONTINUE = 0x003C,
    EXCEL_FILEPASS = 0x002F,
    EXCEL_BOUNDSHEET = 0x0085,
};

/* One record, and those that continue it. */
typedef struct ExcelRecord {
    ExeatBytes stream;
    gsize start; /* of its header */
    guint type;
    ExeatBytes body; /* without what continues it; later the piece that is being read */
    gsize at;        /* in the piece */
    gsize next;      /* behind the piece */
} ExcelRecord;

/* The record at @record->next; false at the end of the stream. */
bool exeat_excel_next(ExcelRecord *record);

/* Reading on from record->at, over the border to a record that continues it. */
guint exeat_excel_u8(ExcelRecord *record);
guint exeat_excel_u16(ExcelRecord *record);
guint32 exeat_excel_u32(ExcelRecord *record);
void exeat_excel_skip(ExcelRecord *record, gsize count);

/* @characters of a Unicode string, whose options are @flags; a piece that continues it has flags of its own. */
void exeat_excel_characters(ExcelRecord *record, GString *out, gsize characters, guint flags);

/* How a file of some age writes strings. */
typedef struct ExcelStrings {
    bool unicode; /* Excel 97 and later */
    guint codepage;
} ExcelStrings;

/* A string with its length before it, of @length_bytes bytes. */
void exeat_excel_string(ExcelRecord *record, GString *out, const ExcelStrings *strings, guint length_bytes);

/* --- one sheet (message/inspect/excel97_sheet.c) --- */

typedef struct ExcelSheet ExcelSheet;

/* What the cells refer to; all of it belongs to the workbook. */
typedef struct ExcelBook {
    ExeatInspection *inspection;
    ExcelStrings strings;
    guint version; /* 2, 3, 4, 5, 8 */
    bool date1904;
    GString *shared;     /* all shared strings */
    GArray *shared_ends; /* of gsize */
    ExeatNumberFormats *formats;
    GArray *cell_formats; /* of guint16: number of a format, by cell format */
} ExcelBook;

ExcelSheet *exeat_excel_sheet_new(const ExcelBook *book);
/* Takes @record if it is about cells or texts of a sheet. */
void exeat_excel_sheet_record(ExcelSheet *sheet, ExcelRecord *record);
/* Says all of it. */
void exeat_excel_sheet_emit(ExcelSheet *sheet, const char *title);
void exeat_excel_sheet_free(ExcelSheet *sheet);

/* --- sealed workbooks (message/inspect/excel97_seal.c) --- */

/* Says how the workbook is sealed, if it is. *out_opened is the stream in clear if Excel opens it without asking.
 * False if it can't be read. */
bool exeat_excel_unseal(ExeatInspection *inspection, ExeatBytes stream, GBytes **out_opened);

#endif
