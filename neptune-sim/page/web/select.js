import { countText } from "./words.js";

/**
 * Which items of a report are shown, and where. Nothing here needs a browser.
 */

/** A filter: each of these words, and this verdict. `null` is any verdict. */
export function filterOf(text, verdict) {
  return { words: text.toLowerCase().split(/\s+/).filter(Boolean), verdict };
}

/** Whether an item passes a filter. `textOf` gives its words, and is asked only where words are wanted. */
export function matches(filter, item, textOf) {
  if (filter.verdict !== null && item.verdict !== filter.verdict) {
    return false;
  }
  return filter.words.every((word) => textOf().includes(word));
}

/** Everything that an item says, but for its timelines: their statuses would be found in nearly every item. */
export function wordsOf(item) {
  const { number, name, group, verdict, about, place, message, change, sections } = item;
  const said = sections.flatMap((section) => [section.title, section.note, section.text, section.hint, ...(section.rows ?? []).flat()]);
  return [number, name, group, verdict, about, place, message, change, ...said].filter(Boolean).join("\n").toLowerCase();
}

/**
 * The groups of a page, each with the places of its items: first all that are wrong, whatever they belong to, and then the others by group, in the order in
 * which groups first come.
 */
export function grouped(items) {
  const wrong = { name: "What is wrong", isBad: true, indices: [] };
  const groups = new Map();
  items.forEach((item, index) => {
    if (item.style === "bad") {
      wrong.indices.push(index);
      return;
    }
    if (!groups.has(item.group)) {
      groups.set(item.group, { name: item.group || "others", isBad: false, indices: [] });
    }
    groups.get(item.group).indices.push(index);
  });
  return [wrong, ...groups.values()].filter((group) => group.indices.length > 0);
}

/** How wide the column of verdicts has to be, in widths of a digit. Capitals in bold are wider than digits. */
export function verdictWidth(items) {
  const widthOf = ({ verdict }) => verdict.length + 0.3 * (verdict.match(/[A-Z_]/g)?.length ?? 0);
  return Math.ceil(items.reduce((most, item) => Math.max(most, widthOf(item)), 0)) + 1;
}

/** `12`, or `3 of 12` where not all are shown. */
export function shareText(shown, all) {
  return shown === all ? countText(all) : `${countText(shown)} of ${countText(all)}`;
}
