/**
 * A cluster in snapshots, for tests.
 */

/** A request, which asked about `load` at `at` and was told `status`. */
export function request(number, at, load, status, more = {}) {
  return {
    number,
    at,
    method: "GET",
    target: load ? `/loader/${load}` : "/loader",
    status: 200,
    load_id: load,
    load_status: status,
    ended_ago: null,
    fault: null,
    ...more,
  };
}

/** A load with this history, `[[at, status], ...]`, and what is ahead of it. */
export function load(id, history, ahead = [], more = {}) {
  const moments = (list) => list.map(([at, status]) => ({ at, status }));
  const ended = ahead.length === 0 && !["LOAD_IN_QUEUE", "LOAD_NOT_STARTED", "LOAD_IN_PROGRESS"].includes(history.at(-1)[1]);
  return {
    id,
    origin: "scripted",
    source: `s3://loads/${id}/`,
    status: history.at(-1)[1],
    ended,
    history: moments(history),
    ahead: moments(ahead),
    depends_on: [],
    records: 10,
    ...more,
  };
}

/** A snapshot with these loads and requests. */
export function snapshot(loads, requests = [], more = {}) {
  const next = (requests.at(-1)?.number ?? -1) + 1;
  return {
    revision: 1,
    name: "default",
    endpoint: "http://127.0.0.1:8182",
    upstream: null,
    clock: "manual",
    now: 60,
    waits_for_request: false,
    availability: "available",
    outages: [],
    announced: [],
    running: null,
    queue: [],
    faults: [],
    past_faults: [],
    loads,
    gone: [],
    requests: { dropped: 0, first: 0, next, requests },
    ...more,
  };
}
