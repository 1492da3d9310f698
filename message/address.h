/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A mail address and what can be said of it from its text alone. Whose it is, the directory knows; whether it is
 * outside, the school's configuration.
 */
#ifndef EXEAT_MESSAGE_ADDRESS_H
#define EXEAT_MESSAGE_ADDRESS_H

#include <glib.h>
#include <stdbool.h>

typedef struct ExeatAddress {
    char *display; /* decoded display name in UTF-8, "" if there is none */
    char *mailbox; /* local@domain: domain in lower case and as A-labels, local part as written, valid UTF-8 */
    char *local;   /* the local part as written */
    char *domain;  /* lower case, A-labels (RFC 5890), no final dot; "" if there is none */
} ExeatAddress;

/* Parses one bare address ("a@b", "<a@b>"); a display name is allowed. Always gives an address, if need be with an
 * empty domain. (transfer full) */
ExeatAddress *exeat_address_new(const char *text);
void exeat_address_free(ExeatAddress *address);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatAddress, exeat_address_free)

/*
 * The form under which two spellings of one mailbox are equal: all lower case, the part of the local part from a
 * "+" on left out, dots left out at gmail.com and googlemail.com, which are one domain. (transfer full)
 */
char *exeat_address_key(const char *mailbox);

/* True if @domain is @parent or a subdomain of it; both in lower case A-labels. */
bool exeat_domain_is_within(const char *domain, const char *parent);

/* True if @domain, or a domain above it, is in @list (a NULL-terminated array, entries may begin with "*."). */
bool exeat_domain_in_list(const char *domain, const char *const *list);

/* Lower case, IDN to A-labels (UTS 46), final dot cut. Text that is no domain comes back in lower case. (transfer full)
 */
char *exeat_domain_normalise(const char *domain);

/* True for a domain of a public mail provider (freemail, internet access provider), subdomains included. */
bool exeat_domain_is_public_provider(const char *domain);

#endif
