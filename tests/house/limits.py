#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every named limit has a test that names it, or stands below with the reason why it needs none.

A limit is a #define of a number, or of arithmetic on one, whose name has one of the words of LIMIT in it: that is how limits are
called here. Run from anywhere: limits.py [SOURCE-FOLDER]. The last line is "N passed, N failed".
"""

import glob
import os
import re
import sys

TOP = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("srcdir", "."))
FLOORS = ("base", "message", "directory", "policies", "quarantine", "accounts", "settings", "milter", "cli", "office")
LIMIT = r"(?:^|_)(?:MAX|LIMIT|MOST|DEPTH|BYTES|ENTRIES|COUNT|LINES|KEPT|ROWS|COLUMNS|" \
        r"FIELDS|MEMBERS|CELLS|WORDS|GROUPS|COMMENTS|CERTIFICATES)(?:_|$)"

# Sizes of our own making, and what only the operator or the machine chooses.
NOT_A_STRANGERS = {
    "what we write": "LINE_COLUMNS WORD_COLUMNS REPLY_LINES LOGGED_LINES VALUE_BYTES EXEAT_TOKEN_KEY_BYTES TOKEN_MAC_BYTES KEYGEN_SERIAL_BYTES "
                     "KEYGEN_RANDOM_LIMIT EXEAT_ENHANCED_BYTES EXEAT_DIRECTORY_KEY_BYTES KEY_FILE_BYTES EXEAT_FORMAT_BEGINS PROGRESS_BYTES "
                     "FAULT_ACTION_BYTES FAULT_VERB_BYTES RULE_BYTES EXEAT_WIRE_READY_BYTES JOB_WORD_BYTES PROCESSES_MAX "
                     "NONCE_BYTES TAG_BYTES ACCOUNTS_TOKEN_BYTES ACCOUNTS_HASH_BYTES IPV6_NETWORK_BYTES",
    "how much is read or composed at a time; the result is the same": "STEP_BYTES ARCHIVE_STEP_BYTES ZIP_STEP_BYTES PIECE_BYTES EXEAT_SNIFF_BYTES HINT_BYTES META_BYTES "
                                                                      "CHARSET_PROBE_BYTES DETECT_ROWS DETECT_BYTES " \
                                                                      "COUNT_BYTES NAMES_FOLDED_BYTES HEAP_MAP_BYTES GROUP_MOST SAID_BYTES",
    "sizes that a format fixes": "TAR_BLOCK_BYTES TAR_SUM_BYTES RAR4_MARK_BYTES RAR5_MARK_BYTES VINT_BYTES MIME_TYPE_BYTES END_BYTES "
                                  "END_COMMENT_MAX CENTRAL_BYTES LOCAL_BYTES PDF_JUNK_BYTES",
    "a whole table or file of the school's own": "BUILD_MAX_WORDS CSV_TITLE_ROWS GROUPS_MAX EXEAT_WORKS_MAX_WORDS PATTERN_BYTES",
    "reach of a detector: the labelled letters hold it": (
        "SIGN_OFF_LINES SIGN_OFF_LINE_BYTES ATTRIBUTION_LINES ATTRIBUTION_BYTES HEADER_BLOCK_LINES TABLE_LINES " \
        "JUNK_LINES TOPIC_BYTES "
        "SAID_OF_BYTES BYTES_BEFORE BYTES_AFTER LABEL_LINE_BYTES STREET_BYTES POSTCODE_BYTES NEAR_BYTES SENTENCE_BYTES PARAGRAPH_BYTES "
        "FORM_BYTES GREETING_BYTES CODE_BYTES SHORT_UNIT_WORDS NAMES_UNIT_WORDS WORDS_AROUND WORDS_WRAPPED_LINE TABLE_ROWS COLUMN_LEAST COLUMN_SHARE "
        "DIGITS_MAX PAIR_BYTES LOCAL_WORDS ADDRESS_BLOCK_BYTES LIST_NEIGHBOUR_BYTES CELL_BYTES SPAN_COLUMNS LOGO_BYTES AGE_MOST "
        "BIRTH_AGE_MOST WEEKDAYS_MOST HEADING_BYTES MRZ_BYTES LOCAL_BYTES HOST_BYTES HANDLE_BYTES NETWORK_BYTES GAP_BYTES GAP_LINES "
        "SECRET_MOST ELSEWHERE_BYTES CODE_CELLS_LEAST CELLS_SEEN ROOT_BYTES"),
}
# Honest about what is missing: limits of a stranger's without a test at their edge, each with what stands in for it.
STANDS_IN = {
    "MATCH_LIMIT": "test-patterns: test_without_end",
    "DEPTH_LIMIT": "test-patterns: test_without_end",
    "HEAP_LIMIT": "test-patterns: test_without_end",
    "JIT_STACK_BYTES": "test-patterns: test_without_end",
    "WINDOW_BYTES": "test-patterns: test_far_apart",
    "PLACES_MAX": "many more than a finding needs",
    "MINE_MOST": "the latest of one sender; the audit trail has the rest",
    "AUDIT_CSV_MOST": "whoever wants more asks by dates, and `exeat audit` has no limit",
    "DOMAIN_MAX": "fuzz-header",
    "CHARSET_NAME_BYTES": "fuzz-text",
    "EXEAT_CHARSET_NAME_BYTES": "fuzz-text",
    "SPAN_MAX": "fuzz-text",
    "TABLE_NODES": "test-linear: tables",
    "WORDS_MAX": "test-linear: words in To, at signs",
    "OPEN_COMMENTS": "test-linear: nested comments",
    "HIDE_MAX": "more than gate.recipients allows by default",
    "INNER_FIELDS": "test-message: test_limit_inner_header",
    "INNER_SUBJECT_BYTES": "test-message: test_limit_inner_header",
    "FIELD_NAME_BYTES": "fuzz-message",
    "FILE_NAME_BYTES": "fuzz-message",
    "FILE_BYTES": "gate.max_letter is asked first",
    "PART_BYTES": "test-ipc: names are cut below it",
    "RAR_NAME_BYTES": "fuzz-archive",
    "ZIP_NAME_BYTES": "fuzz-archive",
    "LETTER_BYTES": "gate.max_letter is asked first",
    "RECORDS_MAX": "test-spf",
    "TEXT_BYTES": "test-spf",
    "CACHE_ENTRIES": "test-spf",
    "CACHE_SECONDS_MAX": "test-spf",
    "CID_COUNT": "test-linear: pictures",
    "CID_BYTES": "fuzz-message",
    "EXEAT_DIRECTORY_MAX_PERSONS": "fuzz-directory",
    "EXEAT_DIRECTORY_MAX_FILE": "fuzz-directory",
    "EXEAT_IMPORT_MAX_FILE": "half a gigabyte",
    "EXEAT_IMPORT_MAX_ROWS": "two million rows",
    "IMPORT_MAX_SLOTS": "fuzz-import",
    "NAMES_MAX_WORDS": "test-linear: names",
    "USERS_MAX_BYTES": "test-linear: user names",
    "ROWS_MAX_CELLS": "test-linear: CSV columns",
    "ROWS_MAX_NAME_BYTES": "fuzz-detect",
    "COLUMNS_MAX": "test-linear: CSV columns",
    "EXEAT_STORE_LETTER_LIMIT": "quarter of a gigabyte",
    "EXEAT_STORE_LIST_LIMIT": "test-store: test_listing",
    "NOTICE_MESSAGE_ID_LIMIT": "fuzz-held",
    "STORAGE_DEPTH_MAX": "fuzz-compound",
    "OBJECT_NAME_BYTES": "fuzz-rtf",
    "RTF_SHAPE_NAME_BYTES": "fuzz-rtf",
    "MAPI_NAME_BYTES": "fuzz-tnef",
    "PROPERTY_BYTES_MAX": "fuzz-compound",
    "SALT_BYTES_MAX": "fuzz-compound",
    "INFO_BYTES_MAX": "fuzz-compound",
    "FOLDER_DEPTH": "the operator's folders",
    "READ_MOST": "the operator's files",
}


def text(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def limits():
    """(name, file) of each."""
    for floor in FLOORS:
        for path in sorted(glob.glob(os.path.join(TOP, floor, "**", "*.[ch]"), recursive=True)):
            for name in re.findall(r"^#define ([A-Z][A-Z0-9_]*)[ \t]+\(?(?:\([a-z0-9_]+\) ?)?\(?[0-9]", text(path), re.M):
                if re.search(LIMIT, name):
                    yield name, os.path.relpath(path, TOP)


def main():
    tests = "\n".join(text(path) for pattern in ("tests/unit/*.[ch]", "tests/fuzz/*.c", "tests/conversation/*.py")
                      for path in glob.glob(os.path.join(TOP, pattern)))
    excused = {name for names in NOT_A_STRANGERS.values() for name in names.split()} | set(STANDS_IN)
    found = list(limits())
    missing = [(name, path) for name, path in found if not re.search(rf"\b{name}\b", tests) and name not in excused]
    idle = sorted(set(STANDS_IN) & {name for name, _ in found if re.search(rf"\b{name}\b", tests)})
    for name, path in missing:
        print(f"not ok - {path}: {name} has no test that names it; add one at N - 1, N and N + 1, or say here what stands in")
    for name in idle:
        print(f"not ok - {name} is named in a test: take it out of STANDS_IN")
    if not missing and not idle:
        print(f"ok - {len(found)} named limits, each with a test or a reason")
    print(f"{0 if missing or idle else 1} passed, {len(missing) + len(idle)} failed")
    return 1 if missing or idle else 0


if __name__ == "__main__":
    sys.exit(main())
