/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Short forms and spellings of given names that are usual in England and Wales.
 */
#ifndef EXEAT_DIRECTORY_NICKNAMES_H
#define EXEAT_DIRECTORY_NICKNAMES_H

#include <glib.h>

/* From each folded name in the table to the names that may stand for it (GPtrArray of static folded strings), in both
 * directions. (transfer full) */
GHashTable *exeat_nicknames_index(void);

#endif
