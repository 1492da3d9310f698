# SPDX-License-Identifier: GPL-3.0-or-later
"""Sends Oakfield's letters through a private mail server with exeat at its gate, and says what became of each."""

import os
import re
import signal
import sys
import textwrap
import time

import oakfield
from world import World, wait_for

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tests", "conversation"))

from visitor import PASSWORD, Visitor, totp  # noqa: E402

WIDTH = 96
CODE_SECONDS = 30  # how long a code of the second factor is shown
COLOUR = sys.stdout.isatty() and not os.environ.get("NO_COLOR")

# What the log calls a finding, as one would say it. "{n}" is how many people or things.
FOUND = {
    "names-in-subject/name": "a name in the subject line",
    "personal-data/name": "a list of {n} pupils",
    "personal-data/nhs": "an NHS number with a name",
    "personal-data/upn": "a unique pupil number with a name",
    "personal-data/date-of-birth": "a date of birth with a name",
    "personal-data/address": "a home address with a name",
    "personal-data/postcode": "a home postcode with a name",
    "personal-data/safeguarding": "safeguarding information about a child",
    "personal-data/special-category": "sensitive information about a child (health, needs, belief)",
    "personal-data/unreadable": "an attachment that cannot be looked into",
    "personal-data/weak-encryption": "a ZIP with the old lock, which opens without its key",
    "bulk-bcc/visible-recipients": "{n} families who would see each other's addresses",
    "personal-recipient/own-private": "the sender's own private mailbox",
    "personal-recipient/staff-private": "a private mailbox of staff",
    "personal-recipient/pupil-private": "a pupil's private mailbox",
    "personal-recipient/attachment-to-stranger": "an attachment to a private mailbox that nobody knows",
    "sender-identity/from-outside": "a From address outside the school",
    "sender-identity/from-other-account": "a From address that is not the account that signed in",
    "sender-identity/envelope-outside": "an envelope sender outside the school",
    "sender-identity/envelope-other-account": "an envelope sender that is not the account that signed in",
}
HAPPENED = {"pass": "delivered", "observe": "delivered", "flag": "flagged", "rewrite": "put right"}
SHADES = {"delivered": "32", "put right": "36", "flagged": "33", "held": "35", "held for some": "35", "refused": "31"}


def paint(text, shade):
    return f"\033[{shade}m{text}\033[0m" if COLOUR and shade else text


def dim(text):
    return paint(text, "2")


def cut(text, width):
    return text if len(text) <= width else text[: width - 1] + "…"


def progress(text):
    if sys.stdout.isatty():
        print(f"\r\033[K{text} ...", end="", flush=True)
    else:
        print(text, flush=True)


def clear_progress():
    if sys.stdout.isatty():
        print("\r\033[K", end="", flush=True)


def detail(label, text):
    first, *rest = textwrap.wrap(text, WIDTH - 17) or [""]
    print(f"      {dim(f'{label:9}')} {first}")
    for line in rest:
        print(" " * 16 + line)


class Outcome:
    """What became of one letter."""

    def __init__(self, letter, reply, verdict):
        self.letter = letter
        self.code, self.reply = reply
        self.verdict = verdict
        self.arrivals = []
        self.notice = None

    @property
    def happened(self):
        action = self.verdict.get("action", "")
        if self.code >= 500:
            return "refused"
        if self.code >= 400:
            return "turned away for now"
        if action == "hold":
            held, total = self.verdict.get("held", "0/0").split("/")
            return "held" if held == total else "held for some"
        return HAPPENED.get(action, action)

    def found(self):
        said = []
        for finding in filter(None, self.verdict.get("findings", "").split(",")):
            what, count, subjects, _ = finding.split(":")
            text = FOUND.get(what, what.split("/")[1].replace("-", " "))
            text = text.format(n=max(int(subjects), int(count)))
            if text not in said:
                said.append(text)
        return "; ".join(said) or "nothing"

    def arrived(self):
        """How the letter looked when it arrived."""
        if not self.arrivals:
            return "nowhere yet" if self.happened == "held" else "nowhere"
        who = f"at {len(self.arrivals)} of {len(self.letter.recipients)}: " if len(self.letter.recipients) > 1 else ""
        if all(arrival.without_trace == self.letter.data for arrival in self.arrivals):
            return who + "byte for byte as it was sent"
        message = self.arrivals[0].message
        changes = []
        if str(message["Subject"]) != self.letter.subject:
            changes.append(f"with the subject “{message['Subject']}”")
        if str(message["To"]) != str(self.letter.message["To"]):
            changes.append("with the addresses hidden from each other")
        if message["X-Exeat-Flag"]:
            changes.append("with a mark for the school's own use")
        return who + (", ".join(changes) or "changed in a way that was not expected")

    def told(self):
        """The first words that the sender reads."""
        if self.happened in ("refused", "turned away for now"):
            # every line of a reply bears the enhanced code (RFC 2034)
            return f"{self.code} " + re.sub(r"\n\d\.\d+\.\d+ ", " ", self.reply)
        if self.notice is None:
            return ""
        body = self.notice.message.get_body(("plain",))
        text = re.sub(r"\s+", " ", body.get_content()).strip() if body else ""
        return re.split(r"(?<=[.!?]) ", text)[0]

    def faults(self):
        """What was not as the letter's own line in letters.json says."""
        letter = self.letter
        if self.happened != letter.expect:
            yield f"expected: {letter.expect}"
        if sorted(arrival.recipient for arrival in self.arrivals) != sorted(letter.reaches()):
            yield "it did not reach whom it should"
        if letter.expect == "delivered" and any(arrival.without_trace != letter.data for arrival in self.arrivals):
            yield "it was changed on its way"
        message = self.arrivals[0].message if self.arrivals else None
        if message and letter.arrives_as and str(message["Subject"]) != letter.arrives_as:
            yield f"expected the subject: {letter.arrives_as}"
        if message and letter.hidden and any(one.encode() in self.arrivals[0].data for one in letter.recipients):
            yield "an address can still be seen"
        if letter.expect in ("held", "held for some", "put right") and self.notice is None:
            yield "its sender was told nothing"


def send_all(world, letters):
    outcomes = []
    for number, letter in enumerate(letters, 1):
        progress(f"Sending letter {number} of {len(letters)}")
        mark = world.log_mark()
        code, text, _ = world.send(letter.data, letter.account, letter.recipients, sender=letter.sender)
        verdict = world.verdict_after(mark, code, text)
        outcomes.append(Outcome(letter, (code, text), verdict))
    return outcomes


def gather(world, outcomes, seconds=40):
    """Waits for what is expected to arrive, and takes what did."""
    progress("Waiting for the letters and notices to arrive")
    seen = -1

    def look():
        nonlocal seen
        if seen == world.sink.count():
            return False
        seen = world.sink.count()
        for outcome in outcomes:
            identity = outcome.letter.message["Message-ID"]
            outcome.arrivals = world.sink.matching(lambda one, wanted=identity: one.message["Message-ID"] == wanted)
            reference = outcome.verdict.get("id")
            notices = world.sink.to(outcome.letter.account) if reference else []
            outcome.notice = next((one for one in notices if reference in str(one.message["Subject"])), None)
        return not any(any(outcome.faults()) for outcome in outcomes)

    try:
        wait_for(look, "letters", seconds)
    except TimeoutError:
        pass
    clear_progress()


def show(number, outcome):
    letter = outcome.letter
    faults = list(outcome.faults())
    people = oakfield.staff_names()
    sender = people.get(letter.account, letter.account)
    others = f" and {len(letter.recipients) - 1} more" if len(letter.recipients) > 1 else ""
    to = people.get(letter.recipients[0], letter.recipients[0])
    happened = outcome.happened
    print(f"{number:3}  {cut(letter.shows, 72):74}{paint(f'{happened:>17}', SHADES.get(happened))}")
    detail("letter", cut(f"{sender} to {to}{others}: “{letter.subject}”", 2 * (WIDTH - 17)))
    detail("found", outcome.found())
    detail("arrived", outcome.arrived())
    if outcome.told():
        detail("told", outcome.told())
    for fault in faults:
        detail("WRONG", paint(fault, "31"))
    print()
    return not faults


def command(world, *arguments):
    """Runs exeat and shows what a person would see."""
    print(dim("  $ ") + " ".join(["exeat", *(f'"{one}"' if " " in one else one for one in arguments)]))
    result = world.exeat(*arguments, check=False)
    lines = (result.stdout + result.stderr).rstrip().splitlines()
    for line in lines[:14]:
        print("    " + cut(line, WIDTH - 4))
    if len(lines) > 14:
        print(f"    … and {len(lines) - 14} more lines")
    print()
    return result


def demonstrate_release(world, outcomes):
    """The headteacher lets one letter go, and it arrives as it was sent."""
    outcome = next((one for one in outcomes if one.happened == "held"), None)
    if outcome is None:
        print("No letter is held, so none can be let go.")
        return False
    letter, reference = outcome.letter, outcome.verdict["id"]
    print(paint("A held letter is let go", "1"))
    print()
    good = command(world, "held").returncode == 0
    good &= command(world, "show", "--as", "headteacher", "--reason", "asked by the sender", reference).returncode == 0
    good &= command(world, "release", "--as", "headteacher", "--reason", "they expect it", reference).returncode == 0
    progress("Waiting for it to arrive")
    identity = letter.message["Message-ID"]
    found = lambda: world.sink.matching(lambda arrival: arrival.message["Message-ID"] == identity)
    try:
        arrival = wait_for(found, "the released letter", 60)[0]
    except TimeoutError:
        clear_progress()
        print(paint("  It did not arrive.", "31"))
        return False
    clear_progress()
    same = arrival.without_trace == letter.data and arrival.recipient == letter.recipients[0]
    how = "byte for byte as it was sent." if same else paint("but changed.", "31")
    print(f"  It arrived at {arrival.recipient}, {how}")
    print()
    good &= command(world, "audit", "verify").returncode == 0
    return good and same


class Office:
    """The accounts of the office's pages: a head who has signed in before, and a deputy who has not."""

    def __init__(self, world):
        progress("Making accounts for the head and a deputy")
        self.console = world.console
        self.deputy_password = world.add_user(oakfield.DEPUTY, "David Okafor")
        head = Visitor(world.console)
        self.secret = head.sign_in(oakfield.HEAD, world.add_user(oakfield.HEAD, "Helen Ashworth"))
        self.waiting = head.get("/waiting")
        self.works = self.waiting.status == 200 and "/letter/H-" in self.waiting.text
        clear_progress()

    def hints(self):
        # the code that signed the head in just now is used up: until it is shown as new, the next one is
        code = totp(self.secret, time.time() + CODE_SECONDS)
        print(paint("The letters wait on the office's pages", "1"))
        print(f"""
    {self.console}   (from another machine: ssh -L {self.console.rsplit(':', 1)[1]}:{self.console.split('//')[1]} THIS-MACHINE)

  The certificate was made just now, so the browser warns of it; go on.
  The head:     {oakfield.HEAD}    password: {PASSWORD}
                then a code: {code} now; another whenever you need one by
                  {self.code_command()}
                or, in an authenticator app, the key {self.secret}
  A deputy:     {oakfield.DEPUTY}      set-up password: {self.deputy_password}
                signs in for the first time: sets up an authenticator app, keeps recovery codes, chooses a password
                (deputies decide while the head is away: My account, "I am away")
  Other staff:  "Sign in with a code by mail"; the code is shown here when its mail arrives
""")

    def code_command(self):
        here = os.path.dirname(os.path.abspath(__file__))
        return f"/usr/bin/python3 {os.path.join(here, 'try.py')} --code {self.secret.replace(' ', '')}"


def hints(world):
    exeat = os.path.join(world.build, "exeat")
    account, password = next(iter(world.accounts.items()))
    letter = os.path.join(oakfield.FOLDER, "letters", "set-book.eml")
    print(paint("It stays up until you press Ctrl-C. What else you could try", "1"))
    print(f"""
  A letter of your own, signed in as {account} (it reaches nobody but this terminal):
    printf 'From: {account}\\nTo: someone@gmail.com\\nSubject: About Ellie Hargreaves\\n\\nHello\\n' |
      curl -s smtp://127.0.0.1:{world.port} --user '{account}:{password}' \\
        --mail-from {account} --mail-rcpt someone@gmail.com -T -
  What exeat would do with a letter in a file, and why:
    {exeat} test -c {world.config} --auth t.carver@{oakfield.DOMAIN} --rcpt someone@gmail.com \\
      {letter}
  Letters that wait; let one go; send one back:
    {exeat} held -c {world.config}
    {exeat} release -c {world.config} ID
    {exeat} return -c {world.config} ID
  The configuration, and what each setting means:
    {world.config}
    {exeat} check -c {world.config} --explain
  Logs:    {world.gate_log}
           {world.office_log}
           {world.path('postfix-log', 'mail.log')}
  Metrics: curl -s --unix-socket {world.path('run', 'metrics.sock')} http://localhost/metrics
""", flush=True)


def mailed_code(arrival):
    """The digits of a mail for signing in; nobody has the mailboxes of an invented school."""
    body = arrival.message.get_body(("plain",))
    found = re.search(r"^ *(\d{8})\s*$", body.get_content(), re.M) if body else None
    return f" {found.group(1)}" if found else ""


def stay(world):
    """Says what arrives, until Ctrl-C."""
    seen = world.sink.count()
    while True:
        wait_for(lambda before=seen: world.sink.count() > before, "a letter", 10**9)
        for arrival in world.sink.since(seen):
            print(f"  arrived at {arrival.recipient}: “{cut(str(arrival.message['Subject']), 60)}”{mailed_code(arrival)}", flush=True)
            seen += 1


def run(build, once):
    started = time.monotonic()
    world = World(build, oakfield.accounts(), oakfield.SCHOOL_WITH_ROLES, oakfield.ROLLS, verbose=progress)
    world.want_pages()
    with world:
        letters = oakfield.letters()
        outcomes = send_all(world, letters)
        gather(world, outcomes)
        print(paint(f"Oakfield School: {len(outcomes)} letters of one day and what became of them", "1"))
        print()
        good = [show(number, outcome) for number, outcome in enumerate(outcomes, 1)]
        kinds = {}
        for outcome in outcomes:
            kinds[outcome.happened] = kinds.get(outcome.happened, 0) + 1
        print("In all: " + ", ".join(f"{count} {kind}" for kind, count in kinds.items()) + ".")
        print()
        released = demonstrate_release(world, outcomes)
        office = Office(world)
        right = sum(good)
        print(f"{right} of {len(good)} letters had the outcome that was expected"
              f"{'' if released else '; the release did not work'}"
              f"{'' if office.works else '; the pages do not show them'}. ({time.monotonic() - started:.0f} s)")
        if not once:
            print()
            office.hints()
            hints(world)
            stay(world)
        return 0 if right == len(good) and released and office.works else 1


def interrupted(*_):
    raise KeyboardInterrupt


def main():
    signal.signal(signal.SIGTERM, interrupted)
    signal.signal(signal.SIGHUP, interrupted)
    arguments = sys.argv[1:]
    if arguments[:1] == ["--code"]:
        print(totp(arguments[1]))
        return 0
    try:
        return run(arguments[0], "--once" in arguments)
    except KeyboardInterrupt:
        print("\nEverything is stopped, and its folder is removed.")
        return 130 if "--once" in arguments else 0
    except (RuntimeError, TimeoutError, OSError) as error:
        clear_progress()
        print(f"contrib/try: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
