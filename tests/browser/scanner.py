# SPDX-License-Identifier: GPL-3.0-or-later
"""A link scanner, as mail servers, virus checkers and previews have them: it visits every link of every mail that was sent, and the
links and searches of the pages that it finds there, without cookies and with those of everybody who was signed in. None of that may
decide on a letter.
"""

import html.parser
import http.client
import re
import ssl
import urllib.parse

from world import wait_for

PAGES_MOST = 400  # a visitor follows so many and no more
SIGHTS = ("viewed", "notice-sent")  # rows of the trail that no decision makes


class Links(html.parser.HTMLParser):
    """Where a page leads without a POST: its links, and its forms' GETs as they stand."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.form = None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        fields = dict(attributes)
        if tag in ("a", "link") and fields.get("href"):
            self.found.append(fields["href"])
        elif tag == "form" and fields.get("method", "get") == "get":
            self.form = (fields.get("action", ""), [])
        elif self.form and tag in ("input", "button", "select") and fields.get("name"):
            self.form[1].append((fields["name"], fields.get("value", "")))

    def handle_endtag(self, tag):
        if tag == "form" and self.form:
            self.found.append(self.form[0] + "?" + urllib.parse.urlencode(self.form[1]))
            self.form = None


class Visitor:
    """One that keeps a connection and follows all that it finds."""

    def __init__(self, console, cookies):
        self.console = console
        self.cookies = cookies
        self.client = http.client.HTTPSConnection(console.split("//")[1], context=ssl._create_unverified_context(), timeout=30)
        self.seen = set()
        self.faults = []

    def ask(self, method, path):
        self.client.request(method, path, headers={"Cookie": self.cookies} if self.cookies else {})
        reply = self.client.getresponse()
        text = reply.read().decode("utf-8", "replace")
        if reply.status >= 500:
            self.faults.append(f"{method} {path}: {reply.status}")
        return reply, text

    def follow(self, links):
        todo = list(links)
        while todo and len(self.seen) < PAGES_MOST:
            address = urllib.parse.urljoin(self.console + "/", todo.pop(0))
            path = urllib.parse.urldefrag(address)[0].removeprefix(self.console)
            if not address.startswith(self.console + "/") or path in self.seen:
                continue
            self.seen.add(path)
            self.ask("HEAD", path)
            reply, text = self.ask("GET", path)
            if reply.headers["Location"]:
                todo.append(reply.headers["Location"])
            if reply.headers.get_content_type() == "text/html":
                todo += [urllib.parse.urljoin(address, link) for link in Links(text).found]


def rows(school):
    """The state of every recipient and letter, and the trail but for who looked."""
    with school.store() as store:
        marks = ",".join("?" * len(SIGHTS))
        return {
            "recipients": store.execute("SELECT letter, number, state, attempts, decision, put_right FROM recipient"
                                        " ORDER BY letter, number").fetchall(),
            "letters": store.execute("SELECT id, kept, states, deadline_at FROM letter ORDER BY id").fetchall(),
            "trail": store.execute(f"SELECT sequence, event, letter, role FROM audit WHERE event NOT IN ({marks}) ORDER BY sequence",
                                   SIGHTS).fetchall(),
            "mails": store.execute("SELECT id, kind, letter FROM outbox ORDER BY id").fetchall(),
        }


def mailed_links(school):
    links = set()
    for arrival in school.world.sink.matching(lambda one: True):
        for part in arrival.message.walk():
            if part.get_content_maintype() == "text":
                links |= set(re.findall(re.escape(school.world.console) + r"/[^\s\"'<>]*", part.get_content()))
    return sorted(links)


def scan(school):
    """What is wrong, as lines."""
    wait_for(lambda: school.world.waiting_mails() == 0, "nothing to send")
    school.world.settled()
    links, before = mailed_links(school), rows(school)
    faults = []
    if len(links) < 10 or not any(row[2] == "held" for row in before["recipients"]) or len(school.cookies) < 3:
        faults.append(f"nothing to try it on: {len(links)} links, {len(school.cookies)} sessions")
    visited = 0
    for cookies in ("", *school.cookies.values()):
        visitor = Visitor(school.world.console, cookies)
        visitor.follow(links)
        visited += len(visitor.seen)
        faults += visitor.faults
    after = rows(school)
    for table, old in before.items():
        if old != after[table]:
            faults.append(f"{table}: {[row for row in after[table] if row not in old][:5]}")
    print(f"    {len(links)} links of mails, {visited} addresses visited by {1 + len(school.cookies)} visitors", flush=True)
    return faults
