# SPDX-License-Identifier: GPL-3.0-or-later
"""What a world leaves in clear, and whether any of it is a name, an address, a subject or a value that its letters and rolls hold.

The vocabulary is drawn from what was used, so that no list has to be kept: accounts, recipients, senders, subjects and display
names of every letter handed in, names of attached files and of those inside them, and every cell of the rolls. Words that exeat's own
sources write are taken out of it.
"""

import contextlib
import csv
import email
import email.header
import email.policy
import email.utils
import functools
import glob
import io
import os
import quopri
import re
import sqlite3
import zipfile

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SHORTEST = 5        # shorter words are parts of others
SHORTEST_RAW = 7    # in bytes that may be random
# Columns that are sealed; every other column of every table is read.
SEALED = {("letter", "card"), ("chunk", "data"), ("outbox", "payload"), ("audit_detail", "sealed")}
OWN_SOURCES = ("base/*.c", "policies/*.c", "policies/guidance/*.c", "quarantine/*.c", "milter/*.c", "office/*.c", "settings/*.c", "cli/*.c")


@functools.cache
def own_words():
    """Words of the string literals of what writes logs, notices, replies and rows. The detectors' word lists are not among them."""
    found = set()
    for pattern in OWN_SOURCES:
        for path in glob.glob(os.path.join(TOP, pattern)):
            with open(path, encoding="utf-8") as file:
                for literal in re.findall(r'"((?:\\.|[^"\\\n])*)"', file.read()):
                    found |= set(re.findall(r"[\w-]+", literal.lower())) | set(re.findall(r"\w+", literal.lower()))
    return found


def roll_values(paths):
    for path in paths:
        with open(path, encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                cells = {key: value for key, value in row.items() if key and value}
                yield from cells.values()
                names = [value for key, value in cells.items() if re.search("forename|first", key, re.I)]
                families = [value for key, value in cells.items() if re.search("surname|last", key, re.I)]
                yield from (f"{name} {family}" for name in names for family in families)


def decoded(value):
    try:
        return str(email.header.make_header(email.header.decode_header(value)))
    except (ValueError, LookupError):
        return value


def letter_values(data, account, sender, recipients):
    for address in (account, sender, *recipients):
        if address:
            yield address
            yield address.split("@")[0]
    parsed = email.message_from_bytes(data, policy=email.policy.compat32)
    for value in parsed.get_all("Subject", []):
        yield decoded(str(value))
    fields = [decoded(str(value)) for name in ("From", "To", "Cc", "Reply-To") for value in parsed.get_all(name, [])]
    for display, address in email.utils.getaddresses(fields):
        yield display
        yield address
        yield address.split("@")[0]


def file_names(data):
    """What attachments are called, and the files in those that are ZIP."""
    for part in email.message_from_bytes(data, policy=email.policy.default).walk():
        name = part.get_filename()
        if not name:
            continue
        yield name
        content = io.BytesIO(part.get_payload(decode=True) or b"")
        with contextlib.suppress(zipfile.BadZipFile, OSError):
            yield from (os.path.basename(member) for member in zipfile.ZipFile(content).namelist())


def vocabulary(world):
    values = set(roll_values(world.directory_files)) | {password for password in world.accounts.values()}
    for account in world.accounts:
        values |= {account, account.split("@")[0]}
    for used in world.submitted:
        values |= set(letter_values(*used)) | set(file_names(used[0]))
    ours = own_words() | set(re.findall(r'role "(\w+)"', world.settings))
    inside = f"exeat@{world.domain}", f"postmaster@{world.domain}"  # who writes our mails, and who hears of the rest
    return {value for value in (value.strip() for value in values)
            if len(value) >= SHORTEST and value.lower() not in ours and value not in inside and value not in ("exeat", "postmaster")}


def seen(text, words, shortest=SHORTEST):
    there = (word for word in words if len(word) >= shortest and word in text)
    return sorted(word for word in there if re.search(rf"(?<![\w@.]){re.escape(word)}(?![\w@])", text))


def store_columns(path):
    """Every unsealed column of every table, as (table, column, text)."""
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as store:
        tables = [row[0] for row in store.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        for table in tables:
            for column in [row[1] for row in store.execute(f"PRAGMA table_info({table})")]:
                if (table, column) not in SEALED:
                    yield table, column, "\n".join(str(row[0]) for row in store.execute(f"SELECT {column} FROM {table}"))


def raw(path):
    with open(path, "rb") as file:
        return file.read().decode("utf-8", "replace")


def notice_texts(world):
    for arrival in world.sink.matching(lambda one: one.sender == "" and b"exeat@" in one.data):
        own = {arrival.recipient, arrival.recipient.split("@")[0]}
        yield f"notice to {arrival.recipient}", quopri.decodestring(arrival.data).decode("utf-8", "replace"), own


def leaks(world):
    """(place, words) for each place that holds any."""
    words = vocabulary(world)
    places = [(path, world.read(path), SHORTEST) for path in (world.gate_log, world.office_log)]
    store = world.path("store", "quarantine.db")
    if os.path.exists(store):
        places += [(f"store: {table}.{column}", text, SHORTEST) for table, column, text in store_columns(store)]
    for folder in ("store", "spool", "data", "run"):
        for name in os.listdir(world.path(folder)) if os.path.isdir(world.path(folder)) else ():
            if os.path.isfile(world.path(folder, name)):
                places.append((f"{folder}/{name}", raw(world.path(folder, name)), SHORTEST_RAW))
    found = [(place, seen(text, words, shortest)) for place, text, shortest in places]
    found += [(place, seen(text, words - own)) for place, text, own in notice_texts(world)]
    return [(place, there) for place, there in found if there]
