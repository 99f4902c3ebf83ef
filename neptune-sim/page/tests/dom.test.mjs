import assert from "node:assert/strict";
import test from "node:test";

import { putInOrder } from "../web/dom.js";

/** As much of an element as has an order. It notes in `moved` how often it was put somewhere. */
class Element {
  constructor(name) {
    Object.assign(this, { name, children: [], moved: 0 });
  }

  append(...others) {
    others.forEach((other) => this.put(other, this.children.filter((child) => child !== other).length));
  }

  before(other) {
    other.parent?.children.splice(other.parent.children.indexOf(other), 1);
    this.parent.put(other, this.parent.children.indexOf(this));
  }

  put(other, index) {
    this.children = this.children.filter((child) => child !== other);
    this.children.splice(index, 0, other);
    Object.assign(other, { parent: this, moved: other.moved + 1 });
  }

  contains(other) {
    return this === other;
  }
}

/** The names of children that stood in one order and were brought into another, and those that were moved. */
function ordered(before, after, focused) {
  const parent = new Element("");
  const all = new Map([...before, ...after].map((name) => [name, new Element(name)]));
  parent.append(...[...before].map((name) => all.get(name)));
  all.forEach((child) => (child.moved = 0));
  globalThis.document = { activeElement: all.get(focused) ?? null };
  putInOrder(parent, [...after].map((name) => all.get(name)));
  const names = (children) => children.map(({ name }) => name).join("");
  return [names(parent.children), names([...all.values()].filter((child) => child.moved > 0))];
}

test("children are brought into an order", () => {
  assert.deepEqual(ordered("cab", "abc", null)[0], "abc");
  assert.deepEqual(ordered("", "abc", null)[0], "abc");
  assert.deepEqual(ordered("ab", "axb", null)[0], "axb");
});

test("what stands in its order is not moved", () => {
  assert.deepEqual(ordered("abc", "abc", null), ["abc", ""]);
});

test("what has the focus is not moved", () => {
  for (const focused of "abcd") {
    const [order, moved] = ordered("dbac", "abcd", focused);
    assert.equal(order, "abcd");
    assert.ok(!moved.includes(focused), `${focused} was moved`);
  }
});
