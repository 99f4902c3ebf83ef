/** What the package promises, held against the program. Run from where the package is installed. */

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";

import * as api from "neptune-sim";

const { CannotStart, Cluster, ControlError, Fault, Simulator, Unreachable, WaitsForever, neptune } = api;

const simulator = Simulator.start();

async function ask(cluster, path, init) {
  const answer = await fetch(cluster.endpoint + path, init);
  return { http: answer.status, ...(await answer.json()) };
}

async function status(cluster, load) {
  return (await ask(cluster, `/loader/${load}`)).payload?.overallStatus.status;
}

test("a load lives as its lifecycle says", async (t) => {
  const cluster = await neptune(t);
  const load = await cluster.load("LOAD_IN_PROGRESS 30s", "LOAD_FAILED");
  assert.equal(await status(cluster, load), "LOAD_IN_PROGRESS");
  assert.equal(await cluster.advance(29.5), 29.5);
  assert.equal(await cluster.advance("500ms"), 30);
  assert.equal(await status(cluster, load), "LOAD_FAILED");
  assert.equal(await cluster.status(load), "LOAD_FAILED");
  const [{ id, ended, history }] = await cluster.loads();
  assert.deepEqual([id, ended, history[1]], [load, true, { at: 30, status: "LOAD_FAILED" }]);
});

test("a load has what scenarios know", async (t) => {
  const cluster = await neptune(t);
  const errors = [{ code: "PARSING_ERROR", message: "too many columns", file: "people.csv", record: 60 }];
  assert.equal(await cluster.load("LOAD_FAILED", { id: "people", errors }), "people");
  const { payload } = await ask(cluster, "/loader/people?details=true&errors=true");
  assert.equal(payload.errors.errorLogs[0].errorMessage, "too many columns");
});

test("a load that the code starts can be decided", async (t) => {
  const cluster = await neptune(t);
  const start = { source: "s3://b/people.csv", format: "csv", iamRoleArn: "arn:aws:iam::123456789012:role/Load", region: "us-east-1" };
  const headers = { "Content-Type": "application/json" };
  const { loadId } = (await ask(cluster, "/loader", { method: "POST", headers, body: JSON.stringify(start) })).payload;
  await cluster.outcome(loadId, { lifecycle: ["LOAD_IN_PROGRESS 5s", "LOAD_DATA_DEADLOCK"] });
  assert.equal(await cluster.wait(loadId), 5);
  assert.equal(await status(cluster, loadId), "LOAD_DATA_DEADLOCK");
  const [request] = await cluster.requests({ method: "POST" });
  assert.deepEqual(JSON.parse(request.body), start);
});

test("time goes to events", async (t) => {
  const cluster = await neptune(t);
  const load = await cluster.load("LOAD_IN_QUEUE 10s", "LOAD_IN_PROGRESS 10s", "LOAD_COMPLETED");
  assert.equal(await cluster.wait(load, "LOAD_IN_PROGRESS"), 10);
  assert.equal(await cluster.wait(), 20);
  await assert.rejects(cluster.wait(load, "LOAD_FAILED"), /will never be LOAD_FAILED/);
});

test("requests are easy to assert on", async (t) => {
  const cluster = await neptune(t);
  const load = await cluster.load("LOAD_COMPLETED");
  await ask(cluster, `/loader/${load}?details=true`);
  await ask(cluster, "/loader/nobody");
  const seen = await cluster.requests();
  assert.deepEqual(seen.map(({ method, target, status: http }) => [method, target, http]), [
    ["GET", `/loader/${load}?details=true`, 200],
    ["GET", "/loader/nobody", 404],
  ]);
  const [about] = await cluster.requests({ load });
  assert.deepEqual([about.load_status, about.ended_ago], ["LOAD_COMPLETED", 0]);
  assert.equal(JSON.parse(about.answer).payload.overallStatus.status, "LOAD_COMPLETED");
  assert.deepEqual([seen[1].load_status, seen[1].ended_ago], [null, null]);
  assert.equal((await cluster.requests({ status: 404 }))[0].number, 1);
  assert.match(await cluster.report(), /2 requests\n {2}0s GET \/loader\/load-1\?details=true 200 LOAD_COMPLETED \(ended 0 s ago\)\n/);
  await cluster.forgetRequests();
  assert.deepEqual(await cluster.requests(), []);
});

test("a fault counts how often it fired", async (t) => {
  const cluster = await neptune(t);
  const load = await cluster.load("LOAD_COMPLETED");
  const blip = await cluster.fault("blip-500", { load });
  const gateway = await cluster.fault({ fail: 1, does: { gateway: 502 } });
  assert.deepEqual(await cluster.unfired(), [...blip.names, ...gateway.names]);
  const codes = [];
  for (let look = 0; look < 3; look += 1) codes.push((await fetch(`${cluster.endpoint}/loader/${load}`)).status);
  assert.deepEqual(codes, [500, 502, 200]);
  assert.deepEqual([await blip.fired(), await gateway.fired(), await cluster.unfired()], [1, 1, []]);
});

test("faults can be removed", async (t) => {
  const cluster = await neptune(t);
  const load = await cluster.load("LOAD_COMPLETED");
  await (await cluster.fault({ does: { gateway: 502 } })).remove();
  assert.equal(await status(cluster, load), "LOAD_COMPLETED");
  await cluster.fault("failover");
  await cluster.availability("refused");
  await assert.rejects(status(cluster, load), /fetch failed/);
  await cluster.clearFaults();
  assert.equal(await status(cluster, load), "LOAD_COMPLETED");
});

test("mistakes come with a hint", async (t) => {
  const cluster = await neptune(t);
  await assert.rejects(cluster.fault("blip-50"), (error) => {
    assert.ok(error instanceof ControlError && error.status === 400 && error.hint.includes("neptune-sim faults"));
    return error.message.includes("did you mean `blip-500`");
  });
  await assert.rejects(cluster.load("LOAD_IN_PROGRES 30s", "LOAD_COMPLETED"), { name: "ControlError", path: "lifecycle[0]" });
  await assert.rejects(cluster.status("nobody"), { status: 404 });
});

for (const end of [...api.FAILED, api.COMPLETED]) {
  test(`a poller that goes on after ${end} is ended`, async () => {
    // Not by `neptune(t)`, which would fail this test for it.
    const cluster = await (await simulator).cluster();
    const load = await cluster.load("LOAD_IN_PROGRESS 30s", end);
    const { sleep } = cluster;
    const poll = async () => {
      for (;;) {
        await status(cluster, load);
        await sleep(10);
      }
    };
    await assert.rejects(poll(), (error) => error instanceof WaitsForever && error.message.includes(`seen 3 times that load-1 is ${end}`));
    assert.equal(await cluster.now(), 60);
    assert.ok(cluster.waitsForever instanceof WaitsForever);
    await cluster.remove();
  });
}

test("a poller may wait as long as a load or trouble lasts", async (t) => {
  const cluster = await neptune(t);
  const load = await cluster.load("LOAD_IN_PROGRESS 200s", "LOAD_COMPLETED");
  await cluster.fault({ from: "200s", until: "400s", does: { error: "InternalFailureException" } });
  const seen = [];
  for (let look = 0; look < 40; look += 1) {
    seen.push(await status(cluster, load));
    await cluster.sleep(10);
  }
  assert.deepEqual(seen, [...Array(20).fill("LOAD_IN_PROGRESS"), ...Array(20).fill(undefined)]);
  assert.equal(await status(cluster, load), "LOAD_COMPLETED");
});

test("options say what is given", async (t) => {
  const strict = await neptune(t, { given: { strict: true } });
  assert.equal(await strict.control("GET", "/strict"), true);
  const mine = await neptune(t, { scenario: "name: mine\nabout: One load\ngiven: {loads: {people: {lifecycle: [LOAD_COMPLETED]}}}\n" });
  assert.equal(await status(mine, "people"), "LOAD_COMPLETED");
  const scaled = await neptune(t, { clock: "scaled:1000000", startClock: "on-request" });
  const load = await scaled.load("LOAD_IN_PROGRESS 1ms", "LOAD_COMPLETED");
  assert.equal(await scaled.now(), 0);
  while ((await status(scaled, load)) !== "LOAD_COMPLETED");
  await assert.rejects(scaled.advance(1), { status: 409 });
});

test("the environment names the cluster", async (t) => {
  const cluster = await neptune(t);
  assert.equal(cluster.environment.AWS_ENDPOINT_URL_NEPTUNEDATA, cluster.endpoint);
  assert.equal(cluster.endpoint, `http://${cluster.host}:${cluster.port}`);
});

test("a cluster is removed once, and says which faults never fired", async () => {
  const simulator = await Simulator.start();
  const cluster = await simulator.cluster("short");
  const { names } = await cluster.fault("blip-500");
  assert.deepEqual(await cluster.remove(), [...names]);
  assert.deepEqual(await cluster.remove(), []);
  await assert.rejects(cluster.loads(), { status: 404 });
  assert.equal((await Simulator.at(simulator.url).cluster()).port > 0, true);
  await simulator.close();
  await simulator.close();
  await assert.rejects(cluster.loads(), Unreachable);
});

test("a program that cannot start is one error with its stderr", async () => {
  const folder = await mkdtemp(join(tmpdir(), "neptune-sim-"));
  const program = join(folder, "neptune-sim");
  await writeFile(program, "#!/bin/sh\necho 'error: no room' >&2\nexit 102\n");
  await chmod(program, 0o755);
  await assert.rejects(Simulator.start(program), (error) => {
    assert.ok(error instanceof CannotStart && error.code === 102 && error.stderr === "error: no room\n");
    return error.message.endsWith("did not start: exit code 102\nerror: no room");
  });
  await assert.rejects(Simulator.start("/nowhere/neptune-sim"), /cannot run \/nowhere\/neptune-sim/);
  await rm(folder, { recursive: true });
});

test("a package without its program takes one on the PATH", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "neptune-sim-"));
  const { PATH, NEPTUNE_SIM } = process.env;
  t.after(async () => {
    process.env.PATH = PATH;
    if (NEPTUNE_SIM !== undefined) process.env.NEPTUNE_SIM = NEPTUNE_SIM;
    await rm(folder, { recursive: true });
  });
  delete process.env.NEPTUNE_SIM;
  const installed = dirname(fileURLToPath(import.meta.resolve("neptune-sim")));
  for (const part of ["index.js", "src", "package.json"]) await cp(join(installed, part), join(folder, part), { recursive: true });
  const copy = await import(pathToFileURL(join(folder, "index.js")).href);
  // A folder of this name is no program.
  await mkdir(join(folder, "first", "neptune-sim"), { recursive: true });
  process.env.PATH = join(folder, "first");
  await assert.rejects(copy.Simulator.start(), (error) => {
    return error instanceof copy.CannotStart && error.message.startsWith("there is no program `neptune-sim`: npm install neptune-sim");
  });
  const program = join(folder, "neptune-sim");
  await writeFile(program, "#!/bin/sh\nexit 102\n");
  await chmod(program, 0o755);
  process.env.PATH = [join(folder, "first"), folder].join(delimiter);
  await assert.rejects(copy.Simulator.start(), { message: `${program} did not start: exit code 102` });
});

test("the simulator ends with a process that is killed", async () => {
  const script = `
    import { Simulator } from "neptune-sim";
    const { url } = await Simulator.start();
    process.stdout.write(url, () => process.kill(process.pid, "SIGKILL"));`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script], { stdio: ["ignore", "pipe", "inherit"] });
  let url = "";
  child.stdout.setEncoding("utf8").on("data", (text) => (url += text));
  await new Promise((resolve) => child.once("close", resolve));
  // It ends in order: until its port is closed, it answers that it has ended.
  for (;;) {
    const error = await Simulator.at(url).cluster().catch((error) => error);
    if (error instanceof Unreachable) break;
    assert.ok(error instanceof Cluster || /has ended/.test(error.message), error);
  }
});

test("a process ends although its simulator runs", async () => {
  const script = `
    import { Simulator } from "neptune-sim";
    const simulator = await Simulator.start();
    await (await simulator.cluster()).load("LOAD_COMPLETED");`;
  await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script]);
});

test("the types name what there is", async () => {
  const folder = dirname(fileURLToPath(import.meta.resolve("neptune-sim")));
  const types = await readFile(join(folder, "index.d.ts"), "utf8");
  const exported = [...types.matchAll(/^export (?:class|const|function) (\w+)/gm)].map((match) => match[1]);
  assert.deepEqual(exported.sort(), Object.keys(api).sort());
  for (const kind of [Cluster, Simulator, Fault]) {
    const body = types.split(`export class ${kind.name} {`)[1].split("\n}")[0];
    const typed = [...body.matchAll(/^ {2}(\w+)\(/gm)].map((match) => match[1]);
    const there = Object.entries(Object.getOwnPropertyDescriptors(kind.prototype)).filter(([, { value }]) => typeof value === "function");
    assert.deepEqual(typed.sort(), there.map(([name]) => name).filter((name) => name !== "constructor").sort());
  }
});

test("the program is a command", async () => {
  const require = createRequire(import.meta.url);
  const { bin, version } = require(join(dirname(fileURLToPath(import.meta.resolve("neptune-sim"))), "package.json"));
  assert.deepEqual(Object.keys(bin), ["neptune-sim"]);
  const { stdout } = await promisify(execFile)(join(process.cwd(), "node_modules/.bin/neptune-sim"), ["--version"]);
  assert.equal(stdout, `neptune-sim ${version}\n`);
});
