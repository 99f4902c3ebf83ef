/** What can go wrong between a test and the simulator. */

export class CannotStart extends Error {
  name = "CannotStart";

  constructor(message, { code = null, stderr = "" } = {}) {
    super([message, stderr.trim()].filter(Boolean).join("\n"));
    this.code = code;
    this.stderr = stderr;
  }
}

export class Unreachable extends Error {
  name = "Unreachable";
}

export class ControlError extends Error {
  name = "ControlError";

  constructor(status, { error, hint, path, more = [] }) {
    const at = path && !error.includes(path) ? `${path}: ` : "";
    const others = more.map((mistake) => `${mistake.path ?? ""}: ${mistake.error}`);
    super([at + error, ...others, hint && `hint: ${hint}`].filter(Boolean).join("\n"));
    Object.assign(this, { status, error, hint, path, more });
  }
}
