//! Errors that come one by one, of which only the newest are kept meanwhile.

use std::collections::{HashMap, VecDeque};

use crate::feed_errors::{Builder, ErrorCounts, FailedFile, FeedError, FeedErrors, KEPT, index_of};

/// Takes the errors of a load as they come, in memory that does not grow with their number.
///
/// ```
/// use neptune_loader::{FeedError, FeedErrorCode, NewestErrors};
///
/// let mut errors = NewestErrors::default();
/// for record in 1..=20_000 {
///     let (code, message, file) = (FeedErrorCode::Parsing, "bad".to_owned(), "people.csv".to_owned());
///     errors.add(FeedError { code, counter: None, message, file, record, times: 1, feed_status: None });
/// }
/// assert_eq!(errors.finish().total(), 20_000);
/// ```
#[derive(Debug, Default)]
pub struct NewestErrors {
    newest: VecDeque<FeedError>,
    /// In the order of their first error.
    files: Vec<FailedFile>,
    /// Where each is in `files`.
    indexes: HashMap<Box<str>, u32>,
    total: u64,
}

impl NewestErrors {
    /// Takes an error. Its `times` count as 1.
    pub fn add(&mut self, error: FeedError) {
        let error = FeedError { times: 1, ..error };
        self.total += 1;
        let index = self.file(&error);
        self.files[index].counts.add(error.counter.or_else(|| error.code.counter()), 1);
        if self.newest.len() as u64 == KEPT {
            self.newest.pop_front();
        }
        self.newest.push_back(error);
    }

    /// How many there are.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// All of them.
    pub fn finish(self) -> FeedErrors {
        let mut builder = Builder::default();
        for file in &self.files {
            builder.file_index(file.name.clone(), file.status.clone());
        }
        self.newest.into_iter().for_each(|error| builder.add(error));
        // What was counted counts, not what is still kept.
        builder.finish(self.files, self.total)
    }

    fn file(&mut self, error: &FeedError) -> usize {
        if let Some(index) = self.indexes.get(error.file.as_str()) {
            return *index as usize;
        }
        let status = error.feed_status.clone().unwrap_or_else(|| error.code.feed_status());
        self.indexes.insert(error.file.as_str().into(), index_of(self.files.len()));
        self.files.push(FailedFile { name: error.file.as_str().into(), status, counts: ErrorCounts::default() });
        self.files.len() - 1
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::api::FeedErrorCode;

    proptest! {
        #[test]
        fn they_are_the_same_as_all_at_once(files in prop::collection::vec(0..5u8, 0..40), more in prop_oneof![Just(0), 9_970..10_030_u64]) {
            let error = |file: &str, record| FeedError {
                code: FeedErrorCode::Parsing,
                counter: None,
                message: format!("bad {file}"),
                file: file.to_owned(),
                record,
                times: 1,
                feed_status: None,
            };
            let single = files.iter().zip(1..).map(|(file, record)| error(&format!("{file}.csv"), record));
            let errors: Vec<FeedError> = single.chain((0..more).map(|record| error("more.csv", record))).collect();
            let mut newest = NewestErrors::default();
            errors.iter().cloned().for_each(|error| newest.add(error));
            prop_assert_eq!(newest.finish(), FeedErrors::from(errors));
        }
    }
}
