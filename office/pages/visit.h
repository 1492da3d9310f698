/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One visit of a page: the request, who makes it and in which language, and the desk that was in force when it came. A
 * page is a function from a visit to a reply; routes.c says which.
 *
 * A GET shows. Only a POST acts, and only with the token of the session that it belongs to; routes.c sees to both
 * before a page is asked.
 */
#ifndef EXEAT_OFFICE_PAGES_VISIT_H
#define EXEAT_OFFICE_PAGES_VISIT_H

#include "accounts/sessions.h"
#include "office/office.h"
#include "office/pages/rights.h"
#include "office/web/http.h"
#include "office/web/words.h"

typedef struct ExeatVisit {
    const ExeatHttpRequest *request;
    ExeatOffice *office;
    ExeatDesk *desk; /* owned */
    ExeatLanguage language;
    ExeatSession *session; /* owned; NULL: nobody is signed in */
    ExeatAccount *account; /* owned; of a member of staff with an account, else NULL */
    ExeatRights *rights;   /* owned; never NULL */
    const char *token;     /* of the session; NULL without one */
    char *csrf;            /* owned; for the forms of this session, NULL without one */
    char *letter;          /* owned; the id in the path, as it is stored, or NULL */
    gint64 now;
} ExeatVisit;

/* Never NULL; with @error set it is a visit of nobody. @request must outlive it. */
ExeatVisit *exeat_visit_new(const ExeatHttpRequest *request, ExeatOffice *office, GError **error);
void exeat_visit_free(ExeatVisit *visit);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatVisit, exeat_visit_free)

typedef ExeatHttpReply *(*ExeatPageFunction)(ExeatVisit *visit);

/* True for an account that has shown both factors, and for a sender who has shown a code. */
bool exeat_visit_is_signed_in(const ExeatVisit *visit);

/* The form of a POST, else the query of the address. (transfer none) */
const ExeatFields *exeat_visit_fields(const ExeatVisit *visit);

/* The words in the visitor's language: xgettext knows these three. */
static inline const char *
say(const ExeatVisit *visit, const char *text)
{
    return exeat_words(visit->language, text);
}

/* The same for @count, with {count} filled in. (transfer full) */
char *exeat_visit_say_count(const ExeatVisit *visit, const char *one, const char *many, gulong count);

/* "Monday 14 September 2026, 16:30" in the school's time and the visitor's language. (transfer full) */
char *exeat_visit_time(const ExeatVisit *visit, gint64 at);

/* The same without the year, if it is this one. (transfer full) */
char *exeat_visit_short_time(const ExeatVisit *visit, gint64 at);

/* The trail's actor for a letter of @role (may be NULL). Valid while the visit is. */
ExeatActor exeat_visit_actor(const ExeatVisit *visit, const char *role);

#endif
