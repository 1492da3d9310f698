/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * TNEF (MS-OXTNEF), the winmail.dat that Outlook sends to those who have none. A flat list of attributes: some are a
 * letter's fields, two hold lists of MAPI properties, and each attachment begins with an attribute of its own. Small
 * enough to be read here; the libraries for it print, and have been broken often.
 *
 * Owns what it gathers, one thread. Every byte is hostile: lengths are held against what is left, the number of
 * properties and attributes by their size.
 */
#include "message/inspect/formats.h"

#include "message/inspect/slice.h"
#include "message/inspect/mapi.h"

#define GOES_ON_ATTRIBUTES 256

enum {
    TNEF_SUBJECT = 0x8004,
    TNEF_BODY = 0x800C,
    TNEF_ATTACHMENT_DATA = 0x800F,
    TNEF_ATTACHMENT_TITLE = 0x8010,
    TNEF_ATTACHMENT_BEGIN = 0x9002,
    TNEF_PROPERTIES = 0x9003,
    TNEF_RECIPIENTS = 0x9004,
    TNEF_ATTACHMENT_PROPERTIES = 0x9005,
    TNEF_CODEPAGE = 0x9007,
    MAPI_MANY = 0x1000,
    MAPI_GUID = 0x0048,
    OBJECT_GUID_SIZE = 16,
};

typedef struct Tnef {
    ExeatInspection *inspection;
    ExeatMapi *letter;
    ExeatMapi *attachment; /* the one that is being read, or NULL */
    bool letter_said;
} Tnef;

/* --- lists of properties --- */

static bool
tnef_is_long(guint type)
{
    return type == MAPI_STRING8 || type == MAPI_UNICODE || type == MAPI_BINARY || type == MAPI_OBJECT;
}

static gsize
tnef_fixed_size(guint type)
{
    switch (type) {
    case 0x0005:
    case 0x0006:
    case 0x0007:
    case 0x0014:
    case 0x0040:
        return 8;
    case MAPI_GUID:
        return 16;
    default:
        return 4;
    }
}

/* Rounded up to four bytes; behind the end is the end. */
static gsize
tnef_padded(ExeatBytes list, gsize at, gsize length)
{
    gsize end = at + MIN(length, list.length - MIN(at, list.length));
    return end + (4 - length % 4) % 4;
}

/* Behind the name of a named property. */
static gsize
tnef_skip_name(ExeatBytes list, gsize at)
{
    at += OBJECT_GUID_SIZE;
    if (exeat_bytes_u32(list, at) == 0)
        return at + 8;
    return tnef_padded(list, at + 8, exeat_bytes_u32(list, at + 4));
}

static gsize
tnef_value(ExeatMapi *mapi, guint id, guint type, ExeatBytes list, gsize at)
{
    if (!tnef_is_long(type)) {
        exeat_mapi_take(mapi, id, type, exeat_bytes_slice(list, at, tnef_fixed_size(type)));
        return at + tnef_fixed_size(type);
    }
    gsize length = exeat_bytes_u32(list, at);
    ExeatBytes value = exeat_bytes_slice(list, at + 4, length);
    if (type == MAPI_OBJECT)
        value = exeat_bytes_from(value, OBJECT_GUID_SIZE);
    exeat_mapi_take(mapi, id, type, value);
    return tnef_padded(list, at + 4, length);
}

/* Returns behind the list. */
static gsize
tnef_properties(Tnef *tnef, ExeatMapi *mapi, ExeatBytes list, gsize at)
{
    guint32 count = exeat_bytes_u32(list, at);
    at += 4;
    for (guint32 i = 0; i < count && at < list.length; i++) {
        guint type = exeat_bytes_u16(list, at), id = exeat_bytes_u16(list, at + 2);
        guint32 values = 1;
        at += 4;
        if (i % GOES_ON_ATTRIBUTES == 0 && !exeat_inspection_goes_on(tnef->inspection))
            return list.length;
        if (id >= 0x8000)
            at = tnef_skip_name(list, at);
        if ((type & MAPI_MANY) != 0 || tnef_is_long(type)) {
            values = exeat_bytes_u32(list, at);
            at += 4;
        }
        for (guint32 n = 0; n < values && at < list.length; n++)
            at = tnef_value(mapi, id, type & ~(guint)MAPI_MANY, list, at);
    }
    return at;
}

static void
tnef_recipients(Tnef *tnef, ExeatBytes list)
{
    guint32 rows = exeat_bytes_u32(list, 0);
    gsize at = 4;
    for (guint32 i = 0; i < rows && at < list.length; i++) {
        g_autoptr(ExeatMapi) recipient = exeat_mapi_new(tnef->letter->codepage);
        at = tnef_properties(tnef, recipient, list, at);
        g_string_append_len(tnef->letter->lines, recipient->lines->str, (gssize)recipient->lines->len);
    }
}

/* --- attributes --- */

static void
tnef_attachment_end(Tnef *tnef)
{
    if (!tnef->letter_said)
        exeat_mapi_letter(tnef->inspection, tnef->letter);
    tnef->letter_said = true;
    if (tnef->attachment != NULL)
        exeat_mapi_attachment(tnef->inspection, tnef->attachment);
    g_clear_pointer(&tnef->attachment, exeat_mapi_free);
}

static ExeatMapi *
tnef_attachment(Tnef *tnef)
{
    if (tnef->attachment == NULL)
        tnef->attachment = exeat_mapi_new(tnef->letter->codepage);
    return tnef->attachment;
}

static void
tnef_attribute(Tnef *tnef, guint id, ExeatBytes value)
{
    switch (id) {
    case TNEF_CODEPAGE:
        tnef->letter->codepage = exeat_bytes_u32(value, 0);
        break;
    case TNEF_SUBJECT:
        exeat_mapi_take(tnef->letter, 0x0037, MAPI_STRING8, value);
        break;
    case TNEF_BODY:
        exeat_mapi_take(tnef->letter, 0x1000, MAPI_STRING8, value);
        break;
    case TNEF_PROPERTIES:
        tnef_properties(tnef, tnef->letter, value, 0);
        break;
    case TNEF_RECIPIENTS:
        tnef_recipients(tnef, value);
        break;
    case TNEF_ATTACHMENT_BEGIN:
        tnef_attachment_end(tnef);
        tnef_attachment(tnef);
        break;
    case TNEF_ATTACHMENT_TITLE:
        exeat_mapi_take(tnef_attachment(tnef), 0x3704, MAPI_STRING8, value);
        break;
    case TNEF_ATTACHMENT_DATA:
        exeat_mapi_take(tnef_attachment(tnef), MAPI_DATA, MAPI_BINARY, value);
        break;
    case TNEF_ATTACHMENT_PROPERTIES:
        tnef_properties(tnef, tnef_attachment(tnef), value, 0);
        break;
    default:
        break;
    }
}

void
exeat_tnef_read(ExeatInspection *inspection, const ExeatFile *file)
{
    ExeatBytes bytes = {file->data, file->length};
    Tnef tnef = {.inspection = inspection, .letter = exeat_mapi_new(0)};
    gsize at = 6;
    guint count = 0;
    while (exeat_bytes_have(bytes, at, 9)) { /* level, number and type, length, value, sum */
        gsize length = exeat_bytes_u32(bytes, at + 5);
        if (!exeat_bytes_have(bytes, at + 9, length))
            exeat_inspection_unreadable(inspection, "damaged");
        tnef_attribute(&tnef, exeat_bytes_u16(bytes, at + 1), exeat_bytes_slice(bytes, at + 9, length));
        if (length > bytes.length || (count++ % GOES_ON_ATTRIBUTES == 0 && !exeat_inspection_goes_on(inspection)))
            break;
        at += 9 + length + 2;
    }
    tnef_attachment_end(&tnef);
    exeat_mapi_free(tnef.letter);
}
