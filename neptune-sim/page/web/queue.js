import { button, el, refill } from "./dom.js";
import { loadOf, waitsFor } from "./lanes.js";
import { listText, ordinal } from "./words.js";

/** Which load is running, and which wait for their turn. */
export class Queue {
  constructor(page) {
    this.page = page;
    this.list = el("ol", { class: "plain-list" });
    this.element = el(
      "section",
      { class: "card own-loads", "aria-labelledby": "queue-title" },
      el("h2", { id: "queue-title" }, "Queue"),
      this.list,
    );
  }

  /** Shows a model. */
  show(model) {
    const rows = queueRows(model);
    const state = JSON.stringify(rows);
    if (this.shown === state) {
      return;
    }
    this.shown = state;
    const none = el("li", { class: "soft" }, "No started load is running or waiting.");
    refill(this.list, rows.length ? rows.map((row) => this.row(row)) : [none]);
  }

  row({ id, place, after }) {
    return el(
      "li",
      { class: "row" },
      el("span", { class: "place soft" }, place),
      button(id, () => this.page.chooseLoad(id), { class: "link mono", "data-key": id }),
      after.length ? el("span", { class: "soft" }, `after ${listText(after)}`) : "",
    );
  }
}

/** The loads that run or wait, in their order: `[{id, place, after}]`, with the loads that they still wait for. */
export function queueRows(model) {
  const running = model.running ? [[model.running, "running"]] : [];
  const waiting = (model.queue ?? []).map((id, index) => [id, ordinal(index + 1)]);
  return [...running, ...waiting].map(([id, place]) => ({ id, place, after: waitsFor(model, loadOf(model, id)) }));
}
