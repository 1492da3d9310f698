/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "office/pages/visit.h"

#include "quarantine/secret.h"

static bool
visit_find_session(ExeatVisit *visit, GError **error)
{
    visit->token = exeat_fields_get(visit->request->cookies, "session");
    if (!exeat_sessions_find(visit->office->accounts, visit->token, visit->now, &visit->session, error))
        return false;
    if (visit->session == NULL) {
        visit->token = NULL;
        return true;
    }
    visit->csrf = exeat_session_csrf(visit->token);
    return visit->session->kind == EXEAT_SESSION_SENDER ||
           exeat_accounts_find(visit->office->accounts, visit->session->address, &visit->account, error);
}

static void
visit_choose_language(ExeatVisit *visit)
{
    const char *chosen = exeat_fields_get(visit->request->cookies, "language");

    if (chosen != NULL)
        visit->language = exeat_language_from_code(chosen);
    else if (visit->account != NULL)
        visit->language = exeat_language_from_code(visit->account->language);
    else
        visit->language = exeat_language_accepted(visit->request->languages);
}

ExeatVisit *
exeat_visit_new(const ExeatHttpRequest *request, ExeatOffice *office, GError **error)
{
    ExeatVisit *visit = g_new0(ExeatVisit, 1);
    bool staff;

    visit->request = request;
    visit->office = office;
    visit->desk = exeat_office_desk(office);
    visit->now = g_get_real_time() / G_USEC_PER_SEC;
    if (!visit_find_session(visit, error))
        g_clear_pointer(&visit->session, exeat_session_free);
    staff = visit->session != NULL && visit->session->kind == EXEAT_SESSION_STAFF && visit->account != NULL;
    visit->rights = exeat_rights_of(visit->desk->settings->config, staff ? visit->account->address : "");
    visit_choose_language(visit);
    return visit;
}

void
exeat_visit_free(ExeatVisit *visit)
{
    if (visit == NULL)
        return;
    exeat_desk_unref(visit->desk);
    exeat_session_free(visit->session);
    exeat_account_free(visit->account);
    exeat_rights_free(visit->rights);
    exeat_secret_free(visit->csrf);
    g_free(visit->letter);
    g_free(visit);
}

bool
exeat_visit_is_signed_in(const ExeatVisit *visit)
{
    return visit->session != NULL &&
           (visit->session->kind == EXEAT_SESSION_SENDER || visit->session->kind == EXEAT_SESSION_STAFF);
}

const ExeatFields *
exeat_visit_fields(const ExeatVisit *visit)
{
    return visit->request->is_post ? visit->request->form : visit->request->query;
}

char *
exeat_visit_say_count(const ExeatVisit *visit, const char *one, const char *many, gulong count)
{
    g_autofree char *number = g_strdup_printf("%lu", count);

    return exeat_words_fill(exeat_words_count(visit->language, one, many, count), "count", number, NULL);
}

char *
exeat_visit_time(const ExeatVisit *visit, gint64 at)
{
    return exeat_clock_text(exeat_quarantine_clock(visit->desk->quarantine), at, exeat_language_code(visit->language));
}

char *
exeat_visit_short_time(const ExeatVisit *visit, gint64 at)
{
    g_autoptr(GDateTime) now = g_date_time_new_from_unix_utc(visit->now);
    g_autofree char *full = exeat_visit_time(visit, at), *year = g_strdup_printf(" %d,", g_date_time_get_year(now));
    g_auto(GStrv) around = g_strsplit(full, year, 2);

    return g_strjoinv(",", around);
}

ExeatActor
exeat_visit_actor(const ExeatVisit *visit, const char *role)
{
    return (ExeatActor){.role = exeat_rights_acting_as(visit->rights, role), .address = visit->rights->address};
}
