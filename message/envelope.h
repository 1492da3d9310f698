/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the SMTP session said, apart from the letter itself. Filled by whoever hands the letter in; a plain value.
 * Owns its strings.
 */
#ifndef EXEAT_MESSAGE_ENVELOPE_H
#define EXEAT_MESSAGE_ENVELOPE_H

#include <glib.h>

/* What the sending domain's SPF record says of this gateway (RFC 7208 section 2.6), gathered before judging. */
typedef enum ExeatSpf {
    EXEAT_SPF_UNKNOWN, /* not asked */
    EXEAT_SPF_NONE,
    EXEAT_SPF_NEUTRAL,
    EXEAT_SPF_PASS,
    EXEAT_SPF_FAIL,
    EXEAT_SPF_SOFTFAIL,
    EXEAT_SPF_TEMPERROR,
    EXEAT_SPF_PERMERROR,
} ExeatSpf;

typedef struct ExeatEnvelope {
    char *sender;             /* MAIL FROM without angle brackets, "" for the null sender, NULL if not known */
    GPtrArray *recipients;    /* RCPT TO without angle brackets (char *), in order; never NULL */
    char *account;            /* the SASL login, NULL if nobody signed in */
    char *client_address;     /* IP address as text, NULL if not known */
    char *client_name;        /* verified host name, or NULL */
    char *client_certificate; /* subject CN of a verified TLS client certificate, or NULL */
    char *queue_id;           /* the MTA's, or NULL */
    gint64 received_at;       /* seconds since the epoch */
    ExeatSpf spf;
} ExeatEnvelope;

ExeatEnvelope *exeat_envelope_new(void);
ExeatEnvelope *exeat_envelope_copy(const ExeatEnvelope *envelope);
void exeat_envelope_free(ExeatEnvelope *envelope);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatEnvelope, exeat_envelope_free)

/* The text of a result as RFC 7208 writes it ("pass", "softfail", …). */
const char *exeat_spf_name(ExeatSpf spf);

#endif
