/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a workbook remembers of data that stands elsewhere: values of other workbooks, and every row behind a pivot
 * table, also where its sheet was deleted. Items of a field come first, with its name; the rows point to them.
 */
#include <string.h>

#include "message/inspect/spreadsheet.h"

#define WORDS(X)                          \
    X(CACHE_FIELD, "cacheField")          \
    X(SHARED_ITEMS, "sharedItems")        \
    X(NAME, "name")                       \
    X(VALUE, "v")                         \
    X(DEFINITION, "pivotCacheDefinition") \
    X(RECORDS, "pivotCacheRecords")       \
    X(R, "r")                             \
    X(X_ITEM, "x")                        \
    X(S, "s")                             \
    X(N, "n")                             \
    X(D, "d")                             \
    X(B, "b")                             \
    X(E, "e")                             \
    X(M, "m")                             \
    X(T, "t")                             \
    X(CELL, "cell")                       \
    X(SHEET_NAME, "sheetName")            \
    X(SHEET_DATA, "sheetData")            \
    X(ROW, "row")                         \
    X(VAL, "val")                         \
    X(TABLE, "table")                     \
    X(TABLE_COLUMN, "tableColumn")

enum { NO_WORD, WORDS(EXEAT_SAX_WORD) WORDS_END };
static const char *const cache_words[] = {NULL, WORDS(EXEAT_SAX_NAME)};

typedef struct Cache {
    ExeatWorkbook *workbook;
    ExeatInspection *inspection;
    guint row, column;
    guint kept; /* items */
    bool value; /* a value's text is shown */
} Cache;

static void
cache_show_line(const Cache *cache, const char *text)
{
    if (text == NULL)
        return;
    exeat_inspection_text(cache->inspection, text, strlen(text));
    exeat_inspection_line(cache->inspection);
}

static void
cache_begin_field(const Cache *cache, const ExeatSax *sax)
{
    GPtrArray *field = g_ptr_array_new_with_free_func(g_free);
    char *name = exeat_sax_string(sax, NAME);
    g_ptr_array_add(field, name != NULL ? name : g_strdup(""));
    g_ptr_array_add(cache->workbook->fields, field);
    cache_show_line(cache, name);
}

/* One of the values that a field has; no more are kept than a table may have cells. */
static void
cache_add_item(Cache *cache, const ExeatSax *sax, guint word)
{
    GPtrArray *fields = cache->workbook->fields;
    if (fields->len == 0 || cache->kept >= exeat_inspection_limits(cache->inspection)->cells)
        return;
    GPtrArray *field = fields->pdata[fields->len - 1];
    g_autofree char *text = exeat_sax_string(sax, VALUE);
    g_autoptr(GString) date = g_string_new(NULL);
    if (word == D && text != NULL)
        exeat_number_show_iso(text, strlen(text), date);
    g_ptr_array_add(field, word == D && text != NULL ? g_strdup(date->str) : g_strdup(text != NULL ? text : ""));
    cache->kept++;
    if (word == S)
        cache_show_line(cache, text);
}

static void
cache_show_cell(Cache *cache, const char *text)
{
    exeat_inspection_cell_begin(cache->inspection, cache->row, cache->column);
    exeat_inspection_text(cache->inspection, text, strlen(text));
    exeat_inspection_cell_end(cache->inspection);
}

static void
cache_begin_records(Cache *cache)
{
    const GPtrArray *fields = cache->workbook->fields;
    exeat_inspection_table(cache->inspection, NULL);
    for (cache->column = 0; cache->column < fields->len; cache->column++)
        cache_show_cell(cache, ((GPtrArray *)fields->pdata[cache->column])->pdata[0]);
    cache->row = 0;
}

static void
cache_show_value(Cache *cache, const ExeatSax *sax, guint word)
{
    const GPtrArray *fields = cache->workbook->fields;
    if (word == X_ITEM && cache->column < fields->len) {
        const GPtrArray *field = fields->pdata[cache->column];
        guint item = exeat_sax_number(sax, VALUE, G_MAXUINT);
        if (item < field->len - 1)
            cache_show_cell(cache, field->pdata[item + 1]);
    } else if (word != X_ITEM && word != M) {
        g_autofree char *text = exeat_sax_string(sax, VALUE);
        g_autoptr(GString) shown = g_string_new(NULL);
        if (text != NULL && word == D)
            exeat_number_show_iso(text, strlen(text), shown);
        else if (text != NULL)
            g_string_append(shown, text);
        cache_show_cell(cache, shown->str);
    }
    cache->column++;
}

static void
cache_begin(ExeatSax *sax, guint word, gpointer data)
{
    Cache *cache = data;
    guint parent = exeat_sax_parent(sax, 1);
    g_autofree char *name = NULL;
    switch (word) {
    case CACHE_FIELD:
        cache_begin_field(cache, sax);
        break;
    case DEFINITION:
        g_ptr_array_set_size(cache->workbook->fields, 0);
        break;
    case RECORDS:
        cache_begin_records(cache);
        break;
    case R:
        cache->row++;
        cache->column = 0;
        break;
    case X_ITEM:
    case S:
    case N:
    case D:
    case B:
    case E:
    case M:
        if (parent == SHARED_ITEMS)
            cache_add_item(cache, sax, word);
        else if (parent == R)
            cache_show_value(cache, sax, word);
        break;
    case VALUE:
        cache->value = parent == CELL;
        break;
    case SHEET_NAME:
        name = exeat_sax_string(sax, VAL);
        cache_show_line(cache, name);
        break;
    case TABLE:
    case TABLE_COLUMN:
        name = exeat_sax_string(sax, NAME);
        cache_show_line(cache, name);
        break;
    default:
        break;
    }
}

static void
cache_end(G_GNUC_UNUSED ExeatSax *sax, guint word, gpointer data)
{
    Cache *cache = data;
    if (word == VALUE && cache->value) {
        exeat_inspection_text(cache->inspection, " ", 1);
        cache->value = false;
    } else if (word == ROW) {
        exeat_inspection_line(cache->inspection);
    }
}

static void
cache_text(G_GNUC_UNUSED ExeatSax *sax, const char *text, gsize length, gpointer data)
{
    const Cache *cache = data;
    if (cache->value)
        exeat_inspection_text(cache->inspection, text, length);
}

void
exeat_workbook_read_cache(ExeatWorkbook *workbook, const ExeatZipEntry *entry)
{
    static const ExeatSaxReader reader = {
        .words = cache_words, .count = WORDS_END, .begin = cache_begin, .end = cache_end, .text = cache_text};
    Cache cache = {.workbook = workbook, .inspection = workbook->inspection};
    exeat_inspection_gap(workbook->inspection);
    exeat_sax_member(workbook->inspection, workbook->zip, entry, &reader, &cache);
    exeat_inspection_table_end(workbook->inspection);
    exeat_inspection_line(workbook->inspection);
}
