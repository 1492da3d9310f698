# SPDX-License-Identifier: GPL-3.0-or-later
"""Oakfield, the invented school of contrib/sample-school: its accounts, its configuration, its letters.

Everybody in it is made up; addresses end in .example, in oakfield.sch.uk, or never leave this machine.
"""

import csv
import email
import email.policy
import json
import os

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "sample-school")
DOMAIN = "oakfield.sch.uk"
HEAD = f"h.ashworth@{DOMAIN}"
ROLLS = [os.path.join(FOLDER, name) for name in ("pupils.csv", "staff.csv")]

SCHOOL = f"""
school {{
    name = "Oakfield School"
    domains = {{ "{DOMAIN}" }}
    pupil_domains = {{ "pupils.{DOMAIN}" }}
    partner_domains = {{ "tamsideshire.gov.example", "tamside-examboard.example" }}
    phones = {{ "01632 960123" }}
    names = {{ "Nelson House", "Whitby Prize" }}
}}
mailbox "office@{DOMAIN}" {{ users = {{ "c.binns@{DOMAIN}", "i.moss@{DOMAIN}" }} }}
role "headteacher" {{ people = {{ "{HEAD}" }} }}
role "chair" {{ people = {{ "r.kearsley@{DOMAIN}" }} }}
mailbox "families@{DOMAIN}" {{ users = {{ "{HEAD}" }} }}
"""

DEPUTY = f"d.okafor@{DOMAIN}"
# The same school with everybody who has a part in the office's pages.
SCHOOL_WITH_ROLES = SCHOOL.replace(f'role "headteacher" {{ people = {{ "{HEAD}" }} }}', f"""
role "headteacher" {{ people = {{ "{HEAD}" }} deputies = {{ "{DEPUTY}" }} }}
role "dsl" {{ people = {{ "j.whitby@{DOMAIN}" }} }}
role "dpo" {{ people = {{ "c.binns@{DOMAIN}" }} }}
role "network-manager" {{ people = {{ "i.moss@{DOMAIN}" }} }}""")


def roll(name):
    """The rows of one roll, as dicts."""
    with open(os.path.join(FOLDER, name), newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def accounts():
    """Work address of every member of staff to a password."""
    return {row["Work Email"]: "pass-of-" + row["Surname"].lower() for row in roll("staff.csv")}


def staff_names():
    return {row["Work Email"]: f"{row['Forename']} {row['Surname']}" for row in roll("staff.csv")}


class Letter:
    """One letter of letters.json: the bytes, the envelope, and what is expected to become of it."""

    def __init__(self, entry):
        self.name = entry["file"].removesuffix(".eml")
        with open(os.path.join(FOLDER, "letters", entry["file"]), "rb") as file:
            self.data = file.read().replace(b"\n", b"\r\n")
        self.message = email.message_from_bytes(self.data, policy=email.policy.default)
        self.shows = entry["shows"]
        self.account = entry["account"]
        self.sender = entry.get("sender", entry["account"])
        self.recipients = entry["recipients"]
        self.expect = entry["expect"]
        self.held = entry.get("held", self.recipients if self.expect == "held" else [])
        self.arrives_as = entry.get("arrives_as")
        self.hidden = entry.get("hidden", False)

    @property
    def subject(self):
        return str(self.message["Subject"])

    def reaches(self):
        """Recipients who are expected to get it at once."""
        return [] if self.expect == "refused" else [one for one in self.recipients if one not in self.held]


def letters():
    with open(os.path.join(FOLDER, "letters.json"), encoding="utf-8") as file:
        return [Letter(entry) for entry in json.load(file)]
