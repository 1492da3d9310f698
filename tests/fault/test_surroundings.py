# SPDX-License-Identifier: GPL-3.0-or-later
"""Broken surroundings: full disks, a store that is locked, moved, damaged or not ours, clocks that jump, a DNS server that says
nothing, a relay that hangs, two clerks, a crowd at the door. Each with its account of every letter."""

import contextlib
import glob
import os
import signal
import socket
import sqlite3
import subprocess
import threading
import time
import unittest

import oakfield
from conversation import BUILD, CLINIC, COMPANY, DOMAIN, RAMAN, wait_for
from faultworld import SETTINGS, FaultWorld, long_run
from ledger import Ledger
from relay import STEPS, Relay
from world import World

FAKETIME = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")
HOUR = 3600


class Surroundings(unittest.TestCase):
    maxDiff = None

    def make_world(self):
        return FaultWorld(BUILD)

    def setUp(self):
        self.world = self.make_world()
        self.addCleanup(self.world.stop)
        self.before_start()
        self.world.start()
        self.ledger = Ledger(self.world)

    def before_start(self):
        pass

    def account(self, **options):
        self.assertEqual([], self.ledger.account(**options))

    def offer(self, kind, padding=0):
        """One try of a new letter."""
        letter = self.ledger.write(kind)
        letter.data += (b"z" * 70 + b"\r\n") * (padding // 72)
        self.ledger.offer(letter)
        return letter

    def released(self, letter):
        return set(self.ledger.states(self.ledger.reference(letter)).values()) == {"released"}

    def mount(self, name, size):
        """A small file system of memory at a folder of the world."""
        path = self.world.path(name)
        os.makedirs(path, exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "exeat-fault", path], check=True, timeout=10)
        self.addCleanup(subprocess.run, ["umount", "-l", path], check=False, timeout=10)
        return path

    @staticmethod
    def grow(path, size):
        subprocess.run(["mount", "-o", f"remount,size={size}", path], check=True, timeout=10)


class FullDisks(Surroundings):
    def before_start(self):
        self.store = self.mount("store", "3m")
        self.spool = self.mount("spool", "256k")
        self.world.gate_settings = "memory = 16K\nshared_memory = 0"

    def test_store(self):
        """What does not fit is answered 451, what passes passes, and what was held stays whole."""
        first = self.offer("hold")
        self.assertEqual(250, first.answer)
        letters = [self.offer("hold", 150 * 1024) for _ in range(25)]
        refused = [letter for letter in letters if letter.answer == 451]
        self.assertGreater(len(refused), 3)
        self.assertGreater(len(letters) - len(refused), 3)
        self.assertEqual(250, self.offer("pass").answer)
        self.world.exeat("release", self.ledger.reference(first), check=False)
        self.grow(self.store, "64m")
        for letter in refused:
            self.ledger.post(letter)
        self.world.exeat("release", self.ledger.reference(first), check=False)
        wait_for(lambda: self.released(first), "a release")
        self.account()

    def test_spool(self):
        """A letter that the spool has no room for is its sender's still; others go on."""
        large = self.offer("hold", 400 * 1024)
        self.assertEqual(451, large.answer)
        self.assertEqual(250, self.offer("hold").answer)
        self.assertEqual([], os.listdir(self.spool))
        self.grow(self.spool, "8m")
        self.ledger.post(large)
        self.account()


class Store(Surroundings):
    @long_run
    def test_locked(self):
        """By somebody else for longer than we wait: 451, and nothing hangs. A clerk waits and goes on."""
        letter = self.ledger.send("hold")
        reference = self.ledger.reference(letter)
        with contextlib.closing(sqlite3.connect(self.world.store_path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            began = time.monotonic()
            waiting = self.offer("hold")
            self.assertEqual(451, waiting.answer)
            self.assertLess(time.monotonic() - began, 20)
            self.assertEqual(250, self.offer("pass").answer)
            refused = self.world.exeat("release", reference, check=False)
            self.assertNotEqual(0, refused.returncode)
            self.assertIn("locked", refused.stderr)
            other.execute("ROLLBACK")
        self.ledger.post(waiting)
        self.world.exeat("release", reference)
        wait_for(lambda: self.released(letter), "a release")
        self.account()

    def test_taken_away_and_put_back(self):
        """Nothing is written into a file that has no name any more."""
        held = self.ledger.send("hold")
        away = self.world.path("away")
        os.rename(self.world.path("store"), away)
        lost = self.offer("hold")
        self.assertEqual(451, lost.answer)
        self.assertEqual(250, self.offer("pass").answer)
        os.rename(away, self.world.path("store"))
        self.ledger.post(lost)
        self.world.exeat("release", self.ledger.reference(held))
        wait_for(lambda: self.released(held), "a release")
        self.account()

    @long_run
    def test_read_only_file(self):
        """Nobody but root may write it, and the gate is not root."""
        os.chown(self.world.store_path, 0, 0)
        os.chmod(self.world.store_path, 0o644)
        self.world.gate.send_signal(signal.SIGTERM)
        self.assertEqual(0, self.world.gate.wait(30))
        with self.assertRaisesRegex(RuntimeError, "quarantine.db"):
            self.world.start_gate()
        self.assertEqual(2, self.world.gate.wait(10))
        letter = self.offer("hold")
        self.assertFalse(letter.is_answered, letter)


class DamagedStore(unittest.TestCase):
    """A file that is no store, or no longer a whole one. Needs no Postfix."""

    def setUp(self):
        self.world = World(BUILD, oakfield.accounts(), SETTINGS, oakfield.ROLLS)
        self.addCleanup(self.world.stop)
        self.world.prepare_exeat()
        self.world.start_gate()
        self.world.end(self.world.gate)
        self.path = self.world.path("store", "quarantine.db")
        with contextlib.closing(sqlite3.connect(self.path)) as store:
            store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        with open(self.path, "rb") as file:
            self.whole = file.read()

    def lay_down(self, data):
        """The store is this, and nothing lies beside it."""
        for beside in glob.glob(self.path + "-*"):
            os.remove(beside)
        with open(self.path, "wb") as file:
            file.write(data)

    def outcome(self, *command):
        """Exit status and words, or None if it works at it."""
        log = self.world.path("outcome.log")
        with contextlib.suppress(FileNotFoundError):
            os.remove(log)
        process = self.world.spawn(log, os.path.join(BUILD, command[0]), *command[1:], "-c", self.world.config)
        runs = lambda: process.poll() is not None or " event=started " in self.world.read(log)
        wait_for(runs, f"{command} to end or to work")
        if process.poll() is not None:
            return process.returncode, self.world.read(log)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)
        return None

    def test_damage_is_named(self):
        """A program that meets it says so and ends, or runs (the gate answers 451 then); none crashes."""
        whole = self.whole
        damages = {
            "not a database": b"These are not the letters you are looking for.\n" * 400,
            "empty": b"",
            "truncated": whole[:len(whole) // 2],
            "first page": whole[:100] + b"\x5a" * 3000 + whole[3100:],
            "all pages but the first": whole[:4096] + b"\x5a" * (len(whole) - 4096),
        }
        programs = [("exeatd", "-f"), ("exeat-office", "-f", "--once"), ("exeat", "audit", "verify"), ("exeat", "held")]
        for name, data in damages.items():
            for program in programs:
                with self.subTest(f"{' '.join(program)}: {name}"):
                    self.lay_down(data)
                    found = self.outcome(*program)
                    if found is None or (name == "empty" and program[0] == "exeatd"):
                        continue
                    self.assertIn(found[0], (1, 2), found)
                    self.assertRegex(found[1], "damaged|not a database|the store is empty")

    @long_run
    def test_whole_store_is_taken(self):
        self.lay_down(self.whole)
        self.assertEqual(0, self.outcome("exeat", "audit", "verify")[0])
        self.assertIsNone(self.outcome("exeatd", "-f"))


@unittest.skipUnless(FAKETIME, "libfaketime is not there")
class Clock(Surroundings):
    def before_start(self):
        self.hands = self.world.write("clock", "+0h\n")
        self.world.environment.update(LD_PRELOAD=FAKETIME[0], FAKETIME_TIMESTAMP_FILE=self.hands, FAKETIME_NO_CACHE="1",
                                      FAKETIME_DONT_FAKE_MONOTONIC="1")
        self.world.delivery_settings = "timeout = 5s"

    def set_clock(self, hours):
        with open(self.hands, "w", encoding="ascii") as file:
            file.write(f"{hours:+d}h\n")

    @long_run
    def test_jumps(self):
        """Letters held, released and put off while the clock is hours wrong arrive once, and soon after it is right."""
        for hours in (+7, -7):
            before = self.ledger.send("hold")
            self.set_clock(hours)
            self.assertEqual(250, self.offer("pass").answer)
            during = self.ledger.send("hold")
            for letter in (before, during):
                self.world.exeat("release", self.ledger.reference(letter))
                wait_for(lambda one=letter: self.released(one), f"a release with a clock {hours:+d} hours wrong")
            self.set_clock(0)
            after = self.ledger.send("hold")
            self.world.exeat("release", self.ledger.reference(after))
            wait_for(lambda one=after: self.released(one), "a release with the clock put right")
        self.account()

    def test_put_off_by_a_clock_that_was_ahead(self):
        letter = self.ledger.send("hold")
        reference = self.ledger.reference(letter)
        wait_for(lambda: self.world.sql("SELECT count(*) FROM outbox WHERE state = 'waiting'") == [(0,)], "notices")
        subprocess.run(["postfix", "-c", self.world.path("postfix"), "stop"], capture_output=True, check=True, timeout=60)
        self.set_clock(+9)
        self.world.exeat("release", reference)
        attempted = lambda: self.world.sql("SELECT 1 FROM recipient WHERE letter = ? AND attempts > 0", reference)
        wait_for(attempted, "an attempt")
        self.set_clock(0)
        self.world.start_postfix()
        wait_for(lambda: self.released(letter), "a release that was put off by a clock nine hours ahead", 90)
        self.account()


class Dns(Surroundings):
    def before_start(self):
        self.silent = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.silent.bind(("127.0.0.1", 0))
        self.addCleanup(self.silent.close)
        self.world.gate_settings = (f'spf_domains = {{ "{DOMAIN}" }}\nspf_address = 192.0.2.7\n'
                                    f'spf_server = "127.0.0.1:{self.silent.getsockname()[1]}"\nspf_timeout = 2s')

    def test_silence_is_no_verdict(self):
        began = time.monotonic()
        self.assertEqual(250, self.offer("pass").answer)
        self.assertTrue(self.silent.recv(512))
        self.assertLess(time.monotonic() - began, 6)
        self.account()


@long_run
class Door(Surroundings):
    def test_crowd_at_the_gate(self):
        """More callers than the queue takes, while the gate stands still: mail waits at its senders and is not lost."""
        worker = self.world.workers()[0]
        os.kill(worker, signal.SIGSTOP)
        crowd = []
        for _ in range(5000):
            caller = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            caller.setblocking(False)
            crowd.append(caller)
            try:
                caller.connect(self.world.path("run", "milter.sock"))
            except BlockingIOError:
                break
        self.assertLess(len(crowd), 5000, "the queue has no end")
        letter = self.ledger.write("hold")
        client = threading.Thread(target=self.ledger.offer, args=(letter,))
        client.start()
        client.join(60)
        self.assertFalse(letter.is_answered, letter)
        os.kill(worker, signal.SIGCONT)
        for caller in crowd:
            caller.close()
        self.ledger.post(letter)
        self.assertEqual(250, letter.answer)
        self.account()


@long_run
class TwoClerks(Surroundings):
    def test_every_letter_once(self):
        letters = [self.ledger.send("hold") for _ in range(15)]
        first = self.world.office
        self.world.start_office()
        for letter in letters:
            self.world.exeat("release", self.ledger.reference(letter))
        wait_for(lambda: all(self.released(letter) for letter in letters), "all releases", 60)
        self.world.end(first)
        self.account()


class BadRelay(Surroundings):
    """The next hop refuses or hangs at each step: what it took arrives once, the rest waits or fails, others go on."""

    def before_start(self):
        self.relay = Relay()
        self.addCleanup(self.relay.stop)
        self.world.relay = f"smtp://127.0.0.1:{self.relay.port}"
        self.world.delivery_settings = "timeout = 1s"

    def release(self, trouble):
        """A letter released to CLINIC, where the relay makes trouble, and to COMPANY, where it does not."""
        letter = self.ledger.send("hold")
        reference = self.ledger.reference(letter)
        told = lambda: not self.world.sql("SELECT 1 FROM outbox WHERE letter = ? AND state = 'waiting'", reference)
        wait_for(told, "notices", 10)
        before = {one: self.relay.times(one) for one in (CLINIC, COMPANY)}
        self.relay.troubles.append(trouble)
        self.world.exeat("release", reference)
        wait_for(lambda: trouble in self.relay.met, f"somebody to meet {trouble}")
        self.relay.met.clear()
        return reference, before

    def check(self, step, what, expected):
        """@expected is what CLINIC's copy becomes at the first try; the other's goes out."""
        first = None if step in ("greeting", "ehlo", "mail") else CLINIC
        reference, before = self.release((step, what, first))

        def settled():
            states = self.ledger.states(reference)
            return states[COMPANY] == "released" and states[CLINIC] == expected
        if expected == "releasing":
            self.overtake(reference)
            expected = "released"
        wait_for(settled, f"{expected} after {what} at {step}", 20)
        self.assertEqual(before[COMPANY] + 1, self.relay.times(COMPANY))
        self.assertEqual(before[CLINIC] + (expected == "released"), self.relay.times(CLINIC), f"{what} at {step}")

    def overtake(self, reference):
        """The one without trouble goes out meanwhile; the other is tried again when its time has come."""
        others = lambda: "released" in self.ledger.states(reference).values()
        wait_for(others, "the others to go on", 20)
        deferred = lambda: self.world.sql("SELECT 1 FROM recipient WHERE letter = ? AND state = 'releasing' AND lease_until = 0"
                                          " AND next_at > unixepoch()", reference)
        wait_for(deferred, "a letter that waits for another try", 20)
        self.world.sql("UPDATE recipient SET next_at = 0 WHERE state = 'releasing'")

    @long_run
    def test_releases(self):
        for step in STEPS[:-1]:
            refused = "releasing" if step in ("greeting", "ehlo") else "failed"
            for what, expected in (("451 4.3.0 later", "releasing"), ("550 5.7.1 no", refused), ("hang", "releasing"),
                                   ("hang up", "releasing")):
                if step in ("mail",) and what.startswith("550"):
                    continue  # MAIL does not say which of the two it is about: see test-deliver
                with self.subTest(f"{what} at {step}"):
                    self.check(step, what, expected)

    @long_run
    def test_after_the_answer(self):
        """The 250 has been said: whatever QUIT meets, the letter is delivered."""
        for what in ("hang", "hang up", "500 what?"):
            with self.subTest(what):
                self.check("quit", what, "released")

    @long_run
    def test_notices_go_on(self):
        """A hanging relay costs each notice its time-out and no more."""
        for step in ("greeting", "rcpt", "dot"):
            self.relay.troubles.append((step, "hang", None))
            letter = self.ledger.send("hold")
            reference = self.ledger.reference(letter)
            wait_for(lambda: not self.relay.troubles, f"a notice to hang at {step}")
            sent = lambda one=reference: self.world.sql("SELECT 1 FROM outbox WHERE letter = ? AND state = 'sent'", one)
            wait_for(sent, f"the other notice after one hung at {step}", 20)
            self.world.sql("UPDATE outbox SET due_at = 0 WHERE state = 'waiting'")
            all_sent = lambda one=reference: not self.world.sql(
                "SELECT 1 FROM outbox WHERE letter = ? AND state <> 'sent'", one)
            wait_for(all_sent, f"both notices after one hung at {step}", 20)
            about = [data for _, _, data in self.relay.taken if reference.encode() in data]
            self.assertEqual(2, len(about))

    @long_run
    def test_sender_is_known_at_the_relay(self):
        reference, _ = self.release(("rcpt", "451 4.3.0 later", CLINIC))
        self.overtake(reference)
        wait_for(lambda: set(self.ledger.states(reference).values()) == {"released"}, "both")
        self.assertEqual({RAMAN}, {sender for sender, recipient, _ in self.relay.taken if recipient in (CLINIC, COMPANY)})


if __name__ == "__main__":
    unittest.main()
