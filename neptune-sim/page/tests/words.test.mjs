import assert from "node:assert/strict";
import test from "node:test";

import {
  clockText,
  countOf,
  listText,
  momentOf,
  ordinal,
  secondsOf,
  spanText,
  STATUSES,
  timesText,
  toldText,
  toldTone,
  toneOf,
  TONES,
} from "../web/words.js";
import { request } from "./cluster.mjs";

test("a moment is written as the clock shows it, or as a duration", () => {
  const moments = ["0:45", "1:02:05.3", "2 d 1:00:00.0", "90s", "1:2", ""].map(momentOf);
  assert.deepEqual(moments, ["45000ms", "3725300ms", "176400000ms", "90s", "1:2", ""]);
  assert.equal(momentOf(clockText(176405.3)), "176405300ms");
});

test("every status has a tone with a shape of its own", () => {
  assert.equal(STATUSES.length, 15);
  assert.ok(STATUSES.every((status) => toneOf(status) !== "unknown"));
  const shapes = Object.values(TONES).map(({ shape }) => shape);
  assert.equal(new Set(shapes).size, shapes.length);
});

test("a status that Neptune does not document is unknown", () => {
  assert.equal(toneOf("LOAD_PAUSED"), "unknown");
  assert.equal(toneOf("LOAD_CANCELLED"), "unknown");
  assert.deepEqual(["constructor", "toString", "__proto__"].map(toneOf), ["unknown", "unknown", "unknown"]);
});

test("a request was told a status, an error, something else or nothing", () => {
  assert.equal(toldTone(request(0, 1, "a", "LOAD_CANCELLED_BY_USER")), "cancelled");
  assert.equal(toldTone(request(0, 1, "a", null, { status: 500 })), "error");
  assert.equal(toldTone(request(0, 1, null, null)), "other");
  assert.equal(toldTone(request(0, 1, "a", null, { status: null })), "silent");
  assert.equal(toldText(request(0, 1, "a", "LOAD_FAILED")), "LOAD_FAILED");
  assert.equal(toldText(request(0, 1, "a", null, { status: 404 })), "HTTP 404");
  assert.equal(toldText(request(0, 1, "a", "LOAD_FAILED", { status: 500 })), "LOAD_FAILED (HTTP 500)");
});

test("spans and moments read as people say them", () => {
  assert.deepEqual([0, 0.25, 7.1, 12.34, 59.96, 60, 200.9, -3, 3600, 7500, 273600].map(spanText), [
    "0 s",
    "0.25 s",
    "7.1 s",
    "12.3 s",
    "59.9 s",
    "1 min",
    "3 min 20 s",
    "−3 s",
    "1 h",
    "2 h 5 min",
    "3 d 4 h",
  ]);
  assert.deepEqual([0, 47, 59.96, 600, 3725.3].map(clockText), ["0:00.0", "0:47.0", "0:59.9", "10:00.0", "1:02:05.3"]);
  assert.deepEqual([86399.9, 86400, 176525.3].map(clockText), ["23:59:59.9", "1 d 0:00:00.0", "2 d 1:02:05.3"]);
});

test("numbers are said as words", () => {
  assert.deepEqual([1, 2, 3, 4, 11, 12, 13, 21, 102, 111].map(ordinal), [
    "1st",
    "2nd",
    "3rd",
    "4th",
    "11th",
    "12th",
    "13th",
    "21st",
    "102nd",
    "111th",
  ]);
  assert.deepEqual([0, 1, 1400].map((count) => countOf(count, "request")), ["0 requests", "1 request", "1,400 requests"]);
  assert.deepEqual([1, 2, 14, 1400].map(timesText), ["once", "twice", "14 times", "1,400 times"]);
  assert.deepEqual([[], ["a"], ["a", "b"], ["a", "b", "c"]].map(listText), ["", "a", "a and b", "a, b and c"]);
});

test("a duration of the API is read in seconds", () => {
  assert.deepEqual(["250ms", "5s", "1.5m", " 2 m", "1h", "3d"].map(secondsOf), [0.25, 5, 90, 120, 3600, 259200]);
  assert.deepEqual(["", "5", "5 s s", undefined].map(secondsOf), [null, null, null, null]);
});
