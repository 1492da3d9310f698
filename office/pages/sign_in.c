/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Signing in with an account: the password on one page, the code on the next. Nobody learns whether an address has an
 * account.
 */
#include "office/pages/sign_in.h"

#include <string.h>

#include "accounts/sign_in.h"
#include "base/log.h"
#include "office/pages/pages.h"
#include "quarantine/secret.h"

const char *
exeat_sign_in_back(const ExeatFields *fields, const char *otherwise)
{
    const char *back = exeat_fields_get(fields, "back");

    return exeat_http_is_local(back) ? back : otherwise;
}

char *
exeat_sign_in_say_wait(const ExeatVisit *visit, gint64 seconds)
{
    return seconds <= 60
               ? exeat_visit_say_count(visit, "There were too many tries. Please wait one second.",
                                       "There were too many tries. Please wait {count} seconds.", (gulong)seconds)
               : exeat_visit_say_count(visit, "There were too many tries. Please wait one minute.",
                                       "There were too many tries. Please wait {count} minutes.",
                                       (gulong)((seconds + 59) / 60));
}

void
exeat_sign_in_remember(ExeatHttpReply *reply, const char *device)
{
    if (device != NULL)
        exeat_http_reply_cookie(reply, "device", device, EXEAT_DEVICE_SECONDS);
}

ExeatHttpReply *
exeat_sign_in_go_on(const ExeatVisit *visit, ExeatSessionKind kind, const char *address, const char *path)
{
    ExeatSessionStart start = {.kind = kind,
                               .address = address,
                               .client = visit->request->client,
                               .idle = visit->desk->office->idle,
                               .longest = visit->desk->office->session,
                               .now = visit->now};
    g_autoptr(GError) error = NULL;
    char *token = NULL;
    ExeatHttpReply *reply;

    if (!exeat_sessions_rotate(visit->office->accounts, visit->token, &start, &token, &error))
        return exeat_page_fault(visit, error);
    reply = exeat_http_reply_see(path);
    exeat_http_reply_cookie(reply, "session", token, visit->desk->office->session);
    exeat_secret_free(token);
    return reply;
}

static ExeatHttpReply *
sign_in_page(const ExeatVisit *visit, guint status, const char *wrong)
{
    const ExeatFields *fields = exeat_visit_fields(visit);
    g_autoptr(ExeatPage) page = exeat_page_new(visit, say(visit, "Sign in"));
    ExeatField address = {.name = "address",
                          .label = say(visit, "School e-mail address"),
                          .type = "email",
                          .value = exeat_fields_get(fields, "address"),
                          .autocomplete = "username",
                          .limit = EXEAT_ACCOUNTS_ADDRESS_BYTES};
    ExeatField password = {.name = "password",
                           .label = say(visit, "Password for exeat"),
                           .type = "password",
                           .hint = say(visit, "This is not the password of your mailbox."),
                           .autocomplete = "current-password"};
    xmlNode *form, *box;

    if (wrong != NULL)
        exeat_tree_add_text(exeat_page_box(page->main, "error", NULL), "p", NULL, wrong);
    form = exeat_page_form(visit, page->main, "/sign-in");
    exeat_page_hidden(form, "back", exeat_sign_in_back(fields, "/"));
    exeat_page_field(form, &address);
    exeat_page_field(form, &password);
    exeat_page_button(form, NULL, NULL, NULL, say(visit, "Continue"));
    box = exeat_page_box(page->main, "notice", NULL);
    exeat_tree_add_text(box, "p", NULL, say(visit, "Was a letter of yours held, and you have no account here?"));
    exeat_page_link(exeat_tree_add(box, "p", NULL), "/mine/sign-in", say(visit, "Sign in with a code by mail"));
    return exeat_page_reply(page, status);
}

ExeatHttpReply *
exeat_page_sign_in(ExeatVisit *visit)
{
    return exeat_visit_is_signed_in(visit) && visit->account != NULL ? exeat_http_reply_see("/")
                                                                     : sign_in_page(visit, 200, NULL);
}

static void
sign_in_log(const char *event, ExeatSignInOutcome outcome)
{
    static const char *const names[] = {"ok", "wrong", "code", "enrol", "wait"};

    exeat_log(outcome == EXEAT_SIGN_IN_WRONG || outcome == EXEAT_SIGN_IN_WAIT ? EXEAT_LOG_WARNING : EXEAT_LOG_INFO,
              NULL, event, "outcome", names[outcome], NULL);
}

ExeatHttpReply *
exeat_page_do_sign_in(ExeatVisit *visit)
{
    const ExeatFields *form = visit->request->form;
    ExeatSignInRequest request = {.address = exeat_fields_get(form, "address"),
                                  .password = exeat_fields_get(form, "password"),
                                  .client = visit->request->client,
                                  .device = exeat_fields_get(visit->request->cookies, "device"),
                                  .now = visit->now};
    g_auto(ExeatSignInResult) result = {.outcome = EXEAT_SIGN_IN_WRONG};
    g_autoptr(GError) error = NULL;
    g_autofree char *back = g_uri_escape_string(exeat_sign_in_back(form, "/"), "/", false),
                    *code = g_strconcat("/sign-in/code?back=", back, NULL),
                    *enrol = g_strconcat("/enrol?back=", back, NULL), *wait = NULL;

    if (request.address == NULL || request.password == NULL)
        return sign_in_page(visit, 422, say(visit, "Please enter both your address and your password."));
    if (!exeat_sign_in(visit->office->accounts, &request, &result, &error))
        return exeat_page_fault(visit, error);
    sign_in_log("sign-in", result.outcome);
    switch (result.outcome) {
    case EXEAT_SIGN_IN_CODE:
        return exeat_sign_in_go_on(visit, EXEAT_SESSION_CODE, result.account->address, code);
    case EXEAT_SIGN_IN_ENROL:
        return exeat_sign_in_go_on(visit, EXEAT_SESSION_HALF, result.account->address, enrol);
    case EXEAT_SIGN_IN_WAIT:
        wait = exeat_sign_in_say_wait(visit, result.wait_seconds);
        return sign_in_page(visit, 429, wait);
    default:
        return sign_in_page(visit, 403, say(visit, "The address or the password is not right. Please try again."));
    }
}

static ExeatHttpReply *
sign_in_code_page(const ExeatVisit *visit, guint status, const char *wrong)
{
    const ExeatFields *fields = exeat_visit_fields(visit);
    g_autoptr(ExeatPage) page = exeat_page_new(visit, say(visit, "Your code"));
    ExeatField code = {.name = "code",
                       .label = say(visit, "Six digits from your app"),
                       .type = "text",
                       .hint = say(visit, "Or one of your recovery codes, if you do not have your phone."),
                       .wrong = wrong,
                       .autocomplete = "one-time-code",
                       .class = "short",
                       .limit = 32};
    xmlNode *form = exeat_page_form(visit, page->main, "/sign-in/code");

    exeat_page_hidden(form, "back", exeat_sign_in_back(fields, "/"));
    exeat_page_field(form, &code);
    exeat_page_button(form, NULL, NULL, NULL, say(visit, "Sign in"));
    return exeat_page_reply(page, status);
}

ExeatHttpReply *
exeat_page_sign_in_code(ExeatVisit *visit)
{
    return sign_in_code_page(visit, 200, NULL);
}

/* Who owns the account hears of a browser that was not known. */
static void
sign_in_tell_owner(const ExeatVisit *visit)
{
    g_autoptr(GError) error = NULL;

    if (!exeat_quarantine_mail_account(visit->desk->quarantine, visit->account->address, visit->account->language,
                                       EXEAT_ACCOUNT_DEVICE, visit->now, &error))
        exeat_log(EXEAT_LOG_WARNING, NULL, "account-mail-fault", "reason", error->message, NULL);
    exeat_office_wake(visit->office, 0);
}

ExeatHttpReply *
exeat_page_do_sign_in_code(ExeatVisit *visit)
{
    ExeatSignInRequest request = {.address = visit->account->address,
                                  .code = exeat_fields_get(visit->request->form, "code"),
                                  .client = visit->request->client,
                                  .device = exeat_fields_get(visit->request->cookies, "device"),
                                  .now = visit->now};
    g_auto(ExeatSignInResult) result = {.outcome = EXEAT_SIGN_IN_WRONG};
    g_autoptr(GError) error = NULL;
    g_autofree char *wait = NULL;
    ExeatHttpReply *reply;

    if (request.code == NULL || *request.code == '\0')
        return sign_in_code_page(visit, 422, say(visit, "Please enter the code."));
    if (!exeat_sign_in_code(visit->office->accounts, &request, &result, &error))
        return exeat_page_fault(visit, error);
    sign_in_log("sign-in-code", result.outcome);
    switch (result.outcome) {
    case EXEAT_SIGN_IN_OK:
        reply = exeat_sign_in_go_on(visit, EXEAT_SESSION_STAFF, visit->account->address,
                                    exeat_sign_in_back(visit->request->form, "/"));
        exeat_sign_in_remember(reply, result.device);
        if (result.device != NULL)
            sign_in_tell_owner(visit);
        return reply;
    case EXEAT_SIGN_IN_ENROL:
        return exeat_sign_in_go_on(visit, EXEAT_SESSION_HALF, visit->account->address, "/enrol");
    case EXEAT_SIGN_IN_WAIT:
        wait = exeat_sign_in_say_wait(visit, result.wait_seconds);
        return sign_in_code_page(visit, 429, wait);
    default:
        return sign_in_code_page(visit, 403,
                                 say(visit, "That is not the code. Each code works once, for half a minute."));
    }
}

ExeatHttpReply *
exeat_page_do_sign_out(ExeatVisit *visit)
{
    g_autoptr(GError) error = NULL;
    ExeatHttpReply *reply;

    if (visit->token != NULL && !exeat_sessions_end(visit->office->accounts, visit->token, &error))
        return exeat_page_fault(visit, error);
    reply = exeat_http_reply_see("/sign-in");
    exeat_http_reply_cookie(reply, "session", "", 0);
    return reply;
}
