//! Why a journal cannot be written or read.

use std::io;
use std::path::PathBuf;

/// Trouble with a journal. Without one, nothing may be made and nothing removed.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The file cannot be made, written or read.
    #[error("{}: {source}: without a journal nothing is made and nothing removed", .path.display())]
    Io {
        /// The journal.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Its run still goes on, or another sweep has it.
    #[error("{}: another process writes it: wait until that has ended", .0.display())]
    InUse(PathBuf),
    /// A line that no run writes.
    #[error("{}:{line}: {complaint}: nothing is removed by a journal that was changed; remove by hand what it names", .path.display())]
    Line {
        /// The journal.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// What is wrong with it.
        complaint: String,
    },
    /// It is about another cluster or bucket than the profile.
    #[error("{}: it is about {found}, and the profile about {expected}: choose the profile that the run had", .path.display())]
    Elsewhere {
        /// The journal.
        path: PathBuf,
        /// What it names.
        found: String,
        /// What the profile names.
        expected: String,
    },
    /// Something is not of the run of this journal.
    #[error("`{0}` is not of this run: a journal takes nothing else")]
    Foreign(String),
    /// Something is not marked as removed.
    #[error("{0} things are not removed: a journal is closed when nothing is left")]
    StillOpen(usize),
}
