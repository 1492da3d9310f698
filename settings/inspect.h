/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How attachments are inspected: the `inspect` block of exeat.conf, and the pool of processes that it describes. */
#ifndef EXEAT_SETTINGS_INSPECT_H
#define EXEAT_SETTINGS_INSPECT_H

#include "base/options.h"
#include "message/inspect/pool.h"

typedef struct ExeatInspectSettings {
    char *program;    /* NULL: beside the program that runs, else where it was installed */
    gint64 processes; /* 0: as many as processors, at least two */
    gint64 documents;
    gint64 memory;
    gint64 time;
    gint64 text;
    gint64 unpacked;
    gint64 members;
    gint64 depth;
    gint64 cells;
} ExeatInspectSettings;

extern const ExeatBlock exeat_inspect_block;

/* What one block alone does not show: a reading that may take longer than its letter. @place is that of the block. */
void exeat_inspect_settings_check(const ExeatInspectSettings *settings, gint64 time_budget,
                                  const ExeatConfigPlace *place, ExeatConfigErrors *errors);

/* Whether attachments can be read, by starting a process for it; out_whole: in its sandbox. */
bool exeat_inspect_settings_try(const ExeatInspectSettings *settings, const ExeatConfigPlace *place,
                                ExeatConfigErrors *errors, bool *out_whole);

/*
 * A pool as @settings say (NULL: as they are when nothing is set). @on_demand: a single process, started by the first
 * question, for programs that may have none. CONFIG if there is no program.
 */
bool exeat_inspect_settings_open(const ExeatInspectSettings *settings, bool on_demand, ExeatPool **out_pool,
                                 GError **error);

#endif
