/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Parts of a workbook in binary (MS-XLSB): records of a type, a length and content, of which those are read that hold
 * text, cells, or what cells are shown by. What a record is depends on nothing but its type, so one reader serves all
 * parts.
 */
#include <string.h>

#include "message/inspect/bytes.h"
#include "message/inspect/cells.h"
#include "message/inspect/spreadsheet.h"

enum { /* MS-XLSB 2.3.2 */
       ROW_HEADER = 0,
       CELL_RK = 2,
       CELL_BOOLEAN = 4,
       CELL_REAL = 5,
       CELL_STRING = 6,
       CELL_SHARED = 7,
       FORMULA_STRING = 8,
       FORMULA_NUMBER = 9,
       FORMULA_BOOLEAN = 10,
       SHARED_STRING = 19,
       PIVOT_STRING = 24,
       FORMAT = 44,
       STYLE = 47,
       BOOK_PROPERTIES = 153,
       SHEET_NAME = 156,
       HEADER_FOOTER = 479,
       HYPERLINK = 494,
       BEGIN_CELL_STYLES = 617,
       END_CELL_STYLES = 618,
       COMMENT_AUTHOR = 632,
       COMMENT_TEXT = 637,
};

#define CELL_HEAD 8 /* column, style */
#define HEADER_PARTS 6
#define RECORDS_A_STEP 4096 /* between two looks at the clock */

typedef struct Record {
    guint type;
    const guint8 *body;
    gsize length;
} Record;

typedef struct Binary {
    ExeatWorkbook *workbook;
    ExeatInspection *inspection;
    guint row;
    bool cell_styles; /* the styles that come are those of cells */
    GString *text;
} Binary;

/* A number of at most @most bytes of seven bits each, the lowest first; the type's first bit stays in it. */
static bool
binary_number(const GByteArray *bytes, gsize *at, guint most, guint *out_number)
{
    guint number = 0;
    for (guint i = 0; i < most; i++) {
        if (*at >= bytes->len)
            return false;
        guint8 byte = bytes->data[(*at)++];
        number |= (guint)(byte & 0x7F) << (7 * i);
        if ((byte & 0x80) == 0)
            break;
    }
    *out_number = number;
    return true;
}

static bool
binary_next(const GByteArray *bytes, gsize *at, Record *out_record)
{
    guint type = 0, length = 0;
    if (!binary_number(bytes, at, 2, &type) || !binary_number(bytes, at, 4, &length) ||
        !exeat_lies_inside(*at, length, bytes->len))
        return false;
    *out_record = (Record){.type = type, .body = bytes->data + *at, .length = length};
    *at += length;
    return true;
}

/* The string at @at, counted in units of UTF-16, to binary->text. Where it ends, or 0. */
static gsize
binary_string(Binary *binary, const Record *record, gsize at)
{
    g_string_truncate(binary->text, 0);
    if (!exeat_lies_inside(at, 4, record->length))
        return 0;
    guint32 units = exeat_le32(record->body + at);
    at += 4;
    if (units == G_MAXUINT32) /* there is none */
        return at;
    if (!exeat_lies_inside(at, 2 * (guint64)units, record->length))
        return 0;
    for (guint32 i = 0; i < units; i++) {
        gunichar c = exeat_le16(record->body + at + 2 * (gsize)i);
        gunichar next = i + 1 < units ? exeat_le16(record->body + at + 2 * (gsize)i + 2) : 0;
        if (c >= 0xD800 && c < 0xDC00 && next >= 0xDC00 && next < 0xE000) {
            c = 0x10000 + ((c - 0xD800) << 10) + (next - 0xDC00);
            i++;
        }
        g_string_append_unichar(binary->text, c >= 0xD800 && c < 0xE000 ? 0xFFFD : c);
    }
    return at + 2 * (gsize)units;
}

static void
binary_show_line(const Binary *binary)
{
    exeat_inspection_table_end(binary->inspection);
    exeat_inspection_text(binary->inspection, binary->text->str, binary->text->len);
    exeat_inspection_line(binary->inspection);
}

static double
binary_real(const guint8 *at)
{
    guint64 bits = exeat_le64(at);
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* What the cell shows, to binary->text. */
static bool
binary_cell_text(Binary *binary, const Record *record)
{
    const guint8 *value = record->body + CELL_HEAD;
    gsize length = record->length - CELL_HEAD;
    const ExeatWorkbook *workbook = binary->workbook;
    const ExeatNumberFormat *format = exeat_workbook_format(workbook, exeat_le32(record->body + 4) & 0xFFFFFF);
    ExeatSpan shared;
    g_string_truncate(binary->text, 0);
    switch (record->type) {
    case CELL_RK:
        if (length >= 4)
            exeat_number_show(exeat_cells_number(exeat_le32(value)), format, workbook->from_1904, binary->text);
        break;
    case CELL_REAL:
    case FORMULA_NUMBER:
        if (length >= 8)
            exeat_number_show(binary_real(value), format, workbook->from_1904, binary->text);
        break;
    case CELL_BOOLEAN:
    case FORMULA_BOOLEAN:
        if (length >= 1)
            g_string_assign(binary->text, value[0] != 0 ? "TRUE" : "FALSE");
        break;
    case CELL_SHARED:
        if (length < 4)
            break;
        shared = exeat_workbook_string(workbook, exeat_le32(value));
        g_string_append_len(binary->text, shared.text, (gssize)shared.length);
        break;
    default:
        return binary_string(binary, record, CELL_HEAD) != 0 && binary->text->len > 0;
    }
    return binary->text->len > 0;
}

static void
binary_read_cell(Binary *binary, const Record *record)
{
    if (record->length < CELL_HEAD || !binary_cell_text(binary, record))
        return;
    exeat_inspection_cell_begin(binary->inspection, binary->row, exeat_le32(record->body));
    exeat_inspection_text(binary->inspection, binary->text->str, binary->text->len);
    exeat_inspection_cell_end(binary->inspection);
}

static void
binary_read_sheet_name(Binary *binary, const Record *record)
{
    gsize at = binary_string(binary, record, 8);
    if (at == 0)
        return;
    ExeatListed *listed = g_new0(ExeatListed, 1);
    listed->id = g_strdup(binary->text->str);
    binary_string(binary, record, at);
    listed->title = g_strdup(binary->text->str);
    g_ptr_array_add(binary->workbook->listed, listed);
}

static void
binary_read_style(Binary *binary, const Record *record)
{
    ExeatWorkbook *workbook = binary->workbook;
    if (record->type == STYLE) {
        if (binary->cell_styles && record->length >= 4)
            exeat_workbook_add_style(workbook, exeat_le16(record->body + 2));
        return;
    }
    guint number = record->length >= 2 ? exeat_le16(record->body) : 0;
    if (binary_string(binary, record, 2) != 0)
        exeat_number_formats_add(workbook->formats, number, binary->text->str);
}

/* Strings one behind the other, each a line. */
static void
binary_show_strings(Binary *binary, const Record *record, gsize at, guint count)
{
    for (guint i = 0; i < count; i++) {
        at = binary_string(binary, record, at);
        if (at == 0)
            return;
        if (binary->text->len > 0)
            binary_show_line(binary);
    }
}

static void
binary_show_headers(Binary *binary, const Record *record)
{
    gsize at = 2;
    for (guint i = 0; i < HEADER_PARTS && (at = binary_string(binary, record, at)) != 0; i++) {
        g_autofree char *code = g_strdup(binary->text->str);
        g_string_truncate(binary->text, 0);
        exeat_cells_header(code, binary->text);
        if (binary->text->len > 0)
            binary_show_line(binary);
    }
}

static void
binary_read_record(Binary *binary, const Record *record)
{
    ExeatWorkbook *workbook = binary->workbook;
    switch (record->type) {
    case ROW_HEADER:
        binary->row = record->length >= 4 ? exeat_le32(record->body) : binary->row + 1;
        break;
    case CELL_RK:
    case CELL_BOOLEAN:
    case CELL_REAL:
    case CELL_STRING:
    case CELL_SHARED:
    case FORMULA_STRING:
    case FORMULA_NUMBER:
    case FORMULA_BOOLEAN:
        binary_read_cell(binary, record);
        break;
    case SHARED_STRING:
        if (exeat_workbook_begin_string(workbook) && binary_string(binary, record, 1) != 0)
            g_string_append_len(workbook->arena, binary->text->str, (gssize)binary->text->len);
        break;
    case FORMAT:
    case STYLE:
        binary_read_style(binary, record);
        break;
    case BEGIN_CELL_STYLES:
    case END_CELL_STYLES:
        binary->cell_styles = record->type == BEGIN_CELL_STYLES;
        break;
    case BOOK_PROPERTIES:
        workbook->from_1904 = record->length >= 4 && (record->body[0] & 1) != 0;
        break;
    case SHEET_NAME:
        binary_read_sheet_name(binary, record);
        break;
    case HEADER_FOOTER:
        binary_show_headers(binary, record);
        break;
    case HYPERLINK: /* behind its cells: the relationship, where it leads, a hint, what is shown */
        binary_show_strings(binary, record, 16, 4);
        break;
    case COMMENT_TEXT:
        binary_show_strings(binary, record, 1, 1);
        break;
    case COMMENT_AUTHOR:
    case PIVOT_STRING:
        binary_show_strings(binary, record, 0, 1);
        break;
    default:
        break;
    }
}

void
exeat_workbook_read_binary(ExeatWorkbook *workbook, const ExeatZipEntry *entry, const char *title)
{
    g_autoptr(GByteArray) bytes = exeat_zip_bytes(workbook->inspection, workbook->zip, entry);
    Binary binary = {.workbook = workbook, .inspection = workbook->inspection, .text = g_string_new(NULL)};
    Record record;
    gsize at = 0;
    if (title != NULL)
        exeat_inspection_table(workbook->inspection, title);
    for (guint i = 0; bytes != NULL && binary_next(bytes, &at, &record); i++) {
        if (i % RECORDS_A_STEP == 0 && !exeat_inspection_goes_on(workbook->inspection))
            break;
        binary_read_record(&binary, &record);
    }
    if (bytes == NULL || at < bytes->len)
        exeat_inspection_unreadable(workbook->inspection, "damaged");
    exeat_inspection_table_end(workbook->inspection);
    g_string_free(binary.text, TRUE);
}
