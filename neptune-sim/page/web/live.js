import { el } from "./dom.js";
import { modelOf } from "./store.js";
import { Timeline } from "./timeline.js";

/** Shows the first cluster of the simulator. */
async function showFirst() {
  const overview = await (await fetch("/_sim", { headers: { accept: "application/json" } })).json();
  const snapshot = await (await fetch(`/_sim/clusters/${encodeURIComponent(overview.clusters[0].name)}/snapshot`)).json();
  const view = new Timeline({ label: snapshot.name });
  document.body.append(el("main", {}, el("h1", {}, "neptune-sim"), view.element));
  view.show(modelOf(snapshot));
}

showFirst();
