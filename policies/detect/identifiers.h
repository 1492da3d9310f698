/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Finds identifiers in a text: numbers and codes by shape, check digit, context and column; dates and postcodes, too,
 * since they become personal beside a name. One pass over the digits of the text; most letters are never looked at.
 *
 * Text is hostile: any length, any bytes that are valid UTF-8. The cost is linear.
 */
#ifndef EXEAT_POLICIES_DETECT_IDENTIFIERS_H
#define EXEAT_POLICIES_DETECT_IDENTIFIERS_H

#include "policies/detect/context.h"
#include "policies/detect/hit.h"
#include "policies/school.h"

/* Hits in one text beyond this are not kept; the letter is long over every threshold by then. */
#define EXEAT_HITS_MAX 20000

/* A hit that by itself proves nothing, but may beside a name: a date, a postcode. Its confidence is this. */
#define EXEAT_CONFIDENCE_CANDIDATE 1
/* A mail address at a public provider: somebody's own, but of use to know only in numbers. */
#define EXEAT_CONFIDENCE_PRIVATE 50
/* A passport's line for machines: check digits of four fields, and the holder's name on the line above. */
#define EXEAT_CONFIDENCE_MRZ 97

/*
 * Adds hits of @context's text to @hits (ExeatHit), sorted by start. @now is the letter's date in seconds since the
 * epoch (0: today), for ages. The school's own numbers and postcodes are left out.
 */
void exeat_identifiers_find(const ExeatContext *context, const ExeatDirectory *directory, const ExeatSchool *school,
                            gint64 now, GArray *hits);

#endif
