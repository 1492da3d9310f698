/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads the central directory, and each member's local header to see whether it says the same. Offsets are taken from
 * the directory's true place, so that a ZIP behind a program (self-extracting) or junk is read as unpackers read it.
 */
#include <string.h>
#include <zlib.h>

#include "message/charset.h"
#include "message/inspect/bytes.h"
#include "message/inspect/zip.h"

#define END_BYTES 22 /* APPNOTE 4.3.16 */
#define END_COMMENT_MAX 65535
#define CENTRAL_BYTES 46 /* 4.3.12 */
#define LOCAL_BYTES 30   /* 4.3.7 */
#define EXTRA_ZIP64 0x0001
#define EXTRA_AES 0x9901
#define FLAG_ENCRYPTED 0x0001
#define FLAG_STRONG 0x0040
#define FLAG_UTF8 0x0800
#define FLAG_HIDDEN 0x2000
#define METHOD_AES 99
#define METHOD_IWORK 0x636B /* and the next: iWork '09 with a password */
#define ZIP_STEP_BYTES (64 * 1024)
#define ZIP_NAME_BYTES 4096

typedef struct End {
    guint64 count, size, offset; /* of the directory, as written */
    guint64 place;               /* where the record that says so begins */
} End;

static void
zip_entry_clear(ExeatZipEntry *entry)
{
    g_free(entry->name);
}

static ExeatZip *
zip_new(const ExeatFile *file)
{
    ExeatZip *zip = g_new0(ExeatZip, 1);
    zip->file = file;
    zip->entries = g_array_new(FALSE, TRUE, sizeof(ExeatZipEntry));
    g_array_set_clear_func(zip->entries, (GDestroyNotify)zip_entry_clear);
    zip->by_name = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return zip;
}

void
exeat_zip_free(ExeatZip *zip)
{
    if (zip == NULL)
        return;
    g_hash_table_unref(zip->by_name);
    g_array_unref(zip->entries);
    g_free(zip);
}

/* The zip64 record (4.3.14), where the old one says that it does not suffice. */
static void
zip_read_end64(const ExeatFile *file, End *end)
{
    const guint8 *data = file->data;
    if (end->place < 20 || memcmp(data + end->place - 20, "PK\x06\x07", 4) != 0)
        return;
    guint64 at = exeat_le64(data + end->place - 20 + 8);
    if (!exeat_lies_inside(at, 56, file->length) || memcmp(data + at, "PK\x06\x06", 4) != 0)
        return;
    *end = (End){.count = exeat_le64(data + at + 32),
                 .size = exeat_le64(data + at + 40),
                 .offset = exeat_le64(data + at + 48),
                 .place = at};
}

static bool
zip_find_end(const ExeatFile *file, End *out_end)
{
    const guint8 *data = file->data;
    if (file->length < END_BYTES)
        return false;
    gsize last = file->length - END_BYTES, least = last > END_COMMENT_MAX ? last - END_COMMENT_MAX : 0;
    for (gsize at = last;; at--) {
        if (data[at] == 'P' && memcmp(data + at, "PK\x05\x06", 4) == 0) {
            *out_end = (End){.count = exeat_le16(data + at + 10),
                             .size = exeat_le32(data + at + 12),
                             .offset = exeat_le32(data + at + 16),
                             .place = at};
            zip_read_end64(file, out_end);
            return true;
        }
        if (at == least)
            return false;
    }
}

/* Sizes and offset that did not fit (4.5.3), in this order, each only where its field is full. */
static void
zip_read_extra64(const guint8 *extra, gsize length, guint64 *unpacked, guint64 *packed, guint64 *offset)
{
    guint64 *const fields[] = {unpacked, packed, offset};
    gsize at = 0;
    for (guint i = 0; i < G_N_ELEMENTS(fields); i++)
        if (*fields[i] == G_MAXUINT32 && length - at >= 8) {
            *fields[i] = exeat_le64(extra + at);
            at += 8;
        }
}

static void
zip_read_extras(const guint8 *extra, gsize length, ExeatZipEntry *entry, guint64 *offset, bool *out_aes)
{
    for (gsize at = 0; length - at >= 4;) {
        guint16 id = exeat_le16(extra + at), size = exeat_le16(extra + at + 2);
        if (size > length - at - 4)
            return;
        if (id == EXTRA_ZIP64)
            zip_read_extra64(extra + at + 4, size, &entry->unpacked, &entry->packed, offset);
        else if (id == EXTRA_AES)
            *out_aes = true;
        at += 4u + size;
    }
}

/* In UTF-8 where the flag says so or the bytes do, else in the code page of old DOS programs (4.4.4, appendix D). */
static char *
zip_name(const guint8 *bytes, gsize length, guint16 flags)
{
    const char *text = (const char *)bytes;
    bool utf8 = (flags & FLAG_UTF8) != 0 || g_utf8_validate_len(text, length, NULL);
    length = MIN(length, (gsize)ZIP_NAME_BYTES);
    char *name = utf8 ? g_utf8_make_valid(text, (gssize)length)
                      : exeat_charset_decode(text, length, "cp437", NULL, NULL);
    g_strdelimit(name, "\\", '/');
    char *start = name;
    while (*start == '/' || (start[0] == '.' && start[1] == '/'))
        start++;
    memmove(name, start, strlen(start) + 1);
    return name;
}

static ExeatEncryption
zip_entry_encryption(guint16 flags, guint16 method, bool aes)
{
    if (method == METHOD_IWORK || method == METHOD_IWORK + 1)
        return EXEAT_ENCRYPTION_YES;
    if ((flags & FLAG_ENCRYPTED) == 0)
        return EXEAT_ENCRYPTION_NO;
    return method == METHOD_AES || aes || (flags & FLAG_STRONG) != 0 ? EXEAT_ENCRYPTION_YES : EXEAT_ENCRYPTION_WEAK;
}

/* The local header at @at, against what the directory said. Fills in where the data begins. */
static bool
zip_read_local(ExeatZip *zip, guint64 at, const guint8 *central, ExeatZipEntry *entry)
{
    const ExeatFile *file = zip->file;
    const guint8 *local = file->data + at;
    if (!exeat_lies_inside(at, LOCAL_BYTES, file->length) || memcmp(local, "PK\x03\x04", 4) != 0)
        return false;
    guint16 name = exeat_le16(local + 26), extra = exeat_le16(local + 28), flags = exeat_le16(local + 6);
    if (!exeat_lies_inside(at + LOCAL_BYTES, (guint64)name + extra, file->length))
        return false;
    entry->data = at + LOCAL_BYTES + name + extra;
    if ((flags & FLAG_HIDDEN) != 0) {
        zip->directory_hidden = true;
        return true;
    }
    bool same_name = name == exeat_le16(central + 28) &&
                     memcmp(local + LOCAL_BYTES, central + CENTRAL_BYTES, name) == 0;
    if (!same_name || exeat_le16(local + 8) != entry->method)
        zip->odd = true;
    if (((flags ^ exeat_le16(central + 8)) & FLAG_ENCRYPTED) != 0 && entry->encryption == EXEAT_ENCRYPTION_NO)
        entry->encryption = EXEAT_ENCRYPTION_WEAK; /* either set: an unpacker asks for a password */
    return true;
}

/* One record of the directory. Its length, or 0 if it cannot be followed. */
static gsize
zip_read_central(ExeatZip *zip, guint64 at, guint64 stop, guint64 base)
{
    const guint8 *central = zip->file->data + at;
    if (!exeat_lies_inside(at, CENTRAL_BYTES, stop) || memcmp(central, "PK\x01\x02", 4) != 0)
        return 0;
    gsize name = exeat_le16(central + 28), extra = exeat_le16(central + 30), comment = exeat_le16(central + 32);
    if (!exeat_lies_inside(at, CENTRAL_BYTES + name + extra, stop))
        return 0;
    guint16 flags = exeat_le16(central + 8);
    guint64 offset = exeat_le32(central + 42);
    bool aes = false;
    ExeatZipEntry entry = {
        .method = exeat_le16(central + 10), .packed = exeat_le32(central + 20), .unpacked = exeat_le32(central + 24)};
    zip_read_extras(central + CENTRAL_BYTES + name, extra, &entry, &offset, &aes);
    entry.encryption = zip_entry_encryption(flags, entry.method, aes);
    if (offset > G_MAXUINT64 - base || !zip_read_local(zip, base + offset, central, &entry))
        zip->odd = true;
    if (!exeat_lies_inside(entry.data, entry.packed, zip->file->length))
        zip->odd = true;
    entry.name = zip_name(central + CENTRAL_BYTES, name, flags);
    entry.directory = name > 0 && central[CENTRAL_BYTES + name - 1] == '/' && entry.unpacked == 0;
    g_array_append_val(zip->entries, entry);
    return CENTRAL_BYTES + name + extra + comment;
}

static void
zip_index(ExeatZip *zip)
{
    for (guint i = 0; i < zip->entries->len; i++) {
        ExeatZipEntry *entry = &g_array_index(zip->entries, ExeatZipEntry, i);
        char *lower = g_ascii_strdown(entry->name, -1);
        if (g_hash_table_contains(zip->by_name, lower)) {
            zip->odd = true; /* two members of one name: programs disagree which one counts */
            g_free(lower);
        } else {
            g_hash_table_insert(zip->by_name, lower, entry);
        }
    }
}

bool
exeat_zip_open(ExeatInspection *inspection, const ExeatFile *file, ExeatZip **out_zip)
{
    End end;
    if (!zip_find_end(file, &end))
        return false;
    g_autoptr(ExeatZip) zip = zip_new(file);
    /* what stands before the archive moves everything by as much */
    if (end.size > end.place)
        return false;
    guint64 at = end.place - end.size, base = at >= end.offset ? at - end.offset : 0;
    if (at < end.offset || !exeat_lies_inside(at, 4, end.place) || memcmp(file->data + at, "PK\x01\x02", 4) != 0)
        at = end.offset, base = 0;
    guint most = exeat_inspection_limits(inspection)->members;
    for (guint64 i = 0; i < end.count; i++) {
        gsize length = zip->entries->len < most ? zip_read_central(zip, at, end.place, base) : 0;
        if (length == 0) {
            zip->odd = true;
            break;
        }
        at += length;
    }
    if (zip->entries->len == 0 && end.count > 0)
        return false;
    zip_index(zip);
    *out_zip = g_steal_pointer(&zip);
    return true;
}

bool
exeat_zip_is_hidden(const ExeatFile *file)
{
    return file->length >= LOCAL_BYTES && memcmp(file->data, "PK\x03\x04", 4) == 0 &&
           (exeat_le16(file->data + 6) & FLAG_HIDDEN) != 0;
}

const ExeatZipEntry *
exeat_zip_find(const ExeatZip *zip, const char *name)
{
    g_autofree char *lower = g_ascii_strdown(name, -1);
    return g_hash_table_lookup(zip->by_name, lower);
}

ExeatEncryption
exeat_zip_encryption(const ExeatZip *zip)
{
    guint sealed = 0, weak = 0, plain = 0;
    for (guint i = 0; i < zip->entries->len; i++) {
        const ExeatZipEntry *entry = &g_array_index(zip->entries, ExeatZipEntry, i);
        sealed += entry->encryption == EXEAT_ENCRYPTION_YES;
        weak += entry->encryption == EXEAT_ENCRYPTION_WEAK;
        plain += entry->encryption == EXEAT_ENCRYPTION_NO && !entry->directory && entry->unpacked > 0;
    }
    if (zip->directory_hidden)
        return EXEAT_ENCRYPTION_YES;
    if (sealed + weak == 0)
        return EXEAT_ENCRYPTION_NO;
    return plain > 0 ? EXEAT_ENCRYPTION_PARTIAL : weak > 0 ? EXEAT_ENCRYPTION_WEAK : EXEAT_ENCRYPTION_YES;
}

/* --- members --- */

static bool
zip_stream_stored(ExeatInspection *inspection, const guint8 *data, gsize length, ExeatZipTake take, gpointer user)
{
    for (gsize at = 0; at < length;) {
        gsize step = MIN(length - at, (gsize)ZIP_STEP_BYTES);
        if (!exeat_inspection_count(inspection, step))
            return false;
        if (!take(data + at, step, user))
            return true;
        at += step;
    }
    return true;
}

static bool
zip_stream_deflated(ExeatInspection *inspection, const guint8 *data, gsize length, ExeatZipTake take, gpointer user)
{
    z_stream inflater = {.next_in = (Bytef *)(guintptr)data, .avail_in = (uInt)MIN(length, (gsize)G_MAXUINT32)};
    if (inflateInit2(&inflater, -MAX_WBITS) != Z_OK)
        return false;
    g_autofree guint8 *chunk = g_malloc(ZIP_STEP_BYTES);
    gsize all = 0;
    int result = Z_OK;
    bool wanted = true, allowed = true;
    while (result == Z_OK && wanted && allowed) {
        inflater.next_out = chunk;
        inflater.avail_out = ZIP_STEP_BYTES;
        result = inflate(&inflater, Z_NO_FLUSH);
        gsize got = ZIP_STEP_BYTES - inflater.avail_out;
        all += got;
        if (got == 0 && result == Z_OK)
            break;
        allowed = exeat_inspection_ratio(inspection, all, length) && exeat_inspection_count(inspection, got);
        wanted = allowed && (got == 0 || take(chunk, got, user));
    }
    inflateEnd(&inflater);
    return allowed && (result == Z_STREAM_END || !wanted);
}

bool
exeat_zip_stream(ExeatInspection *inspection, const ExeatZip *zip, const ExeatZipEntry *entry, ExeatZipTake take,
                 gpointer data)
{
    if (entry->encryption != EXEAT_ENCRYPTION_NO || entry->data > zip->file->length)
        return false;
    const guint8 *packed = zip->file->data + entry->data;
    gsize length = (gsize)MIN(entry->packed, zip->file->length - entry->data);
    if (entry->method == 0)
        return zip_stream_stored(inspection, packed, length, take, data);
    return entry->method == Z_DEFLATED && zip_stream_deflated(inspection, packed, length, take, data);
}

typedef struct Gather {
    GByteArray *bytes;
    gsize max;
    bool full;
} Gather;

static bool
zip_gather(const guint8 *bytes, gsize length, gpointer data)
{
    Gather *gather = data;
    gather->full = length > gather->max - gather->bytes->len;
    if (gather->full)
        return false;
    g_byte_array_append(gather->bytes, bytes, (guint)length);
    return true;
}

GByteArray *
exeat_zip_bytes(ExeatInspection *inspection, const ExeatZip *zip, const ExeatZipEntry *entry)
{
    Gather gather = {.bytes = g_byte_array_new(), .max = exeat_inspection_limits(inspection)->member_bytes};
    if (exeat_zip_stream(inspection, zip, entry, zip_gather, &gather) && !gather.full)
        return gather.bytes;
    if (gather.full)
        exeat_inspection_unreadable(inspection, "a file in it is larger than the limit");
    g_byte_array_unref(gather.bytes);
    return NULL;
}
