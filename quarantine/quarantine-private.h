/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the files of the quarantine share: quarantine.c puts letters in, quarantine_decide.c decides,
 * quarantine_trail.c knows what was done before, quarantine_read.c reads, clerk.c works.
 */
#ifndef EXEAT_QUARANTINE_QUARANTINE_PRIVATE_H
#define EXEAT_QUARANTINE_QUARANTINE_PRIVATE_H

#include "quarantine/memo.h"
#include "quarantine/notice.h"
#include "quarantine/outbox.h"
#include "quarantine/quarantine.h"

struct ExeatQuarantine {
    gatomicrefcount references;
    ExeatStore *store;
    ExeatSealer *sealer;
    ExeatOpener *opener;
    ExeatClock *clock;
    ExeatDeciders *deciders;
    ExeatMemo *memo;    /* of details of the trail */
    GBytes *repeat_key; /* or NULL */
    char *from, *postmaster, *console;
    char **inside;
    char *language;
    gint64 max_letter;
    gint64 deadline, reminder;
    bool two_people;
};

gint64 exeat_quarantine_now(gint64 now);

/* A notice about the letter of @card with what is common filled in. @deadline_text may be NULL and must outlive it. */
ExeatNotice exeat_quarantine_notice(const ExeatQuarantine *quarantine, const ExeatCard *card, ExeatNoticeKind kind,
                                    const char *id, guint concerned, const char *deadline_text, gint64 now);

/* Builds the notice for one reader and adds it to the change. @returns and @fallback: see outbox.h. */
bool exeat_quarantine_add_notice(const ExeatQuarantine *quarantine, ExeatChange *change, ExeatNotice *notice,
                                 const char *to, const GArray *returns, bool fallback, GError **error);

/* To every decider of the card, or the postmaster if there is none. */
bool exeat_quarantine_add_decider_notices(const ExeatQuarantine *quarantine, ExeatChange *change, ExeatNotice *notice,
                                          const ExeatCard *card, GError **error);

/* CONFIG without the private key, MALFORMED if it is damaged or sealed for others. */
bool exeat_quarantine_open_card(const ExeatQuarantine *quarantine, GBytes *sealed, ExeatCard **out_card,
                                GError **error);

/* --- deciding (quarantine_decide.c) ------------------------------------------------------------------------------- */

/* Losing so often to others means that something else is wrong. */
#define QUARANTINE_TRIES 10

/* Who moves recipients, whither, and how it is called and told. */
typedef struct QuarantineDecide {
    const char *id;
    const ExeatActor *actor;
    ExeatDecisionOptions options;
    gint64 now;
    ExeatHeldState to;
    guint from; /* bit set of states that this decision may leave */
    const char *event;
    ExeatNoticeKind notice; /* to the sender */
    bool by_sender;         /* who alone may do it */
} QuarantineDecide;

bool exeat_quarantine_decide(ExeatQuarantine *quarantine, const QuarantineDecide *decide, ExeatDecision *out_decision,
                             GError **error);

/* True if the actor sent the letter. */
bool exeat_quarantine_is_own(const ExeatCard *card, const ExeatActor *actor);

/* CONFIG if a person gives no reason, LIMIT if it is too long. */
bool exeat_quarantine_check_reason(const char *reason, GError **error);

/* True if two people have to open the letter, and have not agreed to (quarantine_open.c). */
bool exeat_quarantine_waits_for_second(ExeatQuarantine *quarantine, const ExeatLetterRow *letter, gint64 now,
                                       bool *out_waits, GError **error);

/* Sets UNAVAILABLE: the commit was lost each time. Always false. */
bool exeat_quarantine_lost(GError **error);

/* --- the trail (quarantine_trail.c) ------------------------------------------------------------------------------- */

/* All rows of one letter. (transfer full) array of ExeatAuditRow */
bool exeat_quarantine_trail(ExeatQuarantine *quarantine, const char *id, GPtrArray **out_rows, GError **error);

/* The value of "@key=value" in a row's clear detail, or NULL. (transfer full) */
char *exeat_quarantine_trail_word(const ExeatAuditRow *row, const char *key);

/* True if row @i is a decision that nobody has taken back. */
bool exeat_quarantine_trail_stands(const GPtrArray *rows, guint i);

/* True if it was @actor who did it: the same address, or for one without an address the same role. */
bool exeat_quarantine_trail_is_by(const ExeatQuarantine *quarantine, const ExeatAuditRow *row, const ExeatActor *actor);

/* The change is lost if anything is written about the letter of these rows before it. */
void exeat_quarantine_trail_guard(ExeatChange *change, const char *id, const GPtrArray *rows);

/* True for an address of the school, which alone is written to. */
bool exeat_quarantine_is_inside(const ExeatQuarantine *quarantine, const char *address);

/* To one colleague, that there is something to read after signing in. */
bool exeat_quarantine_tell_colleague(const ExeatQuarantine *quarantine, const ExeatCard *card, ExeatNoticeKind kind,
                                     const char *id, const char *to, ExeatChange *change, GError **error);

/* Seals {"who": …, "why": …}; *out_sealed is NULL if there is nothing to seal. */
bool exeat_quarantine_seal_detail(const ExeatQuarantine *quarantine, const char *actor, const char *reason,
                                  GBytes **out_sealed, GError **error);
/* The same with a member "whom": who was asked. */
bool exeat_quarantine_seal_detail_whom(const ExeatQuarantine *quarantine, const char *actor, const char *reason,
                                       const char *whom, GBytes **out_sealed, GError **error);

#endif
