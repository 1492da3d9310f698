/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policies/detect/tables.h"

#define COLUMNS_MAX 64

static const char given_headings[] =
    "forename|first name|firstname|given name|givenname|legal forename|preferred forename|known as|"
    "chosen name|preferred name|enw cyntaf";
static const char family_headings[] =
    "surname|last name|lastname|family name|familyname|legal surname|preferred surname|cyfenw";
static const char pupil_name_headings[] =
    "pupil|pupil name|student|student name|child|child's name|child name|name of pupil|"
    "name of child|disgybl|enw disgybl|enw'r disgybl|plentyn";
static const char pupil_headings[] =
    "upn|uln|uci|admission no|admission number|adno|reg group|reg|registration form|registration group|"
    "year group|yeargroup|nc year|tutor group|pupil|student|pupil premium|sen status|fsm|"
    "dyddiad geni|dob|date of birth|rhif disgybl|blwyddyn";

typedef struct Headings {
    guint64 names; /* columns that hold names */
    bool given, family, whole, pupils;
} Headings;

/* A heading is the whole cell: "Pupil" heads a list of pupils, "Pupil numbers" a table of figures. */
static bool
heading_is(const ExeatContext *context, const ExeatCell *cell, const char *words)
{
    g_autofree char *heading = g_strstrip(g_strndup(context->lower + cell->start, cell->end - cell->start));
    g_strdelimit(heading, "_:*.", ' ');
    g_strstrip(heading);
    g_auto(GStrv) all = g_strsplit(words, "|", -1);
    return *heading && g_strv_contains((const char *const *)all, heading);
}

static void
read_heading(const ExeatContext *context, const ExeatCell *cell, Headings *headings)
{
    bool given = heading_is(context, cell, given_headings);
    bool family = heading_is(context, cell, family_headings);
    bool whole = heading_is(context, cell, pupil_name_headings);
    headings->given |= given;
    headings->family |= family;
    headings->whole |= whole;
    headings->pupils |= heading_is(context, cell, pupil_headings);
    if ((given || family || whole) && cell->column < COLUMNS_MAX)
        headings->names |= G_GUINT64_CONSTANT(1) << cell->column;
}

/* Reads the table that begins at cell *at; moves *at behind it. */
static guint
count_table(const ExeatContext *context, guint *at)
{
    const ExeatCell *cells = (const ExeatCell *)(gconstpointer)context->text->cells->data;
    guint table = cells[*at].table;
    guint first = cells[*at].row;
    Headings headings = {0};
    guint rows = 0;
    guint counted = first; /* the last row that was counted */
    for (; *at < context->text->cells->len && cells[*at].table == table; (*at)++) {
        const ExeatCell *cell = &cells[*at];
        if (cell->row == first) {
            read_heading(context, cell, &headings);
            continue;
        }
        bool name = cell->column < COLUMNS_MAX && (headings.names >> cell->column & 1) && cell->end > cell->start + 1;
        if (name && cell->row != counted) {
            counted = cell->row;
            rows++;
        }
    }
    bool names = (headings.given && headings.family) || headings.whole;
    return names && headings.pupils ? rows : 0;
}

guint
exeat_table_pupils(const ExeatContext *context)
{
    guint most = 0;
    for (guint at = 0; context->text->cells && at < context->text->cells->len;) {
        guint rows = count_table(context, &at);
        most = MAX(most, rows);
    }
    return most;
}
