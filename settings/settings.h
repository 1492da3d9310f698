/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * exeat.conf as a whole: the tables of all floors together, so that every program reads and checks the same file.
 * Immutable, shared by reference count.
 */
#ifndef EXEAT_SETTINGS_SETTINGS_H
#define EXEAT_SETTINGS_SETTINGS_H

#include "base/config.h"
#include "directory/directory.h"
#include "policies/settings.h"
#include "settings/gate.h"
#include "settings/inspect.h"

#define EXEAT_CONFIG_FILE EXEAT_SYSCONFDIR "/exeat.conf"

typedef struct ExeatDirectorySettings {
    char *file;
    char *key;
} ExeatDirectorySettings;

typedef struct ExeatSettings {
    gatomicrefcount references;
    ExeatConfig *config;
    ExeatPolicySettings *policies;
    const ExeatGateSettings *gate;
    const ExeatInspectSettings *inspect;
    const ExeatDirectorySettings *directory;
} ExeatSettings;

/* Every block that may stand in exeat.conf, ended by one without a name; static. */
const ExeatBlock *exeat_settings_blocks(void);

/* NULL if there is any error; all of them are in @errors. */
ExeatSettings *exeat_settings_load(const char *path, ExeatConfigErrors *errors);
ExeatSettings *exeat_settings_ref(ExeatSettings *settings);
void exeat_settings_unref(ExeatSettings *settings);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatSettings, exeat_settings_unref)

/*
 * Opens the directory that the settings name. Without a `directory` block it is one that knows nobody. A file that is
 * named and missing is an error: a gate that knew nobody would let everything pass.
 */
bool exeat_settings_open_directory(const ExeatSettings *settings, ExeatDirectory **out_directory, GError **error);

#endif
