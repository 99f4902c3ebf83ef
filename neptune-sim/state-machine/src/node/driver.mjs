// Runs executions of state machines in aws-local-stepfunctions, each in a thread of its own, under a virtual clock.
//
// Usage: node driver.mjs SOCKET FOLDER, where FOLDER has the package in its node_modules (or a folder above it has). Prints one line of JSON:
// {"ready": true} once it listens at the Unix socket, or {"missing": WHAT}. A connection brings one execution as a line of JSON, and is
// answered its end as another; the Python driver says how both look.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { Worker } from "node:worker_threads";

const [PACKAGE, VERSION, NODE] = ["aws-local-stepfunctions", "3.0.0", 22];

function findLibrary(folder) {
  const node = process.versions.node;
  if (Number.parseInt(node) < NODE) return { missing: `Node is ${node}, where ${NODE} or newer is needed` };
  try {
    const library = createRequire(join(folder, "any.js")).resolve(PACKAGE);
    const { version } = JSON.parse(readFileSync(join(dirname(library), "..", "package.json"), "utf8"));
    if (version !== VERSION) return { missing: `${PACKAGE} ${version} is installed, where ${VERSION} is needed` };
    return { library };
  } catch {
    return { missing: `${PACKAGE} ${VERSION} is not in the node_modules of ${folder} or of a folder above` };
  }
}

function serve(path, library) {
  const server = createServer((connection) => {
    connection.on("error", () => {});
    createInterface({ input: connection }).once("line", (line) => {
      const worker = new Worker(new URL("execution.mjs", import.meta.url), { workerData: { execution: JSON.parse(line), library } });
      worker.once("message", (answer) => connection.end(`${JSON.stringify(answer)}\n`));
      worker.once("error", (error) => connection.end(`${JSON.stringify({ broken: String(error.stack ?? error) })}\n`));
      worker.once("exit", () => connection.end());
      connection.once("close", () => worker.terminate());
    });
  });
  // Standard input ends with whoever has started this.
  process.stdin.on("end", () => process.exit()).resume();
  server.listen(path, () => console.log(JSON.stringify({ ready: true })));
}

const [, , path, folder] = process.argv;
const { library, missing } = findLibrary(folder);
if (missing) console.log(JSON.stringify({ missing }));
else serve(path, library);
