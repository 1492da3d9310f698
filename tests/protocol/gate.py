# SPDX-License-Identifier: GPL-3.0-or-later
"""What the protocol tests share: a gate without an MTA, plain letters, and the bytes that the gate judged."""

import contextlib
import itertools
import os
import subprocess
import sys
import unittest

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path[:0] = [os.path.join(TOP, "contrib"), os.path.join(TOP, "tests", "conversation")]

import oakfield  # noqa: E402
from conversation import BUILD, only  # noqa: E402
from milter import Milter  # noqa: E402
from world import World, wait_for  # noqa: E402

STAFF = b"p.raman@oakfield.sch.uk"
STRANGER = b"someone@elsewhere.example"  # as an envelope sender it is what every letter is held for
CLINIC = b"reception@tamside-physio.example"
HOLD_STRANGERS = only("sender-identity", "action = hold")
FIELDS = [(b"From", b" p.raman@oakfield.sch.uk"), (b"To", b" reception@tamside-physio.example"), (b"Subject", b" Minutes"),
          (b"Date", b" Mon, 14 Sep 2026 09:30:00 +0100")]
BODY = b"Please find the minutes below.\r\n"
numbers = itertools.count(1)


class GateWorld(World):
    """The gate alone; the tests are its MTA."""

    def start(self):
        self.prepare_exeat()
        self.start_gate()
        return self

    def stop_mta(self):
        pass


def as_bytes(fields, body):
    return b"".join(name + b":" + value.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") + b"\r\n"
                    for name, value in fields) + b"\r\n" + body


class Protocol(unittest.TestCase):
    """One gate for all the tests of a class; after each test it must still judge plain letters rightly."""

    settings = HOLD_STRANGERS
    gate_settings = ""

    @classmethod
    def setUpClass(cls):
        cls.world = GateWorld(BUILD, oakfield.accounts(), cls.settings, oakfield.ROLLS)
        cls.world.gate_settings = cls.gate_settings
        cls.addClassCleanup(cls.world.stop)
        cls.world.start()

    def setUp(self):
        self.addCleanup(self.still_right)
        self.worker = self.world.workers()[0]
        self.still_right()  # what is opened at the first letter is there before anything is counted

    def still_right(self):
        """A plain letter passes, one that must be held is held, and no worker has died."""
        with self.open() as mta:
            self.assertEqual("pass", self.letter(mta)["action"])
            self.assertEqual("hold", self.letter(mta, sender=STRANGER)["action"])
        self.assertEqual([self.worker], self.world.workers())

    def open(self, **offer):
        return Milter(self.world.path("run", "milter.sock"), **offer)

    def greet(self, mta):
        self.go_on(mta.connect())
        self.go_on(mta.helo())

    def begin(self, mta, sender=STAFF, recipients=(CLINIC,), macros=True):
        """A letter's envelope. Returns its queue id."""
        queue_id = f"Q{next(numbers):07d}"
        if macros:
            mta.macros(b"M", b"i", queue_id.encode())
        self.go_on(mta.mail(sender))
        for recipient in recipients:
            if macros:
                mta.macros(b"R", b"i", queue_id.encode())
            self.go_on(mta.rcpt(recipient))
        return queue_id

    def go_on(self, answer):
        self.assertIn(answer, (b"", b"c"))

    def letter(self, mta, sender=STAFF, recipients=(CLINIC,), fields=FIELDS, body=BODY, connect=True):
        """One whole letter as Postfix says it. Returns the gate's line of log about it."""
        if connect and not mta.connected:
            self.greet(mta)
        mark = self.world.log_mark()
        queue_id = self.begin(mta, sender, recipients)
        self.go_on(mta.data())
        return self.content(mta, queue_id, mark, fields, body)

    def content(self, mta, queue_id, mark, fields=FIELDS, body=BODY):
        for name, value in fields:
            self.go_on(mta.header(name, value))
        self.go_on(mta.eoh())
        self.go_on(mta.body(body))
        mta.macros(b"E", b"i", queue_id.encode())
        answer = mta.eom()
        verdict = self.verdict(queue_id, mark)
        self.assertEqual({"pass": b"c", "hold": b"d", "reject": b"y"}.get(verdict["action"], b"c"), answer.verdict)
        verdict["answer"] = answer
        return verdict

    def verdict(self, queue_id, mark):
        """The line about one letter: a verdict or a failure."""
        def about():
            return [line for event in ("letter", "failed", "let-through") for line in self.world.log_after(mark, event)
                    if line.get("queue_id") == queue_id]
        return wait_for(about, f"a verdict on {queue_id}")[0]

    def judged_bytes(self, reference):
        """The held letter as the gate judged it."""
        shown = subprocess.run([os.path.join(BUILD, "exeat"), "show", "--as", "headteacher", "--reason", "a test", "--letter",
                                reference, "-c", self.world.config], capture_output=True, timeout=60, check=True)
        return shown.stdout

    def judged(self, fields=FIELDS, body=BODY, **offer):
        """The bytes of a letter that is held for its envelope sender."""
        with self.open(**offer) as mta:
            return self.judged_bytes(self.letter(mta, STRANGER, fields=fields, body=body)["id"])

    def letters_counted(self):
        """How many letters the gate says that it has judged."""
        lines = self.world.metrics().split("\n")
        return sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith("exeat_letters_total"))

    def open_files(self):
        return len(os.listdir(f"/proc/{self.worker}/fd"))

    def resident(self):
        """Kibibytes of the worker's memory."""
        with open(f"/proc/{self.worker}/status", encoding="ascii") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("VmRSS"))

    def connections_gone(self, files):
        """Waits until the gate has as few files open as before."""
        with contextlib.suppress(FileNotFoundError):
            wait_for(lambda: self.open_files() <= files, "closed connections")
