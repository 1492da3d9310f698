# SPDX-License-Identifier: GPL-3.0-or-later
"""A small rspamd for comparison: the names of a roll in subjects and text, private providers, files by their extension.

No network, no learning, no history: what is left is parsing and matching, which is the work that exeat does too.
"""

import os
import re
import shutil

CONFIG = """
options {{
  filters = "regexp";
  dns {{ nameserver = ["127.0.0.1:1"]; timeout = 0.1s; retransmits = 1; }}
  url_tld = "/usr/share/rspamd/effective_tld_names.dat";
  cache_file = "{folder}/symbols.cache";
  hs_cache_dir = "{folder}/";
  pidfile = "{folder}/rspamd.pid";
  control_socket = "{folder}/control.sock mode=0600";
  task_timeout = 120s;
  max_message = 60M;
  map_watch_interval = 1h;
  local_addrs = [];
}}
logging {{ type = "file"; filename = "{folder}/rspamd.log"; level = "warning"; }}
worker "rspamd_proxy" {{
  bind_socket = "{socket} mode=0666 owner=_rspamd";
  milter = yes; timeout = 120s; count = 2; max_retries = 1;
  upstream "local" {{ default = yes; self_scan = yes; }}
}}
actions {{ reject = 999; add_header = 998; greylist = 997; }}
modules {{ path = "/usr/share/rspamd/plugins"; }}
lua = "{folder}/globals.lua";
multimap {{
  NAME_SUBJECT {{ type = "header"; header = "subject"; map = "file://{folder}/names.map"; regexp = true; score = 1; }}
  NAME_TEXT {{ type = "content"; filter = "text"; map = "file://{folder}/names.map"; regexp = true; score = 1; }}
  PRIVATE {{ type = "rcpt"; filter = "email:domain"; map = "file://{folder}/private.map"; score = 1; }}
  FILE {{ type = "filename"; filter = "extension"; map = "file://{folder}/files.map"; score = 1; }}
}}
"""


def write(folder, socket, names, providers):
    os.makedirs(folder)
    put(folder, "rspamd.conf", CONFIG.format(folder=folder, socket=socket))
    put(folder, "globals.lua", 'require "global_functions" ()\n')
    put(folder, "names.map", "".join(f"/\\b{re.escape(name).replace('/', chr(92) + '/')}\\b/iu\n" for name in names))
    put(folder, "private.map", "".join(name + "\n" for name in providers))
    put(folder, "files.map", "csv\nxlsx\ndocx\npdf\n")
    put(folder, "rspamd.log", "")
    for name in (folder, *(os.path.join(folder, name) for name in os.listdir(folder))):
        shutil.chown(name, "_rspamd", "_rspamd")


def put(folder, name, text):
    with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
        file.write(text)
