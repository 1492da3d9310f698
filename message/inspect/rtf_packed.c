/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Compressed RTF (MS-OXRTFCP): LZ77 over a ring of 4 KiB that begins with the words RTF begins with.
 *
 * Owns nothing, any thread. Hostile: the size that the head claims is only a ceiling.
 */
#include "message/inspect/mapi.h"

#define RING_SIZE 4096
#define PACKED_HEAD 16
#define PACKED_RATIO_MOST 16 /* two bytes stand for 17 at the most, and each eight of them need one more */

static const char packed_ring[] = "{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss "
                                  "\\fmodern \\fscript \\fdecor MS Sans "
                                  "SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
                                  "\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

typedef struct Unpacker {
    guint8 ring[RING_SIZE];
    guint at;
    GByteArray *out;
    gsize most;
} Unpacker;

static void
unpack_put(Unpacker *unpacker, guint8 byte)
{
    unpacker->ring[unpacker->at] = byte;
    unpacker->at = (unpacker->at + 1) % RING_SIZE;
    g_byte_array_append(unpacker->out, &byte, 1);
}

/* False at the end: a reference to where the ring is being written. */
static bool
unpack_reference(Unpacker *unpacker, guint reference)
{
    guint from = reference >> 4, length = (reference & 15) + 2;
    if (from == unpacker->at)
        return false;
    for (guint i = 0; i < length && unpacker->out->len < unpacker->most; i++)
        unpack_put(unpacker, unpacker->ring[(from + i) % RING_SIZE]);
    return true;
}

static void
unpack_all(Unpacker *unpacker, ExeatBytes packed)
{
    gsize at = 0;
    while (at < packed.length && unpacker->out->len < unpacker->most) {
        guint flags = packed.data[at++];
        for (guint bit = 0; bit < 8 && at < packed.length && unpacker->out->len < unpacker->most; bit++) {
            if ((flags >> bit & 1) == 0) {
                unpack_put(unpacker, packed.data[at++]);
                continue;
            }
            guint reference = (guint)(exeat_bytes_u8(packed, at) << 8 | exeat_bytes_u8(packed, at + 1));
            at += 2;
            if (!unpack_reference(unpacker, reference))
                return;
        }
    }
}

GBytes *
exeat_rtf_unpack(ExeatInspection *inspection, ExeatBytes packed)
{
    ExeatBytes body = exeat_bytes_from(packed, PACKED_HEAD);
    gsize size = exeat_bytes_u32(packed, 4);
    if (exeat_bytes_begin(exeat_bytes_from(packed, 8), "MELA", 4))
        return g_bytes_new(body.data, MIN(body.length, size));
    if (!exeat_bytes_begin(exeat_bytes_from(packed, 8), "LZFu", 4))
        return NULL;
    size = MIN(size, body.length * PACKED_RATIO_MOST);
    size = MIN(size, exeat_inspection_limits(inspection)->member_bytes);
    if (!exeat_inspection_count(inspection, size))
        return NULL;
    Unpacker unpacker = {.at = sizeof packed_ring - 1, .out = g_byte_array_new(), .most = size};
    memset(unpacker.ring, ' ', sizeof unpacker.ring);
    memcpy(unpacker.ring, packed_ring, sizeof packed_ring - 1);
    unpack_all(&unpacker, body);
    return g_byte_array_free_to_bytes(unpacker.out);
}
