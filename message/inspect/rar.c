/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which members of a RAR archive are encrypted: libarchive 3.6 does not see it in RAR 5 and unpacks ciphertext. The
 * headers of both kinds (RAR 4: unrar's technote; RAR 5: rarlab's technote) are walked for that alone; content comes
 * through libarchive.
 *
 * Hostile input: each step goes on by at least a header's least length and stays inside the file.
 */
#include <string.h>

#include "message/charset.h"
#include "message/inspect/archive.h"
#include "message/inspect/bytes.h"
#include "message/inspect/formats.h"

#define RAR4_MARK_BYTES 7
#define RAR5_MARK_BYTES 8
#define RAR_NAME_BYTES 2048
#define VINT_BYTES 10

typedef struct Walk {
    ExeatInspection *inspection;
    const ExeatFile *file;
    GHashTable *sealed; /* names of encrypted members */
    guint plain;
    bool hidden; /* headers are encrypted: names and all */
    bool volume; /* one of several files */
} Walk;

static void
rar_note_member(Walk *walk, char *name, guint64 size, bool sealed)
{
    if (!sealed) {
        walk->plain += size > 0;
        g_free(name);
        return;
    }
    exeat_inspection_sealed_member(walk->inspection, name, (gsize)size, EXEAT_ENCRYPTION_YES, NULL);
    g_hash_table_add(walk->sealed, name);
}

/* --- RAR 4 --- */

static void
rar4_read_member(Walk *walk, const guint8 *block, gsize size, guint16 flags)
{
    if (size < 32)
        return;
    gsize name = exeat_le16(block + 26), at = (flags & 0x0100) != 0 ? 40 : 32;
    bool folder = (flags & 0x00E0) == 0x00E0;
    if (at > size || name > size - at || folder)
        return;
    /* with 0x0200 a NUL and a packed form of the same name in UTF-16 follow */
    const guint8 *end = memchr(block + at, 0, name);
    gsize length = MIN(end != NULL ? (gsize)(end - block) - at : name, (gsize)RAR_NAME_BYTES);
    char *text = exeat_charset_decode((const char *)block + at, length, NULL, NULL, NULL);
    g_strdelimit(text, "\\", '/');
    rar_note_member(walk, text, exeat_le32(block + 11), (flags & 0x0004) != 0);
}

static void
rar4_walk(Walk *walk)
{
    const guint8 *data = walk->file->data;
    for (guint64 at = RAR4_MARK_BYTES; exeat_lies_inside(at, 7, walk->file->length);) {
        const guint8 *block = data + at;
        guint8 type = block[2];
        guint16 flags = exeat_le16(block + 3), size = exeat_le16(block + 5);
        if (size < 7 || !exeat_lies_inside(at, size, walk->file->length) || !exeat_inspection_goes_on(walk->inspection))
            return;
        guint64 added = size >= 11 && (type == 0x74 || type == 0x7A || (flags & 0x8000) != 0) ? exeat_le32(block + 7)
                                                                                              : 0;
        if ((type == 0x74 || type == 0x7A) && (flags & 0x0100) != 0 && size >= 36)
            added |= (guint64)exeat_le32(block + 32) << 32;
        if (type == 0x73) {
            walk->hidden = (flags & 0x0080) != 0;
            walk->volume = (flags & 0x0001) != 0;
        } else if (type == 0x74) {
            rar4_read_member(walk, block, size, flags);
        }
        if (walk->hidden || type == 0x7B || added > walk->file->length)
            return;
        at += size + added;
    }
}

/* --- RAR 5 --- */

/* A number of seven bits a byte, the least first; false behind the end. */
static bool
rar5_number(const guint8 **at, const guint8 *end, guint64 *out_number)
{
    guint64 number = 0;
    for (guint i = 0; i < VINT_BYTES && *at < end; i++) {
        guint8 byte = *(*at)++;
        number |= (guint64)(byte & 0x7F) << (7 * i);
        if ((byte & 0x80) == 0) {
            *out_number = number;
            return true;
        }
    }
    return false;
}

/* True if a record of type 1 (file encryption) stands in the extra area. */
static bool
rar5_is_sealed(const guint8 *at, const guint8 *end)
{
    guint64 size = 0, type = 0;
    while (rar5_number(&at, end, &size) && size <= (guint64)(end - at) && size > 0) {
        const guint8 *record = at;
        if (rar5_number(&record, end, &type) && type == 1)
            return true;
        at += size;
    }
    return false;
}

static void
rar5_read_member(Walk *walk, const guint8 *at, const guint8 *end, bool sealed)
{
    guint64 flags = 0, size = 0, ignored = 0, name = 0;
    if (!rar5_number(&at, end, &flags) || !rar5_number(&at, end, &size) || !rar5_number(&at, end, &ignored))
        return;
    gsize fixed = ((flags & 0x0002) != 0 ? 4u : 0u) + ((flags & 0x0004) != 0 ? 4u : 0u);
    if (fixed > (gsize)(end - at) || (flags & 0x0001) != 0) /* a folder */
        return;
    at += fixed;
    if (!rar5_number(&at, end, &ignored) || !rar5_number(&at, end, &ignored) || !rar5_number(&at, end, &name) ||
        name > (guint64)(end - at))
        return;
    gsize length = (gsize)MIN(name, (guint64)RAR_NAME_BYTES);
    rar_note_member(walk, g_utf8_make_valid((const char *)at, (gssize)length), size, sealed);
}

/* The block at *at; false when no more can be followed. */
static bool
rar5_read_block(Walk *walk, guint64 *at)
{
    const guint8 *data = walk->file->data, *end = data + walk->file->length, *header = data + *at + 4;
    guint64 size = 0, type = 0, flags = 0, extra = 0, added = 0;
    if (!rar5_number(&header, end, &size) || size == 0 || size > (guint64)(end - header))
        return false;
    const guint8 *stop = header + size;
    if (!rar5_number(&header, stop, &type) || !rar5_number(&header, stop, &flags) ||
        ((flags & 0x0001) != 0 && !rar5_number(&header, stop, &extra)) ||
        ((flags & 0x0002) != 0 && !rar5_number(&header, stop, &added)) || extra > (guint64)(stop - header))
        return false;
    guint64 archive_flags = 0;
    if (type == 4)
        walk->hidden = true;
    else if (type == 1 && rar5_number(&header, stop, &archive_flags))
        walk->volume = (archive_flags & 0x0001) != 0;
    else if (type == 2)
        rar5_read_member(walk, header, stop - extra, rar5_is_sealed(stop - extra, stop));
    *at = (guint64)(stop - data);
    if (walk->hidden || type == 5 || added > walk->file->length - *at)
        return false;
    *at += added;
    return true;
}

static void
rar5_walk(Walk *walk)
{
    guint64 at = RAR5_MARK_BYTES;
    while (exeat_lies_inside(at, 8, walk->file->length) && exeat_inspection_goes_on(walk->inspection) &&
           rar5_read_block(walk, &at))
        ;
}

void
exeat_rar_read(ExeatInspection *inspection, const ExeatFile *file)
{
    bool five = file->length >= RAR5_MARK_BYTES && file->data[6] == 1;
    g_autoptr(GHashTable) sealed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    Walk walk = {.inspection = inspection, .file = file, .sealed = sealed};
    (five ? rar5_walk : rar4_walk)(&walk);
    guint count = g_hash_table_size(sealed);
    if (walk.hidden || (count > 0 && walk.plain == 0))
        exeat_inspection_encrypted(inspection, EXEAT_ENCRYPTION_YES);
    else
        exeat_archive_unpack(inspection, file, five ? EXEAT_ARCHIVE_RAR5 : EXEAT_ARCHIVE_RAR, sealed);
    if (count > 0 && walk.plain > 0)
        exeat_inspection_encrypted(inspection, EXEAT_ENCRYPTION_PARTIAL);
    if (walk.volume)
        exeat_inspection_unreadable(inspection, "one volume of several");
}
