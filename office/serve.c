/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "office/serve.h"

#include <sys/resource.h>

#include "base/error.h"
#include "base/log.h"
#include "office/pages/routes.h"
#include "quarantine/secret.h"

/* Cards that are opened ahead between two looks at what is there (which for a hundred thousand letters takes as long as
 * some dozen cards), and how long there is nothing to do after that. */
#define SERVE_WARM_CARDS 1000
#define SERVE_WARM_SECONDS 5
#define SERVE_PURGE_SECONDS 600
/* How often every row of the trail is hashed again; pages look at what came since. */
#define SERVE_PROOF_SECONDS 3600
/* Those who wait for a page come first. */
#define SERVE_WARM_NICE 10

struct ExeatServe {
    ExeatOffice *office;
    ExeatHttpServer *server; /* NULL after a renewal that failed */
    char *fingerprint;       /* of what it serves with */
    GThread *warmer;
    GMutex lock; /* guards the warmer's sleep */
    GCond wake;
    gint stop; /* atomic: the warmer looks at it without the lock too */
};

static void
serve_rest(ExeatServe *serve)
{
    gint64 until = g_get_monotonic_time() + SERVE_WARM_SECONDS * G_USEC_PER_SEC;

    g_mutex_lock(&serve->lock);
    while (g_atomic_int_get(&serve->stop) == 0 && g_cond_wait_until(&serve->wake, &serve->lock, until))
        continue;
    g_mutex_unlock(&serve->lock);
}

/* Drops sessions that have ended, and what was unsealed for a page. */
static void
serve_purge(ExeatServe *serve, gint64 now)
{
    g_autoptr(ExeatDesk) desk = exeat_office_desk(serve->office);
    g_autoptr(GError) error = NULL;

    exeat_quarantine_forget_details(desk->quarantine);
    if (!exeat_accounts_purge(serve->office->accounts, now, &error))
        exeat_log(EXEAT_LOG_WARNING, NULL, "accounts-fault", "reason", error->message, NULL);
}

/* So that nobody who looks at the trail waits for all of it to be hashed. A broken one is logged. */
static void
serve_prove(ExeatServe *serve, gint64 now)
{
    g_autoptr(ExeatDesk) desk = exeat_office_desk(serve->office);
    g_autoptr(ExeatAuditReport) report = NULL;
    g_autoptr(GError) error = NULL;

    if (!exeat_audit_verify_on(exeat_quarantine_store(desk->quarantine), desk->proof, true, now, &report, &error))
        exeat_log(EXEAT_LOG_WARNING, NULL, "audit-fault", "reason", error->message, NULL);
    else if (!report->whole)
        exeat_log(EXEAT_LOG_ERROR, NULL, "audit-broken", "reason", report->reason, NULL);
}

/* Reads ahead what lists show of letters that came since, and does what is to be done now and then. */
static gpointer
serve_warm(gpointer data)
{
    ExeatServe *serve = data;
    gint64 purged = 0, proven = 0;

    /* Of this thread alone, as Linux has it. */
    if (setpriority(PRIO_PROCESS, 0, SERVE_WARM_NICE) != 0)
        exeat_log(EXEAT_LOG_DEBUG, NULL, "no-priority", NULL);
    while (g_atomic_int_get(&serve->stop) == 0) {
        g_autoptr(GError) error = NULL;
        gint64 now = g_get_real_time() / G_USEC_PER_SEC;
        guint opened = 0;

        if (!exeat_summaries_warm(serve->office->summaries, &serve->stop, SERVE_WARM_CARDS, &opened, &error))
            exeat_log(EXEAT_LOG_WARNING, NULL, "summaries-fault", "reason", error->message, NULL);
        g_clear_error(&error);
        if (now >= purged + SERVE_PURGE_SECONDS) {
            serve_purge(serve, now);
            purged = now;
        }
        if (now >= proven + SERVE_PROOF_SECONDS) {
            serve_prove(serve, now);
            proven = now;
        }
        if (opened == 0)
            serve_rest(serve);
    }
    return NULL;
}

static bool
serve_open_accounts(ExeatOffice *office, GError **error)
{
    const ExeatDesk *desk = office->desk;
    g_autoptr(GBytes) key = NULL;

    return exeat_accounts_key(desk->keeping->private_key, &key, error) &&
           exeat_accounts_open(desk->office->accounts, key, EXEAT_PASSWORD_COST, &office->accounts, error);
}

static void
serve_open_pool(ExeatOffice *office)
{
    g_autoptr(GError) error = NULL;

    if (!exeat_inspect_settings_open(office->desk->settings->inspect, true, &office->pool, &error))
        exeat_log(EXEAT_LOG_WARNING, NULL, "attachments-unread", "reason", error->message, NULL);
}

/* PEM text with its NUL. (transfer full) */
static bool
serve_read_pem(const char *path, bool secret, char **out_text, GError **error)
{
    g_autoptr(GBytes) bytes = NULL;

    if (path == NULL)
        return true;
    if (!exeat_secret_load(path, secret, &bytes, error))
        return false;
    *out_text = g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
    return true;
}

/* In words that name the setting; GnuTLS would only say no. */
bool
exeat_serve_check(const ExeatDesk *desk, GError **error)
{
    g_autoptr(ExeatConfigErrors) errors = exeat_config_errors_new();
    const ExeatConfigPlace place = exeat_config_place(desk->settings->config, "office");
    g_autofree char *text = NULL;

    if (exeat_office_settings_try(desk->office, &place, errors))
        return true;
    text = g_strchomp(exeat_config_errors_to_text(errors));
    g_set_error_literal(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG, text);
    return false;
}

/* Of certificate and key together, to see whether they are others. (transfer full) */
static char *
serve_fingerprint(const char *certificate, const char *key)
{
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);

    g_checksum_update(sum, (const guchar *)(certificate != NULL ? certificate : ""), -1);
    g_checksum_update(sum, (const guchar *)(key != NULL ? key : ""), -1);
    return g_strdup(g_checksum_get_string(sum));
}

static bool
serve_open_server(ExeatServe *serve, const ExeatDesk *desk, const char *certificate, const char *key, GError **error)
{
    const ExeatOfficeSettings *settings = desk->office;
    g_autofree char *host = NULL;
    ExeatHttpSettings http = {.certificate = certificate,
                              .key = key,
                              .proxies = (const char *const *)settings->proxies,
                              .connections = (guint)settings->connections,
                              .handle = exeat_routes_handle,
                              .refuse = exeat_routes_refuse,
                              .data = serve->office};

    if (!exeat_office_parse_listen(settings->listen, &host, &http.port))
        return false;
    http.host = host;
    return exeat_http_server_new(&http, &serve->server, error);
}

/* Serves with the certificate and key that lie there now; nothing happens if it does so already. */
static bool
serve_listen(ExeatServe *serve, const ExeatDesk *desk, GError **error)
{
    g_autofree char *certificate = NULL, *fingerprint = NULL;
    char *key = NULL;
    bool done;

    if (!serve_read_pem(desk->office->certificate, false, &certificate, error) ||
        !serve_read_pem(desk->office->key, true, &key, error))
        return false;
    fingerprint = serve_fingerprint(certificate, key);
    done = serve->server != NULL && g_strcmp0(fingerprint, serve->fingerprint) == 0;
    if (!done) {
        g_clear_pointer(&serve->server, exeat_http_server_free);
        done = serve_open_server(serve, desk, certificate, key, error);
        g_free(serve->fingerprint);
        serve->fingerprint = g_steal_pointer(&fingerprint);
    }
    exeat_secret_free(key);
    return done;
}

bool
exeat_serve_renew(ExeatServe *serve, const ExeatDesk *desk, GError **error)
{
    return serve_listen(serve, desk, error);
}

bool
exeat_serve_start(ExeatOffice *office, ExeatServe **out_serve, GError **error)
{
    g_autoptr(ExeatServe) serve = g_new0(ExeatServe, 1);

    serve->office = office;
    if (!exeat_serve_check(office->desk, error) || !serve_open_accounts(office, error))
        return false;
    office->summaries = exeat_summaries_new(office->desk->quarantine, 0, 0);
    serve_open_pool(office);
    if (!serve_listen(serve, office->desk, error))
        return false;
    serve->warmer = g_thread_new("warmer", serve_warm, serve);
    exeat_log(EXEAT_LOG_INFO, NULL, "pages-open", "listen", office->desk->office->listen, NULL);
    *out_serve = g_steal_pointer(&serve);
    return true;
}

void
exeat_serve_stop(ExeatServe *serve)
{
    if (serve == NULL)
        return;
    exeat_http_server_free(serve->server);
    g_mutex_lock(&serve->lock);
    g_atomic_int_set(&serve->stop, 1);
    g_cond_signal(&serve->wake);
    g_mutex_unlock(&serve->lock);
    if (serve->warmer != NULL)
        g_thread_join(serve->warmer);
    g_clear_pointer(&serve->office->pool, exeat_pool_free);
    g_clear_pointer(&serve->office->summaries, exeat_summaries_free);
    g_clear_pointer(&serve->office->accounts, exeat_accounts_close);
    g_free(serve->fingerprint);
    g_free(serve);
}
