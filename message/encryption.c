/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Encryption that a letter's own structure tells: S/MIME by its object identifier, OpenPGP by its first packet. That of
 * files is the inspector's to tell.
 *
 * Owns nothing, any thread. Every read is inside the bytes that were given.
 */
#include "message/sniff.h"

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

static void
encryption_set(ExeatPart *part, ExeatEncryption encryption)
{
    part->encryption = encryption;
    if (encryption == EXEAT_ENCRYPTION_YES || encryption == EXEAT_ENCRYPTION_WEAK)
        g_clear_pointer(&part->unreadable, g_free);
}

static bool
encryption_ends_with(const ExeatPart *part, const char *ending)
{
    return part->file_name != NULL && g_str_has_suffix(part->file_name, ending);
}

void
exeat_encryption_detect(ExeatPart *part, const char *head, gsize length)
{
    bool sealed = false;
    if (part->kind == EXEAT_PART_SIGNATURE)
        return;
    if (exeat_encryption_is_cms((const guint8 *)head, length, &sealed)) {
        if (sealed)
            encryption_set(part, EXEAT_ENCRYPTION_YES);
    } else if (part->kind == EXEAT_PART_TEXT) {
        if (exeat_encryption_in_text(head, length))
            encryption_set(part, EXEAT_ENCRYPTION_YES);
    } else if ((encryption_ends_with(part, ".pgp") || encryption_ends_with(part, ".gpg")) && length > 2 &&
               encryption_pgp_is_sealed(encryption_pgp_tag((guint8)head[0]))) {
        encryption_set(part, EXEAT_ENCRYPTION_YES);
    }
}
