/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sender-identity: From, envelope sender and signed-in account must be one approved account of the school. The null
 * sender of an automatic reply and a bounce address of the school are fine; a shared mailbox may be used by those whom
 * the configuration names; and the SPF record of the sending domain must permit this gateway, where that is asked for.
 */
#include "policies/registry.h"

#include "policies/settings.h"

typedef struct SenderSettings {
    ExeatPolicyBase base;
    char **bounce_addresses;
    char **domains;
} SenderSettings;

static const ExeatOption sender_options[] = {
    EXEAT_POLICY_ROWS("reject", "medium", "", "headteacher", NULL),
    {.key = "bounce_addresses",
     .type = EXEAT_OPTION_LIST,
     .offset = offsetof(SenderSettings, bounce_addresses),
     .fallback = "bounce, bounces, bounce-*, bounces-*, mailer-daemon, noreply, no-reply, do-not-reply, donotreply, "
                 "postmaster, return",
     .help = "Local parts, at the school's domains, of envelope senders that collect bounces; what follows a + is "
             "ignored."},
    {.key = "domains",
     .type = EXEAT_OPTION_LIST,
     .offset = offsetof(SenderSettings, domains),
     .help =
         "Outside domains that may send through this server, such as a mailing service that writes for the school."},
    {.key = NULL},
};
static const ExeatOption *const sender_tables[] = {sender_options, NULL};

static void
add(GPtrArray *findings, const char *rule, ExeatConfidence confidence)
{
    ExeatFinding *finding = exeat_finding_new("sender-identity", rule, confidence);
    finding->part = g_strdup("envelope");
    g_ptr_array_add(findings, finding);
}

static bool
is_approved_domain(const SenderSettings *settings, const ExeatCase *letter, const char *domain)
{
    return exeat_school_is_inside(exeat_case_school(letter), domain) ||
           exeat_domain_in_list(domain, (const char *const *)settings->domains);
}

static bool
is_bounce_address(const SenderSettings *settings, const ExeatAddress *address)
{
    g_auto(GStrv) plain = g_strsplit(address->local, "+", 2);
    g_autofree char *local = g_ascii_strdown(plain[0] ? plain[0] : "", -1);
    for (char **pattern = settings->bounce_addresses; *pattern; pattern++)
        if (g_pattern_match_simple(*pattern, local))
            return true;
    return false;
}

/* The account "jsmith" is the mailbox jsmith at any of the school's domains; "jsmith@…" is that mailbox. */
static bool
account_is(const ExeatCase *letter, const char *account, const ExeatAddress *address)
{
    g_autofree char *key = exeat_address_key(address->mailbox);
    if (strchr(account, '@')) {
        g_autofree char *account_key = exeat_address_key(account);
        return g_str_equal(account_key, key);
    }
    g_auto(GStrv) local = g_strsplit(key, "@", 2);
    return local[0] && g_ascii_strcasecmp(local[0], account) == 0 &&
           exeat_school_is_inside(exeat_case_school(letter), address->domain);
}

static bool
may_write_as(const ExeatCase *letter, const char *account, const ExeatAddress *address)
{
    return account_is(letter, account, address) ||
           exeat_mailbox_may_use(exeat_case_settings(letter), address->mailbox, account);
}

static void
check_from(const SenderSettings *settings, const ExeatCase *letter, GPtrArray *findings)
{
    const GPtrArray *from = exeat_message_from(exeat_case_message(letter));
    const char *account = exeat_case_envelope(letter)->account;
    for (guint i = 0; i < from->len; i++) {
        const ExeatAddress *address = g_ptr_array_index(from, i);
        if (!is_approved_domain(settings, letter, address->domain)) {
            add(findings, "from-outside", EXEAT_CONFIDENCE_HIGH);
            return;
        }
        if (account && !may_write_as(letter, account, address)) {
            add(findings, "from-other-account", EXEAT_CONFIDENCE_HIGH);
            return;
        }
    }
}

static void
check_envelope(const SenderSettings *settings, const ExeatCase *letter, GPtrArray *findings)
{
    const char *sender = exeat_case_envelope(letter)->sender;
    if (!sender || !*sender)
        return;
    g_autoptr(ExeatAddress) address = exeat_address_new(sender);
    if (!is_approved_domain(settings, letter, address->domain)) {
        add(findings, "envelope-outside", EXEAT_CONFIDENCE_HIGH);
        return;
    }
    const char *account = exeat_case_envelope(letter)->account;
    if (account && !is_bounce_address(settings, address) && !may_write_as(letter, account, address))
        add(findings, "envelope-other-account", EXEAT_CONFIDENCE_HIGH);
}

/* Nobody signed in: From and envelope must at least name one mailbox. */
static void
check_unsigned(const SenderSettings *settings, const ExeatCase *letter, GPtrArray *findings)
{
    const GPtrArray *from = exeat_message_from(exeat_case_message(letter));
    const ExeatEnvelope *envelope = exeat_case_envelope(letter);
    if (!exeat_case_sender_is_known(letter) && (envelope->client_address || envelope->sender)) {
        add(findings, "not-signed-in", EXEAT_CONFIDENCE_HIGH);
        return;
    }
    if (!envelope->sender || !*envelope->sender || from->len == 0)
        return;
    g_autoptr(ExeatAddress) sender = exeat_address_new(envelope->sender);
    if (is_bounce_address(settings, sender))
        return;
    for (guint i = 0; i < from->len; i++) {
        const ExeatAddress *address = g_ptr_array_index(from, i);
        if (may_write_as(letter, sender->mailbox, address) || account_is(letter, address->mailbox, sender))
            return;
    }
    add(findings, "envelope-other-account", EXEAT_CONFIDENCE_MEDIUM);
}

static void
check_spf(const ExeatCase *letter, GPtrArray *findings)
{
    ExeatSpf spf = exeat_case_envelope(letter)->spf;
    if (spf == EXEAT_SPF_FAIL)
        add(findings, "spf", EXEAT_CONFIDENCE_HIGH);
    else if (spf == EXEAT_SPF_SOFTFAIL)
        add(findings, "spf", EXEAT_CONFIDENCE_LOW);
}

static bool
sender_evaluate(const ExeatPolicyBase *base, const ExeatCase *letter, GPtrArray *findings, GError **error)
{
    (void)error;
    const SenderSettings *settings = (const SenderSettings *)base;
    check_from(settings, letter, findings);
    check_envelope(settings, letter, findings);
    if (findings->len == 0 && !exeat_case_envelope(letter)->account)
        check_unsigned(settings, letter, findings);
    check_spf(letter, findings);
    return true;
}

const ExeatPolicy exeat_policy_sender_identity = {
    .name = "sender-identity",
    .help = "A sender that is no approved account of the school.",
    .block = {.name = "sender-identity",
              .size = sizeof(SenderSettings),
              .tables = sender_tables,
              .help = "From, envelope sender and signed-in account must be one"},
    .evaluate = sender_evaluate,
};
