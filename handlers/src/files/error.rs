//! The named errors of the functions that read files in S3.

use std::fmt;

use lambda_runtime::Diagnostic;

use crate::config_error::ConfigError;
use crate::error::{StatusError, named_errors};
use crate::panicked::Panicked;

named_errors! {
    /// The name of an error, a contract with the state machine that calls these functions: they raise it as `errorType`.
    FileErrorName:
    S3Unavailable, true, "S3 could not be reached in time, answered with trouble that passes (408, 5xx), or broke off";
    S3Throttled, true, "S3 takes no more requests for the moment (429, `SlowDown`)";
    InvalidEvent, false, "The event lacks something, or has something that cannot be used";
    ObjectNotFound, false, "S3 knows no such bucket or object, or no object was checked";
    ObjectChanged, false, "The object is not the one that was listed: it was changed since";
    S3AccessDenied, false, "S3 refused the credentials or the action (401, 403)";
    S3BadResponse, false, "The answer is not what S3 sends, or S3 refused the request in some other way";
    DamagedReport, false, "What another call wrote below the prefix of the report is missing, damaged or of something else";
    TooManyIds, false, "A range has more ids than the function's memory holds: take more ranges, or more memory";
    ConfigurationError, false, "The function's environment is incomplete or wrong";
    FunctionPanicked, false, "The function has a fault of its own, and panicked";
}

/// Why a function that reads files in S3 cannot answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct FileError {
    /// The name that state machines match.
    pub name: FileErrorName,
    /// The sentence for people.
    pub message: String,
}

impl FileError {
    /// An error with its sentence.
    pub fn new(name: FileErrorName, message: impl Into<String>) -> Self {
        Self { name, message: message.into() }
    }
}

impl fmt::Display for FileErrorName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl From<FileError> for Diagnostic {
    fn from(error: FileError) -> Self {
        Self { error_type: error.name.as_str().to_owned(), error_message: error.message }
    }
}

impl From<ConfigError> for FileError {
    fn from(error: ConfigError) -> Self {
        Self::new(FileErrorName::ConfigurationError, error.to_string())
    }
}

impl From<Panicked> for FileError {
    fn from(_: Panicked) -> Self {
        Self::new(FileErrorName::FunctionPanicked, Panicked::MESSAGE)
    }
}

/// The keys to sign with could not be had.
impl From<StatusError> for FileError {
    fn from(error: StatusError) -> Self {
        let name = if error.retryable { FileErrorName::S3Unavailable } else { FileErrorName::ConfigurationError };
        Self::new(name, error.message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_shows_the_table() {
        for name in FileErrorName::ALL {
            let retry = if name.is_retryable() { "yes" } else { "no" };
            let row = format!("| `{name}` | {retry} | {} |", name.meaning());
            assert!(
                include_str!("../../statemachine/CHECK_FILES.md").contains(&row),
                "statemachine/CHECK_FILES.md lacks the row {row}"
            );
        }
    }
}
