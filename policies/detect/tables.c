/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policies/detect/tables.h"

#include <string.h>

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

static const char special_headings[] =
    "sen|send|sen status|sen need|sen needs|sen provision|sen type|primary need|secondary need|need type|aln|ady|aln "
    "status|"
    "medical|medical notes|medical needs|medical condition|medical conditions|medical information|health|health needs|"
    "condition|conditions|medication|allergy|allergies|disability|disabilities|religion|faith|ethnicity|ethnic origin|"
    "sexuality|diagnosis|lac|cla|looked after|looked after status|in care|care "
    "status|meddygol|alergeddau|crefydd|anabledd|"
    "diagnosis/need|additional needs|additional needs/medical";
static const char safeguarding_headings[] = "safeguarding|cp|cp plan|child protection|cin|safeguarding "
                                            "concerns|safeguarding notes|social worker|early help|diogelu";
static const char empty_values[] = "n|no|none|nil|-|--|n/a|na|0|false|nac oes|na|nage|x|.|?|tbc|unknown|not known";

#define SPECIAL_CELL_SURE 80

/* The heading's kind of data; false if it is no special category. */
static bool
heading_rule(const ExeatContext *context, const ExeatCell *heading, ExeatRule *out_rule)
{
    bool safeguarding = heading_is(context, heading, safeguarding_headings);
    *out_rule = safeguarding ? EXEAT_RULE_SAFEGUARDING : EXEAT_RULE_SPECIAL_CATEGORY;
    return safeguarding || heading_is(context, heading, special_headings);
}

void
exeat_table_special(const ExeatContext *context, GArray *hits)
{
    const GArray *cells = context->text->cells;
    ExeatRule rules[COLUMNS_MAX];
    bool special[COLUMNS_MAX] = {false};
    guint table = G_MAXUINT;
    guint first = 0;
    for (guint i = 0; cells && i < cells->len; i++) {
        const ExeatCell *cell = &g_array_index(cells, ExeatCell, i);
        if (cell->table != table) {
            memset(special, 0, sizeof special);
            table = cell->table;
            first = cell->row;
        }
        if (cell->column >= COLUMNS_MAX)
            continue;
        if (cell->row == first)
            special[cell->column] = heading_rule(context, cell, &rules[cell->column]);
        else if (special[cell->column] && cell->end > cell->start && !heading_is(context, cell, empty_values)) {
            ExeatHit hit = {rules[cell->column], cell->start, cell->end, SPECIAL_CELL_SURE, i, EXEAT_NOBODY, ""};
            g_array_append_val(hits, hit);
        }
    }
}
