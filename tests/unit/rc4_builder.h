/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sealing as the binary formats of Office do it, made once more from MS-OFFCRYPTO 2.3.5: RC4 of CryptoAPI, 128 bits. */
#ifndef EXEAT_TESTS_UNIT_RC4_BUILDER_H
#define EXEAT_TESTS_UNIT_RC4_BUILDER_H

#include "tests/unit/compound_builder.h"

static inline void
built_sha1(const void *one, gsize one_length, const void *other, gsize other_length, guint8 out[20])
{
    gsize length = 20;
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA1);
    g_checksum_update(sum, one, (gssize)one_length);
    g_checksum_update(sum, other, (gssize)other_length);
    g_checksum_get_digest(sum, out, &length);
}

/* Seals in place with the key of a block. */
static inline void
build_rc4(const char *password, guint32 block, guint8 *data, gsize length)
{
    guint8 key[20], box[256], j = 0;
    const guint8 number[4] = {(guint8)block, (guint8)(block >> 8), 0, 0};
    g_autoptr(GByteArray) wide = g_byte_array_new();
    build_wide(wide, password);
    built_sha1("0123456789abcdef", 16, wide->data, wide->len, key);
    built_sha1(key, 20, number, 4, key);
    for (guint i = 0; i < 256; i++)
        box[i] = (guint8)i;
    for (guint i = 0; i < 256; i++) {
        j = (guint8)(j + box[i] + key[i % 16]);
        guint8 swap = box[i];
        box[i] = box[j], box[j] = swap;
    }
    j = 0;
    for (gsize n = 0; n < length; n++) {
        guint8 i = (guint8)(n + 1), swap = box[i];
        j = (guint8)(j + swap);
        box[i] = box[j], box[j] = swap;
        data[n] ^= box[(guint8)(box[i] + box[j])];
    }
}

/* What a FILEPASS or CryptSession record says of it. */
static inline void
build_rc4_header(GByteArray *to, const char *password)
{
    guint8 both[36] = "fedcba9876543210";
    built_sha1(both, 16, "", 0, both + 16);
    build_rc4(password, 0, both, sizeof both);
    build_le(to, 2, 2);
    build_le(to, 2, 2);
    build_le(to, 4, 4);
    build_le(to, 32, 4);
    build_zeros(to, 16);
    build_le(to, 128, 4);
    build_zeros(to, 12);
    build_le(to, 16, 4);
    build_bytes(to, "0123456789abcdef", 16);
    build_bytes(to, both, 16);
    build_le(to, 20, 4);
    build_bytes(to, both + 16, 20);
}

#endif
