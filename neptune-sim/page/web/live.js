import { ask, clusterPath } from "./api.js";
import { Clock } from "./clock.js";
import { Cluster, clusterToShow, missingCluster } from "./cluster.js";
import { copyButtons } from "./copy.js";
import { button, el, setText, toggle } from "./dom.js";
import { follow } from "./events.js";
import { Faults } from "./faults.js";
import { Findings } from "./findings.js";
import { attempt, outcome } from "./form.js";
import { LoadDetails } from "./load.js";
import { Queue } from "./queue.js";
import { RequestDetails } from "./request.js";
import { Requests } from "./requests.js";
import { startForms } from "./start.js";
import { clockRate, merge, modelOf } from "./store.js";
import { Timeline } from "./timeline.js";

/**
 * The live page of one cluster: its parts, each of which shows the same model, and what is chosen.
 */
class Page {
  constructor(cluster, tabs) {
    Object.assign(this, { cluster, chosenLoad: null, details: null, pressedAt: -Infinity, closing: new AbortController() });
    this.state = el("span", { class: "state", role: "status" });
    // Before the rest, so that the snapshot is on its way while the page is built.
    this.stop = follow(cluster, {
      onSnapshot: (snapshot) => this.take(modelOf(snapshot)),
      onChange: (change) => this.take(merge(this.model, change)),
      onState: (state) => this.showState(state),
    });
    this.timeline = new Timeline({
      label: `Timeline of ${cluster}`,
      title: "Timeline",
      onLoad: (id) => this.chooseLoad(id),
      onRequest: (request) => this.chooseRequest(request),
    });
    this.clock = new Clock(this);
    this.findings = new Findings(this);
    this.side = el("aside", { class: "card side", "aria-label": "Details", hidden: true });
    this.announced = el("p", { class: "sr", role: "status" });
    this.missing = el("p", { class: "card warning", role: "status", hidden: true });
    this.requests = new Requests(this);
    const parts = [new Cluster(this), new Queue(this), new Faults(this)];
    this.parts = [this.clock, this.findings, this.requests, ...parts];
    const [state, queue, faults] = parts.map((part) => part.element);
    // Until the first model has come, nothing can be said of the cluster.
    this.main = el(
      "main",
      { hidden: true },
      this.missing,
      el("div", { class: "controls" }, this.clock.element, state),
      this.findings.element,
      el("div", { class: "stage" }, this.timeline.element, this.side),
      el("p", { class: "soft hint" }, HINT),
      this.announced,
      el("div", { class: "below" }, el("div", { class: "column" }, queue, faults, startForms(this)), this.requests.element),
    );
    document.body.replaceChildren(
      el("header", {}, el("h1", {}, "neptune-sim"), tabs, this.endpoint(), this.scenario(), this.state),
      this.main,
    );
    this.watchPointer();
    addEventListener("keydown", (event) => this.closes(event) && this.hideDetails(), { signal: this.closing.signal });
    this.tick();
  }

  endpoint() {
    this.address = el("code", { class: "endpoint" });
    return this.address;
  }

  /** Says that there is no cluster of this name, and which one is shown in its place. */
  showMissing(name) {
    this.missing.hidden = name === undefined;
    setText(this.missing, name === undefined ? "" : `The simulator has no cluster ${name} now. This is ${this.cluster}.`);
  }

  /** The scenario that reproduces what is on the screen. */
  scenario() {
    const said = outcome();
    const text = async () => (await ask("GET", clusterPath(this.cluster, "scenario"))).text;
    return el(
      "div",
      { class: "scenario own-loads" },
      copyButtons(["Copy as scenario", () => attempt(said, text)]),
      said.element,
    );
  }

  take(model) {
    this.model = model;
    this.takenAt = performance.now();
    this.main.hidden = false;
    setText(this.address, model.upstream ? `${model.endpoint} → ${model.upstream}` : model.endpoint);
    toggle(document.body, "is-proxy", model.upstream);
    if (!this.isPressed()) {
      this.showModel();
    }
  }

  /** Shows the model in all parts, and notes for programs that drive the page how new it is. */
  showModel() {
    for (const part of [this.timeline, ...this.parts]) {
      part.show(this.model);
    }
    this.details?.show(this.model);
    this.main.dataset.revision = this.model.revision;
  }

  /**
   * Whether a button of the pointer is down. What is pressed has to stand still until it is let go: a browser sends no click to a row or a
   * button that was replaced in between, or that a new lane of the timeline has moved down. Where nobody tells that it was let go, as on a
   * scroll bar, the page stands still for a second.
   */
  isPressed() {
    return performance.now() - this.pressedAt < 1000;
  }

  /** Listens to the buttons of the pointer. What was missed meanwhile is shown after the click. */
  watchPointer() {
    const { signal } = this.closing;
    const release = () => {
      this.pressedAt = -Infinity;
      setTimeout(() => this.model && this.showModel());
    };
    addEventListener("pointerdown", () => (this.pressedAt = performance.now()), { signal, capture: true });
    addEventListener("pointerup", release, { signal, capture: true });
    addEventListener("pointercancel", release, { signal, capture: true });
  }

  showState(state) {
    toggle(this.state, "is-live", ["live", "polling"].includes(state));
    toggle(this.state, "is-lost", state === "lost");
    setText(this.state, STATES[state]);
  }

  /** Counts the present on between two events, a few times a second; more seldom for those who want little motion. */
  tick() {
    const pause = matchMedia("(prefers-reduced-motion: reduce)").matches ? 1000 : 80;
    this.timer = setInterval(() => {
      const rate = this.model && !this.state.classList.contains("is-lost") ? clockRate(this.model) : 0;
      if (rate && !document.hidden) {
        const now = this.model.now + ((performance.now() - this.takenAt) / 1000) * rate;
        this.timeline.move(now);
        this.clock.tick(now);
      }
    }, pause);
  }

  chooseLoad(id) {
    this.clock.offer(id);
    this.chosenLoad = id;
    this.timeline.chooseLoad(id);
    this.showDetails(new LoadDetails(this, id), `load ${id}`);
  }

  chooseRequest(request) {
    this.timeline.choose(request);
    this.showDetails(new RequestDetails(this, request), `request ${request.number}`);
  }

  showDetails(details, what) {
    const isNew = this.side.hidden;
    // Of a pointer, there is no focus to give back.
    this.opener = isNew ? document.querySelector(":focus-visible") : this.opener;
    this.details = details;
    this.side.hidden = false;
    this.side.replaceChildren(
      button("×", () => this.hideDetails(), { class: "close", "aria-label": "Close the details" }),
      details.element,
    );
    details.show(this.model);
    setText(this.announced, `The details show ${what}.`);
    if (isNew) {
      this.side.scrollIntoView({ block: "nearest" });
    }
  }

  hideDetails() {
    Object.assign(this, { details: null, chosenLoad: null });
    this.side.hidden = true;
    if (this.opener?.isConnected) {
      this.opener.focus({ preventScroll: true });
    }
    this.timeline.chooseLoad(null);
    setText(this.announced, "The details are closed.");
  }

  /** Whether a key closes the details: Escape, wherever the focus is, but in a field beside them, which may have a use for it. */
  closes({ key, target }) {
    return key === "Escape" && !this.side.hidden && (this.side.contains(target) || !target.closest?.("input, select"));
  }

  showRequestsOf(id) {
    this.requests.filterLoad(id);
  }

  close() {
    this.stop();
    this.closing.abort();
    clearInterval(this.timer);
  }
}

/** How a page knows what happens, in words. */
const STATES = {
  connecting: "connecting",
  live: "live",
  polling: "live, once a second",
  lost: "connection lost, trying again",
};

/** How to use the timeline. */
const HINT =
  "Choose a load or a mark to see all about it. Keys on the timeline: up and down for the load, left and right for time, + and − for its scale, " +
  "0 for everything, Shift with left and right from request to request.";

/** How often the list of clusters is read anew, in milliseconds. */
const REFRESH = 5000;

let page;

/** The clusters as links, of which one is shown. */
const tabs = el("nav", { "aria-label": "Clusters" });

/** Reads which clusters there are, and shows one of them. */
async function open() {
  const { clusters } = await ask("GET", "/_sim");
  const wanted = { hash: location.hash, origin: location.origin, shown: page?.cluster };
  const [cluster, missing] = [clusterToShow(clusters, wanted), missingCluster(clusters, wanted)];
  showTabs(clusters, cluster);
  if (cluster === undefined) {
    throw new Error("The simulator has no cluster.");
  }
  if (page?.cluster !== cluster) {
    page?.close();
    document.title = `${cluster} · neptune-sim`;
    page = new Page(cluster, tabs);
  }
  // Without a name in the address, what was said stays: by now, the cluster that took the place is the one that was shown.
  if (missing !== undefined || location.hash) {
    page.showMissing(missing);
  }
}

function showTabs(clusters, shown) {
  const state = JSON.stringify([clusters.map(({ name }) => name), shown]);
  if (tabs.dataset.state !== state) {
    tabs.dataset.state = state;
    tabs.replaceChildren(
      ...clusters.map(({ name }) =>
        el("a", { href: `#${encodeURIComponent(name)}`, "aria-current": name === shown ? "page" : null }, name),
      ),
    );
  }
}

/** Says why nothing can be shown. A page that is there says itself that its connection is lost. */
function fail(error) {
  if (!page) {
    document.body.replaceChildren(
      el(
        "main",
        {},
        el(
          "div",
          { class: "card", role: "alert" },
          el("h1", {}, "neptune-sim"),
          el("p", {}, error.message),
          el("p", { class: "soft" }, error.hint ?? ""),
        ),
      ),
    );
  }
}

const refresh = () => document.hidden || open().catch(fail);
addEventListener("hashchange", refresh);
setInterval(refresh, REFRESH);
refresh();
