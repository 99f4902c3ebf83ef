"""The loop of the samples for the Neptune data API (aws-samples/amazon-neptune-samples, 2026), rebuilt with boto3.

Known defect: it ends at three statuses, of which LOAD_CANCELLED is not documented, and asks for ever at any other end. What is a success is ours: the
samples only print the status.
"""
import os, sys, time
import boto3
from botocore.config import Config

boto3.client("neptunedata", region_name="us-east-1")  # What it reads from files is read once.


def main():
    client = boto3.client("neptunedata", config=Config(read_timeout=2))
    word = None
    while word not in ("LOAD_COMPLETED", "LOAD_FAILED", "LOAD_CANCELLED"):
        time.sleep(0.1)
        word = client.get_loader_job_status(loadId=os.environ["NEPTUNE_LOAD_ID"])["payload"]["overallStatus"]["status"]
    sys.exit(word != "LOAD_COMPLETED")
