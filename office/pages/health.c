/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the office is doing, for who looks after the school's mail: counts and times, no letter and nobody's name. */
#include "config.h"

#include "office/pages/page.h"
#include "office/pages/pages.h"
#include "policies/guidance/guidance.h"
#include "policies/policy.h"
#include "policies/settings.h"
#include "quarantine/digest.h"

#define HEALTH_LATE_SECONDS 3600 /* a mail that waits for so long is a worry */

static void
health_count(const ExeatVisit *visit, xmlNode *facts, const char *term, guint64 count)
{
    g_autofree char *number = g_strdup_printf("%" G_GUINT64_FORMAT, count);

    exeat_tree_set(exeat_page_fact(facts, term, number), "class", "number");
    (void)visit;
}

static void
health_time(const ExeatVisit *visit, xmlNode *facts, const char *term, gint64 at)
{
    g_autofree char *when = at > 0 ? exeat_visit_time(visit, at) : NULL;

    exeat_page_fact(facts, term, when != NULL ? when : say(visit, "none"));
}

static void
health_worry(xmlNode *parent, bool worried, const char *sentence, guint *count)
{
    if (!worried)
        return;
    exeat_tree_add_text(exeat_page_box(parent, "error", NULL), "p", NULL, sentence);
    (*count)++;
}

static void
health_write_worries(const ExeatVisit *visit, const ExeatStoreCounts *counts, guint overdue, xmlNode *parent)
{
    guint worries = 0;
    bool failed;

    g_mutex_lock(&visit->office->lock);
    failed = visit->office->round_failed;
    g_mutex_unlock(&visit->office->lock);
    health_worry(parent, failed,
                 say(visit, "The clerk met a fault in its last round; the log of exeat-office says what it was."),
                 &worries);
    health_worry(parent, counts->mails_failed > 0,
                 say(visit, "Mails from exeat could not be delivered; the log says how the relay answered."), &worries);
    health_worry(
        parent, counts->oldest_mail_due_at > 0 && counts->oldest_mail_due_at < visit->now - HEALTH_LATE_SECONDS,
        say(visit, "A mail from exeat has been waiting for more than an hour. Is the relay running?"), &worries);
    health_worry(parent, overdue > 0, say(visit, "A digest for those who decide did not go out."), &worries);
    health_worry(parent, visit->office->pool == NULL,
                 say(visit, "Attachments cannot be shown on the pages; the log says why."), &worries);
    if (worries == 0)
        exeat_tree_add_text(exeat_page_box(parent, "done", NULL), "p", NULL, say(visit, "All is as it should be."));
}

/* What exeat.conf asks for, as far as it says nothing of anybody. */
static void
health_write_settings(const ExeatVisit *visit, xmlNode *parent)
{
    xmlNode *facts;

    exeat_tree_add_text(parent, "h2", NULL, say(visit, "Settings"));
    facts = exeat_page_facts(parent);
    for (guint i = 0; exeat_policies[i] != NULL; i++) {
        const ExeatPolicyBase *base = exeat_policy_settings_of(visit->desk->settings->policies, exeat_policies[i]);

        exeat_page_fact(facts, exeat_guidance_title(exeat_policies[i]->name, exeat_language_code(visit->language)),
                        exeat_policy_actions[base->action]);
    }
    exeat_page_fact(facts, say(visit, "Address of these pages"), visit->desk->keeping->console);
}

ExeatHttpReply *
exeat_page_health(ExeatVisit *visit)
{
    g_autoptr(ExeatPage) page = exeat_page_new(visit, say(visit, "Health"));
    g_autoptr(GError) error = NULL;
    ExeatStoreCounts counts;
    xmlNode *facts;
    gint64 round_at;
    guint overdue = 0;

    if (!exeat_store_counts(exeat_quarantine_store(visit->desk->quarantine), &counts, &error) ||
        !exeat_digest_overdue(visit->desk->quarantine, visit->now, &overdue, &error))
        return exeat_page_fault(visit, error);
    g_mutex_lock(&visit->office->lock);
    round_at = visit->office->round_at;
    g_mutex_unlock(&visit->office->lock);
    health_write_worries(visit, &counts, overdue, page->main);
    facts = exeat_page_facts(page->main);
    exeat_page_fact(facts, say(visit, "Version"), PACKAGE_VERSION);
    health_count(visit, facts, say(visit, "Letters kept"), counts.letters);
    health_count(visit, facts, say(visit, "Recipients waiting for a decision"), counts.states[EXEAT_HELD_HELD]);
    health_time(visit, facts, say(visit, "The oldest waiting letter came on"), counts.oldest_held_at);
    health_count(visit, facts, say(visit, "Releases on their way"), counts.states[EXEAT_HELD_RELEASING]);
    health_count(visit, facts, say(visit, "Releases refused by the recipient’s server"),
                 counts.states[EXEAT_HELD_FAILED]);
    health_count(visit, facts, say(visit, "Copies of flagged letters"), counts.flagged);
    health_count(visit, facts, say(visit, "Megabytes in the store"), counts.bytes / (1024 * 1024));
    health_count(visit, facts, say(visit, "Mails from exeat that are waiting"), counts.mails_waiting);
    health_count(visit, facts, say(visit, "Mails from exeat that failed"), counts.mails_failed);
    health_time(visit, facts, say(visit, "The clerk’s last round"), round_at);
    health_write_settings(visit, page->main);
    return exeat_page_reply(page, 200);
}
