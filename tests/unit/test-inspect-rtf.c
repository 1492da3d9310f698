/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rich Text Format: text, code pages, tables, what stands aside, objects, limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/compound_builder.h"

#define RTF_DEPTH_MAX 512
#define RTF_FONTS_MAX 4096
#define RTF_WORD_BYTES 32

#define HEAD "[] application/rtf no unreadable=- suspicious=-\n"

typedef struct Row {
    const char *name;
    const char *rtf;
    const char *want; /* behind HEAD */
} Row;

static const Row rows[] = {
    {"plain", "{\\rtf1\\ansi Dear Pat,\\par kind regards\\par}", "Dear Pat,\nkind regards\n\n"},
    {"line ends of the file are nothing", "{\\rtf1 Jamie\r\n Smith\\line Jones\\par}", "Jamie Smith\nJones\n\n"},
    {"Western", "{\\rtf1\\ansi\\ansicpg1252 Si\\'e2n \\'80 5\\par}", "Si\xC3\xA2n \xE2\x82\xAC 5\n\n"},
    {"the document's code page", "{\\rtf1\\ansi\\ansicpg1250 Ko\\'9aice\\par}", "Ko\xC5\xA1ice\n\n"},
    {"a font's code page", "{\\rtf1{\\fonttbl{\\f0 A;}{\\f1\\fcharset204 B;}}\\f1\\'cc\\'e8\\'f0\\f0 x\\par}",
     "\xD0\x9C\xD0\xB8\xD1\x80x\n\n"},
    {"two bytes, half escaped", "{\\rtf1{\\fonttbl{\\f1\\fcharset128 B;}}\\f1\\'83A\\'83\\'42\\par}",
     "\xE3\x82\xA2\xE3\x82\xA3\n\n"},
    {"Unicode with its stand-in", "{\\rtf1\\uc1 caf\\u233?s\\par}", "caf\xC3\xA9s\n\n"},
    {"two stand-ins", "{\\rtf1\\uc2 \\u12354\\'82\\'a0x\\par}", "\xE3\x81\x82x\n\n"},
    {"no stand-in", "{\\rtf1\\uc0 \\u233 x\\par}", "\xC3\xA9x\n\n"},
    {"beyond 16 bits, as two negative halves", "{\\rtf1 \\u-10180?\\u-9215?\\par}", "\xF0\x9F\x80\x81\n\n"},
    {"hidden and deleted text is text", "{\\rtf1 a{\\v secret}{\\deleted gone}\\par}", "asecretgone\n\n"},
    {"tables of the head are no text",
     "{\\rtf1{\\fonttbl{\\f0 Arial;}}{\\colortbl;\\red1;}{\\stylesheet{\\s1 heading 1;}}x\\par}", "x\n\n"},
    {"an unknown destination with a star", "{\\rtf1 a{\\*\\whatever b}c\\par}", "ac\n\n"},
    {"a star before a style is none", "{\\rtf1 {a \\*\\cs12 b}\\par}", "a b\n\n"},
    {"a field's result", "{\\rtf1{\\field{\\*\\fldinst HYPERLINK \"x\"}{\\fldrslt click}}\\par}", "click\n\n"},
    {"a picture", "{\\rtf1 a{\\pict\\pngblip 89504e}b\\par}", "ab\n\n"},
    {"a binary picture", "{\\rtf1 a{\\pict\\bin5 }{}}{}b\\par}", "ab\n\n"},
    {"a text box", "{\\rtf1{\\shp{\\*\\shpinst{\\sp{\\sn shapeType}{\\sv 202}}{\\shptxt box\\par}}}}", "box\n\n"},
    {"a picture's description", "{\\rtf1 x{\\sp{\\sn wzDescription}{\\sv Jamie at sports day}}\\par}",
     "x\n\nJamie at sports day\n"},
    {"a footnote does not part its sentence", "{\\rtf1 one{\\footnote see below} two\\par}", "one two\n\nsee below\n"},
    {"header, comment, properties",
     "{\\rtf1{\\info{\\title List}{\\author A. Latham}}{\\header Oakfield\\par}x{\\*\\annotation note}\\par}",
     "x\n\nList\nA. Latham\nOakfield\n\nnote\n"},
    {"of two readings the better", "{\\rtf1{\\upr{e}{\\*\\ud{\\u233?}}}\\par}", "\xC3\xA9\n\n"},
    {"a table",
     "{\\rtf1 before\\par\\trowd\\cellx1\\cellx2\\pard\\intbl Name\\cell UPN\\cell\\row\\intbl Si\\par two\\cell "
     "H80\\cell\\row\\pard after\\par}",
     "before\n\nName\tUPN\nSi two\tH80\n\nafter\n\n\n<!0:0=Name>\n<!0:1=UPN>\n<!1:0=Si two>\n<!1:1=H80>\n"},
    {"an empty cell keeps its place", "{\\rtf1\\pard\\intbl a\\cell\\cell c\\cell\\row}",
     "a\tc\n\n\n<!0:0=a>\n<!0:2=c>\n"},
    {"the end is missing", "{\\rtf1 {\\b half", "half\n"},
    {"wrapped HTML",
     "{\\rtf1\\ansi\\fromhtml1 {\\*\\htmltag64 <p>}Dear {\\*\\htmltag84 <b>}Pat{\\*\\htmltag92 </b>}\\htmlrtf "
     "\\b never\\htmlrtf0 {\\*\\htmltag72 </p>}}",
     "Dear Pat\n"},
};

static void
test_rows(G_GNUC_UNUSED void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *dump = inspect_bytes(rows[i].rtf, strlen(rows[i].rtf), "letter.rtf");
        g_autofree char *want = g_strconcat(HEAD, rows[i].want, NULL);
        g_strchomp(dump);
        g_strchomp(want);
        if (strcmp(dump, want) != 0)
            fail_msg("%s:\n%s\ninstead of\n%s", rows[i].name, dump, want);
    }
}

/* An object as OLE 1 wrote it: a package with a file in it. */
static void
test_object(G_GNUC_UNUSED void **state)
{
    g_autoptr(GByteArray) package = g_byte_array_new(), object = g_byte_array_new();
    build_le(package, 2, 2);
    build_bytes(package, "list.rtf", 9);
    build_bytes(package, "C:\\x\\list.rtf", 14);
    build_le(package, 0x30000, 4);
    build_le(package, 2, 4);
    build_bytes(package, "C", 2);
    build_le(package, 16, 4);
    build_bytes(package, "{\\rtf1 inside\\par", 16);
    build_le(object, 0x501, 4);
    build_le(object, 2, 4);
    build_le(object, 8, 4);
    build_bytes(object, "Package", 8);
    build_le(object, 0, 8);
    build_le(object, package->len, 4);
    build_bytes(object, package->data, package->len);
    g_autoptr(GString) rtf = g_string_new("{\\rtf1 out{\\object{\\*\\objclass Package}{\\*\\objdata ");
    for (guint i = 0; i < object->len; i++)
        g_string_append_printf(rtf, "%02x%s", object->data[i], i % 7 == 0 ? "\r\n" : "");
    g_string_append(rtf, "}{\\result seen}}\\par}");
    g_autofree char *dump = inspect_bytes(rtf->str, rtf->len, NULL);
    assert_found(dump, "outseen");
    assert_found(dump, "[list.rtf] application/rtf");
    assert_found(dump, "inside");
}

/* Groups that are deeper than the limit are read with the state of the last that was kept. */
static void
test_depth(G_GNUC_UNUSED void **state)
{
    for (gsize depth = RTF_DEPTH_MAX - 2; depth <= RTF_DEPTH_MAX; depth++) {
        g_autoptr(GString) rtf = g_string_new("{\\rtf1 ");
        for (gsize i = 1; i < depth; i++)
            g_string_append_c(rtf, '{');
        g_string_append(rtf, "{\\colortbl hush}deep");
        for (gsize i = 1; i < depth; i++)
            g_string_append_c(rtf, '}');
        g_string_append(rtf, "end\\par}");
        g_autofree char *dump = inspect_bytes(rtf->str, rtf->len, NULL);
        if (depth <= RTF_DEPTH_MAX - 2) {
            assert_found(dump, "deepend");
            assert_missing(dump, "hush");
        } else {
            assert_found(dump, "end");
        }
    }
}

static void
test_fonts(G_GNUC_UNUSED void **state)
{
    for (guint font = RTF_FONTS_MAX - 1; font <= RTF_FONTS_MAX + 1; font++) {
        g_autofree char *rtf = g_strdup_printf("{\\rtf1{\\fonttbl{\\f%u\\fcharset204 A;}}\\f%u\\'cc\\par}", font, font);
        g_autofree char *dump = inspect_bytes(rtf, strlen(rtf), NULL);
        assert_found(dump, font < RTF_FONTS_MAX ? "\xD0\x9C" : "\xC3\x8C");
    }
}

static void
test_word_length(G_GNUC_UNUSED void **state)
{
    for (guint length = RTF_WORD_BYTES - 1; length <= RTF_WORD_BYTES + 1; length++) {
        g_autofree char *word = g_strnfill(length, 'q');
        g_autofree char *rtf = g_strdup_printf("{\\rtf1 a\\%s b\\par}", word);
        g_autofree char *dump = inspect_bytes(rtf, strlen(rtf), NULL);
        assert_found(dump, "ab\n");
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),  cmocka_unit_test(test_object),      cmocka_unit_test(test_depth),
        cmocka_unit_test(test_fonts), cmocka_unit_test(test_word_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
