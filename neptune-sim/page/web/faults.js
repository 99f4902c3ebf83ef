import { ask, clusterPath } from "./api.js";
import { button, el, refill, setText } from "./dom.js";
import { attempt, choice, field, form, outcome } from "./form.js";
import { faultSpan, firedText } from "./lanes.js";
import { bytesText, clockText, countOf, listText } from "./words.js";

/** What a fault of one's own can do, of all that the API knows: what it is called here, and what it is there. */
const EFFECTS = [
  ["an internal error (500)", { error: "InternalFailureException" }],
  ["a throttle (429)", { error: { code: "TooManyRequestsException", message: "Too many requests" } }],
  ["a load that is not known (404)", { error: "BulkLoadIdNotFoundException" }],
  ["a gateway's page (502)", { gateway: 502 }],
  ["a gateway's page (504)", { gateway: 504 }],
  ["no answer at all", "black_hole"],
  ["a reset connection", "reset"],
  ["a closed connection", "hang_up"],
  ["a lost answer", "lost_answer"],
  ["refused connections", "refuse"],
  ["dropped packets", "unreachable"],
];

/** Which requests a fault is for. */
const OPERATIONS = [
  ["", "every request"],
  ["status", "status of a load"],
  ["list", "list of loads"],
  ["start", "start of a load"],
  ["cancel", "cancel of a load"],
  ["engine_status", "status of the engine"],
];

/** The faults in place, and a form that adds one. */
export class Faults {
  constructor(page) {
    Object.assign(this, { page, said: outcome() });
    this.list = el("ul", { class: "plain-list" });
    this.none = el("p", { class: "soft" }, "No fault is in place.");
    this.clear = button("Remove all", () => this.act("DELETE", ["faults"]));
    this.element = el(
      "section",
      { class: "card", "aria-labelledby": "faults-title" },
      el("div", { class: "row apart" }, el("h2", { id: "faults-title" }, "Faults"), this.clear),
      this.none,
      this.list,
      this.said.element,
      el("details", {}, el("summary", {}, "Add a ready-made fault"), this.readyForm()),
      el("details", {}, el("summary", {}, "Add a fault of your own"), this.ownForm()),
    );
  }

  act(method, segments, body) {
    return attempt(this.said, () => ask(method, clusterPath(this.page.cluster, ...segments), body));
  }

  readyForm() {
    const name = choice([]);
    const about = el("small", { class: "soft" });
    const read = async () => {
      const ready = await ask("GET", "/_sim/ready-made");
      const abouts = new Map(ready.map((fault) => [fault.name, fault.about]));
      name.replaceChildren(...ready.map((fault) => el("option", { value: fault.name }, fault.name)));
      const show = () => setText(about, abouts.get(name.value) ?? "");
      name.addEventListener("change", show);
      show();
    };
    attempt(this.said, read);
    const when = whenFields();
    const act = () =>
      ask("POST", clusterPath(this.page.cluster, "faults"), {
        use: name.value,
        ...onLoad(when.load.value),
        ...given({ from: when.from.value }),
      });
    return form(
      { label: "Add a ready-made fault", act, submit: "Add" },
      field("Fault", name),
      about,
      field("For the load", when.load),
      field("From (after now)", when.from),
    );
  }

  ownForm() {
    const effect = choice(EFFECTS.map(([text], index) => [index, text]));
    const operation = choice(OPERATIONS);
    const when = whenFields();
    const count = el("input", { placeholder: "all", inputmode: "numeric", pattern: "[0-9]+" });
    const act = () => {
      const on = given({ operation: operation.value, load: when.load.value });
      const fault = {
        ...(Object.keys(on).length ? { on } : {}),
        ...given({ from: when.from.value, until: when.until.value }),
        does: EFFECTS[effect.value][1],
      };
      return ask(
        "POST",
        clusterPath(this.page.cluster, "faults"),
        count.value ? { ...fault, fail: Number(count.value) } : fault,
      );
    };
    return form(
      { label: "Add a fault of your own", act, submit: "Add" },
      field("What happens", effect),
      field("To", operation),
      field("For the load", when.load),
      field("From (after now)", when.from),
      field("Until (after now)", when.until),
      field("To how many requests", count),
    );
  }

  /** Shows a model. */
  show(model) {
    const faults = model.faults ?? [];
    const state = JSON.stringify(faults);
    if (this.shown === state) {
      return;
    }
    this.shown = state;
    this.none.hidden = faults.length > 0;
    this.clear.hidden = faults.length === 0;
    refill(
      this.list,
      faults.map((report) => this.row(report)),
    );
  }

  row(report) {
    const remove = button("Remove", () => this.act("DELETE", ["faults", report.name]), {
      "aria-label": `Remove the fault ${report.name}`,
      "data-key": report.name,
    });
    return el(
      "li",
      { class: "row apart" },
      el("div", {}, el("strong", { class: "mono" }, report.name), el("div", { class: "soft" }, faultText(report))),
      remove,
    );
  }
}

function whenFields() {
  return {
    load: el("input", { placeholder: "any" }),
    from: el("input", { placeholder: "at once, or 5s" }),
    until: el("input", { placeholder: "for ever, or 15s" }),
  };
}

/** Those of these texts that are not empty. */
function given(texts) {
  return Object.fromEntries(
    Object.entries(texts)
      .map(([name, text]) => [name, text.trim()])
      .filter(([, text]) => text !== ""),
  );
}

function onLoad(load) {
  return load.trim() ? { on: { load: load.trim() } } : {};
}

/** What a fault does, to what, when, how often it may, and how often it did. */
export function faultText(report) {
  const { does, use } = report.fault;
  return [does ? effectText(does) : use, `for ${targetText(report.fault)}`, timeText(report), limitText(report.fault), firedText(report)].filter(Boolean).join("; ");
}

/** Which requests a fault is for: `status, load a and attempt 1`. */
function targetText({ on = {} }) {
  const { operation, ...rest } = on;
  return listText([operation, ...Object.entries(rest).map(([what, which]) => `${what} ${which}`)].filter(Boolean)) || "every request";
}

function timeText(report) {
  const { from, until } = faultSpan(report);
  return until === null ? `from ${clockText(from)} on` : `${clockText(from)} to ${clockText(until)}`;
}

/** How often a fault fires, and after what wait, if that is limited: `2 requests, then 1 passes`. */
function limitText({ for: lasts, fail, pass, chance, after }) {
  const turns = fail && (pass ? `${countOf(fail, "request")}, then ${pass} ${pass === 1 ? "passes" : "pass"}` : `${countOf(fail, "request")} in all`);
  const parts = [turns, chance !== undefined && `chance ${chance}`, lasts && `for ${lasts} after it first fires`, after && `after a wait of ${after}`];
  return parts.filter(Boolean).join(", ");
}

/** An effect in its own words: `reset`, `gateway 502`, `error TooManyRequestsException`. */
function effectText(does) {
  if (typeof does === "string") {
    return does;
  }
  const valueText = (name, value) => {
    if (name === "padded") {
      return bytesText(value);
    }
    return typeof value === "object" ? (value.code ?? value.http ?? "") : value;
  };
  return listText(Object.entries(does).map(([name, value]) => `${name} ${valueText(name, value)}`.trim()));
}
