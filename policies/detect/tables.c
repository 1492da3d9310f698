/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policies/detect/tables.h"

#include <string.h>

#include "policies/detect/headings.h"

#define COLUMNS_MAX 64
#define NAME_LETTERS 3 /* fewer are initials */
#define SPECIAL_CELL_SURE 80
#define CODE_CELLS_LEAST 5 /* cells with a code that make a column of them */

/* One table of a text: cells [first, end), headings in the row of the first. */
typedef struct Table {
    const ExeatContext *context;
    const ExeatCell *cells;
    guint first, end, body; /* body: the first cell below the headings */
} Table;

/* Sets the table that begins at cell @at; false behind the last. */
static bool
next_table(const ExeatContext *context, guint at, Table *out)
{
    const GArray *cells = context->text->cells;
    if (!cells || at >= cells->len)
        return false;
    *out = (Table){context, (const ExeatCell *)(gconstpointer)cells->data, at, at, at};
    while (out->end < cells->len && out->cells[out->end].table == out->cells[at].table)
        out->end++;
    while (out->body < out->end && out->cells[out->body].row == out->cells[at].row)
        out->body++;
    return true;
}

static guint
heading_of(const Table *table, const ExeatCell *cell)
{
    return exeat_heading_of(table->context->text->text + cell->start, cell->end - cell->start);
}

/* The headings' bits of each column. Returns all of them together. */
static guint
read_headings(const Table *table, guint flags[COLUMNS_MAX])
{
    guint all = 0;
    memset(flags, 0, COLUMNS_MAX * sizeof *flags);
    for (guint i = table->first; i < table->body; i++) {
        if (table->cells[i].column >= COLUMNS_MAX)
            continue;
        flags[table->cells[i].column] = heading_of(table, &table->cells[i]);
        all |= flags[table->cells[i].column];
    }
    return all;
}

/* Which headings hold the pupils' names here; 0: it is no list of pupils. */
static guint
names_of_pupils(guint all)
{
    bool halves = (all & EXEAT_HEADING_GIVEN) && (all & EXEAT_HEADING_FAMILY);
    guint names = EXEAT_HEADING_GIVEN | EXEAT_HEADING_FAMILY | EXEAT_HEADING_PUPIL_NAME;
    if ((all & EXEAT_HEADING_NAME) && (all & EXEAT_HEADING_RECORD))
        return names | EXEAT_HEADING_NAME;
    return (all & EXEAT_HEADING_PUPILS) && (halves || (all & EXEAT_HEADING_PUPIL_NAME)) ? names : 0;
}

static bool
is_nobody(const char *word, gsize length)
{
    static const char *const words[] = {"pupil",   "student", "child", "candidate",
                                        "learner", "disgybl", "total", "name"};
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
        if (*word == *words[i] && length == strlen(words[i]) && memcmp(word, words[i], length) == 0)
            return true;
    return false;
}

/* Adds the words of a name to @name, in no order. Returns its letters; 0 if it names nobody. */
static guint
read_name(const Table *table, const ExeatCell *cell, guint *name)
{
    const char *lower = table->context->lower;
    guint letters = 0, sum = 0;
    for (gsize at = cell->start; at < cell->end;) {
        gsize start = at;
        guint hash = 5381;
        for (; at < cell->end && (g_ascii_isalpha(lower[at]) || (guchar)lower[at] >= 0x80); at++)
            hash = hash * 33 + (guchar)lower[at];
        if (at == start && g_ascii_isdigit(lower[at]))
            return 0;
        if (at > start && is_nobody(lower + start, at - start))
            return 0;
        letters += (guint)(at - start);
        sum += at > start ? hash : 0;
        at += at == start;
    }
    *name += sum;
    return letters;
}

static void
add_row(const Table *table, guint from, guint to, const guint flags[COLUMNS_MAX], guint names, GArray *rows)
{
    ExeatTableRow row = {table->cells[from].start, table->cells[to - 1].end, 0};
    guint letters = 0;
    for (guint i = from; i < to; i++)
        if (table->cells[i].column < COLUMNS_MAX && (flags[table->cells[i].column] & names))
            letters += read_name(table, &table->cells[i], &row.name);
    if (letters >= NAME_LETTERS)
        g_array_append_val(rows, row);
}

void
exeat_table_pupils(const ExeatContext *context, GArray *rows)
{
    Table table;
    guint flags[COLUMNS_MAX];
    for (guint at = 0; next_table(context, at, &table); at = table.end) {
        guint names = table.body < table.end ? names_of_pupils(read_headings(&table, flags)) : 0;
        for (guint from = table.body, to; names && from < table.end; from = to) {
            for (to = from; to < table.end && table.cells[to].row == table.cells[from].row; to++)
                ;
            add_row(&table, from, to, flags, names, rows);
        }
    }
}

/* The cell in lower case, without spaces around it: codes and "n/a", short by nature. */
static gsize
read_short(const Table *table, const ExeatCell *cell, char out[16])
{
    gsize start = cell->start, end = cell->end;
    while (start < end && table->context->lower[start] == ' ')
        start++;
    while (end > start && strchr(" .", table->context->lower[end - 1]))
        end--;
    gsize length = end - start < 16 ? end - start : 0;
    memcpy(out, table->context->lower + start, length);
    out[length] = '\0';
    return end - start;
}

static bool
is_one_of(const char *const *words, const char *word)
{
    return g_strv_contains(words, word);
}

static bool
says_something(const Table *table, const ExeatCell *cell)
{
    static const char *const empty[] = {"n",       "no",        "none",      "nil",  "-",    "--",  "n/a",    "na",
                                        "0",       "false",     "nac oes",   "na",   "nage", "x",   "?",      "tbc",
                                        "unknown", "not known", "good",      "fair", "poor", "new", "as new", "used",
                                        "working", "damaged",   "excellent", "",     NULL};
    char word[16];
    return read_short(table, cell, word) >= sizeof word || !is_one_of(empty, word);
}

/* What a column holds that may be codes of special needs. */
typedef struct Codes {
    bool other;        /* something else stands there too */
    guint codes;       /* cells with a code */
    guint plain;       /* codes that stand for nothing else */
    bool provision[2]; /* K; E or N */
} Codes;

static void
count_code(const Table *table, const ExeatCell *cell, Codes *codes)
{
    static const char *const plain[] = {"spld", "mld", "sld",  "pmld", "semh", "slcn",
                                        "asd",  "msi", "ehcp", "ehc",  NULL};
    static const char *const other[] = {"hi", "vi", "pd", "oth", "nsa", "ds", "e", "k", "n", NULL};
    char word[16];
    gsize length = codes->other ? 0 : read_short(table, cell, word);
    if (length == 0)
        return;
    bool sure = length < sizeof word && is_one_of(plain, word);
    codes->other = length >= sizeof word || !(sure || is_one_of(other, word));
    codes->plain += sure;
    codes->codes++;
    codes->provision[0] = codes->provision[0] || g_str_equal(word, "k");
    codes->provision[1] = codes->provision[1] || g_str_equal(word, "e") || g_str_equal(word, "n");
}

/* A column of nothing but K, E and N, or of needs: what every census of the school's has. */
static bool
are_codes(const Codes *codes)
{
    return codes->codes >= CODE_CELLS_LEAST && !codes->other &&
           (codes->plain * 2 >= codes->codes || (codes->provision[0] && codes->provision[1]));
}

static void
mark_columns_of_codes(const Table *table, guint flags[COLUMNS_MAX])
{
    Codes columns[COLUMNS_MAX] = {{0}};
    for (guint i = table->body; i < table->end; i++)
        if (table->cells[i].column < COLUMNS_MAX)
            count_code(table, &table->cells[i], &columns[table->cells[i].column]);
    for (guint i = 0; i < COLUMNS_MAX; i++)
        if (are_codes(&columns[i]))
            flags[i] |= EXEAT_HEADING_SPECIAL;
}

static void
find_special(const Table *table, GArray *hits)
{
    guint flags[COLUMNS_MAX];
    read_headings(table, flags);
    mark_columns_of_codes(table, flags);
    for (guint i = table->body; i < table->end; i++) {
        const ExeatCell *cell = &table->cells[i];
        guint special = cell->column < COLUMNS_MAX
                            ? flags[cell->column] & (EXEAT_HEADING_SPECIAL | EXEAT_HEADING_SAFEGUARDING)
                            : 0;
        if (!special || !says_something(table, cell))
            continue;
        bool safeguarding = special & EXEAT_HEADING_SAFEGUARDING;
        ExeatHit hit = {safeguarding ? EXEAT_RULE_SAFEGUARDING : EXEAT_RULE_SPECIAL_CATEGORY,
                        cell->start,
                        cell->end,
                        SPECIAL_CELL_SURE,
                        i,
                        EXEAT_NOBODY,
                        ""};
        g_array_append_val(hits, hit);
    }
}

void
exeat_table_special(const ExeatContext *context, GArray *hits)
{
    Table table;
    for (guint at = 0; next_table(context, at, &table); at = table.end)
        if (table.body < table.end)
            find_special(&table, hits);
}
