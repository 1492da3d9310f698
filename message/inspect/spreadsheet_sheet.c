/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One sheet of a workbook: cells by their true coordinates, hidden ones too, and what stands around them. A cell costs
 * no allocation: its value is gathered in one buffer.
 */
#include <string.h>

#include "message/inspect/cells.h"
#include "message/inspect/spreadsheet.h"

#define WORDS(X)                     \
    X(ROW, "row")                    \
    X(C, "c")                        \
    X(V, "v")                        \
    X(IS, "is")                      \
    X(R, "r")                        \
    X(T, "t")                        \
    X(S, "s")                        \
    X(R_PH, "rPh")                   \
    X(FORMULA_1, "formula1")         \
    X(HYPERLINK, "hyperlink")        \
    X(DISPLAY, "display")            \
    X(TOOLTIP, "tooltip")            \
    X(HEADER_FOOTER, "headerFooter") \
    X(SHEET_DATA, "sheetData")

enum { NO_WORD, WORDS(EXEAT_SAX_WORD) WORDS_END };
static const char *const sheet_words[] = {NULL, WORDS(EXEAT_SAX_NAME)};

typedef struct Sheet {
    ExeatWorkbook *workbook;
    ExeatInspection *inspection;
    GString *value; /* as written, of what is open */
    GString *shown;
    guint row, column; /* of the next cell that says no place of its own */
    guint style;
    char type; /* of the cell: 's'hared, 'i'nline or other string, 'b'oolean, 'd'ate, 'n'umber */
    bool in_cell;
    bool gathers;
    bool behind; /* the cells */
} Sheet;

/* "C4" to 3, 2. */
static bool
sheet_place(ExeatSpan name, guint *out_row, guint *out_column)
{
    guint64 column = 0, row = 0;
    gsize at = 0;
    for (; at < name.length && g_ascii_isalpha(name.text[at]) && at < 4; at++)
        column = column * 26 + (guint64)(g_ascii_toupper(name.text[at]) - 'A' + 1);
    gsize digits = at;
    for (; at < name.length && g_ascii_isdigit(name.text[at]) && at < digits + 9; at++)
        row = row * 10 + (guint64)(name.text[at] - '0');
    if (digits == 0 || row == 0 || at < name.length)
        return false;
    *out_row = (guint)(row - 1);
    *out_column = (guint)(column - 1);
    return true;
}

static char
sheet_type(ExeatSpan type)
{
    if (type.length == 1)
        return type.text[0];
    return exeat_span_is(type, "str") || exeat_span_is(type, "inlineStr") ? 'i' : 'n';
}

static void
sheet_begin_row(Sheet *sheet, const ExeatSax *sax)
{
    guint number = exeat_sax_number(sax, R, 0);
    if (number > 0)
        sheet->row = number - 1;
    sheet->column = 0;
}

static void
sheet_begin_cell(Sheet *sheet, const ExeatSax *sax)
{
    ExeatSpan span;
    if (exeat_sax_attribute(sax, R, &span))
        sheet_place(span, &sheet->row, &sheet->column);
    sheet->type = exeat_sax_attribute(sax, T, &span) ? sheet_type(span) : 'n';
    sheet->style = exeat_sax_number(sax, S, 0);
    sheet->in_cell = true;
    g_string_truncate(sheet->value, 0);
}

/* A string of the cell's own, with what it escapes. */
static ExeatSpan
sheet_string(const Sheet *sheet, ExeatSpan text)
{
    if (memmem(text.text, text.length, "_x", 2) == NULL)
        return text;
    g_string_truncate(sheet->shown, 0);
    exeat_workbook_unescape(text, sheet->shown);
    return (ExeatSpan){sheet->shown->str, sheet->shown->len};
}

/* What the cell shows. */
static ExeatSpan
sheet_value(const Sheet *sheet)
{
    const GString *value = sheet->value;
    GString *shown = sheet->shown;
    const ExeatWorkbook *workbook = sheet->workbook;
    g_string_truncate(shown, 0);
    switch (sheet->type) {
    case 's':
        return exeat_workbook_string(workbook, g_ascii_strtoull(value->str, NULL, 10));
    case 'b':
        return value->str[0] == '1' ? (ExeatSpan){"TRUE", 4} : (ExeatSpan){"FALSE", 5};
    case 'd':
        exeat_number_show_iso(value->str, value->len, shown);
        return (ExeatSpan){shown->str, shown->len};
    case 'n':
        exeat_number_show_written(value->str, value->len, exeat_workbook_format(workbook, sheet->style),
                                  workbook->from_1904, shown);
        return (ExeatSpan){shown->str, shown->len};
    default:
        return sheet_string(sheet, (ExeatSpan){value->str, value->len});
    }
}

static void
sheet_end_cell(Sheet *sheet)
{
    ExeatSpan shown = sheet->value->len > 0 ? sheet_value(sheet) : (ExeatSpan){"", 0};
    if (shown.length > 0) {
        exeat_inspection_cell_begin(sheet->inspection, sheet->row, sheet->column);
        exeat_inspection_text(sheet->inspection, shown.text, shown.length);
        exeat_inspection_cell_end(sheet->inspection);
    }
    sheet->column++;
    sheet->in_cell = false;
}

static void
sheet_show_line(Sheet *sheet, const char *text, gsize length)
{
    exeat_inspection_table_end(sheet->inspection);
    exeat_inspection_text(sheet->inspection, text, length);
    exeat_inspection_line(sheet->inspection);
}

static void
sheet_show_attribute(Sheet *sheet, const ExeatSax *sax, guint word)
{
    g_autofree char *text = exeat_sax_string(sax, word);
    if (text != NULL && text[0] != '\0')
        sheet_show_line(sheet, text, strlen(text));
}

static void
sheet_begin(ExeatSax *sax, guint word, gpointer data)
{
    Sheet *sheet = data;
    guint parent = 0;
    switch (word) {
    case ROW:
        sheet_begin_row(sheet, sax);
        break;
    case C:
        sheet_begin_cell(sheet, sax);
        break;
    case V:
    case T:
        sheet->gathers = sheet->in_cell;
        break;
    case R_PH:
        exeat_sax_skip(sax);
        break;
    case FORMULA_1:
        sheet->gathers = true;
        g_string_truncate(sheet->value, 0);
        break;
    case HYPERLINK:
        sheet_show_attribute(sheet, sax, DISPLAY);
        sheet_show_attribute(sheet, sax, TOOLTIP);
        break;
    default:
        parent = exeat_sax_parent(sax, 1);
        if (parent == HEADER_FOOTER || parent == FORMULA_1) { /* the second: xm:f in an extension */
            sheet->gathers = true;
            g_string_truncate(sheet->value, 0);
        }
        break;
    }
}

static void
sheet_show_header(Sheet *sheet)
{
    g_string_truncate(sheet->shown, 0);
    exeat_cells_header(sheet->value->str, sheet->shown);
    g_strstrip(sheet->shown->str);
    if (sheet->shown->str[0] != '\0')
        sheet_show_line(sheet, sheet->shown->str, strlen(sheet->shown->str));
}

/* The choices of a cell where they stand in the rule itself: "Yes,No". */
static void
sheet_show_choices(Sheet *sheet)
{
    gsize length = sheet->value->len;
    if (length > 2 && sheet->value->str[0] == '"')
        sheet_show_line(sheet, sheet->value->str + 1, length - 2);
}

static void
sheet_end(ExeatSax *sax, guint word, gpointer data)
{
    Sheet *sheet = data;
    guint parent = 0;
    switch (word) {
    case ROW:
        sheet->row++;
        break;
    case C:
        sheet_end_cell(sheet);
        break;
    case V:
    case T:
        sheet->gathers = false;
        break;
    default:
        parent = exeat_sax_parent(sax, 1);
        if (parent == HEADER_FOOTER)
            sheet_show_header(sheet);
        else if (word == FORMULA_1 || parent == FORMULA_1)
            sheet_show_choices(sheet);
        else
            break;
        sheet->gathers = false;
        g_string_truncate(sheet->value, 0);
        break;
    }
}

static void
sheet_text(G_GNUC_UNUSED ExeatSax *sax, const char *text, gsize length, gpointer data)
{
    const Sheet *sheet = data;
    if (sheet->gathers)
        g_string_append_len(sheet->value, text, (gssize)length);
}

void
exeat_workbook_read_sheet(ExeatWorkbook *workbook, const ExeatZipEntry *entry, const char *title)
{
    static const ExeatSaxReader reader = {
        .words = sheet_words, .count = WORDS_END, .begin = sheet_begin, .end = sheet_end, .text = sheet_text};
    Sheet sheet = {.workbook = workbook,
                   .inspection = workbook->inspection,
                   .value = g_string_new(NULL),
                   .shown = g_string_new(NULL)};
    exeat_inspection_table(workbook->inspection, title);
    exeat_sax_member(workbook->inspection, workbook->zip, entry, &reader, &sheet);
    exeat_inspection_table_end(workbook->inspection);
    g_string_free(sheet.value, TRUE);
    g_string_free(sheet.shown, TRUE);
}
