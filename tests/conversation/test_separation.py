# SPDX-License-Identifier: GPL-3.0-or-later
"""Which process may do what: the gate's user reads nothing back, keys and store are refused when others could get at them, and a
letter in hand lies nowhere that outlives it."""

import json
import os
import pwd
import stat
import subprocess
import unittest

import oakfield
from conversation import BUILD, CLINIC, RAMAN, Conversation, nhs_note, traces
from milter_client import MilterClient, pieces, split
from world import World, log_fields, wait_for

KEY_LIMIT = 8192  # OpenSSL takes seconds to find that a large file is no key
LARGE = 3 * 1024 * 1024  # beyond gate.memory


def as_user(name, *command, **options):
    """Runs a command as this user, with the groups that the machine gives it."""
    user = pwd.getpwnam(name)
    groups = os.getgrouplist(name, user.pw_gid)
    return subprocess.run(command, user=user.pw_uid, group=user.pw_gid, extra_groups=groups, capture_output=True, text=True,
                          timeout=60, check=False, cwd="/", **options)


def chunks_of_hold(hold_id, store):
    """The sealed letter as its bytes lie in the store."""
    query = f"SELECT hex(data) FROM chunk WHERE letter = '{hold_id}' ORDER BY number"
    return bytes.fromhex(subprocess.run(["sqlite3", store, query], capture_output=True, text=True, check=True).stdout.replace("\n", ""))


class Separation(Conversation):
    @classmethod
    def make_world(cls):
        world = super().make_world()
        world.gate_settings = "shared_memory = 0"  # what passes a letter's own bound goes to the spool at once
        return world

    def processes(self):
        gate = self.world.gate.pid
        return {"supervisor": gate, "worker": self.world.workers()[0], "office": self.world.office.pid}

    def held_letter(self):
        sent = self.send(RAMAN, [CLINIC], subject="Callum McAllister at physio", body=nhs_note())
        self.assertEqual("hold", sent.verdict["action"])
        return sent

    def stored_id(self, shown):
        listed = subprocess.run(["sqlite3", self.world.path("store", "quarantine.db"), "SELECT id FROM letter"], capture_output=True,
                                text=True, check=True).stdout.split()
        plain = shown.replace("-", "")
        return next(one for one in listed if one.replace("-", "") == plain)

    def test_the_office_is_a_user_of_its_own(self):
        uid = pwd.getpwnam(self.world.office_user).pw_uid
        gate = pwd.getpwnam(self.world.gate_user)
        status = self.world.read(f"/proc/{self.world.office.pid}/status")
        self.assertRegex(status, rf"(?m)^Uid:\t{uid}\t{uid}\t{uid}\t{uid}$")
        self.assertRegex(status, rf"(?m)^Groups:.*\b{gate.pw_gid}\b")
        self.assertRegex(status, r"(?m)^CapEff:\t0+$")
        self.assertRegex(status, r"(?m)^NoNewPrivs:\t1$")
        self.assertNotEqual(uid, gate.pw_uid)

    def test_nothing_of_a_letter_can_be_dumped(self):
        for name in ("worker", "office"):
            process = self.processes()[name]
            limits = self.world.read(f"/proc/{process}/limits")
            self.assertRegex(limits, r"(?m)^Max core file size +0 +0 ")
            # what may not be dumped belongs to root in /proc, whoever's process it is
            self.assertEqual(0, os.stat(f"/proc/{process}/mem").st_uid, name)

    def test_the_gates_user_reads_no_held_letter(self):
        sent = self.held_letter()
        letter = self.stored_id(sent.id)
        sealed = chunks_of_hold(letter, self.world.path("store", "quarantine.db"))
        self.assertGreater(len(sealed), 300)
        path = self.world.path("spool", "sealed.cms")
        with open(path, "wb") as file:
            file.write(sealed)
        self.addCleanup(os.remove, path)
        os.chmod(path, 0o644)
        os.chmod(self.world.path("spool"), 0o755)
        self.addCleanup(os.chmod, self.world.path("spool"), 0o700)
        # root with the office's key can: the command and the bytes are good
        opened = subprocess.run(self.decrypt(path, self.world.path("keys", "quarantine.key")), capture_output=True, check=False)
        self.assertIn(b"Callum McAllister", opened.stdout)
        readable = self.readable_files()
        self.assertIn(self.world.path("keys", "token.key"), readable)
        self.assertNotIn(self.world.path("keys", "quarantine.key"), readable)
        large = [one for one in readable if os.path.getsize(one) > KEY_LIMIT]
        for path_of_large in large:
            self.assertNotIn("PRIVATE KEY", traces.raw(path_of_large))
        for key in sorted(set(readable) - set(large)) + [self.world.path("keys", "quarantine.key")]:
            result = as_user(self.world.gate_user, *self.decrypt(path, key))
            self.assertNotEqual(0, result.returncode, key)
            self.assertNotIn("McAllister", result.stdout)

    def decrypt(self, path, key):
        return ["openssl", "cms", "-decrypt", "-inform", "DER", "-in", path, "-inkey", key, "-recip",
                self.world.path("keys", "quarantine.crt")]

    def readable_files(self):
        """Every file of exeat's that the gate's user can read."""
        places = [self.world.path(name) for name in ("keys", "data", "store", "run", "spool")]
        result = as_user(self.world.gate_user, "find", *places, "-type", "f", "-readable")
        return result.stdout.split("\n")[:-1]

    def test_the_gates_user_cannot_show_or_release(self):
        sent = self.held_letter()
        for verb in (("show", "--reason", "curious", sent.id), ("release", sent.id), ("return", sent.id)):
            result = as_user(self.world.gate_user, os.path.join(BUILD, "exeat"), *verb, "-c", self.world.config)
            self.assertNotEqual(0, result.returncode, verb)
            self.assertIn("quarantine.key", result.stderr)
            self.assertNotIn("McAllister", result.stdout + result.stderr)
        self.assertEqual({"held": 1}, {key: value for key, value in self.states(sent.id).items() if value})

    def test_command_lines_and_environments_say_nothing(self):
        words = traces.vocabulary(self.world)
        for name, process in self.processes().items():
            for what in ("cmdline", "environ", "comm"):
                text = traces.raw(f"/proc/{process}/{what}").replace("\0", "\n")
                self.assertEqual([], traces.seen(text, words), f"{what} of the {name}")

    def test_a_large_letter_in_hand_has_no_name(self):
        before = set(self.files_of_the_gate())
        with MilterClient(self.world.path("run", "milter.sock")) as mta:
            mta.envelope(RAMAN, [CLINIC], RAMAN, "LARGE1")
            mta.header([(b"Subject", b"Callum McAllister"), (b"From", RAMAN.encode())])
            mta.body(pieces(b"Callum McAllister has asthma.\r\n" * (LARGE // 31), 65535))
            worker = self.world.workers()[0]
            links = [os.readlink(f"/proc/{worker}/fd/{one}") for one in os.listdir(f"/proc/{worker}/fd")]
            spooled = [link for link in links if link.startswith(self.world.path("spool"))]
            self.assertEqual(1, len(spooled), links)
            self.assertTrue(spooled[0].endswith("(deleted)"), spooled)
            self.assertEqual([], os.listdir(self.world.path("spool")))
            self.assertEqual(before, set(self.files_of_the_gate()))

    def files_of_the_gate(self):
        uid = str(pwd.getpwnam(self.world.gate_user).pw_uid)
        result = subprocess.run(["find", "/tmp", "/var/tmp", "/dev/shm", "-xdev", "-uid", uid, "-type", "f", "-not", "-path",
                                 self.world.path("*")], capture_output=True, text=True, check=False)
        return [line for line in result.stdout.split("\n") if line and "/exeat-world-" not in line]

    def test_planted_words_are_found(self):
        self.held_letter()
        words = traces.vocabulary(self.world)
        self.assertGreater(len(words), 500)
        for word in ("Callum McAllister", "McAllister", RAMAN, RAMAN.split("@")[0], CLINIC):
            self.assertEqual([word], [one for one in traces.seen(f"event=x name={word} end", words) if one == word])
        self.assertEqual([], traces.seen("event=letter action=hold policy=personal-data rule=nhs role=headteacher", words))


class Pieces(Conversation):
    """The letter that is judged and kept does not depend on the pieces in which it came."""

    @classmethod
    def make_world(cls):
        world = super().make_world()
        world.gate_settings = "shared_memory = 0"
        return world

    def hand_in(self, letter, size, queue_id):
        fields, body = split(letter)
        mark = self.world.log_mark()
        with MilterClient(self.world.path("run", "milter.sock")) as mta:
            mta.envelope(RAMAN, [CLINIC, RAMAN], RAMAN, queue_id)
            mta.header(fields)
            mta.body(pieces(body, size))
            answer, changes = mta.end(queue_id)
        said = lambda: [one for one in self.world.log_after(mark, "letter") if one.get("queue_id") == queue_id]
        return answer, changes, wait_for(said, "a verdict")[0]

    def kept(self, verdict):
        return self.world.exeat("show", "--letter", "--reason", "a test", verdict["id"]).stdout

    def test_any_pieces_give_the_same_verdict_and_letter(self):
        long_body = nhs_note() + "é ünïcode \t and a line.\n" * 300
        letter, _ = self.letter(RAMAN, [CLINIC], subject="Siân's minutes, and what became of them in the end", body=long_body)
        whole = self.hand_in(letter, len(letter), "PIECES0")
        self.assertEqual("hold", whole[2]["action"])
        kept = self.kept(whole[2])
        self.assertEqual(letter.decode().replace("\r\n", "\n"), kept.replace("\r\n", "\n"))
        for number, size in enumerate((1, 2, 3, 7, 1000, 4095, 4096, 65535), 1):
            answer, changes, verdict = self.hand_in(letter, size, f"PIECES{number}")
            self.assertEqual(whole[:2], (answer, changes), size)
            self.assertEqual({"action", "findings"} & set(whole[2]), {"action", "findings"} & set(verdict))
            self.assertEqual([whole[2].get(key) for key in ("action", "findings", "held")],
                             [verdict.get(key) for key in ("action", "findings", "held")], size)
            self.assertEqual(kept, self.kept(verdict), size)

    def test_memory_and_spool_give_the_same(self):
        for size in (1024 * 1024 - 1, 1024 * 1024, 1024 * 1024 + 1):  # gate.memory
            letter, _ = self.letter(RAMAN, [CLINIC], body=nhs_note())
            letter += b"x" * (size - len(letter) - 2) + b"\r\n"
            _, _, verdict = self.hand_in(letter, 65535, f"SPOOL{size}")
            self.assertEqual("hold", verdict["action"])
            self.assertEqual(letter.decode().replace("\r\n", "\n"), self.kept(verdict), size)


class Modes(unittest.TestCase):
    """Programs do not start with files that others can get at, and say which, how they are and what to do."""

    def setUp(self):
        self.world = World(BUILD, oakfield.accounts(), oakfield.SCHOOL, oakfield.ROLLS)
        self.addCleanup(self.world.stop)
        self.world.prepare_exeat()
        self.world.start_gate()  # makes the store
        self.world.gate.kill()
        self.world.gate.wait(15)
        self.once = {"exeatd": (), "exeat-office": ("--once",)}

    def refused(self, program, *words):
        result = subprocess.run([os.path.join(BUILD, program), "-f", *self.once[program], "-c", self.world.config], capture_output=True,
                                stdin=subprocess.DEVNULL, text=True, timeout=20, check=False)
        self.assertEqual(2, result.returncode, result.stderr)
        for word in words:
            self.assertIn(word, result.stderr)
        self.assert_foreseen(result.stderr)

    def assert_foreseen(self, log):
        """`exeat check` says the same beforehand, in the same words."""
        checked = self.world.exeat("check", check=False)
        self.assertEqual(2, checked.returncode, checked.stdout)
        said = [fields["reason"] for fields in map(log_fields, log.splitlines()) if "reason" in fields]
        self.assertEqual(1, len(said), log)
        self.assertTrue(any(line.startswith(said[0]) for line in checked.stderr.splitlines()), (said, checked.stderr))
        told = json.loads(self.world.exeat("check", "--json", check=False).stdout)
        self.assertEqual(checked.stderr.splitlines()[:-1], [one["reason"] for one in told])

    def check_as(self, user):
        """`exeat check` of a user that is not root."""
        return as_user(user, os.path.join(BUILD, "exeat"), "check", "-c", self.world.config)

    def changed(self, name, mode=None, owner=None):
        """Changes a file until the next one."""
        path = self.world.path(*name.split("/"))
        was = os.stat(path)
        if owner is not None:
            os.chown(path, owner, -1)
        if mode is not None:
            os.chmod(path, mode)
        return path, lambda: (os.chown(path, was.st_uid, was.st_gid), os.chmod(path, stat.S_IMODE(was.st_mode)))

    def test_modes(self):
        rows = (("exeat-office", "keys/quarantine.key", 0o604, "0600"), ("exeat-office", "keys/quarantine.key", 0o620, "0600"),
                ("exeatd", "keys/token.key", 0o644, "0640"), ("exeat-office", "keys/token.key", 0o642, "0640"),
                ("exeatd", "keys/directory.key", 0o641, "0640"), ("exeatd", "store/quarantine.db", 0o664, "0660"),
                ("exeat-office", "store/quarantine.db", 0o662, "0660"), ("exeatd", "data/directory", 0o666, "0664"),
                ("exeatd", "exeat.conf", 0o646, "0644"), ("exeat-office", "exeat.conf", 0o666, "0664"),
                ("exeatd", "keys", 0o777, "0755"), ("exeat-office", "keys", 0o775, "0755"), ("exeatd", "store", 0o2777, "2775"),
                ("exeat-office", "store", 0o2772, "2770"), ("exeatd", "data", 0o757, "0755"))
        for program, name, mode, wanted in rows:
            with self.subTest(f"{program}: {name} {mode:04o}"):
                path, back = self.changed(name, mode)
                try:
                    self.refused(program, path, f"mode {mode:04o}", f"chmod {wanted} {path}")
                finally:
                    back()

    def test_owners(self):
        stranger = pwd.getpwnam("games").pw_uid
        rows = (("exeat-office", "keys/quarantine.key"), ("exeatd", "keys/token.key"), ("exeatd", "keys/directory.key"),
                ("exeatd", "exeat.conf"), ("exeat-office", "exeat.conf"), ("exeatd", "keys"), ("exeat-office", "store"))
        for program, name in rows:
            with self.subTest(f"{program}: {name} of another user"):
                path, back = self.changed(name, owner=stranger)
                if name == "keys/quarantine.key":
                    os.chmod(path, 0o640)
                    os.chown(path, stranger, pwd.getpwnam(self.world.office_user).pw_gid)
                try:
                    self.refused(program, path, "games" if os.access(path, os.R_OK) else path)
                finally:
                    back()

    def test_included_files_are_looked_at(self):
        extra = self.world.write("more.conf", "bulk-bcc { limit = 9 }\n", 0o646)
        self.world.write_config(oakfield.SCHOOL + f'\ninclude "{extra}"\n')
        self.refused("exeatd", "more.conf", "mode 0646")

    def test_gate_that_can_read_the_private_key(self):
        os.chown(self.world.path("keys", "quarantine.key"), pwd.getpwnam(self.world.gate_user).pw_uid, -1)
        self.refused("exeatd", "keys/quarantine.key", "every held letter")

    def test_office_user_that_is_not_there(self):
        self.world.office_user = "no-such-user"
        self.world.write_config()
        self.refused("exeat-office", "no such user no-such-user")

    def test_as_they_should_be(self):
        result = subprocess.run([os.path.join(BUILD, "exeat-office"), "-f", "--once", "-c", self.world.config], capture_output=True,
                                text=True, timeout=20, check=False)
        self.assertEqual(0, result.returncode, result.stderr)
        checked = self.world.exeat("check")
        self.assertEqual("", checked.stderr)
        self.assertNotIn("Note:", checked.stdout)

    def test_check_of_the_daemons_users_and_of_others(self):
        os.chmod(self.world.path("keys", "token.key"), 0o644)
        for user in (self.world.gate_user, self.world.office_user):
            checked = self.check_as(user)
            self.assertEqual(2, checked.returncode, user)
            self.assertIn("chmod 0640 " + self.world.path("keys", "token.key"), checked.stderr)
        os.chmod(self.world.path("keys", "token.key"), 0o640)
        os.chmod(self.world.path("keys", "directory.key"), 0o641)
        checked = self.check_as(self.world.gate_user)
        self.assertIn("chmod 0640 " + self.world.path("keys", "directory.key"), checked.stderr)
        self.assertNotIn("directory.key has mode", self.check_as(self.world.office_user).stderr)
        self.assertIn("root can check", self.check_as("games").stdout)


if __name__ == "__main__":
    unittest.main()
