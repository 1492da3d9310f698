# SPDX-License-Identifier: GPL-3.0-or-later
"""The metrics endpoint under a client that asks wrongly, too much, too slowly or too often: it answers or hangs up, and the gate
judges letters all the while. Needs no Postfix."""

import http.client
import os
import re
import socket
import subprocess
import time
import unittest

import oakfield
from conversation import BUILD, CLINIC, RAMAN
from milter_client import ACCEPT, MilterClient
from world import World, free_port, wait_for

# milter/metrics.c
CONNECTIONS = 8
IDLE_SECONDS = 10
REQUEST_BYTES = 8192

GET = b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
REFUSALS = (400, 413, 414, 431)


class Endpoint(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = World(BUILD, oakfield.accounts(), oakfield.SCHOOL, oakfield.ROLLS)
        cls.addClassCleanup(cls.world.stop)
        cls.world.prepare_exeat()
        cls.world.start_gate()

    def connect(self, wait=20):
        client = socket.socket(socket.AF_UNIX)
        self.addCleanup(client.close)
        client.settimeout(wait)
        client.connect(self.world.path("run", "metrics.sock"))
        return client

    def ask(self, request):
        """Status, fields and body of the answer; status 0 if there is none."""
        client = self.connect()
        try:
            client.sendall(request)
        except OSError:
            pass  # it hung up before all was said; the answer may lie there
        answer = http.client.HTTPResponse(client, method=request.split(b" ", 1)[0].decode("latin-1"))
        try:
            answer.begin()
            return answer.status, answer.headers, answer.read()
        except (http.client.HTTPException, OSError):
            return 0, {}, b""

    def asked(self, method, path="/metrics", fields=b"", body=b""):
        head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n".encode() + fields
        return self.ask(head + (b"Content-Length: %d\r\n" % len(body) if body else b"") + b"\r\n" + body)

    def assert_serves(self):
        status, _, page = self.asked("GET")
        self.assertEqual(200, status)
        self.assertIn(b"exeat_letters_total", page)

    def judge(self, queue_id):
        """A letter from the first word to the verdict; how many seconds it took."""
        began = time.monotonic()
        with MilterClient(self.world.path("run", "milter.sock")) as mta:
            mta.envelope(RAMAN, [CLINIC], RAMAN, queue_id)
            mta.header([(b"From", RAMAN.encode()), (b"Subject", b"Minutes")])
            mta.body([b"Please find the minutes below.\r\n"])
            answer, _ = mta.end(queue_id)
        self.assertIn(answer[:1], (ACCEPT, b"c"))
        return time.monotonic() - began

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.world.workers()[0]}/fd"))

    def test_get_and_head(self):
        status, fields, page = self.asked("GET")
        self.assertEqual((200, "text/plain; version=0.0.4"), (status, fields["Content-Type"]))
        self.assertRegex(page, rb"(?m)^exeat_letter_seconds_count \d+$")
        status, fields, nothing = self.asked("HEAD")
        self.assertEqual((200, b""), (status, nothing))
        self.assertGreater(int(fields["Content-Length"]), 1000)

    def test_wrong_paths(self):
        for path in ("/", "/metrics/", "/Metrics", "/metrics/../etc/passwd", "/%00", "*"):
            status, _, page = self.asked("GET", path)
            self.assertEqual((404, b"GET /metrics\n"), (status, page), path)
        self.assertEqual(200, self.asked("GET", "/metrics?name=x")[0])

    def test_wrong_methods(self):
        for method in ("POST", "PUT", "DELETE", "OPTIONS", "BREW"):
            status, fields, _ = self.asked(method)
            self.assertEqual((405, "GET, HEAD"), (status, fields["Allow"]), method)

    def test_a_body_is_not_read(self):
        before = self.resident()
        status, _, _ = self.asked("POST", body=b"x" * (32 * 1024 * 1024))
        self.assertEqual(405, status)
        self.assertLess(self.resident() - before, 8 * 1024 * 1024)
        self.assert_serves()

    def resident(self):
        """Bytes of the gate in memory."""
        status = self.world.read(f"/proc/{self.world.workers()[0]}/status")
        return int(re.search(r"(?m)^VmRSS:\s+(\d+) kB", status).group(1)) * 1024

    def test_the_largest_request(self):
        """Somewhere below REQUEST_BYTES, and nothing beyond: in the line, in one field, in many."""
        shapes = {"line": lambda size: self.asked("GET", "/metrics?" + "q" * size)[0],
                  "field": lambda size: self.asked("GET", fields=b"X-Long: " + b"f" * size + b"\r\n")[0],
                  "fields": lambda size: self.asked("GET", fields=b"X-Many: y\r\n" * (size // 11))[0]}
        for name, status in shapes.items():
            good, bad = 200, REQUEST_BYTES
            self.assertEqual(200, status(good), name)
            self.assertIn(status(bad), REFUSALS, name)
            while bad - good > 11:
                middle = (good + bad) // 2
                code = status(middle)
                self.assertIn(code, (0, 200, *REFUSALS), f"{name} of {middle}")  # 0: no room left for the answer's head
                good, bad = (middle, bad) if code == 200 else (good, middle)
            self.assertGreater(good, 1000, name)
            for size in (REQUEST_BYTES + 1, 10 * REQUEST_BYTES, 4 * 1024 * 1024):
                self.assertIn(status(size), (0, *REFUSALS), f"{name} of {size}")
        self.assert_serves()

    def test_what_is_no_http(self):
        for noise in (b"\0" * 100000, b"\r\n" * 50000 + b"\r\n", b"GET\r\n\r\n", b"GET /metrics HTTP/9.9\r\n\r\n", b"\x16\x03\x01\x02" * 3000,
                      b"GET /metrics HTTP/1.1\r\nContent-Length: -1\r\n\r\n", bytes(range(256)) * 400):
            client = self.connect()
            try:
                client.sendall(noise)
                client.shutdown(socket.SHUT_WR)
                while client.recv(65536):
                    pass
            except OSError:
                pass  # hung up in the middle
            self.assert_serves()
        self.assertEqual([], self.world.log_after(0, "worker-died"))

    def crowd(self, count):
        """So many clients who connect and say nothing; those for whom there is no room are left out."""
        for _ in range(count):
            client = socket.socket(socket.AF_UNIX)
            client.setblocking(False)
            try:
                client.connect(self.world.path("run", "metrics.sock"))
                self.addCleanup(client.close)
                yield client
            except BlockingIOError:
                client.close()

    def test_a_crowd_is_kept_out_and_hung_up_on(self):
        before = self.descriptors()
        began = time.monotonic()
        crowd = list(self.crowd(100))
        self.assertGreaterEqual(len(crowd), CONNECTIONS)
        self.assertLess(len(crowd), 100)
        for client in crowd[:CONNECTIONS]:
            client.send(b"GET /metr")  # and no more
        wait_for(lambda: self.descriptors() >= before + CONNECTIONS, "the first of the crowd")
        for number in range(20):
            self.assertLess(self.judge(f"CROWD{number}"), 2)
            self.assertLessEqual(self.descriptors(), before + CONNECTIONS + 2)  # the MTA's connections come and go
        self.assertLess(time.monotonic() - began, IDLE_SECONDS, "the crowd was still there")
        for client in crowd[CONNECTIONS:]:
            client.close()
        for client in crowd[:CONNECTIONS]:
            client.settimeout(4 * IDLE_SECONDS)
            while client.recv(65536):  # perhaps that it took too long, and the end
                pass
        self.assertGreater(time.monotonic() - began, IDLE_SECONDS - 1)
        self.assert_serves()
        wait_for(lambda: self.descriptors() <= before, "all descriptors back")

    def test_a_reader_who_does_not_read(self):
        slow = [self.connect() for _ in range(CONNECTIONS - 1)]
        for client in slow:
            client.sendall((GET.replace(b"close", b"keep-alive") + b"\r\n") * 400)
        self.assertLess(self.judge("SLOW"), 2)
        self.assert_serves()


class Listening(unittest.TestCase):
    def setUp(self):
        self.world = World(BUILD, oakfield.accounts(), oakfield.SCHOOL, oakfield.ROLLS)
        self.addCleanup(self.world.stop)
        self.world.prepare_exeat()

    def start(self):
        return subprocess.run([os.path.join(BUILD, "exeatd"), "-f", "-c", self.world.config], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=20, check=False)

    def test_a_file_in_its_place_is_left_alone(self):
        path = self.world.write("run/metrics.sock", "what somebody else needs\n")
        result = self.start()
        self.assertEqual(2, result.returncode)
        self.assertIn("metrics cannot listen at unix:" + path, result.stderr)
        self.assertEqual("what somebody else needs\n", self.world.read(path))

    def test_a_port_is_open_on_loopback_alone(self):
        port = free_port()
        text = self.world.read(self.world.config)
        self.world.write("exeat.conf", re.sub(r"metrics = .*", f"metrics = {port}", text))
        self.world.start_gate()
        lines = [line.split()[1:4] for line in self.world.read("/proc/net/tcp").splitlines()]
        self.assertEqual(["0100007F"], [local.split(":")[0] for local, _, state in lines
                                        if local.endswith(f":{port:04X}") and state == "0A"])
        answer = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        answer.request("GET", "/metrics")
        self.assertEqual(200, answer.getresponse().status)
        answer.close()


if __name__ == "__main__":
    unittest.main()
