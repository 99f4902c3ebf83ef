/**
 * An element with attributes and children.
 *
 * Attributes that begin with `on` are listeners. `true` writes an attribute without a value; `false`, `null` and `undefined`
 * write none. Children are elements or texts. Nothing here is ever read as HTML, so no text that a request brought can become
 * markup.
 */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    setAttribute(element, name, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

function setAttribute(element, name, value) {
  if (name.startsWith("on")) {
    element.addEventListener(name.slice(2), value);
  } else if (value === true) {
    element.setAttribute(name, "");
  } else if (value !== false && value !== null && value !== undefined) {
    element.setAttribute(name, value);
  }
}

/** A button that does something. */
export function button(label, onclick, attributes = {}) {
  return el("button", { type: "button", onclick, ...attributes }, label);
}

/** Sets a text only if it differs: screen readers announce a live region when it is written to. */
export function setText(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

/** Whether the focus is in an element. What has it stands still, because a new element in its place would lose it. */
export function hasFocus(element) {
  return element.contains(document.activeElement);
}

/** Gives an element other children. If the focus was on a child with a `data-key`, it goes to the new one with this key. */
export function refill(element, children) {
  const key = hasFocus(element) ? document.activeElement.dataset.key : undefined;
  element.replaceChildren(...children);
  if (key !== undefined) {
    element.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
  }
}

/**
 * Brings children of an element into this order, for the Tab key. The one with the focus is not moved, because it would lose it: the
 * others are put before and behind it.
 */
export function putInOrder(parent, children) {
  if (children.every((child, index) => child === parent.children[index])) {
    return;
  }
  const fixed = children.findIndex(hasFocus);
  children.slice(0, Math.max(fixed, 0)).forEach((child) => children[fixed].before(child));
  parent.append(...children.slice(fixed + 1));
}

/** Adds and removes a class. */
export function toggle(element, name, isOn) {
  element.classList.toggle(name, Boolean(isOn));
}

/** A value of the style sheet: `--blue`. */
export function cssValue(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
