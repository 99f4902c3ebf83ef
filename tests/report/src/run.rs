//! A finished run: its results, and what is known of the run as a whole.

use std::time::{Duration, SystemTime};

use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::{TestResult, Verdict};

/// A finished run, as plain data. Every report is made from it.
#[derive(Clone, Debug)]
pub struct Run {
    /// What ran, as a command or in words: `cargo xtask it --target sim`.
    pub title: String,
    /// When it began.
    pub started_at: SystemTime,
    /// How long it took. Tests run side by side, so this may be less than their sum.
    pub took: Duration,
    /// What is known of the run, such as target, version and commit: keys at the top of the JSON, and properties in JUnit.
    pub properties: Vec<(&'static str, Value)>,
    /// What the line of totals has in brackets: `target sim`.
    pub context: String,
    /// One per test, in the order of the reports.
    pub results: Vec<TestResult>,
    /// What went wrong with the run itself. A run with errors is never green.
    pub errors: Vec<String>,
    /// Sentences before the totals.
    pub remarks: Vec<String>,
    /// Further sections at the end of the Markdown.
    pub sections: Vec<Section>,
    /// The closing line, where there is more to say than the totals do.
    pub conclusion: Option<Conclusion>,
}

/// A section of the Markdown beside those about the results.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Its heading.
    pub heading: String,
    /// Its text, in Markdown.
    pub body: String,
}

/// The verdict on a whole run, with the exit code of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conclusion {
    /// The word: `drifted`.
    pub word: &'static str,
    /// What it means, as a sentence goes on after a colon.
    pub meaning: &'static str,
    /// What the program ends with.
    pub exit_code: u8,
}

impl Run {
    /// An empty run that began then.
    pub fn new(title: impl Into<String>, started_at: SystemTime) -> Self {
        Self {
            title: title.into(),
            started_at,
            took: Duration::ZERO,
            properties: Vec::new(),
            context: String::new(),
            results: Vec::new(),
            errors: Vec::new(),
            remarks: Vec::new(),
            sections: Vec::new(),
            conclusion: None,
        }
    }

    /// Whether everything that had to run ran and passed. With a conclusion, its exit code decides.
    pub fn is_green(&self) -> bool {
        match self.conclusion {
            Some(conclusion) => conclusion.exit_code == 0,
            None => self.errors.is_empty() && !self.results.iter().any(TestResult::is_red),
        }
    }

    /// How many expectations of its results were not checked, in words; `None` if all were. The Markdown and the page list them.
    pub fn unchecked_in_words(&self) -> Option<String> {
        let count = self.results.iter().map(|result| result.unchecked.len()).sum::<usize>();
        (count > 0).then(|| format!("{} not checked", crate::count(count as u64, "expectation")))
    }

    /// How many tests have this verdict.
    pub fn count(&self, verdict: Verdict) -> usize {
        self.with(verdict).count()
    }

    /// How many failed; those without a result did.
    pub fn failed(&self) -> usize {
        self.count(Verdict::Failed) + self.count(Verdict::NoResult)
    }

    /// The totals in words: `2 passed, 1 failed, 0 not run`. Rarer verdicts are counted only where there are any.
    pub fn totals(&self) -> String {
        let rare = [Verdict::Drifted, Verdict::Inconclusive, Verdict::Unusable].into_iter().filter_map(|verdict| {
            let number = self.count(verdict);
            (number > 0).then(|| format!(", {number} {}", verdict.word().to_lowercase()))
        });
        let (passed, failed) = (self.count(Verdict::Passed), self.failed());
        format!("{passed} passed, {failed} failed, {} not run{}", self.count(Verdict::NotRun), rare.collect::<String>())
    }

    pub(crate) fn with(&self, verdict: Verdict) -> impl Iterator<Item = &TestResult> {
        self.results.iter().filter(move |result| result.verdict == verdict)
    }

    /// The results by table, in the order in which tables first appear, with their headings.
    pub(crate) fn tables(&self) -> Vec<(Option<&str>, Vec<&TestResult>)> {
        let mut tables: Vec<(Option<&str>, Vec<&TestResult>)> = Vec::new();
        for result in &self.results {
            let heading = result.table.as_deref();
            match tables.iter_mut().find(|(other, _)| *other == heading) {
                Some((_, results)) => results.push(result),
                None => tables.push((heading, vec![result])),
            }
        }
        tables
    }

    /// Each reason for which tests were not run, with its remedy and these tests.
    pub(crate) fn reasons_not_run(&self) -> Vec<(&str, Option<&str>, Vec<&TestResult>)> {
        let mut reasons: Vec<(&str, Option<&str>, Vec<&TestResult>)> = Vec::new();
        for result in self.with(Verdict::NotRun) {
            let reason = result.reason.as_deref().unwrap_or("no reason given");
            match reasons.iter_mut().find(|(other, ..)| *other == reason) {
                Some((.., results)) => results.push(result),
                None => reasons.push((reason, result.remedy.as_deref(), vec![result])),
            }
        }
        reasons
    }

    /// When it began, in UTC to the millisecond: `2026-01-01T00:00:00.25Z`.
    pub(crate) fn timestamp(&self) -> String {
        let at = OffsetDateTime::from(self.started_at);
        let millis = at.replace_millisecond(at.millisecond()).unwrap_or(at);
        millis.format(&Rfc3339).unwrap_or_default()
    }
}

/// Runs for the tests of all reports.
#[cfg(test)]
pub(crate) mod samples {
    use std::time::UNIX_EPOCH;

    use super::*;
    use crate::Difference;

    /// A result with a text where the verdict has one.
    pub(crate) fn result(name: &str, number: Option<&str>, verdict: Verdict, text: &str) -> TestResult {
        let failure = matches!(verdict, Verdict::Failed | Verdict::Unusable).then(|| text.to_owned());
        let reason = matches!(verdict, Verdict::NotRun | Verdict::Inconclusive).then(|| text.to_owned());
        let number = number.map(str::to_owned);
        TestResult { name: name.into(), number, verdict, millis: 12.34, failure, reason, ..TestResult::default() }
    }

    /// A run with these results.
    pub(crate) fn run(results: Vec<TestResult>) -> Run {
        Run {
            took: Duration::from_millis(1234),
            properties: vec![("target", "sim".into()), ("version", "0.1.0".into()), ("commit", "abc-dirty".into())],
            context: "target sim".into(),
            results,
            ..Run::new("cargo xtask it --target sim", UNIX_EPOCH + Duration::from_millis(1_767_225_600_250))
        }
    }

    /// A run in which everything has happened that can happen.
    pub(crate) fn eventful() -> Run {
        let message = "scenarios/check/03_c.yaml:22: it fails: status: expected \"FAILED\", got \"PENDING\"";
        let failed = TestResult {
            message: Some(message.into()),
            file: Some("scenarios/check/03_c.yaml".into()),
            line: Some(22),
            about: Some("a load fails".into()),
            seed: Some(7),
            ..result("check::test_c", Some("check 3"), Verdict::Failed, "expected \"FAILED\"\n    got <PENDING> `x`")
        };
        let differences = ["3", "a | b\nc"].map(|live| Difference {
            step: "action 1".into(),
            path: "answer.note".into(),
            accepted: if live == "3" { "4".into() } else { String::new() },
            live: live.into(),
        });
        let drifted =
            TestResult { differences: differences.to_vec(), ..result("check::test_a", Some("check 1"), Verdict::Drifted, "") };
        let left_out = |name: &str, number| TestResult {
            remedy: Some("choose a higher `--tier`".into()),
            ..result(name, Some(number), Verdict::NotRun, "the tier does not have it")
        };
        let noted = TestResult {
            notes: vec!["the slowest answer took 12 ms".into()],
            unchecked: vec!["Logs contain the load id".into()],
            ..result("get::test_b", Some("get 2"), Verdict::Passed, "")
        };
        run(vec![
            drifted,
            failed,
            left_out("check::test_d", "check 4"),
            left_out("check::test_e", "check 5"),
            noted,
            TestResult {
                remedy: Some("run it again".into()),
                ..result("get::test_f", Some("get 6"), Verdict::Inconclusive, "the state passed too quickly")
            },
            TestResult {
                table: Some("known failures".into()),
                ..result("failures::F01_queue_full", Some("F01"), Verdict::Unusable, "error: unknown key `load`")
            },
            TestResult::missing("beyond::g"),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::samples::{eventful, result, run};
    use super::*;

    #[test]
    fn the_totals_count_rare_verdicts_only_where_there_are_any() {
        assert_eq!(run(vec![result("a", None, Verdict::Passed, "")]).totals(), "1 passed, 0 failed, 0 not run");
        assert_eq!(eventful().totals(), "1 passed, 2 failed, 2 not run, 1 drifted, 1 inconclusive, 1 unusable");
    }

    #[test]
    fn what_was_not_checked_is_counted() {
        assert_eq!(eventful().unchecked_in_words().as_deref(), Some("1 expectation not checked"));
        assert_eq!(run(vec![result("a", None, Verdict::Passed, "")]).unchecked_in_words(), None);
    }

    #[test]
    fn an_error_of_the_run_is_never_green() {
        assert!(run(vec![]).is_green());
        assert!(!Run { errors: vec!["it died".into()], ..run(vec![]) }.is_green());
        assert!(!run(vec![TestResult::missing("a")]).is_green());
    }

    #[test]
    fn a_conclusion_decides() {
        let conclusion = |exit_code| Some(Conclusion { word: "w", meaning: "m", exit_code });
        assert!(!Run { conclusion: conclusion(3), ..run(vec![]) }.is_green());
        assert!(Run { conclusion: conclusion(0), ..run(vec![]) }.is_green());
    }

    #[test]
    fn a_time_is_written_in_utc_to_the_millisecond() {
        assert_eq!(run(vec![]).timestamp(), "2026-01-01T00:00:00.25Z");
    }
}
