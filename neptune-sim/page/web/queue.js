import { button, el, refill } from "./dom.js";
import { loadOf } from "./lanes.js";
import { ordinal } from "./words.js";

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
    const state = JSON.stringify([model.running, model.queue]);
    if (this.shown === state) {
      return;
    }
    this.shown = state;
    const running = model.running ? [this.row(model, model.running, "running")] : [];
    const waiting = (model.queue ?? []).map((id, index) => this.row(model, id, ordinal(index + 1)));
    const none = el("li", { class: "soft" }, "No started load is running or waiting.");
    refill(this.list, running.length + waiting.length ? [...running, ...waiting] : [none]);
  }

  row(model, id, place) {
    const after = loadOf(model, id)?.depends_on ?? [];
    return el(
      "li",
      { class: "row" },
      el("span", { class: "place soft" }, place),
      button(id, () => this.page.chooseLoad(id), { class: "link mono", "data-key": id }),
      after.length ? el("span", { class: "soft" }, `after ${after.join(", ")}`) : "",
    );
  }
}
