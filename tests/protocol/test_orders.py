# SPDX-License-Identifier: GPL-3.0-or-later
"""The orders in which MTAs say things: Postfix's, Sendmail's, mail that never was SMTP, letters broken off at each stage."""

import unittest

from gate import BODY, CLINIC, FIELDS, STAFF, STRANGER, Protocol, as_bytes
from milter import NO_REPLY, STEPS, Milter, packet

STAGES = ("connect", "helo", "mail", "rcpt", "data", "header", "eoh", "body")


class Orders(Protocol):
    def upto(self, mta, stage):
        """Says a letter of a stranger up to and with @stage."""
        says = {"connect": mta.connect, "helo": mta.helo, "mail": lambda: mta.mail(STRANGER), "rcpt": lambda: mta.rcpt(CLINIC),
                "data": mta.data, "header": lambda: mta.header(*FIELDS[0]), "eoh": mta.eoh, "body": lambda: mta.body(BODY)}
        for name in STAGES[:STAGES.index(stage) + 1]:
            self.go_on(says[name]())

    def test_postfix(self):
        with self.open() as mta:
            self.go_on(mta.connect())
            self.go_on(mta.helo(b"old.example"))
            self.go_on(mta.helo(b"new.example"))  # EHLO refused, HELO tried; and again after STARTTLS
            for sender, action in ((STAFF, "pass"), (STRANGER, "hold"), (STAFF, "pass")):
                self.assertEqual(action, self.letter(mta, sender)["action"])

    def test_sendmail_asks_for_macros_at_each_step(self):
        with self.open() as mta:
            mta.macros(b"C", b"j", b"mail.oakfield.sch.uk", b"{daemon_name}", b"MTA", b"{if_name}", b"localhost")
            self.go_on(mta.connect())
            mta.macros(b"H")
            self.go_on(mta.helo())
            mta.macros(b"T", b"i", b"early")
            self.assertEqual("hold", self.letter(mta, STRANGER, connect=False)["action"])

    def test_mail_that_was_never_smtp(self):
        """A connection of an unknown family, and none at all."""
        with self.open() as mta:
            self.go_on(mta.connect(b"localhost", family=b"U"))
            self.assertEqual("hold", self.letter(mta, STRANGER, connect=False)["action"])
        with self.open() as mta:
            self.assertEqual("hold", self.letter(mta, STRANGER, connect=False)["action"])

    def test_a_client_of_each_family(self):
        for address, family in ((b"127.0.0.1", b"4"), (b"::1", b"6"), (b"IPv6:::1", b"6"), (b"/run/smtp.sock", b"L")):
            with self.subTest(address), self.open() as mta:
                self.go_on(mta.connect(b"localhost", address, family))
                self.assertEqual("hold", self.letter(mta, STRANGER)["action"])

    def test_several_letters_and_connections_in_one(self):
        """SMFIC_QUIT_NC: one connection to the gate serves several of the MTA's."""
        with self.open() as mta:
            for _ in range(3):
                self.assertEqual("hold", self.letter(mta, STRANGER)["action"])
                self.assertEqual("pass", self.letter(mta)["action"])
                mta.quit_new_connection()
            self.assertEqual("hold", self.letter(mta, STRANGER)["action"])

    def test_the_client_before_is_forgotten(self):
        """After QUIT_NC neither the address nor the letter of the connection before counts."""
        with self.open() as mta:
            self.assertEqual("pass", self.letter(mta)["action"])
            mta.quit_new_connection()
            self.go_on(mta.connect(b"[192.0.2.9]", b"192.0.2.9"))
            verdict = self.letter(mta, connect=False)
            self.assertIn("sender-identity/not-signed-in", verdict["findings"])

    def test_aborted_at_each_stage_then_another(self):
        for stage in STAGES[2:]:
            with self.subTest(stage), self.open() as mta:
                before = self.letters_counted()
                self.upto(mta, stage)
                mta.abort()
                self.assertEqual("pass", self.letter(mta, connect=False)["action"])
                self.assertEqual("hold", self.letter(mta, STRANGER, connect=False)["action"])
                self.assertEqual(before + 2, self.letters_counted())

    def test_aborted_again_and_again(self):
        with self.open() as mta:
            self.upto(mta, "helo")
            for _ in range(50):
                self.go_on(mta.mail(STRANGER))
                mta.abort()
                mta.abort()
            self.assertEqual("pass", self.letter(mta, connect=False)["action"])

    def test_mail_twice_takes_the_last(self):
        with self.open() as mta:
            self.upto(mta, "helo")
            self.begin(mta, STRANGER)
            self.assertEqual("pass", self.letter(mta, connect=False)["action"])

    def test_orders_that_no_mta_uses_get_no_answer(self):
        """libmilter drops what comes out of order. No answer is no pass: the MTA waits, and puts the letter off."""
        header = lambda mta: mta.header(*FIELDS[0])
        orders = {"no recipient": [lambda mta: mta.mail(STRANGER), header, Milter.eoh],
                  "no end of header": [lambda mta: self.begin(mta, STRANGER), header],
                  "no envelope": [header, Milter.eoh], "no envelope, body": [lambda mta: mta.body(BODY)],
                  "nothing": [], "a recipient first": [lambda mta: mta.rcpt(CLINIC)]}
        for name, says in orders.items():
            with self.subTest(name), self.open() as mta:
                self.upto(mta, "helo")
                before = self.letters_counted()
                for say in says:
                    say(mta)
                mta.raw(packet(b"E"))
                self.assertTrue(mta.silent())
                self.assertEqual("pass", self.letter(mta, connect=False)["action"])
                self.assertEqual(before + 1, self.letters_counted())

    def test_no_body_and_no_field(self):
        for name, fields in {"no body": FIELDS[:1], "no field": ()}.items():
            with self.subTest(name), self.open() as mta:
                verdict = self.letter(mta, STRANGER, fields=fields, body=b"")
                self.assertEqual("hold", verdict["action"])
                self.assertEqual(as_bytes(fields, b""), self.judged_bytes(verdict["id"]))

    def test_the_last_chunk_comes_with_the_end(self):
        """Sendmail's documents allow it, though no MTA does it. libmilter does not come to the end then, whether answers to
        chunks are spared or not: such an MTA waits in vain and puts the letter off, and nothing passes unjudged."""
        for steps in (STEPS, STEPS & ~NO_REPLY[b"B"]):
            with self.open(steps=steps) as mta:
                self.greet(mta)
                self.begin(mta, STRANGER)
                self.go_on(mta.eoh())
                before = self.letters_counted()
                mta.raw(packet(b"E", b"two\r\n"))
                self.assertTrue(mta.silent())
                self.assertEqual(before, self.letters_counted())


class Macros(Protocol):
    def test_absent(self):
        with self.open() as mta:
            mark = self.world.log_mark()
            self.go_on(mta.connect())
            self.begin(mta, STRANGER, macros=False)
            self.go_on(mta.eoh())
            self.assertEqual(b"d", mta.eom().verdict)
            self.assertIn("id=H-", self.world.read(self.world.gate_log)[mark:])

    def test_account_is_of_this_letter_alone(self):
        """Signed in for the first letter says nothing about the second."""
        with self.open() as mta:
            self.go_on(mta.connect(b"[192.0.2.9]", b"192.0.2.9"))
            mta.macros(b"M", b"{auth_authen}", STAFF, b"i", b"first")
            mark = self.world.log_mark()
            self.go_on(mta.mail(STAFF))
            self.go_on(mta.rcpt(CLINIC))
            self.assertEqual("pass", self.content(mta, "first", mark)["action"])
            second = self.letter(mta, connect=False)
            self.assertIn("sender-identity/not-signed-in", second["findings"])

    def test_repeated_takes_the_first(self):
        with self.open() as mta:
            mark = self.world.log_mark()
            mta.macros(b"M", b"{auth_authen}", STAFF, b"i", b"twice", b"{auth_authen}", b"h.ashworth@oakfield.sch.uk")
            self.go_on(mta.mail(STAFF))
            self.go_on(mta.rcpt(CLINIC))
            self.assertEqual("pass", self.content(mta, "twice", mark)["action"])

    def test_longest(self):
        """Up to what a packet may hold: 65,535 bytes behind the command."""
        name = b"{auth_authen}"
        room = 65535 - len(b"M") - len(name) - 2
        with self.open() as mta:
            mta.macros(b"M", name, b"x" * room)
            mark = self.world.log_mark()
            self.go_on(mta.mail(STAFF))
            self.go_on(mta.rcpt(CLINIC))
            verdict = self.content(mta, "long", mark)
            self.assertIn("sender-identity/from-other-account", verdict["findings"])

    def test_many(self):
        with self.open() as mta:
            mta.macros(b"C", *(b"{m%d}" % number for number in range(4000)))
            self.assertEqual("hold", self.letter(mta, STRANGER)["action"])


if __name__ == "__main__":
    unittest.main()
