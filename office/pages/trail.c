/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What became of one letter: its rows of the audit trail, in words. */
#include "office/pages/trail.h"

#include <string.h>

#include "office/pages/letter.h"

typedef struct TrailWords {
    const char *event, *text;
} TrailWords;

static const TrailWords trail_words[] = {
    {"held", EXEAT_WORDS("Held")},
    {"flagged", EXEAT_WORDS("Sent, and a flagged copy kept")},
    {"put-right", EXEAT_WORDS("Put right and sent")},
    {"release-decided", EXEAT_WORDS("Released")},
    {"return-decided", EXEAT_WORDS("Sent back")},
    {"decision-undone", EXEAT_WORDS("Decision taken back")},
    {"expired", EXEAT_WORDS("Nobody decided in time")},
    {"released", EXEAT_WORDS("Delivered")},
    {"release-deferred", EXEAT_WORDS("Delivery to be tried again")},
    {"release-failed", EXEAT_WORDS("Refused by the recipient’s server")},
    {"returned", EXEAT_WORDS("Back with its sender")},
    {"reminded", EXEAT_WORDS("Reminder sent")},
    {"opened", EXEAT_WORDS("Opened")},
    {"viewed", EXEAT_WORDS("Looked at again")},
    {"opening-asked", EXEAT_WORDS("Asked a second person to open it together")},
    {"opening-agreed", EXEAT_WORDS("Agreed to open it together")},
    {"withdrawn", EXEAT_WORDS("Withdrawn by its sender")},
    {"put-right-by-sender", EXEAT_WORDS("Put right by its sender")},
    {"asked", EXEAT_WORDS("The sender asks for its release")},
    {"consulted", EXEAT_WORDS("Asked a colleague")},
    {"answered", EXEAT_WORDS("A colleague answered")},
    {"kept", EXEAT_WORDS("Kept as evidence")},
    {"unkept", EXEAT_WORDS("No longer kept as evidence")},
    {"notice-sent", EXEAT_WORDS("Notice sent")},
    {"notice-failed", EXEAT_WORDS("Notice could not be delivered")},
    {"account-added", EXEAT_WORDS("Account made")},
    {"account-password", EXEAT_WORDS("Password changed")},
    {"account-codes-reset", EXEAT_WORDS("Sign-in codes reset")},
    {"account-recovery", EXEAT_WORDS("New recovery codes made")},
    {"account-phone", EXEAT_WORDS("New phone set up")},
    {"account-disabled", EXEAT_WORDS("Account disabled")},
    {"account-enabled", EXEAT_WORDS("Account enabled again")},
    {"account-removed", EXEAT_WORDS("Account removed")},
    {"account-away", EXEAT_WORDS("Said that they are away")},
    {"account-back", EXEAT_WORDS("Said that they are back")},
    {"purged", EXEAT_WORDS("Old letters deleted")},
    {"digest", EXEAT_WORDS("Digest sent")},
    {"digest-overdue", EXEAT_WORDS("A digest did not go out in time")},
};

const char *
exeat_trail_event(const ExeatVisit *visit, const char *event)
{
    for (gsize i = 0; i < G_N_ELEMENTS(trail_words); i++) {
        if (strcmp(trail_words[i].event, event) == 0)
            return say(visit, trail_words[i].text);
    }
    return event;
}

static const TrailWords role_words[] = {
    {"headteacher", EXEAT_WORDS("headteacher")},
    {"deputy", EXEAT_WORDS("deputy head")},
    {"chair", EXEAT_WORDS("chair of governors")},
    {"dpo", EXEAT_WORDS("data protection officer")},
    {"dsl", EXEAT_WORDS("safeguarding lead")},
    {"monitor", EXEAT_WORDS("e-safety monitor")},
    {"office", EXEAT_WORDS("school office")},
    {"network-manager", EXEAT_WORDS("network manager")},
    {"operator", EXEAT_WORDS("on the mail server")},
    {"sender", EXEAT_WORDS("sender")},
    {"nobody", EXEAT_WORDS("colleague")}, /* who was asked has no role of their own */
    {"gate", EXEAT_WORDS("exeat")},
    {"clerk", EXEAT_WORDS("exeat")},
};

const char *
exeat_trail_role(const ExeatVisit *visit, const char *role)
{
    for (gsize i = 0; i < G_N_ELEMENTS(role_words); i++) {
        if (strcmp(role_words[i].event, role) == 0)
            return say(visit, role_words[i].text);
    }
    return role;
}

char *
exeat_trail_who(const ExeatVisit *visit, const ExeatAuditRow *row)
{
    g_autofree char *who = exeat_quarantine_audit_detail(visit->desk->quarantine, row, "who"),
                    *whom = exeat_quarantine_audit_detail(visit->desk->quarantine, row, "whom");
    bool other = whom != NULL && !exeat_deciders_same(who, whom);

    return g_strconcat(exeat_trail_role(visit, row->role), who != NULL ? ", " : "", who != NULL ? who : "",
                       other ? " → " : "", other ? whom : "", NULL);
}

void
exeat_trail_write_row(const ExeatVisit *visit, const ExeatAuditRow *row, bool with_why, xmlNode *item)
{
    g_autofree char *when = exeat_visit_time(visit, row->at), *who = exeat_trail_who(visit, row),
                    *why = with_why ? exeat_quarantine_audit_detail(visit->desk->quarantine, row, "why") : NULL;
    xmlNode *line = exeat_tree_add(item, "p", NULL);

    exeat_tree_add_text(line, "strong", NULL, exeat_trail_event(visit, row->event));
    exeat_tree_text(line, " · ");
    exeat_tree_text(line, who);
    exeat_tree_text(line, " · ");
    exeat_tree_add_text(line, "span", "soft", when);
    if (why != NULL && *why != '\0')
        exeat_tree_add_text(item, "p", "text", why);
}

bool
exeat_letter_write_trail(const ExeatVisit *visit, const ExeatLetterVisit *letter, xmlNode *parent, GError **error)
{
    g_autoptr(GPtrArray) rows = NULL;
    xmlNode *details, *list;

    if (!exeat_store_audit(exeat_quarantine_store(visit->desk->quarantine), letter->row->id, 0, &rows, error))
        return false;
    details = exeat_tree_add(parent, "details", NULL);
    exeat_tree_add_text(details, "summary", NULL, say(visit, "What has happened so far"));
    list = exeat_tree_add(details, "ol", NULL);
    for (guint i = 0; i < rows->len; i++)
        exeat_trail_write_row(visit, g_ptr_array_index(rows, i), letter->may_read, exeat_tree_add(list, "li", NULL));
    return true;
}

char *
exeat_trail_last_words(const ExeatVisit *visit, const char *id, const char *event, const char *whom)
{
    const ExeatQuarantine *quarantine = visit->desk->quarantine;
    g_autoptr(GPtrArray) rows = NULL;

    if (!exeat_store_audit(exeat_quarantine_store(visit->desk->quarantine), id, 0, &rows, NULL))
        return NULL;
    for (guint i = rows->len; i > 0; i--) {
        const ExeatAuditRow *row = g_ptr_array_index(rows, i - 1);
        g_autofree char *to = NULL;

        if (whom == NULL && strcmp(row->event, "decision-undone") == 0)
            return NULL;
        if (strcmp(row->event, event) != 0)
            continue;
        to = whom != NULL ? exeat_quarantine_audit_detail(quarantine, row, "whom") : NULL;
        if (whom == NULL || exeat_deciders_same(to, whom))
            return exeat_quarantine_audit_detail(quarantine, row, "why");
    }
    return NULL;
}
