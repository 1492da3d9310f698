/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One inspection: where a format's reader puts what it finds in a file. Readers are small and know their format alone;
 * limits, nesting, cleaning of text and the shape of tables are settled here.
 *
 * A reader is `void read(ExeatInspection *, const ExeatFile *)`. All that it is given is hostile. It never fails: what
 * it cannot read it says with exeat_inspection_unreadable(), and what it read before stays. It asks
 * exeat_inspection_goes_on() at least once for each 64 KiB of input or output and returns when that says no.
 *
 * Runs in a sandbox: a reader opens no file, starts no thread or process, keeps no state between two inspections.
 * One thread.
 */
#ifndef EXEAT_MESSAGE_INSPECT_INSPECTION_H
#define EXEAT_MESSAGE_INSPECT_INSPECTION_H

#include <glib.h>
#include <stdbool.h>

#include "message/inspect/limits.h"
#include "message/inspector.h"

typedef struct ExeatInspection ExeatInspection;

/* Everything in @file. @limits may be NULL for the defaults. Never fails. (transfer full) */
ExeatInspected *exeat_inspect(const ExeatFile *file, const ExeatInspectLimits *limits);

/* An inspector that reads in this process: for exeat-inspect itself and for tests. */
ExeatInspector *exeat_inspector_direct(void);

typedef struct ExeatRendered ExeatRendered;

/* --- for readers --- */

const ExeatInspectLimits *exeat_inspection_limits(const ExeatInspection *inspection);

/* False when time, text or bytes are spent: the part is then marked unreadable, and the reader returns. */
bool exeat_inspection_goes_on(ExeatInspection *inspection);

/* Counts bytes that a reader unpacked, a step at a time; those that it hands to exeat_inspection_member() too. False
 * when that is too much. */
bool exeat_inspection_count(ExeatInspection *inspection, gsize unpacked);

/* False when @unpacked bytes out of @packed are what no honest file holds. */
bool exeat_inspection_ratio(ExeatInspection *inspection, gsize unpacked, gsize packed);

/*
 * Text, UTF-8 (what is not valid becomes U+FFFD). A line feed ends a line; a paragraph of a document is a line. Other
 * control characters become blanks, NFC and odd spaces are settled here. Call it with runs, not with characters.
 * In a cell, line ends become blanks.
 */
void exeat_inspection_text(ExeatInspection *inspection, const char *text, gsize length);

/* Ends the line unless one has just ended: for the end of each paragraph, heading, row of a form. */
void exeat_inspection_line(ExeatInspection *inspection);

/* An empty line, for what stands apart: another page, sheet, comment, header. */
void exeat_inspection_gap(ExeatInspection *inspection);

/*
 * Begins a table, as a sheet of a workbook or a table in a document; @title (a sheet's name) may be NULL, it is shown
 * to people and searched as text. Cells follow in order of rows, then columns, with true coordinates from 0; a sparse
 * sheet has gaps. Text goes to a cell between begin and end of it. Tables do not nest: a table inside a cell is text of
 * that cell. The table ends with the next one or with exeat_inspection_table_end(). Empty cells need no call.
 */
void exeat_inspection_table(ExeatInspection *inspection, const char *title);
void exeat_inspection_cell_begin(ExeatInspection *inspection, guint row, guint column);
void exeat_inspection_cell_end(ExeatInspection *inspection);
void exeat_inspection_table_end(ExeatInspection *inspection);

/* Text with cells that the readers of text parts have made (message/render.h). */
void exeat_inspection_rendered(ExeatInspection *inspection, const ExeatRendered *rendered);

/*
 * A file inside this one (a member of an archive, an attachment, an embedded object): becomes a part of its own and is
 * inspected at once, before this returns. @member->name is shown in its path. False when no more shall come.
 */
bool exeat_inspection_member(ExeatInspection *inspection, const ExeatFile *member);

/* The same question for a letter in this file to ask about its attachments: under the limits of this inspection. */
ExeatInspector *exeat_inspection_inspector(ExeatInspection *inspection);

/* Takes parts and texts that a letter in this file was made of; they become parts of this file. */
void exeat_inspection_adopt(ExeatInspection *inspection, ExeatInspected *inspected);

/* A file inside this one whose content the reader cannot hand over; @encryption or @unreadable (may be NULL) says why.
 */
void exeat_inspection_sealed_member(ExeatInspection *inspection, const char *name, gsize size,
                                    ExeatEncryption encryption, const char *unreadable);

/* What this part is. Strings are short English phrases without content, copied; the first one said stays. */
/* More exactly than by its first bytes; where a file says it of itself, what is no content type is passed over. */
void exeat_inspection_type(ExeatInspection *inspection, const char *type);
void exeat_inspection_encrypted(ExeatInspection *inspection, ExeatEncryption encryption);
void exeat_inspection_unreadable(ExeatInspection *inspection, const char *why);
void exeat_inspection_suspicious(ExeatInspection *inspection, const char *why); /* "macros", "executable", … */

#endif
