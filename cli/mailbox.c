/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/mailbox.h"

#include <string.h>

#define FOLDER_DEPTH 8

static gsize
line_length(const char *text, gsize length)
{
    const char *end = memchr(text, '\n', length);
    return end ? (gsize)(end - text) + 1 : length;
}

/* Appends a line of an mbox, with one ">" less before a quoted From. */
static void
append_line(GByteArray *message, const char *line, gsize length)
{
    gsize quotes = 0;
    while (quotes < length && line[quotes] == '>')
        quotes++;
    gsize skip = quotes > 0 && length - quotes >= 5 && memcmp(line + quotes, "From ", 5) == 0 ? 1 : 0;
    g_byte_array_append(message, (const guint8 *)line + skip, (guint)(length - skip));
}

static void
visit_mbox(const char *path, const char *text, gsize length, ExeatMailboxVisitor visit, gpointer data)
{
    guint number = 0;
    for (gsize at = line_length(text, length); at <= length && length > 0;) {
        g_autoptr(GByteArray) message = g_byte_array_new();
        bool blank = false;
        while (at < length) {
            gsize line = line_length(text + at, length - at);
            if (blank && line >= 5 && memcmp(text + at, "From ", 5) == 0)
                break;
            blank = line == 1 || (line == 2 && text[at] == '\r');
            append_line(message, text + at, line);
            at += line;
        }
        g_autofree char *name = g_strdup_printf("%s#%u", path, ++number);
        g_autoptr(GBytes) bytes = g_byte_array_free_to_bytes(g_steal_pointer(&message));
        visit(name, bytes, data);
        if (at >= length)
            break;
        at += line_length(text + at, length - at);
    }
}

static bool
visit_file(const char *path, ExeatMailboxVisitor visit, gpointer data, GError **error)
{
    g_autoptr(GMappedFile) file = g_mapped_file_new(path, FALSE, error);
    if (!file)
        return false;
    const char *text = g_mapped_file_get_contents(file);
    gsize length = g_mapped_file_get_length(file);
    if (length >= 5 && memcmp(text, "From ", 5) == 0) {
        visit_mbox(path, text, length, visit, data);
        return true;
    }
    g_autoptr(GBytes) bytes = g_mapped_file_get_bytes(file);
    if (length > 0)
        visit(path, bytes, data);
    return true;
}

static gint
compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool
visit_path(const char *path, guint depth, ExeatMailboxVisitor visit, gpointer data, GError **error)
{
    if (!g_file_test(path, G_FILE_TEST_IS_DIR))
        return visit_file(path, visit, data, error);
    g_autoptr(GDir) folder = g_dir_open(path, 0, error);
    if (!folder)
        return false;
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    for (const char *name; (name = g_dir_read_name(folder)) != NULL;)
        if (name[0] != '.' && !g_str_equal(name, "tmp"))
            g_ptr_array_add(names, g_build_filename(path, name, NULL));
    g_ptr_array_sort(names, compare_names);
    for (guint i = 0; i < names->len && depth > 0; i++)
        if (!visit_path(g_ptr_array_index(names, i), depth - 1, visit, data, error))
            return false;
    return true;
}

bool
exeat_mailbox_visit(const char *path, ExeatMailboxVisitor visit, gpointer data, GError **error)
{
    return visit_path(path, FOLDER_DEPTH, visit, data, error);
}
