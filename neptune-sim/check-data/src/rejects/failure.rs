//! Why rows cannot be written apart.

use std::io;

use neptune_report::WriteError;

use crate::error::CheckError;
use crate::inputs::Input;

/// Why rows cannot be written apart.
#[derive(Debug)]
pub(super) enum Failure {
    Write(WriteError),
    Read(io::Error),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Read(error)
    }
}

impl Failure {
    pub(super) fn of(self, input: &Input) -> CheckError {
        match self {
            Self::Write(error) => error.into(),
            Self::Read(error) => input.unreadable(error).into(),
        }
    }
}
