//! One invocation: its event, its deadline and its outcome.

use std::fmt;
use std::process::ExitStatus;
use std::time::Duration;

use serde_json::Value;

/// Until when an invocation may run, and which deadline the function gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deadline {
    /// The function gets the true deadline; when it has passed, the process is killed and the outcome is [`Outcome::TimedOut`].
    In(Duration),
    /// The function gets a deadline in January 1970, as a popular emulator does (observed: the constant 600000). It really has
    /// 30 seconds.
    AlreadyPast,
}

/// Ten seconds from now.
impl Default for Deadline {
    fn default() -> Self {
        Self::In(Duration::from_secs(10))
    }
}

impl Deadline {
    /// How long the process really has.
    pub(super) fn limit(self) -> Duration {
        match self {
            Self::In(limit) => limit,
            Self::AlreadyPast => Duration::from_secs(30),
        }
    }

    /// The deadline that the function gets: milliseconds since 1970, where `since_1970` is the time at which it gets its event.
    pub(super) fn header(self, since_1970: Duration) -> u128 {
        match self {
            Self::In(limit) => since_1970.saturating_add(limit).as_millis(),
            Self::AlreadyPast => 600_000,
        }
    }
}

/// The outcome of an invocation.
#[derive(Clone, Debug, PartialEq)]
pub struct Invocation {
    /// Lambda's id of it, in the shape of a UUID. Depends on the seed of the [`Lambda`](super::Lambda) and on how many came before.
    pub request_id: String,
    /// How it ended.
    pub outcome: Outcome,
    /// The time from passing the event to the outcome; zero if the process never got the event. It does not include a cold start.
    pub took: Duration,
    /// What the process wrote to standard output and standard error: the newest 1000 lines, in order within each of the two.
    ///
    /// An invocation lasts until the process asks for the next event, or ends; all that was written by then is here. The first
    /// one also has what was written at the start, and a later one what was written while idle, as in Lambda. Lines longer than
    /// 64 KiB are split.
    pub log: Vec<String>,
    /// How many older lines `log` has lost.
    pub log_dropped: usize,
    /// Which environment ran it, counted from 0 in the order of their starts.
    pub environment: usize,
    /// Whether that environment was started for it.
    pub cold_start: bool,
}

/// How an invocation ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// The function answered.
    Answered(Value),
    /// The function answered with something that is not JSON.
    NotJson {
        /// Where the JSON ends, and the text at that place.
        problem: String,
    },
    /// The function reported an error, or Lambda refused its answer (`Function.ResponseSizeTooLarge`: more than 6,291,556 bytes).
    Raised {
        /// The name that Retry and Catch of a state machine match on.
        error_type: String,
        /// The sentence for humans.
        error_message: String,
    },
    /// The process was not ready for its first event: it could not be started, reported an error, exited, or took over 10 seconds.
    InitFailed {
        /// The name that the function reported, or one of Lambda's: `Runtime.InvalidEntrypoint`, `Runtime.ExitError`,
        /// `Sandbox.Timedout`.
        error_type: String,
        /// The sentence for humans.
        error_message: String,
    },
    /// The process ended without an answer.
    Exited {
        /// Its exit code, or the signal that ended it.
        status: ExitStatus,
    },
    /// The deadline passed, or the caller had it stopped. The process is gone.
    TimedOut,
}

/// A sentence for people: `it raised LoadNotFound: load id x not found`.
impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answered(answer) => write!(f, "it answered {answer}"),
            Self::NotJson { problem } => write!(f, "it answered something that is not JSON: {problem}"),
            Self::Raised { error_type, error_message } => write!(f, "it raised {error_type}: {error_message}"),
            Self::InitFailed { error_type, error_message } => {
                write!(f, "it was not ready for its first event: {error_type}: {error_message}")
            }
            Self::Exited { status } => write!(f, "its process ended without an answer ({status})"),
            Self::TimedOut => f.write_str("its time was over, and it was stopped without an answer"),
        }
    }
}

impl Outcome {
    /// The function's answer, if it gave one.
    pub fn answer(&self) -> Option<&Value> {
        match self {
            Self::Answered(answer) => Some(answer),
            _ => None,
        }
    }

    pub(super) fn init_failed(error_type: &str, error_message: impl Into<String>) -> Self {
        Self::InitFailed { error_type: error_type.to_owned(), error_message: error_message.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outcome_reads_as_a_sentence() {
        let raised = Outcome::Raised { error_type: "HTTPError".into(), error_message: "503 Service Unavailable".into() };
        let unready = Outcome::init_failed("Runtime.ExitError", "exit status: 1");
        let said: Vec<String> =
            [Outcome::Answered(5.into()), raised, unready, Outcome::TimedOut].iter().map(Outcome::to_string).collect();
        let expected = [
            "it answered 5",
            "it raised HTTPError: 503 Service Unavailable",
            "it was not ready for its first event: Runtime.ExitError: exit status: 1",
            "its time was over, and it was stopped without an answer",
        ];
        assert_eq!(said, expected);
    }

    #[test]
    fn a_deadline_is_reported_in_milliseconds_since_1970() {
        let now = Duration::from_secs(1_700_000_000);
        assert_eq!(Deadline::In(Duration::from_millis(1500)).header(now), 1_700_000_001_500);
        assert_eq!(Deadline::In(Duration::MAX).header(now), Duration::MAX.as_millis());
        assert_eq!(Deadline::AlreadyPast.header(now), 600_000);
    }
}
