/** The simulator as a process that ends with this one. */

import { spawn } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

import { Cluster } from "./cluster.js";
import { CLUSTERS, Yaml, ask } from "./control.js";
import { CannotStart } from "./errors.js";

/** Port 0 takes a free one. The pipe on stdin ends the program when this process does, however that happens. */
const ARGUMENTS = ["--listen", "127.0.0.1:0", "--clock", "manual", "--end-with-stdin"];

export class Simulator {
  #process;
  #clusters = 0;

  /** Of {@link Simulator.start} and {@link Simulator.at}. */
  constructor(url, process) {
    this.url = url;
    this.#process = process;
  }

  static async start(program = findProgram()) {
    const { url, process } = await listening(program);
    return new Simulator(url, process);
  }

  static at(url) {
    return new Simulator(new URL(url).origin);
  }

  async cluster(name = "test", { clock = "manual", startClock, given, scenario } = {}) {
    if (given && scenario) throw new TypeError("give `given` or `scenario`, not both");
    this.#clusters += 1;
    const unique = `${name.replace(/[^A-Za-z0-9._-]+/g, "_").slice(-60)}-${process.pid}-${this.#clusters}`;
    const body = scenario ? new Yaml(scenario) : { name: unique, about: "A test", given: given ?? {} };
    const added = await ask(this.url, "POST", CLUSTERS, body, { name: unique, clock, start_clock: startClock });
    return new Cluster(this.url, added.name, added.endpoint);
  }

  async close() {
    const running = this.#process;
    this.#process = undefined;
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    const ended = new Promise((resolve) => running.once("exit", resolve));
    running.ref();
    running.kill("SIGKILL");
    await ended;
  }
}

let shared;

export async function neptune(t, options) {
  shared ??= Simulator.start();
  const simulator = await shared;
  const cluster = await simulator.cluster(t.name, options);
  t.after(async () => {
    for (const name of await cluster.remove()) {
      t.diagnostic(`no request matched the fault ${name}, so nothing tested it`);
    }
    // The poller, or an assertion that any error pleases, may have caught it.
    if (cluster.waitsForever) throw cluster.waitsForever;
  });
  return cluster;
}

/** The program that the variable NEPTUNE_SIM names, the one that came with this package, or one on the PATH. */
function findProgram() {
  if (process.env.NEPTUNE_SIM) return process.env.NEPTUNE_SIM;
  const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  const places = [fileURLToPath(new URL("../bin/neptune-sim", import.meta.url)), ...folders.map((folder) => join(folder, "neptune-sim"))];
  const found = places.find(canBeRun);
  if (!found) throw new CannotStart("there is no program `neptune-sim`: npm install neptune-sim brings it, or name one in the variable NEPTUNE_SIM");
  return found;
}

function canBeRun(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Starts the program, and reads its first line, which says where it listens. Gives its URL and its process. */
function listening(program) {
  // The user's own settings for the program would move it elsewhere.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("NEPTUNE_SIM")));
  // Ctrl-C is for the tests, which then still remove their clusters: the program is in a session of its own.
  const child = spawn(program, ARGUMENTS, { env, detached: true, stdio: "pipe" });
  let [said, stderr] = ["", ""];
  child.stdin.on("error", () => {});
  child.stderr.setEncoding("utf8").on("data", (text) => (stderr = (stderr + text).slice(-65_536)));
  return new Promise((resolve, reject) => {
    child.once("error", (error) => reject(new CannotStart(`cannot run ${program}: ${error.message}`)));
    child.once("close", (code) => reject(new CannotStart(`${program} did not start: exit code ${code}`, { code, stderr })));
    child.stdout.setEncoding("utf8").on("data", (text) => {
      said += text;
      const url = / listens on (http:\/\/\S+)\n/.exec(said)?.[1];
      if (!url) return;
      // From here on, none of it keeps the process of the tests alive.
      for (const handle of [child, child.stdin, child.stdout, child.stderr]) handle.unref();
      resolve({ url, process: child });
    });
  });
}
