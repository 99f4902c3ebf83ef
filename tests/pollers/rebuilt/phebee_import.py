"""The later bulk import of PheBee, with check_neptune_bulk_load_status (nch-cloud/phebee, commit 4d24d44), rebuilt. A state machine calls it.

Known defect: the state machine knows LOAD_COMPLETED and LOAD_FAILED and waits at anything else, at CHECK_FAILED too, which the function says of any trouble.
"""
import json, os
import requests


def look():
    url = f"{os.environ['AWS_ENDPOINT_URL_NEPTUNEDATA']}/loader/{os.environ['NEPTUNE_LOAD_ID']}"
    answer = requests.get(url, timeout=2)  # The time limit is 30 s in the original.
    if answer.status_code != 200:
        raise RuntimeError(f"{answer.status_code}: {answer.text}")
    return answer.json().get("payload", {}).get("overallStatus", {}).get("status", "UNKNOWN")


def main():
    try:
        word = look()
    except Exception as error:
        word = "CHECK_FAILED"
        print(error)
    print(json.dumps({"status": word, "is_pending": word not in ("LOAD_COMPLETED", "LOAD_FAILED")}))
