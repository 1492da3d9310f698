# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the fault tests: run.py BUILD [--minutes N] [--seed S] [--ordinary BUILD] [NAME …]. Ends with "N passed, N failed".

BUILD is one made with --enable-faults. --minutes is how long processes are killed at random (a third of a minute unless told), and
from one minute on all tests are run; less is the short run, without what takes long. --seed repeats a sequence of kills. A test
that is named is run in any case.
"""

import argparse
import os
import random
import signal
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
CONVERSATION = os.path.join(HERE, "..", "conversation")


def stop(*_):
    raise KeyboardInterrupt


def options():
    parser = argparse.ArgumentParser(description="Proves that nothing is lost or doubled when things die and fail.")
    parser.add_argument("build", help="a build made with --enable-faults")
    parser.add_argument("--minutes", type=float, default=1 / 3, help="how long the random kills go on")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10 ** 6))
    parser.add_argument("--ordinary", help="a build without fault points, to be looked at")
    parser.add_argument("names", nargs="*", help="only these: test_points.Gate …")
    return parser.parse_intermixed_args()


def main():
    asked = options()
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGHUP, stop)
    if os.geteuid() != 0:
        print("The fault tests run a private Postfix, which only root can start.\n0 passed, 1 failed")
        return 1
    os.environ.update(EXEAT_BUILD=os.path.abspath(asked.build), EXEAT_RANDOM_SEED=str(asked.seed),
                      EXEAT_RANDOM_MINUTES=str(asked.minutes))
    if asked.minutes >= 1 or asked.names:
        os.environ["EXEAT_FAULT_ALL"] = "yes"
    if asked.ordinary:
        os.environ["EXEAT_ORDINARY_BUILD"] = os.path.abspath(asked.ordinary)
    sys.path[:0] = [HERE, CONVERSATION, os.path.join(HERE, "..", "..", "contrib")]
    from report import run_suite  # after the path is set
    loader = unittest.TestLoader()
    suite = loader.loadTestsFromNames(asked.names) if asked.names else loader.discover(HERE, "test_*.py")
    return run_suite(suite)


if __name__ == "__main__":
    sys.exit(main())
