#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Letters as teachers write them, and what each policy must say of them.

    run.py [--school FOLDER] [--show NAME] [--keep] BUILD-DIR [POLICY ...]

Every POLICY.cases file beside this one (or in the FOLDER of another school) holds letters labelled `find` or `pass` for that policy alone, whatever the others make of
them; README.md says how they are written. The runner makes keys and a directory with the built program itself, writes each case as
an .eml the way mail programs write it, asks `exeat test --json` and compares. A failing case that `known-gaps` lists is counted and
does no harm; one that is listed and passes is named, so that the list shrinks.
"""

import base64
import email.utils
import html
import io
import itertools
import json
import glob
import os
import quopri
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
POLICIES = ["names-in-subject", "bulk-bcc", "personal-recipient", "sender-identity", "personal-data"]
PROGRAMS = ["outlook", "gmail", "apple", "thunderbird", "phone", "plain"]
ACTING = {"flag", "rewrite", "hold", "reject", "delay"}
AT = "2026-11-20T10:15:00Z"
SCHOOL = "\nOakfield High School, 1 Oakfield Road, Stockport SK7 1AB\nTel 0117 496 0100 | www.oakfield.sch.uk"
BODY = """Hi all,

Just a quick one before the bell. Could you let me know by the end of the day if you are happy with this? I am in the humanities
office until four and then on the late bus duty, so a note in my pigeonhole is fine too.

Many thanks"""


class Case:
    """One letter: its fields, its body and its attachments, as the file has them."""

    def __init__(self, policy, name, fields, extra, body, attachments):
        self.policy, self.name, self.fields, self.extra = policy, name, fields, extra
        self.body, self.attachments = body, attachments

    def get(self, key, default=""):
        return self.fields.get(key, default)

    def addresses(self, key):
        return [a for _, a in email.utils.getaddresses([self.get(key)]) if a]


def read_cases(policy, path):
    with open(path, encoding="utf-8") as source:
        text = source.read()
    cases, defaults = [], {}
    for block in re.split(r"^### ", text, flags=re.M)[1:]:
        title, _, rest = block.partition("\n")
        head, _, body = rest.partition("\n\n")
        fields, extra = dict(defaults), []
        for line in head.split("\n"):
            key, colon, value = line.partition(":")
            if not colon:
                continue
            if key.lower() == "header":
                extra.append(value.strip())
            else:
                fields[key.strip().lower()] = value.strip()
        if title.strip() == "defaults":
            defaults = fields
            continue
        attachments = []

        def take(match):
            attachments.append((match.group(1).split(), match.group(2)))
            return ""

        body = re.sub(r"^%%% attach (.*)\n((?:.*\n)*?)%%% end\n?", take, body + "\n", flags=re.M)
        cases.append(Case(policy, title.strip(), fields, extra, body.strip("\n"), attachments))
    names = [case.name for case in cases]
    doubles = {name for name in names if names.count(name) > 1}
    if doubles:
        sys.exit(f"{path}: two cases are named {sorted(doubles)}")
    return cases


# How mail programs write.

def encode_words(text, how):
    """RFC 2047, in words of at most 75 characters that never cut a character in two."""
    if text.isascii() and how not in ("q", "b"):
        return text
    words, word = [], b""
    for char in text:
        raw = char.encode()
        if len(word) + len(raw) > (40 if how == "b" else 18):
            words.append(word)
            word = b""
        word += raw
    words.append(word)
    if how == "b":
        return "\r\n ".join("=?utf-8?B?" + base64.b64encode(w).decode() + "?=" for w in words)
    safe = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-!*+/"
    return "\r\n ".join("=?UTF-8?Q?" + "".join(chr(b) if b in safe else "_" if b == 32 else f"={b:02X}" for b in w) + "?=" for w in words)


def encode_addresses(text, how):
    out = []
    for name, address in email.utils.getaddresses([text]):
        if not name:
            out.append(address)
        elif name.isascii():
            out.append(f'"{name}" <{address}>' if re.search(r"[,.@()']", name) else f"{name} <{address}>")
        else:
            out.append(f"{encode_words(name, how)} <{address}>")
    return ",\r\n ".join(out)


def body_text(body):
    return re.sub(r"^%%% table\n((?:.*\n)*?)%%% end$", lambda m: m.group(1).replace("|", "\t").rstrip("\n"), body, flags=re.M)


def body_html(body, program):
    style = {"outlook": ' class="MsoNormal"', "gmail": ' dir="ltr"', "apple": "", "phone": "", "thunderbird": ""}.get(program, "")
    tag = {"outlook": "p", "thunderbird": "p"}.get(program, "div")
    out, quote = [], []

    def end_quote():
        if quote:
            kind = ' class="gmail_quote"' if program == "gmail" else ' type="cite"'
            out.append(f"<blockquote{kind}>" + "<br>\n".join(html.escape(q, False) for q in quote) + "</blockquote>")
            quote.clear()

    for chunk in re.split(r"^(%%% table\n(?:.*\n)*?%%% end)$", body, flags=re.M):
        if chunk.startswith("%%% table"):
            end_quote()
            rows = chunk.split("\n")[1:-1]
            out.append("<table border=1>" + "\n".join(
                "<tr>" + "".join(f"<td>{html.escape(c.strip(), False)}</td>" for c in row.split("|")) + "</tr>" for row in rows) + "</table>")
            continue
        for line in chunk.split("\n"):
            if line.startswith(">"):
                quote.append(line.lstrip("> "))
                continue
            end_quote()
            shown = html.escape(line, False) or ("<o:p>&nbsp;</o:p>" if program == "outlook" else "<br>")
            out.append(f"<{tag}{style}>{shown}</{tag}>")
    end_quote()
    head = '<meta http-equiv="Content-Type" content="text/html; charset=utf-8">'
    css = "<style>p.MsoNormal {margin:0cm; font-family:Calibri}</style>" if program == "outlook" else ""
    return f"<html><head>{head}{css}</head><body>\n" + "\n".join(out) + "\n</body></html>\n"


def leaf(kind, data, encoding, disposition=None, more=""):
    if isinstance(data, str):
        data = data.encode()
    if encoding == "base64":
        coded = base64.encodebytes(data).decode().replace("\n", "\r\n")
    elif encoding == "quoted-printable":
        coded = quopri.encodestring(data.replace(b"\r\n", b"\n")).decode().replace("\n", "\r\n")
    else:
        coded = data.decode("utf-8").replace("\r\n", "\n").replace("\n", "\r\n")
    head = f"Content-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}\r\n{more}"
    if disposition:
        head += f"Content-Disposition: {disposition}\r\n"
    return head + "\r\n" + coded


boundaries = itertools.count(1)


def multipart(kind, parts, more=""):
    boundary = f"=_next_{next(boundaries):06d}"
    return (f'Content-Type: multipart/{kind}; boundary="{boundary}"{more}\r\n\r\n' +
            "".join(f"--{boundary}\r\n{part}\r\n" for part in parts) + f"--{boundary}--\r\n")


def tool(work, *command, data=None):
    return subprocess.run(command, input=data, cwd=work, check=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE).stdout


def zipped(work, name, content, secret):
    inner = os.path.splitext(name)[0] + ".csv"
    if not secret:
        blob = io.BytesIO()
        with zipfile.ZipFile(blob, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(inner, content)
        return blob.getvalue()
    folder = tempfile.mkdtemp(dir=work)
    with open(os.path.join(folder, inner), "w", encoding="utf-8") as out:
        out.write(content)
    tool(folder, "zip", "-q", "-P", "correct-horse-battery", "out.zip", inner)
    with open(os.path.join(folder, "out.zip"), "rb") as done:
        return done.read()


def attachment(work, words, content, program):
    """words: the name (spaces as %20), the type, then any of: base64, 8bit, zip, zip-secret, inline, rfc822."""
    name, kind, how = words[0].replace("%20", " "), words[1], words[2:]
    data = content.rstrip("\n") + "\n"
    if kind in ("text/csv", "text/tab-separated-values"):
        data = data.replace("\n", "\r\n")
    if "zip" in how or "zip-secret" in how:
        data, encoding = zipped(work, name, data, "zip-secret" in how), "base64"
    elif kind.startswith("image/"):
        data, encoding = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="), "base64"
    elif kind == "message/rfc822":
        return leaf(kind, data, "8bit", "attachment")
    else:
        encoding = "base64" if "base64" in how or program in ("outlook", "gmail") else "8bit" if "8bit" in how else "quoted-printable"
    if "latin1" in how:
        data, charset = data.encode("latin-1"), "iso-8859-1"
    elif "utf16" in how:
        data, charset = data.encode("utf-16"), "utf-16"
        encoding = "base64"
    else:
        charset = "utf-8"
    full = f'{kind}; charset={charset}; name="{name}"' if kind.startswith("text/") else f'{kind}; name="{name}"'
    if "inline" in how:
        return leaf(full, data, encoding, f'inline; filename="{name}"', "Content-ID: <logo@oakfield.sch.uk>\r\n")
    return leaf(full, data, encoding, f'attachment; filename="{name}"')


def signature(case):
    if case.get("signature") == "no" or not case.get("from"):
        return ""
    name = email.utils.parseaddr(case.get("from"))[0]
    return f"\n\n-- \n{name}{SCHOOL}" if name else ""


def tree(case, program, work):
    body = (case.body or BODY) + signature(case)
    plain_encoding = {"outlook": "quoted-printable", "gmail": "quoted-printable", "apple": "quoted-printable", "phone": "base64"}.get(program, "8bit")
    plain = leaf("text/plain; charset=utf-8", body_text(body) + "\n", plain_encoding)
    if program == "plain":
        part = plain
    elif program == "phone":
        part = leaf("text/html; charset=utf-8", body_html(body, program), "base64")
    else:
        part = multipart("alternative", [plain, leaf("text/html; charset=utf-8", body_html(body, program), "quoted-printable")])
    related = [attachment(work, w, c, program) for w, c in case.attachments if "inline" in w]
    others = [attachment(work, w, c, program) for w, c in case.attachments if "inline" not in w]
    if related:
        part = multipart("related", [part] + related)
    if others:
        part = multipart("mixed", [part] + others)
    return part


def seal(case, part, work):
    how = case.get("encrypted")
    if how == "smime":
        if not os.path.exists(os.path.join(work, "recipient.pem")):
            tool(work, "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "recipient.key", "-out", "recipient.pem",
                 "-subj", "/CN=recipient", "-days", "30")
        der = tool(work, "openssl", "cms", "-encrypt", "-binary", "-aes256", "-outform", "DER", "recipient.pem", data=part.encode())
        return leaf('application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"', der, "base64", 'attachment; filename="smime.p7m"')
    if how == "pgp":
        home = os.path.join(work, "gnupg")
        os.makedirs(home, mode=0o700, exist_ok=True)
        armour = tool(work, "gpg", "--homedir", home, "--batch", "--quiet", "--armor", "--symmetric", "--pinentry-mode", "loopback",
                      "--passphrase", "secret", data=part.encode()).decode()
        return multipart("encrypted", [leaf("application/pgp-encrypted", "Version: 1\n", "7bit"),
                                       leaf('application/octet-stream; name="encrypted.asc"', armour, "7bit", 'inline; filename="encrypted.asc"')],
                         '; protocol="application/pgp-encrypted"')
    return part


MAILERS = {"outlook": "X-Mailer: Microsoft Outlook 16.0", "apple": "X-Mailer: Apple Mail (2.3774.500.171.1.1)", "phone": "X-Mailer: iPhone Mail (21F90)",
           "thunderbird": "User-Agent: Mozilla Thunderbird", "gmail": "X-Google-Original-From: staff", "plain": "User-Agent: Mutt/2.2.12"}


def letter(case, number, work):
    program = case.get("program") or PROGRAMS[number % len(PROGRAMS)]
    how = case.get("encode") or ("b" if program in ("outlook", "phone") else "q")
    head = []
    if case.get("from"):
        head.append("From: " + encode_addresses(case.get("from"), how))
    for key in ("to", "cc", "reply-to"):
        if case.get(key):
            head.append(f"{key.title()}: " + encode_addresses(case.get(key), how))
    if not any(line.lower().startswith("subject:") for line in case.extra):
        subject = case.get("subject", "Quick question")
        head.append("Subject: " + (subject if case.get("encode") == "raw" else encode_words(subject, how)))
    head += ["Date: Fri, 20 Nov 2026 10:15:00 +0000", f"Message-ID: <case.{number}.{program}@oakfield.sch.uk>", "MIME-Version: 1.0", MAILERS[program]]
    head += [line.replace("\\n", "\r\n") for line in case.extra]
    return ("\r\n".join(head) + "\r\n" + seal(case, tree(case, program, work), work)).encode("utf-8")


# Asking and comparing.

def ask(exeat, config, case, path):
    command = [exeat, "test", "--json", "-c", config, "--at", case.get("at", AT)]
    sender = case.get("sender") or (case.addresses("from") or [""])[0]
    command += ["--from", "" if sender == "<>" else sender]
    account = case.get("auth") or (case.addresses("from") or [""])[0]
    if account != "none":
        command += ["--auth", account]
    command += ["--client", case.get("client", "192.0.2.10")]
    recipients = case.addresses("rcpt") or case.addresses("to") + case.addresses("cc") + case.addresses("bcc")
    for recipient in dict.fromkeys(recipients):
        command += ["--rcpt", recipient]
    done = subprocess.run(command + [path], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        return json.loads(done.stdout), None
    except ValueError:
        return None, f"exeat test ended with {done.returncode}: {done.stderr.decode(errors='replace').strip()[:300]}"


def judge(case, answer):
    """What is wrong with the answer, as a list of sentences, and whether the policy acted."""
    findings = [f for f in answer["findings"] if f["policy"] == case.policy and f["action"] in ACTING]
    if case.get("label") == "find":  # what the runner's own signature sets off is no proof that the letter was understood
        findings = [f for f in findings if f["zone"] != "signature"]
    rules = sorted({f["rule"] for f in findings})
    wrong = []
    if case.get("label") == "find" and not findings:
        wrong.append("expected a finding, found none")
    if case.get("label") == "pass" and findings:
        wrong.append("expected none, found " + ", ".join(f"{f['rule']} ({f['confidence']}, {f['zone']}, {f['subjects']})" for f in findings))
    if not wrong and findings:
        if case.get("want-subject") and answer["subject"] != case.get("want-subject"):
            wrong.append(f"expected the subject {case.get('want-subject')!r}, got {answer['subject']!r}")
        if case.get("want-held"):
            expected = sorted(a.lower() for a in case.addresses("want-held"))
            held = sorted({r.lower() for f in findings for r in f["recipients"] or []})
            if expected != held:
                wrong.append(f"expected it for {', '.join(expected)}, got {', '.join(held) or 'nobody'}")
        if case.get("want-rules"):
            missing = [r for r in re.split(r",\s*", case.get("want-rules")) if r not in rules]
            if missing:
                wrong.append(f"expected the rules {', '.join(missing)}, got {', '.join(rules)}")
        if case.get("want-to") and (answer["to"] or "") != case.get("want-to"):
            wrong.append(f"expected To {case.get('want-to')!r}, got {answer['to']!r}")
    return wrong, bool(findings)


def prepare(exeat, work):
    with open(os.path.join(HERE, "exeat.conf"), encoding="utf-8") as source:
        text = source.read().replace("@WORK@", work)
    config = os.path.join(work, "exeat.conf")
    with open(config, "w", encoding="utf-8") as out:
        out.write(text)
    subprocess.run([exeat, "keygen", os.path.join(work, "keys")], check=True, stdout=subprocess.DEVNULL)
    rolls = [os.path.join(HERE, f"roll-{kind}.csv") for kind in ("pupils", "staff", "contacts")]
    done = subprocess.run([exeat, "directory", "import", "-c", config] + rolls, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        sys.exit("directory import failed: " + done.stdout)
    return config, done.stdout.strip()


def check_labels(cases):
    for case in cases:
        if case.get("label") not in ("find", "pass"):
            sys.exit(f"{case.policy}: {case.name}: no label")
        if any(w and len(w) < 2 for w, _ in case.attachments) or "%%% attach" in case.body:
            sys.exit(f"{case.policy}: {case.name}: an attachment that does not end, or has no type")


def option(arguments, name):
    """Takes `name VALUE` out of the arguments."""
    if name not in arguments:
        return None
    at = arguments.index(name)
    if at + 1 == len(arguments):
        sys.exit(__doc__)
    value = arguments[at + 1]
    del arguments[at:at + 2]
    return value


def main(arguments):
    global HERE, SCHOOL
    school = option(arguments, "--school")
    if school:
        HERE = os.path.abspath(school)
        with open(os.path.join(HERE, "signature"), encoding="utf-8") as source:
            SCHOOL = "\n" + source.read().rstrip("\n")
    show = option(arguments, "--show")
    keep = "--keep" in arguments
    plain = [a for a in arguments if not a.startswith("--")]
    if not plain:
        sys.exit(__doc__)
    exeat = os.path.join(os.path.abspath(plain[0]), "exeat")
    policies = plain[1:] or [p for p in POLICIES if os.path.exists(os.path.join(HERE, p + ".cases"))]
    with open(os.path.join(HERE, "known-gaps"), encoding="utf-8") as source:
        gaps = {line.strip() for line in source if line.strip() and not line.startswith("#")}
    work = tempfile.mkdtemp(prefix="exeat-cases-")
    passed = failed = known = 0
    closed, figures = [], []
    try:
        config, report = prepare(exeat, work)
        print(report)
        for policy in policies:
            counts = {"TP": 0, "FP": 0, "FN": 0, "TN": 0}
            cases = read_cases(policy, os.path.join(HERE, policy + ".cases"))
            check_labels(cases)
            for number, case in enumerate(cases):
                if show and show != case.name:
                    continue
                path = os.path.join(work, f"{policy}-{number:03d}.eml")
                with open(path, "wb") as out:
                    out.write(letter(case, number, work))
                answer, problem = ask(exeat, config, case, path)
                if answer is None:
                    wrong, acted = [problem], case.get("label") == "pass"
                else:
                    wrong, acted = judge(case, answer)
                counts[("T" if (case.get("label") == "find") == acted else "F") + ("P" if acted else "N")] += 1
                if show:
                    print(open(path, encoding="utf-8", errors="replace").read(), json.dumps(answer, indent=1, ensure_ascii=False), sep="\n")
                key = f"{policy}: {case.name}"
                if not wrong:
                    passed += 1
                    if key in gaps:
                        closed.append(key)
                elif key in gaps:
                    known += 1
                else:
                    failed += 1
                    print(f"FAIL {key}: {'; '.join(wrong)}")
            tp, fp, fn, tn = (counts[k] for k in ("TP", "FP", "FN", "TN"))
            figures.append(f"{policy:20s} TP {tp:3d}  FP {fp:3d}  FN {fn:3d}  TN {tn:3d}  precision {tp / (tp + fp) if tp + fp else 1:.3f}"
                           f"  recall {tp / (tp + fn) if tp + fn else 1:.3f}")
    finally:
        if keep:
            print("kept in", work)
        else:
            for home in glob.glob(os.path.join(work, "**", "S.gpg-agent"), recursive=True):
                subprocess.run(["gpgconf", "--homedir", os.path.dirname(home), "--kill", "gpg-agent"], check=False)
            shutil.rmtree(work, ignore_errors=True)
    for key in closed:
        print(f"CLOSED {key}: strike it off known-gaps")
    print(*figures, sep="\n")
    print(f"{passed} passed, {failed} failed" + (f" ({known} known gaps)" if known else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
