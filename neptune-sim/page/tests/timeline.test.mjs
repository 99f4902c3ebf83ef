import assert from "node:assert/strict";
import test from "node:test";

import { modelOf } from "../web/store.js";
import { Timeline } from "../web/timeline.js";
import { load, request, snapshot } from "./cluster.mjs";

/** What is shown when the label of a lane is chosen. */
function shown(kind, id, onLoad) {
  const requests = [
    request(0, 1, "a", "LOAD_IN_PROGRESS", { fault: "blip" }),
    request(1, 2, "typo", null),
    request(2, 3, "typo", null),
    request(3, 4, null, null),
  ];
  const model = modelOf(snapshot([load("a", [[0, "LOAD_IN_PROGRESS"]]), load("b", [[0, "LOAD_FAILED"]])], requests));
  const told = [];
  const timeline = Object.assign(Object.create(Timeline.prototype), {
    model,
    onLoad: onLoad && ((load) => told.push(`load ${load}`)),
    onRequest: ({ number }) => told.push(`request ${number}`),
    choose() {},
  });
  timeline.chooseLane({ kind, id });
  return told;
}

test("the label of a load shows it, and that of other lanes their newest request", () => {
  assert.deepEqual(shown("load", "a", true), ["load a"]);
  assert.deepEqual(shown("stranger", "typo", true), ["request 2"]);
  assert.deepEqual(shown("unnamed", "", true), ["request 3"]);
  assert.deepEqual(shown("fault", "blip", true), ["request 0"]);
});

test("the label of a lane without requests shows nothing", () => {
  assert.deepEqual([shown("fault", "idle", true), shown("outages", "", true), shown("invocations", "check", true)], [[], [], []]);
});

test("in a report, which has no details of loads, the label of a load shows its newest request", () => {
  assert.deepEqual([shown("load", "a", false), shown("load", "b", false)], [["request 0"], []]);
});

test("the lane of the faults that are not shown opens and closes them", () => {
  const asked = [];
  const timeline = Object.assign(Object.create(Timeline.prototype), { setFilter: (filter) => asked.push(filter) });
  timeline.chooseLane({ kind: "faults", id: "", isOpen: false });
  timeline.chooseLane({ kind: "faults", id: "", isOpen: true });
  assert.deepEqual(asked, [{ allFaults: true }, { allFaults: false }]);
});
