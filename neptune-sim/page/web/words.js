/**
 * The words of Neptune: which tone each status has, and what it means to somebody who waits for the load.
 *
 * A tone is a colour and a shape, so that nothing is said by colour alone.
 */

/** Statuses of a load that goes on. */
export const PENDING = ["LOAD_IN_QUEUE", "LOAD_NOT_STARTED", "LOAD_IN_PROGRESS"];

/** The ends that Neptune documents, each with its tone. */
const ENDS = {
  LOAD_COMPLETED: "completed",
  LOAD_CANCELLED_BY_USER: "cancelled",
  LOAD_CANCELLED_DUE_TO_ERRORS: "cancelled",
  LOAD_UNEXPECTED_ERROR: "failed",
  LOAD_FAILED: "failed",
  LOAD_S3_READ_ERROR: "failed",
  LOAD_S3_ACCESS_DENIED_ERROR: "failed",
  LOAD_COMMITTED_W_WRITE_CONFLICTS: "failed",
  LOAD_DATA_DEADLOCK: "failed",
  LOAD_DATA_FAILED_DUE_TO_FEED_MODIFIED_OR_DELETED: "failed",
  LOAD_FAILED_BECAUSE_DEPENDENCY_NOT_SATISFIED: "failed",
  LOAD_FAILED_INVALID_REQUEST: "failed",
};

/** What each tone means, in the order of the legend. `shape` is drawn for a request that was told a status of this tone. */
export const TONES = {
  queue: { shape: "ring", means: "waiting" },
  progress: { shape: "dot", means: "in progress" },
  completed: { shape: "check", means: "completed" },
  cancelled: { shape: "square", means: "cancelled" },
  failed: { shape: "cross", means: "failed" },
  unknown: { shape: "diamond", means: "a status that Neptune does not document" },
  error: { shape: "triangle", means: "an error instead of a status" },
  silent: { shape: "gap", means: "no answer" },
  other: { shape: "bar", means: "an answer without a load's status" },
};

/** Every status that Neptune documents. */
export const STATUSES = [...PENDING, ...Object.keys(ENDS)];

/** The tone of a status. */
export function toneOf(status) {
  if (status === "LOAD_IN_PROGRESS") {
    return "progress";
  }
  return PENDING.includes(status) ? "queue" : Object.hasOwn(ENDS, status) ? ENDS[status] : "unknown";
}

/** Whether a load with this status goes on. */
export function isPending(status) {
  return PENDING.includes(status);
}

/** The tone of what a request was told. */
export function toldTone(request) {
  if (request.status === null || request.status === undefined) {
    return "silent";
  }
  if (request.load_status) {
    return toneOf(request.load_status);
  }
  return request.status >= 400 ? "error" : "other";
}

/** What a request was told, in as few words as it takes. */
export function toldText(request) {
  if (request.status === null || request.status === undefined) {
    return "no answer";
  }
  const status = request.load_status ?? `HTTP ${request.status}`;
  return request.load_status && request.status >= 400 ? `${status} (HTTP ${request.status})` : status;
}

/**
 * A span of time, or a moment since the beginning: `12.5 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`. Cut, and not rounded, as
 * clocks do.
 */
export function spanText(seconds) {
  const size = Math.abs(seconds) + 1e-9;
  const sign = seconds < 0 ? "−" : "";
  if (size < 60) {
    const parts = size < 10 ? 100 : 10;
    return `${sign}${Math.floor(size * parts) / parts} s`;
  }
  const [large, small, unit, rest] =
    size < 3600 ? [60, 1, "min", "s"] : size < 86400 ? [3600, 60, "h", "min"] : [86400, 3600, "d", "h"];
  const left = Math.floor((size % large) / small);
  return `${sign}${Math.floor(size / large)} ${unit}${left ? ` ${left} ${rest}` : ""}`;
}

/** `1st`, `2nd`, `3rd`, `4th`. */
export function ordinal(number) {
  const last = number % 10;
  const isTeen = Math.floor(number / 10) % 10 === 1;
  return `${number}${isTeen ? "th" : (["th", "st", "nd", "rd"][last] ?? "th")}`;
}

/** A whole number with commas: `1,400`. The browser's own way takes longer than the rest of a page with a thousand loads. */
export function countText(count) {
  return String(count).replace(/\B(?=([0-9]{3})+$)/g, ",");
}

/** `1 request`, `1,400 requests`. */
export function countOf(count, noun) {
  return `${countText(count)} ${count === 1 ? noun : `${noun}s`}`;
}

/** A number of bytes: `9 bytes`, `50 MiB`. */
export function bytesText(bytes) {
  const power = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), 3);
  const value = Math.round((bytes / 1024 ** power) * 10) / 10;
  return power === 0 ? countOf(bytes, "byte") : `${value} ${["", "KiB", "MiB", "GiB"][power]}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listText(texts) {
  return texts.length > 1 ? `${texts.slice(0, -1).join(", ")} and ${texts.at(-1)}` : texts.join("");
}

/** `once`, `twice`, `14 times`. */
export function timesText(count) {
  return count === 1 ? "once" : count === 2 ? "twice" : `${countText(count)} times`;
}

/** A duration as the control API takes it, in seconds: `250ms`, `1.5s`, `2m`. `null` if the text is none. */
export function secondsOf(text) {
  const match = /^ *([0-9]+(?:\.[0-9]+)?) *(ms|s|m|h|d) *$/.exec(text ?? "");
  return match && Number(match[1]) * { ms: 0.001, s: 1, m: 60, h: 3600, d: 86400 }[match[2]];
}

/** What a clock reads, `1:02:05.3` or `2 d 0:45`, as a duration that the control API takes; any other text as it is. */
export function momentOf(text) {
  const match = /^(?:([0-9]+) d )?(?:([0-9]+):)?([0-9]+):([0-9]{2})(?:\.([0-9]))?$/.exec(text);
  if (!match) {
    return text;
  }
  const [days, hours, minutes, seconds, tenths] = match.slice(1).map((part) => Number(part ?? 0));
  return `${(((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000 + tenths * 100}ms`;
}

/** What a clock reads: `0:47.0`, `1:02:05.3`, `2 d 1:02:05.3`. */
export function clockText(seconds) {
  // Cut, and not rounded: 59.96 is not yet a minute.
  const tenths = Math.floor(seconds * 10 + 1e-6);
  const [days, hours, minutes] = [Math.floor(tenths / 864000), Math.floor(tenths / 36000) % 24, Math.floor(tenths / 600) % 60];
  const rest = tenths % 600;
  const text = `${Math.floor(rest / 10)}.${rest % 10}`.padStart(4, "0");
  const clock = days || hours ? `${hours}:${String(minutes).padStart(2, "0")}:${text}` : `${minutes}:${text}`;
  return days ? `${days} d ${clock}` : clock;
}
