import assert from "node:assert/strict";
import test from "node:test";

import { howMany, marksOf, nearest } from "../web/marks.js";
import { request } from "./cluster.mjs";

const SCALE = { from: 0, to: 100, width: 1000 };
const polls = (moments, status) => moments.map((at) => request(Math.round(at * 100), at, "a", status));

test("requests that stand apart are drawn apart", () => {
  const marks = marksOf(polls([1, 5, 9], "LOAD_IN_PROGRESS"), SCALE);
  assert.deepEqual(
    marks.map(({ left, right, count }) => [left, right, count]),
    [
      [10, 10, 1],
      [50, 50, 1],
      [90, 90, 1],
    ],
  );
});

test("requests that were told the same and stand close are one mark with a count", () => {
  const [mark, ...others] = marksOf(polls([1, 2, 3, 4], "LOAD_IN_PROGRESS"), SCALE);
  assert.deepEqual([mark.left, mark.right, mark.count, others.length], [10, 40, 4, 0]);
});

test("a change of what was told begins a new mark, however dense the requests are", () => {
  const before = Array.from({ length: 300 }, (_, index) => index / 10);
  const after = Array.from({ length: 300 }, (_, index) => 30 + index / 10);
  const marks = marksOf([...polls(before, "LOAD_IN_PROGRESS"), ...polls(after, "LOAD_CANCELLED_BY_USER")], SCALE);
  assert.deepEqual(
    marks.map(({ tone, count }) => [tone, count]),
    [
      ["progress", 300],
      ["cancelled", 300],
    ],
  );
});

test("of requests at one place, the gravest is shown", () => {
  const mixed = [
    ...polls([1], "LOAD_IN_PROGRESS"),
    request(150, 1.1, "a", null, { status: null }),
    ...polls([1.2], "LOAD_IN_PROGRESS"),
  ];
  assert.deepEqual(
    marksOf(mixed, SCALE).map(({ tone, count }) => [tone, count]),
    [["silent", 3]],
  );
  const texts = (requests) => marksOf(requests, SCALE).map(howMany);
  assert.deepEqual([texts(mixed), texts(polls([1, 1.1], "LOAD_IN_PROGRESS"))], [["1 of 3"], ["2×"]]);
  assert.deepEqual(texts([...polls([1, 1.1], "LOAD_IN_QUEUE"), ...polls([1.15], "LOAD_FAILED"), ...polls([1.2], "LOAD_IN_QUEUE"), ...polls([1.25], "LOAD_FAILED")]), ["2 of 5"]);
});

test("a hundred thousand requests are as many marks as there is room for", () => {
  const many = Array.from({ length: 100_000 }, (_, index) =>
    request(index, index / 1000, "a", index % 2 ? "LOAD_IN_PROGRESS" : "LOAD_FAILED"),
  );
  const marks = marksOf(many, SCALE);
  assert.ok(marks.length <= 340, `${marks.length} marks`);
  assert.equal(
    marks.reduce((sum, { count }) => sum + count, 0),
    100_000,
  );
});

test("what is out of sight is left out", () => {
  const marks = marksOf(polls([1, 50, 99], "LOAD_IN_PROGRESS"), { from: 40, to: 60, width: 1000 });
  assert.deepEqual(
    marks.map(({ left }) => left),
    [500],
  );
});

test("the pointer finds the nearest request within reach", () => {
  const requests = polls([1, 5, 9], "LOAD_IN_PROGRESS");
  assert.equal(nearest(requests, SCALE, 53).at, 5);
  assert.equal(nearest(requests, SCALE, 70), null);
  assert.equal(nearest([], SCALE, 70), null);
});
