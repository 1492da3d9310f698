/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The milter protocol from the MTA's side, version 6, as Postfix 3 speaks it: what is offered, a macro packet before
 * each command, header values without their leading space, bodies in pieces of 65,535 bytes, and a reply awaited where
 * the filter did not say that it gives none. For measuring filters: it honours what was negotiated, or it would measure
 * something else.
 *
 * One connection belongs to one thread.
 */
#ifndef EXEAT_TESTS_MILTER_CLIENT_H
#define EXEAT_TESTS_MILTER_CLIENT_H

#include <glib.h>
#include <stdbool.h>

typedef struct MilterLetter {
    const char *sender; /* "<a@b>" */
    char **recipients;
    GPtrArray *names; /* of char *: header fields in order, unfolded as the protocol has them */
    GPtrArray *values;
    const char *body;
    gsize body_length;
} MilterLetter;

typedef enum MilterVerdict {
    MILTER_FAILED, /* connection or protocol */
    MILTER_ACCEPTED,
    MILTER_REFUSED, /* reject or a reply code 5xx */
    MILTER_DELAYED, /* 4xx */
    MILTER_DISCARDED,
} MilterVerdict;

typedef struct MilterOutcome {
    MilterVerdict verdict;
    guint changes;     /* modifications that came before it */
    gint64 whole, end; /* microseconds: from connecting on, and from the end of the body on */
} MilterOutcome;

/* @where: "unix:PATH" or "inet:PORT@HOST" (a numeric IPv4 host). One connection, one letter. */
MilterOutcome milter_send(const char *where, const MilterLetter *letter);

#endif
