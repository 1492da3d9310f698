# SPDX-License-Identifier: GPL-3.0-or-later
"""A school's mail server in a folder: a private Postfix, exeatd, exeat-office and a place where letters arrive.

Everything listens on loopback, keeps its files under one folder, and is ended by process id. Nothing of the system's own mail is
touched. Used by contrib/try and by the conversation tests, so that what people are shown is what is tested.
"""

import atexit
import base64
import contextlib
import email
import email.policy
import functools
import json
import os
import pwd
import re
import shutil
import signal
import smtplib
import socket
import socketserver
import sqlite3
import stat
import subprocess
import tempfile
import threading
import time

from aiosmtpd.controller import Controller

DOMAIN = "oakfield.sch.uk"
DOMAIN_POSTMASTER = "postmaster@" + DOMAIN
POSTFIX_SERVICES = """
pickup    unix  n - n 60 1 pickup
cleanup   unix  n - n - 0 cleanup
qmgr      unix  n - n 300 1 qmgr
rewrite   unix  - - n - - trivial-rewrite
bounce    unix  - - n - 0 bounce
defer     unix  - - n - 0 bounce
trace     unix  - - n - 0 bounce
verify    unix  - - n - 1 verify
flush     unix  n - n 1000? 0 flush
proxymap  unix  - - n - - proxymap
smtp      unix  - - n - - smtp
relay     unix  - - n - - smtp
showq     unix  n - n - - showq
error     unix  - - n - - error
retry     unix  - - n - - error
discard   unix  - - n - - discard
local     unix  - n n - - local
anvil     unix  - - n - 1 anvil
scache    unix  - - n - 1 scache
postlog   unix-dgram n - n - 1 postlogd
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(condition, what, seconds=30):
    """Waits until condition() is true and returns what it gave."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    raise TimeoutError(f"waited {seconds} s for {what}")


def listens(port):
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def log_fields(line):
    """key=value and key="quoted value" of one line of a log."""
    pairs = re.findall(r'(\S+?)=("(?:\\.|[^"\\])*"|\S+)', line)
    return {key: re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value for key, value in pairs}


class Arrival:
    """A letter as it arrived at one recipient."""

    def __init__(self, sender, recipient, data):
        self.sender = sender
        self.recipient = recipient
        self.data = data
        self.at = time.time()

    @functools.cached_property
    def message(self):
        return email.message_from_bytes(self.data, policy=email.policy.default)

    @property
    def without_trace(self):
        """The bytes without the Received fields that servers put on top."""
        lines = self.data.split(b"\r\n")
        at = 0
        while at < len(lines) and (lines[at].lower().startswith((b"received:", b"return-path:")) or
                                   (at > 0 and lines[at][:1] in b" \t" and lines[at])):
            at += 1
        return b"\r\n".join(lines[at:])


@contextlib.contextmanager
def uninterrupted():
    """Clearing up is not cut short by a second Ctrl-C."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    kept = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)


class Passwords(socketserver.ThreadingUnixStreamServer):
    """Tells Postfix who may sign in, by Dovecot's authentication protocol (version 1.1), PLAIN alone."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, path, accounts):
        super().__init__(path, PasswordsConversation)
        self.accounts = accounts
        os.chmod(path, 0o666)
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()

    def good(self, response):
        """The account of "authorisation NUL account NUL password" in base64, or None."""
        try:
            _, account, password = base64.b64decode(response).decode().split("\0")
        except ValueError:
            return None
        return account if self.accounts.get(account) == password else None

    def stop(self):
        self.shutdown()
        self.server_close()


class PasswordsConversation(socketserver.StreamRequestHandler):
    def handle(self):
        self.say("VERSION", "1", "1")
        self.say("MECH", "PLAIN", "plaintext")
        self.say("SPID", str(os.getpid()))
        self.say("CUID", "1")
        self.say("COOKIE", "0" * 32)
        self.say("DONE")
        for line in self.rfile:
            words = line.decode().rstrip("\n").split("\t")
            response = next((word[len("resp="):] for word in words if word.startswith("resp=")), None)
            if words[0] == "AUTH" and response is None:
                self.say("CONT", words[1], "")
            elif words[0] in ("AUTH", "CONT"):
                account = self.server.good(response if words[0] == "AUTH" else words[2])
                self.say("OK", words[1], f"user={account}") if account else self.say("FAIL", words[1])

    def say(self, *words):
        self.wfile.write(("\t".join(words) + "\n").encode())


class Sink:
    """Takes every letter that Postfix sends on, and can be told to refuse."""

    def __init__(self, port):
        self.port = port
        self.arrivals = []
        self.refuse = {}  # recipient to SMTP reply
        self.lock = threading.Lock()
        self.controller = Controller(self, hostname="127.0.0.1", port=port, enable_SMTPUTF8=True, data_size_limit=0)

    def start(self):
        self.controller.start()

    def stop(self):
        self.controller.stop()

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        sender = "" if envelope.mail_from == "<>" else envelope.mail_from
        with self.lock:
            for recipient in envelope.rcpt_tos:
                self.arrivals.append(Arrival(sender, recipient, envelope.original_content))
        return "250 kept"

    def matching(self, wanted):
        with self.lock:
            return [arrival for arrival in self.arrivals if wanted(arrival)]

    def to(self, recipient):
        return self.matching(lambda arrival: arrival.recipient.lower() == recipient.lower())

    def since(self, number):
        with self.lock:
            return self.arrivals[number:]

    def count(self):
        with self.lock:
            return len(self.arrivals)


class World:
    """Starts and ends all of it. `settings` is further text for exeat.conf."""

    def __init__(self, build, accounts, settings="", directory_files=(), verbose=lambda text: None):
        self.build = os.path.abspath(build)
        self.folder = tempfile.mkdtemp(prefix="exeat-world-")
        os.chmod(self.folder, 0o755)  # Postfix's and the gate's users have to get through
        self.accounts = accounts
        self.settings = settings
        self.directory_files = list(directory_files)
        self.say = verbose
        self.processes = []
        self.port = free_port()       # where staff submit, signed in
        self.inject_port = free_port()  # where exeat hands in its own mail and released letters
        self.sink = Sink(free_port())
        self.config = self.path("exeat.conf")
        self.gate_log = self.path("exeatd.log")
        self.office_log = self.path("exeat-office.log")
        self.domain = DOMAIN
        self.submitted = []  # (bytes, account, sender, recipients) of every letter that was handed in
        self.passwords = None
        self.stopped = False
        self.gate = None
        self.office = None
        self.gate_user = "nobody"
        self.office_user = "daemon"  # any user of the machine but the gate's: it is to read what the gate's cannot
        self.gate_settings = ""  # further lines of the gate's block
        self.milters_behind = []  # further filters, as Postfix names their sockets
        self.signs_in = True  # whether send() signs in with the account
        self.delivery_settings = ""  # and of delivery's
        self.office_settings = ""  # and of the office's
        self.quarantine_settings = ""  # and of the quarantine's
        self.console = None  # address of the office's pages, once they are wanted
        self.relay = f"smtp://127.0.0.1:{self.inject_port}"

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def write(self, name, text, mode=0o644):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, mode)
        return path

    # --- exeat --------------------------------------------------------------------------------------------------------

    def exeat(self, *arguments, check=True, **options):
        result = subprocess.run([os.path.join(self.build, "exeat"), *arguments, "-c", self.config], capture_output=True,
                                text=True, timeout=120, **options)
        if check and result.returncode != 0:
            raise RuntimeError(f"exeat {' '.join(arguments)}: {result.returncode}\n{result.stdout}{result.stderr}")
        return result

    def write_config(self, settings=None):
        if settings is not None:
            self.settings = settings
        user = pwd.getpwnam(self.gate_user)
        self.write("exeat.conf", f"""# The school of contrib/try and of the conversation tests.
directory {{ file = "{self.path('data', 'directory')}" key = "{self.path('keys', 'directory.key')}" }}
gate {{
    socket = "unix:{self.path('run', 'milter.sock')}"
    socket_group = postfix
    user = {self.gate_user}
    spool = "{self.path('spool')}"
    metrics = "unix:{self.path('run', 'metrics.sock')}"
    {self.gate_settings}
}}
office {{
    user = {self.office_user}
    accounts = "{self.path('office', 'accounts.db')}"
    {self.office_settings}
}}
quarantine {{
    store = "{self.path('store', 'quarantine.db')}"
    certificates = {{ "{self.path('keys', 'quarantine.crt')}" }}
    private_key = "{self.path('keys', 'quarantine.key')}"
    token_key = "{self.path('keys', 'token.key')}"
    {self.quarantine_settings}
}}
delivery {{
    relay = "{self.relay}"
    hello = "mail.{DOMAIN}"
    interval = 1s
    from = "exeat@{DOMAIN}"
    postmaster = "{DOMAIN_POSTMASTER}"
    {self.delivery_settings}
}}
{self.settings}
""")
        return user

    def prepare_exeat(self):
        user = self.write_config()
        for name, mode in (("run", 0o755), ("spool", 0o700), ("store", 0o2770), ("data", 0o755)):
            os.makedirs(self.path(name), exist_ok=True)
            os.chown(self.path(name), user.pw_uid, user.pw_gid)
            os.chmod(self.path(name), mode)
        self.exeat("keygen", self.path("keys"))
        os.chmod(self.path("keys"), 0o755)
        for name in ("directory.key", "token.key"):
            os.chown(self.path("keys", name), user.pw_uid, user.pw_gid)
            os.chmod(self.path("keys", name), 0o640)
        os.chown(self.path("keys", "quarantine.key"), pwd.getpwnam(self.office_user).pw_uid, -1)
        if self.directory_files:
            self.import_directory(*self.directory_files)

    def want_pages(self):
        """Call it before prepare_exeat(): the office serves its pages too, with a certificate of its own making."""
        port = free_port()
        self.console = f"https://127.0.0.1:{port}"
        certificate, key = self.path("keys", "pages.crt"), self.path("keys", "pages.key")
        os.makedirs(self.path("keys"), exist_ok=True)
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=127.0.0.1",
                        "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate], check=True,
                       capture_output=True)
        os.chmod(key, 0o600)
        os.chown(key, pwd.getpwnam(self.office_user).pw_uid, -1)
        self.office_settings += f'listen = "127.0.0.1:{port}" certificate = "{certificate}" key = "{key}"'
        self.quarantine_settings += f'console = "{self.console}"'

    def add_user(self, address, name):
        """An account of the office; gives its set-up password."""
        said = self.exeat("user", "add", address, "--name", name, "--json").stdout
        return json.loads(said)["set_up_password"]

    def spawn(self, log, *command, **options):
        with open(log, "ab") as out:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True,
                                       **options)
        self.processes.append(process)
        return process

    def start_gate(self):
        mark = self.log_mark()
        self.gate = self.spawn(self.gate_log, os.path.join(self.build, "exeatd"), "-f", "-c", self.config)
        started = lambda: self.gate.poll() is not None or self.log_after(mark, "started")
        wait_for(started, "exeatd")
        if self.gate.poll() is not None:
            raise RuntimeError(f"exeatd ended:\n{self.read(self.gate_log)}")

    def start_office(self):
        mark = len(self.read(self.office_log))
        self.office = self.spawn(self.office_log, os.path.join(self.build, "exeat-office"), "-f", "-c", self.config)
        started = lambda: self.office.poll() is not None or "event=office-open" in self.read(self.office_log)[mark:]
        wait_for(started, "exeat-office")
        if self.office.poll() is not None:
            raise RuntimeError(f"exeat-office ended:\n{self.read(self.office_log)}")

    @staticmethod
    def read(path):
        try:
            with open(path, encoding="utf-8", errors="replace") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def log_mark(self):
        """Where the gate's log ends now, for verdict_after() and log_after()."""
        return len(self.read(self.gate_log))

    def log_after(self, mark, event):
        """The lines of one event that the gate wrote after @mark, as dicts."""
        lines = self.read(self.gate_log)[mark:].split("\n")[:-1]  # the last may be half written
        return [fields for fields in map(log_fields, lines) if fields.get("event") == event]

    def verdict_after(self, mark, code, text, seconds=30):
        """What the gate wrote about the letter that was answered with @code and @text: action, findings, held, id.

        Notices pass the gate at any time, so a letter is known by its queue id; one that was refused is told none.
        """
        queued = self.queue_id(text)

        def is_it(fields):
            return fields.get("queue_id") == queued if queued else fields.get("action") == "reject"
        return wait_for(lambda: list(filter(is_it, self.log_after(mark, "letter"))), f"a verdict on {code} {text}", seconds)[0]

    def reload_signal(self):
        self.gate.send_signal(signal.SIGHUP)

    def reload(self, settings=None, refused=False):
        """Writes another configuration and waits until the gate has taken it, or refused it."""
        self.write_config(settings)
        mark = self.log_mark()
        self.reload_signal()
        event = "reload-refused" if refused else "reloaded"
        wait_for(lambda: self.log_after(mark, event), event)
        return self.read(self.gate_log)[mark:]

    def import_directory(self, *files):
        """Puts a directory of these rolls in the place of the one in force, as the gate's user may read it."""
        user = pwd.getpwnam(self.gate_user)
        self.exeat("directory", "import", *files)
        os.chown(self.path("data", "directory"), user.pw_uid, user.pw_gid)

    def replace(self, path, data):
        """Another file in the place of @path, at once, with its owner and mode."""
        old = os.stat(path)
        with open(path + ".new", "wb") as file:
            file.write(data)
        os.chown(path + ".new", old.st_uid, old.st_gid)
        os.chmod(path + ".new", stat.S_IMODE(old.st_mode))
        os.rename(path + ".new", path)

    def workers(self):
        """Process ids of the gate's children."""
        children = self.read(f"/proc/{self.gate.pid}/task/{self.gate.pid}/children")
        return [int(one) for one in children.split()]

    def crash_worker(self):
        """A fault in the worker, and another in its place."""
        mark = self.log_mark()
        os.kill(self.workers()[0], signal.SIGKILL)
        wait_for(lambda: self.log_after(mark, "started"), "another worker")

    def metrics(self):
        """What Prometheus would read."""
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(10)
            client.connect(self.path("run", "metrics.sock"))
            client.sendall(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            answer = b"".join(iter(lambda: client.recv(65536), b""))
        return answer.decode().split("\r\n\r\n", 1)[1]

    def waiting_mails(self):
        """How many notices and released letters the office has still to send."""
        with contextlib.closing(sqlite3.connect(f"file:{self.path('store', 'quarantine.db')}?mode=ro", uri=True)) as store:
            return store.execute("SELECT (SELECT count(*) FROM outbox WHERE state = 'waiting' AND due_at <= unixepoch()) +"
                                 " (SELECT count(*) FROM recipient WHERE state = 'releasing')").fetchone()[0]

    def held(self, *arguments):
        """What `exeat held` lists."""
        return json.loads(self.exeat("held", "--json", *arguments).stdout)

    # --- the MTA: a world with another one overrides these four ---------------------------------------------------------

    def start_mta(self):
        self.say("starting a private Postfix")
        self.prepare_postfix()
        self.start_postfix()

    def stop_mta(self):
        if os.path.isdir(self.path("postfix")):
            subprocess.run(["postfix", "-c", self.path("postfix"), "stop"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL, timeout=60, check=False)

    def queue_is_empty(self):
        result = subprocess.run(["postqueue", "-c", self.path("postfix"), "-p"], capture_output=True, text=True, timeout=30,
                                check=False)
        return "queue is empty" in result.stdout

    @staticmethod
    def queue_id(text):
        """The id in an answer to the end of data, or None."""
        found = re.search(r"queued as (\w+)", text)
        return found.group(1) if found else None

    # --- Postfix ------------------------------------------------------------------------------------------------------

    def prepare_postfix(self):
        for name in ("postfix", "postfix-data", "postfix-log", "queue"):
            os.makedirs(self.path(name), exist_ok=True)
        postfix = pwd.getpwnam("postfix")
        os.chown(self.path("postfix-data"), postfix.pw_uid, -1)
        self.write("postfix/main.cf", f"""compatibility_level = 3.6
queue_directory = {self.path('queue')}
data_directory = {self.path('postfix-data')}
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = {self.path('postfix-log', 'mail.log')}
maillog_file_prefixes = {self.path('postfix-log')}
syslog_name = exeat-world
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mail.{DOMAIN}
mydomain = {DOMAIN}
mydestination =
local_recipient_maps =
alias_maps =
alias_database =
mynetworks = 127.0.0.0/8
default_transport = smtp:[127.0.0.1]:{self.sink.port}
relay_transport = smtp:[127.0.0.1]:{self.sink.port}
smtp_host_lookup = native
smtpd_peername_lookup = no
disable_dns_lookups = yes
smtp_dns_support_level = disabled
in_flow_delay = 0
message_size_limit = 60000000
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
smtpd_tls_security_level = none
minimal_backoff_time = 2s
maximal_backoff_time = 5s
queue_run_delay = 2s
smtpd_sasl_type = dovecot
smtpd_sasl_path = {self.path('passwords.sock')}
smtpd_sasl_security_options = noanonymous
smtpd_milters = {' '.join(['unix:' + self.path('run', 'milter.sock'), *self.milters_behind])}
milter_default_action = tempfail
milter_connect_timeout = 10s
milter_command_timeout = 30s
milter_content_timeout = 60s
milter_protocol = 6
""")
        self.write("postfix/master.cf", f"""127.0.0.1:{self.port} inet n - n - 100 smtpd
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
  -o smtpd_recipient_restrictions=
127.0.0.1:{self.inject_port} inet n - n - 100 smtpd
  -o smtpd_relay_restrictions=permit_mynetworks,reject
  -o smtpd_recipient_restrictions=
{POSTFIX_SERVICES}""")

    def start_postfix(self):
        started = subprocess.run(["postfix", "-c", self.path("postfix"), "start"], check=False, capture_output=True, text=True,
                                 timeout=60)
        if started.returncode != 0:
            raise RuntimeError(f"Postfix did not start:\n{started.stdout}{started.stderr}{self.postfix_log()}")
        wait_for(lambda: listens(self.port) and listens(self.inject_port), "Postfix")

    def postfix_log(self):
        return self.read(self.path("postfix-log", "mail.log"))

    # --- all together -------------------------------------------------------------------------------------------------

    def start(self):
        atexit.register(self.stop)  # for whoever is interrupted outside of `with`
        self.sink.start()
        self.passwords = Passwords(self.path("passwords.sock"), self.accounts)
        self.say("making keys and the directory of people")
        self.prepare_exeat()
        self.say("starting the gate and the office")
        self.start_gate()
        self.start_office()
        self.start_mta()
        return self

    def stop(self):
        atexit.unregister(self.stop)
        if self.stopped:
            return
        self.stopped = True
        with uninterrupted():
            self.stop_mta()
            for process in reversed(self.processes):
                self.end(process)
            if self.passwords:
                self.passwords.stop()
            with contextlib.suppress(Exception):
                self.sink.stop()
            shutil.rmtree(self.folder, ignore_errors=True)

    @staticmethod
    def end(process, how=signal.SIGTERM):
        if process.poll() is None:
            process.send_signal(how)
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(15)

    def __enter__(self):
        try:
            return self.start()
        except BaseException:
            self.stop()
            raise

    def __exit__(self, *_):
        self.stop()

    # --- letters ------------------------------------------------------------------------------------------------------

    def send(self, letter, account, recipients, sender=None):
        """Submits a letter as a signed-in member of staff. Returns (code, text, refused recipients)."""
        data = letter if isinstance(letter, bytes) else letter.as_bytes(policy=email.policy.SMTP)
        data = re.sub(rb"\r?\n", b"\r\n", data)
        self.submitted.append((data, account, sender, tuple(recipients)))
        with smtplib.SMTP("127.0.0.1", self.port, timeout=60) as client:
            client.ehlo("desk." + DOMAIN)
            if account and self.signs_in:
                client.login(account, self.accounts[account])
            client.mail(sender if sender is not None else account, ["BODY=8BITMIME"])
            refused = {}
            for recipient in recipients:
                code, text = client.rcpt(recipient)
                if code >= 400:
                    refused[recipient] = (code, text.decode())
            code, text = client.data(data)
            return code, text.decode("utf-8", "replace"), refused

    def arrived(self, recipient, seconds=30, matching=lambda arrival: True):
        """Waits for a letter to @recipient."""
        found = lambda: [arrival for arrival in self.sink.to(recipient) if matching(arrival)]
        return wait_for(found, f"a letter to {recipient}", seconds)[0]

    def settled(self, seconds=30):
        """Waits until the MTA's queue is empty."""
        wait_for(self.queue_is_empty, "an empty queue", seconds)
