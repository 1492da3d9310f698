/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policies/detect/link.h"

#include <string.h>

#include "directory/fold.h"
#include "policies/detect/words.h"

#define NEAR_BYTES 120
#define SENTENCE_BYTES 600 /* what goes on for longer is no sentence, and costs no more */
#define PARAGRAPH_BYTES 1200
#define REACH_BYTES (PARAGRAPH_BYTES + FORM_BYTES)
#define FORM_BYTES 600 /* how far a form's label-and-value rows belong together */
#define GREETING_BYTES 24

static bool
is_form(const ExeatText *text, const ExeatCell *cell)
{
    const ExeatCell *cells = (const ExeatCell *)(gconstpointer)text->cells->data;
    gsize i = (gsize)(cell - cells);
    while (i > 0 && cells[i - 1].table == cell->table && cell->start - cells[i - 1].start < FORM_BYTES)
        i--;
    for (; i < text->cells->len && cells[i].table == cell->table && cells[i].start < cell->end + FORM_BYTES; i++)
        if (cells[i].column > 1)
            return false;
    return true;
}

static ExeatNearness
nearness_in_table(const ExeatText *text, const ExeatCell *a, const ExeatCell *b)
{
    if (a->table != b->table)
        return EXEAT_APART;
    if (a->row == b->row)
        return EXEAT_SAME_LINE;
    gsize distance = a->start < b->start ? b->start - a->start : a->start - b->start;
    return distance < FORM_BYTES && is_form(text, a) && is_form(text, b) ? EXEAT_NEAR : EXEAT_APART;
}

ExeatNearness
exeat_nearness(const ExeatText *text, gsize a_start, gsize a_end, gsize b_start, gsize b_end)
{
    const ExeatCell *a = text->cells ? exeat_text_cell_at(text, a_start) : NULL;
    const ExeatCell *b = text->cells ? exeat_text_cell_at(text, b_start) : NULL;
    if (a && b)
        return nearness_in_table(text, a, b);
    if (a || b)
        return EXEAT_APART;
    gsize from = MIN(a_end, b_end);
    gsize to = MAX(a_start, b_start);
    if (from >= to)
        return EXEAT_SAME_LINE;
    gsize distance = to - from;
    if (distance > PARAGRAPH_BYTES)
        return EXEAT_APART;
    const char *between = text->text + from;
    if (distance <= PARAGRAPH_BYTES && !memchr(between, '\n', distance) && distance <= 4 * NEAR_BYTES)
        return EXEAT_SAME_LINE;
    if (distance <= NEAR_BYTES)
        return EXEAT_NEAR;
    return memmem(between, distance, "\n\n", 2) ? EXEAT_APART : EXEAT_SAME_PARAGRAPH;
}

static bool
ends_sentence(const char *text, gsize at)
{
    return (strchr(".!?", text[at]) && text[at] && g_ascii_isspace(text[at + 1])) ||
           (text[at] == '\n' && (text[at + 1] == '\n' || text[at + 1] == '\0'));
}

void
exeat_sentence_around(const ExeatText *text, gsize start, gsize end, gsize *out_start, gsize *out_end)
{
    const ExeatCell *cell = text->cells ? exeat_text_cell_at(text, start) : NULL;
    const char *stop = cell ? "\n" : NULL;
    gsize least = start > SENTENCE_BYTES ? start - SENTENCE_BYTES : 0;
    gsize most = MIN(end + SENTENCE_BYTES, text->length);
    while (start > least && !(stop ? text->text[start - 1] == '\n' : ends_sentence(text->text, start - 1)))
        start--;
    while (end < most && !(stop ? text->text[end] == '\n' : ends_sentence(text->text, end)))
        end++;
    *out_start = start;
    *out_end = end;
}

static gsize
gap(gsize a_start, gsize a_end, gsize b_start, gsize b_end)
{
    if (a_end <= b_start)
        return b_start - a_end;
    return b_end <= a_start ? a_start - b_end : 0;
}

/* The first name at or behind @start: a long list costs no more for each of its rows. */
static guint
first_name_from(const GArray *names, gsize start)
{
    guint low = 0;
    for (guint high = names->len; low < high;) {
        guint middle = low + (high - low) / 2;
        if (g_array_index(names, ExeatNameMatch, middle).start < start)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Where a name may stand that is nearest to a value, and how near each is: exeat_nearness() without a look at the table
 * for each name. */
typedef struct Reach {
    const ExeatText *text;
    const ExeatCell *cell; /* of the value; NULL in prose */
    gsize start, end;      /* of the value */
    gsize row_start, row_end;
    gsize form_start, form_end; /* cells of other rows that lie in here are NEAR */
    gsize from, to;             /* names that begin outside are APART */
} Reach;

/* The row of the value, as far as names in [from, to] need it. */
static void
reach_row(Reach *reach)
{
    const ExeatCell *cells = (const ExeatCell *)(gconstpointer)reach->text->cells->data;
    const ExeatCell *first = reach->cell, *last = reach->cell;
    while (first > cells && first[-1].row == reach->cell->row && first[-1].table == reach->cell->table &&
           first[-1].end > reach->from)
        first--;
    while (last + 1 < cells + reach->text->cells->len && last[1].row == reach->cell->row &&
           last[1].table == reach->cell->table && last[1].start <= reach->to)
        last++;
    reach->row_start = first->start;
    reach->row_end = last->end;
}

/* The cells around the value that are is_form(): FORM_BYTES away from every cell of a third column. */
static void
reach_form(Reach *reach)
{
    const ExeatCell *cell = reach->cell;
    const ExeatCell *cells = (const ExeatCell *)(gconstpointer)reach->text->cells->data;
    const ExeatCell *end = cells + reach->text->cells->len;
    gsize last = cell->end;
    if (cell->column > 1)
        return;
    reach->form_start = cell->start >= FORM_BYTES ? cell->start - FORM_BYTES + 1 : 0;
    reach->form_end = G_MAXSIZE;
    for (const ExeatCell *at = cell; at > cells && at[-1].table == cell->table; at--) {
        if (cell->start - at[-1].start >= 2 * FORM_BYTES)
            break;
        if (at[-1].column > 1) {
            reach->form_start = MAX(reach->form_start, at[-1].start + FORM_BYTES);
            break;
        }
    }
    for (const ExeatCell *at = cell + 1; at < end && at->table == cell->table && at->start < last + FORM_BYTES; at++) {
        if (at->column > 1) {
            reach->form_end = at->start > FORM_BYTES ? at->start - FORM_BYTES : 0;
            break;
        }
        if (at->start < cell->start + FORM_BYTES)
            last = at->end;
    }
    if (cell->start < reach->form_start || cell->end > reach->form_end) /* the value's own cell is none */
        reach->form_start = reach->form_end = 0;
}

static Reach
reach_of(const ExeatText *text, gsize start, gsize end)
{
    Reach reach = {.text = text, .start = start, .end = end, .to = end + REACH_BYTES};
    reach.from = start > REACH_BYTES ? start - REACH_BYTES : 0;
    reach.cell = text->cells ? exeat_text_cell_at(text, start) : NULL;
    if (!reach.cell)
        return reach;
    reach_row(&reach);
    reach_form(&reach);
    bool form = reach.form_start < reach.form_end;
    reach.from = MAX(reach.from, form ? MIN(reach.row_start, reach.form_start) : reach.row_start);
    reach.to = MIN(reach.to, form ? MAX(reach.row_end, reach.form_end) : reach.row_end);
    return reach;
}

static ExeatNearness
reach_nearness(const Reach *reach, const ExeatNameMatch *name)
{
    if (!reach->cell)
        return exeat_nearness(reach->text, name->start, name->end, reach->start, reach->end);
    const ExeatCell *cell = exeat_text_cell_at(reach->text, name->start);
    if (!cell || cell->table != reach->cell->table)
        return EXEAT_APART;
    if (cell->row == reach->cell->row)
        return EXEAT_SAME_LINE;
    bool near = cell->start < reach->cell->start + FORM_BYTES && cell->start >= reach->form_start &&
                cell->end <= reach->form_end;
    return near ? EXEAT_NEAR : EXEAT_APART;
}

const ExeatNameMatch *
exeat_nearest_name(const ExeatScanText *scanned, gsize start, gsize end, guint confidence, ExeatNearness *out_nearness)
{
    const Reach reach = reach_of(scanned->text, start, end);
    const ExeatNameMatch *best = NULL;
    gsize best_gap = G_MAXSIZE;
    *out_nearness = EXEAT_APART;
    for (guint i = first_name_from(scanned->names, reach.from); i < scanned->names->len; i++) {
        const ExeatNameMatch *name = &g_array_index(scanned->names, ExeatNameMatch, i);
        if (name->start > reach.to)
            break;
        gsize distance = gap(name->start, name->end, start, end);
        if (name->confidence < confidence || (*out_nearness == EXEAT_SAME_LINE && distance >= best_gap))
            continue;
        ExeatNearness nearness = reach_nearness(&reach, name);
        if (nearness > *out_nearness || (nearness != EXEAT_APART && nearness == *out_nearness && distance < best_gap)) {
            best = name;
            best_gap = distance;
            *out_nearness = nearness;
        }
    }
    return best;
}

/* The line of [start, end), as far as a name on it can belong to it. */
static void
line_around(const ExeatText *text, gsize start, gsize end, gsize *out_start, gsize *out_end)
{
    gsize least = start > 2 * NEAR_BYTES ? start - 2 * NEAR_BYTES : 0;
    gsize most = MIN(end + 2 * NEAR_BYTES, text->length);
    while (start > least && text->text[start - 1] != '\n')
        start--;
    while (end < most && text->text[end] != '\n')
        end++;
    *out_start = start;
    *out_end = end;
}

static bool
is_title(const char *folded)
{
    static const char *const titles[] = {"mr", "mrs", "miss", "ms", "mx", "master", NULL};
    return g_strv_contains(titles, folded);
}

static bool
is_given_name(const ExeatDirectory *directory, const char *folded, gsize length)
{
    const ExeatNameEntry *entries = NULL;
    gsize count = exeat_directory_names(directory, folded, length, &entries);
    for (gsize i = 0; i < count; i++)
        if ((entries[i].use & EXEAT_NAME_GIVEN) && !(entries[i].use & EXEAT_NAME_WEAK))
            return true;
    return false;
}

/* What a capitalised word says of the one behind it. */
typedef struct Opening {
    gsize after;
    bool named;  /* a title, or a given name that somebody in the directory has */
    guint level; /* how much of an everyday word it is */
    bool capital;
} Opening;

/* "Mrs Okafor", "Gordon Pettifer"; never "National Insurance". */
static bool
makes_a_name(const Opening *before, const ExeatWord *word, guint level, bool anybody)
{
    if (!before->capital || word->start - before->after > 2 || word->letters < 2)
        return false;
    return before->named || (anybody && word->letters > 2 && before->level + level <= 1);
}

bool
exeat_stranger_named(const ExeatScanText *scanned, const ExeatDirectory *directory, gsize start, gsize end,
                     bool anybody)
{
    gsize from, to;
    line_around(scanned->text, start, end, &from, &to);
    char folded[EXEAT_FOLD_MAX + 1];
    gsize length = 0;
    Opening before = {0, false, 0, false};
    ExeatWord word;
    for (gsize at = from; exeat_fold_next_word(scanned->text->text, to, &at, &word, folded, &length);) {
        folded[length] = '\0';
        bool capital = (word.flags & EXEAT_WORD_CAPITAL) && !(word.flags & (EXEAT_WORD_DIGITS | EXEAT_WORD_ALL_CAPS));
        guint level = exeat_word_level(folded, length);
        if (capital && makes_a_name(&before, &word, level, anybody))
            return true;
        before = (Opening){
            .after = word.after,
            .named = is_title(folded) || is_given_name(directory, folded, length),
            .level = level,
            .capital = capital && length > 1,
        };
    }
    return false;
}

bool
exeat_is_greeted(const ExeatText *text, gsize start)
{
    static const char *const greetings[] = {
        "dear", "hi",      "hello",       "hiya", "good morning", "good afternoon", "annwyl",
        "helo", "bore da", "prynhawn da", "to",   "morning",      "afternoon"};
    gsize from = start;
    while (from > 0 && text->text[from - 1] != '\n' && start - from < GREETING_BYTES)
        from--;
    while (from < start && !g_ascii_isalpha(text->text[from]))
        from++;
    for (gsize i = 0; i < G_N_ELEMENTS(greetings); i++) {
        gsize length = strlen(greetings[i]);
        if (start - from >= length && g_ascii_strncasecmp(text->text + from, greetings[i], length) == 0 &&
            !g_ascii_isalpha(text->text[from + length]))
            return true;
    }
    return false;
}
