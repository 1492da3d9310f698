/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Asks libspf2, whose history has parser faults, only about domains of the configuration, and lets it resolve only by
 * our own layer (message/spf_dns.c): server, port and time-out are settings, answers are bounded and kept for their
 * TTL.
 *
 * A resolver belongs to one thread. Records are the domain owner's, answers come from the network: both are hostile.
 */
#include "message/spf.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "base/error.h"
#include "message/spf_dns.h"

struct ExeatSpfResolver {
    SPF_server_t *server;
    ExeatSpfDns *dns; /* owned by the server's layer */
};

bool
exeat_spf_resolver_new(const char *server, guint timeout_ms, ExeatSpfResolver **out_resolver, GError **error)
{
    ExeatSpfDns *dns = NULL;
    if (!exeat_spf_dns_new(server, timeout_ms, &dns, error))
        return false;
    SPF_server_t *spf = SPF_server_new_dns(exeat_spf_dns_layer(dns), 0);
    if (spf == NULL) {
        exeat_spf_dns_free(dns);
        g_set_error_literal(error, EXEAT_ERROR, EXEAT_ERROR_INTERNAL, "libspf2 would not start");
        return false;
    }
    ExeatSpfResolver *resolver = g_new0(ExeatSpfResolver, 1);
    *resolver = (ExeatSpfResolver){.server = spf, .dns = dns};
    *out_resolver = resolver;
    return true;
}

void
exeat_spf_resolver_free(ExeatSpfResolver *resolver)
{
    if (resolver == NULL)
        return;
    SPF_server_free(resolver->server); /* the layer has no destructor: it is ours */
    exeat_spf_dns_free(resolver->dns);
    g_free(resolver);
}

static ExeatSpf
spf_result(SPF_result_t result)
{
    switch (result) {
    case SPF_RESULT_NEUTRAL:
        return EXEAT_SPF_NEUTRAL;
    case SPF_RESULT_PASS:
        return EXEAT_SPF_PASS;
    case SPF_RESULT_FAIL:
        return EXEAT_SPF_FAIL;
    case SPF_RESULT_SOFTFAIL:
        return EXEAT_SPF_SOFTFAIL;
    case SPF_RESULT_NONE:
        return EXEAT_SPF_NONE;
    case SPF_RESULT_TEMPERROR:
        return EXEAT_SPF_TEMPERROR;
    case SPF_RESULT_PERMERROR:
    case SPF_RESULT_INVALID: /* what libspf2 says of a record that it cannot compile */
        return EXEAT_SPF_PERMERROR;
    default:
        return EXEAT_SPF_UNKNOWN;
    }
}

static bool
spf_set_address(SPF_request_t *request, const char *address)
{
    struct in_addr four;
    struct in6_addr six;
    if (inet_pton(AF_INET, address, &four) == 1)
        return SPF_request_set_ipv4(request, four) == SPF_E_SUCCESS;
    if (inet_pton(AF_INET6, address, &six) != 1)
        return false;
    if (IN6_IS_ADDR_V4MAPPED(&six)) { /* RFC 7208 5: an IPv4 address is checked as one */
        memcpy(&four, six.s6_addr + 12, sizeof four);
        return SPF_request_set_ipv4(request, four) == SPF_E_SUCCESS;
    }
    return SPF_request_set_ipv6(request, six) == SPF_E_SUCCESS;
}

ExeatSpf
exeat_spf_check(ExeatSpfResolver *resolver, const char *address, const char *domain, const char *sender)
{
    SPF_request_t *request = SPF_request_new(resolver->server);
    SPF_response_t *response = NULL;
    ExeatSpf result = EXEAT_SPF_UNKNOWN;
    /* The record asked for is that of @domain; the local part serves macros only. */
    const char *at = sender != NULL ? strrchr(sender, '@') : NULL;
    g_autofree char *from = at != NULL && at != sender
                                ? g_strdup_printf("%.*s@%s", (int)MIN(at - sender, 64), sender, domain)
                                : g_strdup_printf("postmaster@%s", domain);
    exeat_spf_dns_begin(resolver->dns);
    if (request != NULL && spf_set_address(request, address) &&
        SPF_request_set_helo_dom(request, domain) == SPF_E_SUCCESS &&
        SPF_request_set_env_from(request, from) == SPF_E_SUCCESS) {
        SPF_request_query_mailfrom(request, &response);
        if (response != NULL)
            result = spf_result(SPF_response_result(response));
        if (exeat_spf_dns_failed(resolver->dns) && result != EXEAT_SPF_PASS)
            result = EXEAT_SPF_TEMPERROR; /* RFC 7208 4.4: what was not answered proves nothing */
    }
    if (response != NULL)
        SPF_response_free(response);
    if (request != NULL)
        SPF_request_free(request);
    return result;
}
