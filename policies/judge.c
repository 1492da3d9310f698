/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policies/judge.h"

#include "policies/guidance/guidance.h"
#include "policies/remedy.h"
#include "policies/signed.h"

static const char *const *
words(char **list)
{
    return (const char *const *)list;
}

/* The address by which scopes know the sender: the one that signed in if it is an address, else From, else the
 * envelope's. */
static const char *
sender_address(const ExeatCase *letter)
{
    const ExeatEnvelope *envelope = exeat_case_envelope(letter);
    const GPtrArray *from = exeat_message_from(exeat_case_message(letter));
    if (envelope->account && strchr(envelope->account, '@'))
        return envelope->account;
    if (from->len > 0)
        return ((const ExeatAddress *)g_ptr_array_index(from, 0))->mailbox;
    return envelope->sender ? envelope->sender : "";
}

bool
exeat_policy_covers_sender(const ExeatPolicyBase *settings, const ExeatCase *letter)
{
    const ExeatPolicySettings *all = exeat_case_settings(letter);
    const char *sender = sender_address(letter);
    if (*settings->senders && !exeat_scope_has(all, words(settings->senders), sender, 0))
        return false;
    return !exeat_scope_has(all, words(settings->not_senders), sender, 0);
}

static bool
covers_recipient(const ExeatPolicyBase *settings, const ExeatCase *letter, guint i)
{
    const ExeatPolicySettings *all = exeat_case_settings(letter);
    const ExeatRecipient *recipient = g_ptr_array_index(exeat_case_recipients(letter), i);
    const char *address = recipient->address->mailbox;
    if (*settings->recipients && !exeat_scope_has(all, words(settings->recipients), address, recipient->class))
        return false;
    return !exeat_scope_has(all, words(settings->not_recipients), address, recipient->class);
}

/* Leaves only the recipients that the policy covers. False if none is left. */
static bool
narrow_recipients(const ExeatPolicyBase *settings, const ExeatCase *letter, ExeatFinding *finding)
{
    guint total = exeat_case_recipients(letter)->len;
    g_autoptr(GArray) kept = g_array_new(FALSE, FALSE, sizeof(guint));
    guint asked = finding->recipients ? finding->recipients->len : total;
    for (guint i = 0; i < asked; i++) {
        guint index = finding->recipients ? g_array_index(finding->recipients, guint, i) : i;
        if (covers_recipient(settings, letter, index))
            g_array_append_val(kept, index);
    }
    if (kept->len == 0)
        return total == 0 && !*settings->recipients;
    g_clear_pointer(&finding->recipients, g_array_unref);
    if (kept->len < total)
        finding->recipients = g_steal_pointer(&kept);
    return true;
}

static void
take_finding(const ExeatPolicyBase *settings, const ExeatCase *letter, ExeatFinding *finding, ExeatVerdict *verdict)
{
    g_autoptr(ExeatFinding) owned = finding;
    if ((int)finding->confidence < settings->confidence || !narrow_recipients(settings, letter, finding))
        return;
    ExeatAction action = exeat_policy_action(settings);
    /* A finding with an action of its own never does more than the policy: what is observed is only observed. */
    finding->action = finding->action == EXEAT_ACTION_PASS ? action : MIN(finding->action, action);
    finding->clause = settings->clause ? g_intern_string(settings->clause) : NULL;
    verdict->action = MAX(verdict->action, finding->action);
    g_ptr_array_add(verdict->findings, g_steal_pointer(&owned));
}

static bool
ask_policy(const ExeatPolicy *policy, const ExeatCase *letter, ExeatVerdict *verdict, GError **error)
{
    const ExeatPolicyBase *settings = exeat_policy_settings_of(exeat_case_settings(letter), policy);
    if (exeat_policy_action(settings) == EXEAT_ACTION_PASS || !exeat_policy_covers_sender(settings, letter))
        return true;
    g_autoptr(GPtrArray) findings = g_ptr_array_new();
    bool judged = policy->evaluate(settings, letter, findings, error);
    guint before = verdict->findings->len;
    for (guint i = 0; i < findings->len; i++)
        take_finding(settings, letter, g_ptr_array_index(findings, i), verdict);
    if (judged && verdict->findings->len > before && exeat_policy_action(settings) == EXEAT_ACTION_REWRITE)
        policy->rewrite(settings, letter, verdict->edits);
    return judged;
}

static void
add_role(ExeatVerdict *verdict, const char *role)
{
    for (guint i = 0; i < verdict->release_by->len; i++)
        if (g_str_equal(g_ptr_array_index(verdict->release_by, i), role))
            return;
    g_ptr_array_add(verdict->release_by, g_strdup(role));
}

static void
hold_recipients(const ExeatFinding *finding, bool *held, guint total)
{
    for (guint i = 0; i < total; i++)
        held[i] = held[i] || !finding->recipients;
    for (guint i = 0; finding->recipients && i < finding->recipients->len; i++)
        held[g_array_index(finding->recipients, guint, i)] = true;
}

static void
collect_held(const ExeatCase *letter, ExeatVerdict *verdict)
{
    guint total = exeat_case_recipients(letter)->len;
    g_autofree bool *held = g_new0(bool, total + 1);
    for (guint i = 0; i < verdict->findings->len; i++) {
        const ExeatFinding *finding = g_ptr_array_index(verdict->findings, i);
        if (finding->action != EXEAT_ACTION_HOLD)
            continue;
        hold_recipients(finding, held, total);
        const ExeatPolicyBase *settings = exeat_policy_settings_of(exeat_case_settings(letter),
                                                                   exeat_policy_named(finding->policy));
        for (char **role = settings->release_by; *role; role++)
            add_role(verdict, *role);
    }
    for (guint i = 0; i < total; i++)
        if (held[i])
            g_array_append_val(verdict->held, i);
}

/* A letter of 5xx is refused as a whole: SMTP has one answer to the end of data for all recipients. */
static void
make_reply(const ExeatCase *letter, ExeatVerdict *verdict)
{
    const ExeatSchool *school = exeat_case_school(letter);
    for (guint i = 0; i < verdict->findings->len && !verdict->reply; i++) {
        const ExeatFinding *finding = g_ptr_array_index(verdict->findings, i);
        if (finding->action != EXEAT_ACTION_REJECT)
            continue;
        verdict->reply = g_new0(ExeatReply, 1);
        verdict->reply->code = 550;
        verdict->reply->enhanced = g_strdup("5.7.1");
        verdict->reply->text = exeat_guidance_reply(finding->policy, finding->clause,
                                                    exeat_languages[school->language]);
    }
}

bool
exeat_judge(const ExeatMessage *message, const ExeatPolicySettings *settings, const ExeatDirectory *directory,
            gint64 deadline, ExeatVerdict **out_verdict, GError **error)
{
    g_autoptr(ExeatCase) letter = exeat_case_new(message, settings, directory, deadline);
    g_autoptr(ExeatVerdict) verdict = exeat_verdict_new();
    if (exeat_case_is_outgoing(letter))
        for (const ExeatPolicy *const *policy = exeat_policies; *policy; policy++)
            if (!ask_policy(*policy, letter, verdict, error))
                return false;
    exeat_signed_settle(letter, verdict);
    collect_held(letter, verdict);
    exeat_remedy_find(letter, verdict);
    make_reply(letter, verdict);
    *out_verdict = g_steal_pointer(&verdict);
    return true;
}
