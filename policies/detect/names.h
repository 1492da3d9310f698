/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Names of people in the directory, found in text. A name is found because two halves of it belong to the same person,
 * never because something looks like a name; where it may as well be a book, a place or everyday words, the words
 * around it decide.
 */
#ifndef EXEAT_POLICIES_DETECT_NAMES_H
#define EXEAT_POLICIES_DETECT_NAMES_H

#include <glib.h>

#include "directory/directory.h"
#include "message/text.h"

typedef enum ExeatNameForm {
    EXEAT_NAME_FORM_FULL,           /* Jamie Smith; Smith, Jamie; SMITH Jamie; Jamie R. Smith */
    EXEAT_NAME_FORM_NICK,           /* Will Smith for William Smith */
    EXEAT_NAME_FORM_GIVEN_INITIAL,  /* Jamie S, JamieS */
    EXEAT_NAME_FORM_INITIAL_FAMILY, /* J Smith, J.Smith, Smith, J */
    EXEAT_NAME_FORM_TITLE_FAMILY,   /* Mrs Patel, Mr J. Patel */
    EXEAT_NAME_FORM_HALF,           /* a middle or former name or one half of a double-barrelled one in it */
    EXEAT_NAME_FORM_SINGLE,         /* one rare name by itself */
    EXEAT_NAME_FORM_USERNAME,       /* a pupil's school mailbox or its local part */
} ExeatNameForm;

typedef enum ExeatNamePartKind {
    EXEAT_NAME_PART_TITLE,
    EXEAT_NAME_PART_GIVEN, /* middle names too */
    EXEAT_NAME_PART_FAMILY,
    EXEAT_NAME_PART_INITIAL,
} ExeatNamePartKind;

/*
 * The confidence of somebody's name that is made of everyday words in small letters, or is also a book's, a character's
 * or a figure of history's, where no word beside it says which: too little by itself, but among the names of other
 * pupils it is a pupil's.
 */
#define EXEAT_NAME_NAMESAKE 20u

#define EXEAT_NAME_MAX_PARTS 12u

typedef struct ExeatNamePart {
    gsize start;
    gsize end;
    ExeatNamePartKind kind;
} ExeatNamePart;

typedef struct ExeatNameMatch {
    gsize start; /* without a possessive */
    gsize end;
    ExeatPersonId person; /* the likeliest: pupils before staff before parents, with a title staff first */
    ExeatRole role;
    guint people;     /* how many it could be, at least 1 */
    guint confidence; /* 0 to 99 */
    ExeatNameForm form;
    guint parts_count;
    ExeatNamePart parts[EXEAT_NAME_MAX_PARTS]; /* words, in order of place */
} ExeatNameMatch;

typedef struct ExeatNameContext ExeatNameContext;

/* What finding names needs to know beside the directory. @allowed: phrases that are nobody's name here (the school's
 * houses, buildings, trust), or NULL. Immutable, for any number of threads. (transfer full) */
ExeatNameContext *exeat_name_context_new(const char *const *allowed);
void exeat_name_context_free(ExeatNameContext *context);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatNameContext, exeat_name_context_free)

/* Appends the matches in text[0, length), valid UTF-8, to @out_matches (of ExeatNameMatch), in order of start. Where
 * @cells are given (of ExeatCell), a given and a family name in two cells of one row are joined, and text is never
 * joined across cells; such a match may enclose others. @context may be NULL. */
void exeat_names_find(const ExeatDirectory *directory, const ExeatNameContext *context, const char *text, gsize length,
                      const GArray *cells, GArray *out_matches);

/* The text with every match put as initials: "Jamie Smith-Jones's" is "J.S-J.'s", "Mrs Patel" is "Mrs P.". Matches that
 * overlap an earlier one are left alone. (transfer full) */
char *exeat_names_to_initials(const char *text, const GArray *matches);

#endif
