//! The errors of a load, stored compactly.
//!
//! A thousand loads may have ten thousand errors each. A run of errors takes 16 bytes here; the texts, which repeat, are kept once.

use std::collections::HashMap;

use crate::api::{ErrorLog, FeedErrorCode, FeedErrorCounter};
use neptune_wire::LoadStatus;
use serde::{Deserialize, Serialize};

/// The newest error-log entries that Neptune keeps of a load (documented).
pub(crate) const KEPT: u64 = 10_000;
/// The largest record number that can be reported. No file has as many records.
const LARGEST_RECORD: u64 = (1 << 48) - 1;

/// An error that a load reports, perhaps many times over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedError {
    /// The kind.
    pub code: FeedErrorCode,
    /// Which counter it adds to. Default: that of the kind.
    pub counter: Option<FeedErrorCounter>,
    /// Neptune's words.
    pub message: String,
    /// The file, relative to the load's source, or a full URI.
    pub file: String,
    /// The record, from 1; 0 if that cannot be said. At most 2^48 - 1. It counts only for codes that name a record.
    pub record: u64,
    /// How many records in a row have the error. Usually 1.
    pub times: u64,
    /// What the first error of a file makes of that file. Default: what the kind does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub feed_status: Option<LoadStatus>,
}

/// All errors of a load: the newest 10,000 to be read, and how many there were.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "ErrorsAsData", into = "ErrorsAsData")]
pub struct FeedErrors {
    runs: Box<[Run]>,
    kinds: Box<[Kind]>,
    files: Box<[FailedFile]>,
    total: u64,
}

/// Errors in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Run {
    /// How many kept errors stand before it.
    before: u16,
    record_high: u16,
    record_low: u32,
    /// Index in [`FeedErrors::kinds`].
    kind: u32,
    /// Index in [`FeedErrors::files`].
    file: u32,
}

/// What errors have in common.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Kind {
    code: FeedErrorCode,
    message: Box<str>,
}

/// A file with errors, and how many of them add to which counter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FailedFile {
    pub(crate) name: Box<str>,
    /// What its first error makes of it.
    pub(crate) status: LoadStatus,
    pub(crate) counts: ErrorCounts,
}

/// How many errors add to which counter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ErrorCounts {
    pub(crate) parsing: u64,
    pub(crate) datatype_mismatch: u64,
    pub(crate) insert: u64,
}

impl ErrorCounts {
    pub(crate) fn add(&mut self, counter: Option<FeedErrorCounter>, times: u64) {
        let counter = match counter {
            Some(FeedErrorCounter::Parsing) => &mut self.parsing,
            Some(FeedErrorCounter::DatatypeMismatch) => &mut self.datatype_mismatch,
            Some(FeedErrorCounter::Insert) => &mut self.insert,
            None => return,
        };
        *counter = counter.saturating_add(times);
    }

    fn plus(self, other: Self) -> Self {
        Self {
            parsing: self.parsing.saturating_add(other.parsing),
            datatype_mismatch: self.datatype_mismatch.saturating_add(other.datatype_mismatch),
            insert: self.insert.saturating_add(other.insert),
        }
    }
}

impl Run {
    fn new(before: u16, record: u64, kind: u32, file: u32) -> Self {
        // Both fit: the record is below 2^48.
        let record_high = u16::try_from(record >> 32).unwrap_or(u16::MAX);
        let record_low = u32::try_from(record & u64::from(u32::MAX)).unwrap_or(u32::MAX);
        Self { before, record_high, record_low, kind, file }
    }

    fn record(self) -> u64 {
        u64::from(self.record_high) << 32 | u64::from(self.record_low)
    }
}

impl FromIterator<FeedError> for FeedErrors {
    fn from_iter<I: IntoIterator<Item = FeedError>>(errors: I) -> Self {
        let errors: Vec<FeedError> = errors.into_iter().filter(|error| error.times > 0).collect();
        let total = errors.iter().fold(0_u64, |sum, error| sum.saturating_add(error.times));
        let mut builder = Builder { forget: total.saturating_sub(KEPT), ..Builder::default() };
        for error in errors {
            builder.add(error);
        }
        let files = std::mem::take(&mut builder.files);
        builder.finish(files, total)
    }
}

impl From<Vec<FeedError>> for FeedErrors {
    fn from(errors: Vec<FeedError>) -> Self {
        errors.into_iter().collect()
    }
}

/// All errors of a load as they are exported.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ErrorsAsData {
    /// How many there were.
    total: u64,
    files: Vec<FailedFile>,
    /// Those that are kept.
    kept: Vec<FeedError>,
}

/// Exported errors that do not fit together.
#[derive(Debug, thiserror::Error)]
#[error("the errors of a load do not fit together: {0}")]
struct ErrorsDoNotFit(&'static str);

impl From<FeedErrors> for ErrorsAsData {
    fn from(errors: FeedErrors) -> Self {
        let kept = errors.kept_errors().collect();
        Self { total: errors.total, files: errors.files.into(), kept }
    }
}

impl TryFrom<ErrorsAsData> for FeedErrors {
    type Error = ErrorsDoNotFit;

    fn try_from(data: ErrorsAsData) -> Result<Self, ErrorsDoNotFit> {
        let sum = data.kept.iter().fold(0_u64, |sum, error| sum.saturating_add(error.times));
        if sum != data.total.min(KEPT) && sum > 0 {
            return Err(ErrorsDoNotFit("`kept` does not have as many as `total` says, or 10,000 if that is more, or none"));
        }
        let mut builder = Builder::default();
        for file in &data.files {
            builder.file_index(file.name.clone(), file.status.clone());
        }
        for error in data.kept {
            builder.add(error);
        }
        if builder.files.len() != data.files.len() {
            return Err(ErrorsDoNotFit("`kept` names a file that is not in `files`, or a file is there twice"));
        }
        // What was counted counts, not what is still kept.
        Ok(builder.finish(data.files, data.total))
    }
}

/// Makes the compact form.
#[derive(Default)]
pub(crate) struct Builder {
    /// How many of the oldest entries are not kept.
    forget: u64,
    kept: u16,
    runs: Vec<Run>,
    kinds: Vec<Kind>,
    kind_indexes: HashMap<Kind, u32>,
    files: Vec<FailedFile>,
    file_indexes: HashMap<Box<str>, u32>,
}

impl Builder {
    /// With these files and counts, whatever was added.
    pub(crate) fn finish(self, files: Vec<FailedFile>, total: u64) -> FeedErrors {
        FeedErrors { runs: self.runs.into(), kinds: self.kinds.into(), files: files.into(), total }
    }

    pub(crate) fn add(&mut self, error: FeedError) {
        let FeedError { code, counter, message, file, record, times, feed_status } = error;
        let counter = counter.or_else(|| code.counter());
        let file = self.file_index(file.into(), feed_status.unwrap_or_else(|| code.feed_status()));
        self.files[file as usize].counts.add(counter, times);
        let forgotten = self.forget.min(times);
        self.forget -= forgotten;
        if forgotten == times {
            return;
        }
        let first = if record == 0 || !code.names_record() { 0 } else { record.saturating_add(forgotten).min(LARGEST_RECORD) };
        let kind = self.kind_index(Kind { code, message: message.into() });
        self.runs.push(Run::new(self.kept, first, kind, file));
        // What is kept is 10,000 at most.
        self.kept += u16::try_from(times - forgotten).unwrap_or(0);
    }

    fn kind_index(&mut self, kind: Kind) -> u32 {
        let next = index_of(self.kinds.len());
        *self.kind_indexes.entry(kind).or_insert_with_key(|kind| {
            self.kinds.push(kind.clone());
            next
        })
    }

    pub(crate) fn file_index(&mut self, name: Box<str>, status: LoadStatus) -> u32 {
        let next = index_of(self.files.len());
        *self.file_indexes.entry(name).or_insert_with_key(|name| {
            let name = name.clone();
            self.files.push(FailedFile { name, status, counts: ErrorCounts::default() });
            next
        })
    }
}

pub(crate) fn index_of(count: usize) -> u32 {
    u32::try_from(count).expect("a load has fewer than four thousand million different errors")
}

impl FeedErrors {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.total == 0
    }

    /// How many there were, forgotten ones among them.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// What is kept, as it was given, but for counters and statuses of files.
    pub fn kept_errors(&self) -> impl Iterator<Item = FeedError> {
        let ends = self.runs.iter().skip(1).map(|run| u64::from(run.before)).chain([self.kept()]);
        self.runs.iter().zip(ends).map(|(run, end)| {
            let kind = &self.kinds[run.kind as usize];
            FeedError {
                code: kind.code.clone(),
                counter: None,
                message: kind.message.clone().into(),
                file: self.files[run.file as usize].name.clone().into(),
                record: run.record(),
                times: end - u64::from(run.before),
                feed_status: None,
            }
        })
    }

    /// The files with errors, in the order of their first one.
    pub(crate) fn files(&self) -> &[FailedFile] {
        &self.files
    }

    /// How many errors add to which counter.
    pub(crate) fn counts(&self) -> ErrorCounts {
        self.files.iter().fold(ErrorCounts::default(), |sum, file| sum.plus(file.counts))
    }

    /// One page of what is kept: the number of its first entry, from 1, and the entries with their files. Empty beyond the end.
    /// Finding the page costs the same for each.
    pub(crate) fn page(&self, page: u64, per_page: u64) -> (u64, Vec<ErrorLog>) {
        let kept = self.kept();
        let begin = page.saturating_sub(1).saturating_mul(per_page).min(kept);
        let end = begin.saturating_add(per_page).min(kept);
        (begin.saturating_add(1), (begin..end).map(|number| self.entry(number)).collect())
    }

    /// How many entries are kept.
    pub(crate) fn kept(&self) -> u64 {
        if self.runs.is_empty() { 0 } else { self.total.min(KEPT) }
    }

    /// How much memory the entries take.
    pub(crate) fn bytes(&self) -> usize {
        let texts: usize = self.kinds.iter().map(|kind| size_of::<Kind>() + kind.message.len()).sum();
        texts + size_of_val(&*self.runs)
    }

    /// Keeps the counts, and no entry.
    pub(crate) fn without_entries(&self) -> Self {
        Self { files: self.files.clone(), total: self.total, ..Self::default() }
    }

    fn entry(&self, number: u64) -> ErrorLog {
        let index = self.runs.partition_point(|run| u64::from(run.before) <= number) - 1;
        let run = self.runs[index];
        let kind = &self.kinds[run.kind as usize];
        let record_num = match run.record() {
            0 => 0,
            first => first.saturating_add(number - u64::from(run.before)),
        };
        ErrorLog {
            error_code: kind.code.clone(),
            error_message: kind.message.clone().into(),
            file_name: self.files[run.file as usize].name.clone().into(),
            record_num,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(file: &str, record: u64, times: u64) -> FeedError {
        let (code, message) = (FeedErrorCode::Parsing, "bad".into());
        FeedError { code, counter: None, message, file: file.into(), record, times, feed_status: None }
    }

    fn page_of(errors: Vec<FeedError>, page: u64, per_page: u64) -> (u64, Vec<u64>) {
        let (first, logs) = FeedErrors::from(errors).page(page, per_page);
        (first, logs.into_iter().map(|log| log.record_num).collect())
    }

    #[test]
    fn a_run_takes_sixteen_bytes() {
        assert_eq!(size_of::<Run>(), 16);
    }

    #[test]
    fn pages_run_on_from_error_to_error() {
        let errors = vec![error("a", 1, 3), error("b", 10, 2)];
        assert_eq!(page_of(errors.clone(), 1, 2), (1, vec![1, 2]));
        assert_eq!(page_of(errors.clone(), 2, 2), (3, vec![3, 10]));
        assert_eq!(page_of(errors.clone(), 3, 2), (5, vec![11]));
        assert_eq!(page_of(errors.clone(), 4, 2), (6, vec![]));
        assert_eq!(page_of(errors, u64::MAX, u64::MAX), (6, vec![]));
    }

    #[test]
    fn only_the_newest_ten_thousand_entries_are_kept() {
        assert_eq!(page_of(vec![error("a", 1, 10_005)], 1, 1), (1, vec![6]));
        assert_eq!(page_of(vec![error("a", 1, u64::MAX)], 1, u64::MAX).1.len(), 10_000);
        let (_, records) = page_of(vec![error("a", 1, 3), error("b", 100, 9_998)], 1, 3);
        assert_eq!(records, [2, 3, 100]);
    }

    #[test]
    fn a_record_beyond_all_files_is_cut_to_the_largest() {
        assert_eq!(page_of(vec![error("a", u64::MAX, 1)], 1, 1), (1, vec![LARGEST_RECORD]));
        assert_eq!(page_of(vec![error("a", 1 << 40, 2)], 1, 2), (1, vec![1 << 40, (1 << 40) + 1]));
        assert_eq!(page_of(vec![error("a", 0, 2)], 1, 2), (1, vec![0, 0]));
    }

    #[test]
    fn only_a_parsing_error_has_a_record() {
        let of = |code: &FeedErrorCode| page_of(vec![FeedError { code: code.clone(), ..error("a", 7, 2) }], 1, 2).1;
        for code in FeedErrorCode::DOCUMENTED.iter().chain([&FeedErrorCode::Other("NEW_ERROR".into())]) {
            let expected = if code.as_str() == "PARSING_ERROR" { [7, 8] } else { [0, 0] };
            assert_eq!(of(code), expected, "{}", code.as_str());
        }
    }

    #[test]
    fn an_imported_error_has_no_record_either() {
        let json = serde_json::to_string(&FeedErrors::from(vec![error("a", 7, 1)])).unwrap();
        let json = json.replace("PARSING_ERROR", "INTERNAL_ERROR");
        let errors: FeedErrors = serde_json::from_str(&json).unwrap();
        assert_eq!(errors.page(1, 1).1[0].record_num, 0);
    }

    #[test]
    fn errors_are_counted_by_file_and_all_together() {
        let missing = FeedError { code: FeedErrorCode::FromOrToVertexMissing, ..error("a", 0, 4) };
        let mismatch = FeedError { counter: Some(FeedErrorCounter::DatatypeMismatch), ..error("b", 0, 2) };
        let denied = FeedError { code: FeedErrorCode::S3AccessDenied, ..error("c", 0, 1) };
        let errors: FeedErrors =
            vec![error("a", 1, 2), error("b", 1, 1), missing, mismatch, denied, error("a", 9, u64::MAX)].into();
        let counts: Vec<_> = errors
            .files()
            .iter()
            .map(|file| (&*file.name, file.counts.parsing, file.counts.datatype_mismatch, file.counts.insert))
            .collect();
        assert_eq!(counts, [("a", u64::MAX, 0, 4), ("b", 1, 2, 0), ("c", 0, 0, 0)]);
        assert_eq!(errors.counts(), ErrorCounts { parsing: u64::MAX, datatype_mismatch: 2, insert: 4 });
        assert_eq!((errors.total(), errors.kept()), (u64::MAX, 10_000));
    }

    #[test]
    fn errors_survive_an_export() {
        let mismatch = FeedError { counter: Some(FeedErrorCounter::DatatypeMismatch), ..error("b", 0, 2) };
        for errors in [vec![], vec![error("a", 1, 9_999), mismatch, error("a", 7, 5)], vec![error("a", 1, u64::MAX)]] {
            let errors = FeedErrors::from(errors);
            let json = serde_json::to_string(&errors).unwrap();
            assert_eq!(serde_json::from_str::<FeedErrors>(&json).unwrap(), errors, "{json}");
        }
    }

    #[test]
    fn exported_errors_that_do_not_fit_are_refused() {
        let json = serde_json::to_string(&FeedErrors::from(vec![error("a", 1, 2)])).unwrap();
        for (from, to) in [(r#""total":2"#, r#""total":3"#), (r#""files":[{"name":"a""#, r#""files":[{"name":"b""#)] {
            assert!(json.contains(from), "{json}");
            assert!(serde_json::from_str::<FeedErrors>(&json.replace(from, to)).is_err());
        }
    }

    #[test]
    fn an_error_that_never_happens_is_none() {
        let errors = FeedErrors::from(vec![error("a", 1, 0)]);
        assert!(errors.is_empty() && errors.files().is_empty());
        assert_eq!(errors.page(1, 10), (1, vec![]));
    }
}
