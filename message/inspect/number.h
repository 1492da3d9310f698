/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Numbers of cells as people see them, as far as it matters for finding people: dates as dd/mm/yyyy, whole numbers in
 * full (a UPN, a telephone number), leading zeros where the format of the cell asks for them.
 */
#ifndef EXEAT_MESSAGE_INSPECT_NUMBER_H
#define EXEAT_MESSAGE_INSPECT_NUMBER_H

#include <glib.h>
#include <stdbool.h>

typedef enum ExeatNumberKind {
    EXEAT_NUMBER_GENERAL,
    EXEAT_NUMBER_DATE,
    EXEAT_NUMBER_TIME, /* of day only */
    EXEAT_NUMBER_PERCENT,
    EXEAT_NUMBER_DIGITS, /* a pattern of zeros and signs between them */
} ExeatNumberKind;

typedef struct ExeatNumberFormat {
    ExeatNumberKind kind;
    const char *pattern; /* DIGITS: the code of the format */
} ExeatNumberFormat;

/* What the built-in format @number is, or one with @code, which may be NULL and must outlive the answer. */
ExeatNumberFormat exeat_number_format(guint number, const char *code);

/* Appends @value to @out. */
void exeat_number_show(double value, const ExeatNumberFormat *format, bool from_1904, GString *out);
/* A number as a file writes it: "1.23E+12"; what is none is appended as it is. */
void exeat_number_show_written(const char *text, gsize length, const ExeatNumberFormat *format, bool from_1904,
                               GString *out);
/* "2012-03-04T00:00:00" as 04/03/2012; what is no date is appended as it is. */
void exeat_number_show_iso(const char *text, gsize length, GString *out);

#endif
