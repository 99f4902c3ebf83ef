// The check of a load in a public CSV workflow in TypeScript (2026), rebuilt with AWS's SDK for JavaScript. A state machine calls it.
// It tries five times. If it then sees trouble of the network that it knows by name, it says that the load is pending, without an end to that. Known
// peculiarity: LOAD_FAILED counts as a success if every error is a SINGLE_CARDINALITY_VIOLATION of the property created_at.
import { createRequire } from "node:module";
import { setTimeout as sleep } from "node:timers/promises";

const { Neptunedata } = createRequire(`${process.argv[2]}/`)("@aws-sdk/client-neptunedata");
const client = new Neptunedata({ endpoint: process.env.AWS_ENDPOINT_URL_NEPTUNEDATA, maxAttempts: 1 });
const loadId = process.env.NEPTUNE_LOAD_ID;
const PASSES = /EBUSY|EAI_AGAIN|ECONNRESET|ETIMEDOUT|AbortError|TimeoutError/;
const say = (status) => console.log(JSON.stringify({ status }));

async function payload(more = {}) {
  for (let attempt = 1; ; attempt++) {
    try {
      const abortSignal = AbortSignal.timeout(5000);
      return (await client.getLoaderJobStatus({ loadId, details: true, ...more }, { abortSignal })).payload;
    } catch (error) {
      if (attempt === 5) throw error;
      await sleep(25 * 2 ** attempt);
    }
  }
}

async function isTolerable({ parsingErrors, datatypeMismatchErrors }) {
  if (parsingErrors || datatypeMismatchErrors) return false;
  const { errorLogs } = (await payload({ errors: true, errorsPerPage: 25 })).errors;
  const isConflict = (log) => log.errorCode === "SINGLE_CARDINALITY_VIOLATION" && log.errorMessage.includes("created_at");
  return errorLogs.length > 0 && errorLogs.every(isConflict);
}

async function status({ overallStatus }) {
  if (["LOAD_NOT_STARTED", "LOAD_IN_QUEUE", "LOAD_IN_PROGRESS"].includes(overallStatus.status)) return "PENDING";
  if (overallStatus.status === "LOAD_COMPLETED") return "DONE";
  return overallStatus.status === "LOAD_FAILED" && (await isTolerable(overallStatus)) ? "DONE" : "FAILED";
}

try {
  say(await status(await payload()));
} catch (error) {
  say(PASSES.test(`${error.name} ${error.code} ${error.message}`) ? "PENDING" : "FAILED");
}
