/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "settings/inspect.h"

#include <unistd.h>

#include "base/config.h"

#define TEXTS 3            /* of the longest, that one attachment may hold at all depths */
#define TRY_SECONDS 20     /* for a process to be ready */
#define LEAST_PROCESSES 2u /* one letter with a slow document does not stop the next */

#define FIELD(name) .offset = offsetof(ExeatInspectSettings, name)
static const ExeatOption inspect_options[] = {
    {.key = "program",
     .type = EXEAT_OPTION_TEXT,
     FIELD(program),
     .help = "The program exeat-inspect. Not set: the one that was installed with exeat."},
    {.key = "processes",
     .type = EXEAT_OPTION_COUNT,
     FIELD(processes),
     .fallback = "0",
     .max = 64,
     .help = "How many attachments are read at once, each by a process of its own. 0: as many as there are processors, "
             "at least two."},
    {.key = "documents",
     .type = EXEAT_OPTION_COUNT,
     FIELD(documents),
     .fallback = "200",
     .min = 1,
     .max = 100000,
     .help = "How many attachments one process reads before a fresh one takes its place."},
    {.key = "memory",
     .type = EXEAT_OPTION_SIZE,
     FIELD(memory),
     .fallback = "768M",
     .min = 256 * 1024 * 1024,
     .max = G_GINT64_CONSTANT(16) << 30,
     .help = "How much memory one process may use, its libraries included. An attachment that needs more is "
             "unreadable."},
    {.key = "time",
     .type = EXEAT_OPTION_DURATION,
     FIELD(time),
     .fallback = "10s",
     .min = 1,
     .max = 280,
     .help = "How long one attachment may be read; a small one has less. It must be below gate.time_budget, of which all "
             "attachments of a letter together have three quarters."},
    {.key = "text",
     .type = EXEAT_OPTION_SIZE,
     FIELD(text),
     .fallback = "8M",
     .min = 65536,
     .max = 64 * 1024 * 1024,
     .help = "How much text of one document is read."},
    {.key = "unpacked",
     .type = EXEAT_OPTION_SIZE,
     FIELD(unpacked),
     .fallback = "256M",
     .min = 1024 * 1024,
     .max = G_GINT64_CONSTANT(4) << 30,
     .help = "How much one attachment may unpack to, at all depths together."},
    {.key = "members",
     .type = EXEAT_OPTION_COUNT,
     FIELD(members),
     .fallback = "4000",
     .min = 1,
     .max = 100000,
     .help = "How many files one attachment may hold, at all depths together."},
    {.key = "depth",
     .type = EXEAT_OPTION_COUNT,
     FIELD(depth),
     .fallback = "16",
     .min = 1,
     .max = 64,
     .help = "How deep archives may lie in archives."},
    {.key = "cells",
     .type = EXEAT_OPTION_COUNT,
     FIELD(cells),
     .fallback = "500000",
     .min = 1000,
     .max = 5000000,
     .help = "How many cells of one workbook are read."},
    {.key = NULL},
};
static const ExeatOption *const inspect_tables[] = {inspect_options, NULL};

const ExeatBlock exeat_inspect_block = {
    .name = "inspect",
    .size = sizeof(ExeatInspectSettings),
    .tables = inspect_tables,
    .help = "How attachments are read: by processes that can do nothing else",
};

/* Beside the program that runs (a build that is not installed), else in its place. (transfer full) */
static char *
inspect_find_program(void)
{
    g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
    g_autofree char *folder = self != NULL ? g_path_get_dirname(self) : g_strdup(".");
    char *beside = g_build_filename(folder, "exeat-inspect", NULL);
    if (access(beside, X_OK) == 0)
        return beside;
    g_free(beside);
    return g_strdup(EXEAT_LIBEXECDIR "/exeat-inspect");
}

static void
inspect_set_limits(const ExeatInspectSettings *settings, ExeatInspectLimits *limits)
{
    *limits = exeat_inspect_default_limits;
    limits->text_bytes = (gsize)settings->text;
    limits->total_text_bytes = (gsize)settings->text * TEXTS;
    limits->total_bytes = (gsize)settings->unpacked;
    limits->member_bytes = MIN(limits->member_bytes, limits->total_bytes);
    limits->members = (guint)settings->members;
    limits->depth = (guint)settings->depth;
    limits->cells = (guint)settings->cells;
    limits->milliseconds = (guint)settings->time * 900; /* it says so itself before it is killed */
}

bool
exeat_inspect_settings_open(const ExeatInspectSettings *settings, bool on_demand, ExeatPool **out_pool, GError **error)
{
    ExeatInspectSettings fallback = {.program = NULL};
    if (settings == NULL) {
        exeat_options_default(&exeat_inspect_block, &fallback);
        settings = &fallback;
    }
    g_autofree char *found = settings->program == NULL ? inspect_find_program() : NULL;
    guint processes = settings->processes > 0 ? (guint)settings->processes
                                              : MAX(g_get_num_processors(), LEAST_PROCESSES);
    ExeatPoolOptions options = {.program = found != NULL ? found : settings->program,
                                .processes = on_demand ? 1 : processes,
                                .on_demand = on_demand,
                                .documents = (guint)settings->documents,
                                .seconds = (guint)settings->time,
                                .memory = (gsize)settings->memory};
    inspect_set_limits(settings, &options.limits);
    bool opened = exeat_pool_new(&options, out_pool, error);
    exeat_options_clear(&exeat_inspect_block, &fallback);
    return opened;
}

void
exeat_inspect_settings_check(const ExeatInspectSettings *settings, gint64 time_budget, const ExeatConfigPlace *place,
                             ExeatConfigErrors *errors)
{
    if (settings->time < time_budget)
        return;
    g_autofree char *remedy = time_budget > 1
                                  ? g_strdup_printf("Write time = %" G_GINT64_FORMAT "s, or a longer gate.time_budget",
                                                    MAX(time_budget / 2, 1))
                                  : g_strdup("Write a longer gate.time_budget");
    exeat_config_errors_add(errors, place, "inspect.time", remedy,
                            "one attachment may take %" G_GINT64_FORMAT " s, but the whole letter has %" G_GINT64_FORMAT
                            " s (gate.time_budget)",
                            settings->time, time_budget);
}

bool
exeat_inspect_settings_try(const ExeatInspectSettings *settings, const ExeatConfigPlace *place,
                           ExeatConfigErrors *errors, bool *out_whole)
{
    g_autoptr(ExeatPool) pool = NULL;
    g_autoptr(GError) error = NULL;
    gint64 deadline = g_get_monotonic_time() + TRY_SECONDS * G_USEC_PER_SEC;
    if (!exeat_inspect_settings_open(settings, true, &pool, &error)) {
        exeat_config_errors_add(errors, place, "inspect.program",
                                "Take the line out, or write the path of the program exeat-inspect", "%s",
                                error->message);
        return false;
    }
    if (!exeat_pool_wait(pool, deadline, &error)) {
        exeat_config_errors_add(errors, place, "inspect.program",
                                "Name the exeat-inspect of this exeat; Linux must have seccomp", "%s", error->message);
        return false;
    }
    *out_whole = exeat_pool_counts(pool).whole;
    return true;
}
