# SPDX-License-Identifier: GPL-3.0-or-later
"""What the office's pages cost a head who has thousands of letters waiting.

A store full of letters that were really held (tests/bench/held.c), a real exeat-office on one core, and a visitor on another
who keeps one connection. Times are to the first byte of the answer. The first page right after a start is measured apart: no
card has been opened then, and the office is opening them all in the background.
"""

import contextlib
import http.client
import os
import ssl
import statistics
import subprocess
import sys
import time

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
sys.path.insert(0, os.path.join(TOP, "contrib"))
import oakfield  # noqa: E402
from visitor import Visitor  # noqa: E402
from world import World, listens, wait_for  # noqa: E402

SETTINGS = oakfield.SCHOOL.replace(f'people = {{ "{oakfield.HEAD}" }} }}',
                                   f'people = {{ "{oakfield.HEAD}" }} notify = digest digest = {{ "23:59" }} }}', 1)
WORDS = "carer.77 person"
UNSEEN = "not in this list yet"  # what a search says while cards are being opened
BROWSERS = 200
PAGE_LIMIT = 100_000  # bytes; an opened letter may be larger by itself
BROWSERS_LIMIT = 64   # megabytes that all browsers together may cost
STAYS_LIMIT = 32      # and that may stay when they are gone


class Kept:
    """A browser's connection that stays, and what its answers took."""

    def __init__(self, visitor):
        self.visitor = visitor
        self.connection = http.client.HTTPSConnection(visitor.host, context=ssl._create_unverified_context(), timeout=120)
        self.connection.connect()

    def get(self, path, signed_in=True):
        """Seconds to the first byte, and the body."""
        cookies = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.visitor.cookies.items())} if signed_in else {}
        started = time.monotonic()
        self.connection.request("GET", path, headers=cookies)
        answer = self.connection.getresponse()
        took = time.monotonic() - started
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status}")
        return took, body

    def close(self):
        self.connection.close()


class Pages:
    """One store, one office; @bench judges and prints."""

    def __init__(self, bench, letters, office_core, own_core):
        self.bench = bench
        self.letters = letters
        self.cores = office_core, own_core
        self.requests = 20 if bench.options.quick else 200
        self.world = World(bench.build, oakfield.accounts(), SETTINGS, oakfield.ROLLS)
        self.world.office_settings += "connections = 512\n"
        self.world.want_pages()
        self.sizes = {}
        self.head = None
        self.pinned = set(os.sched_getaffinity(0))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.world.stop()
        os.sched_setaffinity(0, self.pinned)

    # --- the office ---------------------------------------------------------------------------------------------------

    def fill(self):
        """By root, and then as the gate would have left it."""
        self.world.prepare_exeat()
        started = time.monotonic()
        subprocess.run([os.path.join(self.bench.build, "tests/bench/held"), self.world.config, str(self.letters)], check=True)
        folder = os.stat(self.world.path("store"))
        for name in os.listdir(self.world.path("store")):
            os.chown(self.world.path("store", name), folder.st_uid, folder.st_gid)
        print(f"\n{self.letters} letters were held in {time.monotonic() - started:.0f} s")

    def start(self):
        """The office on its core, and back as soon as it answers."""
        os.sched_setaffinity(0, {self.cores[0]})
        self.world.start_office()
        os.sched_setaffinity(0, {self.cores[1]})
        wait_for(lambda: listens(int(self.world.console.rsplit(":", 1)[1])), "the pages")

    def restart(self):
        self.world.end(self.world.office)
        self.start()

    def warm(self):
        """Once no search leaves a letter out, all cards have been opened."""
        kept = Kept(self.head)
        started = time.monotonic()
        def whole():
            time.sleep(0.25)  # the core is the office's
            return UNSEEN not in kept.get("/waiting?q=nobody.here")[1].decode()
        wait_for(whole, "all cards to be opened", 1800)
        kept.close()
        return time.monotonic() - started

    def memory(self, name):
        """VmRSS or VmHWM of the office, in megabytes."""
        lines = self.world.read(f"/proc/{self.world.office.pid}/status").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024

    def forget_peak(self):
        with contextlib.suppress(OSError), open(f"/proc/{self.world.office.pid}/clear_refs", "w", encoding="ascii") as file:
            file.write("5")

    # --- what is measured ---------------------------------------------------------------------------------------------

    @staticmethod
    def print_row(name, times, size):
        times = sorted(1000 * one for one in times)
        print(f"{name:34} {statistics.median(times):8.1f} {times[min(len(times) - 1, int(len(times) * 0.95))]:8.1f} "
              f"{times[-1]:8.1f} {size:8}", flush=True)

    def measure(self, name, path, requests=None, signed_in=True):
        kept = Kept(self.head)
        answers = [kept.get(path, signed_in) for _ in range(requests or self.requests)]
        kept.close()
        self.sizes[name] = max(len(body) for _, body in answers)
        times = [took for took, _ in answers]
        self.print_row(name, times, self.sizes[name])
        self.bench.results.setdefault("pages", {})[f"{name}, {self.letters}"] = times

    def cold(self, name, path):
        """The first request after a start, once a round."""
        times = []
        for _ in range(self.bench.options.rounds):
            self.restart()
            kept = Kept(self.head)
            took, body = kept.get(path)
            kept.close()
            times.append(took)
        self.print_row(name, times, len(body))
        return body.decode()

    def run(self):
        self.fill()
        self.start()
        self.head = Visitor(self.world.console)
        self.head.sign_in(oakfield.HEAD, self.world.add_user(oakfield.HEAD, "Head"))
        print(f"{'ms to the first byte':34} {'p50':>8} {'p95':>8} {'max':>8} {'bytes':>8}")
        self.cold("/waiting, right after a start", "/waiting")
        self.cold("/audit, right after a start", "/audit")
        early = self.cold("a search, right after a start", f"/waiting?q={WORDS.replace(' ', '+')}")
        if not self.bench.options.quick:
            self.bench.check("a search right after a start says that it has not seen all", UNSEEN in early)
        print(f"all cards were open after {self.warm():.0f} s")
        pages = self.letters // 25
        self.measure("/waiting", "/waiting")
        self.measure("/waiting, page 200", f"/waiting?page={min(200, max(1, pages // 2))}")
        self.measure("/waiting, its last page", f"/waiting?page={max(1, pages * 19 // 20)}")
        self.measure("/waiting, by reason", "/waiting?reason=personal-data")
        self.measure("a search", f"/waiting?q={WORDS.replace(' ', '+')}")
        self.measure("a search that finds all", "/waiting?q=mail.example")
        self.measure("/decided", "/decided")
        self.measure("/audit", "/audit")
        self.measure_letter()
        self.measure("/sign-in", "/sign-in", signed_in=False)
        large = {name: size for name, size in self.sizes.items() if size > PAGE_LIMIT}
        self.bench.check(f"no page of {self.letters} letters is larger than {PAGE_LIMIT} bytes {large or ''}", not large)
        self.measure_browsers()

    def measure_letter(self):
        path = self.head.get("/waiting").text.split('href="/letter/')[1].split('"')[0]
        self.measure("a letter, closed", f"/letter/{path}")
        self.head.get(f"/letter/{path}")
        self.head.post(f"/letter/{path}/open")
        self.measure("a letter, opened", f"/letter/{path}")

    def measure_browsers(self):
        """Browsers that have fetched a page and stay."""
        self.forget_peak()
        before = self.memory("VmRSS")
        browsers = []
        for _ in range(BROWSERS):
            browsers.append(Kept(self.head))
            browsers[-1].get("/waiting")
        peak, alive = self.memory("VmHWM"), len(os.listdir(f"/proc/{self.world.office.pid}/fd"))
        for one in browsers:
            one.close()
        wait_for(lambda: len(os.listdir(f"/proc/{self.world.office.pid}/fd")) < BROWSERS, "the browsers to be gone")
        after = self.memory("VmRSS")
        print(f"resident megabytes: {before:.1f} without browsers, {peak:.1f} at most with {BROWSERS} ({alive} descriptors), "
              f"{after:.1f} when they are gone")
        self.bench.check(f"{BROWSERS} browsers were connected at once", alive > BROWSERS)
        self.bench.check(f"{BROWSERS} browsers cost {peak - before:.1f} MB (at most {BROWSERS_LIMIT})", peak - before < BROWSERS_LIMIT)
        self.bench.check(f"{after - before:.1f} MB stay when they are gone (at most {STAYS_LIMIT})", after - before < STAYS_LIMIT)
