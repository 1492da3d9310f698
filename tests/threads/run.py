#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The gate under ThreadSanitizer: letters over many connections at once, while the configuration and the directory are
replaced under them. One more time with every letter held, so that commits meet. And the office: office.py.

    run.py BUILD [--seconds N] [units|gate|office …]     BUILD is configured with --enable-tsan

Ends with "N passed, N failed".
"""

import argparse
import os
import re
import signal
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "bench"))
import corpus  # noqa: E402
import run as bench  # noqa: E402

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import office  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
CONNECTIONS = 16


class Unrest(threading.Thread):
    """Reloads and new directories, as fast as the gate takes them."""

    def __init__(self, world, gate, config):
        super().__init__()
        self.world = world  # its letters make the gate look at the directory
        self.gate = gate
        self.config = config
        self.over = threading.Event()

    def log(self):
        with open(self.gate.log, encoding="utf-8", errors="replace") as log:
            return log.read()

    def comes_after(self, event, cause):
        before = self.log().count(event)
        cause()
        bench.wait_for(lambda: self.log().count(event) > before or self.over.is_set(), event)

    def run(self):
        while not self.over.is_set():
            for _ in range(5):
                self.comes_after("event=reloaded", lambda: self.gate.process.send_signal(signal.SIGHUP))
            self.comes_after("event=directory-replaced",
                             lambda: self.world.import_roll(self.config, self.world.path("roll.csv")))

    def end(self):
        self.over.set()
        self.join()


def is_libmilters(report):
    """Whether those that met are both libmilter: 8.17 destroys locks that its own threads still take as it ends, and has no
    symbols by which a suppression could name them. Who made a thread or a lock says nothing."""
    sections = re.findall(r"^(?:WARNING|  (?!Thread|Mutex|Location)\S).*\n((?:    #\d+ .*\n)+)", report, re.MULTILINE)
    access = [[frame for frame in section.splitlines() if "libtsan.so" not in frame][:1] for section in sections]
    return bool(access) and all(frame and "(libmilter.so" in frame[0] for frame in access)


def reports_of(log):
    reports = re.findall(r"WARNING: ThreadSanitizer.*?SUMMARY[^\n]*", log, re.DOTALL)
    return [report for report in reports if not is_libmilters(report)]


class Threads(bench.Bench):
    def check(self, what, good):
        print(f"{'ok' if good else 'FAILED'} - {what}")
        self.passed += bool(good)
        self.failed += not good

    def judge_reports(self):
        """What libmilter does to itself is not exeat's; what a callback of ours does is."""
        lock = "    #0 pthread_mutex_lock ../tsan/tsan_interceptors_posix.cpp:1312 (libtsan.so.2+0x1)\n"
        libmilters = "    #1 <null> <null> (libmilter.so.1.0.1+0x89d5)\n    #2 start_worker ../milter/main.c:78 (exeatd+0x6)\n"
        ours = "    #1 exeat_slots_take ../milter/slots.c:41 (exeatd+0x3)\n    #2 <null> <null> (libmilter.so.1.0.1+0x8)\n"
        made = "  Thread T4 created by main thread at:\n    #0 main ../milter/main.c:154 (exeatd+0x61dd2)\n\n"
        report = ("WARNING: ThreadSanitizer: data race (pid=1)\n  Write of size 1 at 0x7 by thread T4:\n{}{}\n"
                  "  Previous read of size 1 at 0x7 by thread T9:\n{}{}\n" + made + "SUMMARY: x\n")
        theirs = report.format(lock, libmilters, lock, libmilters)
        mixed = report.format(lock, libmilters, lock, ours)
        misuse = "WARNING: ThreadSanitizer: use of an invalid mutex (pid=1)\n{}{}\n" + made + "SUMMARY: x\n"
        self.check("so is the misuse of a lock",
                   not reports_of(misuse.format(lock, libmilters)) and len(reports_of(misuse.format(lock, ours))) == 1)
        self.check("a race is exeat's if exeat's code takes part, and libmilter's if none does",
                   not reports_of(theirs) and len(reports_of(mixed)) == 1 and len(reports_of(theirs + mixed)) == 1)

    def disturb(self, action, seconds):
        """Letters for @seconds, with @action for all that is found in them."""
        gate = self.start_exeatd(action, action=action)
        unrest = Unrest(self, gate, self.path(action + ".conf"))
        unrest.start()
        letters = failed = 0
        started = time.monotonic()
        while time.monotonic() < started + seconds:
            result = self.load(gate.where, self.path("mix"), CONNECTIONS, 1)
            letters += result["letters"]
            failed += result["failed"] + result["delayed"]
        unrest.end()
        gate.stop()
        log = unrest.log()
        reloads, replaced = log.count("event=reloaded"), log.count("event=directory-replaced")
        self.check(f"{action}: {letters} letters were answered, none was put off", letters > 0 and failed == 0)
        self.check(f"{action}: {reloads} reloads and {replaced} new directories meanwhile", reloads > 1 and replaced > 0)
        self.check_reports(action, log)

    def check_reports(self, what, log):
        reports = reports_of(log)
        for report in reports[:5]:
            print(report)
        self.check(f"{what}: ThreadSanitizer has nothing to say", not reports)

    def disturb_office(self, seconds):
        visited = office.Office(self)
        try:
            visited.disturb(seconds)
        finally:
            visited.stop()

    def units(self):
        """The unit tests that make threads."""
        for name in ("test-store", "test-quarantine", "test-spool", "test-slots", "test-pool", "test-letter-inspector", "test-summaries",
                     "test-memo", "test-accounts", "test-sign-in", "test-sessions", "test-codes"):
            result = subprocess.run([os.path.join("tests/unit", name)], cwd=self.build, capture_output=True, text=True,
                                    errors="replace", timeout=600, check=False)
            reports = reports_of(result.stdout + result.stderr)
            for report in reports[:5]:
                print(report)
            self.check(f"{name} passes, and ThreadSanitizer has nothing to say", result.returncode == 0 and not reports)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("what", nargs="*", default=[])
    parser.add_argument("--seconds", type=int, default=120)
    options = parser.parse_intermixed_args()
    what = options.what or ["units", "gate", "office"]
    options.quick, options.rounds, options.passes = True, 1, 1
    os.environ["TSAN_OPTIONS"] = f"suppressions={HERE}/suppressions exitcode=66 halt_on_error=0 ignore_noninstrumented_modules=0"
    os.environ["G_SLICE"] = "always-malloc"  # GLib's own allocator hands memory from thread to thread unseen
    world = Threads(options.build, options)
    try:
        world.judge_reports()
        world.prepare()
        if "units" in what:
            world.units()
        for action in ("observe", "hold") if "gate" in what else ():
            world.disturb(action, options.seconds / 2)
        if "office" in what:
            world.disturb_office(options.seconds / 2)
    finally:
        world.stop()
    print(f"{world.passed} passed, {world.failed} failed")
    return 1 if world.failed else 0


if __name__ == "__main__":
    sys.exit(main())
