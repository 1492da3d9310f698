# SPDX-License-Identifier: GPL-3.0-or-later
"""SPF of the school's own domain, asked of a DNS server on loopback."""

import shutil
import socket
import struct
import unittest

from conversation import CLINIC, DOMAIN, LATHAM, MOSS, Conversation, wait_for
from world import free_port

HERE = "192.0.2.7"


def answers(port):
    """True once the server answers a question about the school's domain (DNS over UDP)."""
    name = b"".join(bytes([len(label)]) + label.encode() for label in DOMAIN.split(".")) + b"\0"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(0.3)
        client.sendto(struct.pack(">HHHHHH", 7, 0, 1, 0, 0, 0) + name + struct.pack(">HH", 16, 1), ("127.0.0.1", port))
        try:
            return client.recv(512)[3] & 15 == 0
        except OSError:
            return False


class Spf(Conversation):
    @classmethod
    def setUpClass(cls):
        cls.port = free_port()
        super().setUpClass()
        cls.nsd = None

    @classmethod
    def make_world(cls):
        world = super().make_world()
        world.gate_settings = (f'spf_domains = {{ "{DOMAIN}" }}\nspf_address = {HERE}\n'
                               f'spf_server = "127.0.0.1:{cls.port}"\nspf_timeout = 2s')
        return world

    def publish(self, record):
        """A DNS server that says @record of the school's domain; None: a domain without one."""
        self.stop_nsd()
        world = self.world
        text = f'@ IN TXT "{record}"\n' if record else ""
        world.write("dns/zone", f"$ORIGIN {DOMAIN}.\n$TTL 1\n@ IN SOA ns hostmaster 1 3600 600 86400 1\n@ IN NS ns\n"
                                f"ns IN A 127.0.0.1\n{text}")
        world.write("dns/nsd.conf", f"""server:
    ip-address: 127.0.0.1@{self.port}
    username: ""
    chroot: ""
    zonesdir: "{world.path('dns')}"
    database: ""
    pidfile: "{world.path('dns', 'nsd.pid')}"
    xfrdfile: "{world.path('dns', 'xfrd')}"
    xfrdir: "{world.path('dns')}"
    zonelistfile: "{world.path('dns', 'zones')}"
remote-control:
    control-enable: no
zone:
    name: "{DOMAIN}"
    zonefile: "zone"
""")
        program = shutil.which("nsd") or "/usr/sbin/nsd"
        type(self).nsd = world.spawn(world.path("nsd.log"), program, "-d", "-c", world.path("dns", "nsd.conf"))
        wait_for(lambda: answers(self.port), f"nsd: {world.read(world.path('nsd.log'))}", 15)

    def stop_nsd(self):
        if self.nsd:
            self.world.end(self.nsd)
            type(self).nsd = None

    def verdict(self, **parts):
        return self.send(LATHAM, [CLINIC], **parts)

    def test_permitted(self):
        self.publish(f"v=spf1 ip4:{HERE} -all")
        self.assert_untouched(self.verdict())

    def test_refused(self):
        self.publish("v=spf1 ip4:192.0.2.8 -all")
        sent = self.verdict()
        self.assertEqual(550, sent.code)
        self.assertIn("sender-identity/spf", sent.verdict["findings"])
        self.assertEqual([], self.reached(sent))

    def test_soft_failure_is_not_sure_enough(self):
        self.publish("v=spf1 ip4:192.0.2.8 ~all")
        self.assert_untouched(self.verdict())

    def test_no_record(self):
        self.publish(None)
        self.assert_untouched(self.verdict())

    def test_no_server(self):
        """A resolver that is away is no reason to refuse."""
        self.stop_nsd()
        self.assert_untouched(self.send(MOSS, [CLINIC]))

    def test_null_sender_asks_nothing(self):
        self.publish("v=spf1 -all")
        self.assert_untouched(self.verdict(envelope="", Auto_Submitted="auto-replied"))


if __name__ == "__main__":
    unittest.main()
