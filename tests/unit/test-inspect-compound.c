/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compound files: which format one is, what seals it, what is packed in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "message/inspect/office_crypt.h"
#include "tests/unit/compound_builder.h"

#define SPIN_COUNT_MAX 200000
#define STORAGE_CHILDREN_MAX 4096
#define STORAGE_ENTRIES_MAX 16384
#define CHUNKS_MOST 4096
#define PROPERTIES_COUNT_MAX 1024

typedef struct Row {
    const char *name;
    const char *streams[3];
    const char *want;
} Row;

static const Row rows[] = {
    {"sealed Office", {"EncryptionInfo", "EncryptedPackage"}, "application/x-ooxml-encrypted yes unreadable=encrypted"},
    {"the same in capitals", {"ENCRYPTIONINFO", "ENCRYPTEDPACKAGE"}, "application/x-ooxml-encrypted yes"},
    {"rights management", {"\011DRMContent"}, "application/x-ole-rights-managed yes"},
    {"rights of a document", {"WordDocument", "\011DRMContent"}, "application/x-ole-rights-managed yes"},
    {"Visio", {"VisioDocument"}, "application/vnd.visio no unreadable=a format that cannot be read"},
    {"Project", {"Props14"}, "application/vnd.ms-project no unreadable=a format"},
    {"Publisher without text", {"Quill/QuillSub/CONTENTS"}, "application/x-mspublisher no unreadable=a format"},
    {"Word that is none", {"WordDocument"}, "application/msword no unreadable=damaged"},
    {"unknown", {"Whatever"}, "application/x-ole-storage no unreadable=a format that cannot be read"},
    {"macros of Word", {"Visio", "Macros/VBA/dir"}, "suspicious=macros"},
    {"macros of Excel", {"Workbook", "_VBA_PROJECT_CUR/VBA/dir"}, "suspicious=macros"},
};

static void
test_kinds(G_GNUC_UNUSED void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        BuiltStream streams[3];
        gsize count = 0;
        for (; count < G_N_ELEMENTS(streams) && rows[i].streams[count] != NULL; count++)
            streams[count] = (BuiltStream){rows[i].streams[count], "\1\2\3\4", 4};
        g_autofree char *dump = inspect_compound(streams, count);
        if (strstr(dump, rows[i].want) == NULL)
            fail_msg("%s: %s", rows[i].name, dump);
    }
}

static void
test_damaged(G_GNUC_UNUSED void **state)
{
    const BuiltStream stream = {"VisioDocument", "x", 1};
    g_autoptr(GByteArray) file = build_compound(&stream, 1);
    g_autofree char *cut = inspect_bytes(file->data, 300, NULL);
    assert_found(cut, "application/x-ole-storage no unreadable=a damaged compound file");
    build_at(file, 48, 0xFFFFFFF0, 4); /* the directory is nowhere */
    g_autofree char *lost = inspect_bytes(file->data, file->len, NULL);
    assert_found(lost, "unreadable=");
}

/* --- sealed packages; the keys are made here once more, from the specification --- */

static void
sha(const char *name, const GByteArray *data, guint8 *out)
{
    EVP_MD *md = EVP_MD_fetch(NULL, name, NULL);
    assert_int_equal(EVP_Digest(data->data, data->len, out, NULL, md, NULL), 1);
    EVP_MD_free(md);
}

static void
sha_two(const char *name, const void *one, gsize one_length, const void *other, gsize other_length, guint8 *out)
{
    g_autoptr(GByteArray) both = g_byte_array_new();
    build_bytes(both, one, one_length);
    build_bytes(both, other, other_length);
    sha(name, both, out);
}

static void
aes_seal(const char *mode, const guint8 *key, const guint8 *iv, const void *data, gsize length, GByteArray *out)
{
    EVP_CIPHER *cipher = EVP_CIPHER_fetch(NULL, mode, NULL);
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    guint at = out->len;
    int done = 0;
    build_zeros(out, length);
    EVP_EncryptInit_ex2(context, cipher, key, iv, NULL);
    EVP_CIPHER_CTX_set_padding(context, 0);
    EVP_EncryptUpdate(context, out->data + at, &done, data, (int)length);
    assert_int_equal((gsize)done, length);
    EVP_CIPHER_CTX_free(context);
    EVP_CIPHER_free(cipher);
}

static const char salt[17] = "0123456789abcdef";
static const char secret[33] = "{\\rtf1 the text that was sealed}";

static void
spin(const char *name, gsize digest, const char *password, guint rounds, guint8 *hash)
{
    g_autoptr(GByteArray) wide = g_byte_array_new();
    build_wide(wide, password);
    sha_two(name, salt, 16, wide->data, wide->len, hash);
    for (guint32 i = 0; i < rounds; i++) {
        const guint8 number[4] = {(guint8)i, (guint8)(i >> 8), (guint8)(i >> 16), 0};
        sha_two(name, number, 4, hash, digest, hash);
    }
}

static char *
standard(const char *password)
{
    guint8 hash[64], block[64], key[64], verifier_hash[64] = {0};
    g_autoptr(GByteArray) info = g_byte_array_new(), package = g_byte_array_new();
    spin("SHA1", 20, password, 50000, hash);
    sha_two("SHA1", hash, 20, "\0\0\0", 4, hash);
    memset(block, 0x36, sizeof block);
    for (gsize i = 0; i < 20; i++)
        block[i] ^= hash[i];
    sha_two("SHA1", block, 64, "", 0, key);
    build_le(info, 4, 2);
    build_le(info, 2, 2);
    build_le(info, 0x24, 4);
    build_le(info, 40, 4); /* the header: only the size of the key is of interest */
    build_zeros(info, 40);
    build_at(info, 12 + 16, 128, 4);
    build_le(info, 16, 4);
    build_bytes(info, salt, 16);
    sha_two("SHA1", "fedcba9876543210", 16, "", 0, verifier_hash);
    memset(verifier_hash + 20, 0, 12);
    aes_seal("AES-128-ECB", key, NULL, "fedcba9876543210", 16, info);
    build_le(info, 20, 4);
    aes_seal("AES-128-ECB", key, NULL, verifier_hash, 32, info);
    build_le(package, 32, 8);
    aes_seal("AES-128-ECB", key, NULL, secret, 32, package);
    const BuiltStream streams[] = {{"EncryptionInfo", info->data, info->len},
                                   {"EncryptedPackage", package->data, package->len}};
    return inspect_compound(streams, G_N_ELEMENTS(streams));
}

static void
test_standard(G_GNUC_UNUSED void **state)
{
    g_autofree char *open = standard("VelvetSweatshop");
    assert_found(open, "[] application/x-ooxml-encrypted default-password unreadable=- ");
    assert_found(open, "[package] application/rtf no");
    assert_found(open, "the text that was sealed");
    g_autofree char *sealed = standard("velvetsweatshop");
    assert_found(sealed, "[] application/x-ooxml-encrypted yes unreadable=encrypted");
    assert_missing(sealed, "the text");
}

static char *
agile_field(const guint8 *hash, const char *purpose, const void *data, gsize length)
{
    guint8 key[64];
    g_autoptr(GByteArray) out = g_byte_array_new();
    sha_two("SHA512", hash, 64, purpose, 8, key);
    aes_seal("AES-256-CBC", key, (const guint8 *)salt, data, length, out);
    return g_base64_encode(out->data, out->len);
}

static char *
agile(const char *password, guint rounds)
{
    guint8 hash[64], verifier_hash[64], iv[64];
    const char *key = "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk";
    spin("SHA512", 64, password, rounds, hash);
    sha_two("SHA512", "fedcba9876543210", 16, "", 0, verifier_hash);
    g_autofree char *verifier = agile_field(hash, "\xFE\xA7\xD2\x76\x3B\x4B\x9E\x79", "fedcba9876543210", 16);
    g_autofree char *value = agile_field(hash, "\xD7\xAA\x0F\x6D\x30\x61\x34\x4E", verifier_hash, 64);
    g_autofree char *sealed_key = agile_field(hash, "\x14\x6E\x0B\xE7\xAB\xAC\xD0\xD6", key, 32);
    g_autofree char *base_salt = g_base64_encode((const guint8 *)salt, 16);
    g_autofree char *xml = g_strdup_printf(
        "<encryption xmlns=\"http://schemas.microsoft.com/office/2006/encryption\" xmlns:p=\"urn:p\"><keyData "
        "saltValue=\"%s\" hashAlgorithm=\"SHA512\"/><keyEncryptors><keyEncryptor><p:encryptedKey spinCount=\"%u\" "
        "keyBits=\"256\" hashAlgorithm=\"SHA512\" saltValue=\"%s\" encryptedVerifierHashInput=\"%s\" "
        "encryptedVerifierHashValue=\"%s\" encryptedKeyValue=\"%s\"/></keyEncryptor></keyEncryptors></encryption>",
        base_salt, rounds, base_salt, verifier, value, sealed_key);
    g_autoptr(GByteArray) info = g_byte_array_new(), package = g_byte_array_new();
    build_le(info, 4, 2);
    build_le(info, 4, 2);
    build_le(info, 0x40, 4);
    build_bytes(info, xml, strlen(xml));
    build_le(package, 31, 8);
    sha_two("SHA512", salt, 16, "\0\0\0", 4, iv);
    aes_seal("AES-256-CBC", (const guint8 *)key, iv, secret, 32, package);
    const BuiltStream streams[] = {{"EncryptionInfo", info->data, info->len},
                                   {"EncryptedPackage", package->data, package->len}};
    return inspect_compound(streams, G_N_ELEMENTS(streams));
}

static void
test_agile(G_GNUC_UNUSED void **state)
{
    g_autofree char *open = agile("VelvetSweatshop", 1000);
    assert_found(open, "[] application/x-ooxml-encrypted default-password unreadable=- ");
    assert_found(open, "the text that was sealed");
    g_autofree char *sealed = agile("a word of their own", 1000);
    assert_found(sealed, "[] application/x-ooxml-encrypted yes unreadable=encrypted");
}

/* More rounds than the limit are not tried. */
static void
test_spin_count(G_GNUC_UNUSED void **state)
{
    for (guint rounds = SPIN_COUNT_MAX - 1; rounds <= SPIN_COUNT_MAX + 1; rounds++) {
        g_autofree char *dump = agile("VelvetSweatshop", rounds);
        assert_found(dump, rounds <= SPIN_COUNT_MAX ? " default-password " : " yes unreadable=encrypted");
    }
}

/* --- what is packed --- */

static void
test_objects(G_GNUC_UNUSED void **state)
{
    g_autoptr(GByteArray) native = g_byte_array_new();
    build_le(native, 12, 4);
    build_bytes(native, "{\\rtf1 raw}\n", 12);
    const BuiltStream streams[] = {
        {"Workbook", "", 0},
        {"MBD0001/Package", "{\\rtf1 packed}", 14},
        {"MBD0002/\001Ole10Native", native->data, native->len},
        {"ObjectPool/_3/CONTENTS", "{\\rtf1 pooled}", 14},
        {"ObjectPool/_4/Equation Native", "x+y", 3},
        {"ObjectPool/_5/VisioDocument", "v", 1},
        {"ObjectPool/_6/\001Ole10Native", "", 0}, /* once read from nowhere */
    };
    g_autofree char *dump = inspect_compound(streams, G_N_ELEMENTS(streams));
    assert_found(dump, "[MBD0001] application/rtf no unreadable=- suspicious=-\npacked");
    assert_found(dump, "[object] application/rtf no unreadable=- suspicious=-\nraw");
    assert_found(dump, "[_3] application/rtf no unreadable=- suspicious=-\npooled");
    assert_missing(dump, "[_4]");
    assert_found(dump, "[_5] application/vnd.visio no");
}

/* A very deep object ends somewhere, and the rest of the file is read. */
static void
test_nested_storages(G_GNUC_UNUSED void **state)
{
    g_autoptr(GString) path = g_string_new("ObjectPool/_1");
    for (guint i = 0; i < 40; i++)
        g_string_append(path, "/deeper");
    g_string_append(path, "/VisioDocument");
    const BuiltStream streams[] = {
        {"VisioDocument", "v", 1}, {path->str, "v", 1}, {"ObjectPool/_2/Package", "{\\rtf1 next}", 12}};
    g_autofree char *dump = inspect_compound(streams, G_N_ELEMENTS(streams));
    assert_found(dump, "[_1] application/x-ole-storage no unreadable=a format that cannot be read");
    assert_found(dump, "next");
}

/* libgsf is not asked for a directory of more entries. */
static void
test_entries(G_GNUC_UNUSED void **state)
{
    for (guint count = STORAGE_ENTRIES_MAX - 1; count <= STORAGE_ENTRIES_MAX + 1; count++) {
        g_autofree BuiltStream *streams = g_new0(BuiltStream, count);
        g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
        guint folders = 16, made = 0;
        for (; made + folders + 1 < count; made++) { /* the root and the folders are entries too */
            g_ptr_array_add(names, g_strdup_printf("F%02u/A%06u", made % folders, made));
            streams[made] = (BuiltStream){names->pdata[made], "", 0};
        }
        streams[made - 1].path = "VisioDocument";
        g_autofree char *dump = inspect_compound(streams, made);
        assert_found(dump, count <= STORAGE_ENTRIES_MAX ? "application/vnd.visio" : "a damaged compound file");
    }
}

/* What stands behind so many entries of one storage is not seen. */
static void
test_children(G_GNUC_UNUSED void **state)
{
    for (guint count = STORAGE_CHILDREN_MAX - 1; count <= STORAGE_CHILDREN_MAX + 1; count++) {
        g_autofree BuiltStream *streams = g_new0(BuiltStream, count);
        g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
        for (guint i = 0; i < count; i++) {
            g_ptr_array_add(names, i + 1 < count ? g_strdup_printf("A%06u", i) : g_strdup("Zlast/VisioDocument"));
            streams[i] = (BuiltStream){names->pdata[i], "", 0};
        }
        streams[count - 1].path = "VisioDocument";
        g_autofree char *dump = inspect_compound(streams, count);
        assert_found(dump, count <= STORAGE_CHILDREN_MAX ? "application/vnd.visio" : "application/x-ole-storage");
    }
}

/* --- properties --- */

static GByteArray *
property_set(guint count)
{
    GByteArray *set = g_byte_array_new();
    build_le(set, 0xFFFE, 2);
    build_zeros(set, 22);
    build_le(set, 1, 4);
    build_zeros(set, 16);
    build_le(set, 48, 4);
    build_le(set, 0, 4);
    build_le(set, count + 1, 4);
    build_le(set, 1, 4); /* the code page */
    build_le(set, 8 + (count + 1) * 8, 4);
    for (guint i = 0; i < count; i++) {
        build_le(set, i + 1 == count ? 2 : 4096, 4);
        build_le(set, i + 1 == count ? 16 + (count + 1) * 8 : 0xFFFFFF, 4);
    }
    build_le(set, 2, 4);
    build_le(set, 1251, 4);
    build_le(set, 0x1E, 4);
    build_le(set, 4, 4);
    build_bytes(set, "\xCC\xE8\xF0", 4);
    return set;
}

static void
test_properties(G_GNUC_UNUSED void **state)
{
    for (guint count = PROPERTIES_COUNT_MAX - 1; count <= PROPERTIES_COUNT_MAX + 1; count++) {
        g_autoptr(GByteArray) set = property_set(count - 1); /* and the code page */
        const BuiltStream streams[] = {{"VisioDocument", "v", 1}, {"\005SummaryInformation", set->data, set->len}};
        g_autofree char *dump = inspect_compound(streams, G_N_ELEMENTS(streams));
        if (count <= PROPERTIES_COUNT_MAX)
            assert_found(dump, "\xD0\x9C\xD0\xB8\xD1\x80");
        else
            assert_missing(dump, "\xD0\x9C\xD0\xB8\xD1\x80");
    }
}

static void
test_publisher(G_GNUC_UNUSED void **state)
{
    g_autoptr(GByteArray) text = g_byte_array_new();
    build_bytes(text, "CHNKINK ", 8);
    build_zeros(text, 24);
    build_le(text, 0x18, 2);
    build_bytes(text, "TEXT\0\0\1\0\0\0TEXT", 14);
    build_le(text, 56, 4);
    build_le(text, 26, 4);
    build_wide(text, "Sports day\rYr");
    const BuiltStream streams[] = {{"Quill/QuillSub/CONTENTS", text->data, text->len}};
    g_autofree char *dump = inspect_compound(streams, 1);
    assert_found(dump, "application/x-mspublisher no unreadable=- suspicious=-\nSports day\nYr");
}

/* The list of chunks is read so far. */
static void
test_chunks(G_GNUC_UNUSED void **state)
{
    for (guint count = CHUNKS_MOST - 1; count <= CHUNKS_MOST + 1; count++) {
        g_autoptr(GByteArray) text = g_byte_array_new();
        build_zeros(text, 32 + (gsize)count * 24);
        gsize last = 32 + (gsize)(count - 1) * 24;
        memcpy(text->data + last + 2, "TEXT", 4);
        build_at(text, last + 16, text->len, 4);
        build_at(text, last + 20, 8, 4);
        build_wide(text, "last");
        g_autofree char *dump = inspect_stream("Quill/QuillSub/CONTENTS", text);
        assert_int_equal(strstr(dump, "\nlast") != NULL, count <= CHUNKS_MOST);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kinds),           cmocka_unit_test(test_damaged),    cmocka_unit_test(test_standard),
        cmocka_unit_test(test_agile),           cmocka_unit_test(test_spin_count), cmocka_unit_test(test_objects),
        cmocka_unit_test(test_nested_storages), cmocka_unit_test(test_children),   cmocka_unit_test(test_properties),
        cmocka_unit_test(test_publisher),       cmocka_unit_test(test_entries),    cmocka_unit_test(test_chunks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
