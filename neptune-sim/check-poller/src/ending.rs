//! How a run of a poller ends, how a poller ends in a case, and why there may be neither.

use std::{fmt, io};

use neptune_server::StartError;
use neptune_state_machine::EngineError;
use neptune_text::cut;
use serde_json::Value;

use crate::case::Outcome;
use crate::states_error::StatesError;
use crate::trouble::MachineTrouble;

/// How much of the end of each output is kept.
pub(crate) const OUTPUT_BYTES: usize = 64 * 1024;
/// How much of the name of an error is kept.
pub(crate) const NAME_BYTES: usize = 128;

/// What came of one run.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Run {
    pub(crate) end: End,
    /// The end of its standard output; of a function, its answer or its error.
    pub(crate) stdout: String,
    /// The end of its standard error; of a function, its log.
    pub(crate) stderr: String,
    /// What went wrong in a state machine.
    pub(crate) trouble: Option<MachineTrouble>,
}

impl Run {
    /// A run with the ends of its outputs.
    pub(crate) fn new(end: End, stdout: &str, stderr: &str) -> Self {
        Self { end, stdout: last_bytes(stdout), stderr: last_bytes(stderr), trouble: None }
    }
}

fn last_bytes(text: &str) -> String {
    let from = text.ceil_char_boundary(text.len().saturating_sub(OUTPUT_BYTES));
    text[from..].to_owned()
}

/// What kind of poller it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A command.
    Command,
    /// A Lambda function.
    Function,
    /// A state machine.
    StateMachine,
}

/// What messages call it.
impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Command => "poller",
            Self::Function => "function",
            Self::StateMachine => "state machine",
        })
    }
}

/// How one run ended.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum End {
    /// The process exited with this code.
    Exited(i32),
    /// The function answered.
    Answered(Value),
    /// The function reported an error. This is what a caller gets: `{"errorType": …, "errorMessage": …}`.
    Raised(Value),
    /// It came to no end of its own. What it ended with instead, in a few words: `signal 11`.
    Crashed(String),
    /// The execution of a state machine succeeded.
    Succeeded,
    /// It failed with an error of this name.
    Failed(String),
    /// It was ended, for this reason.
    Stopped(Ending),
}

/// How a poller ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It ended by itself, and said this of the load.
    Ended {
        /// What it said; `None` if the output says neither success nor failure.
        said: Option<Outcome>,
        /// In which way it ended.
        how: How,
    },
    /// It came to no end of its own. What it ended with instead: `signal 11`.
    Crashed(String),
    /// The execution of a state machine ended only because none goes on for ever, or still went round when the patience was over.
    Cut {
        /// What ended it, in two words: `TIMED_OUT`.
        by: &'static str,
        /// The same as a sentence.
        why: String,
    },
    /// The execution of a state machine failed because its definition is at fault.
    Faulty {
        /// The error of Step Functions itself.
        error: StatesError,
        /// The state that it entered last.
        state: String,
        /// The cause that the engine gives, shortened in its middle; empty if there is none.
        cause: String,
    },
    /// It was ended, because it went on asking.
    AskedOn,
    /// It was ended, because the patience was over.
    OutOfPatience,
}

/// In which way a poller ended by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum How {
    /// A command exited with this code.
    Exit(i32),
    /// A function answered.
    Answer,
    /// A function raised an error of this type.
    Error(String),
    /// An execution ended with this status.
    Execution(String),
}

impl How {
    /// The way of an execution that failed with an error of this name.
    pub(crate) fn of_failure(error: &str) -> Self {
        Self::Execution(cut(format!("FAILED {error}").trim_end(), NAME_BYTES))
    }

    /// The way of a function that has reported this error.
    pub(crate) fn of_error(error: &Value) -> Self {
        Self::Error(cut(error["errorType"].as_str().unwrap_or_default(), NAME_BYTES))
    }
}

impl fmt::Display for How {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exit(code) => write!(f, "exit {code}"),
            Self::Answer => f.write_str("answer"),
            Self::Error(error_type) => write!(f, "error {}", error_type.escape_debug()),
            Self::Execution(status) => write!(f, "{}", status.escape_debug()),
        }
    }
}

/// Why a case could not be played.
#[derive(Debug, thiserror::Error)]
pub enum PlayError {
    /// The command cannot be started.
    #[error("the poller cannot be started: {0}")]
    Spawn(io::Error),
    /// No function can be invoked.
    #[error("the function cannot be invoked: {problem}")]
    NoFunction {
        /// Why not.
        problem: String,
        /// What its process wrote.
        log: String,
        /// What to do.
        hint: &'static str,
    },
    /// A function that cannot be ended from here has not ended.
    #[error("the function at {url} still runs {seconds} s after its case was over")]
    StillRuns {
        /// Where it is invoked.
        url: String,
        /// How long it was waited for.
        seconds: u64,
    },
    /// The engine of a state machine fails.
    #[error("the state machine cannot be run: {0}")]
    Engine(#[from] EngineError),
    /// The simulator has no cluster for it.
    #[error("no cluster for the case: {0}")]
    Cluster(#[from] StartError),
}
