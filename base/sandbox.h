/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A process that reads hostile bytes and can do nothing else: no file is opened, no socket made, no process or thread
 * started, nothing made executable; memory, processor time and file sizes are bounded. What is open stays usable.
 *
 * Linux's seccomp. A call that a library makes to look around (open a file, ask for a name) fails with EACCES, so that
 * the library goes on without; a call that only an intruder makes kills the process.
 */
#ifndef EXEAT_BASE_SANDBOX_H
#define EXEAT_BASE_SANDBOX_H

#include <glib.h>
#include <stdbool.h>

typedef struct ExeatSandbox {
    gsize memory;            /* bytes of address space */
    guint processor_seconds; /* for the rest of this process's life */
    guint descriptors;       /* the highest that may be open, plus one */
} ExeatSandbox;

/* For good. INTERNAL if the system refuses any of it: the caller then ends. Before any thread. */
bool exeat_sandbox_enter(const ExeatSandbox *sandbox, GError **error);

/* False in a build with --disable-sandbox, where exeat_sandbox_enter() only sets limits. */
bool exeat_sandbox_is_whole(void);

#endif
