#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the seeds of the fuzz targets into tests/fuzz/corpus/: small, invented, one shape each. Those of PDF are for
tests/unit/test-mutations.c alone: its parser is not ours to fuzz.

Run it after adding a shape. Files that fuzzing found (crash-*) are not its own; it leaves them alone.
"""

import base64
import os
from email.message import EmailMessage
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import seeds_archive
import seeds_documents
import seeds_inspect

HERE = os.path.dirname(os.path.abspath(__file__))
LIST = ("Jamie Smith-Jones", "Callum McAllister", "Siân O'Neill", "Noah Featherstone", "Mia Cholmondeley", "Lucas Trelawney")
TABLE = "Surname,Forename,DOB,UPN,NHS Number\r\nSmith-Jones,Jamie,19/04/2014,H801200001001,943 476 5919\r\n" \
        "McAllister,Callum,01/02/2013,,\r\n"
HTML = "<html><head><style>p{color:red}</style></head><body><p>Dear all,</p><table><tr><th>Name</th><th>UPN</th></tr><tr>" \
       "<td>Jamie Smith-Jones</td><td>H801200001001</td></tr><tr><td>Sophie Gallagher</td><td>x</td></tr></table>" \
       "<blockquote>Mia Cholmondeley &amp; co</blockquote><div class=\"gmail_quote\">On Monday you wrote:<br>hello</div></body></html>"
PROSE = "Dear Pat,\n\nJamie Smith-Jones (NHS number 943 476 5919) has asthma and an EHCP.\nDate of birth 19/04/2014, " \
        "DN55 1PT, 07700 900123\n\nKind regards,\nAlison Latham\n-- \nOakfield School\n\nOn Mon, 7 Sep 2026 at 10:00, Jane Smith " \
        "<jane.smith@home.example> wrote:\n> Is Jamie well?\n>> quoted twice\n"


def write(target, name, data):
    folder = os.path.join(HERE, "corpus", target)
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name), "wb") as file:
        file.write(data if isinstance(data, bytes) else data.encode())


def plain(subject="Minutes", body=PROSE, to="reception@clinic.example", **fields):
    letter = EmailMessage()
    letter["From"] = "Alison Latham <a.latham@oakfield.sch.uk>"
    letter["To"] = to
    letter["Subject"] = subject
    letter["Date"] = "Mon, 14 Sep 2026 09:30:00 +0100"
    for name, value in fields.items():
        letter[name.replace("_", "-")] = value
    letter.set_content(body)
    return letter


def multipart(*parts, kind="mixed"):
    letter = MIMEMultipart(kind, boundary="=b=")
    letter["From"] = "a.latham@oakfield.sch.uk"
    letter["To"] = "reception@clinic.example"
    letter["Subject"] = "Lists"
    for part in parts:
        letter.attach(part)
    return letter.as_bytes().replace(b"\n", b"\r\n")


def attached(data, name, kind="octet-stream"):
    part = MIMEApplication(data, kind)
    part.add_header("Content-Disposition", "attachment", filename=name)
    return part


def messages():
    parents = ", ".join(f"Parent {n} <p{n}@home.example>" for n in range(12))
    yield "plain", plain().as_bytes()
    yield "name-in-subject", plain("Jamie Smith-Jones and Siân O'Neill: reports").as_bytes()
    yield "bulk", plain("Trip", "See you there.\n", parents + ", Friends: a@b.example;").as_bytes()
    yield "spoofed", plain().as_bytes().replace(b"a.latham@oakfield.sch.uk", b"head@elsewhere.example")
    yield "envelope", b"!a.latham@oakfield.sch.uk\nrhys@gmail.com,jane.smith@home.example,office@oakfield.sch.uk\n" + plain().as_bytes()
    yield "nobody", b"!\n\n" + plain().as_bytes()
    yield "list", plain("Coach", "Names:\n" + "\n".join(LIST) + "\n").as_bytes()
    yield "html", multipart(MIMEText("plain", "plain"), MIMEText(HTML, "html"), kind="alternative")
    yield "csv", multipart(MIMEText("See attached.", "plain"), attached(TABLE.encode(), "Jamie Smith-Jones.csv"))
    yield "zip", multipart(attached(b"PK\x03\x04\x14\0\x01\0\x08\0" + b"\0" * 16 + b"\x05\0\0\0a.txt" + b"\0" * 30, "a.zip"))
    yield "office", multipart(attached(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old.xls"),
                                attached(b"%PDF-1.7\n/Encrypt 1 0 R", "a.pdf"))
    yield "signed", multipart(MIMEText("hello"), attached(b"0\x80\x06\x09*\x86H\x86\xf7\x0d\x01\x07\x03", "smime.p7m", "pkcs7-mime"),
                              kind="signed")
    dkim = b"DKIM-Signature: v=1; a=rsa-sha256; d=%s; s=k1;\r\n\th=From : to:Subject; bh=AA==; b=AAAA\r\n BBBB;\r\n"
    yield "dkim", dkim % b"relay.example" + dkim % b"Oakfield.sch.uk" + dkim % b"; d=x" + plain("Jamie Smith-Jones: report").as_bytes()
    inner = multipart(MIMEText("deep " + LIST[0]))
    yield "forwarded", b"Subject: Fwd\r\nFrom: a.latham@oakfield.sch.uk\r\nContent-Type: message/rfc822\r\n\r\n" + inner
    nested = MIMEText("the end")
    for level in range(10):
        outer = MIMEMultipart("mixed", boundary=f"level{level}")
        outer.attach(nested)
        nested = outer
    yield "deep", nested.as_bytes()
    yield "no-header", b"\r\n" + PROSE.encode()
    yield "no-body", b"Subject: x\r\nTo: a@b.example"
    yield "cr-only", plain().as_bytes().replace(b"\n", b"\r")
    yield "mbox", b"From someone Mon Sep 14\nbroken line\n" + plain().as_bytes()
    yield "two-subjects", b"Subject: one\r\nSubject: Jamie Smith-Jones\r\nTo: a@b.example\r\nTo: c@d.example\r\n\r\nbody\r\n"
    yield "uuencode", plain(body="begin 644 a.txt\n#86)C\n`\nend\n").as_bytes()
    yield "pgp", plain(body="-----BEGIN PGP MESSAGE-----\n\nhQEMA1vwUpwAAAAA\n=AAAA\n-----END PGP MESSAGE-----\n").as_bytes()
    yield "eight-bit", b"Subject: caf\xe9 \xff\r\nTo: a@b.example\r\nContent-Type: text/plain; charset=x-none\r\n\r\nna\xefve " \
                       b"\x93quote\x94\r\n"
    yield "2231", b"Subject: f\r\nContent-Type: text/plain; name*0*=utf-8''Si%C3%A2n; name*1=\" O'Neill.csv\"\r\n" \
                  b"Content-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\n" + \
                  base64.b64encode(TABLE.encode()) + b"\r\n"


def headers():
    yield "words", "\0=?utf-8?B?" + base64.b64encode("Siân".encode()).decode() + "?= =?iso-8859-1?q?caf=E9?= plain"
    yield "split", "\0=?utf-8?b?U2nD?= =?utf-8?b?om4=?=\r\n =?gb2312?B?1tDOxA==?="
    yield "addresses", "\0\"O'Neill, Siân\" <s@a.example>, (comment (nested)) b@c.example, Group: d@e.example, f@g.example;, <" \
                       "@r1,@r2:h@i.example>"
    yield "outlook", "\0'Jane Smith' <jane.smith@home.example>; mailto:x@y.example; =?utf-8?Q?J=2C_S?= <j@k.example>"
    yield "long", "\0" + "word " * 40 + "é" * 60 + " " + "x" * 100
    yield "spaces", "\0two  spaces é  and more =?looks?like?one?= "
    yield "idn", "\0a@münchen.example, b@xn--mnchen-3ya.example, c@EXAMPLE.ORG., \"quoted local\"@x.example"
    yield "iso2022", b"\x03=?iso-2022-jp?B?GyRCRnxLXBsoQg==?= \x83\x65"


def texts():
    for number, (name, body) in enumerate((("plain", PROSE), ("html", HTML), ("csv", TABLE), ("card", "BEGIN:VCARD\nFN:Jamie Smith-Jones\n"
                                           "BDAY:2014-04-19\nEND:VCARD\n"))):
        yield name, bytes([number, 1]) + body.encode()
    yield "outlook", b"\0\1Hello\n\n-----Original Message-----\nFrom: Jane Smith\nSent: Monday\nTo: x\nSubject: y\n\nold text\n"
    yield "welsh", b"\0\1Annwyl bawb,\n\nCofion cynnes,\nSian\n\nAr Ddydd Llun ysgrifennodd Jane:\n> hen\n"
    yield "flowed", b"\0\1a line that \nflows \n> quoted \n> on\n-- \nme\n"
    yield "tabs", b"\0\1Name\tUPN\tDOB\nJamie\tH801200001001\t19/04/2014\nMia\tx\ty\n"
    yield "utf16", b"\0\4" + "Siân\r\n".encode("utf-16")
    yield "utf7", b"\0\6Si+AOI-n"
    yield "jp", b"\0\7\x1b$BF|K\\\x1b(B ok"
    yield "quotes", b"\2\1a;\"b;\"\"c\nd\";e\nf;g;h\n"
    yield "tables", b"\1\1<table><tr><td>a<td>b<tr><td colspan=2>c<table><tr><td>x</table></table><div class=gmail_signature>me</div>" \
                    b"<p hidden>no</p><script>alert(1)</script><!-- c --><pre> a\n b</pre>&#x1F600;&nbsp;&zwj;"


def detections():
    yield "prose", b"\0" + PROSE.encode()
    yield "list", b"\0" + ", ".join(LIST).encode() + b" and Harry Potter, Ann Lee, J Smith-Jones, JamieS, Mrs Smith"
    yield "table", b"\1" + TABLE.encode()
    yield "numbers", b"\0NHS 9434765919 UPN H801200001001 ULN 9276308686 NI AA370773A UTR 1955839661 IBAN GB29NWBK60161331926819 " \
                     b"card 4462030000000000 sort code 20-00-00 account 55779911 passport 533380006 DBS 001234567890 M1 1AE 12 High Street"
    yield "dates", b"\0born 19/04/2014, 19th April 2014, 2014-04-19, 19.4.14, aged 12, DOB: 31/02/2013"
    yield "special", b"\0Callum McAllister has ADHD, is on the SEN register and a child protection plan; safeguarding concern, LAC review"
    yield "users", b"\x0025jsmithjones@pupils.oakfield.sch.uk and 25jsmithjones"
    yield "rows", b"\1Name\tSEN\tMedical\nJamie Smith-Jones\tK\tasthma\nMia Cholmondeley\tE\tnone\n"


def configurations():
    yield "whole", """school { name = "Oakfield" domains = { oakfield.sch.uk } language = both trusted_clients = { 192.0.2.0/24 } }
group "leaders" { members = { head@oakfield.sch.uk, "@pupils.oakfield.sch.uk" } }
mailbox "office@oakfield.sch.uk" { users = { a@oakfield.sch.uk } }
names-in-subject { action = rewrite confidence = high senders = { leaders } }
personal-data { action = hold list = 5 unreadable = flag }
gate { max_letter = 20M time_budget = 30s memory = 64K on_failure = tempfail }
quarantine { deadline = 8h retention = 90d certificates = { "/x/c.crt" } }
delivery { relay = "smtp://127.0.0.1:10026" tls = may }
hours { zone = "Europe/London" monday = "08:00-17:00" terms = { "2026-09-02..2026-12-18" } }
role "head" { people = { head@oakfield.sch.uk } }
"""
    yield "slips", "shcool { name = x }\nschool { nmae = \"x\" domains = { a, } }\npersonal-data { action = hld list = " \
                   "99999999999999999999 }\n}"
    yield "open", "school { name = \"unterminated\n domains = { a b"
    yield "twice", "school { } school { }\ngroup { }\ngroup \"a\" { } group \"a\" { }\n# comment\ninclude \"missing.conf\"\ninclude"
    yield "sizes", "gate { max_letter = 9999999999G memory = -1 timeout = 1w time_budget = 0s recipients = 1e3 }"


def imports():
    roll = "UPN,Legal Surname,Legal Forename,Preferred Forename,DOB,Reg Group,Postcode,NHS Number,Contact 1 Name,Contact 1 " \
           "Email,Contact 1 Mobile\r\n" \
           "H801200001001,Smith-Jones,Jamie,Jay,19/04/2014,8B,DN55 1PT,943 476 5919,Mrs Jane Smith,jane@home.example,07700 900123\r\n" \
           ",O'Neill,Siân,,31/02/2013,7A,,,,,\r\n"
    yield "pupils", "\x0e" + roll
    yield "strict", "\x01" + roll
    yield "semicolons", "\x0e" + roll.replace(",", ";")
    yield "utf16", b"\x0e" + roll.encode("utf-16")
    yield "latin", b"\x0e" + roll.encode("cp1252")
    yield "staff", "\x0eStaff Code,Title,Forename,Surname,Work Email,Job Title\nAL,Ms,Alison,Latham,a.latham@oakfield.sch.uk,Teacher\n"
    yield "contacts", "\x04Pupil Surname,Pupil Forename,Surname,Forename,Relationship,Email\nLee,Ann,Lee,\"Bo " \
                      "\"\"B\"\"\",Mother,bo@home.example\n"
    yield "oneroster", "\x0esourcedId,status,givenName,familyName,role,email,agentSourcedIds\n1,active,Ann,Lee,student,," \
                       "2\n2,active,Bo,Lee,guardian,b@h.example,1\n"
    yield "ctf", "\x0e<?xml version=\"1.0\"?><CTfile><CTFpupilData><Pupil><UPN>H801200001001</UPN><Surname>Lee</Surname><" \
                 "Forename>Ann</Forename>" \
                 "<DOB>2014-04-19</DOB><Contacts><Contact><Surname>Lee</Surname><Forename>Bo</Forename></Contact></Contacts><" \
                 "/Pupil></CTFpupilData></CTfile>"
    yield "entities", "\x0e<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\"><!ENTITY c \"&b;&b;" \
                      "\">]><CTfile><CTFpupilData>" \
                      "<Pupil><Surname>&c;</Surname></Pupil></CTFpupilData></CTfile>"
    yield "ragged", "\x0eSurname,Forename,\"DOB\nLee\",,\n\"open"


def held():
    card = '{"version":1,"sender":"a%40b.example","account":null,"recipients":["c@d.example","e%FF"],"held":[0,1,7],' \
           '"subject":"x","message_id":"<1@b>",' \
           '"queue_id":"ABC","client_address":"192.0.2.1","notify":"a@b.example","language":"both","role":"head",' \
           '"deciders":["h@b.example"],' \
           '"received_at":1789372200,"findings":[{"policy":"personal-data","rule":"nhs","clause":"4.2","confidence":2,' \
           '"part":"1","zone":1,"count":3,' \
           '"data_subjects":2,"recipients":[0],"action":5,"attachment":1,"file":1}]}'
    yield "card", "c" + card
    yield "card-types", "c" + card.replace('"held":[0,1,7]', '"held":[[],{},"1",-1,4294967296]').replace('"count":3', '"count":"x"')
    yield "card-version", "c" + card.replace('"version":1', '"version":2')
    yield "sealed", "s\0"
    yield "sealed-bit", b"s\0\0\1\x20\x01\0\0\x50\x55"
    yield "sealed-cut", b"s\x05"
    yield "raw", b"r0\x82\x01\x000\x0b\x06\x09*\x86H\x86\xf7\x0d\x01\x07\x03"
    yield "mail", "mto: a@b.example\nreturns: 0 1 99\nfallback: yes\n\nSubject: x\r\n\r\nbody\r\n"
    yield "mail-empty", "mto: \n\n"
    yield "token", "t"
    yield "token-text", "tv1.H-0123456789.2000000000." + "A" * 43


def stores():
    yield "whole", "c"
    for number, kind, value in ((0, "t", "other"), (11, "t", "held"), (11, "n", ""), (18, "n", ""), (22, "i", "99"), (23, "i", "-1"),
                                (21, "i", "7"),
                                (27, "t", "sent"), (30, "n", ""), (39, "i", "9"), (41, "n", ""), (9, "t", "text"), (8, "i", "5"),
                                (5, "i", "-5")):
        yield f"column-{number}-{kind}", bytes(["c".encode()[0], number]) + f"{kind}{value}\n".encode()
    yield "patched", b"p\0\x10\x05\xff\0\x20\x10\x00"


def directories():
    yield "whole", b"\0"
    yield "sealed", b"\1"
    yield "flipped", b"\0\0\0\x80\xff"
    yield "forged", b"\1\0\0\x80\xff\0\0\x90\x7f"
    yield "cut", b"\3\0\0\0\x20"
    yield "grown", b"\3\0\0\x10\0"
    for place in range(0x28, 0x120, 16):
        yield f"header-{place:x}", bytes([1, 0, place >> 8, place & 255, 0x41])


def pages():
    yield "waiting", b"fw\npage=3\nreason=personal-data\nq=<b>carer</b> \"x\"\n"
    yield "audit", b"fay\nletter=H-7K3M-Q9TX-2B4W\nevent=opened\nfrom=2026-09-01\nto=2026-09-32\nbefore=7\nproof=all\n"
    yield "csv", b"fc\nevent==1+1\n"
    yield "release", b"fr\nhow=put-right\nsome=yes\nto=1\nto=4294967296\nreason=<script>alert(1)</script>\n"
    yield "return", b"fty\nsome=yes\nto=0\nnote=a\tb\n"
    yield "bulk", b"fb\nid=H-7K3M-Q9TX-2B4W\nid=x\n"
    yield "letter", b"fl\ndone=kept\n"
    yield "open", b"fo\ntell=90\nreason=\xc3\xa9\n"
    yield "sign-in", b"fs\nback=//evil.example\n"
    yield "words", b"w{a} <{one}>\n}{\n{other}\n{one}\n"
    yield "path", b"w/waiting?page=2\n"
    yield "shown", b"l" + plain("<script>alert(1)</script>", "<a href='https://evil.example' onclick='x'>click</a>\n").as_bytes()
    yield "marked", b"d" + plain().as_bytes()
    yield "html", b"d" + multipart(MIMEText("plain", "plain"), MIMEText(HTML, "html"), kind="alternative")
    yield "csv-attached", b"d" + multipart(MIMEText("See attached.", "plain"), attached(TABLE.encode(), "Jamie\u202eexe.csv"))
    yield "bytes", b"l\xff\xfe\0From: \x01\x1b[0m\n\n]]><!--\xef\xbf\xbe"


def main():
    for target, seeds in (("message", messages), ("header", headers), ("text", texts), ("detect", detections), ("config", configurations),
                          ("import", imports), ("held", held), ("store", stores), ("directory", directories),
                          ("compound", seeds_inspect.compounds), ("rtf", seeds_inspect.rtfs), ("tnef", seeds_inspect.tnefs),
                          ("archive", seeds_archive.archives), ("pdf", seeds_archive.pdfs), ("wire", seeds_archive.answers),
                          ("document", seeds_documents.documents), ("pages", pages)):
        for name, data in seeds():
            write(target, name, data)


if __name__ == "__main__":
    main()
