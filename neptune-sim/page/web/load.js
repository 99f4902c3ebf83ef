import { ask, clusterPath } from "./api.js";
import { button, el, setText } from "./dom.js";
import { attempt, field, form, outcome } from "./form.js";
import { isStuck, loadOf, noteOf, placeText, pollsOf } from "./lanes.js";
import { swatch } from "./legend.js";
import { lifecycleOf } from "./start.js";
import { clockText, countOf, countText, toneOf } from "./words.js";

/** Everything about one load: its status, why it is so, its past and future, its errors, and what can be done about it. */
export class LoadDetails {
  constructor(page, id) {
    Object.assign(this, { page, id, said: outcome() });
    this.status = el("p", { class: "chip-line" });
    this.note = el("p", {});
    this.why = el("p", { class: "explanation" });
    this.history = el("ol", { class: "history" });
    this.errors = new ErrorLog(page, id);
    this.runButton = button("Run until it ends", () => this.move(), { class: "own-loads" });
    this.cancelButton = button("Cancel it", () => this.cancel(), { class: "own-loads" });
    this.changes = this.outcomeForm();
    this.element = el(
      "div",
      { class: "details" },
      el("h2", { class: "mono" }, id),
      this.status,
      this.why,
      this.note,
      el(
        "div",
        { class: "row" },
        this.runButton,
        this.cancelButton,
        button("Show its requests", () => page.showRequestsOf(id)),
      ),
      this.said.element,
      el("h3", {}, "History"),
      this.history,
      this.errors.element,
      this.changes,
    );
  }

  path(...more) {
    return clusterPath(this.page.cluster, "loads", this.id, ...more);
  }

  move() {
    return attempt(this.said, () =>
      ask("POST", clusterPath(this.page.cluster, "clock"), { wait: { load: this.id, until: "finished" } }),
    );
  }

  cancel() {
    return attempt(this.said, () => ask("DELETE", this.path()));
  }

  outcomeForm() {
    const lifecycle = el("input", { value: "LOAD_IN_PROGRESS 10s, LOAD_FAILED", "aria-describedby": "outcome-hint" });
    const act = () => ask("PUT", this.path("outcome"), lifecycleOf(lifecycle.value));
    return el(
      "details",
      {},
      el("summary", {}, "Change its outcome"),
      form(
        { label: "Change the outcome", act, submit: "Change" },
        field("Statuses from now on", lifecycle),
        el(
          "small",
          { class: "soft", id: "outcome-hint" },
          "What was ahead is replaced. The last status stays for ever and has no duration.",
        ),
      ),
    );
  }

  /** Shows a model. */
  show(model) {
    const load = loadOf(model, this.id);
    if (!load) {
      this.why.textContent = "The cluster has this load no more.";
      return;
    }
    const tone = toneOf(load.status);
    if (this.shown !== load.status) {
      this.shown = load.status;
      this.status.replaceChildren(
        el("span", { class: `chip tone-${tone}` }, swatch(tone), load.status),
        el("span", { class: "soft" }, load.source ? `${load.origin} · ${load.source}` : "as the answers say"),
      );
    }
    const note = noteOf(model, load);
    this.note.className = note.isWarning ? "warning" : "soft";
    setText(this.note, [placeText(model, load), note.text].filter(Boolean).join("; "));
    this.runButton.disabled = load.ended || model.clock !== "manual" || isStuck(model, load);
    this.cancelButton.disabled = load.ended;
    this.changes.hidden = load.ended || Boolean(model.upstream);
    this.showHistory(load);
    this.explain(load, pollsOf(model, this.id).length);
    this.errors.show(load);
  }

  showHistory(load) {
    const moments = [...load.history.map((moment) => ["", moment]), ...load.ahead.map((moment) => ["ahead", moment])];
    const rows = moments.map(([kind, { at, status }]) =>
      el(
        "li",
        { class: kind },
        el("span", { class: "at" }, clockText(at)),
        el("span", { class: "mono" }, status),
        kind ? el("span", { class: "soft" }, "ahead") : "",
      ),
    );
    this.history.replaceChildren(...rows);
  }

  /** Asks why the load is as it is, when something about it has changed. */
  async explain(load, asked) {
    const { queue, availability, faults } = this.page.model;
    const state = JSON.stringify([load.status, load.ahead, asked, queue, availability, faults.map((report) => report.name)]);
    if (this.explained === state || this.page.model.upstream) {
      return;
    }
    this.explained = state;
    const answer = await ask("GET", this.path("explanation")).catch(() => null);
    setText(this.why, answer?.text ?? "");
  }
}

/** How many errors stand on a page of the log. */
const ERRORS = 10;

/** The error log of a load, page by page. */
class ErrorLog {
  constructor(page, id) {
    Object.assign(this, { page, id, number: 1, last: 1, said: outcome() });
    this.list = el("ol", { class: "errors" });
    this.count = el("span", { class: "soft", role: "status" });
    this.back = [button("« First", () => this.read(1)), button("‹ Previous", () => this.read(this.number - 1))];
    this.on = [button("Next ›", () => this.read(this.number + 1)), button("Last »", () => this.read(this.last))];
    this.pages = el("div", { class: "row" }, this.back, this.on, this.count);
    this.element = el("div", { hidden: true }, el("h3", {}, "Errors"), this.list, this.pages, this.said.element);
  }

  /** Reads the log once the load has ended: before that, Neptune has none. */
  show(load) {
    const hasLog = load.ended && !this.page.model.upstream;
    this.element.hidden = !hasLog;
    if (hasLog && this.shown !== load.status) {
      this.shown = load.status;
      this.read(1);
    }
  }

  async read(number) {
    const path = clusterPath(this.page.cluster, "loads", this.id, "errors");
    const log = await attempt(this.said, () => ask("GET", `${path}?page=${number}&limit=${ERRORS}`));
    if (!log) {
      return;
    }
    Object.assign(this, { number, last: log.pages });
    this.list.replaceChildren(...log.errors.map(errorRow));
    setText(this.count, log.total ? `${countOf(log.total, "error")}, page ${countText(number)} of ${countText(log.pages)}` : "It has no errors.");
    this.back.forEach((control) => (control.disabled = number <= 1));
    this.on.forEach((control) => (control.disabled = number >= log.pages));
    [...this.back, ...this.on].forEach((control) => (control.hidden = log.pages <= 1));
  }
}

function errorRow({ code, message, file, record }) {
  const place = record ? `${file}, record ${record}` : file;
  return el(
    "li",
    {},
    el("strong", { class: "mono" }, code),
    el("span", {}, message),
    el("span", { class: "soft mono" }, place),
  );
}
