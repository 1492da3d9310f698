# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the conversation tests of this folder: run.py BUILD-FOLDER [NAME …]. Ends with "N passed, N failed".

tests/protocol/run.py runs its own folder by the same main().
"""

import os
import signal
import sys
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))


class Result(unittest.TextTestResult):
    """One line a test, with the time it took."""

    def startTest(self, test):
        self.began = time.monotonic()
        unittest.TestResult.startTest(self, test)

    def line(self, word, test):
        name = ".".join(test.id().split(".")[-3:])
        self.stream.writeln(f"{word} - {name} ({time.monotonic() - getattr(self, 'began', time.monotonic()):.1f} s)")
        self.stream.flush()

    def addSuccess(self, test):
        unittest.TestResult.addSuccess(self, test)
        self.line("ok", test)

    def addFailure(self, test, error):
        unittest.TestResult.addFailure(self, test, error)
        self.line("not ok", test)
        self.stream.writeln(self.failures[-1][1])

    def addError(self, test, error):
        unittest.TestResult.addError(self, test, error)
        self.line("not ok", test)
        self.stream.writeln(self.errors[-1][1])

    def addSubTest(self, test, subtest, error):
        unittest.TestResult.addSubTest(self, test, subtest, error)
        if error:
            self.line("not ok", subtest)
            self.stream.writeln((self.failures + self.errors)[-1][1])

    def printErrors(self):
        pass  # they stand where they happened


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
    loader = unittest.TestLoader()
    if len(sys.argv) > 2:
        suite = loader.loadTestsFromNames(sys.argv[2:])
    else:
        suite = loader.discover(folder, "test_*.py")
    try:
        result = unittest.TextTestRunner(stream=sys.stdout, resultclass=Result).run(suite)
    except KeyboardInterrupt:
        print("interrupted\n0 passed, 1 failed")
        return 130
    bad = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
    failed_tests = len({getattr(test, "test_case", test).id() for test, _ in result.failures + result.errors})
    print(f"{result.testsRun - min(failed_tests, result.testsRun)} passed, {max(failed_tests, bad and 1)} failed")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
