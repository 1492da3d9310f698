# SPDX-License-Identifier: GPL-3.0-or-later
"""The mail of an invented school, the same for the same seed: letters for the load driver, and rolls of any size.

Of 200 letters 100 are notes, 40 replies with a thread under them, 30 newsletters in text and HTML to a hundred families,
20 carry documents, 9 pictures of about a megabyte, and one 15 MB. Names are put together from lists; nobody is real.
"""

import base64
import csv
import io
import os
import random
import zipfile
from email.message import EmailMessage
from email.policy import SMTP

DOMAIN = "oakfield.sch.uk"
GIVEN = """Aled Amara Anwen Archie Bethan Callum Carys Chidi Dafydd Delphine Elin Elodie Emrys Farah Ffion Finlay Gethin Greta
Hamza Harri Ifan Imani Ioan Isla Jasper Jonah Kofi Lowri Lucian Mabli Maisie Marek Megan Nadia Nia Oisin Oriel Osian Petra Priya
Rhodri Rosalind Rufus Saffron Seren Silas Tamsin Tariq Tegan Tomos Ursula Wilf Xanthe Yusuf Zofia""".split()
FIRST_HALF = "Ash Barn Black Brad Broad Bur Clay Cob Crow Dal East Fair Fern Gar Hal Har Hol Kel Kirk Lang Mar Nor Oak Pen Rad Sel".split()
SECOND_HALF = "bourne by combe croft dale den field ford ham hurst land ley low man mere more ridge shaw stead thorpe ton well wick".split()
SENTENCES = """The minibus leaves from the front gate at twenty past eight and is back before the end of school.
Please send the signed slip to the office by Friday so that we can book the places.
Rehearsals for the summer concert begin next week in the hall, straight after lunch.
The kitchen would like to know how many packed lunches to make for the trip.
I have moved the meeting to the library because the heating in the staff room is off again.
The new timetable is on the board; rooms have changed for three of the groups.
Thank you to everybody who came to help with the garden on Saturday morning.
Could you let me have your figures for the order of paper and glue before the holidays?
The reading scheme goes on as before, with ten minutes at home on most evenings.
Swimming is cancelled tomorrow since the pool is being repaired.
We are looking for a volunteer who can drive the team to the match on Thursday.
Coats, bottles and bags without a name end up in the box by the stairs.""".split("\n")
PROVIDERS = ["gmail.com", "outlook.com", "hotmail.co.uk", "btinternet.com", "council.example", "supplier.example"]
CLASSES = [("note", 100), ("reply", 40), ("newsletter", 30), ("documents", 20), ("pictures", 9), ("large", 1)]
LARGE_BYTES = 15 * 1024 * 1024


def people(count, seed=1):
    """Rows of a roll: forename, surname, number, date of birth, address of a parent."""
    rng = random.Random(seed)
    for number in range(count):
        given = rng.choice(GIVEN) + rng.choice(["", "", "", "a", "el", "ine", "ys", "ry", "is", "ond"])
        family = rng.choice(FIRST_HALF) + rng.choice(SECOND_HALF) + rng.choice(["", "", "", "s", "son", "er", "ing", "ock", "iss", "ard"])
        if rng.random() < 0.05:
            family += "-" + rng.choice(FIRST_HALF) + rng.choice(SECOND_HALF)
        born = f"{rng.randint(2008, 2020)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
        yield {"Forename": given, "Surname": family, "Admission No": 10000 + number, "DOB": born,
               "Parent Email": f"{given}.{family}.{number}@{rng.choice(PROVIDERS[:4])}".lower()}


def write_roll(path, count):
    rows = list(people(count))
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    return rows


class Writer:
    """Letters of one school, drawn from one generator of random numbers."""

    def __init__(self, roll, seed):
        self.roll = roll
        self.rng = random.Random(seed)

    def prose(self, count):
        return [self.rng.choice(SENTENCES) for _ in range(count)]

    def pupil(self):
        row = self.rng.choice(self.roll)
        return f"{row['Forename']} {row['Surname']}"

    def address(self):
        return f"{self.rng.choice(GIVEN).lower()}{self.rng.randint(1, 999)}@{self.rng.choice(PROVIDERS)}"

    def letter(self, recipients):
        letter = EmailMessage(policy=SMTP)
        letter["Date"] = "Tue, 03 Nov 2026 10:15:00 +0000"
        letter["From"] = f"The Office <office@{DOMAIN}>"
        letter["To"] = ", ".join(recipients)
        letter["Message-ID"] = f"<{self.rng.getrandbits(64):016x}@{DOMAIN}>"
        about = self.pupil() if self.rng.random() < 0.15 else self.rng.choice(["minibus", "timetable", "trip", "order", "concert"])
        letter["Subject"] = f"{self.rng.choice(['About', 'Update on', 'Reminder:'])} {about}"
        return letter

    def text(self, sentences):
        lines = ["Good morning,", ""]
        for paragraph in range(0, sentences, 4):
            lines += [" ".join(self.prose(min(4, sentences - paragraph))), ""]
        if self.rng.random() < 0.4:
            lines += [f"{self.pupil()} will bring the form.", ""]
        return "\n".join(lines + ["Kind regards,", "The Office", "Oakfield School, 01632 960123", ""])

    def note(self):
        letter = self.letter([self.address() for _ in range(self.rng.randint(1, 3))])
        letter.set_content(self.text(self.rng.randint(12, 60)))
        return letter

    def reply(self):
        letter = self.letter([self.address()])
        thread = "\n".join("> " + line for line in self.text(self.rng.randint(30, 70)).split("\n"))
        letter.set_content(self.text(8) + "\nOn Mon, 2 Nov 2026 at 09:00, Jo <jo@supplier.example> wrote:\n" + thread + "\n")
        return letter

    def newsletter(self):
        letter = self.letter([f"families@{DOMAIN}"])
        text = self.text(200)
        blocks = "".join(f'<tr><td style="padding:8px;font-family:Arial,sans-serif"><p class="text">{line}</p></td></tr>\n'
                         for line in text.split("\n") if line)
        letter.set_content(text)
        letter.add_alternative(f'<html><head><style>p {{ color: #333 }}</style></head><body><table width="600">{blocks}'
                               "</table></body></html>", subtype="html")
        return letter, [self.address() for _ in range(100)]

    def table(self, rows):
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(["Forename", "Surname", "DOB", "Form", "Absences"])
        for row in self.rng.sample(self.roll, min(rows, len(self.roll))):
            writer.writerow([row["Forename"], row["Surname"], row["DOB"], "7B", self.rng.randint(0, 9)])
        return out.getvalue()

    def office_file(self, member, text):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("[Content_Types].xml", "<Types/>")
            archive.writestr(member, f"<document>{text}</document>")
        return packed.getvalue()

    def documents(self):
        letter = self.letter([self.address()])
        letter.set_content(self.text(10))
        letter.add_attachment(self.table(30).encode(), maintype="text", subtype="csv", filename="list.csv")
        text = " ".join(self.prose(300))
        kind = self.rng.choice(["docx", "xlsx", "pdf"])
        if kind == "pdf":
            letter.add_attachment(b"%PDF-1.4\n" + self.rng.randbytes(20000), maintype="application", subtype="pdf",
                                  filename="letter.pdf")
        else:
            member = "word/document.xml" if kind == "docx" else "xl/sharedStrings.xml"
            letter.add_attachment(self.office_file(member, text), maintype="application", subtype="octet-stream",
                                  filename="letter." + kind)
        return letter

    def pictures(self, size=None):
        letter = self.letter([self.address()])
        letter.set_content(self.text(5))
        picture = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + self.rng.randbytes(size or self.rng.randint(300_000, 1_200_000))
        letter.add_attachment(picture, maintype="image", subtype="jpeg", filename="DSC_0042.jpg")
        return letter

    def large(self):
        return self.pictures(LARGE_BYTES * 3 // 4)

    def write(self, kind):
        made = getattr(self, kind)()
        letter, recipients = made if isinstance(made, tuple) else (made, made["To"].split(", "))
        return letter.as_bytes(), recipients


def write_corpus(folder, roll, count=200, seed=7):
    """Writes @count letters, in an order of their own, and the index that tests/bench/load.c reads."""
    os.makedirs(folder, exist_ok=True)
    writer = Writer(roll, seed)
    whole = sum(share for _, share in CLASSES)
    kinds = [kind for kind, share in CLASSES for _ in range(share)] * -(-count // whole)
    writer.rng.shuffle(kinds)
    with open(os.path.join(folder, "index.tsv"), "w", encoding="utf-8") as index:
        for number, kind in enumerate(kinds[:count]):
            write_one(folder, index, f"{number:05}.eml", kind, *writer.write(kind))


def write_one(folder, index, name, kind, data, recipients):
    with open(os.path.join(folder, name), "wb") as file:
        file.write(data)
    index.write(f"{name}\t{kind}\toffice@{DOMAIN}\t{','.join(recipients)}\n")


def plain(text, attachment=None):
    """A letter of just this, for measuring how cost grows."""
    head = f"From: office@{DOMAIN}\r\nTo: a@supplier.example\r\nSubject: Order\r\nMIME-Version: 1.0\r\n"
    body = text.replace("\n", "\r\n")
    if attachment is None:
        return (head + "Content-Type: text/plain; charset=utf-8\r\n\r\n" + body + "\r\n").encode()
    encoded = base64.encodebytes(attachment).replace(b"\n", b"\r\n")
    return (head + 'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n' + body +
            "\r\n--b\r\nContent-Type: image/jpeg\r\nContent-Transfer-Encoding: base64\r\n\r\n").encode() + encoded + b"\r\n--b--\r\n"


def write_growth(folder, roll, seed=9):
    """A corpus a size: text-N bytes, picture-N bytes, recipients-N. Returns their names."""
    writer = Writer(roll, seed)
    sizes = [("text", (1_000, 10_000, 100_000, 1_000_000)), ("picture", (10_000, 100_000, 1_000_000, 10_000_000)),
             ("recipients", (1, 10, 100, 1000))]
    names = []
    for what, steps in sizes:
        for step in steps:
            name = f"{what}-{step}"
            os.makedirs(os.path.join(folder, name), exist_ok=True)
            letter = growth_letter(writer, what, step)
            to = [f"p{i}@supplier.example" for i in range(step if what == "recipients" else 1)]
            with open(os.path.join(folder, name, "index.tsv"), "w", encoding="utf-8") as index:
                write_one(os.path.join(folder, name), index, "0.eml", name, letter, to)
            names.append(name)
    return names


def growth_letter(writer, what, step):
    if what == "text":
        text = ""
        while len(text) < step:
            text += " ".join(writer.prose(8)) + f" {writer.pupil()} knows.\n\n"
        return plain(text[:step])
    if what == "picture":
        return plain("Here it is.", b"\xff\xd8\xff\xe0" + writer.rng.randbytes(step))
    return plain("Here it is.")
