#!/usr/bin/env bash
# moto 5.2.5 decides by the name that Default has, not by the rule that matched, which Assign of a Choice runs; with JSONPath a rule's is lost.
#
# Guess: where a rule of a Choice matches, the variable that the rule's Assign sets has the rule's value in the next state. Whether the state's
# own Assign runs as well may be read in two ways (AWS's page on Choice says that it applies whichever rule matches), but the state that
# Default names has no part in it.
# Seen: where the rule leads to the state that Default names, too, the state's own Assign and Output run after the rule's and override
# them. Where Default names another state, the state's own do not run at all. With JSONPath, a rule's Assign never runs and its variable is
# null, without an error. jsonata-python stands in for the Java program that moto takes JSONata and variables from, and has no part in it.
# Date: 2026-11-29.
# For bulk loads: a watch whose rules count polls or name the outcome of a load, and lead to one state for all, has the value of Default in
# its test. Set each variable in a state of its own, or lead to distinct states.
set -euo pipefail
source "$(dirname "$(realpath "$0")")/common.sh"
from_pypi 'moto[stepfunctions]==5.2.5' jsonata-python==0.7.1

cat >choose.py <<'PY'
import json
import time

import boto3
import jsonata
from moto import mock_aws
from moto.stepfunctions.parser.asl.jsonata import jsonata as of_moto

of_moto._eval_jsonata = lambda expression: jsonata.Jsonata(expression).evaluate(None)


def machine(language, default):
    """A Choice whose rule, which matches, leads to Report. Rule and state assign the same variable."""
    if language == "JSONata":
        rule = {"Condition": "{% $states.input.status = 'LOADED' %}", "Output": {"by": "rule"}}
        choice = {"Output": {"by": "state"}}
        report = {"Output": {"variable": "{% $by %}", "output": "{% $states.input.by %}"}}
    else:
        rule = {"Variable": "$.status", "StringEquals": "LOADED"}
        choice = {}
        report = {"Parameters": {"variable.$": "$by"}}
    rule.update(Assign={"by": "rule"}, Next="Report")
    choice.update(Type="Choice", Choices=[rule], Assign={"by": "state"}, Default=default)
    report.update(Type="Pass", End=True)
    return {"QueryLanguage": language, "StartAt": "Choose", "States": {"Choose": choice, "Report": report, "Wait": report}}


with mock_aws(config={"stepfunctions": {"execute_state_machine": True}}):
    states = boto3.client("stepfunctions", region_name="us-east-1")
    for language in ("JSONata", "JSONPath"):
        for default in ("Wait", "Report"):
            made = states.create_state_machine(
                name=language + default,
                definition=json.dumps(machine(language, default)),
                roleArn="arn:aws:iam::123456789012:role/machine",
            )
            execution = states.start_execution(stateMachineArn=made["stateMachineArn"], input='{"status": "LOADED"}')["executionArn"]
            while (seen := states.describe_execution(executionArn=execution))["status"] == "RUNNING":
                time.sleep(0.05)
            print(f"{language}, rule to Report, Default {default}: {seen['status']} {seen.get('output')}")
PY
compare 'JSONata, rule to Report, Default Wait: SUCCEEDED {"variable": "rule", "output": "rule"}
JSONata, rule to Report, Default Report: SUCCEEDED {"variable": "state", "output": "state"}
JSONPath, rule to Report, Default Wait: SUCCEEDED {"variable": null}
JSONPath, rule to Report, Default Report: SUCCEEDED {"variable": "state"}' "$(env/bin/python choose.py 2>/dev/null)"
