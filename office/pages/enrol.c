/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The first sign-in: the app that makes codes is set up, and the recovery codes are shown, once. It is in force when a
 * code of it has come back.
 */
#include "accounts/second_factor.h"
#include "accounts/sign_in.h"
#include "office/pages/pages.h"
#include "office/pages/sign_in.h"
#include "office/web/qr.h"
#include "quarantine/secret.h"

const char *
exeat_enrol_issuer(const ExeatVisit *visit)
{
    return visit->desk->school->name != NULL ? visit->desk->school->name : "exeat";
}

void
exeat_enrol_write_secret(const ExeatVisit *visit, const char *secret, const char *uri, const char *action,
                         const char *wrong, xmlNode *parent)
{
    ExeatField code = {.name = "code",
                       .label = say(visit, "The six digits that the app shows now"),
                       .type = "text",
                       .wrong = wrong,
                       .autocomplete = "one-time-code",
                       .mode = "numeric",
                       .class = "short",
                       .limit = 16};
    xmlNode *steps = exeat_tree_add(parent, "ol", NULL), *form;

    exeat_tree_add_text(steps, "li", NULL,
                        say(visit, "Open your authenticator app, or install one from your phone’s app store."));
    exeat_page_link(exeat_tree_add(steps, "li", NULL), uri,
                    say(visit, "If you are reading this on the phone, open the app with this link."));
    exeat_tree_add_text(steps, "li", NULL,
                        say(visit, "On a computer, scan this picture with the app, or type the key below it."));
    exeat_qr_add(parent, uri, say(visit, "QR code of the key"));
    exeat_tree_add_text(parent, "p", "code", secret);
    form = exeat_page_form(visit, parent, action);
    exeat_page_hidden(form, "back", exeat_sign_in_back(exeat_visit_fields(visit), "/"));
    exeat_page_field(form, &code);
    exeat_page_button(form, NULL, NULL, NULL, say(visit, "Continue"));
}

static ExeatHttpReply *
enrol_page(const ExeatVisit *visit, guint status, const char *wrong)
{
    g_autoptr(ExeatPage) page = exeat_page_new(visit, say(visit, "Set up your codes"));
    g_autoptr(GError) error = NULL;
    char *secret = NULL, *uri = NULL;

    if (!exeat_accounts_totp_pending(visit->office->accounts, visit->account->address, exeat_enrol_issuer(visit),
                                     visit->now, &secret, &uri, &error) ||
        (secret == NULL &&
         !exeat_accounts_totp_begin(visit->office->accounts, visit->account->address, exeat_enrol_issuer(visit), false,
                                    visit->now, &secret, &uri, &error)))
        return exeat_page_fault(visit, error);
    exeat_tree_add_text(page->main, "p", NULL,
                        say(visit, "Letters about children are kept here, so a password alone is not enough. An app on "
                                   "your phone makes a code each time you sign in; any authenticator app will do."));
    exeat_enrol_write_secret(visit, secret, uri, "/enrol", wrong, page->main);
    exeat_secret_free(secret);
    exeat_secret_free(uri);
    return exeat_page_reply(page, status);
}

ExeatHttpReply *
exeat_page_enrol(ExeatVisit *visit)
{
    return enrol_page(visit, 200, NULL);
}

/* The reply to the form itself, since the codes are not to be shown again. */
static ExeatHttpReply *
enrol_done(const ExeatVisit *visit)
{
    g_autoptr(ExeatPage) page = exeat_page_new(visit, say(visit, "Keep these recovery codes"));
    g_autoptr(GPtrArray) codes = NULL;
    g_autoptr(GError) error = NULL;
    xmlNode *list;

    if (!exeat_accounts_new_recovery(visit->office->accounts, visit->account->address, &codes, &error))
        return exeat_page_fault(visit, error);
    exeat_tree_add_text(page->main, "p", NULL,
                        say(visit, "If you lose your phone, each of these codes lets you in once. Print them or write "
                                   "them down, and keep them somewhere safe. They are not shown again."));
    list = exeat_tree_add(page->main, "ul", NULL);
    for (guint i = 0; i < codes->len; i++)
        exeat_tree_add_text(exeat_tree_add(list, "li", NULL), "span", "code", g_ptr_array_index(codes, i));
    exeat_tree_text(exeat_tree_add(exeat_tree_add(page->main, "p", NULL), "a", "class", "button", "href",
                                   exeat_sign_in_back(visit->request->form, "/"), NULL),
                    say(visit, "I have kept them"));
    return exeat_page_reply(page, 200);
}

ExeatHttpReply *
exeat_page_do_enrol(ExeatVisit *visit)
{
    const char *code = exeat_fields_get(visit->request->form, "code");
    g_autoptr(GError) error = NULL;
    g_autoptr(ExeatHttpReply) session = NULL;
    ExeatHttpReply *reply;
    char *device = NULL;
    bool right = false;

    if (code == NULL || *code == '\0')
        return enrol_page(visit, 422, say(visit, "Please enter the code."));
    if (!exeat_accounts_totp_confirm(visit->office->accounts, visit->account->address, code, visit->now, &right,
                                     &error))
        return exeat_page_fault(visit, error);
    if (!right)
        return enrol_page(visit, 403, say(visit, "That is not the code. Is the clock on your phone right?"));
    reply = enrol_done(visit);
    session = exeat_sign_in_go_on(visit, EXEAT_SESSION_STAFF, visit->account->address, "/");
    for (guint i = 0; i + 1 < session->headers->len; i += 2) {
        if (g_str_equal(g_ptr_array_index(session->headers, i), "Set-Cookie"))
            exeat_http_reply_header(reply, "Set-Cookie", g_ptr_array_index(session->headers, i + 1));
    }
    if (exeat_sign_in_enrolled(visit->office->accounts, visit->account->address, visit->now, &device, NULL))
        exeat_sign_in_remember(reply, device);
    exeat_secret_free(device);
    return reply;
}
