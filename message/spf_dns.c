/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Answers libspf2's questions. Each is asked synchronously and waits at most for what is left of the check's time.
 * Answers, also that there is none, are kept for their TTL, bounded both ways; failures are not kept.
 *
 * An ExeatSpfDns belongs to one thread. Answers are hostile: c-ares parses them, counts and lengths are bounded here.
 */
#include "message/spf_dns.h"

#include <ares.h>
#include <poll.h>

#include "base/error.h"

#define CACHE_ENTRIES 256
#define CACHE_SECONDS_MAX 3600
#define CACHE_SECONDS_MIN 10
#define NEGATIVE_SECONDS 60
#define RECORDS_MAX 64  /* of one answer */
#define TEXT_BYTES 4096 /* of one TXT record; RFC 7208 3.4 expects 450 */

struct ExeatSpfDns {
    ares_channel channel;
    SPF_dns_server_t layer;
    GHashTable *cache; /* "type domain" to Cached */
    guint timeout_ms;
    gint64 deadline; /* microseconds, monotonic */
    bool failed;
};

typedef struct Cached {
    SPF_dns_rr_t *answer;
    gint64 until;
} Cached;

typedef struct Question {
    SPF_dns_rr_t *answer;
    bool done;
    bool failed;
} Question;

static void
spf_dns_free_cached(Cached *cached)
{
    SPF_dns_rr_free(cached->answer);
    g_free(cached);
}

/* Adds a record of @size bytes; false if it may not or cannot. */
static bool
spf_dns_add(SPF_dns_rr_t *answer, const void *bytes, gsize size, gsize room)
{
    if (answer->num_rr >= RECORDS_MAX || size > TEXT_BYTES ||
        SPF_dns_rr_buf_realloc(answer, answer->num_rr, room) != SPF_E_SUCCESS)
        return false;
    memset(answer->rr[answer->num_rr], 0, room);
    memcpy(answer->rr[answer->num_rr], bytes, size);
    answer->num_rr++;
    return true;
}

static void
spf_dns_add_text(SPF_dns_rr_t *answer, const char *text, gsize length)
{
    spf_dns_add(answer, text, length, MAX(length + 1, sizeof(SPF_dns_rr_data_t)));
}

static void
spf_dns_parse_txt(SPF_dns_rr_t *answer, const unsigned char *reply, int length)
{
    struct ares_txt_ext *list = NULL;
    if (ares_parse_txt_reply_ext(reply, length, &list) != ARES_SUCCESS)
        return;
    g_autoptr(GString) text = g_string_new(NULL);
    for (const struct ares_txt_ext *at = list; at != NULL; at = at->next) {
        g_string_append_len(text, (const char *)at->txt, (gssize)at->length);
        if (at->next == NULL || at->next->record_start) { /* RFC 7208 3.3: strings of one record without spaces */
            spf_dns_add_text(answer, text->str, text->len);
            g_string_truncate(text, 0);
        }
    }
    ares_free_data(list);
}

static void
spf_dns_parse_mx(SPF_dns_rr_t *answer, const unsigned char *reply, int length)
{
    struct ares_mx_reply *list = NULL;
    if (ares_parse_mx_reply(reply, length, &list) != ARES_SUCCESS)
        return;
    for (const struct ares_mx_reply *at = list; at != NULL; at = at->next)
        spf_dns_add_text(answer, at->host, strlen(at->host));
    ares_free_data(list);
}

static void
spf_dns_parse_ptr(SPF_dns_rr_t *answer, const unsigned char *reply, int length)
{
    struct hostent *host = NULL;
    struct in_addr none = {0};
    if (ares_parse_ptr_reply(reply, length, &none, sizeof none, AF_INET, &host) != ARES_SUCCESS)
        return;
    for (char **alias = host->h_aliases; alias != NULL && *alias != NULL; alias++)
        spf_dns_add_text(answer, *alias, strlen(*alias));
    ares_free_hostent(host);
}

static void
spf_dns_parse_addresses(SPF_dns_rr_t *answer, const unsigned char *reply, int length)
{
    struct ares_addrttl four[RECORDS_MAX];
    struct ares_addr6ttl six[RECORDS_MAX];
    int count = RECORDS_MAX;
    if (answer->rr_type == ns_t_a && ares_parse_a_reply(reply, length, NULL, four, &count) == ARES_SUCCESS)
        for (int i = 0; i < count; i++)
            spf_dns_add(answer, &four[i].ipaddr, sizeof four[i].ipaddr, sizeof(SPF_dns_rr_data_t));
    count = RECORDS_MAX;
    if (answer->rr_type == ns_t_aaaa && ares_parse_aaaa_reply(reply, length, NULL, six, &count) == ARES_SUCCESS)
        for (int i = 0; i < count; i++)
            spf_dns_add(answer, &six[i].ip6addr, sizeof six[i].ip6addr, sizeof(SPF_dns_rr_data_t));
}

/* The lowest TTL of the answer section (RFC 1035 4.1.3). */
static guint32
spf_dns_ttl(const unsigned char *reply, int length)
{
    ns_msg message;
    guint32 lowest = CACHE_SECONDS_MAX;
    if (ns_initparse(reply, length, &message) != 0)
        return NEGATIVE_SECONDS;
    for (int i = 0; i < ns_msg_count(message, ns_s_an) && i < RECORDS_MAX; i++) {
        ns_rr record;
        if (ns_parserr(&message, ns_s_an, i, &record) == 0)
            lowest = MIN(lowest, (guint32)ns_rr_ttl(record));
    }
    return ns_msg_count(message, ns_s_an) > 0 ? MAX(lowest, CACHE_SECONDS_MIN) : NEGATIVE_SECONDS;
}

static void
spf_dns_on_reply(void *closure, int status, int timeouts, unsigned char *reply, int length)
{
    Question *question = closure;
    SPF_dns_rr_t *answer = question->answer;
    (void)timeouts;
    question->done = true;
    if (status == ARES_ENOTFOUND || status == ARES_ENODATA) {
        answer->herrno = status == ARES_ENOTFOUND ? HOST_NOT_FOUND : NO_DATA;
        answer->ttl = NEGATIVE_SECONDS;
        return;
    }
    if (status != ARES_SUCCESS || reply == NULL) {
        answer->herrno = TRY_AGAIN;
        question->failed = true;
        return;
    }
    answer->ttl = spf_dns_ttl(reply, length);
    if (answer->rr_type == ns_t_txt)
        spf_dns_parse_txt(answer, reply, length);
    else if (answer->rr_type == ns_t_mx)
        spf_dns_parse_mx(answer, reply, length);
    else if (answer->rr_type == ns_t_ptr)
        spf_dns_parse_ptr(answer, reply, length);
    else
        spf_dns_parse_addresses(answer, reply, length);
    answer->herrno = answer->num_rr > 0 ? NETDB_SUCCESS : NO_DATA;
}

/* Lets c-ares work until the question is answered or the check's time is up. */
static void
spf_dns_wait(ExeatSpfDns *dns, const Question *question)
{
    while (!question->done) {
        ares_socket_t sockets[ARES_GETSOCK_MAXNUM];
        struct pollfd polls[ARES_GETSOCK_MAXNUM];
        /* The macros of c-ares shift a signed 1 into the sign. */
        guint bits = (guint)ares_getsock(dns->channel, sockets, ARES_GETSOCK_MAXNUM);
        nfds_t count = 0;
        for (int i = 0; i < ARES_GETSOCK_MAXNUM; i++) {
            bool readable = (bits >> i & 1) != 0, writable = (bits >> (i + ARES_GETSOCK_MAXNUM) & 1) != 0;
            short events = (short)((readable ? POLLIN : 0) | (writable ? POLLOUT : 0));
            if (events != 0)
                polls[count++] = (struct pollfd){.fd = sockets[i], .events = events};
        }
        gint64 left = (dns->deadline - g_get_monotonic_time()) / 1000;
        if (left <= 0) {
            ares_cancel(dns->channel);
            return;
        }
        struct timeval most = {.tv_sec = left / 1000, .tv_usec = left % 1000 * 1000}, next;
        const struct timeval *wait = ares_timeout(dns->channel, &most, &next);
        poll(polls, count, (int)(wait->tv_sec * 1000 + wait->tv_usec / 1000 + 1));
        if (count == 0)
            ares_process_fd(dns->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
        for (nfds_t i = 0; i < count; i++)
            ares_process_fd(dns->channel, (polls[i].revents & ~POLLOUT) != 0 ? polls[i].fd : ARES_SOCKET_BAD,
                            (polls[i].revents & POLLOUT) != 0 ? polls[i].fd : ARES_SOCKET_BAD);
    }
}

static void
spf_dns_keep(ExeatSpfDns *dns, char *key, SPF_dns_rr_t *answer)
{
    SPF_dns_rr_t *copy = NULL;
    if (g_hash_table_size(dns->cache) >= CACHE_ENTRIES)
        g_hash_table_remove_all(dns->cache);
    if (SPF_dns_rr_dup(&copy, answer) != SPF_E_SUCCESS) {
        g_free(key);
        return;
    }
    Cached *cached = g_new0(Cached, 1);
    *cached = (Cached){.answer = copy,
                       .until = g_get_monotonic_time() + MIN(answer->ttl, CACHE_SECONDS_MAX) * G_USEC_PER_SEC};
    g_hash_table_replace(dns->cache, key, cached);
}

static SPF_dns_rr_t *
spf_dns_lookup(SPF_dns_server_t *layer, const char *domain, ns_type type, int should_cache)
{
    ExeatSpfDns *dns = layer->hook;
    (void)should_cache;
    g_autofree char *lower = g_ascii_strdown(domain, -1);
    g_autofree char *key = g_strdup_printf("%d %s", (int)type, lower);
    const Cached *cached = g_hash_table_lookup(dns->cache, key);
    SPF_dns_rr_t *answer = NULL;
    if (cached != NULL && cached->until > g_get_monotonic_time() &&
        SPF_dns_rr_dup(&answer, cached->answer) == SPF_E_SUCCESS)
        return answer;
    answer = SPF_dns_rr_new_init(layer, domain, type, 0, TRY_AGAIN);
    if (answer == NULL)
        return NULL;
    if (type != ns_t_a && type != ns_t_aaaa && type != ns_t_txt && type != ns_t_mx && type != ns_t_ptr) {
        answer->herrno = NO_DATA; /* the SPF record type is history, RFC 7208 3.1 */
        return answer;
    }
    Question question = {.answer = answer};
    if (!dns->failed && g_get_monotonic_time() < dns->deadline) {
        ares_query(dns->channel, domain, ns_c_in, (int)type, spf_dns_on_reply, &question);
        spf_dns_wait(dns, &question);
    }
    if (!question.done || question.failed) {
        dns->failed = true;
        answer->herrno = TRY_AGAIN;
    } else {
        spf_dns_keep(dns, g_steal_pointer(&key), answer);
    }
    return answer;
}

bool
exeat_spf_dns_new(const char *server, guint timeout_ms, ExeatSpfDns **out_dns, GError **error)
{
    struct ares_options options = {.timeout = (int)MAX(timeout_ms / 2, 1), .tries = 2, .flags = ARES_FLAG_NOSEARCH};
    ExeatSpfDns *dns = g_new0(ExeatSpfDns, 1);
    int status = ares_library_init(ARES_LIB_INIT_ALL);
    if (status == ARES_SUCCESS)
        status = ares_init_options(&dns->channel, &options, ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_FLAGS);
    if (status != ARES_SUCCESS) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_INTERNAL, "the resolver would not start: %s",
                    ares_strerror(status));
        g_free(dns);
        return false;
    }
    if (server != NULL && (status = ares_set_servers_ports_csv(dns->channel, server)) != ARES_SUCCESS) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG, "this is no address of a name server: %s", server);
        ares_destroy(dns->channel);
        g_free(dns);
        return false;
    }
    dns->timeout_ms = timeout_ms;
    dns->cache = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)spf_dns_free_cached);
    dns->layer = (SPF_dns_server_t){.lookup = spf_dns_lookup, .name = "exeat", .hook = dns};
    *out_dns = dns;
    return true;
}

void
exeat_spf_dns_free(ExeatSpfDns *dns)
{
    if (dns == NULL)
        return;
    ares_destroy(dns->channel);
    g_hash_table_unref(dns->cache);
    g_free(dns);
    ares_library_cleanup();
}

SPF_dns_server_t *
exeat_spf_dns_layer(ExeatSpfDns *dns)
{
    return &dns->layer;
}

void
exeat_spf_dns_begin(ExeatSpfDns *dns)
{
    dns->deadline = g_get_monotonic_time() + (gint64)dns->timeout_ms * 1000;
    dns->failed = false;
}

bool
exeat_spf_dns_failed(const ExeatSpfDns *dns)
{
    return dns->failed;
}
