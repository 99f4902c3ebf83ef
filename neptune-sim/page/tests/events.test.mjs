import assert from "node:assert/strict";
import test from "node:test";

import { follow } from "../web/events.js";

/** What waits for its time. */
let waiting = [];
globalThis.setTimeout = (act, after) => waiting.push({ act, after });

/** The locks of a browser, which all its windows share. */
class Locks {
  held = new Set();

  async request(name, { ifAvailable }, hold) {
    assert.equal(ifAvailable, true);
    if (this.held.has(name)) {
      return hold(null);
    }
    this.held.add(name);
    await hold({ name });
    this.held.delete(name);
  }
}

/** A stream of events; `refused` ones get another answer. */
class Source extends EventTarget {
  static CLOSED = 2;
  static open = [];
  static isRefused = false;
  readyState = 0;

  constructor(path) {
    super();
    this.path = path;
    Source.open.push(this);
    setImmediate(() => this.tell(Source.isRefused ? "error" : "open"));
  }

  tell(type) {
    this.readyState = type === "error" ? 2 : 1;
    this.dispatchEvent(new Event(type));
  }

  close() {
    Source.open = Source.open.filter((other) => other !== this);
  }
}

/** A window that follows a cluster, and what its page was told. */
function open() {
  const window = { state: "none", snapshots: 0 };
  window.close = follow("a b", {
    onState: (state) => (window.state = state),
    onSnapshot: () => (window.snapshots += 1),
    onChange() {},
  });
  return window;
}

/** Lets happen what is due now. */
async function settle() {
  for (let round = 0; round < 20; round += 1) {
    await new Promise(setImmediate);
  }
}

/** Lets a second pass. */
async function second() {
  await settle();
  const due = waiting;
  waiting = [];
  due.forEach(({ act, after }) => (assert.equal(after, 1000), act()));
  await settle();
}

/** A browser. `asked` are the paths of its requests. */
function browser({ locks = new Locks(), isRefused = false, answers = true } = {}) {
  const asked = [];
  Object.assign(Source, { open: [], isRefused });
  const document = Object.assign(new EventTarget(), { hidden: false });
  Object.defineProperty(globalThis, "navigator", { value: { locks }, configurable: true });
  Object.assign(globalThis, {
    document,
    EventSource: Source,
    async fetch(path) {
      asked.push(path);
      if (!answers) {
        throw new TypeError("no answer");
      }
      return new Response("{}");
    },
  });
  const show = (isShown) => {
    document.hidden = !isShown;
    document.dispatchEvent(new Event("visibilitychange"));
  };
  return { asked, show };
}

const states = (windows) => windows.map(({ state }) => state);

test("four windows have a stream, and the others read the snapshot until one is free", async () => {
  const { asked } = browser();
  const windows = Array.from({ length: 6 }, open);
  await settle();
  assert.deepEqual(states(windows), ["live", "live", "live", "live", "polling", "polling"]);
  assert.deepEqual(asked, Array(2).fill("/_sim/clusters/a%20b/snapshot"));
  assert.equal(Source.open[0].path, "/_sim/clusters/a%20b/events");
  windows[1].close();
  await second();
  assert.equal(Source.open.length, 4);
  assert.deepEqual(states(windows.slice(4)).sort(), ["live", "polling"]);
  windows.forEach(({ close }) => close());
  await second();
  assert.equal(Source.open.length, 0);
});

test("without locks, a window reads the snapshot once a second", async () => {
  for (const locks of [null, { request: () => Promise.reject(new Error("refused")) }]) {
    const { asked } = browser({ locks });
    const window = open();
    await settle();
    await second();
    assert.deepEqual([window.state, window.snapshots, asked.length, Source.open.length], ["polling", 2, 2, 0]);
    window.close();
    await second();
    assert.equal(asked.length, 2);
  }
});

test("a window whose stream is refused gives it back, and reads the snapshot", async () => {
  const locks = new Locks();
  browser({ locks, isRefused: true });
  const window = open();
  await settle();
  assert.deepEqual([window.state, window.snapshots, locks.held.size, Source.open.length], ["polling", 1, 0, 0]);
  Source.isRefused = false;
  await second();
  assert.deepEqual([window.state, locks.held.size], ["live", 1]);
  window.close();
});

test("a window that nobody sees has no stream and asks for nothing", async () => {
  const locks = new Locks();
  const { asked, show } = browser({ locks });
  const window = open();
  await settle();
  show(false);
  await second();
  assert.deepEqual([asked.length, locks.held.size, Source.open.length], [0, 0, 0]);
  show(true);
  assert.equal(window.state, "connecting");
  await settle();
  assert.deepEqual([window.state, locks.held.size, Source.open.length], ["live", 1, 1]);
  window.close();
});

test("a window says so while nothing is answered", async () => {
  browser({ isRefused: true, answers: false });
  const window = open();
  await settle();
  assert.deepEqual([window.state, window.snapshots], ["lost", 0]);
  window.close();
  await second();
});
