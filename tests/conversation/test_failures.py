# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong: a gate that dies, a client that hangs up, forged fields, letters that are too large, a bad start."""

import base64
import hashlib
import hmac
import os
import re
import signal
import smtplib
import socket
import stat
import subprocess
import time
import unittest

import oakfield
from conversation import BUILD, CLINIC, COMPANY, DOMAIN, RAMAN, Conversation, nhs_note, wait_for
from world import Sink, World, free_port


def token(key_file, reference, sender, recipient, expires):
    """A release token as the office makes one."""
    with open(key_file, encoding="ascii") as file:
        key = bytes.fromhex(file.read().strip())
    fold = lambda address: address.partition("@")[0] + "@" + address.partition("@")[2].lower()
    fields = (reference, str(expires), fold(sender), fold(recipient))
    text = "exeat-release-1:" + "".join(f"{len(field.encode())}:{field}," for field in fields)
    mac = base64.urlsafe_b64encode(hmac.new(key, text.encode(), hashlib.sha256).digest()).decode().rstrip("=")
    return f"1.{reference}.{expires}.{mac}"


class Forged(Conversation):
    def token(self, sender=RAMAN, recipient=CLINIC, seconds=600, key="token.key"):
        return token(self.world.path("keys", key), "H-7K3M-Q9TX-2B4W", sender, recipient, int(time.time()) + seconds)

    def outcome(self, value, recipients=(CLINIC,)):
        """Sends a letter that would be held, with a release token."""
        data, identity = self.letter(RAMAN, recipients, body=nhs_note(), X_Exeat_Release=value)
        mark = self.world.log_mark()
        queue_id = self.world.send(data, RAMAN, list(recipients))[1].split()[-1]
        events = lambda: [event for kind in ("letter", "let-through") for event in self.world.log_after(mark, kind)
                          if event.get("queue_id") == queue_id]
        event = wait_for(events, "an answer of the gate")[0]
        self.world.settled()
        return event.get("action", event["event"]), identity

    def test_our_own_token_opens_the_gate_and_is_stripped(self):
        outcome, identity = self.outcome(self.token())
        self.assertEqual("let-through", outcome)
        found = self.world.sink.matching(lambda arrival: arrival.message["Message-ID"] == identity)
        self.assertEqual([CLINIC], [arrival.recipient for arrival in found])
        self.assertIsNone(found[0].message["X-Exeat-Release"])

    def test_tokens_that_open_nothing(self):
        good = self.token()
        wrong = {
            "garbage": "let me through",
            "empty": "",
            "expired": self.token(seconds=-1),
            "of another sender": self.token(sender=oakfield.HEAD),
            "of another recipient": self.token(recipient=COMPANY),
            "changed": good[:-2] + ("AA" if good[-2:] != "AA" else "BB"),
            "another key": self.token(key="directory.key"),
            "without its end": good[:-1],
            "another version": "2" + good[1:],
            "longer life": re.sub(r"\.(\d{9,})\.", lambda match: f".{int(match.group(1)) + 9999}.", good),
            "very long": good + "A" * 2000,
        }
        for name, value in wrong.items():
            with self.subTest(name):
                self.assertEqual("hold", self.outcome(value)[0])

    def test_token_for_one_of_two_recipients_opens_nothing(self):
        self.assertEqual("hold", self.outcome(self.token(), (CLINIC, COMPANY))[0])

    def test_forged_fields_are_stripped(self):
        data, identity = self.letter(RAMAN, [CLINIC], X_Exeat_Flag="H-7K3M-Q9TX-2B4W", x_exeat_notice="held")
        data = data.replace(b"Subject:", b"X-EXEAT-Release: a\r\nX-Exeat-Flag: again\r\nX-Exeat-Release:\r\n b\r\nSubject:", 1)
        sent = self.send(RAMAN, [CLINIC], data=data, identity=identity)
        self.assertEqual("pass", sent.verdict["action"])
        arrival = self.arrivals(sent)[0]
        self.assertEqual([], [name for name in arrival.message if name.lower().startswith("x-exeat")])

    def test_a_field_of_another_name_stays(self):
        data, identity = self.letter(RAMAN, [CLINIC], X_Exeatery="lunch")
        sent = self.send(RAMAN, [CLINIC], data=data, identity=identity)
        self.assert_untouched(sent)


class Failures(Conversation):
    settings = oakfield.SCHOOL

    @classmethod
    def make_world(cls):
        world = World(BUILD, oakfield.accounts(), cls.settings, oakfield.ROLLS)
        world.gate_settings = "max_letter = 128K\nmemory = 4K\nrecipients = 20"
        return world

    def test_too_large(self):
        # the limit counts the letter as the gate sees it; Postfix's own Received field comes after
        def padded(size):
            data, identity = self.letter(RAMAN, [CLINIC])
            lines = (size - len(data)) // 80
            data += (b"x" * 78 + b"\r\n") * lines
            rest = size - len(data)
            return data + (b"y" * (rest - 2) + b"\r\n" if rest >= 2 else b""), identity

        for size, expected in ((120 * 1024, 250), (132 * 1024, 552)):
            data, identity = padded(size)
            code, text, _ = self.world.send(data, RAMAN, [CLINIC])
            self.assertEqual(expected, code, text)
            self.world.settled()
            reached = self.world.sink.matching(lambda arrival, wanted=identity: arrival.message["Message-ID"] == wanted)
            self.assertEqual(expected == 250, bool(reached))
        self.assertRegex(text, r"^5\.3\.4 .*too large")

    def test_too_many_recipients(self):
        for count, expected in ((20, 250), (21, 552)):
            data, _ = self.letter(RAMAN, ["families@" + DOMAIN])
            code, text, _ = self.world.send(data, RAMAN, [f"family{number}@firm.example" for number in range(count)])
            self.assertEqual(expected, code, text)

    def test_hanging_up_keeps_nothing(self):
        before = self.world.held("--all")
        arrived = self.world.sink.count()
        data, _ = self.letter(RAMAN, [CLINIC], body=nhs_note())
        for cut in (len(data) // 3, len(data) - 3, len(data) + 50000):
            with smtplib.SMTP("127.0.0.1", self.world.port, timeout=30) as client:
                client.login(RAMAN, self.world.accounts[RAMAN])
                client.mail(RAMAN)
                client.rcpt(CLINIC)
                client.docmd("DATA")
                client.sock.sendall((data + b"z" * 70 * 1000)[:cut])
                client.sock.shutdown(socket.SHUT_RDWR)
                client.close()
        wait_for(lambda: self.world.postfix_log().count("lost connection after DATA") >= 3, "Postfix to notice")
        sent = self.send(RAMAN, [CLINIC])  # the gate goes on
        self.assert_untouched(sent)
        self.assertEqual(before, self.world.held("--all"))
        self.assertEqual(arrived + 1, self.world.sink.count())
        self.assertEqual([], os.listdir(self.world.path("spool")))

    def test_two_letters_of_one_connection_do_not_mix(self):
        held, _ = self.letter(RAMAN, [CLINIC], body=nhs_note())
        plain, identity = self.letter(RAMAN, [COMPANY])
        mark = self.world.log_mark()
        answers = []
        with smtplib.SMTP("127.0.0.1", self.world.port, timeout=30) as client:
            client.login(RAMAN, self.world.accounts[RAMAN])
            for recipient, data in ((CLINIC, held), (CLINIC, None), (COMPANY, plain)):
                client.mail(RAMAN)
                client.rcpt(recipient)
                if data is None:
                    client.rset()
                else:
                    answers.append(client.data(data))
        actions = [self.world.verdict_after(mark, code, text.decode())["action"] for code, text in answers]
        self.assertEqual(["hold", "pass"], actions)
        self.world.settled()
        found = self.world.sink.matching(lambda arrival: arrival.message["Message-ID"] == identity)
        self.assertEqual([COMPANY], [arrival.recipient for arrival in found])

    def test_metrics_count(self):
        def value(name):
            return int(re.search(rf"^{re.escape(name)} (\d+)$", self.world.metrics(), re.M).group(1))

        held = 'exeat_letters_total{action="hold"}'
        found = 'exeat_findings_total{policy="personal-data",action="hold"}'
        before = value(held), value(found), value("exeat_letter_seconds_count")
        self.send(RAMAN, [CLINIC], body=nhs_note())
        self.assertEqual(before[0] + 1, value(held))
        self.assertEqual(before[1] + 1, value(found))
        self.assertGreater(value("exeat_letter_seconds_count"), before[2])

    def test_nothing_is_lost_while_the_gate_is_dead(self):
        for process in [self.world.gate.pid, *self.world.workers()]:
            os.kill(process, signal.SIGKILL)
        self.world.gate.wait(15)
        data, identity = self.letter(RAMAN, [CLINIC], body=nhs_note())
        with self.assertRaises(smtplib.SMTPException) as refused:
            with smtplib.SMTP("127.0.0.1", self.world.port, timeout=60) as client:
                client.login(RAMAN, self.world.accounts[RAMAN])
                client.sendmail(RAMAN, [CLINIC], data)
        self.assertTrue(400 <= self.code_of(refused.exception) < 500, refused.exception)
        self.world.settled()
        self.assertEqual([], self.world.sink.matching(lambda arrival: arrival.message["Message-ID"] == identity))
        # the socket of the dead gate lies there still
        self.world.start_gate()
        sent = self.send(RAMAN, [CLINIC], data=data, identity=identity)
        self.assertEqual("hold", sent.verdict["action"])

    @staticmethod
    def code_of(error):
        if isinstance(error, smtplib.SMTPRecipientsRefused):
            return next(iter(error.recipients.values()))[0]
        return error.smtp_code

    def test_held_letters_outlive_a_killed_gate(self):
        sent = self.send(RAMAN, [CLINIC], body=nhs_note())
        self.world.crash_worker()
        self.assertIn(sent.id, [row["id"] for row in self.world.held()])
        self.world.exeat("release", sent.id)
        self.wait_reached(sent, [CLINIC])
        self.assert_untouched(sent)

    def test_release_waits_for_a_dead_relay(self):
        """A released letter goes when its way is open again; the notice too."""
        sent = self.send(RAMAN, [CLINIC], body=nhs_note())
        self.world.end(self.world.office)
        self.world.exeat("release", sent.id)
        self.assertEqual({"releasing": 1}, {key: value for key, value in self.states(sent.id).items() if value})
        self.world.start_office()
        self.wait_reached(sent, [CLINIC])


class Start(unittest.TestCase):
    """Programs that cannot start say why and end with status 2. Needs no Postfix."""

    def setUp(self):
        self.world = World(BUILD, oakfield.accounts(), oakfield.SCHOOL, oakfield.ROLLS)
        self.addCleanup(self.world.stop)
        self.world.prepare_exeat()
        self.world.start_gate()  # makes the store
        self.world.end(self.world.gate)

    def start(self, program):
        return subprocess.run([os.path.join(BUILD, program), "-f", "-c", self.world.config], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=20, check=False)

    def assert_refused(self, program, *words):
        result = self.start(program)
        self.assertEqual(2, result.returncode, result.stderr)
        for word in words:
            self.assertIn(word, result.stderr)
        return result

    def test_missing_files(self):
        missing = (("exeatd", "keys/directory.key"), ("exeatd", "keys/token.key"), ("exeatd", "keys/quarantine.crt"),
                   ("exeatd", "data/directory"), ("exeat-office", "keys/quarantine.key"),
                   ("exeat-office", "keys/token.key"), ("exeat-office", "store/quarantine.db"))
        for program, name in missing:
            with self.subTest(f"{program} without {name}"):
                path = self.world.path(name)
                os.rename(path, path + ".away")
                try:
                    self.assert_refused(program, name)
                finally:
                    os.rename(path + ".away", path)

    def test_store_in_a_folder_that_is_not_there(self):
        os.rename(self.world.path("store"), self.world.path("elsewhere"))
        self.assert_refused("exeatd", "store/quarantine.db")

    def test_missing_configuration(self):
        os.remove(self.world.config)
        for program in ("exeatd", "exeat-office"):
            self.assert_refused(program, self.world.config)

    def test_all_errors_at_once(self):
        self.world.write_config(oakfield.SCHOOL.replace(f'"{DOMAIN}"', '"no domain"', 1) + """
bulk-bcc { limit = 0 }
names-in-subject { action = shout recipients = { nobody-knows } }
personal-data { action = rewrite }
surprise { }
""")
        lines = self.world.read(self.world.config).split("\n")
        for program in ("exeatd", "exeat-office"):
            result = self.assert_refused(program, "no domain", "bulk-bcc.limit", "shout", "surprise")
            for wanted in ("bulk-bcc {", "names-in-subject {", "surprise {"):
                number = next(at for at, line in enumerate(lines, 1) if line.startswith(wanted))
                self.assertIn(f"{self.world.config}:{number}: ", result.stderr)
        checked = self.world.exeat("check", check=False)
        self.assertEqual(2, checked.returncode)
        self.assertIn("shout", checked.stderr)

    def test_broken_directory(self):
        with open(self.world.path("data", "directory"), "wb") as file:
            file.write(b"this is no directory")
        self.assert_refused("exeatd", "data/directory")

    def test_socket_belongs_to_the_mta(self):
        self.world.start_gate()
        mode = os.stat(self.world.path("run", "milter.sock"))
        self.assertEqual(0o660, stat.S_IMODE(mode.st_mode))

    def test_gate_gives_up_its_rights(self):
        self.world.start_gate()
        for worker in self.world.workers():
            status = self.world.read(f"/proc/{worker}/status")
            self.assertNotRegex(status, r"(?m)^Uid:.*\b0\b")
            self.assertRegex(status, r"(?m)^NoNewPrivs:\t1$")
            self.assertRegex(status, r"(?m)^CapEff:\t0+$")

    def test_ends_cleanly(self):
        self.world.start_gate()
        self.world.gate.send_signal(signal.SIGTERM)
        self.assertEqual(0, self.world.gate.wait(20))


class RelayCapture(Conversation):
    """What the office hands in, seen at a relay of our own."""

    @classmethod
    def make_world(cls):
        world = super().make_world()
        cls.capture = Sink(free_port())
        cls.capture.start()
        cls.addClassCleanup(cls.capture.stop)
        world.relay = f"smtp://127.0.0.1:{cls.capture.port}"
        return world

    def test_released_letter_carries_a_token_and_its_envelope(self):
        sent = self.send(RAMAN, [CLINIC], body=nhs_note())
        self.world.exeat("release", sent.id)
        arrival = wait_for(lambda: self.capture.to(CLINIC), "the released letter")[0]
        self.assertEqual(RAMAN, arrival.sender)
        self.assertRegex(arrival.message["X-Exeat-Release"], rf"^1\.{sent.id}\.\d+\.[\w-]{{43}}$")
        first, rest = arrival.data.split(b"\r\n", 1)
        self.assertTrue(first.startswith(b"X-Exeat-Release: "))
        self.assertEqual(sent.data, rest)

    def test_refusal_is_told_to_the_sender_and_may_be_released_again(self):
        gone = "gone@tamside-gone.example"
        self.capture.refuse[gone] = "550 5.1.1 There is nobody of that name"
        sent = self.send(RAMAN, [gone], body=nhs_note())
        self.world.exeat("release", sent.id)
        told = lambda: [arrival for arrival in self.capture.to(RAMAN) if "could not be delivered" in str(arrival.message["Subject"])]
        notice = wait_for(told, "a notice of the failure")[0]
        self.assertNotIn(gone.encode(), notice.data)
        self.assertEqual(1, self.states(sent.id)["failed"])
        del self.capture.refuse[gone]
        self.world.exeat("release", sent.id)
        wait_for(lambda: self.capture.to(gone), "the letter after all")


if __name__ == "__main__":
    unittest.main()
