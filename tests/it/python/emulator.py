"""An emulator for `python3 emulator.py MODULE.HANDLER`: invokes a function for each POST, one at a time, and answers as AWS's emulator does.

It prints its port. Some fields of the event make it do otherwise: `gone` ends it without an answer, and `more` makes the answer
larger.
"""

import http.server
import importlib
import json
import os
import sys


class Emulator(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        event = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if event.get("gone"):
            os._exit(1)
        try:
            answer = handler(event, None)
        except Exception as error:
            answer = {"errorMessage": str(error), "errorType": type(error).__name__}
        if more := event.get("more"):
            answer = "!" * more
        body = answer.encode() if event.get("plain") else json.dumps(answer).encode()
        self.send_response(int(event.get("status", 200)))
        if event.get("header"):
            self.send_header("x-amz-function-error", "Unhandled")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


module, name = sys.argv[1].split(".")
handler = getattr(importlib.import_module(module), name)
server = http.server.HTTPServer(("127.0.0.1", 0), Emulator)
print(server.server_port, flush=True)
server.serve_forever()
