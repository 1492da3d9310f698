/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * S/MIME (CMS, RFC 5652) by OpenSSL's parser, and PKCS#12. Enveloped data is what the policy asks for; signed and
 * compressed data are readable by anybody, so what is inside is unwrapped and read. A PKCS#12 file holds a private key:
 * sealed, but nothing to mail.
 *
 * Hostile input. OpenSSL bounds its own recursion; the content of a signature is bounded by the file.
 */
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <string.h>

#include "message/inspect/auto.h"
#include "message/inspect/formats.h"
#include "message/sniff.h"

#define CMS_BROKEN "damaged S/MIME content"

static CMS_ContentInfo *
cms_parse_armoured(BIO *bytes)
{
    char *name = NULL, *header = NULL;
    unsigned char *der = NULL;
    long length = 0;
    if (!PEM_read_bio(bytes, &name, &header, &der, &length))
        return NULL;
    const unsigned char *at = der;
    CMS_ContentInfo *cms = d2i_CMS_ContentInfo(NULL, &at, length);
    OPENSSL_free(name);
    OPENSSL_free(header);
    OPENSSL_free(der);
    return cms;
}

static CMS_ContentInfo *
cms_parse(const ExeatFile *file)
{
    g_autoptr(BIO) bytes = BIO_new_mem_buf(file->data, (int)MIN(file->length, (gsize)G_MAXINT));
    if (file->length > 5 && memcmp(file->data, "-----", 5) == 0)
        return cms_parse_armoured(bytes);
    return d2i_CMS_bio(bytes, NULL);
}

static void
cms_hand_on(ExeatInspection *inspection, const guint8 *data, gsize length)
{
    const ExeatFile inner = {.name = "signed content", .type = "message/rfc822", .data = data, .length = length};
    exeat_inspection_member(inspection, &inner);
}

static void
cms_read_signed(ExeatInspection *inspection, CMS_ContentInfo *cms)
{
    ASN1_OCTET_STRING **content = CMS_get0_content(cms);
    if (content != NULL && *content != NULL) /* else detached: a signature over something that stands elsewhere */
        cms_hand_on(inspection, ASN1_STRING_get0_data(*content), (gsize)ASN1_STRING_length(*content));
}

/* RFC 3274, with zlib inside. */
static void
cms_read_compressed(ExeatInspection *inspection, CMS_ContentInfo *cms, gsize packed)
{
    g_autoptr(BIO) out = BIO_new(BIO_s_mem());
    char *data = NULL;
    if (!CMS_uncompress(cms, NULL, out, 0)) {
        exeat_inspection_unreadable(inspection, "compressed S/MIME content");
        return;
    }
    gsize length = (gsize)BIO_get_mem_data(out, &data);
    if (exeat_inspection_count(inspection, length) && exeat_inspection_ratio(inspection, length, packed))
        cms_hand_on(inspection, (const guint8 *)data, length);
}

static void
cms_read_content(ExeatInspection *inspection, CMS_ContentInfo *cms, gsize length)
{
    switch (OBJ_obj2nid(CMS_get0_type(cms))) {
    case NID_pkcs7_enveloped:
    case NID_pkcs7_encrypted:
    case NID_id_smime_ct_authEnvelopedData:
        exeat_inspection_encrypted(inspection, EXEAT_ENCRYPTION_YES);
        return;
    case NID_pkcs7_signed:
        cms_read_signed(inspection, cms);
        return;
    case NID_id_smime_ct_compressedData:
        cms_read_compressed(inspection, cms, length);
        return;
    default:
        exeat_inspection_unreadable(inspection, "S/MIME content of an unknown kind");
    }
}

/* What cannot be parsed to its end may still say at its beginning that it is sealed: a reader without the key sees no
 * more of it. */
static void
cms_read_outline(ExeatInspection *inspection, const ExeatFile *file)
{
    bool sealed = false;
    bool cms = exeat_encryption_is_cms(file->data, file->length, &sealed), armoured = file->data[0] == '-';
    if (!cms && !armoured) { /* so it is PKCS#12: formats.c knows no other */
        exeat_inspection_type(inspection, "application/x-pkcs12");
        exeat_inspection_encrypted(inspection, EXEAT_ENCRYPTION_YES);
        exeat_inspection_suspicious(inspection, "a private key");
    } else if (sealed) {
        exeat_inspection_encrypted(inspection, EXEAT_ENCRYPTION_YES);
    } else {
        exeat_inspection_unreadable(inspection, CMS_BROKEN);
    }
}

void
exeat_cms_read(ExeatInspection *inspection, const ExeatFile *file)
{
    g_autoptr(CMS_ContentInfo) cms = cms_parse(file);
    if (cms != NULL)
        cms_read_content(inspection, cms, file->length);
    else
        cms_read_outline(inspection, file);
    ERR_clear_error();
}
