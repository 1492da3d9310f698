# SPDX-License-Identifier: GPL-3.0-or-later
"""Every letter that was offered, what its client was answered, and whether each recipient has what follows from that.

The client behaves as an MTA: what was not answered, or with 4xx, it offers again, the same bytes. Who takes a letter and dies
before anybody can be told makes a second copy that SMTP has no way to prevent (RFC 5321 6.1). Such copies are told apart by
Postfix's queue ids, and each has to be allowed by name.
"""

import collections
import contextlib
import functools
import itertools
import json
import re
import smtplib
import subprocess
import threading
import time

from conversation import (CARVER, CARVER_PRIVATE, CLINIC, COMPANY, DOMAIN, LATHAM, PUPIL_PRIVATE, RAMAN, Conversation,
                          nhs_note)
from world import wait_for

STRANGERS = [f"family{number}@families.example" for number in range(1, 8)]
# account, recipients, held recipients, what is in it
KINDS = {
    "pass": (RAMAN, [CLINIC, COMPANY], [], {}),
    "hold": (RAMAN, [CLINIC, COMPANY], [CLINIC, COMPANY], {"body": nhs_note()}),
    "some": (CARVER, [LATHAM, CARVER_PRIVATE, CLINIC, PUPIL_PRIVATE], [CARVER_PRIVATE, PUPIL_PRIVATE], {}),
    "rewrite": (RAMAN, [CLINIC], [], {"subject": "Jamie Hargreaves, Thursday"}),
    "flag": (LATHAM, STRANGERS, [], {}),
    "refuse": (LATHAM, [CLINIC], [], {"sender": "someone@elsewhere.example"}),
}


class Letter:
    def __init__(self, number, kind):
        self.number = number
        self.kind = kind
        self.account, self.recipients, self.held, parts = KINDS[kind]
        self.data, self.identity = Conversation.letter(self.account, self.recipients, **parts)
        self.answers = []  # code of each try; None: the connection was lost
        self.about = ""  # what was done to it

    @property
    def answer(self):
        return self.answers[-1] if self.answers else None

    @property
    def is_answered(self):
        return self.answer is not None and not 400 <= self.answer < 500

    def __str__(self):
        return f"letter {self.number} ({self.kind}, {self.identity}, answered {self.answers}{self.about})"


class Ledger:
    def __init__(self, world):
        self.world = world
        self.letters = []
        self.numbers = itertools.count(1)
        self.lock = threading.Lock()
        self.cards = {}

    # --- sending ------------------------------------------------------------------------------------------------------

    def write(self, kind):
        with self.lock:
            letter = Letter(next(self.numbers), kind)
            self.letters.append(letter)
        return letter

    def offer(self, letter):
        """One try. Returns the code, or None."""
        code = None
        with contextlib.suppress(OSError, smtplib.SMTPServerDisconnected):
            code = self.converse(letter)
        letter.answers.append(code)
        return code

    def converse(self, letter):
        with contextlib.closing(smtplib.SMTP("127.0.0.1", self.world.port, timeout=60)) as client:
            try:
                client.ehlo("desk." + DOMAIN)
                client.login(letter.account, self.world.accounts[letter.account])
                code = client.mail(letter.account, ["BODY=8BITMIME"])[0]
                for recipient in letter.recipients:
                    code = max(code, client.rcpt(recipient)[0])
                return code if code >= 400 else client.data(letter.data)[0]
            except smtplib.SMTPResponseException as error:
                return error.smtp_code if error.smtp_code >= 400 else None

    def post(self, letter, seconds=120):
        """Offers a letter until it is answered for good."""
        def answered():
            self.offer(letter)
            return letter.is_answered or self.wait_a_moment()
        wait_for(answered, f"an answer to {letter}", seconds)
        return letter

    @staticmethod
    def wait_a_moment():
        """Between two tries: an MTA's minutes, made short."""
        time.sleep(0.2)
        return False

    def send(self, kind, about=""):
        letter = self.write(kind)
        letter.about = about and f"; {about}"
        return self.post(letter)

    # --- what lies in the store ---------------------------------------------------------------------------------------

    def card(self, reference):
        """A card, opened by OpenSSL's own command: a look that leaves no trace and tells nobody."""
        if reference not in self.cards:
            sealed = self.world.sql("SELECT card FROM letter WHERE id = ?", reference)[0][0]
            opened = subprocess.run(["openssl", "cms", "-decrypt", "-inform", "DER", "-binary", "-inkey",
                                     self.world.path("keys", "quarantine.key")], input=sealed, check=True,
                                    capture_output=True, timeout=30)
            self.cards[reference] = json.loads(opened.stdout)
        return self.cards[reference]

    def copies(self, kind):
        """Message-ID to the ids of letters in the store that are held or flagged."""
        found = collections.defaultdict(list)
        for (reference,) in self.world.sql("SELECT id FROM letter WHERE kind = ?", kind):
            found[self.card(reference)["message_id"]].append(reference)
        return found

    def states(self, reference):
        """Recipient to state."""
        recipients = self.card(reference)["recipients"]
        return {recipients[number]: state for number, state in
                self.world.sql("SELECT number, state FROM recipient WHERE letter = ?", reference)}

    def reference(self, letter):
        return self.copies("held")[letter.identity][0]

    def attempts(self, identity, recipient):
        """How often the office began to hand in a released letter."""
        for reference in self.copies("held").get(identity, ()):
            number = self.card(reference)["recipients"].index(recipient)
            for (detail,) in self.world.sql("SELECT detail FROM audit WHERE letter = ? AND recipient = ? AND event = 'released'",
                                            reference, number):
                return int(re.search(r"attempt=(\d+)", detail).group(1))
        return 0

    # --- what arrived -------------------------------------------------------------------------------------------------

    def arrived(self):
        """(Message-ID, recipient) to Hand-ins."""
        found = collections.defaultdict(list)
        for arrival in self.world.sink.since(0):
            found[arrival.message["Message-ID"], arrival.recipient].append(Hand(arrival))
        return found

    # --- the account --------------------------------------------------------------------------------------------------

    def account(self, allowed=lambda identity, recipient, hands: False):
        """All that is wrong, as lines of text. @allowed says of more than one arrival whether it could not be helped."""
        self.world.come_to_rest()
        return list(Account(self, allowed).faults())


class Hand:
    """An arrival: when it came, which of Postfix's queue files brought it, and when Postfix began that."""

    DIGITS = "0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz"  # of Postfix's long queue ids

    def __init__(self, arrival):
        self.arrival = arrival
        self.arrived = arrival.at
        self.queue_id = re.search(r"\bid (\w+)", arrival.message["Received"]).group(1)
        self.at = self.number(self.queue_id[:6]) + self.number(self.queue_id[6:10]) / 10 ** 6

    @classmethod
    def number(cls, text):
        return functools.reduce(lambda value, digit: value * len(cls.DIGITS) + cls.DIGITS.index(digit), text, 0)


class Account:
    def __init__(self, ledger, allowed):
        self.ledger = ledger
        self.allowed = allowed
        self.arrived = ledger.arrived()
        self.held = ledger.copies("held")
        self.flagged = ledger.copies("flagged")

    def faults(self):
        for letter in self.ledger.letters:
            yield from self.letter(letter)
        yield from self.doubles()
        yield from self.notices()
        yield from self.trail()

    def times(self, letter, recipient):
        return len(self.arrived.get((letter.identity, recipient), ()))

    def letter(self, letter):
        if letter.answer is None or 400 <= letter.answer < 500:
            return  # still its sender's
        expected = 550 if letter.kind == "refuse" else 250
        if letter.answer != expected:
            yield f"{letter}: answered {letter.answer}, not {expected}"
        for recipient in letter.recipients:
            if recipient not in letter.held:
                yield from self.sent(letter, recipient, 1 if expected == 250 else 0)
        if letter.held:
            yield from self.kept(letter)
        elif self.held.get(letter.identity):
            yield f"{letter}: held, and should not be"
        if letter.kind == "flag" and len(self.flagged.get(letter.identity, ())) != 1:
            yield f"{letter}: {len(self.flagged.get(letter.identity, ()))} flagged copies"

    def sent(self, letter, recipient, wanted):
        got = self.times(letter, recipient)
        if bool(got) != bool(wanted):
            yield f"{letter}: {got} arrived at {recipient}, not {wanted}"

    def kept(self, letter):
        copies = self.held.get(letter.identity, [])
        if len(copies) != 1:
            yield f"{letter}: held {len(copies)} times"
            return
        states = self.ledger.states(copies[0])
        if sorted(states) != sorted(letter.held):
            yield f"{letter}: held for {sorted(states)}"
        for recipient, state in states.items():
            if state not in ("held", "released", "returned"):
                yield f"{letter}: is {state} for {recipient}"
            yield from self.sent(letter, recipient, 1 if state == "released" else 0)

    def doubles(self):
        """Nobody gets anything twice, notices neither, but where that could not be helped."""
        for (identity, recipient), hands in self.arrived.items():
            if len(hands) > 1 and not self.allowed(identity, recipient, hands):
                queue_ids = [hand.queue_id for hand in hands]
                kinds = sorted({str(hand.arrival.message["Subject"])[:60] for hand in hands})
                yield f"{identity} arrived {len(hands)} times at {recipient} (queue ids {queue_ids}): {kinds}"

    def notices(self):
        """Whoever is concerned was told: of the hold, and of a return."""
        told = collections.Counter()
        for arrival in self.ledger.world.sink.matching(lambda arrival: arrival.sender == ""):
            subject = str(arrival.message["Subject"])
            for reference in re.findall(r"H-\w{4}-\w{4}-\w{4}", subject):
                told[reference, "returned" if "not sent" in subject else "waiting" if "waiting" in subject else
                     "decide" if "decision" in subject else "other"] += 1
        for identity, copies in self.held.items():
            for reference in copies:
                wanted = ["waiting", "decide"] + (["returned"] if "returned" in self.ledger.states(reference).values() else [])
                for what in wanted:
                    if not told[reference, what]:
                        yield f"{identity} ({reference}): nobody was told {what}"

    def trail(self):
        verified = self.ledger.world.exeat("audit", "verify", "--json", check=False)
        if verified.returncode != 0 or not json.loads(verified.stdout)["whole"]:
            yield f"the audit trail: {verified.stdout}{verified.stderr}"
        checked = self.ledger.world.sql("PRAGMA integrity_check")
        if checked != [("ok",)]:
            yield f"the store: {checked}"
