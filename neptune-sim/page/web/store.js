import { firstNot } from "./search.js";

/**
 * What the page knows about a cluster: a snapshot, kept up to date by changes. A model has the fields of a snapshot, its loads
 * by id in the order in which they came, and its requests by number, by load and by fault, each list in order.
 */

/** The model of a snapshot. */
export function modelOf(snapshot) {
  const model = {
    loads: new Map(),
    requests: [],
    byLoad: new Map(),
    byFault: new Map(),
    outages: [],
    past_faults: [],
    announced: [],
    invocations: [],
  };
  return merge(model, snapshot);
}

/** Takes a change, or a snapshot, into the model. */
export function merge(model, change) {
  const { loads, gone, requests, ...rest } = change;
  Object.assign(model, rest);
  for (const load of loads ?? []) {
    model.loads.set(load.id, load);
  }
  for (const id of gone ?? []) {
    model.loads.delete(id);
  }
  mergeRequests(model, requests);
  model.told = null;
  return model;
}

function mergeRequests(model, change) {
  if (!change) {
    return;
  }
  for (const request of change.requests ?? []) {
    putRequest(model, request);
  }
  model.dropped = change.dropped ?? 0;
  model.first = change.first ?? 0;
  forgetBefore(model, model.first);
}

/** Puts a request at the place of its number, and takes away what stood there: the same request without its answer. */
function putRequest(model, request) {
  const old = model.requests[placeOf(model.requests, request.number)];
  if (old?.number === request.number) {
    listsOf(model, old).forEach((list) => list.splice(placeOf(list, old.number), 1));
  }
  listsOf(model, request).forEach((list) => list.splice(placeOf(list, request.number), 0, request));
}

/** The lists that a request stands in. */
function listsOf(model, request) {
  const ofKey = (map, key) => map.get(key) ?? map.set(key, []).get(key);
  const ofFault = request.fault ? [ofKey(model.byFault, request.fault)] : [];
  return [model.requests, ofKey(model.byLoad, laneOf(request)), ...ofFault];
}

/** Under which load a request stands; `""` if it named none. */
export function laneOf(request) {
  return request.load_id ?? "";
}

/** A request as the log has it now, with the answer that has come since; `undefined` if it was forgotten. */
export function requestNow(model, { number }) {
  const found = model.requests[placeOf(model.requests, number)];
  return found?.number === number ? found : undefined;
}

/** Where a request of this number stands or would stand, in a list by number. */
function placeOf(list, number) {
  const isBefore = (request) => request.number < number;
  // Most requests are new.
  return list.length === 0 || isBefore(list.at(-1)) ? list.length : firstNot(list, isBefore);
}

/** Forgets what the log has forgotten, so that the page never shows what the API does not know. */
function forgetBefore(model, first) {
  if (model.requests.length === 0 || model.requests[0].number >= first) {
    return;
  }
  for (const list of [model.requests, ...model.byLoad.values(), ...model.byFault.values()]) {
    list.splice(0, placeOf(list, first));
  }
  for (const [id, list] of model.byLoad) {
    if (list.length === 0) {
      model.byLoad.delete(id);
    }
  }
}

/** An availability in words: `available`, `refused`, `answers 503`. */
export function availabilityText(availability) {
  return typeof availability === "string" ? availability : `answers ${availability?.answers?.http ?? "an error"}`;
}

/** The seconds that pass on the cluster's clock in a second of ours. */
export function clockRate(model) {
  if (model.clock === "manual" || model.waits_for_request) {
    return 0;
  }
  return model.clock?.startsWith("scaled:") ? Number(model.clock.slice(7)) : 1;
}
