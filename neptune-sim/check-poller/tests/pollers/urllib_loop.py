"""A poller with urllib: tries again after trouble, five times in a row at most."""
import http.client, json, os, sys, time, urllib.error, urllib.request

PENDING = {"LOAD_IN_QUEUE", "LOAD_NOT_STARTED", "LOAD_IN_PROGRESS"}
url = f"{os.environ['AWS_ENDPOINT_URL_NEPTUNEDATA']}/loader/{sys.argv[1]}"


def status():
    for attempt in range(5):
        try:
            with urllib.request.urlopen(url, timeout=1) as answer:
                return json.load(answer)["payload"]["overallStatus"]["status"]
        except urllib.error.HTTPError as error:
            if error.code in (403, 404):
                sys.exit(f"refused: {error}")
            time.sleep(0.1)
        except (OSError, ValueError, http.client.HTTPException):
            time.sleep(0.1)
    sys.exit("Neptune does not answer")


while (word := status()) in PENDING:
    time.sleep(0.1)
print(word)
sys.exit(word != "LOAD_COMPLETED")
