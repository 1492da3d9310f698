/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The life of a held letter, one recipient at a time, and the rules of trying again:
 *
 *     held ─decision─▶ releasing ─2xx─▶ released
 *      │                  ├─4xx, no answer─▶ releasing, later
 *      │                  ├─5xx, given up──▶ failed ─decision─▶ releasing, returning
 *      │                  └─undone─▶ held or failed, as it was
 *      ├─decision─▶ returning ─2xx─▶ returned
 *      │                  └─undone─▶ held or failed, as it was
 *      └─deadline─▶ expired ───2xx─▶ returned
 *
 * A decision may be carried out some seconds after it was taken, and until then be taken back; never once the clerk has
 * put a hand to it. The letter's deadline goes on all the while: who is held again after it has passed expires.
 *
 * Every arrow is a compare-and-set in the store: two who decide at once cannot both win. Plain values, no state here.
 *
 * Each attempt is written down as started before the relay is spoken to. Who dies between the relay's 2xx and the
 * commit that records it leaves a row in `releasing` whose lease runs out; it is tried again, and that recipient may
 * get the letter twice. SMTP has no way to close that gap (RFC 5321 6.1); it is the only one.
 */
#ifndef EXEAT_QUARANTINE_HELD_H
#define EXEAT_QUARANTINE_HELD_H

#include <glib.h>
#include <stdbool.h>

typedef enum ExeatHeldState {
    EXEAT_HELD_HELD,
    EXEAT_HELD_RELEASING,
    EXEAT_HELD_RELEASED,
    EXEAT_HELD_FAILED,
    EXEAT_HELD_RETURNING,
    EXEAT_HELD_RETURNED,
    EXEAT_HELD_EXPIRED,
    EXEAT_HELD_STATES
} ExeatHeldState;

const char *exeat_held_state_name(ExeatHeldState state); /* "releasing": the word in the store, in JSON and in logs */
bool exeat_held_state_from_name(const char *name, ExeatHeldState *out_state);

/* True if the arrow stands in the picture above. */
bool exeat_held_may_move(ExeatHeldState from, ExeatHeldState to);

/* True while somebody or something still has to act: such a letter is never purged. */
bool exeat_held_is_open(ExeatHeldState state);

/* Seconds until the next attempt after @attempts of them: 1, 2, 4 … minutes, an hour at most. */
gint64 exeat_held_backoff(guint attempts);

/* A short opaque id that can be read out over the telephone: "H-7K3M-Q9TX-2B4W", 60 random bits in Crockford's base 32.
 * (transfer full) */
char *exeat_held_new_id(void);

/* The same for one decision, "D-7K3M-Q9TX-2B4W": what it moved and whom it tells bear it. (transfer full) */
char *exeat_held_new_decision(void);

/* What a person typed (any case, no hyphens, O for 0, I or L for 1) as the id is stored, or NULL. (transfer full) */
char *exeat_held_parse_id(const char *text);

#endif
