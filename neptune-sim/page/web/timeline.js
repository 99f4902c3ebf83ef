import { el, putInOrder, toggle } from "./dom.js";
import { laneView, placeBars, showLane } from "./lane.js";
import { hasFound, laneList, lastSecond, OF_REQUESTS, requestsOn } from "./lanes.js";
import { legend } from "./legend.js";
import { paint } from "./paint.js";
import { axisMarks, fit, moveTo, pan, pixelAt, resize, zoom } from "./scale.js";
import { laneOf } from "./store.js";
import { listen } from "./steer.js";
import { tools } from "./tools.js";
import { clockText } from "./words.js";

/**
 * A timeline: time runs to the right, and each load has a lane. Only the lanes in sight are elements; the requests are drawn on
 * one canvas behind them.
 *
 * `label` names it to screen readers, `title` stands above it. `onLoad(id)` and `onRequest(request)` are told what the user has
 * chosen; without `onLoad`, a load's newest request is chosen in its place. The caller puts `element` into the page, and calls `show` with a model of the store, `move` to count the present on
 * between two models, and `choose` or `chooseLoad` to mark what is chosen. All the rest is for the modules that a timeline
 * consists of.
 */
export class Timeline {
  constructor({ label = "Timeline", title = "", onLoad = null, onRequest = () => {} } = {}) {
    Object.assign(this, {
      onLoad,
      onRequest,
      filter: {},
      list: [],
      views: [],
      mode: "fit",
      chosen: null,
      chosenId: null,
      shape: NARROW,
    });
    this.scale = { from: 0, to: 60, width: 600 };
    this.canvas = el("canvas", { class: "tl-canvas", "aria-hidden": "true" });
    this.lanes = el("div", { class: "tl-lanes", role: "list", "aria-label": `${label}: lanes` });
    this.nowLine = el("div", { class: "tl-now", "aria-hidden": "true" });
    this.scroll = el("div", { class: "tl-scroll" }, this.canvas, this.nowLine, this.lanes);
    this.axis = el("div", { class: "tl-axis", "aria-hidden": "true" });
    this.tip = el("div", { class: "tl-tip", hidden: true, "aria-hidden": "true" });
    this.empty = el("p", { class: "tl-empty", hidden: true });
    this.element = el("section", { class: "timeline", "aria-label": label });
    this.element.append(tools(this, title), this.axis, this.scroll, this.empty, this.tip, legend());
    listen(this);
    new ResizeObserver(() => this.layout()).observe(this.scroll);
  }

  /** Shows a model. */
  show(model) {
    Object.assign(this, { model, now: model.now, last: lastSecond(model), list: laneList(model, this.filter), isStale: true });
    this.offer(model);
    const isFiltered = this.filter.text || this.filter.onlyMarked;
    this.scroll.hidden = this.list.length === 0;
    this.empty.hidden = isFiltered ? hasFound(this.list) : !this.scroll.hidden;
    this.empty.textContent = isFiltered ? "No load is like that." : nothingText(model);
    this.lanes.style.height = `${this.list.length * this.shape.height}px`;
    this.draw();
  }

  /** Offers the tools that are of use: nobody has to search among a few lanes, or to follow a clock that stands. */
  offer(model) {
    const { text, onlyMarked } = this.filter;
    this.search.hidden = this.list.length <= FEW_LANES && !text && !onlyMarked;
    this.followButton.hidden = model.clock === "manual";
  }

  /** Moves the present. */
  move(now) {
    this.now = now;
    this.draw();
  }

  /** Marks a request as chosen, and brings it into sight. */
  choose(request) {
    const x = pixelAt(this.scale, request.at);
    if (x < 0 || x > this.scale.width) {
      this.setScale(moveTo(this.scale, request.at, this.scale.width / 2));
    }
    this.mark(laneOf(request), request);
  }

  /** Marks a load as chosen, and brings it into sight; `null` for none. */
  chooseLoad(id) {
    this.mark(id, null);
  }

  mark(chosenId, chosen) {
    Object.assign(this, { chosenId, chosen, isStale: true });
    this.reveal(chosenId);
    this.draw();
  }

  /** Brings the lane of a load into sight; of `""`, the lane of the requests that named none. */
  reveal(id) {
    this.revealLane(this.list.findIndex((lane) => lane.id === id && OF_REQUESTS.includes(lane.kind)));
  }

  revealLane(index) {
    const { height } = this.shape;
    const top = this.scroll.scrollTop;
    if (index >= 0 && (index * height < top || (index + 1) * height > top + this.scroll.clientHeight)) {
      this.scroll.scrollTop = index * height - this.scroll.clientHeight / 3;
    }
  }

  layout() {
    if (this.scroll.clientWidth === 0) {
      return; // Not shown at the moment, as in a closed part of a report.
    }
    this.shape = shapeFor(this.scroll.clientWidth);
    const { gutter, height } = this.shape;
    toggle(this.element, "narrow", gutter === 0);
    this.element.style.setProperty("--gutter", `${gutter}px`);
    this.element.style.setProperty("--lane", `${height}px`);
    this.scale = resize(this.scale, Math.max(this.scroll.clientWidth - gutter, 50));
    this.mode = this.mode === "fitted" ? "fit" : this.mode;
    if (this.model) {
      this.show(this.model);
    }
  }

  /** Shows fewer lanes: see `laneList`. */
  setFilter(filter) {
    this.filter = { ...this.filter, ...filter };
    this.show(this.model);
  }

  /** `fit` shows everything, `follow` keeps the present in sight, `free` leaves the scale alone. */
  setMode(mode) {
    this.mode = mode;
    this.draw();
  }

  setScale(scale) {
    this.scale = scale;
    this.setMode("free");
  }

  zoom(factor, pixel) {
    this.setScale(zoom(this.scale, factor, pixel));
  }

  /** Moves what is shown by a share of its width. */
  pan(share) {
    this.setScale(pan(this.scale, share * this.scale.width));
  }

  /** Draws before the next frame, once however often it was asked. */
  draw() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.drawNow();
    });
  }

  drawNow() {
    if (!this.model || this.scroll.clientWidth === 0) {
      return;
    }
    const { height } = this.shape;
    const top = this.scroll.scrollTop;
    const first = Math.max(Math.floor(top / height) - 1, 0);
    const visible = this.list.slice(first, Math.ceil((top + this.scroll.clientHeight) / height) + 1);
    this.rescale();
    this.showLanes(visible, first);
    paint(this, visible, first);
    this.drawAxis();
  }

  /** Brings the scale up to date with the present. A fitted scale grows in steps, so that it stands still in between. */
  rescale() {
    const last = Math.max(this.last, this.now, this.model.clock === "manual" ? 0 : SHORTEST_FIT);
    const isOutgrown = pixelAt(this.scale, last) > this.scale.width - ROOM / 2 || last * 6 < this.scale.to;
    if (this.mode === "fit" || (this.mode === "fitted" && isOutgrown)) {
      this.scale = fit(this.mode === "fit" ? last : last * 1.25, this.scale.width, ROOM);
      this.mode = "fitted";
    } else if (this.mode === "follow") {
      this.scale = moveTo(this.scale, this.now, this.scale.width * 0.75);
    }
    this.fitButton.setAttribute("aria-pressed", this.mode === "fitted");
    this.followButton.setAttribute("aria-pressed", this.mode === "follow");
  }

  /** Gives each lane in sight its elements. A lane keeps its own while it is in sight, so that the focus stays where it is. */
  showLanes(visible, first) {
    const keys = new Set(visible.map((lane) => lane.key));
    const known = new Map(this.views.map((view) => [view.lane.key, view]));
    const free = this.views.filter((view) => !keys.has(view.lane.key));
    this.views = visible.map((lane, index) => {
      const old = known.get(lane.key);
      const view = old ?? free.pop() ?? laneView((chosen) => this.chooseLane(chosen));
      if (!old || this.isStale) {
        showLane(view, this.model, lane, this.chosenId);
      }
      this.putLane(view, first + index);
      placeBars(view, this.scale, this.now);
      return view;
    });
    free.forEach((view) => view.element.remove());
    putInOrder(this.lanes, this.views.map((view) => view.element));
    this.isStale = false;
  }

  putLane(view, index) {
    view.element.style.transform = `translateY(${index * this.shape.height}px)`;
    view.element.setAttribute("aria-setsize", this.list.length);
    view.element.setAttribute("aria-posinset", index + 1);
  }

  drawAxis() {
    const { gutter } = this.shape;
    const place = (label, second) => {
      label.style.transform = `translateX(${gutter + pixelAt(this.scale, second)}px)`;
      return label;
    };
    const x = pixelAt(this.scale, this.now);
    const isInSight = x >= 0 && x <= this.scale.width;
    this.nowLine.hidden = !isInSight;
    this.nowLine.style.transform = `translateX(${gutter + x}px)`;
    this.nowLine.style.height = `${Math.max(this.list.length * this.shape.height, this.scroll.clientHeight)}px`;
    // The label of the present stands before those that it would cover.
    const isFree = (mark) => !isInSight || Math.abs(pixelAt(this.scale, mark.at) - x - 10) > 60;
    const labels = axisMarks(this.scale)
      .filter(isFree)
      .map((mark) => place(el("span", {}, mark.label), mark.at));
    this.axis.replaceChildren(...labels, isInSight ? place(el("b", {}, clockText(this.now)), this.now) : "");
  }

  /** Does what the label of a lane is for: shows its load, or its newest request, or all faults. */
  chooseLane(lane) {
    if (lane.kind === "faults") {
      this.setFilter({ allFaults: !lane.isOpen });
    } else if (lane.kind === "load" && this.onLoad) {
      this.onLoad(lane.id);
    } else {
      this.chooseRequest(requestsOn(this.model, lane)?.at(-1));
    }
  }

  /** Chooses a request, if there is one, and tells of it. */
  chooseRequest(request) {
    if (request) {
      this.choose(request);
      this.onRequest(request);
    }
  }
}

/** What is said where nothing has happened. A report has no cluster to send a client to, and a proxy has no loads of its own. */
function nothingText({ endpoint, upstream }) {
  const start = upstream ? "Send" : "Start a load below, or send";
  return endpoint ? `There is no load, and nothing was asked yet. ${start} a client to ${endpoint}.` : "There is no load, and nothing was asked.";
}

/** The sizes of lanes on this width, in pixels. */
function shapeFor(width) {
  return width < NARROW_WIDTH ? NARROW : { ...WIDE, gutter: width < 1100 ? 270 : 330 };
}

/**
 * How high a lane is, where in it the marks of the requests stand, and how wide its label is: to the left, or above the bar on
 * narrow screens.
 */
const WIDE = { height: 62, marks: 46 };
const NARROW = { height: 104, marks: 90, gutter: 0 };

/** So many lanes are seen at a glance. */
export const FEW_LANES = 8;

/** Below this width, labels stand above the bars. */
const NARROW_WIDTH = 720;

/** How many seconds are shown at least while time passes by itself, so that a new cluster does not race across the screen. */
const SHORTEST_FIT = 20;

/** Room behind the last second, for the word of an end. */
const ROOM = 230;
