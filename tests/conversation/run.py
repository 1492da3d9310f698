# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the conversation tests of this folder: run.py BUILD-FOLDER [NAME …]. Ends with "N passed, N failed".

tests/protocol/run.py runs its own folder by the same main().
"""

import os
import signal
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))


def stop(*_):
    raise KeyboardInterrupt


def main(folder=HERE):
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGHUP, stop)
    if len(sys.argv) > 1:
        os.environ["EXEAT_BUILD"] = os.path.abspath(sys.argv[1])
    if os.geteuid() != 0:
        print("The conversation tests run a private Postfix, which only root can start.\n0 passed, 1 failed")
        return 1
    sys.path[:0] = [folder, HERE, os.path.join(HERE, "..", "..", "contrib")]
    from report import run_suite  # after the path is set
    loader = unittest.TestLoader()
    if len(sys.argv) > 2:
        suite = loader.loadTestsFromNames(sys.argv[2:])
    else:
        suite = loader.discover(folder, "test_*.py")
    return run_suite(suite)


if __name__ == "__main__":
    sys.exit(main())
