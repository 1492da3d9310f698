/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policies/detect/shape.h"

#include <string.h>

#include "policies/detect/headings.h"

#define NAMES (EXEAT_HEADING_GIVEN | EXEAT_HEADING_FAMILY | EXEAT_HEADING_NAME | EXEAT_HEADING_PUPIL_NAME)

/* A row of a table as it stands, and what its cells look like. */
typedef struct Row {
    guint first, end; /* its cells */
    guint filled;
    guint labels;
    bool labels_even; /* every second column a label, from the first on: "Name | X | DOB | Y" */
    bool named;       /* its first column is the label of a name */
    bool labelled;    /* its first column is a label */
} Row;

#define CELLS_SEEN 2 /* of a row below headings before it is taken for no headings */

typedef enum Kind {
    KIND_AS_IS,
    KIND_FORM,   /* labels before their values */
    KIND_ACROSS, /* labels in the first column, people side by side */
} Kind;

typedef struct Block {
    Kind kind;
    guint first, end; /* cells */
} Block;

typedef struct Shaper {
    const ExeatText *text;
    const ExeatCell *cells;
    guint count;
    GArray *rows;   /* Row, of the table at hand */
    GArray *blocks; /* Block, of the whole text */
    GString *out;
    GArray *out_cells;
    GArray *origins; /* of guint, with out_cells */
    guint table, row;
} Shaper;

static guint
label_of(const Shaper *shaper, const ExeatCell *cell)
{
    return exeat_heading_of(shaper->text->text + cell->start, cell->end - cell->start);
}

static bool
is_filled(const Shaper *shaper, const ExeatCell *cell)
{
    for (gsize i = cell->start; i < cell->end; i++)
        if (shaper->text->text[i] != ' ')
            return true;
    return false;
}

/* @headed: the headings have been read, and only others like them are looked for: by their first cells. */
static Row
read_row(const Shaper *shaper, guint first, guint left, bool headed)
{
    const ExeatCell *cells = shaper->cells;
    Row row = {.first = first, .end = first, .labels_even = true};
    guint label_at = G_MAXUINT; /* the last column with a label */
    for (; row.end < shaper->count && cells[row.end].table == cells[first].table &&
           cells[row.end].row == cells[first].row;
         row.end++) {
        const ExeatCell *cell = &cells[row.end];
        if (!is_filled(shaper, cell))
            continue;
        guint label = headed && row.filled >= CELLS_SEEN && row.labels == 0 ? 0 : label_of(shaper, cell);
        bool even = (cell->column - left) % 2 == 0;
        bool labelled = label_at != G_MAXUINT && cell->column == label_at + 1;
        row.filled++;
        row.labels += label != 0;
        row.labels_even = row.labels_even && (label ? even : labelled);
        label_at = label ? cell->column : label_at;
        row.labelled = row.labelled || (label && cell->column == left);
        row.named = row.named || ((label & NAMES) && cell->column == left);
    }
    row.labels_even = row.labels_even && row.labels > 0 && row.filled > row.labels;
    return row;
}

static bool
is_headings(const Row *row)
{
    return row->labels >= 2 && row->labels * 3 >= row->filled;
}

/* Reads the table that begins at cell @first. Returns the first cell behind it; sets its leftmost and last column. */
static guint
read_table(Shaper *shaper, guint first, guint *out_left, guint *out_right)
{
    guint end = first;
    *out_left = G_MAXUINT;
    *out_right = 0;
    for (; end < shaper->count && shaper->cells[end].table == shaper->cells[first].table; end++) {
        *out_left = MIN(*out_left, shaper->cells[end].column);
        *out_right = MAX(*out_right, shaper->cells[end].column);
    }
    g_array_set_size(shaper->rows, 0);
    bool headed = false;
    for (guint at = first; at < end;) {
        Row row = read_row(shaper, at, *out_left, headed);
        at = row.end;
        headed = headed || (is_headings(&row) && !row.labels_even);
        g_array_append_val(shaper->rows, row);
    }
    return end;
}

/* How the table as a whole is laid out. */
static Kind
kind_of_table(const Shaper *shaper, guint left, guint right)
{
    guint named = 0, labelled = 0, paired = 0, filled = 0;
    for (guint i = 0; i < shaper->rows->len; i++) {
        const Row *row = &g_array_index(shaper->rows, Row, i);
        named += row->named;
        labelled += row->labelled;
        paired += row->labels_even;
        filled += row->filled > 0;
    }
    bool pairs = paired >= 2 && paired * 2 >= filled;
    bool narrow = right - left == 1 && paired >= 2 && paired * 3 >= filled;
    if (named > 0 && (pairs || narrow))
        return KIND_FORM;
    bool headed = shaper->rows->len > 0 && g_array_index(shaper->rows, Row, 0).labels > 1;
    return named > 0 && labelled >= 2 && labelled * 3 >= filled && !headed && right - left >= 2 ? KIND_ACROSS
                                                                                                : KIND_AS_IS;
}

static void
add_block(Shaper *shaper, Kind kind, guint first, guint end)
{
    if (first == end)
        return;
    Block block = {kind, first, end};
    g_array_append_val(shaper->blocks, block);
}

/* A title stands alone above a row of more cells. */
static bool
is_title(const Row *row, const Row *next)
{
    return row->filled <= 1 && next->filled >= 2;
}

/* What stands above the headings is another table, and so is what follows headings that come again. */
static void
split_table(Shaper *shaper, guint first, guint end)
{
    bool title = true; /* nothing but titles so far */
    for (guint i = 1; i < shaper->rows->len; i++) {
        const Row *before = &g_array_index(shaper->rows, Row, i - 1);
        const Row *row = &g_array_index(shaper->rows, Row, i);
        title = title && before->filled <= 1;
        if (!is_headings(row) && !(title && is_title(before, row)))
            continue;
        add_block(shaper, KIND_AS_IS, first, row->first);
        first = row->first;
    }
    add_block(shaper, KIND_AS_IS, first, end);
}

/* True if the text has to be made anew. */
static bool
plan(Shaper *shaper)
{
    bool change = false;
    for (guint at = 0; at < shaper->count;) {
        guint left, right;
        guint blocks = shaper->blocks->len;
        guint end = read_table(shaper, at, &left, &right);
        Kind kind = kind_of_table(shaper, left, right);
        if (kind == KIND_AS_IS)
            split_table(shaper, at, end);
        else
            add_block(shaper, kind, at, end);
        change = change || kind != KIND_AS_IS || shaper->blocks->len > blocks + 1;
        at = end;
    }
    return change;
}

static void
put_cell(Shaper *shaper, const ExeatCell *from, guint column)
{
    if (column > 0)
        g_string_append_c(shaper->out, '\t');
    ExeatCell cell = {shaper->out->len, shaper->out->len, shaper->row, column, shaper->table};
    for (gsize i = from->start; i < from->end; i++) {
        char c = shaper->text->text[i];
        g_string_append_c(shaper->out, c == '\n' || c == '\t' ? ' ' : c);
    }
    cell.end = shaper->out->len;
    g_array_append_val(shaper->out_cells, cell);
    bool ours = from >= shaper->cells && from < shaper->cells + shaper->count;
    guint origin = ours ? (guint)(from - shaper->cells) : G_MAXUINT;
    g_array_append_val(shaper->origins, origin);
}

static void
end_row(Shaper *shaper)
{
    g_string_append_c(shaper->out, '\n');
    shaper->row++;
}

static void
put_as_is(Shaper *shaper, const Block *block)
{
    gsize begin = shaper->cells[block->first].start;
    gsize shift = shaper->out->len - begin; /* wraps round where the text has shrunk, and back below */
    for (guint i = block->first; i < block->end; i++) {
        ExeatCell cell = shaper->cells[i];
        cell.start += shift;
        cell.end += shift;
        cell.table = shaper->table;
        g_array_append_val(shaper->out_cells, cell);
        g_array_append_val(shaper->origins, i);
        shaper->row = MAX(shaper->row, cell.row + 1);
    }
    g_string_append_len(shaper->out, shaper->text->text + begin, (gssize)(shaper->cells[block->end - 1].end - begin));
}

typedef struct Pair {
    const ExeatCell *label, *value; /* label NULL: a line of its own */
} Pair;

static void
put_record(Shaper *shaper, GArray *pairs)
{
    static const ExeatCell nothing = {0, 0, 0, 0, 0};
    for (guint side = 0; side < 2 && pairs->len > 0; side++) {
        for (guint i = 0; i < pairs->len; i++) {
            const Pair *pair = &g_array_index(pairs, Pair, i);
            const ExeatCell *cell = side == 0 ? pair->label : pair->value;
            put_cell(shaper, cell ? cell : &nothing, i);
        }
        end_row(shaper);
    }
    shaper->table++;
    g_array_set_size(pairs, 0);
}

static bool
same_label(const Shaper *shaper, const ExeatCell *a, const ExeatCell *b)
{
    gsize length = a->end - a->start;
    return length == b->end - b->start &&
           g_ascii_strncasecmp(shaper->text->text + a->start, shaper->text->text + b->start, length) == 0;
}

/* Labels and values one by one; the first label again begins the next person's form. */
static void
put_form(Shaper *shaper, const Block *block)
{
    g_autoptr(GArray) pairs = g_array_new(FALSE, FALSE, sizeof(Pair));
    const ExeatCell *begins = NULL;
    guint left = G_MAXUINT;
    for (guint i = block->first; i < block->end; i++)
        left = MIN(left, shaper->cells[i].column);
    for (guint i = block->first; i < block->end; i++) {
        const ExeatCell *cell = &shaper->cells[i];
        const ExeatCell *next = i + 1 < block->end ? cell + 1 : NULL;
        bool before = (cell->column - left) % 2 == 0 && next && next->row == cell->row && is_filled(shaper, cell);
        if (before && begins && same_label(shaper, cell, begins))
            put_record(shaper, pairs);
        if (before && !begins && label_of(shaper, cell))
            begins = cell;
        Pair pair = before ? (Pair){cell, next} : (Pair){NULL, cell};
        g_array_append_val(pairs, pair);
        i += before;
    }
    put_record(shaper, pairs);
}

typedef struct Turned {
    guint column, row; /* as it stands; row counts the rows of the block */
    const ExeatCell *cell;
} Turned;

static int
turned_compare(gconstpointer a, gconstpointer b)
{
    const Turned *one = a, *other = b;
    if (one->column != other->column)
        return one->column < other->column ? -1 : 1;
    return one->row < other->row ? -1 : one->row > other->row;
}

static void
put_across(Shaper *shaper, const Block *block)
{
    g_autoptr(GArray) turned = g_array_new(FALSE, FALSE, sizeof(Turned));
    guint row = 0;
    for (guint i = block->first; i < block->end; i++) {
        const ExeatCell *cell = &shaper->cells[i];
        row += i > block->first && cell[-1].row != cell->row;
        Turned one = {cell->column, row, cell};
        g_array_append_val(turned, one);
    }
    g_array_sort(turned, turned_compare);
    for (guint i = 0; i < turned->len; i++) {
        const Turned *one = &g_array_index(turned, Turned, i);
        if (i > 0 && one->column != one[-1].column)
            end_row(shaper);
        put_cell(shaper, one->cell, one->row);
    }
    end_row(shaper);
}

/* What stands in no cell between the cells that were moved. */
static void
put_between(Shaper *shaper, const Block *block)
{
    for (guint i = block->first; i + 1 < block->end; i++) {
        gsize from = shaper->cells[i].end, to = shaper->cells[i + 1].start;
        while (from < to && g_ascii_isspace(shaper->text->text[from]))
            from++;
        if (from == to)
            continue;
        g_string_append_len(shaper->out, shaper->text->text + from, (gssize)(to - from));
        g_string_append_c(shaper->out, '\n');
    }
}

static void
put_block(Shaper *shaper, const Block *block)
{
    static void (*const puts[])(Shaper *, const Block *) = {
        [KIND_AS_IS] = put_as_is, [KIND_FORM] = put_form, [KIND_ACROSS] = put_across};
    puts[block->kind](shaper, block);
    if (block->kind != KIND_AS_IS)
        put_between(shaper, block);
    shaper->table++;
}

static ExeatText *
make(Shaper *shaper)
{
    gsize at = 0;
    shaper->out = g_string_sized_new(shaper->text->length + 64);
    shaper->out_cells = g_array_sized_new(FALSE, FALSE, sizeof(ExeatCell), shaper->count);
    shaper->origins = g_array_sized_new(FALSE, FALSE, sizeof(guint), shaper->count);
    for (guint i = 0; i < shaper->blocks->len; i++) {
        const Block *block = &g_array_index(shaper->blocks, Block, i);
        g_string_append_len(shaper->out, shaper->text->text + at, (gssize)(shaper->cells[block->first].start - at));
        put_block(shaper, block);
        at = shaper->cells[block->end - 1].end;
    }
    g_string_append(shaper->out, shaper->text->text + at);
    ExeatText *shaped = g_new0(ExeatText, 1);
    *shaped = *shaper->text;
    shaped->length = shaper->out->len;
    shaped->text = g_string_free(shaper->out, FALSE);
    shaped->cells = shaper->out_cells;
    shaped->source = shaper->text;
    shaped->origins = shaper->origins;
    return shaped;
}

ExeatText *
exeat_text_shape(const ExeatText *text)
{
    if (!text->cells || text->cells->len == 0)
        return NULL;
    Shaper shaper = {
        .text = text,
        .cells = (const ExeatCell *)(gconstpointer)text->cells->data,
        .count = text->cells->len,
        .rows = g_array_new(FALSE, FALSE, sizeof(Row)),
        .blocks = g_array_new(FALSE, FALSE, sizeof(Block)),
    };
    ExeatText *shaped = plan(&shaper) ? make(&shaper) : NULL;
    g_array_unref(shaper.rows);
    g_array_unref(shaper.blocks);
    return shaped;
}

void
exeat_shaped_free(ExeatText *text)
{
    if (!text)
        return;
    g_array_unref(text->cells);
    g_array_unref(text->origins);
    g_free(text->text);
    g_free(text);
}
