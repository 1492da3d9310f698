/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * PowerPoint 97 to 2003 (MS-PPT). A tree of records; text lies in atoms. A file that was saved quickly keeps what it
 * replaced, so the list of what is current is followed, and where that list is damaged everything is read. Of masters
 * only what is no placeholder ("Click to edit …") is text.
 *
 * Owns nothing, one thread. Every byte is hostile: depth, edits and objects are bounded.
 */
#include "message/inspect/compound.h"

#include <gio/gio.h>

#include "message/inspect/codepage.h"
#include "message/inspect/office_crypt.h"
#include "message/inspect/storage.h"

#define RECORD_DEPTH_MAX 32
#define EDITS_MAX 4096
#define OBJECTS_MAX 65536
#define GOES_ON_RECORDS 256

enum {
    POINT_DOCUMENT = 0x03E8,
    POINT_SLIDE = 0x03EE,
    POINT_NOTES = 0x03F0,
    POINT_NOTES_ATOM = 0x03F1,
    POINT_MASTER = 0x03F8,
    POINT_VBA_INFO = 0x0400,
    POINT_PLACEHOLDER = 0x0BC3,
    POINT_TEXT = 0x0FA0,
    POINT_TEXT_BYTES = 0x0FA8,
    POINT_STRING = 0x0FBA,
    POINT_HANDOUT = 0x0FC9,
    POINT_HEADERS = 0x0FD9,
    POINT_LIST = 0x0FF0,
    POINT_EDIT = 0x0FF5,
    POINT_OBJECT = 0x1011,
    POINT_TAG_BLOB = 0x138B,
    POINT_PERSIST = 0x1772,
    POINT_COMMENT = 0x2EE0,
    POINT_CRYPT = 0x2F14,
    POINT_SHAPE = 0xF004,
    LIST_MASTERS = 1, /* instance of POINT_LIST */
    TOKEN_SEALED = 0xF3D1C4DF,
};

typedef struct Point {
    ExeatInspection *inspection;
    ExeatBytes stream;
    GHashTable *current; /* offsets of top records; NULL: all of them */
    bool sealed;
    guint32 crypt; /* number of the object that says how */
    bool document; /* one was found */
    guint records;
} Point;

typedef struct PointRecord {
    guint type, instance;
    bool container;
    ExeatBytes body;
    gsize next;
} PointRecord;

static bool
point_next(ExeatBytes bytes, gsize at, PointRecord *record)
{
    if (!exeat_bytes_have(bytes, at, 8))
        return false;
    guint first = exeat_bytes_u16(bytes, at);
    *record = (PointRecord){.type = exeat_bytes_u16(bytes, at + 2),
                            .instance = first >> 4,
                            .container = (first & 15) == 15,
                            .body = exeat_bytes_slice(bytes, at + 8, exeat_bytes_u32(bytes, at + 4))};
    record->next = at + 8 + record->body.length;
    return true;
}

/* --- which records are current --- */

/* One list of objects and where they are; what a later edit said stays. False where there are too many. */
static bool
point_persist(GHashTable *objects, ExeatBytes list)
{
    for (gsize at = 0; at + 4 <= list.length;) {
        guint32 head = exeat_bytes_u32(list, at), id = head & 0xFFFFF, count = head >> 20;
        at += 4;
        for (; count > 0 && at + 4 <= list.length; count--, id++, at += 4) {
            if (g_hash_table_contains(objects, GUINT_TO_POINTER(id)))
                continue;
            if (g_hash_table_size(objects) >= OBJECTS_MAX)
                return false;
            g_hash_table_insert(objects, GUINT_TO_POINTER(id), GUINT_TO_POINTER(exeat_bytes_u32(list, at)));
        }
    }
    return true;
}

/* Follows the edits from the last to the first. False where one is not there. */
static bool
point_edits(Point *point, GHashTable *objects, guint32 at)
{
    for (guint i = 0; i < EDITS_MAX; i++) {
        PointRecord edit, list;
        if (!point_next(point->stream, at, &edit) || edit.type != POINT_EDIT)
            return false;
        if (edit.body.length >= 32 && exeat_bytes_u32(edit.body, 28) != 0) {
            point->sealed = true;
            point->crypt = exeat_bytes_u32(edit.body, 28);
        }
        if (!point_next(point->stream, exeat_bytes_u32(edit.body, 12), &list) || list.type != POINT_PERSIST ||
            !point_persist(objects, list.body))
            return false;
        guint32 before = exeat_bytes_u32(edit.body, 8);
        if (before == 0)
            return true;
        if (before >= at)
            return false;
        at = before;
    }
    return false;
}

/* --- sealed presentations --- */

/* One object, whose number is its key's; its length is sealed as well. */
static bool
point_open_object(Point *point, const ExeatRc4 *rc4, guint32 id, gsize at, guint8 *open)
{
    guint8 head[8];
    ExeatBytes rest = exeat_bytes_from(point->stream, at);
    if (rest.length < sizeof head)
        return true;
    memcpy(head, rest.data, sizeof head);
    exeat_rc4_block(rc4, id, head, sizeof head);
    gsize length = sizeof head + exeat_bytes_u32((ExeatBytes){head, sizeof head}, 4);
    length = MIN(length, rest.length);
    memcpy(open + at, rest.data, length);
    exeat_rc4_block(rc4, id, open + at, length);
    return exeat_inspection_count(point->inspection, length);
}

/* Opens what PowerPoint opens without asking: a presentation that is only not to be changed is sealed so. */
static GBytes *
point_unseal(Point *point, GHashTable *objects)
{
    PointRecord crypt;
    gpointer id, at;
    gsize session = GPOINTER_TO_UINT(g_hash_table_lookup(objects, GUINT_TO_POINTER(point->crypt)));
    if (!point_next(point->stream, session, &crypt) || crypt.type != POINT_CRYPT)
        return NULL;
    g_autoptr(ExeatRc4) rc4 = exeat_rc4_open(crypt.body, EXEAT_POWERPOINT_PASSWORD);
    if (rc4 == NULL)
        return NULL;
    guint8 *open = g_memdup2(point->stream.data, point->stream.length);
    GHashTableIter each;
    g_hash_table_iter_init(&each, objects);
    while (g_hash_table_iter_next(&each, &id, &at))
        if (GPOINTER_TO_UINT(id) != point->crypt &&
            !point_open_object(point, rc4, GPOINTER_TO_UINT(id), GPOINTER_TO_UINT(at), open))
            break;
    return g_bytes_new_take(open, point->stream.length);
}

/* Keeps the places of objects; only if the document is among them. */
static void
point_keep_current(Point *point, GHashTable *objects)
{
    GHashTableIter each;
    gpointer offset;
    bool document = false;
    point->current = g_hash_table_new(NULL, NULL);
    g_hash_table_iter_init(&each, objects);
    while (g_hash_table_iter_next(&each, NULL, &offset)) {
        PointRecord record;
        if (!point_next(point->stream, GPOINTER_TO_UINT(offset), &record))
            continue;
        document |= record.type == POINT_DOCUMENT;
        g_hash_table_add(point->current, offset);
    }
    if (!document)
        g_clear_pointer(&point->current, g_hash_table_unref);
}

static void
point_find_current(Point *point, ExeatBytes user, GBytes **out_opened)
{
    g_autoptr(GHashTable) objects = g_hash_table_new(NULL, NULL);
    point->sealed = exeat_bytes_u32(user, 12) == TOKEN_SEALED;
    if (!point_edits(point, objects, exeat_bytes_u32(user, 16)))
        return;
    if (point->sealed) {
        GBytes *opened = point_unseal(point, objects);
        if (opened == NULL)
            return;
        *out_opened = opened;
        point->stream = exeat_bytes_of(opened);
        exeat_inspection_encrypted(point->inspection, EXEAT_ENCRYPTION_DEFAULT_PASSWORD);
    }
    point_keep_current(point, objects);
}

/* --- text --- */

/* Lines end with CR, or VT inside a paragraph. */
static void
point_text(Point *point, ExeatBytes bytes, guint codepage)
{
    g_autoptr(GString) text = g_string_sized_new(bytes.length + 16);
    exeat_codepage_append(text, bytes, codepage);
    for (char *c = text->str; *c != '\0'; c++)
        if (*c == '\r' || *c == '\v')
            *c = '\n';
    exeat_inspection_text(point->inspection, text->str, text->len);
    exeat_inspection_line(point->inspection);
}

/* An object's file, as it is or deflated with its length before it. */
static void
point_object(Point *point, const PointRecord *record)
{
    ExeatFile member = {.name = "object", .data = record->body.data, .length = record->body.length};
    if (record->instance == 0) {
        exeat_inspection_member(point->inspection, &member);
        return;
    }
    gsize length = MIN(exeat_bytes_u32(record->body, 0), exeat_inspection_limits(point->inspection)->member_bytes);
    ExeatBytes packed = exeat_bytes_from(record->body, 4);
    if (length / 1040 > packed.length) /* deflate can't do better */
        length = packed.length * 1040;
    if (packed.length == 0 || !exeat_inspection_ratio(point->inspection, length, packed.length) ||
        !exeat_inspection_count(point->inspection, length))
        return;
    g_autoptr(GZlibDecompressor) inflate = g_zlib_decompressor_new(G_ZLIB_COMPRESSOR_FORMAT_ZLIB);
    g_autofree guint8 *open = g_malloc(MAX(length, 1));
    gsize used = 0, done = 0;
    GConverterResult result = G_CONVERTER_CONVERTED;
    while (result == G_CONVERTER_CONVERTED && used < packed.length && done < length) {
        gsize read = 0, written = 0;
        result = g_converter_convert(G_CONVERTER(inflate), packed.data + used, packed.length - used, open + done,
                                     length - done, G_CONVERTER_INPUT_AT_END, &read, &written, NULL);
        used += read;
        done += written;
    }
    member.data = open;
    member.length = done;
    if (done > 0)
        exeat_inspection_member(point->inspection, &member);
}

/* --- the tree --- */

typedef struct PointPlace {
    guint depth;
    bool master;  /* inside one: only what is no placeholder counts */
    bool strings; /* plain strings are text here, not names of things */
} PointPlace;

static void point_walk(Point *point, ExeatBytes bytes, PointPlace place);

static bool
point_has_placeholder(ExeatBytes shape)
{
    PointRecord record, inner;
    for (gsize at = 0; point_next(shape, at, &record); at = record.next)
        for (gsize in = 0; record.container && point_next(record.body, in, &inner); in = inner.next)
            if (inner.type == POINT_PLACEHOLDER)
                return true;
    return false;
}

static void
point_atom(Point *point, const PointRecord *record, PointPlace place)
{
    if (record->type == POINT_TEXT)
        point_text(point, record->body, EXEAT_CODEPAGE_UTF16);
    else if (record->type == POINT_TEXT_BYTES)
        point_text(point, record->body, EXEAT_CODEPAGE_WESTERN);
    else if (record->type == POINT_STRING && place.strings)
        point_text(point, record->body, EXEAT_CODEPAGE_UTF16);
    else if (record->type == POINT_TAG_BLOB)
        point_walk(point, record->body, place);
    else if (record->type == POINT_OBJECT)
        point_object(point, record);
    else if (record->type == POINT_VBA_INFO && exeat_bytes_u32(record->body, 4) != 0)
        exeat_inspection_suspicious(point->inspection, "macros");
}

/* Notes that belong to no slide are the master of notes. */
static bool
point_is_notes_master(const PointRecord *record)
{
    PointRecord atom;
    return record->type == POINT_NOTES && point_next(record->body, 0, &atom) && atom.type == POINT_NOTES_ATOM &&
           exeat_bytes_u32(atom.body, 0) == 0;
}

static void
point_container(Point *point, const PointRecord *record, PointPlace place)
{
    place.master |= record->type == POINT_MASTER || record->type == POINT_HANDOUT || point_is_notes_master(record);
    place.strings = record->type == POINT_HEADERS || record->type == POINT_COMMENT;
    if (record->type == POINT_LIST && record->instance == LIST_MASTERS)
        return;
    if (record->type == POINT_SHAPE && place.master && point_has_placeholder(record->body))
        return;
    point->document |= record->type == POINT_DOCUMENT;
    if (record->type == POINT_SLIDE || record->type == POINT_NOTES)
        exeat_inspection_gap(point->inspection);
    point_walk(point, record->body, place);
}

static void
point_walk(Point *point, ExeatBytes bytes, PointPlace place)
{
    PointRecord record;
    bool top = place.depth++ == 0;
    if (place.depth > RECORD_DEPTH_MAX) {
        exeat_inspection_unreadable(point->inspection, "records are nested too deeply");
        return;
    }
    for (gsize at = 0; point_next(bytes, at, &record); at = record.next) {
        if (point->records++ % GOES_ON_RECORDS == 0 && !exeat_inspection_goes_on(point->inspection))
            return;
        if (top && point->current != NULL && !g_hash_table_contains(point->current, GUINT_TO_POINTER((guint)at)))
            continue;
        if (record.container)
            point_container(point, &record, place);
        else
            point_atom(point, &record, place);
    }
}

void
exeat_powerpoint97_read(ExeatInspection *inspection, GsfInfile *root)
{
    g_autoptr(GsfInfile) dual = exeat_storage_child_named(root, "PP97_DUALSTORAGE");
    GsfInfile *storage = dual != NULL ? dual : root;
    g_autoptr(GBytes) stream = exeat_storage_stream_named(inspection, storage, "PowerPoint Document");
    g_autoptr(GBytes) user = exeat_storage_stream_named(inspection, storage, "Current User");
    Point point = {.inspection = inspection, .stream = exeat_bytes_of(stream)};
    g_autoptr(GBytes) opened = NULL;
    point_find_current(&point, exeat_bytes_of(user), &opened);
    if (opened == NULL && (point.sealed || exeat_storage_has(storage, "EncryptedSummary"))) {
        exeat_inspection_encrypted(inspection, EXEAT_ENCRYPTION_YES);
        exeat_inspection_unreadable(inspection, "encrypted");
    } else {
        point_walk(&point, point.stream, (PointPlace){0});
        if (!point.document) /* PowerPoint 95 has other records in a stream of the same name */
            exeat_inspection_unreadable(inspection, "a format that cannot be read");
    }
    if (point.current != NULL)
        g_hash_table_unref(point.current);
}
