"""Makes the calls with boto3 and prints the result of each as one JSON object."""

import json

import boto3
import calls
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


print(json.dumps(calls.make(call), default=str))
