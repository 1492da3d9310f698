# SPDX-License-Identifier: GPL-3.0-or-later
"""After a day of Oakfield's letters nothing that exeat wrote in clear names anybody or quotes anything."""

import os
import quopri
import re
import unittest

import oakfield
from conversation import CLINIC, RAMAN, Conversation, nhs_note, wait_for

# Words that are not only somebody's: short names, and names that are words of the notices.
COMMON_WORDS = 4


def secrets():
    """What must not be read anywhere: names, numbers, birthdays and private addresses of the roll, subjects, recipients."""
    found = set()
    for row in oakfield.roll("pupils.csv"):
        found |= {row["UPN"], row["NHS Number"], row["DOB"], row["Postcode"], row["Contact 1 Email"], row["Contact 2 Email"]}
        found |= {row["Personal Email"], row["Legal Surname"], row["Contact 1 Mobile"], row["Address"]}
        found.add(f"{row['Legal Forename']} {row['Legal Surname']}")
    for row in oakfield.roll("staff.csv"):
        found |= {row["Home Email"], f"{row['Forename']} {row['Surname']}"}
    for letter in oakfield.letters():
        found.add(letter.subject)
        found |= {one for one in letter.recipients if not one.endswith("@" + oakfield.DOMAIN)}
    # a surname such as Lee or Field is also a part of common words
    return {one for one in found if len(one) > COMMON_WORDS and one not in ("Field", "Banks", "Referral", "Homework", "Minutes")}


def seen(text, wanted):
    """Those of @wanted that stand in @text, as whole words."""
    there = (one for one in wanted if one in text)
    return sorted(one for one in there if re.search(rf"(?<!\w){re.escape(one)}(?!\w)", text))


class Privacy(Conversation):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        world = cls.world
        for letter in oakfield.letters():
            world.send(letter.data, letter.account, letter.recipients, sender=letter.sender)
        ids = [row["id"] for row in world.held()]
        world.exeat("show", "--reason", "a doubt of the sender", ids[0])
        world.exeat("release", ids[1])
        world.exeat("return", "--note", "a note for the sender", ids[2])
        world.exeat("return", ids[3])
        quiet = lambda: not world.waiting_mails()
        wait_for(quiet, "an empty outbox", 30)
        world.settled()
        cls.secrets = secrets()

    def notices(self):
        return self.world.sink.matching(lambda arrival: "exeat@" in str(arrival.message["From"]))

    def assert_silent(self, where, text):
        self.assertEqual([], seen(text, self.secrets), where)

    def test_there_are_secrets_to_look_for(self):
        self.assertGreater(len(self.secrets), 200)
        self.assertEqual(["Callum McAllister", "McAllister"], seen("to Callum McAllister, thanks", self.secrets))

    def test_notices(self):
        notices = self.notices()
        self.assertGreater(len(notices), 15)
        for arrival in notices:
            text = quopri.decodestring(arrival.data).decode("utf-8", "replace")
            allowed = {arrival.recipient}
            self.assertEqual([], [one for one in seen(text, self.secrets) if one not in allowed], arrival.message["Subject"])
            self.assertEqual(arrival.recipient, arrival.message["To"])

    def test_notices_are_automatic_and_come_from_nobody(self):
        for arrival in self.notices():
            self.assertEqual("", arrival.sender)
            self.assertTrue(arrival.message["Auto-Submitted"].startswith("auto-"), arrival.message["Auto-Submitted"])
            self.assertEqual([], [name for name in arrival.message if name.lower().startswith("x-exeat-")])

    def test_notices_stay_inside(self):
        for arrival in self.notices():
            self.assertTrue(arrival.recipient.endswith("@" + oakfield.DOMAIN), arrival.recipient)

    def test_gate_log(self):
        text = self.world.read(self.world.gate_log)
        self.assertIn("event=letter", text)
        self.assert_silent("exeatd.log", text)
        self.assertNotIn("@", text)

    def test_office_log(self):
        text = self.world.read(self.world.office_log)
        self.assertIn("event=notices-sent", text)
        self.assert_silent("exeat-office.log", text)
        self.assertNotIn("@", text)

    def test_metrics(self):
        text = self.world.metrics()
        self.assertIn('exeat_letters_total{action="hold"}', text)
        self.assert_silent("metrics", text)

    def test_list_of_held_letters(self):
        for arguments in ((), ("--json",), ("--all",), ("--flagged",)):
            text = self.world.exeat("held", *arguments).stdout
            self.assertIn("H-", text)
            self.assert_silent("exeat held", text)
            self.assertNotIn("@", text)

    def test_store_and_spool_and_directory(self):
        looked = 0
        for folder in ("store", "spool", "data", "run"):
            for place, _, names in os.walk(self.world.path(folder)):
                for name in names:
                    path = os.path.join(place, name)
                    if os.path.isfile(path):
                        with open(path, "rb") as file:
                            data = file.read().decode("utf-8", "replace")
                        looked += len(data)
                        self.assert_silent(path, data)
        self.assertGreater(looked, 50000)

    def test_spool_is_empty(self):
        self.assertEqual([], os.listdir(self.world.path("spool")))

    def test_replies(self):
        sent = self.send(RAMAN, [CLINIC], body=nhs_note(), sender="someone@elsewhere.example")
        self.assertEqual(550, sent.code)
        self.assert_silent("reply", sent.text)


if __name__ == "__main__":
    unittest.main()
