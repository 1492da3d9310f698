/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A table that somebody pasted from a spreadsheet into a plain letter: neighbouring lines with the same number of tabs.
 * Its cells are marked; every other line stays the prose that it is. One pass; the text is hostile.
 */
#include <string.h>

#include "message/render.h"

#define TABLE_LINES 2 /* fewer are no table */

static guint
count_tabs(const char *line, gsize length)
{
    guint tabs = 0;
    for (gsize i = 0; i < length; i++)
        tabs += line[i] == '\t';
    return tabs;
}

static gsize
line_length(const char *text, gsize length)
{
    const char *end = memchr(text, '\n', length);
    return end ? (gsize)(end - text) + 1 : length;
}

/* How many bytes of @text are lines with as many tabs as its first; 0 if they are too few for a table. */
static gsize
table_length(const char *text, gsize length)
{
    gsize whole = 0;
    guint lines = 0;
    guint wanted = count_tabs(text, line_length(text, length));
    while (wanted > 0 && whole < length) {
        gsize line = line_length(text + whole, length - whole);
        if (count_tabs(text + whole, line) != wanted)
            break;
        whole += line;
        lines++;
    }
    return lines >= TABLE_LINES ? whole : 0;
}

static void
append_row(ExeatRendered *out, const char *line, gsize length, guint row, guint table)
{
    gsize text = length > 0 && line[length - 1] == '\n' ? length - 1 : length;
    guint column = 0;
    for (gsize at = 0; at <= text; column++) {
        const char *tab = memchr(line + at, '\t', text - at);
        gsize end = tab ? (gsize)(tab - line) : text;
        gsize start = out->text->len;
        g_string_append_len(out->text, line + at, (gssize)(end - at));
        exeat_rendered_add_cell(out, start, row, column, table);
        if (tab)
            g_string_append_c(out->text, '\t');
        at = end + 1;
    }
    if (text < length)
        g_string_append_c(out->text, '\n');
}

void
exeat_tabbed_render(const char *text, gsize length, ExeatRendered *out)
{
    guint table = 0;
    guint row = 0;
    if (memchr(text, '\t', length) == NULL) {
        g_string_append_len(out->text, text, (gssize)length);
        return;
    }
    for (gsize at = 0; at < length;) {
        gsize whole = table_length(text + at, length - at);
        if (whole == 0) {
            gsize line = line_length(text + at, length - at);
            g_string_append_len(out->text, text + at, (gssize)line);
            at += line;
            continue;
        }
        for (gsize end = at + whole; at < end; row++) {
            gsize line = line_length(text + at, end - at);
            append_row(out, text + at, line, row, table);
            at += line;
        }
        table++;
    }
}
