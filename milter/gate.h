/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What all sessions of the gate share: the configuration and the directory in force, the way into quarantine, the
 * counters. What can change while mail flows is a snapshot: a session takes a reference for one letter and never sees a
 * half-changed world. A reload makes a new snapshot and swaps it in; if it cannot, the old one stays in force.
 */
#ifndef EXEAT_MILTER_GATE_H
#define EXEAT_MILTER_GATE_H

#include <glib.h>
#include <stdbool.h>

#include "milter/inspect.h"
#include "milter/metrics.h"
#include "milter/slots.h"
#include "milter/spool.h"
#include "quarantine/quarantine.h"
#include "settings/settings.h"

typedef struct ExeatSnapshot {
    gatomicrefcount references;
    ExeatSettings *settings;
    ExeatDirectory *directory;
    ExeatQuarantine *quarantine;
    GBytes *token_key;
} ExeatSnapshot;

void exeat_snapshot_unref(ExeatSnapshot *snapshot);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatSnapshot, exeat_snapshot_unref)

typedef struct ExeatGate ExeatGate;

/* Opens everything that @settings names; an error if anything is missing, for a gate without it would let letters pass.
 */
bool exeat_gate_new(const char *config_path, ExeatSettings *settings, ExeatGate **out_gate, GError **error);
void exeat_gate_free(ExeatGate *gate);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatGate, exeat_gate_free)

/* The world in force. (transfer full) */
ExeatSnapshot *exeat_gate_snapshot(ExeatGate *gate);
ExeatMetrics *exeat_gate_metrics(ExeatGate *gate);
/* The gate's own. */
ExeatSpoolShare *exeat_gate_spool_share(ExeatGate *gate);
ExeatSlots *exeat_gate_slots(ExeatGate *gate);
ExeatPool *exeat_gate_pool(ExeatGate *gate);
ExeatInspectShare *exeat_gate_inspect_share(ExeatGate *gate);

/* Reads the configuration and the directory anew. Logs what is wrong with them, and leaves the old ones in force then.
 */
void exeat_gate_reload(ExeatGate *gate);

/* Opens the directory anew if its file was replaced since. Cheap; called before each letter. */
void exeat_gate_follow_directory(ExeatGate *gate);

#endif
