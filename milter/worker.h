/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The process that serves the MTA. It has given up root before it reads anything that a stranger sent.
 *
 * libmilter takes SIGHUP for itself and ends on it, so a supervisor stands in front (milter/main.c): it takes SIGHUP
 * and passes it on as SIGUSR1, which a thread of the worker waits for.
 */
#ifndef EXEAT_MILTER_WORKER_H
#define EXEAT_MILTER_WORKER_H

#include "settings/settings.h"

/* Serves until SIGTERM. Returns the exit status: 0 for an ordered end, 2 if something that it needs is missing. */
int exeat_worker_run(const char *config_path, ExeatSettings *settings);

#endif
