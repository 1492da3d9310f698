/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The school's own patterns: blocks `pattern "Library card" { match = "\bLIB-\d{6}\b" }` of exeat.conf, regular
 * expressions that personal-data looks for beside what it knows itself. PCRE2, with limits on what a search may cost,
 * since pattern and text together can be made to take for ever: what runs into them is told, never passed over.
 *
 * Compiled once, then constant, for any number of threads; a search is one thread's. Hostile input: the texts.
 */
#ifndef EXEAT_POLICIES_PATTERNS_H
#define EXEAT_POLICIES_PATTERNS_H

#include <glib.h>
#include <stdbool.h>

#include "base/config.h"
#include "policies/finding.h"

typedef struct ExeatPatterns ExeatPatterns;

typedef struct ExeatPattern {
    const char *rule;   /* interned: "pattern:library-card" */
    gint64 least;       /* so many different ones make a finding */
    ExeatAction action; /* at most */
} ExeatPattern;

extern const ExeatBlock exeat_pattern_block;

/* Patterns that are wrong are left out: the block's own check has said so. */
ExeatPatterns *exeat_patterns_new(const ExeatConfig *config);
void exeat_patterns_free(ExeatPatterns *patterns);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatPatterns, exeat_patterns_free)

guint exeat_patterns_count(const ExeatPatterns *patterns);
const ExeatPattern *exeat_patterns_get(const ExeatPatterns *patterns, guint i);

/* What one letter's searches may cost together. */
typedef struct ExeatPatternSearch ExeatPatternSearch;
ExeatPatternSearch *exeat_pattern_search_new(void);
void exeat_pattern_search_free(ExeatPatternSearch *search);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatPatternSearch, exeat_pattern_search_free)

/*
 * Looks for pattern @i in @text, valid UTF-8. Adds what was found to @values (a set of hashes, GUINT_TO_POINTER) and
 * the places to *places. False if a limit ended the search.
 */
bool exeat_pattern_find(ExeatPatternSearch *search, const ExeatPatterns *patterns, guint i, const char *text,
                        gsize length, GHashTable *values, guint *places);

#endif
