# SPDX-License-Identifier: GPL-3.0-or-later
"""What the conversation tests share: a world for each class, letters with an identity, and who got them.

Every wait is for a condition. That a letter did not arrive is asked only after Postfix's queue is empty.
"""

import email.policy
import itertools
import os
import sys
import unittest
from email.message import EmailMessage

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(TOP, "contrib"))

import oakfield  # noqa: E402
import traces  # noqa: E402
from world import World, wait_for  # noqa: E402

BUILD = os.environ.get("EXEAT_BUILD", os.path.join(TOP, "build-test"))
DOMAIN = oakfield.DOMAIN
HEAD = oakfield.HEAD
LATHAM = f"a.latham@{DOMAIN}"
CARVER = f"t.carver@{DOMAIN}"
MOSS = f"i.moss@{DOMAIN}"
RAMAN = f"p.raman@{DOMAIN}"
BINNS = f"c.binns@{DOMAIN}"
PUPIL_PRIVATE = "jamieh.gamer@gmail.com"
CARVER_PRIVATE = "tom.carver1984@gmail.com"
CLINIC = "reception@tamside-physio.example"
COMPANY = "bookings@tamside-coaches.example"

POLICIES = ("names-in-subject", "personal-data", "bulk-bcc", "personal-recipient", "sender-identity")
numbers = itertools.count(1)


def pupil(forename, surname):
    return next(row for row in oakfield.roll("pupils.csv")
                if row["Legal Surname"] == surname and forename in (row["Legal Forename"], row["Preferred Forename"]))


def nhs_note():
    """A sentence that holds: one pupil with an NHS number."""
    number = pupil("Callum", "McAllister")["NHS Number"]
    return f"Callum McAllister\nNHS number: {number[:3]} {number[3:6]} {number[6:]}\n"


def only(policy, *lines):
    """The school with this one policy; the others are off."""
    off = "".join(f"{name} {{ action = off }}\n" for name in POLICIES if name != policy)
    return f"{oakfield.SCHOOL}\n{off}{policy} {{\n" + "\n".join(lines) + "\n}\n"


class Sent:
    """A letter that was handed in, and the answer."""

    def __init__(self, data, identity, recipients, code, text, verdict):
        self.data = data
        self.identity = identity
        self.recipients = recipients
        self.code = code
        self.text = text
        self.verdict = verdict

    @property
    def id(self):
        return self.verdict["id"]


class Conversation(unittest.TestCase):
    """One world for all the tests of a class."""

    settings = oakfield.SCHOOL
    world = None

    @classmethod
    def setUpClass(cls):
        cls.world = cls.make_world()
        cls.addClassCleanup(cls.world.stop)
        cls.world.start()
        cls.addClassCleanup(cls.assert_no_traces)

    @classmethod
    def assert_no_traces(cls):
        """After all tests of a class: nothing that exeat wrote in clear names anybody whom they used."""
        found = traces.leaks(cls.world)
        if found:
            raise AssertionError(f"{cls.__name__} left traces: {found}")

    @classmethod
    def make_world(cls):
        return World(BUILD, oakfield.accounts(), cls.settings, oakfield.ROLLS)

    @staticmethod
    def letter(account, to, subject="Minutes", body="Please find the minutes below.\n", sender=None, **fields):
        """A plain letter as bytes, and its Message-ID."""
        message = EmailMessage(policy=email.policy.SMTP)
        identity = f"<test-{next(numbers)}@{DOMAIN}>"
        message["From"] = sender or account
        message["To"] = ", ".join(to)
        message["Subject"] = subject
        message["Message-ID"] = identity
        message["Date"] = "Mon, 14 Sep 2026 09:30:00 +0100"
        for name, value in fields.items():
            message[name.replace("_", "-")] = value
        message.set_content(body)
        return message.as_bytes(), identity

    def send(self, account, to, rcpt=None, data=None, identity=None, envelope=None, **parts):
        """Hands a letter in and waits for the gate's verdict."""
        if data is None:
            data, identity = self.letter(account, to, **parts)
        recipients = list(rcpt or to)
        mark = self.world.log_mark()
        code, text, _ = self.world.send(data, account, recipients, sender=envelope)
        return Sent(data, identity, recipients, code, text, self.world.verdict_after(mark, code, text))

    def arrivals(self, sent):
        """Who has got this letter, once nothing is on its way any more."""
        self.world.settled()
        return self.world.sink.matching(lambda arrival: arrival.message["Message-ID"] == sent.identity)

    def reached(self, sent):
        return sorted(arrival.recipient for arrival in self.arrivals(sent))

    def wait_reached(self, sent, recipients, seconds=30):
        """Waits until exactly these have got it (a released letter comes by way of the office)."""
        same = lambda: self.reached(sent) == sorted(recipients)
        wait_for(same, f"the letter at {recipients}", seconds)
        return self.arrivals(sent)

    def assert_untouched(self, sent, recipients=None):
        arrivals = self.arrivals(sent)
        self.assertEqual(sorted(recipients or sent.recipients), sorted(arrival.recipient for arrival in arrivals))
        for arrival in arrivals:
            self.assertEqual(sent.data, arrival.without_trace)

    def notice(self, to, reference, words="", seconds=30):
        """Waits for a notice of ours to @to about @reference whose subject has @words."""
        def found(arrival):
            subject = str(arrival.message["Subject"])
            return arrival.sender == "" and reference in subject and words in subject
        return self.world.arrived(to, seconds, found)

    def states(self, reference):
        """States of a letter's recipients, as `exeat held --all` counts them."""
        listed = {row["id"]: row["states"] for row in self.world.held("--all")}
        return listed[reference]
