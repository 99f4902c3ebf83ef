"""A runtime client for `python3 runtime.py MODULE.HANDLER`: fetches events from Lambda's Runtime API and leaves answers there."""

import importlib
import json
import os
import sys
import urllib.request

API = f"http://{os.environ['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime"


def leave(path, body):
    urllib.request.urlopen(urllib.request.Request(f"{API}/{path}", json.dumps(body).encode())).close()


module, name = sys.argv[1].split(".")
sys.path.insert(0, os.getcwd())
handler = getattr(importlib.import_module(module), name)
while True:
    with urllib.request.urlopen(f"{API}/invocation/next") as reply:
        event, request_id = json.load(reply), reply.headers["Lambda-Runtime-Aws-Request-Id"]
    try:
        leave(f"invocation/{request_id}/response", handler(event, None))
    except Exception as error:
        leave(f"invocation/{request_id}/error", {"errorType": type(error).__name__, "errorMessage": str(error)})
