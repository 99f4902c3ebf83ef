//! The list of what a run has made: the run writes each thing to the disk before it makes it, and marks it as removed when it is gone.
//!
//! Whatever ends the run, its journal says what may still be there. Only an [`Entry`] can be removed, and only a journal gives one, so
//! nothing that is not written down is ever touched.

mod entry;
mod error;
mod line;
mod past;

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

pub use entry::{Entry, Resource};
pub use error::JournalError;
use line::{Line, Opening, Spelling};
use past::Past;

use crate::guard::RunPermit;
use crate::{Profile, RunPrefix};

/// The journal of one run: a line of JSON for each event. The file is locked while the run writes it.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
    prefix: RunPrefix,
    /// The numbers of what is not marked as removed.
    open: BTreeSet<u32>,
    next: u32,
}

impl Journal {
    /// Begins the journal of a run that has passed the guards.
    ///
    /// # Errors
    /// The file exists already, or cannot be made or written.
    pub fn create<Mode>(path: &Path, permit: &RunPermit<Mode>) -> Result<Self, JournalError> {
        let file = OpenOptions::new().append(true).create_new(true).open(path).map_err(|error| io(path, error))?;
        lock(path, &file)?;
        let prefix = RunPrefix::of(permit.run(), &permit.profile().prefix);
        let mut journal = Self { path: path.to_owned(), file, prefix, open: BTreeSet::new(), next: 1 };
        journal.append(&Line::Opened(Opening::of(permit.run(), permit.profile())))?;
        Ok(journal)
    }

    /// Takes up the journal of a run that has ended, with what it has left behind; `None` if that is nothing.
    ///
    /// A last line that is cut short is taken as not written: nothing is done before its line is written.
    ///
    /// # Errors
    /// Its run goes on, the file cannot be read, it is about another cluster or bucket than the profile, or a line is none of a
    /// journal's or names something that is not of its run.
    pub fn resume(path: &Path, profile: &Profile) -> Result<Option<(Self, Vec<Entry>)>, JournalError> {
        let mut file = OpenOptions::new().read(true).append(true).open(path).map_err(|error| io(path, error))?;
        lock(path, &file)?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(|error| io(path, error))?;
        let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |last| last + 1);
        bytes.truncate(whole);
        let Some(past) = Past::read(path, &bytes, profile)? else { return Ok(None) };
        file.set_len(whole as u64).map_err(|error| io(path, error))?;
        let open = past.open.keys().copied().collect();
        let journal = Self { path: path.to_owned(), file, prefix: past.prefix, open, next: past.next };
        Ok(Some((journal, past.open.into_values().collect())))
    }

    /// Writes down what is about to be made. It may be made once this has returned.
    ///
    /// # Errors
    /// It is not of this run, or the file cannot be written.
    pub fn making(&mut self, resource: Resource) -> Result<Entry, JournalError> {
        let spelling = self.spell(&resource)?;
        let number = self.next;
        self.append(&Line::Making { number, resource: spelling })?;
        self.open.insert(number);
        self.next += 1;
        Ok(Entry { number, resource, load_id: None })
    }

    /// Writes down that it is there, and what Neptune calls it if it is a load.
    ///
    /// # Errors
    /// The entry is of another run's journal, or the file cannot be written.
    pub fn created(&mut self, entry: &mut Entry, load_id: Option<String>) -> Result<(), JournalError> {
        self.spell(&entry.resource)?;
        self.append(&Line::Created { number: entry.number, load_id: load_id.clone() })?;
        entry.load_id = load_id;
        Ok(())
    }

    /// Marks as removed what is gone or was never made.
    ///
    /// # Errors
    /// The entry is of another run's journal, or the file cannot be written.
    pub fn removed(&mut self, entry: Entry) -> Result<(), JournalError> {
        let Entry { number, resource, .. } = entry;
        self.spell(&resource)?;
        self.append(&Line::Removed { number })?;
        self.open.remove(&number);
        Ok(())
    }

    /// Ends it: nothing is left of the run.
    ///
    /// # Errors
    /// Something is not marked as removed, or the file cannot be written.
    pub fn close(mut self) -> Result<(), JournalError> {
        if self.open.is_empty() { self.append(&Line::Closed) } else { Err(JournalError::StillOpen(self.open.len())) }
    }

    fn spell(&self, resource: &Resource) -> Result<Spelling, JournalError> {
        let spelling = Spelling::of(resource);
        spelling.recognise(&self.prefix).map_err(JournalError::Foreign)?;
        Ok(spelling)
    }

    /// Returns when the line is on the disk. What could be written of it in vain is taken back, so that lines never run together.
    fn append(&mut self, line: &Line) -> Result<(), JournalError> {
        let text = serde_json::to_string(line).expect("a line is plain data") + "\n";
        let written = self.file.metadata().and_then(|before| {
            let written = self.file.write_all(text.as_bytes()).and_then(|()| self.file.sync_data());
            written.or_else(|error| self.file.set_len(before.len()).and(Err(error)))
        });
        written.map_err(|error| io(&self.path, error))
    }
}

fn io(path: &Path, source: std::io::Error) -> JournalError {
    JournalError::Io { path: path.to_owned(), source }
}

/// The system releases the lock when the process ends, however it ends.
fn lock(path: &Path, file: &File) -> Result<(), JournalError> {
    file.try_lock().map_err(|error| match error {
        TryLockError::WouldBlock => JournalError::InUse(path.to_owned()),
        TryLockError::Error(error) => io(path, error),
    })
}

#[cfg(test)]
mod tests;
