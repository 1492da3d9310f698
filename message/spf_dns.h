/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A resolver layer for libspf2 over c-ares: one server of our choice, one budget of time a check, a small cache. */
#ifndef EXEAT_MESSAGE_SPF_DNS_H
#define EXEAT_MESSAGE_SPF_DNS_H

#include <netinet/in.h>
#include <sys/types.h>

#include <arpa/nameser.h>
#include <glib.h>
#include <netdb.h>
#include <stdbool.h>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wstrict-prototypes"
#pragma GCC diagnostic ignored "-Wundef"
#include <spf2/spf.h>
#pragma GCC diagnostic pop

typedef struct ExeatSpfDns ExeatSpfDns;

bool exeat_spf_dns_new(const char *server, guint timeout_ms, ExeatSpfDns **out_dns, GError **error);
void exeat_spf_dns_free(ExeatSpfDns *dns);

/* What libspf2 calls; lives as long as @dns. */
SPF_dns_server_t *exeat_spf_dns_layer(ExeatSpfDns *dns);

/* Starts the clock of one check. */
void exeat_spf_dns_begin(ExeatSpfDns *dns);

/* True if a question of this check went unanswered. */
bool exeat_spf_dns_failed(const ExeatSpfDns *dns);

#endif
