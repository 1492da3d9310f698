/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compound files and little-endian records for tests, in a few lines each. */
#ifndef EXEAT_TESTS_UNIT_COMPOUND_BUILDER_H
#define EXEAT_TESTS_UNIT_COMPOUND_BUILDER_H

#include <gsf/gsf-outfile-msole.h>
#include <gsf/gsf-output-memory.h>

#include "tests/unit/inspect_fixture.h"

typedef struct BuiltStream {
    const char *path; /* "ObjectPool/_1/Package" */
    const void *data;
    gsize length;
} BuiltStream;

/* --- bytes --- */

static inline void
build_bytes(GByteArray *to, const void *data, gsize length)
{
    g_byte_array_append(to, data, (guint)length);
}

static inline void
build_le(GByteArray *to, guint64 value, guint bytes)
{
    for (guint i = 0; i < bytes; i++)
        g_byte_array_append(to, (const guint8[]){(guint8)(value >> (8 * i))}, 1);
}

static inline void
build_zeros(GByteArray *to, gsize count)
{
    guint have = to->len;
    g_byte_array_set_size(to, have + (guint)count);
    memset(to->data + have, 0, count);
}

static inline void
build_at(GByteArray *to, gsize at, guint64 value, guint bytes)
{
    for (guint i = 0; i < bytes; i++)
        to->data[at + i] = (guint8)(value >> (8 * i));
}

/* ASCII as UTF-16LE. */
static inline void
build_wide(GByteArray *to, const char *text)
{
    for (; *text != '\0'; text++)
        build_le(to, (guchar)*text, 2);
}

/* --- compound files --- */

static inline GsfOutfile *
built_folder(GHashTable *folders, GsfOutfile *root, const char *path)
{
    const char *slash = strrchr(path, '/');
    if (slash == NULL)
        return root;
    g_autofree char *folder = g_strndup(path, (gsize)(slash - path));
    GsfOutfile *known = g_hash_table_lookup(folders, folder);
    if (known != NULL)
        return known;
    GsfOutfile *outer = built_folder(folders, root, folder);
    const char *name = strrchr(folder, '/');
    GsfOutput *made = gsf_outfile_new_child(outer, name != NULL ? name + 1 : folder, TRUE);
    g_hash_table_insert(folders, g_strdup(folder), made);
    return GSF_OUTFILE(made);
}

static inline void
built_close(gpointer output)
{
    gsf_output_close(output);
    g_object_unref(output);
}

/* (transfer full) */
static inline GByteArray *
build_compound(const BuiltStream *streams, gsize count)
{
    GsfOutput *memory = gsf_output_memory_new();
    GsfOutfile *root = gsf_outfile_msole_new(memory);
    GHashTable *folders = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, built_close);
    for (gsize i = 0; i < count; i++) {
        const char *slash = strrchr(streams[i].path, '/');
        GsfOutfile *folder = built_folder(folders, root, streams[i].path);
        GsfOutput *stream = gsf_outfile_new_child(folder, slash != NULL ? slash + 1 : streams[i].path, FALSE);
        gsf_output_write(stream, streams[i].length, streams[i].data);
        built_close(stream);
    }
    g_hash_table_unref(folders);
    gsf_output_close(GSF_OUTPUT(root));
    GByteArray *file = g_byte_array_new();
    build_bytes(file, gsf_output_memory_get_bytes(GSF_OUTPUT_MEMORY(memory)), (gsize)gsf_output_size(memory));
    g_object_unref(root);
    g_object_unref(memory);
    return file;
}

/* What is found in a compound file of these streams. (transfer full) */
static inline char *
inspect_compound(const BuiltStream *streams, gsize count)
{
    g_autoptr(GByteArray) file = build_compound(streams, count);
    return inspect_bytes(file->data, file->len, NULL);
}

static inline char *
inspect_stream(const char *name, const GByteArray *data)
{
    const BuiltStream stream = {name, data->data, data->len};
    return inspect_compound(&stream, 1);
}

#define assert_found(dump, text)                           \
    do {                                                   \
        if (strstr(dump, text) == NULL)                    \
            fail_msg("\"%s\" is not in:\n%s", text, dump); \
    } while (0)
#define assert_missing(dump, text)                     \
    do {                                               \
        if (strstr(dump, text) != NULL)                \
            fail_msg("\"%s\" is in:\n%s", text, dump); \
    } while (0)

#endif
