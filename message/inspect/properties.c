/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Property sets (MS-OLEPS) of a compound file. Of all their types only strings are of interest here; names of programs
 * and templates are left out. Property 1 is the code page of the others, and comes anywhere in the list.
 *
 * Owns nothing, one thread. Hostile: offsets are read with bounds, and the number of properties is limited.
 */
#include "message/inspect/properties.h"

#include "message/inspect/codepage.h"
#include "message/inspect/storage.h"

#define PROPERTIES_COUNT_MAX 1024
#define PROPERTY_BYTES_MAX 65536

enum {
    TYPE_LPSTR = 0x1E,
    TYPE_LPWSTR = 0x1F,
    ID_CODEPAGE = 1,
    ID_TEMPLATE = 7,     /* of SummaryInformation */
    ID_REVISION = 9,     /* the same */
    ID_APPLICATION = 18, /* the same */
};

static guint
properties_codepage(ExeatBytes section, guint count)
{
    for (guint i = 0; i < count; i++)
        if (exeat_bytes_u32(section, 8 + i * 8) == ID_CODEPAGE)
            return exeat_bytes_u16(section, exeat_bytes_u32(section, 12 + i * 8) + 4);
    return EXEAT_CODEPAGE_WESTERN;
}

static void
properties_string(ExeatInspection *inspection, ExeatBytes value, guint codepage)
{
    guint type = exeat_bytes_u32(value, 0);
    gsize length = exeat_bytes_u32(value, 4);
    if (type == TYPE_LPWSTR)
        length *= 2;
    else if (type != TYPE_LPSTR)
        return;
    ExeatBytes text = exeat_bytes_slice(value, 8, MIN(length, PROPERTY_BYTES_MAX));
    exeat_codepage_text(inspection, text, type == TYPE_LPWSTR ? EXEAT_CODEPAGE_UTF16 : codepage);
    exeat_inspection_line(inspection);
}

static bool
properties_is_of_interest(bool summary, guint id)
{
    return id > ID_CODEPAGE && !(summary && (id == ID_TEMPLATE || id == ID_REVISION || id == ID_APPLICATION));
}

static void
properties_section(ExeatInspection *inspection, ExeatBytes section, bool summary)
{
    guint count = MIN(exeat_bytes_u32(section, 4), PROPERTIES_COUNT_MAX);
    guint codepage = properties_codepage(section, count);
    for (guint i = 0; i < count && exeat_inspection_goes_on(inspection); i++) {
        gsize at = exeat_bytes_u32(section, 12 + i * 8);
        if (at >= section.length)
            continue;
        if (properties_is_of_interest(summary, exeat_bytes_u32(section, 8 + i * 8)))
            properties_string(inspection, exeat_bytes_from(section, at), codepage);
    }
}

static void
properties_stream(ExeatInspection *inspection, GsfInfile *root, const char *name, bool summary)
{
    g_autoptr(GBytes) stream = exeat_storage_stream_named(inspection, root, name);
    ExeatBytes set = exeat_bytes_of(stream);
    guint sections = MIN(exeat_bytes_u32(set, 24), 2);
    for (guint i = 0; i < sections; i++) {
        gsize at = exeat_bytes_u32(set, 28 + i * 20 + 16);
        if (at >= 28)
            properties_section(inspection, exeat_bytes_from(set, at), summary);
    }
}

void
exeat_properties_read(ExeatInspection *inspection, GsfInfile *root)
{
    exeat_inspection_gap(inspection);
    properties_stream(inspection, root, "\005SummaryInformation", true);
    properties_stream(inspection, root, "\005DocumentSummaryInformation", false);
}
