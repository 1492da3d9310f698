/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "cli/cli.h"

#define READ_MOST (256 * 1024 * 1024)
#define ZONE "Europe/London"

static bool
usage_fail(const ExeatVerb *verb, const char *reason)
{
    fprintf(stderr, "exeat %s: %s\nUsage: exeat %s %s\n", verb->name, reason, verb->name, verb->usage);
    return false;
}

void
exeat_common_clear(ExeatCommon *common)
{
    g_free(common->config);
}

bool
exeat_cli_parse(const ExeatVerb *verb, const GOptionEntry *entries, int *argc, char ***argv, int least, int most,
                ExeatCommon *out_common)
{
    const GOptionEntry shared[] = {
        {"config", 'c', 0, G_OPTION_ARG_FILENAME, &out_common->config, "The configuration (" EXEAT_CONFIG_FILE ")",
         "FILE"},
        {"json", 0, 0, G_OPTION_ARG_NONE, &out_common->json, "Print JSON for programs", NULL},
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };
    g_autofree char *program = g_strdup_printf("exeat %s", verb->name);
    g_set_prgname(program);
    g_autoptr(GOptionContext) context = g_option_context_new(verb->usage);
    g_option_context_set_summary(context, verb->summary);
    g_option_context_add_main_entries(context, shared, NULL);
    if (entries)
        g_option_context_add_main_entries(context, entries, NULL);
    g_autoptr(GError) error = NULL;
    if (!g_option_context_parse(context, argc, argv, &error))
        return usage_fail(verb, error->message);
    if (*argc > 1 && g_str_equal((*argv)[1], "--")) {
        (*argv)++;
        (*argc)--;
    }
    if (*argc - 1 < least)
        return usage_fail(verb, "something is missing");
    if (most >= 0 && *argc - 1 > most)
        return usage_fail(verb, "there is one argument too many");
    return true;
}

ExeatSettings *
exeat_cli_settings(const ExeatCommon *common)
{
    g_autoptr(ExeatConfigErrors) errors = exeat_config_errors_new();
    ExeatSettings *settings = exeat_settings_load(common->config ? common->config : EXEAT_CONFIG_FILE, errors);
    if (!settings) {
        g_autofree char *text = exeat_config_errors_to_text(errors);
        fputs(text, stderr);
    }
    return settings;
}

int
exeat_cli_fail(const GError *error)
{
    fprintf(stderr, "exeat: %s\n", error ? error->message : "something went wrong");
    return g_error_matches(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG) ? EXEAT_EXIT_CONFIG : EXEAT_EXIT_FAILED;
}

void
exeat_cli_print_json(JsonNode *node)
{
    g_autofree char *text = json_to_string(node, FALSE);
    puts(text);
    json_node_unref(node);
}

void
exeat_cli_add_text(JsonBuilder *json, const char *name, const char *text)
{
    json_builder_set_member_name(json, name);
    if (text)
        json_builder_add_string_value(json, text);
    else
        json_builder_add_null_value(json);
}

bool
exeat_cli_read(const char *path, GBytes **out_bytes, GError **error)
{
    if (!g_str_equal(path, "-")) {
        char *contents = NULL;
        gsize length = 0;
        if (!g_file_get_contents(path, &contents, &length, error))
            return false;
        *out_bytes = g_bytes_new_take(contents, length);
        return true;
    }
    g_autoptr(GByteArray) all = g_byte_array_new();
    guint8 chunk[65536];
    for (ssize_t got; (got = read(STDIN_FILENO, chunk, sizeof chunk)) != 0;) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 || all->len + (gsize)got > READ_MOST) {
            g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_UNAVAILABLE, "standard input: %s",
                        got < 0 ? g_strerror(errno) : "more than 256 MB");
            return false;
        }
        g_byte_array_append(all, chunk, (guint)got);
    }
    *out_bytes = g_byte_array_free_to_bytes(g_steal_pointer(&all));
    return true;
}

bool
exeat_cli_time(const char *text, gint64 *out_time, GError **error)
{
    g_autoptr(GTimeZone) zone = g_time_zone_new_identifier(ZONE);
    g_autofree char *whole = g_strdup(text);
    if (strlen(whole) == 10) {
        char *with_time = g_strconcat(whole, "T00:00:00", NULL);
        g_free(whole);
        whole = with_time;
    } else if (strlen(whole) == 16) {
        char *with_seconds = g_strconcat(whole, ":00", NULL);
        g_free(whole);
        whole = with_seconds;
    }
    g_autoptr(GDateTime) time = g_date_time_new_from_iso8601(whole, zone);
    gint64 seconds = 0;
    if (!time && g_ascii_string_to_signed(text, 10, 0, G_MAXINT64, &seconds, NULL)) {
        *out_time = seconds;
        return true;
    }
    if (!time) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG, "\"%s\" is no time; write 2026-03-04T10:15", text);
        return false;
    }
    *out_time = g_date_time_to_unix(time);
    return true;
}

char *
exeat_cli_when(gint64 time)
{
    g_autoptr(GTimeZone) zone = g_time_zone_new_identifier(ZONE);
    g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(time);
    g_autoptr(GDateTime) local = g_date_time_to_timezone(utc, zone);
    return g_date_time_format(local, "%-d %B %Y, %H:%M");
}
