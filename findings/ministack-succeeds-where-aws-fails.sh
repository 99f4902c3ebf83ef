#!/usr/bin/env bash
# ministack 1.5.33 ends Step Functions executions as SUCCEEDED that fail, time out or answer otherwise on AWS.
#
# Guess: an emulator that runs waits in real time, JSONata and Catch, and raises States.NoChoiceMatched by name, keeps the machine's own
# TimeoutSeconds, and fails on a path that finds nothing.
# Seen: TimeoutSeconds of the machine is ignored: with 1 s and a wait of 3 s the execution succeeds. A path that finds nothing, a filter, a
# descent ($..x) and a variable of Assign are all null, and a Choice on an absent field takes its Default. Nothing is raised. By AWS's
# documentation these are TIMED_OUT, States.Runtime, ["x"], [2], 1 and States.Runtime.
# Date: 2026-11-28. (moto and aws-local-stepfunctions have other gaps, and end an execution at TimeoutSeconds.)
# For bulk loads: TimeoutSeconds is all that ends the watch of a load that never ends; its test passes here without a time-out, or waits
# for ever. A misspelt path to the loader's answer goes on as null instead of failing the test.
set -euo pipefail
source "$(dirname "$(realpath "$0")")/common.sh"
from_pypi ministack==1.5.33 hypercorn==0.18.0

cat >watch.py <<'END'
import json
import os
import socket
import subprocess
import sys
import time

import botocore.session

ANSWER = {"payload": {"feedCount": [{"LOAD_FAILED": 2}], "loads": [{"id": "x", "status": "LOAD_FAILED"}]}}


def passes(parameters):
    return {"StartAt": "P", "States": {"P": {"Type": "Pass", "Parameters": parameters, "End": True}}}


MACHINES = {
    "machine's time-out": {
        "StartAt": "W",
        "TimeoutSeconds": 1,
        "States": {"W": {"Type": "Wait", "Seconds": 3, "Next": "L"}, "L": {"Type": "Pass", "Result": "loaded", "End": True}},
    },
    "missing path": passes({"x.$": "$.payload.overalStatus"}),
    "filter": passes({"x.$": "$.payload.loads[?(@.status == 'LOAD_FAILED')].id"}),
    "descent": passes({"x.$": "$..LOAD_FAILED"}),
    "variable": {
        "StartAt": "A",
        "States": {
            "A": {"Type": "Pass", "Assign": {"polls": 1}, "Next": "P"},
            "P": {"Type": "Pass", "Parameters": {"x.$": "$polls"}, "End": True},
        },
    },
    "absent field in a Choice": {
        "StartAt": "C",
        "States": {
            "C": {"Type": "Choice", "Choices": [{"Variable": "$.status", "StringEquals": "SUCCESS", "Next": "L"}], "Default": "W"},
            "L": {"Type": "Pass", "Result": "loaded", "End": True},
            "W": {"Type": "Pass", "Result": "asked again", "End": True},
        },
    },
}

with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]
environment = {**os.environ, "GATEWAY_PORT": str(port), "IOT_MTLS_ENABLED": "0"}
command = [sys.executable, "-m", "hypercorn", "ministack.app:app", "--bind", f"127.0.0.1:{port}"]
server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
try:
    while server.poll() is None and socket.socket().connect_ex(("127.0.0.1", port)) != 0:
        time.sleep(0.2)
    client = botocore.session.get_session().create_client(
        "stepfunctions",
        endpoint_url=f"http://127.0.0.1:{port}",
        region_name="us-east-1",
        aws_access_key_id="any",
        aws_secret_access_key="any",
    )
    for number, (name, machine) in enumerate(MACHINES.items()):
        role = "arn:aws:iam::123456789012:role/watch"
        made = client.create_state_machine(name=f"watch-{number}", definition=json.dumps(machine), roleArn=role)
        execution = client.start_execution(stateMachineArn=made["stateMachineArn"], input=json.dumps(ANSWER))["executionArn"]
        deadline = time.monotonic() + 20
        while (seen := client.describe_execution(executionArn=execution))["status"] == "RUNNING" and time.monotonic() < deadline:
            time.sleep(0.2)
        print(f"{name}: {seen['status']} {seen.get('output', seen.get('error'))}")
finally:
    server.terminate()
    server.wait(10)
END
compare 'machine'"'"'s time-out: SUCCEEDED "loaded"
missing path: SUCCEEDED {"x": null}
filter: SUCCEEDED {"x": null}
descent: SUCCEEDED {"x": null}
variable: SUCCEEDED {"x": null}
absent field in a Choice: SUCCEEDED "asked again"' "$(env/bin/python watch.py)"
