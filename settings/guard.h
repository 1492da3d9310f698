/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether the files that exeat.conf names are kept as they must be, before a program relies on them. */
#ifndef EXEAT_SETTINGS_GUARD_H
#define EXEAT_SETTINGS_GUARD_H

#include "settings/settings.h"

typedef enum ExeatGuardSide {
    EXEAT_GUARD_GATE,   /* must not even be able to read the private key */
    EXEAT_GUARD_OFFICE, /* must keep it to itself */
} ExeatGuardSide;

/*
 * CONFIG at the first file of this side that others than its users can read or change, or whose folder they can change:
 * the configuration with what it includes, the keys, the store, the directory, the password. Ask it as the user who
 * will use them.
 */
bool exeat_settings_guard(const ExeatSettings *settings, ExeatGuardSide side, GError **error);

/* True if the gate, as which this is asked, is root, or the office has no other user to be: somebody tries exeat out
 * with one user for everything, and the gate can read back what it holds. Worth a warning at every start. */
bool exeat_settings_is_one_user(const ExeatSettings *settings);

/*
 * What exeat_settings_guard() will say when the daemon of @side starts, which root may ask: a child becomes the
 * daemon's user and looks. Of another user than the daemon's it is not known; then @out_known is false, and the answer
 * true. Call it before any thread.
 */
bool exeat_settings_guard_foresee(const ExeatSettings *settings, ExeatGuardSide side, bool *out_known, GError **error);

#endif
