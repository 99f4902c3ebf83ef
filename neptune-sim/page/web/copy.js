import { button, el } from "./dom.js";

/**
 * Texts to copy: a request as a command for curl, or as a call of boto3.
 */

/**
 * A request as a command for curl. `body` is its body, if it had one; of the headers, the content type is sent. The certificate to
 * trust and the keys to sign with come from the variables that AWS's own tools read.
 */
export function asCurl(cluster, request, body) {
  const { endpoint, signing_region: region } = cluster;
  if (region && !SIGNED_AS_WRITTEN.test(request.target)) {
    return "# curl signs such an address otherwise than AWS does. Copy it as boto3.";
  }
  // Without these, curl reads brackets as a pattern, and drops dots from a path.
  const asItIs = [/[[\]{}]/.test(request.target) && "-g", /\/\.\.?(\/|\?|$)/.test(request.target) && "--path-as-is"];
  const words = ["curl", "-i", ...asItIs.filter(Boolean)];
  if (isSecure(endpoint)) {
    words.push("--cacert", `"\${AWS_CA_BUNDLE:?the file of the CA, as --tls-ca-file wrote it}"`);
  }
  if (region) {
    words.push("--aws-sigv4", quoted(`aws:amz:${region}:neptune-db`), "--user", '"$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY"');
  }
  if (region && headerOf(request.headers ?? [], TOKEN)) {
    words.push("-H", `"${TOKEN}: $AWS_SESSION_TOKEN"`);
  }
  if (request.method === "HEAD") {
    words.push("--head"); // With -X, curl would wait for a body.
  } else if (request.method !== "GET" || body) {
    words.push("-X", request.method);
  }
  if (body) {
    words.push("-H", quoted(contentType(request)), "--data-raw", quoted(body));
  }
  return [...words, quoted(endpoint + (region ? sorted(request.target) : request.target))].join(" ");
}

/** The header with the token of keys that are valid for a while. */
const TOKEN = "x-amz-security-token";

function isSecure(endpoint) {
  return endpoint.startsWith("https:");
}

/** Targets that curl signs as AWS does, which encodes all else in a path once more, and names without a value in a query. */
const SIGNED_AS_WRITTEN = /^[\w.~/-]*(\?[\w.~-]+=[\w.~%-]*(&[\w.~-]+=[\w.~%-]*)*)?$/;

/** A target with its query sorted by name, as a signature has it: curl signs it as it is written. */
function sorted(target) {
  const [path, query] = target.split(/\?(.*)/s);
  return query ? `${path}?${query.split("&").sort().join("&")}` : target;
}

/** The header that says what a body is. Without a value, curl sends none; it would call the body a form by itself. */
function contentType({ headers }) {
  const type = headers ? headerOf(headers, "content-type") : "application/json";
  return type === undefined ? "content-type:" : `content-type: ${type}`;
}

function headerOf(headers, wanted) {
  return headers.find(([name]) => name === wanted)?.[1];
}

/**
 * Why a request cannot be copied, as a comment of a shell and of Python: its body is not in the log, or only its beginning. `null` if it can be.
 * `whole` is what the log has of it, `null` for nothing.
 */
export function whyNoCopy(request, whole) {
  if (!whole) {
    return ["GET", "HEAD", "DELETE"].includes(request.method) ? null : "# The log does not have the body of this request any more.";
  }
  const sent = Number(headerOf(whole.headers, "content-length") ?? 0);
  const kept = new TextEncoder().encode(whole.body ?? "").length;
  if (sent > 0 && kept === 0) {
    return "# The log does not have the body of this request.";
  }
  return sent > LONGEST_BODY && kept < sent ? "# The log has only the beginning of the body of this request." : null;
}

/** How much of a body the log keeps, in bytes. A shorter one that differs in length had a secret in it, which the log leaves out. */
const LONGEST_BODY = 4096;

/** A text that a shell takes as it is. */
function quoted(text) {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A request as a program with boto3, which itself finds keys to sign with; `null` if boto3 has no call for it. */
export function asBoto3({ endpoint, signing_region: region }, request, body) {
  const call = boto3Call(request, body);
  if (!call) {
    return null;
  }
  const trusted = isSecure(endpoint) ? ' verify=os.environ["AWS_CA_BUNDLE"],' : "";
  const keys = region ? "" : ' aws_access_key_id="any", aws_secret_access_key="any",';
  const options = Object.entries(call.options).map(([name, value]) => `${name}=${python(value)}`);
  return [
    ...(trusted ? ["import os", ""] : []),
    "import boto3",
    "from botocore.config import Config",
    "",
    "neptune = boto3.client(",
    `    "neptunedata", endpoint_url=${python(endpoint)}, region_name=${python(region ?? "us-east-1")},${trusted}`,
    `   ${keys} config=Config(retries={"total_max_attempts": 1}),`,
    ")",
    `print(neptune.${call.name}(${options.join(", ")}))`,
    "",
  ].join("\n");
}

/** The call of boto3's client `neptunedata` that sends a request. */
function boto3Call(request, body) {
  const [path, search = ""] = request.target.split("?");
  const query = Object.fromEntries(new URLSearchParams(search));
  const segments = decoded(path.split("/").filter(Boolean));
  if (!segments || !Object.keys(query).every(isName)) {
    return null;
  }
  // An id is a text, whatever it looks like: 007 is not 7.
  const { loadId = segments[1], ...others } = query;
  const options = Object.fromEntries(Object.entries(others).map(([name, value]) => [name, typed(value)]));
  const route = `${request.method} /${segments[0] ?? ""}${loadId === undefined ? "" : "/{id}"}`;
  switch (route) {
    case "GET /loader":
      return { name: "list_loader_jobs", options };
    case "GET /loader/{id}":
      return { name: "get_loader_job_status", options: { loadId, ...options } };
    case "DELETE /loader/{id}":
      return { name: "cancel_loader_job", options: { loadId } };
    case "POST /loader":
      return search ? null : startCall(body); // boto3 sends all that a start says in its body.
    case "GET /status":
      return { name: "get_engine_status", options: {} };
    default:
      return null;
  }
}

/** What these segments of a path say; `null` if one is not encoded as it has to be, which no SDK sends. */
function decoded(segments) {
  try {
    return segments.map(decodeURIComponent);
  } catch {
    return null;
  }
}

/** Whether Python takes a text as the name of an option. */
function isName(text) {
  return /^[A-Za-z][A-Za-z0-9_]*$/.test(text);
}

/**
 * The options of a start that boto3 spells otherwise than Neptune, and those that it takes as a Boolean where clients may send
 * a text.
 */
const RENAMED = new Map([["region", "s3BucketRegion"]]);
const BOOLEANS = ["failOnError", "updateSingleCardinalityProperties", "queueRequest", "userProvidedEdgeIds"];

function startCall(body) {
  const options = {};
  let sent;
  try {
    sent = JSON.parse(body);
  } catch {
    return null;
  }
  const isObject = sent !== null && typeof sent === "object";
  const entries = isObject ? Object.entries(sent) : [];
  if (!isObject || !entries.every(([name]) => isName(name))) {
    return null;
  }
  for (const [name, value] of entries) {
    options[RENAMED.get(name) ?? name] = BOOLEANS.includes(name) ? typed(String(value).toLowerCase()) : value;
  }
  return { name: "start_loader_job", options };
}

/** A value of a query in its type. */
function typed(text) {
  const isBoolean = /^(true|false)$/i.test(text);
  return isBoolean ? text.toLowerCase() === "true" : /^[0-9]{1,9}$/.test(text) ? Number(text) : text;
}

/** A value as Python spells it. */
export function python(value) {
  if (Array.isArray(value)) {
    return `[${value.map(python).join(", ")}]`;
  }
  if (value !== null && typeof value === "object") {
    const items = Object.entries(value).map(([key, item]) => `${python(key)}: ${python(item)}`);
    return `{${items.join(", ")}}`;
  }
  return typeof value === "boolean" ? (value ? "True" : "False") : value === null ? "None" : JSON.stringify(value);
}

/**
 * Buttons that copy a text each: `[[label, () => text]]`, where a text may be a promise, and `undefined` copies nothing. What
 * was copied is shown, so that it can be had where a browser lets no page write to the clipboard.
 */
export function copyButtons(...copies) {
  const shown = el("pre", { class: "copied", hidden: true, tabindex: 0, role: "group", "aria-label": "Copied text" });
  const said = el("span", { class: "soft", role: "status" });
  const hide = button("Hide", () => (show(null), buttons[0].focus()), { hidden: true, "aria-label": "Hide the copied text" });
  const show = (value) => {
    shown.textContent = value ?? "";
    shown.hidden = hide.hidden = value === null;
    said.textContent = "";
  };
  const copy = async (text) => {
    const value = await text();
    if (value === undefined) {
      return;
    }
    show(value);
    const isCopied = await navigator.clipboard?.writeText(value).then(
      () => true,
      () => false,
    );
    said.textContent = isCopied ? "Copied." : "Select the text to copy it.";
  };
  const buttons = copies.map(([label, text]) => button(label, () => copy(text)));
  return el("div", { class: "copies" }, el("div", { class: "row" }, buttons, hide, said), shown);
}
