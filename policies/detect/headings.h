/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a cell says when it is a heading or a label and nothing else: "Surname", "Date of birth (dd/mm/yyyy)", "UPN:".
 * One vocabulary for tables with headings above, for forms with labels before, and for exports of a school's records.
 *
 * Threads: the table is filled once, then constant. Hostile input: the cell; what is longer than a heading is none, so
 * the cost is bounded.
 */
#ifndef EXEAT_POLICIES_DETECT_HEADINGS_H
#define EXEAT_POLICIES_DETECT_HEADINGS_H

#include <glib.h>

typedef enum ExeatHeading {
    EXEAT_HEADING_GIVEN = 1 << 0,
    EXEAT_HEADING_FAMILY = 1 << 1,
    EXEAT_HEADING_NAME = 1 << 2,       /* anybody's whole name */
    EXEAT_HEADING_PUPIL_NAME = 1 << 3, /* a pupil's */
    EXEAT_HEADING_PUPILS = 1 << 4,     /* only lists of pupils have it */
    EXEAT_HEADING_RECORD = 1 << 5,     /* only the school's records have it: beside any name the name is a pupil's */
    EXEAT_HEADING_SPECIAL = 1 << 6,
    EXEAT_HEADING_SAFEGUARDING = 1 << 7,
    EXEAT_HEADING_LABEL = 1 << 8, /* something else that headings and labels say */
} ExeatHeading;

/* ExeatHeading bits of @text, of which @length bytes count; 0: no heading that is known. */
guint exeat_heading_of(const char *text, gsize length);

#endif
