/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "milter/metrics.h"

#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/error.h"
#include "policies/policy.h"

#define ACTIONS (EXEAT_ACTION_REJECT + 1)
#define POLICIES 16
#define CONNECTIONS 8
#define IDLE_SECONDS 10
#define REQUEST_BYTES 8192 /* all of a request's line and fields, with what the library notes of them */

static const double bucket_seconds[] = {0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 20};
#define BUCKETS G_N_ELEMENTS(bucket_seconds)

struct ExeatMetrics {
    guint64 letters[ACTIONS];
    guint64 findings[POLICIES][ACTIONS];
    guint64 buckets[BUCKETS];
    guint64 count;
    guint64 microseconds;
    guint64 bytes;
    guint64 failures;
    guint64 released;
    guint64 reloads[2];
    ExeatPool *pool; /* may be NULL */
    struct MHD_Daemon *daemon;
};

static void
add(guint64 *counter, guint64 amount)
{
    __atomic_fetch_add(counter, amount, __ATOMIC_RELAXED);
}

static guint64
get(const guint64 *counter)
{
    return __atomic_load_n(counter, __ATOMIC_RELAXED);
}

ExeatMetrics *
exeat_metrics_new(void)
{
    return g_new0(ExeatMetrics, 1);
}

void
exeat_metrics_free(ExeatMetrics *metrics)
{
    if (!metrics)
        return;
    if (metrics->daemon)
        MHD_stop_daemon(metrics->daemon);
    g_free(metrics);
}

void
exeat_metrics_use_pool(ExeatMetrics *metrics, ExeatPool *pool)
{
    metrics->pool = pool;
}

void
exeat_metrics_letter(ExeatMetrics *metrics, ExeatAction action, gint64 microseconds, gsize bytes)
{
    add(&metrics->letters[action], 1);
    add(&metrics->count, 1);
    add(&metrics->microseconds, (guint64)microseconds);
    add(&metrics->bytes, bytes);
    for (gsize i = 0; i < BUCKETS; i++)
        if ((double)microseconds <= bucket_seconds[i] * 1e6)
            add(&metrics->buckets[i], 1);
}

void
exeat_metrics_finding(ExeatMetrics *metrics, const char *policy, ExeatAction action)
{
    for (guint i = 0; exeat_policies[i] && i < POLICIES; i++)
        if (g_str_equal(exeat_policies[i]->name, policy))
            add(&metrics->findings[i][action], 1);
}

void
exeat_metrics_failure(ExeatMetrics *metrics)
{
    add(&metrics->failures, 1);
}

void
exeat_metrics_released(ExeatMetrics *metrics)
{
    add(&metrics->released, 1);
}

void
exeat_metrics_reload(ExeatMetrics *metrics, bool done)
{
    add(&metrics->reloads[done], 1);
}

static void
head(GString *page, const char *name, const char *type, const char *help)
{
    g_string_append_printf(page, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void
append_findings(const ExeatMetrics *metrics, GString *page)
{
    head(page, "exeat_findings_total", "counter", "Findings by policy and action.");
    for (guint i = 0; exeat_policies[i] && i < POLICIES; i++)
        for (guint action = EXEAT_ACTION_OBSERVE; action < ACTIONS; action++)
            g_string_append_printf(page, "exeat_findings_total{policy=\"%s\",action=\"%s\"} %" G_GUINT64_FORMAT "\n",
                                   exeat_policies[i]->name, exeat_action_name(action),
                                   get(&metrics->findings[i][action]));
}

static void
append_seconds(const ExeatMetrics *metrics, GString *page)
{
    char number[G_ASCII_DTOSTR_BUF_SIZE];
    head(page, "exeat_letter_seconds", "histogram", "Time from the end of a letter to its verdict carried out.");
    for (gsize i = 0; i < BUCKETS; i++)
        g_string_append_printf(page, "exeat_letter_seconds_bucket{le=\"%s\"} %" G_GUINT64_FORMAT "\n",
                               g_ascii_formatd(number, sizeof number, "%g", bucket_seconds[i]),
                               get(&metrics->buckets[i]));
    g_string_append_printf(page, "exeat_letter_seconds_bucket{le=\"+Inf\"} %" G_GUINT64_FORMAT "\n",
                           get(&metrics->count));
    g_string_append_printf(page, "exeat_letter_seconds_sum %s\n",
                           g_ascii_formatd(number, sizeof number, "%.6f", (double)get(&metrics->microseconds) / 1e6));
    g_string_append_printf(page, "exeat_letter_seconds_count %" G_GUINT64_FORMAT "\n", get(&metrics->count));
}

static void
append_counter(GString *page, const char *name, const char *help, guint64 value)
{
    head(page, name, "counter", help);
    g_string_append_printf(page, "%s %" G_GUINT64_FORMAT "\n", name, value);
}

static void
append_pool(GString *page, ExeatPool *pool)
{
    const ExeatPoolCounts counts = exeat_pool_counts(pool);
    char number[G_ASCII_DTOSTR_BUF_SIZE];
    append_counter(page, "exeat_inspected_total", "Attachments that were to be read.", counts.inspected);
    append_counter(page, "exeat_inspect_failed_total", "Attachments whose reader was late, broke or was not there.",
                   counts.failed);
    append_counter(page, "exeat_inspect_processes_total", "Processes started to read attachments.", counts.started);
    head(page, "exeat_inspect_seconds_total", "counter", "Time that letters have waited for attachments to be read.");
    g_string_append_printf(page, "exeat_inspect_seconds_total %s\n",
                           g_ascii_formatd(number, sizeof number, "%.6f", (double)counts.microseconds / 1e6));
    head(page, "exeat_inspect_sandboxed", "gauge", "1 if each process that reads attachments is in its sandbox.");
    g_string_append_printf(page, "exeat_inspect_sandboxed %d\n", counts.whole);
}

char *
exeat_metrics_text(const ExeatMetrics *metrics)
{
    GString *page = g_string_new(NULL);
    head(page, "exeat_letters_total", "counter", "Letters by what became of them.");
    for (guint action = 0; action < ACTIONS; action++)
        g_string_append_printf(page, "exeat_letters_total{action=\"%s\"} %" G_GUINT64_FORMAT "\n",
                               exeat_action_name(action), get(&metrics->letters[action]));
    append_findings(metrics, page);
    append_seconds(metrics, page);
    append_counter(page, "exeat_letter_bytes_total", "Bytes of letters judged.", get(&metrics->bytes));
    append_counter(page, "exeat_failures_total", "Letters answered by the fail mode.", get(&metrics->failures));
    append_counter(page, "exeat_released_total", "Released letters and notices let through.", get(&metrics->released));
    append_counter(page, "exeat_reloads_total", "Configurations taken into force.", get(&metrics->reloads[1]));
    append_counter(page, "exeat_reloads_refused_total", "Configurations refused.", get(&metrics->reloads[0]));
    if (metrics->pool)
        append_pool(page, metrics->pool);
    return g_string_free(page, FALSE);
}

/* Answers at the first call, before any body that a request may have, which is then not read. */
static enum MHD_Result
answer(void *data, struct MHD_Connection *connection, const char *url, const char *method, const char *version,
       const char *upload, size_t *upload_size, void **state)
{
    (void)version;
    (void)upload;
    (void)upload_size;
    (void)state;
    bool reads = g_str_equal(method, MHD_HTTP_METHOD_GET) || g_str_equal(method, MHD_HTTP_METHOD_HEAD);
    bool there = g_str_equal(url, "/metrics");
    g_autofree char *page = there && reads ? exeat_metrics_text(data) : g_strdup("GET /metrics\n");
    struct MHD_Response *response = MHD_create_response_from_buffer(strlen(page), page, MHD_RESPMEM_MUST_COPY);
    if (!response)
        return MHD_NO;
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, "text/plain; version=0.0.4");
    if (there && !reads)
        MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
    guint status = !there ? MHD_HTTP_NOT_FOUND : reads ? MHD_HTTP_OK : MHD_HTTP_METHOD_NOT_ALLOWED;
    enum MHD_Result queued = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return queued;
}

/* What a gate before us left, but no file that has another use. */
static bool
remove_socket(const char *path)
{
    struct stat there;
    if (lstat(path, &there) != 0)
        return errno == ENOENT;
    if (!S_ISSOCK(there.st_mode)) {
        errno = EEXIST;
        return false;
    }
    return unlink(path) == 0;
}

static int
listen_unix(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    g_strlcpy(address.sun_path, path, sizeof address.sun_path);
    if (!remove_socket(path))
        return -1;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && bind(fd, (const struct sockaddr *)&address, sizeof address) == 0 && chmod(path, 0660) == 0 &&
        listen(fd, CONNECTIONS) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

static int
listen_loopback(guint16 port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int yes = 1;
    if (fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0 &&
        bind(fd, (const struct sockaddr *)&address, sizeof address) == 0 && listen(fd, CONNECTIONS) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

bool
exeat_metrics_serve(ExeatMetrics *metrics, const char *where, GError **error)
{
    const char *path = g_str_has_prefix(where, "unix:") ? where + strlen("unix:") : NULL;
    guint64 port = 0;
    if (!path && !g_ascii_string_to_unsigned(where, 10, 1, G_MAXUINT16, &port, error))
        return false;
    int fd = path ? listen_unix(path) : listen_loopback((guint16)port);
    if (fd < 0) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG, "metrics cannot listen at %s: %s", where,
                    g_strerror(errno));
        return false;
    }
    metrics->daemon = MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL, 0, NULL, NULL, answer, metrics,
                                       MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS,
                                       MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS,
                                       MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)REQUEST_BYTES, MHD_OPTION_END);
    if (metrics->daemon)
        return true;
    close(fd);
    g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_INTERNAL, "metrics cannot be served");
    return false;
}
