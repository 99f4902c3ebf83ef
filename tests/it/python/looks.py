"""Functions that look at one load, whose id is in `load_id`: right ones, and some with a defect."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

PENDING = {"LOAD_NOT_STARTED", "LOAD_IN_QUEUE", "LOAD_IN_PROGRESS"}


class Unavailable(Exception):
    pass


class LoadFailed(Exception):
    pass


def status(event):
    url = f"{event.get('endpoint') or os.environ['AWS_ENDPOINT_URL_NEPTUNEDATA']}/loader/{event['load_id']}"
    try:
        with urllib.request.urlopen(url, timeout=1) as reply:
            word = json.load(reply)["payload"]["overallStatus"]["status"]
    except Exception as error:
        if getattr(error, "code", None) in (403, 404):
            raise
        raise Unavailable(f"no status: {error}") from error
    if not word:
        raise ValueError("the status is empty")
    return word


def look(event, _context):
    """Right for a caller who tries again after `Unavailable`."""
    word = status(event)
    if word in PENDING:
        return {"state": "pending"}
    return {"state": "done" if word == "LOAD_COMPLETED" else "failed"}


def raises_at_the_end(event, _context):
    """Right for the same caller: a failed load is an error, and any other answer a word alone."""
    word = look(event, None)["state"]
    if word == "failed":
        raise LoadFailed("it has failed")
    return word


def exits(event, _context):
    status(event)
    print("about to exit", file=sys.stderr, flush=True)
    os._exit(3)


def asks_on(event, _context):
    while status(event) != "LOAD_COMPLETED":
        print("not yet", flush=True)
        time.sleep(0.03)
    return "done"


def asks_nothing(event, _context):
    print("I have no address", flush=True)
    return {"state": "unknown", "event": event}


def hangs(event, _context):
    time.sleep(600)


def holds(event, _context):
    """Never answers. Whatever still runs of it holds a connection."""
    with socket.create_connection(("127.0.0.1", int(event["holds"]))) as connection:
        connection.set_inheritable(True)
        child = subprocess.Popen(["sleep", "60"], close_fds=False)
        connection.sendall(b"ready\n")
        child.wait()


if __name__ == "__main__":
    holds({"holds": sys.argv[1]}, None)
