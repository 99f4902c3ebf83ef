//! The statuses of a load and its data, in the file of a cluster and through the control API.

use std::collections::BTreeSet;
use std::time::Duration;

use neptune_loader::{FeedError, FeedErrorCode, FeedErrorCounter, FeedErrors, Lifecycle, LoadStatus, Workload};
use neptune_text::parse_duration;

use super::known::Known;
use super::loads::{CounterChoice, LoadError};
use crate::document::{Findings, KeyPath, Problem, one_of};

/// How many records a load has of which nothing is said.
const DEFAULT_RECORDS: u64 = 10;
/// How many records in a row may have the same error.
const MOST_TIMES: u64 = 1_000_000;

/// The work of a load, whatever entry it is written in.
pub(super) struct Work<'a> {
    pub(super) files: Option<u64>,
    pub(super) records: Option<u64>,
    pub(super) duplicates: u64,
    pub(super) retries: u64,
    pub(super) errors: &'a [LoadError],
}

/// Checks lifecycles and work.
pub(super) struct WorkCheck<'a> {
    pub(super) findings: &'a Findings<'a>,
    pub(super) known: &'a Known,
}

/// A text as a duration.
pub(crate) fn duration(findings: &Findings<'_>, path: &KeyPath, text: &str) -> Result<Duration, Problem> {
    parse_duration(text).map_err(|error| findings.wrong(path, error.to_string(), None))
}

impl WorkCheck<'_> {
    /// A lifecycle and the statuses in it.
    pub(super) fn lifecycle(&self, path: &KeyPath, entries: &[String]) -> Option<(Lifecycle, Vec<LoadStatus>)> {
        let stages: Vec<_> = entries.iter().enumerate().map(|(index, entry)| self.stage(&path.index(index), entry)).collect();
        let stages: Vec<(LoadStatus, Option<Duration>)> = stages.into_iter().collect::<Option<_>>()?;
        let statuses = stages.iter().map(|(status, _)| status.clone()).collect();
        let lifecycle = Lifecycle::new(stages);
        let lifecycle = lifecycle.map_err(|error| self.findings.wrong(&path.index(error.stage), error.kind.to_string(), None));
        Some((self.findings.keep(lifecycle)?, statuses))
    }

    fn stage(&self, path: &KeyPath, entry: &str) -> Option<(LoadStatus, Option<Duration>)> {
        let (word, lasts) = match entry.trim().split_once(char::is_whitespace) {
            Some((word, lasts)) => (word, Some(self.findings.keep(duration(self.findings, path, lasts.trim())))),
            None => (entry.trim(), None),
        };
        let status = self.findings.keep(self.known.status(self.findings, path, word))?;
        match lasts {
            Some(lasts) => Some((status, Some(lasts?))),
            None => Some((status, None)),
        }
    }

    /// The work, with the defaults for what is not said.
    pub(super) fn workload(&self, path: &KeyPath, work: &Work<'_>) -> Workload {
        let errors = work.errors.iter().enumerate();
        let errors = errors.filter_map(|(index, error)| self.load_error(&path.key("errors").index(index), error));
        let errors: FeedErrors = errors.collect::<Vec<_>>().into();
        let named = work.errors.iter().map(|error| &error.file).collect::<BTreeSet<_>>().len() as u64;
        let files = work.files.unwrap_or_else(|| named.max(1));
        if files < named.max(1) {
            let message = format!("{files} files are too few: `errors` names {named}");
            self.findings.add_at(&path.key("files"), message, None);
        }
        let Work { duplicates, retries, .. } = *work;
        Workload { files, records: work.records.unwrap_or(DEFAULT_RECORDS), duplicates, retries, errors, feeds: Vec::new() }
    }

    fn load_error(&self, path: &KeyPath, error: &LoadError) -> Option<FeedError> {
        let times = error.times.unwrap_or(1);
        if !(1..=MOST_TIMES).contains(&times) {
            self.findings.add_at(&path.key("times"), format!("{times} is out of range: 1 to {MOST_TIMES}"), None);
        }
        let feed_status = error.feed_status.as_deref();
        let feed_status =
            feed_status.and_then(|word| self.findings.keep(self.known.status(self.findings, &path.key("feed_status"), word)));
        let code = self.findings.keep(self.error_code(&path.key("code"), &error.code))?;
        if error.record > 0 && !code.names_record() {
            let message = format!("`{}` never names a record: its `recordNum` is 0", error.code);
            self.findings.add_at(&path.key("record"), message, Some("leave `record` out; only `PARSING_ERROR` has one"));
        }
        Some(FeedError {
            code,
            counter: error.counts_as.map(counter),
            message: error.message.clone(),
            file: error.file.clone(),
            record: error.record,
            times,
            feed_status,
        })
    }

    fn error_code(&self, path: &KeyPath, word: &str) -> Result<FeedErrorCode, Problem> {
        match FeedErrorCode::from(word) {
            FeedErrorCode::Other(_) => {
                let known: Vec<&str> = FeedErrorCode::DOCUMENTED.iter().map(FeedErrorCode::as_str).collect();
                let message = format!("`{word}` is not an error code of Neptune's");
                Err(self.findings.wrong(path, message, one_of(word, &known, "codes")))
            }
            code => Ok(code),
        }
    }
}

fn counter(choice: CounterChoice) -> FeedErrorCounter {
    match choice {
        CounterChoice::Parsing => FeedErrorCounter::Parsing,
        CounterChoice::DatatypeMismatch => FeedErrorCounter::DatatypeMismatch,
        CounterChoice::Insert => FeedErrorCounter::Insert,
    }
}
