import { ask, clusterPath } from "./api.js";
import { button, el, setText, toggle } from "./dom.js";
import { attempt, choice, field, outcome } from "./form.js";
import { clockText, momentOf, spanText } from "./words.js";

/** The clock of a cluster: what it reads, and how to move it. */
export class Clock {
  constructor(page) {
    this.page = page;
    this.said = outcome();
    this.reading = el("span", { class: "reading", role: "timer", "aria-label": "The cluster's clock", "aria-live": "off" });
    this.kind = el("p", { class: "soft" });
    this.manual = el(
      "fieldset",
      { class: "row plain" },
      el("legend", { class: "sr" }, "Move the manual clock"),
      this.advance(),
      this.run(),
    );
    this.element = el(
      "section",
      { class: "card clock", "aria-labelledby": "clock-title" },
      el("div", { class: "clock-now" }, el("h2", { id: "clock-title" }, "Clock"), this.reading, this.kind),
      el("div", { class: "clock-moves" }, this.manual, this.speed(), this.said.element),
    );
  }

  move(body) {
    return attempt(this.said, () => ask("POST", clusterPath(this.page.cluster, "clock"), body));
  }

  advance() {
    const by = el("input", { value: "5s", size: 5, "aria-label": "Advance by, such as 5s, 2m or 1h" });
    const quick = ["1s", "10s", "1m"].map((text) => button(`+${text}`, () => this.move({ advance: text })));
    return el(
      "form",
      { class: "row", onsubmit: (event) => this.sent(event, { advance: by.value.trim() }) },
      quick,
      by,
      el("button", { class: "main" }, "Advance"),
    );
  }

  run() {
    const until = choice(
      [
        ["all", "all loads have ended"],
        ["load", "this load has ended:"],
        ["at", "the clock reads:"],
      ],
      { "aria-label": "Run until" },
    );
    let offered = "";
    const what = el("input", { size: 12, hidden: true, "aria-label": "Load or moment" });
    until.addEventListener("change", () => {
      what.hidden = until.value === "all";
      what.required = !what.hidden;
      offered = this.page.chosenLoad ?? "";
      what.value = until.value === "load" ? offered : "90s";
    });
    // A load that is chosen now is the one to wait for, unless the user has written another one.
    this.offer = (id) => {
      if (until.value === "load" && ["", offered].includes(what.value)) {
        what.value = offered = id;
      }
    };
    return el(
      "form",
      { class: "row", onsubmit: (event) => this.runUntil(event, until.value, what.value.trim()) },
      el("span", {}, "Run until"),
      until,
      what,
      el("button", { class: "main" }, "Run"),
    );
  }

  speed() {
    const speed = el("input", { size: 10, list: "speeds", "aria-label": "Speed: real, manual or scaled:60" });
    this.speedField = speed;
    const speeds = el(
      "datalist",
      { id: "speeds" },
      ["real", "manual", "scaled:10", "scaled:60"].map((value) => el("option", { value })),
    );
    return el(
      "form",
      { class: "row", onsubmit: (event) => this.sent(event, { set: speed.value.trim() }) },
      field("Speed", speed),
      speeds,
      el("button", {}, "Set"),
    );
  }

  sent(event, body) {
    event.preventDefault();
    return this.move(body);
  }

  /** Runs the clock, and says so if it had nothing to wait for: it would stand still without a word. */
  async runUntil(event, kind, value) {
    const { now } = this.page.model;
    const reading = await this.sent(event, { wait: waitFor(kind, value) });
    if (reading && reading.now <= now) {
      this.said.refuse({ message: stoodText(kind, value, reading.now) });
    }
  }

  /** Shows the clock of a model. */
  show(model) {
    setText(this.kind, kindText(model));
    toggle(this.element, "stands", model.clock === "manual");
    this.manual.disabled = model.clock !== "manual";
    if (document.activeElement !== this.speedField) {
      this.speedField.value = model.clock;
    }
    this.tick(model.now);
  }

  /** Shows the present. */
  tick(now) {
    setText(this.reading, clockText(now));
    this.reading.title = spanText(now);
  }
}

function waitFor(kind, value) {
  return { all: { all_loads: "finished" }, load: { load: value, until: "finished" }, at: { at: momentOf(value) } }[kind];
}

/** Why the clock stood still when it was to run until something. */
export function stoodText(kind, value, now) {
  const already = { all: "all loads have ended already", load: `the load ${value} has ended already`, at: `it reads ${clockText(now)} already` };
  return `The clock did not move: ${already[kind]}.`;
}

function kindText(model) {
  if (model.clock === "manual") {
    return "Manual: time stands still until it is moved.";
  }
  const speed = model.clock === "real" ? "Real time" : `${model.clock.slice("scaled:".length)} times as fast as real time`;
  const waits = model.waits_for_request ? ", from the first request on" : "";
  return `${speed}${waits}. To move it by hand, set its speed to manual.`;
}
