/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Brings the tables of a text into the one shape that all detectors read: headings in the first row, a person a row.
 *
 * - A title, a date or empty rows above the headings become a table of their own; so does each further block of a
 *   sheet that begins with headings again.
 * - Labels before their values (a form: "Name | X", "DOB | Y", in two columns or in pairs), and people side by side
 *   under labels in the first column, are turned on their side.
 *
 * Nothing that stands in the text gets lost. Threads: no state. Hostile input; cost n log n in cells.
 */
#ifndef EXEAT_POLICIES_DETECT_SHAPE_H
#define EXEAT_POLICIES_DETECT_SHAPE_H

#include "message/text.h"

/* A text of the caller's own with the same zone and part, or NULL where @text is right as it is. */
ExeatText *exeat_text_shape(const ExeatText *text);
void exeat_shaped_free(ExeatText *text);

#endif
