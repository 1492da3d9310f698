/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * exeatd: the gate. This process reads the command line and supervises the worker that serves the MTA: it passes SIGHUP
 * on as a reload, ends with the worker on SIGTERM, and starts a new worker if one dies of a fault, so that a fault
 * costs the mail in hand (which its MTA sends again) and not the day's.
 */
#include "config.h"

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "milter/worker.h"

#define EXIT_CONFIG 2
#define RESTART_SECONDS 1

typedef struct Options {
    char *config;
    gboolean foreground;
    gboolean debug;
    gboolean version;
} Options;

static bool
read_options(int *argc, char ***argv, Options *options)
{
    const GOptionEntry entries[] = {
        {"config", 'c', 0, G_OPTION_ARG_FILENAME, &options->config, "The configuration (" EXEAT_CONFIG_FILE ")",
         "FILE"},
        {"foreground", 'f', 0, G_OPTION_ARG_NONE, &options->foreground, "Log to standard error instead of syslog",
         NULL},
        {"debug", 'd', 0, G_OPTION_ARG_NONE, &options->debug, "Log more", NULL},
        {"version", 'V', 0, G_OPTION_ARG_NONE, &options->version, "Print the version", NULL},
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };
    g_autoptr(GOptionContext) context = g_option_context_new("- the gate of exeat, a milter");
    g_option_context_add_main_entries(context, entries, NULL);
    g_autoptr(GError) error = NULL;
    if (g_option_context_parse(context, argc, argv, &error) && *argc == 1)
        return true;
    fprintf(stderr, "exeatd: %s\n", error ? error->message : "it takes options only");
    return false;
}

static ExeatSettings *
load(const char *path)
{
    g_autoptr(ExeatConfigErrors) errors = exeat_config_errors_new();
    ExeatSettings *settings = exeat_settings_load(path, errors);
    if (!settings) {
        g_autofree char *text = exeat_config_errors_to_text(errors);
        fputs(text, stderr);
    }
    return settings;
}

static void
block_signals(sigset_t *set)
{
    sigemptyset(set);
    sigaddset(set, SIGHUP);
    sigaddset(set, SIGTERM);
    sigaddset(set, SIGINT);
    sigaddset(set, SIGCHLD);
    sigprocmask(SIG_BLOCK, set, NULL);
}

static pid_t
start_worker(const char *path, ExeatSettings *settings, const sigset_t *blocked)
{
    pid_t worker = fork();
    if (worker != 0)
        return worker;
    sigprocmask(SIG_UNBLOCK, blocked, NULL);
    _exit(exeat_worker_run(path, settings));
}

/* What became of the worker: its exit status, or -1 if it died of a fault and a new one is to be started. */
static int
worker_status(int status)
{
    if (WIFEXITED(status))
        return WEXITSTATUS(status);
    g_autofree char *number = g_strdup_printf("%d", WTERMSIG(status));
    exeat_log(EXEAT_LOG_ERROR, NULL, "worker-died", "signal", number, NULL);
    return -1;
}

/* Waits for signals on behalf of @worker until it ends. */
static int
attend(pid_t worker, const sigset_t *signals, bool *stopping)
{
    for (;;) {
        int signal_number = 0;
        sigwait(signals, &signal_number);
        if (signal_number == SIGHUP) {
            kill(worker, SIGUSR1);
        } else if (signal_number != SIGCHLD) {
            *stopping = true;
            kill(worker, SIGTERM);
        }
        int status = 0;
        if (waitpid(worker, &status, WNOHANG) == worker)
            return worker_status(status);
    }
}

/* A worker that died is followed by one that reads the file anew, as a reload would have; if it is wrong, by what was
 * good. */
static ExeatSettings *
load_again(const char *path, ExeatSettings *settings)
{
    ExeatSettings *fresh = load(path);
    if (!fresh)
        return settings;
    exeat_settings_unref(settings);
    return fresh;
}

/* Takes @settings. */
static int
supervise(const char *path, ExeatSettings *settings)
{
    g_autoptr(ExeatSettings) in_force = settings;
    sigset_t signals;
    block_signals(&signals);
    for (bool stopping = false;;) {
        pid_t worker = start_worker(path, in_force, &signals);
        if (worker < 0)
            return EXIT_FAILURE;
        int status = attend(worker, &signals, &stopping);
        if (status >= 0 || stopping)
            return MAX(status, 0);
        g_usleep(RESTART_SECONDS * G_USEC_PER_SEC);
        in_force = load_again(path, in_force);
    }
}

int
main(int argc, char **argv)
{
    Options options = {.config = NULL};
    if (!read_options(&argc, &argv, &options))
        return EXIT_CONFIG;
    if (options.version) {
        puts("exeatd " PACKAGE_VERSION);
        return EXIT_SUCCESS;
    }
    g_autofree char *path = options.config ? options.config : g_strdup(EXEAT_CONFIG_FILE);
    exeat_log_open("exeatd", options.foreground, options.debug ? EXEAT_LOG_DEBUG : EXEAT_LOG_INFO);
    ExeatSettings *settings = load(path);
    return settings ? supervise(path, settings) : EXIT_CONFIG;
}
