import { el } from "./dom.js";
import { sectionView } from "./section.js";
import { countOf } from "./words.js";

/** The marks of the styles: shapes, so that nothing is said by colour alone. */
const MARKS = { good: "✓", bad: "✗", open: "○" };

/**
 * An item of a report: a line that can be opened. What is below the line is made when it is first opened, because a report has many timelines.
 *
 * Gives `item`, `element`, `summary` and `open(isOpen)`.
 */
export function itemView(item) {
  const summary = summaryOf(item);
  const body = el("div", { class: "item-body" });
  const element = el("details", { class: `item is-${item.style}` }, summary, body);
  const fill = () => {
    if (!body.hasChildNodes()) {
      body.append(...bodyOf(item));
    }
  };
  element.addEventListener("toggle", () => element.open && fill());
  const open = (isOpen) => {
    if (isOpen) {
      fill();
    }
    element.open = isOpen;
  };
  return { item, element, summary, open };
}

function summaryOf(item) {
  const { style, verdict, number, name, about, seconds, message } = item;
  const mark = el("span", { class: "mark", "aria-hidden": "true" }, MARKS[style]);
  return el(
    "summary",
    { class: "item-line" },
    mark,
    el("span", { class: "item-verdict" }, verdict),
    el("span", { class: "item-name" }, number && el("span", { class: "item-number" }, number, " "), breakable(name)),
    el("span", { class: "item-seconds" }, seconds === undefined ? "" : secondsText(seconds)),
    about && el("span", { class: "item-about" }, about),
    message && el("span", { class: "item-message" }, message),
  );
}

/** A name that may be broken behind each underscore and slash. */
function breakable(name) {
  return name.split(/(?<=[_/])/).flatMap((part) => [part, el("wbr")]);
}

function bodyOf(item) {
  const { id, number, name, group, place, change, sections, left_out: leftOut } = item;
  const about = { name: [number, name].filter(Boolean).join(" ") };
  const facts = [
    ["belongs to", group],
    ["is in", place],
  ];
  const known = facts.filter(([, text]) => text).map(([name, text]) => el("div", {}, el("dt", {}, name), el("dd", {}, text)));
  const link = el("div", {}, el("dt", {}, "link"), el("dd", {}, el("a", { href: `#${id}` }, `#${id}`)));
  const missing = leftOut && el("p", { class: "soft" }, `${countOf(leftOut, "more part")} ${leftOut === 1 ? "is" : "are"} left out, so that this page stays small.`);
  const advice = change && el("p", { class: "advice" }, el("b", {}, "What to do: "), change);
  return [advice, el("dl", { class: "known" }, known, link), ...sections.map((section) => sectionView(section, about)), missing].filter(Boolean);
}

/** `0.3 s`, or `12 ms` below a tenth of a second. */
export function secondsText(seconds) {
  return seconds < 0.1 ? `${Math.round(seconds * 1000)} ms` : `${seconds.toFixed(1)} s`;
}
