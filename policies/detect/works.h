/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Phrases that name a book, a figure of history, a firm or a thing, though a pupil may have the same name; and the
 * words around a name that tell whether a pupil or a work is meant.
 */
#ifndef EXEAT_POLICIES_DETECT_WORKS_H
#define EXEAT_POLICIES_DETECT_WORKS_H

#include <glib.h>
#include <stdbool.h>

/* Words in the longest phrase. */
#define EXEAT_WORKS_MAX_WORDS 8u

extern const char *const exeat_works_list[];
extern const guint exeat_works_list_count;
extern const char *const exeat_works_namesakes[];
extern const guint exeat_works_namesakes_count;

typedef enum ExeatWork {
    EXEAT_WORK_NONE,
    EXEAT_WORK_NAMESAKE, /* of public life, but with a name that pupils have too */
    EXEAT_WORK_KNOWN,
} ExeatWork;

/* What a phrase is known as: folded words, separated by one space. */
ExeatWork exeat_work_of(const char *phrase, gsize length);

typedef enum ExeatCue {
    EXEAT_CUE_NONE = 0,
    EXEAT_CUE_PUPIL = 1 << 0,  /* absence, detention, mum: a pupil is spoken of */
    EXEAT_CUE_CLASS = 1 << 1,  /* Year, form: may be either */
    EXEAT_CUE_WORK = 1 << 2,   /* essay, chapter, trip to see: a work is spoken of */
    EXEAT_CUE_TITLE = 1 << 3,  /* Mr, Mrs, Dr */
    EXEAT_CUE_SAINT = 1 << 4,  /* St, King, Lord: in front of a single name, not a pupil */
    EXEAT_CUE_PLACE = 1 << 5,  /* Street, Trophy, theorem: behind a name, always of a thing */
    EXEAT_CUE_THING = 1 << 6,  /* House, School, Room: behind a name with a capital, mostly of a thing */
    EXEAT_CUE_LETTER = 1 << 7, /* set, group, block: a single letter beside it is no initial */
    EXEAT_CUE_AND = 1 << 8,    /* and, a, & */
} ExeatCue;

/* The cues that a folded word gives, as bits. */
guint exeat_cue_of(const char *folded, gsize length);

#endif
