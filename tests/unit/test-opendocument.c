/* SPDX-License-Identifier: GPL-3.0-or-later */
/* OpenDocument in a package and flat: small documents made here, a row each, and what must be read in them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "message/inspect/opendocument.h"
#include "tests/unit/zip_fixture.h"

#define MEMBERS_MOST 6
#define TEXT_TYPE "application/vnd.oasis.opendocument.text"
#define SHEET_TYPE "application/vnd.oasis.opendocument.spreadsheet"
#define SPACES                                                                                                \
    "xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0' xmlns:text='urn:t' xmlns:table='urn:b' " \
    "xmlns:draw='urn:d' xmlns:xlink='urn:x' xmlns:dc='urn:c' xmlns:meta='urn:m' "                             \
    "xmlns:svg='urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0'"
#define CONTENT(inner) \
    "<office:document-content " SPACES "><office:body>" inner "</office:body></office:document-content>"
#define FLAT(inner) \
    "<?xml version='1.0'?><office:document " SPACES " office:mimetype='" TEXT_TYPE "'>" inner "</office:document>"
#define P(text) "<text:p>" text "</text:p>"
#define MANIFEST(inner) "<m:manifest xmlns:m='urn:m'>" inner "</m:manifest>"

typedef struct Row {
    const char *name;
    const char *type;
    ZipMember members[MEMBERS_MOST];
    const char *wants[8];
    const char *never[4];
} Row;

static const Row rows[] = {
    {.name = "paragraphs, spaces, breaks, tabs",
     .type = TEXT_TYPE,
     .members = {{"content.xml",
                  CONTENT("<office:text>" P("Jo<text:s text:c='2'/>Able<text:tab/>7B<text:line-break/>next\n   "
                                            "<text:span>line</text:span>") "<text:h>Head</text:h></office:text>"),
                  0}},
     .wants = {"[] " TEXT_TYPE " no unreadable=- suspicious=-\nJo  Able 7B\nnext line\nHead\n"}},
    {.name = "notes follow their paragraph, deleted text stays",
     .type = TEXT_TYPE,
     .members = {{"content.xml",
                  CONTENT("<text:tracked-changes><text:deletion>" P("gone") "</text:deletion></text:tracked-changes>" P(
                      "Jo <text:note><text:note-citation>1</text:note-citation><text:note-body>" P(
                          "below") "</text:note-body></text:note><office:annotation><dc:creator>Head</"
                                   "dc:creator><dc:date>2014</dc:date>" P(
                                       "why") "</"
                                              "office:annotation><draw:frame><draw:text-"
                                              "box>" P("boxed") "</draw:text-box></"
                                                                "draw:frame>Able")),
                  0}},
     .wants = {"gone\n", "Jo Able\nbelow\nHead\nwhy\nboxed\n"},
     .never = {"1", "2014"}},
    {.name = "headers, links, pictures' names, meta data",
     .type = TEXT_TYPE,
     .members = {{"content.xml",
                  CONTENT(P("<text:a xlink:href='mailto:jo@school.example'>write</text:a><draw:frame><svg:desc>Sam at "
                            "play</svg:desc></draw:frame>")),
                  0},
                 {"styles.xml",
                  "<office:document-styles " SPACES
                  "><style:header xmlns:style='urn:y'>" P("top") "</style:header></office:document-styles>",
                  0},
                 {"meta.xml",
                  "<office:document-meta " SPACES "><office:meta><dc:title>SEN list</dc:title><meta:user-defined "
                  "meta:name='Pupil'>Jo</meta:user-defined><meta:editing-cycles>7</"
                  "meta:editing-cycles></office:meta></office:document-meta>",
                  0}},
     .wants = {"write\n", "mailto:jo@school.example\n", "Sam at play\n", "top\n", "title: SEN list\n", "Pupil: Jo\n"},
     .never = {"editing"}},
    {.name = "sheets, repeated cells and rows, hidden columns",
     .type = SHEET_TYPE,
     .members =
         {{"content.xml",
           CONTENT(
               "<office:spreadsheet><table:table table:name='Year 6'><table:table-column table:visibility='collapse'/>"
               "<table:table-row table:number-rows-repeated='1000000'><table:table-cell "
               "table:number-columns-repeated='1024'/></table:table-row>"
               "<table:table-row><table:covered-table-cell/><table:table-cell table:number-columns-repeated='2'>" P(
                   "Yes")
                   P("or no") "</table:table-cell><table:table-cell office:date-value='2014-04-19'>" P(
                       "19/04/2014") "</table:table-cell><table:table-cell "
                                     "office:value='7'/></table:table-row></table:table></office:spreadsheet>"),
           0}},
     .wants = {"\nYear 6\n", "<Year 6!1000000:1=Yes or no>", "<Year 6!1000000:2=Yes or no>",
               "<Year 6!1000000:3=19/04/2014>", "<Year 6!1000000:4=7>"}},
    {.name = "a comment stays in its cell, a table in a cell is its text",
     .type = SHEET_TYPE,
     .members = {{"content.xml",
                  CONTENT("<table:table><table:table-row><table:table-cell "
                          "office:string-value='Jo'><office:annotation>" P("asked") "</office:annotation>" P(
                              "Jo") "</"
                                    "table:table-cell><table:table-cell><table:table><table:table-row><table:table-"
                                    "cell>" P("in") "</table:table-cell><table:table-cell>" P("ner") "</"
                                                                                                     "table:table-cell>"
                                                                                                     "</"
                                                                                                     "table:table-row><"
                                                                                                     "/table:table></"
                                                                                                     "table:table-cell>"
                                                                                                     "</"
                                                                                                     "table:table-row><"
                                                                                                     "/table:table>"),
                  0}},
     .wants = {"0:0=Jo asked>", "0:1=in   ner>"}},
    {.name = "objects in it, files in it, no replacements",
     .type = TEXT_TYPE,
     .members = {{"content.xml", CONTENT(P("body")), 0},
                 {"Object 1/content.xml", CONTENT(P("in an object")), 0},
                 {"ObjectReplacements/content.xml", CONTENT(P("a copy")), 0},
                 {"Object 2", "Able, Jo", 0}},
     .wants = {"body\n", "in an object\n", "[Object 2] text/plain"},
     .never = {"a copy"}},
    {.name = "sealed",
     .type = TEXT_TYPE,
     .members = {{"META-INF/manifest.xml",
                  MANIFEST("<m:file-entry m:full-path='content.xml'><m:encryption-data/></m:file-entry>"), 0},
                 {"content.xml", "\x01\x02", 0}},
     .wants = {TEXT_TYPE " yes unreadable=- "}},
    {.name = "sealed as one",
     .type = TEXT_TYPE,
     .members = {{"META-INF/manifest.xml",
                  "<x:manifest xmlns:x='urn:m'><x:file-entry "
                  "x:full-path='encrypted-package'><x:encryption-data/></x:file-entry></x:manifest>",
                  0},
                 {"encrypted-package", "\x01\x02", 0}},
     .wants = {TEXT_TYPE " yes unreadable=- "}},
    {.name = "a sealed library of macros is not the document",
     .type = TEXT_TYPE,
     .members = {{"META-INF/manifest.xml",
                  MANIFEST("<m:file-entry m:full-path='content.xml'/><m:file-entry "
                           "m:full-path='Basic/Standard/Module1.xml'><m:encryption-data/></m:file-entry>"),
                  0},
                 {"content.xml", CONTENT(P("body")), 0},
                 {"Basic/Standard/Module1.xml", "x", 0}},
     .wants = {TEXT_TYPE " no unreadable=- suspicious=macros\nbody\n"}},
    {.name = "libraries without code",
     .type = TEXT_TYPE,
     .members = {{"content.xml", CONTENT(P("body")), 0}, {"Basic/Standard/script-lb.xml", "<x/>", 0}},
     .wants = {"suspicious=-\n"}},
    {.name = "the predecessor",
     .type = "application/vnd.sun.xml.calc",
     .members = {{"content.xml",
                  CONTENT("<table:table table:name='S'><table:table-row><table:table-cell>" P(
                      "Jo") "</table:table-cell></table:table-row></table:table>"),
                  0}},
     .wants = {"[] application/vnd.sun.xml.calc", "<S!0:0=Jo>"}},
    {.name = "a database",
     .type = "application/vnd.oasis.opendocument.base",
     .members = {{"content.xml", CONTENT(""), 0},
                 {"database/script", "INSERT INTO P VALUES('Jo')", 0},
                 {"database/data", "x", 0}},
     .wants = {"unreadable=a database whose rows cannot be read", "[database/script] text/plain", "'Jo'"}},
    {.name = "truncated",
     .type = TEXT_TYPE,
     .members = {{"content.xml", "<office:document-content " SPACES "><office:body>" P("before") "<text:p>cu", 0}},
     .wants = {"unreadable=damaged", "before\n"}},
};

static void
test_packages(G_GNUC_UNUSED void **state)
{
    bool all = true;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        ZipMember members[MEMBERS_MOST + 2] = {{"mimetype", rows[i].type, 0}};
        memcpy(members + 1, rows[i].members, sizeof rows[i].members);
        g_autofree char *dump = zip_inspect(members, "file");
        all = inspect_holds(rows[i].name, dump, rows[i].wants, rows[i].never) && all;
    }
    assert_true(all);
}

/* Without a type of its own: the manifest has it; a JAR is an archive. */
static void
test_no_type(G_GNUC_UNUSED void **state)
{
    const ZipMember typed[] = {
        {"META-INF/manifest.xml", MANIFEST("<m:file-entry m:full-path='/' m:media-type='" SHEET_TYPE "'/>"), 0},
        {"content.xml", CONTENT(P("Jo")), 0},
        {NULL, NULL, 0}};
    const ZipMember other[] = {
        {"META-INF/manifest.xml", "<other/>", 0}, {"content.xml", "<p>Jo</p>", 0}, {NULL, NULL, 0}};
    g_autofree char *one = zip_inspect(typed, "a"), *two = zip_inspect(other, "b");
    assert_non_null(strstr(one, "[] " SHEET_TYPE));
    assert_non_null(strstr(two, "[] application/zip"));
    assert_non_null(strstr(two, "[content.xml]"));
}

static void
test_flat(G_GNUC_UNUSED void **state)
{
    static const char flat[] = FLAT(
        "<office:meta><dc:title>List</dc:title></office:meta><office:scripts><ooo:module "
        "xmlns:ooo='urn:o'>Sub</ooo:module></office:scripts>"
        "<office:body><office:spreadsheet><table:table table:name='Y6'><table:table-row><table:table-cell>" P(
            "Jo<draw:image><office:binary-data>QUJD</office:binary-data></draw:image>") "</table:table-cell></"
                                                                                        "table:table-row></"
                                                                                        "table:table></"
                                                                                        "office:spreadsheet></"
                                                                                        "office:body>");
    g_autofree char *dump = inspect_bytes(flat, sizeof flat - 1, "list.fods");
    assert_non_null(strstr(dump, "[] " TEXT_TYPE " no unreadable=- suspicious=macros\ntitle: List\n"));
    assert_non_null(strstr(dump, "<Y6!0:0=Jo>"));
    assert_null(strstr(dump, "QUJD"));
    assert_null(strstr(dump, "Sub"));
}

static void
test_copies(G_GNUC_UNUSED void **state)
{
    for (guint copies = EXEAT_OPENDOCUMENT_CELL_COPIES - 1; copies <= EXEAT_OPENDOCUMENT_CELL_COPIES + 1; copies++) {
        g_autofree char *flat = g_strdup_printf(
            FLAT("<table:table><table:table-row><table:table-cell table:number-columns-repeated='%u'>" P(
                "Jo") "</table:table-cell><table:table-cell>" P("end") "</table:table-cell></table:table-row></"
                                                                       "table:table>"),
            copies);
        g_autofree char *dump = inspect_bytes(flat, strlen(flat), "x.fods");
        g_autofree char *last = g_strdup_printf("0:%u=Jo>", copies - 1), *end = g_strdup_printf("0:%u=end>", copies);
        assert_int_equal(strstr(dump, last) != NULL, copies <= EXEAT_OPENDOCUMENT_CELL_COPIES);
        assert_non_null(strstr(dump, end));
    }
}

/* SPACES_MOST: of one text:s. */
static void
test_spaces(G_GNUC_UNUSED void **state)
{
    const guint SPACES_MOST = 64;
    for (guint spaces = SPACES_MOST - 1; spaces <= SPACES_MOST + 1; spaces++) {
        g_autofree char *flat = g_strdup_printf(FLAT(P("a<text:s text:c='%u'/>b")), spaces);
        g_autofree char *dump = inspect_bytes(flat, strlen(flat), "x.fodt");
        const char *line = strchr(dump, '\n') + 1;
        assert_int_equal(strchr(line, 'b') - line - 1, MIN(spaces, SPACES_MOST));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_packages), cmocka_unit_test(test_no_type),
                                       cmocka_unit_test(test_flat), cmocka_unit_test(test_copies),
                                       cmocka_unit_test(test_spaces)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
