# SPDX-License-Identifier: GPL-3.0-or-later
"""How the conversation tests and the fault tests report: a line a test, and "N passed, N failed" at the end."""

import sys
import time
import unittest


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

    def addSkip(self, test, reason):
        unittest.TestResult.addSkip(self, test, reason)  # neither passed nor failed

    def addSubTest(self, test, subtest, error):
        unittest.TestResult.addSubTest(self, test, subtest, error)
        if error:
            self.line("not ok", subtest)
            self.stream.writeln((self.failures + self.errors)[-1][1])

    def printErrors(self):
        pass  # they stand where they happened


def run_suite(suite):
    """Runs it and returns the exit status."""
    try:
        result = unittest.TextTestRunner(stream=sys.stdout, resultclass=Result).run(suite)
    except KeyboardInterrupt:
        print("interrupted\n0 passed, 1 failed")
        return 130
    bad = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
    failed_tests = len({getattr(test, "test_case", test).id() for test, _ in result.failures + result.errors})
    ran = result.testsRun - len(result.skipped)
    print(f"{ran - min(failed_tests, ran)} passed, {max(failed_tests, bad and 1)} failed")
    return 1 if bad else 0
