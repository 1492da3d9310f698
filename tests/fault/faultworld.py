# SPDX-License-Identifier: GPL-3.0-or-later
"""The private world with a build that has fault points (base/fault.h), and hands to kill, stop and start what is in it."""

import contextlib
import os
import signal
import sqlite3
import subprocess
import time
import unittest

import oakfield
from world import World, wait_for

# What takes long is left out of the short run.
long_run = unittest.skipUnless(os.environ.get("EXEAT_FAULT_ALL"), "only in the long run")

SETTINGS = oakfield.SCHOOL + """
names-in-subject { action = rewrite }
personal-data { action = hold }
personal-recipient { action = hold }
bulk-bcc { action = flag }
sender-identity { action = reject }
"""


class FaultWorld(World):
    def __init__(self, build, settings=SETTINGS, **options):
        super().__init__(build, oakfield.accounts(), settings, oakfield.ROLLS, **options)
        self.points = self.path("points")
        os.mkdir(self.points)
        os.chmod(self.points, 0o777)  # the gate's user takes points away
        self.environment = dict(os.environ, EXEAT_FAULT_DIR=self.points)
        self.delivery_settings = "timeout = 20s"
        self.killed = []  # (when, who)

    def spawn(self, log, *command, **options):
        return super().spawn(log, *command, env=self.environment, **options)

    def exeat(self, *arguments, check=True, **options):
        return super().exeat(*arguments, check=check, env=self.environment, **options)

    def prepare_postfix(self):
        super().prepare_postfix()
        with open(self.path("postfix", "main.cf"), "a", encoding="ascii") as file:
            # After a killed service Postfix waits for a minute. Long queue ids say when to the microsecond.
            file.write("service_throttle_time = 1s\nenable_long_queue_ids = yes\n")

    # --- points -------------------------------------------------------------------------------------------------------

    def point(self, program, name):
        return os.path.join(self.points, f"{program}:{name}")

    def arm(self, program, name, action="kill", passage=1):
        """What happens at the next, or a later, passage of a point."""
        path = self.point(program, name)
        with open(path + ".new", "w", encoding="ascii") as file:
            file.write(f"{action} {passage}\n")
        os.chmod(path + ".new", 0o666)
        os.rename(path + ".new", path)

    def wait_passed(self, program, name, seconds=30):
        wait_for(lambda: not os.path.exists(self.point(program, name)), f"{program} at {name}", seconds)

    def disarm(self):
        """Takes away what was not passed and says what it was."""
        left = sorted(os.listdir(self.points))
        for name in left:
            os.remove(os.path.join(self.points, name))
        return left

    @staticmethod
    def stopped_at(pid):
        """True while a process is stopped, all its threads with it."""
        with contextlib.suppress(FileNotFoundError), open(f"/proc/{pid}/stat", encoding="ascii") as file:
            return file.read().rpartition(")")[2].split()[0] == "T"
        return False

    # --- processes ----------------------------------------------------------------------------------------------------

    def gate_serves(self):
        """Waits for a worker that listens."""
        def serves():
            return self.gate.poll() is None and self.workers() and self.answers()
        wait_for(serves, "a gate that serves")

    def answers(self):
        try:
            self.metrics()
            return True
        except OSError:
            return False

    def kill(self, who, *pids):
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                self.killed.append((time.time(), who))

    def kill_worker(self):
        self.kill("worker", *self.workers())

    def kill_gate(self):
        """The supervisor and its worker at once, and both started again."""
        self.kill("gate", self.gate.pid, *self.workers())
        self.gate.wait(15)
        self.start_gate()

    def kill_office(self):
        self.kill("office", self.office.pid)
        self.office.wait(15)
        self.start_office()

    def start_office_to_meet(self, point):
        """Starts an office that may be dead at once."""
        try:
            self.start_office()
        except RuntimeError:
            if os.path.exists(self.point("exeat-office", point)):
                raise

    def revive_office(self):
        """Starts the office again once a point has killed it."""
        wait_for(lambda: self.office.poll() is not None, "the end of exeat-office")
        self.start_office()

    def stop_office(self):
        self.end(self.office)

    def postfix_processes(self):
        """Process id to name of Postfix's master and its children."""
        master = int(self.read(self.path("queue", "pid", "master.pid")) or 0)
        found = {master: "master"} if master else {}
        for child in self.read(f"/proc/{master}/task/{master}/children").split():
            found[int(child)] = self.read(f"/proc/{child}/comm").strip()
        return found

    def kill_postfix(self):
        """All of Postfix at once, as if the power went, and started again."""
        master = int(self.read(self.path("queue", "pid", "master.pid")))
        os.kill(master, signal.SIGSTOP)  # so that it starts nobody who is not on the list
        wait_for(lambda: self.stopped_at(master), "a master that stands still")
        self.kill("postfix", *sorted(self.postfix_processes(), key=lambda pid: pid == master))
        started = lambda: subprocess.run(["postfix", "-c", self.path("postfix"), "start"], check=False, capture_output=True,
                                         timeout=60).returncode == 0
        wait_for(started, "Postfix")

    # --- the store ----------------------------------------------------------------------------------------------------

    @property
    def store_path(self):
        return self.path("store", "quarantine.db")

    def sql(self, text, *values):
        with contextlib.closing(sqlite3.connect(self.store_path, timeout=30)) as store, store:
            return store.execute(text, values).fetchall()

    def time_passes(self):
        """What waits for a lease of the dead to run out, or for another attempt, is due. Nobody works meanwhile."""
        self.stop_office()
        self.sql("UPDATE recipient SET lease_until = 0, next_at = 0")
        self.sql("UPDATE outbox SET lease_until = 0, due_at = 0 WHERE state = 'waiting'")
        self.start_office()

    def come_to_rest(self, seconds=120):
        """Until the office has sent all that is to be sent and Postfix has passed it on."""
        self.gate_serves()
        self.time_passes()

        def at_rest():
            if self.sql("SELECT 1 FROM outbox WHERE state = 'waiting' UNION ALL"
                        " SELECT 1 FROM recipient WHERE state IN ('releasing', 'returning', 'expired')"):
                return False
            self.settled(seconds)
            return True
        wait_for(at_rest, "all mail to be where it belongs", seconds)
        self.settled(seconds)
