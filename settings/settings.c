/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "settings/settings.h"

#include "base/error.h"
#include "quarantine/settings.h"
#include "settings/office.h"

#define FIELD(name) .offset = offsetof(ExeatDirectorySettings, name)
static const ExeatOption directory_options[] = {
    {.key = "file",
     .type = EXEAT_OPTION_TEXT,
     FIELD(file),
     .fallback = EXEAT_STATEDIR "/directory",
     .help = "The directory that `exeat directory import` writes."},
    {.key = "key",
     .type = EXEAT_OPTION_TEXT,
     FIELD(key),
     .fallback = EXEAT_SYSCONFDIR "/keys/directory.key",
     .help = "The key of its hashes, from `exeat keygen`."},
    {.key = NULL},
};
static const ExeatOption *const directory_tables[] = {directory_options, NULL};
static const ExeatBlock directory_block = {
    .name = "directory",
    .size = sizeof(ExeatDirectorySettings),
    .tables = directory_tables,
    .help = "Where the directory of people lies",
};

const ExeatBlock *
exeat_settings_blocks(void)
{
    static gsize made = 0;
    static GArray *blocks = NULL; /* written once, read by all */
    if (g_once_init_enter(&made)) {
        GArray *all = g_array_new(TRUE, FALSE, sizeof(ExeatBlock));
        exeat_policy_blocks(all);
        for (const ExeatBlock *block = exeat_quarantine_blocks; block->name; block++)
            g_array_append_vals(all, block, 1);
        g_array_append_val(all, directory_block);
        g_array_append_val(all, exeat_gate_block);
        g_array_append_val(all, exeat_inspect_block);
        g_array_append_val(all, exeat_office_block);
        blocks = all;
        g_once_init_leave(&made, 1);
    }
    return (const ExeatBlock *)(gconstpointer)blocks->data;
}

/* Where nothing is said of attachments, the letter's time bounds theirs. */
static void
check_times(const ExeatConfig *config, ExeatConfigErrors *errors)
{
    const ExeatGateSettings *gate = exeat_config_block(config, "gate");
    const ExeatConfigPlace place = exeat_config_place(config, "inspect");
    if (!exeat_config_has_block(config, "inspect"))
        return;
    exeat_inspect_settings_check(exeat_config_block(config, "inspect"), gate->time_budget, &place, errors);
}

ExeatSettings *
exeat_settings_load(const char *path, ExeatConfigErrors *errors)
{
    g_autoptr(ExeatConfig) config = exeat_config_read(path, exeat_settings_blocks(), errors);
    check_times(config, errors);
    g_autoptr(ExeatPolicySettings) policies = exeat_policy_settings_new(config, errors);
    if (!policies)
        return NULL;
    ExeatSettings *settings = g_new0(ExeatSettings, 1);
    g_atomic_ref_count_init(&settings->references);
    settings->config = g_steal_pointer(&config);
    settings->policies = g_steal_pointer(&policies);
    settings->gate = exeat_config_block(settings->config, "gate");
    settings->inspect = exeat_config_block(settings->config, "inspect");
    settings->directory = exeat_config_block(settings->config, "directory");
    return settings;
}

ExeatSettings *
exeat_settings_ref(ExeatSettings *settings)
{
    g_atomic_ref_count_inc(&settings->references);
    return settings;
}

void
exeat_settings_unref(ExeatSettings *settings)
{
    if (!settings || !g_atomic_ref_count_dec(&settings->references))
        return;
    exeat_policy_settings_unref(settings->policies);
    exeat_config_unref(settings->config);
    g_free(settings);
}

bool
exeat_settings_open_directory(const ExeatSettings *settings, ExeatDirectory **out_directory, GError **error)
{
    if (!exeat_config_has_block(settings->config, "directory")) {
        *out_directory = exeat_directory_new_empty();
        return true;
    }
    ExeatDirectoryKey key;
    return exeat_directory_key_load(settings->directory->key, &key, error) &&
           exeat_directory_open(settings->directory->file, &key, out_directory, error);
}
