"""The job of the two functions with boto3, as short as it gets: what cargo bench --workspace --bench functions measures ours against."""

from concurrent.futures import ThreadPoolExecutor

import boto3

neptune = boto3.client("neptunedata")
# Kept for all calls: a pool for each call would cost more.
two_at_once = ThreadPoolExecutor(2)
PENDING = {"LOAD_IN_QUEUE", "LOAD_NOT_STARTED", "LOAD_IN_PROGRESS"}


def check_bulk_load_status(event, context):
    ids = event["domain_load_id"], event["prov_load_id"]
    domain, prov = two_at_once.map(status, ids)
    if domain == prov == "LOAD_COMPLETED":
        verdict = "SUCCESS"
    elif {domain, prov} <= PENDING | {"LOAD_COMPLETED"}:
        verdict = "PENDING"
    else:
        verdict = "FAILED"
    return {"status": verdict, "run_id": event["run_id"], "domain_status": domain, "prov_status": prov}


def status(load_id):
    return neptune.get_loader_job_status(loadId=load_id)["payload"]["overallStatus"]["status"]


def get_load_status(event, context):
    answer = neptune.get_loader_job_status(loadId=event["load_job_id"], details=True, errors=True, page=1, errorsPerPage=100)
    return {"status": answer["status"], "payload": answer["payload"]}
