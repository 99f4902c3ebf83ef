// AWS's limit for the data of a state, which the package does not have.

const NAME = "States.DataLimitExceeded";
const BYTES = 256 * 1024;

export function isTooLarge(data) {
  return data !== undefined && Buffer.byteLength(JSON.stringify(data)) >= BYTES;
}

function cause(state) {
  return `The state/task '${state}' returned a result with a size exceeding the maximum number of bytes service limit.`;
}

/** What a Task fails with whose result is too large. Only rules that name the error match it: States.ALL does not. */
export class DataLimitError extends Error {
  constructor(name, state) {
    super(cause(name));
    const named = (rules) => (rules ?? []).some((rule) => rule.ErrorEquals.includes(NAME));
    this.name = NAME;
    // The package asks for both.
    this.isRetryable = named(state.Retry);
    this.isCatchable = named(state.Catch);
  }
}

/** How an execution ends in which the output of a state is too large. */
export function failure(state) {
  return { status: "FAILED", error: NAME, cause: cause(state) };
}
