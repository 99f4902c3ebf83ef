// `check_bulk_load_status` for Node: right, and with one mistake. It shares no code with this project, and signs nothing.

const PENDING = ["LOAD_NOT_STARTED", "LOAD_IN_QUEUE", "LOAD_IN_PROGRESS"];

/** The status of a load. Trouble that may pass is tried again; whatever is left of it is thrown. */
async function look(loadId, attempts = 3) {
  const url = `${process.env.AWS_ENDPOINT_URL_NEPTUNEDATA}/loader/${encodeURIComponent(loadId)}`;
  let isUnknown = false;
  try {
    const reply = await fetch(url, { signal: AbortSignal.timeout(1000) });
    isUnknown = reply.status === 404;
    const body = await reply.json();
    const status = body.payload?.overallStatus?.status;
    if (!reply.ok || body.status !== "200 OK" || !status) throw new Error(`no status of ${loadId}: ${reply.status}`);
    return status;
  } catch (error) {
    if (attempts === 1 || isUnknown) throw error;
  }
  return look(loadId, attempts - 1);
}

async function verdict(event, pending) {
  const ids = [event.domain_load_id, event.prov_load_id];
  if (![...ids, event.run_id].every(Boolean)) return "FAILED";
  let words;
  try {
    words = await Promise.all(ids.map((id) => look(id)));
  } catch {
    return "FAILED";
  }
  if (words.some((word) => word !== "LOAD_COMPLETED" && !pending.includes(word))) return "FAILED";
  return words.some((word) => pending.includes(word)) ? "PENDING" : "SUCCESS";
}

export const check = async (event) => ({ status: await verdict(event, PENDING) });

export const checkThatForgetsCancelled = async (event) => ({
  status: await verdict(event, [...PENDING, "LOAD_CANCELLED_BY_USER"]),
});
