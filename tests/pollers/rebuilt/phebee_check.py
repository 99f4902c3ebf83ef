"""check_bulk_load_status of PheBee (nch-cloud/phebee, commit fec7fd8), rebuilt. A state machine calls it until it says something else than PENDING.

Known defects: any end that it does not know counts as pending, and any exception ends an import that goes on. Both of its loads are the same one here.
"""
import json, os
import requests


def look(load):
    url = f"{os.environ['AWS_ENDPOINT_URL_NEPTUNEDATA']}/loader/{load}"
    answer = requests.get(url, timeout=3)  # Nothing ends it but Lambda's limit, which is short here.
    if answer.status_code != 200:
        raise RuntimeError(f"{answer.status_code}: {answer.text}")
    body = answer.json()
    if body["status"] != "200 OK":
        raise RuntimeError("the status cannot be had")
    return body["payload"].get("overallStatus", {}).get("status")


def verdict(load):
    try:
        words = [look(load), look(load)]
    except Exception as error:
        return {"status": "FAILED", "error": str(error)}
    if words == ["LOAD_COMPLETED"] * 2:
        return {"status": "SUCCESS"}
    if any(word in ("LOAD_FAILED", "LOAD_CANCELLED") for word in words):
        return {"status": "FAILED"}
    return {"status": "PENDING"}


def main():
    print(json.dumps(verdict(os.environ["NEPTUNE_LOAD_ID"])))
