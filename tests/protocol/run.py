# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the protocol tests of this folder: run.py BUILD-FOLDER [NAME …]. Ends with "N passed, N failed"."""

import importlib.util
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))

spec = importlib.util.spec_from_file_location("runner", os.path.join(HERE, "..", "conversation", "run.py"))
runner = importlib.util.module_from_spec(spec)
spec.loader.exec_module(runner)

if __name__ == "__main__":
    sys.exit(runner.main(HERE))
