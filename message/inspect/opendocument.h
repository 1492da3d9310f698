/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The content of OpenDocument (1.0 to 1.3, flat or not) and of its predecessor: paragraphs, tables by true coordinates,
 * sheets by name, notes, annotations, deleted text, what forms hold.
 */
#ifndef EXEAT_MESSAGE_INSPECT_OPENDOCUMENT_H
#define EXEAT_MESSAGE_INSPECT_OPENDOCUMENT_H

#include "message/inspect/sax.h"

/* Copies of one cell that a row shows beside each other, where the file says that it is repeated. Headings stand over
 * each of them. Rows that are repeated say nothing new, and empty cells cost nothing, however often. */
#define EXEAT_OPENDOCUMENT_CELL_COPIES 64

typedef struct ExeatOpendocument {
    ExeatInspection *inspection;
    GString *cell;   /* text of the cell that is open */
    GString *notes;  /* text of notes and boxes, for behind the paragraph that they interrupt */
    GString *asides; /* lines for the end: where links lead, what pictures are called */
    guint shown;     /* paragraphs around, and what else has text that is shown */
    guint tables;    /* in tables */
    guint in_note;
    bool in_caption; /* of a picture */
    bool in_cell;
    bool value_only; /* the open cell has what its value is, but no paragraph yet */
    bool titled;     /* tables are sheets, and have names that people see */
    bool macros;
    guint row, column, rows, columns; /* of the open cell, and how often row and cell are repeated */
} ExeatOpendocument;

extern const ExeatSaxReader exeat_opendocument_reader; /* its data is an ExeatOpendocument */

void exeat_opendocument_init(ExeatOpendocument *document, ExeatInspection *inspection, bool titled);
/* Shows what was set aside. */
void exeat_opendocument_finish(ExeatOpendocument *document);

#endif
