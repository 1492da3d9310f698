/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Compound files (MS-CFB) by libgsf. Two things are done before it sees a file and while it reads one: libgsf builds
 * the directory by recursion, so a directory of very many entries is refused first; and a stream is read in pieces,
 * since the size that a hostile entry claims says nothing about what is there.
 *
 * Owns nothing, one thread. Every byte is hostile.
 */
#include "message/inspect/storage.h"

#include <gsf/gsf-infile-msole.h>
#include <gsf/gsf-input-memory.h>
#include <gsf/gsf-outfile-msole.h>
#include <gsf/gsf-output-memory.h>

#define STORAGE_ENTRIES_MAX 16384 /* of a whole file */
#define STORAGE_CHILDREN_MAX 4096 /* of one storage */
#define STORAGE_DEPTH_MAX 12      /* of one that is made a file of its own */
#define STORAGE_READ_STEP 65536
#define CFB_HEADER 512
#define CFB_HEADER_FAT 109 /* sectors of the allocation table that the header itself lists */
#define CFB_ENTRY 128

/* --- the directory's size --- */

typedef struct Sectors {
    ExeatBytes file;
    gsize size;
} Sectors;

static gsize
sectors_offset(const Sectors *sectors, guint32 sector)
{
    return ((gsize)sector + 1) * sectors->size;
}

/* Where the @index-th sector of the allocation table is, through the list that goes on behind the header. */
static gsize
sectors_fat(const Sectors *sectors, gsize index)
{
    if (index < CFB_HEADER_FAT)
        return sectors_offset(sectors, exeat_bytes_u32(sectors->file, 76 + index * 4));
    gsize per_sector = sectors->size / 4 - 1;
    index -= CFB_HEADER_FAT;
    guint32 list = exeat_bytes_u32(sectors->file, 68);
    for (; index >= per_sector; index -= per_sector) {
        if (sectors_offset(sectors, list) >= sectors->file.length)
            return G_MAXSIZE;
        list = exeat_bytes_u32(sectors->file, sectors_offset(sectors, list) + per_sector * 4);
    }
    return sectors_offset(sectors, exeat_bytes_u32(sectors->file, sectors_offset(sectors, list) + index * 4));
}

static bool
storage_is_small(ExeatBytes file)
{
    guint shift = exeat_bytes_u16(file, 30);
    if (file.length < CFB_HEADER || shift < 7 || shift > 16)
        return false;
    Sectors sectors = {file, (gsize)1 << shift};
    guint32 sector = exeat_bytes_u32(file, 48);
    for (gsize entries = 0; entries <= STORAGE_ENTRIES_MAX; entries += sectors.size / CFB_ENTRY) {
        gsize fat = sectors_fat(&sectors, sector / (sectors.size / 4));
        if (sectors_offset(&sectors, sector) >= file.length || fat >= file.length)
            return true;
        sector = exeat_bytes_u32(file, fat + sector % (sectors.size / 4) * 4);
    }
    return false;
}

/* --- storages --- */

GsfInfile *
exeat_storage_open(ExeatBytes file)
{
    if (!storage_is_small(file))
        return NULL;
    g_autoptr(GsfInput) input = gsf_input_memory_new(file.data, (gsf_off_t)file.length, FALSE);
    return input != NULL ? gsf_infile_msole_new(input, NULL) : NULL;
}

gint
exeat_storage_count(GsfInfile *storage)
{
    return MIN(gsf_infile_num_children(storage), STORAGE_CHILDREN_MAX);
}

const char *
exeat_storage_name(GsfInfile *storage, gint entry)
{
    const char *name = gsf_infile_name_by_index(storage, entry);
    return name != NULL ? name : "";
}

static gint
storage_find(GsfInfile *storage, const char *name)
{
    gint count = exeat_storage_count(storage);
    for (gint i = 0; i < count; i++)
        if (g_ascii_strcasecmp(exeat_storage_name(storage, i), name) == 0)
            return i;
    return -1;
}

GsfInfile *
exeat_storage_child(GsfInfile *storage, gint entry)
{
    g_autoptr(GsfInput) child = entry >= 0 ? gsf_infile_child_by_index(storage, entry) : NULL;
    if (child == NULL || !GSF_IS_INFILE(child) || gsf_infile_num_children(GSF_INFILE(child)) < 0)
        return NULL;
    return GSF_INFILE(g_steal_pointer(&child));
}

GsfInfile *
exeat_storage_child_named(GsfInfile *storage, const char *name)
{
    return exeat_storage_child(storage, storage_find(storage, name));
}

bool
exeat_storage_has(GsfInfile *storage, const char *name)
{
    return storage_find(storage, name) >= 0;
}

/* --- streams --- */

static GBytes *
storage_read(ExeatInspection *inspection, GsfInput *input)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    gsize left = (gsize)MAX(gsf_input_size(input), 0);
    gsize step = STORAGE_READ_STEP;
    left = MIN(left, exeat_inspection_limits(inspection)->member_bytes);
    while (left > 0) {
        gsize count = MIN(left, step);
        guint have = bytes->len;
        g_byte_array_set_size(bytes, have + (guint)count);
        if (gsf_input_read(input, count, bytes->data + have) == NULL) {
            g_byte_array_set_size(bytes, have);
            if (step == 1)
                break;
            step = step > 64 ? 64 : 1; /* the end of what is there */
            continue;
        }
        left -= count;
        if (!exeat_inspection_count(inspection, count))
            return NULL;
    }
    return g_byte_array_free_to_bytes(g_steal_pointer(&bytes));
}

GBytes *
exeat_storage_stream(ExeatInspection *inspection, GsfInfile *storage, gint entry)
{
    g_autoptr(GsfInput) child = entry >= 0 ? gsf_infile_child_by_index(storage, entry) : NULL;
    if (child == NULL || (GSF_IS_INFILE(child) && gsf_infile_num_children(GSF_INFILE(child)) >= 0))
        return NULL;
    return storage_read(inspection, child);
}

GBytes *
exeat_storage_stream_named(ExeatInspection *inspection, GsfInfile *storage, const char *name)
{
    return exeat_storage_stream(inspection, storage, storage_find(storage, name));
}

/* --- a storage as a file --- */

static void
storage_copy(ExeatInspection *inspection, GsfInfile *from, GsfOutfile *to, guint depth)
{
    gint count = exeat_storage_count(from);
    for (gint i = 0; i < count && exeat_inspection_goes_on(inspection); i++) {
        const char *name = exeat_storage_name(from, i);
        g_autoptr(GsfInfile) child = exeat_storage_child(from, i);
        if (child != NULL && depth >= STORAGE_DEPTH_MAX)
            continue;
        GsfOutput *output = gsf_outfile_new_child(to, name, child != NULL);
        if (output == NULL)
            continue;
        if (child != NULL) {
            storage_copy(inspection, child, GSF_OUTFILE(output), depth + 1);
        } else {
            g_autoptr(GBytes) stream = exeat_storage_stream(inspection, from, i);
            ExeatBytes bytes = exeat_bytes_of(stream);
            gsf_output_write(output, bytes.length, bytes.data);
        }
        gsf_output_close(output);
        g_object_unref(output);
    }
}

GBytes *
exeat_storage_as_file(ExeatInspection *inspection, GsfInfile *storage)
{
    GsfOutput *memory = gsf_output_memory_new();
    GsfOutfile *file = gsf_outfile_msole_new(memory);
    storage_copy(inspection, storage, file, 0);
    GBytes *bytes = NULL;
    if (gsf_output_close(GSF_OUTPUT(file)))
        bytes = g_bytes_new(gsf_output_memory_get_bytes(GSF_OUTPUT_MEMORY(memory)), (gsize)gsf_output_size(memory));
    g_object_unref(file);
    g_object_unref(memory);
    return bytes;
}
