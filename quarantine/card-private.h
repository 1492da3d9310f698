/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the files of the card share: card.c has the card, card_remedy.c the edits in it. Text from outside is escaped
 * byte by byte where it need not be UTF-8, and comes back as it was.
 */
#ifndef EXEAT_QUARANTINE_CARD_PRIVATE_H
#define EXEAT_QUARANTINE_CARD_PRIVATE_H

#include <json-glib/json-glib.h>

#include "quarantine/card.h"

/* (transfer full) */
char *card_escape(const char *text);
char *card_unescape(const char *text);

/* The member "remedy", if the card has one. */
void card_add_remedy(JsonBuilder *builder, const ExeatCard *card);
/* Reads it back, after the findings; what is no remedy of ours leaves the card without one. */
void card_read_remedy(JsonObject *object, ExeatCard *card);

#endif
