"""Runs a definition in moto, whose tasks call real functions behind Lambda's Invoke API, and whose lists come from a real server of S3's API.

Usage: machine.py DEFINITION INPUT, with AWS_ENDPOINT_URL_LAMBDA and AWS_ENDPOINT_URL_S3. Prints {"status", "output", "error", "cause"}.
"""

import json
import sys
import time

import boto3
from moto import mock_aws

definition, given = open(sys.argv[1], encoding="utf-8").read(), sys.argv[2]
function = "arn:aws:lambda:us-east-1:123456789012:function:"
definition = definition.replace("${CheckLoadFileArn}", function + "check_load_file").replace("${MergeLoadFilesArn}", function + "merge_load_files")

# Requests to the two servers are passed through: moto answers those of AWS's own hosts only.
with mock_aws(config={"stepfunctions": {"execute_state_machine": True}}):
    machines = boto3.client("stepfunctions", region_name="us-east-1", endpoint_url="https://states.us-east-1.amazonaws.com")
    role = "arn:aws:iam::123456789012:role/machine"
    machine = machines.create_state_machine(name="check", definition=definition, roleArn=role)["stateMachineArn"]
    execution = machines.start_execution(stateMachineArn=machine, name="run-1", input=given)["executionArn"]
    while (state := machines.describe_execution(executionArn=execution))["status"] == "RUNNING":
        time.sleep(0.05)
    print(json.dumps({key: state.get(key) for key in ("status", "output", "error", "cause")}))
