/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What Outlook keeps of a letter. Its body may be there three times; the HTML is what people see, then the plain text,
 * then the RTF. Contacts and appointments keep their text in short properties, which are lines here; technical strings
 * (identifiers of messages, addresses of Exchange) are none.
 *
 * Owns what it gathers, one thread. Hostile: values have been cut to what is there, nothing more.
 */
#include "message/inspect/mapi.h"

#include "message/inspect/codepage.h"
#include "message/inspect/formats.h"
#include "message/inspect/hypertext.h"

#define MAPI_LINES_BYTES_MAX 1048576
#define MAPI_NAME_BYTES 512

enum {
    MAPI_SUBJECT = 0x0037,
    MAPI_BODY = 0x1000,
    MAPI_RTF = 0x1009,
    MAPI_HTML = 0x1013,
    MAPI_FILE_NAME_SHORT = 0x3704,
    MAPI_FILE_NAME = 0x3707,
    MAPI_FILE_TYPE = 0x370E,
    MAPI_CODEPAGE_HTML = 0x3FDE,
    MAPI_CODEPAGE = 0x3FFD,
    MAPI_CONTACT_FIRST = 0x3A00,
    MAPI_CONTACT_LAST = 0x3AFF,
    MAPI_NAMED_FIRST = 0x8000,
};

ExeatMapi *
exeat_mapi_new(guint codepage)
{
    ExeatMapi *mapi = g_new0(ExeatMapi, 1);
    mapi->lines = g_string_new(NULL);
    mapi->name = g_string_new(NULL);
    mapi->type = g_string_new(NULL);
    mapi->plain = g_string_new(NULL);
    mapi->codepage = codepage;
    return mapi;
}

void
exeat_mapi_free(ExeatMapi *mapi)
{
    if (mapi == NULL)
        return;
    g_string_free(mapi->lines, TRUE);
    g_string_free(mapi->name, TRUE);
    g_string_free(mapi->type, TRUE);
    g_string_free(mapi->plain, TRUE);
    g_clear_pointer(&mapi->html, g_bytes_unref);
    g_clear_pointer(&mapi->rtf, g_bytes_unref);
    g_clear_pointer(&mapi->data, g_bytes_unref);
    g_free(mapi);
}

/* --- taking --- */

static void
mapi_string(const ExeatMapi *mapi, GString *out, guint type, ExeatBytes value)
{
    guint page = mapi->codepage != 0 ? mapi->codepage : EXEAT_CODEPAGE_WESTERN;
    exeat_codepage_append(out, value, type == MAPI_UNICODE ? EXEAT_CODEPAGE_UTF16 : page);
}

static void
mapi_bytes(GBytes **place, ExeatBytes value)
{
    g_clear_pointer(place, g_bytes_unref);
    *place = g_bytes_new(value.data, value.length);
}

/* Short properties that people read. */
static bool
mapi_is_line(guint id)
{
    static const guint lines[] = {
        MAPI_SUBJECT, 0x0042, 0x0065, 0x0C1A, 0x0C1F, 0x5D01, 0x5D02, 0x0E02, 0x0E03, 0x0E04, /* subject and people */
        0x3001,       0x39FE, 0x3003, 0x3A13,                                                 /* a recipient */
    };
    for (gsize i = 0; i < G_N_ELEMENTS(lines); i++)
        if (lines[i] == id)
            return true;
    return (id >= MAPI_CONTACT_FIRST && id <= MAPI_CONTACT_LAST) || id >= MAPI_NAMED_FIRST;
}

static void
mapi_line(ExeatMapi *mapi, guint type, ExeatBytes value)
{
    gsize start = mapi->lines->len;
    if (value.length > MAPI_LINES_BYTES_MAX - MIN(start, MAPI_LINES_BYTES_MAX))
        return;
    mapi_string(mapi, mapi->lines, type, value);
    const char *text = mapi->lines->str + start;
    if (text[0] == '/') /* "/o=…/cn=…": an address of Exchange */
        g_string_truncate(mapi->lines, start);
    else if (mapi->lines->len > start)
        g_string_append_c(mapi->lines, '\n');
}

static void
mapi_text(ExeatMapi *mapi, guint id, guint type, ExeatBytes value)
{
    if (id == MAPI_BODY) {
        mapi_string(mapi, mapi->plain, type, value);
    } else if (id == MAPI_HTML) {
        g_autoptr(GString) html = g_string_new(NULL);
        mapi_string(mapi, html, type, value);
        mapi_bytes(&mapi->html, (ExeatBytes){(const guint8 *)html->str, html->len});
        mapi->html_codepage = 65001;
    } else if (id == MAPI_FILE_NAME || (id == MAPI_FILE_NAME_SHORT && mapi->name->len == 0)) {
        g_string_truncate(mapi->name, 0);
        mapi_string(mapi, mapi->name, type, exeat_bytes_slice(value, 0, MAPI_NAME_BYTES));
    } else if (id == MAPI_FILE_TYPE) {
        g_string_truncate(mapi->type, 0);
        mapi_string(mapi, mapi->type, type, exeat_bytes_slice(value, 0, MAPI_NAME_BYTES));
    } else if (mapi_is_line(id)) {
        mapi_line(mapi, type, value);
    }
}

void
exeat_mapi_take(ExeatMapi *mapi, guint id, guint type, ExeatBytes value)
{
    if (type == MAPI_STRING8 || type == MAPI_UNICODE)
        mapi_text(mapi, id, type, value);
    else if (type == MAPI_INTEGER && id == MAPI_CODEPAGE && mapi->codepage == 0)
        mapi->codepage = exeat_bytes_u32(value, 0);
    else if (type == MAPI_INTEGER && id == MAPI_CODEPAGE_HTML && mapi->html_codepage == 0)
        mapi->html_codepage = exeat_bytes_u32(value, 0);
    else if (type == MAPI_BINARY && id == MAPI_HTML)
        mapi_bytes(&mapi->html, value);
    else if (type == MAPI_BINARY && id == MAPI_RTF)
        mapi_bytes(&mapi->rtf, value);
    else if ((type == MAPI_BINARY || type == MAPI_OBJECT) && id == MAPI_DATA)
        mapi_bytes(&mapi->data, value);
}

/* --- saying --- */

static bool
mapi_html(ExeatInspection *inspection, const ExeatMapi *mapi)
{
    gsize length = 0;
    const guint8 *data = mapi->html != NULL ? g_bytes_get_data(mapi->html, &length) : NULL;
    if (length == 0)
        return false;
    g_autoptr(GString) html = g_string_sized_new(length + 16);
    guint page = mapi->html_codepage != 0 ? mapi->html_codepage : EXEAT_CODEPAGE_WESTERN;
    if (g_utf8_validate_len((const char *)data, length, NULL)) /* whatever it declares: chance does not write that */
        page = 65001;
    exeat_codepage_append(html, (ExeatBytes){data, length}, page);
    return exeat_hypertext_text(inspection, html->str, html->len);
}

static void
mapi_rtf(ExeatInspection *inspection, const ExeatMapi *mapi)
{
    ExeatBytes packed = {NULL, 0};
    packed.data = g_bytes_get_data(mapi->rtf, &packed.length);
    g_autoptr(GBytes) rtf = exeat_rtf_unpack(inspection, packed);
    if (rtf == NULL)
        return;
    ExeatFile file = {0};
    file.data = g_bytes_get_data(rtf, &file.length);
    if (file.length > 0)
        exeat_rtf_read(inspection, &file);
}

static bool
mapi_is_blank(const GString *text)
{
    return text->str[strspn(text->str, " \r\n\t")] == '\0';
}

void
exeat_mapi_letter(ExeatInspection *inspection, const ExeatMapi *mapi)
{
    exeat_inspection_text(inspection, mapi->lines->str, mapi->lines->len);
    exeat_inspection_gap(inspection);
    if (mapi_html(inspection, mapi))
        return;
    if (!mapi_is_blank(mapi->plain))
        exeat_inspection_text(inspection, mapi->plain->str, mapi->plain->len);
    else if (mapi->rtf != NULL)
        mapi_rtf(inspection, mapi);
    exeat_inspection_line(inspection);
}

void
exeat_mapi_attachment(ExeatInspection *inspection, const ExeatMapi *mapi)
{
    if (mapi->data == NULL)
        return;
    g_autofree char *type = g_ascii_strdown(mapi->type->str, (gssize)mapi->type->len);
    ExeatFile file = {.name = mapi->name->len > 0 ? mapi->name->str : "attachment",
                      .type = type[0] != '\0' ? type : NULL};
    gsize length = 0;
    const guint8 *data = g_bytes_get_data(mapi->data, &length);
    file.data = data != NULL ? data : (const guint8 *)"";
    file.length = length;
    exeat_inspection_member(inspection, &file);
}
