# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents for measuring inspection: letters, class lists and the largest that schools send, as programs write them."""

import os
import random
import sys
import zipfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "documents"))
import make  # noqa: E402

WORDS = "the hall class year school letter trip parents museum coach lunch teacher form Friday science history music sports week".split()
LARGE = 10_000_000


def sentence(dice):
    return " ".join(dice.choice(WORDS) for _ in range(14)).capitalize() + "."


def sources(folder, dice):
    os.makedirs(folder, exist_ok=True)
    for name, paragraphs in (("note", 12), ("booklet", 600)):
        with open(os.path.join(folder, name + ".html"), "w", encoding="utf-8") as out:
            out.write("<html><body>" + "".join(f"<p>{' '.join(sentence(dice) for _ in range(4))}</p>" for _ in range(paragraphs)) +
                      "</body></html>")
    for name, rows in (("class", 31), ("marks", 4000)):
        with open(os.path.join(folder, name + ".csv"), "w", encoding="utf-8") as out:
            for row in range(rows):
                out.write(",".join([str(row), *(dice.choice(WORDS) for _ in range(4)), *(str(dice.randrange(100)) for _ in range(4))]) + "\n")


def filler(dice, bytes_wanted):
    """Text that does not pack well, so that the file is as large as it should be."""
    return " ".join("%016x" % dice.getrandbits(64) for _ in range(bytes_wanted // 17))


def enlarge(path, member, mark, piece, out):
    """The same document with @piece before @mark in @member until it is LARGE."""
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for one in source.infolist():
            data = source.read(one)
            if one.filename == member:
                data = data.replace(mark, piece + mark)
            target.writestr(one, data)


def large(folder, dice):
    # hexadecimal digits pack to somewhat over half
    pieces = [filler(dice, 900) for _ in range(LARGE * 17 // 9 // 900)]
    paragraphs = "".join(f"<w:p><w:r><w:t>{piece}</w:t></w:r></w:p>" for piece in pieces).encode()
    enlarge(os.path.join(folder, "note.docx"), "word/document.xml", b"<w:sectPr", paragraphs, os.path.join(folder, "large.docx"))
    rows = "".join(f'<row r="{100 + i}"><c r="A{100 + i}" t="inlineStr"><is><t>{piece}</t></is></c></row>' for i, piece in enumerate(pieces))
    enlarge(os.path.join(folder, "class.xlsx"), "xl/worksheets/sheet1.xml", b"</sheetData>", rows.encode(),
            os.path.join(folder, "large.xlsx"))
    write_brochure(os.path.join(folder, "large.pdf"), dice)


def write_brochure(path, dice, pages=20):
    """Pages of text with a picture each: what a PDF of ten megabytes is in a school."""
    side = int((LARGE / pages / 3) ** 0.5)
    objects = {1: b"<</Type/Catalog/Pages 2 0 R>>", 3: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
               2: b"<</Type/Pages/Count %d/Kids[%s]>>" % (pages, b" ".join(b"%d 0 R" % (10 + 3 * i) for i in range(pages)))}
    for i in range(pages):
        lines = b"".join(b"BT /F 10 Tf 50 %d Td (%s) Tj ET\n" % (780 - 12 * k, sentence(dice).encode()) for k in range(40))
        picture = dice.randbytes(side * side * 3)
        objects[10 + 3 * i] = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R/Resources<</Font<</F 3 0 R>>" \
                              b"/XObject<</P %d 0 R>>>>>>" % (11 + 3 * i, 12 + 3 * i)
        content = lines + b"q 300 0 0 200 50 50 cm /P Do Q"
        objects[11 + 3 * i] = b"<</Length %d>>\nstream\n%s\nendstream" % (len(content), content)
        objects[12 + 3 * i] = b"<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceRGB/BitsPerComponent 8/Length %d>>" \
                              b"\nstream\n%s\nendstream" % (side, side, len(picture), picture)
    out, places = b"%PDF-1.7\n", {}
    for number in sorted(objects):
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, objects[number])
    table = b"".join(b"%d 1\n%010d 00000 n \n" % (number, places[number]) for number in sorted(places))
    with open(path, "wb") as file:
        file.write(out + b"xref\n0 1\n0000000000 65535 f \n" + table +
                   b"trailer <</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (max(objects) + 1, len(out)))


def write(folder, large_too):
    """Paths of the documents."""
    dice = random.Random(20261121)
    sources(folder, dice)
    profile = os.path.join(folder, "profile")
    for name in ("note", "booklet"):
        make.convert(folder, name + ".html", {"docx": "docx", "pdf": "pdf"}, profile)
    for name in ("class", "marks"):
        make.convert(folder, name + ".csv", {"xlsx": "xlsx"}, profile)
    names = ["note.docx", "booklet.docx", "class.xlsx", "marks.xlsx", "note.pdf", "booklet.pdf"]
    if large_too:
        large(folder, dice)
        names += ["large.docx", "large.xlsx", "large.pdf"]
    return [os.path.join(folder, name) for name in names]
