"""The shortest loop with boto3, which knows what is pending.

Its own: requests, time limits and retries, with their defaults but for read_timeout, which is a minute otherwise. Ours: the loop.
"""
import os, sys, time
import boto3
from botocore.config import Config

boto3.client("neptunedata", region_name="us-east-1")  # What it reads from files is read once.


def main():
    client = boto3.client("neptunedata", config=Config(read_timeout=2))
    while True:
        status = client.get_loader_job_status(loadId=os.environ["NEPTUNE_LOAD_ID"])["payload"]["overallStatus"]["status"]
        if status not in ("LOAD_IN_QUEUE", "LOAD_NOT_STARTED", "LOAD_IN_PROGRESS"):
            sys.exit(status != "LOAD_COMPLETED")
        time.sleep(0.1)
