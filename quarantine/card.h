/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is known of a held letter besides its bytes: envelope, subject, findings with their places, who decides, who is
 * told. Frozen at the moment of holding, sealed beside the letter as JSON, so that a person can read it in a disaster.
 */
#ifndef EXEAT_QUARANTINE_CARD_H
#define EXEAT_QUARANTINE_CARD_H

#include <glib.h>
#include <stdbool.h>

#include "message/edit.h"
#include "policies/finding.h"
#include "policies/guidance/guidance.h"

/* A remedy is at most so large; a letter that would need more has none. */
#define EXEAT_CARD_EDITS_MOST 1000
#define EXEAT_CARD_EDIT_NAME_BYTES 76 /* a field name; RFC 5322 2.1.1 leaves no more of a line */
#define EXEAT_CARD_EDIT_VALUE_BYTES (256 * 1024)

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
    GArray *settled;     /* bool, one a finding: the remedy puts it right */
    ExeatEdits *remedy;  /* what would put the letter right, or NULL: nothing can */
    guint attachments;   /* how many the letter has; 0 in cards from before they were counted */
    gint64 received_at;
} ExeatCard;

ExeatCard *exeat_card_new(void);
void exeat_card_free(ExeatCard *card);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatCard, exeat_card_free)

/* Adds a copy of @finding. @place may be NULL. */
void exeat_card_add_finding(ExeatCard *card, const ExeatFinding *finding, const ExeatGuidancePlace *place,
                            bool settled);

/* True if finding @i is one that the remedy puts right. */
bool exeat_card_settles(const ExeatCard *card, guint i);

/* Keeps a copy of @edits as the remedy. False, and nothing is settled, if there are none or they are more than a card
 * may hold, or no header fields at all. */
bool exeat_card_set_remedy(ExeatCard *card, const ExeatEdits *edits);

GBytes *exeat_card_to_bytes(const ExeatCard *card);
bool exeat_card_from_bytes(GBytes *bytes, ExeatCard **out_card, GError **error);

#endif
