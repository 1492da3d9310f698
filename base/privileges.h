/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a program that root starts becomes its own user, and what it forbids itself then. */
#ifndef EXEAT_BASE_PRIVILEGES_H
#define EXEAT_BASE_PRIVILEGES_H

#include <glib.h>
#include <stdbool.h>

/*
 * Becomes @user for good, with that user's groups and, where @beside is not NULL, the first group of the user @beside.
 * Does nothing if the process is not root's. CONFIG if there is no such user. Before any thread.
 */
bool exeat_privileges_become(const char *user, const char *beside, GError **error);

/* No core files, no tracing by others of the same user, no new privileges. After the change of user, which would undo
 * it. */
void exeat_privileges_harden(void);

#endif
