"""A Lambda function that looks once, for a state machine that invokes it until the load has ended."""
import boto3

PENDING = {"LOAD_NOT_STARTED", "LOAD_IN_QUEUE", "LOAD_IN_PROGRESS"}
neptune = boto3.client("neptunedata")


def handler(event, _context):
    answer = neptune.get_loader_job_status(loadId=event["load_id"])
    word = answer["payload"]["overallStatus"]["status"]
    if word in PENDING:
        return {"state": "pending"}
    return {"state": "done" if word == "LOAD_COMPLETED" else "failed", "why": word}
