//! The data of a load: files, records, and their errors.

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
}

impl Default for Workload {
    fn default() -> Self {
        Self { files: 1, records: 10, duplicates: 0, retries: 0, errors: FeedErrors::default() }
    }
}

impl Workload {
    /// How many files there are, counting at least those with errors.
    pub(crate) fn file_count(&self) -> u64 {
        self.files.max(self.errors.files().len() as u64).max(1)
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
