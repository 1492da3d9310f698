/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * exeat-office: the clerk at work. One thread waits for signals, the other does a round of the clerk and then waits for
 * the interval to pass. SIGHUP reads the configuration again, and a bad one leaves the old one in force; SIGTERM and
 * SIGINT end after the letter in hand.
 *
 * Runs as a user of its own, which alone can read the private key.
 */
#include "config.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/privileges.h"
#include "message/message.h"
#include "quarantine/settings.h"
#include "settings/guard.h"
#include "settings/office.h"
#include "settings/settings.h"

#define EXIT_FAULT 1
#define EXIT_CONFIG 2

typedef struct Options {
    char *config;
    gboolean foreground;
    gboolean once;
    gboolean version;
} Options;

/* All that comes from one reading of the configuration. */
typedef struct Desk {
    ExeatSettings *settings;
    ExeatQuarantine *quarantine;
    ExeatDeliverer *deliverer;
    ExeatClerk *clerk;
} Desk;

typedef struct Office {
    const Options *options;
    Desk *desk;  /* the worker's own */
    GMutex lock; /* guards what follows */
    GCond wake;
    bool reload;
    gint stop; /* atomic: the clerk looks at it without the lock */
} Office;

static void
desk_free(Desk *desk)
{
    if (desk == NULL)
        return;
    exeat_clerk_free(desk->clerk);
    exeat_deliverer_free(desk->deliverer);
    exeat_quarantine_unref(desk->quarantine);
    exeat_settings_unref(desk->settings);
    g_free(desk);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Desk, desk_free)

static ExeatSettings *
desk_load(const char *path)
{
    g_autoptr(ExeatConfigErrors) errors = exeat_config_errors_new();
    ExeatSettings *settings = exeat_settings_load(path, errors);

    if (settings == NULL) {
        g_autofree char *text = exeat_config_errors_to_text(errors);

        fputs(text, stderr);
    }
    return settings;
}

static bool
desk_open(Desk *desk, GError **error)
{
    const ExeatConfig *config = desk->settings->config;

    exeat_privileges_harden(); /* held letters must not lie in a core file */
    return exeat_settings_guard(desk->settings, EXEAT_GUARD_OFFICE, error) &&
           exeat_quarantine_open(config, EXEAT_ACCESS_READ, &desk->quarantine, error) &&
           exeat_quarantine_open_deliverer(config, &desk->deliverer, error) &&
           exeat_quarantine_open_clerk(config, desk->quarantine, desk->deliverer, &desk->clerk, error);
}

static Desk *
desk_new(const char *path)
{
    g_autoptr(Desk) desk = g_new0(Desk, 1);
    const ExeatOfficeSettings *office;
    g_autoptr(GError) error = NULL;

    desk->settings = desk_load(path);
    if (desk->settings == NULL) {
        exeat_log(EXEAT_LOG_ERROR, NULL, "configuration-refused", NULL);
        return NULL;
    }
    office = exeat_config_block(desk->settings->config, "office");
    /* The first time only: a reload comes when root is long given up. */
    if (!exeat_privileges_become(office->user, desk->settings->gate->user, &error) || !desk_open(desk, &error)) {
        exeat_log(EXEAT_LOG_ERROR, NULL, "office-cannot-open", "reason", error->message, NULL);
        return NULL;
    }
    return g_steal_pointer(&desk);
}

static void
office_log_count(const char *event, guint count)
{
    g_autofree char *number = g_strdup_printf("%u", count);

    if (count > 0)
        exeat_log(EXEAT_LOG_INFO, NULL, event, "count", number, NULL);
}

static bool
office_round(Office *office)
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
    return done;
}

static void
office_reload(Office *office)
{
    Desk *desk = desk_new(office->options->config);

    if (desk == NULL) {
        exeat_log(EXEAT_LOG_ERROR, NULL, "reload-refused", "in-force", "the old one", NULL);
        return;
    }
    exeat_clerk_take_over(desk->clerk, office->desk->clerk);
    desk_free(office->desk);
    office->desk = desk;
    exeat_log(EXEAT_LOG_INFO, NULL, "reloaded", NULL);
}

/* Until the interval has passed or a signal came. Returns whether to read the configuration again. */
static bool
office_wait(Office *office)
{
    const ExeatDeliveryOptions *delivery = exeat_config_block(office->desk->settings->config, "delivery");
    gint64 until = g_get_monotonic_time() + delivery->interval * G_USEC_PER_SEC;
    bool reload;

    g_mutex_lock(&office->lock);
    while (g_atomic_int_get(&office->stop) == 0 && !office->reload) {
        if (!g_cond_wait_until(&office->wake, &office->lock, until))
            break;
    }
    reload = office->reload;
    office->reload = false;
    g_mutex_unlock(&office->lock);
    return reload;
}

static gpointer
office_work(gpointer data)
{
    Office *office = data;

    while (g_atomic_int_get(&office->stop) == 0) {
        office_round(office);
        if (office_wait(office))
            office_reload(office);
    }
    /* The round that was cut short may have left something to tell the store; nothing new is begun. */
    office_round(office);
    return NULL;
}

static void
office_run(Office *office)
{
    sigset_t signals;
    GThread *worker;
    int signal_number = 0;

    /* Before the thread, which takes over the mask. */
    sigemptyset(&signals);
    sigaddset(&signals, SIGHUP);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    worker = g_thread_new("clerk", office_work, office);
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
    g_autoptr(GOptionContext) context = g_option_context_new("- the clerk of exeat: releases, notices, deadlines");
    g_autoptr(GError) error = NULL;

    g_option_context_add_main_entries(context, entries, NULL);
    if (g_option_context_parse(context, argc, argv, &error) && *argc == 1)
        return true;
    fprintf(stderr, "exeat-office: %s\n", error != NULL ? error->message : "it takes options only");
    return false;
}

int
main(int argc, char **argv)
{
    Options options = {0};
    Office office = {.options = &options};
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
    exeat_log_open("exeat-office", options.foreground, EXEAT_LOG_INFO);
    office.desk = desk_new(options.config);
    if (office.desk == NULL) {
        status = EXIT_CONFIG;
    } else if (options.once) {
        status = office_round(&office) ? 0 : EXIT_FAULT;
    } else {
        office_run(&office);
    }
    desk_free(office.desk);
    g_free(options.config);
    return status;
}
