# SPDX-License-Identifier: GPL-3.0-or-later
"""Without -f the daemons write to syslog: the same lines as to standard error, neither more nor less, by the facility for mail. A
mount namespace of their own gives them a /dev/log that is ours. Needs no Postfix."""

import os
import re
import socket
import threading
import unittest

import oakfield
from conversation import BUILD, CLINIC, RAMAN, Conversation, nhs_note, traces
from milter_client import MilterClient, pieces, split
from world import World, log_fields, wait_for

LOG_MAIL = 2
SEVERITIES = {"error": 3, "warning": 4, "info": 6, "debug": 7}
MAX_LETTER = 65536
# another /dev with nothing in it but what programs need, and a log
PRIVATE_LOG = """
for name in null zero random urandom; do
    : >"$1/dev/$name"
    mount --bind "/dev/$name" "$1/dev/$name"
done
mount --rbind "$1/dev" /dev
shift
exec "$@"
"""
VOLATILE = ("id", "held", "ms", "pid")


class Syslog:
    """What a system's log daemon does: takes datagrams and writes lines."""

    def __init__(self, folder, files):
        os.makedirs(os.path.join(folder, "dev"))
        self.files = files  # program to file
        self.priorities = []  # (priority, fields) of each line
        self.strange = []
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(os.path.join(folder, "log"))
        os.chmod(os.path.join(folder, "log"), 0o666)
        os.symlink(os.path.join(folder, "log"), os.path.join(folder, "dev", "log"))
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        for data in iter(lambda: self.socket.recv(65536), b"end"):
            text = data.decode("utf-8", "replace").rstrip("\0")
            line = re.fullmatch(r"<(\d+)>\w{3} [ \d]\d \d\d:\d\d:\d\d ([\w-]+)\[\d+\]: ([^\n]*)", text)
            if not line or line[2] not in self.files:
                self.strange.append(text)
                continue
            self.priorities.append((int(line[1]), log_fields(line[3])))
            with open(self.files[line[2]], "a", encoding="utf-8") as file:
                file.write(f"STAMP {line[3]}\n")

    def stop(self):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as last:
            last.connect(self.socket.getsockname())
            last.send(b"end")
        self.thread.join()
        self.socket.close()


class SyslogWorld(World):
    """A world whose daemons run as a system runs them."""

    def spawn(self, log, *command, **options):
        if not hasattr(self, "syslog"):
            self.syslog = Syslog(self.path("syslog"), {"exeatd": self.gate_log, "exeat-office": self.office_log})
        as_daemon = [word for word in command if word != "-f"]
        return super().spawn(self.path("stderr"), "unshare", "--mount", "sh", "-ec", PRIVATE_LOG, "sh", self.path("syslog"), *as_daemon,
                             **options)

    def stop(self):
        if hasattr(self, "syslog") and not self.stopped:
            self.syslog.stop()
        super().stop()


class Lines(unittest.TestCase):
    def letters(self):
        note, _ = Conversation.letter(RAMAN, [CLINIC], subject="Callum McAllister at physio", body=nhs_note())
        plain, _ = Conversation.letter(RAMAN, [CLINIC])
        return {"PLAIN": plain, "HELD": note, "FORGED": b"X-Exeat-Release: 1.CallumMcAllister.9." + b"a" * 43 + b"\r\n" + plain,
                "LARGE": plain + b"Callum McAllister\r\n" * (MAX_LETTER // 19)}

    def hand_in(self, world, queue_id, data):
        fields, body = split(data)
        world.submitted.append((data, RAMAN, RAMAN, (CLINIC,)))
        with MilterClient(world.path("run", "milter.sock")) as mta:
            mta.envelope(RAMAN, [CLINIC], RAMAN, queue_id)
            mta.header(fields)
            mta.body(pieces(body, 65535))
            mta.end(queue_id)

    def live(self, world):
        """Everything of which a line is written, as far as it can be had in seconds."""
        self.addCleanup(world.stop)
        world.gate_settings = f"max_letter = {MAX_LETTER}"
        world.prepare_exeat()
        world.start_gate()
        for queue_id, data in self.letters().items():
            self.hand_in(world, queue_id, data)
        wait_for(lambda: world.log_after(0, "failed"), "a failure")
        held = wait_for(lambda: [one for one in world.log_after(0, "letter") if one.get("action") == "hold"], "a held letter")[0]
        world.reload(oakfield.SCHOOL + "\nbulk-bcc { limit = \"Callum McAllister\\x\" }\n", refused=True)
        world.reload(oakfield.SCHOOL)
        world.crash_worker()
        world.start_office()
        world.exeat("release", held["id"])  # the relay is a port at which nobody listens
        wait_for(lambda: "event=letters-deferred" in world.read(world.office_log), "a letter that has to wait")
        world.end(world.office)
        world.end(world.gate)
        closed = lambda: "event=office-closed" in world.read(world.office_log) and world.log_after(0, "stopped")
        wait_for(closed, "the last words")

    @staticmethod
    def lines(world, path):
        """Without time, and without what differs from day to day."""
        found = set()
        for line in world.read(path).splitlines():
            said = line.split(" ", 1)[1].replace(world.folder, "FOLDER")
            fields = re.findall(r'(\S+?)=("(?:\\.|[^"\\])*"|\S+)', said)
            found.add(" ".join(f"{key}={'*' if key in VOLATILE else value}" for key, value in fields))
        return found

    def test_as_much_as_on_standard_error(self):
        on_stderr = World(BUILD, oakfield.accounts(), oakfield.SCHOOL, oakfield.ROLLS)
        in_syslog = SyslogWorld(BUILD, oakfield.accounts(), oakfield.SCHOOL, oakfield.ROLLS)
        for world in (on_stderr, in_syslog):
            self.live(world)
        for one, other in ((on_stderr.gate_log, in_syslog.gate_log), (on_stderr.office_log, in_syslog.office_log)):
            self.assertEqual(self.lines(on_stderr, one), self.lines(in_syslog, other))
        events = {log_fields(line).get("event") for line in self.lines(in_syslog, in_syslog.gate_log)}
        self.assertLessEqual({"started", "letter", "failed", "config-error", "reload-refused", "reloaded", "worker-died", "stopped"}, events)
        self.assert_only_syslog(in_syslog)
        self.assert_silent(on_stderr)
        self.assert_silent(in_syslog)

    def assert_only_syslog(self, world):
        """Nothing on standard error but what a wrong file has for the operator who starts a daemon by hand; all by one facility."""
        self.assertEqual("", world.read(world.path("stderr")))
        self.assertEqual([], world.syslog.strange)
        for priority, fields in world.syslog.priorities:
            self.assertEqual((LOG_MAIL, SEVERITIES[fields["level"]]), (priority >> 3, priority & 7), fields)

    def assert_silent(self, world):
        """The configuration's own words may be told, which is where the name of the broken setting stood."""
        words = traces.vocabulary(world)
        self.assertIn("Callum McAllister", words)
        for path in (world.gate_log, world.office_log):
            told = "\n".join(line for line in world.read(path).splitlines() if "event=config-error" not in line)
            self.assertEqual([], traces.seen(told, words), path)


if __name__ == "__main__":
    unittest.main()
