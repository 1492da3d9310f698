# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of the office's pages in a real browser: run.py BUILD-FOLDER [--only WORD] [--screenshots FOLDER].

A school's mail server is started (contrib/world.py), and Chromium lives through the stories in stories/, with scripts switched off.
Then every page that they came by is looked at (pages.mjs), and a link scanner visits all that was ever mailed (scanner.py). Ends with
"N passed, N failed". Playwright and axe-core come from npm, in the versions of package-lock.json, below BUILD-FOLDER.
"""

import argparse
import filecmp
import os
import shutil
import signal
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "conversation"), os.path.join(HERE, "..", "..", "contrib")]
NODE_MINUTES = 6  # more than it ever takes: a browser that hangs is a failure


def stop(*_):
    raise KeyboardInterrupt


def install(build):
    """The packages of package-lock.json below the build folder; nothing to do if they are there already."""
    folder = os.path.join(build, "browser")
    os.makedirs(folder, exist_ok=True)
    installed = os.path.join(folder, "installed.json")
    lock = os.path.join(HERE, "package-lock.json")
    if os.path.exists(installed) and filecmp.cmp(lock, installed, shallow=False):
        return folder
    for name in ("package.json", "package-lock.json"):
        shutil.copy(os.path.join(HERE, name), folder)
    done = subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder, capture_output=True, text=True,
                          timeout=300, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"npm ci: {done.stdout}{done.stderr}")
    shutil.copy(lock, installed)
    return folder


class Report:
    """Counts lines that begin with "ok - " or "not ok - "; all others explain them."""

    def __init__(self):
        self.passed = self.failed = 0

    def line(self, text):
        print(text, flush=True)
        self.passed += text.startswith("ok - ")
        self.failed += text.startswith("not ok - ")

    def check(self, name, faults):
        self.line(f"not ok - {name}" if faults else f"ok - {name}")
        for fault in faults[:20]:
            self.line(f"    {fault}")


def run_browser(report, packages, school, desk, arguments):
    """The part that is written in JavaScript; it asks @desk for letters and mails."""
    environment = {**os.environ, "EXEAT_PACKAGES": packages, "EXEAT_DESK": desk.address, "EXEAT_CONSOLE": school.world.console,
                   "EXEAT_ONLY": arguments.only or "", "EXEAT_SCREENSHOTS": os.path.abspath(arguments.screenshots or "") if
                   arguments.screenshots else ""}
    node = subprocess.Popen(["timeout", f"{NODE_MINUTES}m", "node", os.path.join(HERE, "main.mjs")], env=environment, text=True,
                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        for line in node.stdout:
            report.line(line.rstrip("\n"))
        if node.wait() != 0:
            report.check("the browser came to its end", [f"node ended with status {node.returncode}"])
    finally:
        if node.poll() is None:
            node.terminate()
            node.wait()


def run(arguments):
    from desk import Desk  # after the path is set
    from scanner import scan
    from school import School
    import traces
    report = Report()
    packages = install(os.path.abspath(arguments.build))
    with School(arguments.build) as school, Desk(school) as desk:
        run_browser(report, packages, school, desk, arguments)
        if not arguments.only:
            report.check("a link scanner changes nothing", scan(school))
            report.check("nothing that was written in clear names anybody", list(traces.leaks(school.world)))
        if report.failed:
            print(school.world.read(school.world.office_log)[-3000:])
    return report


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build")
    parser.add_argument("--only", help="stories whose name has this word; no scanner")
    parser.add_argument("--screenshots", metavar="FOLDER", help="write a picture of every page there")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGHUP, stop)
    if os.geteuid() != 0:
        print("The browser tests run a private Postfix, which only root can start.\n0 passed, 1 failed")
        return 1
    try:
        report = run(arguments)
    except KeyboardInterrupt:
        print("interrupted\n0 passed, 1 failed")
        return 130
    print(f"{report.passed} passed, {report.failed} failed")
    return 1 if report.failed or not report.passed else 0


if __name__ == "__main__":
    sys.exit(main())
