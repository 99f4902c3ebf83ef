/** A simulated Amazon Neptune bulk loader for tests. The types are documented in index.d.ts. */

export { Cluster, Fault, WaitsForever } from "./src/cluster.js";
export { CannotStart, ControlError, Unreachable } from "./src/errors.js";
export { Simulator, neptune } from "./src/simulator.js";
export { COMPLETED, FAILED, PENDING } from "./src/statuses.js";
