import os
import time

import boto3

neptune = boto3.client("neptunedata")
while True:
    answer = neptune.get_loader_job_status(loadId=os.environ["NEPTUNE_LOAD_ID"])
    status = answer["payload"]["overallStatus"]["status"]
    if status == "LOAD_COMPLETED":
        break
    if status == "LOAD_FAILED":
        raise SystemExit("the load failed")
    time.sleep(1)
