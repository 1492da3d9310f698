/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policies/detect/context.h"

#include <string.h>

#define BYTES_BEFORE 80
#define BYTES_AFTER 40
#define LABEL_LINE_BYTES 60

void
exeat_context_init(ExeatContext *context, const ExeatText *text)
{
    context->text = text;
    const char *from = text->text;
    char *to = context->lower = g_malloc(text->length + 1);
    for (gsize i = 0; i < text->length; i++) /* written so that the compiler makes vectors of it */
        to[i] = (char)(from[i] | ((guchar)(from[i] - 'A') <= 'Z' - 'A' ? 0x20 : 0));
    to[text->length] = '\0';
}

void
exeat_context_clear(ExeatContext *context)
{
    g_clear_pointer(&context->lower, g_free);
}

/* Letters beyond ASCII are parts of words too. */
static bool
is_word_byte(char c)
{
    return g_ascii_isalnum(c) || (guchar)c >= 0x80;
}

/* Places are short and words are many: the first letter tells nearly always, and memmem() would cost more. */
static bool
has_word(const char *lower, gsize from, gsize to, const char *word, gsize length)
{
    if (length == 0) /* an empty list: no word of it is there */
        return false;
    for (gsize at = from; at + length <= to; at++) {
        const char *found = memchr(lower + at, word[0], to - at - length + 1);
        if (!found)
            return false;
        at = (gsize)(found - lower);
        if (memcmp(found, word, length) != 0)
            continue;
        bool begins = at == 0 || !is_word_byte(lower[at - 1]) || !is_word_byte(word[0]);
        bool ends = !is_word_byte(lower[at + length]) || !is_word_byte(word[length - 1]);
        if (begins && ends)
            return true;
    }
    return false;
}

bool
exeat_context_within(const ExeatContext *context, gsize from, gsize to, const char *words)
{
    for (const char *word = words; word;) {
        const char *bar = strchr(word, '|');
        gsize length = bar ? (gsize)(bar - word) : strlen(word);
        if (has_word(context->lower, from, to, word, length))
            return true;
        word = bar ? bar + 1 : NULL;
    }
    return false;
}

static gsize
line_start(const char *text, gsize at)
{
    while (at > 0 && text[at - 1] != '\n')
        at--;
    return at;
}

/* True if @cell stands before the place (table, row, column) in reading order. */
static bool
stands_before(const ExeatCell *cell, guint table, guint row, guint column)
{
    if (cell->table != table)
        return cell->table < table;
    return cell->row != row ? cell->row < row : cell->column < column;
}

static guint
first_cell_from(const ExeatText *text, guint table, guint row, guint column)
{
    guint low = 0;
    for (guint high = text->cells->len; low < high;) {
        guint middle = low + (high - low) / 2;
        if (stands_before(&g_array_index(text->cells, ExeatCell, middle), table, row, column))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const ExeatCell *
exeat_text_heading(const ExeatText *text, const ExeatCell *cell)
{
    const ExeatCell *cells = (const ExeatCell *)(gconstpointer)text->cells->data;
    guint row = cells[first_cell_from(text, cell->table, 0, 0)].row;
    if (row == cell->row)
        return NULL;
    guint at = first_cell_from(text, cell->table, row, cell->column);
    bool found = cells[at].table == cell->table && cells[at].row == row && cells[at].column == cell->column;
    return found ? &cells[at] : NULL;
}

static bool
near_in_table(const ExeatContext *context, const ExeatCell *cell, const char *words)
{
    const ExeatCell *heading = exeat_text_heading(context->text, cell);
    return heading && exeat_context_within(context, heading->start, heading->end, words);
}

/* "NHS number:" on a line of its own, the number below. */
static bool
near_on_label_line(const ExeatContext *context, gsize line, gsize start, const char *words)
{
    const char *text = context->lower;
    for (gsize i = line; i < start; i++)
        if (is_word_byte(text[i]))
            return false;
    if (line == 0)
        return false;
    gsize above = line_start(text, line - 1);
    return line - above <= LABEL_LINE_BYTES && exeat_context_within(context, above, line - 1, words);
}

bool
exeat_context_near(const ExeatContext *context, gsize start, gsize end, const char *words)
{
    const char *text = context->lower;
    gsize line = start;
    while (line > 0 && text[line - 1] != '\n' && start - line < BYTES_BEFORE)
        line--;
    gsize after = end;
    while (after < context->text->length && text[after] != '\n' && after - end < BYTES_AFTER)
        after++;
    if (exeat_context_within(context, line, start, words) || exeat_context_within(context, end, after, words))
        return true;
    const ExeatCell *cell = context->text->cells ? exeat_text_cell_at(context->text, start) : NULL;
    if (cell) /* the row above is somebody else's */
        return near_in_table(context, cell, words);
    return start - line < BYTES_BEFORE && near_on_label_line(context, line, start, words);
}
