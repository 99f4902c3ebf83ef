import { ask, clusterPath } from "./api.js";
import { button, el, setText } from "./dom.js";
import { attempt, choice, outcome } from "./form.js";
import { availabilityText } from "./store.js";
import { clockText, countOf } from "./words.js";

/** What a cluster can be made to be, what it is called here, and what it is there. A list, because an object would have its numbers first. */
export const AVAILABILITIES = [
  ["available", "available: it answers as Neptune does", "available"],
  ["refused", "refused: connections are refused", "refused"],
  ["unreachable", "unreachable: packets are dropped", "unreachable"],
  ["silent", "silent: nothing is ever answered", "silent"],
  ["500", "every answer is an HTTP 500", { answers: { http: 500, code: "InternalFailureException", message: "down" } }],
  ["503", "every answer is an HTTP 503", { answers: { http: 503, body: { status: "503 Service Unavailable", payload: {} } } }],
];

/**
 * The name of the cluster to show: the one that the address of the page names, else the one that is shown already, else the one whose port
 * serves the page, else the first one. So a cluster that is added takes no page away from another.
 */
export function clusterToShow(clusters, { hash, origin, shown }) {
  const has = (test) => clusters.find(test)?.name;
  return (
    has(({ name }) => `#${encodeURIComponent(name)}` === hash) ??
    has(({ name }) => name === shown) ??
    has(({ endpoint }) => endpoint === origin) ??
    clusters[0]?.name
  );
}

/** The name of the cluster that the address of the page names or that was shown, if there is none of this name any more. */
export function missingCluster(clusters, { hash, shown }) {
  const wanted = hash ? nameIn(hash) : shown;
  return clusters.some(({ name }) => name === wanted) ? undefined : wanted;
}

/** The name in the address of a page; as it is, if it is not encoded as it has to be. */
function nameIn(hash) {
  try {
    return decodeURIComponent(hash.slice(1));
  } catch {
    return hash.slice(1);
  }
}

/** Whether a cluster can be reached, and the instance behind it. */
export class Cluster {
  constructor(page) {
    this.page = page;
    this.said = outcome();
    this.availability = choice(
      AVAILABILITIES.map(([key, text]) => [key, text]),
      { "aria-label": "Availability", onchange: () => this.setAvailability() },
    );
    this.other = el("p", { class: "warning", hidden: true });
    this.instance = el("p", { class: "soft" });
    this.restart = button("Restart", () => this.act("POST", ["instance", "restart"]));
    this.role = button("", () => this.act("PATCH", ["instance"], { role: this.isWriter ? "reader" : "writer" }));
    this.element = el(
      "section",
      { class: "card cluster", "aria-labelledby": "cluster-title" },
      el("h2", { id: "cluster-title" }, "Cluster"),
      el("label", { class: "field" }, el("span", {}, "Availability"), this.availability),
      this.other,
      this.instance,
      el("div", { class: "row" }, this.role, this.restart),
      this.said.element,
    );
  }

  act(method, segments, body) {
    return attempt(this.said, () => ask(method, clusterPath(this.page.cluster, ...segments), body));
  }

  async setAvailability() {
    const [, , wanted] = AVAILABILITIES.find(([key]) => key === this.availability.value);
    const done = await this.act("PUT", ["availability"], wanted);
    if (done === undefined) {
      this.showAvailability(this.page.model.availability);
    }
  }

  /** Shows a model. */
  show(model) {
    this.showAvailability(model.availability);
    this.isWriter = model.instance?.role === "writer";
    [this.role, this.restart].forEach((control) => (control.hidden = !model.instance));
    setText(this.role, this.isWriter ? "Make it a reader" : "Make it the writer");
    setText(
      this.instance,
      model.instance ? instanceText(model.instance) : `A proxy for ${model.upstream}: it has no instance of its own.`,
    );
  }

  showAvailability(availability) {
    const known = AVAILABILITIES.find(([, , value]) => JSON.stringify(value) === JSON.stringify(availability));
    this.availability.value = known?.[0] ?? "";
    this.other.hidden = Boolean(known);
    setText(this.other, known ? "" : `Now: ${availabilityText(availability)}`);
  }
}

/** The instance of a cluster in words. */
export function instanceText({ role, health, rolling_back: open, up_since: since }) {
  const state = health === "healthy" ? "healthy" : `recovering${open ? `, rolls back ${countOf(open, "transaction")}` : ""}`;
  return `Instance: ${role}, ${state}, up since ${clockText(since)}`;
}
