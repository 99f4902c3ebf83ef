"""A program that starts a load itself and waits for it, as awswrangler does."""
import json, os, sys, time, urllib.request

endpoint = os.environ["AWS_ENDPOINT_URL_NEPTUNEDATA"]


def call(path, body=None):
    for attempt in range(5):
        try:
            data = body and json.dumps(body).encode()
            request = urllib.request.Request(endpoint + path, data, {"content-type": "application/json"})
            with urllib.request.urlopen(request, timeout=1) as answer:
                return json.load(answer)["payload"]
        except Exception as error:
            last = error
            time.sleep(0.1)
    raise last


start = {"source": "s3://bucket/new/", "format": "csv", "iamRoleArn": "arn:aws:iam::123456789012:role/load", "region": "us-east-1"}
load = call("/loader", {**start, "queueRequest": "TRUE", "failOnError": "TRUE"})["loadId"]
while (word := call(f"/loader/{load}")["overallStatus"]["status"]) in ("LOAD_NOT_STARTED", "LOAD_IN_QUEUE", "LOAD_IN_PROGRESS"):
    time.sleep(0.1)
if word != "LOAD_COMPLETED":
    raise RuntimeError(word)
