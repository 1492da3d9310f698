# SPDX-License-Identifier: GPL-3.0-or-later
"""A relay that misbehaves as it is told, at one step of one conversation, and counts what it has taken."""

import socket
import socketserver
import threading

STEPS = ("greeting", "ehlo", "mail", "rcpt", "data", "dot", "quit")
GOOD = {"greeting": "220 relay ESMTP", "ehlo": "250 relay", "mail": "250 2.1.0 Ok", "rcpt": "250 2.1.5 Ok",
        "data": "354 go on", "dot": "250 2.0.0 taken", "quit": "221 2.0.0 bye"}


class Relay(socketserver.ThreadingTCPServer):
    """`troubles` holds (step, what, recipient): what is a reply, "hang", or "hang up"; recipient None is the next caller."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Conversation)
        self.port = self.server_address[1]
        self.taken = []  # (sender, recipient, data)
        self.met = []    # troubles that somebody met
        self.troubles = []
        self.lock = threading.Lock()
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()

    def trouble(self, step, recipient):
        """What is to go wrong here, once."""
        with self.lock:
            for trouble in self.troubles:
                if trouble[0] == step and trouble[2] in (None, recipient):
                    self.troubles.remove(trouble)
                    self.met.append(trouble)
                    return trouble[1]
        return None

    def times(self, recipient):
        with self.lock:
            return sum(one == recipient for _, one, _ in self.taken)

    def stop(self):
        self.shutdown()
        self.server_close()


class Conversation(socketserver.StreamRequestHandler):
    timeout = 60

    def handle(self):
        self.sender = self.recipient = None
        try:
            self.answer("greeting")
            while self.command():
                pass
        except (ConnectionError, TimeoutError, EOFError):
            pass

    def answer(self, step):
        """Says what is to be said; True if it was the good answer."""
        what = self.server.trouble(step, self.recipient)
        if what == "hang":
            while self.connection.recv(65536):  # until the other side has had enough
                pass
            raise EOFError
        if what == "hang up":
            self.connection.shutdown(socket.SHUT_RDWR)
            raise EOFError
        self.wfile.write((what or GOOD[step]).encode() + b"\r\n")
        return what is None

    def command(self):
        line = self.rfile.readline().decode("utf-8", "replace").strip()
        verb = line[:4].lower()
        if verb == "mail":
            self.sender = line.partition("<")[2].partition(">")[0]
        elif verb == "rcpt":
            self.recipient = line.partition("<")[2].partition(">")[0]
        elif verb == "data" and self.answer("data"):
            return self.letter()
        if verb in ("ehlo", "mail", "rcpt"):
            self.answer(verb)
        elif verb == "quit":
            self.answer("quit")
        return bool(line) and verb != "quit"

    def letter(self):
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                raise EOFError
            lines.append(line[1:] if line.startswith(b".") else line)
        if self.answer("dot"):
            with self.server.lock:
                self.server.taken.append((self.sender, self.recipient, b"".join(lines)))
        return True
