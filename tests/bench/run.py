#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures exeatd beside a filter that does nothing, and beside rspamd where that is installed.

    run.py BUILD [--quick] [--large] [--rounds N] [--json FILE] [mix|growth|people|tcp|holds|inspect|pages …]

Filters run at once and take turns, everything on one core, so that a busy neighbour hits all of them alike: what counts is
the ratio in one round, its median and spread over the rounds. --quick is a short run that only shows that all of it works.
Ends with "N passed, N failed". A ratio that is not reached is a failure, but a quick run does not judge ratios: it fails where
a letter was not answered, waited for the disk though it passed, or for TCP. "pages" is about exeat-office, and --large about
one with 100,000 letters: pages.py.
"""

import argparse
import contextlib
import csv
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import corpus  # noqa: E402
import documents  # noqa: E402
import pages  # noqa: E402
import rspamd  # noqa: E402

CORE = max(os.sched_getaffinity(0))
TICKS = os.sysconf("SC_CLK_TCK")
CONNECTIONS = [1, 4, 16, 64]


def pin():
    os.sched_setaffinity(0, {CORE})


def wait_for(found, what, seconds=60):
    deadline = time.monotonic() + seconds
    while not found():
        if time.monotonic() > deadline:
            raise RuntimeError(f"{what} did not come")
        time.sleep(0.02)


class Filter:
    """A filter that runs in a process of its own and listens at a socket."""

    def __init__(self, name, command, where, log, more_environment):
        self.name = name
        self.where = where
        with open(log, "wb") as out:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, preexec_fn=pin,
                                            env={**os.environ, **more_environment}, start_new_session=True)
        self.log = log

    def processes(self):
        """The process and all below it."""
        found, fresh = [], [self.process.pid]
        while fresh:
            pid = fresh.pop()
            found.append(pid)
            with contextlib.suppress(OSError), open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
                fresh += [int(child) for child in file.read().split()]
        return found

    def cpu_seconds(self):
        total = 0
        for pid in self.processes():
            with contextlib.suppress(OSError), open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
                fields = file.read().rsplit(")", 1)[1].split()
                total += int(fields[11]) + int(fields[12])
        return total / TICKS

    def forget_peak(self):
        """What a start needs is not what letters need."""
        for pid in self.processes():
            with contextlib.suppress(OSError), open(f"/proc/{pid}/clear_refs", "w", encoding="ascii") as file:
                file.write("5")

    def peak_megabytes(self):
        total = 0
        for pid in self.processes():
            with contextlib.suppress(OSError), open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as file:
                total += sum(int(line.split()[1]) for line in file if line.startswith("VmHWM"))
        return total / 1024

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(15)


class Bench:
    def __init__(self, build, options):
        self.build = os.path.abspath(build)
        self.options = options
        self.folder = tempfile.mkdtemp(prefix="exeat-bench-")
        os.chmod(self.folder, 0o755)
        self.filters = {}
        self.results = {}
        self.passed = self.failed = 0

    def path(self, *names):
        return os.path.join(self.folder, *names)

    # --- filters ------------------------------------------------------------------------------------------------------

    def prepare(self):
        self.roll = corpus.write_roll(self.path("roll.csv"), 1500)
        corpus.write_corpus(self.path("mix"), self.roll, 20 if self.options.quick else 200)
        for name in ("run", "store", "spool"):
            os.makedirs(self.path(name))
        os.chmod(self.path("run"), 0o777)
        self.keys()

    def keys(self):
        subprocess.run([os.path.join(self.build, "exeat"), "keygen", self.path("keys")], check=True, capture_output=True)

    def write_config(self, name, where, roll, action="observe"):
        policies = "\n".join(f"{policy} {{ action = {action} }}" for policy in
                             ("names-in-subject", "personal-data", "bulk-bcc", "personal-recipient", "sender-identity"))
        path = self.path(name + ".conf")
        with open(path, "w", encoding="utf-8") as file:
            file.write(f"""
school {{ name = "Oakfield School" domains = {{ "{corpus.DOMAIN}" }} trusted_clients = {{ "192.0.2.0/24" }} phones = {{ "01632 960123" }} }}
directory {{ file = "{self.path(name + '.directory')}" key = "{self.path('keys', 'directory.key')}" }}
gate {{ socket = "{where}" user = root spool = "{self.path('spool')}" }}
quarantine {{ store = "{self.path('store', name + '.db')}" certificates = {{ "{self.path('keys', 'quarantine.crt')}" }}
    private_key = "{self.path('keys', 'quarantine.key')}" token_key = "{self.path('keys', 'token.key')}" }}
{policies}
""")
        self.import_roll(path, roll)
        return path

    def import_roll(self, config, roll):
        subprocess.run([os.path.join(self.build, "exeat"), "directory", "import", "--role", "pupil", "-c", config, roll],
                       check=True, capture_output=True)

    def socket(self, name):
        return "unix:" + self.path("run", name + ".sock")

    def start(self, name, command, where, **more_environment):
        one = Filter(name, command, where, self.path(name + ".log"), more_environment)
        self.filters[name] = one
        path = where.removeprefix("unix:")
        ready = (lambda: os.path.exists(path)) if where.startswith("unix:") else (lambda: self.answers(where))
        wait_for(lambda: ready() or one.process.poll() is not None, f"{name}'s socket")
        if one.process.poll() is not None:
            with open(one.log, encoding="utf-8", errors="replace") as log:
                raise RuntimeError(f"{name} ended:\n{log.read()}")
        return one

    def answers(self, where):
        return self.load(where, self.path("tiny"), 1, 1)["failed"] == 0

    def start_exeatd(self, name="exeatd", where=None, roll=None, action="observe", **more_environment):
        where = where or self.socket(name)
        config = self.write_config(name, where, roll or self.path("roll.csv"), action)
        return self.start(name, [os.path.join(self.build, "exeatd"), "-f", "-c", config], where, **more_environment)

    def start_noop(self, name="noop", where=None, *how):
        where = where or self.socket(name)
        return self.start(name, [os.path.join(self.build, "tests/bench/noop"), where, *how], where)

    def start_rspamd(self):
        if not shutil.which("rspamd"):
            print("rspamd is not installed: no comparison with it")
            return
        where = self.socket("rspamd")
        names = [f"{row['Forename']} {row['Surname']}" for row in self.roll]
        rspamd.write(self.path("rspamd"), where.removeprefix("unix:"), names, corpus.PROVIDERS[:4])
        self.start("rspamd", ["rspamd", "-f", "-u", "_rspamd", "-g", "_rspamd", "-c", self.path("rspamd", "rspamd.conf")], where)
        wait_for(lambda: self.load(where, self.path("tiny"), 1, 1)["accepted"] == 1, "rspamd's first answer", 180)

    # --- measuring ----------------------------------------------------------------------------------------------------

    def load(self, where, folder, connections, passes):
        result = subprocess.run([os.path.join(self.build, "tests/bench/load"), where, folder, str(connections), str(passes)],
                                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, preexec_fn=pin, timeout=1800, check=False)
        return json.loads(result.stdout)

    def measure(self, one, folder, connections, passes):
        before = one.cpu_seconds()
        result = self.load(one.where, folder, connections, passes)
        result["cpu_ms"] = (one.cpu_seconds() - before) * 1000 / result["letters"]
        if result["failed"] or result["delayed"] or result["refused"]:
            raise RuntimeError(f"{one.name}: {result}")
        return result

    def rounds(self, names, folder, connections, passes, rounds=None):
        """Each filter in turn, the order turned by one each round. Name to a list of results."""
        results = {name: [] for name in names}
        for number in range(rounds or self.options.rounds):
            turned = names[number % len(names):] + names[:number % len(names)]
            for name in turned:
                results[name].append(self.measure(self.filters[name], folder, connections, passes))
        return results

    def aim(self, what, good):
        """A ratio that is to be reached. A quick run measures too little to judge it."""
        if self.options.quick:
            print(f"{'reached' if good else 'not reached'}, not judged - {what}")
        else:
            self.check(what, good)

    def check(self, what, good):
        print(f"{'ok' if good else 'NOT REACHED'} - {what}")
        self.passed += bool(good)
        self.failed += not good

    # --- what is measured ---------------------------------------------------------------------------------------------

    def run_mix(self):
        """The mixed corpus at several numbers of connections."""
        self.start_rspamd()
        names = [name for name in ("noop", "exeatd", "rspamd") if name in self.filters]
        print("\nMixed corpus, one core, medians of", self.options.rounds, "rounds (spread of the rate in per cent)")
        print(f"{'connections':>11} {'filter':8} {'letters/s':>9} {'spread':>6} {'/noop':>6} {'p50 ms':>8} {'p99 ms':>8} "
              f"{'CPU ms':>7} {'peak MB':>7}")
        rates = {}
        for name in names:
            self.filters[name].forget_peak()
        for connections in [1, 4] if self.options.quick else CONNECTIONS:
            results = self.rounds(names, self.path("mix"), connections, 1 if self.options.quick else self.options.passes)
            for name in names:
                rates[name, connections] = statistics.median(one["rate"] for one in results[name])
                self.print_row(connections, name, results)
            if connections == 1:
                self.print_classes(names, results)
            self.results[f"mix-{connections}"] = results
            answered = all(one["accepted"] == one["letters"] for name in names for one in results[name])
            self.check(f"every letter was accepted from {connections} connections", answered)
        self.judge_mix(rates)

    def ratio(self, results, name, other, key="rate"):
        return statistics.median(a[key] / b[key] for a, b in zip(results[name], results[other]))

    def print_row(self, connections, name, results):
        rate = [one["rate"] for one in results[name]]
        middle = statistics.median(rate)
        median = lambda key: statistics.median(one["all"][key] for one in results[name])
        print(f"{connections:11} {name:8} {middle:9.0f} {(max(rate) - min(rate)) / middle * 100:5.0f}% "
              f"{self.ratio(results, name, 'noop'):6.2f} {median('p50'):8.2f} {median('p99'):8.1f} "
              f"{statistics.median(one['cpu_ms'] for one in results[name]):7.3f} {self.filters[name].peak_megabytes():7.0f}", flush=True)

    @staticmethod
    def print_classes(names, results):
        for kind in results[names[0]][0]["classes"]:
            cells = [f"{name} {statistics.median(one['classes'][kind]['p50'] for one in results[name]):.3f}" for name in names]
            print(f"{'':11} p50 ms of {kind}: {', '.join(cells)}")

    def judge_mix(self, rates):
        first = self.results["mix-1"]
        note = self.class_ratio(first, "note")
        for connections in [1, 4] if self.options.quick else CONNECTIONS:
            ratio = self.ratio(self.results[f"mix-{connections}"], "exeatd", "noop")
            self.aim(f"{ratio:.2f} x the letters of the no-op at {connections} connections (at least 0.8)", ratio >= 0.8)
        self.aim(f"a note's p50 is {note:.2f} x the no-op's (at most 1)", note <= 1)
        if ("exeatd", 64) in rates:
            kept = rates["exeatd", 64] / rates["exeatd", 4]
            self.aim(f"64 connections get {kept:.2f} x the letters of 4 (at least 1)", kept >= 0.97)
        if "rspamd" in self.filters:
            rate, cpu = self.ratio(first, "exeatd", "rspamd"), self.ratio(first, "exeatd", "rspamd", "cpu_ms")
            peak = self.filters["exeatd"].peak_megabytes() / self.filters["rspamd"].peak_megabytes()
            self.aim(f"{rate:.1f} x rspamd's letters (at least 5)", rate >= 5)
            self.aim(f"{cpu:.3f} x rspamd's CPU (at most 0.1)", cpu <= 0.1)
            self.aim(f"{peak:.2f} x rspamd's memory (at most a third)", peak <= 1 / 3)

    @staticmethod
    def class_ratio(results, kind):
        return statistics.median(a["classes"][kind]["p50"] / b["classes"][kind]["p50"] for a, b in
                                 zip(results["exeatd"], results["noop"]))

    def run_growth(self):
        """How cost grows with one thing at a time."""
        names = corpus.write_growth(self.path("growth"), self.roll)
        print(f"\n{'p50 in ms':20} {'noop':>9} {'exeatd':>9}")
        for name in names:
            passes = 3 if self.options.quick or name.endswith("0000000") else 40
            results = self.rounds(["noop", "exeatd"], self.path("growth", name), 1, passes, 1 if self.options.quick else 3)
            middle = {key: statistics.median(one["all"]["p50"] for one in value) for key, value in results.items()}
            self.results[name] = middle
            print(f"{name:20} {middle['noop']:9.3f} {middle['exeatd']:9.3f}", flush=True)
        small, big = self.results["text-100000"]["exeatd"], self.results["text-1000000"]["exeatd"]
        self.aim(f"ten times the text takes {big / small:.1f} x the time (at most 12)", big / small <= 12)

    def run_people(self):
        """The same mail for a school of a hundred people and for one of a hundred thousand; and its reload under load."""
        most = 2_000 if self.options.quick else 100_000
        for count in (100, most):
            corpus.write_roll(self.path(f"roll-{count}.csv"), count)
            self.start_exeatd(f"people-{count}", roll=self.path(f"roll-{count}.csv"))
        names = [f"people-{count}" for count in (100, most)]
        results = self.rounds(names, self.path("mix"), 1, 1 if self.options.quick else 3)
        cpu = statistics.median(b["all"]["p50"] / a["all"]["p50"] for a, b in zip(results[names[0]], results[names[1]]))
        rate = self.ratio(results, names[0], names[1])
        print(f"\n{most} people: {rate:.3f} x the time a letter of 100 people, p50 {cpu:.3f} x")
        self.aim(f"{most} people cost {rate:.3f} x what 100 do (at most 1.05)", rate <= 1.05)
        self.reload(self.filters[names[1]], most)

    def reload(self, one, count):
        """A reload while letters go through: how long it takes, and how long the longest letter waited."""
        quiet = self.measure(one, self.path("tiny"), 1, 400)["all"]
        mark = os.path.getsize(one.log)
        def logged():
            with open(one.log, encoding="utf-8") as log:
                log.seek(mark)
                return "event=reloaded" in log.read()
        started = time.monotonic()
        one.process.send_signal(signal.SIGHUP)
        busy = self.measure(one, self.path("tiny"), 1, 400)["all"]
        wait_for(logged, "the reload")
        with open(one.log, encoding="utf-8") as log:
            line = [line for line in log if "event=reloaded" in line][-1]
        took = int(dict(field.split("=", 1) for field in line.split() if "=" in field).get("ms", "-1"))
        print(f"reload of {count} people under load: {took} ms; letters meanwhile p50 {busy['p50']:.2f} ms, p99 {busy['p99']:.2f} ms "
              f"(quiet {quiet['p50']:.2f}, {quiet['p99']:.2f}); seen from outside {time.monotonic() - started:.2f} s")
        self.check(f"the reload was logged with its time, {took} ms", took >= 0)
        self.aim(f"{count} people are reloaded in {took} ms (below 500)", took < 500)

    def run_tcp(self):
        """A header change over TCP beside one over a UNIX socket."""
        self.start_noop("noop-header", "inet:19707@127.0.0.1", "header")
        self.start_exeatd("flags-tcp", "inet:19708@127.0.0.1", action="flag")
        self.start_exeatd("flags-unix", action="flag")
        passes = 10 if self.options.quick else 60
        results = self.rounds(["noop-header", "flags-tcp", "flags-unix"], self.path("named"), 1, passes, 3)
        middle = {name: statistics.median(one["all"]["p50"] for one in value) for name, value in results.items()}
        if any(one["changes"] != one["letters"] for name in results for one in results[name]):
            raise RuntimeError("not every letter got its header")
        print("\nA header added, p50 in ms:", ", ".join(f"{name} {value:.2f}" for name, value in middle.items()))
        self.check(f"over TCP {middle['flags-tcp']:.2f} ms, over a UNIX socket {middle['flags-unix']:.2f} ms: no 40 ms",
                   middle["flags-tcp"] < middle["flags-unix"] + 20)

    def run_holds(self):
        """Letters that are all held, from many connections: what group commit is for. And letters that pass."""
        with open(self.path("flushes"), "wb") as file:
            file.write(bytes(8))
        one = self.start_exeatd("holds", action="hold", LD_PRELOAD=os.path.join(self.build, "tests/bench/flushes.so"),
                                FLUSHES=self.path("flushes"))
        self.measure(one, self.path("named"), 1, 1)  # the start flushes too
        print()
        for folder, connections in (("tiny", 1), ("named", 1), ("named", 16), ("named", 64)):
            before = self.flushes()
            result = self.measure(one, self.path(folder), connections, 40 if self.options.quick else 640)
            each = (self.flushes() - before) / result["letters"]
            what = "passed" if folder == "tiny" else "held"
            print(f"{what} from {connections:2} connections: {result['rate']:6.0f} letters/s, p50 {result['all']['p50']:.2f} ms, "
                  f"p99 {result['all']['p99']:.2f} ms, CPU {result['cpu_ms']:.2f} ms and {each:.2f} flushes a letter")
            self.check_flushes(result, what, connections, each)

    def check_flushes(self, result, what, connections, each):
        fate = "accepted" if what == "passed" else "discarded"
        if result[fate] != result["letters"]:
            raise RuntimeError(f"not every letter was {what}: {result}")
        if what == "passed":
            self.check("a letter that passes waits for no flush", each == 0)
        elif connections > 1:
            self.check(f"held from {connections} connections, a letter costs {each:.2f} flushes (below one)", each < 1)

    def run_inspect(self):
        """Documents through the pool, beside a plain program that reads the same bytes with the library alone."""
        program, inspector = os.path.join(self.build, "tests/bench/inspect"), os.path.join(self.build, "exeat-inspect")
        print("\nms a document              KB  plain   pool  ratio")
        for path in documents.write(self.path("documents"), not self.options.quick):
            size, name = os.path.getsize(path), os.path.basename(path)
            count = max(1, min(200, 20_000_000 // size)) if not self.options.quick else 3
            times = {"plain": [], "pool": []}
            for _ in range(max(3, self.options.rounds)):
                for mode in times:
                    done = subprocess.run([program, mode, inspector, path, str(count)], stdout=subprocess.PIPE, preexec_fn=pin, check=True,
                                          text=True)
                    times[mode].append(int(done.stdout.split()[0]) / 1000)
            plain, pool = (statistics.median(times[mode]) for mode in ("plain", "pool"))
            ratio = statistics.median(b / a for a, b in zip(times["plain"], times["pool"]))
            print(f"{name:22} {size // 1024:6} {plain:6.2f} {pool:6.2f} {ratio:6.2f}")
            if not self.options.quick:
                self.check(f"{name}: {ratio:.2f} x the library alone (at most 1.5)", ratio <= 1.5)
                if name.startswith("large"):
                    self.check(f"{name}: {size / 1e6:.1f} MB in {pool / 1000:.2f} s (below one)", pool < 1000)
        self.results["inspect"] = True

    def run_pages(self):
        """The office's pages. The filters wait meanwhile, and cost nothing."""
        cores = sorted(os.sched_getaffinity(0))
        for letters in [500] if self.options.quick else [10_000, 100_000] if self.options.large else [10_000]:
            with pages.Pages(self, letters, cores[-1], cores[0]) as office:
                office.run()

    def flushes(self):
        with open(self.path("flushes"), "rb") as file:
            return int.from_bytes(file.read(8), sys.byteorder)

    def run(self, what):
        if what == ["pages"]:
            self.run_pages()
            return
        self.prepare()
        for name, text in (("tiny", "Here it is."), ("named", f"{self.roll[0]['Forename']} {self.roll[0]['Surname']} was born on "
                                                     f"{self.roll[0]['DOB']}.")):
            os.makedirs(self.path(name))
            with open(self.path(name, "index.tsv"), "w", encoding="utf-8") as index:
                corpus.write_one(self.path(name), index, "0.eml", name, corpus.plain(text), ["a@gmail.com"])
        self.start_noop()
        self.start_exeatd()
        for one in what:
            getattr(self, "run_" + one)()

    def stop(self):
        for one in self.filters.values():
            one.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("what", nargs="*", default=[])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--passes", type=int, default=2)
    parser.add_argument("--json")
    options = parser.parse_intermixed_args()
    options.rounds = 1 if options.quick else options.rounds
    bench = Bench(options.build, options)
    try:
        bench.run(options.what or ["mix", "growth", "people", "tcp", "holds", "inspect", "pages"])
        if options.json:
            with open(options.json, "w", encoding="utf-8") as file:
                json.dump(bench.results, file, indent=1)
    finally:
        bench.stop()
    print(f"{bench.passed} passed, {bench.failed} failed")
    return 1 if bench.failed else 0


if __name__ == "__main__":
    sys.exit(main())
