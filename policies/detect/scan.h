/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * All that the detectors find in a letter's texts: names of people in the directory, identifiers, and the vocabulary of
 * special categories. What belongs together, policies decide.
 */
#ifndef EXEAT_POLICIES_DETECT_SCAN_H
#define EXEAT_POLICIES_DETECT_SCAN_H

#include <glib.h>

#include "directory/directory.h"
#include "message/text.h"
#include "policies/detect/context.h"
#include "policies/detect/hit.h"
#include "policies/detect/names.h"
#include "policies/school.h"

typedef struct ExeatScanText {
    const ExeatText *text; /* with its tables in shape: all offsets are of this one */
    ExeatText *shaped;     /* the same, where it had to be made; else NULL */
    ExeatContext context;
    GArray *names; /* ExeatNameMatch, by start */
    GArray *hits;  /* ExeatHit, by start: identifiers, and passwords that are told */
    GArray *terms; /* ExeatHit: vocabulary, and cells under a heading of a special category */
} ExeatScanText;

typedef struct ExeatScan ExeatScan;

/* What the detectors need to know beside the texts; borrowed. */
typedef struct ExeatScanWorld {
    const ExeatDirectory *directory;
    const ExeatSchool *school;
    const ExeatNameContext *names; /* may be NULL */
    gint64 now;                    /* the letter's date in seconds since the epoch, 0 for today */
    gint64 deadline;               /* monotonic microseconds; texts that are not begun by then are left out; 0: none */
} ExeatScanWorld;

/* Reads all of @texts (ExeatText, borrowed). */
ExeatScan *exeat_scan_new(const GPtrArray *texts, const ExeatScanWorld *world);
/* True if the deadline cut something off. */
bool exeat_scan_is_incomplete(const ExeatScan *scan);
void exeat_scan_free(ExeatScan *scan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatScan, exeat_scan_free)

guint exeat_scan_count(const ExeatScan *scan);
/* NULL beyond the last. */
const ExeatScanText *exeat_scan_text(const ExeatScan *scan, guint i);

#endif
