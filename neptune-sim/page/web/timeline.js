import { button, el, toggle } from "./dom.js";
import { laneList, lastSecond, requestText } from "./lanes.js";
import { laneView, placeBars, showLane } from "./lane.js";
import { drawMarks, inks, marksOf, nearest } from "./marks.js";
import { axisMarks, fit, pan, pixelAt, resize, zoom } from "./scale.js";
import { laneOf } from "./store.js";
import { legend } from "./legend.js";

/**
 * A timeline: time runs to the right, and each load has a lane. Only the lanes in sight are elements; the requests are drawn on one canvas behind them.
 *
 * `timeline({label, onLoad, onRequest})` gives `element`, `show(model)` for a model of the store, `move(now)` between two events, `choose(request)`, and
 * `element` is to be put into the page by the caller. `onLoad(id)` and `onRequest(request)` are told what the user has chosen; both may be left out.
 */
export function timeline(options = {}) {
  const view = new Timeline(options);
  return {
    element: view.element,
    show: (model) => view.show(model),
    move: (now) => view.move(now),
    choose: (request) => view.mark(request),
    reveal: (id) => view.reveal(id),
  };
}

/** Where the marks of the requests stand in a lane, in pixels from its top, and how high a lane is. */
const WIDE = { height: 52, marks: 40, gutter: 290 };
const NARROW = { height: 88, marks: 76, gutter: 0 };

/** Below this width, labels stand above the bars. */
const NARROW_WIDTH = 720;

/** Room behind the last second, for the word of an end. */
const ROOM = 230;

class Timeline {
  constructor({ label = "Timeline", onLoad = () => {}, onRequest = () => {} }) {
    Object.assign(this, { onLoad, onRequest, filter: "", views: [], mode: "fit", scale: { from: 0, to: 60, width: 600 }, chosen: null });
    this.canvas = el("canvas", { class: "tl-canvas", "aria-hidden": "true" });
    this.lanes = el("div", { class: "tl-lanes", role: "list", "aria-label": `${label}: lanes` });
    this.nowLine = el("div", { class: "tl-now", "aria-hidden": "true" });
    this.scroll = el("div", { class: "tl-scroll" }, this.canvas, this.lanes, this.nowLine);
    this.axis = el("div", { class: "tl-axis", "aria-hidden": "true" });
    this.tip = el("div", { class: "tl-tip", hidden: true, "aria-hidden": "true" });
    this.empty = el("p", { class: "tl-empty", hidden: true }, "Nothing has happened yet.");
    this.element = el("section", { class: "timeline", "aria-label": label }, this.tools(), this.axis, this.scroll, this.empty, this.tip, legend());
    this.listen();
  }

  tools() {
    this.find = el("input", { type: "search", placeholder: "Find a load", "aria-label": "Find a load by id or status", oninput: () => this.setFilter(this.find.value) });
    const tool = (text, label, act) => button(text, act, { class: "tool", "aria-label": label, title: label });
    this.fitButton = tool("Fit", "Show everything (0)", () => this.setMode("fit"));
    this.followButton = tool("Follow", "Follow the present (f)", () => this.setMode("follow"));
    return el(
      "div",
      { class: "tl-tools" },
      this.find,
      el("div", { class: "group", role: "group", "aria-label": "Zoom" }, tool("−", "Zoom out (-)", () => this.zoom(1 / 1.5)), tool("+", "Zoom in (+)", () => this.zoom(1.5))),
      el("div", { class: "group", role: "group", "aria-label": "Move" }, tool("‹", "Earlier (left arrow)", () => this.pan(-0.25)), tool("›", "Later (right arrow)", () => this.pan(0.25))),
      el("div", { class: "group", role: "group", "aria-label": "Range" }, this.fitButton, this.followButton),
    );
  }

  listen() {
    new ResizeObserver(() => this.layout()).observe(this.scroll);
    this.scroll.addEventListener("scroll", () => this.draw(), { passive: true });
    this.element.addEventListener("keydown", (event) => this.key(event));
    this.scroll.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    this.scroll.addEventListener("pointerdown", (event) => this.dragFrom(event));
    this.scroll.addEventListener("pointermove", (event) => this.pointAt(event));
    this.scroll.addEventListener("pointerleave", () => this.showTip(null));
    this.scroll.addEventListener("click", (event) => this.click(event));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
  }

  /** Shows a model. */
  show(model) {
    this.model = model;
    this.now = model.now;
    this.list = laneList(model, this.filter);
    this.empty.hidden = this.list.length > 0;
    this.lanes.style.height = `${this.list.length * this.shape.height}px`;
    this.stale = true;
    this.rescale();
    this.draw();
  }

  /** Moves the present. */
  move(now) {
    this.now = now;
    this.rescale();
    this.draw();
  }

  get shape() {
    return this.scroll.clientWidth < NARROW_WIDTH ? NARROW : WIDE;
  }

  layout() {
    toggle(this.element, "narrow", this.shape === NARROW);
    this.scale = resize(this.scale, Math.max(this.scroll.clientWidth - this.shape.gutter, 50));
    this.mode = this.mode === "fitted" ? "fit" : this.mode;
    if (this.model) {
      this.show(this.model);
    }
  }

  setFilter(text) {
    this.filter = text.trim();
    this.show(this.model);
  }

  setMode(mode) {
    this.mode = mode;
    this.rescale();
    this.draw();
  }

  /** Brings the scale up to date with the present, unless the user has chosen another. A fitted scale grows in steps, so that it stands still in between. */
  rescale() {
    if (this.mode === "fit" || (this.mode === "fitted" && this.outgrown())) {
      const last = Math.max(lastSecond(this.model), this.now);
      this.scale = fit(0, this.mode === "fit" ? last : last * 1.25, this.scale.width, ROOM);
      this.mode = "fitted";
    } else if (this.mode === "follow") {
      const span = this.scale.to - this.scale.from;
      const from = Math.max(this.now - span * 0.75, 0);
      this.scale = { ...this.scale, from, to: from + span };
    }
    this.fitButton.setAttribute("aria-pressed", this.mode === "fitted");
    this.followButton.setAttribute("aria-pressed", this.mode === "follow");
  }

  outgrown() {
    const last = Math.max(lastSecond(this.model), this.now);
    return pixelAt(this.scale, last) > this.scale.width - ROOM * 0.4 || last * 4 < this.scale.to;
  }

  zoom(factor, pixel) {
    this.mode = "free";
    this.scale = zoom(this.scale, factor, pixel);
    this.setMode("free");
  }

  pan(share) {
    this.scale = pan(this.scale, share * this.scale.width);
    this.setMode("free");
  }

  draw() {
    if (!this.model || this.frame) {
      return;
    }
    this.frame = requestAnimationFrame(() => {
      this.frame = null;
      this.drawNow();
    });
  }

  drawNow() {
    const { height } = this.shape;
    const top = this.scroll.scrollTop;
    const first = Math.max(Math.floor(top / height) - 1, 0);
    const visible = this.list.slice(first, Math.ceil((top + this.scroll.clientHeight) / height) + 1);
    this.showLanes(visible, first);
    this.drawCanvas(visible, first, top);
    this.drawAxis();
    const x = pixelAt(this.scale, this.now);
    this.nowLine.hidden = x < 0 || x > this.scale.width;
    this.nowLine.style.transform = `translateX(${this.shape.gutter + x}px)`;
    this.nowLine.style.height = `${Math.max(this.list.length * height, this.scroll.clientHeight)}px`;
  }

  /** Gives each lane in sight its elements; a lane keeps its own while it is in sight, so that the focus stays where it is. */
  showLanes(visible, first) {
    const keys = new Set(visible.map((lane) => lane.key));
    const free = this.views.filter((view) => !keys.has(view.lane.key));
    this.views = visible.map((lane, index) => {
      const known = this.views.find((view) => view.lane.key === lane.key);
      const view = known ?? free.pop() ?? laneView((chosen) => this.chooseLane(chosen));
      if (!known || this.stale) {
        showLane(view, this.model, lane);
      }
      this.setPlace(view, first + index);
      placeBars(view, this.scale, this.now);
      return view;
    });
    free.forEach((view) => view.element.remove());
    this.stale = false;
  }

  setPlace(view, index) {
    view.element.style.transform = `translateY(${index * this.shape.height}px)`;
    view.element.setAttribute("aria-setsize", this.list.length);
    view.element.setAttribute("aria-posinset", index + 1);
    if (!view.element.isConnected) {
      this.lanes.append(view.element);
    }
  }

  drawCanvas(visible, first, top) {
    const { height, gutter, marks } = this.shape;
    const context = this.clear();
    const ink = inks();
    context.translate(gutter, 0);
    for (const mark of axisMarks(this.scale)) {
      context.fillStyle = ink.line;
      context.fillRect(Math.round(pixelAt(this.scale, mark.at)), 0, 1, this.scroll.clientHeight);
    }
    visible.forEach((lane, index) => {
      const y = (first + index) * height - top + marks;
      drawMarks(context, marksOf(this.requestsOf(lane), this.scale), y, ink);
      this.drawChosen(context, lane, y, ink);
    });
  }

  clear() {
    const [width, height, ratio] = [this.scroll.clientWidth, this.scroll.clientHeight, devicePixelRatio];
    if (this.canvas.width !== Math.round(width * ratio) || this.canvas.height !== Math.round(height * ratio)) {
      Object.assign(this.canvas, { width: Math.round(width * ratio), height: Math.round(height * ratio) });
      Object.assign(this.canvas.style, { width: `${width}px`, height: `${height}px`, marginBottom: `${-height}px` });
    }
    const context = this.canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    return context;
  }

  drawChosen(context, lane, y, ink) {
    if (this.chosen && this.requestsOf(lane).includes(this.chosen)) {
      context.beginPath();
      context.arc(pixelAt(this.scale, this.chosen.at), y, 9, 0, Math.PI * 2);
      Object.assign(context, { strokeStyle: ink.text, lineWidth: 1.5 });
      context.stroke();
    }
  }

  drawAxis() {
    const labels = axisMarks(this.scale).map((mark) => {
      const label = el("span", {}, mark.label);
      label.style.transform = `translateX(${this.shape.gutter + pixelAt(this.scale, mark.at)}px)`;
      return label;
    });
    this.axis.replaceChildren(...labels);
  }

  requestsOf(lane) {
    return { load: true, stranger: true, unnamed: true }[lane.kind] ? (this.model.byLoad.get(lane.id) ?? []) : [];
  }

  chooseLane(lane) {
    if (lane.kind === "load") {
      this.onLoad(lane.id);
    }
  }

  /** Marks a request as chosen, and brings it into sight. */
  mark(request) {
    this.chosen = request;
    if (request) {
      this.reveal(laneOf(request));
      const x = pixelAt(this.scale, request.at);
      if (x < 0 || x > this.scale.width) {
        this.scale = pan(this.scale, x - this.scale.width / 2);
        this.mode = "free";
      }
    }
    this.draw();
  }

  /** Brings the lane of a load into sight. */
  reveal(id) {
    const index = this.list.findIndex((lane) => lane.id === id && this.requestsOf(lane));
    const { height } = this.shape;
    const top = this.scroll.scrollTop;
    if (index >= 0 && (index * height < top || (index + 1) * height > top + this.scroll.clientHeight)) {
      this.scroll.scrollTop = index * height - this.scroll.clientHeight / 3;
    }
  }

  /** The request under the pointer, if there is one. */
  under(event) {
    const box = this.scroll.getBoundingClientRect();
    const { height, gutter, marks } = this.shape;
    const [x, y] = [event.clientX - box.left - gutter, event.clientY - box.top + this.scroll.scrollTop];
    const lane = this.list?.[Math.floor(y / height)];
    const isNear = lane && Math.abs((y % height) - marks) <= 10 && x >= -8;
    return isNear ? nearest(this.requestsOf(lane), this.scale, x) : null;
  }

  click(event) {
    const request = this.dragged ? null : this.under(event);
    if (request) {
      this.mark(request);
      this.onRequest(request);
    } else if (!this.dragged && event.target.closest(".bar")) {
      this.chooseLane(this.views.find((view) => view.element.contains(event.target)).lane);
    }
  }

  pointAt(event) {
    if (!this.dragging) {
      this.showTip(this.under(event), event);
    }
  }

  showTip(request, event) {
    this.tip.hidden = !request;
    this.scroll.classList.toggle("on-mark", Boolean(request));
    if (request) {
      this.tip.textContent = requestText(this.model, request);
      const box = this.element.getBoundingClientRect();
      const left = Math.min(event.clientX - box.left + 12, box.width - this.tip.offsetWidth - 8);
      this.tip.style.transform = `translate(${Math.max(left, 8)}px, ${event.clientY - box.top + 16}px)`;
    }
  }

  dragFrom(event) {
    this.dragged = false;
    if (event.button !== 0 || event.pointerType === "touch" || event.target.closest("button")) {
      return;
    }
    const [start, scale] = [event.clientX, this.scale];
    this.dragging = new AbortController();
    const { signal } = this.dragging;
    const move = (moved) => {
      this.dragged ||= Math.abs(moved.clientX - start) > 4;
      if (this.dragged) {
        this.scale = pan(scale, start - moved.clientX);
        this.setMode("free");
      }
    };
    const stop = () => {
      this.dragging?.abort();
      this.dragging = null;
    };
    addEventListener("pointermove", move, { signal });
    addEventListener("pointerup", stop, { signal });
    addEventListener("pointercancel", stop, { signal });
  }

  wheel(event) {
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      const pixel = event.clientX - this.scroll.getBoundingClientRect().left - this.shape.gutter;
      this.zoom(Math.exp(-event.deltaY * 0.002), Math.max(pixel, 0));
    } else if (event.deltaX) {
      event.preventDefault();
      this.pan(event.deltaX / this.scale.width);
    }
  }

  key(event) {
    if (event.target.closest("input") || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const act = event.shiftKey && event.key.startsWith("Arrow") ? () => this.step(event) : KEYS[event.key];
    if (act && act(this, event) !== false) {
      event.preventDefault();
    }
  }

  /** Moves the focus to the lane above or below. */
  stepLane(by) {
    const index = this.list.findIndex((lane) => lane.key === this.focused()?.lane.key);
    const next = this.list[index + by];
    if (index < 0 || !next) {
      return false;
    }
    this.scroll.scrollTop += by * this.shape.height * (this.scroll.scrollHeight > this.scroll.clientHeight);
    this.drawNow();
    this.views.find((view) => view.lane.key === next.key)?.label.focus({ preventScroll: true });
    return true;
  }

  focused() {
    return this.views.find((view) => view.label === document.activeElement);
  }

  /** Chooses the request before or after the chosen one, on the lane with the focus. */
  step(event) {
    const lane = this.focused()?.lane;
    const requests = lane ? this.requestsOf(lane) : [];
    const index = requests.indexOf(this.chosen);
    const by = event.key === "ArrowLeft" ? -1 : 1;
    const next = index < 0 ? requests.at(by < 0 ? -1 : 0) : requests[index + by];
    if (next) {
      this.mark(next);
      this.onRequest(next);
    }
  }
}

/** What a key does while the focus is in a timeline. */
const KEYS = {
  "+": (view) => view.zoom(1.5),
  "=": (view) => view.zoom(1.5),
  "-": (view) => view.zoom(1 / 1.5),
  0: (view) => view.setMode("fit"),
  f: (view) => view.setMode("follow"),
  ArrowLeft: (view) => view.pan(-0.1),
  ArrowRight: (view) => view.pan(0.1),
  ArrowUp: (view) => view.stepLane(-1),
  ArrowDown: (view) => view.stepLane(1),
};
