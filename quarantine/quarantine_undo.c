/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Taking a decision back while nobody has begun to carry it out. Recipients go back to where the decision found them,
 * and the mails that it caused are gone, in one commit that is lost if the clerk had a hand on any of them: a decision
 * is undone whole or not at all. The deadline of the letter was running all the while.
 */
#include <string.h>

#include "base/fault.h"
#include "quarantine/quarantine-private.h"

/* The last decision of @actor that stands, or NULL. (transfer none) */
static const ExeatAuditRow *
undo_find(const ExeatQuarantine *quarantine, const GPtrArray *rows, const ExeatActor *actor)
{
    for (guint i = rows->len; i-- > 0;) {
        const ExeatAuditRow *row = g_ptr_array_index(rows, i);

        if (exeat_quarantine_trail_stands(rows, i) && exeat_quarantine_trail_is_by(quarantine, row, actor))
            return row;
    }
    return NULL;
}

static bool
undo_is_open(const ExeatRecipientRow *row, gint64 now)
{
    return (row->state == EXEAT_HELD_RELEASING || row->state == EXEAT_HELD_RETURNING) && row->attempts == 0 &&
           row->next_at > now;
}

/* The moves back. False if it is too late for any of them. */
static bool
undo_add_moves(const GPtrArray *recipients, ExeatChange *change)
{
    for (guint i = 0; i < recipients->len; i++) {
        const ExeatRecipientRow *row = g_ptr_array_index(recipients, i);
        ExeatMove *move;

        if (g_strcmp0(row->decision, change->undo) != 0)
            continue;
        if (!undo_is_open(row, change->at) || !exeat_held_may_move(row->state, row->decided_from))
            return false;
        move = exeat_change_move(change, row->letter, row->index, row->state, row->decided_from);
        move->code = row->code;
        move->enhanced = g_strdup(row->enhanced);
    }
    return change->moves->len > 0;
}

/* One try: *out_lost if anything happened to the letter meanwhile. @seen: where its trail ended at the last try; where
 * it still does, it was the clerk who has begun with a mail. */
static bool
undo_try(ExeatQuarantine *quarantine, const char *id, const ExeatActor *actor, gint64 now, gint64 *seen,
         ExeatDecision *decision, bool *out_lost, GError **error)
{
    g_autoptr(ExeatChange) change = exeat_change_new(now);
    g_autoptr(GPtrArray) rows = NULL, recipients = NULL;
    g_autoptr(GBytes) sealed = NULL;
    g_autofree char *detail = NULL;
    const ExeatAuditRow *last;

    *out_lost = false;
    if (!exeat_quarantine_trail(quarantine, id, &rows, error) ||
        !exeat_store_recipients(quarantine->store, id, &recipients, error))
        return false;
    last = undo_find(quarantine, rows, actor);
    decision->outcome = last != NULL ? EXEAT_DECISION_TOO_LATE : EXEAT_DECISION_NOTHING;
    change->undo = last != NULL ? exeat_quarantine_trail_word(last, "decision") : NULL;
    exeat_quarantine_trail_guard(change, id, rows);
    if (change->undo == NULL || change->trail_end == *seen || !undo_add_moves(recipients, change))
        return true;
    *seen = change->trail_end;
    detail = g_strdup_printf("recipients=%u decision=%s", change->moves->len, change->undo);
    if (!exeat_quarantine_seal_detail(quarantine, actor->address, NULL, &sealed, error))
        return false;
    exeat_change_audit(change, "decision-undone", id, -1, last->role, detail, sealed);
    if (EXEAT_FAULT_FAILS("undo.before-commit", error) ||
        !exeat_store_commit(quarantine->store, change, out_lost, error))
        return false;
    decision->outcome = EXEAT_DECISION_DONE;
    decision->changed = *out_lost ? 0 : change->moves->len;
    return true;
}

bool
exeat_quarantine_undo(ExeatQuarantine *quarantine, const char *id, const ExeatActor *actor, gint64 now,
                      ExeatDecision *out_decision, GError **error)
{
    g_autoptr(ExeatLetterRow) letter = NULL;
    gint64 seen = -1;
    bool lost = true;

    memset(out_decision, 0, sizeof *out_decision);
    out_decision->outcome = EXEAT_DECISION_UNKNOWN;
    if (!exeat_store_letter(quarantine->store, id, &letter, error))
        return false;
    if (letter == NULL || letter->kind != EXEAT_LETTER_HELD)
        return true;
    for (guint i = 0; i < QUARANTINE_TRIES && lost; i++) {
        if (!undo_try(quarantine, id, actor, exeat_quarantine_now(now), &seen, out_decision, &lost, error))
            return false;
    }
    return !lost || exeat_quarantine_lost(error);
}
