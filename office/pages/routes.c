/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "office/pages/routes.h"

#include <gio/gio.h>
#include <string.h>

#include "base/log.h"
#include "office/pages/page.h"
#include "office/pages/pages.h"

typedef enum RouteNeed {
    NEEDS_NOBODY, /* anybody may ask */
    NEEDS_CODE,   /* the password was right, a code is awaited */
    NEEDS_HALF,   /* the password was right, the second factor is still to be set up */
    NEEDS_SENDER, /* signed in by a code, or with an account */
    NEEDS_STAFF,  /* signed in with an account */
} RouteNeed;

typedef struct Route {
    const char *path; /* a star stands for a letter's id */
    bool is_post;
    RouteNeed need;
    guint rights; /* any of these; 0: none is needed */
    ExeatPageFunction page;
} Route;

static const Route routes[] = {
    {"/", false, NEEDS_NOBODY, 0, exeat_page_first},
    {"/language", true, NEEDS_NOBODY, 0, exeat_page_language},
    {"/sign-in", false, NEEDS_NOBODY, 0, exeat_page_sign_in},
    {"/sign-in", true, NEEDS_NOBODY, 0, exeat_page_do_sign_in},
    {"/sign-in/code", false, NEEDS_CODE, 0, exeat_page_sign_in_code},
    {"/sign-in/code", true, NEEDS_CODE, 0, exeat_page_do_sign_in_code},
    {"/sign-out", true, NEEDS_NOBODY, 0, exeat_page_do_sign_out},
    {"/enrol", false, NEEDS_HALF, 0, exeat_page_enrol},
    {"/enrol", true, NEEDS_HALF, 0, exeat_page_do_enrol},
    {"/waiting", false, NEEDS_STAFF, EXEAT_RIGHT_LIST, exeat_page_waiting},
    {"/waiting/decide", false, NEEDS_STAFF, EXEAT_RIGHT_DECIDE, exeat_page_bulk},
    {"/waiting/decide", true, NEEDS_STAFF, EXEAT_RIGHT_DECIDE, exeat_page_do_bulk},
    {"/decided", false, NEEDS_STAFF, EXEAT_RIGHT_LIST, exeat_page_decided},
    {"/flagged", false, NEEDS_STAFF, EXEAT_RIGHT_FLAGGED, exeat_page_flagged},
    {"/letter/*", false, NEEDS_STAFF, 0, exeat_page_letter},
    {"/letter/*/open", true, NEEDS_STAFF, 0, exeat_page_do_open},
    {"/letter/*/agree", true, NEEDS_STAFF, EXEAT_RIGHT_READ, exeat_page_do_agree},
    {"/letter/*/release", true, NEEDS_STAFF, EXEAT_RIGHT_DECIDE, exeat_page_do_release},
    {"/letter/*/return", true, NEEDS_STAFF, EXEAT_RIGHT_DECIDE, exeat_page_do_return},
    {"/letter/*/undo", true, NEEDS_STAFF, EXEAT_RIGHT_DECIDE, exeat_page_do_undo},
    {"/letter/*/keep", true, NEEDS_STAFF, EXEAT_RIGHT_DECIDE | EXEAT_RIGHT_AUDIT, exeat_page_do_keep},
    {"/letter/*/consult", true, NEEDS_STAFF, EXEAT_RIGHT_READ, exeat_page_do_consult},
    {"/letter/*/answer", true, NEEDS_STAFF, 0, exeat_page_do_answer},
    {"/mine", false, NEEDS_SENDER, 0, exeat_page_mine},
    {"/mine/sign-in", false, NEEDS_NOBODY, 0, exeat_page_code},
    {"/mine/sign-in", true, NEEDS_NOBODY, 0, exeat_page_do_code},
    {"/mine/*", false, NEEDS_SENDER, 0, exeat_page_mine_letter},
    {"/mine/*/withdraw", true, NEEDS_SENDER, 0, exeat_page_do_withdraw},
    {"/mine/*/fix", true, NEEDS_SENDER, 0, exeat_page_do_fix},
    {"/mine/*/ask", true, NEEDS_SENDER, 0, exeat_page_do_ask},
    {"/audit", false, NEEDS_STAFF, EXEAT_RIGHT_AUDIT, exeat_page_audit},
    {"/audit.csv", false, NEEDS_STAFF, EXEAT_RIGHT_AUDIT, exeat_page_audit_csv},
    {"/me", false, NEEDS_STAFF, 0, exeat_page_me},
    {"/me/password", true, NEEDS_STAFF, 0, exeat_page_do_password},
    {"/me/away", true, NEEDS_STAFF, 0, exeat_page_do_away},
    {"/me/recovery", true, NEEDS_STAFF, 0, exeat_page_do_recovery},
    {"/me/phone", true, NEEDS_STAFF, 0, exeat_page_do_phone},
    {"/me/phone/code", true, NEEDS_STAFF, 0, exeat_page_do_phone_code},
    {"/me/sessions", true, NEEDS_STAFF, 0, exeat_page_do_end_sessions},
    {"/health", false, NEEDS_STAFF, EXEAT_RIGHT_HEALTH, exeat_page_health},
};

/* True if @path is that of @pattern; *out_star is what the star stands for. (transfer full) */
static bool
route_matches(const char *pattern, const char *path, char **out_star)
{
    const char *star = strchr(pattern, '*'), *rest;
    gsize length;

    if (star == NULL)
        return strcmp(pattern, path) == 0;
    length = (gsize)(star - pattern);
    if (strncmp(pattern, path, length) != 0)
        return false;
    rest = path + length + strcspn(path + length, "/");
    if (rest == path + length || strcmp(rest, star + 1) != 0)
        return false;
    *out_star = g_strndup(path + length, (gsize)(rest - path) - length);
    return true;
}

static const Route *
route_find(const ExeatHttpRequest *request, char **out_star, bool *out_known)
{
    *out_known = false;
    for (gsize i = 0; i < G_N_ELEMENTS(routes); i++) {
        g_autofree char *star = NULL;

        if (!route_matches(routes[i].path, request->path, &star))
            continue;
        *out_known = true;
        if (routes[i].is_post != request->is_post)
            continue;
        *out_star = g_steal_pointer(&star);
        return &routes[i];
    }
    return NULL;
}

static ExeatHttpReply *
routes_static(const ExeatHttpRequest *request)
{
    bool sheet = strcmp(request->path, exeat_page_style_path()) == 0, icon = strcmp(request->path, "/icon.svg") == 0;
    ExeatHttpReply *reply;

    if (strcmp(request->path, "/robots.txt") == 0) {
        static const char words[] = "User-agent: *\nDisallow: /\n";

        return exeat_http_reply_new(200, "text/plain; charset=utf-8", g_bytes_new_static(words, sizeof words - 1));
    }
    if (!sheet && !icon)
        return NULL;
    reply = exeat_http_reply_new(
        200, sheet ? "text/css; charset=utf-8" : "image/svg+xml",
        g_resources_lookup_data(sheet ? "/exeat/style.css" : "/exeat/icon.svg", G_RESOURCE_LOOKUP_FLAGS_NONE, NULL));
    reply->may_be_kept = true;
    return reply;
}

static ExeatHttpReply *
routes_stale(const ExeatVisit *visit)
{
    g_autoptr(ExeatPage) page = exeat_page_new(visit, say(visit, "Please sign in again"));

    exeat_tree_add_text(page->main, "p", NULL,
                        say(visit,
                            "Nothing was changed. This page was open for too long, or it belongs to somebody who "
                            "has signed out since."));
    exeat_page_write_typed(visit, page->main);
    exeat_page_link(exeat_tree_add(page->main, "p", NULL), "/sign-in", say(visit, "Sign in"));
    return exeat_page_reply(page, 403);
}

static ExeatHttpReply *
routes_to_sign_in(const ExeatVisit *visit, const Route *route)
{
    g_autofree char *back = g_uri_escape_string(visit->request->path, "/", false);
    g_autofree char *where = g_strconcat(route->need == NEEDS_SENDER ? "/mine/sign-in?back=" : "/sign-in?back=", back,
                                         NULL);

    return visit->request->is_post ? routes_stale(visit) : exeat_http_reply_see(where);
}

static bool
routes_is_signed_in(const ExeatVisit *visit, RouteNeed need)
{
    switch (need) {
    case NEEDS_NOBODY:
        return true;
    case NEEDS_CODE:
        return visit->session != NULL && visit->session->kind == EXEAT_SESSION_CODE && visit->account != NULL;
    case NEEDS_HALF:
        return visit->session != NULL && visit->session->kind == EXEAT_SESSION_HALF && visit->account != NULL;
    case NEEDS_SENDER:
        return exeat_visit_is_signed_in(visit);
    case NEEDS_STAFF:
        break;
    }
    return visit->session != NULL && visit->session->kind == EXEAT_SESSION_STAFF && visit->account != NULL;
}

/* A form acts only with the token of the session that it was made for; without a session, only from a page of ours. */
static bool
routes_may_act(const ExeatVisit *visit)
{
    const char *token = exeat_fields_get(visit->request->form, "csrf");

    if (visit->session == NULL)
        return visit->request->says_origin;
    return exeat_session_csrf_is(visit->token, token);
}

/* A password of one's own comes before anything else; then where they wanted to go. */
static ExeatHttpReply *
routes_to_password(const ExeatVisit *visit)
{
    g_autofree char *back = g_uri_escape_string(visit->request->is_post ? "/" : visit->request->path, "/", false);
    g_autofree char *where = g_strconcat("/me?back=", back, NULL);

    return exeat_http_reply_see(where);
}

static ExeatHttpReply *
routes_answer(ExeatVisit *visit, const Route *route, const char *star)
{
    if (!routes_is_signed_in(visit, route->need))
        return routes_to_sign_in(visit, route);
    if (route->is_post && !routes_may_act(visit)) {
        exeat_log(EXEAT_LOG_WARNING, NULL, "form-refused", "route", route->path, NULL);
        return routes_stale(visit);
    }
    if (visit->account != NULL && visit->account->must_change &&
        (route->need == NEEDS_STAFF || route->need == NEEDS_SENDER) && !g_str_has_prefix(route->path, "/me"))
        return routes_to_password(visit);
    if (route->rights != 0 && (visit->rights->bits & route->rights) == 0)
        return exeat_page_not_found(visit);
    if (star != NULL && (visit->letter = exeat_held_parse_id(star)) == NULL)
        return exeat_page_not_found(visit);
    return route->page(visit);
}

static ExeatHttpReply *
routes_wrong_method(const ExeatVisit *visit)
{
    ExeatHttpReply *reply = exeat_page_say(visit, 405, say(visit, "That page does not open like this"),
                                           say(visit, "Please use the buttons on the page."));

    exeat_http_reply_header(reply, "Allow", visit->request->is_post ? "GET, HEAD" : "POST");
    return reply;
}

ExeatHttpReply *
exeat_routes_handle(const ExeatHttpRequest *request, gpointer data)
{
    ExeatHttpReply *reply = routes_static(request);
    g_autoptr(ExeatVisit) visit = NULL;
    g_autoptr(GError) error = NULL;
    g_autofree char *star = NULL;
    const Route *route;
    bool known = false;

    if (reply != NULL)
        return reply;
    visit = exeat_visit_new(request, data, &error);
    if (error != NULL)
        return exeat_page_fault(visit, error);
    route = route_find(request, &star, &known);
    if (route != NULL)
        return routes_answer(visit, route, star);
    return known ? routes_wrong_method(visit) : exeat_page_not_found(visit);
}

typedef struct RefuseWords {
    guint status;
    const char *title, *sentence;
} RefuseWords;

static const RefuseWords refusals[] = {
    {403, EXEAT_WORDS("That came from another site"),
     EXEAT_WORDS("Nothing was changed. Please open this page again and use its own buttons.")},
    {413, EXEAT_WORDS("That was too long"),
     EXEAT_WORDS("Nothing was changed. A form can hold about thirty pages of text; please go back and shorten it.")},
    {0, EXEAT_WORDS("That could not be understood"),
     EXEAT_WORDS(
         "Nothing was changed. Please go back and try again; if you followed a link, part of it may be missing.")},
};

ExeatHttpReply *
exeat_routes_refuse(guint status, const char *languages, gpointer data)
{
    g_autoptr(ExeatFields) none = exeat_fields_new();
    ExeatHttpRequest request = {.is_post = true,
                                .path = (char[]){"/"},
                                .query = none,
                                .form = none,
                                .cookies = none,
                                .client = (char[]){""},
                                .languages = (char *)(guintptr)languages};
    g_autoptr(ExeatVisit) visit = exeat_visit_new(&request, data, NULL);
    const RefuseWords *words = refusals;

    while (words->status != 0 && words->status != status)
        words++;
    return exeat_page_say(visit, status, say(visit, words->title), say(visit, words->sentence));
}
