/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The directory of a ZIP file (APPNOTE 6.3), and its members by name: what Office Open XML, OpenDocument and the
 * question "is it encrypted?" need. Archives as such are unpacked by libarchive (message/inspect/archive.c), which
 * knows every method; a member is unpacked here only where its format allows no other method than stored and deflated.
 *
 * A directory that contradicts itself or the members is `odd`: programs then disagree about what is in the file.
 * All of it is hostile. One thread, one inspection.
 */
#ifndef EXEAT_MESSAGE_INSPECT_ZIP_H
#define EXEAT_MESSAGE_INSPECT_ZIP_H

#include "message/inspect/inspection.h"

typedef struct ExeatZipEntry {
    char *name; /* UTF-8, separated by "/", no "/" at the beginning */
    guint16 method;
    guint64 packed, unpacked; /* as the directory says */
    guint64 data;             /* where the packed bytes begin */
    ExeatEncryption encryption;
    bool directory;
} ExeatZipEntry;

typedef struct ExeatZip {
    const ExeatFile *file;
    GArray *entries;       /* of ExeatZipEntry, in the order of the directory */
    GHashTable *by_name;   /* lower-case name to entry */
    bool odd;              /* local headers say something else than the directory */
    bool directory_hidden; /* the directory itself is encrypted: names and all */
} ExeatZip;

/* False if there is no directory that can be followed. The file must outlive the answer. */
bool exeat_zip_open(ExeatInspection *inspection, const ExeatFile *file, ExeatZip **out_zip);
void exeat_zip_free(ExeatZip *zip);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatZip, exeat_zip_free)

/* True if the first member says that even the directory is encrypted (APPNOTE 7.3). */
bool exeat_zip_is_hidden(const ExeatFile *file);

/* By name, upper and lower case alike; NULL if there is none. */
const ExeatZipEntry *exeat_zip_find(const ExeatZip *zip, const char *name);

/* Takes the next unpacked bytes, at most 64 KiB; false: no more are wanted. */
typedef bool (*ExeatZipTake)(const guint8 *bytes, gsize length, gpointer data);

/*
 * Unpacks @entry in steps. True if all of it came, or @take wanted no more; false if it is encrypted, packed in another
 * way, broken, or a limit of the inspection is reached.
 */
bool exeat_zip_stream(ExeatInspection *inspection, const ExeatZip *zip, const ExeatZipEntry *entry, ExeatZipTake take,
                      gpointer data);

/* The same, as a whole, at most the limits' member_bytes; NULL where that is false. (transfer full) */
GByteArray *exeat_zip_bytes(ExeatInspection *inspection, const ExeatZip *zip, const ExeatZipEntry *entry);

/* All encrypted, some, none; empty members and folders do not count. */
ExeatEncryption exeat_zip_encryption(const ExeatZip *zip);

#endif
