import assert from "node:assert/strict";
import test from "node:test";

import { stoodText } from "../web/clock.js";
import { AVAILABILITIES, clusterToShow, instanceText, missingCluster } from "../web/cluster.js";

const CLUSTERS = ["alpha", "default", "zeta"].map((name, index) => ({ name, endpoint: `http://127.0.0.1:${8181 + index}` }));
const PAGE = { hash: "", origin: "http://127.0.0.1:8182", shown: undefined };

test("a page shows the cluster that its address names", () => {
  assert.equal(clusterToShow(CLUSTERS, { ...PAGE, hash: "#zeta", shown: "alpha" }), "zeta");
});

test("a page stays with its cluster when another is added", () => {
  assert.equal(clusterToShow(CLUSTERS, { ...PAGE, shown: "zeta" }), "zeta");
  assert.equal(clusterToShow(CLUSTERS, { ...PAGE, hash: "#gone", shown: "zeta" }), "zeta");
});

test("a new page shows the cluster whose port serves it, or else the first one", () => {
  assert.equal(clusterToShow(CLUSTERS, PAGE), "default");
  assert.equal(clusterToShow(CLUSTERS, { ...PAGE, hash: "#100%" }), "default");
  assert.equal(clusterToShow(CLUSTERS, { ...PAGE, origin: "http://127.0.0.1:9000" }), "alpha");
  assert.equal(clusterToShow([], PAGE), undefined);
});

test("the first availability to choose is that of a cluster that answers", () => {
  const keys = AVAILABILITIES.map(([key]) => key);
  assert.deepEqual(keys, ["available", "refused", "unreachable", "silent", "500", "503"]);
});

test("a clock that had nothing to wait for says so", () => {
  assert.equal(stoodText("at", "5s", 21), "The clock did not move: it reads 0:21.0 already.");
  assert.equal(stoodText("load", "a", 21), "The clock did not move: the load a has ended already.");
  assert.equal(stoodText("all", "", 21), "The clock did not move: all loads have ended already.");
});

test("an instance says what it rolls back", () => {
  const text = (open) => instanceText({ role: "writer", health: "recovery", rolling_back: open, up_since: 0 });
  assert.equal(text(1), "Instance: writer, recovering, rolls back 1 transaction, up since 0:00.0");
  assert.match(text(1400), /rolls back 1,400 transactions/);
  assert.match(text(0), /recovering, up since/);
});

test("a cluster that was deleted is missed, whether the address names it or not", () => {
  const missing = (hash, shown) => missingCluster(CLUSTERS, { hash, shown });
  assert.deepEqual([missing("#gone", "zeta"), missing("", "gone"), missing("#a%20b", "zeta"), missing("#100%", "zeta")], ["gone", "gone", "a b", "100%"]);
  assert.deepEqual([missing("", undefined), missing("", "zeta"), missing("#alpha", "gone")], [undefined, undefined, undefined]);
});
