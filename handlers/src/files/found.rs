//! What was found, as JSON: the words are those of `neptune-sim check-data --json`.

use neptune_data::{Finding, Found, Totals, What};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::text::cut;

/// How many errors, and how many warnings, an answer has.
pub(super) const SHOWN: usize = 20;
/// How long a text of a finding may be, in bytes.
const TEXT_BYTES: usize = 500;
/// How long an answer may be, in bytes. Step Functions takes 256 KiB from a state, in which more than the answer has to go.
const ANSWER_BYTES: usize = 200 * 1024;

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Shown {
    /// `None` for a warning, and for a file that cannot be read.
    pub(super) code: Option<String>,
    pub(super) message: String,
    pub(super) file: String,
    pub(super) record: u64,
    pub(super) line: Option<u64>,
    pub(super) column: Option<usize>,
    pub(super) id: Option<String>,
}

impl Shown {
    fn of(file: &str, finding: Finding) -> Self {
        let (code, message) = (finding.code().map(str::to_owned), cut(&finding.message(), TEXT_BYTES));
        let id = finding.id.map(|id| cut(&id, TEXT_BYTES));
        let (line, column) = (Some(finding.line), Some(finding.column));
        Self { code, message, file: file.to_owned(), record: finding.record, line, column, id }
    }

    /// A file that cannot be read, or not to its end.
    pub(super) fn unreadable(file: &str, why: &str) -> Self {
        let message = cut(&format!("cannot be read: {why}"), TEXT_BYTES);
        Self { code: None, message, file: file.to_owned(), record: 0, line: None, column: None, id: None }
    }
}

/// The answer about one object, or about all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Answer {
    pub(super) verdict: String,
    pub(super) totals: Totals,
    /// How many files it is about.
    pub(super) files: u64,
    /// How many errors were found. A load counts fewer where it would end.
    pub(super) error_count: u64,
    pub(super) warning_count: u64,
    /// The first of them.
    pub(super) errors: Vec<Shown>,
    pub(super) warnings: Vec<Shown>,
}

impl Answer {
    /// Counts a finding, and keeps it if it is one of the first.
    pub(super) fn found(&mut self, file: &str, found: Found<'_>) {
        let (count, kept) = match found.what() {
            What::Error(_) => (&mut self.error_count, &mut self.errors),
            What::Warning(_) => (&mut self.warning_count, &mut self.warnings),
        };
        *count += 1;
        if kept.len() < SHOWN {
            kept.push(Shown::of(file, found.finding()));
        }
    }

    /// Adds an error to those that are known.
    pub(super) fn error(&mut self, shown: Shown) {
        self.error_count += 1;
        self.errors.push(shown);
    }

    /// As JSON, with the verdict, and with as many findings as Step Functions has room for.
    pub(super) fn finish(mut self) -> Value {
        let verdict = if self.error_count > 0 { "LOAD_FAILED" } else { "LOAD_COMPLETED" };
        verdict.clone_into(&mut self.verdict);
        loop {
            let json = serde_json::to_value(&self).expect("an answer is JSON");
            if json.to_string().len() <= ANSWER_BYTES || self.errors.is_empty() && self.warnings.is_empty() {
                return json;
            }
            self.errors.truncate(self.errors.len() / 2);
            self.warnings.truncate(self.warnings.len() / 2);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_fits_whatever_was_found() {
        let mut answer = Answer::default();
        for _ in 0..SHOWN {
            answer.error(Shown::unreadable(&"\u{1}".repeat(1024), &"\u{1}".repeat(10_000)));
        }
        let answer = answer.finish();
        assert!(answer.to_string().len() <= ANSWER_BYTES);
        assert_eq!((answer["errorCount"].as_u64(), answer["verdict"].as_str()), (Some(20), Some("LOAD_FAILED")));
        assert!(!answer["errors"].as_array().unwrap().is_empty());
    }
}
