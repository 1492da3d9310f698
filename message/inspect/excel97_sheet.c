/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One sheet of a workbook: its records are gathered and said at its end, since they need not come in the order of
 * rows. Texts that float above the cells (comments, boxes, headers) stand behind them. Shared strings are pointed to,
 * not copied: a few bytes of a cell may name a very long one.
 *
 * Owns what it gathers, one thread. Every byte is hostile; cells are limited as an inspection's are.
 */
#include "message/inspect/excel97.h"

#include "message/inspect/cells.h"
#include "message/inspect/codepage.h"

#define GOES_ON_STEP 1024

enum {
    CELL_INTEGER_2 = 0x0002,
    CELL_NUMBER_2 = 0x0003,
    CELL_LABEL_2 = 0x0004,
    CELL_BOOLEAN_2 = 0x0005,
    CELL_FORMULA_2 = 0x0006, /* and Excel 5 and later */
    CELL_STRING_2 = 0x0007,
    CELL_NUMBER = 0x0203,
    CELL_LABEL = 0x0204,
    CELL_BOOLEAN = 0x0205,
    CELL_FORMULA_3 = 0x0206,
    CELL_STRING = 0x0207,
    CELL_FORMULA_4 = 0x0406,
    CELL_LABEL_SHARED = 0x00FD,
    CELL_LABEL_RICH = 0x00D6,
    CELL_RK = 0x027E,
    CELL_RK_MANY = 0x00BD,
    SHEET_HEADER = 0x0014,
    SHEET_FOOTER = 0x0015,
    SHEET_NOTE = 0x001C,
    SHEET_TEXT_BOX = 0x01B6,
    CHART_TEXT = 0x100D,
};

typedef struct SheetCell {
    guint row, column;
    gsize start, length;
    bool shared;
} SheetCell;

struct ExcelSheet {
    const ExcelBook *book;
    GArray *cells; /* of SheetCell */
    GString *text;
    GString *behind;
    bool sorted;
    bool awaits_string; /* the last cell is a formula whose text follows */
};

ExcelSheet *
exeat_excel_sheet_new(const ExcelBook *book)
{
    ExcelSheet *sheet = g_new0(ExcelSheet, 1);
    sheet->book = book;
    sheet->cells = g_array_new(FALSE, FALSE, sizeof(SheetCell));
    sheet->text = g_string_new(NULL);
    sheet->behind = g_string_new(NULL);
    sheet->sorted = true;
    return sheet;
}

void
exeat_excel_sheet_free(ExcelSheet *sheet)
{
    g_array_unref(sheet->cells);
    g_string_free(sheet->text, TRUE);
    g_string_free(sheet->behind, TRUE);
    g_free(sheet);
}

/* --- cells --- */

/* A new last cell, as yet without text; NULL when there are enough. */
static SheetCell *
sheet_cell(ExcelSheet *sheet, guint row, guint column)
{
    GArray *cells = sheet->cells;
    if (cells->len > exeat_inspection_limits(sheet->book->inspection)->cells)
        return NULL;
    if (cells->len > 0) {
        const SheetCell *last = &g_array_index(cells, SheetCell, cells->len - 1);
        sheet->sorted &= row > last->row || (row == last->row && column >= last->column);
    }
    SheetCell cell = {.row = row, .column = column, .start = sheet->text->len};
    g_array_append_val(cells, cell);
    return &g_array_index(cells, SheetCell, cells->len - 1);
}

/* The last cell's text is what came since it began. */
static void
sheet_cell_done(ExcelSheet *sheet, SheetCell *cell)
{
    cell->length = sheet->text->len - cell->start;
}

static const ExeatNumberFormat *
sheet_format(const ExcelBook *book, guint cell_format)
{
    if (cell_format >= book->cell_formats->len)
        return NULL;
    return exeat_number_formats_get(book->formats, g_array_index(book->cell_formats, guint16, cell_format));
}

static void
sheet_number(ExcelSheet *sheet, guint row, guint column, guint cell_format, double value)
{
    SheetCell *cell = sheet_cell(sheet, row, column);
    if (cell == NULL)
        return;
    const ExcelBook *book = sheet->book;
    exeat_number_show(value, sheet_format(book, cell_format), book->date1904, sheet->text);
    sheet_cell_done(sheet, cell);
}

static void
sheet_rk_many(ExcelSheet *sheet, ExeatBytes body)
{
    guint row = exeat_bytes_u16(body, 0), column = exeat_bytes_u16(body, 2);
    for (gsize at = 4; at + 8 <= body.length; at += 6)
        sheet_number(sheet, row, column++, exeat_bytes_u16(body, at),
                     exeat_cells_number(exeat_bytes_u32(body, at + 2)));
}

static void
sheet_shared(ExcelSheet *sheet, ExeatBytes body)
{
    const GArray *ends = sheet->book->shared_ends;
    guint32 number = exeat_bytes_u32(body, 6);
    SheetCell *cell = sheet_cell(sheet, exeat_bytes_u16(body, 0), exeat_bytes_u16(body, 2));
    if (cell == NULL || number >= ends->len)
        return;
    cell->shared = true;
    cell->start = number > 0 ? g_array_index(ends, gsize, number - 1) : 0;
    cell->length = g_array_index(ends, gsize, number) - cell->start;
}

static void
sheet_label(ExcelSheet *sheet, ExcelRecord *record, gsize at, guint length_bytes)
{
    SheetCell *cell = sheet_cell(sheet, exeat_bytes_u16(record->body, 0), exeat_bytes_u16(record->body, 2));
    if (cell == NULL)
        return;
    record->at = at;
    exeat_excel_string(record, sheet->text, &sheet->book->strings, length_bytes);
    sheet_cell_done(sheet, cell);
}

static void
sheet_boolean(ExcelSheet *sheet, ExeatBytes body, gsize at)
{
    SheetCell *cell = sheet_cell(sheet, exeat_bytes_u16(body, 0), exeat_bytes_u16(body, 2));
    if (cell == NULL || exeat_bytes_u8(body, at + 1) != 0)
        return;
    g_string_append(sheet->text, exeat_bytes_u8(body, at) != 0 ? "TRUE" : "FALSE");
    sheet_cell_done(sheet, cell);
}

static void
sheet_formula(ExcelSheet *sheet, ExeatBytes body)
{
    guint row = exeat_bytes_u16(body, 0), column = exeat_bytes_u16(body, 2);
    gsize at = sheet->book->version == 2 ? 7 : 6;
    if (exeat_bytes_u16(body, at + 6) != 0xFFFF) {
        sheet_number(sheet, row, column, sheet->book->version == 2 ? G_MAXUINT : exeat_bytes_u16(body, 4),
                     exeat_bytes_double(body, at));
        return;
    }
    guint kind = exeat_bytes_u8(body, at);
    SheetCell *cell = sheet_cell(sheet, row, column);
    sheet->awaits_string = cell != NULL && kind == 0;
    if (cell == NULL || kind != 1)
        return;
    g_string_append(sheet->text, exeat_bytes_u8(body, at + 2) != 0 ? "TRUE" : "FALSE");
    sheet_cell_done(sheet, cell);
}

static void
sheet_formula_string(ExcelSheet *sheet, ExcelRecord *record)
{
    if (!sheet->awaits_string)
        return;
    sheet->awaits_string = false;
    SheetCell *cell = &g_array_index(sheet->cells, SheetCell, sheet->cells->len - 1);
    cell->start = sheet->text->len;
    exeat_excel_string(record, sheet->text, &sheet->book->strings, sheet->book->version == 2 ? 1 : 2);
    sheet_cell_done(sheet, cell);
}

/* --- what floats above them --- */

static void
sheet_header(ExcelSheet *sheet, ExcelRecord *record)
{
    g_autoptr(GString) code = g_string_new(NULL);
    if (record->body.length == 0)
        return;
    exeat_excel_string(record, code, &sheet->book->strings, sheet->book->strings.unicode ? 2 : 1);
    exeat_cells_header(code->str, sheet->behind);
    g_string_append_c(sheet->behind, '\n');
}

/* Before Excel 97 the record has the comment's text, since then it lies in a text box and the author here. */
static void
sheet_note(ExcelSheet *sheet, ExcelRecord *record)
{
    const ExcelBook *book = sheet->book;
    if (!book->strings.unicode) {
        exeat_codepage_append(sheet->behind, exeat_bytes_from(record->body, 6), book->strings.codepage);
    } else {
        record->at = 8;
        exeat_excel_string(record, sheet->behind, &book->strings, 2);
    }
    g_string_append_c(sheet->behind, '\n');
}

/* The text lies in the records that continue this one. */
static void
sheet_text_box(ExcelSheet *sheet, ExcelRecord *record)
{
    gsize length = exeat_bytes_u16(record->body, 10);
    if (length == 0)
        return;
    record->at = record->body.length;
    exeat_excel_characters(record, sheet->behind, length, 0);
    g_string_append_c(sheet->behind, '\n');
}

static void
sheet_chart_text(ExcelSheet *sheet, ExcelRecord *record)
{
    record->at = 2;
    exeat_excel_string(record, sheet->behind, &sheet->book->strings, 1);
    g_string_append_c(sheet->behind, '\n');
}

/* --- records --- */

static void
sheet_old_record(ExcelSheet *sheet, ExcelRecord *record)
{
    ExeatBytes body = record->body;
    guint row = exeat_bytes_u16(body, 0), column = exeat_bytes_u16(body, 2);
    if (record->type == CELL_INTEGER_2)
        sheet_number(sheet, row, column, G_MAXUINT, exeat_bytes_u16(body, 7));
    else if (record->type == CELL_NUMBER_2)
        sheet_number(sheet, row, column, G_MAXUINT, exeat_bytes_double(body, 7));
    else if (record->type == CELL_LABEL_2)
        sheet_label(sheet, record, 7, 1);
    else if (record->type == CELL_BOOLEAN_2)
        sheet_boolean(sheet, body, 7);
}

void
exeat_excel_sheet_record(ExcelSheet *sheet, ExcelRecord *record)
{
    ExeatBytes body = record->body;
    switch (record->type) {
    case CELL_NUMBER:
        sheet_number(sheet, exeat_bytes_u16(body, 0), exeat_bytes_u16(body, 2), exeat_bytes_u16(body, 4),
                     exeat_bytes_double(body, 6));
        break;
    case CELL_RK:
        sheet_number(sheet, exeat_bytes_u16(body, 0), exeat_bytes_u16(body, 2), exeat_bytes_u16(body, 4),
                     exeat_cells_number(exeat_bytes_u32(body, 6)));
        break;
    case CELL_RK_MANY:
        sheet_rk_many(sheet, body);
        break;
    case CELL_LABEL_SHARED:
        sheet_shared(sheet, body);
        break;
    case CELL_LABEL:
    case CELL_LABEL_RICH:
        sheet_label(sheet, record, 6, 2);
        break;
    case CELL_BOOLEAN:
        sheet_boolean(sheet, body, 6);
        break;
    case CELL_FORMULA_2:
    case CELL_FORMULA_3:
    case CELL_FORMULA_4:
        sheet_formula(sheet, body);
        break;
    case CELL_STRING:
    case CELL_STRING_2:
        sheet_formula_string(sheet, record);
        break;
    case SHEET_HEADER:
    case SHEET_FOOTER:
        sheet_header(sheet, record);
        break;
    case SHEET_NOTE:
        sheet_note(sheet, record);
        break;
    case SHEET_TEXT_BOX:
        sheet_text_box(sheet, record);
        break;
    case CHART_TEXT:
        sheet_chart_text(sheet, record);
        break;
    default:
        if (sheet->book->version == 2)
            sheet_old_record(sheet, record);
        break;
    }
}

/* --- saying it --- */

static gint
sheet_compare(gconstpointer one, gconstpointer other)
{
    const SheetCell *a = one, *b = other;
    if (a->row != b->row)
        return a->row < b->row ? -1 : 1;
    return a->column < b->column ? -1 : a->column > b->column;
}

void
exeat_excel_sheet_emit(ExcelSheet *sheet, const char *title)
{
    ExeatInspection *inspection = sheet->book->inspection;
    if (!sheet->sorted)
        g_array_sort(sheet->cells, sheet_compare);
    exeat_inspection_table(inspection, title);
    for (guint i = 0; i < sheet->cells->len; i++) {
        const SheetCell *cell = &g_array_index(sheet->cells, SheetCell, i);
        const GString *text = cell->shared ? sheet->book->shared : sheet->text;
        if (cell->length == 0)
            continue;
        if (i % GOES_ON_STEP == 0 && !exeat_inspection_goes_on(inspection))
            return;
        exeat_inspection_cell_begin(inspection, cell->row, cell->column);
        exeat_inspection_text(inspection, text->str + cell->start, cell->length);
        exeat_inspection_cell_end(inspection);
    }
    exeat_inspection_table_end(inspection);
    exeat_inspection_text(inspection, sheet->behind->str, sheet->behind->len);
    exeat_inspection_gap(inspection);
}
