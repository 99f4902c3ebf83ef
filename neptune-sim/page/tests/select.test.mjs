import assert from "node:assert/strict";
import { test } from "node:test";

import { filterOf, grouped, matches, shareText, verdictWidth, wordsOf } from "../web/select.js";

const item = (name, style, group, more = {}) => ({ id: name, name, style, group, verdict: style === "bad" ? "failed" : "passed", sections: [], ...more });

test("what is wrong stands first, and everything else by group", () => {
  const items = [item("a", "good", "one"), item("b", "bad", "one"), item("c", "open", "two"), item("d", "good", "one"), item("e", "bad", "two")];
  const groups = grouped(items).map(({ name, isBad, indices }) => [name, isBad, indices]);
  assert.deepEqual(groups, [
    ["What is wrong", true, [1, 4]],
    ["one", false, [0, 3]],
    ["two", false, [2]],
  ]);
  assert.deepEqual(grouped([]), []);
});

test("the column of verdicts has room for capitals", () => {
  const wide = (...verdicts) => verdictWidth(verdicts.map((verdict) => ({ verdict })));
  assert.deepEqual([wide(), wide("passed"), wide("passed", "waits_forever"), wide("LOAD_FAILED")], [1, 7, 15, 16]);
});

test("a filter wants every word, and the verdict", () => {
  const sections = [
    { kind: "text", title: "Log", text: "the queue is FULL" },
    { kind: "facts", title: "Expected", columns: ["got"], rows: [["PENDING"]] },
    { kind: "timeline", title: "When", snapshot: { loads: ["hidden"] } },
  ];
  const one = item("test_x", "bad", "check", { number: "check 6", sections });
  const passes = (text, verdict = null) => matches(filterOf(text, verdict), one, () => wordsOf(one));
  for (const text of ["", "CHECK 6", "full queue", "pending", "test_x"]) {
    assert.ok(passes(text), text);
  }
  for (const text of ["check 7", "full empty", "hidden"]) {
    assert.ok(!passes(text), text);
  }
  assert.ok(passes("x", "failed") && !passes("x", "passed"));
});

test("the words of an item are asked for only if they are wanted", () => {
  const never = () => assert.fail("nobody wants them");
  assert.ok(matches(filterOf("  ", "failed"), item("a", "bad", "g"), never));
  assert.ok(!matches(filterOf("x", "passed"), item("a", "bad", "g"), never));
});

test("a count says how many there are in all", () => {
  assert.deepEqual([shareText(12, 12), shareText(3, 1200)], ["12", "3 of 1,200"]);
});
