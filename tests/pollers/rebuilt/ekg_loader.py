"""The check of a load in a public Lambda function in Rust (crates ekg_*, 2026), rebuilt, with boto3 for AWS's SDK for Rust. A state machine calls it.

It has a value for each documented status, and takes any other for a failure. An error of the SDK becomes an answer of the same shape, which is a failure.
"""
import json, os
import boto3
from botocore.config import Config

boto3.client("neptunedata", region_name="us-east-1")  # What it reads from files is read once.

AGAIN = {"LOAD_IN_QUEUE", "LOAD_NOT_STARTED", "LOAD_IN_PROGRESS"}


def detail():
    client = boto3.client("neptunedata", config=Config(read_timeout=2))
    try:
        payload = client.get_loader_job_status(loadId=os.environ["NEPTUNE_LOAD_ID"], errors=True)["payload"]
    except Exception as error:
        return f"error: {error}"
    if "overallStatus" not in payload:
        return "unknown"
    return payload["overallStatus"]["status"]


def main():
    try:
        word = detail()
    except TypeError:  # A panic there: the state machine's task fails.
        word = "panic"
    state = "loading" if word in AGAIN else "finished" if word == "LOAD_COMPLETED" else "failed"
    print(json.dumps({"detail": word, "state": state}))
