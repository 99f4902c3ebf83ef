/** A simulated Amazon Neptune bulk loader for tests. */

/** What a test passes on: `node:test` gives it to each test function. */
export interface TestContext {
  readonly name: string;
  after(work: () => Promise<void>): void;
  diagnostic(message: string): void;
}

/**
 * A simulated cluster of the test's own, which is removed after it. The simulator starts with the first one in this process, and ends with
 * the process, even if that is killed.
 */
export function neptune(t: TestContext, options?: ClusterOptions): Promise<Cluster>;

export interface ClusterOptions {
  /** `manual` (default), `real` or `scaled:60`. */
  clock?: string;
  /** When a real or scaled clock starts: `at-once` (default) or `on-request`. */
  startClock?: "at-once" | "on-request";
  /** What a scenario has under `given`: `{ strict: true }`. */
  given?: Record<string, unknown>;
  /** The text of a scenario file, instead of `given`. Its steps do not run. */
  scenario?: string;
}

/** A running simulator, to which clusters are added. */
export class Simulator {
  private constructor();
  /**
   * Starts one, of the program that the argument or the variable `NEPTUNE_SIM` names, the one that came with this package, or one on the `PATH`.
   * Rejects with {@link CannotStart}.
   */
  static start(program?: string): Promise<Simulator>;
  /** One that already runs, by the URL of its control API. It is not ended. */
  static at(url: string): Simulator;
  /** Where its control API is: `http://127.0.0.1:40123`. */
  readonly url: string;
  /** Adds a cluster. The name is for logs; a number makes it unique. */
  cluster(name?: string, options?: ClusterOptions): Promise<Cluster>;
  /** Ends the simulator, if this object started it. */
  close(): Promise<void>;
}

/** Seconds, or a text such as `"250ms"`, `"1.5s"`, `"2m"`. */
export type Duration = number | string;

/** What a load of a scenario has beside its lifecycle. */
export interface LoadOptions {
  /** Default: `load-1`, `load-2`, … */
  id?: string;
  errors?: ReadonlyArray<{ code: string; message: string; file: string; record?: number; [more: string]: unknown }>;
  [more: string]: unknown;
}

/** A simulated cluster with an endpoint, a clock and loads of its own. Every method rejects with {@link ControlError} if it is refused. */
export class Cluster {
  private constructor();
  /** What the simulator calls it. */
  readonly name: string;
  /** Where the poller is to ask: `http://127.0.0.1:40123`. */
  readonly endpoint: string;
  readonly host: string;
  readonly port: number;
  /** The variables that lead AWS's SDKs and CLI to this cluster, with a region and keys that open nothing. */
  readonly environment: Record<string, string>;

  /** Puts a load in, which begins at once, and gives its id: `load("LOAD_IN_PROGRESS 30s", "LOAD_FAILED")`. */
  load(...lifecycle: [...string[]] | [...string[], LoadOptions]): Promise<string>;
  /** Replaces what is ahead of a load, one that the poller has started among them: `{ lifecycle: ["LOAD_FAILED"] }`. */
  outcome(load: string, change: Record<string, unknown>): Promise<Load>;
  /** Every load, those that the poller has started among them. */
  loads(): Promise<Load[]>;
  /** What a load is now, in Neptune's word. It counts as no request. */
  status(load: string): Promise<string>;

  /** What its clock reads, in seconds since it began. */
  now(): Promise<number>;
  /** Lets time pass, and takes none. Gives what the clock then reads. */
  advance(duration: Duration): Promise<number>;
  /** Goes to the moment at which a load, or each, has ended or has a status. Gives what the clock then reads. */
  wait(load?: string, until?: string): Promise<number>;
  /**
   * What a poller is given to pause with: it lets simulated time pass, and takes none. It can be passed on as a function. Rejects with
   * {@link WaitsForever} if the poller has looked three times at a load that has ended, and sleeps again.
   */
  sleep: (duration: Duration) => Promise<void>;
  /** What `sleep` has rejected with, if the poller waits forever. `neptune(t)` then fails the test, whoever has caught it. */
  readonly waitsForever: WaitsForever | undefined;

  /** Lets something go wrong from now on: a ready-made fault, `"blip-500"`, or what a scenario has under `faults`. */
  fault(fault: string | Record<string, unknown>, only?: { load?: string }): Promise<Fault>;
  /** Removes all faults, and makes the cluster available. */
  clearFaults(): Promise<void>;
  /** `refused`, `unreachable`, `silent`, `available`, or `{ answers: { http: 500, code: "…", message: "…" } }`. */
  availability(availability: string | Record<string, unknown>): Promise<void>;
  /** The names of faults that should have fired and have not. */
  unfired(): Promise<string[]>;

  /** What was asked, the oldest first: the newest 1 MiB. `status` is the HTTP status of the answer. */
  requests(only?: { method?: string; path?: string; load?: string; status?: number }): Promise<Request[]>;
  /** Empties the log of requests; their numbers go on. */
  forgetRequests(): Promise<void>;
  /** The newest requests and the loads, to read. */
  report(): Promise<string>;

  /** Sends a request of the control API that has no method here: `control("PUT", "/strict", true)`. */
  control(method: string, path: string, body?: unknown, query?: Record<string, string | number | undefined>): Promise<any>;
  /** Removes the cluster, and gives the names of faults of {@link fault} that never fired. */
  remove(): Promise<string[]>;
}

/** A fault that {@link Cluster.fault} has added. A ready-made one may have several parts. */
export class Fault {
  private constructor();
  readonly names: readonly string[];
  /** At how many requests it fired so far, all parts together. */
  fired(): Promise<number>;
  remove(): Promise<void>;
}

/** A status and the second from which it holds. */
export interface Moment {
  readonly at: number;
  readonly status: string;
}

export interface Load {
  readonly id: string;
  readonly status: string;
  /** Whether it has ended for good. */
  readonly ended: boolean;
  readonly history: readonly Moment[];
  /** What will come unless a request changes it. */
  readonly ahead: readonly Moment[];
}

/** A request that a cluster received, and how it was answered. It holds no secrets. */
export interface Request {
  readonly number: number;
  /** Seconds by the cluster's clock. */
  readonly at: number;
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  /** The HTTP status of the answer; `null` if there was none. */
  readonly status: number | null;
  /** The load that it asked for or started. */
  readonly load_id: string | null;
  /** The status of the load in the answer; `null` if the answer has none or did not arrive whole. */
  readonly load_status: string | null;
  /** How many seconds ago the load had ended, by the cluster's clock, when it was asked for; `null` if it had not. */
  readonly ended_ago: number | null;
  /** The name of the fault that fired at it. */
  readonly fault: string | null;
  readonly headers: ReadonlyArray<readonly [string, string]>;
  /** The first 4 KiB. */
  readonly body: string | null;
  /** The first 4 KiB of the answer's body; `null` if it was empty, did not arrive whole, or made room for newer ones. */
  readonly answer: string | null;
}

/** The program is missing, or ended before it listened; `stderr` is what it wrote there. */
export class CannotStart extends Error {
  readonly code: number | null;
  readonly stderr: string;
}

/** The simulator has ended, or never ran at this address. */
export class Unreachable extends Error {}

/** The control API refused a request, with this HTTP status; `path` is the part of the body that is wrong. */
export class ControlError extends Error {
  readonly status: number;
  readonly error: string;
  readonly hint: string | undefined;
  readonly path: string | undefined;
}

/** The poller goes on although there is nothing left to wait for. */
export class WaitsForever extends Error {}

/** The load has not ended. */
export const PENDING: readonly string[];
/** The load has ended well. */
export const COMPLETED: string;
/** The load has ended, and not well. */
export const FAILED: readonly string[];
