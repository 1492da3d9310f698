# SPDX-License-Identifier: GPL-3.0-or-later
"""Attached documents at the gate: what is found in them, what cannot be read, and the processes that read them: that they can do
nothing else, that nothing is lost when they die, and that nothing of them is left. Classes below Gate need no Postfix."""

import contextlib
import json
import os
import re
import signal
import threading
import time
import unittest

import documents
import oakfield
from conversation import BUILD, CLINIC, RAMAN, Conversation, nhs_note, numbers
from documents import as_csv, as_pdf, as_zip, class_rows, stock_rows
from milter_client import CONTINUE, DISCARD, MilterClient, pieces, split
from world import DOMAIN, World, wait_for

HOLD = oakfield.SCHOOL + "personal-data { unreadable = hold }\n"
READY = r"printf '\001\000\000\000\001\000\000\000\001' >&3"  # what exeat-inspect says when it is in its sandbox
READY_OPEN = READY.replace(r"\001' >", r"\000' >")  # and when it has none
MEMBER = "Safeguarding Ellie Hargreaves.csv"  # sender's words, which nobody but the reader of the letter may see


class Verdicts(Conversation):
    """Through Postfix."""

    settings = HOLD

    def hand_in(self, *files, **parts):
        identity = f"<document-{next(numbers)}@{DOMAIN}>"
        data = documents.letter(RAMAN, [CLINIC], identity, files, **parts)
        return self.send(RAMAN, [CLINIC], data=data, identity=identity)

    def findings(self, sent):
        """(rule, part) of each finding, as who opens the letter sees them."""
        shown = self.world.exeat("show", "--json", "--reason", "a test", sent.id)
        return {(finding["rule"], finding["part"]) for finding in json.loads(shown.stdout)["findings"]}

    def assert_passes(self, sent):
        self.assertEqual((250, "pass", None), (sent.code, sent.verdict["action"], sent.verdict.get("findings")))
        self.assert_untouched(sent)

    def assert_held_for(self, sent, part):
        self.assertEqual((250, "hold"), (sent.code, sent.verdict["action"]))
        self.assertEqual([], self.reached(sent))
        found = self.findings(sent)
        self.assertTrue(found, sent.verdict)
        self.assertEqual({part}, {where for _, where in found})

    def assert_unread(self, sent, reason):
        """Held because it could not be read, and the log says why."""
        self.assertEqual((250, "hold"), (sent.code, sent.verdict["action"]))
        self.assertIn("personal-data/unreadable:", sent.verdict["findings"])
        line = next(line for line in self.world.log_after(0, "not-inspected")
                    if line["queue_id"] == self.world.queue_id(sent.text))
        self.assertEqual("2", line["part"])
        self.assertRegex(line["reason"], reason)

    def test_a_list_is_found_and_its_twin_passes(self):
        kinds = {
            "list.csv.zip": ("2/list.csv", lambda rows: as_zip({"list.csv": as_csv(rows)})),
            "list.pdf": ("2", as_pdf),
            "nest.zip": ("2/inner.zip/list.csv", lambda rows: as_zip({"inner.zip": as_zip({"list.csv": as_csv(rows)})})),
            "of-pdf.zip": ("2/folder/list.pdf", lambda rows: as_zip({"folder/list.pdf": as_pdf(rows)})),
        }
        for name, (part, make) in kinds.items():
            with self.subTest(name):
                self.assert_held_for(self.hand_in((name, make(class_rows()))), part)
                self.assert_passes(self.hand_in((name, make(stock_rows()))))

    def test_the_name_of_a_member_stays_inside(self):
        """assert_no_traces() looks for it in all that was written; who may open the letter sees it."""
        sent = self.hand_in(("papers.zip", as_zip({MEMBER: as_csv(class_rows())})))
        self.assert_held_for(sent, f"2/{MEMBER}")
        broken = as_zip({MEMBER: b"\x01\x02\x03\0" * 200})
        self.assert_unread(self.hand_in(("papers.zip", broken)), ".")
        self.notice(RAMAN, sent.id)
        self.assertNotIn("Ellie", self.world.exeat("held", "--json", "--all").stdout)
        self.assertNotIn("Ellie", self.world.exeat("audit", "list", sent.id).stdout)
        self.assertNotIn("Ellie", self.world.metrics())

    def test_sealed_passes(self):
        self.assert_passes(self.hand_in(("list.zip", documents.as_sealed_zip("list.csv", as_csv(class_rows())))))

    def test_a_weak_seal_passes_and_is_told(self):
        sent = self.hand_in(("list.zip", documents.as_weak_zip("list.csv", as_csv(class_rows()))))
        self.assertEqual(250, sent.code)
        self.assertNotIn(sent.verdict["action"], ("hold", "reject"))
        self.assertRegex(sent.verdict["findings"], r"^(personal-data/weak-encryption:1:0:observe,?)+$")
        self.assertEqual([CLINIC], self.reached(sent))

    def test_what_cannot_be_read_is_held(self):
        whole = as_zip({"list.csv": as_csv(class_rows())})
        with self.subTest("a damaged zip"):
            self.assert_unread(self.hand_in(("list.zip", whole[:len(whole) // 2])), "an archive without a directory")
        with self.subTest("unknown"):
            self.assert_unread(self.hand_in(("data.bin", bytes(range(256)) * 40)), "a format that cannot be read")

    def test_a_bomb_is_held_at_once(self):
        packed = documents.bomb(640)
        began = time.monotonic()
        sent = self.hand_in(("blanks.zip", packed))
        self.assertLess(time.monotonic() - began, 5)
        self.assert_unread(sent, "unpacks to|too large|too much|too long")

    def test_many_unread_files_are_one_line(self):
        before = len(self.world.log_after(0, "not-inspected"))
        sent = self.hand_in(("papers.zip", as_zip({f"part-{number}.bin": bytes(range(256)) * 4 for number in range(40)})))
        self.assert_unread(sent, "a format that cannot be read")
        lines = self.world.log_after(0, "not-inspected")[before:]
        self.assertEqual(["40"], [line["files"] for line in lines])


class Gate(unittest.TestCase):
    """A gate alone, with a school and what its class says of the inspector."""

    inspect = ""
    gate_settings = ""

    @classmethod
    def setUpClass(cls):
        cls.world = World(BUILD, oakfield.accounts(), HOLD, oakfield.ROLLS)
        cls.addClassCleanup(cls.world.stop)
        cls.world.gate_settings = cls.gate_settings
        cls.prepare()
        cls.world.prepare_exeat()
        cls.world.start_gate()

    @classmethod
    def prepare(cls):
        cls.world.settings += f"inspect {{ {cls.inspect} }}\n"

    @classmethod
    def use_program(cls, script, more=""):
        program = cls.world.write("inspector", f"#!/bin/sh\n{script}\n", 0o755)
        cls.world.settings += f'inspect {{ program = "{program}" {more} }}\n'

    def judge(self, *files, body="Here it is.\n", recipients=(CLINIC,)):
        """The gate's line about such a letter, and what it answered."""
        queue_id = f"DOC{next(numbers)}"
        data = documents.letter(RAMAN, recipients, f"<{queue_id}@{DOMAIN}>", files, body=body)
        fields, text = split(data)
        with MilterClient(self.world.path("run", "milter.sock")) as mta:
            mta.envelope(RAMAN, recipients, RAMAN, queue_id)
            mta.header(fields)
            mta.body(pieces(text, 65535))
            answer = mta.end(queue_id)[0]
        mine = lambda event: [line for line in self.world.log_after(0, event) if line["queue_id"] == queue_id]
        verdict = wait_for(lambda: mine("letter"), f"a verdict on {queue_id}")[0]
        return verdict, answer, mine("not-inspected")

    def list_in_zip(self):
        return self.judge(("list.zip", as_zip({"list.csv": as_csv(class_rows())})))

    def assert_held_list(self, told):
        verdict, answer, unread = told
        self.assertEqual((DISCARD, "hold", []), (answer, verdict["action"], unread))
        self.assertNotIn("unreadable", verdict["findings"])

    def assert_passes(self, told):
        verdict, answer, unread = told
        self.assertEqual((CONTINUE, "pass", []), (answer, verdict["action"], unread))

    def assert_unread(self, told, reason):
        verdict, answer, unread = told
        self.assertEqual((DISCARD, "hold"), (answer, verdict["action"]))
        self.assertEqual([reason], [line["reason"] for line in unread])

    def counter(self, name):
        return float(re.search(rf"(?m)^{re.escape(name)} (\S+)$", self.world.metrics()).group(1))

    def inspectors(self, worker=None):
        """Process ids of the gate's inspectors; those that have ended and were not waited for are among them."""
        worker = worker or self.world.workers()[0]
        found = set()
        for task in os.listdir(f"/proc/{worker}/task"):
            found |= {int(one) for one in self.world.read(f"/proc/{worker}/task/{task}/children").split()}
        return found

    def some_inspectors(self, count=1):
        return wait_for(lambda: len(self.inspectors()) >= count and self.inspectors(), f"{count} inspectors")

    def state(self, pid):
        found = re.search(r"\) (\w) ", self.world.read(f"/proc/{pid}/stat"))
        return found.group(1) if found else ""

    def assert_gone(self, pids):
        wait_for(lambda: not any(self.state(pid) not in ("", "Z") for pid in pids), "the end of the inspectors", 10)


class Processes(Gate):
    inspect = "processes = 2 documents = 1000"

    def test_what_they_may(self):
        for pid in self.some_inspectors(2):
            status = self.world.read(f"/proc/{pid}/status")
            told = dict(re.findall(r"(?m)^(\w+):\s+(\S+)", status))
            self.assertEqual(("2", "1"), (told["Seccomp"], told["NoNewPrivs"]))
            self.assertEqual(os.stat(self.world.path("spool")).st_uid, int(told["Uid"]))
            self.assertEqual("0" * 16, told["CapEff"])
            where = {int(one): os.readlink(f"/proc/{pid}/fd/{one}") for one in os.listdir(f"/proc/{pid}/fd")}
            self.assertEqual({0: "/dev/null", 1: "/dev/null", 2: "/dev/null"}, {one: where[one] for one in (0, 1, 2)})
            self.assertEqual([3], sorted(set(where) - {0, 1, 2}))
            self.assertRegex(where[3], r"^socket:")
            limits = self.world.read(f"/proc/{pid}/limits")
            self.assertRegex(limits, r"(?m)^Max file size\s+0 ")
            self.assertRegex(limits, r"(?m)^Max core file size\s+0 ")
            self.assertRegex(limits, rf"(?m)^Max address space\s+{768 * 1024 * 1024} ")

    def test_descriptors_after_work(self):
        before = {pid: len(os.listdir(f"/proc/{pid}/fd")) for pid in self.some_inspectors(2)}
        for _ in range(5):
            self.assert_held_list(self.list_in_zip())
        self.assertEqual(before, {pid: len(os.listdir(f"/proc/{pid}/fd")) for pid in self.inspectors()})

    def test_text_alone_asks_nobody(self):
        before = self.counter("exeat_inspected_total")
        self.assert_passes(self.judge())
        self.assert_passes(self.judge(("minutes.txt", b"The hall is booked from four.\r\n")))
        held = self.judge(body=nhs_note())
        self.assertEqual("hold", held[0]["action"])
        self.assertEqual(before, self.counter("exeat_inspected_total"))

    def test_counters(self):
        names = ("exeat_inspected_total", "exeat_inspect_failed_total", "exeat_inspect_seconds_total")
        before = [self.counter(name) for name in names]
        self.assert_held_list(self.list_in_zip())
        after = [self.counter(name) for name in names]
        self.assertEqual((before[0] + 1, before[1]), (after[0], after[1]))
        self.assertGreater(after[2], before[2])
        self.assertLess(after[2], before[2] + 10)
        wait_for(lambda: self.counter("exeat_inspect_processes_total") >= 2, "both processes")
        self.assertEqual(1, self.counter("exeat_inspect_sandboxed"))

    def test_idle_ones_do_nothing(self):
        """No tick of the processor's time, nor a switch, while letters without documents go by."""
        def used(pid):
            switches = re.findall(r"(?m)^\w*voluntary_ctxt_switches:\s+(\d+)", self.world.read(f"/proc/{pid}/status"))
            return switches, self.world.read(f"/proc/{pid}/stat").rsplit(")", 1)[1].split()[11:13]
        self.assert_held_list(self.list_in_zip())
        pids = self.some_inspectors(2)
        wait_for(lambda: all(self.state(pid) == "S" for pid in pids), "idle inspectors")
        before = {pid: used(pid) for pid in pids}
        for _ in range(30):
            self.assert_passes(self.judge())
        self.assertEqual(before, {pid: used(pid) for pid in pids})

    def test_reload_keeps_them(self):
        before = self.some_inspectors(2)
        self.world.reload()
        self.assert_held_list(self.list_in_zip())
        self.assertEqual(before, self.inspectors())

    def test_twenty_at_once(self):
        told = []
        threads = [threading.Thread(target=lambda: told.append(self.list_in_zip())) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(20, len(told))
        for one in told:
            self.assert_held_list(one)

    def test_killed_under_traffic(self):
        """Each letter is held: because of what is in it, or because nobody could read it."""
        told, ending = [], threading.Event()

        def traffic():
            while not ending.is_set():
                told.append(self.list_in_zip())
        threads = [threading.Thread(target=traffic) for _ in range(4)]
        self.addCleanup(ending.set)
        for thread in threads:
            thread.start()
        killed = set()
        for _ in range(8):
            count = len(told)
            for pid in self.some_inspectors():
                with contextlib.suppress(ProcessLookupError):  # its keeper was quicker
                    os.kill(pid, signal.SIGKILL)
                killed.add(pid)
            wait_for(lambda seen=count: len(told) >= seen + 4, "further letters")
        ending.set()
        for thread in threads:
            thread.join()
        for verdict, answer, unread in told:
            self.assertEqual((DISCARD, "hold"), (answer, verdict["action"]))
            self.assertEqual("unreadable" in verdict["findings"], bool(unread), verdict)
            self.assertLessEqual({line["reason"] for line in unread}, {"broke its reader", "the inspector could not be started"})
        self.assertTrue(any(not unread for _, _, unread in told))
        wait_for(lambda: not self.list_in_zip()[2], "a letter that is read again")  # two starts in a row may have been killed
        self.assertEqual(set(), killed & self.some_inspectors(2))

    def test_killed_while_idle(self):
        """Costs no letter anything."""
        failed = self.counter("exeat_inspect_failed_total")
        for pid in self.some_inspectors(2):
            with contextlib.suppress(ProcessLookupError):  # one that ended in the test before
                os.kill(pid, signal.SIGKILL)
            wait_for(lambda one=pid: self.state(one) in ("", "Z"), "its end")
        self.assert_held_list(self.list_in_zip())
        self.assertEqual(failed, self.counter("exeat_inspect_failed_total"))


class Endings(Gate):
    """Each test has a gate of its own, to end."""

    inspect = "processes = 2 documents = 3"

    @classmethod
    def setUpClass(cls):
        pass

    def setUp(self):
        self.world = World(BUILD, oakfield.accounts(), HOLD, oakfield.ROLLS)
        self.addCleanup(self.world.stop)
        self.world.settings += f"inspect {{ {self.inspect} }}\n"
        self.world.prepare_exeat()
        self.world.start_gate()

    def test_in_order(self):
        pids = self.some_inspectors(2)
        self.world.end(self.world.gate)
        self.assert_gone(pids)

    def test_all_of_the_gate_killed(self):
        pids = self.some_inspectors(2)
        for process in (self.world.gate.pid, *self.world.workers()):
            os.kill(process, signal.SIGKILL)
        self.assert_gone(pids)

    def test_the_supervisor_killed(self):
        pids = self.some_inspectors(2)
        self.world.gate.kill()
        self.world.gate.wait(15)
        self.assert_gone(pids)

    def test_the_worker_killed(self):
        pids = self.some_inspectors(2)
        self.world.crash_worker()
        self.assert_gone(pids)
        self.assert_held_list(self.list_in_zip())

    def test_replaced_after_so_many(self):
        first = self.some_inspectors(2)
        for _ in range(8):
            self.assert_held_list(self.list_in_zip())
        wait_for(lambda: self.counter("exeat_inspect_processes_total") >= 4, "others")
        now = self.some_inspectors(2)
        self.assertEqual(2, len(now))
        self.assertNotEqual(first, now)
        self.assertNotIn("Z", [self.state(pid) for pid in now])
        self.assertEqual(0, self.counter("exeat_inspect_failed_total"))


class Broken(Gate):
    """An inspector that dies at once."""

    @classmethod
    def prepare(cls):
        cls.use_program("exit 1")

    def test_the_gate_says_so(self):
        self.assertEqual(["the inspector could not be started"], [line["reason"] for line in self.world.log_after(0, "cannot-inspect")])

    def test_text_passes(self):
        for _ in range(3):
            self.assert_passes(self.judge())
        self.assertEqual("hold", self.judge(body=nhs_note())[0]["action"])

    def test_documents_are_held(self):
        clean = as_zip({"list.csv": as_csv(stock_rows())})
        failed = self.counter("exeat_inspect_failed_total")
        for number in range(1, 4):
            self.assert_unread(self.judge(("list.zip", clean)), "the inspector could not be started")
            self.assertEqual(failed + number, self.counter("exeat_inspect_failed_total"))
        self.assertEqual(0, self.counter("exeat_inspect_processes_total"))

    def test_what_else_is_in_the_letter_is_found(self):
        verdict, answer, _ = self.judge(("list.pdf", as_pdf(stock_rows())), body=nhs_note())
        self.assertEqual(DISCARD, answer)
        self.assertIn("personal-data/unreadable", verdict["findings"])
        self.assertIn("personal-data/nhs", verdict["findings"])


class Slow(Gate):
    """An inspector that never answers."""

    TIME = 3
    BUDGET = 12
    PROCESSES = 8
    gate_settings = f"time_budget = {BUDGET}s"

    @classmethod
    def prepare(cls):
        cls.use_program(f"{READY}\nexec sleep 600", f"time = {cls.TIME}s processes = {cls.PROCESSES} documents = 1")

    def lent(self):
        """How many files the gate has given to inspectors."""
        folder = f"/proc/{self.world.workers()[0]}/fd"
        count = 0
        for one in os.listdir(folder):
            try:
                count += os.readlink(f"{folder}/{one}").startswith("/memfd:exeat")
            except FileNotFoundError:
                pass  # closed meanwhile
        return count

    def test_many_in_one_letter_share_its_time(self):
        """They have three quarters of it; then what else is in the letter is judged."""
        files = [(f"list-{number}.pdf", as_pdf(stock_rows())) for number in range(5)]
        began = time.monotonic()
        verdict, answer, unread = self.judge(*files, body=nhs_note())
        took = time.monotonic() - began
        self.assertEqual(DISCARD, answer)
        self.assertIn("personal-data/nhs", verdict["findings"])
        self.assertGreater(took, self.BUDGET * 3 / 4 - 0.5)
        self.assertLess(took, self.BUDGET)
        self.assertEqual([str(number) for number in range(2, 7)], [line["part"] for line in unread])
        self.assertEqual("takes too long to read", unread[0]["reason"])
        self.assertEqual("not inspected in time", unread[-1]["reason"])

    def test_letters_without_documents_do_not_wait(self):
        """As many slow letters as there are slots, and more; another one is answered before the first of them."""
        told = []
        slow = lambda: told.append(self.judge(("list.pdf", as_pdf(stock_rows()))))
        before = self.counter('exeat_letters_total{action="hold"}')
        threads = [threading.Thread(target=slow) for _ in range(min(max(2, os.cpu_count() or 1) + 2, self.PROCESSES))]
        for number, thread in enumerate(threads, 1):
            thread.start()  # one after the other: libmilter lets some of those wait that come in one moment
            wait_for(lambda wanted=number: self.lent() >= wanted, "a letter that waits")
        for _ in range(3):
            self.assert_passes(self.judge())
        self.assertEqual([], told)
        for thread in threads:
            thread.join()
        for one in told:
            self.assert_unread(one, "takes too long to read")
        self.assertEqual(before + len(threads), self.counter('exeat_letters_total{action="hold"}'))


class Open(Gate):
    """An inspector that was built without a sandbox."""

    @classmethod
    def prepare(cls):
        cls.use_program(f"{READY_OPEN}\nexec sleep 600", "time = 1s")

    def test_it_is_told_once(self):
        self.judge(("list.pdf", as_pdf(stock_rows())))
        self.judge(("list.pdf", as_pdf(stock_rows())))
        self.assertEqual(1, len(self.world.log_after(0, "not-sandboxed")))
        self.assertEqual(0, self.counter("exeat_inspect_sandboxed"))

    def test_check_says_so(self):
        told = self.world.exeat("check", self.world.config)
        self.assertIn("attachments are read without a sandbox", told.stdout)


class Check(unittest.TestCase):
    """exeat check on the inspect block."""

    def setUp(self):
        self.world = World(BUILD, oakfield.accounts(), HOLD, oakfield.ROLLS)
        self.addCleanup(self.world.stop)
        self.world.prepare_exeat()

    def check(self, inspect, gate=""):
        self.world.gate_settings = gate
        self.world.write_config(f"{HOLD}inspect {{ {inspect} }}\n")
        told = self.world.exeat("check", "--json", self.world.config, check=False)
        return told.returncode, json.loads(told.stdout)

    def block_line(self):
        return next(number for number, line in enumerate(self.world.read(self.world.config).splitlines(), 1)
                    if line.startswith("inspect"))

    def assert_wrong(self, told, option, reason):
        status, errors = told
        self.assertEqual((2, [option]), (status, [error["option"] for error in errors]))
        self.assertEqual((self.world.config, self.block_line()), (errors[0]["file"], errors[0]["line"]))
        self.assertRegex(errors[0]["reason"], reason)
        self.assertTrue(errors[0]["remedy"])

    def test_as_it_should_be(self):
        self.assertEqual((0, []), self.check(""))

    def test_no_program(self):
        self.assert_wrong(self.check('program = "/nonexistent/exeat-inspect"'), "inspect.program", "No such file")
        result = self.world.exeat("check", self.world.config, check=False)
        self.assertRegex(result.stderr, rf"^{self.world.config}:\d+: inspect.program: .*No such file or directory\. \w")

    def test_another_program(self):
        self.assert_wrong(self.check('program = "/bin/true"'), "inspect.program", "could not be started")

    def test_a_program_that_nobody_may_run(self):
        path = self.world.write("not-a-program", "", 0o644)
        self.assert_wrong(self.check(f'program = "{path}"'), "inspect.program", "Permission denied")

    def test_time(self):
        for seconds, right in ((9, True), (10, False), (11, False)):
            with self.subTest(seconds):
                told = self.check(f"time = {seconds}s", "time_budget = 10s")
                if right:
                    self.assertEqual((0, []), told)
                else:
                    self.assert_wrong(told, "inspect.time", f"may take {seconds} s, but the whole letter has 10 s")

    def test_a_reload_is_refused(self):
        self.world.start_gate()
        self.world.gate_settings = "time_budget = 5s"
        told = self.world.reload(f"{HOLD}inspect {{ time = 5s }}\n", refused=True)
        self.assertIn("option=inspect.time", told)


if __name__ == "__main__":
    unittest.main()
