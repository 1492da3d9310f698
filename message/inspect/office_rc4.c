/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * RC4 as the binary formats of Office use it (MS-OFFCRYPTO 2.3.5, 2.3.6): 40 bits by MD5, or CryptoAPI with SHA-1. RC4
 * itself stands here, since OpenSSL keeps it in a module that a sandbox could not load; it is no secret that it guards
 * nothing, and here it opens files whose password everybody has.
 *
 * Owns its key, one thread. Hostile: every field of the header.
 */
#include "message/inspect/office_crypt.h"

#define RC4_KEY_SIZE 16

struct ExeatRc4 {
    guint8 hash[EXEAT_DIGEST_MAX]; /* what the key of a block is made from */
    gsize hash_length;
    gsize key_bytes;
    bool is_sha1;
};

static void
rc4_apply(const guint8 *key, gsize key_length, guint8 *data, gsize length)
{
    guint8 box[256], j = 0;
    for (guint i = 0; i < 256; i++)
        box[i] = (guint8)i;
    for (guint i = 0; i < 256; i++) {
        j = (guint8)(j + box[i] + key[i % key_length]);
        guint8 swap = box[i];
        box[i] = box[j];
        box[j] = swap;
    }
    j = 0;
    for (gsize n = 0; n < length; n++) {
        guint8 i = (guint8)(n + 1);
        j = (guint8)(j + box[i]);
        guint8 swap = box[i];
        box[i] = box[j];
        box[j] = swap;
        data[n] ^= box[(guint8)(box[i] + box[j])];
    }
}

static bool
rc4_hash(bool is_sha1, ExeatBytes one, ExeatBytes other, guint8 out[EXEAT_DIGEST_MAX])
{
    EVP_MD *md = EVP_MD_fetch(NULL, is_sha1 ? "SHA1" : "MD5", NULL);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool ok = md != NULL && context != NULL && exeat_office_digest(context, md, one, other, out);
    EVP_MD_CTX_free(context);
    EVP_MD_free(md);
    return ok;
}

/* Blocks of one key of 128 bits, of which 40 count: salt and five bytes of the password's hash, sixteen times. */
static bool
rc4_derive_md5(ExeatRc4 *rc4, ExeatBytes salt, ExeatBytes password)
{
    guint8 hash[EXEAT_DIGEST_MAX];
    g_autoptr(GByteArray) many = g_byte_array_new();
    if (!rc4_hash(false, password, (ExeatBytes){password.data, 0}, hash))
        return false;
    for (guint i = 0; i < 16; i++) {
        g_byte_array_append(many, hash, 5);
        g_byte_array_append(many, salt.data, (guint)salt.length);
    }
    rc4->hash_length = 5;
    rc4->key_bytes = RC4_KEY_SIZE;
    return rc4_hash(false, (ExeatBytes){many->data, many->len}, (ExeatBytes){many->data, 0}, rc4->hash);
}

void
exeat_rc4_block(const ExeatRc4 *rc4, guint32 block, guint8 *data, gsize length)
{
    const guint8 number[4] = {(guint8)block, (guint8)(block >> 8), (guint8)(block >> 16), (guint8)(block >> 24)};
    guint8 key[EXEAT_DIGEST_MAX];
    if (!rc4_hash(rc4->is_sha1, (ExeatBytes){rc4->hash, rc4->hash_length}, (ExeatBytes){number, 4}, key))
        return;
    gsize key_bytes = rc4->key_bytes;
    if (rc4->is_sha1 && key_bytes == 5) { /* 40 bits come as a key of 128 whose rest is zero */
        memset(key + 5, 0, RC4_KEY_SIZE - 5);
        key_bytes = RC4_KEY_SIZE;
    }
    rc4_apply(key, key_bytes, data, length);
}

/* The verifier and its hash stand behind each other under the key of block 0. */
static bool
rc4_fits(const ExeatRc4 *rc4, ExeatBytes verifier, ExeatBytes verifier_hash)
{
    guint8 both[16 + 20], found[EXEAT_DIGEST_MAX];
    gsize hash_length = rc4->is_sha1 ? 20 : 16;
    if (verifier.length != 16 || verifier_hash.length != hash_length)
        return false;
    memcpy(both, verifier.data, 16);
    memcpy(both + 16, verifier_hash.data, hash_length);
    exeat_rc4_block(rc4, 0, both, 16 + hash_length);
    return rc4_hash(rc4->is_sha1, (ExeatBytes){both, 16}, (ExeatBytes){both, 0}, found) &&
           memcmp(found, both + 16, hash_length) == 0;
}

static bool
rc4_open_md5(ExeatRc4 *rc4, ExeatBytes header, ExeatBytes password)
{
    ExeatBytes salt = exeat_bytes_slice(header, 4, 16);
    return salt.length == 16 && rc4_derive_md5(rc4, salt, password) &&
           rc4_fits(rc4, exeat_bytes_slice(header, 20, 16), exeat_bytes_slice(header, 36, 16));
}

static bool
rc4_open_cryptoapi(ExeatRc4 *rc4, ExeatBytes header, ExeatBytes password)
{
    guint32 size = exeat_bytes_u32(header, 8), bits = exeat_bytes_u32(header, 12 + 16);
    ExeatBytes verifier = exeat_bytes_from(header, MIN(size, 65536U) + 12);
    if (bits == 0)
        bits = 40;
    if (exeat_bytes_u32(verifier, 0) != 16 || bits % 8 != 0 || bits > 128 || bits < 40)
        return false;
    rc4->is_sha1 = true;
    rc4->key_bytes = bits / 8;
    rc4->hash_length = 20;
    return rc4_hash(true, exeat_bytes_slice(verifier, 4, 16), password, rc4->hash) &&
           rc4_fits(rc4, exeat_bytes_slice(verifier, 20, 16), exeat_bytes_slice(verifier, 40, 20));
}

ExeatRc4 *
exeat_rc4_open(ExeatBytes header, const char *password)
{
    g_autoptr(ExeatRc4) rc4 = g_new0(ExeatRc4, 1);
    g_autoptr(GByteArray) wide = exeat_office_password(password);
    ExeatBytes bytes = {wide->data, wide->len};
    guint major = exeat_bytes_u16(header, 0), minor = exeat_bytes_u16(header, 2);
    bool fits = false;
    if (major == 1 && minor == 1)
        fits = rc4_open_md5(rc4, header, bytes);
    else if (minor == 2 && major >= 2 && major <= 4)
        fits = rc4_open_cryptoapi(rc4, header, bytes);
    return fits ? g_steal_pointer(&rc4) : NULL;
}

void
exeat_rc4_free(ExeatRc4 *rc4)
{
    g_free(rc4);
}
