/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Showing a letter to a person. Who is shown it stands in the trail before they see a byte of it, and the sender is
 * told in the same transaction, at once or at a time that is written down; without that row nothing is shown.
 */
#include <string.h>

#include "base/error.h"
#include "quarantine/quarantine-private.h"

typedef struct Showing {
    const char *id;
    const ExeatActor *actor;
    ExeatShowOptions options;
    gint64 now;
    bool whole; /* the letter, not its card alone */
    bool again; /* by one who has opened it lately */
    bool still; /* by one who has hardly looked away */
} Showing;

static bool
show_check(const Showing *showing, GError **error)
{
    if (!showing->again && (showing->options.reason == NULL || *showing->options.reason == '\0')) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG, "a letter is opened for a reason, which is written down");
        return false;
    }
    if (showing->options.tell_at - showing->now > EXEAT_TELL_LATER_LIMIT) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_LIMIT, "its sender has to be told within a year");
        return false;
    }
    return true;
}

/* When the actor opened the letter within EXEAT_OPENED_SECONDS, and when they looked at it last; 0: not. */
static bool
show_looks(ExeatQuarantine *quarantine, const char *id, const ExeatActor *actor, gint64 now, gint64 *out_opened,
           gint64 *out_seen, GError **error)
{
    g_autoptr(GPtrArray) rows = NULL;

    *out_opened = *out_seen = 0;
    if (!exeat_quarantine_trail(quarantine, id, &rows, error))
        return false;
    for (guint i = rows->len; i > 0 && *out_opened == 0; i--) {
        const ExeatAuditRow *row = g_ptr_array_index(rows, i - 1);
        bool opened = strcmp(row->event, "opened") == 0;

        if ((!opened && strcmp(row->event, "viewed") != 0) || now - row->at >= EXEAT_OPENED_SECONDS ||
            !exeat_quarantine_trail_is_by(quarantine, row, actor))
            continue;
        if (opened)
            *out_opened = row->at;
        *out_seen = MAX(*out_seen, row->at);
    }
    return true;
}

bool
exeat_quarantine_has_opened(ExeatQuarantine *quarantine, const char *id, const ExeatActor *actor, gint64 now,
                            bool *out_opened, GError **error)
{
    gint64 opened, seen;

    if (!show_looks(quarantine, id, actor, exeat_quarantine_now(now), &opened, &seen, error))
        return false;
    *out_opened = opened != 0;
    return true;
}

/* The sender was told then, or will be. */
static bool
show_is_again(ExeatQuarantine *quarantine, Showing *showing, GError **error)
{
    gint64 opened, seen;

    if (!showing->options.silent_again)
        return true;
    if (!show_looks(quarantine, showing->id, showing->actor, showing->now, &opened, &seen, error))
        return false;
    showing->again = opened != 0;
    showing->still = showing->again && showing->now - seen < EXEAT_STILL_SECONDS;
    return true;
}

static bool
show_add_notice(const ExeatQuarantine *quarantine, const Showing *showing, const ExeatCard *card, ExeatChange *change,
                GError **error)
{
    bool later = showing->options.tell_at > showing->now;
    ExeatNotice notice;

    if (showing->again || card->notify == NULL || exeat_deciders_same(card->notify, showing->actor->address))
        return true;
    change->due_at = later ? showing->options.tell_at : showing->now;
    notice = exeat_quarantine_notice(quarantine, card, EXEAT_NOTICE_OPENED, showing->id, card->held->len, NULL,
                                     change->due_at);
    notice.role = showing->actor->role;
    if (!exeat_quarantine_add_notice(quarantine, change, &notice, card->notify, NULL, false, error))
        return false;
    if (later)
        ((ExeatMailRow *)g_ptr_array_index(change->mails, change->mails->len - 1))->not_before = change->due_at;
    return true;
}

static bool
show_write_down(ExeatQuarantine *quarantine, const Showing *showing, const ExeatCard *card, GError **error)
{
    g_autoptr(ExeatChange) change = exeat_change_new(showing->now);
    g_autoptr(GBytes) sealed = NULL;
    g_autoptr(GString) detail = g_string_new(showing->whole ? "what=letter" : "what=card");

    if (showing->still)
        return true;
    if (!showing->again && showing->options.tell_at > showing->now)
        g_string_append_printf(detail, " told-later=%" G_GINT64_FORMAT, showing->options.tell_at);
    if (!exeat_quarantine_seal_detail(quarantine, showing->actor->address, showing->options.reason, &sealed, error))
        return false;
    exeat_change_audit(change, showing->again ? "viewed" : "opened", showing->id, -1, showing->actor->role, detail->str,
                       sealed);
    return show_add_notice(quarantine, showing, card, change, error) &&
           exeat_store_commit(quarantine->store, change, NULL, error);
}

/* Whose own letter it is needs nobody's leave to see it. */
static bool
show_may(ExeatQuarantine *quarantine, const Showing *showing, const ExeatCard *card, GError **error)
{
    g_autoptr(ExeatLetterRow) letter = NULL;
    bool waits = false;

    if (exeat_quarantine_is_own(card, showing->actor))
        return true;
    if (!exeat_store_letter(quarantine->store, showing->id, &letter, error) ||
        (letter != NULL && !exeat_quarantine_waits_for_second(quarantine, letter, showing->now, &waits, error)))
        return false;
    if (waits)
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG,
                    "this letter is opened by two people: one asks for it, and another agrees");
    return !waits;
}

bool
exeat_quarantine_show(ExeatQuarantine *quarantine, const char *id, const ExeatActor *actor,
                      const ExeatShowOptions *options, gint64 now, ExeatCard **out_card, GBytes **out_letter,
                      GError **error)
{
    Showing showing = {
        .id = id, .actor = actor, .options = *options, .now = exeat_quarantine_now(now), .whole = out_letter != NULL};
    g_autoptr(ExeatCard) card = NULL;
    g_autoptr(GBytes) letter = NULL;

    if (!show_is_again(quarantine, &showing, error) || !show_check(&showing, error) ||
        !exeat_quarantine_read_card(quarantine, id, &card, error) ||
        (out_letter != NULL && !exeat_quarantine_read_letter(quarantine, id, &letter, error)) ||
        !show_may(quarantine, &showing, card, error) || !show_write_down(quarantine, &showing, card, error))
        return false;
    *out_card = g_steal_pointer(&card);
    if (out_letter != NULL)
        *out_letter = g_steal_pointer(&letter);
    return true;
}
