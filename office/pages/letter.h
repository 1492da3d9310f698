/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the pages about one letter share: what is known of it without opening it, and what the visitor may do with it.
 */
#ifndef EXEAT_OFFICE_PAGES_LETTER_H
#define EXEAT_OFFICE_PAGES_LETTER_H

#include "office/pages/page.h"

/* What people write is at most so long, in characters. */
#define EXEAT_LETTER_REASON_CHARACTERS 2000
#define EXEAT_LETTER_NOTE_CHARACTERS 8000

typedef struct ExeatLetterVisit {
    ExeatLetterRow *row;
    ExeatSummary *summary;
    GPtrArray *recipients; /* ExeatRecipientRow */
    bool consulted;        /* a colleague has asked them about this letter */
    bool two_people;       /* it takes two to open it */
    bool agreed;           /* and two have said so */
    bool may_read, may_decide;
    bool stands_in; /* they could decide, were those away for whom they stand in */
} ExeatLetterVisit;

/* False if there is no such letter for them (or it is their own), or with @error set. */
bool exeat_letter_visit(const ExeatVisit *visit, ExeatLetterVisit *out_letter, GError **error);
void exeat_letter_visit_clear(ExeatLetterVisit *letter);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ExeatLetterVisit, exeat_letter_visit_clear)

/* The recipients that were ticked in a form; *out_recipients (transfer full) stays NULL for all. False if the form
 * names none, or what is no number. */
bool exeat_letter_read_recipients(const ExeatVisit *visit, GArray **out_recipients);

/* The page of the visit's letter, with a word about what was done: "/letter/H-…?done=released" (transfer full) */
char *exeat_letter_address(const ExeatVisit *visit, const char *done);

/* decide.c: the forms below an opened letter. */
void exeat_letter_write_decisions(const ExeatVisit *visit, const ExeatLetterVisit *letter, const ExeatCard *card,
                                  xmlNode *parent);
/* Takes back what was not carried out yet; nothing where there is none. */
void exeat_letter_write_undo(const ExeatVisit *visit, const ExeatLetterVisit *letter, xmlNode *parent);

/* why.c: why it is here, as its heading says. (transfer none) */
const char *exeat_letter_why_title(const ExeatVisit *visit, const ExeatLetterRow *row);
/* What was found, and what would put it right. @opened: the letter stands on the same page. */
void exeat_letter_write_why(const ExeatVisit *visit, const ExeatLetterRow *row, const ExeatCard *card, bool opened,
                            xmlNode *parent);
void exeat_letter_write_change(const ExeatVisit *visit, const ExeatCard *card, GBytes *letter, xmlNode *parent);
/* trail.c: what became of it so far; the reasons are for those who may read it. */
bool exeat_letter_write_trail(const ExeatVisit *visit, const ExeatLetterVisit *letter, xmlNode *parent, GError **error);

#endif
