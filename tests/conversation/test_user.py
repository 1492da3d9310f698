# SPDX-License-Identifier: GPL-3.0-or-later
"""exeat user: who may sign in to the office, and that the file of it is the office's alone. Needs no Postfix."""

import json
import os
import pwd
import re
import shutil
import sqlite3
import stat
import subprocess
import unittest

import oakfield
from conversation import BUILD
from world import World

CHAIR = f"r.kearsley@{oakfield.DOMAIN}"
SET_UP = r"(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}"


class User(unittest.TestCase):
    def setUp(self):
        self.world = World(BUILD, oakfield.accounts(), oakfield.SCHOOL, ())
        self.addCleanup(self.world.stop)
        self.world.prepare_exeat()
        self.file = self.world.path("office", "accounts.db")

    def user(self, *arguments, status=0, **options):
        result = self.world.exeat("user", *arguments, check=False, **options)
        self.assertEqual(status, result.returncode, result.stdout + result.stderr)
        return result.stdout if status == 0 else result.stderr

    def listed(self):
        return {one["address"]: one for one in json.loads(self.user("list", "--json"))}

    def set_up_password(self, address):
        return json.loads(self.user("add", address, "--json"))["set_up_password"]

    def test_those_with_a_role_and_no_account_are_named(self):
        before = self.listed()
        self.assertEqual([False], list({one["account"] for one in before.values()}))
        self.assertEqual(["headteacher"], before[oakfield.HEAD]["roles"])
        self.user("add", oakfield.HEAD, "--name", "The Head", "--language", "cy")
        head = self.listed()[oakfield.HEAD]
        self.assertEqual((True, "The Head", "cy", "set-up", False, False),
                         tuple(head[name] for name in ("account", "name", "language", "password", "second_factor", "disabled")))
        self.assertIn(f"exeat user add {CHAIR}", self.user("list"))
        self.assertNotIn(f"exeat user add {oakfield.HEAD}", self.user("list"))

    def test_a_set_up_password_is_printed_once_and_kept_as_a_hash(self):
        password = self.set_up_password(oakfield.HEAD)
        self.assertRegex(password, rf"^{SET_UP}$")
        with open(self.file, "rb") as file:
            kept = file.read()
        self.assertNotIn(password.encode(), kept)
        self.assertIn(b"$y$", kept)
        again = re.search(SET_UP, self.user("password", oakfield.HEAD)).group()
        self.assertNotEqual(password, again)

    def test_a_password_of_a_file(self):
        self.assertIn("first that anybody would try",
                      self.user("add", oakfield.HEAD, "--password-file", "-", input="Password1234\n", status=1))
        self.assertFalse(self.listed()[oakfield.HEAD]["account"])
        self.user("add", oakfield.HEAD, "--password-file", "-", input="green kites over hills\nand more\n")
        self.assertEqual("own", self.listed()[oakfield.HEAD]["password"])
        path = self.world.write("password", "green kites over hills\n", 0o644)
        self.assertIn("chmod 0600", self.user("password", oakfield.HEAD, "--password-file", path, status=2))
        os.chmod(path, 0o600)  # root's own: read before root becomes the office's user
        self.user("password", oakfield.HEAD, "--password-file", path)

    def test_disable_enable_recovery_remove(self):
        self.set_up_password(oakfield.HEAD)
        self.user("disable", oakfield.HEAD)
        self.assertTrue(self.listed()[oakfield.HEAD]["disabled"])
        self.user("enable", oakfield.HEAD)
        codes = json.loads(self.user("recovery", oakfield.HEAD, "--json"))
        self.assertEqual(10, len(set(codes)))
        head = self.listed()[oakfield.HEAD]
        self.assertEqual((10, False), (head["recovery_codes"], head["disabled"]))
        self.user("totp-reset", oakfield.HEAD)
        self.assertEqual(0, self.listed()[oakfield.HEAD]["recovery_codes"])
        self.user("remove", oakfield.HEAD)
        self.assertFalse(self.listed()[oakfield.HEAD]["account"])

    def test_what_is_wrong_is_said(self):
        self.set_up_password(oakfield.HEAD)
        for arguments, words in ((("add", oakfield.HEAD), "already"), (("remove", CHAIR), "exeat user list"), (("add", "head"), "no address"),
                                 (("add",), "address is missing"), (("list", CHAIR), "nobody to name"), (("frob",), "no frob"),
                                 (("add", CHAIR, "--language", "fr"), "en or cy"), (("remove", CHAIR, "--name", "A"), "not for")):
            said = self.user(*arguments, status=2)
            self.assertIn(words, said)
            self.assertNotIn(CHAIR, said)

    def test_the_file_is_the_offices_alone(self):
        self.set_up_password(oakfield.HEAD)
        office = pwd.getpwnam(self.world.office_user)
        for path, mode in ((self.file, 0o600), (os.path.dirname(self.file), 0o700)):
            found = os.stat(path)
            self.assertEqual((office.pw_uid, mode), (found.st_uid, stat.S_IMODE(found.st_mode)), path)
        gate = pwd.getpwnam(self.world.gate_user)
        command = [os.path.join(BUILD, "exeat"), "user", "list", "-c", self.world.config]
        refused = subprocess.run(command, user=gate.pw_uid, group=gate.pw_gid, extra_groups=[], capture_output=True, text=True, check=False)
        self.assertEqual(2, refused.returncode)
        self.assertIn(f"for root and the user {self.world.office_user}", refused.stderr)
        os.chmod(self.file, 0o640)
        self.assertIn(f"chmod 0600 {self.file}", self.user("list", status=2))
        self.assertIn(f"chmod 0600 {self.file}", self.world.exeat("check", check=False).stderr)

    def test_another_private_key(self):
        self.set_up_password(oakfield.HEAD)
        self.user("recovery", oakfield.HEAD)
        self.world.exeat("keygen", self.world.path("new"))
        shutil.copyfile(self.world.path("new", "quarantine.key"), self.world.path("keys", "quarantine.key"))
        shutil.copyfile(self.world.path("new", "quarantine.crt"), self.world.path("keys", "quarantine.crt"))
        self.assertIn("exeat user adopt-key", self.user("list", status=2))
        self.user("adopt-key")
        head = self.listed()[oakfield.HEAD]
        self.assertEqual(("set-up", 0), (head["password"], head["recovery_codes"]))

    def test_a_newer_file_is_left_alone(self):
        self.set_up_password(oakfield.HEAD)
        database = sqlite3.connect(self.file)
        database.execute("PRAGMA user_version = 99")
        database.close()
        self.assertIn("run the newer exeat", self.user("list", status=2))


if __name__ == "__main__":
    unittest.main()
