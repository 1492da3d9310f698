# SPDX-License-Identifier: GPL-3.0-or-later
"""What MTAs of other ages offer, and what the gate makes of it: either it can do all that it must, or no letter passes."""

import struct
import unittest

from gate import CLINIC, FIELDS, STAFF, STRANGER, Protocol
from milter import (ACTIONS, ADD_HEADERS, ALL_NO_REPLY, CHANGE_HEADERS, DELETE_RECIPIENTS, LEADING_SPACE, NO_DATA, NO_HELO,
                    NO_REPLY, NO_UNKNOWN, STEPS, Closed, packet)

WANTED = ADD_HEADERS | CHANGE_HEADERS | DELETE_RECIPIENTS
# version -> actions and steps that MTAs of that version offered (libmilter/mfdef.h: SMFI_V1_*, SMFI_V2_*, SMFI_CURR_*)
AGES = {2: (0x3F, 0x7F), 3: (0x3F, 0x1FF), 4: (0x3F, 0x3FF), 6: (ACTIONS, STEPS)}


class Negotiation(Protocol):
    def test_each_version(self):
        for version, (actions, steps) in AGES.items():
            with self.subTest(version), self.open(version=version, actions=actions, steps=steps) as mta:
                self.assertEqual(WANTED, mta.actions)
                self.assertEqual(0, mta.steps & ~steps, "asks for nothing that was not offered")
                self.assertEqual(0, mta.steps & 0x7D, "wants to see connect, mail, rcpt, body, fields and their end")
                self.assertLessEqual(mta.version, version)
                self.assertEqual("pass", self.letter(mta)["action"])
                verdict = self.letter(mta, STRANGER)
                self.assertEqual("hold", verdict["action"])
                expected = b"".join(name + b":" + value + b"\r\n" for name, value in FIELDS)
                self.assertEqual(expected, self.judged_bytes(verdict["id"])[:len(expected)])

    def test_versions_that_never_were(self):
        for version in (0, 1, 0x80000000, 0xFFFFFFFF):
            with self.subTest(version), self.assertRaises(Closed):
                self.open(version=version)
        for version in (5, 7, 100):
            with self.subTest(version), self.open(version=version) as mta:
                self.assertEqual(6 if version > 6 else version, mta.version)
                self.assertEqual("hold", self.letter(mta, STRANGER)["action"])

    def test_what_is_asked_for_today(self):
        with self.open() as mta:
            self.assertEqual(NO_HELO | NO_DATA | NO_UNKNOWN | LEADING_SPACE | ALL_NO_REPLY, mta.steps)

    def test_an_mta_that_lets_nothing_be_changed(self):
        """Without them a letter could not be put right, freed of forged fields, or held for one of several."""
        for missing in (ADD_HEADERS, CHANGE_HEADERS, DELETE_RECIPIENTS, WANTED, ACTIONS):
            with self.subTest(hex(missing)):
                mark = self.world.log_mark()
                with self.assertRaises(Closed):
                    self.open(actions=ACTIONS & ~missing)
                self.assertTrue(self.world.log_after(mark, "negotiation"), "the log says why")

    def test_an_mta_that_spares_nothing(self):
        with self.open(steps=0) as mta:
            self.assertEqual(0, mta.steps & ~NO_HELO, "libmilter tells every MTA that nobody listens to HELO")
            for answer in (mta.connect(), mta.mail(STRANGER), mta.rcpt(CLINIC), mta.data(), mta.header(*FIELDS[0]),
                           mta.eoh(), mta.body(b"x"), mta.command(b"U", b"XPFX\0")):
                self.assertEqual(b"c", answer)
            mta.abort()
            self.assertEqual("hold", self.letter(mta, STRANGER)["action"])

    def test_each_answer_is_spared_or_given(self):
        """Whatever is missing from the offer: exactly the steps agreed on go unanswered."""
        for missing in (0, *NO_REPLY.values()):
            with self.subTest(hex(missing)), self.open(steps=STEPS & ~missing) as mta:
                self.assertEqual(0, mta.steps & missing)
                for letter, data in ((b"C", b"localhost\x004\x9c\x40127.0.0.1\0"), (b"M", b"<%s>\0" % STRANGER),
                                     (b"R", b"<%s>\0" % CLINIC), (b"L", b"Subject\0 a\0"), (b"N", b""), (b"B", b"x")):
                    mta.raw(packet(letter, data))
                    if not mta.steps & NO_REPLY[letter]:
                        self.assertEqual(b"c", mta.read()[0])
                mta.raw(packet(b"E"))
                self.assertEqual(b"d", mta.read()[0], "and no answer came that nobody waits for")

    def test_torn_offer(self):
        for length in range(12):
            with self.subTest(length), self.open(negotiate=False) as mta:
                mta.raw(packet(b"O", struct.pack("!III", 6, ACTIONS, STEPS)[:length]))
                with self.assertRaises(Closed):
                    mta.read()

    def test_longer_offer(self):
        """Bytes that a later version may add are passed over."""
        with self.open(negotiate=False) as mta:
            mta.raw(packet(b"O", struct.pack("!III", 6, ACTIONS, STEPS) + b"later"))
            self.assertEqual(b"O", mta.read()[0])

    def test_two_offers(self):
        with self.open() as mta:
            mta.raw(packet(b"O", struct.pack("!III", 6, ACTIONS, STEPS)))
            with self.assertRaises((Closed, TimeoutError)):
                mta.socket.settimeout(0.3)
                mta.read()

    def test_a_letter_without_negotiation(self):
        """Judged all the same, as of a client that nobody knows."""
        with self.open(negotiate=False) as mta:
            self.begin(mta, STAFF)
            self.go_on(mta.header(b"X-Exeat-Flag", b"forged"))
            self.go_on(mta.eoh())
            self.assertEqual(b"d", mta.eom().verdict)


if __name__ == "__main__":
    unittest.main()
