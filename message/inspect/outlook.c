/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Letters that Outlook saved (MS-OXMSG): a storage whose streams are properties, called "__substg1.0_" and eight
 * hexadecimal digits of number and type; storages in it are recipients and attachments. A letter inside a letter is a
 * file of its own.
 *
 * Owns nothing, one thread. Every byte is hostile.
 */
#include "message/inspect/compound.h"

#include "message/inspect/formats.h"
#include "message/inspect/mapi.h"
#include "message/inspect/object.h"
#include "message/inspect/storage.h"

#define STREAM_PREFIX "__substg1.0_"
#define RECIPIENT_PREFIX "__recip_version1.0_"
#define ATTACHMENT_PREFIX "__attach_version1.0_"

static bool
outlook_is(const char *name, const char *prefix)
{
    return g_ascii_strncasecmp(name, prefix, strlen(prefix)) == 0;
}

/* Properties of fixed size: a list of 16 bytes each behind a head. */
static void
outlook_fixed(ExeatInspection *inspection, GsfInfile *storage, gsize head, ExeatMapi *mapi)
{
    g_autoptr(GBytes) stream = exeat_storage_stream_named(inspection, storage, "__properties_version1.0");
    ExeatBytes list = exeat_bytes_of(stream);
    for (gsize at = head; at + 16 <= list.length; at += 16)
        if (exeat_bytes_u16(list, at) == MAPI_INTEGER)
            exeat_mapi_take(mapi, exeat_bytes_u16(list, at + 2), MAPI_INTEGER, exeat_bytes_slice(list, at + 8, 4));
}

static void
outlook_streams(ExeatInspection *inspection, GsfInfile *storage, ExeatMapi *mapi)
{
    gint count = exeat_storage_count(storage);
    for (gint i = 0; i < count && exeat_inspection_goes_on(inspection); i++) {
        const char *name = exeat_storage_name(storage, i);
        if (!outlook_is(name, STREAM_PREFIX))
            continue;
        guint64 tag = g_ascii_strtoull(name + strlen(STREAM_PREFIX), NULL, 16);
        guint type = tag & 0xFFFF;
        if (type != MAPI_STRING8 && type != MAPI_UNICODE && type != MAPI_BINARY)
            continue;
        g_autoptr(GBytes) stream = exeat_storage_stream(inspection, storage, i);
        if (stream != NULL)
            exeat_mapi_take(mapi, (guint)(tag >> 16) & 0xFFFF, type, exeat_bytes_of(stream));
    }
}

static void
outlook_recipient(ExeatInspection *inspection, GsfInfile *storage, guint codepage, GString *lines)
{
    g_autoptr(ExeatMapi) mapi = exeat_mapi_new(codepage);
    outlook_streams(inspection, storage, mapi);
    g_string_append_len(lines, mapi->lines->str, (gssize)mapi->lines->len);
}

static void
outlook_attachment(ExeatInspection *inspection, GsfInfile *storage, guint codepage)
{
    g_autoptr(ExeatMapi) mapi = exeat_mapi_new(codepage);
    outlook_streams(inspection, storage, mapi);
    g_autoptr(GsfInfile) inner = exeat_storage_child_named(storage, STREAM_PREFIX "3701000D");
    if (inner == NULL) {
        exeat_mapi_attachment(inspection, mapi);
        return;
    }
    const char *line_end = strchr(mapi->lines->str, '\n'); /* a letter has a title, and no file name */
    g_autofree char *title = g_strndup(mapi->lines->str, line_end != NULL ? (gsize)(line_end - mapi->lines->str) : 0);
    const char *name = mapi->name->len > 0 ? mapi->name->str : title[0] != '\0' ? title : "letter";
    if (!exeat_storage_has(inner, "__properties_version1.0")) {
        exeat_object_storage(inspection, inner, name);
        return;
    }
    g_autoptr(GBytes) file = exeat_storage_as_file(inspection, inner);
    ExeatBytes bytes = exeat_bytes_of(file);
    const ExeatFile member = {.name = name, .data = bytes.data, .length = bytes.length};
    exeat_inspection_member(inspection, &member);
}

/* Storages whose names begin with @prefix. */
static void
outlook_each(ExeatInspection *inspection, GsfInfile *root, const char *prefix, const ExeatMapi *letter)
{
    gint count = exeat_storage_count(root);
    for (gint i = 0; i < count && exeat_inspection_goes_on(inspection); i++) {
        if (!outlook_is(exeat_storage_name(root, i), prefix))
            continue;
        g_autoptr(GsfInfile) storage = exeat_storage_child(root, i);
        if (storage == NULL)
            continue;
        if (strcmp(prefix, RECIPIENT_PREFIX) == 0)
            outlook_recipient(inspection, storage, letter->codepage, letter->lines);
        else
            outlook_attachment(inspection, storage, letter->codepage);
    }
}

void
exeat_outlook_read(ExeatInspection *inspection, GsfInfile *root)
{
    g_autoptr(ExeatMapi) mapi = exeat_mapi_new(0);
    bool outermost = exeat_storage_has(root, "__nameid_version1.0");
    outlook_fixed(inspection, root, outermost ? 32 : 24, mapi);
    outlook_streams(inspection, root, mapi);
    outlook_each(inspection, root, RECIPIENT_PREFIX, mapi);
    exeat_mapi_letter(inspection, mapi);
    outlook_each(inspection, root, ATTACHMENT_PREFIX, mapi);
}
