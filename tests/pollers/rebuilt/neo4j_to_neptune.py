"""monitorLoadProgress of neo4j-to-neptune (awslabs/amazon-neptune-tools, 2025), rebuilt from Java, with boto3 for AWS's SDK for Java.

Known defects: it ends in the same way whether the load has completed or failed, it counts LOAD_COMMITTED_W_WRITE_CONFLICTS as completed, and after 300
looks it ends as if all were well.
"""
import os, sys, time
import boto3
from botocore.config import Config

boto3.client("neptunedata", region_name="us-east-1")  # What it reads from files is read once.

DONE = {"LOAD_COMPLETED", "LOAD_COMMITTED_W_WRITE_CONFLICTS"}
BROKEN = {
    "LOAD_CANCELLED_BY_USER", "LOAD_CANCELLED_DUE_TO_ERRORS", "LOAD_UNEXPECTED_ERROR", "LOAD_FAILED", "LOAD_S3_READ_ERROR", "LOAD_DATA_DEADLOCK",
    "LOAD_S3_ACCESS_DENIED_ERROR", "LOAD_DATA_FAILED_DUE_TO_FEED_MODIFIED_OR_DELETED", "LOAD_FAILED_BECAUSE_DEPENDENCY_NOT_SATISFIED",
    "LOAD_FAILED_INVALID_REQUEST", "LOAD_CANCELLED",
}


def main():
    client = boto3.client("neptunedata", config=Config(read_timeout=2))
    for _ in range(300):
        payload = client.get_loader_job_status(loadId=os.environ["NEPTUNE_LOAD_ID"])["payload"]
        word = payload.get("overallStatus", {}).get("status", "UNKNOWN")
        if word.strip() in DONE | BROKEN:
            print(word, file=sys.stderr)
            return
        time.sleep(0.1)
