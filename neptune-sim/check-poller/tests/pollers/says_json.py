"""A function that looks once: it says SUCCESS, FAILED or PENDING and always exits with 0."""
import json, os, time, urllib.request

url = f"{os.environ['AWS_ENDPOINT_URL_NEPTUNEDATA']}/loader/{os.environ['NEPTUNE_LOAD_ID']}"


def verdict():
    for attempt in range(4):
        try:
            with urllib.request.urlopen(url, timeout=0.5) as answer:
                word = json.load(answer)["payload"]["overallStatus"]["status"]
                break
        except Exception as error:
            word = str(error)
            time.sleep(0.1)
    if word in ("LOAD_IN_QUEUE", "LOAD_NOT_STARTED", "LOAD_IN_PROGRESS"):
        return "PENDING"
    return "SUCCESS" if word == "LOAD_COMPLETED" else "FAILED"


print("looking")
print(json.dumps({"verdict": {"status": verdict()}}))
