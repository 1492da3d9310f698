#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the house asks of its sources, measured: sizes, the direction of the arrows, licences, calls that need care.

Run from anywhere: check.py [SOURCE-FOLDER]. Each line is one rule. Sizes and arrows have no exceptions; three file-scope states are named beside their rule.
"""

import os
import re
import subprocess
import sys

TOP = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("srcdir", "."))
FUNCTION_LINES = 100
FILE_LINES = 800

# A floor may include itself and what stands behind it here.
FLOORS = {
    "base": [],
    "message": ["base"],
    "directory": ["base", "message"],
    "policies": ["base", "message", "directory"],
    "quarantine": ["base", "message", "policies"],
    "accounts": ["base", "message", "quarantine"],
    "settings": ["base", "message", "directory", "policies", "quarantine"],
    "milter": ["base", "message", "directory", "policies", "quarantine", "settings"],
    "cli": ["base", "message", "directory", "policies", "quarantine", "accounts", "settings"],
    "office": ["base", "message", "directory", "policies", "quarantine", "accounts", "settings"],
}
# System headers that are one floor's own business.
OWNERS = {
    r"libmilter/": ["milter"],
    r"sqlite3\.h": ["quarantine", "accounts"],
    r"curl/": ["quarantine"],
    r"gmime/": ["message", "quarantine"],
    r"libxml/": ["message", "directory", "quarantine", "office"],
    r"sys/socket\.h": ["base", "message", "milter", "office", "tests"],
    r"netinet/|arpa/": ["message", "milter", "office", "tests"],
    r"microhttpd\.h": ["milter", "office"],
    r"spf2/|ares": ["message"],
    r"openssl/": ["directory", "quarantine", "accounts", "settings", "message"],
    r"crypt\.h|liboath/": ["accounts"],
    r"qrencode\.h": ["office"],
}

passed = failed = 0


def report(rule, faults):
    global passed, failed
    if faults:
        failed += 1
        print(f"not ok - {rule}")
        for fault in faults[:20]:
            print(f"    {fault}")
    else:
        passed += 1
        print(f"ok - {rule}")


def files(*endings):
    for folder, names, found in os.walk(TOP):
        names[:] = [name for name in names if not name.startswith((".git", "build", "_", "autom4te", "node_modules", "exeat-"))]
        for name in sorted(found):
            if name.endswith(endings):
                yield os.path.relpath(os.path.join(folder, name), TOP)


def text(path):
    with open(os.path.join(TOP, path), encoding="utf-8") as file:
        return file.read()


def code(path):
    """The text without comments and strings, line by line as it was."""
    keep_lines = lambda match: re.sub(r"[^\n]", " ", match.group(0))
    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"', keep_lines, text(path), flags=re.S)


SOURCES = list(files(".c", ".h"))


def functions(path):
    """(name, lines) of each function; a body begins with a brace in the first column."""
    start = name = None
    for number, line in enumerate(text(path).split("\n"), 1):
        signature = re.match(r"^(?:[A-Za-z_][\w *]*?[ *])?(\w+)\(", line)
        if signature:
            name = signature.group(1)
        opens = line == "{" or (re.match(r"^[A-Za-z_].*\)\s*\{$", line))
        if opens:
            start = number
        elif line == "}" and start:
            yield name, number - start - 1
            start = None


def floor(path):
    return path.split("/")[0]


def arrows():
    for path in SOURCES:
        here = floor(path)
        if here not in FLOORS:
            continue
        for header in re.findall(r'^\s*#\s*include\s+"([^"]+)"', text(path), re.M):
            target = floor(header)
            if target in FLOORS and target != here and target not in FLOORS[here]:
                yield f"{path} includes {header}"
        for header in re.findall(r"^\s*#\s*include\s+<([^>]+)>", text(path), re.M):
            for pattern, owners in OWNERS.items():
                if re.match(pattern, header) and here not in owners:
                    yield f"{path} includes <{header}>"


def circles():
    includes = {path: set(re.findall(r'^\s*#\s*include\s+"([^"]+)"', text(path), re.M)) for path in SOURCES if path.endswith(".h")}
    for path, wanted in includes.items():
        for other in wanted:
            if path in includes.get(other, ()) and path < other:
                yield f"{path} and {other} include each other"


def openings():
    for path in SOURCES:
        if floor(path) not in FLOORS:
            continue
        for number, line in enumerate(code(path).split("\n"), 1):
            if re.search(r"(?<![\w>.])(open|openat)\(", line) and "O_CLOEXEC" not in line:
                yield f"{path}:{number}"
            if re.search(r"(?<![\w>.])socket\(", line) and "SOCK_CLOEXEC" not in line:
                yield f"{path}:{number}"


def conditionals():
    for path in SOURCES:
        if floor(path) == "base" or floor(path) not in FLOORS:
            continue
        for number, line in enumerate(text(path).split("\n"), 1):
            if re.match(r"\s*#\s*(if|ifdef|elif)\b", line) or (re.match(r"\s*#\s*ifndef\b", line) and not path.endswith(".h")):
                yield f"{path}:{number}"


def unlicensed():
    for path in files(".c", ".h", ".py", ".sh", ".am", ".ac"):
        if "SPDX-License-Identifier: GPL-3.0-or-later" not in text(path)[:300]:
            yield path


def headless():
    """A source file begins with what it is for, or has a header of its own that does."""
    for path in SOURCES:
        if floor(path) not in FLOORS:
            continue
        own_header = path[:-2] + ".h"
        has_head = re.match(r"/\* SPDX[^\n]*\n/\*", text(path))
        if not has_head and not os.path.exists(os.path.join(TOP, own_header)) and not re.match(r"cli/|policies/", path):
            yield path


def mutable_state():
    for path in SOURCES:
        if floor(path) not in FLOORS or path.endswith(".h"):
            continue
        for number, line in enumerate(code(path).split("\n"), 1):
            if re.match(r"static (?!const\b|inline\b|_Thread_local\b)[\w *]+\b\w+(\[[^\]]*\])?( = [^;]*)?;$", line) and "*const" not in line:
                yield f"{path}:{number}: {line.strip()}"


def unfinished():
    for path in SOURCES + list(files(".py", ".sh")):
        if path.endswith("house/check.py"):
            continue
        for number, line in enumerate(text(path).split("\n"), 1):
            if re.search(r"\b(TODO|FIXME|XXX|HACK)\b", line):
                yield f"{path}:{number}"


def manual_faults():
    for path in files(".1", ".5", ".8"):
        result = subprocess.run(["mandoc", "-Tlint", "-Wwarning", os.path.join(TOP, path)], capture_output=True, text=True, check=False)
        for line in result.stdout.splitlines():
            yield line


def unknown_phrases():
    """What readers say of a file stands in the table of all that may be said; so does nothing else."""
    table = set(re.findall(r'^    "([^"]+)",$', text("message/inspect/phrases.c"), re.M))
    said = {"cannot be read"}
    for path in SOURCES:
        if not path.startswith("message/") or not path.endswith(".c") or path.endswith("phrases.c"):
            continue
        source = text(path)
        defined = dict(re.findall(r'^#define ([A-Z_]+) "([^"]+)"', source, re.M))
        calls = re.findall(r"(?:inspection_(?:unreadable|suspicious|stop|sealed_member)|unreadable = g_strdup|why|limit|spent)\b[^;]*;", source)
        if path.endswith(("suspicion.c", "sniff.c")):
            calls += re.findall(r"(?:return|sniff_set)\b[^;]*;", source)
        for call in calls:
            said.update(phrase for phrase in re.findall(r'"([^"]*)"', call) if phrase in table or re.search(r"inspection_(unreadable|suspicious|stop)\(", call))
            said.update(defined[word] for word in re.findall(r"\b[A-Z_]+\b", call) if word in defined)
            for phrase in re.findall(r'"([^"]*)"', call):
                if re.match(r"\w*inspection_(?:unreadable|suspicious|stop)\(", call) and phrase not in table:
                    yield f"{path}: \"{phrase}\" is not in message/inspect/phrases.c"
    for phrase in sorted(table - said):
        yield f"nobody says \"{phrase}\""


def unworded_events():
    """What the code writes into the audit trail, people can read on its page."""
    written = set()
    for path in SOURCES:
        if not path.startswith(("quarantine/", "cli/", "office/")):
            continue
        source = text(path)
        for call in re.findall(r"exeat_change_audit\(\s*change,([^,]*),", source):
            written.update(re.findall(r'"([a-z-]+)"', call))
        written.update(re.findall(r'\.event = "([a-z-]+)"', source))
        for line in source.split("\n") if path != "office/pages/trail.c" else ():
            written.update(re.findall(r'"(account-[a-z-]+)"', line) if "exeat_log(" not in line else ())
    table = re.search(r"trail_words\[\] = \{(.*?)\n\};", text("office/pages/trail.c"), re.S).group(1)
    worded = set(re.findall(r'\{"([a-z-]+)",', table))
    yield from (f"\"{event}\" has no words in office/pages/trail.c" for event in sorted(written - worded))
    yield from (f"nobody writes \"{event}\"" for event in sorted(worded - written))


report(f"no function is longer than {FUNCTION_LINES} lines",
       [f"{path}: {name} has {lines}" for path in SOURCES for name, lines in functions(path) if lines > FUNCTION_LINES])
report(f"no file is longer than {FILE_LINES} lines",
       [f"{path} has {text(path).count(chr(10))}" for path in SOURCES if text(path).count("\n") > FILE_LINES])
report("no arrow runs upward, and each library has its floor", list(arrows()))
report("no two headers include each other", list(circles()))
report("every descriptor is opened with close-on-exec", list(openings()))
report("#if stands in base/ only", list(conditionals()))
report("every file names its licence", list(unlicensed()))
report("every file says what it is for", list(headless()))
report("no file keeps mutable state", [fault for fault in mutable_state()
                                      if not re.search(r"log_settings|session_gate|made = 0", fault)])
report("nothing is unfinished by its own words", list(unfinished()))
report("what readers say of a file is in their table of phrases", list(unknown_phrases()))
report("what is written into the trail has words", list(unworded_events()))
report("manual pages are clean", list(manual_faults()))
print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
