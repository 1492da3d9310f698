/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Paragraphs, runs and tables of Office's markup: WordprocessingML (of 2003, too), DrawingML, charts, diagrams,
 * comments and the pages of Visio share their names, so that one reader shows the text of all of them. Deleted text
 * stays, field codes do not; where links lead and what pictures are called follows behind the text.
 */
#ifndef EXEAT_MESSAGE_INSPECT_PROSE_H
#define EXEAT_MESSAGE_INSPECT_PROSE_H

#include "message/inspect/sax.h"

typedef struct ExeatProse {
    ExeatInspection *inspection;
    GString *asides; /* lines for the end */
    GString *field;  /* the code of the field that is open */
    guint shown;     /* elements around whose text is shown */
    bool in_code;    /* of a field */
    guint tables;    /* in tables */
    guint row, column, span;
    guint choice, choices; /* of a drop-down list: which one is shown, how many there were */
    bool macros;
} ExeatProse;

extern const ExeatSaxReader exeat_prose_reader; /* its data is an ExeatProse */

void exeat_prose_init(ExeatProse *prose, ExeatInspection *inspection);
/* Another line for the end. */
void exeat_prose_aside(ExeatProse *prose, const char *text);
/* Shows what was set aside, and frees it. */
void exeat_prose_finish(ExeatProse *prose);

#endif
