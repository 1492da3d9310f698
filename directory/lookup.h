/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the name finder and the operator's tools ask of a directory beside directory.h.
 */
#ifndef EXEAT_DIRECTORY_LOOKUP_H
#define EXEAT_DIRECTORY_LOOKUP_H

#include "directory/directory.h"

/* exeat_directory_names() and exeat_directory_name_begins() with one probe. */
gsize exeat_directory_names_begin(const ExeatDirectory *directory, const char *folded, gsize length,
                                  const ExeatNameEntry **out_entries, bool *out_begins);

/* Whose school account has this local part (lower case). 0 if nobody's. */
gsize exeat_directory_user_people(const ExeatDirectory *directory, const char *local, gsize length,
                                  const ExeatPersonId **out_people);

/* Everybody who has this fact, in rising order. */
gsize exeat_directory_fact_people(const ExeatDirectory *directory, ExeatFact fact, const char *value,
                                  const ExeatPersonId **out_people);

typedef struct ExeatDirectoryStats {
    gsize roles[EXEAT_ROLE_COUNT];
    gsize names;     /* distinct, in any spelling that is looked for */
    gsize addresses; /* distinct mailboxes */
    gsize facts;     /* distinct identifiers, dates of birth, postcodes and telephone numbers */
    guint sources;   /* files it was made from */
    gint64 created;  /* seconds since 1970, UTC; 0 for an empty directory */
} ExeatDirectoryStats;

void exeat_directory_stats(const ExeatDirectory *directory, ExeatDirectoryStats *out_stats);

#endif
