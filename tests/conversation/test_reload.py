# SPDX-License-Identifier: GPL-3.0-or-later
"""Another configuration, another directory, while mail flows."""

import csv
import os
import threading
import unittest

import oakfield
from conversation import CLINIC, HEAD, LATHAM, MOSS, Conversation, only, wait_for


class Flow:
    """Somebody who sends letters without a pause."""

    def __init__(self, case):
        self.case = case
        self.codes = []
        self.ending = threading.Event()
        self.thread = threading.Thread(target=self.run)

    def run(self):
        while not self.ending.is_set():
            data, _ = Conversation.letter(MOSS, [HEAD])
            try:
                self.codes.append(self.case.world.send(data, MOSS, [HEAD])[0])
            except OSError as error:
                self.codes.append(error)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ending.set()
        self.thread.join()

    def after(self, more):
        """Waits until @more further letters went."""
        reached = len(self.codes) + more
        wait_for(lambda: len(self.codes) >= reached, "letters in flow")


class Reload(Conversation):
    def action(self, account=LATHAM):
        """What becomes of a pupil's name in the subject now."""
        data, identity = self.letter(account, [CLINIC], subject="Jamie Hargreaves")
        code = self.world.send(data, account, [CLINIC])[0]
        if code >= 500:
            return "reject"
        self.world.settled()
        found = self.world.sink.matching(lambda arrival: arrival.message["Message-ID"] == identity)
        if not found:
            return "hold"
        return "pass" if str(found[0].message["Subject"]) == "Jamie Hargreaves" else "rewrite"

    def test_new_configuration_acts_and_no_letter_fails(self):
        with Flow(self) as flow:
            for action in ("hold", "rewrite", "reject", "off", "hold"):
                flow.after(3)
                self.world.reload(only("names-in-subject", f"action = {action}"))
                self.assertEqual("pass" if action == "off" else action, self.action())
            flow.after(3)
        self.assertEqual({250}, set(flow.codes))

    def test_broken_configuration_leaves_the_old_in_force(self):
        self.world.reload(only("names-in-subject", "action = reject"))
        log = self.world.reload(only("names-in-subject", "action = forbid\nsurprise = 7"), refused=True)
        self.assertIn("event=config-error", log)
        self.assertIn("file=" + self.world.config, log)
        lines = self.world.read(self.world.config).split("\n")
        for wanted in ("action = forbid", "surprise = 7"):
            self.assertIn(f"line={lines.index(wanted) + 1} ", log)
        self.assertEqual("reject", self.action())
        self.world.reload(only("names-in-subject", "action = hold"))
        self.assertEqual("hold", self.action())

    def test_missing_configuration_leaves_the_old_in_force(self):
        self.world.reload(only("names-in-subject", "action = reject"))
        os.rename(self.world.config, self.world.config + ".away")
        mark = self.world.log_mark()
        self.world.reload_signal()
        wait_for(lambda: self.world.log_after(mark, "reload-refused"), "a refusal")
        os.rename(self.world.config + ".away", self.world.config)
        self.assertEqual("reject", self.action())

    def test_directory_is_swapped_while_mail_flows(self):
        self.world.reload(only("names-in-subject", "action = reject"))
        rolls = oakfield.ROLLS
        with open(rolls[0], newline="", encoding="utf-8") as file:
            rows = list(csv.reader(file))
        kept = [row for row in rows if row[2] != "Hargreaves"]
        smaller = self.world.path("smaller.csv")
        with open(smaller, "w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(kept)
        with Flow(self) as flow:
            for files, expected in (([smaller, rolls[1]], "pass"), (rolls, "reject")):
                mark = self.world.log_mark()
                self.world.import_directory(*files)
                # the gate looks at the file with the next letter, at most once a second
                wait_for(lambda start=mark: self.world.log_after(start, "directory-replaced"), "another directory")
                self.assertEqual(expected, self.action())
            flow.after(3)
        self.assertEqual({250}, set(flow.codes))

    def test_broken_directory_leaves_the_old_in_force(self):
        self.world.reload(only("names-in-subject", "action = reject"))
        path = self.world.path("data", "directory")
        with open(path, "rb") as file:
            good = file.read()
        self.world.replace(path, b"this is no directory")
        mark = self.world.log_mark()
        with Flow(self) as flow:
            wait_for(lambda: self.world.log_after(mark, "directory-refused"), "a refusal")
            flow.after(2)
        self.assertEqual({250}, set(flow.codes))
        self.assertEqual("reject", self.action())
        self.world.replace(path, good)

    def test_crashed_worker_comes_back_with_the_configuration_of_the_day(self):
        self.world.reload(only("names-in-subject", "action = hold"))
        self.world.reload(only("names-in-subject", "action = reject"))
        self.world.crash_worker()
        self.assertEqual("reject", self.action())


if __name__ == "__main__":
    unittest.main()
