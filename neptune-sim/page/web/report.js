import { button, el, setText } from "./dom.js";
import { itemView } from "./item.js";
import { shareText, filterOf, grouped, matches, verdictWidth, wordsOf } from "./select.js";
import { sectionView } from "./section.js";
import { countText } from "./words.js";

/** How many of the items that are wrong are open at first. Each shows a timeline. */
const OPEN_AT_FIRST = 3;

/** The page of a report: what was done, what is wrong, and all items, of which the reader chooses some. */
class Report {
  constructor(data) {
    this.data = data;
    this.texts = new Map();
    this.views = data.items.map((item) => itemView(item));
    this.filter = filterOf("", null);
    this.status = el("p", { class: "shown", role: "status" });
    this.search = el("input", {
      type: "search",
      placeholder: "Filter by text",
      "aria-label": "Filter by text: names, sentences, messages, logs",
      oninput: () => this.choose(this.search.value, this.filter.verdict),
      onkeydown: (event) => event.key === "Escape" && this.choose("", this.filter.verdict),
    });
    this.verdicts = this.verdictButtons();
    this.groups = grouped(data.items).map((group) => this.groupView(group));
    this.element = [this.header(), this.bar(), ...this.groups.map((group) => group.element), ...this.end()];
    this.openFirst();
    this.choose("", null);
  }

  header() {
    const { title, subtitle, remarks } = this.data;
    return el(
      "header",
      { class: "report-head" },
      el("h1", {}, title),
      el("p", { class: "soft" }, subtitle),
      el("ul", { class: "remarks" }, remarks.map((remark) => el("li", { class: `is-${remark.style}` }, remark.text))),
    );
  }

  verdictButtons() {
    const { totals, items } = this.data;
    const choice = (word, label, count, style) => ({
      word,
      element: button([el("b", {}, countText(count)), ` ${label}`], () => this.choose(this.search.value, word), { class: `total is-${style}` }),
    });
    return [choice(null, "all", items.length, "open"), ...totals.map((total) => choice(total.word, total.word, total.count, total.style))];
  }

  bar() {
    return el(
      "div",
      { class: "report-bar", role: "search" },
      el("div", { class: "row", role: "group", "aria-label": "Filter by verdict" }, this.verdicts.map((verdict) => verdict.element)),
      this.search,
      el("div", { class: "group" }, button("Open all", () => this.openAll(true)), button("Close all", () => this.openAll(false))),
      this.status,
    );
  }

  groupView({ name, isBad, indices }) {
    const views = indices.map((index) => this.views[index]);
    const count = el("span", { class: "soft" });
    const heading = el("h2", {}, name, " ", count);
    const list = el("div", { class: "items" }, views.map((view) => view.element));
    const element = el("section", { class: isBad ? "item-group is-bad" : "item-group" }, heading, list);
    list.addEventListener("keydown", (event) => this.step(event));
    return { element, views, count };
  }

  /** What is to be said behind the items. */
  end() {
    const { sections } = this.data;
    return sections.length ? [el("section", { class: "card end" }, sections.map((section) => sectionView(section, { isOpen: true })))] : [];
  }

  openFirst() {
    const wrong = this.views.filter((view) => view.item.style === "bad");
    wrong.slice(0, OPEN_AT_FIRST).forEach((view) => view.open(true));
  }

  /** Shows the items with this text and this verdict; every one without. */
  choose(text, verdict) {
    this.filter = filterOf(text, verdict);
    this.search.value = text;
    for (const view of this.views) {
      view.element.hidden = !matches(this.filter, view.item, () => this.textOf(view.item));
    }
    for (const { element, views, count } of this.groups) {
      const shown = views.filter((view) => !view.element.hidden).length;
      element.hidden = shown === 0;
      setText(count, shareText(shown, views.length));
    }
    for (const { word, element } of this.verdicts) {
      element.setAttribute("aria-pressed", word === this.filter.verdict);
    }
    const shown = this.views.filter((view) => !view.element.hidden).length;
    setText(this.status, shown === this.views.length ? "" : `${shareText(shown, this.views.length)} shown`);
  }

  /** The words of an item, which are put together when they are first asked for. */
  textOf(item) {
    if (!this.texts.has(item)) {
      this.texts.set(item, wordsOf(item));
    }
    return this.texts.get(item);
  }

  openAll(isOpen) {
    this.views.filter((view) => !view.element.hidden).forEach((view) => view.open(isOpen));
  }

  /** Opens the item that a link names, and brings it into sight. */
  follow(link) {
    const id = decodeURIComponent(link.replace(/^#/, "")).toLowerCase();
    const view = this.views.find((candidate) => candidate.item.id === id);
    if (!view) {
      return;
    }
    if (view.element.hidden) {
      this.choose("", null);
    }
    view.open(true);
    view.summary.focus({ preventScroll: true });
    view.element.scrollIntoView({ block: "start" });
  }

  /** Moves the focus to the line of another item. */
  step(event) {
    const lines = this.groups.flatMap((group) => group.views).filter((view) => !view.element.hidden);
    const index = lines.findIndex((view) => view.summary === event.target);
    const to = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: lines.length - 1 }[event.key];
    if (index >= 0 && lines[to]) {
      event.preventDefault();
      lines[to].summary.focus();
    }
  }
}

/** Shows the report in the page. */
function showReport(data) {
  const report = new Report(data);
  const wrong = data.items.filter((item) => item.style === "bad").length;
  document.title = wrong ? `${wrong} wrong: ${data.title}` : data.title;
  const main = document.getElementById("report");
  main.style.setProperty("--verdict", `${verdictWidth(data.items)}ch`);
  main.replaceChildren(...report.element);
  addEventListener("hashchange", () => report.follow(location.hash));
  addEventListener("beforeprint", () => report.views.filter((view) => view.item.style === "bad").forEach((view) => view.open(true)));
  report.follow(location.hash);
}

showReport(JSON.parse(document.getElementById("data").textContent));
