/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Decisions. Each recipient is moved by compare-and-set; when somebody else was quicker between our look and our
 * commit, the commit changes nothing and we look again. The sender's notice is part of the same commit. A decision with
 * a delay is committed at once and due later; quarantine_undo.c takes it back until then.
 */
#include <string.h>

#include "base/error.h"
#include "base/fault.h"
#include "quarantine/quarantine-private.h"

void
exeat_decision_clear(ExeatDecision *decision)
{
    g_clear_pointer(&decision->event, g_free);
    g_clear_pointer(&decision->role, g_free);
    g_clear_pointer(&decision->by, g_free);
    memset(decision, 0, sizeof *decision);
}

const char *
exeat_decision_outcome_name(ExeatDecisionOutcome outcome)
{
    static const char *const names[EXEAT_DECISION_OUTCOMES] = {
        [EXEAT_DECISION_DONE] = "done",
        [EXEAT_DECISION_ALREADY] = "already-decided",
        [EXEAT_DECISION_UNKNOWN] = "unknown",
        [EXEAT_DECISION_OWN] = "own-letter",
        [EXEAT_DECISION_NO_REMEDY] = "no-remedy",
        [EXEAT_DECISION_TOO_LATE] = "too-late",
        [EXEAT_DECISION_NOTHING] = "nothing",
        [EXEAT_DECISION_NOT_YOURS] = "not-yours",
        [EXEAT_DECISION_NOT_ENOUGH] = "not-enough",
        [EXEAT_DECISION_TOO_OFTEN] = "too-often",
        [EXEAT_DECISION_TWO_PEOPLE] = "two-people",
        [EXEAT_DECISION_SAME_PERSON] = "same-person",
        [EXEAT_DECISION_OUTSIDE] = "outside",
        [EXEAT_DECISION_NOT_ASKED] = "not-asked",
    };

    return (guint)outcome < EXEAT_DECISION_OUTCOMES ? names[outcome] : "unknown";
}

bool
exeat_quarantine_is_own(const ExeatCard *card, const ExeatActor *actor)
{
    return actor->address != NULL &&
           (exeat_deciders_same(actor->address, card->sender) || exeat_deciders_same(actor->address, card->account));
}

bool
exeat_quarantine_check_reason(const char *reason, GError **error)
{
    if (reason == NULL || *reason == '\0') {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG, "this is done for a reason, which is written down");
        return false;
    }
    if (strnlen(reason, EXEAT_REASON_BYTES + 1) > EXEAT_REASON_BYTES) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_LIMIT, "a reason has %d bytes at most", EXEAT_REASON_BYTES);
        return false;
    }
    return true;
}

bool
exeat_quarantine_lost(GError **error)
{
    g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_UNAVAILABLE, "others are deciding on the same letter: try again");
    return false;
}

static bool
decide_wants(const QuarantineDecide *decide, const ExeatRecipientRow *row)
{
    const GArray *recipients = decide->options.recipients;

    if ((decide->from & 1u << row->state) == 0)
        return false;
    for (guint i = 0; recipients != NULL && i < recipients->len; i++) {
        if (g_array_index(recipients, guint, i) == row->index)
            return true;
    }
    return recipients == NULL;
}

/* Who was first: the last decision in the letter's trail. */
static bool
decide_tell_first(ExeatQuarantine *quarantine, const QuarantineDecide *decide, ExeatDecision *decision, GError **error)
{
    g_autoptr(GPtrArray) rows = NULL;

    decision->outcome = EXEAT_DECISION_ALREADY;
    if (!exeat_quarantine_trail(quarantine, decide->id, &rows, error))
        return false;
    for (guint i = rows->len; i-- > 0;) {
        const ExeatAuditRow *row = g_ptr_array_index(rows, i);

        if (!exeat_quarantine_trail_stands(rows, i))
            continue;
        decision->event = g_strdup(row->event);
        decision->role = g_strdup(row->role);
        decision->by = exeat_quarantine_audit_detail(quarantine, row, "who");
        decision->at = row->at;
        break;
    }
    return true;
}

/* Nobody of ours sent it: those who decide hear that it did not go out. */
static bool
decide_add_untold(ExeatQuarantine *quarantine, const ExeatCard *card, ExeatNotice *notice, ExeatChange *change,
                  GError **error)
{
    const char *to = card->deciders->len > 0 ? g_ptr_array_index(card->deciders, 0) : quarantine->postmaster;

    notice->kind = EXEAT_NOTICE_UNTOLD;
    notice->message_id = NULL;
    return exeat_quarantine_add_notice(quarantine, change, notice, to, notice->indices, true, error);
}

static bool
decide_add_notices(ExeatQuarantine *quarantine, const QuarantineDecide *decide, const ExeatCard *card,
                   ExeatChange *change, const GArray *indices, GError **error)
{
    bool goes_out = decide->to == EXEAT_HELD_RELEASING;
    ExeatNotice notice = exeat_quarantine_notice(quarantine, card, decide->notice, decide->id, indices->len, NULL,
                                                 change->due_at);

    if (decide->to != EXEAT_HELD_EXPIRED && !decide->by_sender)
        notice.role = decide->actor->role;
    notice.indices = goes_out ? NULL : indices;
    notice.note = !decide->by_sender && decide->to == EXEAT_HELD_RETURNING && decide->options.reason != NULL &&
                  *decide->options.reason != '\0';
    if (card->notify == NULL)
        return goes_out || decide_add_untold(quarantine, card, &notice, change, error);
    return exeat_quarantine_add_notice(quarantine, change, &notice, card->notify, notice.indices, false, error);
}

static void
decide_add_move(const QuarantineDecide *decide, const ExeatRecipientRow *row, ExeatChange *change)
{
    ExeatMove *move = exeat_change_move(change, decide->id, row->index, row->state, decide->to);

    /* What the last server said stays with it until the next one speaks, or the decision is taken back. */
    move->code = row->code;
    move->enhanced = g_strdup(row->enhanced);
    move->put_right = decide->options.put_right;
}

static bool
decide_add_trail(ExeatQuarantine *quarantine, const QuarantineDecide *decide, ExeatChange *change, GError **error)
{
    g_autoptr(GBytes) sealed = NULL;
    g_autoptr(GString) detail = g_string_new("");

    g_string_append_printf(detail, "recipients=%u", change->moves->len);
    if (change->decision != NULL)
        g_string_append_printf(detail, " decision=%s", change->decision);
    if (decide->options.put_right)
        g_string_append(detail, " put-right=yes");
    if (decide->options.delay > 0)
        g_string_append_printf(detail, " delay=%" G_GINT64_FORMAT, decide->options.delay);
    if (!exeat_quarantine_seal_detail(quarantine, decide->actor->address, decide->options.reason, &sealed, error))
        return false;
    exeat_change_audit(change, decide->event, decide->id, -1, decide->actor->role, detail->str, sealed);
    return true;
}

static bool
decide_concerns(const ExeatFinding *finding, const GArray *indices)
{
    for (guint i = 0; finding->recipients != NULL && i < finding->recipients->len; i++) {
        for (guint k = 0; k < indices->len; k++) {
            if (g_array_index(finding->recipients, guint, i) == g_array_index(indices, guint, k))
                return true;
        }
    }
    return finding->recipients == NULL;
}

/* Whether the remedy settles all that holds these recipients: only then may its sender have it put right alone. */
static bool
decide_is_settled(const ExeatCard *card, const GArray *indices)
{
    for (guint i = 0; i < card->findings->len; i++) {
        const ExeatFinding *finding = g_ptr_array_index(card->findings, i);

        if (finding->action == EXEAT_ACTION_HOLD && decide_concerns(finding, indices) && !exeat_card_settles(card, i))
            return false;
    }
    return true;
}

/* One try: *out_lost if somebody else moved a recipient meanwhile. */
static bool
decide_try(ExeatQuarantine *quarantine, const QuarantineDecide *decide, const ExeatCard *card, ExeatDecision *decision,
           bool *out_lost, GError **error)
{
    g_autoptr(GPtrArray) rows = NULL;
    g_autoptr(GArray) indices = g_array_new(false, false, sizeof(guint));
    g_autoptr(ExeatChange) change = exeat_change_new(decide->now);

    change->due_at = decide->now + decide->options.delay;
    change->decision = decide->to != EXEAT_HELD_EXPIRED ? exeat_held_new_decision() : NULL;
    if (!exeat_store_recipients(quarantine->store, decide->id, &rows, error))
        return false;
    for (guint i = 0; i < rows->len; i++) {
        const ExeatRecipientRow *row = g_ptr_array_index(rows, i);

        if (!decide_wants(decide, row))
            continue;
        decide_add_move(decide, row, change);
        g_array_append_val(indices, row->index);
    }
    *out_lost = false;
    if (indices->len == 0)
        return decide_tell_first(quarantine, decide, decision, error);
    if (decide->by_sender && decide->options.put_right && !decide_is_settled(card, indices)) {
        decision->outcome = EXEAT_DECISION_NOT_ENOUGH;
        return true;
    }
    if (!decide_add_trail(quarantine, decide, change, error) ||
        !decide_add_notices(quarantine, decide, card, change, indices, error) ||
        EXEAT_FAULT_FAILS("decide.before-commit", error) ||
        !exeat_store_commit(quarantine->store, change, out_lost, error))
        return false;
    EXEAT_FAULT_POINT("decide.committed");
    decision->outcome = EXEAT_DECISION_DONE;
    decision->changed = *out_lost ? 0 : indices->len;
    return true;
}

/* DONE if it may go on. */
static bool
decide_may(ExeatQuarantine *quarantine, const QuarantineDecide *decide, const ExeatLetterRow *letter,
           const ExeatCard *card, ExeatDecisionOutcome *out_outcome, GError **error)
{
    bool waits = false;

    *out_outcome = EXEAT_DECISION_DONE;
    if (exeat_quarantine_is_own(card, decide->actor) != decide->by_sender) {
        *out_outcome = decide->by_sender ? EXEAT_DECISION_NOT_YOURS : EXEAT_DECISION_OWN;
        return true;
    }
    /* A sender's own deed and a deadline open nothing. */
    if (!decide->by_sender && decide->to != EXEAT_HELD_EXPIRED &&
        !exeat_quarantine_waits_for_second(quarantine, letter, decide->now, &waits, error))
        return false;
    if (waits)
        *out_outcome = EXEAT_DECISION_TWO_PEOPLE;
    else if (decide->options.put_right && card->remedy == NULL)
        *out_outcome = EXEAT_DECISION_NO_REMEDY;
    return true;
}

bool
exeat_quarantine_decide(ExeatQuarantine *quarantine, const QuarantineDecide *decide, ExeatDecision *decision,
                        GError **error)
{
    g_autoptr(ExeatLetterRow) letter = NULL;
    g_autoptr(ExeatCard) card = NULL;
    bool lost = true;

    memset(decision, 0, sizeof *decision);
    decision->outcome = EXEAT_DECISION_UNKNOWN;
    if (decide->options.delay < 0 || decide->options.delay > EXEAT_DECISION_DELAY_LIMIT) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_LIMIT, "a decision waits for an hour at most");
        return false;
    }
    if (!exeat_store_letter(quarantine->store, decide->id, &letter, error))
        return false;
    if (letter == NULL || letter->kind != EXEAT_LETTER_HELD)
        return true;
    if (!exeat_quarantine_read_card(quarantine, decide->id, &card, error) ||
        !decide_may(quarantine, decide, letter, card, &decision->outcome, error))
        return false;
    if (decision->outcome != EXEAT_DECISION_DONE)
        return true;
    for (guint i = 0; i < QUARANTINE_TRIES && lost; i++) {
        if (!decide_try(quarantine, decide, card, decision, &lost, error))
            return false;
    }
    return !lost || exeat_quarantine_lost(error);
}

#define DECIDE_FROM (1u << EXEAT_HELD_HELD | 1u << EXEAT_HELD_FAILED)

static ExeatDecisionOptions
decide_options(const ExeatDecisionOptions *options)
{
    return options != NULL ? *options : (ExeatDecisionOptions){.recipients = NULL};
}

bool
exeat_quarantine_release(ExeatQuarantine *quarantine, const char *id, const ExeatActor *actor,
                         const ExeatDecisionOptions *options, gint64 now, ExeatDecision *out_decision, GError **error)
{
    QuarantineDecide decide = {.id = id,
                               .actor = actor,
                               .options = decide_options(options),
                               .now = exeat_quarantine_now(now),
                               .to = EXEAT_HELD_RELEASING,
                               .from = DECIDE_FROM,
                               .event = "release-decided",
                               .notice = EXEAT_NOTICE_RELEASED};

    if (decide.options.put_right)
        decide.notice = EXEAT_NOTICE_RELEASED_RIGHT;
    return exeat_quarantine_decide(quarantine, &decide, out_decision, error);
}

bool
exeat_quarantine_return(ExeatQuarantine *quarantine, const char *id, const ExeatActor *actor,
                        const ExeatDecisionOptions *options, gint64 now, ExeatDecision *out_decision, GError **error)
{
    QuarantineDecide decide = {.id = id,
                               .actor = actor,
                               .options = decide_options(options),
                               .now = exeat_quarantine_now(now),
                               .to = EXEAT_HELD_RETURNING,
                               .from = DECIDE_FROM,
                               .event = "return-decided",
                               .notice = EXEAT_NOTICE_RETURNED};

    decide.options.put_right = false;
    return exeat_quarantine_decide(quarantine, &decide, out_decision, error);
}

bool
exeat_quarantine_expire(ExeatQuarantine *quarantine, const char *id, gint64 now, ExeatDecision *out_decision,
                        GError **error)
{
    static const ExeatActor clerk = {"clerk", NULL};
    QuarantineDecide decide = {.id = id,
                               .actor = &clerk,
                               .now = exeat_quarantine_now(now),
                               .to = EXEAT_HELD_EXPIRED,
                               .from = 1u << EXEAT_HELD_HELD,
                               .event = "expired",
                               .notice = EXEAT_NOTICE_EXPIRED};

    return exeat_quarantine_decide(quarantine, &decide, out_decision, error);
}

bool
exeat_quarantine_remind(ExeatQuarantine *quarantine, const ExeatLetterRow *letter, gint64 now, GError **error)
{
    g_autoptr(ExeatCard) card = NULL;
    g_autoptr(ExeatChange) change = exeat_change_new(exeat_quarantine_now(now));
    g_autofree char *deadline = NULL;
    ExeatNotice notice;
    bool lost = false;

    if (!exeat_quarantine_read_card(quarantine, letter->id, &card, error))
        return false;
    deadline = exeat_clock_text(quarantine->clock, letter->deadline_at, card->language);
    notice = exeat_quarantine_notice(quarantine, card, EXEAT_NOTICE_REMINDER, letter->id,
                                     letter->states[EXEAT_HELD_HELD], deadline, change->at);
    notice.message_id = NULL;
    change->reminded = g_strdup(letter->id);
    exeat_change_audit(change, "reminded", letter->id, -1, "clerk", NULL, NULL);
    /* Lost: another clerk has done it. */
    return exeat_quarantine_add_decider_notices(quarantine, change, &notice, card, error) &&
           !EXEAT_FAULT_FAILS("remind.before-commit", error) &&
           exeat_store_commit(quarantine->store, change, &lost, error);
}

bool
exeat_quarantine_keep(ExeatQuarantine *quarantine, const char *id, bool keep, const ExeatActor *actor,
                      const char *reason, gint64 now, bool *out_found, GError **error)
{
    g_autoptr(ExeatChange) change = exeat_change_new(exeat_quarantine_now(now));
    g_autoptr(GBytes) sealed = NULL;
    bool lost = false;

    change->keep = g_strdup(id);
    change->keep_value = keep;
    if (!exeat_quarantine_seal_detail(quarantine, actor->address, reason, &sealed, error))
        return false;
    exeat_change_audit(change, keep ? "kept" : "unkept", id, -1, actor->role, NULL, sealed);
    if (!exeat_store_commit(quarantine->store, change, &lost, error))
        return false;
    *out_found = !lost;
    return true;
}
