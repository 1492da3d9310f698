/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What senders may do with a letter of their own that is held: take it back, have it put right where that settles
 * everything it is held for, or say why it should go as it is and ask. They decide nothing: whoever decides on letters
 * never does so on their own (see EXEAT_DECISION_OWN), and none of this is open to anybody else.
 */
#include <string.h>

#include "base/error.h"
#include "quarantine/quarantine-private.h"

#define SENDER_ROLE "sender"

static ExeatDecisionOptions
sender_options(const ExeatDecisionOptions *options)
{
    return options != NULL ? *options : (ExeatDecisionOptions){.recipients = NULL};
}

bool
exeat_quarantine_withdraw(ExeatQuarantine *quarantine, const char *id, const ExeatActor *actor,
                          const ExeatDecisionOptions *options, gint64 now, ExeatDecision *out_decision, GError **error)
{
    const ExeatActor sender = {SENDER_ROLE, actor->address};
    QuarantineDecide decide = {.id = id,
                               .actor = &sender,
                               .options = sender_options(options),
                               .now = exeat_quarantine_now(now),
                               .to = EXEAT_HELD_RETURNING,
                               .from = 1u << EXEAT_HELD_HELD,
                               .event = "withdrawn",
                               .notice = EXEAT_NOTICE_WITHDRAWN,
                               .by_sender = true};

    decide.options.put_right = false;
    return exeat_quarantine_decide(quarantine, &decide, out_decision, error);
}

bool
exeat_quarantine_fix(ExeatQuarantine *quarantine, const char *id, const ExeatActor *actor,
                     const ExeatDecisionOptions *options, gint64 now, ExeatDecision *out_decision, GError **error)
{
    const ExeatActor sender = {SENDER_ROLE, actor->address};
    QuarantineDecide decide = {.id = id,
                               .actor = &sender,
                               .options = sender_options(options),
                               .now = exeat_quarantine_now(now),
                               .to = EXEAT_HELD_RELEASING,
                               .from = 1u << EXEAT_HELD_HELD,
                               .event = "put-right-by-sender",
                               .notice = EXEAT_NOTICE_PUT_RIGHT,
                               .by_sender = true};

    decide.options.put_right = true;
    return exeat_quarantine_decide(quarantine, &decide, out_decision, error);
}

/* --- asking ------------------------------------------------------------------------------------------------------- */

static guint
sender_asked(const GPtrArray *rows)
{
    guint count = 0;

    for (guint i = 0; i < rows->len; i++)
        count += strcmp(((const ExeatAuditRow *)g_ptr_array_index(rows, i))->event, "asked") == 0 ? 1 : 0;
    return count;
}

static bool
sender_try_asking(ExeatQuarantine *quarantine, const char *id, const ExeatCard *card, GBytes *sealed, gint64 now,
                  ExeatDecision *decision, bool *out_lost, GError **error)
{
    g_autoptr(ExeatChange) change = exeat_change_new(now);
    g_autoptr(GPtrArray) rows = NULL;
    ExeatNotice notice = exeat_quarantine_notice(quarantine, card, EXEAT_NOTICE_ASKED, id, card->held->len, NULL, now);

    *out_lost = false;
    if (!exeat_quarantine_trail(quarantine, id, &rows, error))
        return false;
    if (sender_asked(rows) >= EXEAT_ASKED_MOST) {
        decision->outcome = EXEAT_DECISION_TOO_OFTEN;
        return true;
    }
    exeat_quarantine_trail_guard(change, id, rows);
    notice.message_id = NULL; /* not their thread */
    exeat_change_audit(change, "asked", id, -1, SENDER_ROLE, NULL, sealed);
    if (!exeat_quarantine_add_decider_notices(quarantine, change, &notice, card, error) ||
        !exeat_store_commit(quarantine->store, change, out_lost, error))
        return false;
    decision->outcome = EXEAT_DECISION_DONE;
    return true;
}

/* DONE if it may go on. */
static bool
sender_may_ask(ExeatQuarantine *quarantine, const char *id, const ExeatActor *actor, ExeatCard **out_card,
               ExeatDecisionOutcome *out_outcome, GError **error)
{
    g_autoptr(ExeatLetterRow) letter = NULL;
    g_autoptr(ExeatCard) card = NULL;

    if (!exeat_store_letter(quarantine->store, id, &letter, error))
        return false;
    if (letter == NULL || letter->kind != EXEAT_LETTER_HELD) {
        *out_outcome = EXEAT_DECISION_UNKNOWN;
        return true;
    }
    if (!exeat_quarantine_read_card(quarantine, id, &card, error))
        return false;
    *out_outcome = !exeat_quarantine_is_own(card, actor)  ? EXEAT_DECISION_NOT_YOURS
                   : letter->states[EXEAT_HELD_HELD] == 0 ? EXEAT_DECISION_ALREADY
                                                          : EXEAT_DECISION_DONE;
    *out_card = g_steal_pointer(&card);
    return true;
}

bool
exeat_quarantine_ask(ExeatQuarantine *quarantine, const char *id, const ExeatActor *actor, const char *reason,
                     gint64 now, ExeatDecision *out_decision, GError **error)
{
    g_autoptr(ExeatCard) card = NULL;
    g_autoptr(GBytes) sealed = NULL;
    bool lost = true;

    memset(out_decision, 0, sizeof *out_decision);
    if (!exeat_quarantine_check_reason(reason, error) ||
        !sender_may_ask(quarantine, id, actor, &card, &out_decision->outcome, error))
        return false;
    if (out_decision->outcome != EXEAT_DECISION_DONE)
        return true;
    if (!exeat_quarantine_seal_detail(quarantine, actor->address, reason, &sealed, error))
        return false;
    for (guint i = 0; i < QUARANTINE_TRIES && lost; i++) {
        if (!sender_try_asking(quarantine, id, card, sealed, exeat_quarantine_now(now), out_decision, &lost, error))
            return false;
    }
    return !lost || exeat_quarantine_lost(error);
}
