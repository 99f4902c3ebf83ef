"""Talks to a bulk loader with an unmodified AWS client and prints what came of each call as one JSON object."""

import json

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

client = boto3.client("neptunedata", config=Config(retries={"total_max_attempts": 1}))


def call(method, **parameters):
    try:
        answer = getattr(client, method)(**parameters)
    except ClientError as error:
        metadata = error.response["ResponseMetadata"]
        return {"raised": type(error).__name__, "http": metadata["HTTPStatusCode"], "text": error.response["Error"]["Message"]}
    answer.pop("ResponseMetadata")
    return answer


def start(**more):
    return call(
        "start_loader_job",
        source="s3://neptune-loads/people/",
        format="csv",
        s3BucketRegion="us-east-1",
        iamRoleArn="arn:aws:iam::123456789012:role/NeptuneLoadFromS3",
        **more,
    )


seen = {"engine": call("get_engine_status")}
seen["started"] = start()
seen["busy"] = start()
seen["queued"] = start(queueRequest=True)
running, waiting = (seen[name]["payload"]["loadId"] for name in ("started", "queued"))
seen["running"] = call("get_loader_job_status", loadId=running, details=True, errors=True, page=1, errorsPerPage=3)
seen["waiting"] = call("get_loader_job_status", loadId=waiting)
seen["all"] = call("list_loader_jobs")
seen["without_waiting"] = call("list_loader_jobs", includeQueuedLoads=False)
seen["cancelled"] = call("cancel_loader_job", loadId=waiting)
seen["afterwards"] = call("get_loader_job_status", loadId=waiting)
seen["unknown"] = call("get_loader_job_status", loadId="unheard-of")
seen["cancelled_unknown"] = call("cancel_loader_job", loadId="unheard-of")
print(json.dumps(seen, default=str))
