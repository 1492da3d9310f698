# SPDX-License-Identifier: GPL-3.0-or-later
"""Seeds for the targets that inspect files: small documents of Microsoft's older formats, written byte by byte."""

import struct

SECTOR, MINI, END, FREE, FAT = 512, 64, 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def chain(first, count):
    """The allocation table's entries of @count sectors from @first on."""
    return [first + i + 1 for i in range(count - 1)] + [END] if count else []


def pad(data, size):
    return data + bytes(-len(data) % size)


class Entry:
    def __init__(self, name, data=None):
        self.name, self.data, self.children = name, data, []
        self.start, self.right, self.child = END, FREE, FREE


def tree(streams):
    """All entries, the root first; the siblings of a storage are a list to the right."""
    root = Entry("Root Entry")
    entries, folders = [root], {"": root}

    def folder(path):
        if path not in folders:
            outer, _, name = path.rpartition("/")
            folders[path] = Entry(name)
            folder(outer).children.append(folders[path])
            entries.append(folders[path])
        return folders[path]

    for path, data in streams.items():
        outer, _, name = path.rpartition("/")
        entry = Entry(name, data)
        folder(outer).children.append(entry)
        entries.append(entry)
    for entry in entries:
        numbers = [entries.index(child) for child in sorted(entry.children, key=lambda e: (len(e.name), e.name.upper()))]
        if numbers:
            entry.child = numbers[0]
        for number, right in zip(numbers, numbers[1:]):
            entries[number].right = right
    return entries


def compound(streams):
    """A compound file (MS-CFB, version 3) whose streams are all short enough for the mini stream."""
    entries, mini, mini_fat = tree(streams), b"", []
    for entry in entries:
        if entry.data:
            entry.start = len(mini_fat)
            mini_fat += chain(entry.start, -(-len(entry.data) // MINI))
            mini += pad(entry.data, MINI)
    mini_sectors, directory_sectors = -(-len(mini) // SECTOR), -(-len(entries) // 4)
    mini_fat_bytes = b"".join(struct.pack("<I", n) for n in mini_fat)
    mini_fat_bytes += b"\xff" * (-len(mini_fat_bytes) % SECTOR)
    at_directory, at_mini_fat = 1, 1 + directory_sectors
    at_mini = at_mini_fat + len(mini_fat_bytes) // SECTOR
    entries[0].start = at_mini if mini else END
    fat = [FAT] + chain(at_directory, directory_sectors) + chain(at_mini_fat, len(mini_fat_bytes) // SECTOR) + chain(at_mini, mini_sectors)
    fat += [FREE] * (SECTOR // 4 - len(fat))
    directory = b""
    for number, entry in enumerate(entries):
        name = (entry.name + "\0").encode("utf-16-le")
        size = len(mini) if number == 0 else len(entry.data or b"")
        kind = 5 if number == 0 else 1 if entry.data is None else 2
        directory += name.ljust(64, b"\0") + struct.pack("<HBBIII", len(name), kind, 1, FREE, entry.right, entry.child) + bytes(36)
        directory += struct.pack("<IQ", entry.start, size)
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, at_directory, 0,
                                                                         4096, at_mini_fat if mini else END,
                                                                         len(mini_fat_bytes) // SECTOR, END, 0)
    header += struct.pack("<I", 0) + b"\xff" * 4 * 108
    return header + b"".join(struct.pack("<I", n) for n in fat) + pad(directory, SECTOR) + mini_fat_bytes + pad(mini, SECTOR)


# --- documents ---

def word():
    text = b"Dear Pat,\r\x13 HYPERLINK \"x\" \x14Jamie\x15 Smith\rA\x07B\x07\x07c\x07d\x07\x07foot\r"
    main = bytearray(0x300)
    struct.pack_into("<HH", main, 0, 0xA5EC, 193)
    struct.pack_into("<II", main, 0x4C, len(text) - 5, 5)
    struct.pack_into("<II", main, 0x1A2, 0, 21)
    pieces = b"\x02" + struct.pack("<IIIHIH", 16, 0, len(text), 0, 0x300 * 2 | 0x40000000, 0)
    return {"WordDocument": bytes(main) + text, "0Table": pieces}


def record(kind, body=b""):
    return struct.pack("<HH", kind, len(body)) + body


def excel():
    begin = struct.pack("<HHII", 0x600, 5, 0, 0)
    shared = struct.pack("<II", 2, 2) + b"\x04\0\0Name" + b"\x05\0\x01" + "Smith".encode("utf-16-le")
    book = record(0x809, begin) + record(0x41E, struct.pack("<HHB", 200, 10, 0) + b"0000000000") + record(0xE0, b"\0\0\xc8\0")
    sheet = len(book) + 4 + 13 + 4 + len(shared) + 4
    book += record(0x85, struct.pack("<IHBB", sheet, 0, 5, 0) + b"Sheet") + record(0xFC, shared) + record(0x0A)
    book += record(0x809, struct.pack("<HHII", 0x600, 0x10, 0, 0)) + record(0xFD, struct.pack("<HHHI", 0, 0, 0, 0))
    book += record(0xFD, struct.pack("<HHHI", 1, 0, 0, 1)) + record(0x27E, struct.pack("<HHHI", 1, 1, 0, 943476 << 2 | 2))
    book += record(0x06, struct.pack("<HHH", 2, 0, 0) + b"\0\0\0\0\0\0\xff\xff" + bytes(6)) + record(0x207, b"\x03\0\0sum")
    book += record(0x1B6, struct.pack("<HHHHHHHHH", 0, 0, 0, 0, 0, 3, 0, 0, 0)) + record(0x3C, b"\0box") + record(0x0A)
    return {"Workbook": book}


def sealed_excel():
    return {"Workbook": record(0x809, struct.pack("<HHII", 0x600, 5, 0, 0)) + record(0x2F, b"\x01\0\x01\0\x01\0" + bytes(48)) + record(0x0A)}


def atom(kind, body, head=0):
    return struct.pack("<HHI", head, kind, len(body)) + body


def powerpoint():
    stream = atom(0x3E8, atom(0xFF0, atom(0xFA8, b"Outline"), 15) + atom(0xFD9, atom(0xFBA, "Oak".encode("utf-16-le")), 15), 15)
    slide = len(stream)
    stream += atom(0x3EE, atom(0xFA0, "Slide".encode("utf-16-le")), 15) + atom(0x1011, b"{\\rtf1 in}")
    persist = len(stream)
    stream += atom(0x1772, struct.pack("<III", 1 | 2 << 20, 0, slide))
    edit = len(stream)
    stream += atom(0xFF5, struct.pack("<IIIIIII", 0, 0, 0, persist, 1, 0, 0))
    return {"PowerPoint Document": stream, "Current User": bytes(12) + struct.pack("<II", 0xE391C05F, edit)}


RTF_PACKED = bytes.fromhex("2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0")


def outlook():
    return {"__nameid_version1.0/x": b"", "__properties_version1.0": bytes(32) + struct.pack("<HHIQ", 3, 0x3FFD, 0, 1252),
            "__substg1.0_0037001F": "Report".encode("utf-16-le"), "__substg1.0_10090102": RTF_PACKED,
            "__recip_version1.0_#00000000/__substg1.0_3001001E": b"Pat",
            "__attach_version1.0_#00000000/__substg1.0_3707001E": b"list.rtf",
            "__attach_version1.0_#00000000/__substg1.0_37010102": b"{\\rtf1 attached}",
            "__attach_version1.0_#00000001/__substg1.0_3701000D/__properties_version1.0": bytes(24),
            "__attach_version1.0_#00000001/__substg1.0_3701000D/__substg1.0_1000001E": b"inner"}


def agile():
    salt = "MDEyMzQ1Njc4OWFiY2RlZg=="
    xml = f'<encryption><keyData saltValue="{salt}"/><keyEncryptors><keyEncryptor><encryptedKey spinCount="10" keyBits="128" ' \
          f'hashAlgorithm="SHA1" saltValue="{salt}" encryptedVerifierHashInput="{salt}" encryptedVerifierHashValue="{salt * 1}" ' \
          f'encryptedKeyValue="{salt}"/></keyEncryptor></keyEncryptors></encryption>'
    return {"EncryptionInfo": b"\4\0\4\0\x40\0\0\0" + xml.encode(), "EncryptedPackage": struct.pack("<Q", 20) + bytes(32)}


def properties():
    text = struct.pack("<II", 0x1E, 4) + b"List" + struct.pack("<II", 0x1F, 2) + b"o\0k\0"
    section = struct.pack("<II", 0, 3) + struct.pack("<IIIIII", 1, 32, 2, 40, 3, 52) + struct.pack("<II", 2, 1252) + text
    return b"\xfe\xff" + bytes(22) + struct.pack("<I", 1) + bytes(16) + struct.pack("<I", 48) + section


def native():
    package = b"\x02\0list.rtf\0C:\\list.rtf\0\0\0\3\0" + struct.pack("<I", 2) + b"C\0" + struct.pack("<I", 11) + b"{\\rtf1 raw}"
    return struct.pack("<I", len(package)) + package


def publisher():
    return {"Quill/QuillSub/CONTENTS": bytes(32) + struct.pack("<H", 24) + b"TEXT" + bytes(10) + struct.pack("<II", 56, 8) +
            "Trip".encode("utf-16-le")}


def compounds():
    yield "word", compound(word())
    yield "excel", compound(excel())
    yield "excel-sealed", compound(sealed_excel())
    yield "powerpoint", compound(powerpoint())
    yield "outlook", compound(outlook())
    yield "agile", compound(agile())
    yield "publisher", compound(publisher())
    yield "objects", compound({"Workbook": b"", "\x05SummaryInformation": properties(), "MBD1/\x01Ole10Native": native(),
                               "ObjectPool/_1/Package": b"{\\rtf1 in}", "ObjectPool/_2/VisioDocument": b"v", "Macros/VBA/dir": b""})


def rtfs():
    ole = struct.pack("<III", 0x501, 2, 8) + b"Package\0" + bytes(8) + struct.pack("<I", len(native()) - 4) + native()[4:]
    yield "text", b"{\\rtf1\\ansi\\ansicpg1252\\uc1{\\fonttbl{\\f0 A;}{\\f1\\fcharset128 B;}}{\\info{\\title List}}" \
                  b"\\f1\\'83A\\'83\\'42\\f0 caf\\u233?\\u-10180?\\u-9215?{\\footnote foot}\\par}"
    yield "table", b"{\\rtf1 before\\par\\trowd\\pard\\intbl Name\\cell UPN\\cell\\row\\intbl Si\\par two\\cell H80\\cell\\row\\pard after\\par}"
    yield "object", b"{\\rtf1{\\object{\\*\\objdata " + ole.hex().encode() + b"}{\\result seen}}{\\pict\\bin3 }{}}\\par}"
    yield "html", b"{\\rtf1\\fromhtml1 {\\*\\htmltag64 <table><tr><td>}a{\\*\\htmltag64 <tr><td>}b\\htmlrtf c\\htmlrtf0 }"
    yield "shape", b"{\\rtf1{\\shp{\\*\\shpinst{\\sp{\\sn wzDescription}{\\sv text}}{\\shptxt box\\par}}}{\\field{\\*\\fldinst x}{\\fldrslt y}}" \
                   b"{\\upr{e}{\\*\\ud{\\u233?}}}{\\*\\unknown z}"


def attribute(number, data):
    return b"\x01" + struct.pack("<II", number, len(data)) + data + b"\0\0"


def mapi(number, kind, data):
    name = bytes(16) + struct.pack("<II", 1, 4) + b"a\0\0\0" if number >= 0x8000 else b""
    return struct.pack("<HH", kind, number) + name + struct.pack("<II", 1, len(data)) + pad(data, 4)


def tnefs():
    head = b"\x78\x9f\x3e\x22\0\0" + attribute(0x69007, struct.pack("<II", 1251, 0)) + attribute(0x18004, b"Report\0")
    letter = struct.pack("<I", 3) + mapi(0x1009, 0x102, RTF_PACKED) + mapi(0x8001, 0x1F, "named".encode("utf-16-le")) + \
        struct.pack("<HHI", 3, 0x0E07, 1)
    file = struct.pack("<I", 1) + mapi(0x3707, 0x1E, b"long name.rtf\0")
    yield "letter", head + attribute(0x69003, letter)
    yield "attachment", head + attribute(0x69002, bytes(14)) + attribute(0x18010, b"A.RTF\0") + attribute(0x6800F, b"{\\rtf1 in}") + \
        attribute(0x69005, file)
    yield "recipients", head + attribute(0x69004, struct.pack("<II", 1, 1) + mapi(0x3001, 0x1E, b"Pat\0")) + attribute(0x2800C, b"body\0")
    yield "inner", head + attribute(0x69002, bytes(14)) + attribute(0x69005, struct.pack("<I", 1) + mapi(0x3701, 0x0D, bytes(16) + head))
