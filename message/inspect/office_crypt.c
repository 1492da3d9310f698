/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sealed Office Open XML: Standard (AES-ECB, SHA-1) and Agile (AES-CBC, any SHA) encryption, tried with the passwords
 * that Office has of its own. The count of rounds is chosen by whoever sealed the file, so it is bounded here, and time
 * is asked for on the way.
 *
 * Owns its keys, one thread. Hostile: lengths, names of algorithms, XML.
 */
#include "message/inspect/office_crypt.h"

#include <libxml/parser.h>
#include <libxml/tree.h>

#include "message/auto.h"

#define SPIN_COUNT_MAX 200000
#define SPIN_STANDARD 50000
#define SPIN_STEP 4096
#define SALT_BYTES_MAX 64
#define INFO_BYTES_MAX 65536
#define AGILE_SEGMENT 4096

typedef struct Digest {
    EVP_MD *md;
    EVP_MD_CTX *context;
    gsize length;
} Digest;

typedef struct Agile {
    GBytes *package_salt, *salt, *verifier, *verifier_hash, *key;
    gsize key_bytes;
    guint spins;
    char *hash;
} Agile;

/* --- hashes and ciphers --- */

bool
exeat_office_digest(EVP_MD_CTX *context, const EVP_MD *digest, ExeatBytes one, ExeatBytes other,
                    guint8 out[EXEAT_DIGEST_MAX])
{
    return EVP_DigestInit_ex2(context, digest, NULL) == 1 && EVP_DigestUpdate(context, one.data, one.length) == 1 &&
           EVP_DigestUpdate(context, other.data, other.length) == 1 && EVP_DigestFinal_ex(context, out, NULL) == 1;
}

GByteArray *
exeat_office_password(const char *password)
{
    GByteArray *wide = g_byte_array_new();
    for (; *password != '\0'; password++)
        g_byte_array_append(wide, (const guint8[]){(guint8)*password, 0}, 2);
    return wide;
}

static bool
digest_open(Digest *digest, const char *name)
{
    *digest = (Digest){.md = EVP_MD_fetch(NULL, name, NULL), .context = EVP_MD_CTX_new()};
    digest->length = digest->md != NULL ? (gsize)EVP_MD_get_size(digest->md) : 0;
    return digest->md != NULL && digest->context != NULL;
}

static void
digest_close(Digest *digest)
{
    EVP_MD_CTX_free(digest->context);
    EVP_MD_free(digest->md);
}

static bool
digest_two(const Digest *digest, ExeatBytes one, ExeatBytes other, guint8 out[EXEAT_DIGEST_MAX])
{
    return exeat_office_digest(digest->context, digest->md, one, other, out);
}

/* The slow way from a password to a key: each round hashes its number and what the last one gave. */
static bool
digest_spin(ExeatInspection *inspection, const Digest *digest, ExeatBytes salt, const char *password, guint spins,
            guint8 out[EXEAT_DIGEST_MAX])
{
    g_autoptr(GByteArray) wide = exeat_office_password(password);
    bool ok = digest_two(digest, salt, (ExeatBytes){wide->data, wide->len}, out);
    for (guint32 i = 0; ok && i < spins; i++) {
        const guint8 number[4] = {(guint8)i, (guint8)(i >> 8), (guint8)(i >> 16), (guint8)(i >> 24)};
        ok = digest_two(digest, (ExeatBytes){number, sizeof number}, (ExeatBytes){out, digest->length}, out);
        if (i % SPIN_STEP == 0 && !exeat_inspection_goes_on(inspection))
            return false;
    }
    return ok;
}

/* AES without padding; @iv NULL for ECB. NULL if it can't be. (transfer full) */
static guint8 *
aes_open(ExeatBytes key, const guint8 *iv, ExeatBytes sealed)
{
    gsize length = sealed.length & ~(gsize)15;
    g_autofree char *name = g_strdup_printf("AES-%u-%s", (guint)key.length * 8, iv != NULL ? "CBC" : "ECB");
    g_autofree guint8 *open = g_malloc(length + 32);
    int done = 0;
    EVP_CIPHER *cipher = length <= G_MAXINT ? EVP_CIPHER_fetch(NULL, name, NULL) : NULL;
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    bool ok = cipher != NULL && EVP_DecryptInit_ex2(context, cipher, key.data, iv, NULL) == 1 &&
              EVP_CIPHER_CTX_set_padding(context, 0) == 1 &&
              EVP_DecryptUpdate(context, open, &done, sealed.data, (int)length) == 1 && (gsize)done == length;
    EVP_CIPHER_CTX_free(context);
    EVP_CIPHER_free(cipher);
    return ok ? g_steal_pointer(&open) : NULL;
}

/* --- Standard --- */

/* CryptDeriveKey of Windows: the hash over 64 bytes of one value, and of another, that it was mixed into. */
static bool
standard_key(const Digest *sha1, const guint8 *hash, guint8 out[2 * EXEAT_DIGEST_MAX])
{
    const guint8 values[] = {0x36, 0x5C};
    bool ok = true;
    for (gsize k = 0; k < G_N_ELEMENTS(values); k++) {
        guint8 block[64], half[EXEAT_DIGEST_MAX];
        memset(block, values[k], sizeof block);
        for (gsize i = 0; i < sha1->length; i++)
            block[i] ^= hash[i];
        ok = ok && digest_two(sha1, (ExeatBytes){block, sizeof block}, (ExeatBytes){block, 0}, half);
        memcpy(out + k * sha1->length, half, sha1->length);
    }
    return ok;
}

static bool
standard_fits(const Digest *sha1, ExeatBytes key, ExeatBytes verifier)
{
    guint8 hash[EXEAT_DIGEST_MAX];
    g_autofree guint8 *input = aes_open(key, NULL, exeat_bytes_slice(verifier, 20, 16));
    g_autofree guint8 *expected = aes_open(key, NULL, exeat_bytes_slice(verifier, 40, 32));
    return input != NULL && expected != NULL &&
           digest_two(sha1, (ExeatBytes){input, 16}, (ExeatBytes){input, 0}, hash) &&
           memcmp(hash, expected, sha1->length) == 0;
}

static GBytes *
standard_open(ExeatInspection *inspection, ExeatBytes info, ExeatBytes package, const char *password)
{
    gsize header = exeat_bytes_u32(info, 8), key_bytes = exeat_bytes_u32(info, 12 + 16) / 8;
    ExeatBytes verifier = exeat_bytes_from(info, MIN(header, INFO_BYTES_MAX) + 12);
    if (verifier.length < 72 || exeat_bytes_u32(verifier, 0) != 16 ||
        (key_bytes != 16 && key_bytes != 24 && key_bytes != 32))
        return NULL;
    Digest sha1;
    guint8 hash[EXEAT_DIGEST_MAX], key[2 * EXEAT_DIGEST_MAX];
    const guint8 block[4] = {0};
    GBytes *out = NULL;
    if (digest_open(&sha1, "SHA1") &&
        digest_spin(inspection, &sha1, exeat_bytes_slice(verifier, 4, 16), password, SPIN_STANDARD, hash) &&
        digest_two(&sha1, (ExeatBytes){hash, sha1.length}, (ExeatBytes){block, 4}, hash) &&
        standard_key(&sha1, hash, key) && standard_fits(&sha1, (ExeatBytes){key, key_bytes}, verifier)) {
        ExeatBytes sealed = exeat_bytes_from(package, 8);
        guint8 *open = aes_open((ExeatBytes){key, key_bytes}, NULL, sealed);
        gsize length = MIN(exeat_bytes_u64(package, 0), sealed.length & ~(gsize)15);
        out = open != NULL ? g_bytes_new_take(open, length) : NULL;
    }
    digest_close(&sha1);
    return out;
}

/* --- Agile --- */

static GBytes *
agile_binary(xmlNode *node, const char *name)
{
    xmlChar *value = xmlGetProp(node, (const xmlChar *)name);
    gsize length = 0;
    guint8 *bytes = value != NULL ? g_base64_decode((const char *)value, &length) : NULL;
    xmlFree(value);
    return g_bytes_new_take(bytes, length);
}

static guint
agile_number(xmlNode *node, const char *name)
{
    xmlChar *value = xmlGetProp(node, (const xmlChar *)name);
    guint64 number = value != NULL ? g_ascii_strtoull((const char *)value, NULL, 10) : 0;
    xmlFree(value);
    return (guint)MIN(number, G_MAXUINT);
}

static void
agile_take(GBytes **place, GBytes *value)
{
    if (*place != NULL)
        g_bytes_unref(*place);
    *place = value;
}

static void
agile_key(Agile *agile, xmlNode *node)
{
    xmlChar *hash = xmlGetProp(node, (const xmlChar *)"hashAlgorithm");
    g_free(agile->hash);
    agile->hash = g_strdup(hash != NULL ? (const char *)hash : "SHA1");
    xmlFree(hash);
    agile->spins = agile_number(node, "spinCount");
    agile->key_bytes = agile_number(node, "keyBits") / 8;
    agile_take(&agile->salt, agile_binary(node, "saltValue"));
    agile_take(&agile->verifier, agile_binary(node, "encryptedVerifierHashInput"));
    agile_take(&agile->verifier_hash, agile_binary(node, "encryptedVerifierHashValue"));
    agile_take(&agile->key, agile_binary(node, "encryptedKeyValue"));
}

static void
agile_walk(Agile *agile, xmlNode *node)
{
    for (; node != NULL; node = node->next) { /* encryption / keyEncryptors / keyEncryptor / encryptedKey */
        if (node->type != XML_ELEMENT_NODE)
            continue;
        if (xmlStrEqual(node->name, (const xmlChar *)"keyData"))
            agile_take(&agile->package_salt, agile_binary(node, "saltValue"));
        else if (xmlStrEqual(node->name, (const xmlChar *)"encryptedKey"))
            agile_key(agile, node);
        else
            agile_walk(agile, node->children);
    }
}

/* What one of the fields of the XML holds, opened with the password's own key for it. (transfer full) */
static guint8 *
agile_field(const Agile *agile, const Digest *digest, const guint8 *hash, const char *purpose, GBytes *sealed)
{
    guint8 key[EXEAT_DIGEST_MAX], iv[16];
    ExeatBytes salt = {NULL, 0}, bytes = {NULL, 0};
    salt.data = g_bytes_get_data(agile->salt, &salt.length);
    bytes.data = g_bytes_get_data(sealed, &bytes.length);
    memset(iv, 0x36, sizeof iv);
    memset(key, 0x36, sizeof key);
    memcpy(iv, salt.data, MIN(salt.length, sizeof iv));
    if (bytes.length < 16 ||
        !digest_two(digest, (ExeatBytes){hash, digest->length}, (ExeatBytes){(const guint8 *)purpose, 8}, key))
        return NULL;
    memset(key + digest->length, 0x36, sizeof key - digest->length);
    return aes_open((ExeatBytes){key, agile->key_bytes}, iv, bytes);
}

static bool
agile_fits(const Agile *agile, const Digest *digest, const guint8 *hash)
{
    guint8 found[EXEAT_DIGEST_MAX];
    g_autofree guint8 *input = agile_field(agile, digest, hash, "\xFE\xA7\xD2\x76\x3B\x4B\x9E\x79", agile->verifier);
    g_autofree guint8 *expected = agile_field(agile, digest, hash, "\xD7\xAA\x0F\x6D\x30\x61\x34\x4E",
                                              agile->verifier_hash);
    gsize have = g_bytes_get_size(agile->verifier_hash);
    return input != NULL && expected != NULL && (have & ~(gsize)15) >= digest->length && have <= sizeof found &&
           digest_two(digest, (ExeatBytes){input, g_bytes_get_size(agile->verifier) & ~(gsize)15},
                      (ExeatBytes){input, 0}, found) &&
           memcmp(found, expected, digest->length) == 0;
}

static GBytes *
agile_package(const Agile *agile, const Digest *digest, ExeatBytes key, ExeatBytes package)
{
    g_autoptr(GByteArray) out = g_byte_array_new();
    ExeatBytes salt = {NULL, 0}, sealed = exeat_bytes_from(package, 8);
    salt.data = g_bytes_get_data(agile->package_salt, &salt.length);
    for (guint32 i = 0; (gsize)i * AGILE_SEGMENT < sealed.length; i++) {
        guint8 iv[EXEAT_DIGEST_MAX];
        const guint8 number[4] = {(guint8)i, (guint8)(i >> 8), (guint8)(i >> 16), (guint8)(i >> 24)};
        ExeatBytes piece = exeat_bytes_slice(sealed, (gsize)i * AGILE_SEGMENT, AGILE_SEGMENT);
        if (!digest_two(digest, salt, (ExeatBytes){number, sizeof number}, iv))
            return NULL;
        g_autofree guint8 *open = aes_open(key, iv, piece);
        if (open == NULL)
            return NULL;
        g_byte_array_append(out, open, (guint)(piece.length & ~(gsize)15));
    }
    g_byte_array_set_size(out, (guint)MIN(exeat_bytes_u64(package, 0), out->len));
    return g_byte_array_free_to_bytes(g_steal_pointer(&out));
}

static bool
agile_is_sound(const Agile *agile)
{
    return agile->salt != NULL && agile->package_salt != NULL && agile->spins <= SPIN_COUNT_MAX &&
           g_bytes_get_size(agile->salt) > 0 && g_bytes_get_size(agile->salt) <= SALT_BYTES_MAX &&
           (agile->key_bytes == 16 || agile->key_bytes == 24 || agile->key_bytes == 32) &&
           g_bytes_get_size(agile->key) >= agile->key_bytes && g_bytes_get_size(agile->key) <= EXEAT_DIGEST_MAX;
}

static GBytes *
agile_try(ExeatInspection *inspection, const Agile *agile, ExeatBytes package, const char *password)
{
    Digest digest;
    guint8 hash[EXEAT_DIGEST_MAX];
    ExeatBytes salt = {NULL, 0};
    salt.data = g_bytes_get_data(agile->salt, &salt.length);
    GBytes *out = NULL;
    if (digest_open(&digest, agile->hash) && digest_spin(inspection, &digest, salt, password, agile->spins, hash) &&
        agile_fits(agile, &digest, hash)) {
        g_autofree guint8 *key = agile_field(agile, &digest, hash, "\x14\x6E\x0B\xE7\xAB\xAC\xD0\xD6", agile->key);
        if (key != NULL)
            out = agile_package(agile, &digest, (ExeatBytes){key, agile->key_bytes}, package);
    }
    digest_close(&digest);
    return out;
}

static GBytes *
agile_open(ExeatInspection *inspection, ExeatBytes info, ExeatBytes package, const char *password)
{
    ExeatBytes xml = exeat_bytes_slice(info, 8, INFO_BYTES_MAX);
    g_autoptr(xmlDoc)
        document = xmlReadMemory((const char *)xml.data, (int)xml.length, NULL, NULL,
                                 XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_RECOVER);
    Agile agile = {0};
    if (document != NULL)
        agile_walk(&agile, xmlDocGetRootElement(document));
    GBytes *out = agile_is_sound(&agile) ? agile_try(inspection, &agile, package, password) : NULL;
    agile_take(&agile.package_salt, NULL);
    agile_take(&agile.salt, NULL);
    agile_take(&agile.verifier, NULL);
    agile_take(&agile.verifier_hash, NULL);
    agile_take(&agile.key, NULL);
    g_free(agile.hash);
    return out;
}

bool
exeat_office_open(ExeatInspection *inspection, ExeatBytes info, ExeatBytes package, GBytes **out_package)
{
    static const char *const passwords[] = {EXEAT_EXCEL_PASSWORD, EXEAT_POWERPOINT_PASSWORD};
    guint major = exeat_bytes_u16(info, 0), minor = exeat_bytes_u16(info, 2);
    for (gsize i = 0; i < G_N_ELEMENTS(passwords); i++) {
        GBytes *opened = NULL;
        if (major == 4 && minor == 4)
            opened = agile_open(inspection, info, package, passwords[i]);
        else if (minor == 2 && major >= 2 && major <= 4)
            opened = standard_open(inspection, info, package, passwords[i]);
        if (opened != NULL) {
            *out_package = opened;
            return true;
        }
    }
    return false;
}
