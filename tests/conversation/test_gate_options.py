# SPDX-License-Identifier: GPL-3.0-or-later
"""The gate's own limits at N - 1, N and N + 1, asked over the milter protocol, and what a killed gate leaves behind. Needs no
Postfix."""

import os
import signal
import socket
import stat
import threading
import unittest

import oakfield
from conversation import BUILD, CLINIC, RAMAN
from milter_client import CONTINUE, REPLYCODE, MilterClient, pieces
from world import World, wait_for

RECIPIENTS = 5
MAX_LETTER = 65536
MEMORY = 4096
SHARED_STEP = 256 * 1024  # milter/spool.c takes so much of the share at a time
HEAD = [(b"From", RAMAN.encode()), (b"Subject", b"Minutes")]
HEAD_BYTES = sum(len(name) + 2 + len(value) + 2 for name, value in HEAD) + 2


class Gate(unittest.TestCase):
    """A gate alone, and what its class sets."""

    settings = ""

    @classmethod
    def setUpClass(cls):
        cls.world = World(BUILD, oakfield.accounts(), oakfield.SCHOOL, oakfield.ROLLS)
        cls.addClassCleanup(cls.world.stop)
        cls.world.gate_settings = cls.settings
        cls.world.prepare_exeat()
        cls.world.start_gate()

    def mta(self):
        mta = MilterClient(self.world.path("run", "milter.sock"))
        self.addCleanup(mta.close)
        return mta

    def begun(self, mta, queue_id, size, recipients=(CLINIC,), piece=65535):
        """All of a letter of @size bytes, as the gate counts them, but its end."""
        mta.envelope(RAMAN, recipients, RAMAN, queue_id)
        mta.header(HEAD)
        line = b"Please find the minutes below.\r\n"
        mta.body(pieces((line * (size // len(line) + 1))[:size - HEAD_BYTES], piece))

    def answer(self, size, recipients=(CLINIC,), piece=65535):
        with MilterClient(self.world.path("run", "milter.sock")) as mta:
            self.begun(mta, "EDGE", size, recipients, piece)
            return mta.end("EDGE")[0]

    def assert_judged(self, answer):
        self.assertEqual(CONTINUE, answer)

    def assert_too_large(self, answer):
        self.assertEqual(REPLYCODE + b"552 5.3.4 This letter is too large for the school's mail gateway.\0", answer)

    def spooled(self):
        """How many of the gate's files lie in the spool's folder."""
        worker = self.world.workers()[0]
        count = 0
        for one in os.listdir(f"/proc/{worker}/fd"):
            try:
                count += os.readlink(f"/proc/{worker}/fd/{one}").startswith(self.world.path("spool"))
            except FileNotFoundError:
                pass  # closed meanwhile
        return count


class Limits(Gate):
    settings = f"recipients = {RECIPIENTS}\nmax_letter = {MAX_LETTER}\nmemory = {MEMORY}\nshared_memory = 0"

    def test_recipients(self):
        for count in (RECIPIENTS - 1, RECIPIENTS, RECIPIENTS + 1, 50 * RECIPIENTS):
            answer = self.answer(1000, [f"family{number}@firm.example" for number in range(count)])
            (self.assert_judged if count <= RECIPIENTS else self.assert_too_large)(answer)

    def test_recipients_of_the_next_letter_count_anew(self):
        with MilterClient(self.world.path("run", "milter.sock")) as mta:
            for number in range(3):
                self.begun(mta, f"AGAIN{number}", 1000, [CLINIC] * RECIPIENTS)
                self.assert_judged(mta.end(f"AGAIN{number}")[0])

    def test_max_letter(self):
        for size in (MAX_LETTER - 1, MAX_LETTER, MAX_LETTER + 1, MAX_LETTER * 3):
            for piece in (7, 4096, 65535):
                answer = self.answer(size, piece=piece)
                (self.assert_judged if size <= MAX_LETTER else self.assert_too_large)(answer)

    def test_header_counts_too(self):
        for more in (-1, 0, 1):
            with self.subTest(more):
                mta = self.mta()
                mta.envelope(RAMAN, [CLINIC], RAMAN, "HEADER")
                rest = MAX_LETTER + more - HEAD_BYTES - len("X-Long: \r\n")
                mta.header([*HEAD, (b"X-Long", b"x" * rest)])
                (self.assert_judged if more <= 0 else self.assert_too_large)(mta.end("HEADER")[0])

    def test_the_letter_after_one_that_was_too_large(self):
        mta = self.mta()
        for number, size in enumerate((MAX_LETTER + 1, 1000, MAX_LETTER + 1, MAX_LETTER)):
            self.begun(mta, f"NEXT{number}", size)
            answer = mta.end(f"NEXT{number}")[0]
            (self.assert_judged if size <= MAX_LETTER else self.assert_too_large)(answer)
        self.assertEqual(0, self.spooled())

    def test_memory(self):
        for size, files in ((MEMORY - 1, 0), (MEMORY, 0), (MEMORY + 1, 1)):
            mta = self.mta()
            self.begun(mta, "MEMORY", size, piece=1000)
            self.assertEqual(files, self.spooled(), size)
            self.assert_judged(mta.end("MEMORY")[0])
            self.assertEqual(0, self.spooled(), size)


class Shared(Gate):
    settings = f"memory = {MEMORY}\nshared_memory = {2 * SHARED_STEP}"

    def test_shared_memory(self):
        edge = MEMORY + 2 * SHARED_STEP
        for size, files in ((edge - 1, 0), (edge, 0), (edge + 1, 1)):
            mta = self.mta()
            self.begun(mta, "SHARED", size)
            self.assertEqual(files, self.spooled(), size)
            self.assert_judged(mta.end("SHARED")[0])

    def test_two_letters_share(self):
        """Each has half; a third has none, until one of the two is gone, however it went."""
        half = MEMORY + SHARED_STEP
        for goes in ("judged", "aborted", "hung up on"):
            with self.subTest(goes):
                one, two, three = self.mta(), self.mta(), self.mta()
                self.begun(one, "ONE", half)
                self.begun(two, "TWO", half)
                self.assertEqual(0, self.spooled())
                self.begun(three, "THREE", MEMORY + 1)
                self.assertEqual(1, self.spooled())
                self.assert_judged(three.end("THREE")[0])
                if goes == "judged":
                    self.assert_judged(one.end("ONE")[0])
                elif goes == "aborted":
                    one.write(b"A")
                    self.begun(one, "AFTER", 100)
                else:
                    one.close()
                self.until_there_is_room(three, half)
                for mta in (one, two, three):
                    mta.close()
                self.until_there_is_room(self.mta(), edge=MEMORY + 2 * SHARED_STEP)

    def until_there_is_room(self, mta, edge):
        """The gate notices a closed connection a moment later."""
        def room():
            self.begun(mta, "ROOM", edge)
            files = self.spooled()
            self.assert_judged(mta.end("ROOM")[0])
            return files == 0
        wait_for(room, f"room for {edge} bytes")

    def test_many_at_once(self):
        answers = []

        def send(number):
            answers.append(self.answer(MEMORY + SHARED_STEP, piece=5000 + number))
        threads = [threading.Thread(target=send, args=(number,)) for number in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual([CONTINUE] * 12, answers)
        self.assertEqual(0, self.spooled())
        self.until_there_is_room(self.mta(), MEMORY + 2 * SHARED_STEP)


class Killed(unittest.TestCase):
    """Sockets of a gate that was killed lie there still; the next gate takes their place."""

    def setUp(self):
        self.world = World(BUILD, oakfield.accounts(), oakfield.SCHOOL, oakfield.ROLLS)
        self.addCleanup(self.world.stop)
        self.world.prepare_exeat()
        self.world.start_gate()

    def sockets(self):
        return {name: os.stat(self.world.path("run", name)).st_ino for name in ("milter.sock", "metrics.sock")}

    def assert_serves(self):
        with MilterClient(self.world.path("run", "milter.sock")) as mta:
            mta.envelope(RAMAN, [CLINIC], RAMAN, "SERVES")
            mta.header(HEAD)
            self.assertEqual(CONTINUE, mta.end("SERVES")[0])
        self.assertIn("exeat_letters_total", self.world.metrics())
        mode = os.stat(self.world.path("run", "milter.sock")).st_mode
        self.assertEqual((True, 0o660), (stat.S_ISSOCK(mode), stat.S_IMODE(mode)))

    def test_all_of_it(self):
        workers = self.world.workers()
        before = self.sockets()
        for process in (self.world.gate.pid, *workers):
            os.kill(process, signal.SIGKILL)
        self.world.gate.wait(15)
        wait_for(lambda: not any(os.path.exists(f"/proc/{one}") for one in workers), "the end of the worker")
        self.assertEqual(before, self.sockets())  # nobody answers there
        with self.assertRaises(ConnectionRefusedError):
            self.connect("milter.sock")
        self.world.start_gate()
        self.assert_serves()

    def connect(self, name):
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(self.world.path("run", name))

    def test_the_supervisor_alone(self):
        """Its worker ends by itself, and takes nothing from the gate that was started meanwhile."""
        worker = self.world.workers()[0]
        self.world.gate.kill()
        self.world.gate.wait(15)
        self.world.start_gate()
        new = self.sockets()
        wait_for(lambda: not os.path.exists(f"/proc/{worker}"), "the end of the old worker")
        self.assertEqual(new, self.sockets())
        self.assert_serves()

    def test_the_worker_alone(self):
        self.world.crash_worker()
        self.assert_serves()


if __name__ == "__main__":
    unittest.main()
