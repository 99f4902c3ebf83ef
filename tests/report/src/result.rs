//! The result of one test.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The result of one test, as plain data. As JSON it is an element of `scenarios` in `results.json`, and a line of `results.ndjson`.
///
/// Only `name`, `outcome` (the verdict) and `millis` are needed to read one; everything else is empty by default.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
pub struct TestResult {
    /// Folder and test: `check_bulk_load_status::test_both_loads_failed`.
    pub name: String,
    /// The number that people use, and that `--filter` takes: `check 6` or `F22`. None if the test has no number.
    #[serde(default)]
    pub number: Option<String>,
    /// The planned test behind it: `check_bulk_load_status/6`. None beyond the plan.
    #[serde(default)]
    pub plan: Option<String>,
    /// What the test is about, in one line.
    #[serde(default)]
    pub about: Option<String>,
    /// The heading of its table. None: the first table, which has no heading.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<String>,
    /// How it was run where a test can run in several ways: `with induced data`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<String>,
    /// The verdict.
    #[serde(rename = "outcome")]
    pub verdict: Verdict,
    /// Whether the run fails if this test was not run or is inconclusive.
    #[serde(default)]
    pub required: bool,
    /// How long it took, in milliseconds. Zero if it did not run.
    pub millis: f64,
    /// The file of the test, from the root of the project.
    #[serde(default)]
    pub file: Option<String>,
    /// The line of the file that the message is about, from 1.
    #[serde(default)]
    pub line: Option<u64>,
    /// Why it did not pass, in one line: place, what was expected, what came.
    #[serde(default)]
    pub message: Option<String>,
    /// Why it did not pass, at any length. For people: it may leave out repeated lines.
    #[serde(default)]
    pub failure: Option<String>,
    /// Why it was not run, or is inconclusive.
    #[serde(default)]
    pub reason: Option<String>,
    /// What helps against the reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
    /// What was measured or noticed, a line each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// Where answers differ from the accepted ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub differences: Vec<Difference>,
    /// Checks that this kind of run cannot make, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unchecked: Vec<String>,
    /// Where the random choices of the test come from.
    #[serde(default)]
    pub seed: Option<u64>,
    /// What was expected and does not hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unmet: Vec<Unmet>,
    /// What was expected and holds, in the words of the test.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub held: Vec<String>,
    /// Everything that the functions logged. `results.json` leaves it out of a test that passed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub log: Vec<String>,
    /// Every request that the server received in a test that failed, a line each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requests: Vec<String>,
    /// What happened when, as the page of a report draws it. Only `report.html` shows it: `results.json` leaves it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeline: Option<Value>,
}

/// The verdict on one test.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Every expectation holds.
    Passed,
    /// An expectation does not hold.
    Failed,
    /// Every expectation holds, but some answers are not the accepted ones.
    Drifted,
    /// The file of the test cannot be used, so that there was nothing to run.
    Unusable,
    /// The test had to run and left no result.
    #[default]
    NoResult,
    /// It ran, but the state that it is about could not be observed.
    Inconclusive,
    /// It was left out, for a reason.
    NotRun,
}

/// A field of an answer that differs from the accepted one.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Difference {
    /// The step of the test: `action 1`.
    pub step: String,
    /// The field: `answer.prov_status`.
    pub path: String,
    /// What was accepted. Empty if the field was absent.
    pub accepted: String,
    /// What came. Empty if the field is absent.
    pub live: String,
}

/// An expectation that does not hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Unmet {
    /// The step of the test: `action[0]`.
    pub step: String,
    /// The expectation, in the words of the test.
    pub words: String,
    /// What was looked at: `answer.status`. Empty if that is not one value.
    pub field: String,
    /// What was to be there. Empty if the words say it all.
    pub expected: String,
    /// What was there.
    pub got: String,
    /// The line of the test's file that expects it, from 1.
    #[serde(default)]
    pub line: Option<u64>,
}

impl Verdict {
    /// The word in tables. What needs attention is in capitals.
    pub fn word(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "FAILED",
            Self::Drifted => "DRIFTED",
            Self::Unusable => "UNUSABLE",
            Self::NoResult => "NO RESULT",
            Self::Inconclusive => "inconclusive",
            Self::NotRun => "not run",
        }
    }

    /// Whether something is wrong, and not only open.
    pub fn is_bad(self) -> bool {
        match self {
            Self::Failed | Self::Drifted | Self::Unusable | Self::NoResult => true,
            Self::Passed | Self::Inconclusive | Self::NotRun => false,
        }
    }
}

impl TestResult {
    /// The result of a test that had to run and left none.
    pub fn missing(name: &str) -> Self {
        Self { name: name.to_owned(), required: true, ..Self::default() }
    }

    /// The folder: `check_bulk_load_status`. Empty if the name has none.
    pub fn folder(&self) -> &str {
        self.name.split_once("::").map_or("", |(folder, _)| folder)
    }

    /// The name without its folder.
    pub fn short_name(&self) -> &str {
        self.name.split_once("::").map_or(&self.name, |(_, name)| name)
    }

    /// The name in tables: without the number, which has a column of its own; with the folder where there is no number.
    pub fn table_name(&self) -> &str {
        let Some(number) = &self.number else { return &self.name };
        let short = self.short_name();
        short.strip_prefix(number.as_str()).and_then(|rest| rest.strip_prefix('_')).unwrap_or(short)
    }

    /// Why it did not pass, in one line. Empty if it passed.
    pub fn headline(&self) -> String {
        if let Some(message) = &self.message {
            return message.clone();
        }
        let first = |text: &String| text.lines().next().unwrap_or_default().to_owned();
        let reported = self.failure.as_ref().map(first).or_else(|| self.reason.clone());
        reported.unwrap_or_else(|| self.differences_counted())
    }

    /// Why it did not pass, whole. Empty if it passed.
    pub fn explanation(&self) -> String {
        let differences = self.differences.iter().map(Difference::to_string).collect::<Vec<_>>().join("\n");
        let reported = self.failure.clone().or_else(|| self.reason.clone());
        reported.unwrap_or(differences)
    }

    /// Whether it keeps a run from being green.
    pub(crate) fn is_red(&self) -> bool {
        let is_open = matches!(self.verdict, Verdict::Inconclusive | Verdict::NotRun);
        self.verdict.is_bad() || (is_open && self.required)
    }

    fn differences_counted(&self) -> String {
        match (self.verdict, self.differences.len()) {
            (Verdict::NoResult, _) => "it had to run and left no result".to_owned(),
            (_, 0) => String::new(),
            (_, number) => format!("{} from the accepted answers", crate::count(number as u64, "difference")),
        }
    }
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { step, path, accepted, live } = self;
        write!(f, "{step}: {path}: accepted `{accepted}`, live `{live}`")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str, number: Option<&str>) -> TestResult {
        TestResult { name: name.into(), number: number.map(str::to_owned), ..TestResult::default() }
    }

    #[test]
    fn a_table_has_the_number_once_and_the_folder_where_there_is_no_number() {
        assert_eq!(named("failures::F13b_s3_denied", Some("F13b")).table_name(), "s3_denied");
        assert_eq!(named("get_load_status::test_a", Some("get 1")).table_name(), "test_a");
        assert_eq!(named("beyond::a", None).table_name(), "beyond::a");
    }

    #[test]
    fn a_headline_is_the_message_or_the_first_line_of_the_failure_or_the_reason() {
        let failure = Some("first\nsecond".to_owned());
        let all = TestResult { message: Some("m".into()), failure: failure.clone(), ..named("a", None) };
        assert_eq!(all.headline(), "m");
        assert_eq!(TestResult { failure, ..named("a", None) }.headline(), "first");
        assert_eq!(TestResult { reason: Some("no docker".into()), ..named("a", None) }.headline(), "no docker");
        assert_eq!(TestResult::missing("a").headline(), "it had to run and left no result");
    }

    #[test]
    fn what_has_to_run_is_red_when_it_does_not() {
        let left_out = |required| TestResult { required, verdict: Verdict::NotRun, ..named("a", None) }.is_red();
        assert_eq!((left_out(true), left_out(false)), (true, false));
    }
}
