/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Decisions. Each recipient is moved by compare-and-set; when somebody else was quicker between our look and our
 * commit, the commit changes nothing and we look again. The sender's notice is part of the same commit.
 */
#include <string.h>

#include "base/error.h"
#include "base/fault.h"
#include "quarantine/quarantine-private.h"

/* Losing so often to others means that something else is wrong. */
#define DECIDE_TRIES 10

typedef struct Decide {
    const char *id;
    const GArray *recipients;
    const ExeatActor *actor;
    const char *reason;
    gint64 now;
    ExeatHeldState to;
    guint from; /* bit set of states that this decision may leave */
    const char *event;
} Decide;

void
exeat_decision_clear(ExeatDecision *decision)
{
    g_clear_pointer(&decision->event, g_free);
    g_clear_pointer(&decision->role, g_free);
    g_clear_pointer(&decision->by, g_free);
    memset(decision, 0, sizeof *decision);
}

static bool
decide_wants(const Decide *decide, const ExeatRecipientRow *row)
{
    if ((decide->from & 1u << row->state) == 0)
        return false;
    for (guint i = 0; decide->recipients != NULL && i < decide->recipients->len; i++) {
        if (g_array_index(decide->recipients, guint, i) == row->index)
            return true;
    }
    return decide->recipients == NULL;
}

/* Who was first: the last decision in the letter's trail. */
static bool
decide_tell_first(ExeatQuarantine *quarantine, const Decide *decide, ExeatDecision *decision, GError **error)
{
    static const char *const events[] = {"release-decided", "return-decided", "expired", NULL};
    gint64 after = 0;
    guint count;

    decision->outcome = EXEAT_DECISION_ALREADY;
    do {
        g_autoptr(GPtrArray) rows = NULL;

        if (!exeat_store_audit(quarantine->store, decide->id, after, &rows, error))
            return false;
        count = rows->len;
        for (guint i = 0; i < count; i++) {
            const ExeatAuditRow *row = g_ptr_array_index(rows, i);

            after = row->sequence;
            if (!g_strv_contains(events, row->event))
                continue;
            g_free(decision->event);
            g_free(decision->role);
            g_free(decision->by);
            decision->event = g_strdup(row->event);
            decision->role = g_strdup(row->role);
            decision->by = exeat_quarantine_audit_detail(quarantine, row, "who");
            decision->at = row->at;
        }
    } while (count > 0);
    return true;
}

static bool
decide_add_return(ExeatQuarantine *quarantine, const Decide *decide, const ExeatCard *card, ExeatChange *change,
                  const GArray *indices, GError **error)
{
    bool expired = decide->to == EXEAT_HELD_EXPIRED;
    ExeatNotice notice = exeat_quarantine_notice(quarantine, card,
                                                 expired ? EXEAT_NOTICE_EXPIRED : EXEAT_NOTICE_RETURNED, decide->id,
                                                 indices->len, NULL, decide->now);

    notice.indices = indices;
    notice.note = !expired && decide->reason != NULL && *decide->reason != '\0';
    if (!expired)
        notice.role = decide->actor->role;
    if (card->notify != NULL)
        return exeat_quarantine_add_notice(quarantine, change, &notice, card->notify, indices, false, error);
    /* Nobody of ours sent it: those who decide hear that it did not go out. */
    notice.kind = EXEAT_NOTICE_UNTOLD;
    notice.message_id = NULL;
    return exeat_quarantine_add_notice(
        quarantine, change, &notice,
        card->deciders->len > 0 ? g_ptr_array_index(card->deciders, 0) : quarantine->postmaster, indices, true, error);
}

static bool
decide_add_notices(ExeatQuarantine *quarantine, const Decide *decide, const ExeatCard *card, ExeatChange *change,
                   const GArray *indices, GError **error)
{
    ExeatNotice notice;

    if (decide->to != EXEAT_HELD_RELEASING)
        return decide_add_return(quarantine, decide, card, change, indices, error);
    if (card->notify == NULL)
        return true;
    notice = exeat_quarantine_notice(quarantine, card, EXEAT_NOTICE_RELEASED, decide->id, indices->len, NULL,
                                     decide->now);
    notice.role = decide->actor->role;
    return exeat_quarantine_add_notice(quarantine, change, &notice, card->notify, NULL, false, error);
}

/* One try: *out_lost if somebody else moved a recipient meanwhile. */
static bool
decide_try(ExeatQuarantine *quarantine, const Decide *decide, const ExeatCard *card, ExeatDecision *decision,
           bool *out_lost, GError **error)
{
    g_autoptr(GPtrArray) rows = NULL;
    g_autoptr(GArray) indices = g_array_new(false, false, sizeof(guint));
    g_autoptr(ExeatChange) change = exeat_change_new(decide->now);
    g_autoptr(GBytes) sealed = NULL;
    g_autofree char *detail = NULL;

    if (!exeat_store_recipients(quarantine->store, decide->id, &rows, error))
        return false;
    for (guint i = 0; i < rows->len; i++) {
        const ExeatRecipientRow *row = g_ptr_array_index(rows, i);

        if (!decide_wants(decide, row))
            continue;
        exeat_change_move(change, decide->id, row->index, row->state, decide->to);
        g_array_append_val(indices, row->index);
    }
    *out_lost = false;
    if (indices->len == 0)
        return decide_tell_first(quarantine, decide, decision, error);
    detail = g_strdup_printf("recipients=%u", indices->len);
    if (!exeat_quarantine_seal_detail(quarantine, decide->actor->address, decide->reason, &sealed, error))
        return false;
    exeat_change_audit(change, decide->event, decide->id, -1, decide->actor->role, detail, sealed);
    if (!decide_add_notices(quarantine, decide, card, change, indices, error) ||
        EXEAT_FAULT_FAILS("decide.before-commit", error) ||
        !exeat_store_commit(quarantine->store, change, out_lost, error))
        return false;
    EXEAT_FAULT_POINT("decide.committed");
    decision->outcome = EXEAT_DECISION_DONE;
    decision->changed = *out_lost ? 0 : indices->len;
    return true;
}

static bool
decide_run(ExeatQuarantine *quarantine, const Decide *decide, ExeatDecision *decision, GError **error)
{
    g_autoptr(ExeatLetterRow) letter = NULL;
    g_autoptr(ExeatCard) card = NULL;
    bool lost = true;

    memset(decision, 0, sizeof *decision);
    decision->outcome = EXEAT_DECISION_UNKNOWN;
    if (!exeat_store_letter(quarantine->store, decide->id, &letter, error))
        return false;
    if (letter == NULL || letter->kind != EXEAT_LETTER_HELD)
        return true;
    if (!exeat_quarantine_read_card(quarantine, decide->id, &card, error))
        return false;
    if (decide->actor->address != NULL && (exeat_deciders_same(decide->actor->address, card->sender) ||
                                           exeat_deciders_same(decide->actor->address, card->account))) {
        decision->outcome = EXEAT_DECISION_OWN;
        return true;
    }
    for (guint i = 0; i < DECIDE_TRIES && lost; i++) {
        if (!decide_try(quarantine, decide, card, decision, &lost, error))
            return false;
    }
    if (lost) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_UNAVAILABLE, "others are deciding on the same letter: try again");
        return false;
    }
    return true;
}

bool
exeat_quarantine_release(ExeatQuarantine *quarantine, const char *id, const GArray *recipients, const ExeatActor *actor,
                         const char *reason, gint64 now, ExeatDecision *out_decision, GError **error)
{
    Decide decide = {id,
                     recipients,
                     actor,
                     reason,
                     exeat_quarantine_now(now),
                     EXEAT_HELD_RELEASING,
                     1u << EXEAT_HELD_HELD | 1u << EXEAT_HELD_FAILED,
                     "release-decided"};

    return decide_run(quarantine, &decide, out_decision, error);
}

bool
exeat_quarantine_return(ExeatQuarantine *quarantine, const char *id, const GArray *recipients, const ExeatActor *actor,
                        const char *note, gint64 now, ExeatDecision *out_decision, GError **error)
{
    Decide decide = {id,
                     recipients,
                     actor,
                     note,
                     exeat_quarantine_now(now),
                     EXEAT_HELD_RETURNING,
                     1u << EXEAT_HELD_HELD | 1u << EXEAT_HELD_FAILED,
                     "return-decided"};

    return decide_run(quarantine, &decide, out_decision, error);
}

bool
exeat_quarantine_expire(ExeatQuarantine *quarantine, const char *id, gint64 now, ExeatDecision *out_decision,
                        GError **error)
{
    static const ExeatActor clerk = {"clerk", NULL};
    Decide decide = {id,       NULL, &clerk, NULL, exeat_quarantine_now(now), EXEAT_HELD_EXPIRED, 1u << EXEAT_HELD_HELD,
                     "expired"};

    return decide_run(quarantine, &decide, out_decision, error);
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
