/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Counters for Prometheus, over HTTP on a UNIX socket or on loopback. Numbers and words of ours only. Every thread may
 * count.
 */
#ifndef EXEAT_MILTER_METRICS_H
#define EXEAT_MILTER_METRICS_H

#include <glib.h>
#include <stdbool.h>

#include "message/inspect/pool.h"
#include "policies/finding.h"

typedef struct ExeatMetrics ExeatMetrics;

ExeatMetrics *exeat_metrics_new(void);
void exeat_metrics_free(ExeatMetrics *metrics);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatMetrics, exeat_metrics_free)

/* Shows the counts of @pool too, which outlives the metrics. Before they are served. */
void exeat_metrics_use_pool(ExeatMetrics *metrics, ExeatPool *pool);

/* Serves them at /metrics. @where is "unix:PATH" or a port on loopback. */
bool exeat_metrics_serve(ExeatMetrics *metrics, const char *where, GError **error);

void exeat_metrics_letter(ExeatMetrics *metrics, ExeatAction action, gint64 microseconds, gsize bytes);
void exeat_metrics_finding(ExeatMetrics *metrics, const char *policy, ExeatAction action);
void exeat_metrics_failure(ExeatMetrics *metrics);
void exeat_metrics_released(ExeatMetrics *metrics); /* a letter that came back with a token of ours */
void exeat_metrics_reload(ExeatMetrics *metrics, bool done);

/* The page. (transfer full) */
char *exeat_metrics_text(const ExeatMetrics *metrics);

#endif
