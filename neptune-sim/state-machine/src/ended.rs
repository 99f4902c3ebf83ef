//! How an execution ended.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The statuses with which Step Functions ends an execution. Nothing here aborts one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    /// It came to a Succeed state, or to a state with `End`.
    Succeeded,
    /// It came to a Fail state, or an error was not caught, or its history was full.
    Failed,
    /// Its `TimeoutSeconds` passed.
    TimedOut,
}

/// How an execution ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Ended {
    /// The status.
    pub status: Status,
    /// Its output, if it succeeded.
    pub output: Option<Value>,
    /// The name of the error, if it failed and has one.
    pub error: Option<String>,
    /// The cause of the error.
    pub cause: Option<String>,
    /// The states that it entered, in order. Those of the iterations of a Distributed Map, which are executions of their own, are not among them.
    pub entered: Vec<String>,
    /// The virtual time that it took.
    pub passed: Duration,
    /// How many events its history has, by AWS's rules.
    pub events: u64,
    /// Whether it failed because its history was full: AWS allows 25,000 events.
    pub history_is_full: bool,
    /// The seed of its jittered retries: the same seed gives the same execution.
    pub seed: u64,
}

/// What a driver answers.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Answer {
    Ended {
        status: Status,
        output: Option<Value>,
        error: Option<String>,
        cause: Option<String>,
        entered: Vec<String>,
        milliseconds: u64,
        events: u64,
        #[serde(default)]
        history_is_full: bool,
    },
    /// The engine does not take the definition.
    Refused { refused: String },
    /// The driver failed.
    Broken { broken: String },
}
