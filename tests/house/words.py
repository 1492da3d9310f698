#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The words of the pages and their Welsh belong together: words.py BUILD takes the words out of the sources as `make
po/exeat.pot` does, and holds po/cy.po against them."""

import os
import re
import subprocess
import sys

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CATALOGUE = os.path.join(TOP, "po", "cy.po")
REVIEW = "# Needs review by a Welsh reader."
REVIEWED = "# Reviewed"
FORMS = 6
LITERAL = re.compile(r'"((?:\\.|[^"\\])*)"')
passed = failed = 0


def report(rule, faults):
    global passed, failed
    faults = list(faults)
    if faults:
        failed += 1
        print(f"not ok - {rule}")
        for fault in faults[:20]:
            print(f"    {fault}")
    else:
        passed += 1
        print(f"ok - {rule}")


class Entry:
    """One block of a catalogue: its comments, the English (one or two forms), the Welsh (one or six)."""

    def __init__(self, block):
        self.lines = block.split("\n")
        self.obsolete = any(line.startswith("#~") for line in self.lines)
        self.fuzzy = any(line.startswith("#,") and "fuzzy" in line for line in self.lines)
        fields = {}
        name = None
        for line in self.lines:
            keyword = re.match(r"(msg\w+(?:\[\d\])?) ", line)
            name = keyword.group(1) if keyword else name
            if name and not line.startswith("#"):
                fields[name] = fields.get(name, "") + "".join(LITERAL.findall(line))
        self.one = fields.get("msgid", "")
        self.many = fields.get("msgid_plural")
        self.welsh = [text for name, text in fields.items() if name.startswith("msgstr")]

    @property
    def key(self):
        return self.one, self.many

    @property
    def english(self):
        return self.many or self.one


def entries(text):
    found = [Entry(block) for block in text.strip().split("\n\n")]
    return [entry for entry in found if entry.one or entry.obsolete]


def marks(text):
    return set(re.findall(r"\{\w+\}", text))


def lopsided(entry):
    """Marks that a translation has lost or made up. A form for one or for none may do without its number."""
    for number, text in enumerate(entry.welsh):
        spared = {"{count}"} if entry.many and number < FORMS - 1 else set()
        if marks(text) - marks(entry.english) or marks(entry.english) - marks(text) - spared:
            yield f"{entry.one}: {text}"


def template(build):
    made = subprocess.run(["make", "-s", "-C", build, "po/exeat.pot"], capture_output=True, text=True, check=False)
    if made.returncode != 0:
        sys.exit(f"make po/exeat.pot: {made.stdout}{made.stderr}")
    with open(os.path.join(build, "po", "exeat.pot"), encoding="utf-8") as file:
        return entries(file.read())


def compile_fault():
    made = subprocess.run(["msgfmt", "--check", "-o", "/dev/null", CATALOGUE], capture_output=True, text=True, check=False)
    return [line for line in (made.stdout + made.stderr).splitlines() if line] or ([] if made.returncode == 0 else ["msgfmt"])


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    code = template(sys.argv[1])
    with open(CATALOGUE, encoding="utf-8") as file:
        catalogue = entries(file.read())
    asked, known = {entry.key for entry in code}, {entry.key for entry in catalogue}
    report("there are words at all", [] if len(asked) > 100 else [f"{len(asked)} in the sources"])
    report("all words of the pages are in the catalogue (make update-po puts them there)", sorted(one for one, _ in asked - known))
    report("nothing is left over in it", sorted(one for one, _ in known - asked))
    report("each entry is there once", [entry.one for entry in catalogue if entry.obsolete or len(catalogue) != len(known)])
    report("each has its Welsh, in as many forms as it takes",
           [entry.one for entry in catalogue if len(entry.welsh) != (FORMS if entry.many else 1) or not all(entry.welsh)])
    report("no entry is fuzzy, which gettext would not use", [entry.one for entry in catalogue if entry.fuzzy])
    report("marks agree", [fault for entry in catalogue for fault in lopsided(entry)])
    report("each entry says whether a Welsh reader has seen it",
           [entry.one for entry in catalogue if entry.lines[0] != REVIEW and not entry.lines[0].startswith(REVIEWED)])
    report("msgfmt has nothing to say", compile_fault())
    print(f"{passed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
