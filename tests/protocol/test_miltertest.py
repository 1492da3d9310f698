# SPDX-License-Identifier: GPL-3.0-or-later
"""policies.lua under miltertest: the essential verdicts, told to an MTA that somebody else wrote."""

import os
import re
import subprocess
import unittest

import oakfield
from conversation import nhs_note
from gate import Protocol

HERE = os.path.dirname(os.path.abspath(__file__))
SCRIPT = os.path.join(HERE, "policies.lua")


class Miltertest(Protocol):
    settings = oakfield.SCHOOL

    def still_right(self):
        self.case("pass")
        self.assertEqual([self.worker], self.world.workers())

    def case(self, name):
        body = nhs_note().replace("\n", "\r\n")
        result = subprocess.run(["miltertest", "-v", "-s", SCRIPT, "-D", f"socket=unix:{self.world.path('run', 'milter.sock')}",
                                 "-D", f"case={name}", "-D", f"BODY={body}"], capture_output=True, text=True, timeout=60,
                                check=False)
        self.assertEqual(0, result.returncode, result.stdout + result.stderr)


def add_tests():
    with open(SCRIPT, encoding="utf-8") as file:
        for name in re.findall(r"^function cases\.(\w+)", file.read(), re.MULTILINE):
            setattr(Miltertest, f"test_{name}", lambda self, case=name: self.case(case))


add_tests()

if __name__ == "__main__":
    unittest.main()
