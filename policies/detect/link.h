/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What in a text belongs together: a value and the name beside it. In a table that is the row; in prose the line, then
 * 120 bytes, then the paragraph. A spreadsheet's rows never run into each other, which text joined by spaces would make
 * them do.
 */
#ifndef EXEAT_POLICIES_DETECT_LINK_H
#define EXEAT_POLICIES_DETECT_LINK_H

#include "policies/detect/scan.h"

typedef enum ExeatNearness {
    EXEAT_APART,
    EXEAT_SAME_PARAGRAPH,
    EXEAT_NEAR,     /* within 120 bytes */
    EXEAT_SAME_LINE /* or sentence, or table row */
} ExeatNearness;

/* How near [a_start, a_end) and [b_start, b_end) of one text are. */
ExeatNearness exeat_nearness(const ExeatText *text, gsize a_start, gsize a_end, gsize b_start, gsize b_end);

/* The sentence (or table row, or line of a list) around [start, end). */
void exeat_sentence_around(const ExeatText *text, gsize start, gsize end, gsize *out_start, gsize *out_end);

/* The name of @scanned that stands nearest to [start, end), at least @confidence sure; NULL if none is near at all. */
const ExeatNameMatch *exeat_nearest_name(const ExeatScanText *scanned, gsize start, gsize end, guint confidence,
                                         ExeatNearness *out_nearness);

/*
 * True if two words that look like a stranger's name stand on the line of [start, end): a title and a capitalised word,
 * or a given name that somebody in the directory has and a capitalised word. With @anybody also two capitalised words
 * of which neither is an everyday one: enough beside a number that only people have, too little beside a firm's bank
 * account.
 */
bool exeat_stranger_named(const ExeatScanText *scanned, const ExeatDirectory *directory, gsize start, gsize end,
                          bool anybody);

/* True if the name at @start is the addressee of a greeting: "Dear Mrs Patel". */
bool exeat_is_greeted(const ExeatText *text, gsize start);

#endif
