# SPDX-License-Identifier: GPL-3.0-or-later
"""The browser's way to the school: POST /NAME with a JSON object calls School.do_NAME(**object) and gives its JSON."""

import http.server
import json
import threading
import traceback


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        try:
            status, answer = 200, getattr(self.server.school, "do_" + self.path.strip("/"))(**asked)
        except Exception as fault:  # the story fails with it, and says so
            status, answer = 500, f"{fault}\n{traceback.format_exc(limit=-2)}"
        data = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


class Desk(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, school):
        super().__init__(("127.0.0.1", 0), Handler)
        self.school = school
        self.address = f"http://127.0.0.1:{self.server_port}"

    def __enter__(self):
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()
