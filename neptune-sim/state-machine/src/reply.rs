//! How a call of a function ends, as Lambda's Invoke API tells it.

use std::time::Duration;

use neptune_harness::lambda::Outcome;
use serde_json::{Value, json};

/// How a call ends, and how long it takes.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    /// How it ends.
    pub kind: ReplyKind,
    /// How long it takes in virtual time. Default: none.
    pub took: Duration,
}

/// How a call ends.
#[derive(Clone, Debug, PartialEq)]
pub enum ReplyKind {
    /// The function answers.
    Answer(Value),
    /// The function fails. `error_type` is the name that Retry and Catch match.
    Error {
        /// `errorType` of the payload.
        error_type: String,
        /// `errorMessage` of the payload.
        error_message: String,
    },
    /// Lambda itself refuses the call. Retry and Catch match `Lambda.` and the code.
    Refusal {
        /// The HTTP status.
        status: u16,
        /// The code, such as `TooManyRequestsException`.
        code: String,
        /// The sentence for humans.
        message: String,
    },
}

impl Reply {
    /// The function answers.
    pub fn answer(answer: Value) -> Self {
        ReplyKind::Answer(answer).into()
    }

    /// The function fails with an error of this name.
    pub fn error(error_type: &str, error_message: &str) -> Self {
        ReplyKind::Error { error_type: error_type.to_owned(), error_message: error_message.to_owned() }.into()
    }

    /// Lambda refuses the call.
    pub fn refusal(status: u16, code: &str, message: &str) -> Self {
        ReplyKind::Refusal { status, code: code.to_owned(), message: message.to_owned() }.into()
    }

    /// Lambda throttles the call: `Lambda.TooManyRequestsException`.
    pub fn throttled() -> Self {
        Self::refusal(429, "TooManyRequestsException", "Rate Exceeded.")
    }

    /// Lambda itself fails: `Lambda.ServiceException`.
    pub fn service_exception() -> Self {
        Self::refusal(500, "ServiceException", "An error occurred and the request cannot be processed.")
    }

    /// The process of the function is killed: `Runtime.ExitError`.
    pub fn killed() -> Self {
        Self::error("Runtime.ExitError", "Error: Runtime exited with error: signal: killed")
    }

    /// The function takes longer than its time limit, which is this: `Sandbox.Timedout`.
    pub fn timed_out(limit: Duration) -> Self {
        let message = format!("Error: Task timed out after {:.2} seconds", limit.as_secs_f64());
        Self::error("Sandbox.Timedout", &message).taking(limit)
    }

    /// The same in this virtual time.
    #[must_use]
    pub fn taking(self, took: Duration) -> Self {
        Self { took, ..self }
    }

    /// The reply of Lambda to an invocation that ended so; `limit` is the time limit of the function.
    pub(crate) fn of(outcome: Outcome, limit: Duration) -> Self {
        match outcome {
            Outcome::Answered(answer) => Self::answer(answer),
            Outcome::Raised { error_type, error_message } | Outcome::InitFailed { error_type, error_message } => {
                Self::error(&error_type, &error_message)
            }
            // No runtime client of AWS's sends such an answer, and what a state machine would get is not documented.
            Outcome::NotJson { problem } => Self::error("Lambda.Unknown", &problem),
            Outcome::Exited { status } => {
                Self::error("Runtime.ExitError", &format!("Error: Runtime exited with error: {status}"))
            }
            Outcome::TimedOut => Self::timed_out(limit),
        }
    }

    /// The payload of a call that reached the function.
    pub(crate) fn payload(&self) -> Value {
        match &self.kind {
            ReplyKind::Answer(answer) => answer.clone(),
            ReplyKind::Error { error_type, error_message } => json!({"errorType": error_type, "errorMessage": error_message}),
            ReplyKind::Refusal { message, .. } => json!({"message": message}),
        }
    }
}

impl From<ReplyKind> for Reply {
    fn from(kind: ReplyKind) -> Self {
        Self { kind, took: Duration::ZERO }
    }
}
