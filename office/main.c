/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * exeat-office: the clerk at work, and the pages in which people decide. One thread waits for signals, another does a
 * round of the clerk and then waits until something is due; further ones serve pages (serve.h). SIGHUP reads the
 * configuration again, and a bad one leaves the old one in force; SIGTERM and SIGINT end after the letter in hand.
 *
 * Runs as a user of its own, which alone can read the private key.
 */
#include "config.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "message/message.h"
#include "office/serve.h"
#include "office/web/words.h"

#define EXIT_FAULT 1
#define EXIT_CONFIG 2

typedef struct Options {
    char *config;
    gboolean foreground;
    gboolean once;
    gboolean version;
} Options;

static void
office_log_count(const char *event, guint count)
{
    g_autofree char *number = g_strdup_printf("%u", count);

    if (count > 0)
        exeat_log(EXEAT_LOG_INFO, NULL, event, "count", number, NULL);
}

static bool
office_round(ExeatOffice *office)
{
    g_autoptr(GError) error = NULL;
    ExeatClerkReport report;
    bool done = exeat_clerk_run_once(office->desk->clerk, g_get_real_time() / G_USEC_PER_SEC, &office->stop, &report,
                                     &error);

    office_log_count("letters-released", report.released);
    office_log_count("letters-deferred", report.later);
    office_log_count("letters-failed", report.failed);
    office_log_count("letters-expired", report.expired);
    office_log_count("letters-purged", report.purged);
    office_log_count("reminders", report.reminded);
    office_log_count("digests", report.digests);
    office_log_count("notices-sent", report.mails_sent);
    office_log_count("notices-deferred", report.mails_later);
    office_log_count("notices-failed", report.mails_failed);
    if (report.digests_overdue > 0) {
        g_autofree char *overdue = g_strdup_printf("%u", report.digests_overdue);

        exeat_log(EXEAT_LOG_ERROR, NULL, "digest-overdue", "count", overdue, NULL);
    }
    if (!done)
        exeat_log(EXEAT_LOG_ERROR, NULL, "clerk-fault", "reason", error->message, NULL);
    g_mutex_lock(&office->lock);
    office->round_at = g_get_real_time() / G_USEC_PER_SEC;
    office->round_failed = !done;
    g_mutex_unlock(&office->lock);
    return done;
}

static void
office_reload(ExeatOffice *office, ExeatServe *serve, const char *path)
{
    g_autoptr(ExeatDesk) desk = exeat_desk_new(path);
    g_autoptr(GError) error = NULL;
    ExeatDesk *former;

    if (desk == NULL || (serve != NULL && !exeat_serve_check(desk, &error))) {
        exeat_log(EXEAT_LOG_ERROR, NULL, "reload-refused", "in-force", "the old one", "reason",
                  error != NULL ? error->message : NULL, NULL);
        return;
    }
    g_mutex_lock(&office->lock);
    former = office->desk;
    exeat_clerk_take_over(desk->clerk, former->clerk);
    office->desk = exeat_desk_ref(desk);
    g_mutex_unlock(&office->lock);
    exeat_desk_unref(former);
    if (serve != NULL && !exeat_serve_renew(serve, desk, &error))
        exeat_log(EXEAT_LOG_ERROR, NULL, "pages-cannot-open", "reason", error->message, NULL);
    exeat_log(EXEAT_LOG_INFO, NULL, "reloaded", NULL);
}

/* Until the interval has passed, something is due or a signal came. Returns whether to read the configuration again. */
static bool
office_wait(ExeatOffice *office)
{
    const ExeatDeliveryOptions *delivery = exeat_config_block(office->desk->settings->config, "delivery");
    gint64 latest = g_get_monotonic_time() + delivery->interval * G_USEC_PER_SEC;
    bool reload;

    g_mutex_lock(&office->lock);
    while (g_atomic_int_get(&office->stop) == 0 && !office->reload) {
        gint64 until = office->due != 0 ? MIN(office->due, latest) : latest;

        if (g_get_monotonic_time() >= until || !g_cond_wait_until(&office->wake, &office->lock, until))
            break;
    }
    if (office->due != 0 && g_get_monotonic_time() >= office->due)
        office->due = 0;
    reload = office->reload;
    office->reload = false;
    g_mutex_unlock(&office->lock);
    return reload;
}

static void
signals_of_ours(sigset_t *out_signals)
{
    sigemptyset(out_signals);
    sigaddset(out_signals, SIGHUP);
    sigaddset(out_signals, SIGTERM);
    sigaddset(out_signals, SIGINT);
}

/* Before any thread, which takes over the mask. */
static void
block_signals(void)
{
    sigset_t signals;

    signals_of_ours(&signals);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
}

typedef struct Work {
    ExeatOffice *office;
    ExeatServe *serve; /* NULL: there are no pages */
    const Options *options;
} Work;

static gpointer
office_work(gpointer data)
{
    const Work *work = data;
    ExeatOffice *office = work->office;

    while (g_atomic_int_get(&office->stop) == 0) {
        office_round(office);
        if (office_wait(office))
            office_reload(office, work->serve, work->options->config);
    }
    /* The round that was cut short may have left something to tell the store; nothing new is begun. */
    office_round(office);
    return NULL;
}

static void
office_run(ExeatOffice *office, ExeatServe *serve, const Options *options)
{
    Work work = {office, serve, options};
    sigset_t signals;
    GThread *worker;
    int signal_number = 0;

    signals_of_ours(&signals);
    worker = g_thread_new("clerk", office_work, &work);
    exeat_log(EXEAT_LOG_INFO, NULL, "office-open", NULL);
    while (signal_number != SIGTERM && signal_number != SIGINT) {
        if (sigwait(&signals, &signal_number) != 0)
            continue;
        g_mutex_lock(&office->lock);
        if (signal_number == SIGHUP)
            office->reload = true;
        else
            g_atomic_int_set(&office->stop, 1);
        g_cond_signal(&office->wake);
        g_mutex_unlock(&office->lock);
    }
    g_thread_join(worker);
    exeat_log(EXEAT_LOG_INFO, NULL, "office-closed", NULL);
}

static bool
read_options(int *argc, char ***argv, Options *options)
{
    const GOptionEntry entries[] = {
        {"config", 'c', 0, G_OPTION_ARG_FILENAME, &options->config, "The configuration (" EXEAT_CONFIG_FILE ")",
         "FILE"},
        {"foreground", 'f', 0, G_OPTION_ARG_NONE, &options->foreground, "Log to standard error instead of syslog",
         NULL},
        {"once", '1', 0, G_OPTION_ARG_NONE, &options->once, "Do all that is due, once, and end", NULL},
        {"version", 'V', 0, G_OPTION_ARG_NONE, &options->version, "Print the version", NULL},
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };
    g_autoptr(GOptionContext) context = g_option_context_new("- the clerk of exeat, and the pages of its office");
    g_autoptr(GError) error = NULL;

    g_option_context_add_main_entries(context, entries, NULL);
    if (g_option_context_parse(context, argc, argv, &error) && *argc == 1)
        return true;
    fprintf(stderr, "exeat-office: %s\n", error != NULL ? error->message : "it takes options only");
    return false;
}

/* Pages and the clerk, until a signal ends both. */
static int
office_serve(ExeatOffice *office, const Options *options)
{
    g_autoptr(ExeatServe) serve = NULL;
    g_autoptr(GError) error = NULL;

    block_signals();
    if (exeat_desk_has_pages(office->desk) && !exeat_serve_start(office, &serve, &error)) {
        exeat_log(EXEAT_LOG_ERROR, NULL, "pages-cannot-open", "reason", error->message, NULL);
        return EXIT_CONFIG;
    }
    office_run(office, serve, options);
    return 0;
}

int
main(int argc, char **argv)
{
    Options options = {0};
    ExeatOffice office = {.desk = NULL};
    int status = 0;

    if (!read_options(&argc, &argv, &options))
        return EXIT_CONFIG;
    if (options.version) {
        puts("exeat-office " PACKAGE_VERSION);
        return 0;
    }
    if (options.config == NULL)
        options.config = g_strdup(EXEAT_CONFIG_FILE);
    exeat_message_library_init();
    exeat_words_init();
    exeat_log_open("exeat-office", options.foreground, EXEAT_LOG_INFO);
    office.desk = exeat_desk_new(options.config);
    if (office.desk == NULL)
        status = EXIT_CONFIG;
    else if (options.once)
        status = office_round(&office) ? 0 : EXIT_FAULT;
    else
        status = office_serve(&office, &options);
    exeat_desk_unref(office.desk);
    g_free(options.config);
    return status;
}
