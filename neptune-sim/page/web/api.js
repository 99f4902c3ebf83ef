/**
 * Requests to the control API of the server that serves the page.
 */

/** What the API says when it refuses: an error, and mostly what to do about it. */
export class Refusal extends Error {
  constructor(problem) {
    super(problem.error);
    this.hint = problem.hint ?? "";
  }
}

/** The simulator did not answer. What is said of that holds until it does: see `onAnswer`. */
export class Unanswered extends Refusal {
  constructor() {
    super({ error: "The simulator does not answer.", hint: "Is it still running?" });
  }
}

const ANSWERS = new EventTarget();

/** The simulator has answered. */
export function answered() {
  ANSWERS.dispatchEvent(new Event("answer"));
}

/** Calls back once, as soon as the simulator answers again. */
export function onAnswer(callback) {
  ANSWERS.addEventListener("answer", callback, { once: true });
}

/** The path of something of a cluster. */
export function clusterPath(cluster, ...segments) {
  return ["/_sim/clusters", cluster, ...segments].map((part, index) => (index ? encodeURIComponent(part) : part)).join("/");
}

/** Asks the API, and gives its answer. Throws a `Refusal` for any answer but a good one. */
export async function ask(method, path, body) {
  const options = { method, headers: { accept: "application/json" } };
  if (body !== undefined) {
    options.headers["content-type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  const answer = await fetch(path, options).catch(() => {
    throw new Unanswered();
  });
  answered();
  const read = await readJson(answer);
  if (!answer.ok) {
    throw new Refusal(read?.error ? read : { error: `The simulator answered HTTP ${answer.status}.` });
  }
  return read;
}

/** The JSON of an answer; `null` if it has none, as when something was deleted. */
async function readJson(answer) {
  const text = await answer.text();
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
