/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the builder gathers (build.c) and the writer lays out (build_write.c).
 */
#ifndef EXEAT_DIRECTORY_BUILD_PRIVATE_H
#define EXEAT_DIRECTORY_BUILD_PRIVATE_H

#include "directory/build.h"
#include "directory/format-private.h"

typedef struct BuildRecord {
    guint64 hash;
    ExeatPersonId person;
    guint32 extra; /* names: ExeatNameUse or BUILD_BEGINS; addresses and facts: slot.extra */
} BuildRecord;

/* Not an entry of a person: some name of several words begins with this one. */
#define BUILD_BEGINS (1u << 31)

typedef struct BuildLink {
    ExeatPersonId from;
    ExeatPersonId to;
} BuildLink;

struct ExeatDirectoryBuilder {
    ExeatFormatKeys keys;
    GArray *persons;                    /* of ExeatPerson */
    GArray *links;                      /* of BuildLink, each in both directions */
    GArray *records[EXEAT_TABLE_COUNT]; /* of BuildRecord */
    GHashTable *homes;                  /* keyed hash -> the first person there */
    GHashTable *nicknames;              /* folded name -> GPtrArray of folded names (not owned strings) */
    guint sources;
};

/* Settles every person's household number. */
void exeat_build_households(ExeatDirectoryBuilder *builder);

#endif
