import { el } from "./dom.js";
import { modelOf } from "./store.js";
import { Timeline } from "./timeline.js";

/** Shows the data of the report. */
function showReport(data) {
  const main = document.getElementById("report");
  main.replaceChildren(el("h1", {}, data.title ?? "Report"));
  for (const item of data.items ?? []) {
    for (const section of item.sections ?? []) {
      if (section.kind === "timeline") {
        const view = new Timeline({ label: section.title });
        main.append(view.element);
        view.show(modelOf(section.snapshot));
      }
    }
  }
}

showReport(JSON.parse(document.getElementById("data").textContent));
