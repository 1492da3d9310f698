/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "milter/gate.h"

#include <sys/stat.h>

#include "base/log.h"
#include "quarantine/settings.h"
#include "settings/guard.h"

#define FOLLOW_MICROSECONDS G_USEC_PER_SEC
#define POOL_SECONDS 5 /* that the start waits for the first process that reads attachments */
#define LEAST_SLOTS 2u /* a large letter keeps no small one waiting */

struct ExeatGate {
    char *config_path;
    GMutex lock; /* guards current and what follows */
    ExeatSnapshot *current;
    gint64 followed_at;
    struct stat directory_file;
    ExeatMetrics *metrics;
    ExeatSpoolShare spool_share;
    ExeatSlots slots;
    ExeatPool *pool;
    ExeatInspectShare inspect_share;
};

static ExeatSnapshot *
snapshot_ref(ExeatSnapshot *snapshot)
{
    g_atomic_ref_count_inc(&snapshot->references);
    return snapshot;
}

void
exeat_snapshot_unref(ExeatSnapshot *snapshot)
{
    if (!snapshot || !g_atomic_ref_count_dec(&snapshot->references))
        return;
    exeat_settings_unref(snapshot->settings);
    exeat_directory_unref(snapshot->directory);
    exeat_quarantine_unref(snapshot->quarantine);
    g_clear_pointer(&snapshot->token_key, g_bytes_unref);
    g_free(snapshot);
}

static ExeatSnapshot *
snapshot_alloc(ExeatSettings *settings)
{
    ExeatSnapshot *snapshot = g_new0(ExeatSnapshot, 1);
    g_atomic_ref_count_init(&snapshot->references);
    snapshot->settings = exeat_settings_ref(settings);
    return snapshot;
}

static bool
snapshot_new(ExeatSettings *settings, ExeatSnapshot **out_snapshot, GError **error)
{
    g_autoptr(ExeatSnapshot) snapshot = snapshot_alloc(settings);
    if (!exeat_settings_guard(settings, EXEAT_GUARD_GATE, error) ||
        !exeat_settings_open_directory(settings, &snapshot->directory, error) ||
        !exeat_quarantine_open_gate(settings->config, &snapshot->quarantine, &snapshot->token_key, error))
        return false;
    *out_snapshot = g_steal_pointer(&snapshot);
    return true;
}

static void
warn_of_one_user(const ExeatSettings *settings)
{
    if (exeat_settings_is_one_user(settings))
        exeat_log(EXEAT_LOG_WARNING, NULL, "not-separated", "reason",
                  "the gate is root, or the office has no user of its own: the gate can read held letters", "remedy",
                  "set gate.user and office.user to two users, and chown the private key to office.user", NULL);
}

/* Ask it before the file is opened: if another comes between, that is a new one, which is followed. */
static struct stat
look_at_directory_file(const ExeatSettings *settings)
{
    struct stat file;
    return stat(settings->directory->file, &file) == 0 ? file : (struct stat){0};
}

/* A gate whose attachments cannot be read goes to work: each of them is a finding, and what else is in a letter is
 * judged. */
static bool
open_pool(ExeatGate *gate, const ExeatSettings *settings, GError **error)
{
    if (!exeat_inspect_settings_open(settings->inspect, false, &gate->pool, error))
        return false;
    exeat_metrics_use_pool(gate->metrics, gate->pool);
    g_autoptr(GError) failed = NULL;
    if (!exeat_pool_wait(gate->pool, g_get_monotonic_time() + POOL_SECONDS * G_USEC_PER_SEC, &failed))
        exeat_log(EXEAT_LOG_WARNING, NULL, "cannot-inspect", "reason", failed->message, "remedy",
                  "run exeat check; until then attachments count as not inspected", NULL);
    else if (!exeat_pool_counts(gate->pool).whole)
        exeat_inspect_warn(&gate->inspect_share);
    return true;
}

bool
exeat_gate_new(const char *config_path, ExeatSettings *settings, ExeatGate **out_gate, GError **error)
{
    g_autoptr(ExeatGate) gate = g_new0(ExeatGate, 1);
    g_mutex_init(&gate->lock);
    exeat_slots_init(&gate->slots, MAX(g_get_num_processors(), LEAST_SLOTS));
    gate->config_path = g_strdup(config_path);
    gate->metrics = exeat_metrics_new();
    gate->directory_file = look_at_directory_file(settings);
    if (!snapshot_new(settings, &gate->current, error))
        return false;
    warn_of_one_user(settings);
    if (!open_pool(gate, settings, error))
        return false;
    if (settings->gate->metrics && !exeat_metrics_serve(gate->metrics, settings->gate->metrics, error))
        return false;
    *out_gate = g_steal_pointer(&gate);
    return true;
}

void
exeat_gate_free(ExeatGate *gate)
{
    if (!gate)
        return;
    exeat_metrics_free(gate->metrics);
    exeat_pool_free(gate->pool);
    exeat_snapshot_unref(gate->current);
    g_mutex_clear(&gate->lock);
    exeat_slots_clear(&gate->slots);
    g_free(gate->config_path);
    g_free(gate);
}

ExeatSnapshot *
exeat_gate_snapshot(ExeatGate *gate)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&gate->lock);
    return snapshot_ref(gate->current);
}

ExeatMetrics *
exeat_gate_metrics(ExeatGate *gate)
{
    return gate->metrics;
}

ExeatPool *
exeat_gate_pool(ExeatGate *gate)
{
    return gate->pool;
}

ExeatInspectShare *
exeat_gate_inspect_share(ExeatGate *gate)
{
    return &gate->inspect_share;
}

ExeatSlots *
exeat_gate_slots(ExeatGate *gate)
{
    return &gate->slots;
}

ExeatSpoolShare *
exeat_gate_spool_share(ExeatGate *gate)
{
    return &gate->spool_share;
}

/* Puts @snapshot in the place of @old, or of whatever is in force where @old is NULL. False if @old is no longer. Takes
 * the snapshot. */
static bool
swap_in(ExeatGate *gate, const ExeatSnapshot *old, ExeatSnapshot *snapshot)
{
    g_mutex_lock(&gate->lock);
    bool swaps = !old || gate->current == old;
    ExeatSnapshot *spare = swaps ? gate->current : snapshot;
    if (swaps)
        gate->current = snapshot;
    g_mutex_unlock(&gate->lock);
    exeat_snapshot_unref(spare);
    return swaps;
}

static void
log_config_errors(const ExeatConfigErrors *errors)
{
    for (guint i = 0; i < exeat_config_errors_count(errors); i++) {
        const ExeatConfigError *error = exeat_config_errors_get(errors, i);
        g_autofree char *line = g_strdup_printf("%u", error->line);
        exeat_log(EXEAT_LOG_ERROR, NULL, "config-error", "file", error->file, "line", line, "option", error->option,
                  "reason", error->reason, "remedy", error->remedy, NULL);
    }
}

void
exeat_gate_reload(ExeatGate *gate)
{
    g_autoptr(ExeatConfigErrors) errors = exeat_config_errors_new();
    g_autoptr(ExeatSettings) settings = exeat_settings_load(gate->config_path, errors);
    g_autoptr(GError) error = NULL;
    ExeatSnapshot *snapshot = NULL;
    gint64 started = g_get_monotonic_time();
    log_config_errors(errors);
    const struct stat file = settings ? look_at_directory_file(settings) : (struct stat){0};
    bool done = settings && snapshot_new(settings, &snapshot, &error);
    exeat_metrics_reload(gate->metrics, done);
    if (!done) {
        exeat_log(EXEAT_LOG_ERROR, NULL, "reload-refused", "reason",
                  error ? error->message : "the configuration has errors", "in-force", "the old one", NULL);
        return;
    }
    g_mutex_lock(&gate->lock);
    gate->directory_file = file;
    g_mutex_unlock(&gate->lock);
    swap_in(gate, NULL, snapshot);
    g_autofree char *took = g_strdup_printf("%" G_GINT64_FORMAT, (g_get_monotonic_time() - started) / 1000);
    exeat_log(EXEAT_LOG_INFO, NULL, "reloaded", "ms", took, NULL);
}

/* True, for one caller, if the directory's file is another than the one in force. */
static bool
directory_was_replaced(ExeatGate *gate)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&gate->lock);
    gint64 now = g_get_monotonic_time();
    struct stat file;
    if (now - gate->followed_at < FOLLOW_MICROSECONDS)
        return false;
    gate->followed_at = now;
    if (!exeat_config_has_block(gate->current->settings->config, "directory") ||
        stat(gate->current->settings->directory->file, &file) != 0)
        return false;
    bool same = file.st_ino == gate->directory_file.st_ino &&
                file.st_mtim.tv_sec == gate->directory_file.st_mtim.tv_sec &&
                file.st_mtim.tv_nsec == gate->directory_file.st_mtim.tv_nsec;
    gate->directory_file = file;
    return !same;
}

void
exeat_gate_follow_directory(ExeatGate *gate)
{
    if (!directory_was_replaced(gate))
        return;
    g_autoptr(ExeatSnapshot) old = exeat_gate_snapshot(gate);
    g_autoptr(ExeatSnapshot) snapshot = snapshot_alloc(old->settings);
    g_autoptr(GError) error = NULL;
    if (!exeat_settings_open_directory(old->settings, &snapshot->directory, &error)) {
        exeat_log(EXEAT_LOG_ERROR, NULL, "directory-refused", "reason", error->message, "in-force", "the old one",
                  NULL);
        return;
    }
    snapshot->quarantine = exeat_quarantine_ref(old->quarantine);
    snapshot->token_key = old->token_key ? g_bytes_ref(old->token_key) : NULL;
    if (swap_in(gate, old, g_steal_pointer(&snapshot))) /* else a reload came between: its world stays */
        exeat_log(EXEAT_LOG_INFO, NULL, "directory-replaced", NULL);
}
