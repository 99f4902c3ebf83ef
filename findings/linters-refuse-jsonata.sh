#!/usr/bin/env bash
# statelint 3.1.0, cfn-lint 1.58.0 and asl-validator 4.0.0 each refuse other state machines in JSONata that AWS's documentation allows.
#
# Guess: linters that know QueryLanguage, Arguments, Output and Assign take a JSONata expression wherever AWS documents one, and Output as any
# JSON value.
# Seen: statelint takes none in place of a number or a time, so that no Wait may compute its pause. cfn-lint takes it in Wait, but not in
# TimeoutSeconds and MaxConcurrency, and no list as Output. asl-validator takes each expression, but no Output that is a number or a list.
# With JSONPath, statelint knows neither Assign nor variables, nor the ReaderConfig of a Distributed Map that reads CSV.
# Date: 2026-11-29.
# For bulk loads: a watch whose pause grows, or whose bound comes with the input, cannot pass statelint; a map over files with a bound from
# the input passes one of the three. A gate in CI on all of them refuses good machines: let a run in an engine decide.
set -euo pipefail
source "$(dirname "$(realpath "$0")")/common.sh"
from_pypi statelint==3.1.0 cfn-lint==1.58.0
from_npm asl-validator@4.0.0

cat >write.py <<'PY'
import json

TASK = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Arguments": {"FunctionName": "check"}, "End": True}
MAP = {"Type": "Map", "ItemProcessor": {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}}, "End": True}
WAIT = {"Type": "Wait", "End": True}
PASS = {"Type": "Pass", "End": True}
DISTRIBUTED = {**MAP["ItemProcessor"], "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}}
CSV = {
    "Resource": "arn:aws:states:::s3:getObject",
    "ReaderConfig": {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"},
    "Parameters": {"Bucket": "load-files", "Key": "in/vertices.csv"},
}
STATES = [
    ("JSONata", "Seconds", {**WAIT, "Seconds": "{% $states.input.wait %}"}),
    ("JSONata", "Timestamp", {**WAIT, "Timestamp": "{% $states.input.until %}"}),
    ("JSONata", "TimeoutSeconds", {**TASK, "TimeoutSeconds": "{% $states.input.bound %}"}),
    ("JSONata", "MaxConcurrency", {**MAP, "MaxConcurrency": "{% $states.input.lanes %}"}),
    ("JSONata", "Output, a number", {**PASS, "Output": 0}),
    ("JSONata", "Output, a list", {**PASS, "Output": ["{% $states.input.id %}"]}),
    ("JSONata", "Output, an object", {**PASS, "Output": {"id": "{% $states.input.id %}"}}),
    ("JSONPath", "Assign", {**PASS, "Assign": {"id.$": "$.id"}}),
    ("JSONPath", "a variable", {**PASS, "Parameters": {"id.$": "$id"}}),
    ("JSONPath", "ReaderConfig", {**MAP, "ItemReader": CSV, "ItemProcessor": DISTRIBUTED}),
]
for number, (language, name, state) in enumerate(STATES):
    machine = {"QueryLanguage": language, "StartAt": "S", "States": {"S": state}}
    with open(f"{number}.json", "w") as file:
        json.dump(machine, file)
    properties = {"RoleArn": "arn:aws:iam::123456789012:role/machine", "Definition": machine}
    with open(f"{number}.template", "w") as file:
        json.dump({"Resources": {"M": {"Type": "AWS::StepFunctions::StateMachine", "Properties": properties}}}, file)
    print(number, f"{language}, {name}")
PY
cat >validate.cjs <<'END_OF_JS'
const { readFileSync } = require('node:fs');
process.exit(require('asl-validator')(JSON.parse(readFileSync(process.argv[2]))).isValid ? 0 : 1);
END_OF_JS
verdict() { if "$@" >lint.log 2>&1; then echo taken; else echo refused; fi; }
seen=$(env/bin/python write.py | while read -r number name; do
  echo "$name: statelint $(verdict env/bin/statelint "$number.json")," \
    "cfn-lint $(verdict env/bin/cfn-lint --template "$number.template")," \
    "asl-validator $(verdict node validate.cjs "$number.json")"
done)
compare "$(cat <<'END_OF_SEEN'
JSONata, Seconds: statelint refused, cfn-lint taken, asl-validator taken
JSONata, Timestamp: statelint refused, cfn-lint taken, asl-validator taken
JSONata, TimeoutSeconds: statelint refused, cfn-lint refused, asl-validator taken
JSONata, MaxConcurrency: statelint refused, cfn-lint refused, asl-validator taken
JSONata, Output, a number: statelint taken, cfn-lint taken, asl-validator refused
JSONata, Output, a list: statelint taken, cfn-lint refused, asl-validator refused
JSONata, Output, an object: statelint taken, cfn-lint taken, asl-validator taken
JSONPath, Assign: statelint refused, cfn-lint taken, asl-validator taken
JSONPath, a variable: statelint refused, cfn-lint taken, asl-validator taken
JSONPath, ReaderConfig: statelint refused, cfn-lint taken, asl-validator taken
END_OF_SEEN
)" "$seen"
