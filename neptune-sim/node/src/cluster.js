/** One simulated cluster, as a test sees it. */

import { CLUSTERS, ask } from "./control.js";
import { ControlError } from "./errors.js";

/** How often a poller may look at a load that has ended and sleep again, before it counts as waiting forever. */
const LOOKS_AFTER_THE_END = 3;
/** How often a poller may sleep in one test, whatever it is answered. */
const SLEEPS = 10_000;
/** How many requests a report shows. */
const SHOWN_REQUESTS = 20;

export class WaitsForever extends Error {
  name = "WaitsForever";
}

export class Cluster {
  #url;
  #path;
  #loads = 0;
  #sleeps = 0;
  #faults = new Set();

  /** Of {@link Simulator.cluster}. */
  constructor(url, name, endpoint) {
    const { hostname, port } = new URL(endpoint);
    Object.assign(this, { name, endpoint, host: hostname, port: Number(port) });
    this.#url = url;
    this.#path = `${CLUSTERS}/${encodeURIComponent(name)}`;
  }

  get environment() {
    // A proxy of the user's does not know this cluster. Clients read either spelling first.
    const direct = [process.env.no_proxy || process.env.NO_PROXY, this.host].filter(Boolean).join(",");
    return {
      AWS_ENDPOINT_URL_NEPTUNEDATA: this.endpoint,
      AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "false",
      AWS_REGION: "us-east-1",
      AWS_DEFAULT_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "any",
      AWS_SECRET_ACCESS_KEY: "any",
      AWS_EC2_METADATA_DISABLED: "true",
      NO_PROXY: direct,
      no_proxy: direct,
    };
  }

  // Loads

  async load(...lifecycle) {
    const last = lifecycle.at(-1);
    const more = typeof last === "object" ? lifecycle.pop() : {};
    this.#loads += 1;
    return (await this.control("POST", "/loads", { id: `load-${this.#loads}`, lifecycle, ...more })).id;
  }

  outcome(load, change) {
    return this.control("PUT", `/loads/${encodeURIComponent(load)}/outcome`, change);
  }

  loads() {
    return this.control("GET", "/loads");
  }

  async status(load) {
    return (await this.control("GET", `/loads/${encodeURIComponent(load)}`)).status;
  }

  // Time

  async now() {
    return (await this.control("GET", "/clock")).now;
  }

  advance(duration) {
    return this.#move({ advance: typeof duration === "number" ? `${Math.round(duration * 1000)}ms` : duration });
  }

  wait(load, until = "finished") {
    return this.#move({ wait: load === undefined ? { all_loads: until } : { load, until } });
  }

  /** An arrow, so that it can be passed on as a function. */
  sleep = async (duration) => {
    await this.advance(duration);
    this.#sleeps += 1;
    const [loads, requests] = await Promise.all([this.loads(), this.requests({ method: "GET" })]);
    const over = new Map(loads.filter((load) => load.ended).map((load) => [load.id, load]));
    const looks = new Map();
    for (const { load_id: load } of requests.filter((request) => showsTheEnd(request, over))) looks.set(load, (looks.get(load) ?? 0) + 1);
    for (const [load, looked] of looks) {
      if (looked < LOOKS_AFTER_THE_END) continue;
      const end = over.has(load) ? `${load} is ${over.get(load).status}` : `there is no load ${load}`;
      await this.#end(`the poller goes on after it has seen ${looked} times that ${end}`);
    }
    if (this.#sleeps >= SLEEPS) await this.#end(`the poller has slept ${SLEEPS} times in one test`);
  };

  async #end(why) {
    this.waitsForever = new WaitsForever(`${why}\n${await this.report()}`);
    throw this.waitsForever;
  }

  async #move(how) {
    return (await this.control("POST", "/clock", how)).now;
  }

  // Trouble

  async fault(fault, { load } = {}) {
    const body = typeof fault === "string" ? { use: fault } : { ...fault };
    if (load !== undefined) body.on = { ...body.on, load };
    const parts = await this.control("POST", "/faults", body);
    const added = new Fault(this, parts.map((part) => part.name), () => this.#faults.delete(added));
    this.#faults.add(added);
    return added;
  }

  async clearFaults() {
    await this.control("DELETE", "/faults");
    await this.availability("available");
    this.#faults.clear();
  }

  async availability(availability) {
    await this.control("PUT", "/availability", availability);
  }

  async unfired() {
    const reports = await this.control("GET", "/faults");
    return reports.filter(({ fired, fault }) => !fired && !fault.optional).map(({ name }) => name);
  }

  // What the poller did

  async requests({ method, path, load, status } = {}) {
    return (await this.control("GET", "/requests", undefined, { method, path, load, status })).requests;
  }

  async forgetRequests() {
    await this.control("DELETE", "/requests");
  }

  async report() {
    const [requests, loads] = await Promise.all([this.requests(), this.loads()]);
    const shown = requests.slice(-SHOWN_REQUESTS);
    const more = shown.length < requests.length ? `, of which the last ${shown.length}` : "";
    const lines = shown.map(line);
    const lives = loads.map(({ id, history, ahead }) => `${id}: ${[...history, ...ahead].map(({ at, status }) => `${status} from ${at}s on`).join(", ")}`);
    return [`neptune: ${requests.length} requests${more}`, ...lines, ...lives].join("\n  ");
  }

  // The rest

  control(method, path, body, query) {
    return ask(this.#url, method, this.#path + path, body, query);
  }

  async remove() {
    try {
      const idle = await this.unfired();
      await this.control("DELETE", "");
      const own = [...this.#faults].flatMap((fault) => fault.names);
      return idle.filter((name) => own.includes(name));
    } catch (error) {
      if (error instanceof ControlError && error.status === 404) return [];
      throw error;
    }
  }
}

export class Fault {
  #cluster;
  #removed;

  /** Of {@link Cluster.fault}. */
  constructor(cluster, names, removed) {
    this.names = names;
    this.#cluster = cluster;
    this.#removed = removed;
  }

  async fired() {
    const reports = await this.#cluster.control("GET", "/faults");
    return reports.filter(({ name }) => this.names.includes(name)).reduce((sum, { fired }) => sum + fired, 0);
  }

  async remove() {
    for (const name of this.names) await this.#cluster.control("DELETE", `/faults/${encodeURIComponent(name)}`);
    this.#removed();
  }
}

/** A request and its answer, to read. */
function line({ at, method, target, status, load_status: loadStatus, ended_ago: endedAgo, fault }) {
  const reported = loadStatus ? ` ${loadStatus}` : "";
  const ended = endedAgo === null ? "" : ` (ended ${endedAgo} s ago)`;
  return `${at}s ${method} ${target} ${status ?? "no answer"}${reported}${ended}${fault ? ` (fault ${fault})` : ""}`;
}

/** Whether an answer reports that a load has ended, or that Neptune does not know it. Trouble on the way reports neither. */
function showsTheEnd({ load_id: load, fault, status, at }, over) {
  if (!load || fault || !status || status >= 500) return false;
  if (status === 400 || status === 404) return true;
  return status === 200 && over.has(load) && at >= over.get(load).history.at(-1).at;
}
