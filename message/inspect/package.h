/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Open Packaging Conventions (ECMA-376, part 2): parts that point to each other by relationships. Each part is read
 * once, whoever points to it; a part of a known name to which nothing points is read at the end.
 *
 * Hostile input: targets lead anywhere, or in circles. One thread, one inspection.
 */
#ifndef EXEAT_MESSAGE_INSPECT_PACKAGE_H
#define EXEAT_MESSAGE_INSPECT_PACKAGE_H

#include "message/inspect/sax.h"

typedef struct ExeatPackage {
    ExeatInspection *inspection;
    const ExeatZip *zip;
    GHashTable *taken; /* of const ExeatZipEntry */
} ExeatPackage;

typedef struct ExeatRelation {
    char *id;
    char *type;                 /* the last word of its URI, in lower case */
    char *target;               /* as written */
    const ExeatZipEntry *entry; /* NULL where the target is outside, or nowhere */
    bool external;
} ExeatRelation;

void exeat_package_init(ExeatPackage *package, ExeatInspection *inspection, const ExeatZip *zip);
void exeat_package_clear(ExeatPackage *package);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ExeatPackage, exeat_package_clear)

/* Of ExeatRelation: those of the part called @part, of the whole package for "". Empty where there are none. (transfer
 * full) */
GPtrArray *exeat_package_relations(const ExeatPackage *package, const char *part);

/* What @target means in the part @part; NULL if nothing. */
const ExeatZipEntry *exeat_package_find(const ExeatPackage *package, const char *part, const char *target);

/* True for the first who asks for it. */
bool exeat_package_take(ExeatPackage *package, const ExeatZipEntry *entry);
bool exeat_package_is_taken(const ExeatPackage *package, const ExeatZipEntry *entry);

/* Hands a part on as a file inside this one. */
void exeat_package_member(ExeatPackage *package, const ExeatZipEntry *entry);

#endif
