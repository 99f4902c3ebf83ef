"""The state machine that installs RDF/XML, with get_load_status (nch-cloud/phebee, head 6b8040d of 2026-05-14), rebuilt as a loop.

It knows what is pending, and takes any other status for a failure. Known defect: one error of Neptune ends the run, because Retry covers errors of Lambda
only. It waits 30 s between two looks, and a tenth of a second here.
"""
import os, sys, time
import requests

PENDING = ("LOAD_NOT_STARTED", "LOAD_IN_PROGRESS", "LOAD_IN_QUEUE")


def main():
    url = f"{os.environ['AWS_ENDPOINT_URL_NEPTUNEDATA']}/loader/{os.environ['NEPTUNE_LOAD_ID']}"
    while True:
        answer = requests.get(url, timeout=3)  # Nothing ends it but Lambda's limit, which is short here.
        if answer.status_code != 200 or answer.json()["status"] != "200 OK":
            sys.exit(f"the task has failed: {answer.status_code}")
        word = answer.json()["payload"]["overallStatus"]["status"]
        if word not in PENDING:
            sys.exit(word != "LOAD_COMPLETED")
        time.sleep(0.1)
