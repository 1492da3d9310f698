/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Asks whether the SPF record (RFC 7208) of one of the school's own domains permits a gateway, by libspf2 over a
 * resolver layer on c-ares. No stranger chooses what is asked: the caller passes only domains from the configuration.
 * A check blocks for at most its time-out. One ExeatSpfResolver a thread; answers are kept for their TTL (bounded).
 */
#ifndef EXEAT_MESSAGE_SPF_H
#define EXEAT_MESSAGE_SPF_H

#include <glib.h>
#include <stdbool.h>

#include "message/envelope.h"

typedef struct ExeatSpfResolver ExeatSpfResolver;

/* @server is "address" or "address:port", or NULL for the system's resolvers; @timeout_ms bounds one whole check. */
bool exeat_spf_resolver_new(const char *server, guint timeout_ms, ExeatSpfResolver **out_resolver, GError **error);
void exeat_spf_resolver_free(ExeatSpfResolver *resolver);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatSpfResolver, exeat_spf_resolver_free)

/* What the record of @domain says of @address (IPv4 or IPv6 text) sending as @sender ("user@domain"). */
ExeatSpf exeat_spf_check(ExeatSpfResolver *resolver, const char *address, const char *domain, const char *sender);

#endif
