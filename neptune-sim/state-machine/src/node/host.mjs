// What tasks call, over connections that are kept.

import { Agent, request } from "node:http";

/** How long a call takes in virtual time, in its answer. */
const TOOK = "x-virtual-milliseconds";
/** How many events the history has, in every request. */
const EVENTS = "x-history-events";
/** How long its task may still take in virtual time, in its request. */
const LEFT = "x-virtual-milliseconds-left";

/** An error with the name by which Retry and Catch know it. */
class TaskError extends Error {
  constructor(name, cause) {
    super(cause);
    this.name = name;
  }
}

export class Host {
  #agent = new Agent({ keepAlive: true, noDelay: true });
  #url;
  #countEvents;

  /** `countEvents` says how many events the history has. */
  constructor(url, countEvents) {
    this.#url = url;
    this.#countEvents = countEvents;
  }

  /** Says that virtual time has passed. */
  async pass(milliseconds) {
    await this.#post("/clock", {}, String(milliseconds));
  }

  /** Carries out a task that has so many milliseconds: how long it takes, and its result as a function, which throws what is wrong. */
  async carryOut(resource, input, left) {
    if (resource.endsWith(":events:putEvents")) return this.#putEvents(input);
    if (!resource.endsWith(":lambda:invoke")) return this.#invoke(resource, input, left, (payload) => payload);
    const result = (Payload) => ({ ExecutedVersion: "$LATEST", Payload, StatusCode: 200 });
    return this.#invoke(input.FunctionName, input.Payload ?? {}, left, result);
  }

  async #invoke(name, payload, left, result) {
    const { status, headers, body } = await this.#post(
      `/2015-03-31/functions/${encodeURIComponent(name)}/invocations`,
      { "content-type": "application/json", ...(left === undefined ? {} : { [LEFT]: String(left) }) },
      JSON.stringify(payload),
    );
    const took = Number(headers[TOOK] ?? 0);
    const fail = (name, cause) => ({
      took,
      result: () => {
        throw new TaskError(name, cause);
      },
    });
    if (status !== 200) {
      const code = headers["x-amzn-errortype"];
      return fail(`Lambda.${code}`, `${JSON.parse(body).message} (Service: AWSLambda; Status Code: ${status}; Error Code: ${code})`);
    }
    if (headers["x-amz-function-error"]) return fail(JSON.parse(body).errorType ?? "Exception", body);
    const answer = JSON.parse(body);
    return { took, result: () => result(answer) };
  }

  async #putEvents(input) {
    const { status, headers, body } = await this.#post(
      "/",
      { "content-type": "application/x-amz-json-1.1", "x-amz-target": "AWSEvents.PutEvents" },
      JSON.stringify(input),
    );
    const answer = JSON.parse(body);
    const result = () => {
      if (status !== 200) throw new TaskError(`EventBridge.${headers["x-amzn-errortype"]}`, answer.message);
      if (answer.FailedEntryCount > 0) throw new TaskError("EventBridge.FailedEntry", body);
      return answer;
    };
    return { took: 0, result };
  }

  #post(path, headers, text) {
    const options = { method: "POST", agent: this.#agent, headers: { ...headers, [EVENTS]: String(this.#countEvents()) } };
    return new Promise((resolve, reject) => {
      const sent = request(new URL(path, this.#url), options, (response) => {
        const chunks = [];
        response.on("data", (chunk) => chunks.push(chunk));
        response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks).toString() }));
        response.on("error", reject);
      });
      sent.on("error", reject);
      sent.end(text);
    });
  }
}
