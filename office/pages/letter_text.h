/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A letter on a page, as its recipient would see it: who it is from and to, its text, and what is attached with the
 * text that is in it. All of it is text; nothing is loaded, run or linked. It never fails: what cannot be shown is
 * said to be there.
 */
#ifndef EXEAT_OFFICE_PAGES_LETTER_TEXT_H
#define EXEAT_OFFICE_PAGES_LETTER_TEXT_H

#include <libxml/tree.h>

#include "office/pages/visit.h"
#include "quarantine/card.h"

/* Bytes of one text, and of all together, and rows of one table, that a page shows; it says what it leaves out. */
#define EXEAT_LETTER_TEXT_BYTES ((gsize)64 * 1024)
#define EXEAT_LETTER_PAGE_BYTES ((gsize)512 * 1024)
#define EXEAT_LETTER_ROWS 200
#define EXEAT_LETTER_PARTS 200
/* Reading its attachments and looking for what was found takes at most so long. */
#define EXEAT_LETTER_SECONDS 8

/* The id that the part of @path (exeat_part_number()) has on the page, or NULL. (transfer full) */
char *exeat_letter_anchor(const char *path);

void exeat_letter_show(const ExeatVisit *visit, xmlNode *parent, const ExeatCard *card, GBytes *letter);

#endif
