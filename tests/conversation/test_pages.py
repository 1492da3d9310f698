# SPDX-License-Identifier: GPL-3.0-or-later
"""The office's pages against strangers: requests that are forged, replayed, too large or not what they say, letters that
are somebody else's, and content that wants to be markup. What is refused changes nothing and leaves no content in the log."""

import email.policy
import os
import pwd
import re
import signal
import socket
import ssl
import subprocess
import time
import unittest
from email.message import EmailMessage

import oakfield
from conversation import BUILD, CLINIC, DOMAIN, HEAD, LATHAM, MOSS, RAMAN, Conversation, nhs_note
from visitor import PASSWORD, Visitor, totp
from world import World, wait_for

DEPUTY = MOSS
CHAIR = f"r.kearsley@{DOMAIN}"
DPO = f"c.binns@{DOMAIN}"
NETWORK = LATHAM
DSL = f"g.lloyd@{DOMAIN}"
CLERK = f"j.whitby@{DOMAIN}"
ROLES = oakfield.SCHOOL.replace(f'role "headteacher" {{ people = {{ "{HEAD}" }} }}',
                                f'role "headteacher" {{ people = {{ "{HEAD}" }} deputies = {{ "{DEPUTY}" }} }}\n'
                                f'role "office" {{ people = {{ "{CLERK}" }} }}\n'
                                f'role "dsl" {{ people = {{ "{DSL}" }} }}\n'
                                f'role "dpo" {{ people = {{ "{DPO}" }} }}\nrole "network-manager" {{ people = {{ "{NETWORK}" }} }}')
EXEAT_HTTP_FORM_BYTES = 64 * 1024
EXEAT_HTTP_FIELDS = 600
EXEAT_HTTP_PATH_BYTES = 512
EXEAT_HTTP_COOKIE_BYTES = 512
SERVER_REQUEST_BYTES = 32 * 1024
BULK_MOST = 100
EXEAT_LETTER_TEXT_BYTES = 64 * 1024
EXEAT_LETTER_PAGE_BYTES = 512 * 1024
EXEAT_LETTER_ROWS = 200
MORE = "There is more, which is not shown here"
EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


class Pages(Conversation):
    settings = ROLES

    @classmethod
    def make_world(cls):
        world = super().make_world()
        world.want_pages()
        return world

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = {}
        for address, name in ((HEAD, "Head"), (DEPUTY, "Deputy"), (CHAIR, "Chair"), (DPO, "Officer"), (DSL, "Lead"), (CLERK, "Clerk"), (RAMAN, "Sender"), (NETWORK, "Network")):
            cls.people[address] = Visitor(cls.world.console)
            cls.people[address].secret = cls.people[address].sign_in(address, cls.world.add_user(address, name))
        cls.head = cls.people[HEAD]

    def held(self, **parts):
        sent = self.send(RAMAN, [CLINIC], subject="Callum McAllister at physio", **{"body": nhs_note(), **parts})
        self.assertEqual("hold", sent.verdict["action"])
        return sent.id

    def decisions(self):
        return self.store("SELECT group_concat(state) FROM recipient"), self.store(
            "SELECT count(*) FROM audit WHERE event IN ('release-decided', 'return-decided', 'withdrawn', 'kept')")

    def store(self, query):
        return subprocess.run(["sqlite3", self.world.path("store", "quarantine.db"), query], capture_output=True, text=True,
                              check=True).stdout.strip()

    def opened(self, who, letter):
        visitor = self.people[who]
        visitor.get(f"/letter/{letter}")
        visitor.post(f"/letter/{letter}/open")
        return visitor

    # --- every reply --------------------------------------------------------------------------------------------------

    def test_every_reply_keeps_browsers_from_running_framing_and_keeping_it(self):
        for path in ("/", "/sign-in", "/waiting", "/no-such-page", "/mine/sign-in", "/audit.csv"):
            headers = self.head.get(path, follow=False).headers
            self.assertIn("default-src 'none'", headers["Content-Security-Policy"], path)
            self.assertIn("frame-ancestors 'none'", headers["Content-Security-Policy"], path)
            self.assertNotIn("unsafe", headers["Content-Security-Policy"], path)
            self.assertEqual("no-store", headers["Cache-Control"], path)
            self.assertEqual("nosniff", headers["X-Content-Type-Options"], path)
            self.assertRegex(headers["Strict-Transport-Security"], r"max-age=\d{7,}", path)
            self.assertIn("same-origin", headers["Referrer-Policy"], path)
            self.assertNotIn("<script", self.head.page.text)
            self.assertNotIn(" style=", self.head.page.text)

    def test_a_style_sheet_is_the_only_thing_that_is_kept(self):
        path = re.search(r'href="(/style-[^"]+)"', self.head.get("/sign-in").text).group(1)
        page = self.head.get(path)
        self.assertEqual((200, "text/css; charset=utf-8"), (page.status, page.headers["Content-Type"]))
        self.assertIn("immutable", page.headers["Cache-Control"])

    def test_a_page_is_in_the_browsers_language(self):
        for languages, code, heading in (("cy-GB, en;q=0.8", "cy", "Mewngofnodi"), ("en-GB, cy;q=0.8", "en", "Sign in")):
            page = Visitor(self.world.console).get("/sign-in", headers={"Accept-Language": languages})
            self.assertIn(f'<html lang="{code}"', page.text)
            self.assertEqual(heading, page.heading)

    def test_cookies_are_for_this_host_over_tls_and_no_script(self):
        stranger = Visitor(self.world.console)
        stranger.get("/sign-in")
        stranger.post("/sign-in", {"address": HEAD, "password": PASSWORD}, follow=False)
        cookie = stranger.page.headers["Set-Cookie"]
        self.assertTrue(cookie.startswith("__Host-exeat-session="), "its name")
        for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
            self.assertIn(word, cookie)
        self.assertNotIn("Domain", cookie)

    def test_old_tls_is_refused(self):
        host, port = self.head.host.split(":")
        for version, fine in ((ssl.TLSVersion.TLSv1_1, False), (ssl.TLSVersion.TLSv1_2, True), (ssl.TLSVersion.TLSv1_3, True)):
            context = ssl._create_unverified_context()
            context.minimum_version = context.maximum_version = version
            context.set_ciphers("ALL:@SECLEVEL=0")
            with socket.create_connection((host, int(port)), timeout=10) as plain:
                try:
                    with context.wrap_socket(plain, server_hostname=host) as secure:
                        self.assertTrue(fine, secure.version())
                except (ssl.SSLError, ConnectionError):
                    self.assertFalse(fine, version)

    # --- forged and replayed ------------------------------------------------------------------------------------------

    def test_a_form_without_its_token_does_nothing(self):
        letter = self.held()
        self.opened(HEAD, letter)
        before = self.decisions()
        good = self.head.page.csrf
        other = self.opened(DPO, letter) and self.people[DPO].get("/me").csrf
        for token in (None, "", "x", good[:-1], good + "A", other, good.swapcase()):
            form = {"how": "as-it-is", "reason": "what I had typed"}
            if token is not None:
                form["csrf"] = token
            page = self.head.ask("POST", f"/letter/{letter}/release", form)
            self.assertEqual(403, page.status, token)
            self.assertIn("what I had typed", page.text)
        self.assertEqual(before, self.decisions())

    def test_a_form_from_another_site_does_nothing_even_with_its_token(self):
        letter = self.held()
        token = self.opened(HEAD, letter).page.csrf
        before = self.decisions()
        for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"},
                        {"Origin": "https://" + self.head.host + ".evil.example"}, {"Sec-Fetch-Site": "same-site"}):
            page = self.head.ask("POST", f"/letter/{letter}/release", {"csrf": token, "how": "as-it-is"}, headers=headers)
            self.assertEqual(403, page.status, headers)
        self.assertEqual(before, self.decisions())

    def test_signing_in_needs_a_page_of_ours(self):
        stranger = Visitor(self.world.console)
        page = stranger.ask("POST", "/sign-in", {"address": HEAD, "password": PASSWORD}, headers={"Origin": None})
        self.assertEqual(403, page.status)
        self.assertNotIn("__Host-exeat-session", stranger.cookies)

    def test_a_session_that_was_signed_out_is_worth_nothing(self):
        visitor = Visitor(self.world.console)
        visitor.get("/sign-in")
        visitor.post("/sign-in", {"address": CHAIR, "password": PASSWORD})
        used = self.people[CHAIR].secret
        fresh = totp(used)
        wait_for(lambda: totp(used) != fresh, "the chair's next code: each works once", 40)
        visitor.post("/sign-in/code", {"code": totp(used), "back": "/me"})
        kept = dict(visitor.cookies)
        self.assertEqual(200, visitor.get("/me").status)
        visitor.post("/sign-out")
        visitor.cookies = kept
        self.assertEqual("Sign in", visitor.get("/me").heading)

    def test_forged_sessions(self):
        for value in ("", "A" * 43, "A" * EXEAT_HTTP_COOKIE_BYTES, "A" * (EXEAT_HTTP_COOKIE_BYTES + 1), "../../x", "%00", "é"):
            stranger = Visitor(self.world.console)
            stranger.cookies["__Host-exeat-session"] = value.encode().decode("latin-1")
            page = stranger.get("/waiting")
            self.assertIn(page.status, (200, 400), value)
            self.assertNotEqual("Waiting for you", page.heading, value)

    def test_a_password_alone_opens_nothing(self):
        half = Visitor(self.world.console)
        half.get("/sign-in")
        half.post("/sign-in", {"address": HEAD, "password": PASSWORD})
        self.assertEqual("Your code", half.page.heading)
        for path in ("/waiting", "/audit", "/me", "/mine", "/health", "/enrol"):
            self.assertIn(half.get(path).heading, ("Sign in", "Sign in with a code by mail"), path)

    def test_wrong_passwords_look_alike_and_get_slower(self):
        stranger = Visitor(self.world.console)
        pages = []
        for address in (f"nobody@{DOMAIN}", NETWORK):
            stranger.get("/sign-in")
            pages.append(stranger.post("/sign-in", {"address": address, "password": "wrong and wrong again"}))
        for page in pages:
            self.assertEqual(403, page.status)
        strip = lambda page, address: re.sub(r'value="[^"]*"', "", page.text).replace(address, "")
        self.assertEqual(strip(pages[0], f"nobody@{DOMAIN}"), strip(pages[1], NETWORK))
        for _ in range(12):
            stranger.get("/sign-in")
            page = stranger.post("/sign-in", {"address": f"nobody@{DOMAIN}", "password": "wrong and wrong again"})
        self.assertEqual(429, page.status)

    # --- a certificate that is renewed --------------------------------------------------------------------------------

    def served(self):
        host, port = self.head.host.split(":")
        return ssl.get_server_certificate((host, int(port)))

    def reload_office(self, event):
        mark = len(self.world.read(self.world.office_log))
        self.world.office.send_signal(signal.SIGHUP)
        wait_for(lambda: event in self.world.read(self.world.office_log)[mark:], event)

    def test_a_renewed_certificate_is_taken_up_and_a_bad_one_is_not(self):
        path = self.world.path("keys", "pages.crt")
        before, kept = self.served(), self.world.read(path)
        with open(path, "w", encoding="ascii") as file:
            file.write("no certificate")
        self.reload_office("event=reload-refused")
        self.assertEqual(before, self.served())
        renewed = subprocess.run(["openssl", "req", "-x509", "-key", self.world.path("keys", "pages.key"), "-days", "60", "-subj",
                                  "/CN=127.0.0.1"], capture_output=True, text=True, check=True).stdout
        with open(path, "w", encoding="ascii") as file:
            file.write(renewed)
        self.reload_office("event=reloaded")
        wait_for(lambda: self.served() != before, "the new certificate")
        self.assertEqual("My account", self.head.get("/me").heading, "nobody is signed out")
        with open(path, "w", encoding="ascii") as file:
            file.write(kept)
        self.reload_office("event=reloaded")

    # --- letters of others --------------------------------------------------------------------------------------------

    def test_who_has_no_business_with_a_letter_does_not_learn_that_it_is_there(self):
        letter = self.held()
        nobody = "H-0000-0000-0000"
        for address in (CHAIR, NETWORK):
            there, not_there = (self.people[address].get(f"/letter/{one}") for one in (letter, nobody))
            self.assertEqual(404, there.status, address)
            # The page names its own address, in the form that comes back to it.
            self.assertEqual(not_there.text.replace(nobody, ""), there.text.replace(letter, ""), address)
            for verb in ("open", "release", "return", "keep", "consult", "undo", "answer", "agree"):
                self.people[address].get("/me")
                page = self.people[address].post(f"/letter/{letter}/{verb}", {"how": "as-it-is", "reason": "curious"})
                self.assertIn(page.status, (404, 422), verb)
        self.assertEqual("held", self.store(f"SELECT state FROM recipient JOIN letter ON id = letter WHERE replace(id, '-', '') ="
                                            f" '{letter.replace('-', '')}'"))

    def test_a_list_holds_what_its_reader_may_open(self):
        """The safeguarding lead sees letters about safeguarding, and of the others not even that they are there."""
        other = self.held()
        safeguarding = self.held(body="Callum McAllister told us that he is being hit at home. A safeguarding referral was made.\n")
        self.assertEqual("1", self.store("SELECT count(*) FROM finding WHERE rule = 'safeguarding' AND replace(letter, '-', '') ="
                                         f" '{safeguarding.replace('-', '')}'"))
        lead = self.people[DSL]
        for path in ("/waiting", f"/waiting?q={RAMAN}"):
            self.assertIn(safeguarding, lead.get(path).text, path)
            self.assertNotIn(other, lead.page.text, path)
        for page in ("/waiting?page=2", "/waiting?reason=personal-data"):
            self.assertNotIn(other, lead.get(page).text)
        self.assertEqual((200, 404), tuple(lead.get(f"/letter/{one}").status for one in (safeguarding, other)))

    def test_reasons_are_for_those_who_may_read(self):
        letter = self.held()
        self.opened(HEAD, letter)
        self.head.post(f"/letter/{letter}/return", {"note": "a note that is taken back"})
        self.head.post(f"/letter/{letter}/undo")
        self.head.post(f"/letter/{letter}/release", {"how": "as-it-is", "reason": "what the solicitor wrote"})
        for address, path in ((CLERK, f"/letter/{letter}"), (RAMAN, f"/mine/{letter}")):
            shown = self.people[address].get(path).text
            self.assertIn("Released", shown, address)
            self.assertNotIn("solicitor", shown, address)
            self.assertNotIn("a note that", shown, address)
        self.assertNotIn("Take it back", self.people[CLERK].get(f"/letter/{letter}").text)
        self.assertIn("solicitor", self.head.get(f"/letter/{letter}").text)
        self.assertIn("Take it back", self.head.page.text)
        self.assertIn("solicitor", self.people[DPO].get(f"/letter/{letter}").text)

    def test_who_may_read_does_not_decide(self):
        letter = self.held()
        officer = self.people[DPO]
        officer.get(f"/letter/{letter}")
        self.assertEqual(422, officer.post(f"/letter/{letter}/open").status)  # a reason is asked for
        officer.post(f"/letter/{letter}/open", {"reason": "a complaint"})
        self.assertIn("Callum McAllister", officer.page.text)
        before = self.decisions()
        page = officer.post(f"/letter/{letter}/release", {"how": "as-it-is"})
        self.assertEqual(404, page.status)
        self.assertEqual(before, self.decisions())

    def test_a_deputy_waits_until_the_head_is_away(self):
        letter = self.held()
        deputy = self.opened(DEPUTY, letter)
        if "Why you open it" in deputy.page.text:
            deputy.post(f"/letter/{letter}/open", {"reason": "to stand in"})
        page = deputy.post(f"/letter/{letter}/return", {"note": "no"})
        self.assertEqual(403, page.status)
        self.head.get("/me")
        self.head.post("/me/away", {"until": time.strftime("%Y-%m-%d", time.localtime(time.time() + 3 * 86400))})
        deputy.get(f"/letter/{letter}")
        self.assertEqual(200, deputy.post(f"/letter/{letter}/return", {"note": "no"}).status)
        self.head.get("/me")
        self.head.post("/me/away", {"back": "yes"})

    def test_a_get_never_acts(self):
        letter = self.held()
        before = self.decisions()
        for verb in ("open", "release", "return", "keep", "consult", "undo", "answer", "agree"):
            page = self.head.get(f"/letter/{letter}/{verb}?how=as-it-is&csrf={self.head.get('/me').csrf}")
            self.assertEqual(405, page.status, verb)
            self.assertEqual("POST", page.headers["Allow"])
        self.assertEqual(before, self.decisions())

    def test_recipients_that_are_none(self):
        letter = self.held()
        self.opened(HEAD, letter)
        before = self.decisions()
        for to in ("", "99", "-1", "4294967296", "x", "0x0"):
            page = self.head.post(f"/letter/{letter}/release", {"how": "as-it-is", "some": "yes", "to": to})
            self.assertIn(page.status, (409, 422), to)
            self.head.get(f"/letter/{letter}")
        self.assertEqual(before, self.decisions())

    # --- content that wants to be markup ------------------------------------------------------------------------------

    def test_nothing_in_a_letter_becomes_markup(self):
        letter = self.held(sender=f'"{EVIL.replace(chr(34), "")}" <{RAMAN}>', body=nhs_note() + EVIL + "\n\x00\x1b[31m\u202egnp.exe\n",
                           X_Evil=EVIL, Cc=f'"<b>bold</b>" <{LATHAM}>')
        page = self.opened(HEAD, letter).page
        self.assertIn("&lt;script&gt;alert(1)", page.text)
        for bad in ("<script", "<img", "<b>", "onerror=alert(2)>\"", "\x00", "\x1b", "\u202e"):
            self.assertNotIn(bad, page.text)

    def test_nothing_in_an_address_becomes_markup(self):
        for path in (f"/waiting?q={EVIL}", f"/waiting?reason={EVIL}&page={EVIL}", f"/audit?letter={EVIL}&event={EVIL}&from={EVIL}",
                     f"/sign-in?back={EVIL}&address={EVIL}", f"/{EVIL}", f"/letter/{EVIL}"):
            quoted = path.replace("<", "%3C").replace(">", "%3E").replace('"', "%22").replace(" ", "%20")
            page = self.head.get(quoted)
            self.assertIn(page.status, (200, 404), path)
            self.assertNotIn("<script", page.text)
            self.assertNotIn("<img", page.text)

    def test_no_address_leads_elsewhere(self):
        stranger = Visitor(self.world.console)
        for back in ("https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "/x\r\nX-Evil: 1", "evil"):
            stranger.get("/sign-in")
            page = stranger.ask("POST", "/language", {"to": "cy", "back": back}, follow=False)
            self.assertIn(page.status, (303, 400), back)
            if page.status == 303:
                self.assertEqual("/", page.headers["Location"], back)
            self.assertIsNone(page.headers["X-Evil"])

    def test_a_spreadsheet_runs_nothing_of_the_trail(self):
        letter = self.held()
        self.opened(HEAD, letter)
        self.head.post(f"/letter/{letter}/return", {"note": "=HYPERLINK(\"https://evil.example\";\"x\")"})
        csv = self.head.get("/audit.csv").text
        self.assertIn("\"'=HYPERLINK(", csv)
        self.assertNotIn(',"=', csv)

    # --- too large, or not what it says -------------------------------------------------------------------------------

    def test_a_form_has_its_limit(self):
        fixed = len("csrf=&answer=")
        for size, fine in ((EXEAT_HTTP_FORM_BYTES - 1, True), (EXEAT_HTTP_FORM_BYTES, True), (EXEAT_HTTP_FORM_BYTES + 1, False)):
            page = Visitor(self.world.console).ask("POST", "/sign-out", {"csrf": "", "answer": "a" * (size - fixed)})
            self.assertEqual(fine, page.status != 413, size)
        self.assertEqual("Sign in", Visitor(self.world.console).get("/sign-in").heading)

    def test_a_form_has_so_many_fields(self):
        for count, fine in ((EXEAT_HTTP_FIELDS - 1, True), (EXEAT_HTTP_FIELDS, True), (EXEAT_HTTP_FIELDS + 1, False)):
            page = Visitor(self.world.console).ask("POST", "/sign-out", {"x": ["1"] * count})
            self.assertEqual(fine, page.status != 400, count)

    def test_an_address_has_its_limit(self):
        for size, status in ((EXEAT_HTTP_PATH_BYTES - 1, 404), (EXEAT_HTTP_PATH_BYTES, 404), (EXEAT_HTTP_PATH_BYTES + 1, 400)):
            self.assertEqual(status, Visitor(self.world.console).get("/" + "a" * (size - 1)).status, size)

    def test_a_request_has_its_limit(self):
        for size, fine in ((SERVER_REQUEST_BYTES // 4, True), (SERVER_REQUEST_BYTES * 2, False)):
            page = Visitor(self.world.console).get("/sign-in", headers={"X-Long": "a" * size})
            self.assertEqual(fine, page.status == 200, size)

    def test_a_decision_on_many_has_its_limit(self):
        letter = self.held()
        for count, there in ((BULK_MOST - 1, True), (BULK_MOST, True), (BULK_MOST + 1, False)):
            ids = "&".join(["id=H-0000-0000-0000"] * (count - 1) + [f"id={letter}"])
            page = self.head.get("/waiting/decide?" + ids)
            self.assertEqual(there, letter in page.text, count)

    def shown(self, body, *files):
        """The page of an opened letter with this text and these attached CSV files."""
        message = EmailMessage(policy=email.policy.SMTP)
        message["From"], message["To"], message["Subject"] = RAMAN, CLINIC, "Callum McAllister at physio"
        message.set_content(body)
        for number, text in enumerate(files):
            message.add_attachment(text.encode(), "text", "csv", filename=f"table{number}.csv")
        sent = self.send(RAMAN, [CLINIC], data=message.as_bytes(), identity="")
        self.assertEqual("hold", sent.verdict["action"])
        return self.opened(HEAD, sent.id).page.text

    def test_a_text_is_shown_up_to_its_limit(self):
        for size in (EXEAT_LETTER_TEXT_BYTES - 1, EXEAT_LETTER_TEXT_BYTES, EXEAT_LETTER_TEXT_BYTES + 1):
            text = self.shown(nhs_note() + "x " * 20 + "y" * (size - len(nhs_note()) - 41))  # and a line end
            self.assertEqual(size > EXEAT_LETTER_TEXT_BYTES, MORE in text, size)

    def test_a_table_is_shown_up_to_its_limit(self):
        for rows in (EXEAT_LETTER_ROWS - 1, EXEAT_LETTER_ROWS, EXEAT_LETTER_ROWS + 1):
            text = self.shown(nhs_note(), "".join(f"a{i},b{i},c{i}\n" for i in range(rows)))
            self.assertEqual(rows > EXEAT_LETTER_ROWS, MORE in text, rows)
            self.assertIn(f"<td>a{EXEAT_LETTER_ROWS - 2}</td>", text)

    def test_a_page_has_its_limit(self):
        """The last of so many tables is whole while there is room, and then it is not."""
        row = "x" * 8190 + ",y"  # 8 KiB of cells
        whole = (EXEAT_LETTER_PAGE_BYTES - len(nhs_note())) // (8191 * 60)
        for count, more in ((whole, False), (whole + 1, True)):
            text = self.shown(nhs_note(), *["\n".join([row] * 60) + "\n"] * count)
            self.assertEqual(more, MORE in text, count)

    def test_what_is_no_form_is_no_request(self):
        visitor = Visitor(self.world.console)
        origin = {"Origin": f"https://{visitor.host}"}
        plain = {**origin, "Content-Type": "application/x-www-form-urlencoded"}
        for body, headers, status in (
                ("{}", {**origin, "Content-Type": "application/json"}, 415),
                ("x", origin, 415),
                ("a=%ff%fe", plain, 400),
                ("a=%01", plain, 400)):
            page = visitor.raw("POST", "/sign-out", body, headers)
            self.assertEqual(status, page.status, body)
            self.assertIn("Nothing was changed", page.text)
        for method in ("PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "PROPFIND"):
            self.assertEqual(405, visitor.raw(method, "/").status, method)

    def test_bytes_that_are_no_http(self):
        host, port = self.head.host.split(":")
        for junk in (b"\x00" * 1000, b"GET / HTTP/9.9\r\n\r\n", b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
                     b"POST /sign-out HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n", b"GET " + b"/" * 200000):
            with socket.create_connection((host, int(port)), timeout=10) as plain, \
                    self.head.trust.wrap_socket(plain, server_hostname=host) as secure:
                try:
                    secure.sendall(junk)
                    secure.settimeout(10)
                    secure.recv(4096)
                except (ssl.SSLError, OSError):
                    pass  # hanging up is an answer too
        self.assertEqual(200, Visitor(self.world.console).get("/sign-in").status)
        self.assertIsNone(self.world.office.poll())

    def test_what_is_too_long_to_write_down_comes_back(self):
        letter = self.held()
        self.opened(HEAD, letter)
        before = self.decisions()
        page = self.head.post(f"/letter/{letter}/release", {"how": "as-it-is", "reason": "because " * 300})
        self.assertEqual(422, page.status)
        self.assertIn("because because", page.text)
        self.assertEqual(before, self.decisions())

    def test_what_happens_to_accounts_stands_in_the_trail(self):
        guest = f"s.pritchard@{DOMAIN}"
        self.world.add_user(guest, "Guest")
        for verb in ("password", "disable", "enable", "totp-reset", "recovery", "remove"):
            self.world.exeat("user", verb, guest)
        counts = dict(line.split("|") for line in self.store("SELECT event, count(*) FROM audit WHERE event LIKE 'account-%'"
                                                             " GROUP BY event").split("\n"))
        self.assertEqual(len(self.people) + 1, int(counts["account-added"]))
        self.assertEqual(len(self.people) + 1, int(counts["account-password"]), "theirs by the page, the guest's by the command")
        for event in ("account-disabled", "account-enabled", "account-codes-reset", "account-recovery", "account-removed"):
            self.assertEqual("1", counts[event], event)
        shown = self.head.get("/audit?event=account-disabled").text
        self.assertIn(guest, shown)
        self.assertIn("Account disabled", shown)
        with open(self.world.path("store", "quarantine.db"), "rb") as file:
            self.assertNotIn(guest.encode(), file.read())

    def test_the_log_has_no_content(self):
        log = self.world.read(self.world.office_log)
        for word in ("Callum", "McAllister", PASSWORD, HEAD, RAMAN, "alert(", self.head.cookies["__Host-exeat-session"]):
            self.assertNotIn(word, log)


class Configured(unittest.TestCase):
    """What exeat check says of the pages, before anybody relies on them."""

    def setUp(self):
        self.world = World(BUILD, oakfield.accounts(), oakfield.SCHOOL, oakfield.ROLLS)
        self.addCleanup(self.world.stop)
        self.world.prepare_exeat()
        self.world.quarantine_settings = 'console = "https://exeat.example"'

    def check(self, settings):
        self.world.office_settings = settings
        self.world.write_config()
        result = self.world.exeat("check", check=False)
        return result.stdout + result.stderr

    def certificate(self, name, *options, clock=()):
        certificate, key = self.world.path("keys", name + ".crt"), self.world.path("keys", name + ".key")
        subprocess.run([*clock, "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=x", "-keyout", key,
                        "-out", certificate, *options], check=True, capture_output=True)
        os.chmod(key, 0o600)
        os.chown(key, pwd.getpwnam(self.world.office_user).pw_uid, -1)
        return certificate, key

    def test_plain_pages_stay_on_loopback(self):
        for listen, fine in (("127.0.0.1:8999", True), ("[::1]:8999", True), ("0.0.0.0:8999", False), ("8999", False), ("localhost:1", False)):
            said = self.check(f'listen = "{listen}"')
            self.assertEqual(fine, "is right" in said, said)
            self.assertEqual(not fine, "office.listen" in said, said)

    def test_a_certificate_that_would_not_serve(self):
        good, key = self.certificate("good", "-days", "30")
        _, other = self.certificate("other", "-days", "30")
        old, old_key = self.certificate("old", "-days", "30", clock=("faketime", "2020-01-01"))
        cases = [(good, key, "is right"), (good, other, "does not belong"), (key, key, "there is no certificate"), (good, good, "there is no key"),
                 (good + ".gone", key, "cannot be read"), (good, None, "a certificate is nothing without its key"),
                 (old, old_key, "has run out")]
        for certificate, its_key, words in cases:
            said = self.check(f'certificate = "{certificate}"' + (f' key = "{its_key}"' if its_key else ""))
            self.assertIn(words, said)
            self.assertEqual(words != "is right", "exeat.conf:" in said, said)
