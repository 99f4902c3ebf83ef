"""A poller on one kept connection, with exponential backoff after trouble and when nothing changes."""
import http.client, json, os, sys, time

host, port, load = os.environ["NEPTUNE_ENDPOINT"], int(os.environ["NEPTUNE_PORT"]), os.environ["NEPTUNE_LOAD_ID"]
connection, pause, failures = None, 0.05, 0
while failures < 6:
    try:
        connection = connection or http.client.HTTPConnection(host, port, timeout=0.7)
        connection.request("GET", f"/loader/{load}")
        answer = connection.getresponse()
        body = json.loads(answer.read())
        word = body["payload"]["overallStatus"]["status"] if answer.status == 200 else None
        failures = 0 if word else failures + 1
        if word and word not in ("LOAD_IN_QUEUE", "LOAD_NOT_STARTED", "LOAD_IN_PROGRESS"):
            sys.exit(0 if word == "LOAD_COMPLETED" else 3)
    except (OSError, http.client.HTTPException, ValueError, TypeError, KeyError):
        connection, failures = None, failures + 1
    time.sleep(pause)
    pause = min(pause * 2, 0.4)
sys.exit(4)
