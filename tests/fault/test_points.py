# SPDX-License-Identifier: GPL-3.0-or-later
"""Each fault point once: the program dies or fails there, and every letter is where it belongs.

MAY_TWICE are the windows that SMTP leaves open: the relay has the letter, and who handed it in dies before that is on disk. No
other may double anything.
"""

import os
import re
import signal
import threading
import unittest

from conversation import BUILD, wait_for
from faultworld import SETTINGS, FaultWorld, long_run
from ledger import Ledger

HELD = ("hold.before-seal", "hold.before-commit", "commit.begun", "commit.written", "hold.committed", "answer.before-changes",
        "answer.before")
FLAGGED = ("hold.before-seal", "flag.before-commit", "commit.written", "flag.committed", "answer.before")
REWRITTEN = ("rewrite.before-commit", "commit.written", "answer.before-changes", "answer.before")
GATE = ([("hold", point, 1) for point in HELD] + [("flag", point, 1) for point in FLAGGED] +
        [("rewrite", point, 1) for point in REWRITTEN] +
        [("some", "hold.committed", 1), ("some", "answer.recipient-removed", 1), ("some", "answer.recipient-removed", 2),
         ("some", "answer.before", 1), ("pass", "answer.before-changes", 1), ("pass", "answer.before", 1),
         ("refuse", "answer.before", 1)])
GATE_FAILS = [("hold", "hold.before-seal"), ("hold", "hold.before-commit"), ("hold", "commit.begun"), ("hold", "commit.written"),
              ("flag", "flag.before-commit"), ("flag", "commit.written"), ("rewrite", "rewrite.before-commit"),
              ("rewrite", "commit.written"), ("some", "hold.before-commit")]
DECISION = ("decide.before-commit", "commit.begun", "commit.written", "decide.committed")
RELAY = ("relay.sent-ehlo", "relay.sent-mail", "relay.sent-rcpt", "relay.sent-data", "relay.sent-text", "relay.sent-quit")
RELEASE = ("release.claimed", "release.before-relay", *RELAY, "release.before-mark", "commit.begun", "commit.written",
           "release.marked")
NOTICE = ("notice.claimed", "notice.before-relay", *RELAY, "notice.before-mark", "commit.begun", "commit.written",
          "notice.marked")
DIGEST = ("digest.before-commit", "commit.begun", "commit.written", "digest.committed")
MAY_TWICE = {"relay.sent-quit", "release.before-mark", "notice.before-mark", "commit.begun", "commit.written"}


class Points(unittest.TestCase):
    """One world for all points of a class, and one account at the end of each test."""

    settings = SETTINGS

    @classmethod
    def setUpClass(cls):
        cls.world = FaultWorld(BUILD, cls.settings)
        cls.addClassCleanup(cls.world.stop)
        cls.prepare()
        cls.world.start()
        cls.ledger = Ledger(cls.world)
        cls.twice = set()  # who may get a second copy: Message-IDs, some with a recipient, and ids of held letters

    @classmethod
    def prepare(cls):
        pass

    def allowed(self, identity, recipient, hands):
        reference = re.search(r"H-\w{4}-\w{4}-\w{4}", str(hands[0].arrival.message["Subject"]))
        known = {identity, (identity, recipient), reference and reference.group(0)}
        return len(hands) == 2 and bool(known & self.twice)

    def assert_all_accounted_for(self):
        self.assertEqual([], self.world.disarm(), "points that nobody passed")
        self.assertEqual([], self.ledger.account(self.allowed))

    def held(self, about):
        if self.world.office.poll() is not None:
            self.world.start_office()  # a test before this one failed
        letter = self.ledger.send("hold", about)
        reference = self.ledger.reference(letter)
        told = lambda: not self.world.sql("SELECT 1 FROM outbox WHERE letter = ? AND state = 'waiting'", reference)
        wait_for(told, "notices of a held letter", 10)
        return letter, reference

    def office_meets(self, point, action, letter, reference, doing):
        """The office meets a point while it does what @doing asks for."""
        self.world.stop_office()
        self.world.arm("exeat-office", point, action)
        doing(reference)
        self.world.start_office_to_meet(point)
        self.world.wait_passed("exeat-office", point)
        if action == "kill":
            if point in MAY_TWICE:
                self.twice.update((letter.identity, reference))
            self.world.revive_office()


class Gate(Points):
    @classmethod
    def prepare(cls):
        # the gate dies over the very first thing it does: making the store
        cls.world.arm("exeatd", "schema.written")

    def test_killed(self):
        for kind, point, passage in GATE:
            with self.subTest(f"{kind} at {point} {passage}"):
                self.world.arm("exeatd", point, "kill", passage)
                letter = self.ledger.send(kind, f"the gate killed at {point} {passage}")
                self.world.wait_passed("exeatd", point, 1)
                self.assertGreater(len(letter.answers), 1, "the client was answered by a gate that is dead")
        self.assert_all_accounted_for()

    def test_failing(self):
        for kind, point in GATE_FAILS:
            with self.subTest(f"{kind} at {point}"):
                self.world.arm("exeatd", point, "fail")
                letter = self.ledger.send(kind, f"failing at {point}")
                self.assertEqual([451, 250], letter.answers)
        self.assert_all_accounted_for()

    def test_whole_gate_killed(self):
        """The supervisor dies with the worker, and another gate is started."""
        for point in ("hold.before-commit", "hold.committed"):
            self.world.arm("exeatd", point, "pause")
            letter = self.ledger.write("hold")
            letter.about = f"; the whole gate killed at {point}"
            self.interrupt(letter, self.world.kill_gate)
            self.ledger.post(letter)
        self.assert_all_accounted_for()

    def interrupt(self, letter, deed):
        """Offers a letter once; @deed is done as soon as the gate stands still over it."""
        client = threading.Thread(target=self.ledger.offer, args=(letter,))
        client.start()
        wait_for(lambda: any(self.world.stopped_at(pid) for pid in self.world.workers()), "a gate that stands still")
        deed()
        client.join(60)
        self.assertEqual(1, len(letter.answers))

    def continue_gate(self):
        for pid in self.world.workers():
            os.kill(pid, signal.SIGCONT)

    def test_client_that_hears_nothing(self):
        """Postfix's server process dies after the gate has committed: the client sends again, and it is the same letter."""
        def kill_server():
            for pid, name in self.world.postfix_processes().items():
                if name == "smtpd":
                    os.kill(pid, signal.SIGKILL)
            self.continue_gate()
        self.world.stop_office()  # which speaks with other processes of that name
        for kind, point in (("hold", "hold.committed"), ("some", "answer.recipient-removed"), ("flag", "flag.committed")):
            self.world.arm("exeatd", point, "pause")
            letter = self.ledger.write(kind)
            letter.about = f"; smtpd killed at {point}"
            self.interrupt(letter, kill_server)
            self.assertEqual([None], letter.answers)
            # what passes is in Postfix's queue by now, and comes again: Postfix's window, not ours
            self.twice.update((letter.identity, one) for one in letter.recipients if one not in letter.held)
            self.ledger.post(letter)
        self.assert_all_accounted_for()

    def test_ordered_end_finishes_what_is_in_hand(self):
        """SIGTERM while a letter is with the gate: it is answered, or its client knows that it was not."""
        self.world.arm("exeatd", "hold.before-commit", "pause")
        letter = self.ledger.write("hold")

        def end():
            self.world.gate.send_signal(signal.SIGTERM)
            self.continue_gate()
        self.interrupt(letter, end)
        self.assertEqual(0, self.world.gate.wait(30))
        self.world.start_gate()
        self.ledger.post(letter)
        self.assert_all_accounted_for()


class Release(Points):
    def release(self, reference):
        self.world.exeat("release", "--as", "headteacher", reference)

    def test_killed(self):
        for point in RELEASE:
            with self.subTest(point):
                letter, reference = self.held(f"the office killed at {point} of its release")
                self.office_meets(point, "kill", letter, reference, self.release)
        self.assert_all_accounted_for()

    def test_store_fails_after_the_relay_took_it(self):
        """The office lives: it remembers, and tells the store when that works again. Nothing is sent twice."""
        for point in ("release.before-mark", "commit.begun", "commit.written"):
            with self.subTest(point):
                letter, reference = self.held(f"the store failing at {point} of its release")
                self.office_meets(point, "fail", letter, reference, self.release)
                done = lambda letter=letter, reference=reference: set(self.ledger.states(reference).values()) == {"released"}
                wait_for(done, "a store that knows")
        self.assert_all_accounted_for()

    @long_run
    def test_deciding_killed(self):
        for verb in ("release", "return"):
            for point in DECISION:
                with self.subTest(f"{verb} at {point}"):
                    _, reference = self.held(f"exeat {verb} killed at {point}")
                    self.world.arm("exeat", point)
                    killed = self.world.exeat(verb, reference, check=False)
                    self.assertEqual(-signal.SIGKILL, killed.returncode)
                    again = self.world.exeat(verb, reference, check=False)
                    self.assertEqual(point == "decide.committed", again.returncode != 0, again.stderr)
        self.assert_all_accounted_for()

    def test_relay_dies_meanwhile(self):
        """Postfix dies while the office speaks with it; before the final dot nobody has taken anything."""
        for point in ("relay.sent-mail", "relay.sent-data"):
            with self.subTest(point):
                letter, reference = self.held(f"Postfix killed at {point} of its release")
                self.world.stop_office()
                self.world.arm("exeat-office", point, "pause")
                self.release(reference)
                self.world.start_office()
                wait_for(lambda: self.world.stopped_at(self.world.office.pid), "an office that stands still")
                self.world.kill_postfix()
                os.kill(self.world.office.pid, signal.SIGCONT)
        self.assert_all_accounted_for()


@long_run
class Notices(Points):
    def returned(self, reference):
        self.world.exeat("return", "--as", "headteacher", reference)

    def test_held_killed(self):
        """Of the notice that tells a sender that a letter is held."""
        for point in NOTICE:
            with self.subTest(point):
                self.world.stop_office()
                letter = self.ledger.send("hold", f"the office killed at {point} of its notice")
                reference = self.ledger.reference(letter)
                self.office_meets(point, "kill", letter, reference, lambda _: None)
        self.assert_all_accounted_for()

    def test_returned_killed(self):
        for point in NOTICE:
            with self.subTest(point):
                letter, reference = self.held(f"the office killed at {point} of its return")
                self.office_meets(point, "kill", letter, reference, self.returned)
        self.assert_all_accounted_for()

    def test_store_fails_after_the_relay_took_it(self):
        for point in ("notice.before-mark", "commit.begun", "commit.written"):
            with self.subTest(point):
                letter, reference = self.held(f"the store failing at {point} of its return")
                self.office_meets(point, "fail", letter, reference, self.returned)
                done = lambda reference=reference: set(self.ledger.states(reference).values()) == {"returned"}
                wait_for(done, "a store that knows")
        self.assert_all_accounted_for()


@long_run
class Deadlines(Points):
    def expire(self, reference):
        self.world.sql("UPDATE letter SET deadline_at = 1 WHERE id = ?", reference)

    def remind(self, reference):
        self.world.sql("UPDATE letter SET remind_at = 1 WHERE id = ?", reference)

    def test_killed(self):
        deeds = [(self.expire, point) for point in DECISION] + [(self.remind, point) for point in
                                                               ("remind.before-commit", "commit.begun", "commit.written")]
        for deed, point in deeds:
            for action in ("kill", "fail"):
                if (point, action) == ("decide.committed", "fail"):
                    continue
                with self.subTest(f"{deed.__name__} {action} at {point}"):
                    letter, reference = self.held(f"{deed.__name__}, {action} at {point}")
                    self.office_meets(point, action, letter, reference, deed)
                    self.twice.clear()  # nothing was with the relay: nothing may double
                    if deed == self.expire:
                        self.world.time_passes()
                        returned = lambda one=reference: set(self.ledger.states(one).values()) == {"returned"}
                        wait_for(returned, "a letter that goes back")
        self.assert_all_accounted_for()

    def test_purge_killed(self):
        """Only what is over goes, all of it or nothing, and the trail stays whole."""
        for action in ("kill", "fail"):
            open_letter, kept = self.held("waits while others are purged")
            _, closed = self.held("purged")
            self.ledger.letters.pop()
            self.world.exeat("return", closed)
            self.world.come_to_rest()
            before = self.world.sql("SELECT count(*) FROM outbox")

            def age(reference):
                self.world.sql("UPDATE letter SET closed_at = 1 WHERE id = ?", reference)
            self.office_meets("purge.written", action, open_letter, closed, age)
            wait_for(lambda gone=closed: not self.world.sql("SELECT 1 FROM letter WHERE id = ?", gone), "a purge")
            left = self.world.sql("SELECT count(*) FROM chunk WHERE letter = ?", closed)
            self.assertEqual([(0,)], left)
            self.assertLess(self.world.sql("SELECT count(*) FROM outbox"), before)
            self.assertEqual({"held"}, set(self.ledger.states(kept).values()))
            self.assertEqual([(1,)], self.world.sql("SELECT count(*) FROM audit WHERE letter = ? AND event = 'purged'", closed))
        self.assert_all_accounted_for()


class Digests(Points):
    settings = SETTINGS.replace('role "headteacher" {', 'role "headteacher" { notify = both digest = { "00:00" }')

    def arrived(self):
        return len(self.world.sink.matching(lambda arrival: "waiting for your decision" in str(arrival.message["Subject"])))

    def test_killed(self):
        """One mail a digest, whatever happens while it is made."""
        for point in DIGEST:
            for action in ("kill", "fail"):
                if (point, action) == ("digest.committed", "fail"):
                    continue
                with self.subTest(f"{action} at {point}"):
                    letter, reference = self.held(f"a digest, {action} at {point}")
                    self.world.come_to_rest()
                    before = self.arrived()
                    self.office_meets(point, action, letter, reference, lambda _: self.world.sql("DELETE FROM digest"))
                    self.twice.clear()  # nothing was with the relay: nothing may double
                    wait_for(lambda: self.world.sql("SELECT 1 FROM digest"), "a digest that is made")
                    self.world.come_to_rest()
                    self.assertEqual(before + 1, self.arrived())
        self.assert_all_accounted_for()

    def test_refused(self):
        """An alarm that dies comes again, and once."""
        for created, action in enumerate(("kill", "fail"), 1):
            letter, reference = self.held(f"an alarm, {action}")
            self.world.come_to_rest()
            self.office_meets("alarm.before-commit", action, letter, reference, lambda _: self.world.sql(
                "INSERT INTO outbox (kind, role, state, created_at, due_at, ended_at) VALUES ('digest', 'headteacher', 'failed',"
                f" {created}, 1, unixepoch())"))
            told = lambda: self.world.sql("SELECT count(*) FROM audit WHERE event = 'digest-overdue'")[0][0]
        wait_for(lambda: not self.world.sql("SELECT 1 FROM outbox WHERE role IS NOT NULL AND state = 'failed' AND alarmed = 0"),
                 "alarms of all")
        self.world.come_to_rest()
        self.assertEqual(2, told())
        self.assert_all_accounted_for()


class Ordinary(unittest.TestCase):
    """A build without --enable-faults has no fault points: its programs do not even know the variable's name."""

    def test_no_points(self):
        ordinary = os.environ.get("EXEAT_ORDINARY_BUILD")
        if not ordinary:
            self.skipTest("no ordinary build was named")
        for program in ("exeat", "exeatd", "exeat-office"):
            with open(os.path.join(ordinary, program), "rb") as file:
                self.assertNotIn(b"EXEAT_FAULT", file.read())

    def test_nothing_to_install(self):
        with open(os.path.join(BUILD, "Makefile"), encoding="utf-8") as file:
            self.assertNotRegex(file.read(), r"(?m)^(bin|sbin)_PROGRAMS = .*exeat")


if __name__ == "__main__":
    unittest.main()
