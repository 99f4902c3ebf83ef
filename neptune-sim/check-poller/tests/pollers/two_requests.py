"""A poller that asks for the status and then for a page of errors in each turn, without a pause between the two."""
import json, os, sys, time, urllib.request

url = f"{sys.argv[1]}/loader/{sys.argv[2]}"


def get(query=""):
    for attempt in range(6):
        try:
            with urllib.request.urlopen(url + query, timeout=1) as answer:
                return json.load(answer)["payload"]["overallStatus"]["status"]
        except Exception as error:
            time.sleep(0.05 * (attempt + 1))
    sys.exit(1)


while True:
    word = get()
    get("?errors=TRUE&page=1&errorsPerPage=10")
    if word not in ("LOAD_IN_QUEUE", "LOAD_NOT_STARTED", "LOAD_IN_PROGRESS"):
        sys.exit(word != "LOAD_COMPLETED")
    time.sleep(0.1)
