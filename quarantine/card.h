/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is known of a held letter besides its bytes: envelope, subject, findings with their places, who decides, who is
 * told. Frozen at the moment of holding, sealed beside the letter as JSON, so that a person can read it in a disaster.
 */
#ifndef EXEAT_QUARANTINE_CARD_H
#define EXEAT_QUARANTINE_CARD_H

#include <glib.h>
#include <stdbool.h>

#include "policies/finding.h"
#include "policies/guidance/guidance.h"

typedef struct ExeatCard {
    char *sender;          /* "" for the null sender */
    char *account;         /* or NULL */
    GPtrArray *recipients; /* all of the envelope's (char *) */
    GArray *held;          /* of guint: indices of those who are held */
    char *subject;         /* decoded */
    char *message_id;      /* with angle brackets, or NULL */
    char *queue_id;        /* or NULL */
    char *client_address;  /* or NULL */
    char *notify;          /* who is told what happens, or NULL: nobody of ours */
    char *language;
    char *role;          /* of those who decide */
    GPtrArray *deciders; /* their addresses (char *) */
    GPtrArray *findings; /* ExeatFinding */
    GArray *places;      /* ExeatGuidancePlace, one a finding */
    gint64 received_at;
} ExeatCard;

ExeatCard *exeat_card_new(void);
void exeat_card_free(ExeatCard *card);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatCard, exeat_card_free)

GBytes *exeat_card_to_bytes(const ExeatCard *card);
bool exeat_card_from_bytes(GBytes *bytes, ExeatCard **out_card, GError **error);

#endif
