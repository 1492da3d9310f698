/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Names in tables with a column for each half: a given and a family name of one person in two cells of one row. Joined
 * by row and nowhere else; a cell that is more than a name takes no part.
 *
 * Threads: no state but the caller's. Hostile input: the table; cells in a row and words in a cell are bounded.
 */
#include "policies/detect/names-private.h"
#include "policies/detect/works.h"

#define ROWS_MAX_CELLS 64u
#define ROWS_MAX_NAME_BYTES 80u

typedef struct RowCell {
    const ExeatCell *cell;
    NameUnit given; /* the forename column may hold middle names too */
    NameUnit whole;
    bool used;
} RowCell;

static bool
rows_unit(const NameScan *scan, gsize start, gsize end, NameUnit *out_unit)
{
    char folded[EXEAT_FOLD_MAX + 1];
    gsize length = exeat_fold_name(scan->text + start, end - start, folded);
    const ExeatNameEntry *entries = NULL;
    gsize count = length > 0 ? exeat_directory_names(scan->directory, folded, length, &entries) : 0;
    *out_unit = (NameUnit){0, 0, entries, (guint)count, 0};
    return count > 0;
}

static bool
rows_read(const NameScan *scan, const ExeatCell *cell, RowCell *out)
{
    if (cell->end <= cell->start || cell->end > scan->length || cell->end - cell->start > ROWS_MAX_NAME_BYTES)
        return false;
    *out = (RowCell){.cell = cell};
    bool any = rows_unit(scan, cell->start, cell->end, &out->whole);
    gsize first = cell->start;
    while (first < cell->end && scan->text[first] == ' ')
        first++;
    gsize end = first;
    while (end < cell->end && scan->text[end] != ' ')
        end++;
    return rows_unit(scan, first, end, &out->given) || any;
}

static bool
rows_join(NameScan *scan, RowCell *given, RowCell *family)
{
    NameWho who;
    if (given->used || family->used ||
        (!exeat_name_both(scan, &given->whole, &family->whole, &who) &&
         !exeat_name_both(scan, &given->given, &family->whole, &who)))
        return false;
    ExeatNameForm form = (who.use & EXEAT_NAME_WEAK) != 0   ? EXEAT_NAME_FORM_HALF
                         : (who.use & EXEAT_NAME_NICK) != 0 ? EXEAT_NAME_FORM_NICK
                                                            : EXEAT_NAME_FORM_FULL;
    ExeatNameMatch match;
    exeat_name_begin(&match, &who, form, form == EXEAT_NAME_FORM_FULL ? 95 : form == EXEAT_NAME_FORM_NICK ? 88 : 70);
    bool given_first = given->cell->start < family->cell->start;
    const RowCell *one = given_first ? given : family;
    const RowCell *other = given_first ? family : given;
    match.start = one->cell->start;
    match.end = other->cell->end;
    match.parts_count = 2;
    match.parts[0] = (ExeatNamePart){one->cell->start, one->cell->end,
                                     given_first ? EXEAT_NAME_PART_GIVEN : EXEAT_NAME_PART_FAMILY};
    match.parts[1] = (ExeatNamePart){other->cell->start, other->cell->end,
                                     given_first ? EXEAT_NAME_PART_FAMILY : EXEAT_NAME_PART_GIVEN};
    g_array_append_val(scan->out, match);
    given->used = true;
    family->used = true;
    return true;
}

/* Neighbours first: a house called Hill is no surname where a surname stands nearer. */
static void
rows_match(NameScan *scan, RowCell *cells, guint count)
{
    for (guint apart = 1; apart < count; apart++) {
        for (guint i = 0; i + apart < count; i++) {
            if (!rows_join(scan, &cells[i], &cells[i + apart]))
                rows_join(scan, &cells[i + apart], &cells[i]);
        }
    }
}

void
exeat_name_rows(NameScan *scan, const GArray *cells)
{
    RowCell row[ROWS_MAX_CELLS];
    for (guint i = 0; i < cells->len;) {
        const ExeatCell *first = &g_array_index(cells, ExeatCell, i);
        guint count = 0;
        while (i < cells->len) {
            const ExeatCell *cell = &g_array_index(cells, ExeatCell, i);
            if (cell->row != first->row || cell->table != first->table)
                break;
            if (count < ROWS_MAX_CELLS && rows_read(scan, cell, &row[count]))
                count++;
            i++;
        }
        rows_match(scan, row, count);
    }
}
