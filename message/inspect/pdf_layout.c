/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A page has no tables, only letters at places; a class list becomes one when what stands side by side in several lines
 * falls into columns. Rows then reach the detectors as rows, instead of one column below the other.
 *
 * Words are put into rows by their height. Rows that follow each other and have a wide gap somewhere are a table if the
 * white between their columns runs through all of them, and their cells are short: columns of a newsletter are not.
 * Prose keeps poppler's order.
 */
#include <string.h>

#include "message/inspect/pdf.h"

#define RIVER_HEIGHTS 0.15 /* the white between two columns is at least this many letter heights wide */
#define GAP_HEIGHTS 1.2    /* in a row of a table there is a gap this wide somewhere */
#define TABLE_ROWS 3       /* fewer rows are no table */
#define TABLE_CELL 28.0    /* letters of a cell on average: cells are short, columns of prose are not */
#define COLUMNS_MOST 64    /* more are a drawing, not a table */

typedef struct Piece { /* a word */
    gsize start, end;  /* bytes of the page's text */
    gdouble left, right, top, bottom;
    guint letters;
    guint line; /* of poppler's */
    guint row;  /* of the page, from above */
    bool in_table;
} Piece;

typedef struct Layout {
    const char *text;
    GArray *pieces;  /* of Piece, in poppler's order */
    GPtrArray *rows; /* of Piece *, sorted by row, then from left to right */
    guint row_count;
    bool glued;    /* somewhere poppler put no blank between two words, for there is more than a blank */
    GArray *first; /* of guint: where each row begins in rows; one more than there are rows */
} Layout;

static void
layout_close_piece(GArray *pieces, Piece *piece)
{
    if (piece->letters > 0)
        g_array_append_val(pieces, *piece);
    piece->letters = 0;
}

static bool
layout_is_blank(gunichar c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == 0xA0;
}

static void
layout_grow(Piece *piece, const PopplerRectangle *box, gsize start, gsize end, guint line)
{
    if (piece->letters == 0)
        *piece = (Piece){
            .start = start, .left = box->x1, .right = box->x2, .top = box->y1, .bottom = box->y2, .line = line};
    piece->end = end;
    piece->right = MAX(piece->right, box->x2);
    piece->left = MIN(piece->left, box->x1);
    piece->top = MIN(piece->top, box->y1);
    piece->bottom = MAX(piece->bottom, box->y2);
    piece->letters++;
}

/* False where boxes and letters don't match. */
static bool
layout_find_pieces(Layout *layout, const PopplerRectangle *boxes, guint count)
{
    Piece piece = {.letters = 0};
    guint i = 0, line = 0;
    for (const char *at = layout->text; *at != '\0'; i++) {
        const char *next = g_utf8_find_next_char(at, NULL);
        gunichar c = g_utf8_get_char(at);
        if (i >= count)
            return false;
        const PopplerRectangle *box = &boxes[i];
        if (layout_is_blank(c)) {
            layout_close_piece(layout->pieces, &piece);
            line += c == '\n';
        } else {
            bool apart = piece.letters > 0 && box->x1 - piece.right > GAP_HEIGHTS * (box->y2 - box->y1);
            layout->glued = layout->glued || apart;
            if (apart)
                layout_close_piece(layout->pieces, &piece);
            layout_grow(&piece, box, (gsize)(at - layout->text), (gsize)(next - layout->text), line);
        }
        at = next;
    }
    layout_close_piece(layout->pieces, &piece);
    return i == count;
}

static int
layout_compare_top(gconstpointer a, gconstpointer b)
{
    const Piece *one = *(Piece *const *)a, *other = *(Piece *const *)b;
    gdouble difference = (one->top + one->bottom) - (other->top + other->bottom);
    return difference < 0 ? -1 : difference > 0;
}

static int
layout_compare_row(gconstpointer a, gconstpointer b)
{
    const Piece *one = *(Piece *const *)a, *other = *(Piece *const *)b;
    if (one->row != other->row)
        return one->row < other->row ? -1 : 1;
    return one->left < other->left ? -1 : one->left > other->left;
}

/* Words whose middle lies within the height of the row's first one stand in that row. */
static void
layout_find_rows(Layout *layout)
{
    for (guint i = 0; i < layout->pieces->len; i++)
        g_ptr_array_add(layout->rows, &g_array_index(layout->pieces, Piece, i));
    g_ptr_array_sort(layout->rows, layout_compare_top);
    gdouble bottom = 0;
    for (guint i = 0; i < layout->rows->len; i++) {
        Piece *piece = layout->rows->pdata[i];
        if (i == 0 || (piece->top + piece->bottom) / 2 > bottom) {
            layout->row_count++;
            bottom = piece->bottom;
        }
        piece->row = layout->row_count - 1;
    }
    g_ptr_array_sort(layout->rows, layout_compare_row);
    for (guint i = 0; i <= layout->rows->len; i++) {
        const Piece *piece = i < layout->rows->len ? layout->rows->pdata[i] : NULL;
        if (piece == NULL || layout->first->len <= piece->row)
            g_array_append_val(layout->first, i);
    }
}

static guint
layout_row_start(const Layout *layout, guint row)
{
    return g_array_index(layout->first, guint, row);
}

/* The columns of rows [@from, @to): extents of their words, merged where no white runs between them. */
static GArray *
layout_find_columns(const Layout *layout, guint from, guint to)
{
    GArray *columns = g_array_new(FALSE, FALSE, sizeof(PopplerRectangle));
    for (guint i = layout_row_start(layout, from); i < layout_row_start(layout, to); i++) {
        const Piece *piece = layout->rows->pdata[i];
        gdouble river = (piece->bottom - piece->top) * RIVER_HEIGHTS;
        PopplerRectangle extent = {.x1 = piece->left, .x2 = piece->right};
        guint at = 0;
        for (guint k = 0; k < columns->len; k++) {
            const PopplerRectangle *column = &g_array_index(columns, PopplerRectangle, k);
            if (column->x2 + river < extent.x1) {
                at = k + 1;
            } else if (column->x1 <= extent.x2 + river) {
                extent.x1 = MIN(extent.x1, column->x1);
                extent.x2 = MAX(extent.x2, column->x2);
                g_array_remove_index(columns, k--);
            }
        }
        if (columns->len >= COLUMNS_MOST)
            break;
        g_array_insert_val(columns, at, extent);
    }
    return columns;
}

static guint
layout_column_of(const GArray *columns, const Piece *piece)
{
    guint column = 0;
    while (column + 1 < columns->len && g_array_index(columns, PopplerRectangle, column).x2 < piece->left)
        column++;
    return column;
}

static bool
layout_is_table(const Layout *layout, guint from, guint to, const GArray *columns)
{
    if (to - from < TABLE_ROWS || columns->len < 2 || columns->len >= COLUMNS_MOST)
        return false;
    guint letters = 0, cells = 0, last_row = G_MAXUINT, last_column = G_MAXUINT;
    for (guint i = layout_row_start(layout, from); i < layout_row_start(layout, to); i++) {
        const Piece *piece = layout->rows->pdata[i];
        guint column = layout_column_of(columns, piece);
        letters += piece->letters;
        cells += piece->row != last_row || column != last_column;
        last_row = piece->row;
        last_column = column;
    }
    return letters < TABLE_CELL * cells;
}

static void
layout_add_table(ExeatInspection *inspection, const Layout *layout, guint from, guint to, const GArray *columns)
{
    exeat_inspection_table(inspection, NULL);
    guint last_row = G_MAXUINT, last_column = G_MAXUINT;
    for (guint i = layout_row_start(layout, from); i < layout_row_start(layout, to); i++) {
        Piece *piece = layout->rows->pdata[i];
        guint column = layout_column_of(columns, piece);
        piece->in_table = true;
        if (piece->row == last_row && column == last_column) {
            exeat_inspection_text(inspection, " ", 1);
        } else {
            exeat_inspection_cell_end(inspection);
            exeat_inspection_cell_begin(inspection, piece->row - from, column);
        }
        exeat_inspection_text(inspection, layout->text + piece->start, piece->end - piece->start);
        last_row = piece->row;
        last_column = column;
    }
    exeat_inspection_cell_end(inspection);
    exeat_inspection_table_end(inspection);
}

/* True if there is a wide gap between two words of the row. */
static bool
layout_is_divided(const Layout *layout, guint row)
{
    for (guint i = layout_row_start(layout, row) + 1; i < layout_row_start(layout, row + 1); i++) {
        const Piece *before = layout->rows->pdata[i - 1], *word = layout->rows->pdata[i];
        if (word->left - before->right > GAP_HEIGHTS * (word->bottom - word->top))
            return true;
    }
    return false;
}

static void
layout_add_tables(ExeatInspection *inspection, const Layout *layout)
{
    for (guint from = 0; from < layout->row_count;) {
        guint to = from;
        while (to < layout->row_count && layout_is_divided(layout, to))
            to++;
        if (to - from >= TABLE_ROWS) {
            g_autoptr(GArray) columns = layout_find_columns(layout, from, to);
            if (layout_is_table(layout, from, to, columns))
                layout_add_table(inspection, layout, from, to, columns);
        }
        from = MAX(to, from + 1);
    }
}

/* Lines as poppler has them, without the words that stand in tables. */
static void
layout_add_prose(ExeatInspection *inspection, const Layout *layout)
{
    const Piece *before = NULL;
    for (guint i = 0; i < layout->pieces->len; i++) {
        const Piece *word = &g_array_index(layout->pieces, Piece, i);
        if (word->in_table)
            continue;
        if (before != NULL && before->line != word->line)
            exeat_inspection_line(inspection);
        else if (before != NULL)
            exeat_inspection_text(inspection, " ", 1);
        exeat_inspection_text(inspection, layout->text + word->start, word->end - word->start);
        before = word;
    }
    exeat_inspection_line(inspection);
}

/* Whether rows with wide gaps follow each other at all: most pages are plain prose. */
static bool
layout_may_have_tables(const Layout *layout)
{
    guint run = 0;
    for (guint row = 0; row < layout->row_count && run < TABLE_ROWS; row++)
        run = layout_is_divided(layout, row) ? run + 1 : 0;
    return run >= TABLE_ROWS;
}

void
exeat_pdf_page_read(ExeatInspection *inspection, PopplerPage *page)
{
    g_autofree char *text = poppler_page_get_text(page);
    g_autofree PopplerRectangle *boxes = NULL;
    guint count = 0;
    if (text == NULL || text[0] == '\0')
        return;
    Layout layout = {.text = text,
                     .pieces = g_array_new(FALSE, FALSE, sizeof(Piece)),
                     .rows = g_ptr_array_new(),
                     .first = g_array_new(FALSE, FALSE, sizeof(guint))};
    bool known = poppler_page_get_text_layout(page, &boxes, &count) && layout_find_pieces(&layout, boxes, count);
    if (known)
        layout_find_rows(&layout);
    if (known && (layout.glued || layout_may_have_tables(&layout))) {
        layout_add_tables(inspection, &layout);
        layout_add_prose(inspection, &layout);
    } else {
        exeat_inspection_text(inspection, text, strlen(text));
    }
    exeat_inspection_line(inspection);
    g_array_unref(layout.pieces);
    g_ptr_array_unref(layout.rows);
    g_array_unref(layout.first);
}
