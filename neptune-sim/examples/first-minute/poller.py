import time
import boto3

neptune = boto3.client("neptunedata")
while True:
    status = neptune.get_loader_job_status(loadId="people")["payload"]["overallStatus"]["status"]
    if status == "LOAD_COMPLETED":
        break
    if status == "LOAD_FAILED":
        raise SystemExit("the load failed")
    time.sleep(1)
