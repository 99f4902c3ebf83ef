import { ask, clusterPath } from "./api.js";
import { button, el, setText } from "./dom.js";
import { asBoto3, asCurl, copyButtons, whyNoCopy } from "./copy.js";
import { attempt, outcome } from "./form.js";
import { lastChange, loadOf } from "./lanes.js";
import { swatch } from "./legend.js";
import { firstNot } from "./search.js";
import { laneOf, requestNow } from "./store.js";
import { spanText, toldText, toldTone } from "./words.js";

/** Everything about one request: what was asked and answered, and how that fits the load that it asked about. */
export class RequestDetails {
  constructor(page, request) {
    Object.assign(this, { page, request, whole: null, said: outcome() });
    this.told = el("p", { class: "chip-line" });
    this.when = el("p", {});
    this.exchange = el("div", { class: "exchange" });
    this.before = button("‹ Before", () => this.step(-1));
    this.after = button("After ›", () => this.step(1));
    this.element = el(
      "div",
      { class: "details" },
      el("h2", { class: "mono" }, `${request.method} ${request.target}`),
      this.told,
      this.when,
      el("div", { class: "row" }, this.before, this.after),
      this.copies(),
      this.exchange,
      this.said.element,
    );
    this.show(page.model);
    this.read();
  }

  /** Goes to the request before or after this one on the same lane. */
  step(by) {
    const next = neighbours(this.page.model, this.request)[by < 0 ? 0 : 1];
    if (next) {
      this.page.chooseRequest(next);
      this.page.details.focusStep(by);
    }
  }

  /** Puts the focus on the button that goes on in a direction, or on the other one at the end, so that keys can go from request to request. */
  focusStep(by) {
    const [on, back] = by < 0 ? [this.before, this.after] : [this.after, this.before];
    (on.disabled ? back : on).focus({ preventScroll: true });
  }

  copies() {
    const copied = (write) => whyNoCopy(this.request, this.whole) ?? write(this.page.model, this.whole ?? this.request, this.whole?.body);
    return copyButtons(
      ["Copy as curl", () => copied(asCurl)],
      ["Copy as boto3", () => copied(asBoto3) ?? "# boto3 has no call for this request."],
    );
  }

  /** Shows what the log has of it now. */
  show(model) {
    const now = requestNow(model, this.request) ?? this.request;
    const text = toldText(now);
    setText(this.when, whenText(model, now));
    const [before, after] = neighbours(model, now);
    this.before.disabled = !before;
    this.after.disabled = !after;
    if (this.shown !== text) {
      this.shown = text;
      const tone = toldTone(now);
      this.told.replaceChildren(el("span", { class: `chip tone-${tone}` }, swatch(tone), `was told ${text}`));
    }
    if (now !== this.request) {
      this.request = now;
      this.read();
    }
  }

  async read() {
    const path = clusterPath(this.page.cluster, "requests", String(this.request.number));
    this.whole = (await attempt(this.said, () => ask("GET", path))) ?? null;
    if (this.whole) {
      this.exchange.replaceChildren(...exchangeOf(this.whole));
    }
  }
}

/** The requests before and after one on its lane: `[before, after]`, each `undefined` where there is none. */
export function neighbours(model, request) {
  const requests = model.byLoad.get(laneOf(request)) ?? [];
  const index = firstNot(requests, ({ number }) => number < request.number);
  return [requests[index - 1], requests[requests[index]?.number === request.number ? index + 1 : index]];
}

/** When a request came, and how long after the last change of its load. */
export function whenText(model, request) {
  const came = `Request ${request.number}, at ${spanText(request.at)}`;
  const load = request.load_id && loadOf(model, request.load_id);
  const change = lastChange(load, request);
  const fault = request.fault ? ` The fault ${request.fault} fired at it.` : "";
  if (!change) {
    return `${came}.${fault}`;
  }
  const ended = load.ended && change.status === load.status ? ", which is its end" : "";
  return `${came}, ${spanText(change.ago)} after the load became ${change.status}${ended}.${fault}`;
}

function exchangeOf(whole) {
  const headers = whole.headers.map(([name, value]) => `${name}: ${value}`).join("\n");
  return [
    el("h3", {}, "Request"),
    el(
      "pre",
      { tabindex: 0, role: "group", "aria-label": "Request" },
      `${whole.method} ${whole.target}\n${headers}${whole.body ? `\n\n${pretty(whole.body)}` : ""}`,
    ),
    el("h3", {}, whole.status === null ? "No answer" : `Answer: HTTP ${whole.status}`),
    whole.answer
      ? el("pre", { tabindex: 0, role: "group", "aria-label": "Answer" }, pretty(whole.answer))
      : el("p", { class: "soft" }, "The log has no body of it."),
    ...explained(whole.explanation),
    whole.evidence ? el("p", { class: "soft" }, `How well the answer is backed: ${whole.evidence}.`) : "",
  ];
}

/** Why a request was refused, with what its signature has to be of. */
function explained(explanation) {
  if (!explanation) {
    return [];
  }
  const canonical = explanation.canonical_request;
  return [
    el("p", { class: "warning" }, explanation.hint),
    ...(canonical ? [el("h3", {}, "Canonical request"), el("pre", { tabindex: 0, role: "group", "aria-label": "Canonical request" }, canonical)] : []),
  ];
}

/** JSON with indents; any other text as it is. */
function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
