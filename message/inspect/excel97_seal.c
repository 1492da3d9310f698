/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sealed workbooks: a FILEPASS record near the start says how the bodies of all records behind it are scrambled (XOR,
 * RC4, RC4 of CryptoAPI). Headers of records stay in clear, and so do a few records that a program needs first.
 *
 * Owns nothing, one thread. Hostile: the header of FILEPASS, lengths of records.
 */
#include "message/inspect/excel97.h"

#include "message/inspect/office_crypt.h"

#define SEAL_RECORDS 64 /* FILEPASS stands among the first */
#define SEAL_BLOCK 1024

typedef struct ExcelXor {
    guint8 key[16];
    guint16 base, hash;
} ExcelXor;

/* --- XOR (MS-OFFCRYPTO 2.3.7, method 1) --- */

static guint16
xor_rotate(guint16 value, guint by, guint width)
{
    guint mask = (1U << width) - 1;
    return (guint16)((value << by | value >> (width - by)) & mask);
}

static guint16
xor_step(guint16 value)
{
    value = xor_rotate(value, 1, 16);
    return value & 1 ? value ^ 0x1020 : value;
}

static void
xor_keys(ExcelXor *seal, const char *password)
{
    static const guint8 fill[] = {0xBB, 0xFF, 0xFF, 0xBA, 0xFF, 0xFF, 0xB9, 0x80,
                                  0x00, 0xBE, 0x0F, 0x00, 0xBF, 0x0F, 0x00};
    gsize length = strlen(password);
    guint16 base = 0x8000, end = 0xFFFF, key = 0;
    seal->hash = (guint16)(length ^ 0xCE4B);
    for (gsize i = 0; i < length; i++) {
        guint8 c = (guint8)password[length - 1 - i];
        for (guint bit = 0; bit < 8; bit++) {
            base = xor_step(base);
            end = xor_step(end);
            if (bit < 7 && (c >> bit & 1))
                key ^= base;
        }
        seal->hash ^= xor_rotate((guint8)password[i], (guint)(i + 1) % 15, 15);
    }
    seal->base = key ^ end;
    for (gsize i = 0; i < sizeof seal->key; i++) {
        guint8 byte = i < length ? (guint8)password[i] : fill[i - length];
        byte ^= (guint8)(seal->base >> (i % 2 != 0 ? 8 : 0));
        seal->key[i] = (guint8)(byte << 2 | byte >> 6);
    }
}

static void
xor_open(const ExcelXor *seal, guint8 *data, gsize length, gsize offset)
{
    for (gsize i = 0; i < length; i++)
        data[i] = (guint8)((guint8)(data[i] << 3 | data[i] >> 5) ^ seal->key[(offset + length + i) % 16]);
}

/* --- the stream --- */

static bool
seal_is_plain(guint type)
{
    static const guint plain[] = {0x0009, 0x0209, 0x0409, 0x0809, EXCEL_FILEPASS,
                                  0x00E1, 0x0138, 0x0194, 0x0195, 0x0196};
    for (gsize i = 0; i < G_N_ELEMENTS(plain); i++)
        if (plain[i] == type)
            return true;
    return false;
}

/* All of the stream under the keys of its blocks; what is not scrambled is put back afterwards. */
static void
seal_rc4(const ExeatRc4 *rc4, guint8 *data, gsize length)
{
    for (gsize at = 0; at < length; at += SEAL_BLOCK)
        exeat_rc4_block(rc4, (guint32)(at / SEAL_BLOCK), data + at, MIN(SEAL_BLOCK, length - at));
}

static GBytes *
seal_open(ExeatBytes stream, gsize from, const ExcelXor * xor, const ExeatRc4 *rc4)
{
    guint8 *open = g_memdup2(stream.data, stream.length);
    if (rc4 != NULL)
        seal_rc4(rc4, open, stream.length);
    memcpy(open, stream.data, from);
    ExcelRecord record = {.stream = stream, .next = from};
    while (exeat_excel_next(&record)) {
        gsize body = record.start + 4;
        gsize clear = seal_is_plain(record.type) ? record.body.length : record.type == EXCEL_BOUNDSHEET ? 4 : 0;
        clear = MIN(clear, record.body.length);
        if (rc4 == NULL)
            xor_open(xor, open + body, record.body.length, body);
        memcpy(open + record.start, stream.data + record.start, 4 + clear);
    }
    return g_bytes_new_take(open, stream.length);
}

static bool
seal_try(ExeatBytes stream, const ExcelRecord *pass, GBytes **out_opened)
{
    guint offset = pass->body.length > 4 ? 2 : 0; /* Excel 95 has no kind before the key */
    guint kind = offset > 0 ? exeat_bytes_u16(pass->body, 0) : 0;
    if (kind == 0) {
        ExcelXor seal;
        xor_keys(&seal, EXEAT_EXCEL_PASSWORD);
        if (exeat_bytes_u16(pass->body, offset) != seal.base || exeat_bytes_u16(pass->body, offset + 2) != seal.hash)
            return false;
        *out_opened = seal_open(stream, pass->next, &seal, NULL);
        return true;
    }
    g_autoptr(ExeatRc4) rc4 = exeat_rc4_open(exeat_bytes_from(pass->body, 2), EXEAT_EXCEL_PASSWORD);
    if (rc4 == NULL)
        return false;
    *out_opened = seal_open(stream, pass->next, NULL, rc4);
    return true;
}

bool
exeat_excel_unseal(ExeatInspection *inspection, ExeatBytes stream, GBytes **out_opened)
{
    ExcelRecord record = {.stream = stream};
    for (guint i = 0; i < SEAL_RECORDS && exeat_excel_next(&record); i++) {
        if (record.type != EXCEL_FILEPASS)
            continue;
        if (seal_try(stream, &record, out_opened)) {
            exeat_inspection_encrypted(inspection, EXEAT_ENCRYPTION_DEFAULT_PASSWORD);
            return true;
        }
        exeat_inspection_encrypted(inspection, EXEAT_ENCRYPTION_YES);
        exeat_inspection_unreadable(inspection, "encrypted");
        return false;
    }
    return true;
}
