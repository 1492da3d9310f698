/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table that terms.c searches. */
#ifndef EXEAT_POLICIES_DETECT_TERMS_PRIVATE_H
#define EXEAT_POLICIES_DETECT_TERMS_PRIVATE_H

#include <glib.h>

#include "policies/detect/rule.h"

enum {
    TERM_CAPITALS = 1 << 0,  /* counts only in capitals: LAC is not lac */
    TERM_NEEDS_CUE = 1 << 1, /* …and only beside a word of pastoral work, since it also stands for other things */
};

typedef struct ExeatTerm {
    const char *phrase;
    ExeatRule rule;
    guint8 confidence;
    guint8 flags;
} ExeatTerm;

extern const ExeatTerm exeat_terms[];
extern const gsize exeat_terms_count;

#endif
