/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * libarchive with the formats that schools send and no other: its exotic readers are where it breaks. After a fatal
 * error it is not asked again (3.6 crashes then); data of a sealed member is never read (3.6 unpacks ciphertext).
 *
 * Hostile input; the inspection bounds members, bytes, ratio and time.
 */
#include "message/inspect/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>

#include "message/charset.h"
#include "message/inspect/formats.h"

#define ARCHIVE_STEP_BYTES (64 * 1024)
#define NOT_UNPACKED "larger than the limit, damaged, or packed in an unknown way"
#define BROKEN "the archive is damaged, or packed in an unknown way"

typedef struct archive Archive;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Archive, archive_read_free)

typedef struct Unpacking {
    ExeatInspection *inspection;
    const ExeatFile *file;
    Archive *archive;
    GHashTable *told; /* names of encrypted members that were told of already, or NULL */
    guint sealed, plain;
    bool any; /* at least one member came */
} Unpacking;

static void
archive_enable(Archive *archive, ExeatArchiveKind kind)
{
    switch (kind) {
    case EXEAT_ARCHIVE_ZIP:
        archive_read_support_format_zip_seekable(archive);
        return;
    case EXEAT_ARCHIVE_7Z:
        archive_read_support_format_7zip(archive);
        return;
    case EXEAT_ARCHIVE_RAR:
        archive_read_support_format_rar(archive);
        return;
    case EXEAT_ARCHIVE_RAR5:
        archive_read_support_format_rar5(archive);
        return;
    case EXEAT_ARCHIVE_PACKED:
    case EXEAT_ARCHIVE_RAW:
        archive_read_support_filter_gzip(archive);
        archive_read_support_filter_bzip2(archive);
        archive_read_support_filter_xz(archive);
        archive_read_support_filter_zstd(archive);
        archive_read_support_format_raw(archive);
        if (kind == EXEAT_ARCHIVE_PACKED)
            archive_read_support_format_tar(archive);
        return;
    case EXEAT_ARCHIVE_TAR:
        archive_read_support_format_tar(archive);
        return;
    }
}

/* The member's name in UTF-8; what was packed as "list.csv.gz" without a name inside is "list.csv". (transfer full) */
static char *
archive_name(struct archive_entry *entry, const ExeatFile *file, bool raw)
{
    const char *name = raw ? NULL : archive_entry_pathname_utf8(entry);
    if (name != NULL)
        return g_utf8_make_valid(name, -1);
    name = raw ? NULL : archive_entry_pathname(entry);
    if (name != NULL)
        return exeat_charset_decode(name, strlen(name), NULL, NULL, NULL);
    const char *outer = file->name != NULL ? file->name : "content";
    const char *slash = strrchr(outer, '/'), *base = slash != NULL ? slash + 1 : outer;
    const char *dot = strrchr(base, '.');
    return dot != NULL && dot > base ? g_strndup(base, (gsize)(dot - base)) : g_strdup(base);
}

/* False when the archive must not be asked for anything more. *out_bytes is NULL if this member could not be unpacked.
 */
static bool
archive_unpack_member(ExeatInspection *inspection, Archive *archive, gsize packed, GByteArray **out_bytes)
{
    gsize most = exeat_inspection_limits(inspection)->member_bytes;
    /* elsewhere the next member is found by unpacking the rest of this one, however long */
    bool cheap_to_skip = (archive_format(archive) & ARCHIVE_FORMAT_BASE_MASK) == ARCHIVE_FORMAT_ZIP;
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    g_autofree guint8 *chunk = g_malloc(ARCHIVE_STEP_BYTES);
    for (;;) {
        la_ssize_t got = archive_read_data(archive, chunk, ARCHIVE_STEP_BYTES);
        if (got == ARCHIVE_RETRY)
            continue;
        if (got == 0 || got == ARCHIVE_WARN)
            break;
        if (got < 0)
            return got != ARCHIVE_FATAL;
        if (!exeat_inspection_count(inspection, (gsize)got) ||
            !exeat_inspection_ratio(inspection, bytes->len + (gsize)got, packed))
            return false;
        if ((gsize)got > most - bytes->len) {
            exeat_inspection_unreadable(inspection, "a file in it is larger than the limit");
            return cheap_to_skip;
        }
        g_byte_array_append(bytes, chunk, (guint)got);
    }
    *out_bytes = g_steal_pointer(&bytes);
    return true;
}

static bool
archive_is_sealed(struct archive_entry *entry)
{
    return archive_entry_is_data_encrypted(entry) || archive_entry_is_metadata_encrypted(entry);
}

/* One member. False when no more can or shall come. */
static bool
archive_read_entry(Unpacking *unpacking, struct archive_entry *entry)
{
    ExeatInspection *inspection = unpacking->inspection;
    bool raw = archive_format(unpacking->archive) == ARCHIVE_FORMAT_RAW;
    if (!raw && archive_entry_filetype(entry) != AE_IFREG && archive_entry_filetype(entry) != 0)
        return true;
    g_autofree char *name = archive_name(entry, unpacking->file, raw);
    gsize size = archive_entry_size_is_set(entry) ? (gsize)MAX(archive_entry_size(entry), 0) : 1;
    if (unpacking->told != NULL && (archive_is_sealed(entry) || g_hash_table_contains(unpacking->told, name)))
        return true;
    if (archive_is_sealed(entry)) {
        unpacking->sealed++;
        exeat_inspection_sealed_member(inspection, name, size, EXEAT_ENCRYPTION_YES, NULL);
        return exeat_inspection_goes_on(inspection);
    }
    unpacking->plain += size > 0;
    g_autoptr(GByteArray) bytes = NULL;
    bool usable = archive_unpack_member(inspection, unpacking->archive, unpacking->file->length, &bytes);
    if (bytes == NULL) {
        exeat_inspection_sealed_member(inspection, name, size, EXEAT_ENCRYPTION_NO, NOT_UNPACKED);
        return usable && exeat_inspection_goes_on(inspection);
    }
    const ExeatFile member = {
        .name = name, .data = bytes->data != NULL ? bytes->data : (const guint8 *)"", .length = bytes->len};
    return exeat_inspection_member(inspection, &member);
}

/*
 * What the archive is as a whole. Where names and all are encrypted, libarchive says so only after it has failed; where
 * it failed to open, it must not be asked (3.6 calls what it has freed).
 */
static void
archive_settle(Unpacking *unpacking, bool opened, bool whole)
{
    bool hidden = opened && !whole && unpacking->sealed + unpacking->plain == 0 &&
                  archive_read_has_encrypted_entries(unpacking->archive) == 1;
    if (hidden || (unpacking->sealed > 0 && unpacking->plain == 0))
        exeat_inspection_encrypted(unpacking->inspection, EXEAT_ENCRYPTION_YES);
    else if (unpacking->sealed > 0)
        exeat_inspection_encrypted(unpacking->inspection, EXEAT_ENCRYPTION_PARTIAL);
    if (!whole && !hidden)
        exeat_inspection_unreadable(unpacking->inspection, BROKEN);
}

bool
exeat_archive_unpack(ExeatInspection *inspection, const ExeatFile *file, ExeatArchiveKind kind, GHashTable *sealed)
{
    g_autoptr(Archive) archive = archive_read_new();
    Unpacking unpacking = {.inspection = inspection, .file = file, .archive = archive, .told = sealed};
    archive_enable(archive, kind);
    int result = archive_read_open_memory(archive, file->data, file->length);
    bool opened = result == ARCHIVE_OK || result == ARCHIVE_WARN, more = opened;
    while (more) {
        struct archive_entry *entry = NULL;
        result = archive_read_next_header(archive, &entry);
        if (result == ARCHIVE_RETRY)
            continue;
        if (result != ARCHIVE_OK && result != ARCHIVE_WARN)
            break;
        unpacking.any = true;
        more = archive_read_entry(&unpacking, entry);
    }
    archive_settle(&unpacking, opened, result == ARCHIVE_EOF);
    return unpacking.any;
}

void
exeat_tar_read(ExeatInspection *inspection, const ExeatFile *file)
{
    exeat_archive_unpack(inspection, file, EXEAT_ARCHIVE_TAR, NULL);
}

void
exeat_archive_read(ExeatInspection *inspection, const ExeatFile *file)
{
    bool seven = file->length >= 6 && memcmp(file->data, "7z\xBC\xAF\x27\x1C", 6) == 0;
    bool any = exeat_archive_unpack(inspection, file, seven ? EXEAT_ARCHIVE_7Z : EXEAT_ARCHIVE_PACKED, NULL);
    /* what begins with zeros is an empty tar to libarchive, whatever follows */
    if (!any && !seven)
        exeat_archive_unpack(inspection, file, EXEAT_ARCHIVE_RAW, NULL);
}
