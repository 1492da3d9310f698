/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The shape of a language's table: guidance_en.c and guidance_cy.c fill it, guidance.c puts sentences together.
 */
#ifndef EXEAT_POLICIES_GUIDANCE_PRIVATE_H
#define EXEAT_POLICIES_GUIDANCE_PRIVATE_H

#include "policies/guidance/guidance.h"

#define GUIDANCE_STEPS 5
#define GUIDANCE_ORDINALS 10
#define GUIDANCE_ZONES 6

typedef struct GuidancePolicy {
    const char *policy; /* NULL ends the table; that last row has the general words */
    const char *title;
    const char *rule;
    const char *steps[EXEAT_GUIDANCE_PROGRAMS][GUIDANCE_STEPS + 1];
    const char *reply; /* ASCII, short lines */
} GuidancePolicy;

/* The noun of a rule, with a policy where one word is used by several. */
typedef struct GuidanceNoun {
    const char *policy; /* NULL: any */
    const char *rule;   /* NULL ends the table */
    const char *one, *many;
} GuidanceNoun;

typedef struct GuidanceLanguage {
    const char *code;
    const GuidancePolicy *policies;
    const GuidanceNoun *nouns;
    const char *ordinals[GUIDANCE_ORDINALS]; /* "the first attachment" … */
    const char *nth_attachment;              /* {n} */
    const char *zones[GUIDANCE_ZONES];       /* by ExeatZone: "in the subject line" */
    const char *files[EXEAT_GUIDANCE_FILES]; /* "a spreadsheet" */
    const char *in_attachment;               /* {which}, {file} */
    const char *programs[EXEAT_GUIDANCE_PROGRAMS];
    const char *found_one, *found_many; /* {noun}, {count}, {where} */
    const char *about;                  /* {people}: ", about 30 people" */
    const char *clause;                 /* {clause} */
} GuidanceLanguage;

extern const GuidanceLanguage exeat_guidance_en, exeat_guidance_cy;

#endif
