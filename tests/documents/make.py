# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents as schools send them, made by the programs that people use: LibreOffice, 7-Zip, zip, qpdf, OpenSSL, GnuPG.

Each comes as a pair of twins that differ in nothing but what is planted: pupils of the roll in one, stock in the other.
"""

import csv
import html
import os
import shutil
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
ROLL = os.path.join(HERE, "..", "cases", "roll-pupils.csv")
PASSWORD = "oak-lantern-seven"
PUPILS = 8

WRITER = {"docx": "docx", "doc": "doc:MS Word 97", "odt": "odt", "rtf": "rtf", "fodt": "fodt", "pdf": "pdf"}
CALC = {"xlsx": "xlsx", "xls": "xls:MS Excel 97", "ods": "ods", "fods": "fods"}
IMPRESS = {"pptx": "pptx", "ppt": "ppt:MS PowerPoint 97", "odp": "odp", "fodp": "fodp"}


def run(*command, **more):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300, **more)
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]} failed: {done.stdout[-600:]}")
    return done.stdout


def planted_rows():
    with open(ROLL, encoding="utf-8") as roll:
        pupils = list(csv.DictReader(roll))[:PUPILS]
    return [["Surname", "Forename", "UPN", "Date of birth"]] + \
           [[p["Legal Surname"], p["Legal Forename"], p["UPN"], p["Date of Birth"]] for p in pupils]


def clean_rows():
    items = ["Exercise books", "Whiteboard pens", "Beakers", "Drum sticks", "Netballs", "Clay", "Graph paper", "Batteries"]
    return [["Item", "Supplier", "Stock code", "Ordered"]] + \
           [[item, "Brookfield Supplies", f"BX{4410 + 7 * i}", f"{i + 3:02}/09/2026"] for i, item in enumerate(items)]


def html_table(rows):
    body = "".join("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table border=1>{body}</table>"


def write_sources(folder, rows):
    """One source a kind of program, all with the same rows."""
    os.makedirs(folder, exist_ok=True)
    page = "<html><head><meta charset='utf-8'><title>Minutes</title></head><body><h1>Notes for the meeting</h1>" \
           f"<p>The hall is booked from four, and the caretaker has the key.</p>{html_table(rows)}" \
           "<p>Tea will be served in the library afterwards.</p></body></html>"
    with open(os.path.join(folder, "text.html"), "w", encoding="utf-8") as out:
        out.write(page)
    with open(os.path.join(folder, "sheet.csv"), "w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows(rows)
    with open(os.path.join(HERE, "slides.fodp"), encoding="utf-8") as source:
        slides = source.read()
    cells = "".join("<table:table-row>" + "".join(
        f"<table:table-cell><text:p>{html.escape(cell)}</text:p></table:table-cell>" for cell in row) + "</table:table-row>"
        for row in rows)
    columns = "<table:table-column/>" * len(rows[0])
    with open(os.path.join(folder, "slides.fodp"), "w", encoding="utf-8") as out:
        out.write(slides.replace("@TABLE@", columns + cells))


def convert(folder, source, formats, profile):
    for name, target in formats.items():
        if source.endswith("." + name):
            continue
        infilter = ["--infilter=HTML (StarWriter)"] if source.endswith(".html") else []
        run("soffice", f"-env:UserInstallation=file://{profile}", "--headless", "--norestore", *infilter, "--convert-to", target,
            "--outdir", folder, os.path.join(folder, source))


def write_letter(path, attachment=None):
    lines = ["From: Lucy Tranter <l.tranter@oakfield.sch.uk>", "To: reader@meadow.example", "Subject: For the meeting",
             "MIME-Version: 1.0", "Content-Type: multipart/mixed; boundary=cut", "", "--cut", "Content-Type: text/plain", "",
             "Here it is.", ""]
    if attachment is not None:
        import base64
        with open(attachment, "rb") as file:
            body = base64.encodebytes(file.read()).decode().strip()
        lines += ["--cut", f'Content-Type: application/octet-stream; name="{os.path.basename(attachment)}"',
                  "Content-Transfer-Encoding: base64",
                  f'Content-Disposition: attachment; filename="{os.path.basename(attachment)}"', "", body]
    with open(path, "w", encoding="utf-8") as out:
        out.write("\n".join(lines + ["--cut--", ""]))


def make_keys(folder):
    key, certificate = os.path.join(folder, "key.pem"), os.path.join(folder, "certificate.pem")
    run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-subj", "/CN=reader", "-days",
        "2")
    return key, certificate


def pack(folder, keys):
    """Archives and sealed forms of what convert() has made. Their names tell the runner what to expect."""
    key, certificate = keys
    home = os.path.join(folder, "gnupg")
    os.makedirs(home, mode=0o700, exist_ok=True)

    def here(*command):
        run(*command, cwd=folder)

    seven = shutil.which("7zz") or "7z"
    here("zip", "-q", "plain.zip", "sheet.xlsx", "text.docx")
    here(seven, "a", "-bd", "plain.7z", "sheet.xlsx")
    here("tar", "czf", "plain.tar.gz", "sheet.xlsx")
    here("tar", "cJf", "plain.tar.xz", "sheet.ods")
    here("zip", "-q", "nest.zip", "plain.zip", "plain.7z")
    here("sh", "-c", "gzip -c sheet.csv >sheet.csv.gz; bzip2 -c text.docx >text.docx.bz2; zstd -qc text.odt >text.odt.zst")
    write_letter(os.path.join(folder, "inner.eml"), os.path.join(folder, "sheet.xlsx"))
    here("zip", "-q", "letter.zip", "inner.eml")
    here("qpdf", "--encrypt", "", "owner-secret", "256", "--print=none", "--", "text.pdf", "owner-only.pdf")
    here("qpdf", "--linearize", "text.pdf", "linear.pdf")
    here("qpdf", "--object-streams=generate", "text.pdf", "streams.pdf")
    here("sh", "-c", f"iconv -f utf-8 -t utf-16 sheet.csv >sheet-utf16.csv; tr , '\\t' <sheet.csv >sheet.tsv; tr , ';' <sheet.csv >semicolons.csv")
    # sealed
    here("qpdf", "--encrypt", PASSWORD, "owner-secret", "256", "--", "text.pdf", "sealed.pdf")
    here("qpdf", "--allow-weak-crypto", "--encrypt", PASSWORD, "owner-secret", "40", "--", "text.pdf", "sealed-rc4.pdf")
    here(seven, "a", "-bd", "-tzip", "-mem=AES256", f"-p{PASSWORD}", "sealed.zip", "sheet.xlsx")
    here("zip", "-q", "-P", PASSWORD, "weak.zip", "sheet.xlsx")
    here(seven, "a", "-bd", f"-p{PASSWORD}", "sealed.7z", "sheet.xlsx")
    here(seven, "a", "-bd", "-mhe=on", f"-p{PASSWORD}", "sealed-names.7z", "sheet.xlsx")
    here("openssl", "cms", "-encrypt", "-aes256", "-in", "sheet.xlsx", "-binary", "-outform", "DER", "-out", "sealed.p7m", certificate)
    here("openssl", "cms", "-sign", "-nodetach", "-binary", "-signer", certificate, "-inkey", key, "-in", "inner.eml", "-outform",
         "DER", "-out", "signed.p7m")
    for name, armour in (("sealed.pgp", []), ("sealed.asc", ["--armor"])):
        here("gpg", "--homedir", home, "--batch", "--yes", "--quiet", "--pinentry-mode", "loopback", "--passphrase", PASSWORD, *armour,
             "--output", name, "--symmetric", "sheet.xlsx")
    here("gpgconf", "--homedir", home, "--kill", "gpg-agent")
    # one plain member makes it plain
    shutil.copy(os.path.join(folder, "sealed.zip"), os.path.join(folder, "mixed.zip"))
    here("zip", "-q", "mixed.zip", "text.docx")


def make_all(folder, profile):
    """Two folders of twins, `planted` and `clean`."""
    keys = make_keys(folder)
    for twin, rows in (("planted", planted_rows()), ("clean", clean_rows())):
        place = os.path.join(folder, twin)
        write_sources(place, rows)
        convert(place, "text.html", WRITER, profile)
        convert(place, "sheet.csv", CALC, profile)
        convert(place, "slides.fodp", IMPRESS, profile)
        pack(place, keys)
