# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents for measuring inspection: letters, class lists and the largest that schools send, as programs write them."""

import os
import random
import subprocess
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
    size = os.path.getsize(os.path.join(folder, "booklet.pdf"))
    subprocess.run(["qpdf", "--stream-data=uncompress", "--object-streams=disable", "--empty", "--pages",
                    *([os.path.join(folder, "booklet.pdf")] * max(1, LARGE // size)), "--", os.path.join(folder, "large.pdf")], check=True)


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
