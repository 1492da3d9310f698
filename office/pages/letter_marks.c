/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "office/pages/letter_marks.h"

#include <string.h>

#include "office/web/tree.h"
#include "policies/personal_data.h"

typedef struct MarksRun {
    gsize start, end;
} MarksRun;

struct ExeatMarks {
    GArray *runs; /* MarksRun, by start, without overlaps */
};

static bool
marks_wants_rule(const ExeatCard *card, const char *rule)
{
    for (guint i = 0; i < card->findings->len; i++) {
        const ExeatFinding *finding = g_ptr_array_index(card->findings, i);

        if (strcmp(finding->rule, rule) == 0)
            return true;
    }
    return false;
}

/* A list, or a fact about somebody, is about those whose names stand there. */
static bool
marks_wants_names(const ExeatCard *card)
{
    for (guint i = 0; i < card->findings->len; i++) {
        const ExeatFinding *finding = g_ptr_array_index(card->findings, i);

        if (finding->data_subjects > 0 || strcmp(finding->rule, "name") == 0 || strcmp(finding->rule, "list") == 0)
            return true;
    }
    return false;
}

static void
marks_add(ExeatMarks *marks, gsize start, gsize end)
{
    MarksRun run = {start, end};

    if (end > start)
        g_array_append_val(marks->runs, run);
}

static void
marks_add_hits(ExeatMarks *marks, const ExeatCard *card, const GArray *hits)
{
    for (guint i = 0; i < hits->len; i++) {
        const ExeatHit *hit = &g_array_index(hits, ExeatHit, i);

        if (hit->confidence >= EXEAT_SURE && marks_wants_rule(card, exeat_rule_name(hit->rule)))
            marks_add(marks, hit->start, hit->end);
    }
}

/* In the subject a name is too much whoever it is; below it stands whom a fact is about, and who signs. */
static void
marks_add_names(ExeatMarks *marks, const ExeatScanText *scanned)
{
    const GArray *names = scanned->names;
    bool everybody = scanned->text->zone == EXEAT_ZONE_SUBJECT;

    for (guint i = 0; i < names->len; i++) {
        const ExeatNameMatch *name = &g_array_index(names, ExeatNameMatch, i);

        if (name->confidence >= EXEAT_SURE && (everybody || name->role == EXEAT_ROLE_PUPIL))
            marks_add(marks, name->start, name->end);
    }
}

static int
marks_compare(gconstpointer a, gconstpointer b)
{
    const MarksRun *left = a, *right = b;

    return left->start < right->start ? -1 : left->start > right->start;
}

static void
marks_merge(ExeatMarks *marks)
{
    guint kept = 0;

    g_array_sort(marks->runs, marks_compare);
    for (guint i = 0; i < marks->runs->len; i++) {
        MarksRun run = g_array_index(marks->runs, MarksRun, i);
        MarksRun *last = kept > 0 ? &g_array_index(marks->runs, MarksRun, kept - 1) : NULL;

        if (last != NULL && run.start <= last->end)
            last->end = MAX(last->end, run.end);
        else
            g_array_index(marks->runs, MarksRun, kept++) = run;
    }
    g_array_set_size(marks->runs, kept);
}

ExeatMarks *
exeat_marks_new(const ExeatCard *card, const ExeatScanText *scanned)
{
    ExeatMarks *marks = g_new0(ExeatMarks, 1);

    marks->runs = g_array_new(FALSE, FALSE, sizeof(MarksRun));
    if (scanned == NULL)
        return marks;
    marks_add_hits(marks, card, scanned->hits);
    marks_add_hits(marks, card, scanned->terms);
    if (marks_wants_names(card))
        marks_add_names(marks, scanned);
    marks_merge(marks);
    return marks;
}

void
exeat_marks_free(ExeatMarks *marks)
{
    if (marks == NULL)
        return;
    g_array_unref(marks->runs);
    g_free(marks);
}

guint
exeat_marks_count(const ExeatMarks *marks)
{
    return marks->runs->len;
}

void
exeat_marks_write(const ExeatMarks *marks, xmlNode *parent, const char *text, gsize start, gsize end)
{
    gsize at = start;

    for (guint i = 0; i < marks->runs->len && at < end; i++) {
        const MarksRun *run = &g_array_index(marks->runs, MarksRun, i);
        gsize from = MAX(run->start, at), to = MIN(run->end, end);

        if (to <= from)
            continue;
        if (from > at)
            exeat_tree_text_length(parent, text + at, from - at);
        exeat_tree_text_length(exeat_tree_add(parent, "mark", NULL), text + from, to - from);
        at = to;
    }
    if (end > at)
        exeat_tree_text_length(parent, text + at, end - at);
}
