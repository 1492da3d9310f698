/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A text of a letter as its reader sees it, with what was found marked in its place. */
#ifndef EXEAT_OFFICE_PAGES_LETTER_MARKS_H
#define EXEAT_OFFICE_PAGES_LETTER_MARKS_H

#include <libxml/tree.h>

#include "policies/detect/scan.h"
#include "quarantine/card.h"

typedef struct ExeatMarks ExeatMarks;

/* Which hits of @scanned (NULL: none) a reader is shown: those of a kind that stands among the card's findings, and
 * that are sure enough to count. */
ExeatMarks *exeat_marks_new(const ExeatCard *card, const ExeatScanText *scanned);
void exeat_marks_free(ExeatMarks *marks);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatMarks, exeat_marks_free)

guint exeat_marks_count(const ExeatMarks *marks);

/* Adds bytes [@start, @end) of @text to @parent, marked. Cuts between characters. */
void exeat_marks_write(const ExeatMarks *marks, xmlNode *parent, const char *text, gsize start, gsize end);

#endif
