/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers of workbooks as Excel shows them. */
#ifndef EXEAT_MESSAGE_INSPECT_EXCEL_NUMBER_H
#define EXEAT_MESSAGE_INSPECT_EXCEL_NUMBER_H

#include <glib.h>
#include <stdbool.h>

/* The format code behind one of Excel's own numbers of formats; NULL for General and for numbers that have none. */
const char *exeat_excel_builtin_format(guint number);

/*
 * Appends @value as @format (a format code as Excel stores it, NULL for General) shows it, but for what would take
 * from it what stands in the file: a number that is an integer is written in full, however many digits it has, dates
 * are dd/mm/yyyy, and a format that hides shows.
 */
void exeat_excel_number_append(GString *out, double value, const char *format, bool date1904);

#endif
