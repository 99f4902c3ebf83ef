#!/usr/bin/env bash
# moto 5.2.5 turns States.Timeout into States.Runtime where a Fail, a Parallel or a Map passes it on, and lets States.ALL catch that.
#
# Guess: a task that runs out of time inside a Parallel or a Map fails it with States.Timeout, which its Catch takes by that name, as the
# Catch of the task itself does; a Fail that repeats States.Timeout ends the execution with it.
# Seen: the Catch of the task has States.Timeout. The Map's has States.Runtime: rules for States.Timeout miss it, and States.ALL takes it,
# although AWS documents that nothing catches States.Runtime. A Parallel catches nothing at all, not by States.ALL either. Each says that
# custom names must not begin with "States.". A name of one's own passes through each of them.
# Date: 2026-11-29.
# For bulk loads: a machine that starts or watches several loads side by side, and tells "out of time" from "failed", takes the wrong branch
# in its test; repaired until this test passes, it catches States.ALL where it needs States.Timeout.
set -euo pipefail
source "$(dirname "$(realpath "$0")")/common.sh"
from_pypi 'moto[sqs,stepfunctions]==5.2.5'

cat >fail.py <<'PY'
import json
import time

import boto3
from moto import mock_aws


def run(name, state, given):
    """The error that an execution of this state ends with, or that its Catch was given, after the rule that took it."""
    caught = {"Type": "Pass", "Parameters": {"name.$": "$.Error"}, "End": True}
    machine = {"StartAt": "S", "States": {"S": state}}
    if "Catch" in state:
        machine["States"].update({"States.Timeout": caught, "LoadFailed": caught, "States.ALL": caught})
    made = states.create_state_machine(name=name, definition=json.dumps(machine), roleArn="arn:aws:iam::123456789012:role/machine")
    execution = states.start_execution(stateMachineArn=made["stateMachineArn"], input=json.dumps(given))["executionArn"]
    while (seen := states.describe_execution(executionArn=execution))["status"] == "RUNNING":
        time.sleep(0.05)
    if seen["status"] == "FAILED":
        return "not caught, " + seen["error"]
    events = states.get_execution_history(executionArn=execution)["events"]
    rule = [event["stateEnteredEventDetails"]["name"] for event in events if "stateEnteredEventDetails" in event][-1]
    return f"caught by {rule}, {json.loads(seen['output'])['name']}"


with mock_aws(config={"stepfunctions": {"execute_state_machine": True}}):
    states = boto3.client("stepfunctions", region_name="us-east-1")
    queue = boto3.client("sqs", region_name="us-east-1").create_queue(QueueName="loads")["QueueUrl"]
    late = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "Parameters": {"QueueUrl": queue, "MessageBody": {"token.$": "$$.Task.Token"}},
        "TimeoutSeconds": 1,
        "End": True,
    }
    failing = {"Type": "Fail", "ErrorPath": "$.Error"}
    catch = [{"ErrorEquals": [name], "Next": name} for name in ("States.Timeout", "LoadFailed", "States.ALL")]
    print("Task, States.Timeout:", run("task", {**late, "Catch": catch}, {}))
    for error, inner in (("States.Timeout", late), ("LoadFailed", failing)):
        name = error.split(".")[-1]
        given = {"Error": error, "loads": [{"Error": error}]}
        branch = {"StartAt": "T", "States": {"T": inner}}
        mapping = {"Type": "Map", "ItemsPath": "$.loads", "ItemProcessor": branch, "Catch": catch, "End": True}
        print(f"Map, {error}:", run("map" + name, mapping, given))
        print(f"Parallel, {error}:", run("parallel" + name, {"Type": "Parallel", "Branches": [branch], "Catch": catch, "End": True}, given))
        print(f"Fail, {error}:", run("fail" + name, failing, given))
PY
compare 'Task, States.Timeout: caught by States.Timeout, States.Timeout
Map, States.Timeout: caught by States.ALL, States.Runtime
Parallel, States.Timeout: not caught, States.Runtime
Fail, States.Timeout: not caught, States.Runtime
Map, LoadFailed: caught by LoadFailed, LoadFailed
Parallel, LoadFailed: caught by LoadFailed, LoadFailed
Fail, LoadFailed: not caught, LoadFailed' "$(env/bin/python fail.py 2>/dev/null)"
