/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Unpacking with libarchive, for the formats that it reads right; which of a file's members are sealed is told by
 * others where it cannot tell. */
#ifndef EXEAT_MESSAGE_INSPECT_ARCHIVE_H
#define EXEAT_MESSAGE_INSPECT_ARCHIVE_H

#include "message/inspect/inspection.h"

typedef enum ExeatArchiveKind {
    EXEAT_ARCHIVE_ZIP,
    EXEAT_ARCHIVE_7Z,
    EXEAT_ARCHIVE_RAR,
    EXEAT_ARCHIVE_RAR5,
    EXEAT_ARCHIVE_TAR,
    EXEAT_ARCHIVE_PACKED, /* gzip, bzip2, xz, zstd: a tar, or one file */
    EXEAT_ARCHIVE_RAW,    /* the same, and surely one file */
} ExeatArchiveKind;

/*
 * Hands every member to @inspection and says how much of the archive is encrypted. What cannot be unpacked becomes an
 * unreadable member, or makes the archive unreadable. @sealed (names; NULL: ask libarchive) are members that the caller
 * knows to be encrypted and has told of: they are passed over, and the whole is the caller's to tell. False if there
 * was no member at all.
 */
bool exeat_archive_unpack(ExeatInspection *inspection, const ExeatFile *file, ExeatArchiveKind kind,
                          GHashTable *sealed);

#endif
