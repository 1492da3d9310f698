/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Characters of a Word document as text and tables: marks of cells, rows, fields and paragraphs are taken out. */
#ifndef EXEAT_MESSAGE_INSPECT_WORD97_H
#define EXEAT_MESSAGE_INSPECT_WORD97_H

#include "message/inspect/slice.h"
#include "message/inspect/inspection.h"

typedef struct WordText WordText;

/* @paragraphs is the table of pages that say which paragraph is in a table, empty where that is not known. The bytes
 * must outlive it. (transfer full) */
WordText *exeat_word_text_new(ExeatInspection *inspection, ExeatBytes main, ExeatBytes paragraphs, ExeatBytes data);

/* Characters, which lie at byte @fc of the main stream. */
void exeat_word_text_add(WordText *text, ExeatBytes bytes, gsize fc, guint codepage);

/* What comes stands apart: footnotes, headers, comments. */
void exeat_word_text_apart(WordText *text);

/* Says what is still held back. */
void exeat_word_text_free(WordText *text);

#endif
