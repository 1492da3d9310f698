/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Little-endian numbers of formats made for little machines. The caller has checked that the bytes are there. */
#ifndef EXEAT_MESSAGE_INSPECT_BYTES_H
#define EXEAT_MESSAGE_INSPECT_BYTES_H

#include <glib.h>
#include <stdbool.h>

static inline guint16
exeat_le16(const guint8 *at)
{
    return (guint16)(at[0] | at[1] << 8);
}

static inline guint32
exeat_le32(const guint8 *at)
{
    return exeat_le16(at) | (guint32)exeat_le16(at + 2) << 16;
}

static inline guint64
exeat_le64(const guint8 *at)
{
    return exeat_le32(at) | (guint64)exeat_le32(at + 4) << 32;
}

/* True if [@at, @at + @size) lies inside @length bytes; no sum can overflow. */
static inline bool
exeat_lies_inside(guint64 at, guint64 size, guint64 length)
{
    return at <= length && size <= length - at;
}

#endif
