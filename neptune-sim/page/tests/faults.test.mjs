import assert from "node:assert/strict";
import test from "node:test";

import { faultText } from "../web/faults.js";
import { firedText } from "../web/lanes.js";
import { neighbours } from "../web/request.js";
import { filtered, pausedText } from "../web/requests.js";
import { modelOf } from "../web/store.js";
import { request, snapshot } from "./cluster.mjs";

test("a fault says what it does, to what, when and how often", () => {
  const counts = { since: 10, matched: 3, fired: 2 };
  const text = (fault) => faultText({ name: "x", fault, ...counts });
  assert.equal(text({ does: "reset" }), "reset; for every request; from 0:10.0 on; fired at 2 of 3 requests");
  assert.equal(
    text({ on: { operation: "status", load: "a" }, from: "5s", until: "20s", does: { gateway: { http: 503, body: "empty" } } }),
    "gateway 503; for status and load a; 0:15.0 to 0:30.0; fired at 2 of 3 requests",
  );
  assert.equal(
    text({ on: { operation: "status", attempt: 1, request: "2..4" }, does: "reset", fail: 2, pass: 1, chance: 0.5, for: "10s", after: "1s" }),
    "reset; for status, attempt 1 and request 2..4; from 0:10.0 on; " +
      "2 requests, then 1 passes, chance 0.5, for 10s after it first fires, after a wait of 1s; fired at 2 of 3 requests",
  );
  assert.equal(firedText({ matched: 1, fired: 1, last_request: 4 }), "fired at 1 of 1 request");
  assert.match(text({ does: { delay: "2s", error: "X" } }), /^delay 2s and error X; /);
  assert.match(text({ does: { padded: 52428800 } }), /^padded 50 MiB; /);
  assert.match(text({ does: { padded: 9 } }), /^padded 9 bytes; /);
  assert.match(text({ does: "reset", fail: 1 }), /; 1 request in all; /);
  assert.match(faultText({ name: "x", fault: { does: "refuse" }, since: 0, matched: 1, fired: 1, last_request: null }), /; has begun once$/);
  assert.match(
    faultText({ name: "x", fault: { does: { error: "X" } }, since: 0, matched: 0, fired: 0 }),
    /^error X; .*; has not fired yet$/,
  );
});

test("requests are found by load, method, status and text", () => {
  const requests = [
    request(0, 1, "a", "LOAD_IN_PROGRESS"),
    request(1, 2, "b", null, { status: 500, fault: "blip" }),
    request(2, 3, null, null, { method: "POST" }),
    request(3, 4, "a", null, { status: null }),
  ];
  const found = (filter) => filtered(requests, filter).map(({ number }) => number);
  assert.deepEqual(found({}), [0, 1, 2, 3]);
  assert.deepEqual(found({ load: "a" }), [0, 3]);
  assert.deepEqual(found({ method: "POST" }), [2]);
  assert.deepEqual(found({ status: "500" }), [1]);
  assert.deepEqual(found({ status: "none" }), [3]);
  assert.deepEqual(found({ text: "BLIP" }), [1]);
  assert.deepEqual(found({ text: "in_progress" }), [0]);
  assert.deepEqual(found({ load: "a", status: "200" }), [0]);
  assert.deepEqual(found({ status: "5xx" }), [1]);
  const long = [request(0, 1, "people-1", null), request(1, 2, "people-10", null), request(2, 3, null, null)];
  const ofLoad = (load) => filtered(long, { load }).map(({ number }) => number);
  assert.deepEqual([ofLoad("PEO"), ofLoad("people-1"), ofLoad("people-10")], [[0, 1], [0], [1]]);
});

test("a table that stands still says how many requests are newer", () => {
  const requests = [3, 4, 7].map((number) => request(number, number, "a", null));
  assert.deepEqual([7, 4, 2, -1].map((newest) => pausedText(requests, newest)), ["", "; paused, 1 newer", "; paused, 3 newer", "; paused, 3 newer"]);
  assert.equal(pausedText([], 4), "");
});

test("a request has others before and after it on its lane, but for the ends", () => {
  const model = modelOf(snapshot([], [request(0, 1, "a", null), request(1, 2, "b", null), request(2, 3, "a", null), request(3, 4, "a", null)]));
  const around = (number, load) => neighbours(model, request(number, 1, load, null)).map((other) => other?.number);
  assert.deepEqual([around(0, "a"), around(2, "a"), around(3, "a"), around(1, "b")], [[undefined, 2], [0, 3], [2, undefined], [undefined, undefined]]);
  assert.deepEqual(around(1, "a"), [0, 2], "one that the log has forgotten");
});
