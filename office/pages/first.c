/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The door: who comes to "/" is sent to the page that is theirs. And the choice of the language. */
#include "office/pages/page.h"
#include "office/pages/pages.h"

#define LANGUAGE_SECONDS ((gint64)400 * 24 * 3600) /* as long as browsers keep a cookie (RFC 6265bis) */

ExeatHttpReply *
exeat_page_first(ExeatVisit *visit)
{
    if (!exeat_visit_is_signed_in(visit))
        return exeat_http_reply_see("/sign-in");
    if (exeat_rights_has(visit->rights, EXEAT_RIGHT_LIST))
        return exeat_http_reply_see("/waiting");
    return exeat_http_reply_see(exeat_rights_has(visit->rights, EXEAT_RIGHT_HEALTH) ? "/health" : "/mine");
}

ExeatHttpReply *
exeat_page_language(ExeatVisit *visit)
{
    const char *to = exeat_fields_get(visit->request->form, "to"),
               *back = exeat_fields_get(visit->request->form, "back");
    ExeatLanguage language = exeat_language_from_code(to);
    ExeatHttpReply *reply = exeat_http_reply_see(exeat_http_is_local(back) ? back : "/");

    /* An account's own language is that of its mails too. */
    if (visit->account != NULL && exeat_visit_is_signed_in(visit))
        (void)exeat_accounts_set_language(visit->office->accounts, visit->account->address,
                                          exeat_language_code(language), NULL);
    exeat_http_reply_cookie(reply, "language", exeat_language_code(language), LANGUAGE_SECONDS);
    return reply;
}
