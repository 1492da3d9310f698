# SPDX-License-Identifier: GPL-3.0-or-later
"""Letters with attached documents: Oakfield's own class list and a list of its stock, in files of several kinds."""

import csv
import email.policy
import io
import os
import subprocess
import tempfile
import zipfile
from email.message import EmailMessage

import oakfield

PUPILS = 8
PASSWORD = "oak-lantern-seven"
STOCK = ["Exercise books", "Whiteboard pens", "Beakers", "Drum sticks", "Netballs", "Clay", "Graph paper", "Batteries"]


def class_rows():
    rows = oakfield.roll("pupils.csv")[:PUPILS]
    return [["Surname", "Forename", "UPN", "Date of birth"]] + \
           [[row["Legal Surname"], row["Legal Forename"], row["UPN"], row["DOB"]] for row in rows]


def stock_rows():
    return [["Item", "Supplier", "Stock code", "Ordered"]] + \
           [[item, "Brookfield Supplies", f"BX{4410 + 7 * number}", f"0{number + 1}/09/2026"] for number, item in enumerate(STOCK)]


def as_csv(rows):
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def as_zip(members):
    """A ZIP file of {name: bytes}."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def as_pdf(rows):
    """One page, a line a row, in one of the fonts that every reader has."""
    escaped = (", ".join(row).translate({ord(c): "\\" + c for c in "()\\"}) for row in rows)
    lines = "\n".join(f"1 0 0 1 50 {780 - 16 * number} Tm ({line}) Tj" for number, line in enumerate(escaped))
    content = f"BT /F1 11 Tf\n{lines}\nET".encode("latin-1", "replace")
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
               b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
               b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
               b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"]
    out, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"xref\n0 %d\n0000000000 65535 f \n%strailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1, table, len(objects) + 1, len(out))


def made_by(command, name, data, result):
    """What a program makes of a file: @command with {} for the file that it writes and @name for the one that it reads."""
    with tempfile.TemporaryDirectory(prefix="exeat-documents-") as folder:
        with open(os.path.join(folder, name), "wb") as file:
            file.write(data)
        subprocess.run([result if word == "{}" else word for word in command] + [name], cwd=folder, check=True, timeout=60,
                       stdout=subprocess.DEVNULL)
        with open(os.path.join(folder, result), "rb") as file:
            return file.read()


def as_sealed_zip(name, data):
    return made_by(["7zz", "a", "-bd", "-tzip", "-mem=AES256", f"-p{PASSWORD}", "{}"], name, data, "sealed.zip")


def as_weak_zip(name, data):
    return made_by(["zip", "-q", "-P", PASSWORD, "{}"], name, data, "weak.zip")


def bomb(megabytes):
    """A ZIP file of many files of nothing but blanks, each of which unpacks to a thousand times its size."""
    blanks = b" " * (1024 * 1024)
    return as_zip({f"blank-{number}.txt": blanks * 32 for number in range(megabytes // 32)})


def letter(sender, to, identity, files, body="Here it is.\n", subject="For the meeting"):
    """A letter as bytes; @files are (name, bytes), declared as nothing in particular, as many programs do."""
    message = EmailMessage(policy=email.policy.SMTP)
    message["From"] = sender
    message["To"] = ", ".join(to)
    message["Subject"] = subject
    message["Message-ID"] = identity
    message["Date"] = "Mon, 14 Sep 2026 09:30:00 +0100"
    message.set_content(body)
    for name, data in files:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()
