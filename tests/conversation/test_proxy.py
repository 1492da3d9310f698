# SPDX-License-Identifier: GPL-3.0-or-later
"""The configurations that schools are given: exeat's own, and the pages behind nginx. Needs no Postfix."""

import http.client
import os
import re
import subprocess
import unittest

import oakfield
from conversation import BUILD, TOP
from visitor import Page, Visitor
from world import World, free_port, listens, wait_for

SITE = os.path.join(TOP, "contrib", "proxies", "nginx.conf")
STRANGER = "127.0.0.2"
FORGED = "203.0.113.9"


class Sample(unittest.TestCase):
    def test_the_sample_is_right(self):
        sample = os.path.join(TOP, "contrib", "exeat.conf")
        result = subprocess.run([os.path.join(BUILD, "exeat"), "check", "-c", sample], capture_output=True, text=True, check=False)
        # the users and files that it names need not be on this machine
        said = [line for line in result.stderr.splitlines() if not re.search(r"^no such user |: /etc/exeat/\S+ cannot be read", line)]
        self.assertEqual([], [line for line in said if sample in line or "there is no" in line], result.stderr)


class FromElsewhere(Visitor):
    """A visitor with an address that is not the proxy's."""

    def raw(self, method, path, body=None, headers=None):
        connection = http.client.HTTPSConnection(self.host, context=self.trust, timeout=30, source_address=(STRANGER, 0))
        try:
            connection.request(method, path, body, {**(headers or {}), "X-Forwarded-For": FORGED})
            answer = connection.getresponse()
            return Page(answer.status, answer.headers, answer.read())
        finally:
            connection.close()


class Nginx(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        world = cls.world = World(BUILD, oakfield.accounts(), oakfield.SCHOOL, oakfield.ROLLS)
        cls.addClassCleanup(world.stop)
        cls.port, cls.plain = free_port(), free_port()
        world.want_pages()
        certificate = world.path("keys", "pages.crt"), world.path("keys", "pages.key")
        world.console = f"https://127.0.0.1:{cls.port}"
        world.quarantine_settings = f'console = "{world.console}"'
        world.office_settings = f'listen = "127.0.0.1:{cls.plain}" proxies = {{ 127.0.0.1 }}'
        world.prepare_exeat()
        world.start_gate()
        world.start_office()
        cls.start_nginx(*certificate)
        cls.head = FromElsewhere(world.console)
        cls.head.sign_in(oakfield.HEAD, world.add_user(oakfield.HEAD, "Head"))

    @classmethod
    def start_nginx(cls, certificate, key):
        with open(SITE, encoding="utf-8") as file:
            site = file.read()
        for what, instead in (("[^ ]*/fullchain.pem", certificate), ("[^ ]*/privkey.pem", key), (r"listen \[::\]:\d+[^;]*;", ""),
                              (r"listen 443", f"listen 127.0.0.1:{cls.port}"), (r"listen 80;", f"listen 127.0.0.1:{free_port()};"),
                              (r"http://127\.0\.0\.1:8443", f"http://127.0.0.1:{cls.plain}")):
            site, times = re.subn(what, instead, site)
            assert times > 0, what
        temporary = "".join(f"{name}_temp_path {cls.world.path('nginx-' + name)};\n"
                            for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        config = cls.world.write("nginx.conf", f"daemon off;\npid {cls.world.path('nginx.pid')};\nerror_log stderr;\n"
                                               f"events {{ }}\nhttp {{\n{temporary}{site}}}\n")
        cls.nginx = cls.world.spawn(cls.world.path("nginx.log"), "/usr/sbin/nginx", "-e", "stderr", "-c", config)
        wait_for(lambda: listens(cls.port) or cls.nginx.poll() is not None, "nginx")
        assert cls.nginx.poll() is None, cls.world.read(cls.world.path("nginx.log"))

    def test_one_can_sign_in_and_act_through_it(self):
        page = self.head.get("/waiting")
        self.assertEqual((200, "Waiting for you"), (page.status, page.heading))
        self.assertEqual("no-store", page.headers["Cache-Control"])
        self.head.get("/me")
        page = self.head.post("/me/away", {"back": "yes"})
        self.assertEqual((200, "My account"), (page.status, page.heading))

    def test_the_office_knows_who_asks_by_the_proxys_word_alone(self):
        page = self.head.get("/me")
        self.assertIn(f"from {STRANGER}", page.text)
        self.assertNotIn(FORGED, page.text)

    def test_a_form_of_another_site_is_refused(self):
        token = self.head.get("/me").csrf
        page = self.head.ask("POST", "/me/away", {"csrf": token, "back": "yes"}, headers={"Origin": "https://evil.example"})
        self.assertEqual(403, page.status)

    def test_browsers_that_speak_http_2_are_understood(self):
        result = subprocess.run(["curl", "-sk", "--http2", "-o", self.world.path("page"), "-w", "%{http_version} %{http_code}",
                                 "-H", f"Origin: {self.world.console}", "-d", "address=x&password=y", self.world.console + "/sign-in"],
                                capture_output=True, text=True, check=True)
        self.assertEqual("2 403", result.stdout)
        self.assertIn("not right", self.world.read(self.world.path("page")))
