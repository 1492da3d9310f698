/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One connection of the MTA, as libmilter gives it: the callbacks gather a letter and its envelope; at the end of the
 * message it is judged and the verdict carried out. libmilter runs each connection in a thread of its own; a session is
 * touched by that thread alone.
 *
 * The letter is hostile, the MTA is not.
 */
#ifndef EXEAT_MILTER_SESSION_H
#define EXEAT_MILTER_SESSION_H

#include <libmilter/mfapi.h>

#include "milter/gate.h"
#include "milter/spool.h"

typedef struct ExeatSession {
    ExeatGate *gate;
    char *client_address;
    char *client_name;
    sfsistat go_on;     /* CONTINUE, or NOREPLY where the MTA waits for no answer */
    bool leading_space; /* header values come with the blank behind the colon */

    /* of the letter that is coming in */
    ExeatSnapshot *snapshot;
    ExeatEnvelope *envelope;
    GPtrArray *recipients; /* as the MTA wrote them, with brackets: what it wants back */
    ExeatSpool *spool;
    char *token;       /* value of X-Exeat-Release */
    GPtrArray *forged; /* names of X-Exeat-* fields, char *, in order: taken out */
    GError *failure;   /* what went wrong before the end; answered there */
} ExeatSession;

/* Registers the callbacks with libmilter. */
bool exeat_session_register(GError **error);

/* The gate of all sessions to come; set once, before smfi_main(), which it must outlive. */
void exeat_session_use(ExeatGate *gate);

#endif
