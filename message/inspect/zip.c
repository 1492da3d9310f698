/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a ZIP file is: a document that only uses ZIP as its wrapping, or an archive. Encryption is told by the
 * directory, the content of an archive comes through libarchive.
 */
#include "message/inspect/zip.h"

#include <string.h>

#include "message/inspect/archive.h"
#include "message/inspect/documents.h"
#include "message/inspect/formats.h"

#define MIME_TYPE_BYTES 128

static void
zip_read_archive(ExeatInspection *inspection, const ExeatFile *file, const ExeatZip *zip)
{
    ExeatEncryption encryption = exeat_zip_encryption(zip);
    g_autoptr(GHashTable) sealed = g_hash_table_new(g_str_hash, g_str_equal);
    exeat_inspection_type(inspection, "application/zip");
    exeat_inspection_encrypted(inspection, encryption);
    for (guint i = 0; i < zip->entries->len && !zip->directory_hidden; i++) {
        const ExeatZipEntry *entry = &g_array_index(zip->entries, ExeatZipEntry, i);
        if (entry->encryption == EXEAT_ENCRYPTION_NO)
            continue;
        exeat_inspection_sealed_member(inspection, entry->name, (gsize)entry->unpacked, entry->encryption, NULL);
        g_hash_table_add(sealed, entry->name);
    }
    if (encryption == EXEAT_ENCRYPTION_YES || encryption == EXEAT_ENCRYPTION_WEAK || zip->entries->len == 0)
        return;
    exeat_archive_unpack(inspection, file, EXEAT_ARCHIVE_ZIP, sealed);
    if (zip->odd)
        exeat_inspection_unreadable(inspection, "its directory contradicts its members");
}

/* The member "mimetype" of OpenDocument and EPUB, "" if there is none. */
static void
zip_read_mime_type(ExeatInspection *inspection, const ExeatZip *zip, char out_type[MIME_TYPE_BYTES])
{
    const ExeatZipEntry *entry = exeat_zip_find(zip, "mimetype");
    out_type[0] = '\0';
    if (entry == NULL || entry->unpacked >= MIME_TYPE_BYTES)
        return;
    g_autoptr(GByteArray) bytes = exeat_zip_bytes(inspection, zip, entry);
    if (bytes != NULL && bytes->len > 0) {
        gsize length = MIN((gsize)bytes->len, (gsize)MIME_TYPE_BYTES - 1);
        memcpy(out_type, bytes->data, length);
        out_type[length] = '\0';
    }
    g_strstrip(out_type);
}

static bool
zip_is_iwork(const ExeatZip *zip)
{
    return exeat_zip_find(zip, "Index/Document.iwa") != NULL || exeat_zip_find(zip, "Index.zip") != NULL ||
           exeat_zip_find(zip, "index.apxl") != NULL || exeat_zip_find(zip, "index.xml") != NULL;
}

static void
zip_read_iwork(ExeatInspection *inspection, const ExeatZip *zip)
{
    exeat_inspection_type(inspection, "application/vnd.apple.iwork");
    if (exeat_zip_find(zip, ".iwpv2") != NULL || exeat_zip_encryption(zip) != EXEAT_ENCRYPTION_NO)
        exeat_inspection_encrypted(inspection, EXEAT_ENCRYPTION_YES);
    else
        exeat_inspection_unreadable(inspection, "an Apple iWork document");
}

void
exeat_zip_read(ExeatInspection *inspection, const ExeatFile *file)
{
    g_autoptr(ExeatZip) zip = NULL;
    char type[MIME_TYPE_BYTES];
    if (!exeat_zip_open(inspection, file, &zip)) {
        exeat_inspection_type(inspection, "application/zip");
        if (exeat_zip_is_hidden(file))
            exeat_inspection_encrypted(inspection, EXEAT_ENCRYPTION_YES);
        else
            exeat_inspection_unreadable(inspection, "an archive without a directory that can be followed");
        return;
    }
    zip_read_mime_type(inspection, zip, type);
    bool plain = exeat_zip_encryption(zip) == EXEAT_ENCRYPTION_NO;
    if (plain && exeat_zip_find(zip, "[Content_Types].xml") != NULL && exeat_ooxml_read(inspection, zip))
        return;
    if (exeat_opendocument_read(inspection, zip, type))
        return;
    if (zip_is_iwork(zip))
        zip_read_iwork(inspection, zip);
    else
        zip_read_archive(inspection, file, zip);
}

/* False if no archive stands at the end of the file. */
static bool
zip_read_appended(ExeatInspection *inspection, const ExeatFile *file)
{
    g_autoptr(ExeatZip) zip = NULL;
    if (!exeat_zip_open(inspection, file, &zip) || zip->entries->len == 0)
        return false;
    exeat_zip_read(inspection, file);
    return true;
}

void
exeat_program_read(ExeatInspection *inspection, const ExeatFile *file)
{
    if (!zip_read_appended(inspection, file))
        exeat_inspection_unreadable(inspection, "a program");
}

void
exeat_unknown_read(ExeatInspection *inspection, const ExeatFile *file)
{
    if (!zip_read_appended(inspection, file))
        exeat_inspection_unreadable(inspection, file->length > 0 ? "a format that cannot be read" : "empty");
}
