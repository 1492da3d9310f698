/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Hands one letter for one recipient to the relay by SMTP. One recipient a transaction, so that what the relay answered
 * is that recipient's answer. Only a 2xx to the final dot counts as delivered.
 *
 * The letter goes out byte for byte; line ends that are no CRLF become one, since a bare line feed before a dot could
 * end the letter early for the next server (RFC 5321 2.3.8).
 */
#ifndef EXEAT_QUARANTINE_DELIVER_H
#define EXEAT_QUARANTINE_DELIVER_H

#include <glib.h>
#include <stdbool.h>

typedef enum ExeatTls {
    EXEAT_TLS_NEVER,
    EXEAT_TLS_MAY,  /* STARTTLS if the relay offers it */
    EXEAT_TLS_MUST, /* STARTTLS with a certificate that holds */
} ExeatTls;

typedef struct ExeatDeliverySettings {
    const char *relay; /* "smtp://127.0.0.1:10026", "smtps://mail.example" */
    const char *hello; /* what we call ourselves in EHLO, NULL: the host's name */
    gint64 timeout;    /* seconds for a whole letter */
    ExeatTls tls;
    const char *ca_file;       /* NULL: the system's */
    const char *user;          /* NULL: no login */
    const char *password_file; /* one line */
} ExeatDeliverySettings;

typedef enum ExeatDeliveryOutcome {
    EXEAT_DELIVERY_DONE,
    EXEAT_DELIVERY_LATER,   /* no answer, a 4xx, or a relay that talks to nobody: try again */
    EXEAT_DELIVERY_REFUSED, /* a 5xx about this sender, recipient or letter */
} ExeatDeliveryOutcome;

#define EXEAT_ENHANCED_BYTES 12 /* "5.123.123" and a NUL */

typedef struct ExeatDeliveryResult {
    ExeatDeliveryOutcome outcome;
    guint code;                          /* the decisive reply; 0: there was none */
    char enhanced[EXEAT_ENHANCED_BYTES]; /* "" if none */
    bool relay_down;                     /* LATER, before the letter was spoken of: no other would fare better now */
} ExeatDeliveryResult;

typedef struct ExeatDeliverer ExeatDeliverer;

bool exeat_deliverer_new(const ExeatDeliverySettings *settings, ExeatDeliverer **out_deliverer, GError **error);
void exeat_deliverer_free(ExeatDeliverer *deliverer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatDeliverer, exeat_deliverer_free)

/* @sender "" is the null sender; @header is a line to go before the letter ("Name: value", no line end), or NULL.
 * Blocks; one call at a time for a deliverer. */
void exeat_deliver(ExeatDeliverer *deliverer, const char *sender, const char *recipient, const char *header,
                   GBytes *letter, ExeatDeliveryResult *out_result);

#endif
