/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * exeat.conf against every option table. Asserts that
 *   - either there are errors, each with a reason on one line, or a configuration with a struct for every block;
 *   - the same text gives the same errors;
 *   - what reads without an error can be made into the settings of the policies or has errors then.
 *
 * Files that are included are read relative to an empty folder; an input that names another is left out.
 */
#include <unistd.h>

#include "settings/settings.h"
#include "tests/fuzz/fuzz.h"

#define SIZE_MAX_INPUT 32768

static void
check_errors(const ExeatConfigErrors *errors)
{
    g_autofree char *text = exeat_config_errors_to_text(errors);
    fuzz_assert(text);
    for (guint i = 0; i < exeat_config_errors_count(errors); i++) {
        const ExeatConfigError *error = exeat_config_errors_get(errors, i);
        fuzz_assert(error->file && error->reason && *error->reason && error->remedy && *error->remedy);
        fuzz_assert(!strchr(error->reason, '\n') && !strchr(error->remedy, '\n'));
    }
}

static void
check_blocks(ExeatConfig *config)
{
    for (const ExeatBlock *block = exeat_settings_blocks(); block->name; block++) {
        if (!block->titled) {
            fuzz_assert(exeat_config_block(config, block->name));
            continue;
        }
        for (guint i = 0; i < exeat_config_titled_count(config, block->name); i++) {
            const char *title = NULL;
            fuzz_assert(exeat_config_titled(config, block->name, i, &title) && title);
        }
    }
    g_autoptr(ExeatConfigErrors) errors = exeat_config_errors_new();
    g_autoptr(ExeatPolicySettings) settings = exeat_policy_settings_new(config, errors);
    fuzz_assert((settings == NULL) == (exeat_config_errors_count(errors) > 0));
    check_errors(errors);
    if (settings) {
        exeat_group_has(settings, "office", "a@b.example");
        exeat_mailbox_may_use(settings, "office@oakfield.sch.uk", "a@b.example");
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > SIZE_MAX_INPUT)
        return 0;
    g_autofree char *text = g_strndup((const char *)data, size);
    if (strstr(text, "include") && strchr(text, '/'))
        return 0;
    fuzz_assert(chdir(fuzz_folder()) == 0);
    g_autoptr(ExeatConfigErrors) errors = exeat_config_errors_new(), again = exeat_config_errors_new();
    g_autoptr(ExeatConfig) config = exeat_config_parse(text, "fuzz.conf", exeat_settings_blocks(), errors);
    fuzz_assert((config == NULL) == (exeat_config_errors_count(errors) > 0));
    check_errors(errors);
    if (config)
        check_blocks(config);
    g_autoptr(ExeatConfig) once_more = exeat_config_parse(text, "fuzz.conf", exeat_settings_blocks(), again);
    g_autofree char *one = exeat_config_errors_to_text(errors), *other = exeat_config_errors_to_text(again);
    fuzz_assert(g_str_equal(one, other) && (once_more == NULL) == (config == NULL));
    return 0;
}
