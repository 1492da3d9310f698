/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How a letter in the gate asks what is in its attachments: by the pool (message/inspect/pool.h); and what the log says
 * of those that could not be read. While a letter waits for an answer another one has its slot, so that letters without
 * documents never wait behind documents; as long as what those who wait hold in memory has a bound.
 *
 * Nothing here logs a path: the names of files inside files are their sender's words. One thread for each letter.
 */
#ifndef EXEAT_MILTER_INSPECT_H
#define EXEAT_MILTER_INSPECT_H

#include "message/inspect/pool.h"
#include "message/message.h"
#include "milter/slots.h"

#define EXEAT_INSPECT_WAITING_BYTES ((gsize)128 * 1024 * 1024) /* of attachments of letters that gave their slot away \
                                                                */

/* What all letters in hand share. Zeroed is empty. */
typedef struct ExeatInspectShare {
    gsize waiting; /* bytes; atomic */
    gint warned;   /* that a process has no sandbox; atomic */
} ExeatInspectShare;

/* An inspector for one letter, which goes before the letter's thread does. */
typedef struct ExeatLetterInspector {
    ExeatInspector inspector; /* first: it is one */
    ExeatPool *pool;
    ExeatSlots *slots;
    ExeatInspectShare *share;
    bool *has_slot; /* the letter's; false while another one has it */
} ExeatLetterInspector;

void exeat_letter_inspector_init(ExeatLetterInspector *self, ExeatPool *pool, ExeatSlots *slots,
                                 ExeatInspectShare *share, bool *has_slot);

/* One line for each attachment in which something could not be read: its number, how many files, the first reason. */
void exeat_inspect_log_unread(const char *queue_id, const ExeatMessage *message);

/* Says once, as @share knows, that attachments are read without a sandbox. */
void exeat_inspect_warn(ExeatInspectShare *share);

#endif
