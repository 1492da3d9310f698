#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""exeat.conf(5) comes from the option tables: manual.py BUILD [--write] makes it, or says whether it is what the tables say."""

import json
import os
import re
import subprocess
import sys

HEAD = r""".\" SPDX-License-Identifier: GPL-3.0-or-later
.\" The settings below come from the option tables: tests/house/manual.py writes this page.
.Dd November 21, 2026
.Dt EXEAT.CONF 5
.Os
.Sh NAME
.Nm exeat.conf
.Nd configuration of exeat
.Sh DESCRIPTION
The file consists of blocks, and a block of settings:
.Bd -literal -offset indent
# a comment
school {
    name = "Oakfield Primary School"
    domains = { oakfield.sch.uk, oakfield.example }
}
group "leaders" { members = { head@oakfield.sch.uk } }
include "local.conf"
.Ed
.Pp
A value with spaces stands between quotation marks.
A size is a number with K, M or G, a duration one with s, m, h, d or w.
.Xr exeat 1
.Cm check
finds every error in one go and names its line;
a gate that is told to reload a wrong file goes on with the old one.
.Pp
A scope
.Pq Cm senders , not_senders , recipients , not_recipients
holds names of groups, addresses, and domains
.Pq Li @oakfield.sch.uk ;
for recipients also the words inside, outside, partner, secure, personal, parents, pupils and staff.
A group may hold groups, up to eight deep and never itself.
Files may include files, up to eight deep and 256 in all.
"""
TAIL = """.Sh SEE ALSO
.Xr exeat 1 ,
.Xr exeat-inspect 8 ,
.Xr exeat-office 8 ,
.Xr exeatd 8
"""


def escape(text):
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return "\\&" + text if text.startswith((".", "'")) else text


def default_of(option):
    """The default, with the folders of a Debian package whatever this build was configured for."""
    text = option["default"]
    for folder, standard in (("etc/exeat", "/etc/exeat"), ("lib/exeat", "/var/lib/exeat"), ("run/exeat", "/run/exeat")):
        text = re.sub(r"/[^\s:]*?" + folder + r"(?=/|$)", standard, text)
    return text


def sentences(text):
    """Each sentence on a line of its own, as mdoc wants it."""
    return "".join(escape(sentence) + "\n" for sentence in text.replace(". ", ".\n").split("\n"))


def page(options):
    lines = [HEAD]
    block = None
    for option in options:
        if option["block"] != block:
            if block:
                lines.append(".El\n")
            block = option["block"]
            lines.append(f".Sh THE BLOCK {escape(block.upper())}\n")
            lines.append(sentences(option["block_help"].rstrip(".") + "."))
            lines.append(".Bl -tag -width Ds\n")
        lines.append(f".It Cm {escape(option['setting'])} = Ar {escape(option['type'].replace(' ', '_'))}\n")
        if "choices" in option:
            lines.append(f"One of {escape(option['choices'])}.\n")
        lines.append(sentences(option.get("help", "")))
        if option["required"]:
            lines.append("It must be set.\n")
        elif option.get("default"):
            lines.append(f"If it is not set:\n.Li {escape(default_of(option))} .\n")
    return "".join(lines) + ".El\n" + TAIL


def main():
    build = sys.argv[1]
    here = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "man", "exeat.conf.5")
    result = subprocess.run([os.path.join(build, "exeat"), "check", "--explain", "--json"], capture_output=True, text=True, check=True)
    wanted = page(json.loads(result.stdout))
    if "--write" in sys.argv:
        with open(here, "w", encoding="utf-8") as file:
            file.write(wanted)
        return 0
    with open(here, encoding="utf-8") as file:
        same = file.read() == wanted
    print(("ok" if same else "not ok") + " - exeat.conf(5) says what the option tables say")
    return 0 if same else 1


sys.exit(main())
