/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a policy found: the kind and the place, never the thing itself. A finding can be logged, stored and mailed,
 * since nothing in it comes from a letter's text: rule and clause are words of ours, numbers are counts. Only its part
 * may name a file inside a file, as its sender called it: it is for the eyes of whoever may open the letter, others get
 * its exeat_part_number() (message/part.h).
 */
#ifndef EXEAT_POLICIES_FINDING_H
#define EXEAT_POLICIES_FINDING_H

#include <glib.h>

#include "message/text.h"

/* In rising order of what happens to the letter, so that the strongest of several is their maximum. */
typedef enum ExeatAction {
    EXEAT_ACTION_PASS,
    EXEAT_ACTION_OBSERVE, /* written down, nothing touched */
    EXEAT_ACTION_FLAG,    /* goes out with an opaque header; a sealed copy for the monitor */
    EXEAT_ACTION_REWRITE, /* goes out put right */
    EXEAT_ACTION_DELAY,   /* not yet offered by any policy */
    EXEAT_ACTION_HOLD,    /* kept until somebody decides */
    EXEAT_ACTION_REJECT,  /* refused in the SMTP session */
} ExeatAction;

typedef enum ExeatConfidence {
    EXEAT_CONFIDENCE_LOW,    /* 40 to 59 of 99 */
    EXEAT_CONFIDENCE_MEDIUM, /* 60 to 84 */
    EXEAT_CONFIDENCE_HIGH,   /* 85 and more */
} ExeatConfidence;

typedef struct ExeatFinding {
    const char *policy; /* static: "personal-data" */
    const char *rule;   /* static: "upn", "name", "list", … */
    const char *clause; /* the school policy's clause code, or NULL; owned by the configuration, interned */
    ExeatConfidence confidence;
    char *part; /* path of a part ("2/list.csv"), "subject" or "envelope" */
    ExeatZone zone;
    char *cell;  /* the first place in a table: "sheet 2, C4"; NULL outside of tables. Numbers, for names are content */
    guint count; /* places */
    guint data_subjects; /* distinct people */
    GArray *recipients;  /* of guint: indices into the envelope's recipients that it concerns; NULL means all */
    ExeatAction action;  /* set by the judge */
} ExeatFinding;

ExeatFinding *exeat_finding_new(const char *policy, const char *rule, ExeatConfidence confidence);
ExeatFinding *exeat_finding_copy(const ExeatFinding *finding);
void exeat_finding_free(ExeatFinding *finding);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatFinding, exeat_finding_free)

const char *exeat_action_name(ExeatAction action);             /* "hold" */
const char *exeat_confidence_name(ExeatConfidence confidence); /* "high" */
ExeatConfidence exeat_confidence_of(guint percent);

#endif
