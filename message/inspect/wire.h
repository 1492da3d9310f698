/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the gate and exeat-inspect say to each other, in the frames of base/ipc.h. Both are of one build; but an answer
 * comes from a process that has just read a hostile file, so every length, number and string of it is checked as if the
 * file had written it: valid UTF-8, offsets in order, known numbers, no more than the limits.
 *
 *     exeat-inspect ──READY──▶ gate      once: the sandbox is entered
 *     gate ──JOB + descriptor──▶ exeat-inspect      name, types, limits; the descriptor holds the file
 *     exeat-inspect ──ANSWER──▶ gate     parts and texts
 */
#ifndef EXEAT_MESSAGE_INSPECT_WIRE_H
#define EXEAT_MESSAGE_INSPECT_WIRE_H

#include "message/inspect/limits.h"
#include "message/inspector.h"

enum { EXEAT_WIRE_READY = 1, EXEAT_WIRE_JOB = 2, EXEAT_WIRE_ANSWER = 3 };

#define EXEAT_WIRE_READY_BYTES 1
#define EXEAT_WIRE_JOB_BYTES 8192

/* The longest answer within @limits. */
gsize exeat_wire_answer_bytes(const ExeatInspectLimits *limits);

/* A file without its content, whose length is that of the descriptor's. Strings too long for a frame are cut. */
GBytes *exeat_wire_write_job(const ExeatFile *file, const ExeatInspectLimits *limits);

/* The strings of *out_file point into @bytes; its data and length stay the caller's. MALFORMED if it is no job. */
bool exeat_wire_read_job(const guint8 *bytes, gsize length, ExeatFile *out_file, ExeatInspectLimits *out_limits,
                         GError **error);

GBytes *exeat_wire_write_answer(const ExeatInspected *inspected);

/* MALFORMED if anything in it is not as an honest process would write it. */
bool exeat_wire_read_answer(const guint8 *bytes, gsize length, const ExeatInspectLimits *limits,
                            ExeatInspected **out_inspected, GError **error);

#endif
