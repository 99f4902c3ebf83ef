#!/usr/bin/env bash
# moto 5.2.5 reads the texts of variables for escapes again: C:\new becomes C:, a line feed, ew, and a quotation mark fails the execution.
#
# Guess: a text that Assign puts in a variable is the same text in the next state, whatever its letters are.
# Seen: it is written between quotation marks as it stands in front of each JSONata expression that reads the variable. Backslashes and the
# letter behind them become other letters, without an error, and a quotation mark ends the text too early. Read from $states.input, or from
# an object in a variable, the same text stays whole. JSONata runs in jsonata-python here, which moto can be given instead of the Java
# program that it does not bring along; any engine would be given the same expression.
# Date: 2026-11-29.
# For bulk loads: Neptune's error texts quote values of the files, and a Catch gives JSON as Cause. Kept in a variable for the message at the
# end, each of them fails the test, or arrives changed. Keep texts from outside in an object: {"cause": "{% … %}"}, read as $trouble.cause.
set -euo pipefail
source "$(dirname "$(realpath "$0")")/common.sh"
from_pypi 'moto[stepfunctions]==5.2.5' jsonata-python==0.7.1

cat >keep.py <<'PY'
import json
import time

import boto3
import jsonata
from moto import mock_aws
from moto.stepfunctions.parser.asl.jsonata import jsonata as of_moto

of_moto._eval_jsonata = lambda expression: jsonata.Jsonata(expression).evaluate(None)

READ = "{% $states.input.cause %}"
WAYS = {
    "input": (None, "{% $states.input.cause %}"),
    "object in a variable": ({"cause": READ}, "{% $kept.cause %}"),
    "variable": (READ, "{% $kept %}"),
}
TEXTS = ("Bad value in line 7", r"Cannot read C:\new\first.csv", 'Bad value "x" in line 7', '{"errorMessage": "out of reach"}')

with mock_aws(config={"stepfunctions": {"execute_state_machine": True}}):
    states = boto3.client("stepfunctions", region_name="us-east-1")
    for number, (way, (kept, told)) in enumerate(WAYS.items()):
        tell = {"Type": "Pass", "Output": {"text": told}, "End": True}
        keep = {"Type": "Pass", "Assign": {"kept": kept}, "Next": "Tell"}
        made = states.create_state_machine(
            name=f"keep-{number}",
            definition=json.dumps({"QueryLanguage": "JSONata", "StartAt": "Keep", "States": {"Keep": keep, "Tell": tell}}),
            roleArn="arn:aws:iam::123456789012:role/machine",
        )
        for place, text in enumerate(TEXTS):
            start = {"stateMachineArn": made["stateMachineArn"], "name": f"text-{place}", "input": json.dumps({"cause": text})}
            execution = states.start_execution(**start)["executionArn"]
            while (seen := states.describe_execution(executionArn=execution))["status"] == "RUNNING":
                time.sleep(0.05)
            came = json.loads(seen["output"])["text"] if "output" in seen else seen["error"]
            print(f"{way}, {text}:", "the same" if came == text else f"{seen['status']} {came!r}")
PY
compare "$(cat <<'END_OF_SEEN'
input, Bad value in line 7: the same
input, Cannot read C:\new\first.csv: the same
input, Bad value "x" in line 7: the same
input, {"errorMessage": "out of reach"}: the same
object in a variable, Bad value in line 7: the same
object in a variable, Cannot read C:\new\first.csv: the same
object in a variable, Bad value "x" in line 7: the same
object in a variable, {"errorMessage": "out of reach"}: the same
variable, Bad value in line 7: the same
variable, Cannot read C:\new\first.csv: SUCCEEDED 'Cannot read C:\new\x0cirst.csv'
variable, Bad value "x" in line 7: FAILED 'States.Runtime'
variable, {"errorMessage": "out of reach"}: FAILED 'States.Runtime'
END_OF_SEEN
)" "$(env/bin/python keep.py 2>/dev/null)"
