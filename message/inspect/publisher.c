/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Microsoft Publisher. Its layout is nobody's knowledge, but since Publisher 98 the text of all frames lies in one
 * stream, as UTF-16 in chunks that a list at its beginning names. That text is read, in the order in which it lies.
 *
 * Owns nothing, one thread. Every byte is hostile: a chunk is cut to what is there, and their number is bounded.
 */
#include "message/inspect/compound.h"

#include "message/inspect/codepage.h"
#include "message/inspect/storage.h"

#define CHUNKS_MOST 4096
#define CHUNK_LIST 0x18
#define CHUNK_ENTRY 24

static void
publisher_text(ExeatInspection *inspection, ExeatBytes bytes)
{
    g_autoptr(GString) text = g_string_sized_new(bytes.length + 16);
    exeat_utf16_append(text, bytes);
    for (char *c = text->str; *c != '\0'; c++)
        if (*c == '\r' || *c == '\v' || *c == '\f')
            *c = '\n';
    exeat_inspection_text(inspection, text->str, text->len);
    exeat_inspection_line(inspection);
}

void
exeat_publisher_read(ExeatInspection *inspection, GsfInfile *root)
{
    g_autoptr(GsfInfile) quill = exeat_storage_child_named(root, "Quill");
    g_autoptr(GsfInfile) inner = quill != NULL ? exeat_storage_child_named(quill, "QuillSub") : NULL;
    g_autoptr(GBytes) stream = inner != NULL ? exeat_storage_stream_named(inspection, inner, "CONTENTS") : NULL;
    ExeatBytes bytes = exeat_bytes_of(stream);
    bool any = false;
    for (guint i = 0; i < CHUNKS_MOST; i++) {
        ExeatBytes entry = exeat_bytes_slice(bytes, CHUNK_LIST + 8 + (gsize)i * CHUNK_ENTRY, CHUNK_ENTRY);
        if (entry.length < CHUNK_ENTRY || !exeat_inspection_goes_on(inspection))
            break;
        if (!exeat_bytes_begin(exeat_bytes_from(entry, 2), "TEXT", 4))
            continue;
        gsize at = exeat_bytes_u32(entry, 16), length = exeat_bytes_u32(entry, 20);
        publisher_text(inspection, exeat_bytes_slice(bytes, at, length));
        any = true;
    }
    if (!any)
        exeat_inspection_unreadable(inspection, "a format that cannot be read");
}
