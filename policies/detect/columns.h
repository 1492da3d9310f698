/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a column says that none of its cells does: five distinct numbers that all pass a check digit are what they look
 * like, heading or not; a hundred of which four pass are a stock list. Dates that are spread over years in which pupils
 * are born, weekends among them, are birthdays, unless the heading calls them something else.
 *
 * Threads: no state. Hostile input: the table; cost n log n in cells and hits.
 */
#ifndef EXEAT_POLICIES_DETECT_COLUMNS_H
#define EXEAT_POLICIES_DETECT_COLUMNS_H

#include "policies/detect/context.h"

/*
 * Raises and lowers the confidence of @hits (ExeatHit, by start) of @context's tables. @now is the letter's date in
 * seconds since the epoch, 0 for today.
 */
void exeat_columns_judge(const ExeatContext *context, gint64 now, GArray *hits);

#endif
