# SPDX-License-Identifier: GPL-3.0-or-later
"""exeat-office under ThreadSanitizer: heads who read, open, decide, take back, search, sign out and in again, all at once, while
letters come in (tests/bench/held.c), the clerk delivers, and the configuration is read again and again."""

import itertools
import os
import random
import re
import subprocess
import sys
import threading
import time

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
sys.path.insert(0, os.path.join(TOP, "contrib"))
import oakfield  # noqa: E402
from visitor import PASSWORD, Visitor, totp  # noqa: E402
from world import World, listens, wait_for  # noqa: E402

HEADS = [f"head{number}@{oakfield.DOMAIN}" for number in range(8)]
PEOPLE = ", ".join(f'"{head}"' for head in HEADS)
SETTINGS = oakfield.SCHOOL.replace(f'role "headteacher" {{ people = {{ "{oakfield.HEAD}" }} }}',
                                   f'role "headteacher" {{ people = {{ {PEOPLE} }} }}\nrole "dpo" {{ people = {{ {PEOPLE} }} }}')
LETTERS = 40  # that come in at a time
FINE = {200, 303, 403, 404, 409, 422}  # what a page may say to one who was second
LISTS = ("/waiting", "/waiting?page=2", "/waiting?reason=bulk-bcc", "/waiting?q=carer.1", "/decided", "/decided?q=person7", "/audit",
         "/audit?proof=all", "/audit.csv", "/health", "/me", "/mine", "/")


class Head(threading.Thread):
    """One visitor, who does all that the pages offer until it is over."""

    def __init__(self, office, address, set_up):
        super().__init__()
        self.over = office.over
        self.address = address
        self.visitor = Visitor(office.world.console)
        self.secret = self.visitor.sign_in(address, set_up)
        self.used = totp(self.secret)
        self.chance = random.Random(address)
        self.statuses = []
        self.failure = None
        self.signed_in_again = self.decisions = 0

    def look(self, path):
        self.statuses.append(self.visitor.get(path).status)

    def do(self, path, form=None):
        self.statuses.append(self.visitor.post(path, form).status)

    def decide(self):
        ids = re.findall(r'href="/letter/([^"]+)"', self.visitor.get("/waiting").text)
        if not ids:
            return
        # few letters to choose from, so that several heads meet at one
        letter = "/letter/" + self.chance.choice(ids[:6])
        self.look(letter)
        self.do(letter + "/open", {"reason": "to decide on it"})
        self.look(letter)
        how = self.chance.choice(("release", "return", "keep"))
        self.do(f"{letter}/{how}", {"how": "as-it-is", "reason": "it may go", "note": "no", "keep": "yes"})
        self.decisions += self.visitor.page.status == 200 and how != "keep"
        if self.chance.random() < 0.5:
            self.look(letter)
            self.do(letter + "/undo")

    def sign_in_again(self):
        """Each code works once, so only when there is another."""
        fresh = totp(self.secret)
        if fresh == self.used:
            return
        self.look("/me")
        self.do("/sign-out")
        self.look("/sign-in")
        self.do("/sign-in", {"address": self.address, "password": PASSWORD, "back": "/"})
        self.do("/sign-in/code", {"code": fresh, "back": "/waiting"})
        self.used = fresh
        self.signed_in_again += self.visitor.get("/me").heading == "My account"

    def run(self):
        try:
            while not self.over.is_set():
                self.look(self.chance.choice(LISTS))
                self.decide()
                self.sign_in_again()
        except Exception as failure:  # noqa: BLE001 - the main thread judges it
            self.failure = f"{self.address}: {failure!r}"


class Office:
    """One office; @threads judges and prints."""

    def __init__(self, threads):
        self.threads = threads
        self.world = World(threads.build, oakfield.accounts(), SETTINGS, oakfield.ROLLS)
        self.world.relay = f"smtp://127.0.0.1:{self.world.sink.port}"  # no MTA between
        self.world.office_settings += "undo = 1s\n"
        self.world.want_pages()
        self.over = threading.Event()

    def hold(self):
        """By root, as the gate would."""
        subprocess.run([os.path.join(self.threads.build, "tests/bench/held"), self.world.config, str(LETTERS)], check=True)
        folder = os.stat(self.world.path("store"))
        for name in os.listdir(self.world.path("store")):
            os.chown(self.world.path("store", name), folder.st_uid, folder.st_gid)

    def log(self):
        return self.world.read(self.world.office_log)

    def reload(self):
        before = self.log().count("event=reloaded")
        self.world.office.send_signal(1)
        wait_for(lambda: self.log().count("event=reloaded") > before, "a reload", 120)

    def start(self):
        self.world.sink.start()
        self.world.prepare_exeat()
        self.hold()
        self.world.start_office()
        wait_for(lambda: listens(int(self.world.console.rsplit(":", 1)[1])), "the pages", 120)

    def disturb(self, seconds):
        self.start()
        heads = [Head(self, head, self.world.add_user(head, f"Head {number}")) for number, head in enumerate(HEADS)]
        for head in heads:
            head.start()
        until = time.monotonic() + seconds
        for number in itertools.count():
            if time.monotonic() > until and any(head.signed_in_again for head in heads) or time.monotonic() > until + 60:
                break
            self.reload()
            if number % 3 == 0:
                self.hold()
        self.over.set()
        for head in heads:
            head.join()
        delivered = self.world.sink.count()
        self.world.end(self.world.office)
        self.judge(heads, delivered)

    def judge(self, heads, delivered):
        check, log = self.threads.check, self.log()
        statuses = [status for head in heads for status in head.statuses]
        wrong = sorted(set(statuses) - FINE) + [head.failure for head in heads if head.failure]
        check(f"the office: {len(statuses)} pages for {len(heads)} visitors at once, none failed {wrong or ''}", statuses and not wrong)
        check(f"the office: {sum(head.decisions for head in heads)} decisions, {delivered} mails went out meanwhile",
              delivered > 0 and any(head.decisions for head in heads))
        check(f"the office: {sum(head.signed_in_again for head in heads)} signed in again, {log.count('event=reloaded')} reloads",
              any(head.signed_in_again for head in heads) and log.count("event=reloaded") > 1)
        check("the office: no fault in its log", "fault" not in log and "audit-broken" not in log)
        self.threads.check_reports("the office", log)

    def stop(self):
        self.over.set()
        self.world.stop()
