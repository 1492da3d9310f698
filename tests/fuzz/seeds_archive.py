# SPDX-License-Identifier: GPL-3.0-or-later
"""Seeds for the targets of archives, PDF and of what exeat-inspect answers: small, invented, one shape each."""

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile
import zlib

LIST = b"Surname,Forename,UPN\r\nSmith-Jones,Jamie,H801200001001\r\nPrice,Tom,G801200001019\r\n"
LETTER = b"From: a@oakfield.sch.uk\r\nSubject: List\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n" \
         b"--x\r\n\r\nHere.\r\n--x\r\nContent-Type: text/csv; name=list.csv\r\n\r\n" + LIST + b"--x--\r\n"
KINDS = {"zip": 0, "rar5": 1, "rar4": 2, "7z": 3, "gz": 4, "letter": 5, "cms": 6, "any": 7}


def zipped(members, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data, method)
    return out.getvalue()


def tarred(members, form=tarfile.USTAR_FORMAT):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()[:4096]


def sealed_zip(flags):
    data = bytearray(zipped({"list.csv": LIST}))
    data[6] |= flags
    data[data.index(b"PK\x01\x02") + 8] |= flags
    return bytes(data)


def vint(number):
    out = b""
    while number > 0x7F:
        out, number = out + bytes([number & 0x7F | 0x80]), number >> 7
    return out + bytes([number])


def rar5(sealed=False, hidden=False):
    def block(body):
        sized = vint(len(body)) + body
        return struct.pack("<I", zlib.crc32(sized)) + sized
    extra = b"\x02\x01\x00" if sealed else b""
    body = b"\x02" + (b"\x03" + vint(len(extra)) if sealed else b"\x02") + b"".join(vint(n) for n in (len(LIST), 0, len(LIST), 0, 0, 1, 8))
    first = block(b"\x04\x00\x00\x00\x0f") if hidden else block(b"\x01\x00\x00")
    return b"Rar!\x1a\x07\x01\x00" + first + block(body + b"list.csv" + extra) + LIST + block(b"\x05\x00\x00")


def rar4(sealed=False):
    def block(kind, flags, rest=b""):
        head = struct.pack("<BHH", kind, flags, 7 + len(rest)) + rest
        return struct.pack("<H", zlib.crc32(head) & 0xFFFF) + head
    rest = struct.pack("<IIBIIBBHI", len(LIST), len(LIST), 2, zlib.crc32(LIST), 0, 20, 0x30, 8, 0x20) + b"list.csv"
    return b"Rar!\x1a\x07\x00" + block(0x73, 0, bytes(6)) + block(0x74, 0x8000 | (4 if sealed else 0), rest) + LIST + block(0x7B, 0)


def archives():
    def seed(kind, data):
        return bytes([KINDS[kind]]) + data
    plain = zipped({"notes/list.csv": LIST, "hello.txt": b"Good morning"})
    yield "zip", seed("zip", plain)
    yield "zip-stored", seed("zip", zipped({"list.csv": LIST}, zipfile.ZIP_STORED))
    yield "zip-lzma", seed("zip", zipped({"list.csv": LIST}, zipfile.ZIP_LZMA))
    yield "zip-nested", seed("zip", zipped({"a.zip": plain, "b.eml": LETTER, "c.gz": gzip.compress(LIST)}))
    yield "zip-weak", seed("zip", sealed_zip(1))
    yield "zip-strong", seed("zip", sealed_zip(0x41))
    yield "zip-behind", seed("any", b"MZ" + bytes(100) + plain)
    yield "zip-empty", seed("any", zipped({}))
    for name, maker in (("rar5", rar5), ("rar4", rar4)):
        yield name, seed(name, maker())
        yield name + "-sealed", seed(name, maker(sealed=True))
    yield "rar5-hidden", seed("rar5", rar5(hidden=True))
    yield "tar", seed("any", tarred({"list.csv": LIST}))
    yield "tar-pax", seed("any", tarred({"Si\u00e2n.csv": LIST}, tarfile.PAX_FORMAT))
    yield "gz", seed("gz", gzip.compress(LIST))
    yield "tgz", seed("gz", gzip.compress(tarred({"list.csv": LIST})))
    yield "bz2", seed("any", bz2.compress(LIST))
    yield "xz", seed("any", lzma.compress(LIST))
    yield "letter", seed("letter", LETTER)
    yield "csv", seed("any", LIST)
    yield "utf16", seed("any", LIST.decode().encode("utf-16"))
    yield "html", seed("any", b"<html><body><table><tr><td>Name<td>UPN<tr><td>Tom Price<td>G801200001019</table>")
    yield "pgp", seed("any", b"\x84\x0d\x03" + bytes(40))
    for last in (2, 3, 6):
        yield f"cms-{last}", seed("cms", b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07" + bytes([last]) + b"\xa0\x80\x30\x80" + bytes(8))


def pdfs():
    page = b"BT /F 10 Tf 50 700 Td (Jones) Tj 120 0 Td (H801200001001) Tj ET " * 4
    base = b"%%PDF-1.7\n1 0 obj <</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[6 0 R]>>/Names<</EmbeddedFiles<</Names[(l) 7 0 R]>>>>>> endobj\n" \
           b"2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj\n3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R" \
           b"/Annots[6 0 R]/Resources<</Font<</F 5 0 R>>>>>> endobj\n4 0 obj <</Length %d>>\nstream\n%s\nendstream endobj\n" \
           b"5 0 obj <</Type/Font/Subtype/Type1/BaseFont/Helvetica>> endobj\n" \
           b"6 0 obj <</Type/Annot/Subtype/Widget/FT/Tx/T(child)/V(Tom Price)/Rect[0 0 9 9]>> endobj\n" \
           b"7 0 obj <</Type/Filespec/UF(list.csv)/EF<</F 8 0 R>>>> endobj\n8 0 obj <</Type/EmbeddedFile/Length %d>>\nstream\n%s\nendstream endobj\n" \
           b"trailer <</Root 1 0 R>>\n" % (len(page), page, len(LIST), LIST)
    yield "whole", base
    yield "cut", base[:400]
    packed = zlib.compress(page)
    yield "packed", base.replace(b"4 0 obj <</Length %d>>\nstream\n%s" % (len(page), page),
                                 b"4 0 obj <</Filter/FlateDecode/Length %d>>\nstream\n%s" % (len(packed), packed))
    yield "sealed", base.replace(b"/Root 1 0 R", b"/Root 1 0 R/ID[(a)(b)]/Encrypt<</Filter/Standard/V 1/R 2/O(%s)/U(%s)/P -4>>" % (b"o" * 32, b"u" * 32))


def string(text):
    return struct.pack("<I", 0xFFFFFFFF) if text is None else struct.pack("<I", len(text)) + text + b"\0"


def answers():
    part = string(b"") + string(b"application/zip") * 2 + string(None) * 3 + struct.pack("<III", 2, 0, 100)
    inner = string(b"Year 6.xlsx") + string(b"a/b") * 2 + string(b"Year 6.xlsx") + string(None) + string(b"macros") + struct.pack("<III", 2, 1, 9)
    cells = struct.pack("<I", 2) + struct.pack("<IIIII", 0, 3, 5, 0, 0) + struct.pack("<IIIII", 4, 9, 5, 1, 0)
    tables = struct.pack("<I", 1) + string(b"Pupils") + struct.pack("<I", 4)
    text = struct.pack("<II", 4, 1) + string(b"Tom\tPrice") + cells + tables
    yield "answer", b"\0" + struct.pack("<I", 2) + part + inner + struct.pack("<I", 1) + text
    yield "bare", b"\0" + struct.pack("<I", 1) + part + struct.pack("<I", 0)
    yield "job", b"\1" + string(b"list.zip") + string(None) + string(b"utf-8") + bytes(80)
