import { countOf, isPending, listText, ordinal, secondsOf, spanText, timesText, toldText, toneOf } from "./words.js";
import { laneOf } from "./store.js";

/**
 * What stands on the timeline, as data: which lanes there are, which bars are on a lane, and what a lane says about its load.
 */

/** From how many requests after its end on a load counts as still asked about. A client that has learnt the end may ask once more, for errors. */
const STILL_ASKED = 3;

/**
 * The lanes of a model from top to bottom: `[{key, kind, id}]`. Loads are left out whose id or status lacks this text, or which
 * have no warning, if only those that have one are wanted; and likewise loads that begin later, ids that no load has, which are a
 * warning, and requests that named no load. Of many faults, the first are shown unless all are wanted.
 */
export function laneList(model, { text = "", onlyMarked = false, allFaults = false } = {}) {
  const has = (word) => word.toLowerCase().includes(text.toLowerCase());
  const hasText = (load) => has(load.id) || has(load.status);
  const fits = (load) => hasText(load) && (!onlyMarked || noteOf(model, load).isWarning);
  const fitsAhead = (load) => has(load.id) && (!onlyMarked || announcedNote(model, load).isWarning);
  const lanes = [
    ...lanesOf("invocations", [...new Set(model.invocations.map((call) => call.function))]),
    ...faultLanes(model, allFaults),
    ...lanesOf("outages", model.outages.length ? [""] : []),
    ...lanesOf("load", loadsOf(model).filter(fits).map((load) => load.id)),
    ...lanesOf("announced", model.announced.filter(fitsAhead).map((load) => load.id)),
    ...lanesOf("stranger", strangers(model).filter(has)),
    ...lanesOf("unnamed", model.byLoad.get("")?.length && has(UNNAMED) && !onlyMarked ? [""] : []),
  ];
  return lanes;
}

/** What the lane of requests is called that named no load. */
export const UNNAMED = "other requests";

/** Whether a filter has found something: it is for lanes of requests, and those of faults, outages and invocations always stay. */
export function hasFound(lanes) {
  return lanes.some(({ kind }) => OF_REQUESTS.includes(kind));
}

/** The lanes of requests about an id, or about none. */
export const OF_REQUESTS = ["load", "announced", "stranger", "unnamed"];

function lanesOf(kind, ids) {
  return ids.map((id) => ({ key: `${kind} ${id}`, kind, id }));
}

/** What is known of the fault of a name: its report, if it is in place, and the times of earlier ones that were taken away. */
function faultOf(model, name) {
  const isOfName = (fault) => fault.name === name;
  return { report: model.faults?.find(isOfName), past: model.past_faults.filter(isOfName) };
}

/** The times of a fault: `[{from, until}]`. */
export function faultSpans(model, name) {
  const { report, past } = faultOf(model, name);
  return [...past.map(({ from, until }) => ({ from, until })), ...(report ? [faultSpan(report)] : [])];
}

/** How often a fault fired, and when it was over if it is not in place any more. */
export function faultNote(model, name) {
  const { report, past } = faultOf(model, name);
  if (report) {
    return firedText(report);
  }
  const fired = past.reduce((sum, fault) => sum + fault.fired, 0);
  return `taken away; over at ${spanText(past.at(-1).until)}; ${fired ? `fired ${timesText(fired)}` : "never fired"}`;
}

/** So many lanes of faults stand above the loads at most, so that the loads stay in sight. */
const MOST_FAULTS = 4;

/**
 * The lanes of faults: first those in place, then those that were taken away, the last one first. Of many, those behind the
 * first are on one lane, `{names}`, until it is opened; then that lane closes them again.
 */
function faultLanes(model, isOpen) {
  const past = model.past_faults.map(({ name }) => name).reverse();
  const names = [...new Set([...(model.faults ?? []).map(({ name }) => name), ...past])];
  if (names.length <= MOST_FAULTS) {
    return lanesOf("fault", names);
  }
  const shown = isOpen ? names.length : MOST_FAULTS - 1;
  const folded = lanesOf("faults", [""]).map((lane) => ({ ...lane, names: names.slice(shown), isOpen }));
  return [...lanesOf("fault", names.slice(0, shown)), ...folded];
}

/** The loads of a model; behind a proxy, which has none of its own, what the answers say about them. */
export function loadsOf(model) {
  return [...loadsById(model).values()];
}

/** One load of a model. */
export function loadOf(model, id) {
  return loadsById(model).get(id);
}

function loadsById(model) {
  if (!model.upstream) {
    return model.loads;
  }
  // The store forgets them when requests have come.
  model.told ??= toldLoads(model);
  return model.told;
}

/** Ids that were asked about though the cluster has no such load, and will have none. */
function strangers(model) {
  const announced = new Set(model.announced.map(({ id }) => id));
  return model.upstream ? [] : [...model.byLoad.keys()].filter((id) => id !== "" && !model.loads.has(id) && !announced.has(id));
}

/** What a lane says about a load that begins later: `{text, isWarning}`. Until then, the cluster does not know it. */
export function announcedNote(model, { id, begins }) {
  const text = `begins at ${spanText(begins)}`;
  const asked = model.byLoad.get(id)?.length;
  return asked ? { text: `${text}; no such load until then; ${countOf(asked, "request")}`, isWarning: true } : { text, isWarning: false };
}

/** Loads as the answers of an upstream tell them: a status holds from the first answer that has it. */
function toldLoads(model) {
  return new Map([...model.byLoad].filter(([id]) => id !== "").map(([id, requests]) => [id, toldLoad(id, requests)]));
}

function toldLoad(id, requests) {
  const history = [];
  for (const request of requests) {
    if (request.load_status && history.at(-1)?.status !== request.load_status) {
      history.push({ at: request.at, status: request.load_status });
    }
  }
  const status = history.at(-1)?.status ?? "not told yet";
  return { id, origin: "told", source: "", status, ended: history.length > 0 && !isPending(status), history, ahead: [], depends_on: [] };
}

/** The bars of a load: `[{from, until, status, tone, isAhead, isEnd}]`. `until` is `null` for a bar that does not end. */
export function barsOf(load) {
  const moments = [...load.history.map((moment) => [moment, false]), ...load.ahead.map((moment) => [moment, true])];
  return moments.map(([moment, isAhead], index) => {
    const until = moments[index + 1]?.[0].at ?? null;
    return { from: moment.at, until, status: moment.status, tone: toneOf(moment.status), isAhead, isEnd: until === null && !isPending(moment.status) };
  });
}

/** When a load ended; `null` if it has not. */
export function endOf(load) {
  return load.ended ? (load.history.at(-1)?.at ?? null) : null;
}

/**
 * Whether nothing will ever change about a load unless somebody does something. A started load has nothing ahead while it waits for its
 * turn, and while its source is read.
 */
export function isStuck(model, load) {
  const isItsTurn = load.origin === "scripted" || (model.running === load.id && model.reading !== load.id);
  return isItsTurn && !load.ended && load.ahead.length === 0;
}

/** The load behind which a load waits for ever in the queue; `null` if it does not. */
function stuckBefore(model, load) {
  const running = (model.queue ?? []).includes(load.id) ? loadOf(model, model.running) : null;
  return running && isStuck(model, running) ? running : null;
}

/** The polls of a load: requests that asked about it, without those that started or cancelled it. */
export function pollsOf(model, id) {
  return (model.byLoad.get(id) ?? []).filter((request) => request.method === "GET");
}

/** Polls that came when the load had ended, but for those that asked for something else, such as the next page of the error log. */
export function pollsAfterEnd(model, load) {
  return load.ended ? mostAlike(pollsOf(model, load.id).filter((request) => hadEnded(load, request))) : [];
}

/** Whether a load had ended when a request came. On a clock that stands still, both may be at one moment. */
function hadEnded(load, { at, ended_ago: endedAgo }) {
  const end = endOf(load);
  const isKnown = load.origin !== "told" && endedAgo !== undefined;
  return at > end || (at === end && !(isKnown && endedAgo === null));
}

/** Of these requests, those with the target that most of them have. */
function mostAlike(requests) {
  const byTarget = new Map();
  for (const request of requests) {
    const alike = byTarget.get(request.target) ?? [];
    byTarget.set(request.target, alike);
    alike.push(request);
  }
  return [...byTarget.values()].reduce((most, alike) => (alike.length > most.length ? alike : most), []);
}

/** What a lane says about its load: `{text, isWarning}`. */
export function noteOf(model, load) {
  const polls = pollsOf(model, load.id);
  if (load.ended) {
    return endedNote(load, polls, pollsAfterEnd(model, load), isIncomplete(model, endOf(load)));
  }
  const isSome = isIncomplete(model, -Infinity);
  const asked = polls.length > 0 ? `asked ${askedText(polls.length, isSome)}, last told ${toldText(polls.at(-1))}` : unaskedText(isSome);
  if (isStuck(model, load)) {
    return { text: `stays ${load.status} for ever; ${asked}`, isWarning: true };
  }
  const before = polls.length > 0 ? stuckBefore(model, load) : null;
  if (before) {
    return { text: `waits behind ${before.id}, which never ends; ${asked}`, isWarning: true };
  }
  return { text: asked, isWarning: false };
}

function endedNote(load, polls, after, isSome) {
  const ended = endText(load, isSome);
  if (after.length === 0) {
    const nobody = polls.length ? "nobody has asked since" : unaskedText(isSome);
    return { text: `${ended}; ${nobody}`, isWarning: false };
  }
  const text = `${ended}; asked ${askedText(after.length, isSome)} since; last told ${toldText(after.at(-1))}`;
  return { text, isWarning: after.length >= STILL_ASKED };
}

/** When a load ended. Behind a proxy, only the first answer that says so is known, as far as the log goes back. */
function endText(load, isSome) {
  const at = spanText(endOf(load));
  if (load.origin !== "told") {
    return `ended at ${at}`;
  }
  return isSome ? `told of its end at ${at} or before` : `first told of its end at ${at}`;
}

/** Whether requests after this moment may be missing: the log has forgotten some, or was cleared, or a report leaves some out. */
function isIncomplete(model, moment) {
  const isForgotten = model.first > 0 && !(model.requests[0]?.at < moment);
  return isForgotten || model.left_out > 0;
}

function askedText(count, isSome) {
  return isSome ? `at least ${timesText(count)}` : timesText(count);
}

function unaskedText(isSome) {
  return isSome ? "the log has no request about it" : "nobody has asked about it";
}

/** The loads that a load still waits for, of those that it depends on. */
export function waitsFor(model, load) {
  return (load?.depends_on ?? []).filter((id) => !loadOf(model, id)?.ended);
}

/** Where a load stands in the order of the queue: `2nd in queue`, `after: a and b`; empty if it does not wait. */
export function placeText(model, load) {
  if (load.ended) {
    return "";
  }
  const place = (model.queue ?? []).indexOf(load.id);
  const parts = place < 0 ? [] : [`${ordinal(place + 1)} in queue`];
  const others = waitsFor(model, load);
  if (others.length && load.status !== "LOAD_IN_PROGRESS") {
    parts.push(`after: ${listText(others)}`);
  }
  return parts.join(" · ");
}

/** What somebody who looks at the cluster should know first: loads with the same advice, together: `[{advice, loads: [{id, text}]}]`. */
export function findings(model) {
  const found = new Map(ADVICE.map((advice) => [advice, []]));
  for (const load of loadsOf(model)) {
    const note = noteOf(model, load);
    if (note.isWarning) {
      found.get(adviceOn(model, load)).push({ id: load.id, text: note.text });
    }
  }
  return [...found].filter(([, loads]) => loads.length > 0).map(([advice, loads]) => ({ advice, loads }));
}

/** What to do about a load with a warning. */
const ADVICE = [
  "The load has ended, and a client still asks about it as if it went on. Every further answer will be the same. Only LOAD_IN_QUEUE, LOAD_NOT_STARTED " +
    "and LOAD_IN_PROGRESS mean that a load goes on. Any other status is an end, and a client has to stop there.",
  "The load has ended, but the last answer did not say so, because of a fault or a setting of the cluster. The client may be right to go on asking.",
  "Nothing is ahead of the load, so it ends only if somebody cancels it or changes its outcome. A client that waits for it needs a time limit.",
  "The load gets its turn only if somebody ends the one before it. A client that waits for it needs a time limit.",
];

function adviceOn(model, load) {
  const [toldOfEnd, notToldOfEnd, neverEnds, neverRuns] = ADVICE;
  if (!load.ended) {
    return isStuck(model, load) ? neverEnds : neverRuns;
  }
  const { load_status: status } = pollsAfterEnd(model, load).at(-1);
  return status && !isPending(status) ? toldOfEnd : notToldOfEnd;
}

/** From when until when a fault is in place: `{from, until}`; `until` is `null` if it has no end, and may be in the future. */
export function faultSpan(report) {
  const from = report.since + (secondsOf(report.fault.from) ?? 0);
  const until = secondsOf(report.fault.until);
  return { from, until: until === null ? null : report.since + until };
}

/** How often a fault fired. One of the port begins with or without a client, and then names no request. */
export function firedText({ matched, fired, last_request: request }) {
  if (matched === 0) {
    return "has not fired yet";
  }
  return fired > 0 && request === null ? `has begun ${timesText(fired)}` : `fired at ${fired} of ${countOf(matched, "request")}`;
}

/** The requests that stand on a lane, in order; `null` for a lane that can have none. */
export function requestsOn(model, lane) {
  if (lane.kind === "fault") {
    return model.byFault.get(lane.id) ?? [];
  }
  return OF_REQUESTS.includes(lane.kind) ? (model.byLoad.get(lane.id) ?? []) : null;
}

/** How long before a request the load's status had last changed, and to what: `{status, ago}`; `null` if it had no status then. */
export function lastChange(load, request) {
  const cameLater = (moment) => load.ended && moment === load.history.at(-1) && !hadEnded(load, request);
  const moment = load?.history.findLast((candidate) => candidate.at <= request.at && !cameLater(candidate));
  return moment ? { status: moment.status, ago: request.at - moment.at } : null;
}

/** The invocations of a function: `[{function, from, until, label, style, count}]`. Those that began and ended together are one, with their count. */
export function invocationsOf(model, name) {
  return model.invocations.filter((call) => call.function === name);
}

/** A request in words, with what it was told and how long after the last change of its load. */
export function requestText(model, request) {
  const told = `${spanText(request.at)}: ${request.method} ${request.target}: ${toldText(request)}`;
  const change = lastChange(laneOf(request) && loadOf(model, request.load_id), request);
  return change ? `${told}, ${spanText(change.ago)} after the load became ${change.status}` : told;
}

/** A scale that shows everything shows at most so many times what has happened, which so keeps a fifth of the width. */
const MOST_TIMES = 5;

/** So many seconds are shown in any case, if something happens in them: of a cluster that has just begun, little has happened. */
const FIRST_SECONDS = 60;

/** The last second that is worth showing. What is far ahead does not push what has happened out of sight: its bars end at the edge. */
export function lastSecond(model) {
  const happened = Math.max(model.now ?? 0, model.requests.at(-1)?.at ?? 0, ...(model.invocations ?? []).map((call) => call.until));
  const far = Math.max(happened * MOST_TIMES, FIRST_SECONDS);
  const begins = model.announced.map((load) => load.begins);
  const ahead = [...begins, ...loadsOf(model).map((load) => load.ahead.at(-1)?.at), ...(model.faults ?? []).map((fault) => faultSpan(fault).until)];
  return Math.max(happened, ...ahead.map((second) => Math.min(second ?? 0, far)));
}
