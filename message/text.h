/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Decoded text of a letter, in pieces that each have one zone. Text is valid UTF-8 in NFC, line ends are "\n", HTML is
 * reduced to what a reader sees (no scripts, styles, comments or hidden tricks left out of sight: text that a reader
 * could select counts), soft hyphens and zero-width characters are gone, no-break and other odd spaces are U+0020.
 *
 * A table (CSV, TSV, an HTML table, vCard and iCalendar properties) stays a table: its cells stand in `text` one
 * behind the other, "\t" between cells and "\n" between rows, and `cells` says where each of them is, so that one scan
 * over `text` serves prose and tables alike.
 */
#ifndef EXEAT_MESSAGE_TEXT_H
#define EXEAT_MESSAGE_TEXT_H

#include <glib.h>

#include "message/part.h"

typedef enum ExeatZone {
    EXEAT_ZONE_SUBJECT,
    EXEAT_ZONE_NEW, /* what the sender wrote */
    EXEAT_ZONE_SIGNATURE,
    EXEAT_ZONE_QUOTED,     /* the thread under it, or a forwarded letter */
    EXEAT_ZONE_ATTACHMENT, /* text of an attached file */
    EXEAT_ZONE_FILE_NAME,  /* the name of an attached file */
} ExeatZone;

typedef struct ExeatCell {
    gsize start; /* byte offsets into the text, end exclusive */
    gsize end;
    guint row;    /* from 0, over the whole part */
    guint column; /* from 0 */
    guint table;  /* which table of this text, from 0 */
} ExeatCell;

typedef struct ExeatTable {
    char *title;     /* of a workbook's sheet, or NULL */
    guint first_row; /* ExeatCell.row of the table's own row 0 */
} ExeatTable;

typedef struct ExeatText {
    ExeatZone zone;
    const ExeatPart *part; /* NULL for the subject */
    char *text;
    gsize length;  /* bytes, without the final NUL */
    GArray *cells; /* of ExeatCell, in order of start; NULL where there is no table. Text between tables (an
                      HTML page with a table in it) is in no cell. */
    const struct ExeatText *source; /* whose cells these are in another order, or NULL */
    GArray *origins; /* of guint, with a source: for each cell the number of the source's, G_MAXUINT for none */
    GArray *tables;  /* of ExeatTable, by number, where the tables have names or coordinates of their own, else NULL */
} ExeatText;

/* "subject", "body", "signature", "quoted", "attachment", "file-name": the words of the JSON and of the log. */
const char *exeat_zone_name(ExeatZone zone);

/* A new array of ExeatTable that frees its titles. (transfer full) */
GArray *exeat_tables_new(void);

/* Frees what exeat_message_texts() holds; takes NULL. */
void exeat_text_free(ExeatText *text);

/* The cell that holds byte @offset, or NULL. */
const ExeatCell *exeat_text_cell_at(const ExeatText *text, gsize offset);

/*
 * Where byte @offset stands in a table, in numbers alone: "sheet 2, C4" in a workbook, "table 1, B3" elsewhere. NULL
 * outside of cells. (transfer full)
 */
char *exeat_text_cell_name(const ExeatText *text, gsize offset);

#endif
