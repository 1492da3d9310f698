# SPDX-License-Identifier: GPL-3.0-or-later
"""The letter that is judged is the letter that was sent, byte for byte, whatever the MTA leaves of blanks and folds."""

import itertools
import unittest

from gate import BODY, FIELDS, STRANGER, Protocol, as_bytes
from milter import LEADING_SPACE, STEPS, Closed

HEAD = FIELDS[:2]
SUBJECTS = {
    "plain": b" Minutes",
    "empty": b"",
    "a blank": b" ",
    "two blanks": b"  Minutes",
    "a tab": b"\tMinutes",
    "no blank": b"Minutes",
    "folded at once": b"\n Minutes",
    "folded": b" Minutes of\n the meeting\n\tof Monday",
    "folded with CR LF": b" Minutes of\r\n the meeting",
    "a fold of blanks": b" Minutes\n \n of",
    "blanks at the end": b" Minutes   \t",
    "UTF-8": " Côr Siân – €".encode(),
    "Latin-1": " Côr Siân".encode("latin-1"),
    "all bytes": b" " + bytes(byte for byte in range(1, 256) if byte not in b"\r\n"),
    "a bare CR": b" Minutes\rof Monday",
    "CR at the end": b" Minutes\r",
    "colons": b":: a: b:",
}
BODIES = {
    "empty": b"",
    "one line": BODY,
    "no line end": b"Minutes",
    "8-bit": "Siân – €\r\n".encode() + "Siân\r\n".encode("latin-1"),
    "NUL": b"a\0b\0\0\r\n\0",
    "all bytes": bytes(range(256)) * 3,
    "bare CR and LF": b"one\rtwo\nthree\r\r\nfour\n\r",
    "dots": b".\r\n..\r\n.x\r\n",
    "empty lines": b"\r\n" * 50,
    "a long line": b"x" * 200000,
    "one chunk": b"y" * 65535,
    "a chunk and one": b"y" * 65536,
}


class Bytes(Protocol):
    def test_values(self):
        for (name, value), leading in itertools.product(SUBJECTS.items(), (True, False)):
            if not leading and value[:1] != b" ":
                continue  # an MTA that takes the blank away cannot say whether there was one
            with self.subTest(name, leading_space=leading):
                fields = [*HEAD, (b"Subject", value), FIELDS[3]]
                judged = self.judged(fields, steps=STEPS if leading else STEPS & ~LEADING_SPACE)
                self.assertEqual(as_bytes(fields, BODY), judged)

    def test_names(self):
        for name in (b"X", b"x-odd-NAME", b"X-" + b"n" * 500, b"X!#$%&'*+-.^_`|~1", "X-Siân".encode()):
            with self.subTest(name):
                fields = [*FIELDS, (name, b" value")]
                self.assertEqual(as_bytes(fields, BODY), self.judged(fields))

    def test_bodies(self):
        for name, body in BODIES.items():
            with self.subTest(name):
                self.assertEqual(as_bytes(FIELDS, body), self.judged(FIELDS, body))

    def test_body_in_every_cut(self):
        body = b"one\r\n.\r\n\0two\rthree\n"
        for cut in range(1, len(body)):
            with self.open() as mta:
                mark = self.world.log_mark()
                queue_id = self.begin(mta, STRANGER)
                for name, value in FIELDS:
                    mta.header(name, value)
                mta.eoh()
                mta.body(body[:cut])
                mta.body(body[cut:])
                verdict = self.end(mta, queue_id, mark)
                if cut % 5 == 1:  # opening a held letter takes a tenth of a second
                    self.assertEqual(as_bytes(FIELDS, body), self.judged_bytes(verdict["id"]))
                self.assertEqual(str(len(as_bytes(FIELDS, body))), verdict["bytes"])

    def end(self, mta, queue_id, mark):
        mta.macros(b"E", b"i", queue_id.encode())
        self.assertEqual(b"d", mta.eom().verdict)
        return self.verdict(queue_id, mark)

    def test_no_field_at_all(self):
        self.assertEqual(b"\r\n" + BODY, self.judged([]))
        self.assertEqual(b"\r\n", self.judged([], b""))

    def test_repeated_fields_keep_their_order(self):
        fields = [(b"Received", b" one"), *FIELDS, (b"Subject", b" two"), (b"received", b" three"), (b"SUBJECT", b" four")]
        self.assertEqual(as_bytes(fields, BODY), self.judged(fields))

    def test_many_fields(self):
        fields = [*FIELDS, *((b"X-%d" % number, b" %d" % number) for number in range(100000))]
        self.assertEqual(as_bytes(fields, BODY), self.judged(fields))

    def test_many_forged_fields(self):
        """Each is taken out by its own number, from the last."""
        count = 100000
        fields = [*FIELDS, *((b"X-Exeat-Flag" if number % 2 else b"x-exeat-FLAG", b" 1") for number in range(count))]
        with self.open() as mta:
            answer = self.letter(mta, fields=fields)["answer"]
        taken = [int.from_bytes(data[:4], "big") for data in answer.of(b"m")]
        self.assertEqual(list(range(count, 0, -1)), taken)

    def test_longest_value(self):
        """What a packet may hold; MTAs cut longer fields themselves. A longer packet ends the connection, and no letter passes."""
        room = 65535 - len(b"X-Long\0 \0")
        for length in (room - 1, room):
            fields = [*FIELDS, (b"X-Long", b" " + b"v" * length)]
            self.assertEqual(as_bytes(fields, BODY), self.judged(fields))
        for length in (room + 1, 1024 * 1024):
            with self.subTest(length), self.assertRaises(Closed):
                self.judged([*FIELDS, (b"X-Long", b" " + b"v" * length)])


if __name__ == "__main__":
    unittest.main()
