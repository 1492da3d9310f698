/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One round of the clerk. Order matters little, since everything is a claim on a row: deadlines come first so that
 * their notices go out in the same round.
 *
 * Of a letter that has been handed to the relay only the relay's answer counts. If the store cannot be told of it (it
 * is full, or locked), the clerk remembers, and does nothing else before it is told: the row stays claimed meanwhile,
 * and nobody else sends the letter again. See held.h for what a clerk that dies can double.
 */
#include "quarantine/clerk.h"

#include <string.h>

#include "base/error.h"
#include "base/fault.h"
#include "quarantine/digest.h"
#include "quarantine/quarantine-private.h"
#include "quarantine/token.h"

struct ExeatClerk {
    ExeatQuarantine *quarantine;
    ExeatDeliverer *deliverer;
    GBytes *token_key;
    gint64 lease, give_up, retention;
    char *name;
    GPtrArray *taken; /* ClerkTaken: what the relay has and the store does not know yet */
};

/* One of the two, with the relay's answer. */
typedef struct ClerkTaken {
    ExeatRecipientRow *release;
    ExeatMailRow *row;
    ExeatMail *mail;
    ExeatDeliveryResult result;
} ClerkTaken;

/* How long a token opens the gate: the relay may queue a letter before the gate sees it. */
#define CLERK_NOTICE_ID "notice" /* in the token of a mail of ours */
#define CLERK_TOKEN_SECONDS (6 * 60 * 60)

typedef struct ClerkRound {
    ExeatClerk *clerk;
    gint64 base, started; /* what the caller calls now, and the monotonic clock then */
    gint64 now;
    gint *stop;
    bool relay_down; /* the rest can wait for the next round */
    ExeatClerkReport report;
    GError *first;
} ClerkRound;

static void
clerk_free_taken(gpointer data)
{
    ClerkTaken *taken = data;

    exeat_recipient_row_free(taken->release);
    exeat_mail_row_free(taken->row);
    exeat_mail_free(taken->mail);
    g_free(taken);
}

ExeatClerk *
exeat_clerk_new(const ExeatClerkSetup *setup)
{
    ExeatClerk *clerk = g_new0(ExeatClerk, 1);

    clerk->quarantine = setup->quarantine;
    clerk->deliverer = setup->deliverer;
    clerk->token_key = g_bytes_ref(setup->token_key);
    clerk->lease = setup->lease;
    clerk->give_up = setup->give_up;
    clerk->retention = setup->retention;
    clerk->name = g_uuid_string_random();
    clerk->taken = g_ptr_array_new_with_free_func(clerk_free_taken);
    return clerk;
}

void
exeat_clerk_take_over(ExeatClerk *clerk, ExeatClerk *former)
{
    g_ptr_array_extend_and_steal(clerk->taken, g_steal_pointer(&former->taken));
    former->taken = g_ptr_array_new_with_free_func(clerk_free_taken);
}

void
exeat_clerk_free(ExeatClerk *clerk)
{
    if (clerk == NULL)
        return;
    g_bytes_unref(clerk->token_key);
    g_free(clerk->name);
    g_ptr_array_unref(clerk->taken);
    g_free(clerk);
}

/* Between two pieces of work. A round may last for hours: a lease that began when the round did would be over. */
static bool
clerk_goes_on(ClerkRound *round)
{
    round->now = round->base + (g_get_monotonic_time() - round->started) / G_USEC_PER_SEC;
    return round->stop == NULL || g_atomic_int_get(round->stop) == 0;
}

static void
clerk_fault(ClerkRound *round, GError *error)
{
    round->report.faults++;
    if (round->first == NULL)
        round->first = error;
    else
        g_clear_error(&error);
}

static const char *
clerk_enhanced(const ExeatDeliveryResult *result)
{
    return *result->enhanced != '\0' ? result->enhanced : NULL;
}

/* --- released letters --------------------------------------------------------------------------------------------- */

static bool
clerk_add_failed_notices(ClerkRound *round, const ExeatRecipientRow *row, const ExeatCard *card,
                         const ExeatDeliveryResult *result, ExeatChange *change, GError **error)
{
    const ExeatQuarantine *quarantine = round->clerk->quarantine;
    ExeatNotice notice = exeat_quarantine_notice(quarantine, card, EXEAT_NOTICE_FAILED, row->letter, 1, NULL,
                                                 round->now);

    notice.code = result->code;
    notice.enhanced = clerk_enhanced(result);
    if (card->notify != NULL &&
        !exeat_quarantine_add_notice(quarantine, change, &notice, card->notify, NULL, false, error))
        return false;
    notice.message_id = NULL;
    return exeat_quarantine_add_decider_notices(quarantine, change, &notice, card, error);
}

static bool
clerk_record_release(ClerkRound *round, const ExeatRecipientRow *row, const ExeatCard *card,
                     const ExeatDeliveryResult *result, GError **error)
{
    ExeatClerk *clerk = round->clerk;
    g_autoptr(ExeatChange) change = exeat_change_new(round->now);
    g_autofree char *detail = g_strdup_printf("code=%u attempt=%u", result->code, row->attempts);
    /* That our own relay is down is no reason to give a letter up. */
    bool gave_up = !result->relay_down && round->now - row->changed_at >= clerk->give_up;
    ExeatHeldState to = result->outcome == EXEAT_DELIVERY_DONE                 ? EXEAT_HELD_RELEASED
                        : result->outcome == EXEAT_DELIVERY_REFUSED || gave_up ? EXEAT_HELD_FAILED
                                                                               : EXEAT_HELD_RELEASING;
    ExeatMove *move = exeat_change_move(change, row->letter, row->index, EXEAT_HELD_RELEASING, to);
    bool lost = false;

    move->code = result->code;
    move->enhanced = g_strdup(clerk_enhanced(result));
    move->next_at = round->now + exeat_held_backoff(row->attempts);
    /* A 2xx is final whoever holds the lease by now; anything else counts only while it is ours. */
    move->lease = to == EXEAT_HELD_RELEASED ? NULL : g_strdup(clerk->name);
    exeat_change_audit(change,
                       to == EXEAT_HELD_RELEASED ? "released"
                       : to == EXEAT_HELD_FAILED ? "release-failed"
                                                 : "release-deferred",
                       row->letter, row->index, "clerk", detail, NULL);
    if (to == EXEAT_HELD_FAILED && !clerk_add_failed_notices(round, row, card, result, change, error))
        return false;
    if (EXEAT_FAULT_FAILS("release.before-mark", error) ||
        !exeat_store_commit(clerk->quarantine->store, change, &lost, error))
        return false;
    EXEAT_FAULT_POINT("release.marked");
    round->report.released += to == EXEAT_HELD_RELEASED && !lost ? 1 : 0;
    round->report.later += to == EXEAT_HELD_RELEASING && !lost ? 1 : 0;
    round->report.failed += to == EXEAT_HELD_FAILED && !lost ? 1 : 0;
    return true;
}

/* The relay has it, the store does not know: to be told before anything else. */
static ClerkTaken *
clerk_remember(ExeatClerk *clerk, const ExeatDeliveryResult *result)
{
    ClerkTaken *taken = g_new0(ClerkTaken, 1);

    taken->result = *result;
    g_ptr_array_add(clerk->taken, taken);
    return taken;
}

/* Between two pieces of work that may end with a letter at the relay. */
static bool
clerk_may_send(ClerkRound *round)
{
    return clerk_goes_on(round) && !round->relay_down && round->clerk->taken->len == 0;
}

/* What the gate lets through unjudged, and takes out: our own mail is never held. */
static char *
clerk_token_header(const ClerkRound *round, const char *id, const char *sender, const char *recipient)
{
    g_autofree char *token = exeat_token_make(round->clerk->token_key, id, sender, recipient,
                                              round->now + CLERK_TOKEN_SECONDS);

    return g_strdup_printf("%s: %s", EXEAT_TOKEN_HEADER, token);
}

/* The letter as it was decided to go out. What was to be put right never goes as it came. */
static bool
clerk_read_letter(ExeatClerk *clerk, const ExeatRecipientRow *row, const ExeatCard *card, GBytes **out_letter,
                  GError **error)
{
    g_autoptr(GBytes) letter = NULL;

    if (row->put_right && card->remedy == NULL) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_MALFORMED, "%s is to go out put right, and nothing would",
                    row->letter);
        return false;
    }
    if (!exeat_quarantine_read_letter(clerk->quarantine, row->letter, &letter, error))
        return false;
    *out_letter = row->put_right ? exeat_quarantine_put_right(card, letter) : g_steal_pointer(&letter);
    return true;
}

/* @row becomes NULL if it is kept for later. */
static bool
clerk_deliver_release(ClerkRound *round, ExeatRecipientRow **row_pointer, GError **error)
{
    ExeatClerk *clerk = round->clerk;
    g_autoptr(ExeatCard) card = NULL;
    g_autoptr(GBytes) letter = NULL;
    g_autofree char *header = NULL;
    const ExeatRecipientRow *row = *row_pointer;
    const char *recipient;
    ExeatDeliveryResult result;

    EXEAT_FAULT_POINT("release.claimed");
    if (!exeat_quarantine_read_card(clerk->quarantine, row->letter, &card, error) ||
        !clerk_read_letter(clerk, row, card, &letter, error))
        return false;
    if (row->index >= card->recipients->len) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_MALFORMED, "%s has no recipient %u", row->letter, row->index);
        return false;
    }
    recipient = g_ptr_array_index(card->recipients, row->index);
    header = clerk_token_header(round, row->letter, card->sender, recipient);
    EXEAT_FAULT_POINT("release.before-relay");
    exeat_deliver(clerk->deliverer, card->sender, recipient, header, letter, &result);
    round->relay_down = result.relay_down;
    if (clerk_record_release(round, row, card, &result, error))
        return true;
    if (result.outcome == EXEAT_DELIVERY_DONE)
        clerk_remember(clerk, &result)->release = g_steal_pointer(row_pointer);
    return false;
}

static void
clerk_release(ClerkRound *round)
{
    while (clerk_may_send(round)) {
        g_autoptr(ExeatRecipientRow) row = NULL;
        GError *error = NULL;

        if (!exeat_store_claim_release(round->clerk->quarantine->store, round->clerk->name, round->now,
                                       round->clerk->lease, &row, &error)) {
            clerk_fault(round, error);
            return;
        }
        if (row == NULL)
            return;
        if (!clerk_deliver_release(round, &row, &error))
            clerk_fault(round, error);
    }
}

/* --- the outbox --------------------------------------------------------------------------------------------------- */

static ExeatMailOutcome
clerk_mail_outcome(const ClerkRound *round, const ExeatMailRow *row, const ExeatMail *mail,
                   const ExeatDeliveryResult *result)
{
    if (result->outcome == EXEAT_DELIVERY_DONE)
        return EXEAT_MAIL_SENT;
    if (result->outcome == EXEAT_DELIVERY_LATER &&
        (result->relay_down || round->now - row->created_at < round->clerk->give_up))
        return EXEAT_MAIL_LATER;
    /* The last one who can be told that a letter did not go out is told until it works. */
    return mail->fallback && mail->returns != NULL ? EXEAT_MAIL_LATER : EXEAT_MAIL_FAILED;
}

/* The sender's mailbox refuses the letter that comes back: those who decide hear of it instead. */
static bool
clerk_redirect(ClerkRound *round, const ExeatMailRow *row, const ExeatMail *mail, ExeatChange *change, GError **error)
{
    const ExeatQuarantine *quarantine = round->clerk->quarantine;
    g_autoptr(ExeatCard) card = NULL;
    ExeatNotice notice;

    if (!exeat_quarantine_read_card(round->clerk->quarantine, row->letter, &card, error))
        return false;
    notice = exeat_quarantine_notice(quarantine, card, EXEAT_NOTICE_UNTOLD, row->letter, mail->returns->len, NULL,
                                     round->now);
    return exeat_quarantine_add_notice(quarantine, change, &notice,
                                       card->deciders->len > 0 ? g_ptr_array_index(card->deciders, 0)
                                                               : quarantine->postmaster,
                                       mail->returns, true, error);
}

static bool
clerk_add_returned(ClerkRound *round, const ExeatMailRow *row, const ExeatMail *mail, guint code, ExeatChange *change,
                   GError **error)
{
    g_autoptr(GPtrArray) recipients = NULL;

    if (!exeat_store_recipients(round->clerk->quarantine->store, row->letter, &recipients, error))
        return false;
    for (guint i = 0; i < recipients->len; i++) {
        const ExeatRecipientRow *recipient = g_ptr_array_index(recipients, i);

        for (guint k = 0; k < mail->returns->len; k++) {
            if (g_array_index(mail->returns, guint, k) != recipient->index ||
                !exeat_held_may_move(recipient->state, EXEAT_HELD_RETURNED))
                continue;
            exeat_change_move(change, row->letter, recipient->index, recipient->state, EXEAT_HELD_RETURNED)->code =
                code;
            exeat_change_audit(change, "returned", row->letter, recipient->index, "clerk", NULL, NULL);
        }
    }
    return true;
}

static bool
clerk_record_mail(ClerkRound *round, const ExeatMailRow *row, const ExeatMail *mail, const ExeatDeliveryResult *result,
                  GError **error)
{
    ExeatMailOutcome outcome = clerk_mail_outcome(round, row, mail, result);
    g_autoptr(ExeatChange) change = exeat_change_new(round->now);
    ExeatMailEnd *end = exeat_change_mail_end(change, row->id, outcome);
    g_autofree char *detail = g_strdup_printf("kind=%s code=%u", row->kind, result->code);
    bool returns = mail->returns != NULL && row->letter != NULL;

    end->code = result->code;
    end->enhanced = g_strdup(clerk_enhanced(result));
    end->next_at = round->now + exeat_held_backoff(row->attempts);
    if (outcome != EXEAT_MAIL_LATER)
        exeat_change_audit(change, outcome == EXEAT_MAIL_SENT ? "notice-sent" : "notice-failed", row->letter, -1,
                           "clerk", detail, NULL);
    if (outcome == EXEAT_MAIL_SENT && returns && !clerk_add_returned(round, row, mail, result->code, change, error))
        return false;
    if (outcome == EXEAT_MAIL_FAILED && returns && !clerk_redirect(round, row, mail, change, error))
        return false;
    if (EXEAT_FAULT_FAILS("notice.before-mark", error) ||
        !exeat_store_commit(round->clerk->quarantine->store, change, NULL, error))
        return false;
    EXEAT_FAULT_POINT("notice.marked");
    round->report.mails_sent += outcome == EXEAT_MAIL_SENT ? 1 : 0;
    round->report.mails_later += outcome == EXEAT_MAIL_LATER ? 1 : 0;
    round->report.mails_failed += outcome == EXEAT_MAIL_FAILED ? 1 : 0;
    return true;
}

/* @row becomes NULL if it is kept for later. */
static bool
clerk_send_mail(ClerkRound *round, ExeatMailRow **row_pointer, GError **error)
{
    const ExeatMailRow *row = *row_pointer;
    g_autoptr(ExeatMail) mail = NULL;
    g_autofree char *header = NULL;
    ExeatDeliveryResult result;

    EXEAT_FAULT_POINT("notice.claimed");
    if (!exeat_outbox_open(round->clerk->quarantine->opener, row->sealed, &mail, error))
        return false;
    header = clerk_token_header(round, CLERK_NOTICE_ID, "", mail->recipient);
    EXEAT_FAULT_POINT("notice.before-relay");
    exeat_deliver(round->clerk->deliverer, "", mail->recipient, header, mail->message, &result);
    round->relay_down = result.relay_down;
    if (clerk_record_mail(round, row, mail, &result, error))
        return true;
    if (result.outcome == EXEAT_DELIVERY_DONE) {
        ClerkTaken *taken = clerk_remember(round->clerk, &result);

        taken->row = g_steal_pointer(row_pointer);
        taken->mail = g_steal_pointer(&mail);
    }
    return false;
}

static void
clerk_send(ClerkRound *round)
{
    while (clerk_may_send(round)) {
        g_autoptr(ExeatMailRow) row = NULL;
        GError *error = NULL;

        if (!exeat_store_claim_mail(round->clerk->quarantine->store, round->clerk->name, round->now,
                                    round->clerk->lease, &row, &error)) {
            clerk_fault(round, error);
            return;
        }
        if (row == NULL)
            return;
        if (!clerk_send_mail(round, &row, &error))
            clerk_fault(round, error);
    }
}

/* --- what the store could not be told ------------------------------------------------------------------------------
 */

static bool
clerk_tell(ClerkRound *round, const ClerkTaken *taken, GError **error)
{
    return taken->release != NULL ? clerk_record_release(round, taken->release, NULL, &taken->result, error)
                                  : clerk_record_mail(round, taken->row, taken->mail, &taken->result, error);
}

static void
clerk_tell_store(ClerkRound *round)
{
    GPtrArray *all = round->clerk->taken;

    while (all->len > 0) {
        GError *error = NULL;

        if (!clerk_tell(round, g_ptr_array_index(all, 0), &error)) {
            clerk_fault(round, error);
            return;
        }
        g_ptr_array_remove_index(all, 0);
    }
}

/* --- deadlines ---------------------------------------------------------------------------------------------------- */

static GPtrArray *
clerk_list(ClerkRound *round, const ExeatLetterFilter *filter)
{
    GPtrArray *rows = NULL;
    GError *error = NULL;

    if (exeat_store_list(round->clerk->quarantine->store, filter, &rows, &error))
        return rows;
    clerk_fault(round, error);
    return g_ptr_array_new();
}

/* Does @work on every letter of the filter. Those it cannot do stay on the list, and must not hide who stands behind
 * them. */
static void
clerk_each(ClerkRound *round, ExeatLetterFilter *filter, bool (*work)(ClerkRound *, const ExeatLetterRow *, GError **))
{
    guint count = 0;

    do {
        g_autoptr(GPtrArray) rows = clerk_list(round, filter);

        count = rows->len;
        for (guint i = 0; i < count && clerk_goes_on(round); i++) {
            GError *error = NULL;

            if (work(round, g_ptr_array_index(rows, i), &error))
                continue;
            clerk_fault(round, error);
            filter->offset++;
        }
    } while (count == EXEAT_STORE_LIST_LIMIT && clerk_goes_on(round));
}

static bool
clerk_expire_one(ClerkRound *round, const ExeatLetterRow *row, GError **error)
{
    ExeatDecision decision = {0};
    bool done = exeat_quarantine_expire(round->clerk->quarantine, row->id, round->now, &decision, error);

    if (done && decision.outcome == EXEAT_DECISION_DONE)
        round->report.expired++;
    exeat_decision_clear(&decision);
    return done;
}

static void
clerk_expire(ClerkRound *round)
{
    ExeatLetterFilter filter = {.states = 1u << EXEAT_HELD_HELD, .deadline_before = round->now};

    clerk_each(round, &filter, clerk_expire_one);
}

static bool
clerk_remind_one(ClerkRound *round, const ExeatLetterRow *row, GError **error)
{
    bool done = exeat_quarantine_remind(round->clerk->quarantine, row, round->now, error);

    round->report.reminded += done ? 1 : 0;
    return done;
}

static void
clerk_remind(ClerkRound *round)
{
    ExeatLetterFilter filter = {.states = 1u << EXEAT_HELD_HELD, .remind_before = round->now};

    clerk_each(round, &filter, clerk_remind_one);
}

static void
clerk_digest(ClerkRound *round)
{
    guint late = 0;
    GError *error = NULL;

    if (!exeat_digest_make(round->clerk->quarantine, round->now, &round->report.digests, &late, &error))
        clerk_fault(round, error);
    round->report.digests_overdue += late;
}

/* After the mails, so that one that is refused is told of in the same round. */
static void
clerk_alarm(ClerkRound *round)
{
    guint raised = 0;
    GError *error = NULL;

    if (!exeat_digest_alarm(round->clerk->quarantine, round->now, &raised, &error))
        clerk_fault(round, error);
    round->report.digests_overdue += raised;
}

static void
clerk_purge(ClerkRound *round)
{
    GError *error = NULL;

    if (round->clerk->retention > 0 &&
        !exeat_store_purge(round->clerk->quarantine->store, round->now - round->clerk->retention, round->now,
                           &round->report.purged, &error))
        clerk_fault(round, error);
}

bool
exeat_clerk_run_once(ExeatClerk *clerk, gint64 now, gint *stop, ExeatClerkReport *out_report, GError **error)
{
    ClerkRound round = {.clerk = clerk, .base = now, .started = g_get_monotonic_time(), .now = now, .stop = stop};

    clerk_tell_store(&round);
    clerk_expire(&round);
    clerk_remind(&round);
    clerk_digest(&round);
    clerk_release(&round);
    clerk_send(&round);
    clerk_alarm(&round);
    if (clerk_goes_on(&round))
        clerk_purge(&round);
    if (out_report != NULL)
        *out_report = round.report;
    if (round.first == NULL)
        return true;
    g_propagate_error(error, round.first);
    return false;
}
