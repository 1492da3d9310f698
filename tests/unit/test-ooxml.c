/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Office Open XML: small documents made here, a row each, and what must be read in them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "message/inspect/sax.h"
#include "tests/unit/zip_fixture.h"

#define MEMBERS_MOST 8
#define RELATION(id, type, target)                                                                              \
    "<Relationship Id='" id "' Type='http://schemas.openxmlformats.org/officeDocument/2006/relationships/" type \
    "' Target='" target "'/>"
#define LINK(id, target)                                                                                             \
    "<Relationship Id='" id "' Type='http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink'" \
    " Target='" target "' TargetMode='External'/>"
#define RELATIONS(inner) \
    "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>" inner "</Relationships>"
#define W(body)                                                                                             \
    "<w:document xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main' xmlns:mc='urn:mc'>" \
    "<w:body>" body "</w:body></w:document>"
#define RUN(text) "<w:r><w:t>" text "</w:t></w:r>"
#define PARA(text) "<w:p>" RUN(text) "</w:p>"
#define SHEET(rows)                                                                                 \
    "<worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><sheetData>" rows \
    "</sheetData></worksheet>"
#define BOOK(inner) \
    "<workbook xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main' xmlns:r='urn:r'>" inner "</workbook>"
#define SHEETS "<sheets><sheet name='Year 6' sheetId='1' state='veryHidden' r:id='rId1'/></sheets>"
#define SLIDE(inner) "<p:sld xmlns:p='urn:p' xmlns:a='urn:a'><p:cSld><p:spTree>" inner "</p:spTree></p:cSld></p:sld>"
#define A_PARA(text) "<a:p><a:r><a:t>" text "</a:t></a:r></a:p>"

typedef struct Kind {
    const char *type; /* of the main part */
    const char *main, *relations;
} Kind;

static const Kind word = {"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
                          "word/document.xml", "word/_rels/document.xml.rels"};
static const Kind book = {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
                          "xl/workbook.xml", "xl/_rels/workbook.xml.rels"};
static const Kind slides = {"application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
                            "ppt/presentation.xml", "ppt/_rels/presentation.xml.rels"};

typedef struct Row {
    const char *name;
    const Kind *kind;
    const char *main;
    const char *relations; /* of the main part, or NULL */
    ZipMember more[MEMBERS_MOST];
    const char *wants[8];
    const char *never[4];
} Row;

static char *
row_inspect(const Row *row)
{
    ZipMember members[MEMBERS_MOST + 5] = {{NULL, NULL, 0}};
    g_autofree char *types = g_strdup_printf(
        "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'>"
        "<Override PartName='/%s' ContentType='%s'/></Types>",
        row->kind->main, row->kind->type);
    g_autofree char *root = g_strdup_printf(RELATIONS(RELATION("rId1", "officeDocument", "%s")), row->kind->main);
    guint count = 0;
    members[count++] = (ZipMember){"[Content_Types].xml", types, 0};
    members[count++] = (ZipMember){"_rels/.rels", root, 0};
    members[count++] = (ZipMember){row->kind->main, row->main, 0};
    if (row->relations != NULL)
        members[count++] = (ZipMember){row->kind->relations, row->relations, 0};
    for (guint i = 0; i < MEMBERS_MOST && row->more[i].name != NULL; i++)
        members[count++] = row->more[i];
    return zip_inspect(members, "file");
}

static void
rows_hold(const Row *rows, gsize count)
{
    bool all = true;
    for (gsize i = 0; i < count; i++) {
        g_autofree char *dump = row_inspect(&rows[i]);
        all = inspect_holds(rows[i].name, dump, rows[i].wants, rows[i].never) && all;
    }
    assert_true(all);
}

static const Row word_rows[] = {
    {.name = "paragraphs are lines",
     .kind = &word,
     .main = W(PARA("Jo Able") "<w:p><w:r><w:t>Be</w:t></w:r><w:r><w:t>ta</w:t><w:tab/><w:t>x</w:t></w:r></w:p>"),
     .wants = {"[] application/vnd.openxmlformats-officedocument.wordprocessingml.document no unreadable=- "
               "suspicious=-\nJo Able\nBeta x\n"}},
    {.name = "a tab stop is no tab",
     .kind = &word,
     .main = W("<w:p><w:pPr><w:tabs><w:tab w:val='left'/></w:tabs></w:pPr>" RUN("One") "</w:p>"),
     .wants = {"\nOne\n"}},
    {.name = "table cells with spans, tables in them",
     .kind = &word,
     .main = W("<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val='2'/></w:tcPr>" PARA("wide") "</w:tc><w:tc>" PARA(
         "third") "</w:tc></w:tr><w:tr><w:tc>" PARA("a")
                   PARA("b") "<w:tbl><w:tr><w:tc>" PARA("in") "</w:tc></w:tr></w:tbl>"
                                                              "</w:tc><w:tc>" PARA(
                                                                  "after") "</w:tc></w:tr></w:tbl>" PARA("behind")),
     .wants = {"<!0:0=wide>", "<!0:2=third>", "<!1:0=a b in>", "<!1:1=after>", "\nbehind\n"}},
    {.name = "deleted text stays, field codes do not, their links do",
     .kind = &word,
     .main = W("<w:p><w:del><w:r><w:delText>gone</w:delText></w:r></w:del><w:r><w:fldChar w:fldCharType='begin'/></w:r>"
               "<w:r><w:instrText> HYPERLINK \"mailto:jo@school.example\" </w:instrText></w:r>"
               "<w:r><w:fldChar w:fldCharType='separate'/></w:r>" RUN(
                   "shown") "<w:r><w:fldChar w:fldCharType='end'/></w:r></w:p>"),
     .wants = {"goneshown\n", "mailto:jo@school.example\n"},
     .never = {"HYPERLINK"}},
    {.name = "of alternatives one is read",
     .kind = &word,
     .main = W("<w:p><w:r><mc:AlternateContent><mc:Choice><w:txbxContent>" PARA(
         "boxed") "</w:txbxContent></mc:Choice>"
                  "<mc:Fallback><w:txbxContent>" PARA("boxed") "</w:txbxContent></mc:Fallback></mc:AlternateContent>"
                                                               "<mc:AlternateContent><mc:Fallback><w:t>only</w:t></"
                                                               "mc:Fallback></mc:AlternateContent></w:r></w:p>"),
     .wants = {"\nboxed\nonly\n"},
     .never = {"boxed\nboxed"}},
    {.name = "a form's list, hyphens, symbols",
     .kind = &word,
     .main = W("<w:p><w:r><w:ffData><w:ddList><w:result w:val='1'/><w:listEntry w:val='No'/><w:listEntry w:val='Yes'/>"
               "</w:ddList></w:ffData><w:t>a</w:t><w:noBreakHyphen/><w:t>b</w:t><w:sym w:char='20AC'/></w:r></w:p>"),
     .wants = {"Yesa-b\xE2\x82\xAC\n"},
     .never = {"No"}},
    {.name = "headers, notes, comments, links, pictures' names",
     .kind = &word,
     .main = W("<w:p><w:drawing><wp:docPr xmlns:wp='urn:x' descr='Sam &amp; Pat'/></w:drawing>" RUN("body") "</w:p>"),
     .relations = RELATIONS(
         RELATION("rId1", "header", "/word/HEADER1.xml") RELATION("rId2", "footnotes", "footnotes.xml")
             RELATION("rId3", "comments", "..\\word\\comments.xml") LINK("rId4", "mailto:kim@school.example")),
     .more = {{"word/header1.xml", "<h:hdr xmlns:h='urn:h'><h:p><h:r><h:t>top</h:t></h:r></h:p></h:hdr>", 0},
              {"word/footnotes.xml",
               "<w:footnotes xmlns:w='urn:w'><w:footnote>" PARA("note") "</w:footnote></w:footnotes>", 0},
              {"word/comments.xml",
               "<w:comments xmlns:w='urn:w'><w:comment w:author='Head'>" PARA("why") "</w:comment></w:comments>", 0}},
     .wants = {"body\n", "mailto:kim@school.example\n", "\ntop\n", "\nnote\n", "\nHead\nwhy\n", "Sam & Pat\n"}},
    {.name = "parts to which nothing leads",
     .kind = &word,
     .main = W(PARA("body")),
     .more = {{"word/footer3.xml", "<w:ftr xmlns:w='urn:w'>" PARA("orphan") "</w:ftr>", 0}},
     .wants = {"\norphan\n"}},
    {.name = "properties, embedded files, no glossary",
     .kind = &word,
     .main = W(PARA("body")),
     .relations = RELATIONS(RELATION("rId1", "package", "embeddings/list.txt")
                                RELATION("rId2", "glossaryDocument", "glossary/document.xml")),
     .more = {{"docProps/core.xml",
               "<c:p xmlns:c='urn:c' xmlns:dc='urn:d'><dc:title>SEN list</dc:title><dc:creator> </dc:creator></c:p>",
               0},
              {"docProps/custom.xml",
               "<Properties><property name='Pupil'><vt:lpwstr xmlns:vt='urn:v'>Jo</vt:lpwstr></property></Properties>",
               0},
              {"word/embeddings/list.txt", "Able, Jo", 0},
              {"word/glossary/document.xml", W(PARA("template")), 0}},
     .wants = {"title: SEN list\n", "Pupil: Jo\n", "[word/embeddings/list.txt] text/plain", "Able, Jo"},
     .never = {"template", "creator"}},
    {.name = "charts and diagrams",
     .kind = &word,
     .main = W(PARA("body")),
     .relations = RELATIONS(RELATION("rId1", "chart", "charts/chart1.xml")
                                RELATION("rId2", "diagramData", "diagrams/data1.xml")),
     .more =
         {{"word/charts/chart1.xml",
           "<c:c xmlns:c='urn:c'><c:f>S!A1</c:f><c:strCache><c:pt idx='0'><c:v>Jo Able</c:v></c:pt></c:strCache></c:c>",
           0},
          {"word/diagrams/data1.xml",
           "<d:d xmlns:d='urn:d' xmlns:a='urn:a'><d:pt><d:t>" A_PARA("Head of year") "</d:t></d:pt></d:d>", 0}},
     .wants = {"\nJo Able\n", "\nHead of year\n"},
     .never = {"S!A1"}},
    {.name = "truncated: what came before stays",
     .kind = &word,
     .main = "<w:document xmlns:w='urn:w'><w:body>" PARA("before") "<w:p><w:r><w:t>cut",
     .wants = {"unreadable=damaged", "before\n"}},
    {.name = "truncated in a table: the next part is not in it",
     .kind = &word,
     .main = "<w:document xmlns:w='urn:w'><w:body><w:tbl><w:tr><w:tc>" PARA("cell"),
     .more = {{"word/header1.xml", "<w:hdr xmlns:w='urn:w'>" PARA("top") "</w:hdr>", 0}},
     .wants = {"unreadable=damaged", "<!0:0=cell>", "\ntop\n"}},
    {.name = "entities are not put in",
     .kind = &word,
     .main = "<!DOCTYPE d [<!ENTITY a 'lol'><!ENTITY b '&a;&a;&a;'><!ENTITY x SYSTEM 'file:///etc/passwd'>]>"
             "<w:document xmlns:w='urn:w'><w:body><w:p><w:r><w:t>1&b;2&x;</w:t></w:r></w:p></w:body></w:document>",
     .wants = {"\n12\n", "lol\n"},
     .never = {"lollol", "root:"}},
};

static void
test_word(G_GNUC_UNUSED void **state)
{
    rows_hold(word_rows, G_N_ELEMENTS(word_rows));
}

static const Row book_rows[] = {
    {.name = "strings, places, hidden sheets",
     .kind = &book,
     .main = BOOK(SHEETS),
     .relations = RELATIONS(RELATION("rId1", "worksheet", "worksheets/sheet1.xml")
                                RELATION("rId2", "sharedStrings", "sharedStrings.xml")),
     .more = {{"xl/worksheets/sheet1.xml",
               SHEET(
                   "<row r='2' hidden='1'><c r='C2' t='s'><v>1</v></c><c "
                   "t='inlineStr'><is><t>in</t><rPh><t>x</t></rPh></is></c>"
                   "<c t='b'><v>1</v></c></row><row><c t='str'><f>A1</f><v>result</v></c><c r='XFD3' t='s'><v>0</v></c>"
                   "<c t='s'><v>99</v></c></row>"),
               0},
              {"xl/sharedStrings.xml",
               "<sst><si><t>Jo</t></si><si><r><t>Noah </t></r><r><t>Able_x000D_</t></r><rPh><t>no</t></rPh></si></sst>",
               0}},
     .wants = {"\nYear 6\n", "<Year 6!1:2=Noah Able>", "<Year 6!1:3=in>", "<Year 6!1:4=TRUE>", "<Year 6!2:0=result>",
               "<Year 6!2:16383=Jo>"},
     .never = {"A1", "no\n"}},
    {.name = "numbers, dates, leading zeros",
     .kind = &book,
     .main = BOOK(SHEETS),
     .relations = RELATIONS(RELATION("rId1", "worksheet", "worksheets/sheet1.xml")
                                RELATION("rId2", "styles", "styles.xml")),
     .more = {{"xl/styles.xml",
               "<styleSheet><numFmts><numFmt numFmtId='164' formatCode='00000\\ 000000'/><numFmt numFmtId='165' "
               "formatCode='[$-809]d mmm yyyy'/></numFmts>"
               "<cellStyleXfs><xf numFmtId='9'/></cellStyleXfs><cellXfs><xf numFmtId='0'/><xf numFmtId='14'/><xf "
               "numFmtId='164'/><xf numFmtId='165'/></cellXfs></styleSheet>",
               0},
              {"xl/worksheets/sheet1.xml",
               SHEET("<row><c s='0'><v>9.434765919E9</v></c><c s='1'><v>41748</v></c><c s='2'><v>7700900123</v></c><c "
                     "s='3'><v>41748.5</v></c>"
                     "<c s='7'><v>0.1</v></c><c t='d'><v>2014-04-19T00:00:00</v></c></row>"),
               0}},
     .wants = {"0:0=9434765919>", "0:1=19/04/2014>", "0:2=07700 900123>", "0:3=19/04/2014>", "0:4=0.1>",
               "0:5=19/04/2014>"}},
    {.name = "dates from 1904",
     .kind = &book,
     .main = BOOK("<workbookPr date1904='1'/>" SHEETS),
     .relations = RELATIONS(RELATION("rId1", "worksheet", "worksheets/sheet1.xml")
                                RELATION("rId2", "styles", "styles.xml")),
     .more = {{"xl/styles.xml", "<styleSheet><cellXfs><xf numFmtId='14'/></cellXfs></styleSheet>", 0},
              {"xl/worksheets/sheet1.xml", SHEET("<row><c><v>40286</v></c></row>"), 0}},
     .wants = {"0:0=19/04/2014>"}},
    {.name = "headers, choices, links, names",
     .kind = &book,
     .main = BOOK(SHEETS "<definedNames><definedName name='Head'>\"Pat Roe\"</definedName><definedName "
                         "name='Area'>S!$A$1</definedName></definedNames>"),
     .relations = RELATIONS(RELATION("rId1", "worksheet", "worksheets/sheet1.xml")),
     .more = {{"xl/worksheets/sheet1.xml",
               "<worksheet><sheetData/><dataValidations><dataValidation><formula1>\"Jo,Kim\"</formula1></"
               "dataValidation></dataValidations>"
               "<hyperlinks><hyperlink display='Jo "
               "page'/></"
               "hyperlinks><headerFooter><oddHeader>&amp;L&amp;\"Arial,Bold\"&amp;12Class&amp;K01+0006B&amp;R&amp;P</"
               "oddHeader></headerFooter></worksheet>",
               0},
              {"xl/worksheets/_rels/sheet1.xml.rels",
               RELATIONS(LINK("r1", "https://school.example/jo") RELATION("r2", "comments", "../comments1.xml")
                             RELATION("r3", "drawing", "../drawings/drawing1.xml")),
               0},
              {"xl/comments1.xml",
               "<comments><authors><author>Ms Roe</author></authors><commentList><comment ref='A1'><text><r><t>asked "
               "</t></r><r><t>twice</t></r></text></comment></commentList></comments>",
               0},
              {"xl/drawings/drawing1.xml",
               "<x:d xmlns:x='urn:x' xmlns:a='urn:a'><x:txBody>" A_PARA("box") "</x:txBody></x:d>", 0}},
     .wants = {"Head:  Pat Roe", "Jo,Kim\n", "Jo page\n", "Class6B", "https://school.example/jo\n", "asked twice\n",
               "\nbox\n"},
     .never = {"Area", "Arial", "&"}},
    {.name = "what stays of other workbooks and of pivot tables",
     .kind = &book,
     .main = BOOK(SHEETS),
     .relations = RELATIONS(RELATION("r1", "externalLink", "externalLinks/e.xml") RELATION(
         "r2", "pivotCacheDefinition", "pivotCache/d.xml") RELATION("r3", "vbaProject", "vbaProject.bin")),
     .more = {{"xl/externalLinks/e.xml",
               "<externalLink><sheetName val='Old'/><sheetData><row r='1'><cell r='A1' "
               "t='str'><v>Mia</v></cell><cell><v>7</v></cell></row></sheetData></externalLink>",
               0},
              {"xl/pivotCache/d.xml",
               "<pivotCacheDefinition><cacheField name='Pupil'><sharedItems><s v='Jo'/><s "
               "v='Kim'/></sharedItems></cacheField><cacheField "
               "name='Score'><sharedItems/></cacheField></pivotCacheDefinition>",
               0},
              {"xl/pivotCache/_rels/d.xml.rels", RELATIONS(RELATION("r1", "pivotCacheRecords", "r.xml")), 0},
              {"xl/pivotCache/r.xml",
               "<pivotCacheRecords><r><x v='1'/><n v='12'/></r><r><x v='9'/><n v='8'/></r></pivotCacheRecords>", 0},
              {"xl/vbaProject.bin", "x", 0}},
     .wants = {"suspicious=macros", "Old\nMia 7", "<!0:0=Pupil>", "<!0:1=Score>", "<!1:0=Kim>", "<!1:1=12>",
               "<!2:1=8>"}},
};

static void
test_book(G_GNUC_UNUSED void **state)
{
    rows_hold(book_rows, G_N_ELEMENTS(book_rows));
}

static const Row slide_rows[] = {
    {.name = "comments of today: their authors are a part of their own",
     .kind = &slides,
     .main = "<p:presentation xmlns:p='urn:p'/>",
     .relations = RELATIONS(RELATION("r1", "authors", "authors.xml") RELATION("r2", "comments", "comments/modern.xml")),
     .more = {{"ppt/authors.xml", "<a:authorLst xmlns:a='urn:a'><a:author name='Pat Roe'/></a:authorLst>", 0},
              {"ppt/comments/modern.xml",
               "<x:cmLst xmlns:x='urn:x' xmlns:a='urn:a'><x:cm><x:txBody>" A_PARA(
                   "see me") "</x:txBody></x:cm></x:cmLst>",
               0}},
     .wants = {"Pat Roe\n", "see me\n"}},
    {.name = "slides in order, notes, tables",
     .kind = &slides,
     .main = "<p:presentation xmlns:p='urn:p' xmlns:r='urn:r'><p:sldIdLst><p:sldId id='257' r:id='rId9'/><p:sldId "
             "id='256' r:id='rId2'/></p:sldIdLst></p:presentation>",
     .relations = RELATIONS(RELATION("rId2", "slide", "slides/slide1.xml") RELATION(
         "rId9", "slide", "slides/slide2.xml") RELATION("rId3", "slideMaster", "slideMasters/slideMaster1.xml")),
     .more = {{"ppt/slides/slide1.xml", SLIDE(A_PARA("last")), 0},
              {"ppt/slides/slide2.xml",
               SLIDE(A_PARA("first") "<a:tbl><a:tr><a:tc><a:txBody>" A_PARA(
                   "Jo") "</a:txBody></a:tc><a:tc gridSpan='2'>" A_PARA("7B") "</a:tc></a:tr></a:tbl>"),
               0},
              {"ppt/slides/_rels/slide2.xml.rels",
               RELATIONS(RELATION("r1", "notesSlide", "../notesSlides/n.xml")
                             RELATION("r2", "comments", "../comments/c.xml")),
               0},
              {"ppt/notesSlides/n.xml", SLIDE(A_PARA("say it")), 0},
              {"ppt/comments/c.xml",
               "<p:cmLst xmlns:p='urn:p'><p:cm authorId='0'><p:text>check this</p:text></p:cm></p:cmLst>", 0},
              {"ppt/slideMasters/slideMaster1.xml", SLIDE(A_PARA("Click to edit")), 0}},
     .wants = {"<!0:0=Jo>", "<!0:1=7B>", "say it\n\ncheck this\n\nlast\n", "first\n"},
     .never = {"Click"}},
};

static void
test_slides(G_GNUC_UNUSED void **state)
{
    rows_hold(slide_rows, G_N_ELEMENTS(slide_rows));
}

/* The kinds by their content types; macro kinds have a version. */
static void
test_types(G_GNUC_UNUSED void **state)
{
    static const struct {
        const char *content, *want;
    } rows[] = {
        {"application/vnd.ms-word.document.macroEnabled.main+xml", "application/vnd.ms-word.document.macroenabled.12"},
        {"application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
         "application/vnd.openxmlformats-officedocument.wordprocessingml.template"},
        {"application/vnd.ms-excel.sheet.binary.macroEnabled.main",
         "application/vnd.ms-excel.sheet.binary.macroenabled.12"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const Kind kind = {rows[i].content, "word/document.xml", ""};
        const Row row = {.kind = &kind, .main = W(PARA("x"))};
        g_autofree char *dump = row_inspect(&row);
        assert_non_null(strstr(dump, rows[i].want));
    }
}

static void
test_other_packages(G_GNUC_UNUSED void **state)
{
    const ZipMember members[] = {
        {"[Content_Types].xml", "<Types/>", 0}, {"tools/list.txt", "Jo Able", 0}, {NULL, NULL, 0}};
    g_autofree char *dump = zip_inspect(members, "tool.nupkg");
    assert_non_null(strstr(dump, "[] application/zip"));
    assert_non_null(strstr(dump, "[tools/list.txt] text/plain"));
}

static void
test_visio(G_GNUC_UNUSED void **state)
{
    static const Kind visio = {"application/vnd.ms-visio.drawing.main+xml", "visio/document.xml",
                               "visio/_rels/document.xml.rels"};
    const Row row = {
        .kind = &visio,
        .main = "<VisioDocument/>",
        .relations = RELATIONS(RELATION("r1", "pages", "pages/pages.xml")),
        .more = {{"visio/pages/pages.xml", "<Pages><Page Name='Plan'/></Pages>", 0},
                 {"visio/pages/_rels/pages.xml.rels", RELATIONS(RELATION("r1", "page", "page1.xml")), 0},
                 {"visio/pages/page1.xml",
                  "<PageContents><Shape><Cell V='1'/><Text><cp IX='0'/>Jo <pp/>Able</Text></Shape></PageContents>",
                  0}}};
    g_autofree char *dump = row_inspect(&row);
    assert_non_null(strstr(dump, "[] application/vnd.ms-visio.drawing no unreadable=- suspicious=-\nJo Able\n"));
}

static void
test_xps(G_GNUC_UNUSED void **state)
{
    const ZipMember members[] = {
        {"[Content_Types].xml", "<Types/>", 0},
        {"_rels/.rels", RELATIONS(RELATION("r", "fixedrepresentation", "/FixedDocSeq.fdseq")), 0},
        {"FixedDocSeq.fdseq",
         "<FixedDocumentSequence><DocumentReference Source='Documents/1/d.fdoc'/></FixedDocumentSequence>", 0},
        {"Documents/1/d.fdoc", "<FixedDocument><PageContent Source='Pages/2.fpage'/></FixedDocument>", 0},
        {"Documents/1/Pages/2.fpage",
         "<FixedPage><Glyphs OriginY='1' UnicodeString='Jo'/><Glyphs OriginY='1' UnicodeString='{}{Able'/><Glyphs "
         "OriginY='2' UnicodeString='next'/></FixedPage>",
         0},
        {NULL, NULL, 0}};
    g_autofree char *dump = zip_inspect(members, "page.xps");
    assert_non_null(strstr(dump, "application/vnd.ms-xpsdocument no unreadable=- suspicious=-\nJo {Able \nnext"));
}

/* --- workbooks in binary --- */

static void
record(GByteArray *bytes, guint type, const void *body, guint length)
{
    const guint8 head[] = {(guint8)(type < 128 ? type : (type & 0x7F) | 0x80), (guint8)(type >> 7), (guint8)length};
    g_byte_array_append(bytes, head, 1);
    if (type >= 128)
        g_byte_array_append(bytes, head + 1, 1);
    g_byte_array_append(bytes, head + 2, 1);
    g_byte_array_append(bytes, body, length);
}

static void
test_binary(G_GNUC_UNUSED void **state)
{
    g_autoptr(GByteArray) workbook = g_byte_array_new(), strings = g_byte_array_new(), sheet = g_byte_array_new();
    record(workbook, 156, "\0\0\0\0\1\0\0\0\4\0\0\0r\0I\0d\0001\0\2\0\0\0Y\0006\0", 28);
    record(strings, 19, "\0\2\0\0\0J\0o\0", 9);
    record(sheet, 0, "\4\0\0\0", 4);
    record(sheet, 7, "\2\0\0\0\0\0\0\0\0\0\0\0", 12);       /* C5: the shared string */
    record(sheet, 2, "\3\0\0\0\0\0\0\0\x1E\0\0\0", 12);     /* D5: 7 in 30 bits */
    record(sheet, 6, "\4\0\0\0\0\0\0\0\1\0\0\0\xE9\0", 14); /* E5: a string */
    record(sheet, 2, "\5\0\0\0\0\0\0\0", 8);                /* too short */
    record(sheet, 479,
           "\0\0\4\0\0\0&\0L\0H\0i\0"
           "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
           34);
    const ZipMember members[] = {{"[Content_Types].xml", "<Types/>", 0},
                                 {"_rels/.rels", RELATIONS(RELATION("r", "officeDocument", "xl/workbook.bin")), 0},
                                 {"xl/workbook.bin", (const char *)workbook->data, workbook->len},
                                 {"xl/_rels/workbook.bin.rels",
                                  RELATIONS(RELATION("rId1", "worksheet", "worksheets/sheet1.bin")
                                                RELATION("rId2", "sharedStrings", "sharedStrings.bin")),
                                  0},
                                 {"xl/sharedStrings.bin", (const char *)strings->data, strings->len},
                                 {"xl/worksheets/sheet1.bin", (const char *)sheet->data, sheet->len},
                                 {NULL, NULL, 0}};
    g_autofree char *dump = zip_inspect(members, "list.xlsb");
    assert_non_null(strstr(dump, "<Y6!4:2=Jo>\n<Y6!4:3=7>\n<Y6!4:4=\xC3\xA9>"));
    assert_non_null(strstr(dump, "\nHi\n")); /* its header, without the code */
}

/* --- limits --- */

static void
test_depth(G_GNUC_UNUSED void **state)
{
    for (guint depth = EXEAT_SAX_DEPTH - 1; depth <= EXEAT_SAX_DEPTH + 1; depth++) {
        g_autoptr(GString) nested = g_string_new("<w:document xmlns:w='urn:w'>");
        for (guint i = 0; i < depth - 2; i++)
            g_string_append(nested, "<w:x>");
        g_string_append(nested, "<w:t>deep</w:t>");
        for (guint i = 0; i < depth - 2; i++)
            g_string_append(nested, "</w:x>");
        g_string_append(nested, "</w:document>");
        const Row row = {.kind = &word, .main = nested->str};
        g_autofree char *dump = row_inspect(&row);
        assert_int_equal(strstr(dump, "deep\n") != NULL, depth <= EXEAT_SAX_DEPTH);
        assert_int_equal(strstr(dump, "elements are nested too deeply") != NULL, depth > EXEAT_SAX_DEPTH);
    }
}

/* A sheet of a million columns and many strings costs what it holds, within the limits of all tables. */
static void
test_cells(G_GNUC_UNUSED void **state)
{
    for (guint cells = 9; cells <= 11; cells++) {
        g_autoptr(GString) sheet = g_string_new("<worksheet><sheetData>");
        for (guint i = 0; i < cells; i++)
            g_string_append_printf(sheet, "<row r='%u'><c r='XFD%u'><v>7</v></c></row>", 100000 * (i + 1),
                                   100000 * (i + 1));
        g_string_append(sheet, "</sheetData></worksheet>");
        const ZipMember members[] = {
            {"[Content_Types].xml", "<Types/>", 0},
            {"xl/workbook.xml", BOOK(SHEETS), 0},
            {"xl/_rels/workbook.xml.rels", RELATIONS(RELATION("rId1", "worksheet", "worksheets/s.xml")), 0},
            {"xl/worksheets/s.xml", sheet->str, 0},
            {NULL, NULL, 0}};
        g_autoptr(GByteArray) bytes = zip_make(members);
        const ExeatFile file = {.name = "s.xlsx", .data = bytes->data, .length = bytes->len};
        ExeatInspectLimits limits = exeat_inspect_default_limits;
        limits.cells = 10;
        g_autoptr(ExeatInspected) inspected = exeat_inspect(&file, &limits);
        const ExeatPart *part = inspected->parts->pdata[0];
        assert_int_equal(part->unreadable != NULL, cells > 10);
    }
}

static void
test_strings(G_GNUC_UNUSED void **state)
{
    for (guint strings = 9; strings <= 11; strings++) {
        g_autoptr(GString) table = g_string_new("<sst>");
        for (guint i = 0; i < strings; i++)
            g_string_append(table, "<si><t>Jo</t></si>");
        g_string_append(table, "</sst>");
        const ZipMember members[] = {{"[Content_Types].xml", "<Types/>", 0},
                                     {"xl/workbook.xml", BOOK(""), 0},
                                     {"xl/sharedStrings.xml", table->str, 0},
                                     {NULL, NULL, 0}};
        g_autoptr(GByteArray) bytes = zip_make(members);
        const ExeatFile file = {.name = "s.xlsx", .data = bytes->data, .length = bytes->len};
        ExeatInspectLimits limits = exeat_inspect_default_limits;
        limits.cells = 10;
        g_autoptr(ExeatInspected) inspected = exeat_inspect(&file, &limits);
        const ExeatPart *part = inspected->parts->pdata[0];
        assert_int_equal(part->unreadable != NULL, strings > 10);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_word),  cmocka_unit_test(test_book),           cmocka_unit_test(test_slides),
        cmocka_unit_test(test_types), cmocka_unit_test(test_other_packages), cmocka_unit_test(test_visio),
        cmocka_unit_test(test_xps),   cmocka_unit_test(test_binary),         cmocka_unit_test(test_depth),
        cmocka_unit_test(test_cells), cmocka_unit_test(test_strings)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
