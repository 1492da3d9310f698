/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A page of letters: which of them (by reason, by words, by page) stands in the address, so that it can be kept and
 * sent. Rows say who wrote, how many it goes to and why it is here; whom exactly and what it says is behind its
 * opening.
 */
#ifndef EXEAT_OFFICE_PAGES_LIST_H
#define EXEAT_OFFICE_PAGES_LIST_H

#include "office/pages/page.h"

#define EXEAT_LIST_PAGE 25
#define EXEAT_LIST_SEARCH_CHARACTERS 200

typedef struct ExeatList {
    const char *path; /* "/waiting" */
    ExeatLetterFilter filter;
    bool choosable; /* with boxes to tick, for a decision on many */
    /* from the address */
    const char *reason; /* a policy, or NULL */
    const char *words;  /* or NULL */
    guint64 page;       /* from 1 */
    const char **roles; /* owned: what the filter is narrowed to, or NULL */
    /* what was found */
    GPtrArray *rows; /* ExeatLetterRow */
    guint64 count, unseen;
} ExeatList;

/* Reads the address and asks the store; list->path and list->filter are set before. */
bool exeat_list_load(const ExeatVisit *visit, ExeatList *list, GError **error);
void exeat_list_clear(ExeatList *list);

/* Search, reasons, rows, and the way to other pages. */
bool exeat_list_write(const ExeatVisit *visit, const ExeatList *list, xmlNode *parent, GError **error);

/* The letter that waits most urgently, @but this; *out_id (transfer full) stays NULL if there is none. */
bool exeat_list_next(const ExeatVisit *visit, const char *but, char **out_id, GError **error);

/* One letter, without a link: for lists of what was chosen. */
bool exeat_list_row(const ExeatVisit *visit, const ExeatLetterRow *row, xmlNode *what, bool link, GError **error);

/* What is left until the letter goes back, or what became of it, in words. */
void exeat_list_state(const ExeatVisit *visit, const ExeatLetterRow *row, xmlNode *parent);

/* The reasons why it is held, each once (policy names, interned). (transfer container) */
GPtrArray *exeat_list_reasons(const ExeatLetterRow *row);

#endif
