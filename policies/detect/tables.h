/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What tables say by their headings alone, whoever stands in them: lists of pupils, as the school's records export
 * them, and columns of a special category.
 *
 * Threads: no state. Hostile input: the table; cost linear in cells.
 */
#ifndef EXEAT_POLICIES_DETECT_TABLES_H
#define EXEAT_POLICIES_DETECT_TABLES_H

#include "policies/detect/context.h"
#include "policies/detect/hit.h"

/* A row of a list of pupils in which somebody is named. */
typedef struct ExeatTableRow {
    gsize start, end; /* bytes of the text */
    guint name;       /* hash of the name, the same in whatever order and case it is written */
} ExeatTableRow;

/*
 * Adds the rows with a name of each table whose headings say that it lists pupils to @rows (ExeatTableRow): columns for
 * names, and one that only pupils have (UPN, year or registration group, admission number, "pupil"). "Pupil 7" and
 * candidates by number are nobody.
 */
void exeat_table_pupils(const ExeatContext *context, GArray *rows);

/*
 * Adds a hit for each cell that says something under a heading of a special category ("SEN need", "Medical",
 * "Religion"): a letter code there says what a sentence says elsewhere. "No", "none" and "-" say nothing. Codes of
 * special needs count without a heading, too, where the whole column has nothing else in it.
 */
void exeat_table_special(const ExeatContext *context, GArray *hits);

#endif
