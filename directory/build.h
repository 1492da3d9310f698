/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Makes a directory: people are added with their names, addresses, facts and links, then all is written to one file.
 * Names are hashed as they come; the builder keeps none in clear.
 *
 * A builder belongs to one thread.
 */
#ifndef EXEAT_DIRECTORY_BUILD_H
#define EXEAT_DIRECTORY_BUILD_H

#include "directory/directory.h"

typedef struct ExeatDirectoryBuilder ExeatDirectoryBuilder;

ExeatDirectoryBuilder *exeat_directory_builder_new(const ExeatDirectoryKey *key);
void exeat_directory_builder_free(ExeatDirectoryBuilder *builder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatDirectoryBuilder, exeat_directory_builder_free)

ExeatPersonId exeat_directory_builder_add_person(ExeatDirectoryBuilder *builder, ExeatRole role);

/*
 * Names as the records spell them; every form that people write (halves, joined, nicknames, without particles) follows
 * from that. @weak: a middle or a former name, that is weaker evidence. Empty names and single letters add initials at
 * most.
 */
void exeat_directory_builder_add_given(ExeatDirectoryBuilder *builder, ExeatPersonId person, const char *name,
                                       bool weak);
void exeat_directory_builder_add_family(ExeatDirectoryBuilder *builder, ExeatPersonId person, const char *name,
                                        bool weak);

/* @mailbox as exeat_address_key() gives it. */
void exeat_directory_builder_add_address(ExeatDirectoryBuilder *builder, ExeatPersonId person, const char *mailbox,
                                         ExeatAddressUse use);

/* @value in the form that directory.h gives for @fact. */
void exeat_directory_builder_add_fact(ExeatDirectoryBuilder *builder, ExeatPersonId person, ExeatFact fact,
                                      const char *value);

/* A pupil and a parent; both see each other. */
void exeat_directory_builder_add_link(ExeatDirectoryBuilder *builder, ExeatPersonId one, ExeatPersonId other);

/* People at the same home are of one household. @home: any text that is equal for one home. */
void exeat_directory_builder_add_home(ExeatDirectoryBuilder *builder, ExeatPersonId person, const char *home);

/* How many files it is made from; told by exeat_directory_stats(). */
void exeat_directory_builder_set_sources(ExeatDirectoryBuilder *builder, guint sources);

/* Writes it to @path (mode 0640) by way of a temporary file beside it, so that @path is the old or the new directory at
 * any moment. LIMIT if it is too big, UNAVAILABLE if it cannot be written. */
bool exeat_directory_builder_write(ExeatDirectoryBuilder *builder, const char *path, GError **error);

#endif
