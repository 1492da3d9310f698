# SPDX-License-Identifier: GPL-3.0-or-later
"""Oakfield with its office open: who has which role, the letters that teachers send, and what has arrived where."""

import contextlib
import email.policy
import itertools
import re
import sqlite3
import time
from email.message import EmailMessage

import oakfield
from visitor import totp
from world import World, wait_for

DOMAIN = oakfield.DOMAIN
HEAD_ALONE = f'role "headteacher" {{ people = {{ "{oakfield.HEAD}" }} }}\n'
ROLES = f"""
role "headteacher" {{ people = {{ "{oakfield.HEAD}" }} deputies = {{ "d.okafor@{DOMAIN}", "p.raman@{DOMAIN}" }} }}
role "dpo" {{ people = {{ "d.thackray@{DOMAIN}" }} }}
role "dsl" {{ people = {{ "j.whitby@{DOMAIN}" }} }}
role "network-manager" {{ people = {{ "i.moss@{DOMAIN}" }} }}
names-in-subject {{ action = hold }}
"""
UNDO_SECONDS = 5  # enough for a hand on a busy machine, and not long to wait for
TOTP_STEP = 30


def settings():
    assert HEAD_ALONE in oakfield.SCHOOL
    return oakfield.SCHOOL.replace(HEAD_ALONE, "") + ROLES


def pupil(forename):
    return next(row for row in oakfield.roll("pupils.csv") if forename in (row["Legal Forename"], row["Preferred Forename"]))


def nhs_number():
    number = pupil("Callum")["NHS Number"]
    return f"Callum McAllister\nNHS number: {number[:3]} {number[3:6]} {number[6:]}\n"


def letters():
    """Subject and text of what teachers send here. Only "subject" can be put right."""
    return {
        "subject": ("Jamie Hargreaves - reading log", "The reading log is in the book bag today.\n"),
        "number": ("Referral", nhs_number()),
        "both": ("Jamie Hargreaves - referral", nhs_number()),
        "safeguarding": ("A worry", "I have a safeguarding concern about Callum McAllister. He came in with bruises on both arms and "
                         "told me that his stepdad had hit him.\n"),
    }


class School:
    """What stories ask for are the methods do_…(); they answer in JSON's types."""

    def __init__(self, build):
        self.world = World(build, oakfield.accounts(), settings(), oakfield.ROLLS)
        self.world.want_pages()
        self.world.office_settings += f" undo = {UNDO_SECONDS}s"
        self.numbers = itertools.count(1)
        self.steps = {}    # secret to the last step whose code was given away
        self.cookies = {}  # person to the Cookie field of a session, for the scanner
        self.samples = {letter.name: letter for letter in oakfield.letters()}

    def __enter__(self):
        self.world.__enter__()
        return self

    def __exit__(self, *_):
        self.world.stop()

    def store(self):
        """The store, to look at. Close it."""
        return contextlib.closing(sqlite3.connect(f"file:{self.world.path('store', 'quarantine.db')}?mode=ro", uri=True))

    def hand_in(self, data, sender, recipients, identity):
        mark = self.world.log_mark()
        code, text, _ = self.world.send(data, sender, recipients)
        verdict = self.world.verdict_after(mark, code, text)
        return {"id": verdict.get("id"), "action": verdict["action"], "identity": identity, "from": sender, "to": recipients}

    def do_send(self, kind, sender, to):
        """Hands in a letter of letters(), as @sender."""
        subject, body = letters()[kind]
        message = EmailMessage(policy=email.policy.SMTP)
        identity = f"<browser-{next(self.numbers)}@{DOMAIN}>"
        message["From"], message["To"], message["Subject"] = sender, ", ".join(to), subject
        message["Message-ID"], message["Date"] = identity, "Mon, 14 Sep 2026 09:30:00 +0100"
        message.set_content(body)
        return {**self.hand_in(message.as_bytes(), sender, to, identity), "subject": subject, "body": body}

    def do_sample(self, name):
        """Hands in a letter of the sample school, attachments and all."""
        letter = self.samples[name]
        return self.hand_in(letter.data, letter.account, letter.recipients, str(letter.message["Message-ID"]))

    def do_mail(self, to, subject="", words="", after=0):
        """Waits for a mail of exeat's own to @to, not among the first @after of all that arrived; the newest."""
        def matches(arrival):
            said = str(arrival.message["Subject"])
            return arrival.sender == "" and subject in said and words in said
        found = wait_for(lambda: [one for one in self.world.sink.since(after) if one.recipient == to and matches(one)],
                         f"a mail to {to} about {subject} {words}")[-1]
        text = found.message.get_body(("plain",)).get_content()
        return {"subject": str(found.message["Subject"]), "text": text, "whole": found.data.decode("utf-8", "replace"),
                "links": re.findall(r"https://\S+", text), "digits": re.findall(r"\b\d{4} ?\d{4}\b", text)}

    def do_arrivals(self):
        """How many letters have arrived in all, for do_mail()."""
        return self.world.sink.count()

    def reached(self, identity):
        return self.world.sink.matching(lambda arrival: arrival.message["Message-ID"] == identity)

    def do_reached(self, identity, to):
        """Waits until exactly @to have the letter, and gives what one of them sees of it."""
        same = lambda: sorted(one.recipient for one in self.reached(identity)) == sorted(to)
        wait_for(same, f"the letter {identity} at {to}")
        return {"subject": str(self.reached(identity)[0].message["Subject"])}

    def do_at(self, identity):
        """Who has the letter, once nothing is on its way."""
        self.world.settled()
        return sorted(one.recipient for one in self.reached(identity))

    def do_account(self, address, name):
        return self.world.add_user(address, name)

    def do_code(self, secret):
        """A one-time code that was not used yet; waits for the time of the next where all in the window are used."""
        last = self.steps.get(secret, 0)
        step = max(last + 1, int(time.time()) // TOTP_STEP)
        wait_for(lambda: time.time() // TOTP_STEP + 1 >= step, "the next code", 2 * TOTP_STEP)
        self.steps[secret] = step
        return totp(secret, step * TOTP_STEP)

    def do_keep(self, person, cookies):
        """A session for the scanner to come with."""
        self.cookies[person] = cookies
        return True
