/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How many letters are judged at once. libmilter has a thread for each connection; sixty of them judging at once would
 * only take the processor's cache from each other and hold sixty letters' texts in memory. Any thread.
 */
#ifndef EXEAT_MILTER_SLOTS_H
#define EXEAT_MILTER_SLOTS_H

#include <glib.h>
#include <stdbool.h>

typedef struct ExeatSlots {
    GMutex lock; /* guards free */
    GCond freed;
    guint free;
} ExeatSlots;

void exeat_slots_init(ExeatSlots *slots, guint count);
void exeat_slots_clear(ExeatSlots *slots);

/* Waits for a slot until @until (monotonic microseconds). False if none came: go ahead without one, for whoever waits
 * for the letter has waited long enough. */
bool exeat_slots_take(ExeatSlots *slots, gint64 until);
void exeat_slots_give(ExeatSlots *slots);

#endif
