/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One's own account: password, recovery codes, absence, and where one is signed in. */
#include <string.h>

#include "accounts/second_factor.h"
#include "accounts/sign_in.h"
#include "base/log.h"
#include "office/pages/pages.h"
#include "office/pages/sign_in.h"
#include "quarantine/secret.h"

static const char *
me_say_fault(const ExeatVisit *visit, ExeatPasswordFault fault)
{
    switch (fault) {
    case EXEAT_PASSWORD_SHORT:
        return say(visit,
                   "Please use at least twelve characters. Three or four words that nobody would guess do well.");
    case EXEAT_PASSWORD_LONG:
        return say(visit, "That is too long for a password.");
    case EXEAT_PASSWORD_STRANGE:
        return say(visit, "There are characters in it that cannot be typed everywhere.");
    case EXEAT_PASSWORD_ADDRESS:
        return say(visit, "Please choose one that is not your own address.");
    case EXEAT_PASSWORD_COMMON:
        return say(visit, "That is one of the first that others would try. Please choose another.");
    case EXEAT_PASSWORD_SAME:
        return say(visit, "Please choose one that you have not used before.");
    case EXEAT_PASSWORD_FINE:
        break;
    }
    return NULL;
}

static void
me_write_password(const ExeatVisit *visit, xmlNode *parent, const char *wrong_old, const char *wrong_new)
{
    xmlNode *form = exeat_page_form(visit, parent, "/me/password");
    ExeatField old = {.name = "old",
                      .label = say(visit, "The password that you have now"),
                      .type = "password",
                      .wrong = wrong_old,
                      .autocomplete = "current-password"};
    ExeatField new = {.name = "new",
                      .label = say(visit, "New password"),
                      .type = "password",
                      .hint = say(visit, "At least twelve characters."),
                      .wrong = wrong_new,
                      .autocomplete = "new-password"};

    exeat_tree_add_text(form, "h2", NULL, say(visit, "Password"));
    exeat_page_hidden(form, "username", visit->account->address);
    exeat_page_hidden(form, "back", exeat_sign_in_back(exeat_visit_fields(visit), "/me?done=password"));
    exeat_page_field(form, &old);
    exeat_page_field(form, &new);
    exeat_page_button(form, NULL, NULL, NULL, say(visit, "Change the password"));
}

static void
me_write_away(const ExeatVisit *visit, xmlNode *parent)
{
    xmlNode *form = exeat_page_form(visit, parent, "/me/away");
    bool away = visit->account->away_until > visit->now;
    ExeatField until = {.name = "until",
                        .label = say(visit, "Away until the evening of"),
                        .type = "date",
                        .hint = say(visit, "Your deputies decide while you are away."),
                        .class = "short"};

    exeat_tree_add_text(form, "h2", NULL, say(visit, "Absence"));
    if (away) {
        g_autofree char *when = exeat_visit_time(visit, visit->account->away_until),
                        *said = exeat_words_fill(say(visit, "You are away until {when}."), "when", when, NULL);

        exeat_tree_add_text(form, "p", NULL, said);
        exeat_page_button(form, NULL, "back", "yes", say(visit, "I am back"));
        return;
    }
    exeat_page_field(form, &until);
    exeat_page_button(form, "second", NULL, NULL, say(visit, "I am away"));
}

static void
me_write_sessions(const ExeatVisit *visit, xmlNode *parent)
{
    g_autoptr(GPtrArray) sessions = NULL;
    xmlNode *list, *form;

    if (!exeat_sessions_list(visit->office->accounts, visit->account->address, visit->now, &sessions, NULL))
        return;
    exeat_tree_add_text(parent, "h2", NULL, say(visit, "Where you are signed in"));
    list = exeat_tree_add(parent, "ul", NULL);
    for (guint i = 0; i < sessions->len; i++) {
        const ExeatSession *session = g_ptr_array_index(sessions, i);
        g_autofree char *when = exeat_visit_time(visit, session->started_at),
                        *said = exeat_words_fill(say(visit, "from {client}, since {when}"), "client", session->client,
                                                 "when", when, NULL);

        exeat_tree_add_text(list, "li", NULL, said);
    }
    form = exeat_page_form(visit, parent, "/me/sessions");
    exeat_page_button(form, "second", NULL, NULL, say(visit, "Sign out everywhere"));
}

static void
me_write_recovery(const ExeatVisit *visit, xmlNode *parent)
{
    g_autofree char *left = exeat_visit_say_count(visit, "One recovery code is left.",
                                                  "{count} recovery codes are left.", visit->account->recovery_left);
    xmlNode *form = exeat_page_form(visit, parent, "/me/recovery");
    ExeatField password = {.name = "password",
                           .label = say(visit, "Your password"),
                           .type = "password",
                           .autocomplete = "current-password"};

    exeat_tree_add_text(form, "h2", NULL, say(visit, "Recovery codes"));
    exeat_tree_add_text(form, "p", NULL, left);
    exeat_page_field(form, &password);
    exeat_page_button(form, "second", NULL, NULL, say(visit, "Make new recovery codes"));
}

static void
me_write_phone(const ExeatVisit *visit, xmlNode *parent)
{
    xmlNode *form = exeat_page_form(visit, parent, "/me/phone");
    ExeatField password = {.name = "phone-password",
                           .label = say(visit, "Your password"),
                           .type = "password",
                           .autocomplete = "current-password"};

    exeat_tree_add_text(form, "h2", NULL, say(visit, "A new phone"));
    exeat_tree_add_text(form, "p", NULL, say(visit, "The codes on the old phone then stop working."));
    exeat_page_field(form, &password);
    exeat_page_button(form, "second", NULL, NULL, say(visit, "Set up a new phone"));
}

static ExeatHttpReply *
me_page(const ExeatVisit *visit, guint status, const char *wrong_old, const char *wrong_new)
{
    g_autoptr(ExeatPage) page = exeat_page_new(visit, say(visit, "My account"));
    bool done = exeat_fields_get(visit->request->query, "done") != NULL;

    if (done)
        exeat_tree_add_text(exeat_page_box(page->main, "done", NULL), "p", NULL, say(visit, "That is done."));
    exeat_tree_add_text(page->main, "p", NULL, visit->account->address);
    if (visit->account->must_change) {
        exeat_tree_add_text(exeat_page_box(page->main, "notice", NULL), "p", NULL,
                            say(visit, "Whoever gave you your password knows it too. Please choose one of your own."));
        me_write_password(visit, page->main, wrong_old, wrong_new);
        return exeat_page_reply(page, status);
    }
    if (exeat_rights_has(visit->rights, EXEAT_RIGHT_DECIDE))
        me_write_away(visit, page->main);
    me_write_password(visit, page->main, wrong_old, wrong_new);
    me_write_recovery(visit, page->main);
    me_write_phone(visit, page->main);
    me_write_sessions(visit, page->main);
    return exeat_page_reply(page, status);
}

ExeatHttpReply *
exeat_page_me(ExeatVisit *visit)
{
    return me_page(visit, 200, NULL, NULL);
}

/* Whether @password is theirs. NULL if it is; else what to answer. */
static ExeatHttpReply *
me_ask_password(ExeatVisit *visit, const char *password)
{
    ExeatSignInRequest request = {.address = visit->account->address,
                                  .password = password,
                                  .client = visit->request->client,
                                  .device = exeat_fields_get(visit->request->cookies, "device"),
                                  .now = visit->now};
    g_auto(ExeatSignInResult) result = {.outcome = EXEAT_SIGN_IN_WRONG};
    g_autoptr(GError) error = NULL;
    g_autofree char *wait = NULL;

    if (password == NULL)
        return me_page(visit, 422, say(visit, "Please enter your password."), NULL);
    if (!exeat_sign_in(visit->office->accounts, &request, &result, &error))
        return exeat_page_fault(visit, error);
    if (result.outcome == EXEAT_SIGN_IN_CODE)
        return NULL;
    if (result.outcome == EXEAT_SIGN_IN_WAIT)
        wait = exeat_sign_in_say_wait(visit, result.wait_seconds);
    return me_page(visit, 403, wait != NULL ? wait : say(visit, "That is not your password."), NULL);
}

/* It is done already, so that a trail that cannot be written to is the log's matter. */
static void
me_write_down(const ExeatVisit *visit, const char *event)
{
    ExeatActor actor = exeat_visit_actor(visit, NULL);
    g_autoptr(GError) error = NULL;

    if (!exeat_quarantine_note_account(visit->desk->quarantine, event, &actor, visit->account->address, visit->now,
                                       &error))
        exeat_log(EXEAT_LOG_ERROR, NULL, "account-event-unwritten", "reason", error->message, NULL);
}

ExeatHttpReply *
exeat_page_do_password(ExeatVisit *visit)
{
    const char *new = exeat_fields_get(visit->request->form, "new");
    ExeatPasswordFault fault = EXEAT_PASSWORD_FINE;
    g_autoptr(GError) error = NULL;
    ExeatHttpReply *refused = me_ask_password(visit, exeat_fields_get(visit->request->form, "old"));

    if (refused != NULL)
        return refused;
    if (!exeat_accounts_set_password(visit->office->accounts, visit->account->address, new != NULL ? new : "", &fault,
                                     &error))
        return exeat_page_fault(visit, error);
    if (fault != EXEAT_PASSWORD_FINE)
        return me_page(visit, 422, NULL, me_say_fault(visit, fault));
    me_write_down(visit, "account-password");
    (void)exeat_quarantine_mail_account(visit->desk->quarantine, visit->account->address,
                                        exeat_language_code(visit->language), EXEAT_ACCOUNT_PASSWORD, visit->now, NULL);
    exeat_office_wake(visit->office, 0);
    return exeat_sign_in_go_on(visit, EXEAT_SESSION_STAFF, visit->account->address,
                               exeat_sign_in_back(visit->request->form, "/me?done=password"));
}

/* The evening of a day, in the school's zone. */
static bool
me_read_day(const ExeatVisit *visit, const char *text, gint64 *out_at)
{
    const ExeatHoursSettings *hours = exeat_config_block(visit->desk->settings->config, "hours");
    g_autoptr(GTimeZone) zone = g_time_zone_new_identifier(hours->zone);
    g_autofree char *full = g_strconcat(text != NULL ? text : "", "T23:59:59", NULL);
    g_autoptr(GDateTime) time = zone != NULL ? g_date_time_new_from_iso8601(full, zone) : NULL;

    if (time == NULL)
        return false;
    *out_at = g_date_time_to_unix(time);
    return *out_at > visit->now && *out_at < visit->now + (gint64)366 * 24 * 3600;
}

ExeatHttpReply *
exeat_page_do_away(ExeatVisit *visit)
{
    bool back = exeat_fields_get(visit->request->form, "back") != NULL;
    g_autoptr(GError) error = NULL;
    gint64 until = 0;

    if (!back && !me_read_day(visit, exeat_fields_get(visit->request->form, "until"), &until))
        return exeat_page_say(visit, 422, say(visit, "Nothing was changed"),
                              say(visit, "Please enter a day within the next year, like 2026-12-18."));
    if (!exeat_accounts_set_away(visit->office->accounts, visit->account->address, until, &error))
        return exeat_page_fault(visit, error);
    me_write_down(visit, back ? "account-back" : "account-away");
    return exeat_http_reply_see("/me?done=away");
}

ExeatHttpReply *
exeat_page_do_recovery(ExeatVisit *visit)
{
    ExeatHttpReply *refused = me_ask_password(visit, exeat_fields_get(visit->request->form, "password"));
    g_autoptr(ExeatPage) page = NULL;
    g_autoptr(GPtrArray) codes = NULL;
    g_autoptr(GError) error = NULL;
    xmlNode *list;

    if (refused != NULL)
        return refused;
    if (!exeat_accounts_new_recovery(visit->office->accounts, visit->account->address, &codes, &error))
        return exeat_page_fault(visit, error);
    me_write_down(visit, "account-recovery");
    page = exeat_page_new(visit, say(visit, "Keep these recovery codes"));
    exeat_tree_add_text(page->main, "p", NULL, say(visit, "The old codes no longer work. These are not shown again."));
    list = exeat_tree_add(page->main, "ul", NULL);
    for (guint i = 0; i < codes->len; i++)
        exeat_tree_add_text(exeat_tree_add(list, "li", NULL), "span", "code", g_ptr_array_index(codes, i));
    exeat_page_link(exeat_tree_add(page->main, "p", NULL), "/me", say(visit, "I have kept them"));
    return exeat_page_reply(page, 200);
}

static ExeatHttpReply *
me_phone_page(const ExeatVisit *visit, guint status, const char *secret, const char *uri, const char *wrong)
{
    g_autoptr(ExeatPage) page = exeat_page_new(visit, say(visit, "A new phone"));

    exeat_enrol_write_secret(visit, secret, uri, "/me/phone/code", wrong, page->main);
    return exeat_page_reply(page, status);
}

ExeatHttpReply *
exeat_page_do_phone(ExeatVisit *visit)
{
    ExeatHttpReply *reply = me_ask_password(visit, exeat_fields_get(visit->request->form, "phone-password"));
    g_autoptr(GError) error = NULL;
    char *secret = NULL, *uri = NULL;

    if (reply != NULL)
        return reply;
    if (!exeat_accounts_totp_begin(visit->office->accounts, visit->account->address, exeat_enrol_issuer(visit), true,
                                   visit->now, &secret, &uri, &error))
        return exeat_page_fault(visit, error);
    reply = me_phone_page(visit, 200, secret, uri, NULL);
    exeat_secret_free(secret);
    exeat_secret_free(uri);
    return reply;
}

static ExeatHttpReply *
me_phone_done(const ExeatVisit *visit)
{
    me_write_down(visit, "account-phone");
    return exeat_sign_in_go_on(visit, EXEAT_SESSION_STAFF, visit->account->address, "/me?done=phone");
}

ExeatHttpReply *
exeat_page_do_phone_code(ExeatVisit *visit)
{
    const char *code = exeat_fields_get(visit->request->form, "code");
    g_autoptr(GError) error = NULL;
    char *secret = NULL, *uri = NULL;
    bool right = false;
    ExeatHttpReply *reply;

    if (!exeat_accounts_totp_pending(visit->office->accounts, visit->account->address, exeat_enrol_issuer(visit),
                                     visit->now, &secret, &uri, &error))
        return exeat_page_fault(visit, error);
    if (secret == NULL)
        return exeat_http_reply_see("/me");
    if (!exeat_accounts_totp_confirm(visit->office->accounts, visit->account->address, code != NULL ? code : "",
                                     visit->now, &right, &error))
        reply = exeat_page_fault(visit, error);
    else if (right)
        reply = me_phone_done(visit);
    else
        reply = me_phone_page(visit, 403, secret, uri,
                              say(visit, "That is not the code. Is the clock on your phone right?"));
    exeat_secret_free(secret);
    exeat_secret_free(uri);
    return reply;
}

ExeatHttpReply *
exeat_page_do_end_sessions(ExeatVisit *visit)
{
    g_autoptr(GError) error = NULL;
    ExeatHttpReply *reply;

    if (!exeat_sessions_end_all(visit->office->accounts, visit->account->address, &error))
        return exeat_page_fault(visit, error);
    reply = exeat_http_reply_see("/sign-in");
    exeat_http_reply_cookie(reply, "session", "", 0);
    return reply;
}
