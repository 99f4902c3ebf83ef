// The history of an execution: its events are counted by AWS's rules, which the package does not follow, and have a limit.

import { failure, isTooLarge } from "./data_limit.mjs";

/** How many events a state adds when it is entered, and when it is left, beside those of its tasks. */
const ENTERED = { Parallel: 2, Map: 2 };
const LEFT = { Parallel: 2, Map: 2 };

export class History {
  entered = [];
  // The start of the execution.
  #events = 1;
  #limit;
  #clock;
  #answer;

  constructor(limit, clock, answer) {
    this.#limit = limit;
    this.#clock = clock;
    this.#answer = answer;
  }

  get count() {
    return this.#events;
  }

  /** Reads the package's own log to its end. */
  async read(log) {
    for await (const { type, state } of log) {
      if (type === "StateEntered") {
        this.entered.push(state.name);
        this.#add(ENTERED[state.type] ?? 1);
      }
      if (type === "StateExited" && isTooLarge(state.output)) return this.end(failure(state.name));
      if (type === "StateExited") this.#add(LEFT[state.type] ?? 1);
      // An iteration of a Map has events of its own; a branch of a Parallel has none.
      if (type === "MapIterationStarted" || type === "MapIterationSucceeded") this.#add(1);
    }
  }

  /** A task is scheduled and started, once the log has come to its state. */
  async taskStarts() {
    await new Promise(setImmediate);
    this.#add(2);
  }

  /** It has succeeded or failed. */
  taskEnds() {
    this.#add(1);
  }

  #add(events) {
    this.#events += events;
    // AWS documents: if the last possible event is not ExecutionSucceeded, it is ExecutionFailed, for this reason.
    if (this.#events >= this.#limit) {
      this.#events = this.#limit - 1;
      // The name is not documented. The cause begins as AWS's does.
      const cause = `The execution reached the maximum number of history events (${this.#limit}).`;
      this.end({ status: "FAILED", error: "States.Runtime", cause, history_is_full: true });
      throw new Error(cause);
    }
  }

  /** How an execution ended that has thrown this. */
  failure(error) {
    if (error.name === "ExecutionTimeoutError") return { status: "TIMED_OUT" };
    const { name, message } = error.cause ?? error;
    return { status: "FAILED", error: name, cause: message };
  }

  end(how) {
    return this.#answer({ ...how, entered: this.entered, events: this.#events + 1, milliseconds: this.#clock.milliseconds });
  }
}
