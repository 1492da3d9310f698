# SPDX-License-Identifier: GPL-3.0-or-later
"""The MTA's side of the milter protocol, byte by byte: a packet is a length (4 bytes, network order), a command letter, data.

Knows what was negotiated and reads an answer exactly where one is due; everything else (torn, oversized, senseless
packets) is sent with raw().
"""

import contextlib
import socket
import struct

# What an MTA of today offers (Postfix 3.7, Sendmail 8.17).
VERSION = 6
ACTIONS = 0x1FF
STEPS = 0x1FFFFF

ADD_HEADERS, DELETE_RECIPIENTS, CHANGE_HEADERS = 0x01, 0x08, 0x10
NO_HELO, NO_UNKNOWN, NO_DATA, LEADING_SPACE = 0x02, 0x100, 0x200, 0x100000
# command -> the bit by which its answer is spared
NO_REPLY = {b"C": 0x1000, b"H": 0x2000, b"M": 0x4000, b"R": 0x8000, b"T": 0x10000, b"U": 0x20000, b"L": 0x80, b"N": 0x40000,
            b"B": 0x80000}
ALL_NO_REPLY = sum(NO_REPLY.values())
SPARED = {b"H": NO_HELO, b"T": NO_DATA, b"U": NO_UNKNOWN}
UNANSWERED = (b"D", b"A", b"Q", b"K")
CHUNK = 65535


class Closed(Exception):
    """The gate ended the connection."""


def packet(command, data=b""):
    return struct.pack("!I", len(data) + 1) + command + data


def strings(*values):
    return b"".join(value + b"\0" for value in values)


class Answer:
    """What the gate said to the end of a message: its edits in order, then the verdict."""

    def __init__(self, verdict, text, edits):
        self.verdict = verdict  # b"c", b"a", b"d", b"r", b"t", b"y"
        self.text = text
        self.edits = edits      # (command, data)

    def of(self, command):
        return [data for kind, data in self.edits if kind == command]


class Milter:
    def __init__(self, path, version=VERSION, actions=ACTIONS, steps=STEPS, negotiate=True, timeout=20):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(timeout)
        self.socket.connect(path)
        self.steps = self.actions = self.version = 0
        self.connected = False
        if negotiate:
            self.negotiate(version, actions, steps)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    # --- packets ------------------------------------------------------------------------------------------------------

    def raw(self, data):
        try:
            self.socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError) as error:
            raise Closed from error

    def exactly(self, count):
        data = b""
        while len(data) < count:
            with contextlib.suppress(ConnectionResetError):
                more = self.socket.recv(count - len(data))
                if more:
                    data += more
                    continue
            raise Closed
        return data

    def read(self):
        length, = struct.unpack("!I", self.exactly(4))
        answer = self.exactly(length)
        return answer[:1], answer[1:]

    def silent(self, seconds=0.2):
        """True if no answer comes."""
        kept = self.socket.gettimeout()
        self.socket.settimeout(seconds)
        try:
            return self.socket.recv(1, socket.MSG_PEEK) == b"never"
        except TimeoutError:
            return True
        finally:
            self.socket.settimeout(kept)

    def command(self, letter, data=b""):
        """Sends one command unless the gate wants to be spared it, and gives the answer, b"" where none is due."""
        if self.steps & SPARED.get(letter, 0):
            return b""
        self.raw(packet(letter, data))
        if letter in UNANSWERED or self.steps & NO_REPLY.get(letter, 0):
            return b""
        return self.read()[0]

    # --- what an MTA says ---------------------------------------------------------------------------------------------

    def negotiate(self, version, actions, steps):
        self.raw(packet(b"O", struct.pack("!III", version, actions, steps)))
        command, data = self.read()
        assert command == b"O", command
        self.version, self.actions, self.steps = struct.unpack("!III", data[:12])

    def macros(self, letter, *pairs):
        self.raw(packet(b"D", letter + strings(*pairs)))

    def connect(self, name=b"desk.oakfield.sch.uk", address=b"127.0.0.1", family=b"4"):
        data = strings(name) + family + (struct.pack("!H", 40000) + strings(address) if family != b"U" else b"")
        self.connected = True
        return self.command(b"C", data)

    def helo(self, name=b"desk.oakfield.sch.uk"):
        return self.command(b"H", strings(name))

    def mail(self, sender, *arguments):
        return self.command(b"M", strings(b"<" + sender + b">", *arguments))

    def rcpt(self, recipient, *arguments):
        return self.command(b"R", strings(b"<" + recipient + b">", *arguments))

    def data(self):
        return self.command(b"T")

    def header(self, name, value):
        """@value as it stands behind the colon; the MTA takes the blank away unless it was asked to leave it."""
        if not self.steps & LEADING_SPACE and value.startswith(b" "):
            value = value[1:]
        return self.command(b"L", strings(name, value))

    def eoh(self):
        return self.command(b"N")

    def body(self, data):
        answer = b""
        for at in range(0, len(data), CHUNK):
            answer = self.command(b"B", data[at:at + CHUNK])
        return answer

    def eom(self, data=b""):
        self.raw(packet(b"E", data))
        return self.outcome()

    def outcome(self):
        edits = []
        while True:
            command, text = self.read()
            if command == b"p":  # progress
                continue
            if command in (b"a", b"c", b"d", b"r", b"t", b"y"):
                return Answer(command, text, edits)
            edits.append((command, text))

    def abort(self):
        self.command(b"A")

    def quit(self):
        self.command(b"Q")

    def quit_new_connection(self):
        self.command(b"K")
        self.connected = False
