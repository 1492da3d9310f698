# SPDX-License-Identifier: GPL-3.0-or-later
"""The essential policies behind a real Sendmail, whose milter differs: blanks, folds, macros, how fields are numbered."""

import itertools
import smtplib
import unittest

import oakfield
from conversation import BUILD, CLINIC, DOMAIN, HEAD, LATHAM, PUPIL_PRIVATE, RAMAN, Conversation, nhs_note, only
from sendmail import SendmailWorld

identities = itertools.count(1)


class Sendmail(Conversation):
    @classmethod
    def make_world(cls):
        return SendmailWorld(BUILD, oakfield.accounts(), cls.settings, oakfield.ROLLS)

    def odd(self, *lines, body=b"Please find the minutes below.\r\n"):
        """A letter whose lines of header stand exactly as given."""
        identity = f"<odd-{next(identities)}@{DOMAIN}>"
        head = [b"From: " + RAMAN.encode(), b"To: " + CLINIC.encode(), b"Message-ID: " + identity.encode(),
                b"Date: Mon, 14 Sep 2026 09:30:00 +0100", *lines]
        return b"\r\n".join(head) + b"\r\n\r\n" + body, identity

    def only_arrival(self, sent):
        arrivals = self.arrivals(sent)
        self.assertEqual(1, len(arrivals))
        return arrivals[0]

    def test_pass(self):
        sent = self.send(RAMAN, [CLINIC, LATHAM])
        self.assertEqual((250, "pass"), (sent.code, sent.verdict["action"]))
        self.assert_untouched(sent)

    def test_eight_bit_passes_untouched(self):
        data, identity = self.odd("Subject: Côr Siân – €".encode(), b"MIME-Version: 1.0",
                                  b"Content-Type: text/plain; charset=utf-8", b"Content-Transfer-Encoding: 8bit",
                                  body="Côr Siân – 12 €\r\n".encode())
        sent = self.send(RAMAN, [CLINIC], data=data, identity=identity)
        self.assertEqual("pass", sent.verdict["action"])
        self.assert_untouched(sent)

    def test_subject_is_put_right(self):
        for line in (b"Subject: Jamie Hargreaves, Thursday", b"Subject:Jamie Hargreaves, Thursday",
                     b"Subject:\r\n Jamie Hargreaves,\r\n Thursday"):
            with self.subTest(line):
                data, identity = self.odd(line)
                sent = self.send(RAMAN, [CLINIC], data=data, identity=identity)
                self.assertEqual("rewrite", sent.verdict["action"])
                arrived = self.only_arrival(sent).without_trace
                self.assertIn(b"\r\nSubject: J.H., Thursday\r\n", arrived)
                self.assertNotIn(b"Hargreaves", arrived)

    def test_a_long_subject_is_folded_once(self):
        """The milter protocol folds by bare line feeds; with CR LF there, CR CR LF went out."""
        for subject in ("Jamie Hargreaves and the " + "word " * 40, "Siân: Jamie Hargreaves, " + "gair â " * 40):
            with self.subTest(subject):
                sent = self.send(RAMAN, [CLINIC], subject=subject)
                self.assertEqual("rewrite", sent.verdict["action"])
                arrived = self.only_arrival(sent).without_trace
                self.assertRegex(arrived, rb"\r\nSubject: [^\r\n]+(\r\n [^\r\n]+){2,}\r\n[A-Z]")
                self.assertNotIn(b"\r\r", arrived)
                self.assertNotIn(b"Hargreaves", arrived)

    def test_every_further_subject_goes(self):
        data, identity = self.odd(*(b"Subject: Jamie Hargreaves %d" % number for number in range(4)))
        sent = self.send(RAMAN, [CLINIC], data=data, identity=identity)
        self.assertEqual("rewrite", sent.verdict["action"])
        arrived = self.only_arrival(sent).without_trace
        self.assertEqual(1, arrived.count(b"Subject:"))
        self.assertNotIn(b"Hargreaves", arrived)

    def test_nul_hides_nothing(self):
        data, identity = self.odd(b"Subject: Minutes\0 Jamie Hargreaves")
        sent = self.send(RAMAN, [CLINIC], data=data, identity=identity)
        for arrival in self.arrivals(sent):
            self.assertNotIn(b"Hargreaves", arrival.without_trace)

    def test_many_parents_become_blind_copies(self):
        to = [f"family{number}@families.example" for number in range(1, 8)]
        sent = self.send(RAMAN, to)
        self.assertEqual("rewrite", sent.verdict["action"])
        self.assertEqual(sorted(to), self.reached(sent))
        for arrival in self.arrivals(sent):
            self.assertNotIn(b"families.example", arrival.without_trace)

    def test_held_and_released_byte_for_byte(self):
        """Blanks and folds of the header as they were, which Sendmail itself keeps."""
        note = nhs_note().replace("\n", "\r\n").encode()
        for name, lines in {"plain": [b"Subject: Referral"], "no blank": [b"Subject:Referral"],
                            "two blanks": [b"Subject:  Referral"], "a tab": [b"Subject:\tReferral"],
                            "folded": [b"Subject: Referral\r\n\tof\r\n  today", b"X-Odd:\r\n value"],
                            "8-bit": ["Subject: Côr".encode(), "X-Enw: Siân".encode("latin-1")]}.items():
            with self.subTest(name):
                data, identity = self.odd(*lines, body=note + "Siân\r\n.\r\n..\r\n".encode())
                sent = self.send(RAMAN, [CLINIC], data=data, identity=identity)
                self.assertEqual((250, "hold"), (sent.code, sent.verdict["action"]))
                self.assertEqual([], self.reached(sent))
                self.world.exeat("release", "--as", "headteacher", sent.id)
                self.wait_reached(sent, [CLINIC])
                self.assert_untouched(sent)

    def test_held_for_one_of_several(self):
        sent = self.send(RAMAN, [LATHAM, PUPIL_PRIVATE, CLINIC])
        self.assertEqual("1/3", sent.verdict["held"])
        self.assertEqual(sorted([LATHAM, CLINIC]), self.reached(sent))
        self.world.exeat("release", "--as", "headteacher", sent.id)
        self.wait_reached(sent, [LATHAM, PUPIL_PRIVATE, CLINIC])

    def test_refused_with_our_words(self):
        sent = self.send(RAMAN, [CLINIC], envelope="someone@elsewhere.example")
        self.assertEqual((550, "reject"), (sent.code, sent.verdict["action"]))
        self.assertRegex(sent.text, r"^5\.7\.1 .*\n5\.7\.1 ")
        self.assertIn("account", sent.text)
        self.assertEqual([], self.reached(sent))

    def test_flagged(self):
        self.world.reload(only("personal-data", "action = flag"))
        self.addCleanup(self.world.reload, self.settings)
        sent = self.send(RAMAN, [CLINIC], body=nhs_note())
        arrival = self.only_arrival(sent)
        self.assertEqual(sent.id, arrival.message["X-Exeat-Flag"])
        self.assertEqual(sent.data, arrival.without_trace.replace(b"X-Exeat-Flag: " + sent.id.encode() + b"\r\n", b""))

    def test_forged_fields_are_stripped(self):
        data, identity = self.odd(b"X-Exeat-Flag: a", b"X-EXEAT-Release:b", b"x-exeat-flag:\r\n c", b"X-Exeat-Flag: d",
                                  b"Subject: Minutes")
        sent = self.send(RAMAN, [CLINIC], data=data, identity=identity)
        self.assertEqual("pass", sent.verdict["action"])
        self.assertNotIn(b"exeat", self.only_arrival(sent).without_trace.lower())

    def test_several_letters_a_connection(self):
        letters = [("Minutes", "pass", 250), ("Jamie Hargreaves", "rewrite", 250), ("Minutes", "pass", 250)]
        with smtplib.SMTP("127.0.0.1", self.world.port, timeout=60) as client:
            client.ehlo("desk." + DOMAIN)
            for subject, action, expected in letters:
                client.mail(HEAD)  # given up again
                client.rcpt(CLINIC)
                client.rset()
                mark = self.world.log_mark()
                data, _ = self.letter(RAMAN, [CLINIC], subject=subject)
                client.mail(RAMAN)
                client.rcpt(CLINIC)
                code, text = client.data(data)
                self.assertEqual(expected, code)
                self.assertEqual(action, self.world.verdict_after(mark, code, text.decode())["action"])

    def test_refused_recipients_are_not_the_letters(self):
        """Sendmail does not tell the filter of a recipient that it has refused itself."""
        with smtplib.SMTP("127.0.0.1", self.world.port, timeout=60) as client:
            client.ehlo("desk." + DOMAIN)
            client.mail(RAMAN)
            self.assertGreaterEqual(client.rcpt("no one at all@")[0], 500)
            client.rcpt(CLINIC)
            mark = self.world.log_mark()
            code, text = client.data(self.letter(RAMAN, [CLINIC], body=nhs_note())[0])
        self.assertEqual("1/1", self.world.verdict_after(mark, code, text.decode())["held"])

    def test_no_gate_no_mail(self):
        self.world.end(self.world.gate)
        self.addCleanup(self.world.start_gate)
        with smtplib.SMTP("127.0.0.1", self.world.port, timeout=60) as client:
            client.ehlo("desk." + DOMAIN)
            self.assertIn(client.mail(RAMAN)[0] // 100, (4,))


if __name__ == "__main__":
    unittest.main()
