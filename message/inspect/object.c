/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Objects inside documents (MS-OLEDS). Each becomes a file of its own: what was packed as one comes out as it was, a
 * storage full of streams becomes a compound file again. Pictures of objects, links and formulas are left alone.
 *
 * Owns nothing, one thread. Hostile: each length is held against what is there.
 */
#include "message/inspect/object.h"

#include "message/inspect/codepage.h"
#include "message/inspect/storage.h"

#define OBJECT_NAME_BYTES 512
#define OLE1_EMBEDDED 2

typedef struct ObjectReader {
    ExeatBytes bytes;
    gsize at;
} ObjectReader;

static guint32
object_number(ObjectReader *reader)
{
    reader->at += 4;
    return exeat_bytes_u32(reader->bytes, reader->at - 4);
}

/* Bytes up to a NUL, which is left behind. */
static ExeatBytes
object_string(ObjectReader *reader)
{
    ExeatBytes rest = exeat_bytes_from(reader->bytes, reader->at);
    const guint8 *end = rest.length > 0 ? memchr(rest.data, 0, rest.length) : NULL;
    gsize length = end != NULL ? (gsize)(end - rest.data) : rest.length;
    reader->at += length + 1;
    return exeat_bytes_slice(rest, 0, length);
}

/* A length, then so many bytes. */
static ExeatBytes
object_counted(ObjectReader *reader)
{
    gsize length = object_number(reader);
    ExeatBytes counted = exeat_bytes_slice(reader->bytes, reader->at, length);
    reader->at += counted.length;
    return counted;
}

static void
object_member(ExeatInspection *inspection, const char *name, ExeatBytes data)
{
    const ExeatFile member = {.name = name, .data = data.data, .length = data.length};
    exeat_inspection_member(inspection, &member);
}

/* The name behind the last separator of a Windows path. (transfer full) */
static char *
object_name(ExeatBytes path)
{
    g_autoptr(GString) name = g_string_new(NULL);
    exeat_codepage_append(name, exeat_bytes_slice(path, 0, OBJECT_NAME_BYTES), EXEAT_CODEPAGE_WESTERN);
    const char *back = strrchr(name->str, '\\'), *slash = strrchr(name->str, '/');
    const char *last = MAX(back, slash);
    return g_strdup(last != NULL ? last + 1 : name->str);
}

/* What Object Packager wrote: a mark, label, path, path again, the file. */
static bool
object_package(ExeatInspection *inspection, ExeatBytes package)
{
    ObjectReader reader = {package, 2};
    if (exeat_bytes_u16(package, 0) != 2)
        return false;
    ExeatBytes label = object_string(&reader), path = object_string(&reader);
    reader.at += 4; /* an icon's number, and what kind of package it is */
    object_counted(&reader);
    gsize before = reader.at;
    ExeatBytes data = object_counted(&reader);
    if (data.length == 0 || data.length != exeat_bytes_u32(package, before))
        return false;
    g_autofree char *name = object_name(label.length > 0 ? label : path);
    object_member(inspection, name, data);
    return true;
}

void
exeat_object_native(ExeatInspection *inspection, ExeatBytes stream)
{
    ExeatBytes data = exeat_bytes_slice(stream, 4, exeat_bytes_u32(stream, 0));
    if (data.length > 0 && !object_package(inspection, data))
        object_member(inspection, "object", data);
}

void
exeat_object_ole1(ExeatInspection *inspection, ExeatBytes object)
{
    ObjectReader reader = {object, 4};
    if (object_number(&reader) != OLE1_EMBEDDED)
        return;
    ExeatBytes class_name = object_counted(&reader);
    object_counted(&reader);
    object_counted(&reader);
    ExeatBytes data = object_counted(&reader);
    bool is_package = exeat_bytes_begin(class_name, "Package", 7);
    if (data.length > 0 && !(is_package && object_package(inspection, data)))
        object_member(inspection, "object", data);
}

/* An object that holds nothing to read: a link, a formula, a control. */
static bool
object_is_bare(GsfInfile *storage)
{
    static const char *const bare[] = {"\001Ole",
                                       "\001CompObj",
                                       "\003ObjInfo",
                                       "\003LinkInfo",
                                       "\002OlePres000",
                                       "\003OCXNAME",
                                       "Equation Native",
                                       "\003PRINT",
                                       "\003EPRINT",
                                       "\003META",
                                       "\003PIC",
                                       "\003OCXDATA",
                                       "\003ACCESSOBJSITEDATA"};
    gint count = exeat_storage_count(storage);
    for (gint i = 0; i < count; i++) {
        const char *name = exeat_storage_name(storage, i);
        bool known = false;
        for (gsize k = 0; k < G_N_ELEMENTS(bare) && !known; k++)
            known = g_ascii_strcasecmp(name, bare[k]) == 0;
        if (!known)
            return false;
    }
    return true;
}

void
exeat_object_storage(ExeatInspection *inspection, GsfInfile *storage, const char *name)
{
    static const char *const files[] = {"Package", "CONTENTS", "EmbeddedOdf"};
    g_autoptr(GBytes) native = exeat_storage_stream_named(inspection, storage, "\001Ole10Native");
    if (native != NULL) {
        exeat_object_native(inspection, exeat_bytes_of(native));
        return;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autoptr(GBytes) stream = exeat_storage_stream_named(inspection, storage, files[i]);
        if (stream == NULL || g_bytes_get_size(stream) == 0)
            continue;
        object_member(inspection, name, exeat_bytes_of(stream));
        return;
    }
    if (object_is_bare(storage) || !exeat_inspection_goes_on(inspection))
        return;
    g_autoptr(GBytes) file = exeat_storage_as_file(inspection, storage);
    if (file != NULL)
        object_member(inspection, name, exeat_bytes_of(file));
}
