#!/usr/bin/env bash
# local-web-services 0.24.0, an emulator of AWS services, gives the whole input for a path that it does not know, and takes no branch by one.
#
# Guess: a definition with what the engine lacks is refused when it is created, or its execution fails; its page names the state types and
# the paths that it supports. What it runs, it runs as AWS does.
# Seen: in Parameters, a function, the context, a path in brackets and a variable are each the whole input of the state. In a Choice, every
# comparison with another path, StringMatches and a path in brackets are false. A machine's TimeoutSeconds does not end it. A Pass with
# Parameters and ResultPath loses its input. With JSONata, expressions in a list and in Error stay text, and Assign in a rule of a Choice is
# left out. Nothing is raised.
# Valid: AWS Step Functions' developer guide: "Choice workflow state" lists NumericGreaterThanEqualsPath and StringMatches; "Intrinsic
# functions for JSONPath states"; "Accessing execution data from the Context object"; "Passing data between states with variables".
# Date: 2026-11-30.
# For bulk loads: a watch that counts its polls up to a bound from its input never gets there, a state machine's time-out does not help,
# and a cancelled load that StringMatches should catch takes the Default. Each of them is right on AWS.
set -euo pipefail
source "$(dirname "$(realpath "$0")")/common.sh"
from_pypi local-web-services==0.24.0 boto3==1.44.8

cat >run.py <<'END'
import json
import pathlib
import random
import subprocess
import time

import boto3

pathlib.Path("main.tf").touch()
base = random.randrange(20000, 30000, 300)  # the services listen from this port on, Step Functions six ports above
server = subprocess.Popen(["env/bin/ldk", "dev", "--mode", "terraform", "--no-persist", "--port", str(base)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
states = boto3.client("stepfunctions", endpoint_url=f"http://127.0.0.1:{base + 6}", region_name="us-east-1", aws_access_key_id="any", aws_secret_access_key="any")


def run(name, machine, given, **more):
    """How an execution of a state machine ends."""
    definition = json.dumps({"StartAt": next(iter(machine)), "States": machine, **more})
    arn = states.create_state_machine(name=f"machine-{random.randrange(10**9)}", definition=definition, roleArn="arn:aws:iam::123456789012:role/any")["stateMachineArn"]
    execution = states.start_execution(stateMachineArn=arn, input=json.dumps(given))["executionArn"]
    while (end := states.describe_execution(executionArn=execution))["status"] == "RUNNING":
        time.sleep(0.05)
    print(f"{name}:", end["status"], end.get("output") or end.get("error"))


def choose(name, rule, given):
    ends = {end: {"Type": "Pass", "Result": end, "End": True} for end in ("rule", "default")}
    run(name, {"Choose": {"Type": "Choice", "Choices": [{**rule, "Next": "rule"}], "Default": "default"}, **ends}, given)


def take(name, path, given, **more):
    run(name, {"Take": {"Type": "Pass", "Parameters": {"value.$": path}, "End": True, **more}}, given)


try:
    for _ in range(300):
        try:
            states.list_state_machines()
            break
        except Exception:
            time.sleep(0.1)
    choose("StringEquals", {"Variable": "$.status", "StringEquals": "LOAD_FAILED"}, {"status": "LOAD_FAILED"})
    choose("NumericGreaterThanEquals", {"Variable": "$.polls", "NumericGreaterThanEquals": 3}, {"polls": 9})
    choose("NumericGreaterThanEqualsPath", {"Variable": "$.polls", "NumericGreaterThanEqualsPath": "$.bound"}, {"polls": 9, "bound": 3})
    choose("StringEqualsPath", {"Variable": "$.status", "StringEqualsPath": "$.good"}, {"status": "LOAD_COMPLETED", "good": "LOAD_COMPLETED"})
    choose("StringMatches", {"Variable": "$.status", "StringMatches": "LOAD_CANCELLED*"}, {"status": "LOAD_CANCELLED_BY_USER"})
    choose("a path in brackets in a Choice", {"Variable": "$['~id']", "StringEquals": "p1"}, {"~id": "p1"})
    take("a path", "$.load", {"load": "people", "cluster": "test"})
    take("a function", "States.Format('{}.csv', $.load)", {"load": "people", "cluster": "test"})
    take("the context", "$$.Execution.Name", {"load": "people", "cluster": "test"})
    take("a path in brackets", "$['~id']", {"~id": "p1", "~label": "Person"})
    take("a ResultPath", "$.load", {"load": "people", "cluster": "test"}, ResultPath="$.taken")
    assign = {"Keep": {"Type": "Pass", "Assign": {"load.$": "$.load"}, "Next": "Take"}, "Take": {"Type": "Pass", "Parameters": {"value.$": "$load"}, "End": True}}
    run("a variable", assign, {"load": "people", "cluster": "test"})
    run("TimeoutSeconds 1", {"Wait": {"Type": "Wait", "Seconds": 3, "End": True}}, {}, TimeoutSeconds=1)
    jsonata = {"QueryLanguage": "JSONata"}
    run("JSONata, a list", {"Take": {"Type": "Pass", "Output": ["{% $states.input.load %}"], "End": True}}, {"load": "people"}, **jsonata)
    run("JSONata, Error", {"Stop": {"Type": "Fail", "Error": "{% $states.input.status %}"}}, {"status": "LOAD_FAILED"}, **jsonata)
    rule = {"Condition": "{% true %}", "Assign": {"polls": 1}, "Next": "Take"}
    run("JSONata, Assign in a rule", {"Choose": {"Type": "Choice", "Choices": [rule]}, "Take": {"Type": "Pass", "Output": {"polls": "{% $polls %}"}, "End": True}}, {}, **jsonata)
finally:
    server.terminate()
    server.wait()
END
# shellcheck disable=SC2016 # as JSONata and JSONPath write it
compare 'StringEquals: SUCCEEDED "rule"
NumericGreaterThanEquals: SUCCEEDED "rule"
NumericGreaterThanEqualsPath: SUCCEEDED "default"
StringEqualsPath: SUCCEEDED "default"
StringMatches: SUCCEEDED "default"
a path in brackets in a Choice: SUCCEEDED "default"
a path: SUCCEEDED {"value": "people"}
a function: SUCCEEDED {"value": {"load": "people", "cluster": "test"}}
the context: SUCCEEDED {"value": {"load": "people", "cluster": "test"}}
a path in brackets: SUCCEEDED {"value": {"~id": "p1", "~label": "Person"}}
a ResultPath: SUCCEEDED {"value": "people", "taken": {"value": "people"}}
a variable: SUCCEEDED {"value": {"load": "people", "cluster": "test"}}
TimeoutSeconds 1: SUCCEEDED {}
JSONata, a list: SUCCEEDED ["{% $states.input.load %}"]
JSONata, Error: FAILED {% $states.input.status %}
JSONata, Assign in a rule: SUCCEEDED {"polls": null}' "$(env/bin/python run.py)"
