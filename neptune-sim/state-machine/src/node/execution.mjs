// One execution, in a thread of its own.

import Module from "node:module";
import { parentPort, workerData } from "node:worker_threads";

import { Clock } from "./clock.mjs";
import { DataLimitError, isTooLarge } from "./data_limit.mjs";
import { Host } from "./host.mjs";
import { History } from "./history.mjs";

const [ACCOUNT, REGION] = ["123456789012", "us-east-1"];
const YEAR = 365 * 24 * 3600;
const { execution, library } = workerData;

/** An answer ends the thread, whatever else it still waits for. */
function answer(message) {
  parentPort.postMessage(message);
  return new Promise(() => {});
}

/** The states of a machine and of those inside it, with their names. */
function* states(machine) {
  for (const [name, state] of Object.entries(machine.States ?? {})) {
    yield [name, state];
    const inner = [...(state.Branches ?? []), state.Iterator ?? state.ItemProcessor ?? {}];
    for (const machine of inner) yield* states(machine);
  }
}

/** What the package would leave out without a word. */
function notSupported(definition) {
  const all = [["the machine", definition], ...states(definition)];
  const jsonata = all.find(([, part]) => part.QueryLanguage === "JSONata");
  if (jsonata) return `it ignores JSONata (${jsonata[0]})`;
  const assign = all.find(([, part]) => part.Assign || (part.Choices ?? []).some((rule) => rule.Assign));
  if (assign) return `it ignores Assign (${assign[0]})`;
  const task = all.find(([, part]) => part.Type === "Task" && !/^arn:[^:]+:(lambda:|states:::(lambda:invoke|events:putEvents)$)/.test(part.Resource));
  return task && `nothing stands for ${task[1].Resource} here (${task[0]})`;
}

/** A generator of numbers from 0 to 1 that depends on a seed (mulberry32). */
function random(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

function context() {
  const machine = "state-machine";
  const arn = (kind, name) => `arn:aws:states:${REGION}:${ACCOUNT}:${kind}:${name}`;
  const role = `arn:aws:iam::${ACCOUNT}:role/${machine}`;
  const Execution = { Id: arn("execution", `${machine}:${execution.name}`), Name: execution.name, RoleArn: role };
  return { Execution, StateMachine: { Id: arn("stateMachine", machine), Name: machine } };
}

async function carryOut(name, state, input, { host, clock, history }) {
  // The package sets it for the time limit of the task, when it has called this.
  const limit = clock.nextTimer();
  const { took, result } = await clock.during(async () => {
    await history.taskStarts();
    const done = await host.carryOut(state.Resource, input, limit.milliseconds);
    history.taskEnds();
    return done;
  });
  if (took > 0) await clock.sleep(took);
  const answer = result();
  if (isTooLarge(answer)) throw new DataLimitError(name, state);
  return answer;
}

/** The package, without AWS's SDK: it takes three times as long to load, and nothing calls it. */
function load() {
  const { _load } = Module;
  Module._load = (name, ...rest) => (name.startsWith("@aws-sdk/") ? {} : _load(name, ...rest));
  return Module.createRequire(library)(library);
}

async function run() {
  const definition = JSON.parse(execution.definition);
  const gap = notSupported(definition);
  if (gap) return answer({ refused: `aws-local-stepfunctions cannot run this machine as AWS does: ${gap}` });

  const host = new Host(execution.host, () => history.count);
  const clock = new Clock((passed) => host.pass(passed));
  const history = new History(execution.events, clock, answer);
  clock.install();
  Math.random = random(execution.seed);

  const taskResourceLocalHandlers = {};
  for (const [name, state] of states(definition)) {
    // AWS's default; that of the package is a minute.
    if (state.Type === "Task" && !state.TimeoutSecondsPath) state.TimeoutSeconds ??= 99999999;
    if (state.Type === "Task") taskResourceLocalHandlers[name] = (input) => carryOut(name, state, input, { host, clock, history });
  }
  // AWS lets no execution run longer.
  definition.TimeoutSeconds = Math.min(definition.TimeoutSeconds ?? YEAR, YEAR);
  const { StateMachine } = load();
  let machine;
  try {
    machine = new StateMachine(definition);
  } catch (error) {
    return answer({ refused: error.message });
  }
  const running = machine.run(JSON.parse(execution.input), { context: context(), overrides: { taskResourceLocalHandlers } });
  const ended = running.result.then(
    (output) => ({ status: "SUCCEEDED", output }),
    (error) => history.failure(error),
  );
  await history.read(running.eventLogs);
  return history.end(await ended);
}

run().catch((error) => answer({ broken: String(error.stack ?? error) }));
