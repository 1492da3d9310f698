# SPDX-License-Identifier: GPL-3.0-or-later
"""A visitor of the office's pages without a browser: HTTPS, cookies, forms, and the codes of the second factor."""

import base64
import hashlib
import hmac
import html
import http.client
import re
import ssl
import struct
import time
import urllib.parse

PASSWORD = "nine tall herons wading"


def totp(secret, at=None):
    """RFC 6238 with SHA-1, 30 seconds and six digits."""
    key = base64.b32decode(secret.replace(" ", ""))
    digest = hmac.new(key, struct.pack(">Q", int((at or time.time()) // 30)), hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start:start + 4])[0] & 0x7FFFFFFF) % 1000000:06}"


class Page:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body
        self.text = body.decode("utf-8", "replace")

    @property
    def heading(self):
        found = re.search(r"<h1>(.*?)</h1>", self.text, re.DOTALL)
        return html.unescape(found.group(1)) if found else None

    @property
    def csrf(self):
        found = re.search(r'name="csrf" value="([^"]+)"', self.text)
        return found.group(1) if found else None


class Visitor:
    def __init__(self, console):
        self.host = console.split("//")[1]
        self.cookies = {}
        self.page = None
        self.trust = ssl._create_unverified_context()

    def raw(self, method, path, body=None, headers=None):
        """One request as it is; no cookie is kept and nothing is followed."""
        connection = http.client.HTTPSConnection(self.host, context=self.trust, timeout=30)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return Page(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def ask(self, method, path, form=None, headers=None, follow=True):
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())} if self.cookies else {}
        body = None
        if form is not None:
            body = urllib.parse.urlencode(form, doseq=True)
            sent.update({"Content-Type": "application/x-www-form-urlencoded", "Origin": f"https://{self.host}"})
        sent.update(headers or {})
        sent = {name: value for name, value in sent.items() if value is not None}
        self.page = self.raw(method, path, body, sent)
        for cookie in self.page.headers.get_all("Set-Cookie") or []:
            name, rest = cookie.split("=", 1)
            self.cookies[name] = rest.split(";")[0]
        if follow and self.page.status == 303:
            return self.ask("GET", self.page.headers["Location"])
        return self.page

    def get(self, path, **options):
        return self.ask("GET", path, **options)

    def post(self, path, form=None, **options):
        """With the token of the page before, unless the form brings its own."""
        return self.ask("POST", path, {"csrf": self.page.csrf or "", **(form or {})}, **options)

    def sign_in(self, address, set_up):
        """For the first time: the second factor, and a password of one's own."""
        self.get("/sign-in")
        self.post("/sign-in", {"address": address, "password": set_up, "back": "/"})
        secret = re.search(r'class="code">([^<]+)<', self.page.text).group(1)
        self.post("/enrol", {"code": totp(secret)})
        self.get("/me")
        self.post("/me/password", {"old": set_up, "new": PASSWORD})
        return secret
