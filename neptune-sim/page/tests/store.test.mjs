import assert from "node:assert/strict";
import test from "node:test";

import { availabilityText, clockRate, merge, modelOf, requestNow } from "../web/store.js";
import { load, request, snapshot } from "./cluster.mjs";

const numbers = (list) => list.map(({ number }) => number);

test("a change replaces loads, adds new ones and takes away those that are gone", () => {
  const model = modelOf(snapshot([load("a", [[0, "LOAD_IN_PROGRESS"]]), load("b", [[0, "LOAD_IN_PROGRESS"]])]));
  merge(
    model,
    snapshot(
      [
        load("b", [
          [0, "LOAD_IN_PROGRESS"],
          [5, "LOAD_FAILED"],
        ]),
        load("c", [[5, "LOAD_IN_QUEUE"]]),
      ],
      [],
      { gone: ["a"], now: 70 },
    ),
  );
  assert.deepEqual([...model.loads.keys()], ["b", "c"]);
  assert.equal(model.loads.get("b").status, "LOAD_FAILED");
  assert.equal(model.now, 70);
});

test("an answer that has come replaces the request without one", () => {
  const model = modelOf(snapshot([], [request(0, 1, "a", null, { status: null }), request(1, 2, "a", "LOAD_IN_PROGRESS")]));
  merge(model, snapshot([], [request(0, 1, "a", "LOAD_IN_PROGRESS", { fault: "slow" })]));
  assert.deepEqual(numbers(model.requests), [0, 1]);
  assert.deepEqual(numbers(model.byLoad.get("a")), [0, 1]);
  assert.deepEqual(numbers(model.byFault.get("slow")), [0]);
  assert.equal(model.requests[0].load_status, "LOAD_IN_PROGRESS");
});

test("a request that somebody has chosen is found again with its answer, and after a new snapshot", () => {
  const chosen = request(3, 1, null, null, { method: "POST", status: null });
  const answered = request(3, 1, "a", null, { method: "POST" });
  const model = modelOf(snapshot([], [request(2, 0, null, null), chosen]));
  assert.equal(requestNow(model, chosen), chosen);
  assert.equal(requestNow(merge(model, snapshot([], [answered])), chosen), answered);
  assert.equal(requestNow(modelOf(snapshot([], [request(2, 0, null, null)])), chosen), undefined);
});

test("a request stands under the load that its answer names", () => {
  const model = modelOf(snapshot([], [request(0, 1, null, null, { method: "POST", status: null })]));
  merge(model, snapshot([], [request(0, 1, "new", null, { method: "POST" })]));
  assert.deepEqual(numbers(model.byLoad.get("new")), [0]);
  assert.deepEqual(model.byLoad.get(""), []);
});

test("what the log has forgotten is forgotten", () => {
  const model = modelOf(
    snapshot(
      [],
      [request(0, 1, "a", "LOAD_IN_PROGRESS"), request(1, 2, "b", "LOAD_IN_PROGRESS"), request(2, 3, "b", "LOAD_IN_PROGRESS")],
    ),
  );
  merge(model, snapshot([], [], { requests: { dropped: 2, first: 2, next: 3, requests: [] } }));
  assert.deepEqual(numbers(model.requests), [2]);
  assert.deepEqual([...model.byLoad.keys()], ["b"]);
  assert.equal(model.dropped, 2);
});

test("changes lead to the same model as a snapshot", () => {
  const requests = Array.from({ length: 50 }, (_, number) =>
    request(number, number, number % 3 ? "a" : null, number % 3 ? "LOAD_IN_PROGRESS" : null),
  );
  const whole = modelOf(snapshot([load("a", [[0, "LOAD_IN_PROGRESS"]])], requests));
  const grown = modelOf(snapshot([]));
  for (let from = 0; from < requests.length; from += 7) {
    merge(grown, snapshot([load("a", [[0, "LOAD_IN_PROGRESS"]])], requests.slice(from, from + 7)));
  }
  assert.deepEqual(grown, whole);
});

test("an availability has a word, and a clock a speed", () => {
  assert.equal(availabilityText({ answers: { http: 503 } }), "answers 503");
  assert.deepEqual(
    [{ clock: "manual" }, { clock: "real" }, { clock: "scaled:60" }, { clock: "real", waits_for_request: true }].map(clockRate),
    [0, 1, 60, 0],
  );
});
