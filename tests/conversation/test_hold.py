# SPDX-License-Identifier: GPL-3.0-or-later
"""Held letters: who gets one at once, who after a release, who never; and that it arrives as it was sent."""

import email
import email.policy
import json
import unittest

from conversation import (CARVER, CARVER_PRIVATE, CLINIC, COMPANY, DOMAIN, HEAD, LATHAM, MOSS, PUPIL_PRIVATE, RAMAN,
                          Conversation, nhs_note, pupil, wait_for)


class Hold(Conversation):
    def hold(self, recipients, account=RAMAN, **parts):
        parts.setdefault("body", nhs_note())
        sent = self.send(account, recipients, **parts)
        self.assertEqual(250, sent.code)
        self.assertEqual("hold", sent.verdict["action"])
        return sent

    def release(self, reference, *arguments, check=True):
        return self.world.exeat("release", "--as", "headteacher", *arguments, reference, check=check)

    def test_only_the_concerned_recipient_waits(self):
        mother = pupil("Nia", "Bevan")["Contact 1 Email"]
        sent = self.send(CARVER, [LATHAM, CARVER_PRIVATE, mother, CLINIC])
        self.assertEqual("1/4", sent.verdict["held"])
        self.assert_untouched(sent, [LATHAM, mother, CLINIC])
        self.release(sent.id)
        self.wait_reached(sent, [LATHAM, mother, CLINIC, CARVER_PRIVATE])
        self.assert_untouched(sent)

    def test_blind_copy_waits_too(self):
        sent = self.send(CARVER, [LATHAM], rcpt=[LATHAM, PUPIL_PRIVATE])
        self.assertEqual("1/2", sent.verdict["held"])
        self.assert_untouched(sent, [LATHAM])

    def test_inside_gets_what_outside_waits_for(self):
        sent = self.hold([LATHAM, CLINIC, "ward7@nhs.net"])
        self.assertEqual("1/3", sent.verdict["held"])
        self.assert_untouched(sent, [LATHAM, "ward7@nhs.net"])

    def test_release_of_some_and_then_of_all(self):
        sent = self.hold([CLINIC, COMPANY, "third@tamside-tutors.example"])
        self.assertEqual([], self.reached(sent))
        self.release(sent.id, "--rcpt", COMPANY)
        self.wait_reached(sent, [COMPANY])
        self.assertEqual(2, self.states(sent.id)["held"])
        self.release(sent.id)
        self.wait_reached(sent, [CLINIC, COMPANY, "third@tamside-tutors.example"])
        self.assert_untouched(sent)

    def test_what_nothing_puts_right_is_not_released_so(self):
        sent = self.hold([CLINIC])
        refused = self.release(sent.id, "--put-right", check=False)
        self.assertEqual(1, refused.returncode)
        self.assertIn("Nothing is known", refused.stderr)
        self.assertEqual(1, self.states(sent.id)["held"])

    def test_release_for_somebody_else_is_refused(self):
        sent = self.hold([CLINIC])
        result = self.release(sent.id, "--rcpt", "nobody@tamside.example", check=False)
        self.assertNotEqual(0, result.returncode)
        self.assertEqual({"held": 1}, {key: value for key, value in self.states(sent.id).items() if value})
        self.assertEqual([], self.reached(sent))

    def test_second_decision_is_told_of_the_first(self):
        sent = self.hold([CLINIC])
        self.release(sent.id)
        self.wait_reached(sent, [CLINIC])
        for verb in ("release", "return"):
            second = self.world.exeat(verb, "--as", "headteacher", sent.id, check=False)
            self.assertNotEqual(0, second.returncode)
            self.assertRegex(second.stderr, rf"^{sent.id} was already released by \S+ on \d")
        self.assertEqual([CLINIC], self.reached(sent))

    def test_second_decision_in_json(self):
        sent = self.hold([CLINIC])
        first = json.loads(self.release(sent.id, "--json").stdout)
        self.assertEqual(("done", 1), (first["outcome"], first["recipients"]))
        second = json.loads(self.release(sent.id, "--json", check=False).stdout)
        self.assertEqual("already-decided", second["outcome"])
        self.assertTrue(second["by"])

    def test_unknown_letter(self):
        result = self.release("H-0000-0000-0000", check=False)
        self.assertNotEqual(0, result.returncode)
        self.assertIn("no letter", result.stderr)

    def test_bytes_survive(self):
        """8-bit text, dots, long lines, odd folding, spaces at the end of lines."""
        note = nhs_note().replace("\n", "\r\n").encode()
        bodies = {
            "dots": b".\r\n..\r\n...two\r\n.hidden\r\n" + note,
            "eight-bit": note + "Siân, Zoë – 12 €\r\n".encode(),
            "latin-1": note + "Siân".encode("latin-1") + b"\r\n",
            "long line": note + b"x" * 990 + b"\r\n" + b"y" * 998 + b"\r\n",
            "blank ends": note + b"trailing   \r\n\t\r\n\r\n\r\n",
            "from line": note + b"From the start\r\n>From quoted\r\n",
            "tabs": b"\t" + note,
        }
        for name, body in bodies.items():
            with self.subTest(name):
                identity = f"<bytes-{name.replace(' ', '-')}@{DOMAIN}>"
                head = (f"From:  {RAMAN}\r\nTo: {CLINIC},\r\n\t{COMPANY}\r\nSubject:\r\n Referral   today\r\n"
                        "X-Odd:value without a space\r\nDate: Mon, 14 Sep 2026 09:30:00 +0100\r\n"
                        f"Message-ID: {identity}\r\nMIME-Version: 1.0\r\n"
                        "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n").encode()
                sent = self.send(RAMAN, [CLINIC, COMPANY], data=head + body, identity=identity)
                self.assertEqual("hold", sent.verdict["action"])
                self.release(sent.id)
                self.wait_reached(sent, [CLINIC, COMPANY])
                self.assert_untouched(sent)

    def test_large_letter_survives(self):
        lines = b"".join(b"%07d %s\r\n" % (number, b"z" * 60) for number in range(60000))
        data, identity = self.letter(RAMAN, [CLINIC], body=nhs_note())
        sent = self.send(RAMAN, [CLINIC], data=data + lines, identity=identity)
        self.assertEqual("hold", sent.verdict["action"])
        self.release(sent.id)
        self.wait_reached(sent, [CLINIC])
        self.assert_untouched(sent)

    def test_show_tells_the_sender(self):
        sent = self.hold([CLINIC])
        shown = self.world.exeat("show", "--as", "headteacher", "--reason", "asked by the clinic", "--letter", sent.id)
        self.assertEqual(sent.data.decode().replace("\r\n", "\n"), shown.stdout.replace("\r\n", "\n"))
        self.notice(RAMAN, sent.id, "opened")

    def test_show_without_a_reason_opens_nothing(self):
        sent = self.hold([CLINIC])
        shown = self.world.exeat("show", sent.id, check=False)
        self.assertEqual(2, shown.returncode)
        self.assertIn("--reason", shown.stderr)
        self.assertEqual("", shown.stdout)

    def test_own_letter_of_the_head_goes_to_the_chair(self):
        sent = self.hold([CLINIC], account=HEAD)
        self.notice(f"r.kearsley@{DOMAIN}", sent.id, "needs your decision")
        self.notice(HEAD, sent.id, "is waiting for a decision")
        self.world.settled()
        asked = self.world.sink.matching(lambda arrival: "needs your decision" in str(arrival.message["Subject"])
                                         and sent.id in str(arrival.message["Subject"]))
        self.assertEqual([f"r.kearsley@{DOMAIN}"], [arrival.recipient for arrival in asked])

    def test_return_is_a_delivery_status_notification(self):
        sent = self.hold([CLINIC, COMPANY])
        self.world.exeat("return", "--as", "headteacher", "--note", "please use the portal", sent.id)
        arrival = self.notice(RAMAN, sent.id, "not sent")
        message = email.message_from_bytes(arrival.data, policy=email.policy.default)
        self.assertEqual("multipart/report", message.get_content_type())
        self.assertEqual("delivery-status", message.get_param("report-type"))
        self.assertEqual("auto-replied", message["Auto-Submitted"].split(";")[0])
        words, status, headers = message.get_payload()
        self.assertIn(words.get_content_type(), ("text/plain", "multipart/alternative"))
        self.assertEqual("message/delivery-status", status.get_content_type())
        self.assertIn(headers.get_content_type(), ("text/rfc822-headers", "message/rfc822"))
        whole, *each = status.get_payload()
        self.assertRegex(whole["Reporting-MTA"], r"^dns; ?\S+$")
        self.assertEqual(2, len(each))
        for group in each:
            self.assertTrue(group["Final-Recipient"])
            self.assertEqual("failed", group["Action"])
            self.assertRegex(group["Status"], r"^5\.\d+\.\d+$")
        self.assertNotIn(b"please use the portal", arrival.data)
        self.assertEqual([], self.reached(sent))
        self.assertEqual([], [row for row in self.world.held() if row["id"] == sent.id])

    def test_return_of_some_and_release_of_the_rest(self):
        sent = self.hold([CLINIC, COMPANY])
        self.world.exeat("return", "--rcpt", CLINIC, sent.id)
        self.release(sent.id)
        self.wait_reached(sent, [COMPANY])
        self.notice(RAMAN, sent.id, "not sent")

    def test_refused_at_release_is_told_and_may_be_tried_again(self):
        gone = "gone@tamside-gone.example"
        self.world.sink.refuse[gone] = "550 5.1.1 There is nobody of that name"
        sent = self.hold([gone])
        self.release(sent.id)
        # Postfix takes it and bounces it to its sender, who is the member of staff
        def bounced():
            return [arrival for arrival in self.world.sink.to(RAMAN) if sent.identity.encode() in arrival.data
                    and arrival.message.get_content_type() == "multipart/report"]
        wait_for(bounced, "a bounce to the sender")
        self.assertEqual([], self.reached(sent))

    def test_audit_trail_is_whole(self):
        sent = self.hold([CLINIC])
        self.release(sent.id, "--reason", "agreed by telephone")
        self.wait_reached(sent, [CLINIC])
        listed = self.world.exeat("audit", "list", sent.id).stdout
        for event in ("held", "release-decided"):
            self.assertIn(event, listed)
        self.assertIn("agreed by telephone", listed)
        self.assertIn("whole", self.world.exeat("audit", "verify").stdout)

    def test_one_letter_of_many_senders(self):
        """Sign-in decides who is told, not From."""
        sent = self.send(MOSS, [CLINIC], body=nhs_note())
        self.notice(MOSS, sent.id, "waiting")


if __name__ == "__main__":
    unittest.main()
