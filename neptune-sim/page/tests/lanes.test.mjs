import assert from "node:assert/strict";
import test from "node:test";

import { foldedBars, invocationBars } from "../web/lane.js";
import { announcedNote, barsOf, faultNote, faultSpan, faultSpans, findings, hasFound, laneList, lastSecond, loadsOf, noteOf, placeText, requestText } from "../web/lanes.js";
import { bandsOf } from "../web/paint.js";
import { queueRows } from "../web/queue.js";
import { modelOf } from "../web/store.js";
import { load, request, snapshot } from "./cluster.mjs";

/** The note on a load `a` with this life, which was asked about like this. */
function note(life, polls, ahead = [], more = {}) {
  const model = modelOf(snapshot([load("a", life, ahead, more)], polls));
  return noteOf(model, model.loads.get("a"));
}

const CANCELLED = [
  [0, "LOAD_IN_PROGRESS"],
  [30, "LOAD_CANCELLED_BY_USER"],
];
const told = (at, status = "LOAD_CANCELLED_BY_USER") => request(Math.round(at * 10), at, "a", status, { ended_ago: at < 30 ? null : at - 30 });

test("a load that is still asked about after its end is the first thing to see", () => {
  const polls = [told(29, "LOAD_IN_PROGRESS"), ...Array.from({ length: 14 }, (_, index) => told(30 + index))];
  assert.deepEqual(note(CANCELLED, polls), {
    text: "ended at 30 s; asked 14 times since; last told LOAD_CANCELLED_BY_USER",
    isWarning: true,
  });
  const [finding] = findings(modelOf(snapshot([load("a", CANCELLED)], polls)));
  assert.deepEqual(
    finding.loads.map(({ id }) => id),
    ["a"],
  );
  assert.match(finding.advice, /Any other status is an end, and a client has to stop there\.$/);
});

test("a client that learns of the end and stops is nothing to see", () => {
  assert.deepEqual(note(CANCELLED, [told(31), told(31.1)]), {
    text: "ended at 30 s; asked twice since; last told LOAD_CANCELLED_BY_USER",
    isWarning: false,
  });
  assert.equal(note(CANCELLED, [told(29, "LOAD_IN_PROGRESS")]).text, "ended at 30 s; nobody has asked since");
  assert.equal(note(CANCELLED, []).text, "ended at 30 s; nobody has asked about it");
});

test("what the log has forgotten is not said to have never been asked", () => {
  const cut = (polls, first, life = CANCELLED) =>
    noteOf(modelOf(snapshot([load("a", life)], polls, { requests: { dropped: first, first, next: 1000, requests: polls } })), load("a", life)).text;
  const cancelled = "last told LOAD_CANCELLED_BY_USER";
  assert.equal(cut([told(40), told(41)], 400), `ended at 30 s; asked at least twice since; ${cancelled}`);
  assert.equal(cut([told(29), told(40), told(41)], 290), `ended at 30 s; asked twice since; ${cancelled}`);
  assert.equal(cut([], 400), "ended at 30 s; the log has no request about it");
  assert.equal(cut([told(1)], 10, [[0, "LOAD_IN_PROGRESS"]]), `stays LOAD_IN_PROGRESS for ever; asked at least once, ${cancelled}`);
  const proxy = (first) => modelOf(snapshot([], [], { upstream: "http://b", requests: { first, requests: [told(40), told(41)] } }));
  assert.match(noteOf(proxy(400), loadsOf(proxy(400))[0]).text, /^told of its end at 40 s or before; asked at least twice since/);
  assert.match(noteOf(proxy(0), loadsOf(proxy(0))[0]).text, /^first told of its end at 40 s; asked twice since/);
  const report = modelOf(snapshot([load("a", CANCELLED)], [told(29), told(41)], { left_out: 3 }));
  assert.match(noteOf(report, load("a", CANCELLED)).text, /asked at least once since/);
});

test("a client that is not told of the end is not blamed", () => {
  const polls = [told(31), told(32), request(400, 40, "a", null, { status: 500 })];
  const [finding] = findings(modelOf(snapshot([load("a", CANCELLED)], polls)));
  assert.match(finding.advice, /The client may be right to go on asking\.$/);
});

test("on a clock that stands still, requests before the end are not said to have come after it", () => {
  const before = [0, 1, 2, 3].map((number) => request(number, 30, "a", "LOAD_IN_PROGRESS"));
  assert.equal(note(CANCELLED, before).text, "ended at 30 s; nobody has asked since");
  const model = modelOf(snapshot([load("a", CANCELLED)], [...before, told(30)]));
  assert.match(requestText(model, model.requests[3]), /, 30 s after the load became LOAD_IN_PROGRESS$/);
  assert.match(requestText(model, model.requests[4]), /, 0 s after the load became LOAD_CANCELLED_BY_USER$/);
});

test("a client that reads the error log page by page is not blamed", () => {
  const page = (number) => ({ ...told(40 + number), target: `/loader/a?errors=true&page=${number}` });
  const pages = [1, 2, 3, 4, 5].map(page);
  assert.equal(note(CANCELLED, [told(31), ...pages]).isWarning, false);
  assert.equal(note(CANCELLED, [told(31), ...pages, told(51), told(52)]).text, "ended at 30 s; asked 3 times since; last told LOAD_CANCELLED_BY_USER");
});

test("a started load that never ends is a warning, and so is one behind it that somebody asks about", () => {
  const started = (id, life) => load(id, life, [], { origin: "started" });
  const loads = [started("a", [[0, "LOAD_IN_PROGRESS"]]), started("b", [[0, "LOAD_IN_QUEUE"]]), started("c", [[0, "LOAD_IN_QUEUE"]])];
  const polls = [request(0, 5, "b", "LOAD_IN_QUEUE")];
  const found = (more) => findings(modelOf(snapshot(loads, polls, { running: "a", queue: ["b", "c"], ...more })));
  assert.deepEqual(
    found({}).map(({ advice, loads: [{ id, text }] }) => [id, text, advice.slice(0, 20)]),
    [
      ["a", "stays LOAD_IN_PROGRESS for ever; nobody has asked about it", "Nothing is ahead of "],
      ["b", "waits behind a, which never ends; asked once, last told LOAD_IN_QUEUE", "The load gets its tu"],
    ],
  );
  assert.deepEqual(found({ reading: "a" }), [], "its source is being read, and then it goes on");
});

test("the start and the cancel of a load are no polls", () => {
  const others = [request(0, 0, "a", null, { method: "POST" }), request(1, 31, "a", null, { method: "DELETE" })];
  assert.equal(note(CANCELLED, others).text, "ended at 30 s; nobody has asked about it");
});

test("a load without a future is pending for ever", () => {
  assert.deepEqual(note([[0, "LOAD_IN_PROGRESS"]], []), {
    text: "stays LOAD_IN_PROGRESS for ever; nobody has asked about it",
    isWarning: true,
  });
  assert.equal(
    note([[0, "LOAD_IN_QUEUE"]], [], [], { origin: "started" }).isWarning,
    false,
    "a started load waits for its turn",
  );
  assert.equal(
    note([[0, "LOAD_IN_PROGRESS"]], [told(1, "LOAD_IN_PROGRESS")], [[90, "LOAD_FAILED"]]).text,
    "asked once, last told LOAD_IN_PROGRESS",
  );
});

test("a bar lasts until the next status, and an end for ever", () => {
  const bars = barsOf(
    load(
      "a",
      [
        [0, "LOAD_IN_QUEUE"],
        [5, "LOAD_IN_PROGRESS"],
      ],
      [[90, "LOAD_FAILED"]],
    ),
  );
  assert.deepEqual(
    bars.map(({ from, until, tone, isAhead, isEnd }) => [from, until, tone, isAhead, isEnd]),
    [
      [0, 5, "queue", false, false],
      [5, 90, "progress", false, false],
      [90, null, "failed", true, true],
    ],
  );
});

test("a load that waits says where", () => {
  const waiting = load("b", [[0, "LOAD_IN_QUEUE"]], [], { origin: "started", depends_on: ["a"] });
  const model = modelOf(snapshot([waiting], [], { queue: ["x", "b"] }));
  assert.equal(placeText(model, waiting), "2nd in queue · after: a");
});

test("a load waits for another only until that has ended", () => {
  const waiting = load("c", [[0, "LOAD_IN_QUEUE"]], [], { origin: "started", depends_on: ["a", "b", "unknown"] });
  const running = load("b", [[0, "LOAD_IN_PROGRESS"]], [], { origin: "started" });
  const model = modelOf(snapshot([load("a", CANCELLED), running, waiting], [], { running: "b", queue: ["c"] }));
  assert.equal(placeText(model, waiting), "1st in queue · after: b and unknown");
  assert.deepEqual(queueRows(model), [
    { id: "b", place: "running", after: [] },
    { id: "c", place: "1st", after: ["b", "unknown"] },
  ]);
});

test("every load, fault and stranger has a lane", () => {
  const faults = [{ name: "blip", fault: {}, since: 0, matched: 0, fired: 0 }];
  const requests = [
    request(0, 1, "a", "LOAD_IN_PROGRESS"),
    request(1, 2, "typo", null, { status: 404 }),
    request(2, 3, null, null),
  ];
  const model = modelOf(snapshot([load("a", [[0, "LOAD_IN_PROGRESS"]]), load("b", CANCELLED)], requests, { faults }));
  assert.deepEqual(
    laneList(model).map(({ kind, id }) => `${kind} ${id}`.trim()),
    ["fault blip", "load a", "load b", "stranger typo", "unnamed"],
  );
  assert.deepEqual(
    laneList(model, { text: "CANCELLED" })
      .filter(({ kind }) => kind === "load")
      .map(({ id }) => id),
    ["b"],
  );
});

test("a load that begins later has a lane, and is no stranger to who asks too soon", () => {
  const announced = [
    { id: "later", begins: 90 },
    { id: "asked", begins: 400 },
  ];
  const requests = [request(0, 1, "asked", null, { status: 404 })];
  const model = modelOf(snapshot([load("a", CANCELLED)], requests, { announced }));
  const lanes = (filter) => laneList(model, filter).map(({ kind, id }) => `${kind} ${id}`);
  assert.deepEqual(lanes(), ["load a", "announced later", "announced asked"]);
  assert.deepEqual([lanes({ text: "LATE" }), lanes({ onlyMarked: true })], [["announced later"], ["announced asked"]]);
  assert.deepEqual(
    announced.map((one) => announcedNote(model, one)),
    [
      { text: "begins at 1 min 30 s", isWarning: false },
      { text: "begins at 6 min 40 s; no such load until then; 1 request", isWarning: true },
    ],
  );
  assert.equal(lastSecond(model), 300, "its begin is ahead");
});

test("loads with a warning can be shown alone", () => {
  const model = modelOf(snapshot([load("a", CANCELLED), load("stuck", [[0, "LOAD_IN_PROGRESS"]])]));
  assert.deepEqual(
    laneList(model, { onlyMarked: true }).map(({ id }) => id),
    ["stuck"],
  );
});

test("a filter is for all lanes of requests, and says that nothing is like that", () => {
  const requests = [request(0, 1, "typo", null, { status: 404 }), request(1, 2, null, null)];
  const faults = [{ name: "blip", fault: {}, since: 0, matched: 0, fired: 0 }];
  const model = modelOf(snapshot([load("a", CANCELLED)], requests, { faults }));
  const kinds = (filter) => laneList(model, filter).map(({ kind }) => kind);
  assert.deepEqual(kinds({ text: "TYP" }), ["fault", "stranger"]);
  assert.deepEqual(kinds({ text: "other" }), ["fault", "unnamed"]);
  assert.deepEqual(kinds({ onlyMarked: true }), ["fault", "stranger"]);
  assert.deepEqual(kinds({ text: "blip" }), ["fault"]);
  assert.deepEqual([hasFound(laneList(model, { text: "blip" })), hasFound(laneList(model, { text: "typo" }))], [false, true]);
});

test("a proxy's loads are what its answers say", () => {
  const requests = [
    request(0, 1, "a", "LOAD_IN_PROGRESS"),
    request(1, 2, "a", "LOAD_IN_PROGRESS"),
    request(2, 3, "a", "LOAD_COMPLETED"),
  ];
  const model = modelOf(snapshot([], requests, { upstream: "https://elsewhere:8182" }));
  assert.deepEqual(
    laneList(model).map(({ kind }) => kind),
    ["load"],
  );
  assert.deepEqual(findings(model), []);
  assert.equal(
    noteOf(model, loadsOf(model)[0]).text,
    "first told of its end at 3 s; asked once since; last told LOAD_COMPLETED",
  );
  assert.equal(lastSecond(model), 60);
});

test("times of a fault count from when it was added", () => {
  assert.deepEqual(faultSpan({ since: 100, fault: { from: "5s", until: "20s" } }), { from: 105, until: 120 });
  assert.deepEqual(faultSpan({ since: 100, fault: {} }), { from: 100, until: null });
});

const standing = (name, fault = {}) => ({ name, fault, since: 10, matched: 0, fired: 0 });
const over = (name, from, until, fired = 0) => ({ name, load: null, from, until, fired });

test("a fault that was taken away has its times, on one lane with a later one of its name", () => {
  const past_faults = [over("blip", 0, 5, 2), over("reset", 7, 9)];
  const model = modelOf(snapshot([], [], { faults: [standing("blip")], past_faults }));
  assert.deepEqual(
    laneList(model).map(({ id }) => id),
    ["blip", "reset"],
  );
  assert.deepEqual(faultSpans(model, "blip"), [
    { from: 0, until: 5 },
    { from: 10, until: null },
  ]);
  assert.equal(faultNote(model, "blip"), "has not fired yet");
  assert.equal(faultNote(model, "reset"), "taken away; over at 9 s; never fired");
  Object.assign(model, { faults: [], past_faults: [...past_faults, over("blip", 10, 15, 3)] });
  assert.equal(faultNote(model, "blip"), "taken away; over at 15 s; fired 5 times");
});

test("a fault that was taken away has its band on the lanes that it was for", () => {
  const past_faults = [over("blip", 0, 5), { ...over("reset", 7, 9), load: "a" }];
  const model = modelOf(snapshot([load("a", CANCELLED), load("b", CANCELLED)], [], { faults: [standing("stays")], past_faults }));
  const begins = (kind, id) => bandsOf(model, { kind, id }).map(({ from }) => from);
  assert.deepEqual([begins("load", "a"), begins("load", "b"), begins("fault", "blip")], [[0, 7], [0], []]);
});

test("of many faults, those in place and the last ones stay above the loads, and the others are on one lane until they are wanted", () => {
  const past_faults = [over("a", 0, 1), over("b", 1, 2), over("c", 2, 3), over("d", 3, 4)];
  const lanes = (count, allFaults) => {
    const model = modelOf(snapshot([load("x", CANCELLED)], [], { faults: [standing("stays")], past_faults: past_faults.slice(0, count) }));
    return laneList(model, { allFaults }).map(({ kind, id, names }) => [kind, id, names].flat().filter(Boolean).join(" "));
  };
  assert.deepEqual(lanes(3), ["fault stays", "fault c", "fault b", "fault a", "load x"]);
  assert.deepEqual(lanes(4), ["fault stays", "fault d", "fault c", "faults b a", "load x"]);
  assert.deepEqual(lanes(4, true), ["fault stays", "fault d", "fault c", "fault b", "fault a", "faults", "load x"]);
});

test("faults that overlap are one bar on a lane of several", () => {
  const span = (from, until, name) => ({ from, until, name });
  const bars = foldedBars([span(20, null, "d"), span(0, 5, "a"), span(4, 6, "b"), span(8, 9, "a"), span(30, 31, "a")]);
  assert.deepEqual(
    bars.map(({ from, until, text }) => [from, until, text]),
    [
      [0, 6, "2 faults"],
      [8, 9, "a"],
      [20, null, "2 faults"],
    ],
  );
});

test("what is far ahead leaves a fifth of the scale to what has happened", () => {
  const ending = (at) => load("a", [[0, "LOAD_IN_PROGRESS"]], [[at, "LOAD_COMPLETED"]]);
  const last = (now, ...loads) => lastSecond(modelOf(snapshot(loads, [], { now })));
  assert.deepEqual([last(60, ending(1e7)), last(60, ending(90)), last(60)], [300, 90, 60]);
  assert.equal(last(12, ending(3600)), 60, "of a cluster that has just begun, a minute");
  assert.deepEqual([last(0, ending(3600)), last(0, ending(32)), last(0)], [60, 32, 0]);
  const fault = { name: "blip", since: 0, fault: { until: "1h" } };
  assert.equal(lastSecond(modelOf(snapshot([], [], { now: 12, faults: [fault] }))), 60);
});

test("a request is put into words", () => {
  const model = modelOf(snapshot([load("a", CANCELLED)], [told(37.1)]));
  assert.equal(
    requestText(model, model.requests[0]),
    "37.1 s: GET /loader/a: LOAD_CANCELLED_BY_USER, 7.1 s after the load became LOAD_CANCELLED_BY_USER",
  );
});

test("invocations in a row that came out the same are one bar", () => {
  const call = (at, label, style = "open", count = 1) => ({ function: "check", from: at, until: at, label, style, count });
  const calls = [call(0, "FAILED", "bad"), call(10, "PENDING"), call(20, "PENDING"), call(30, "PENDING"), call(40, "SUCCESS", "good")];
  const bars = invocationBars(calls).map(({ from, until, text, tone, isEnd }) => [from, until, text, tone, isEnd]);
  assert.deepEqual(bars, [
    [0, 0, "FAILED", "bad", true],
    [10, 30, "PENDING 3×", "open", false],
    [40, 40, "SUCCESS", "good", true],
  ]);
  const several = [call(0, "2× PENDING", "open", 2), call(10, "2× PENDING", "open", 2)];
  assert.deepEqual(invocationBars(several).map((bar) => bar.text), ["2× PENDING", "2× PENDING"]);
});
