//! The named errors, which a state machine matches in `Retry` and `Catch`.

use std::fmt;

use lambda_runtime::Diagnostic;
use serde::{Serialize, Serializer};

use crate::panicked::Panicked;

/// Defines names of errors from one table: name, whether a retry may help, meaning.
macro_rules! named_errors {
    ($(#[$about:meta])* $names:ident: $($name:ident, $retryable:literal, $meaning:literal;)*) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $names {
            $(#[doc = $meaning] $name,)*
        }

        impl $names {
            /// The whole table, retryable names first.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The name as a state machine matches it.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => stringify!($name),)*
                }
            }

            /// Whether the same call may succeed a little later.
            pub fn is_retryable(self) -> bool {
                match self {
                    $(Self::$name => $retryable,)*
                }
            }

            /// What happened, in one sentence.
            pub fn meaning(self) -> &'static str {
                match self {
                    $(Self::$name => $meaning,)*
                }
            }
        }
    };
}
pub(crate) use named_errors;

named_errors! {
    /// The name of an error, a contract with the state machines that call these functions.
    ///
    /// `get_load_status` and `start_bulk_load` raise it as `errorType`, `check_bulk_load_status` answers it as `error_type`.
    ErrorName:
    NeptuneUnavailable, true, "Neptune could not be reached in time, or answered with trouble that passes (408, 5xx and the retryable 400 codes)";
    NeptuneThrottled, true, "Neptune takes no more requests for the moment (429)";
    NeptuneClockSkew, true, "The function's clock and Neptune's differ, so that a signature is too old or not valid yet; right after a freeze this passes";
    LoaderBusy, true, "Neptune runs another load, or its queue is full (only `start_bulk_load`)";
    LoadRefused, false, "Neptune refuses to start the load (only `start_bulk_load`)";
    StartUnclear, false, "Several new loads have the source of the load, so that none can be taken for it (only `start_bulk_load`)";
    LoadFailed, false, "A load ended in any way but `LOAD_COMPLETED` (only `check_bulk_load_status`)";
    LoadNotFound, false, "Neptune knows no load with this id";
    MissingParameter, false, "The event lacks an id, an id is empty or not a string, or the event is no JSON that can be read";
    NeptuneAccessDenied, false, "Neptune refused the credentials or the action (401, 403)";
    NeptuneBadResponse, false, "The answer is not what the loader sends: a page of something in between, not JSON, incomplete or too large";
    LoadStatusNotOk, false, "The request was refused in some other way, or Neptune's envelope is not `200 OK`";
    ConfigurationError, false, "The function's environment is incomplete or wrong, it cannot trust Neptune's certificate, or it asks without TLS";
    FunctionPanicked, false, "The function has a fault of its own, and panicked";
}

impl fmt::Display for ErrorName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for ErrorName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// Why the status of a load could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct StatusError {
    /// The name that state machines match.
    pub name: ErrorName,
    /// The sentence for people: the load id, Neptune's code and text, and the remedy if there is one.
    pub message: String,
    /// Whether the same call may succeed a little later.
    pub retryable: bool,
}

impl StatusError {
    /// An error with its sentence. Its name says whether a retry may help.
    pub fn new(name: ErrorName, message: impl Into<String>) -> Self {
        Self { name, message: message.into(), retryable: name.is_retryable() }
    }

    /// The same error, marked as retryable although its name is not.
    pub(crate) fn worth_a_retry(self) -> Self {
        Self { retryable: true, ..self }
    }

    /// Puts in front of the sentence what it is about, and what could not be done with it: `read`, or `started`.
    pub(crate) fn about(self, subject: &str, done: &str) -> Self {
        let message = match self.name {
            ErrorName::LoadNotFound => format!("{subject} not found: {}", self.message),
            _ => format!("{subject} could not be {done}: {}", self.message),
        };
        Self { message, ..self }
    }
}

impl From<Panicked> for StatusError {
    fn from(_: Panicked) -> Self {
        Self::new(ErrorName::FunctionPanicked, Panicked::MESSAGE)
    }
}

/// Gives Lambda the fixed name. By default Lambda would report the path of a Rust type, which state machines cannot match.
impl From<StatusError> for Diagnostic {
    fn from(error: StatusError) -> Self {
        Self { error_type: error.name.as_str().to_owned(), error_message: error.message }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lambda_reports_the_name_and_the_sentence() {
        let diagnostic = Diagnostic::from(StatusError::new(ErrorName::LoadNotFound, "load id `x` not found"));
        assert_eq!(diagnostic.error_type, "LoadNotFound");
        assert_eq!(diagnostic.error_message, "load id `x` not found");
    }

    #[test]
    fn four_names_are_worth_a_retry() {
        let retryable: Vec<_> = ErrorName::ALL.iter().filter(|name| name.is_retryable()).collect();
        assert_eq!(
            retryable,
            [
                &ErrorName::NeptuneUnavailable,
                &ErrorName::NeptuneThrottled,
                &ErrorName::NeptuneClockSkew,
                &ErrorName::LoaderBusy
            ]
        );
    }

    #[test]
    fn no_name_is_reserved_by_step_functions() {
        assert!(ErrorName::ALL.iter().all(|name| !name.as_str().starts_with("States.")));
    }

    #[test]
    fn the_readme_shows_the_table() {
        for name in ErrorName::ALL {
            let retry = if name.is_retryable() { "yes" } else { "no" };
            let row = format!("| `{name}` | {retry} | {} |", name.meaning());
            assert!(include_str!("../README.md").contains(&row), "handlers/README.md lacks the row {row}");
        }
    }
}
