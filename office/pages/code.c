/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How a sender signs in: a code goes to their own mailbox, and comes back in the browser that asked for it. The page
 * says the same whether or not there is such a mailbox.
 */
#include "accounts/codes.h"

#include "office/pages/pages.h"
#include "office/pages/sign_in.h"

static ExeatHttpReply *
code_ask_page(const ExeatVisit *visit, guint status, const char *wrong)
{
    const ExeatFields *fields = exeat_visit_fields(visit);
    g_autoptr(ExeatPage) page = exeat_page_new(visit, say(visit, "Sign in with a code by mail"));
    ExeatField address = {.name = "address",
                          .label = say(visit, "Your school e-mail address"),
                          .type = "email",
                          .value = exeat_fields_get(fields, "address"),
                          .hint = say(visit, "We send a code there, to be sure that it is you."),
                          .wrong = wrong,
                          .autocomplete = "email",
                          .limit = EXEAT_ACCOUNTS_ADDRESS_BYTES};
    xmlNode *form = exeat_page_form(visit, page->main, "/mine/sign-in");

    exeat_page_hidden(form, "back", exeat_sign_in_back(fields, "/mine"));
    exeat_page_field(form, &address);
    exeat_page_button(form, NULL, NULL, NULL, say(visit, "Send me a code"));
    return exeat_page_reply(page, status);
}

static ExeatPage *
code_give_page(const ExeatVisit *visit, const char *wrong)
{
    ExeatPage *page = exeat_page_new(visit, say(visit, "Check your mailbox"));
    ExeatField code = {.name = "code",
                       .label = say(visit, "The eight digits in the mail"),
                       .type = "text",
                       .hint = say(visit, "If that mailbox is one of the school’s, the mail is on its way. The code "
                                          "works for ten minutes, in this browser only."),
                       .wrong = wrong,
                       .autocomplete = "one-time-code",
                       .mode = "numeric",
                       .class = "short",
                       .limit = 16};
    xmlNode *form = exeat_page_form(visit, page->main, "/mine/sign-in");

    exeat_page_hidden(form, "back", exeat_sign_in_back(visit->request->form, "/mine"));
    exeat_page_field(form, &code);
    exeat_page_button(form, NULL, NULL, NULL, say(visit, "Sign in"));
    exeat_page_link(exeat_tree_add(page->main, "p", NULL), "/mine/sign-in", say(visit, "Send another code"));
    return page;
}

ExeatHttpReply *
exeat_page_code(ExeatVisit *visit)
{
    if (exeat_visit_is_signed_in(visit))
        return exeat_http_reply_see(exeat_sign_in_back(visit->request->query, "/mine"));
    return code_ask_page(visit, 200, NULL);
}

static ExeatHttpReply *
code_send(ExeatVisit *visit, const char *address)
{
    g_auto(ExeatCode) code = {.code = NULL};
    g_autoptr(ExeatPage) page = NULL;
    g_autoptr(GError) error = NULL;
    g_autofree char *wait = NULL;
    ExeatHttpReply *reply;

    if (!exeat_codes_make(visit->office->accounts, address, visit->request->client,
                          exeat_fields_get(visit->request->cookies, "ask"), visit->now, &code, &error))
        return code_ask_page(visit, 422, say(visit, "Please enter your whole address: name@school.example"));
    if (code.wait_seconds > 0) {
        wait = exeat_sign_in_say_wait(visit, code.wait_seconds);
        return code_ask_page(visit, 429, wait);
    }
    if (exeat_quarantine_is_inside(visit->desk->quarantine, address) &&
        !exeat_quarantine_mail_code(visit->desk->quarantine, address, exeat_language_code(visit->language), code.code,
                                    EXEAT_CODE_SECONDS / 60, visit->now, &error))
        return exeat_page_fault(visit, error);
    exeat_office_wake(visit->office, 0);
    page = code_give_page(visit, NULL);
    reply = exeat_page_reply(page, 200);
    exeat_http_reply_cookie(reply, "ask", code.nonce, EXEAT_CODE_SECONDS);
    return reply;
}

ExeatHttpReply *
exeat_page_do_code(ExeatVisit *visit)
{
    const char *address = exeat_fields_get(visit->request->form, "address"),
               *code = exeat_fields_get(visit->request->form, "code");
    ExeatCodeOutcome outcome = EXEAT_CODE_GONE;
    g_autoptr(ExeatPage) page = NULL;
    g_autoptr(GError) error = NULL;
    g_autofree char *whose = NULL;

    if (code == NULL)
        return address != NULL && *address != '\0'
                   ? code_send(visit, address)
                   : code_ask_page(visit, 422, say(visit, "Please enter your address."));
    if (!exeat_codes_take(visit->office->accounts, exeat_fields_get(visit->request->cookies, "ask"), code, visit->now,
                          &outcome, &whose, &error))
        return exeat_page_fault(visit, error);
    if (outcome == EXEAT_CODE_RIGHT)
        return exeat_sign_in_go_on(visit, EXEAT_SESSION_SENDER, whose,
                                   exeat_sign_in_back(visit->request->form, "/mine"));
    if (outcome == EXEAT_CODE_GONE)
        return code_ask_page(visit, 403, say(visit, "That code no longer works. Please ask for another."));
    page = code_give_page(visit, say(visit, "That is not the code in the mail. Please look again."));
    return exeat_page_reply(page, 403);
}
