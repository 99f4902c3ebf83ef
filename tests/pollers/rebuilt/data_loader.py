"""The loop of a public "data loader" function, which S3 events start and which logs to DynamoDB (2026), rebuilt.

Known defect: it waits only while the load has not started or is in progress, and records LOAD_IN_QUEUE as the end of the load. What is a success is ours:
the function only records the status. It waits 5 s between two looks, and a tenth of a second here.
"""
import os, sys, time
import requests


def main():
    url = f"{os.environ['AWS_ENDPOINT_URL_NEPTUNEDATA']}/loader/{os.environ['NEPTUNE_LOAD_ID']}"
    word = "LOAD_NOT_STARTED"
    while word in ("LOAD_NOT_STARTED", "LOAD_IN_PROGRESS"):
        time.sleep(0.1)
        answer = requests.get(url, params={"details": "TRUE", "errors": "TRUE"}, timeout=3)  # Nothing ends it but Lambda's limit, which is short here.
        word = answer.json()["payload"]["overallStatus"]["status"]
    sys.exit(word != "LOAD_COMPLETED")
