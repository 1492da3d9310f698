/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Numbers of cells as people see them, as far as it matters for finding people: dates as dd/mm/yyyy, leading zeros and
 * gaps where the format of the cell asks for them. What a format would take away stays: a whole number is written in
 * full however many digits it has (a UPN, a telephone number), and a format that hides shows. What is not followed
 * (powers, fractions, scaling by thousands) reads as General does.
 *
 * A format is read once, when a workbook names it; a cell then costs no allocation. A table of formats belongs to one
 * thread. Format and value are hostile: the work for a cell is bounded by the length of a format.
 */
#ifndef EXEAT_MESSAGE_INSPECT_NUMBER_H
#define EXEAT_MESSAGE_INSPECT_NUMBER_H

#include <glib.h>
#include <stdbool.h>

/* The formats of a workbook by their numbers, with those that are built in. */
typedef struct ExeatNumberFormats ExeatNumberFormats;
typedef struct ExeatNumberFormat ExeatNumberFormat;

ExeatNumberFormats *exeat_number_formats_new(void);
void exeat_number_formats_free(ExeatNumberFormats *formats);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatNumberFormats, exeat_number_formats_free)

/* The first @code of a number stands. Codes that are too long or too many are General. */
void exeat_number_formats_add(ExeatNumberFormats *formats, guint number, const char *code);
/* Lives as long as the table; NULL is General. */
const ExeatNumberFormat *exeat_number_formats_get(const ExeatNumberFormats *formats, guint number);

/* Appends @value to @out. */
void exeat_number_show(double value, const ExeatNumberFormat *format, bool from_1904, GString *out);
/* A number as a file writes it: "1.23E+12"; what is none is appended as it is. */
void exeat_number_show_written(const char *text, gsize length, const ExeatNumberFormat *format, bool from_1904,
                               GString *out);
/* "2012-03-04T00:00:00" as 04/03/2012; what is no date is appended as it is. */
void exeat_number_show_iso(const char *text, gsize length, GString *out);

#endif
