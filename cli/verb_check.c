/* SPDX-License-Identifier: GPL-3.0-or-later */
/* exeat check: is the configuration right, are the files kept as the daemons want them, and what does each setting
 * mean. */
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "settings/office.h"
#include "settings/guard.h"

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
        exeat_cli_add_text(json, members[i].name, members[i].value);
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

/* What is wrong with the settings, and with the files that they name. */
typedef struct Wrong {
    ExeatConfigErrors *settings;
    ExeatConfigErrors *files; /* whole by themselves, and end with a command that a full stop would spoil */
} Wrong;

static void
wrong_clear(Wrong *wrong)
{
    exeat_config_errors_free(wrong->settings);
    exeat_config_errors_free(wrong->files);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Wrong, wrong_clear)

static guint
wrong_count(const Wrong *wrong)
{
    return exeat_config_errors_count(wrong->settings) + exeat_config_errors_count(wrong->files);
}

static void
add_errors_json(JsonBuilder *json, const ExeatConfigErrors *errors)
{
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
            exeat_cli_add_text(json, members[k].name, members[k].value ? members[k].value : "");
        }
        json_builder_end_object(json);
    }
}

static void
print_wrong_json(const Wrong *wrong)
{
    g_autoptr(JsonBuilder) json = json_builder_new();
    json_builder_begin_array(json);
    add_errors_json(json, wrong->settings);
    add_errors_json(json, wrong->files);
    json_builder_end_array(json);
    exeat_cli_print_json(json_builder_get_root(json));
}

static void
print_wrong(const Wrong *wrong)
{
    g_autofree char *text = exeat_config_errors_to_text(wrong->settings);
    fputs(text, stderr);
    for (guint i = 0; i < exeat_config_errors_count(wrong->files); i++)
        fprintf(stderr, "%s\n", exeat_config_errors_get(wrong->files, i)->reason);
    fprintf(stderr, "%u %s to put right.\n", wrong_count(wrong), wrong_count(wrong) == 1 ? "thing" : "things");
}

/* What the daemons would say of modes and owners when they start, each thing once. */
static void
check_files(const ExeatSettings *settings, ExeatConfigErrors *errors, bool *out_known)
{
    static const ExeatGuardSide sides[] = {EXEAT_GUARD_GATE, EXEAT_GUARD_OFFICE};
    const ExeatConfigPlace nowhere = {NULL, 0};
    g_autofree char *said = NULL;
    *out_known = true;
    for (gsize i = 0; i < G_N_ELEMENTS(sides); i++) {
        g_autoptr(GError) error = NULL;
        bool known = false;
        if (!exeat_settings_guard_foresee(settings, sides[i], &known, &error) && g_strcmp0(said, error->message) != 0) {
            exeat_config_errors_add(errors, &nowhere, NULL, NULL, "%s", error->message);
            g_free(said);
            said = g_strdup(error->message);
        }
        *out_known = *out_known && known;
    }
}

/* The program that reads attachments, and whether it reads them in its sandbox. */
static void
check_inspect(const ExeatSettings *settings, ExeatConfigErrors *errors, bool *out_whole)
{
    const ExeatConfigPlace place = exeat_config_place(settings->config, "inspect");
    exeat_inspect_settings_try(settings->inspect, &place, errors, out_whole);
}

/* What the pages are served with. Who may not read the key cannot say. */
static void
check_pages(const ExeatSettings *settings, ExeatConfigErrors *errors, bool known)
{
    const ExeatConfigPlace place = exeat_config_place(settings->config, "office");
    if (known)
        exeat_office_settings_try(exeat_config_block(settings->config, "office"), &place, errors);
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
check(const char *path, bool in_json)
{
    g_auto(Wrong) wrong = {exeat_config_errors_new(), exeat_config_errors_new()};
    g_autoptr(ExeatSettings) settings = exeat_settings_load(path, wrong.settings);
    bool known = false, whole = false;
    if (settings) {
        check_inspect(settings, wrong.settings, &whole);
        check_files(settings, wrong.files, &known);
        check_pages(settings, wrong.settings, known);
    }
    bool right = wrong_count(&wrong) == 0;
    if (in_json)
        print_wrong_json(&wrong);
    else if (!right)
        print_wrong(&wrong);
    if (in_json || !right)
        return right ? EXEAT_EXIT_DONE : EXEAT_EXIT_CONFIG;
    printf("%s is right.\n", path);
    if (!whole)
        puts("Note: attachments are read without a sandbox, by an exeat-inspect that was built so.");
    if (!known)
        puts("Note: whether its files are kept as the gate and the office want them, root can check.");
    return check_directory(settings);
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
    return check(argc > 1 ? argv[1] : common.config ? common.config : EXEAT_CONFIG_FILE, common.json);
}

const ExeatVerb exeat_verb_check = {
    .name = "check",
    .usage = "[FILE] | --explain [BLOCK[.SETTING]]",
    .summary = "Check the configuration, or explain its settings",
    .run = run_check,
};
