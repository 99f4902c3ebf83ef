import assert from "node:assert/strict";
import test from "node:test";

import { listed } from "../web/findings.js";
import { FEW_LANES } from "../web/timeline.js";

test("loads with a warning are left out only if the timeline has the button that shows them", () => {
  const shown = (count) => listed(Array.from({ length: count }, (_, id) => ({ id }))).length;
  assert.deepEqual([shown(1), shown(6), shown(FEW_LANES), shown(FEW_LANES + 1)], [1, 6, FEW_LANES, 4]);
});
