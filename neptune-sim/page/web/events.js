import { answered, ask, clusterPath } from "./api.js";

/**
 * How many windows of a browser have a stream of events at once. A browser opens only six connections to one server, for all its
 * windows, and each stream takes one: two are left for all that is asked beside them.
 */
const STREAMS = 4;

/** How often a window without a stream reads the snapshot and tries to get a stream, in milliseconds. */
const PAUSE = 1000;

/**
 * Follows a cluster: `onSnapshot` is told all of it, `onChange` what has changed since. Gives a function that ends this.
 *
 * `onState` is told how: `connecting` at first; `live` with a stream of events; `polling` without one, where the snapshot is read once a
 * second; `lost` while nothing is answered. A page that nobody sees asks for nothing.
 */
export function follow(cluster, told) {
  let current = null;
  const leave = () => {
    current?.abort();
    current = null;
  };
  const look = () => {
    if (document.hidden) {
      leave();
    } else if (!current) {
      current = new AbortController();
      told.onState("connecting");
      run(cluster, told, current.signal);
    }
  };
  document.addEventListener("visibilitychange", look);
  look();
  return () => {
    document.removeEventListener("visibilitychange", look);
    leave();
  };
}

/** Follows a cluster until the signal. */
async function run(cluster, told, signal) {
  while (!signal.aborted) {
    const giveBack = await takeStream();
    if (giveBack) {
      await stream(cluster, told, signal);
      giveBack();
    }
    // Without a stream, or when it was refused.
    await poll(cluster, told, signal);
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
}

/**
 * Takes one of the streams that the windows of this browser share, and gives a function that gives it back; `null` if none is free. The
 * browser gives back that of a window that is closed. Where it has no locks, as for plain HTTP from another machine, no window takes one.
 */
async function takeStream() {
  for (let number = 0; number < STREAMS; number += 1) {
    const giveBack = await takeLock(`neptune-sim stream ${number}`);
    if (giveBack) {
      return giveBack;
    }
  }
  return null;
}

/** Takes a lock, and gives a function that gives it back; `null` if another window has it, or there are no locks. */
function takeLock(name) {
  return new Promise((resolve) => {
    // The browser holds it until what is returned here is kept.
    const hold = (lock) => (lock ? new Promise((giveBack) => resolve(giveBack)) : resolve(null));
    const asked = navigator.locks?.request(name, { ifAvailable: true }, hold);
    asked ? asked.catch(() => resolve(null)) : resolve(null);
  });
}

/**
 * Listens to the events of a cluster: first a snapshot, then changes. A lost connection is tried again by the browser, and begins with a
 * snapshot anew. Returns at the signal, and where the browser gives up, as when an answer is none of a stream.
 */
function stream(cluster, { onSnapshot, onChange, onState }, signal) {
  return new Promise((resolve) => {
    if (signal.aborted) {
      return resolve();
    }
    const source = new EventSource(clusterPath(cluster, "events"));
    const end = () => {
      signal.removeEventListener("abort", end);
      source.close();
      resolve();
    };
    signal.addEventListener("abort", end);
    source.addEventListener("open", () => {
      onState("live");
      answered();
    });
    source.addEventListener("snapshot", (event) => onSnapshot(JSON.parse(event.data)));
    source.addEventListener("change", (event) => onChange(JSON.parse(event.data)));
    source.addEventListener("error", () => (source.readyState === EventSource.CLOSED ? end() : onState("lost")));
  });
}

/** Reads the snapshot once. */
async function poll(cluster, { onSnapshot, onState }, signal) {
  const snapshot = signal.aborted ? null : await ask("GET", clusterPath(cluster, "snapshot")).catch(() => null);
  if (signal.aborted) {
    return;
  }
  onState(snapshot ? "polling" : "lost");
  if (snapshot) {
    onSnapshot(snapshot);
  }
}
