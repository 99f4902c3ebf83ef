import { onAnswer, Unanswered } from "./api.js";
import { el } from "./dom.js";

/**
 * Forms and buttons that ask the API. What it refuses stands beside them, in its own words.
 */

/** A field with its label. */
export function field(label, input, hint) {
  return el("label", { class: "field" }, el("span", {}, label), input, hint ? el("small", { class: "soft" }, hint) : null);
}

/** A choice: `options` are pairs of a value and what the user reads. */
export function choice(options, attributes = {}) {
  return el(
    "select",
    attributes,
    options.map(([value, text]) => el("option", { value }, text)),
  );
}

/** Where the outcome of an action is said. Screen readers announce a refusal at once. */
export function outcome() {
  const element = el("div", { class: "outcome", role: "alert", hidden: true });
  let said = null;
  const clear = () => {
    said = null;
    element.hidden = true;
    element.replaceChildren();
  };
  return {
    element,
    clear,
    refuse(error) {
      said = error;
      if (error instanceof Unanswered) {
        onAnswer(() => said === error && clear());
      }
      element.hidden = false;
      element.replaceChildren(el("strong", {}, error.message), error.hint ? el("span", {}, error.hint) : "");
    },
  };
}

/** Does something, and says if that is refused. */
export async function attempt(said, act) {
  said.clear();
  try {
    return await act();
  } catch (error) {
    said.refuse(error);
    return undefined;
  }
}

/** A form that asks the API when it is sent. */
export function form({ label, act, submit, attributes = {} }, ...fields) {
  const said = outcome();
  const button = el("button", { type: "submit", class: "main" }, submit);
  const element = el(
    "form",
    { "aria-label": label, ...attributes, onsubmit: (event) => send(event), oninput: () => said.clear() },
    fields,
    button,
    said.element,
  );
  const send = async (event) => {
    event.preventDefault();
    button.disabled = true;
    await attempt(said, act);
    button.disabled = false;
  };
  return element;
}
