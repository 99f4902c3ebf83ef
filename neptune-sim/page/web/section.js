import { el, setText } from "./dom.js";
import { requestText } from "./lanes.js";
import { modelOf } from "./store.js";
import { Timeline } from "./timeline.js";
import { countOf, countText } from "./words.js";

/** A text of more lines, or a table of more rows, is closed at first. */
const SHORT = 14;

/** Columns whose cells are values, and how they are shown. */
const COLUMN_CLASSES = { expected: "is-expected", accepted: "is-expected", got: "is-got", live: "is-got", field: "is-value", request: "is-value", answer: "is-value" };

/**
 * A part of what helps to understand something. `name` is what it belongs to. With `isOpen`, a long text or table is open at first.
 */
export function sectionView(section, { name = "", isOpen = false } = {}) {
  switch (section.kind) {
    case "timeline":
      return timelineSection(section, name);
    case "facts":
      return factsSection(section, isOpen);
    case "source":
      return sourceSection(section);
    default:
      return textSection(section, name, isOpen);
  }
}

function timelineSection({ title, snapshot }, name) {
  const model = modelOf(snapshot);
  const chosen = el("p", { class: "chosen", role: "status", hidden: true });
  const onRequest = (request) => {
    chosen.hidden = false;
    setText(chosen, requestText(model, request));
  };
  const view = new Timeline({ label: `${title}: ${name}`, onRequest });
  view.show(model);
  const leftOut = snapshot.left_out ? el("p", { class: "soft" }, `${countOf(snapshot.left_out, "request")} in the middle ${snapshot.left_out === 1 ? "is" : "are"} left out.`) : null;
  return part(title, view.element, chosen, leftOut);
}

function factsSection({ title, columns, rows }, isOpen) {
  if (columns.length === 1) {
    return part(title, el("ul", { class: "plain" }, rows.map(([text]) => el("li", {}, text))));
  }
  const head = el("tr", {}, columns.map((column) => el("th", { scope: "col" }, column)));
  const cell = (text, index) => el("td", { "data-column": columns[index], class: COLUMN_CLASSES[columns[index]] }, text);
  const body = rows.map((row) => el("tr", {}, row.map(cell)));
  const table = el("table", { class: "facts" }, el("thead", {}, head), el("tbody", {}, body));
  return rows.length > SHORT ? folded(title, `${countText(rows.length)} rows`, table, isOpen) : part(title, table);
}

function sourceSection({ title, note, text, hint }) {
  const said = note && el("p", { class: "soft" }, note);
  const advice = hint && el("p", { class: "hint" }, el("b", {}, "hint: "), hint);
  return el("div", { class: "part source" }, el("h3", {}, title), said, text && el("pre", {}, text), advice);
}

function textSection({ title, text }, name, isOpen) {
  const lines = text.trimEnd().split("\n").length;
  if (lines <= SHORT) {
    return part(title, el("pre", {}, text.trimEnd()));
  }
  const pre = el("pre", { class: "long", tabindex: "0", role: "region", "aria-label": `${title}: ${name}` }, text.trimEnd());
  return folded(title, `${countText(lines)} lines`, pre, isOpen);
}

function folded(title, size, content, isOpen) {
  const summary = el("summary", {}, el("h3", {}, title), el("span", { class: "soft" }, ` ${size}`));
  return el("details", { class: "part", open: isOpen }, summary, content);
}

function part(title, ...children) {
  return el("div", { class: "part" }, el("h3", {}, title), children);
}
