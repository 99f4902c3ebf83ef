import { el, setText, toggle } from "./dom.js";
import { availabilityText } from "./store.js";
import { announcedNote, barsOf, faultSpan, firedText, invocationsOf, loadOf, noteOf, placeText, requestsOn, UNNAMED } from "./lanes.js";
import { pixelAt } from "./scale.js";
import { countOf } from "./words.js";

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
  const isChosen = lane.id === chosenId && Boolean(requestsOn(model, lane)) && lane.kind !== "fault";
  view.label.setAttribute("aria-current", isChosen);
  // It keeps the focus for the keys of the timeline, also while there is nothing to show.
  view.label.setAttribute("aria-disabled", lane.kind !== "load" && !requestsOn(model, lane)?.length);
  view.label.title = `${said.name}\n${said.note}`;
}

/** What stands on a lane's label. */
function laneLabel(model, lane) {
  switch (lane.kind) {
    case "load":
      return loadLabel(model, loadOf(model, lane.id));
    case "fault":
      return faultLabel(model.faults.find((fault) => fault.name === lane.id));
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

function faultLabel(report) {
  return { name: `fault: ${report.name}`, note: firedText(report) };
}

/** The bars of a lane: `[{from, until, text, tone, isAhead, isEnd}]`. */
function laneBars(model, lane) {
  switch (lane.kind) {
    case "load":
      return loadBars(model, loadOf(model, lane.id));
    case "fault":
      return [{ ...faultSpan(model.faults.find((fault) => fault.name === lane.id)), text: lane.id, tone: "fault" }];
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
