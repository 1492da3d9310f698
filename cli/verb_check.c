/* SPDX-License-Identifier: GPL-3.0-or-later */
/* exeat check: is the configuration right, and what does each setting mean. */
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"

static void
print_option(const ExeatBlock *block, const ExeatOption *option, const char *only)
{
    g_autofree char *full = g_strdup_printf("%s.%s", block->name, option->key);
    if (only && !g_str_equal(only, full) && !g_str_equal(only, block->name))
        return;
    printf("%s (%s", full, exeat_option_type_name(option->type));
    if (option->type == EXEAT_OPTION_CHOICE) {
        g_autofree char *choices = exeat_options_choices(option);
        printf(": %s", choices);
    }
    if (option->required)
        printf("; must be set");
    else if (option->fallback && *option->fallback)
        printf("; if not set: %s", option->fallback);
    printf(")\n    %s\n", option->help ? option->help : "");
}

static void
add_option_json(JsonBuilder *json, const ExeatBlock *block, const ExeatOption *option)
{
    g_autofree char *choices = option->type == EXEAT_OPTION_CHOICE ? exeat_options_choices(option) : NULL;
    const struct {
        const char *name, *value;
    } members[] = {
        {"block", block->name},     {"setting", option->key},      {"type", exeat_option_type_name(option->type)},
        {"choices", choices},       {"default", option->fallback}, {"help", option->help},
        {"block_help", block->help}};
    json_builder_begin_object(json);
    for (gsize i = 0; i < G_N_ELEMENTS(members); i++) {
        if (!members[i].value)
            continue;
        json_builder_set_member_name(json, members[i].name);
        json_builder_add_string_value(json, members[i].value);
    }
    json_builder_set_member_name(json, "titled");
    json_builder_add_boolean_value(json, block->titled);
    json_builder_set_member_name(json, "required");
    json_builder_add_boolean_value(json, option->required);
    json_builder_end_object(json);
}

static int
explain_json(void)
{
    g_autoptr(JsonBuilder) json = json_builder_new();
    json_builder_begin_array(json);
    for (const ExeatBlock *block = exeat_settings_blocks(); block->name; block++)
        for (const ExeatOption *const *table = block->tables; *table; table++)
            for (const ExeatOption *option = *table; option->key; option++)
                add_option_json(json, block, option);
    json_builder_end_array(json);
    exeat_cli_print_json(json_builder_get_root(json));
    return EXEAT_EXIT_DONE;
}

static int
explain_options(const char *only)
{
    for (const ExeatBlock *block = exeat_settings_blocks(); block->name; block++) {
        if (!only || g_str_equal(only, block->name))
            printf("\n%s%s { … }: %s.\n", block->name, block->titled ? " \"NAME\"" : "", block->help);
        for (const ExeatOption *const *table = block->tables; *table; table++)
            for (const ExeatOption *option = *table; option->key; option++)
                print_option(block, option, only);
    }
    return EXEAT_EXIT_DONE;
}

static void
print_errors_json(const ExeatConfigErrors *errors)
{
    g_autoptr(JsonBuilder) json = json_builder_new();
    json_builder_begin_array(json);
    for (guint i = 0; i < exeat_config_errors_count(errors); i++) {
        const ExeatConfigError *error = exeat_config_errors_get(errors, i);
        const struct {
            const char *name, *value;
        } members[] = {
            {"file", error->file}, {"option", error->option}, {"reason", error->reason}, {"remedy", error->remedy}};
        json_builder_begin_object(json);
        json_builder_set_member_name(json, "line");
        json_builder_add_int_value(json, error->line);
        for (gsize k = 0; k < G_N_ELEMENTS(members); k++) {
            json_builder_set_member_name(json, members[k].name);
            json_builder_add_string_value(json, members[k].value ? members[k].value : "");
        }
        json_builder_end_object(json);
    }
    json_builder_end_array(json);
    exeat_cli_print_json(json_builder_get_root(json));
}

/* What a good configuration still needs: the directory and its key. */
static int
check_directory(const ExeatSettings *settings)
{
    g_autoptr(ExeatDirectory) directory = NULL;
    g_autoptr(GError) error = NULL;
    if (!exeat_settings_open_directory(settings, &directory, &error))
        return exeat_cli_fail(error);
    if (exeat_directory_size(directory) == 0)
        puts("Note: the directory knows nobody yet, so names cannot be found. See `exeat directory import --help`.");
    return EXEAT_EXIT_DONE;
}

static int
run_check(int argc, char **argv)
{
    g_auto(ExeatCommon) common = {NULL, FALSE};
    gboolean explain = FALSE;
    const GOptionEntry entries[] = {
        {"explain", 0, 0, G_OPTION_ARG_NONE, &explain, "Say what settings mean: all, a block's, or one", NULL},
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };
    if (!exeat_cli_parse(&exeat_verb_check, entries, &argc, &argv, 0, 1, &common))
        return EXEAT_EXIT_CONFIG;
    if (explain)
        return common.json ? explain_json() : explain_options(argc > 1 ? argv[1] : NULL);
    const char *path = argc > 1 ? argv[1] : common.config ? common.config : EXEAT_CONFIG_FILE;
    g_autoptr(ExeatConfigErrors) errors = exeat_config_errors_new();
    g_autoptr(ExeatSettings) settings = exeat_settings_load(path, errors);
    if (common.json) {
        print_errors_json(errors);
        return settings ? EXEAT_EXIT_DONE : EXEAT_EXIT_CONFIG;
    }
    g_autofree char *text = exeat_config_errors_to_text(errors);
    fputs(text, stderr);
    if (!settings) {
        fprintf(stderr, "%u %s to put right.\n", exeat_config_errors_count(errors),
                exeat_config_errors_count(errors) == 1 ? "thing" : "things");
        return EXEAT_EXIT_CONFIG;
    }
    printf("%s is right.\n", path);
    return check_directory(settings);
}

const ExeatVerb exeat_verb_check = {
    .name = "check",
    .usage = "[FILE] | --explain [BLOCK[.SETTING]]",
    .summary = "Check the configuration, or explain its settings",
    .run = run_check,
};
