/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The audit trail: who held, opened and decided on what, when and why. The page says whether the chain is whole; what
 * it shows can be printed, and taken along as CSV.
 */
#include <string.h>

#include "office/pages/page.h"
#include "office/pages/pages.h"
#include "office/pages/trail.h"
#include "quarantine/audit.h"

#define AUDIT_PAGE 50
#define AUDIT_CSV_MOST 10000

typedef struct AuditView {
    ExeatAuditFilter filter;
    char *letter; /* owned */
    const char *typed, *event, *from, *to;
    bool all; /* the mails that exeat sent too */
} AuditView;

static void
audit_view_clear(AuditView *view)
{
    g_free(view->letter);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(AuditView, audit_view_clear)

static const char *const events[] = {"held",
                                     "opened",
                                     "viewed",
                                     "release-decided",
                                     "return-decided",
                                     "decision-undone",
                                     "released",
                                     "returned",
                                     "release-failed",
                                     "expired",
                                     "withdrawn",
                                     "put-right-by-sender",
                                     "asked",
                                     "opening-asked",
                                     "opening-agreed",
                                     "consulted",
                                     "answered",
                                     "kept",
                                     "unkept",
                                     "flagged",
                                     "reminded",
                                     "digest",
                                     "digest-overdue",
                                     "account-added",
                                     "account-password",
                                     "account-codes-reset",
                                     "account-recovery",
                                     "account-phone",
                                     "account-disabled",
                                     "account-enabled",
                                     "account-removed",
                                     "account-away",
                                     "account-back",
                                     "purged"};

/* The beginning of a day of the school's zone; 0 for what is no day. */
static gint64
audit_day(const ExeatVisit *visit, const char *text, gint64 days)
{
    const ExeatHoursSettings *hours = exeat_config_block(visit->desk->settings->config, "hours");
    g_autoptr(GTimeZone) zone = g_time_zone_new_identifier(hours->zone);
    g_autofree char *full = g_strconcat(text != NULL ? text : "", "T00:00:00", NULL);
    g_autoptr(GDateTime) time = zone != NULL ? g_date_time_new_from_iso8601(full, zone) : NULL;

    return time != NULL ? g_date_time_to_unix(time) + days * 24 * 3600 : 0;
}

static void
audit_read_address(const ExeatVisit *visit, AuditView *view)
{
    const ExeatFields *query = visit->request->query;
    const char *before = exeat_fields_get(query, "before"), *event = exeat_fields_get(query, "event");
    guint64 sequence = 0;

    view->typed = exeat_fields_get(query, "letter");
    view->letter = view->typed != NULL ? exeat_held_parse_id(view->typed) : NULL;
    view->from = exeat_fields_get(query, "from");
    view->to = exeat_fields_get(query, "to");
    for (gsize i = 0; event != NULL && i < G_N_ELEMENTS(events); i++) {
        if (strcmp(events[i], event) == 0)
            view->event = events[i];
    }
    view->all = g_strcmp0(event, "all") == 0;
    view->filter.letter = view->letter;
    view->filter.event = view->event;
    view->filter.not_event = view->all || view->event != NULL || view->letter != NULL ? NULL : "notice-sent";
    view->filter.from = audit_day(visit, view->from, 0);
    view->filter.to = audit_day(visit, view->to, 1);
    if (before != NULL && g_ascii_string_to_unsigned(before, 10, 1, G_MAXINT64, &sequence, NULL))
        view->filter.before = (gint64)sequence;
}

static void
audit_write_filter(const ExeatVisit *visit, const AuditView *view, xmlNode *parent)
{
    xmlNode *details = exeat_tree_add(parent, "details", NULL), *form, *block, *select;
    ExeatField letter = {.name = "letter",
                         .label = say(visit, "Reference of a letter"),
                         .type = "text",
                         .value = view->typed,
                         .class = "short",
                         .optional = true,
                         .limit = 40};
    ExeatField from = {
        .name = "from", .label = say(visit, "Date from"), .type = "date", .value = view->from, .optional = true};
    ExeatField to = {.name = "to", .label = say(visit, "Date to"), .type = "date", .value = view->to, .optional = true};

    exeat_tree_add_text(details, "summary", NULL, say(visit, "Choose what to show"));
    form = exeat_tree_add(details, "form", "method", "get", "action", "/audit", NULL);
    exeat_page_field(form, &letter);
    exeat_page_field(form, &from);
    exeat_page_field(form, &to);
    block = exeat_tree_add(form, "div", "class", "field", NULL);
    exeat_tree_text(exeat_tree_add(block, "label", "for", "field-event", NULL), say(visit, "What was done"));
    select = exeat_tree_add(block, "select", "name", "event", "id", "field-event", NULL);
    exeat_tree_text(exeat_tree_add(select, "option", "value", "", NULL), say(visit, "Everything but notices"));
    exeat_tree_text(exeat_tree_add(select, "option", "value", "all", "selected", view->all ? "" : NULL, NULL),
                    say(visit, "Everything"));
    for (gsize i = 0; i < G_N_ELEMENTS(events); i++)
        exeat_tree_text(exeat_tree_add(select, "option", "value", events[i], "selected",
                                       view->event == events[i] ? "" : NULL, NULL),
                        exeat_trail_event(visit, events[i]));
    exeat_page_button(form, "second", NULL, NULL, say(visit, "Show"));
}

/* Earlier entries were proven earlier, and their last one still ends in the same hash; whoever wants has all of them
 * hashed again. */
static void
audit_write_earlier(const ExeatVisit *visit, const ExeatAuditReport *report, xmlNode *box)
{
    g_autofree char *rows = g_strdup_printf("%" G_GINT64_FORMAT, report->earlier),
                    *when = exeat_visit_time(visit, report->earlier_at), *said = NULL;
    xmlNode *line;

    if (report->earlier == 0)
        return;
    said = exeat_words_fill(
        say(visit, "The first {number} of them were proven before, from {when} on, and the rest now."), "number", rows,
        "when", when, NULL);
    line = exeat_tree_add_text(box, "p", "soft", said);
    exeat_tree_text(line, " ");
    exeat_page_link(line, "/audit?proof=all", say(visit, "Prove all of them again"));
}

static bool
audit_write_proof(const ExeatVisit *visit, xmlNode *parent, GError **error)
{
    bool all = g_strcmp0(exeat_fields_get(visit->request->query, "proof"), "all") == 0;
    g_autoptr(ExeatAuditReport) report = NULL;
    g_autofree char *rows = NULL, *said = NULL;
    xmlNode *box;

    if (!exeat_audit_verify_on(exeat_quarantine_store(visit->desk->quarantine), visit->desk->proof, all, visit->now,
                               &report, error))
        return false;
    rows = g_strdup_printf("%" G_GINT64_FORMAT, report->whole ? report->rows : report->broken_at);
    if (!report->whole) {
        box = exeat_page_box(parent, "error", say(visit, "The trail is broken"));
        said = exeat_words_fill(say(visit,
                                    "Entry {number} is not what was written. Somebody has changed the store by hand. "
                                    "Keep a copy of it and tell the data protection officer."),
                                "number", rows, NULL);
        exeat_tree_add_text(box, "p", NULL, said);
        return true;
    }
    box = exeat_page_box(parent, "done", NULL);
    said = exeat_words_fill(
        say(visit, "The trail is whole: all {number} entries are as they were written. It ends with {head}."), "number",
        rows, "head", report->head, NULL);
    exeat_tree_add_text(box, "p", NULL, said);
    audit_write_earlier(visit, report, box);
    return true;
}

static void
audit_write_row(const ExeatVisit *visit, const ExeatAuditRow *row, xmlNode *table)
{
    xmlNode *line = exeat_tree_add(table, "tr", NULL), *cell;
    g_autofree char *when = exeat_visit_short_time(visit, row->at), *who = exeat_trail_who(visit, row),
                    *why = exeat_quarantine_audit_detail(visit->desk->quarantine, row, "why");

    exeat_tree_add_text(line, "td", "number", when);
    exeat_tree_add_text(line, "td", NULL, exeat_trail_event(visit, row->event));
    exeat_tree_add_text(line, "td", NULL, who);
    cell = exeat_tree_add(line, "td", "class", "number", NULL);
    if (row->letter != NULL) {
        g_autofree char *address = g_strconcat("/audit?letter=", row->letter, NULL);

        exeat_page_link(cell, address, row->letter);
    }
    exeat_tree_add_text(line, "td", NULL, why != NULL ? why : "");
}

/* The same view, as another address. (transfer full) */
static char *
audit_address(const AuditView *view, const char *path, gint64 before)
{
    GString *address = g_string_new(path);
    const char *const names[] = {"letter", "event", "from", "to"};
    const char *const values[] = {view->letter, view->all ? "all" : view->event, view->from, view->to};
    char mark = '?';

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *value = values[i] != NULL ? g_uri_escape_string(values[i], NULL, false) : NULL;

        if (value == NULL || *value == '\0')
            continue;
        g_string_append_printf(address, "%c%s=%s", mark, names[i], value);
        mark = '&';
    }
    if (before > 0)
        g_string_append_printf(address, "%cbefore=%" G_GINT64_FORMAT, mark, before);
    return g_string_free(address, FALSE);
}

static void
audit_write_table(const ExeatVisit *visit, const GPtrArray *rows, xmlNode *parent)
{
    const char *const heads[] = {say(visit, "When"), say(visit, "What"), say(visit, "Who"), say(visit, "Letter"),
                                 say(visit, "Why")};
    xmlNode *scroll = exeat_tree_add(parent, "div", "class", "cells", "tabindex", "0", "role", "group", "aria-label",
                                     say(visit, "Audit trail"), NULL);
    xmlNode *table = exeat_tree_add(scroll, "table", "class", "stack", NULL), *head, *body;

    head = exeat_tree_add(exeat_tree_add(table, "thead", NULL), "tr", NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(heads); i++)
        exeat_tree_text(exeat_tree_add(head, "th", "scope", "col", NULL), heads[i]);
    body = exeat_tree_add(table, "tbody", NULL);
    for (guint i = 0; i < rows->len; i++)
        audit_write_row(visit, g_ptr_array_index(rows, i), body);
}

ExeatHttpReply *
exeat_page_audit(ExeatVisit *visit)
{
    g_autoptr(ExeatPage) page = exeat_page_new(visit, say(visit, "Audit trail"));
    g_auto(AuditView) view = {.filter = {.limit = AUDIT_PAGE}};
    g_autoptr(GPtrArray) rows = NULL;
    g_autoptr(GError) error = NULL;
    g_autofree char *csv = NULL, *older = NULL;
    xmlNode *links;

    audit_read_address(visit, &view);
    if (!audit_write_proof(visit, page->main, &error) ||
        !exeat_store_audit_latest(exeat_quarantine_store(visit->desk->quarantine), &view.filter, &rows, &error))
        return exeat_page_fault(visit, error);
    audit_write_filter(visit, &view, page->main);
    if (rows->len == 0)
        exeat_tree_add_text(page->main, "p", NULL, say(visit, "No entries match."));
    else
        audit_write_table(visit, rows, page->main);
    links = exeat_tree_add(page->main, "nav", "class", "pages", "aria-label", say(visit, "Pages of this list"), NULL);
    if (rows->len == AUDIT_PAGE) {
        older = audit_address(&view, "/audit",
                              ((const ExeatAuditRow *)g_ptr_array_index(rows, rows->len - 1))->sequence);
        exeat_page_link(links, older, say(visit, "Earlier entries"));
    }
    csv = audit_address(&view, "/audit.csv", 0);
    exeat_page_link(links, csv, say(visit, "Download as CSV"));
    return exeat_page_reply(page, 200);
}

/* RFC 4180; what a spreadsheet would run as a formula is a text there. */
static void
audit_csv_field(GString *csv, const char *text, char end)
{
    g_string_append_c(csv, '"');
    if (text != NULL && *text != '\0' && strchr("=+-@\t", *text) != NULL)
        g_string_append_c(csv, '\'');
    for (; text != NULL && *text != '\0'; text++) {
        if (*text == '"')
            g_string_append_c(csv, '"');
        g_string_append_c(csv, *text);
    }
    g_string_append_c(csv, '"');
    if (end == '\n')
        g_string_append(csv, "\r\n");
    else
        g_string_append_c(csv, end);
}

static void
audit_csv_row(const ExeatVisit *visit, const ExeatAuditRow *row, GString *csv)
{
    g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(row->at);
    g_autofree char *when = g_date_time_format_iso8601(utc),
                    *number = g_strdup_printf("%" G_GINT64_FORMAT, row->sequence),
                    *who = exeat_quarantine_audit_detail(visit->desk->quarantine, row, "who"),
                    *whom = exeat_quarantine_audit_detail(visit->desk->quarantine, row, "whom"),
                    *why = exeat_quarantine_audit_detail(visit->desk->quarantine, row, "why");

    audit_csv_field(csv, number, ',');
    audit_csv_field(csv, when, ',');
    audit_csv_field(csv, row->event, ',');
    audit_csv_field(csv, row->letter, ',');
    audit_csv_field(csv, row->role, ',');
    audit_csv_field(csv, who, ',');
    audit_csv_field(csv, whom, ',');
    audit_csv_field(csv, why, ',');
    audit_csv_field(csv, row->detail, ',');
    audit_csv_field(csv, row->hash, '\n');
}

ExeatHttpReply *
exeat_page_audit_csv(ExeatVisit *visit)
{
    g_auto(AuditView) view = {.filter = {.limit = EXEAT_STORE_LIST_LIMIT}};
    g_autoptr(GString) csv = g_string_new("number,time,event,letter,role,who,whom,why,detail,hash\r\n");
    g_autoptr(GError) error = NULL;
    ExeatHttpReply *reply;
    guint taken = 0, got;

    audit_read_address(visit, &view);
    do {
        g_autoptr(GPtrArray) rows = NULL;

        if (!exeat_store_audit_latest(exeat_quarantine_store(visit->desk->quarantine), &view.filter, &rows, &error))
            return exeat_page_fault(visit, error);
        got = rows->len;
        for (guint i = 0; i < got; i++)
            audit_csv_row(visit, g_ptr_array_index(rows, i), csv);
        taken += got;
        if (got > 0)
            view.filter.before = ((const ExeatAuditRow *)g_ptr_array_index(rows, got - 1))->sequence;
    } while (got == EXEAT_STORE_LIST_LIMIT && taken < AUDIT_CSV_MOST);
    reply = exeat_http_reply_new(200, "text/csv; charset=utf-8", g_string_free_to_bytes(g_steal_pointer(&csv)));
    exeat_http_reply_header(reply, "Content-Disposition", "attachment; filename=\"exeat-audit.csv\"");
    return reply;
}
