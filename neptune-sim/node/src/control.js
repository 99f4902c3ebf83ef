/** Requests to the control API. */

import { ControlError, Unreachable } from "./errors.js";

/** Milliseconds. The control API is on this machine and answers in a few. */
const TIMEOUT = 30_000;
/** Where clusters are added and listed. */
export const CLUSTERS = "/_sim/clusters";

/** Sends a request and gives the JSON of the answer, or `undefined` if that has no body. A `body` that is a `Yaml` is sent as it is. */
export async function ask(url, method, path, body, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  const target = new URL(path, url);
  target.search = new URLSearchParams(given.map(([key, value]) => [key, String(value)])).toString();
  const { status, text } = await send(target, method, body);
  return read(status, text);
}

/** A scenario as the text of its file. */
export class Yaml {
  constructor(text) {
    this.text = text;
  }
}

async function send(target, method, body) {
  const yaml = body instanceof Yaml;
  // A connection each: one that is kept would keep the process of the test alive, too.
  const headers = { Connection: "close", ...(body !== undefined && { "Content-Type": yaml ? "application/yaml" : "application/json" }) };
  const data = body === undefined ? undefined : yaml ? body.text : JSON.stringify(body);
  try {
    const answer = await fetch(target, { method, headers, body: data, signal: AbortSignal.timeout(TIMEOUT) });
    return { status: answer.status, text: await answer.text() };
  } catch (error) {
    const why = error.cause?.message ?? error.message;
    throw new Unreachable(`the simulator at ${target.origin} does not answer ${method} ${target.pathname}: ${why}`, { cause: error });
  }
}

function read(status, text) {
  let answer;
  try {
    answer = text ? JSON.parse(text) : undefined;
  } catch {
    answer = { error: text.trim() };
  }
  if (status < 300) return answer;
  throw new ControlError(status, answer?.error ? answer : { error: `HTTP ${status}: ${text.trim()}` });
}
