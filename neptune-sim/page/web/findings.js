import { button, el, refill } from "./dom.js";
import { findings } from "./lanes.js";
import { countText } from "./words.js";

/** How many loads with the same advice are listed. */
const SHOWN = 4;

/**
 * What somebody who looks at a cluster should know first: who still asks about a load that has ended, and which load never
 * ends.
 */
export class Findings {
  constructor(page) {
    this.page = page;
    this.list = el("ul", { class: "plain-list" });
    this.element = el(
      "section",
      { class: "findings", "aria-labelledby": "findings-title", hidden: true },
      el("h2", { id: "findings-title" }, "Look here first"),
      this.list,
    );
  }

  /** Shows a model. */
  show(model) {
    const found = findings(model);
    const state = JSON.stringify(found);
    if (this.shown === state) {
      return;
    }
    this.shown = state;
    this.element.hidden = found.length === 0;
    refill(
      this.list,
      found.map((finding) => this.row(finding)),
    );
  }

  row({ advice, loads }) {
    const open = (load) => button(load.id, () => this.page.chooseLoad(load.id), { class: "link mono", "data-key": load.id });
    const lines = loads.slice(0, SHOWN).map((load) => el("p", {}, open(load), ` ${load.text}.`));
    const more = loads.length - SHOWN;
    return el(
      "li",
      {},
      lines,
      more > 0 ? el("p", {}, `And ${countText(more)} more. “Marked” above the timeline shows all of them.`) : "",
      el("p", { class: "advice" }, advice),
    );
  }
}
