"""A poller that lists the loads and asks for the status of each, with the errors where one has failed."""
import json, os, sys, time, urllib.request

endpoint = os.environ["AWS_ENDPOINT_URL_NEPTUNEDATA"]
PENDING = {"LOAD_IN_QUEUE", "LOAD_NOT_STARTED", "LOAD_IN_PROGRESS"}


def get(path):
    for attempt in range(4):
        try:
            with urllib.request.urlopen(endpoint + path, timeout=2) as answer:
                return json.load(answer)["payload"]
        except Exception as error:
            last = error
            time.sleep(0.1 * 2**attempt)
    raise last


while True:
    words = {}
    for load in get("/loader?includeQueuedLoads=TRUE")["loadIds"]:
        words[load] = get(f"/loader/{load}")["overallStatus"]["status"]
    if not any(word in PENDING for word in words.values()):
        break
    time.sleep(0.1)
for load, word in words.items():
    page, logs = 1, True
    while word != "LOAD_COMPLETED" and logs and page < 50:
        logs = get(f"/loader/{load}?errors=TRUE&details=TRUE&page={page}&errorsPerPage=400")["errors"]["errorLogs"]
        page += 1
sys.exit(any(word != "LOAD_COMPLETED" for word in words.values()))
