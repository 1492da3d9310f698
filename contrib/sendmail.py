# SPDX-License-Identifier: GPL-3.0-or-later
"""The world of contrib/world.py with Sendmail in Postfix's place.

Debian lets only one of the two be installed, so Sendmail is fetched with apt-get and unpacked below the build folder, once; it
runs from there. Whoever connects from loopback is trusted: nobody signs in.
"""

import fcntl
import os
import re
import subprocess

from world import DOMAIN, World, listens, wait_for

PACKAGES = ("sendmail-bin", "sendmail-cf")


def unpacked(build):
    """The folder in which Sendmail lies, after it has been put there. An error if it cannot be had."""
    folder = os.path.join(build, "sendmail")
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "lock"), "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        root = os.path.join(folder, "root")
        if os.path.exists(os.path.join(root, "complete")):
            return root
        # apt gives the download to a user of its own where it can; here it could not write, and says so
        run(["apt-get", "-q", "-o", "APT::Sandbox::User=root", "download", *PACKAGES], folder)
        for name in os.listdir(folder):
            if name.endswith(".deb"):
                run(["dpkg", "-x", name, root], folder)
        with open(os.path.join(root, "complete"), "w", encoding="ascii"):
            return root


def run(command, folder, **options):
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False, **options)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


class SendmailWorld(World):
    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.signs_in = False
        self.filter_options = "F=T, T=C:5s;S:30s;R:60s;E:2m"

    def prepare_mta(self):
        self.root = unpacked(self.build)
        macros = os.path.join(self.root, "usr/share/sendmail/cf/")
        self.write("sendmail/aliases", "")
        self.write("sendmail/switch", "hosts files\naliases files\n")
        self.write("sendmail/statistics", "")
        os.makedirs(self.path("mqueue"), mode=0o700)
        self.write("sendmail/exeat.mc", f"""divert(-1)
include(`{macros}m4/cf.m4')
divert(0)dnl
OSTYPE(`linux')dnl
define(`confDOMAIN_NAME', `mail.{DOMAIN}')dnl
define(`confSERVICE_SWITCH_FILE', `{self.path('sendmail', 'switch')}')dnl
define(`ALIAS_FILE', `{self.path('sendmail', 'aliases')}')dnl
define(`STATUS_FILE', `{self.path('sendmail', 'statistics')}')dnl
define(`QUEUE_DIR', `{self.path('mqueue')}')dnl
define(`confPID_FILE', `{self.path('sendmail', 'pid')}')dnl
define(`confTO_IDENT', `0')dnl
define(`confDONT_PROBE_INTERFACES', `True')dnl
define(`confDONT_BLAME_SENDMAIL', `TrustStickyBit')dnl
define(`confMIN_QUEUE_AGE', `0')dnl
define(`confMILTER_LOG_LEVEL', `9')dnl
define(`SMART_HOST', `relay:[127.0.0.1]')dnl
define(`RELAY_MAILER_ARGS', `TCP $h {self.sink.port}')dnl
FEATURE(`no_default_msa')dnl
FEATURE(`nocanonify')dnl
FEATURE(`accept_unresolvable_domains')dnl
FEATURE(`accept_unqualified_senders')dnl
FEATURE(`promiscuous_relay')dnl
DAEMON_OPTIONS(`Name=MTA, Addr=127.0.0.1, Port={self.port}')dnl
DAEMON_OPTIONS(`Name=inject, Addr=127.0.0.1, Port={self.inject_port}')dnl
INPUT_MAIL_FILTER(`exeat', `S=local:{self.path('run', 'milter.sock')}, {self.filter_options}')dnl
MAILER(`smtp')dnl
""")
        made = run(["m4", f"-D_CF_DIR_={macros}", self.path("sendmail", "exeat.mc")], self.folder)
        self.write("sendmail/exeat.cf", made)

    def start_mta(self):
        self.say("starting a private Sendmail")
        self.prepare_mta()
        # Before it listens, Sendmail asks who it is, for a minute if nobody knows: a host with a name, in namespaces of its own
        self.write("sendmail/resolv.conf", "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n")
        self.write("sendmail/hosts", f"127.0.0.1 mail.{DOMAIN} localhost\n")
        command = (f"hostname mail.{DOMAIN} && mount --bind {self.path('sendmail', 'resolv.conf')} /etc/resolv.conf && "
                   f"mount --bind {self.path('sendmail', 'hosts')} /etc/hosts && exec \"$@\"")
        self.spawn(self.path("sendmail", "log"), "unshare", "-m", "-u", "sh", "-c", command, "-",
                   os.path.join(self.root, "usr/libexec/sendmail/sendmail"), "-bD", "-q1s", "-C",
                   self.path("sendmail", "exeat.cf"), "-X", self.path("sendmail", "traffic"))
        wait_for(lambda: listens(self.port) and listens(self.inject_port), "Sendmail", 90)

    def stop_mta(self):
        pass  # it runs in the foreground and ends with our other processes

    def queue_is_empty(self):
        return not any(name.startswith(("qf", "df", "tf")) for name in os.listdir(self.path("mqueue")))

    @staticmethod
    def queue_id(text):
        found = re.search(r"(\w{14}) Message accepted", text)
        return found.group(1) if found else None
