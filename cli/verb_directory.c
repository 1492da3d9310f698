/* SPDX-License-Identifier: GPL-3.0-or-later */
/* exeat directory: who is who, from the school's records, and what the gateway knows of it. */
#include <stdio.h>

#include "cli/cli.h"
#include "directory/find.h"
#include "directory/import.h"

typedef struct ImportOptions {
    char *map;
    char *role;
    char *output;
    gboolean strict;
} ImportOptions;

static void
import_options_clear(ImportOptions *options)
{
    g_free(options->map);
    g_free(options->role);
    g_free(options->output);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ImportOptions, import_options_clear)

static const char *const role_names[] = {"pupil", "staff", "parent", "other", NULL};

static bool
role_from_name(const char *name, int *out_role)
{
    *out_role = -1;
    for (int i = 0; name && role_names[i]; i++)
        if (g_str_equal(role_names[i], name))
            *out_role = i;
    return !name || *out_role >= 0;
}

static void
print_report(const ExeatCommon *common, const ExeatImportReport *report)
{
    for (guint i = 0; i < report->problems->len; i++) {
        const ExeatImportProblem *problem = g_ptr_array_index(report->problems, i);
        fprintf(stderr, "%s:%u: %s\n", problem->path, problem->line, problem->reason);
    }
    if (report->problems_count > report->problems->len)
        fprintf(stderr, "… and %u more\n", report->problems_count - report->problems->len);
    if (!common->json) {
        printf("%u rows of %u %s: %u pupils, %u staff, %u parents and carers, %u others; %u rows left out.\n",
               report->rows, report->files, report->files == 1 ? "file" : "files", report->people[EXEAT_ROLE_PUPIL],
               report->people[EXEAT_ROLE_STAFF], report->people[EXEAT_ROLE_PARENT], report->people[EXEAT_ROLE_OTHER],
               report->problems_count);
        return;
    }
    g_autoptr(JsonBuilder) json = json_builder_new();
    json_builder_begin_object(json);
    json_builder_set_member_name(json, "rows");
    json_builder_add_int_value(json, report->rows);
    json_builder_set_member_name(json, "left_out");
    json_builder_add_int_value(json, report->problems_count);
    for (int role = 0; role_names[role]; role++) {
        json_builder_set_member_name(json, role_names[role]);
        json_builder_add_int_value(json, report->people[role]);
    }
    json_builder_end_object(json);
    exeat_cli_print_json(json_builder_get_root(json));
}

/* The school's own domains, pupils' too: addresses there were given by the school. (transfer full) */
static GStrv
inside_domains(const ExeatSettings *settings)
{
    const ExeatSchool *school = exeat_policy_settings_school(settings->policies);
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    g_strv_builder_addv(builder, (const char **)(gpointer)school->domains);
    g_strv_builder_addv(builder, (const char **)(gpointer)school->pupil_domains);
    return g_strv_builder_end(builder);
}

static bool
build(const ExeatSettings *settings, const ImportOptions *options, int role, char **files, gsize count,
      const char *output, ExeatImportReport **out_report, GError **error)
{
    ExeatDirectoryKey key;
    if (!exeat_directory_key_load(settings->directory->key, &key, error))
        return false;
    g_autofree ExeatImportSource *sources = g_new0(ExeatImportSource, count);
    for (gsize i = 0; i < count; i++)
        sources[i] = (ExeatImportSource){.path = files[i], .role = role};
    g_auto(GStrv) domains = inside_domains(settings);
    const ExeatImportOptions import = {
        .map = options->map,
        .school_domains = (const char *const *)domains,
        .strict = options->strict,
    };
    g_autoptr(ExeatDirectoryBuilder) builder = exeat_directory_builder_new(&key);
    return exeat_directory_import(sources, count, &import, builder, out_report, error) &&
           exeat_directory_builder_write(builder, output, error);
}

static int
import(const ExeatCommon *common, const ExeatSettings *settings, const ImportOptions *options, char **files, int count)
{
    int role = -1;
    if (!role_from_name(options->role, &role) || count < 1) {
        fputs("exeat directory import: name one file or more; --role is pupil, staff, parent or other\n", stderr);
        return EXEAT_EXIT_CONFIG;
    }
    g_autoptr(ExeatImportReport) report = NULL;
    g_autoptr(GError) error = NULL;
    const char *output = options->output ? options->output : settings->directory->file;
    bool done = build(settings, options, role, files, (gsize)count, output, &report, &error);
    if (report)
        print_report(common, report);
    if (!done)
        return exeat_cli_fail(error);
    if (!common->json)
        printf("The directory is in %s; a running gate takes it up by itself.\n", output);
    return EXEAT_EXIT_DONE;
}

static int
stats(const ExeatCommon *common, const ExeatDirectory *directory)
{
    ExeatDirectoryStats counts;
    exeat_directory_stats(directory, &counts);
    g_autoptr(JsonBuilder) json = json_builder_new();
    json_builder_begin_object(json);
    const struct {
        const char *name;
        gint64 value;
    } rows[] = {
        {"pupils", (gint64)counts.roles[EXEAT_ROLE_PUPIL]},
        {"staff", (gint64)counts.roles[EXEAT_ROLE_STAFF]},
        {"parents and carers", (gint64)counts.roles[EXEAT_ROLE_PARENT]},
        {"others", (gint64)counts.roles[EXEAT_ROLE_OTHER]},
        {"names", (gint64)counts.names},
        {"addresses", (gint64)counts.addresses},
        {"facts", (gint64)counts.facts},
        {"files", counts.sources},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        json_builder_set_member_name(json, rows[i].name);
        json_builder_add_int_value(json, rows[i].value);
        if (!common->json)
            printf("%8" G_GINT64_FORMAT "  %s\n", rows[i].value, rows[i].name);
    }
    json_builder_set_member_name(json, "imported_at");
    json_builder_add_int_value(json, counts.created);
    json_builder_end_object(json);
    g_autofree char *when = exeat_cli_when(counts.created);
    if (common->json)
        exeat_cli_print_json(json_builder_get_root(json));
    else if (counts.created > 0)
        printf("imported on %s\n", when);
    return EXEAT_EXIT_DONE;
}

static int
find(const ExeatCommon *common, const ExeatDirectory *directory, char **words)
{
    g_autofree char *typed = g_strjoinv(" ", words);
    ExeatDirectoryFound found = {.people = 0};
    bool any = exeat_directory_find(directory, typed, &found);
    if (common->json) {
        g_autoptr(JsonBuilder) json = json_builder_new();
        json_builder_begin_object(json);
        json_builder_set_member_name(json, "people");
        json_builder_add_int_value(json, found.people);
        for (int role = 0; role_names[role]; role++) {
            json_builder_set_member_name(json, role_names[role]);
            json_builder_add_int_value(json, found.roles[role]);
        }
        json_builder_end_object(json);
        exeat_cli_print_json(json_builder_get_root(json));
    } else if (!any) {
        puts("Nobody in the directory matches.");
    } else {
        printf("%u %s, by %s:\n", found.people, found.people == 1 ? "person matches" : "people match",
               found.by_name      ? "name"
               : found.by_address ? "address"
                                  : "a number, date or postcode");
        for (int role = 0; role_names[role]; role++)
            if (found.roles[role] > 0)
                printf("  %u × %s\n", found.roles[role], role_names[role]);
    }
    return any ? EXEAT_EXIT_DONE : EXEAT_EXIT_FAILED;
}

static int
ask(const ExeatCommon *common, const ExeatSettings *settings, int argc, char **argv)
{
    g_autoptr(ExeatDirectory) directory = NULL;
    g_autoptr(GError) error = NULL;
    if (!exeat_settings_open_directory(settings, &directory, &error))
        return exeat_cli_fail(error);
    if (g_str_equal(argv[1], "stats"))
        return stats(common, directory);
    if (g_str_equal(argv[1], "find") && argc > 2)
        return find(common, directory, argv + 2);
    fputs("exeat directory: write import FILE …, find NAME, or stats\n", stderr);
    return EXEAT_EXIT_CONFIG;
}

static int
run_directory(int argc, char **argv)
{
    g_auto(ExeatCommon) common = {NULL, FALSE};
    g_auto(ImportOptions) options = {.map = NULL};
    const GOptionEntry entries[] = {
        {"map", 0, 0, G_OPTION_ARG_STRING, &options.map, "Headings of other systems: \"Heading=field,…\"", "MAP"},
        {"role", 0, 0, G_OPTION_ARG_STRING, &options.role, "Whom the files list: pupil, staff, parent, other", "ROLE"},
        {"output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output,
         "Write there instead of where the configuration says", "FILE"},
        {"strict", 0, 0, G_OPTION_ARG_NONE, &options.strict, "The first bad row stops everything", NULL},
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };
    if (!exeat_cli_parse(&exeat_verb_directory, entries, &argc, &argv, 1, -1, &common))
        return EXEAT_EXIT_CONFIG;
    g_autoptr(ExeatSettings) settings = exeat_cli_settings(&common);
    if (!settings)
        return EXEAT_EXIT_CONFIG;
    if (g_str_equal(argv[1], "import"))
        return import(&common, settings, &options, argv + 2, argc - 2);
    return ask(&common, settings, argc, argv);
}

const ExeatVerb exeat_verb_directory = {
    .name = "directory",
    .usage = "import FILE … | find NAME|ADDRESS|NUMBER | stats",
    .summary = "Import who is who, or ask what is known",
    .run = run_directory,
};
