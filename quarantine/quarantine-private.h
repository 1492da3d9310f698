/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the files of the quarantine share: quarantine.c puts letters in, quarantine_decide.c decides, quarantine_read.c
 * reads, clerk.c works.
 */
#ifndef EXEAT_QUARANTINE_QUARANTINE_PRIVATE_H
#define EXEAT_QUARANTINE_QUARANTINE_PRIVATE_H

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
    GBytes *repeat_key; /* or NULL */
    char *from, *postmaster, *console;
    char **inside;
    char *language;
    gint64 max_letter;
    gint64 deadline, reminder;
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

/* Seals {"who": …, "why": …}; *out_sealed is NULL if there is nothing to seal. */
bool exeat_quarantine_seal_detail(const ExeatQuarantine *quarantine, const char *actor, const char *reason,
                                  GBytes **out_sealed, GError **error);

#endif
