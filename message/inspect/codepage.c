/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Code pages by their Windows numbers. The table is closed: only what stands in it is asked of iconv, because a sandbox
 * can't load a module that exeat_charset_preload() has not. UTF-16 is decoded here, as it is most of what there is.
 *
 * Owns nothing, any thread. The bytes are hostile; the work is linear.
 */
#include "message/inspect/codepage.h"

#include "message/charset.h"

static const struct {
    guint page;
    const char *charset;
} codepage_names[] = {
    {1252, "CP1252"},
    {1250, "CP1250"},
    {1251, "CP1251"},
    {1253, "CP1253"},
    {1254, "CP1254"},
    {1255, "CP1255"},
    {1256, "CP1256"},
    {1257, "CP1257"},
    {1258, "CP1258"},
    {874, "CP874"},
    {932, "CP932"},
    {936, "GB18030"},
    {949, "CP949"},
    {950, "CP950"},
    {1361, "JOHAB"},
    {437, "CP437"},
    {850, "CP850"},
    {852, "CP852"},
    {855, "CP855"},
    {857, "CP857"},
    {858, "CP858"},
    {860, "CP860"},
    {861, "CP861"},
    {862, "CP862"},
    {863, "CP863"},
    {864, "CP864"},
    {865, "CP865"},
    {866, "CP866"},
    {869, "CP869"},
    {737, "CP737"},
    {775, "CP775"},
    {10000, "MACINTOSH"},
    {10006, "MACINTOSH"},
    {10007, "MAC-CYRILLIC"},
    {10029, "MAC-CENTRALEUROPE"},
    {20866, "KOI8-R"},
    {21866, "KOI8-U"},
    {28591, "ISO-8859-1"},
    {28592, "ISO-8859-2"},
    {28595, "ISO-8859-5"},
    {28597, "ISO-8859-7"},
    {28599, "ISO-8859-9"},
    {28605, "ISO-8859-15"},
    {50220, "ISO-2022-JP"},
    {51932, "EUC-JP"},
    {51949, "EUC-KR"},
    {54936, "GB18030"},
    {65001, "UTF-8"},
    {20127, "CP1252"},
    {32768, "MACINTOSH"},
    {32769, "CP1252"},
};

static const char *
codepage_charset(guint codepage)
{
    for (gsize i = 0; i < G_N_ELEMENTS(codepage_names); i++)
        if (codepage_names[i].page == codepage)
            return codepage_names[i].charset;
    return codepage_names[0].charset;
}

static bool
codepage_is_ascii(ExeatBytes bytes)
{
    guint8 odd = 0; /* no early end: the compiler makes vectors of it */
    for (gsize i = 0; i < bytes.length; i++)
        odd |= (guint8)(bytes.data[i] >= 0x80 || bytes.data[i] == 0 || bytes.data[i] == 0x1B);
    return odd == 0;
}

void
exeat_codepage_append(GString *out, ExeatBytes bytes, guint codepage)
{
    if (codepage == EXEAT_CODEPAGE_UTF16) {
        exeat_utf16_append(out, bytes);
        return;
    }
    if (codepage_is_ascii(bytes)) {
        g_string_append_len(out, (const char *)bytes.data, (gssize)bytes.length);
        return;
    }
    gsize length = 0;
    g_autofree char *text = exeat_charset_decode((const char *)bytes.data, bytes.length, codepage_charset(codepage),
                                                 NULL, &length);
    g_string_append_len(out, text, (gssize)length);
}

void
exeat_utf16_append(GString *out, ExeatBytes bytes)
{
    char piece[256];
    gsize used = 0;
    for (gsize at = 0; at + 1 < bytes.length; at += 2) {
        gunichar c = exeat_bytes_u16(bytes, at);
        if (c >= 0xD800 && c < 0xDC00) {
            gunichar low = exeat_bytes_u16(bytes, at + 2);
            bool pair = low >= 0xDC00 && low < 0xE000;
            c = pair ? 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00) : 0xFFFD;
            at += pair ? 2 : 0;
        } else if (c >= 0xDC00 && c < 0xE000) {
            c = 0xFFFD;
        }
        if (c != 0 && c < 0x80)
            piece[used++] = (char)c;
        else if (c != 0)
            used += (gsize)g_unichar_to_utf8(c, piece + used);
        if (used > sizeof piece - 8) {
            g_string_append_len(out, piece, (gssize)used);
            used = 0;
        }
    }
    g_string_append_len(out, piece, (gssize)used);
}

guint
exeat_codepage_of_charset(guint charset)
{
    static const struct {
        guint charset, page;
    } pages[] = {{77, 10000}, {128, 932},  {129, 949},  {130, 1361}, {134, 936},  {136, 950},
                 {161, 1253}, {162, 1254}, {163, 1258}, {177, 1255}, {178, 1256}, {186, 1257},
                 {204, 1251}, {222, 874},  {238, 1250}, {254, 437},  {255, 850}};
    for (gsize i = 0; i < G_N_ELEMENTS(pages); i++)
        if (pages[i].charset == charset)
            return pages[i].page;
    return 0;
}

guint
exeat_codepage_of_language(guint language)
{
    static const struct {
        guint primary, page;
    } pages[] = {{0x01, 1256}, {0x02, 1251}, {0x05, 1250}, {0x08, 1253}, {0x0D, 1255}, {0x0E, 1250}, {0x11, 932},
                 {0x12, 949},  {0x15, 1250}, {0x18, 1250}, {0x19, 1251}, {0x1A, 1250}, {0x1B, 1250}, {0x1C, 1250},
                 {0x1E, 874},  {0x1F, 1254}, {0x20, 1256}, {0x22, 1251}, {0x23, 1251}, {0x24, 1250}, {0x25, 1257},
                 {0x26, 1257}, {0x27, 1257}, {0x29, 1256}, {0x2A, 1258}, {0x2F, 1251}};
    if ((language & 0x3FF) == 0x04)
        return language == 0x0804 || language == 0x1004 ? 936 : 950;
    for (gsize i = 0; i < G_N_ELEMENTS(pages); i++)
        if (pages[i].primary == (language & 0x3FF))
            return pages[i].page;
    return EXEAT_CODEPAGE_WESTERN;
}

void
exeat_codepage_text(ExeatInspection *inspection, ExeatBytes bytes, guint codepage)
{
    if (codepage_is_ascii(bytes)) {
        exeat_inspection_text(inspection, (const char *)bytes.data, bytes.length);
        return;
    }
    g_autoptr(GString) text = g_string_sized_new(bytes.length + 16);
    exeat_codepage_append(text, bytes, codepage);
    exeat_inspection_text(inspection, text->str, text->len);
}
