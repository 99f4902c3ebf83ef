//! Why nothing can be said of files, and what the program ends with then.

use std::io;
use std::path::PathBuf;

use neptune_report::WriteError;

use crate::inputs::Unreadable;

/// Why nothing can be said of the files.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// There is no file.
    #[error("there is no file in {}", .0.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(" and "))]
    NoFile(Vec<PathBuf>),
    /// A file cannot be read.
    #[error("cannot read {}: {source}", .path.display())]
    Unreadable {
        /// Which one.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A report cannot be written.
    #[error(transparent)]
    Report(#[from] WriteError),
}

impl CheckError {
    /// What the program ends with.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Report(_) => 107,
            Self::NoFile(_) | Self::Unreadable { .. } => 110,
        }
    }
}

impl From<Unreadable> for CheckError {
    fn from(Unreadable { path, source }: Unreadable) -> Self {
        Self::Unreadable { path, source }
    }
}
