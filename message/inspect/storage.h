/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Storages and streams of a compound file, by libgsf. Names are compared without case, as Windows does. What stands
 * behind STORAGE_CHILDREN_MAX entries of one storage is not seen.
 */
#ifndef EXEAT_MESSAGE_INSPECT_STORAGE_H
#define EXEAT_MESSAGE_INSPECT_STORAGE_H

#include <gsf/gsf-infile.h>

#include "message/inspect/slice.h"
#include "message/inspect/inspection.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(GsfInfile, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GsfInput, g_object_unref)

/* The root of a compound file, whose bytes must outlive it; NULL if it is none or damaged. (transfer full) */
GsfInfile *exeat_storage_open(ExeatBytes file);

gint exeat_storage_count(GsfInfile *storage);

/* The name of an entry, or "". (transfer none) */
const char *exeat_storage_name(GsfInfile *storage, gint entry);

/* A storage in @storage, or NULL; by number or by name. (transfer full) */
GsfInfile *exeat_storage_child(GsfInfile *storage, gint entry);
GsfInfile *exeat_storage_child_named(GsfInfile *storage, const char *name);

/* True if an entry is called so, storage or stream. */
bool exeat_storage_has(GsfInfile *storage, const char *name);

/* What a stream holds, as far as it can be read and the inspection's limits go; NULL if there is none. (transfer full)
 */
GBytes *exeat_storage_stream(ExeatInspection *inspection, GsfInfile *storage, gint entry);
GBytes *exeat_storage_stream_named(ExeatInspection *inspection, GsfInfile *storage, const char *name);

/* A storage as a compound file of its own, or NULL. (transfer full) */
GBytes *exeat_storage_as_file(ExeatInspection *inspection, GsfInfile *storage);

/* NULL gives nothing. */
static inline ExeatBytes
exeat_bytes_of(GBytes *bytes)
{
    ExeatBytes out = {(const guint8 *)"", 0};
    if (bytes != NULL && g_bytes_get_size(bytes) > 0)
        out.data = g_bytes_get_data(bytes, &out.length);
    return out;
}

#endif
