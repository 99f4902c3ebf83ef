import { ask, clusterPath } from "./api.js";
import { el } from "./dom.js";
import { choice, field, form } from "./form.js";
import { STATUSES } from "./words.js";

/**
 * A lifecycle as one line, `LOAD_IN_QUEUE 2s, LOAD_FAILED`, as the control API takes it. What Neptune does not document is
 * named as meant, unless it is a documented status in small letters: that is a mistake, which the API explains.
 */
export function lifecycleOf(line) {
  const lifecycle = line
    .split(",")
    .map((part) => part.trim())
    .filter(Boolean);
  const words = lifecycle.map((part) => part.split(/\s+/)[0]);
  const undocumented = [...new Set(words.filter((word) => !STATUSES.includes(word.toUpperCase())))];
  return undocumented.length ? { lifecycle, undocumented_statuses: undocumented } : { lifecycle };
}

/** Forms that start a load. */
export function startForms(page) {
  return el(
    "section",
    { class: "card own-loads", "aria-labelledby": "start-title" },
    el("h2", { id: "start-title" }, "Start a load"),
    el("details", { open: true }, el("summary", {}, "From a lifecycle"), scriptForm(page)),
    el("details", {}, el("summary", {}, "As a client does: POST /loader"), clientForm(page)),
  );
}

function scriptForm(page) {
  const id = el("input", { required: true, placeholder: "people", maxlength: 256 });
  const lifecycle = el("input", {
    required: true,
    value: "LOAD_IN_QUEUE 2s, LOAD_IN_PROGRESS 30s, LOAD_FAILED",
    list: "statuses",
  });
  const act = async () => {
    const load = await ask("POST", clusterPath(page.cluster, "loads"), {
      id: id.value.trim(),
      ...lifecycleOf(lifecycle.value),
    });
    page.chooseLoad(load.id);
    id.value = "";
  };
  return form(
    { label: "Start a load from a lifecycle", act, submit: "Start" },
    field("Id", id),
    field("Lifecycle", lifecycle, "Each status with how long it lasts. The last one stays for ever."),
  );
}

function clientForm(page) {
  const source = el("input", { required: true, value: "s3://bucket/people/" });
  const format = choice(["csv", "opencypher", "ntriples", "nquads", "rdfxml", "turtle"].map((value) => [value, value]));
  const dependencies = el("input", { placeholder: "none, or ids with commas" });
  const queue = el("input", { type: "checkbox", checked: true });
  const stop = el("input", { type: "checkbox", checked: true });
  const act = async () => {
    const ids = dependencies.value
      .split(",")
      .map((id) => id.trim())
      .filter(Boolean);
    const body = { source: source.value.trim(), format: format.value, queueRequest: queue.checked, failOnError: stop.checked };
    const load = await ask("POST", clusterPath(page.cluster, "queue"), ids.length ? { ...body, dependencies: ids } : body);
    page.chooseLoad(load.id);
  };
  return form(
    { label: "Start a load as a client does", act, submit: "Start" },
    field("Source", source),
    field("Format", format),
    field("After these loads", dependencies),
    el("label", { class: "check" }, queue, "Queue it if another load is running"),
    el("label", { class: "check" }, stop, "End it at the first error"),
  );
}
