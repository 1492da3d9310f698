/* SPDX-License-Identifier: GPL-3.0-or-later */
/* XML that stands alone: formats with names, and what becomes of any other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "message/inspect/records.h"
#include "tests/unit/zip_fixture.h"

#define XML "<?xml version='1.0'?>"

static const struct {
    const char *name;
    const char *text;
    const char *wants[10];
    const char *never[4];
} rows[] = {
    {"what repeats is a table",
     XML "<data xsi:schemaLocation='a b' xmlns:xsi='urn:i'><pupil "
         "upn='A1'><dateOfBirth>2014-04-19</dateOfBirth><home><street>High St</street></home></pupil>"
         "<pupil upn='B2'><home><street>Low St</street><street>3</street></home><sen_need>ASD &amp; "
         "more</sen_need></pupil></data>",
     {"[] application/xml no", "<!0:0=upn>", "<!0:1=date Of Birth>", "<!0:2=street>", "<!0:3=sen need>", "<!1:0=A1>",
      "<!1:2=High St>", "<!2:3=ASD & more>"},
     {"a b"}},
    {"fields alone are a form",
     XML "<pupil><Surname>Able</Surname><Forename> Jo </Forename><empty/></pupil>",
     {"<!0:0=Surname>", "<!0:1=Able>", "<!1:0=Forename>", "<!1:1=Jo>"},
     {"empty"}},
    {"a thing with things in it is one form",
     XML "<l><p><n>Jo</n><s>Able</s><d>2014</d><c><n>Pat</n></c><c><n>Kim</n></c></p><p><n>Mia</n></p></l>",
     {"n\tJo\ns\tAble\nd\t2014\nn\tPat\nn\tKim\n\nn\tMia\n"},
     {NULL}},
    {"but a folder of things is not",
     XML "<l><class><name>7B</name><p><n>Jo</n><s>Able</s></p><p><n>Mia</n></p></class><class><p><n>Kim</n></p></"
         "class></l>",
     {"name\t7B\n\nn\ts\nJo\tAble\nMia\nKim\n"},
     {NULL}},
    {"fields that name themselves",
     XML "<r><row><field name='Surname'>Able</field><field name='UPN'>A1</field></row></r>",
     {"<!0:0=Surname>", "<!0:1=Able>", "<!1:0=UPN>", "<!1:1=A1>"},
     {"<!0:0=name>"}},
    {"prose stays prose",
     XML "<doc><p>Dear <b>Jo</b> Able,</p><p>see you</p></doc>",
     {"Dear Jo Able,\nsee you\n"},
     {"<!"}},
    {"common transfer file",
     XML "<CTfile><Pupil><UPN>A1</UPN><Surname>Able</Surname></Pupil></CTfile>",
     {"[] application/x-ctf+xml no unreadable=- suspicious=-\nUPN\tA1\nSurname\tAble\n"},
     {NULL}},
    {"Word 2003",
     XML "<w:wordDocument xmlns:w='http://schemas.microsoft.com/office/word/2003/wordml' "
         "w:macrosPresent='yes'><o:DocumentProperties xmlns:o='urn:o'><o:Title>List</o:Title></o:DocumentProperties>"
         "<w:body><w:p><w:r><w:t>Jo</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:p><w:r><w:t>cell</w:t></w:r></w:p></w:tc></"
         "w:tr></w:tbl></w:body></w:wordDocument>",
     {"suspicious=macros", "Title: List\n", "\nJo\n", "<!0:0=cell>"},
     {NULL}},
    {"Excel 2003",
     XML "<Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet' "
         "xmlns:ss='urn:schemas-microsoft-com:office:spreadsheet'><Worksheet ss:Name='Year 6'><Table><Row ss:Index='3'>"
         "<Cell ss:Index='2' ss:MergeAcross='1'><Data ss:Type='String'>Jo "
         "<B>Able</B></Data><Comment><Data>asked</Data></Comment></Cell><Cell><Data "
         "ss:Type='DateTime'>2014-04-19T00:00:00.000</Data></Cell>"
         "</Row></Table></Worksheet></Workbook>",
     {"<Year 6!2:1=Jo Able asked>", "<Year 6!2:3=19/04/2014>"},
     {NULL}},
    {"a package in one file",
     XML "<pkg:package xmlns:pkg='http://schemas.microsoft.com/office/2006/xmlPackage'><pkg:part "
         "pkg:name='/word/document.xml'><pkg:xmlData><w:document "
         "xmlns:w='urn:w'><w:p><w:r><w:t>Jo</w:t></w:r></w:p></w:document></pkg:xmlData></pkg:part>"
         "<pkg:part pkg:name='/word/vbaProject.bin'><pkg:binaryData>QUJD</pkg:binaryData></pkg:part></pkg:package>",
     {"wordprocessingml.document no unreadable=- suspicious=macros\nJo\n"},
     {"QUJD"}},
    {"a picture with text in it",
     XML
     "<svg xmlns='http://www.w3.org/2000/svg'><style>p{}</style><text x='1'>Jo Able</text><g><text>7B</text></g></svg>",
     {"[] image/svg+xml", "Jo Able\n7B\n"},
     {"p{}"}},
    {"a page",
     XML "<html "
         "xmlns='http://www.w3.org/1999/xhtml'><body><table><tr><td>Jo</td><td>Able</td></tr><tr><td>a</td><td>b</td></"
         "tr></table></body></html>",
     {"<!0:0=Jo>", "<!0:1=Able>"},
     {NULL}},
    {"no end", XML "<l><p><n>Jo</n></p><p><n>Kim</n></p><p><n>Mi", {"unreadable=damaged", "Jo\nKim\n"}, {NULL}},
    {"entities are shown once",
     XML "<!DOCTYPE d [<!ENTITY a 'Jo Able'><!ENTITY b '&a;&a;'>]><d><n>x&b;y</n></d>",
     {"Jo Able\n", "<!0:1=xy>"},
     {"Jo AbleJo Able"}},
};

static void
test_shapes(G_GNUC_UNUSED void **state)
{
    bool all = true;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *dump = inspect_bytes(rows[i].text, strlen(rows[i].text), "file.xml");
        all = inspect_holds(rows[i].name, dump, rows[i].wants, rows[i].never) && all;
    }
    assert_true(all);
}

/* Without a declaration the name or the type says it. */
static void
test_undeclared(G_GNUC_UNUSED void **state)
{
    static const struct {
        const char *name, *type, *text;
        bool xml;
    } files[] = {
        {"a.xml", NULL, "\xEF\xBB\xBF <r><n>Jo</n></r>", true},
        {"a", "text/xml", "<r><n>Jo</n></r>", true},
        {"a.xml", NULL, "no <r>", false},
        {"a.txt", NULL, "<r><n>Jo</n></r>", false},
        {"a.xml", NULL, "<html><body>Jo</body></html>", false},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
        const ExeatFile file = {.name = files[i].name,
                                .type = files[i].type,
                                .data = (const guint8 *)files[i].text,
                                .length = strlen(files[i].text)};
        g_autoptr(ExeatInspected) inspected = exeat_inspect(&file, NULL);
        const ExeatPart *part = inspected->parts->pdata[0];
        assert_int_equal(strcmp(part->actual_type, "application/xml") == 0, files[i].xml);
    }
}

static void
test_encodings(G_GNUC_UNUSED void **state)
{
    static const char shape[] = "<?xml version='1.0' encoding='%s'?><r><n>Si\xC3\xA2n \xE2\x82\xAC</n><n>x</n></r>";
    static const char *const names[] = {"UTF-8", "UTF-16", "ISO-8859-15", "windows-1252"};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *text = g_strdup_printf(shape, names[i]);
        gsize length = 0;
        g_autofree char *bytes = g_convert(text, -1, names[i], "UTF-8", NULL, &length, NULL);
        g_autofree char *dump = inspect_bytes(bytes, length, "file.xml");
        if (strstr(dump, "Si\xC3\xA2n \xE2\x82\xAC") == NULL)
            fail_msg("%s: %s", names[i], dump);
    }
}

/* FORM_FIELDS: fewer of them, beside things that repeat, are a folder's. */
static void
test_fields(G_GNUC_UNUSED void **state)
{
    const guint FORM_FIELDS = 3;
    for (guint fields = FORM_FIELDS - 1; fields <= FORM_FIELDS + 1; fields++) {
        g_autoptr(GString) text = g_string_new(XML "<l><p>");
        for (guint i = 0; i < fields; i++)
            g_string_append_printf(text, "<f%u>v</f%u>", i, i);
        g_string_append(text, "<c><n>Pat</n></c><c><n>Kim</n></c></p><p/></l>");
        g_autofree char *dump = inspect_bytes(text->str, text->len, "file.xml");
        assert_int_equal(strstr(dump, "n\tPat\nn\tKim\n") != NULL, fields >= FORM_FIELDS);
        assert_int_equal(strstr(dump, "n\nPat\nKim\n") != NULL, fields < FORM_FIELDS);
    }
}

/* Each place is a new name; with too many all is shown in lines. */
static void
test_places(G_GNUC_UNUSED void **state)
{
    for (guint places = EXEAT_RECORDS_PATHS_MOST - 1; places <= EXEAT_RECORDS_PATHS_MOST + 1; places++) {
        g_autoptr(GString) text = g_string_new(XML "<r>");
        for (guint i = 0; i < places - 2; i++)
            g_string_append_printf(text, "<n%u>v</n%u>", i, i);
        g_string_append(text, "<last>Jo</last></r>");
        g_autofree char *dump = inspect_bytes(text->str, text->len, "file.xml");
        assert_int_equal(strstr(dump, "last\tJo\n") != NULL, places <= EXEAT_RECORDS_PATHS_MOST);
        assert_non_null(strstr(dump, "Jo\n"));
    }
}

static void
test_coded(G_GNUC_UNUSED void **state)
{
    for (gsize length = EXEAT_RECORDS_CODED_BYTES - 1; length <= EXEAT_RECORDS_CODED_BYTES + 1; length++) {
        g_autofree char *value = g_strnfill(length, 'Q');
        g_autofree char *text = g_strdup_printf(XML "<r><photo>%s</photo></r>", value);
        g_autofree char *dump = inspect_bytes(text, strlen(text), "file.xml");
        assert_int_equal(strstr(dump, "QQQ") != NULL, length <= EXEAT_RECORDS_CODED_BYTES);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_shapes),    cmocka_unit_test(test_undeclared),
                                       cmocka_unit_test(test_encodings), cmocka_unit_test(test_fields),
                                       cmocka_unit_test(test_places),    cmocka_unit_test(test_coded)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
