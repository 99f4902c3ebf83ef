//! What a load loads: files, records, and what goes wrong with them.

use std::collections::{HashMap, HashSet};

use neptune_wire::{ErrorLog, FeedErrorCode, FeedErrorCounter, LoadStatus};

/// The newest error-log entries that Neptune keeps of a load (documented).
const KEPT_ERRORS: u64 = 10_000;

/// The files and records of a load, and the errors it ends with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workload {
    /// How many files. Never fewer than [`Workload::errors`] names. Default 1.
    pub files: u64,
    /// How many records in all. Default 10.
    pub records: u64,
    /// How many of them are there already. Default none.
    pub duplicates: u64,
    /// What goes wrong. It shows once the load has ended.
    pub errors: Vec<FeedError>,
}

impl Default for Workload {
    fn default() -> Self {
        Self { files: 1, records: 10, duplicates: 0, errors: Vec::new() }
    }
}

/// An error that a load meets, perhaps many times over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedError {
    /// The kind.
    pub code: FeedErrorCode,
    /// Neptune's words.
    pub message: String,
    /// The file, as a full URI.
    pub file: String,
    /// The record, from 1; 0 if that cannot be said.
    pub record: u64,
    /// How many records in a row have the error. Usually 1.
    pub times: u64,
}

impl FeedError {
    /// The log entry of the n-th record that has the error, from 0.
    fn log(&self, nth: u64) -> ErrorLog {
        ErrorLog {
            error_code: self.code.clone(),
            error_message: self.message.clone(),
            file_name: self.file.clone(),
            record_num: if self.record == 0 { 0 } else { self.record.saturating_add(nth) },
        }
    }
}

/// A file with errors, and how many of them add to which counter.
pub(crate) struct FailedFeed {
    pub(crate) file: String,
    /// What its first error makes of it.
    pub(crate) status: LoadStatus,
    pub(crate) parsing_errors: u64,
    pub(crate) insert_errors: u64,
}

impl FailedFeed {
    fn new(first: &FeedError) -> Self {
        Self { file: first.file.clone(), status: first.code.feed_status(), parsing_errors: 0, insert_errors: 0 }
    }

    fn add(&mut self, error: &FeedError) {
        let counter = match error.code.counter() {
            Some(FeedErrorCounter::Parsing) => &mut self.parsing_errors,
            Some(FeedErrorCounter::Insert) => &mut self.insert_errors,
            None => return,
        };
        *counter = counter.saturating_add(error.times);
    }
}

impl Workload {
    /// The files with errors, in the order of their first one.
    pub(crate) fn failed_feeds(&self) -> Vec<FailedFeed> {
        let mut feeds: Vec<FailedFeed> = Vec::new();
        let mut places: HashMap<&str, usize> = HashMap::new();
        for error in &self.errors {
            let place = *places.entry(&error.file).or_insert_with(|| {
                feeds.push(FailedFeed::new(error));
                feeds.len() - 1
            });
            feeds[place].add(error);
        }
        feeds
    }

    /// How many files there are, counting at least those with errors.
    pub(crate) fn file_count(&self) -> u64 {
        let failed: HashSet<&str> = self.errors.iter().map(|error| error.file.as_str()).collect();
        self.files.max(failed.len() as u64).max(1)
    }

    /// How many errors add to the counter.
    pub(crate) fn count(&self, counter: FeedErrorCounter) -> u64 {
        let adding = self.errors.iter().filter(|error| error.code.counter() == Some(counter));
        adding.fold(0, |sum, error| sum.saturating_add(error.times))
    }

    /// One page of the error log: the number of its first entry, from 1, and the entries. Empty beyond the end.
    pub(crate) fn error_page(&self, page: u64, per_page: u64) -> (u64, Vec<ErrorLog>) {
        let total = self.errors.iter().fold(0_u64, |sum, error| sum.saturating_add(error.times));
        let forgotten = total.saturating_sub(KEPT_ERRORS);
        let before = page.saturating_sub(1).saturating_mul(per_page);
        let first = forgotten.saturating_add(before);
        let logs = skip_errors(&self.errors, first).take(usize::try_from(per_page.min(KEPT_ERRORS)).unwrap_or(0)).collect();
        (before.saturating_add(1), logs)
    }
}

/// The log without its first entries, without making the skipped ones: `times` may be large.
fn skip_errors(errors: &[FeedError], mut skip: u64) -> impl Iterator<Item = ErrorLog> + '_ {
    errors.iter().flat_map(move |error| {
        let skipped = skip.min(error.times);
        skip -= skipped;
        (skipped..error.times).map(move |nth| error.log(nth))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(file: &str, record: u64, times: u64) -> FeedError {
        FeedError { code: FeedErrorCode::Parsing, message: "bad".into(), file: file.into(), record, times }
    }

    fn page_of(errors: Vec<FeedError>, page: u64, per_page: u64) -> (u64, Vec<u64>) {
        let (first, logs) = Workload { errors, ..Workload::default() }.error_page(page, per_page);
        (first, logs.into_iter().map(|log| log.record_num).collect())
    }

    #[test]
    fn pages_run_on_from_error_to_error() {
        let errors = vec![error("a", 1, 3), error("b", 10, 2)];
        assert_eq!(page_of(errors.clone(), 1, 2), (1, vec![1, 2]));
        assert_eq!(page_of(errors.clone(), 2, 2), (3, vec![3, 10]));
        assert_eq!(page_of(errors.clone(), 3, 2), (5, vec![11]));
        assert_eq!(page_of(errors, 4, 2), (7, vec![]));
    }

    #[test]
    fn only_the_newest_ten_thousand_entries_are_kept() {
        assert_eq!(page_of(vec![error("a", 1, 10_005)], 1, 1), (1, vec![6]));
        assert_eq!(page_of(vec![error("a", 1, u64::MAX)], 1, u64::MAX).1.len(), 10_000);
    }

    #[test]
    fn a_file_with_errors_counts_even_if_the_number_of_files_forgot_it() {
        let errors = vec![error("a", 1, 1), error("b", 1, 1), error("a", 2, 1)];
        assert_eq!(Workload { files: 1, errors, ..Workload::default() }.file_count(), 2);
    }

    #[test]
    fn errors_are_counted_by_file() {
        let missing = FeedError { code: FeedErrorCode::FromOrToVertexMissing, ..error("a", 0, 4) };
        let errors = vec![error("a", 1, 2), error("b", 1, 1), missing, error("a", 9, u64::MAX)];
        let feeds = Workload { errors, ..Workload::default() }.failed_feeds();
        let counts: Vec<_> = feeds.iter().map(|feed| (feed.file.as_str(), feed.parsing_errors, feed.insert_errors)).collect();
        assert_eq!(counts, [("a", u64::MAX, 4), ("b", 1, 0)]);
    }
}
