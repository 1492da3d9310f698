/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The import as a whole: each file is read, its kind found, its people gathered; then all go to the builder.
 *
 * Hostile input: the files, which come from a system that anybody in the school may type into. Their text never gets
 * into an error or a report. One thread.
 */
#include "directory/import.h"

#include <unistd.h>

#include "base/error.h"
#include "directory/charset.h"
#include "directory/fold.h"
#include "directory/import-private.h"

/* "Heading=field,Other heading=field" */
static GHashTable *
import_map(const char *map, GError **error)
{
    g_autoptr(GHashTable) table = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_auto(GStrv) pairs = g_strsplit(map != NULL ? map : "", ",", -1);
    for (guint i = 0; pairs[i] != NULL; i++) {
        char *equals = strrchr(pairs[i], '=');
        if (pairs[i][strspn(pairs[i], " ")] == '\0')
            continue;
        char folded[EXEAT_FOLD_MAX + 1];
        ImportColumn column;
        if (equals == NULL || exeat_fold_name(pairs[i], (gsize)(equals - pairs[i]), folded) == 0 ||
            !exeat_import_field_named(g_strstrip(equals + 1), &column)) {
            g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG,
                        "the map's entry %u is not \"heading=field\" with a field that exists", i + 1);
            return NULL;
        }
        g_hash_table_insert(table, g_strdup(folded), g_memdup2(&column, sizeof column));
    }
    return g_steal_pointer(&table);
}

static bool
import_is_xml(const char *data, gsize length)
{
    static const char *const roots[] = {"<?xml", "<CTfile", "<ATFfile", "<!--"};
    g_autofree char *text = NULL;
    gsize text_length;
    if (!exeat_charset_to_utf8(data, MIN(length, (gsize)256) & ~(gsize)3, &text, &text_length, NULL))
        return false;
    const char *start = text + strspn(text, " \t\r\n");
    for (guint i = 0; i < G_N_ELEMENTS(roots); i++)
        if (g_str_has_prefix(start, roots[i]))
            return true;
    return false;
}

static bool
import_file(ImportRun *run, GError **error)
{
    g_autoptr(GError) why = NULL;
    g_autoptr(GMappedFile) file = NULL;
    int fd = open(run->path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd >= 0) {
        file = g_mapped_file_new_from_fd(fd, FALSE, &why);
        close(fd);
    }
    if (file == NULL) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_UNAVAILABLE, "cannot read %s", run->path);
        return false;
    }
    gsize length = g_mapped_file_get_length(file);
    const char *data = g_mapped_file_get_contents(file);
    if (length > EXEAT_IMPORT_MAX_FILE) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_LIMIT, "%s is too large", run->path);
        return false;
    }
    if (data == NULL || length == 0) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_MALFORMED, "%s is empty", run->path);
        return false;
    }
    if (import_is_xml(data, length))
        return exeat_import_ctf(run, data, length, error);

    g_autofree char *text = NULL;
    gsize text_length;
    if (!exeat_charset_to_utf8(data, length, &text, &text_length, &why)) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_MALFORMED, "%s: %s", run->path, why->message);
        return false;
    }
    return exeat_import_csv(run, text, text_length, error);
}

bool
exeat_directory_import(const ExeatImportSource *sources, gsize count, const ExeatImportOptions *options,
                       ExeatDirectoryBuilder *builder, ExeatImportReport **out_report, GError **error)
{
    g_autoptr(GHashTable) map = import_map(options->map, error);
    if (map == NULL)
        return false;
    g_autoptr(ImportPeople) people = exeat_import_people_new(options);
    g_autoptr(ExeatImportReport) report = exeat_import_report_new();
    for (gsize i = 0; i < count; i++) {
        ImportRun run = {.options = options,
                         .people = people,
                         .report = report,
                         .path = sources[i].path,
                         .role = sources[i].role,
                         .map = map};
        if (!import_file(&run, error))
            return false;
        report->files++;
    }
    exeat_import_people_emit(people, builder, report);
    exeat_directory_builder_set_sources(builder, report->files);
    *out_report = g_steal_pointer(&report);
    return true;
}
