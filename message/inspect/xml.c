/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * XML that stands alone: which of the formats that have names it is, by its root, and else records or prose. Workbooks
 * of Excel 2003 are read here.
 */
#include <string.h>

#include "message/inspect/formats.h"
#include "message/inspect/number.h"
#include "message/inspect/opendocument.h"
#include "message/inspect/prose.h"
#include "message/inspect/records.h"

/* --- what it is --- */

typedef struct Root {
    char *name;
    char *space;
    char *type; /* office:mimetype */
} Root;

#define ROOT_WORDS(X) X(MIME_TYPE, "mimetype")

enum { NO_ROOT_WORD, ROOT_WORDS(EXEAT_SAX_WORD) ROOT_WORDS_END };
static const char *const root_words[] = {NULL, ROOT_WORDS(EXEAT_SAX_NAME)};

static void
root_begin(ExeatSax *sax, G_GNUC_UNUSED guint word, gpointer data)
{
    Root *root = data;
    root->name = g_strdup(exeat_sax_name(sax));
    root->space = g_strdup(exeat_sax_space(sax));
    root->type = exeat_sax_string(sax, MIME_TYPE);
    exeat_sax_stop(sax);
}

static void
root_clear(Root *root)
{
    g_free(root->name);
    g_free(root->space);
    g_free(root->type);
}

/* --- the formats --- */

static void
xml_read_prose(ExeatInspection *inspection, const ExeatFile *file)
{
    ExeatProse prose;
    exeat_prose_init(&prose, inspection);
    exeat_sax_bytes(inspection, file->data, file->length, &exeat_prose_reader, &prose);
    exeat_prose_finish(&prose);
    if (prose.macros)
        exeat_inspection_suspicious(inspection, "macros");
}

static void
xml_read_word(ExeatInspection *inspection, const ExeatFile *file, G_GNUC_UNUSED const Root *root)
{
    exeat_inspection_type(inspection, "application/vnd.ms-word");
    xml_read_prose(inspection, file);
}

static void
xml_read_package(ExeatInspection *inspection, const ExeatFile *file, G_GNUC_UNUSED const Root *root)
{
    exeat_inspection_type(inspection, "application/vnd.openxmlformats-officedocument.wordprocessingml.document");
    xml_read_prose(inspection, file);
}

static void
xml_read_opendocument(ExeatInspection *inspection, const ExeatFile *file, const Root *root)
{
    ExeatOpendocument document;
    exeat_inspection_type(inspection, root->type != NULL ? root->type : "application/vnd.oasis.opendocument.text");
    exeat_opendocument_init(&document, inspection, false);
    exeat_sax_bytes(inspection, file->data, file->length, &exeat_opendocument_reader, &document);
    exeat_opendocument_finish(&document);
    if (document.macros)
        exeat_inspection_suspicious(inspection, "macros");
}

static void
xml_read_html(ExeatInspection *inspection, const ExeatFile *file, G_GNUC_UNUSED const Root *root)
{
    ExeatFile page = *file;
    page.type = "text/html";
    exeat_inspection_type(inspection, "application/xhtml+xml");
    exeat_text_read(inspection, &page);
}

static void
xml_read_picture(ExeatInspection *inspection, const ExeatFile *file, G_GNUC_UNUSED const Root *root)
{
    exeat_inspection_type(inspection, "image/svg+xml");
    exeat_records_read(inspection, file, true);
}

/* The Department for Education's common transfer file, and the one for admissions. */
static void
xml_read_transfer(ExeatInspection *inspection, const ExeatFile *file, G_GNUC_UNUSED const Root *root)
{
    exeat_inspection_type(inspection, "application/x-ctf+xml");
    exeat_records_read(inspection, file, false);
}

/* --- a workbook of Excel 2003 --- */

#define WORDS(X)                   \
    X(WORKSHEET, "Worksheet")      \
    X(NAME, "Name")                \
    X(ROW, "Row")                  \
    X(CELL, "Cell")                \
    X(INDEX, "Index")              \
    X(MERGE_ACROSS, "MergeAcross") \
    X(DATA, "Data")                \
    X(TYPE, "Type")                \
    X(COMMENT, "Comment")          \
    X(PROPERTIES, "DocumentProperties")

enum { NO_WORD, WORDS(EXEAT_SAX_WORD) WORDS_END };
static const char *const book_words[] = {NULL, WORDS(EXEAT_SAX_NAME)};

typedef struct Book {
    ExeatInspection *inspection;
    GString *value; /* of the cell: its data, then a comment on it */
    GString *shown;
    guint row, column, across;
    bool gathers;
    bool date;
} Book;

static void
book_begin(ExeatSax *sax, guint word, gpointer data)
{
    Book *book = data;
    g_autofree char *title = NULL;
    switch (word) {
    case WORKSHEET:
        title = exeat_sax_string(sax, NAME);
        exeat_inspection_table(book->inspection, title);
        book->row = 0;
        break;
    case ROW:
        book->row = MAX(exeat_sax_number(sax, INDEX, book->row + 1), 1) - 1;
        book->column = 0;
        break;
    case CELL:
        book->column = MAX(exeat_sax_number(sax, INDEX, book->column + 1), 1) - 1;
        book->across = MIN(exeat_sax_number(sax, MERGE_ACROSS, 0), (guint)G_MAXUINT16);
        book->date = false;
        g_string_truncate(book->value, 0);
        break;
    case DATA:
        book->gathers = true;
        book->date = book->date || exeat_sax_is(sax, TYPE, "DateTime");
        break;
    default:
        if (exeat_sax_parent(sax, 1) != PROPERTIES)
            break;
        exeat_inspection_text(book->inspection, exeat_sax_name(sax), strlen(exeat_sax_name(sax)));
        exeat_inspection_text(book->inspection, ": ", 2);
        break;
    }
}

static void
book_end_cell(Book *book)
{
    g_string_truncate(book->shown, 0);
    if (book->date)
        exeat_number_show_iso(book->value->str, book->value->len, book->shown);
    else
        g_string_append_len(book->shown, book->value->str, (gssize)book->value->len);
    if (book->shown->len > 0) {
        exeat_inspection_cell_begin(book->inspection, book->row, book->column);
        exeat_inspection_text(book->inspection, book->shown->str, book->shown->len);
        exeat_inspection_cell_end(book->inspection);
    }
    book->column += 1 + book->across;
}

static void
book_end(ExeatSax *sax, guint word, gpointer data)
{
    Book *book = data;
    if (word == DATA) {
        book->gathers = false;
        g_string_append_c(book->value, '\n');
    } else if (word == CELL) {
        g_strchomp(book->value->str);
        g_string_set_size(book->value, strlen(book->value->str));
        book_end_cell(book);
    } else if (word == ROW) {
        book->row++;
    } else if (word == WORKSHEET) {
        exeat_inspection_table_end(book->inspection);
    } else if (exeat_sax_parent(sax, 1) == PROPERTIES) {
        exeat_inspection_line(book->inspection);
    }
}

static void
book_text(ExeatSax *sax, const char *text, gsize length, gpointer data)
{
    const Book *book = data;
    if (book->gathers)
        g_string_append_len(book->value, text, (gssize)length);
    else if (exeat_sax_parent(sax, 1) == PROPERTIES)
        exeat_inspection_text(book->inspection, text, length);
}

static void
xml_read_workbook(ExeatInspection *inspection, const ExeatFile *file, G_GNUC_UNUSED const Root *root)
{
    static const ExeatSaxReader reader = {
        .words = book_words, .count = WORDS_END, .begin = book_begin, .end = book_end, .text = book_text};
    Book book = {.inspection = inspection, .value = g_string_new(NULL), .shown = g_string_new(NULL)};
    exeat_inspection_type(inspection, "application/vnd.ms-excel");
    exeat_sax_bytes(inspection, file->data, file->length, &reader, &book);
    exeat_inspection_table_end(inspection);
    g_string_free(book.value, TRUE);
    g_string_free(book.shown, TRUE);
}

/* --- which --- */

static const struct {
    const char *root;
    const char *space; /* that is part of the root's namespace */
    void (*read)(ExeatInspection *inspection, const ExeatFile *file, const Root *root);
} xml_formats[] = {
    {"CTfile", "", xml_read_transfer},
    {"ATFfile", "", xml_read_transfer},
    {"document", "opendocument", xml_read_opendocument},
    {"document", "openoffice.org", xml_read_opendocument},
    {"document-content", "opendocument", xml_read_opendocument},
    {"wordDocument", "", xml_read_word},
    {"document", "wordprocessingml", xml_read_package},
    {"package", "xmlPackage", xml_read_package},
    {"Workbook", "office:spreadsheet", xml_read_workbook},
    {"html", "", xml_read_html},
    {"svg", "", xml_read_picture},
};

void
exeat_xml_read(ExeatInspection *inspection, const ExeatFile *file)
{
    static const ExeatSaxReader reader = {
        .words = root_words, .count = ROOT_WORDS_END, .begin = root_begin, .silent = true};
    Root root = {0};
    bool read = false;
    exeat_sax_bytes(inspection, file->data, file->length, &reader, &root);
    for (gsize i = 0; i < G_N_ELEMENTS(xml_formats) && root.name != NULL && !read; i++) {
        read = strcmp(root.name, xml_formats[i].root) == 0 && strstr(root.space, xml_formats[i].space) != NULL;
        if (read)
            xml_formats[i].read(inspection, file, &root);
    }
    if (!read && root.name != NULL)
        exeat_records_read(inspection, file, false);
    else if (!read)
        exeat_text_read(inspection, file);
    root_clear(&root);
}
