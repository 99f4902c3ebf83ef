//! The files of the ledger.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::record::{Finding, Record};
use crate::guard::{Live, RunPermit};

/// The records, by the scenario's name.
#[derive(Debug)]
pub struct Ledger {
    folder: PathBuf,
    pub(super) records: BTreeMap<String, Record>,
}

impl Ledger {
    /// Reads the ledger in a folder. There need not be one yet: nothing is validated then.
    ///
    /// # Errors
    /// A file cannot be read, is no record, or bears another name than its scenario.
    pub fn read(folder: &Path) -> Result<Self, LedgerError> {
        let mut ledger = Self { folder: folder.to_owned(), records: BTreeMap::new() };
        let files = match fs::read_dir(folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(ledger),
            files => files.map_err(|error| unusable(folder, &error))?,
        };
        for file in files {
            let path = file.map_err(|error| unusable(folder, &error))?.path();
            let record = read(&path)?;
            ledger.records.insert(record.scenario().to_owned(), record);
        }
        Ok(ledger)
    }

    /// Writes down that a scenario has passed in the live run of this permit, in place of what was known of it.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn record(&mut self, permit: &RunPermit<Live>, finding: Finding) -> Result<(), LedgerError> {
        let record = Record::new(permit, finding);
        let path = self.folder.join(file_name(record.scenario()));
        let text = serde_json::to_string_pretty(&record).expect("a record is plain data") + "\n";
        fs::create_dir_all(&self.folder).and_then(|()| fs::write(&path, text)).map_err(|error| unusable(&path, &error))?;
        self.records.insert(record.scenario().to_owned(), record);
        Ok(())
    }

    /// The record of a scenario.
    pub fn find(&self, scenario: &str) -> Option<&Record> {
        self.records.get(scenario)
    }
}

/// A file of the ledger that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{}: {complaint}: put back what was checked in, or remove the file and validate its scenario again", .path.display())]
pub struct LedgerError {
    path: PathBuf,
    complaint: String,
}

fn read(path: &Path) -> Result<Record, LedgerError> {
    let text = fs::read(path).map_err(|error| unusable(path, &error))?;
    let record: Record = serde_json::from_slice(&text).map_err(|error| unusable(path, &error))?;
    let name = file_name(record.scenario());
    if path.file_name().is_some_and(|file| file == name.as_str()) {
        return Ok(record);
    }
    Err(unusable(path, &format!("its scenario belongs into {name}")))
}

fn file_name(scenario: &str) -> String {
    format!("{scenario}.json")
}

fn unusable(path: &Path, complaint: &dyn ToString) -> LedgerError {
    LedgerError { path: path.to_owned(), complaint: complaint.to_string() }
}
