/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Two people. Where the school wants it, a letter about safeguarding is opened, and decided on, by two: one asks,
 * another agrees, each for a reason. Both stand in the trail, and it is looked up there and nowhere else; after a day
 * it is over. The sender is neither of them.
 */
#include <string.h>

#include "base/error.h"
#include "quarantine/quarantine-private.h"

bool
exeat_quarantine_two_people(const ExeatLetterRow *letter)
{
    for (guint i = 0; i < letter->findings->len; i++) {
        if (g_strcmp0(g_array_index(letter->findings, ExeatFindingRow, i).rule, "safeguarding") == 0)
            return true;
    }
    return false;
}

void
exeat_opening_clear(ExeatOpening *opening)
{
    g_free(opening->asked_by);
    g_free(opening->why);
    g_free(opening->agreed_by);
    memset(opening, 0, sizeof *opening);
}

/* --- what stands ---------------------------------------------------------------------------------------------------
 */

static bool
open_is_fresh(const ExeatAuditRow *row, gint64 now)
{
    return row != NULL && now - row->at < EXEAT_OPENING_SECONDS;
}

/* The last that was asked, and who agreed to that; each NULL if it is none, or of yesterday. (transfer none) */
static void
open_find(const GPtrArray *rows, gint64 now, const ExeatAuditRow **out_asked, const ExeatAuditRow **out_agreed)
{
    const ExeatAuditRow *asked = NULL, *agreed = NULL;

    for (guint i = 0; i < rows->len; i++) {
        const ExeatAuditRow *row = g_ptr_array_index(rows, i);

        if (strcmp(row->event, "opening-asked") == 0) {
            asked = row;
            agreed = NULL;
        } else if (strcmp(row->event, "opening-agreed") == 0 && asked != NULL) {
            agreed = row;
        }
    }
    *out_agreed = open_is_fresh(agreed, now) ? agreed : NULL;
    *out_asked = *out_agreed != NULL || (agreed == NULL && open_is_fresh(asked, now)) ? asked : NULL;
}

bool
exeat_quarantine_opening(ExeatQuarantine *quarantine, const char *id, gint64 now, ExeatOpening *out_opening,
                         GError **error)
{
    g_autoptr(GPtrArray) rows = NULL;
    const ExeatAuditRow *asked, *agreed;

    if (!exeat_quarantine_trail(quarantine, id, &rows, error))
        return false;
    memset(out_opening, 0, sizeof *out_opening);
    open_find(rows, exeat_quarantine_now(now), &asked, &agreed);
    if (asked != NULL) {
        out_opening->asked = true;
        out_opening->asked_by = exeat_quarantine_audit_detail(quarantine, asked, "who");
        out_opening->asked_at = asked->at;
        out_opening->why = exeat_quarantine_audit_detail(quarantine, asked, "why");
    }
    if (agreed != NULL) {
        out_opening->agreed = true;
        out_opening->agreed_by = exeat_quarantine_audit_detail(quarantine, agreed, "who");
        out_opening->agreed_at = agreed->at;
    }
    return true;
}

bool
exeat_quarantine_waits_for_second(ExeatQuarantine *quarantine, const ExeatLetterRow *letter, gint64 now,
                                  bool *out_waits, GError **error)
{
    g_autoptr(GPtrArray) rows = NULL;
    const ExeatAuditRow *asked, *agreed;

    *out_waits = false;
    if (!quarantine->two_people || !exeat_quarantine_two_people(letter))
        return true;
    if (!exeat_quarantine_trail(quarantine, letter->id, &rows, error))
        return false;
    open_find(rows, now, &asked, &agreed);
    *out_waits = agreed == NULL;
    return true;
}

/* --- one asks, another agrees ------------------------------------------------------------------------------------- */

typedef struct OpenStep {
    const char *id;
    const ExeatActor *actor;
    gint64 now;
    const ExeatCard *card;
    GBytes *sealed;
    bool agrees;
} OpenStep;

/* Those who may agree hear that somebody asks; who asked hears that somebody has agreed. */
static bool
open_tell(const ExeatQuarantine *quarantine, const OpenStep *step, const char *asker, ExeatChange *change,
          GError **error)
{
    const GPtrArray *deciders = step->card->deciders;

    for (guint i = 0; i < deciders->len; i++) {
        const char *to = g_ptr_array_index(deciders, i);
        bool concerned = step->agrees ? exeat_deciders_same(to, asker) : !exeat_deciders_same(to, step->actor->address);

        if (concerned && !exeat_quarantine_tell_colleague(quarantine, step->card,
                                                          step->agrees ? EXEAT_NOTICE_ANSWERED : EXEAT_NOTICE_OPENING,
                                                          step->id, to, change, error))
            return false;
    }
    return true;
}

/* DONE if the step may be taken. */
static ExeatDecisionOutcome
open_may(ExeatQuarantine *quarantine, const OpenStep *step, const GPtrArray *rows, ExeatDecision *decision)
{
    const ExeatAuditRow *asked, *agreed, *first;

    open_find(rows, step->now, &asked, &agreed);
    first = agreed != NULL ? agreed : asked;
    if (agreed != NULL || (asked != NULL && !step->agrees)) {
        decision->event = g_strdup(first->event);
        decision->role = g_strdup(first->role);
        decision->by = exeat_quarantine_audit_detail(quarantine, first, "who");
        decision->at = first->at;
        return EXEAT_DECISION_ALREADY;
    }
    if (!step->agrees)
        return EXEAT_DECISION_DONE;
    if (asked == NULL)
        return EXEAT_DECISION_NOTHING;
    return exeat_quarantine_trail_is_by(quarantine, asked, step->actor) ? EXEAT_DECISION_SAME_PERSON
                                                                        : EXEAT_DECISION_DONE;
}

static bool
open_try(ExeatQuarantine *quarantine, const OpenStep *step, ExeatDecision *decision, bool *out_lost, GError **error)
{
    g_autoptr(ExeatChange) change = exeat_change_new(step->now);
    g_autoptr(GPtrArray) rows = NULL;
    g_autofree char *asker = NULL;
    const ExeatAuditRow *asked, *agreed;

    *out_lost = false;
    if (!exeat_quarantine_trail(quarantine, step->id, &rows, error))
        return false;
    decision->outcome = open_may(quarantine, step, rows, decision);
    if (decision->outcome != EXEAT_DECISION_DONE)
        return true;
    open_find(rows, step->now, &asked, &agreed);
    asker = asked != NULL ? exeat_quarantine_audit_detail(quarantine, asked, "who") : NULL;
    exeat_quarantine_trail_guard(change, step->id, rows);
    exeat_change_audit(change, step->agrees ? "opening-agreed" : "opening-asked", step->id, -1, step->actor->role, NULL,
                       step->sealed);
    return open_tell(quarantine, step, asker, change, error) &&
           exeat_store_commit(quarantine->store, change, out_lost, error);
}

static bool
open_step(ExeatQuarantine *quarantine, OpenStep *step, const char *reason, ExeatDecision *decision, GError **error)
{
    g_autoptr(ExeatLetterRow) letter = NULL;
    g_autoptr(ExeatCard) card = NULL;
    g_autoptr(GBytes) sealed = NULL;
    bool lost = true;

    memset(decision, 0, sizeof *decision);
    decision->outcome = EXEAT_DECISION_UNKNOWN;
    if (step->actor->address == NULL) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG, "two people are two addresses");
        return false;
    }
    if (!exeat_quarantine_check_reason(reason, error) ||
        !exeat_store_letter(quarantine->store, step->id, &letter, error))
        return false;
    if (letter == NULL)
        return true;
    if (!exeat_quarantine_read_card(quarantine, step->id, &card, error) ||
        !exeat_quarantine_seal_detail(quarantine, step->actor->address, reason, &sealed, error))
        return false;
    decision->outcome = EXEAT_DECISION_OWN;
    if (exeat_quarantine_is_own(card, step->actor))
        return true;
    step->card = card;
    step->sealed = sealed;
    for (guint i = 0; i < QUARANTINE_TRIES && lost; i++) {
        if (!open_try(quarantine, step, decision, &lost, error))
            return false;
    }
    return !lost || exeat_quarantine_lost(error);
}

bool
exeat_quarantine_ask_to_open(ExeatQuarantine *quarantine, const char *id, const ExeatActor *actor, const char *reason,
                             gint64 now, ExeatDecision *out_decision, GError **error)
{
    OpenStep step = {.id = id, .actor = actor, .now = exeat_quarantine_now(now)};

    return open_step(quarantine, &step, reason, out_decision, error);
}

bool
exeat_quarantine_agree_to_open(ExeatQuarantine *quarantine, const char *id, const ExeatActor *actor, const char *reason,
                               gint64 now, ExeatDecision *out_decision, GError **error)
{
    OpenStep step = {.id = id, .actor = actor, .now = exeat_quarantine_now(now), .agrees = true};

    return open_step(quarantine, &step, reason, out_decision, error);
}
