/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Encryption that can be told from a file's outline without parsing hostile formats in depth: S/MIME by its object
 * identifier, OpenPGP by its first packet, ZIP by its central directory, password-protected OOXML by a stream's name,
 * 7z by its end header. Whatever is not sure stays unreadable and goes to the inspector.
 *
 * Owns nothing, any thread. Every read is inside the bytes that were given.
 */
#include "message/sniff.h"

#define ARCHIVE_BYTES (64 * 1024 * 1024) /* larger files are left to the inspector */
#define ZIP_MEMBERS 100000

static guint32
encryption_le16(const guint8 *at)
{
    return (guint32)at[0] | (guint32)at[1] << 8;
}

static guint32
encryption_le32(const guint8 *at)
{
    return encryption_le16(at) | encryption_le16(at + 2) << 16;
}

/* ContentInfo (section 3), DER or BER: enveloped, encrypted or authEnveloped data are sealed. */
bool
exeat_encryption_is_cms(const guint8 *at, gsize length, bool *out_sealed)
{
    static const guint8 pkcs7[] = {0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07};
    static const guint8 smime[] = {0x06, 0x0B, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x10, 0x01};
    *out_sealed = false;
    if (length < 16 || at[0] != 0x30)
        return false;
    gsize header = at[1] < 0x80 || at[1] == 0x80 ? 2 : 2u + (at[1] & 0x7F);
    if (header > 6 || length < header + 13)
        return false;
    const guint8 *oid = at + header;
    bool is_pkcs7 = memcmp(oid, pkcs7, sizeof pkcs7) == 0, is_smime = memcmp(oid, smime, sizeof smime) == 0;
    *out_sealed = (is_pkcs7 && (oid[10] == 3 || oid[10] == 6)) || (is_smime && oid[12] == 0x17);
    return is_pkcs7 || is_smime;
}

/* The tag of an OpenPGP packet header (RFC 9580 4.2), or -1. */
static int
encryption_pgp_tag(guint8 first)
{
    if ((first & 0x80) == 0)
        return -1;
    return (first & 0x40) != 0 ? first & 0x3F : first >> 2 & 0x0F;
}

static bool
encryption_pgp_is_sealed(int tag)
{
    return tag == 1 || tag == 3 || tag == 9 || tag == 18 || tag == 20;
}

/*
 * Whether a session key packet (version 3 or 6, or 4 to 6 for a password's) or sealed data begins the bytes: two bytes
 * of structure, for one bit of a first byte says nothing.
 */
bool
exeat_encryption_is_pgp(const guint8 *bytes, gsize length)
{
    if (length < 8 || !encryption_pgp_is_sealed(encryption_pgp_tag(bytes[0])))
        return false;
    bool new_format = (bytes[0] & 0x40) != 0;
    gsize header = new_format ? (bytes[1] < 192    ? 2
                                 : bytes[1] < 224  ? 3
                                 : bytes[1] == 255 ? 6
                                                   : 2)
                              : (gsize[]){2, 3, 5, 1}[bytes[0] & 3];
    guint8 version = bytes[header];
    switch (encryption_pgp_tag(bytes[0])) {
    case 1:
        return version == 2 || version == 3 || version == 6;
    case 3:
        return version >= 4 && version <= 6;
    case 18:
        return version == 1 || version == 2;
    case 20:
        return version == 1;
    default: /* an old cipher's packet, without anything to tell it by */
        return false;
    }
}

/* Behind the armour's headers: an empty line ends them; quote marks and odd spaces may stand before each line. */
static const char *
encryption_armour_body(const char *at, const char *end)
{
    bool blank = false;
    for (guint line = 0; line < 16 && at < end; line++) {
        const char *feed = memchr(at, '\n', (gsize)(end - at));
        const char *stop = feed != NULL ? feed : end;
        while (at < stop &&
               (*at == '>' || *at == ' ' || *at == '\t' || *at == '\r' || (guint8)*at == 0xC2 || (guint8)*at == 0xA0))
            at++;
        if (at == stop)
            blank = line > 0; /* line 0 is the rest of the marker's */
        else if (blank || memchr(at, ':', (gsize)(stop - at)) == NULL)
            return line == 0 ? NULL : at;
        if (feed == NULL)
            break;
        at = feed + 1;
    }
    return NULL;
}

bool
exeat_encryption_in_text(const char *text, gsize length)
{
    static const char marker[] = "-----BEGIN PGP MESSAGE-----";
    const char *end = text + length, *at = text;
    for (guint tries = 0; tries < 8 && (at = memmem(at, (gsize)(end - at), marker, sizeof marker - 1)) != NULL;
         tries++) {
        at += sizeof marker - 1;
        const char *body = encryption_armour_body(at, end);
        if (body == NULL || end - body < 4)
            continue;
        gsize size = 0;
        g_autofree char *quad = g_strndup(body, 4);
        g_autofree guchar *packet = g_base64_decode(quad, &size);
        if (size >= 1 && encryption_pgp_is_sealed(encryption_pgp_tag(packet[0])))
            return true;
    }
    return false;
}

/* The end of central directory record (APPNOTE 4.3.16), or NULL. */
static const guint8 *
encryption_zip_end(const guint8 *data, gsize length)
{
    if (length < 22)
        return NULL;
    gsize lowest = length > 65557 ? length - 65557 : 0;
    for (gsize at = length - 22;; at--) {
        if (memcmp(data + at, "PK\x05\x06", 4) == 0)
            return data + at;
        if (at == lowest)
            return NULL;
    }
}

/* Reads the central directory. False if anything in it is odd: the inspector shall look. */
static bool
encryption_of_zip(const guint8 *data, gsize length, ExeatEncryption *out)
{
    const guint8 *end = encryption_zip_end(data, length);
    if (end == NULL)
        return false;
    guint count = encryption_le16(end + 10), sealed = 0, weak = 0, plain = 0;
    gsize at = encryption_le32(end + 16), stop = (gsize)(end - data);
    for (guint i = 0; i < MIN(count, ZIP_MEMBERS); i++) {
        if (at > stop || stop - at < 46 || memcmp(data + at, "PK\x01\x02", 4) != 0)
            return false;
        const guint8 *entry = data + at;
        guint flags = encryption_le16(entry + 8), method = encryption_le16(entry + 10);
        gsize name = encryption_le16(entry + 28), local = encryption_le32(entry + 42);
        if (stop - at < 46 + name || local > stop || stop - local < 30 || memcmp(data + local, "PK\x03\x04", 4) != 0)
            return false;
        if ((flags & 1) != (encryption_le16(data + local + 6) & 1) || (flags & 0x2040) != 0)
            return false;
        bool directory = name > 0 && entry[45 + name] == '/' && encryption_le32(entry + 24) == 0;
        if ((flags & 1) == 0)
            plain += !directory;
        else if (method == 99)
            sealed++;
        else
            weak++;
        at += 46 + name + encryption_le16(entry + 30) + encryption_le16(entry + 32);
    }
    if (sealed + weak == 0 || count == 0xFFFF)
        return false;
    *out = plain > 0 ? EXEAT_ENCRYPTION_PARTIAL : weak > 0 ? EXEAT_ENCRYPTION_WEAK : EXEAT_ENCRYPTION_YES;
    return true;
}

/* A compound file whose directory has a stream "EncryptedPackage" (MS-CFB 2.6.1: entries of 128 bytes). */
static bool
encryption_is_sealed_ooxml(const guint8 *data, gsize length)
{
    static const char name[] = "encryptedpackage";
    for (gsize at = 512; at + 128 <= length; at += 128) {
        if (encryption_le16(data + at + 64) != 34 || data[at + 66] != 2)
            continue;
        gsize i = 0;
        while (i < sizeof name - 1 && g_ascii_tolower((char)data[at + 2 * i]) == name[i] && data[at + 2 * i + 1] == 0)
            i++;
        if (i == sizeof name - 1)
            return true;
    }
    return false;
}

/* 7z whose end header is itself encrypted: names are hidden, and so is all the rest. */
static bool
encryption_is_sealed_7z(const guint8 *data, gsize length)
{
    static const guint8 aes[] = {0x06, 0xF1, 0x07, 0x01};
    if (length < 32)
        return false;
    guint64 offset = encryption_le32(data + 12) | (guint64)encryption_le32(data + 16) << 32;
    guint64 size = encryption_le32(data + 20) | (guint64)encryption_le32(data + 24) << 32;
    if (offset > length - 32 || size > length - 32 - offset || size == 0)
        return false;
    const guint8 *header = data + 32 + offset;
    return header[0] == 0x17 && memmem(header, (gsize)size, aes, sizeof aes) != NULL;
}

static void
encryption_set(ExeatPart *part, ExeatEncryption encryption)
{
    part->encryption = encryption;
    if (encryption == EXEAT_ENCRYPTION_YES || encryption == EXEAT_ENCRYPTION_WEAK)
        g_clear_pointer(&part->unreadable, g_free);
}

static void
encryption_detect_archive(ExeatPart *part, const ExeatContent *content)
{
    bool cut = false;
    gsize length = 0;
    g_autofree char *data = exeat_content_decode(content, ARCHIVE_BYTES, &length, &cut);
    if (cut)
        return;
    const guint8 *bytes = (const guint8 *)data;
    ExeatEncryption found = EXEAT_ENCRYPTION_NO;
    if (data[0] == 'P') {
        if (encryption_of_zip(bytes, length, &found))
            encryption_set(part, found);
    } else if (data[0] == '7' ? encryption_is_sealed_7z(bytes, length) : encryption_is_sealed_ooxml(bytes, length)) {
        encryption_set(part, EXEAT_ENCRYPTION_YES);
    }
}

void
exeat_encryption_detect(ExeatPart *part, const ExeatContent *content, const char *head, gsize length)
{
    bool sealed = false;
    if (part->kind == EXEAT_PART_SIGNATURE)
        return;
    if (exeat_encryption_is_cms((const guint8 *)head, length, &sealed)) {
        if (sealed)
            encryption_set(part, EXEAT_ENCRYPTION_YES);
        return;
    }
    if (part->kind == EXEAT_PART_TEXT) {
        if (exeat_encryption_in_text(head, length))
            encryption_set(part, EXEAT_ENCRYPTION_YES);
        return;
    }
    /* A zip whose first member is plain may still be mixed, but then the inspector reads it anyway. */
    bool zip = length >= 30 && memcmp(head, "PK\x03\x04", 4) == 0 && (head[6] & 1) != 0;
    bool compound = length >= 8 && memcmp(head, "\xD0\xCF\x11\xE0", 4) == 0;
    bool seven = length >= 8 && memcmp(head, "7z\xBC\xAF", 4) == 0;
    if (zip || compound || seven)
        encryption_detect_archive(part, content);
    else if (part->file_name != NULL && length > 2 &&
             (g_str_has_suffix(part->file_name, ".pgp") || g_str_has_suffix(part->file_name, ".gpg")) &&
             encryption_pgp_is_sealed(encryption_pgp_tag((guint8)head[0])))
        encryption_set(part, EXEAT_ENCRYPTION_YES);
}
