import assert from "node:assert/strict";
import test from "node:test";

import { axisMarks, fit, moveTo, pan, pixelAt, resize, secondAt, zoom } from "../web/scale.js";

const SCALE = { from: 10, to: 30, width: 1000 };

test("a pixel and its second lead to each other", () => {
  assert.equal(pixelAt(SCALE, 15), 250);
  assert.equal(secondAt(SCALE, 250), 15);
});

test("a fitted scale has room behind the last second, and a little before the first", () => {
  const scale = fit(80, 1000, 200);
  assert.equal(Math.round(pixelAt(scale, 80)), 800);
  assert.equal(Math.round(pixelAt(scale, 0)), 8);
  assert.ok(pixelAt(fit(0, 1000), 1) > 900, "a cluster that has just begun is shown a second");
  assert.ok(pixelAt(fit(10, 100, 200), 10) >= 59, "a narrow screen gives up at most 40 %");
});

test("zooming keeps what is under the pointer where it is", () => {
  const scale = zoom(SCALE, 2, 250);
  assert.equal(pixelAt(scale, 15), 250);
  assert.equal(scale.to - scale.from, 10);
});

test("no more than a margin before the beginning is shown", () => {
  const scale = pan(SCALE, -1000);
  assert.equal(Math.round(pixelAt(scale, 0)), 8);
  assert.equal(Math.round(scale.to - scale.from), 20);
  assert.equal(Math.round(pixelAt(zoom(SCALE, 0.1), 0)), 8);
});

test("a second can be moved to a pixel", () => {
  assert.equal(pixelAt(moveTo(SCALE, 50, 750), 50), 750);
});

test("zooming ends somewhere", () => {
  let scale = SCALE;
  for (let times = 0; times < 200; times += 1) {
    scale = zoom(scale, 2);
  }
  assert.equal(Number((scale.to - scale.from).toFixed(6)), 0.05);
  for (let times = 0; times < 200; times += 1) {
    scale = zoom(scale, 0.5);
  }
  assert.ok(scale.to - scale.from < 1e10);
  assert.ok(axisMarks(scale).length < 20);
});

test("another width shows the same seconds", () => {
  assert.deepEqual(resize(SCALE, 500), { from: 10, to: 30, width: 500 });
});

test("the marks of an axis stand at round moments", () => {
  const labels = (from, to) => axisMarks({ from, to, width: 500 }).map(({ label }) => label);
  assert.deepEqual(labels(0, 60), ["0:00", "0:15", "0:30", "0:45", "1:00"]);
  assert.deepEqual(labels(0, 0.5), ["0:00.0", "0:00.1", "0:00.2", "0:00.3", "0:00.4", "0:00.5"]);
  assert.deepEqual(labels(3590, 3610), ["59:50", "59:55", "1:00:00", "1:00:05", "1:00:10"]);
  assert.deepEqual(labels(86000, 90000), ["1 d 0:00:00", "1 d 0:15:00", "1 d 0:30:00", "1 d 0:45:00", "1 d 1:00:00"]);
});
