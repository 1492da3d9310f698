# SPDX-License-Identifier: GPL-3.0-or-later
"""Seeds of fuzz-document: documents of XML, in ZIPs and alone, one shape each."""

def document(*members):
    """Of fuzz-document: (name, content) of each member of a ZIP."""
    return "Z" + "\n%%\n".join(f"{name}\n{content}" for name, content in members)


def office(kind, main, relations, *members):
    """A package of Office whose main part is @kind, with (id, type, target) of its relationships."""
    uri = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
    folder, name = main.split("/")
    inner = "".join(f'<Relationship Id="{i}" Type="{uri}{t}" Target="{target}"/>' for i, t, target in relations)
    return document(("[Content_Types].xml", f'<Types><Override PartName="/{main}" ContentType="application/vnd.x.{kind}.main+xml"/></Types>'),
                    ("_rels/.rels", f'<R><Relationship Id="r" Type="{uri}officeDocument" Target="{main}"/></R>'),
                    (f"{folder}/_rels/{name}.rels", f"<R>{inner}</R>"), *members)


def documents():
    run = "<w:p><w:r><w:t>Jamie &amp; Mia</w:t><w:tab/></w:r></w:p>"
    text = f'<w:document xmlns:w="urn:w"><w:body>{run}<w:tbl><w:tr><w:tc><w:gridSpan w:val="2"/>{run}</w:tc><w:tc>{run}<w:tbl><w:tr><w:tc>{run}</w:tc>' \
           f'</w:tr></w:tbl></w:tc></w:tr></w:tbl><w:p><w:r><w:fldChar w:fldCharType="begin"/><w:instrText>HYPERLINK "mailto:x"</w:instrText>' \
           '<w:fldChar w:fldCharType="end"/><w:delText>old</w:delText><w:sym w:char="20AC"/><w:br/></w:r></w:p></w:body></w:document>'
    yield "docx", office("wordprocessingml.document", "word/document.xml", [("r1", "header", "header1.xml"), ("r2", "package", "embeddings/a.txt")],
                         ("word/document.xml", text), ("word/header1.xml", f'<w:hdr xmlns:w="urn:w">{run}</w:hdr>'), ("word/embeddings/a.txt", "Jamie Smith-Jones has asthma."),
                         ("docProps/core.xml", "<p><title>List</title></p>"))
    cells = '<worksheet><sheetData><row r="2"><c r="B2" t="s"><v>0</v></c><c s="1"><v>41748</v></c><c t="inlineStr"><is><t>in</t></is></c><c s="2"><v>1.2E3</v></c>' \
            '</row></sheetData><headerFooter><oddHeader>&amp;L&amp;"A,B"&amp;12x&amp;K01+000</oddHeader></headerFooter></worksheet>'
    yield "xlsx", office("spreadsheetml.sheet", "xl/workbook.xml", [("r1", "worksheet", "s.xml"), ("r2", "sharedStrings", "t.xml"), ("r3", "styles", "y.xml"),
                                                                    ("r4", "pivotCacheDefinition", "d.xml"), ("r5", "externalLink", "e.xml")],
                         ("xl/workbook.xml", '<workbook xmlns:r="urn:r"><sheets><sheet name="Year 6" r:id="r1"/></sheets><definedName name="a">"b"</definedName></workbook>'),
                         ("xl/s.xml", cells), ("xl/t.xml", "<sst><si><t>Jamie_x000D_</t></si></sst>"),
                         ("xl/y.xml", '<s><numFmt numFmtId="170" formatCode="[$-8]00\\ &quot;a&quot;0;@"/><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/></cellXfs></s>'),
                         ("xl/d.xml", '<pivotCacheDefinition><cacheField name="n"><sharedItems><s v="Mia"/></sharedItems></cacheField></pivotCacheDefinition>'),
                         ("xl/_rels/d.xml.rels", '<R><Relationship Id="r" Type="x/pivotCacheRecords" Target="p.xml"/></R>'),
                         ("xl/p.xml", '<pivotCacheRecords><r><x v="0"/></r></pivotCacheRecords>'), ("xl/e.xml", '<e><row><cell t="str"><v>Noah</v></cell></row></e>'))
    yield "xlsb", office("ms-excel.binary", "xl/workbook.bin", [("r1", "worksheet", "s.bin"), ("r2", "sharedStrings", "t.bin")],
                         ("xl/workbook.bin", "\x7f\x01" + "\0" * 8 + "\2\0\0\0r\0001\0\1\0\0\0Y\0"), ("xl/t.bin", "\x13\x09\0\2\0\0\0J\0o\0"),
                         ("xl/s.bin", "\0\4\1\0\0\0" + "\7\x0c" + "\0" * 12 + "\2\x0c" + "\0" * 8 + "\x1e\0\0\0"))
    yield "pptx", office("presentationml.presentation", "ppt/presentation.xml", [("r1", "slide", "slides/s.xml")],
                         ("ppt/presentation.xml", '<p xmlns:r="urn:r"><sldIdLst><sldId id="2" r:id="r1"/></sldIdLst></p>'),
                         ("ppt/slides/s.xml", "<sld><txBody><p><r><t>Lucas</t></r></p></txBody><tbl><tr><tc><p><r><t>7B</t></r></p></tc></tr></tbl></sld>"))
    cell = "<table:table-cell table:number-columns-repeated='3'><text:p>Jamie<text:s text:c='4'/><text:note><text:p>n</text:p></text:note></text:p></table:table-cell>"
    body = f"<office:body><office:spreadsheet><table:table table:name='Year 6'><table:table-row table:number-rows-repeated='99'>{cell}</table:table-row>" \
           "</table:table></office:spreadsheet></office:body>"
    spaces = "xmlns:office='urn:opendocument:o' xmlns:table='urn:t' xmlns:text='urn:x'"
    yield "ods", document(("mimetype", "application/vnd.oasis.opendocument.spreadsheet"), ("META-INF/manifest.xml", "<m><file-entry full-path='content.xml'/></m>"),
                          ("content.xml", f"<office:document-content {spaces}>{body}</office:document-content>"), ("Object 1/content.xml", f"<a {spaces}>{body}</a>"))
    yield "fods", f"x<?xml version='1.0'?><office:document {spaces}>{body}</office:document>"
    yield "xps", document(("[Content_Types].xml", "<Types/>"), ("FixedDocSeq.fdseq", "<s><DocumentReference Source='d.fdoc'/></s>"),
                          ("d.fdoc", "<d><PageContent Source='p.fpage'/></d>"), ("p.fpage", "<p><Glyphs OriginY='1' UnicodeString='Siân'/></p>"))
    yield "records", "x<?xml version='1.0'?><CTfile><Pupil id='1'><UPN>H801200001001</UPN><Name>Noah</Name></Pupil><Pupil id='2'><UPN/></Pupil><n>a<b>c</b></n></CTfile>"
    yield "named", "x<?xml version='1.0'?><r><row><field name='Surname'>Jones</field><field name='UPN'>x</field></row><row><field name='a'/></row></r>"
    yield "workbook-2003", "x<?xml version='1.0'?><Workbook xmlns='urn:office:spreadsheet'><Worksheet Name='S'><Row Index='3'><Cell Index='2'>" \
                           "<Data Type='DateTime'>2014-04-19T00:00:00</Data></Cell></Row></Worksheet></Workbook>"
    yield "entities", "x<?xml version='1.0'?><!DOCTYPE d [<!ENTITY a 'lol'><!ENTITY b '&a;&a;'>]><d>&b;</d>"
    yield "svg", "x<?xml version='1.0'?><svg><text>Mia</text></svg>"
