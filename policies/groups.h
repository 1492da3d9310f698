/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The groups of exeat.conf: sets of people with a name, that may hold one another. Immutable once made; any thread.
 */
#ifndef EXEAT_POLICIES_GROUPS_H
#define EXEAT_POLICIES_GROUPS_H

#include <stdbool.h>

#include "base/config.h"

typedef struct ExeatGroups ExeatGroups;

extern const ExeatBlock exeat_group_block;

/* Groups that hold themselves, lie too deep in one another or have too many members together are errors. Never NULL,
 * but not to be asked if there were any. Points into @config. */
ExeatGroups *exeat_groups_new(const ExeatConfig *config, ExeatConfigErrors *errors);
void exeat_groups_free(ExeatGroups *groups);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatGroups, exeat_groups_free)

bool exeat_groups_exists(const ExeatGroups *groups, const char *name);

/* True if @address, or a sign-in name, is a member of the group @name or of a group in it. */
bool exeat_groups_have(const ExeatGroups *groups, const char *name, const char *address);

/* "a@b", "@b", "*@b" or "b" against an address. */
bool exeat_pattern_matches(const char *pattern, const char *address);

#endif
