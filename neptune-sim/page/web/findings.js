import { button, el, refill } from "./dom.js";
import { findings } from "./lanes.js";
import { FEW_LANES } from "./timeline.js";
import { countText } from "./words.js";

/** How many of many loads with the same advice are listed. */
const SHOWN = 4;

/** Those of the loads with the same advice that are listed: all, as long as the timeline offers no button that shows the others. */
export function listed(loads) {
  return loads.length > FEW_LANES ? loads.slice(0, SHOWN) : loads;
}

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
    const shown = listed(loads);
    const lines = shown.map((load) => el("p", {}, open(load), ` ${load.text}.`));
    const more = loads.length - shown.length;
    return el(
      "li",
      {},
      lines,
      more > 0 ? el("p", {}, `And ${countText(more)} more. “Marked” above the timeline shows all of them.`) : "",
      el("p", { class: "advice" }, advice),
    );
  }
}
