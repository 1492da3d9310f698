/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Mails of ours on their way. A mail is a row of the store, committed with the event that causes it; the clerk delivers
 * it, always with the null sender. Whom it goes to and what it says is sealed.
 */
#ifndef EXEAT_QUARANTINE_OUTBOX_H
#define EXEAT_QUARANTINE_OUTBOX_H

#include <glib.h>
#include <stdbool.h>

#include "quarantine/seal.h"
#include "quarantine/store.h"

typedef struct ExeatMail {
    char *recipient;
    GBytes *message; /* complete, with CRLF */
    GArray *returns; /* of guint: recipients of the letter that are returned once this mail is delivered; or NULL */
    bool fallback;   /* goes to somebody else already, because the one whom it was for could not be reached */
} ExeatMail;

ExeatMail *exeat_mail_new(const char *recipient, GBytes *message);
void exeat_mail_free(ExeatMail *mail);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatMail, exeat_mail_free)

/* Seals @mail and adds it to @change. */
bool exeat_outbox_add(ExeatChange *change, const ExeatSealer *sealer, const char *kind, const char *letter,
                      gint64 due_at, const ExeatMail *mail, GError **error);
bool exeat_outbox_open(const ExeatOpener *opener, GBytes *sealed, ExeatMail **out_mail, GError **error);

#endif
