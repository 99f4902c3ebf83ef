import { ask, clusterPath } from "./api.js";
import { button, el, hasFocus, setText } from "./dom.js";
import { attempt, choice, outcome } from "./form.js";
import { swatch } from "./legend.js";
import { firstNot } from "./search.js";
import { clockText, countOf, countText, toldText, toldTone } from "./words.js";

/** How many requests stand on a page of the table. */
const ROWS = 25;

/** The requests that fit a filter: `{load, method, status, text}`, each empty for any. A part will do, unless a load has this very id. */
export function filtered(requests, { load = "", method = "", status = "", text = "" }) {
  const isWhole = requests.some(({ load_id: id }) => id === load);
  const isOfLoad = (id) => (isWhole ? id === load : (id ?? "").toLowerCase().includes(load.toLowerCase()));
  const fits = (request) =>
    (!load || isOfLoad(request.load_id)) &&
    (!method || request.method === method) &&
    (!status || String(request.status ?? "none").startsWith(status.replace(/x+$/i, ""))) &&
    (!text ||
      `${request.method} ${request.target} ${toldText(request)} ${request.fault ?? ""}`
        .toLowerCase()
        .includes(text.toLowerCase()));
  return load || method || status || text ? requests.filter(fits) : requests;
}

/** The table of requests, the newest first, with filter and pages. */
export class Requests {
  constructor(page) {
    Object.assign(this, { page, number: 0, said: outcome() });
    const changed = () => this.go(0);
    this.load = el("input", { size: 14, placeholder: "load", "aria-label": "Load", oninput: changed });
    this.method = choice(
      [
        ["", "any method"],
        ["GET", "GET"],
        ["POST", "POST"],
        ["DELETE", "DELETE"],
      ],
      { "aria-label": "Method", onchange: changed },
    );
    this.status = el("input", { size: 8, placeholder: "status", "aria-label": "HTTP status, or none", oninput: changed });
    this.text = el("input", {
      type: "search",
      placeholder: "text",
      "aria-label": "Text in the request or its answer",
      oninput: changed,
    });
    this.count = el("span", { class: "soft" });
    // What is said aloud: the outcome of the user's own steps, and not every request that comes.
    this.announced = el("p", { class: "sr", role: "status" });
    this.newer = button("‹ Newer", () => this.go(this.number - 1));
    this.older = button("Older ›", () => this.go(this.number + 1));
    // After the focus has moved on. What a pointer presses stands still: the page shows it anew when it is let go.
    const left = () => setTimeout(() => this.page.isPressed() || this.show(this.page.model));
    this.body = el("tbody", { onfocusout: left });
    const head = el(
      "thead",
      {},
      el(
        "tr",
        {},
        ["Number", "At", "Was told", "Request", "Load", "Fault"].map((title) => el("th", { scope: "col" }, title)),
      ),
    );
    this.table = el(
      "div",
      { class: "scroll-x", tabindex: 0, role: "region", "aria-label": "Table of requests" },
      el("table", {}, head, this.body),
    );
    this.element = el(
      "section",
      { class: "card requests", "aria-labelledby": "requests-title" },
      el(
        "div",
        { class: "row apart" },
        el("h2", { id: "requests-title" }, "Requests"),
        button("Clear", () => this.clear(), { "aria-label": "Clear the log of requests" }),
      ),
      el("div", { class: "row" }, this.load, this.method, this.status, this.text),
      this.table,
      el("div", { class: "row" }, this.newer, this.older, this.count),
      this.announced,
      this.said.element,
    );
    new IntersectionObserver(([entry]) => this.seen(entry.isIntersecting)).observe(this.element);
  }

  /** While the table is out of sight, it is not written: events may come five times a second. */
  seen(isInSight) {
    this.isInSight = isInSight;
    if (isInSight && this.page.model) {
      this.show(this.page.model);
    }
  }

  clear() {
    this.number = 0; // An older page would stay as it is.
    return attempt(this.said, () => ask("DELETE", clusterPath(this.page.cluster, "requests")));
  }

  /** Shows only the requests of a load. */
  filterLoad(id) {
    this.load.value = id;
    this.go(0);
    this.element.scrollIntoView({ block: "start" });
  }

  go(number) {
    this.number = Math.max(number, 0);
    this.show(this.page.model, true);
  }

  /**
   * Shows a model. A page that the user reads, because it is not the newest or has the focus, stays until they move on, and says how many
   * newer requests there are.
   */
  show(model, isAsked = false) {
    const state = `${model.requests.length} ${model.revision}`;
    const isRead = this.number > 0 || hasFocus(this.body);
    const isUnseen = this.shown !== undefined && !this.isInSight;
    if (!isAsked && (this.shown === state || isUnseen)) {
      return;
    }
    const found = filtered(model.requests, {
      load: this.load.value.trim(),
      method: this.method.value,
      status: this.status.value.trim(),
      text: this.text.value.trim(),
    });
    if (!isAsked && isRead) {
      setText(this.count, this.pages + pausedText(found, this.newest));
      return;
    }
    this.shown = state;
    this.newest = model.requests.at(-1)?.number ?? -1;
    const pages = Math.max(Math.ceil(found.length / ROWS), 1);
    this.number = Math.min(this.number, pages - 1);
    const end = found.length - this.number * ROWS;
    this.body.replaceChildren(
      ...found
        .slice(Math.max(end - ROWS, 0), end)
        .reverse()
        .map((request) => this.row(request)),
    );
    this.table.hidden = found.length === 0;
    this.newer.disabled = this.number === 0;
    this.older.disabled = this.number >= pages - 1;
    this.pages = pageText(found.length, this.number + 1, pages, model.dropped);
    setText(this.count, this.pages);
    if (isAsked) {
      setText(this.announced, this.count.textContent);
    }
  }

  row(request) {
    const tone = toldTone(request);
    const open = button(String(request.number), () => this.page.chooseRequest(request), {
      class: "link",
      "aria-label": `Request ${request.number}: show it`,
    });
    const told = el("span", { class: `told tone-${tone}` }, swatch(tone), toldText(request));
    return el(
      "tr",
      { onclick: (event) => event.target.closest("button") || this.page.chooseRequest(request) },
      [
        open,
        clockText(request.at),
        told,
        el("code", {}, `${request.method} ${request.target}`),
        el("code", {}, request.load_id ?? ""),
        request.fault ?? "",
      ].map((cell) => el("td", {}, cell)),
    );
  }
}

function pageText(count, page, pages, dropped) {
  const forgotten = dropped ? `; ${countText(dropped)} older ones were forgotten` : "";
  return `${countOf(count, "request")}, page ${countText(page)} of ${countText(pages)}${forgotten}`;
}

/** What is said of a table that stands still: how many of these requests have come since its newest one. */
export function pausedText(requests, newest) {
  const newer = requests.length - firstNot(requests, ({ number }) => number <= newest);
  return newer > 0 ? `; paused, ${countText(newer)} newer` : "";
}
