/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Asking a colleague about a held letter. Who was asked may read it and answer, and decides nothing. Question and
 * answer are sealed into the trail, whose rows are also the right to read: there is no other list of who was asked.
 */
#include <string.h>

#include "base/error.h"
#include "quarantine/quarantine-private.h"

/* The last row in which @address was asked, or NULL. (transfer none) */
static const ExeatAuditRow *
consult_find(const ExeatQuarantine *quarantine, const GPtrArray *rows, const char *address)
{
    for (guint i = rows->len; i-- > 0;) {
        const ExeatAuditRow *row = g_ptr_array_index(rows, i);
        g_autofree char *whom = NULL;

        if (strcmp(row->event, "consulted") != 0)
            continue;
        whom = exeat_quarantine_audit_detail(quarantine, row, "whom");
        if (exeat_deciders_same(whom, address))
            return row;
    }
    return NULL;
}

bool
exeat_quarantine_consulted(ExeatQuarantine *quarantine, const char *id, const char *address, bool *out_asked,
                           GError **error)
{
    g_autoptr(GPtrArray) rows = NULL;

    if (!exeat_quarantine_trail(quarantine, id, &rows, error))
        return false;
    *out_asked = consult_find(quarantine, rows, address) != NULL;
    return true;
}

/* DONE if @to may be asked by @actor; neither of them is the sender. */
static bool
consult_may(ExeatQuarantine *quarantine, const char *id, const ExeatActor *actor, const char *to, gint64 now,
            ExeatCard **out_card, ExeatDecisionOutcome *out_outcome, GError **error)
{
    const ExeatActor asked = {NULL, to};
    g_autoptr(ExeatLetterRow) letter = NULL;
    g_autoptr(ExeatCard) card = NULL;
    bool waits = false;

    *out_outcome = EXEAT_DECISION_UNKNOWN;
    if (!exeat_store_letter(quarantine->store, id, &letter, error))
        return false;
    if (letter == NULL)
        return true;
    if (!exeat_quarantine_read_card(quarantine, id, &card, error) ||
        !exeat_quarantine_waits_for_second(quarantine, letter, now, &waits, error))
        return false;
    if (exeat_quarantine_is_own(card, actor) || exeat_quarantine_is_own(card, &asked))
        *out_outcome = EXEAT_DECISION_OWN;
    else if (exeat_deciders_same(actor->address, to))
        *out_outcome = EXEAT_DECISION_SAME_PERSON;
    else if (!exeat_quarantine_is_inside(quarantine, to))
        *out_outcome = EXEAT_DECISION_OUTSIDE;
    else
        *out_outcome = waits ? EXEAT_DECISION_TWO_PEOPLE : EXEAT_DECISION_DONE;
    *out_card = g_steal_pointer(&card);
    return true;
}

bool
exeat_quarantine_consult(ExeatQuarantine *quarantine, const char *id, const ExeatActor *actor, const char *to,
                         const char *question, gint64 now, ExeatDecision *out_decision, GError **error)
{
    g_autoptr(ExeatChange) change = exeat_change_new(exeat_quarantine_now(now));
    g_autoptr(ExeatCard) card = NULL;
    g_autoptr(GBytes) sealed = NULL;

    memset(out_decision, 0, sizeof *out_decision);
    if (!exeat_quarantine_check_reason(question, error) ||
        !consult_may(quarantine, id, actor, to, change->at, &card, &out_decision->outcome, error))
        return false;
    if (out_decision->outcome != EXEAT_DECISION_DONE)
        return true;
    if (!exeat_quarantine_seal_detail_whom(quarantine, actor->address, question, to, &sealed, error))
        return false;
    exeat_change_audit(change, "consulted", id, -1, actor->role, NULL, sealed);
    return exeat_quarantine_tell_colleague(quarantine, card, EXEAT_NOTICE_CONSULTED, id, to, change, error) &&
           exeat_store_commit(quarantine->store, change, NULL, error);
}

bool
exeat_quarantine_answer(ExeatQuarantine *quarantine, const char *id, const ExeatActor *actor, const char *text,
                        gint64 now, ExeatDecision *out_decision, GError **error)
{
    g_autoptr(ExeatChange) change = exeat_change_new(exeat_quarantine_now(now));
    g_autoptr(GPtrArray) rows = NULL;
    g_autoptr(ExeatCard) card = NULL;
    g_autoptr(GBytes) sealed = NULL;
    g_autofree char *asker = NULL;
    const ExeatAuditRow *asked;

    memset(out_decision, 0, sizeof *out_decision);
    out_decision->outcome = EXEAT_DECISION_NOT_ASKED;
    if (!exeat_quarantine_check_reason(text, error) || !exeat_quarantine_trail(quarantine, id, &rows, error))
        return false;
    asked = consult_find(quarantine, rows, actor->address);
    if (asked == NULL)
        return true;
    asker = exeat_quarantine_audit_detail(quarantine, asked, "who");
    if (!exeat_quarantine_read_card(quarantine, id, &card, error) ||
        !exeat_quarantine_seal_detail_whom(quarantine, actor->address, text, asker, &sealed, error))
        return false;
    exeat_change_audit(change, "answered", id, -1, actor->role, NULL, sealed);
    if (exeat_quarantine_is_inside(quarantine, asker) &&
        !exeat_quarantine_tell_colleague(quarantine, card, EXEAT_NOTICE_ANSWERED, id, asker, change, error))
        return false;
    out_decision->outcome = EXEAT_DECISION_DONE;
    return exeat_store_commit(quarantine->store, change, NULL, error);
}
