/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether a file may be relied on: nobody but those whom it is for can read it (a secret) or change it (all others), by
 * its own mode and owner and by those of its folder, in which it could be replaced. An error says what was found, what
 * is wanted and the command that puts it right, since a warning in a log is read by nobody.
 */
#ifndef EXEAT_BASE_GUARD_H
#define EXEAT_BASE_GUARD_H

#include <glib.h>
#include <stdbool.h>
#include <sys/types.h>

#define EXEAT_GUARD_OWNERS 3

typedef struct ExeatGuardRule {
    mode_t forbidden;                 /* bits of the file's mode that may not be set */
    mode_t folder_forbidden;          /* … of its folder's; a sticky folder may be written by everybody */
    uid_t owners[EXEAT_GUARD_OWNERS]; /* who may own it besides root; (uid_t)-1: nobody further */
} ExeatGuardRule;

/* CONFIG if @path breaks @rule. A file that is not there, or a folder that may not be looked into, is somebody else's
 * error. */
bool exeat_guard_check(const char *path, const ExeatGuardRule *rule, GError **error);

#endif
