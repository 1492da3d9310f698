/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a file is. Structure goes before claim, so most rows are magic numbers; a ZIP or a compound file is told apart
 * by its reader, which has to open it anyway. What nobody knows is unreadable, never clean.
 *
 * Owns nothing, any thread. Hostile input; reads only what it is given.
 */
#include "message/inspect/formats.h"

#include <string.h>

typedef struct Magic {
    gsize offset;
    const char *bytes;
    gsize length;
    ExeatFormat format;
} Magic;

#define MAGIC(offset, bytes, type, kind, read) \
    {                                          \
        offset, bytes, sizeof(bytes) - 1,      \
        {                                      \
            type, EXEAT_PART_##kind, read      \
        }                                      \
    }

static const Magic formats_magic[] = {
    MAGIC(0, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "application/x-ole-storage", DOCUMENT, NULL),
};

static const ExeatFormat formats_unknown = {"application/octet-stream", EXEAT_PART_OTHER, NULL};

const ExeatFormat *
exeat_format_of(const ExeatFile *file)
{
    for (gsize i = 0; i < G_N_ELEMENTS(formats_magic); i++) {
        const Magic *magic = &formats_magic[i];
        if (file->length >= magic->offset + magic->length &&
            memcmp(file->data + magic->offset, magic->bytes, magic->length) == 0)
            return &magic->format;
    }
    return &formats_unknown;
}

void
exeat_formats_prepare(void)
{
}
