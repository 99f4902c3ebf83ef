//! Report files.

use std::io;
use std::path::{Path, PathBuf};

/// A report cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {}: {source}", .path.display())]
pub struct WriteError {
    /// Which file.
    pub path: PathBuf,
    /// What the system says.
    pub source: io::Error,
}

/// Writes a report, if a file is named for it.
///
/// # Errors
/// The report cannot be made, or the file cannot be written.
pub fn write_report(path: Option<&Path>, text: impl FnOnce() -> io::Result<String>) -> Result<(), WriteError> {
    let Some(path) = path else { return Ok(()) };
    let written = text().and_then(|text| std::fs::write(path, text));
    written.map_err(|source| WriteError { path: path.to_owned(), source })
}
