/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * SipHash-2-4 after the authors' description. OpenSSL has it too, but only behind EVP_MAC: a context to initialise and
 * an indirect call for each word of a letter cost several times what hashing a six-letter word does, and every word of
 * every letter is hashed. Tested against the published vectors.
 *
 * Threads: no state. Hostile input: any bytes of any length.
 */
#include "directory/siphash.h"

static inline guint64
siphash_load(const guint8 *bytes)
{
    guint64 word;
    memcpy(&word, bytes, sizeof word);
    return GUINT64_FROM_LE(word);
}

static inline guint64
siphash_rotate(guint64 word, unsigned bits)
{
    return (word << bits) | (word >> (64 - bits));
}

static inline void
siphash_round(guint64 v[4])
{
    v[0] += v[1];
    v[1] = siphash_rotate(v[1], 13) ^ v[0];
    v[0] = siphash_rotate(v[0], 32);
    v[2] += v[3];
    v[3] = siphash_rotate(v[3], 16) ^ v[2];
    v[0] += v[3];
    v[3] = siphash_rotate(v[3], 21) ^ v[0];
    v[2] += v[1];
    v[1] = siphash_rotate(v[1], 17) ^ v[2];
    v[2] = siphash_rotate(v[2], 32);
}

guint64
exeat_siphash(const ExeatDirectoryKey *key, const void *data, gsize length)
{
    const guint8 *in = data;
    guint64 k0 = siphash_load(key->bytes);
    guint64 k1 = siphash_load(key->bytes + 8);
    guint64 v[4] = {k0 ^ 0x736f6d6570736575U, k1 ^ 0x646f72616e646f6dU, k0 ^ 0x6c7967656e657261U,
                    k1 ^ 0x7465646279746573U};

    for (gsize whole = length / 8; whole > 0; whole--, in += 8) {
        guint64 word = siphash_load(in);
        v[3] ^= word;
        siphash_round(v);
        siphash_round(v);
        v[0] ^= word;
    }
    guint64 last = (guint64)length << 56;
    for (gsize i = 0; i < length % 8; i++)
        last |= (guint64)in[i] << (8 * i);
    v[3] ^= last;
    siphash_round(v);
    siphash_round(v);
    v[0] ^= last;
    v[2] ^= 0xff;
    for (int i = 0; i < 4; i++)
        siphash_round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

ExeatDirectoryKey
exeat_siphash_subkey(const ExeatDirectoryKey *key, const char *purpose)
{
    ExeatDirectoryKey subkey;
    for (guint half = 0; half < 2; half++) {
        g_autofree char *label = g_strdup_printf("exeat %u %s", half, purpose);
        guint64 word = GUINT64_TO_LE(exeat_siphash(key, label, strlen(label)));
        memcpy(subkey.bytes + 8 * half, &word, sizeof word);
    }
    return subkey;
}
