# SPDX-License-Identifier: GPL-3.0-or-later
"""A peer that speaks the protocol badly: torn, senseless and oversized packets, connections cut anywhere, hundreds at once."""

import random
import struct
import threading
import unittest

from gate import BODY, CLINIC, FIELDS, STAFF, STRANGER, Protocol
from milter import ACTIONS, STEPS, Closed, Milter, packet, strings

MOST = 65535  # of a packet's data: libmilter's MILTER_MAX_DATA_SIZE
GREETING = packet(b"O", struct.pack("!III", 6, ACTIONS, STEPS))


def conversation(sender=STRANGER, queue_id=b"torn"):
    """A whole letter as one stretch of bytes; steps that the gate spares the MTA are left out."""
    return b"".join((
        packet(b"C", strings(b"localhost") + b"4\x9c\x40" + strings(b"127.0.0.1")),
        packet(b"D", b"M" + strings(b"i", queue_id)), packet(b"M", strings(b"<" + sender + b">")),
        packet(b"R", strings(b"<" + CLINIC + b">")),
        *(packet(b"L", strings(name, value)) for name, value in FIELDS),
        packet(b"N"), packet(b"B", BODY), packet(b"D", b"E" + strings(b"i", queue_id)), packet(b"E")))


class Hostile(Protocol):
    gate_settings = "timeout = 1h"

    def end(self, mta):
        """The gate ends the connection; whatever it says before is no verdict."""
        mta.socket.settimeout(5)
        with self.assertRaises(Closed):
            while True:
                self.assertNotIn(mta.read()[0], (b"c", b"a", b"d"))

    def test_torn_at_every_byte(self):
        """Two writes for one letter, cut at each of its bytes: the same verdict each time."""
        said = conversation()
        before = self.letters_counted()
        with self.open() as mta:
            for cut in range(1, len(said)):
                mta.raw(said[:cut])
                mta.raw(said[cut:])
                self.assertEqual(b"d", mta.outcome().verdict)
                mta.quit_new_connection()
        self.assertEqual(before + len(said) - 1, self.letters_counted())

    def test_byte_by_byte(self):
        with self.open() as mta:
            for byte in conversation():
                mta.raw(bytes([byte]))
            self.assertEqual(b"d", mta.outcome().verdict)

    def test_cut_at_every_byte(self):
        """The connection ends in the middle: no letter is counted, nothing stays open."""
        said = conversation()
        before, files = self.letters_counted(), self.open_files()
        for cut in range(len(said) - 1):
            with self.open() as mta:
                mta.raw(said[:cut])
        self.connections_gone(files)
        self.assertEqual(before, self.letters_counted())

    def test_length_of_nothing(self):
        """Not even a command: the byte behind it is taken for one without data, and no letter comes of it."""
        before = self.letters_counted()
        for follows in (b"", b"E", GREETING, b"\0" * 100):
            for negotiate in (True, False):
                with self.open(negotiate=negotiate) as mta:
                    mta.raw(struct.pack("!I", 0) + follows)
                    if not follows:
                        self.assertTrue(mta.silent())
        self.assertEqual(before, self.letters_counted())

    def test_lengths(self):
        """A packet of the longest length is read, one byte more ends the connection, before any of it is kept."""
        for length, good in ((MOST - 1, True), (MOST, True), (MOST + 1, False), (0x7FFFFFFE, False), (0xFFFFFFFE, False)):
            with self.subTest(length), self.open() as mta:
                self.greet(mta)
                self.begin(mta, STRANGER)
                mta.raw(struct.pack("!I", length + 1) + b"L")
                if not good:
                    self.end(mta)
                    continue
                mta.raw(b"X\0" + b"v" * (length - 3) + b"\0" + packet(b"N") + packet(b"E"))
                self.assertEqual(b"d", mta.outcome().verdict)

    def test_a_length_without_its_bytes(self):
        """A promise of a chunk costs next to nothing until the bytes come. Each keeps one of libmilter's threads busy meanwhile."""
        files, resident = self.open_files(), self.resident()
        held = [self.open() for _ in range(100)]
        for mta in held:
            mta.raw(struct.pack("!I", MOST) + b"B")
        self.assertLess(self.resident() - resident, 50 * 1024)
        for mta in held:
            mta.close()
        self.connections_gone(files)

    def plain(self):
        with self.open() as mta:
            return self.letter(mta, STRANGER)

    def test_unknown_commands(self):
        known = b"ABCDEHKLMNOQRTU"
        for command in range(256):
            if command in known:
                continue
            with self.open() as mta:
                self.begin(mta, STAFF)
                mta.raw(packet(bytes([command]), b"data\0"))
                self.end(mta)

    def test_arguments_that_are_none(self):
        """Commands whose data is missing, has no final NUL, or too few strings. Not macros: of an odd number of strings libmilter
        reads past the end at the next question (smfi_getsymval), so far the MTA has to be trusted."""
        for letter in (b"C", b"M", b"R", b"L"):
            for data in (b"", b"x", b"x\0", b"\0", b"\0\0", b"no end", b"\xff" * 100):
                with self.subTest(letter + b" " + data), self.open() as mta:
                    before = self.letters_counted()
                    if letter in (b"R", b"L"):
                        mta.mail(STAFF)
                    mta.raw(packet(letter, data))
                self.assertEqual(before, self.letters_counted())

    def test_a_value_with_nul_ends_there(self):
        """The protocol's strings end at NUL; what an MTA puts behind it is not part of the letter for it either."""
        with self.open() as mta:
            self.greet(mta)
            mark = self.world.log_mark()
            queue_id = self.begin(mta, STRANGER)
            mta.command(b"L", b"Subject\0 Min\0utes\0")
            verdict = self.content(mta, queue_id, mark, (), b"")
            self.assertEqual(b"Subject: Min\r\n\r\n", self.judged_bytes(verdict["id"]))

    def test_garbage(self):
        """Always the same random bytes, raw and as the data of each command, before and after the negotiation."""
        random.seed(1)
        files, before = self.open_files(), self.letters_counted()
        for number in range(300):
            with self.open(negotiate=number % 2 == 0) as mta:
                junk = random.randbytes(random.randrange(1, 400))
                command = bytes([random.choice(b"ABCHKLMNOQRTU")])
                try:
                    mta.raw(junk if number % 3 == 0 else packet(command, junk))
                    mta.raw(GREETING)
                except Closed:
                    pass
        self.connections_gone(files)
        self.assertEqual(before, self.letters_counted())

    def test_connections_cut_by_the_thousand(self):
        """At every stage, without a word of farewell: neither files nor memory stay behind."""
        said = conversation()
        stages = [sum(map(len, self.packets(said)[:count])) for count in range(len(self.packets(said)))]

        def cut(times):
            for number in range(times):
                with self.open() as mta:
                    mta.raw(said[:stages[number % len(stages)]])
            self.connections_gone(files)

        files = self.open_files()
        cut(500)  # what threads and allocator keep for themselves is there after these
        before, resident = self.letters_counted(), self.resident()
        cut(4000)
        self.assertLess(self.resident() - resident, 4096)
        self.assertEqual(before, self.letters_counted())

    @staticmethod
    def packets(said):
        found = []
        while said:
            length = 4 + struct.unpack("!I", said[:4])[0]
            found.append(said[:length])
            said = said[length:]
        return found

    def test_three_hundred_at_once(self):
        """All connect before any is served; each gets its own verdict."""
        path = self.world.path("run", "milter.sock")
        start = threading.Barrier(300)
        verdicts, failures = [], []

        def one(number):
            try:
                start.wait(30)
                with Milter(path) as mta:
                    mta.raw(conversation(STRANGER if number % 2 else STAFF, b"many%d" % number))
                    verdicts.append((number % 2, mta.outcome().verdict))
            except (OSError, Closed, threading.BrokenBarrierError) as error:
                failures.append(repr(error))

        files = self.open_files()
        threads = [threading.Thread(target=one, args=(number,)) for number in range(300)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        self.assertEqual([], failures)
        self.assertEqual(sorted([(1, b"d"), (0, b"c")] * 150), sorted(verdicts))
        self.connections_gone(files)

    def test_three_hundred_idle_do_not_stop_one(self):
        files = self.open_files()
        idle = [self.open() for _ in range(300)]
        self.assertEqual("hold", self.plain()["action"])
        for mta in idle:
            mta.close()
        self.connections_gone(files)


class Impatient(Protocol):
    gate_settings = "timeout = 10s"

    def test_a_peer_that_says_nothing_is_let_go(self):
        with self.open() as mta:
            mta.raw(conversation()[:60])
            self.assertTrue(mta.silent(5))
            mta.socket.settimeout(30)
            with self.assertRaises(Closed):
                mta.read()


if __name__ == "__main__":
    unittest.main()
