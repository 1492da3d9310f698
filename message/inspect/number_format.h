/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between the two files that show numbers: what a code of a format says, read once. */
#ifndef EXEAT_MESSAGE_INSPECT_NUMBER_FORMAT_H
#define EXEAT_MESSAGE_INSPECT_NUMBER_FORMAT_H

#include "message/inspect/number.h"

#define EXEAT_NUMBER_SECTIONS 3 /* a fourth is for text */
#define EXEAT_NUMBER_FRACTION 15

typedef enum ExeatNumberKind {
    EXEAT_NUMBER_GENERAL,
    EXEAT_NUMBER_MOMENT, /* a date, a time of day, or both */
    EXEAT_NUMBER_PLACES, /* places for digits, and what stands between them */
} ExeatNumberKind;

typedef enum ExeatNumberRelation {
    EXEAT_NUMBER_ANY,
    EXEAT_NUMBER_BELOW,
    EXEAT_NUMBER_AT_MOST,
    EXEAT_NUMBER_EQUAL,
    EXEAT_NUMBER_OTHER,
    EXEAT_NUMBER_AT_LEAST,
    EXEAT_NUMBER_ABOVE,
} ExeatNumberRelation;

/* "positive;negative;zero", or as their conditions say. */
typedef struct ExeatNumberSection {
    ExeatNumberKind kind;
    ExeatNumberRelation relation; /* of a value to @limit: what the section is for */
    double limit;
    bool negative;            /* for negative values alone, so it shows their sign, or does not, itself */
    bool date, time, seconds; /* MOMENT */
    bool elapsed;             /* MOMENT: hours are counted on over midnight */
    bool grouped;             /* PLACES: by thousands */
    guint whole, fraction;    /* PLACES: before and behind the point */
    guint percents;           /* PLACES */
    const char *code, *end;
} ExeatNumberSection;

struct ExeatNumberFormat {
    char *code;
    guint count;
    ExeatNumberSection sections[EXEAT_NUMBER_SECTIONS];
};

static inline bool
exeat_number_is_place(char c)
{
    return c == '0' || c == '#' || c == '?';
}

/* Behind the token at @at: a quoted text, an escaped character, a bracket, or one character. */
const char *exeat_number_token_end(const char *at);

/* The section for @value; NULL for General. */
const ExeatNumberSection *exeat_number_section(const ExeatNumberFormat *format, double value);

#endif
