#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents of every format, made by real programs, through `exeat test` and `exeat inspect`.

    run.py [--keep FOLDER] BUILD-DIR

What is planted must be found at its place, and nothing in the clean twin. The last line is "N passed, N failed".
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import make  # noqa: E402

CASES = os.path.join(make.HERE, "..", "cases")
# What a reader without the password sees: the list at this part of the letter; or sealed.
READABLE = {
    **{f"text.{name}": "2" for name in ("docx", "doc", "odt", "rtf", "fodt", "pdf", "html")},
    **{f"sheet.{name}": "2" for name in ("xlsx", "xls", "ods", "fods", "csv", "tsv")},
    **{f"slides.{name}": "2" for name in ("pptx", "ppt", "odp", "fodp")},
    "plain.zip": "2/sheet.xlsx", "plain.7z": "2/sheet.xlsx", "plain.tar.gz": "2/sheet.xlsx", "plain.tar.xz": "2/sheet.ods",
    "nest.zip": "2/plain.zip/sheet.xlsx", "sheet.csv.gz": "2/sheet.csv", "text.docx.bz2": "2/text.docx",
    "text.odt.zst": "2/text.odt", "letter.zip": "2/inner.eml/2", "inner.eml": "2.2", "owner-only.pdf": "2", "linear.pdf": "2",
    "streams.pdf": "2", "sheet-utf16.csv": "2", "semicolons.csv": "2", "signed.p7m": "2/signed content/2", "mixed.zip": "2/text.docx",
}
ENCRYPTION = {
    "sealed.pdf": "yes", "sealed-rc4.pdf": "yes", "sealed.zip": "yes", "weak.zip": "weak", "sealed.7z": "yes", "sealed-names.7z": "yes",
    "sealed.p7m": "yes", "sealed.pgp": "yes", "sealed.asc": "yes", "mixed.zip": "partial", "owner-only.pdf": "owner-only",
    "signed.p7m": "no", "plain.zip": "no", "text.pdf": "no", "sheet.xlsx": "no", "text.doc": "no",
}
# Findings that say how a sealed attachment was sealed, not what is in it.
ABOUT_SEALS = {"weak-encryption"}


class Run:
    def __init__(self, build, work):
        self.exeat = os.path.join(os.path.abspath(build), "exeat")
        self.work, self.passed, self.failed = work, 0, 0

    def check(self, good, what):
        self.passed += bool(good)
        self.failed += not good
        if not good:
            print(f"not ok - {what}")

    def call(self, *arguments):
        done = subprocess.run([self.exeat, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=120)
        if done.returncode != 0:
            raise RuntimeError(f"exeat {' '.join(arguments[:2])}: {done.stderr.strip()}")
        return done.stdout

    def prepare(self):
        keys = os.path.join(self.work, "keys")
        subprocess.run([self.exeat, "keygen", keys], check=True, stdout=subprocess.DEVNULL)
        self.conf = os.path.join(self.work, "exeat.conf")
        with open(os.path.join(CASES, "exeat.conf"), encoding="utf-8") as source, open(self.conf, "w", encoding="utf-8") as out:
            out.write(source.read().replace("@WORK@", self.work))
        self.call("directory", "import", "-c", self.conf, *(os.path.join(CASES, f"roll-{who}.csv") for who in ("pupils", "staff", "contacts")))

    def findings(self, path):
        letter = os.path.join(self.work, "letter.eml")
        make.write_letter(letter, path)
        told = json.loads(self.call("test", "--json", "-c", self.conf, "--from", "l.tranter@oakfield.sch.uk", "--auth",
                                    "l.tranter@oakfield.sch.uk", "--rcpt", "reader@meadow.example", letter))
        return [f for f in told["findings"] if f["policy"] == "personal-data"]

    def test_twins(self, name, part):
        planted = self.findings(os.path.join(self.work, "planted", name))
        listed = [f for f in planted if f["part"] == part and f["zone"] == "attachment" and f["subjects"] >= 5]
        self.check(listed, f"{name}: the list is not found in part {part}: {[(f['rule'], f['part'], f['subjects']) for f in planted]}")
        clean = self.findings(os.path.join(self.work, "clean", name))
        self.check(not clean, f"{name}: the clean twin is not clean: {[(f['rule'], f['part'], f['confidence']) for f in clean]}")

    def test_sealed(self, name):
        found = [f for f in self.findings(os.path.join(self.work, "planted", name)) if f["rule"] not in ABOUT_SEALS]
        self.check(not found, f"{name}: what is sealed is found: {[(f['rule'], f['part']) for f in found]}")

    def test_encryption(self, name, want):
        told = json.loads(self.call("inspect", "--json", os.path.join(self.work, "planted", name)))
        self.check(told["encrypted"] == want and told["unreadable"] is None,
                   f"{name}: encrypted {told['encrypted']}, unreadable {told['unreadable']}; not {want}")

    def run(self):
        self.prepare()
        make.make_all(self.work, os.path.join(self.work, "profile"))
        for name, part in READABLE.items():
            self.test_twins(name, part)
        for name, want in ENCRYPTION.items():
            self.test_encryption(name, want)
            if want in ("yes", "weak"):
                self.test_sealed(name)


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--keep", metavar="FOLDER")
    parser.add_argument("build")
    options = parser.parse_args()
    work = options.keep or tempfile.mkdtemp(prefix="exeat-documents-")
    os.makedirs(work, exist_ok=True)
    runner = Run(options.build, os.path.abspath(work))
    try:
        runner.run()
    finally:
        if not options.keep:
            shutil.rmtree(work, ignore_errors=True)
    print(f"{runner.passed} passed, {runner.failed} failed")
    return 1 if runner.failed else 0


if __name__ == "__main__":
    sys.exit(main())
