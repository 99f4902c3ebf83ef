import { el, setText, toggle } from "./dom.js";
import { availabilityText } from "./store.js";
import { announcedNote, barsOf, faultNote, faultSpans, invocationsOf, loadOf, noteOf, OF_REQUESTS, placeText, requestsOn, UNNAMED } from "./lanes.js";
import { pixelAt } from "./scale.js";
import { countOf, countText } from "./words.js";

/**
 * One lane of a timeline: a label that can be chosen, and bars. Its elements are kept and moved when the scale changes, because a lane is
 * drawn many times a second.
 */

/** A new, empty lane. */
export function laneView(onchoose) {
  const name = el("span", { class: "lane-name" });
  const note = el("span", { class: "lane-note" });
  const label = el("button", { type: "button", class: "lane-label" }, name, note);
  const plot = el("div", { class: "lane-plot", "aria-hidden": "true" });
  const element = el("div", { class: "lane", role: "listitem" }, label, plot);
  const view = { element, label, name, note, plot, bars: [] };
  label.addEventListener("click", () => onchoose(view.lane));
  return view;
}

/** Shows a lane of the model. `chosenId` is the load whose lane is marked. */
export function showLane(view, model, lane, chosenId) {
  const said = laneLabel(model, lane);
  view.lane = lane;
  view.spans = laneBars(model, lane);
  view.element.dataset.kind = lane.kind;
  setText(view.name, said.name);
  setText(view.note, said.note);
  toggle(view.note, "warning", said.isWarning);
  toggle(view.element, "is-warning", said.isWarning);
  view.label.setAttribute("aria-current", lane.id === chosenId && OF_REQUESTS.includes(lane.kind));
  // It keeps the focus for the keys of the timeline, also while there is nothing to show.
  view.label.setAttribute("aria-disabled", !["load", "faults"].includes(lane.kind) && !requestsOn(model, lane)?.length);
  view.label.ariaExpanded = lane.isOpen ?? null;
  view.label.title = `${said.name}\n${said.note}`;
}

/** What stands on a lane's label. */
function laneLabel(model, lane) {
  switch (lane.kind) {
    case "load":
      return loadLabel(model, loadOf(model, lane.id));
    case "fault":
      return { name: `fault: ${lane.id}`, note: faultNote(model, lane.id) };
    case "faults":
      return foldLabel(lane);
    case "outages":
      return { name: "availability", note: `now: ${availabilityText(model.availability)}` };
    case "invocations":
      return { name: lane.id, note: invokedText(invocationsOf(model, lane.id)) };
    case "announced": {
      const { text, isWarning } = announcedNote(model, announcedOf(model, lane));
      return { name: lane.id, note: text, isWarning };
    }
    case "stranger":
      return { name: lane.id, note: `no such load; ${countOf(model.byLoad.get(lane.id).length, "request")}`, isWarning: true };
    default:
      return { name: UNNAMED, note: `${countOf(model.byLoad.get("").length, "request")}, which named no load` };
  }
}

function announcedOf(model, lane) {
  return model.announced.find(({ id }) => id === lane.id);
}

function invokedText(calls) {
  return countOf(calls.reduce((sum, call) => sum + call.count, 0), "invocation");
}

function loadLabel(model, load) {
  const { text, isWarning } = noteOf(model, load);
  const place = placeText(model, load);
  return { name: load.id, note: place ? `${place}; ${text}` : text, isWarning };
}

function foldLabel({ names, isOpen }) {
  return isOpen ? { name: "fewer faults", note: "shows the first ones only" } : { name: `${countText(names.length)} more faults`, note: "shows a lane for each" };
}

/** The bars of a lane: `[{from, until, text, tone, isAhead, isEnd}]`. */
function laneBars(model, lane) {
  switch (lane.kind) {
    case "load":
      return loadBars(model, loadOf(model, lane.id));
    case "fault":
      return faultSpans(model, lane.id).map((span) => ({ ...span, text: lane.id, tone: "fault" }));
    case "faults":
      return foldedBars(lane.names.flatMap((name) => faultSpans(model, name).map((span) => ({ ...span, name }))));
    case "announced": {
      const { begins } = announcedOf(model, lane);
      return [{ from: begins, until: null, text: "begins", tone: "queue", isAhead: true, isEnd: true }];
    }
    case "outages":
      return model.outages.map((outage) => ({ ...outage, text: outage.word, tone: "outage" }));
    case "invocations":
      return invocationBars(invocationsOf(model, lane.id));
    default:
      return [];
  }
}

/** Invocations as bars. Those in a row that came out the same are one bar, from the first to the last, so that its word can be read. */
export function invocationBars(calls) {
  const bars = [];
  for (const call of calls) {
    const last = bars.at(-1);
    const isSame = last?.label === call.label && last.style === call.style && last.count === 1 && call.count === 1;
    if (isSame) {
      Object.assign(last, { until: call.until, times: last.times + 1 });
    } else {
      bars.push({ ...call, times: 1 });
    }
  }
  return bars.map((bar) => ({ ...bar, text: bar.times > 1 ? `${bar.label} ${bar.times}×` : bar.label, tone: bar.style, isEnd: bar.from === bar.until }));
}

/** The times of several faults, `[{from, until, name}]`, as bars: those that overlap are one bar, with the name of the only fault or the number of faults. */
export function foldedBars(spans) {
  const bars = [];
  for (const { from, until, name } of spans.sort((one, other) => one.from - other.from)) {
    const [last, end] = [bars.at(-1), until ?? Infinity];
    if (last && from <= last.end) {
      last.end = Math.max(last.end, end);
      last.names.add(name);
    } else {
      bars.push({ from, end, names: new Set([name]) });
    }
  }
  const text = ([name, ...others]) => (others.length ? `${countText(others.length + 1)} faults` : name);
  return bars.map(({ from, end, names }) => ({ from, until: end === Infinity ? null : end, text: text([...names]), tone: "fault" }));
}

/** The bars of a load. The one that goes on becomes two: what was, and what is ahead. */
function loadBars(model, load) {
  const place = placeText(model, load);
  return barsOf(load).flatMap((bar) => {
    const text = bar.status;
    if (bar.isAhead || bar.isEnd || (bar.until !== null && bar.until <= model.now)) {
      return [{ ...bar, text }];
    }
    return [
      { ...bar, until: model.now, now: "ends", text: place ? `${text} · ${place}` : text },
      { ...bar, from: model.now, now: "begins", isAhead: true, text: "" },
    ];
  });
}

/** How wide a bar has to be for its word to be read, in pixels. */
const WORD_WIDTH = 60;

/** Moves the bars of a lane to where the scale has them. `now` is the present, which the page counts on between two events. */
export function placeBars(view, scale, now) {
  view.spans.forEach((span, index) => {
    const from = span.now === "begins" ? now : span.from;
    const until = span.now === "ends" ? now : (span.until ?? Infinity);
    const before = span.now === "begins" ? view.spans[index - 1] : null;
    // What has only just begun has no room for its word yet: the part that is ahead has it then.
    const text = before && pixelAt(scale, now) - pixelAt(scale, before.from) < WORD_WIDTH ? before.text : span.text;
    placeBar((view.bars[index] ??= newBar(view.plot)), { ...span, text }, pixelAt(scale, from), pixelAt(scale, until), scale.width);
  });
  while (view.bars.length > view.spans.length) {
    view.bars.pop().remove();
  }
}

function newBar(plot) {
  const bar = el("div", { class: "bar" }, el("span", {}));
  plot.append(bar);
  return bar;
}

/** A bar is cut at the edges, so that its word stays in sight. */
function placeBar(bar, span, left, right, width) {
  const [from, to] = [Math.max(left, -4), Math.min(right, width + 4)];
  bar.hidden = to < from || (to === from && !span.isEnd);
  if (bar.hidden) {
    return;
  }
  bar.className = `bar tone-${span.tone}`;
  toggle(bar, "is-ahead", span.isAhead);
  toggle(bar, "is-end", span.isEnd);
  toggle(bar, "is-cut", left < -4 || span.now === "begins");
  bar.style.transform = `translateX(${from}px)`;
  bar.style.width = `${Math.max(to - from - 1, 2)}px`;
  setText(bar.firstChild, span.text);
}
