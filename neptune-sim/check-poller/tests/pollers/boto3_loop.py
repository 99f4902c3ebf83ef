"""A poller with boto3 and its own retries."""
import os, sys, time
import boto3
from botocore.config import Config

client = boto3.client("neptunedata", config=Config(read_timeout=1, retries={"mode": "standard", "max_attempts": 4}))
while True:
    word = client.get_loader_job_status(loadId=os.environ["NEPTUNE_LOAD_ID"])["payload"]["overallStatus"]["status"]
    if word not in ("LOAD_IN_QUEUE", "LOAD_NOT_STARTED", "LOAD_IN_PROGRESS"):
        sys.exit(word != "LOAD_COMPLETED")
    time.sleep(0.1)
