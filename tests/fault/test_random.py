# SPDX-License-Identifier: GPL-3.0-or-later
"""Letters of every kind, decisions on them, and processes killed at random moments; then everything is accounted for.

The seed decides what is sent and what is killed when; the machine decides the rest, so that a seed repeats a sequence and not a
race. Lengths and seeds come from run.py.
"""

import collections
import os
import random
import threading
import time
import unittest

from conversation import BUILD
from faultworld import FaultWorld
from ledger import KINDS, Ledger

SEED = int(os.environ.get("EXEAT_RANDOM_SEED", "1"))
MINUTES = float(os.environ.get("EXEAT_RANDOM_MINUTES", "0.33"))
SENDERS = 3
ROUND_SECONDS = 60  # between two accounts
# How often each is killed, in relation to the others.
TARGETS = {"worker": 5, "gate": 2, "office": 6, "smtpd": 2, "cleanup": 2, "qmgr": 1, "smtp": 2, "trivial-rewrite": 1, "postfix": 1}
# Whose death may leave a second copy behind: of what the office or a client handed in, and of what Postfix passed on. The death has
# to fall into the moments between the first copy and its being written down.
OFFICE_WINDOW = {"office", "smtpd", "cleanup", "postfix"}
CLIENT_WINDOW = {"smtpd", "cleanup", "postfix"}
BEHIND_POSTFIX = {"smtp", "qmgr", "postfix"}
WINDOW = (-0.05, 0.5)  # seconds, on a busy machine


class Random(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.world = FaultWorld(BUILD)
        self.addCleanup(self.world.stop)
        self.world.start()
        self.ledger = Ledger(self.world)
        self.quiet = threading.Event()
        self.troubles = []

    def test_nothing_is_lost_or_doubled(self):
        print(f"seed {SEED}, {MINUTES:.1f} minutes", flush=True)
        end = time.monotonic() + MINUTES * 60
        number = 0
        while time.monotonic() < end:
            self.play(random.Random(SEED * 1000 + number), min(ROUND_SECONDS, end - time.monotonic()))
            number += 1
            faults = self.ledger.account(self.could_not_be_helped)
            print(self.summary(number), flush=True)
            self.assertEqual([], self.troubles + faults, f"seed {SEED}")
        self.assertGreater(len([one for one in self.ledger.letters if one.is_answered]), 10)
        self.assertGreater(len(self.world.killed), 3)

    def play(self, dice, seconds):
        """Three who send, one who decides, and one who kills."""
        self.quiet.clear()
        workers = [threading.Thread(target=self.guarded, args=(self.keep_sending, random.Random(dice.random())))
                   for _ in range(SENDERS)]
        workers.append(threading.Thread(target=self.guarded, args=(self.keep_deciding, random.Random(dice.random()))))
        for worker in workers:
            worker.start()
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.quiet.wait(dice.uniform(0.05, 1.5))
            self.kill(dice.choices(list(TARGETS), TARGETS.values())[0])
        self.quiet.set()
        for worker in workers:
            worker.join(200)

    def guarded(self, work, dice):
        try:
            while not self.quiet.is_set():
                work(dice)
        except Exception as error:  # a thread's own does not fail a test
            self.troubles.append(repr(error))

    def keep_sending(self, dice):
        self.ledger.send(dice.choice(list(KINDS)))
        self.quiet.wait(dice.uniform(0, 0.2))

    def keep_deciding(self, dice):
        """Releases, in whole or for one, or returns some letter that waits."""
        waiting = self.world.sql("SELECT letter, number FROM recipient WHERE state = 'held' ORDER BY random() LIMIT 1")
        if waiting and dice.random() < 0.8:
            reference, number = waiting[0]
            verb = dice.choice(("release", "release", "return"))
            some = ["--rcpt", self.ledger.card(reference)["recipients"][number]] if dice.random() < 0.3 else []
            if self.is_answered(reference):
                self.world.exeat(verb, *some, reference, check=False)
        self.quiet.wait(dice.uniform(0, 0.4))

    def is_answered(self, reference):
        """Nobody decides on a letter whose sender is still trying: a decision would make another of the next try."""
        identity = self.ledger.card(reference)["message_id"]
        return any(letter.identity == identity and letter.is_answered for letter in list(self.ledger.letters))

    def kill(self, target):
        deeds = {"worker": self.world.kill_worker, "gate": self.world.kill_gate, "office": self.world.kill_office,
                 "postfix": self.world.kill_postfix}
        deeds.get(target, lambda: self.kill_of_postfix(target))()

    def kill_of_postfix(self, name):
        found = [pid for pid, one in self.world.postfix_processes().items() if one == name]
        self.world.kill(name, *found[:1])

    def killed_after(self, moment, targets):
        return any(who in targets and moment + WINDOW[0] <= at <= moment + WINDOW[1] for at, who in self.world.killed)

    def could_not_be_helped(self, identity, recipient, hands):
        """Each further copy has a death behind the one before it that SMTP gives no remedy for."""
        by_file = collections.defaultdict(list)
        for hand in sorted(hands, key=lambda hand: hand.arrived):
            by_file[hand.queue_id].append(hand)
        files = sorted(by_file.values(), key=lambda file: file[0].at)
        passed_on_again = all(self.killed_after(hand.arrived, BEHIND_POSTFIX) for file in files for hand in file[:-1])
        return passed_on_again and (len(files) == 1 or self.handed_in_again(identity, recipient, files))

    def handed_in_again(self, identity, recipient, files):
        letter = next((one for one in self.ledger.letters if one.identity == identity), None)
        by_client = letter and recipient not in letter.held
        tries = len(letter.answers) if by_client else self.ledger.attempts(identity, recipient) if letter else len(files)
        window = CLIENT_WINDOW if by_client else OFFICE_WINDOW
        return len(files) <= tries and all(self.killed_after(file[0].at, window) for file in files[:-1])

    def summary(self, number):
        letters = collections.Counter(letter.kind for letter in self.ledger.letters)
        again = sum(len(letter.answers) - 1 for letter in self.ledger.letters)
        states = dict(self.world.sql("SELECT state, count(*) FROM recipient GROUP BY state"))
        killed = collections.Counter(target for _, target in self.world.killed)
        doubled = sum(len(hands) > 1 for hands in self.ledger.arrived().values())
        return (f"after round {number}: {sum(letters.values())} letters {dict(letters)}, offered again {again} times; "
                f"held recipients {states}; killed {sum(killed.values())} {dict(killed)}; "
                f"{self.world.sink.count()} arrivals, {doubled} twice by SMTP's own windows")


if __name__ == "__main__":
    unittest.main()
