# SPDX-License-Identifier: GPL-3.0-or-later
"""An MTA's side of the milter protocol (version 6), just enough to hand in one letter in any pieces and stop anywhere."""

import socket
import struct

CONTINUE, ACCEPT, REJECT, TEMPFAIL, DISCARD, REPLYCODE = b"c", b"a", b"r", b"t", b"d", b"y"
FINAL = (CONTINUE, ACCEPT, REJECT, TEMPFAIL, DISCARD, REPLYCODE)
ACTIONS = 0x1FF
STEPS = 0x1FFFFF


class MilterClient:
    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(30)
        self.socket.connect(path)
        self.connected = False  # the SMTP client of whom the MTA tells, once a connection
        self.write(b"O", struct.pack("!III", 6, ACTIONS, STEPS & 0x7F))  # without the steps that spare replies
        kind, data = self.read()
        assert kind == b"O", kind
        self.steps = struct.unpack("!III", data[:12])[2]

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def write(self, command, data=b""):
        self.socket.sendall(struct.pack("!I", 1 + len(data)) + command + data)

    def exactly(self, count):
        data = b""
        while len(data) < count:
            piece = self.socket.recv(count - len(data))
            if not piece:
                raise ConnectionError("the gate hung up")
            data += piece
        return data

    def read(self):
        size = struct.unpack("!I", self.exactly(4))[0]
        data = self.exactly(size)
        return data[:1], data[1:]

    def ask(self, command, data=b""):
        """Sends a command and gives all that comes back up to the final answer: (answer, changes)."""
        self.write(command, data)
        changes = []
        while True:
            kind, payload = self.read()
            if kind in FINAL:
                return kind + payload, changes
            changes.append((kind, payload))

    def macros(self, command, **values):
        words = b"".join(name.encode() + b"\0" + value.encode() + b"\0" for name, value in values.items())
        self.write(b"D", command + words)

    def envelope(self, sender, recipients, account, queue_id):
        if not self.connected:
            self.ask(b"C", b"desk.example\0" + b"4" + struct.pack("!H", 4000) + b"192.0.2.9\0")
            self.connected = True
        self.macros(b"M", i=queue_id, **{"{auth_authen}": account})
        self.ask(b"M", f"<{sender}>".encode() + b"\0")
        for recipient in recipients:
            self.ask(b"R", f"<{recipient}>".encode() + b"\0")

    def header(self, fields):
        """@fields as (name, value); the protocol folds with line feeds alone."""
        for name, value in fields:
            self.ask(b"L", name + b"\0" + value.replace(b"\r\n", b"\n") + b"\0")
        self.ask(b"N")

    def body(self, pieces):
        for piece in pieces:
            self.ask(b"B", piece)

    def end(self, queue_id):
        self.macros(b"E", i=queue_id)
        return self.ask(b"E")


def pieces(data, size):
    return [data[at:at + size] for at in range(0, len(data), size)]


def split(letter):
    """Fields and body of a letter with CRLF."""
    head, _, body = letter.partition(b"\r\n\r\n")
    lines = []
    for line in head.split(b"\r\n"):
        if line[:1] in b" \t" and lines:
            lines[-1] += b"\r\n" + line
        else:
            lines.append(line)
    fields = [line.split(b":", 1) for line in lines]
    return [(name, value[1:] if value[:1] == b" " else value) for name, value in fields], body
