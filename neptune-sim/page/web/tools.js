import { button, el } from "./dom.js";

/** What stands above a timeline: its title, if it has one, and its controls. */
export function tools(timeline, title) {
  const find = el("input", {
    type: "search",
    placeholder: "Find a load",
    "aria-label": "Find a load by its id or status",
    oninput: () => timeline.setFilter({ text: find.value.trim() }),
  });
  const tool = (text, label, act) => button(text, act, { class: "tool", "aria-label": label, title: label });
  timeline.fitButton = tool("Fit", "Fit: show everything (0)", () => timeline.setMode("fit"));
  timeline.followButton = tool("Follow", "Follow the present (f)", () => timeline.setMode("follow"));
  const marked = tool("Marked", "Marked: show only loads with a warning", () => {
    const onlyMarked = !timeline.filter.onlyMarked;
    marked.setAttribute("aria-pressed", onlyMarked);
    timeline.setFilter({ onlyMarked });
  });
  marked.setAttribute("aria-pressed", false);
  timeline.search = el("div", { class: "tl-search" }, find, marked);
  return el(
    "div",
    { class: "tl-tools" },
    title ? el("h2", {}, title) : "",
    timeline.search,
    group(
      "Zoom",
      tool("−", "Zoom out (-)", () => timeline.zoom(1 / 1.5)),
      tool("+", "Zoom in (+)", () => timeline.zoom(1.5)),
    ),
    group(
      "Move",
      tool("‹", "Earlier (left arrow)", () => timeline.pan(-0.25)),
      tool("›", "Later (right arrow)", () => timeline.pan(0.25)),
    ),
    group("Range", timeline.fitButton, timeline.followButton),
  );
}

function group(label, ...buttons) {
  return el("div", { class: "group", role: "group", "aria-label": label }, buttons);
}
