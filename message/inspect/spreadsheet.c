/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "message/inspect/spreadsheet.h"

#include <string.h>

#define WORDS(X)                   \
    X(SHEET, "sheet")              \
    X(NAME, "name")                \
    X(ID, "id")                    \
    X(DEFINED_NAME, "definedName") \
    X(WORKBOOK_PR, "workbookPr")   \
    X(DATE_1904, "date1904")       \
    X(SI, "si")                    \
    X(T, "t")                      \
    X(R_PH, "rPh")                 \
    X(NUM_FMT, "numFmt")           \
    X(NUM_FMT_ID, "numFmtId")      \
    X(FORMAT_CODE, "formatCode")   \
    X(CELL_XFS, "cellXfs")         \
    X(XF, "xf")

enum { NO_WORD, WORDS(EXEAT_SAX_WORD) WORDS_END };
static const char *const spreadsheet_words[] = {NULL, WORDS(EXEAT_SAX_NAME)};

void
exeat_listed_free(gpointer data)
{
    ExeatListed *listed = data;
    g_free(listed->id);
    g_free(listed->title);
    g_free(listed);
}

ExeatWorkbook *
exeat_workbook_new(ExeatInspection *inspection, const ExeatZip *zip)
{
    ExeatWorkbook *workbook = g_new0(ExeatWorkbook, 1);
    workbook->inspection = inspection;
    workbook->zip = zip;
    workbook->arena = g_string_new(NULL);
    workbook->strings = g_array_new(FALSE, FALSE, sizeof(guint32));
    workbook->formats = exeat_number_formats_new();
    workbook->styles = g_array_new(FALSE, FALSE, sizeof(const ExeatNumberFormat *));
    workbook->listed = g_ptr_array_new_with_free_func(exeat_listed_free);
    workbook->fields = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
    return workbook;
}

void
exeat_workbook_free(ExeatWorkbook *workbook)
{
    if (workbook == NULL)
        return;
    g_string_free(workbook->arena, TRUE);
    g_array_unref(workbook->strings);
    exeat_number_formats_free(workbook->formats);
    g_array_unref(workbook->styles);
    g_ptr_array_unref(workbook->listed);
    g_ptr_array_unref(workbook->fields);
    g_free(workbook);
}

/* --- shared strings --- */

bool
exeat_workbook_begin_string(ExeatWorkbook *workbook)
{
    const ExeatInspectLimits *limits = exeat_inspection_limits(workbook->inspection);
    guint32 start = (guint32)workbook->arena->len;
    if (workbook->strings->len >= limits->cells || workbook->arena->len >= limits->total_text_bytes) {
        exeat_inspection_unreadable(workbook->inspection, "a workbook has more strings than the limit");
        return false;
    }
    g_array_append_val(workbook->strings, start);
    return true;
}

ExeatSpan
exeat_workbook_string(const ExeatWorkbook *workbook, guint64 number)
{
    const GArray *strings = workbook->strings;
    if (number >= strings->len)
        return (ExeatSpan){"", 0};
    gsize start = g_array_index(strings, guint32, number);
    gsize end = number + 1 < strings->len ? g_array_index(strings, guint32, number + 1) : workbook->arena->len;
    return (ExeatSpan){workbook->arena->str + start, end - start};
}

void
exeat_workbook_unescape(ExeatSpan text, GString *out)
{
    for (gsize at = 0; at < text.length; at++) {
        const char *c = text.text + at;
        bool escaped = text.length - at >= 7 && c[0] == '_' && c[1] == 'x' && c[6] == '_';
        guint code = 0;
        for (guint i = 2; escaped && i < 6; i++) {
            escaped = g_ascii_isxdigit(c[i]);
            code = code * 16 + (guint)MAX(g_ascii_xdigit_value(c[i]), 0);
        }
        if (escaped && code != 0 && (code < 0xD800 || code > 0xDFFF)) {
            g_string_append_unichar(out, code);
            at += 6;
        } else {
            g_string_append_c(out, *c);
        }
    }
}

static void
strings_begin(ExeatSax *sax, guint word, gpointer data)
{
    if (word == R_PH)
        exeat_sax_skip(sax);
    else if (word == SI && !exeat_workbook_begin_string(data))
        exeat_sax_stop(sax);
}

/* Escapes are settled here, once a string, not once a cell. */
static void
strings_end(G_GNUC_UNUSED ExeatSax *sax, guint word, gpointer data)
{
    ExeatWorkbook *workbook = data;
    GString *arena = workbook->arena;
    if (word != SI || workbook->strings->len == 0)
        return;
    ExeatSpan last = exeat_workbook_string(workbook, workbook->strings->len - 1);
    if (memmem(last.text, last.length, "_x", 2) == NULL)
        return;
    g_autofree char *copy = g_memdup2(last.text, last.length);
    g_string_truncate(arena, arena->len - last.length);
    exeat_workbook_unescape((ExeatSpan){copy, last.length}, arena);
}

static void
strings_text(ExeatSax *sax, const char *text, gsize length, gpointer data)
{
    ExeatWorkbook *workbook = data;
    if (exeat_sax_parent(sax, 0) == T && workbook->strings->len > 0)
        g_string_append_len(workbook->arena, text, (gssize)length);
}

void
exeat_workbook_read_strings(ExeatWorkbook *workbook, const ExeatZipEntry *entry)
{
    static const ExeatSaxReader reader = {.words = spreadsheet_words,
                                          .count = WORDS_END,
                                          .begin = strings_begin,
                                          .end = strings_end,
                                          .text = strings_text};
    exeat_sax_member(workbook->inspection, workbook->zip, entry, &reader, workbook);
}

/* --- styles --- */

void
exeat_workbook_add_style(ExeatWorkbook *workbook, guint format)
{
    const ExeatNumberFormat *known = exeat_number_formats_get(workbook->formats, format);
    g_array_append_val(workbook->styles, known);
}

const ExeatNumberFormat *
exeat_workbook_format(const ExeatWorkbook *workbook, guint style)
{
    return style < workbook->styles->len ? g_array_index(workbook->styles, const ExeatNumberFormat *, style) : NULL;
}

static void
styles_begin(ExeatSax *sax, guint word, gpointer data)
{
    ExeatWorkbook *workbook = data;
    if (word == NUM_FMT) {
        g_autofree char *code = exeat_sax_string(sax, FORMAT_CODE);
        if (code != NULL)
            exeat_number_formats_add(workbook->formats, exeat_sax_number(sax, NUM_FMT_ID, 0), code);
    } else if (word == XF && exeat_sax_parent(sax, 1) == CELL_XFS) {
        exeat_workbook_add_style(workbook, exeat_sax_number(sax, NUM_FMT_ID, 0));
    }
}

void
exeat_workbook_read_styles(ExeatWorkbook *workbook, const ExeatZipEntry *entry)
{
    static const ExeatSaxReader reader = {.words = spreadsheet_words, .count = WORDS_END, .begin = styles_begin};
    exeat_sax_member(workbook->inspection, workbook->zip, entry, &reader, workbook);
}

/* --- the workbook itself --- */

typedef struct Book {
    ExeatWorkbook *workbook;
    char *name; /* of the defined name that is open */
    GString *value;
} Book;

void
exeat_workbook_show_name(const ExeatWorkbook *workbook, const char *name, const char *value)
{
    bool constant = value[0] == '"' || value[0] == '{' || value[0] == '-' || g_ascii_isdigit(value[0]);
    if (!constant || g_str_has_prefix(name, "_xlnm."))
        return;
    exeat_inspection_text(workbook->inspection, name, strlen(name));
    exeat_inspection_text(workbook->inspection, ": ", 2);
    g_autofree char *plain = g_strdelimit(g_strdup(value), "{}\";", ' ');
    exeat_inspection_text(workbook->inspection, plain, strlen(plain));
    exeat_inspection_line(workbook->inspection);
}

static void
book_begin(ExeatSax *sax, guint word, gpointer data)
{
    Book *book = data;
    if (word == SHEET) {
        ExeatListed *listed = g_new0(ExeatListed, 1);
        listed->id = exeat_sax_prefixed(sax, ID);
        listed->title = exeat_sax_string(sax, NAME);
        g_ptr_array_add(book->workbook->listed, listed);
    } else if (word == WORKBOOK_PR) {
        book->workbook->from_1904 = exeat_sax_is(sax, DATE_1904, "1") || exeat_sax_is(sax, DATE_1904, "true");
    } else if (word == DEFINED_NAME) {
        g_free(book->name);
        book->name = exeat_sax_string(sax, NAME);
        g_string_truncate(book->value, 0);
    }
}

static void
book_end(G_GNUC_UNUSED ExeatSax *sax, guint word, gpointer data)
{
    const Book *book = data;
    if (word == DEFINED_NAME && book->name != NULL)
        exeat_workbook_show_name(book->workbook, book->name, book->value->str);
}

static void
book_text(ExeatSax *sax, const char *text, gsize length, gpointer data)
{
    const Book *book = data;
    if (exeat_sax_parent(sax, 0) == DEFINED_NAME)
        g_string_append_len(book->value, text, (gssize)length);
}

void
exeat_workbook_read(ExeatWorkbook *workbook, const ExeatZipEntry *entry)
{
    static const ExeatSaxReader reader = {
        .words = spreadsheet_words, .count = WORDS_END, .begin = book_begin, .end = book_end, .text = book_text};
    Book book = {.workbook = workbook, .value = g_string_new(NULL)};
    exeat_sax_member(workbook->inspection, workbook->zip, entry, &reader, &book);
    g_free(book.name);
    g_string_free(book.value, TRUE);
}
