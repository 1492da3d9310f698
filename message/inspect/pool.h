/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Processes of exeat-inspect that wait for files: the inspector that the gate and the command line use. They are
 * started before they are needed and again when they have died, by a thread of the pool's own, so that no letter pays
 * for it. A process that is late, breaks, or answers what an honest one would not is killed, and the file is
 * unreadable.
 *
 * Owns its processes and that thread. Any thread may inspect.
 */
#ifndef EXEAT_MESSAGE_INSPECT_POOL_H
#define EXEAT_MESSAGE_INSPECT_POOL_H

#include "message/inspect/limits.h"
#include "message/inspector.h"

typedef struct ExeatPoolOptions {
    const char *program; /* exeat-inspect */
    guint processes;     /* at once */
    bool on_demand;      /* the first question starts them, else they start at once */
    guint documents;     /* that one process reads before it is replaced */
    guint seconds;       /* for one file: then the process is killed */
    gsize memory;        /* address space of one process */
    ExeatInspectLimits limits;
} ExeatPoolOptions;

typedef struct ExeatPool ExeatPool;

/* Copies @options. Processes start in the background; CONFIG if @program is none. */
bool exeat_pool_new(const ExeatPoolOptions *options, ExeatPool **out_pool, GError **error);

/* Kills every process. Nobody may be inspecting. */
void exeat_pool_free(ExeatPool *pool);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatPool, exeat_pool_free)

/* Waits until there is a process that reads. UNAVAILABLE if it cannot be started, LIMIT at @deadline. */
bool exeat_pool_wait(ExeatPool *pool, gint64 deadline, GError **error);

/* The pool's own, for as long as it lives. */
ExeatInspector *exeat_pool_inspector(ExeatPool *pool);

typedef struct ExeatPoolCounts {
    guint64 inspected;    /* questions */
    guint64 failed;       /* of them: late, broken, dishonest, or nobody could be asked */
    guint64 started;      /* processes */
    guint64 microseconds; /* that those who asked have waited */
    bool whole;           /* every process that was started is in its sandbox */
} ExeatPoolCounts;

ExeatPoolCounts exeat_pool_counts(ExeatPool *pool);

#endif
