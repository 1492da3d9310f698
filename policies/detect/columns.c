/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policies/detect/columns.h"

#include <stdio.h>
#include <string.h>

#include "policies/detect/hit.h"
#include "policies/detect/identifiers-private.h"

#define COLUMN_LEAST 5  /* distinct values that make a column */
#define COLUMN_SHARE 90 /* per cent of the cells of their shape that must pass */
#define CHANCE_SHARE 75 /* fewer: they pass by chance */
#define CHANCE_SURE 20
#define NO_SHAPE 5381u        /* of a cell with nothing in it */
#define BIRTH_SPREAD_DAYS 300 /* a timetable's, or a season's, are nearer together */
#define BIRTH_AGE_LEAST 2
#define BIRTH_AGE_MOST 19
#define WEEKDAYS_MOST 12 /* so many dates and no weekend: somebody has planned them */

/* A cell that is no heading, with the hit that fills it. */
typedef struct Entry {
    const ExeatCell *cell;
    ExeatHit *hit; /* NULL: none */
    guint shape;   /* a hash: where letters are, and where digits */
} Entry;

/* What is no birthday. */
static const char other_dates[] =
    "date|dates|start|started|joined|joining|entry|admission|admitted|enrolled|enrolment|leaving|left|end|expiry|"
    "expires|"
    "due|paid|payment|invoice|order|ordered|purchase|purchased|bought|acquired|published|issued|issue|review|reviewed|"
    "test|tested|exam|event|match|fixture|seen|visit|visited|service|serviced|installed|built|opened|renewal|training|"
    "trained|qualified|appointed|completed|when|term|from|to|until|since|last|next|updated|created|modified|received|"
    "sent|dyddiad|dechrau|diwedd";
static const char birth_words[] = "birth|dob|d.o.b|born|birthday|geni|ganwyd";

static guint
shape_of(const char *text, gsize start, gsize end)
{
    guint hash = NO_SHAPE;
    for (gsize i = start; i < end; i++) {
        char c = text[i];
        if (exeat_is_word_byte(c))
            hash = hash * 33 + (g_ascii_isdigit(c) ? '9' : 'A');
    }
    return hash;
}

static bool
fills(const ExeatText *text, const ExeatCell *cell, const ExeatHit *hit)
{
    if (hit->start < cell->start || hit->end > cell->end)
        return false;
    for (gsize i = cell->start; i < cell->end; i++)
        if ((i < hit->start || i >= hit->end) && exeat_is_word_byte(text->text[i]))
            return false;
    return true;
}

static int
entry_compare(gconstpointer a, gconstpointer b)
{
    const ExeatCell *one = ((const Entry *)a)->cell, *other = ((const Entry *)b)->cell;
    if (one->table != other->table)
        return one->table < other->table ? -1 : 1;
    if (one->column != other->column)
        return one->column < other->column ? -1 : 1;
    return one->start < other->start ? -1 : one->start > other->start;
}

/* The cells with something in them, column by column. (transfer full) */
static GArray *
entries_by_column(const ExeatText *text, GArray *hits)
{
    GArray *entries = g_array_sized_new(FALSE, FALSE, sizeof(Entry), text->cells->len);
    guint at = 0;
    for (guint i = 0; i < text->cells->len; i++) {
        const ExeatCell *cell = &g_array_index(text->cells, ExeatCell, i);
        Entry entry = {cell, NULL, shape_of(text->text, cell->start, cell->end)};
        while (at < hits->len && g_array_index(hits, ExeatHit, at).start < cell->start)
            at++;
        for (guint k = at; k < hits->len && g_array_index(hits, ExeatHit, k).start < cell->end && !entry.hit; k++)
            if (fills(text, cell, &g_array_index(hits, ExeatHit, k)))
                entry.hit = &g_array_index(hits, ExeatHit, k);
        if (entry.shape != NO_SHAPE)
            g_array_append_val(entries, entry);
    }
    g_array_sort(entries, entry_compare);
    return entries;
}

typedef struct Column {
    const ExeatContext *context;
    const Entry *entries;
    guint count;
    gint64 now;
} Column;

typedef struct Share {
    guint distinct; /* values */
    guint passed;   /* cells with a hit of the rule */
    guint alike;    /* cells of the same shape as one of those */
} Share;

static Share
share_of(const Column *column, ExeatRule rule)
{
    g_autoptr(GHashTable) values = g_hash_table_new(NULL, NULL);
    g_autoptr(GHashTable) shapes = g_hash_table_new(NULL, NULL);
    Share share = {0, 0, 0};
    for (guint i = 0; i < column->count; i++) {
        const Entry *entry = &column->entries[i];
        if (!entry->hit || entry->hit->rule != rule)
            continue;
        g_hash_table_add(values, GUINT_TO_POINTER(entry->hit->value));
        g_hash_table_add(shapes, GUINT_TO_POINTER(entry->shape));
        share.passed++;
    }
    for (guint i = 0; i < column->count; i++)
        share.alike += g_hash_table_contains(shapes, GUINT_TO_POINTER(column->entries[i].shape));
    share.distinct = g_hash_table_size(values);
    return share;
}

static bool
heading_says(const Column *column, const char *words)
{
    const ExeatCell *heading = exeat_text_heading(column->context->text, column->entries[column->count - 1].cell);
    return heading && exeat_context_within(column->context, heading->start, heading->end, words);
}

/* An ISBN of ten digits has the NHS's check digit; those of books in English begin with 0 or 1. */
static bool
are_nhs(const Column *column)
{
    guint usual = 0, all = 0;
    for (guint i = 0; i < column->count; i++) {
        const ExeatHit *hit = column->entries[i].hit;
        if (!hit || hit->rule != EXEAT_RULE_NHS)
            continue;
        all++;
        usual += strchr("4679", column->context->text->text[hit->start]) != NULL;
    }
    return usual * 100 >= all * COLUMN_SHARE && !heading_says(column, "isbn|isbn-10|isbn10");
}

static bool
read_day(const ExeatHit *hit, GDate *out)
{
    int year = 0, month = 0, day = 0;
    if (sscanf(hit->birth, "%4d-%2d-%2d", &year, &month, &day) != 3)
        return false;
    g_date_set_dmy(out, (GDateDay)day, (GDateMonth)month, (GDateYear)year);
    return true;
}

static bool
are_births(const Column *column)
{
    guint32 least = G_MAXUINT32, most = 0;
    guint dates = 0, in_band = 0, weekends = 0;
    GDate today, date;
    g_date_clear(&today, 1);
    g_date_clear(&date, 1);
    g_date_set_time_t(&today, (time_t)(column->now > 0 ? column->now : g_get_real_time() / G_USEC_PER_SEC));
    guint32 now = g_date_get_julian(&today);
    for (guint i = 0; i < column->count; i++) {
        const ExeatHit *hit = column->entries[i].hit;
        if (!hit || hit->rule != EXEAT_RULE_BIRTH || !read_day(hit, &date))
            continue;
        guint32 day = g_date_get_julian(&date);
        guint32 age = day < now ? (now - day) * 4 / 1461 : 0;
        dates++;
        in_band += age >= BIRTH_AGE_LEAST && age <= BIRTH_AGE_MOST;
        weekends += g_date_get_weekday(&date) >= G_DATE_SATURDAY;
        least = MIN(least, day);
        most = MAX(most, day);
    }
    bool planned = dates >= WEEKDAYS_MOST && weekends == 0;
    bool called_else = heading_says(column, other_dates) && !heading_says(column, birth_words);
    return dates > 0 && in_band * 100 >= dates * COLUMN_SHARE && most - least > BIRTH_SPREAD_DAYS && !planned &&
           !called_else;
}

static bool
are_what_they_look_like(const Column *column, ExeatRule rule, const Share *share)
{
    if (share->distinct < COLUMN_LEAST || share->passed * 100 < share->alike * COLUMN_SHARE ||
        share->passed * 2 < column->count)
        return false;
    switch (rule) {
    case EXEAT_RULE_NHS:
        return are_nhs(column);
    case EXEAT_RULE_BIRTH:
        return are_births(column);
    case EXEAT_RULE_MOBILE: /* every firm has a column of them */
    case EXEAT_RULE_LANDLINE:
    case EXEAT_RULE_UTR:
        return false;
    default:
        return true;
    }
}

static void
judge_rule(const Column *column, ExeatRule rule)
{
    const Share share = share_of(column, rule);
    bool sure = are_what_they_look_like(column, rule, &share);
    bool chance = share.alike >= COLUMN_LEAST && share.passed * 100 < share.alike * CHANCE_SHARE;
    guint raised = exeat_scanner_column_confidence(rule);
    guint alone = exeat_scanner_alone_confidence(rule);
    for (guint i = 0; i < column->count && (sure || chance); i++) {
        ExeatHit *hit = column->entries[i].hit;
        if (!hit || hit->rule != rule)
            continue;
        if (sure)
            hit->confidence = MAX(hit->confidence, raised);
        else if (hit->confidence <= alone) /* nothing said what it is but its own check */
            hit->confidence = MIN(hit->confidence, CHANCE_SURE);
    }
}

static void
judge_column(const Column *column)
{
    guint seen[EXEAT_RULE_COUNT] = {0};
    for (guint i = 0; i < column->count; i++)
        if (column->entries[i].hit)
            seen[column->entries[i].hit->rule]++;
    for (guint rule = 0; rule < EXEAT_RULE_COUNT; rule++)
        if (seen[rule] > 0)
            judge_rule(column, rule);
}

void
exeat_columns_judge(const ExeatContext *context, gint64 now, GArray *hits)
{
    if (!context->text->cells || hits->len == 0)
        return;
    g_autoptr(GArray) entries = entries_by_column(context->text, hits);
    const Entry *all = (const Entry *)(gconstpointer)entries->data;
    for (guint first = 0, end = 0; first < entries->len; first = end) {
        const ExeatCell *cell = all[first].cell;
        while (end < entries->len && all[end].cell->table == cell->table && all[end].cell->column == cell->column)
            end++;
        const Column column = {context, all + first, end - first, now};
        if (column.count >= COLUMN_LEAST)
            judge_column(&column);
    }
}
