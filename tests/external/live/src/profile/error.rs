//! Why a profile cannot be used.

use std::fmt;
use std::io;

use super::check::Complaint;

const SAMPLE: &str = "tests/external/live/profile.sample.toml";

/// A profile that cannot be used. Its text says file, line and key, what is wrong, and the remedy.
#[derive(Debug, PartialEq, Eq)]
pub struct ProfileError {
    file: String,
    line: Option<usize>,
    message: String,
}

impl ProfileError {
    /// The file could not be read at all.
    pub(super) fn unreadable(file: &str, error: &io::Error) -> Self {
        let message = format!("cannot be read: {error}: copy {SAMPLE} there, and fill it in");
        Self { file: file.to_owned(), line: None, message }
    }

    /// The file is no TOML, or its keys are not a profile's.
    pub(super) fn shape(file: &str, text: &str, error: &toml::de::Error) -> Self {
        let line = error.span().map(|span| line_at(text, span.start));
        Self { file: file.to_owned(), line, message: format!("{}; {SAMPLE} has every key", error.message()) }
    }

    /// A value is wrong.
    pub(super) fn new(file: &str, text: &str, complaint: Complaint) -> Self {
        let Complaint { key, start, message } = complaint;
        Self { file: file.to_owned(), line: Some(line_at(text, start)), message: format!("`{key}`: {message}") }
    }
}

impl fmt::Display for ProfileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {}", self.message)
    }
}

impl std::error::Error for ProfileError {}

/// The line of a byte, from 1.
fn line_at(text: &str, start: usize) -> usize {
    text.bytes().take(start).filter(|byte| *byte == b'\n').count() + 1
}
