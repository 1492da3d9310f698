# SPDX-License-Identifier: GPL-3.0-or-later
"""Each policy with each action, for those whom it covers and for those whom it does not."""

import unittest

from conversation import (CARVER_PRIVATE, CLINIC, LATHAM, MOSS, PUPIL_PRIVATE, Conversation, nhs_note, only)

COVERED = f"""group "covered" {{ members = {{ "{LATHAM}" }} }}
"""
SCOPE = ("senders = { covered }", f'not_recipients = {{ "@spared.example", "{CARVER_PRIVATE}" }}')


def strangers(domain):
    return [f"family{number}@{domain}" for number in range(1, 8)]


# What trips each policy: recipients who are covered, recipients who are spared, and the letter.
TRIPS = {
    "names-in-subject": ([CLINIC], ["someone@spared.example"], {"subject": "Jamie Hargreaves, Thursday"}),
    "personal-data": ([CLINIC], ["someone@spared.example"], {"body": nhs_note()}),
    "bulk-bcc": (strangers("families.example"), strangers("spared.example"), {}),
    "personal-recipient": ([PUPIL_PRIVATE, CLINIC], [CARVER_PRIVATE, CLINIC], {}),
    "sender-identity": ([CLINIC], ["someone@spared.example"], {"sender": "someone@elsewhere.example"}),
}
ACTIONS = {policy: ["observe", "flag", "hold", "reject"] for policy in TRIPS}
ACTIONS["names-in-subject"].append("rewrite")
ACTIONS["bulk-bcc"].append("rewrite")


class Policies(Conversation):
    def check(self, policy, action):
        to, spared, parts = TRIPS[policy]
        self.world.reload(COVERED + only(policy, f"action = {action}", *SCOPE))
        sent = self.send(LATHAM, to, **parts)
        self.assertIn(f"{policy}/", sent.verdict.get("findings", ""))
        self.assertEqual(action, sent.verdict["action"])
        getattr(self, "is_" + action)(policy, sent)
        for account, recipients in ((MOSS, to), (LATHAM, spared)):
            other = self.send(account, recipients, **parts)
            self.assertEqual("pass", other.verdict["action"], f"{account} to {recipients}")
            self.assertNotIn("findings", other.verdict)
            self.assert_untouched(other)

    def is_observe(self, _, sent):
        self.assertEqual(250, sent.code)
        self.assert_untouched(sent)

    def is_flag(self, _, sent):
        self.assertEqual(250, sent.code)
        arrivals = self.arrivals(sent)
        self.assertEqual(sorted(sent.recipients), sorted(arrival.recipient for arrival in arrivals))
        for arrival in arrivals:
            self.assertEqual(sent.id, arrival.message["X-Exeat-Flag"])
            without = arrival.without_trace.replace(b"X-Exeat-Flag: " + sent.id.encode() + b"\r\n", b"")
            self.assertEqual(sent.data, without)
        self.assertIn(sent.id, [row["id"] for row in self.world.held("--flagged")])

    def is_rewrite(self, policy, sent):
        self.assertEqual(250, sent.code)
        arrivals = self.arrivals(sent)
        self.assertEqual(sorted(sent.recipients), sorted(arrival.recipient for arrival in arrivals))
        for arrival in arrivals:
            body = arrival.data.split(b"\r\n\r\n", 1)[1]
            self.assertEqual(sent.data.split(b"\r\n\r\n", 1)[1], body)
            if policy == "names-in-subject":
                self.assertEqual("J.H., Thursday", arrival.message["Subject"])
            else:
                for recipient in sent.recipients:
                    self.assertNotIn(recipient.encode(), arrival.without_trace)

    def is_hold(self, policy, sent):
        self.assertEqual(250, sent.code)
        held = [PUPIL_PRIVATE] if policy == "personal-recipient" else sent.recipients
        self.assertEqual(f"{len(held)}/{len(sent.recipients)}", sent.verdict["held"])
        self.assert_reached_at_once(sent, [one for one in sent.recipients if one not in held])
        self.assertEqual({"held": len(held)}, {state: count for state, count in self.states(sent.id).items() if count})

    def assert_reached_at_once(self, sent, recipients):
        self.assertEqual(sorted(recipients), self.reached(sent))
        for arrival in self.arrivals(sent):
            self.assertEqual(sent.data, arrival.without_trace)

    def is_reject(self, _, sent):
        self.assertEqual(550, sent.code)
        self.assertRegex(sent.text, r"^5\.7\.1 ")
        self.assertGreater(len(sent.text.split("\n")), 1)
        for line in sent.text.split("\n"):
            self.assertLessEqual(len(f"550-{line}\r\n".encode()), 512)
            self.assertRegex(line, r"^5\.7\.1 [ -~]+$")
        self.assertEqual([], self.reached(sent))


def add_tests():
    for policy, actions in ACTIONS.items():
        for action in actions:
            name = f"test_{policy}_{action}".replace("-", "_")
            setattr(Policies, name, lambda self, one=policy, other=action: self.check(one, other))


add_tests()

if __name__ == "__main__":
    unittest.main()
