#!/usr/bin/env bash
# moto 5.2.5 runs a Distributed Map over the first page of an S3 list, and leaves out every object behind it.
#
# Guess: an ItemReader with s3:listObjectsV2 lists to the end, as the service does, so 1,001 objects are 1,001 items.
# Seen: the Map has 1,000 items, the execution succeeds, and nothing says that one object was left out. Guess: ToleratedFailurePercentage 0, the
# documented default, changes nothing. Seen: the definition is refused.
# Date: 2026-11-29.
# For bulk loads: a machine that checks or converts the files of a bucket passes its test, and the test saw the first thousand only.
set -euo pipefail
source "$(dirname "$(realpath "$0")")/common.sh"
from_pypi 'moto[s3,stepfunctions]==5.2.5'

cat >map.py <<'PY'
import json
import time

import boto3
from moto import mock_aws


def run(name, **more):
    """How an execution ends, and how many items its Map had."""
    each = {"StartAt": "Take", "States": {"Take": {"Type": "Pass", "Parameters": {"key.$": "$.Key"}, "End": True}}, "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}}
    reader = {"Resource": "arn:aws:states:::s3:listObjectsV2", "Parameters": {"Bucket": "load-files", "Prefix": "in/"}}
    machine = {"StartAt": "Each", "States": {"Each": {"Type": "Map", "ItemReader": reader, "ItemProcessor": each, "End": True, **more}}}
    role = "arn:aws:iam::123456789012:role/machine"
    states = boto3.client("stepfunctions", region_name="us-east-1")
    try:
        arn = states.create_state_machine(name=name, definition=json.dumps(machine), roleArn=role)["stateMachineArn"]
    except states.exceptions.ClientError:
        return ("REFUSED",)
    execution = states.start_execution(stateMachineArn=arn, input="{}")["executionArn"]
    while (state := states.describe_execution(executionArn=execution))["status"] == "RUNNING":
        time.sleep(0.05)
    return state["status"], len(json.loads(state.get("output") or "[]"))


with mock_aws(config={"stepfunctions": {"execute_state_machine": True}}):
    s3 = boto3.client("s3", region_name="us-east-1")
    s3.create_bucket(Bucket="load-files")
    for number in range(1001):
        s3.put_object(Bucket="load-files", Key=f"in/{number:04}.csv", Body=b"~id\n")
    print("objects", sum(len(page["Contents"]) for page in s3.get_paginator("list_objects_v2").paginate(Bucket="load-files")))
    print("plain", *run("plain"))
    print("with ToleratedFailurePercentage 0", *run("tolerant", ToleratedFailurePercentage=0))
PY
compare "objects 1001
plain SUCCEEDED 1000
with ToleratedFailurePercentage 0 REFUSED" "$(env/bin/python map.py 2>/dev/null)"
