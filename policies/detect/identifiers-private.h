/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the identifier scanner share. */
#ifndef EXEAT_POLICIES_DETECT_IDENTIFIERS_PRIVATE_H
#define EXEAT_POLICIES_DETECT_IDENTIFIERS_PRIVATE_H

#include "policies/detect/identifiers.h"

typedef struct ExeatScanner {
    const ExeatContext *context;
    const char *text;
    gsize length;
    const ExeatDirectory *directory;
    const ExeatSchool *school;
    gint64 now;
    GArray *hits;
    guint tens; /* ten-digit numbers seen, valid or not: what a column's share is taken of */
} ExeatScanner;

/* Adds a hit with @confidence; asks the directory whose it is. 0 is no hit. */
void exeat_scanner_add(ExeatScanner *scanner, ExeatRule rule, gsize start, gsize end, guint confidence,
                       const char *canonical);

/* The rule's confidence for a value at this place: with its context words, or alone. */
guint exeat_scanner_confidence(const ExeatScanner *scanner, ExeatRule rule, gsize start, gsize end);

/* The same in a column of its like. */
guint exeat_scanner_column_confidence(ExeatRule rule);
/* And with nothing around it that says what it is. */
guint exeat_scanner_alone_confidence(ExeatRule rule);

/* Numbers written in digits only, from the digit at @at. Returns where to go on. */
gsize exeat_scan_number(ExeatScanner *scanner, gsize at);
/* Codes of letters and digits from the token at @at (a letter or a digit). Returns the end of the code, or @at. */
gsize exeat_scan_code(ExeatScanner *scanner, gsize at);
/* A date, at a digit or at a month's name. Returns its end, or @at. */
gsize exeat_scan_date(ExeatScanner *scanner, gsize at);
/* A house number and street at the digit @at. Returns its end, or @at. */
gsize exeat_scan_street(ExeatScanner *scanner, gsize at);

/* Mail addresses and names in social networks, of the whole text. */
void exeat_scan_mail(ExeatScanner *scanner);

static inline bool
exeat_is_word_byte(char c)
{
    return g_ascii_isalnum(c) || (guchar)c >= 0x80;
}

#endif
