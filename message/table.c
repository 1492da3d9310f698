/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tables in text files (CSV, TSV, with semicolons or bars), read by libcsv. The separator is what stands equally often
 * in each of the first rows. Owns nothing, any thread. Hostile input; cells are bounded, text is as long as its source.
 */
#include <csv.h>
#include <string.h>

#include "message/render.h"

#define DETECT_ROWS 30
#define DETECT_BYTES 65536
#define CELL_BYTES 32768 /* longer: a quote was never closed, so quotes mean nothing */

typedef struct Table {
    ExeatRendered *out;
    guint row, column;
    gsize longest;
} Table;

/* Occurrences of @separator outside quotes in each of the first rows; the number of rows that have some. */
static guint
delimited_score(const char *text, gsize length, char separator, guint *out_rows, guint *out_most)
{
    guint counts[DETECT_ROWS] = {0}, rows = 0, column = 0;
    bool quoted = false, any = false;
    gsize seen = MIN(length, (gsize)DETECT_BYTES);
    for (gsize i = 0; i <= seen && rows < DETECT_ROWS; i++) {
        char c = i < seen ? text[i] : '\n';
        if (c == '"') {
            quoted = !quoted;
        } else if (c == '\n' && (!quoted || i == seen)) {
            if (any)
                counts[rows++] = column;
            column = 0;
            any = false;
        } else if (c == separator && !quoted) {
            column++;
        }
        any = any || (c != '\n' && c != ' ');
    }
    guint most = 0, agree = 0;
    for (guint i = 0; i < rows; i++)
        most = MAX(most, counts[i]);
    for (guint i = 0; i < rows; i++)
        agree += (counts[i] == most && most > 0);
    *out_rows = rows;
    *out_most = most;
    return agree;
}

char
exeat_delimited_detect(const char *text, gsize length, bool sure)
{
    static const char separators[] = "\t;,|";
    char best = 0;
    guint best_score = 0;
    for (guint i = 0; separators[i] != '\0'; i++) {
        guint rows, most, agree = delimited_score(text, length, separators[i], &rows, &most);
        bool enough = sure ? most > 0
                           : rows >= 2 && agree * 10 >= rows * 8 && most >= (separators[i] == '\t' ? 1u : 2u);
        guint score = agree * 100 + MIN(most, 50u);
        if (enough && score > best_score) {
            best = separators[i];
            best_score = score;
        }
    }
    return best != 0 ? best : sure ? ',' : 0;
}

static void
delimited_on_cell(void *data, size_t length, void *closure)
{
    Table *table = closure;
    GString *text = table->out->text;
    if (table->column > 0)
        g_string_append_c(text, '\t');
    gsize start = text->len;
    exeat_rendered_append_line(table->out, data, length);
    exeat_rendered_add_cell(table->out, start, table->row, table->column, 0);
    table->longest = MAX(table->longest, length);
    table->column++;
}

static void
delimited_on_row(int end, void *closure)
{
    Table *table = closure;
    (void)end;
    g_string_append_c(table->out->text, '\n');
    table->row++;
    table->column = 0;
}

static void
delimited_parse(const char *text, gsize length, char separator, bool quotes, Table *table)
{
    struct csv_parser parser;
    if (csv_init(&parser, 0) != 0)
        return;
    csv_set_delim(&parser, (unsigned char)separator);
    if (!quotes)
        csv_set_quote(&parser, 0); /* NUL does not occur in clean text */
    csv_parse(&parser, text, length, delimited_on_cell, delimited_on_row, table);
    csv_fini(&parser, delimited_on_cell, delimited_on_row, table);
    csv_free(&parser);
}

void
exeat_delimited_render(const char *text, gsize length, ExeatRendered *out)
{
    char separator = 0;
    if (length > 5 && g_ascii_strncasecmp(text, "sep=", 4) == 0 &&
        (text[5] == '\n' || length == 5)) { /* Excel's own hint */
        separator = text[4];
        text += 5, length -= 5;
    }
    if (separator == 0)
        separator = exeat_delimited_detect(text, length, true);
    Table table = {.out = out};
    delimited_parse(text, length, separator, true, &table);
    if (table.longest > CELL_BYTES) {
        g_string_truncate(out->text, 0);
        g_array_set_size(out->cells, 0);
        table = (Table){.out = out};
        delimited_parse(text, length, separator, false, &table);
    }
}
