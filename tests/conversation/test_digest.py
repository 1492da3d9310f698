# SPDX-License-Identifier: GPL-3.0-or-later
"""Whoever decides and has asked for a summary gets that, and not a mail for each letter."""

import subprocess
import unittest

import oakfield
from conversation import CLINIC, HEAD, RAMAN, Conversation, nhs_note

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SCHOOL = oakfield.SCHOOL.replace(f'people = {{ "{HEAD}" }}', f'people = {{ "{HEAD}" }} notify = digest digest = {{ "00:00" }}')
OPEN = "hours { " + " ".join(f'{day} = "00:00-23:59"' for day in DAYS) + " }\n"


class Digest(Conversation):
    settings = SCHOOL + OPEN

    @classmethod
    def make_world(cls):
        world = super().make_world()
        world.want_pages()
        return world

    def forget_digests(self):
        """As if they were asked for only now: the first one comes as soon as something waits."""
        subprocess.run(["sqlite3", self.world.path("store", "quarantine.db"), "DELETE FROM digest"], check=True)

    def test_a_summary_instead_of_a_mail_for_each_letter(self):
        self.world.end(self.world.office)
        held = [self.send(RAMAN, [CLINIC], subject="Callum McAllister at physio", body=nhs_note()).id for _ in range(2)]
        self.forget_digests()
        self.world.start_office()
        summary = self.world.arrived(HEAD)
        self.assertEqual("Messages waiting for your decision: 2", summary.message["Subject"])
        text = summary.message.get_body(("plain",)).get_content()
        self.assertIn(self.world.console + "/waiting", text)
        for word in ("Callum", "McAllister", RAMAN, CLINIC, *held):
            self.assertNotIn(word, summary.data.decode())
        self.world.settled()
        self.assertEqual([summary.data], [arrival.data for arrival in self.world.sink.to(HEAD)])


if __name__ == "__main__":
    unittest.main()
