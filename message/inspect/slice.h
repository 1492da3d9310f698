/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bytes of a hostile file that are read by offset: little endian, as all of Microsoft's formats are. Whatever lies
 * outside reads as zero and slices are cut to what is there, so that a reader need not ask before each field; where a
 * zero would mean something, it asks exeat_bytes_have().
 */
#ifndef EXEAT_MESSAGE_INSPECT_SLICE_H
#define EXEAT_MESSAGE_INSPECT_SLICE_H

#include <glib.h>
#include <stdbool.h>
#include <string.h>

typedef struct ExeatBytes {
    const guint8 *data;
    gsize length;
} ExeatBytes;

static inline bool
exeat_bytes_have(ExeatBytes bytes, gsize at, gsize count)
{
    return at <= bytes.length && count <= bytes.length - at;
}

static inline guint8
exeat_bytes_u8(ExeatBytes bytes, gsize at)
{
    return at < bytes.length ? bytes.data[at] : 0;
}

static inline guint16
exeat_bytes_u16(ExeatBytes bytes, gsize at)
{
    if (!exeat_bytes_have(bytes, at, 2))
        return 0;
    return (guint16)(bytes.data[at] | bytes.data[at + 1] << 8);
}

static inline guint32
exeat_bytes_u32(ExeatBytes bytes, gsize at)
{
    return (guint32)exeat_bytes_u16(bytes, at) | (guint32)exeat_bytes_u16(bytes, at + 2) << 16;
}

static inline guint64
exeat_bytes_u64(ExeatBytes bytes, gsize at)
{
    return (guint64)exeat_bytes_u32(bytes, at) | (guint64)exeat_bytes_u32(bytes, at + 4) << 32;
}

static inline double
exeat_bytes_double(ExeatBytes bytes, gsize at)
{
    union {
        guint64 bits;
        double number;
    } both = {.bits = exeat_bytes_u64(bytes, at)};
    return both.number;
}

/* At most @count bytes from @at on. */
static inline ExeatBytes
exeat_bytes_slice(ExeatBytes bytes, gsize at, gsize count)
{
    at = MIN(at, bytes.length);
    /* NULL may be empty, and has no place to go on from */
    return (ExeatBytes){at > 0 ? bytes.data + at : bytes.data, MIN(count, bytes.length - at)};
}

static inline ExeatBytes
exeat_bytes_from(ExeatBytes bytes, gsize at)
{
    return exeat_bytes_slice(bytes, at, G_MAXSIZE);
}

static inline bool
exeat_bytes_begin(ExeatBytes bytes, const char *with, gsize length)
{
    return bytes.length >= length && memcmp(bytes.data, with, length) == 0;
}

#endif
