# SPDX-License-Identifier: GPL-3.0-or-later
"""Header fields in numbers and sizes that few letters have, by way of a real Postfix."""

import unittest

from conversation import CLINIC, LATHAM, RAMAN, Conversation


class Fields(Conversation):
    def test_a_long_subject_is_folded_once(self):
        """The milter protocol folds by bare line feeds; with CR LF there, CR CR LF went out."""
        for subject in ("Jamie Hargreaves and the " + "word " * 40, "Siân: Jamie Hargreaves, " + "gair â " * 40):
            with self.subTest(subject):
                sent = self.send(RAMAN, [CLINIC], subject=subject)
                self.assertEqual("rewrite", sent.verdict["action"])
                arrived = self.arrivals(sent)[0].without_trace
                self.assertRegex(arrived, rb"\r\nSubject: [^\r\n]+(\r\n [^\r\n]+){2,}\r\n[A-Z]")
                self.assertNotIn(b"\r\r", arrived)
                self.assertNotIn(b"Hargreaves", arrived)

    def test_every_further_subject_goes(self):
        """Postfix counts a name's fields anew after each that is removed."""
        data, identity = self.letter(RAMAN, [CLINIC], subject="Jamie Hargreaves")
        data = data.replace(b"Subject:", b"Subject: Jamie Hargreaves 2\r\nSubject: Jamie Hargreaves 3\r\nsubject: x\r\nSubject:", 1)
        sent = self.send(RAMAN, [CLINIC], data=data, identity=identity)
        self.assertEqual("rewrite", sent.verdict["action"])
        arrived = self.arrivals(sent)[0].without_trace
        self.assertEqual(1, arrived.lower().count(b"\r\nsubject:"))
        self.assertNotIn(b"Hargreaves", arrived)

    def test_a_field_of_a_hundred_kilobytes(self):
        """Postfix cuts a field at 60,000 bytes before filters, since their packets end at 65,535; what it cut goes nowhere."""
        members = b",\r\n ".join(b"member.of.staff.%d@oakfield.sch.uk" % number for number in range(2300))
        data, identity = self.letter(RAMAN, [LATHAM])
        data = data.replace(b"Subject:", b"X-Members: " + members + b"\r\nSubject:", 1)
        self.assertGreater(len(data), 80000)
        sent = self.send(RAMAN, [LATHAM], data=data, identity=identity)
        self.assertEqual((250, "pass"), (sent.code, sent.verdict["action"]))
        arrived = self.arrivals(sent)[0].without_trace
        self.assertEqual(int(sent.verdict["bytes"]), len(arrived))

    def test_nul_hides_nothing(self):
        """A field's value ends at NUL for the milter protocol, so the MTA must not carry what is behind it."""
        data, identity = self.letter(RAMAN, [CLINIC])
        data = data.replace(b"Subject: Minutes", b"Subject: Minutes\0 Jamie Hargreaves", 1)
        sent = self.send(RAMAN, [CLINIC], data=data, identity=identity)
        for arrival in self.arrivals(sent):
            self.assertNotIn(b"Hargreaves", arrival.without_trace)


if __name__ == "__main__":
    unittest.main()
