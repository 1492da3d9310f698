/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of the audit trail in words that people read. */
#ifndef EXEAT_OFFICE_PAGES_TRAIL_H
#define EXEAT_OFFICE_PAGES_TRAIL_H

#include "office/pages/page.h"

/* An event's, a role's words; the word of the store itself where there are none. (transfer none) */
const char *exeat_trail_event(const ExeatVisit *visit, const char *event);
const char *exeat_trail_role(const ExeatVisit *visit, const char *role);

/* "headteacher, head@school.example → colleague@school.example": who did it, and to whom. (transfer full) */
char *exeat_trail_who(const ExeatVisit *visit, const ExeatAuditRow *row);

/* What was done, by whom and when; @with_why: and for what reason, which may tell of what is in the letter. */
void exeat_trail_write_row(const ExeatVisit *visit, const ExeatAuditRow *row, bool with_why, xmlNode *item);

/* What was written with the last @event of letter @id, to @whom (NULL: to anybody, unless it was taken
 * back since), or NULL. (transfer full) */
char *exeat_trail_last_words(const ExeatVisit *visit, const char *id, const char *event, const char *whom);

#endif
