//! The data of a load: files, records, and their errors.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use crate::feed_errors::FeedErrors;

/// The files and records of a load, and the errors it ends with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Workload {
    /// How many files. Never fewer than [`Workload::errors`] names. Default 1.
    pub files: u64,
    /// How many records in all. Default 10.
    pub records: u64,
    /// How many of them are there already. Default none.
    pub duplicates: u64,
    /// How often the loader itself tried again. It shows once the load has ended. Default never.
    pub retries: u64,
    /// What goes wrong. It shows once the load has ended.
    pub errors: FeedErrors,
    /// What was read of each file that was begun, in the order of reading. Empty if no file was read: then every file has as much.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub feeds: Vec<Feed>,
}

/// What was read of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feed {
    /// Its name, as errors call it: relative to the load's source, or a full URI.
    pub name: Box<str>,
    /// How many records were read before it.
    pub before: u64,
    /// How many records it has.
    pub records: u64,
    /// How many of them were there already.
    pub duplicates: u64,
}

impl Default for Workload {
    fn default() -> Self {
        Self { files: 1, records: 10, duplicates: 0, retries: 0, errors: FeedErrors::default(), feeds: Vec::new() }
    }
}

impl Workload {
    /// How many files there are, counting at least those with errors.
    pub(crate) fn file_count(&self) -> u64 {
        self.files.max(self.begun_files()).max(1)
    }

    /// How many files were begun, as far as is known.
    pub(crate) fn begun_files(&self) -> u64 {
        self.feeds.len().max(self.errors.files().len()) as u64
    }

    /// The files that are read once so many records are.
    pub(crate) fn read_files(&self, records: u64) -> &[Feed] {
        &self.feeds[..self.feeds.partition_point(|feed| feed.before.saturating_add(feed.records) <= records)]
    }

    /// The same without those that have errors.
    pub(crate) fn loaded_files(&self, records: u64) -> impl Iterator<Item = &Feed> {
        let failed: HashSet<&str> = self.errors.files().iter().map(|file| &*file.name).collect();
        self.read_files(records).iter().filter(move |feed| !failed.contains(&*feed.name))
    }
}

#[cfg(test)]
mod tests {

    use super::*;
    use crate::api::FeedErrorCode;
    use crate::feed_errors::FeedError;

    #[test]
    fn a_file_with_errors_counts_even_if_the_number_of_files_forgot_it() {
        let error = |file: &str| FeedError {
            code: FeedErrorCode::Parsing,
            counter: None,
            message: "bad".into(),
            file: file.into(),
            record: 1,
            times: 1,
            feed_status: None,
        };
        let errors = vec![error("a"), error("b"), error("a")].into();
        assert_eq!(Workload { files: 1, errors, ..Workload::default() }.file_count(), 2);
    }
}
