/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A table that is a list of pupils by its headings alone, whoever they are: an export of the school's records. */
#ifndef EXEAT_POLICIES_DETECT_TABLES_H
#define EXEAT_POLICIES_DETECT_TABLES_H

#include "policies/detect/context.h"
#include "policies/detect/hit.h"

/*
 * The number of rows with a name in the largest table whose headings say that it lists pupils: columns for names, and
 * one that only pupils have (UPN, year or registration group, admission number, "pupil"). 0 if there is none.
 */
guint exeat_table_pupils(const ExeatContext *context);

/*
 * Adds a hit for each cell that says something under a heading of a special category ("SEN need", "Medical",
 * "Religion"): a letter code there says what a sentence says elsewhere. "No", "none" and "-" say nothing.
 */
void exeat_table_special(const ExeatContext *context, GArray *hits);

#endif
