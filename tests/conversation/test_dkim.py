# SPDX-License-Identifier: GPL-3.0-or-later
"""DKIM behind the gate: OpenDKIM signs what the gate let out, and two verifiers accept what arrived. A letter that the school
has signed already is not rewritten unseen.
"""

import json
import os
import pwd
import re
import subprocess
import unittest

import dkim

import oakfield
from conversation import BUILD, CLINIC, DOMAIN, RAMAN, Conversation, nhs_note, wait_for
from world import Arrival, World

SELECTOR = "term1"
OTHER = "mailing-service.example"
NAMED = "Jamie Hargreaves, Thursday"
DOMAINS = (DOMAIN, "school." + DOMAIN, "sch-trust.example", OTHER)
TRUST = oakfield.SCHOOL.replace(f'domains = {{ "{DOMAIN}" }}', f'domains = {{ "{DOMAIN}", "oakfield.sch-trust.example" }}', 1)


class SigningWorld(World):
    """Postfix with the gate first and OpenDKIM behind it."""

    def start_mta(self):
        self.make_keys()
        self.write("dkim/keys", f"{SELECTOR}._domainkey.{DOMAIN} {DOMAIN}:{SELECTOR}:{self.path('dkim', SELECTOR + '.private')}\n")
        self.write("dkim/signing", f"*@{DOMAIN} {SELECTOR}._domainkey.{DOMAIN}\n")
        sockets = self.path("dkim", "sockets")
        os.mkdir(sockets, 0o755)
        user = pwd.getpwnam("opendkim")
        os.chown(sockets, user.pw_uid, user.pw_gid)
        self.write("dkim/sign.conf", f"""Syslog no
Mode s
UserID opendkim
UMask 000
Socket local:{sockets}/sign
Canonicalization simple/simple
KeyTable file:{self.path('dkim', 'keys')}
SigningTable refile:{self.path('dkim', 'signing')}
InternalHosts 127.0.0.1
OversignHeaders From
RequireSafeKeys no
""")
        self.write("dkim/verify.conf", f"""Syslog no
Mode v
TestPublicKeys {self.path('dkim', 'public')}
""")
        self.spawn(self.path("dkim", "log"), "opendkim", "-f", "-x", self.path("dkim", "sign.conf"))
        wait_for(lambda: os.path.exists(sockets + "/sign"), "OpenDKIM")
        self.milters_behind = [f"unix:{sockets}/sign"]
        super().start_mta()

    def make_keys(self):
        """One key pair, published for every domain that signs here."""
        os.mkdir(self.path("dkim"), 0o755)
        subprocess.run(["opendkim-genkey", "-b", "2048", "-d", DOMAIN, "-s", SELECTOR, "-D", self.path("dkim")], check=True,
                       timeout=60)
        private = self.path("dkim", SELECTOR + ".private")
        os.chown(private, pwd.getpwnam("opendkim").pw_uid, -1)
        with open(private, "rb") as file:
            self.private = file.read()
        self.record = "".join(re.findall(r'"([^"]*)"', self.read(self.path("dkim", SELECTOR + ".txt"))))
        self.write("dkim/public", "".join(f"{SELECTOR}._domainkey.{domain} {self.record}\n" for domain in DOMAINS))


class Dkim(Conversation):
    settings = TRUST

    @classmethod
    def make_world(cls):
        return SigningWorld(BUILD, oakfield.accounts(), cls.settings, oakfield.ROLLS)

    # --- verifiers ----------------------------------------------------------------------------------------------------

    def lookup(self, name, timeout=5):
        del timeout
        return self.world.record.encode() if name.decode().startswith(SELECTOR + "._domainkey.") else None

    def valid(self, data):
        """Domain of each signature in order, and whether dkimpy accepts it."""
        signatures = re.findall(rb"(?im)^DKIM-Signature:(?:[^\r]|\r\n[ \t])*", data)
        domains = [re.search(rb"[;\s]d=([^;\s]+)", signature).group(1).decode() for signature in signatures]
        return [(domain, dkim.DKIM(data).verify(idx, dnsfunc=self.lookup)) for idx, domain in enumerate(domains)]

    def assert_valid(self, data, *domains):
        """Exactly these have signed, each validly, for dkimpy; and OpenDKIM agrees."""
        self.assertEqual([(domain, True) for domain in domains], self.valid(data))
        path = self.world.path("letter.eml")
        with open(path, "wb") as file:
            file.write(data)
        result = subprocess.run(["opendkim", "-x", self.world.path("dkim", "verify.conf"), "-vv", "-t", path],
                                capture_output=True, text=True, timeout=60, check=False)
        self.assertIn("succeeded", result.stdout + result.stderr)
        self.assertNotIn("failed", result.stdout + result.stderr)

    def arrived(self, sent):
        arrivals = self.arrivals(sent)
        self.assertEqual(len(sent.recipients), len(arrivals))
        return arrivals[0].data

    # --- letters ------------------------------------------------------------------------------------------------------

    def signed(self, *domains, subject=NAMED, fields=(b"from", b"to", b"subject", b"date"), **parts):
        """A letter that bears a signature of each domain, the last on top."""
        data, identity = self.letter(RAMAN, [CLINIC], subject=subject, **parts)
        for domain in domains:
            data = dkim.sign(data, SELECTOR.encode(), domain.encode(), self.world.private, include_headers=fields) + data
        self.assertEqual([(domain, True) for domain in reversed(domains)], self.valid(data))
        return data, identity

    def send_signed(self, *domains, **parts):
        data, identity = self.signed(*domains, **parts)
        return self.send(RAMAN, [CLINIC], data=data, identity=identity)

    def rewriting(self):
        self.world.reload(TRUST.replace("school {", "school { already_signed = rewrite", 1))
        self.addCleanup(self.world.reload, TRUST)

    def assert_held_for_its_signature(self, sent):
        self.assertEqual("hold", sent.verdict["action"])
        self.assertRegex(sent.verdict["findings"], r"^names-in-subject/name:\S*:hold,names-in-subject/already-signed:\S*:hold$")
        self.assertEqual([], self.reached(sent))

    # --- signed behind the gate ---------------------------------------------------------------------------------------

    def test_what_passes_is_signed(self):
        for body in ("Please find the minutes below.\n", "Côr Siân – 12 €\n", "\n", "one\n\n\n\n", ".\n..\n \n"):
            with self.subTest(body):
                sent = self.send(RAMAN, [CLINIC], body=body)
                self.assertEqual("pass", sent.verdict["action"])
                self.assert_valid(self.arrived(sent), DOMAIN)

    def test_a_rewritten_subject_is_signed_as_it_arrives(self):
        for subject in (NAMED, "Siân: Jamie Hargreaves " + "x" * 100):
            with self.subTest(subject):
                sent = self.send(RAMAN, [CLINIC], subject=subject)
                self.assertEqual("rewrite", sent.verdict["action"])
                self.assertNotIn(b"Hargreaves", self.arrived(sent))
                self.assert_valid(self.arrived(sent), DOMAIN)

    def test_blind_copies_are_signed_as_they_arrive(self):
        sent = self.send(RAMAN, [f"family{number}@families.example" for number in range(1, 8)])
        self.assertEqual("rewrite", sent.verdict["action"])
        self.assertIn(b"undisclosed-recipients", self.arrived(sent))
        self.assert_valid(self.arrived(sent), DOMAIN)

    def test_released_is_the_original_and_a_signature(self):
        for name, subject in {"plain": "Referral", "8-bit": "Côr Siân"}.items():
            with self.subTest(name):
                sent = self.send(RAMAN, [CLINIC], body=nhs_note(), subject=subject)
                self.assertEqual("hold", sent.verdict["action"])
                self.world.exeat("release", "--as", "headteacher", sent.id)
                arrival = self.wait_reached(sent, [CLINIC])[0]
                self.assert_valid(arrival.data, DOMAIN)
                unsigned = re.sub(rb"\ADKIM-Signature:(?:[^\r]|\r\n[ \t])*\r\n", b"", arrival.data)
                self.assertEqual(sent.data, Arrival(arrival.sender, arrival.recipient, unsigned).without_trace)

    # --- signed already -----------------------------------------------------------------------------------------------

    def test_a_signed_letter_that_needs_nothing_passes(self):
        sent = self.send_signed(DOMAIN, subject="Minutes")
        self.assertEqual("pass", sent.verdict["action"])
        self.assert_valid(self.arrived(sent), DOMAIN, DOMAIN)

    def test_it_is_held_and_released_with_its_signature(self):
        sent = self.send_signed(DOMAIN)
        self.assert_held_for_its_signature(sent)
        asked = self.notice(oakfield.HEAD, sent.id)
        self.assertIn("digital signature (DKIM)", asked.message.get_body(("plain",)).get_content())
        self.world.exeat("release", "--as", "headteacher", sent.id)
        arrival = self.wait_reached(sent, [CLINIC])[0]
        self.assertIn(sent.data, arrival.data)
        self.assert_valid(arrival.data, DOMAIN, DOMAIN)

    def test_released_put_right_is_what_the_gate_would_have_sent(self):
        """Twins of one signed letter: one is held and let go put right, the other the gate rewrites."""
        def sent_on(sent):
            own = re.compile(rb"(?im)^(?:DKIM-Signature|Received):(?:[^\r]|\r\n[ \t])*\r\n")  # of when and where it was
            return own.sub(b"", self.arrived(sent)).replace(sent.identity.encode(), b"<id>")
        held = self.send_signed(DOMAIN, OTHER)
        self.assert_held_for_its_signature(held)
        self.world.exeat("release", "--as", "headteacher", "--put-right", held.id)
        self.wait_reached(held, [CLINIC])
        self.notice(RAMAN, held.id, "put right")
        self.rewriting()
        rewritten = self.send_signed(DOMAIN, OTHER)
        self.assertEqual("rewrite", rewritten.verdict["action"])
        self.assertEqual(sent_on(rewritten), sent_on(held))
        self.assertNotIn(b"Hargreaves", sent_on(held))
        self.assertEqual([(DOMAIN, True), (OTHER, False)], self.valid(self.arrived(held)))

    def test_a_subdomain_and_a_parent_are_the_schools(self):
        for domain in ("school." + DOMAIN, "sch-trust.example"):
            with self.subTest(domain):
                self.assert_held_for_its_signature(self.send_signed(domain))
                self.assert_held_for_its_signature(self.send_signed(domain, OTHER))

    def test_another_domains_signature_holds_nothing(self):
        sent = self.send_signed(OTHER)
        self.assertEqual("rewrite", sent.verdict["action"])
        self.assertEqual([(DOMAIN, True), (OTHER, False)], self.valid(self.arrived(sent)))

    def test_a_signature_that_would_not_break_holds_nothing(self):
        sent = self.send_signed(DOMAIN, fields=(b"from", b"date"))
        self.assertEqual("rewrite", sent.verdict["action"])
        self.assertNotIn("already-signed", sent.verdict["findings"])
        self.assert_valid(self.arrived(sent), DOMAIN, DOMAIN)

    def test_rewritten_without_its_signature(self):
        self.rewriting()
        sent = self.send_signed(DOMAIN)
        self.assertEqual("rewrite", sent.verdict["action"])
        self.assertIn("names-in-subject/already-signed:1:0:rewrite", sent.verdict["findings"])
        self.assertNotIn(b"Hargreaves", self.arrived(sent))
        self.assert_valid(self.arrived(sent), DOMAIN)

    def test_only_what_would_break_and_is_ours_is_removed(self):
        self.rewriting()
        sent = self.send_signed(DOMAIN, OTHER, "school." + DOMAIN, OTHER, DOMAIN)
        self.assertEqual([(DOMAIN, True), (OTHER, False), (OTHER, False)], self.valid(self.arrived(sent)))

    def test_exeat_test_shows_it(self):
        path = self.world.path("signed.eml")
        with open(path, "wb") as file:
            file.write(self.signed(DOMAIN)[0])
        shown = json.loads(self.world.exeat("test", "--json", path, check=False).stdout)
        shown = shown[0] if isinstance(shown, list) else shown
        self.assertEqual("hold", shown["verdict"])
        self.assertEqual(["name", "already-signed"], [finding["rule"] for finding in shown["findings"]])
        self.assertIsNone(shown["subject"])


if __name__ == "__main__":
    unittest.main()
