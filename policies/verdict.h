/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is to happen with a letter: a plain value that anyone can print, test and compare. It owns all it points to.
 */
#ifndef EXEAT_POLICIES_VERDICT_H
#define EXEAT_POLICIES_VERDICT_H

#include <glib.h>
#include <stdbool.h>

#include "message/edit.h"
#include "policies/finding.h"

typedef struct ExeatReply {
    guint code;     /* 550 */
    char *enhanced; /* "5.7.1" */
    char *text;     /* lines separated by "\n", each short enough for one SMTP reply line, ASCII */
} ExeatReply;

typedef struct ExeatVerdict {
    ExeatAction action;  /* the strongest of all findings */
    GPtrArray *findings; /* ExeatFinding, never NULL */
    GArray *held;        /* of guint: indices into the envelope's recipients that are held, ascending; never NULL.
                            With action HOLD the others go out at once. */
    ExeatEdits *edits;   /* what is rewritten for those who get it, never NULL */
    ExeatEdits *remedy;  /* what would put the letter right for those who are held; never NULL, empty if nothing can */
    GPtrArray *remedied; /* names of the policies that the remedy settles (const char *, static); never NULL */
    ExeatReply *reply;   /* with action REJECT, else NULL */
    GPtrArray *release_by; /* roles that may release it (char *), strictest policy first; never NULL */
} ExeatVerdict;

ExeatVerdict *exeat_verdict_new(void);
void exeat_verdict_free(ExeatVerdict *verdict);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatVerdict, exeat_verdict_free)

/* True if the remedy puts right what @finding says. */
bool exeat_verdict_settles(const ExeatVerdict *verdict, const ExeatFinding *finding);

/* True if every one of @recipients recipients is held. */
bool exeat_verdict_holds_all(const ExeatVerdict *verdict, guint recipients);

#endif
