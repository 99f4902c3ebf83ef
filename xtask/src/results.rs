//! What the harness reports about each scenario: one JSON object a line.

use serde::{Deserialize, Serialize};

/// The text of a scenario that had to run and left no result.
pub(crate) const NO_RESULT: &str = "no result";

/// How one scenario ended.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub(crate) struct Outcome {
    /// The name as the harness lists it: `check_bulk_load_status::test_both_loads_failed`.
    pub(crate) name: String,
    /// The planned test that it is, `check_bulk_load_status/5`; none for our own.
    pub(crate) plan: Option<String>,
    /// The scenario file.
    pub(crate) file: Option<String>,
    /// The verdict.
    #[serde(rename = "outcome")]
    pub(crate) verdict: Verdict,
    /// Why it was not run.
    pub(crate) reason: Option<String>,
    /// How long it took, in milliseconds.
    pub(crate) millis: f64,
    /// Why it failed, at any length.
    pub(crate) failure: Option<String>,
    /// What it measured.
    pub(crate) note: Option<String>,
    /// Why it failed, in one line, with what was expected and what came.
    #[serde(default)]
    pub(crate) message: Option<String>,
    /// The line of the file that the message is about, from 1.
    #[serde(default)]
    pub(crate) line: Option<u64>,
    /// What the scenario is about.
    #[serde(default)]
    pub(crate) about: Option<String>,
    /// Where its random choices come from.
    #[serde(default)]
    pub(crate) seed: Option<u64>,
    /// Everything that the functions logged in a scenario that failed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) log: Vec<String>,
    /// Every request that reached Neptune in a scenario that failed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) requests: Vec<String>,
}

/// The verdict on one scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Verdict {
    /// All expectations held.
    Passed,
    /// One did not, or the scenario did not run although it had to.
    Failed,
    /// The file is no scenario, so that there was nothing to run.
    Unusable,
    /// The target cannot offer what the scenario needs.
    NotRun,
}

impl Verdict {
    /// The word for tables.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "FAILED",
            Self::Unusable => "UNUSABLE",
            Self::NotRun => "not run",
        }
    }
}

impl Outcome {
    /// The outcome of a scenario that had to run and left no result.
    pub(crate) fn without_result(name: &str, plan: Option<String>) -> Self {
        Self {
            name: name.to_owned(),
            plan,
            file: None,
            verdict: Verdict::Failed,
            reason: None,
            millis: 0.0,
            failure: Some(NO_RESULT.to_owned()),
            note: None,
            message: None,
            line: None,
            about: None,
            seed: None,
            log: Vec::new(),
            requests: Vec::new(),
        }
    }

    /// The name without its folder.
    pub(crate) fn short_name(&self) -> &str {
        self.name.split_once("::").map_or(&self.name, |(_, name)| name)
    }

    /// The folder: `check_bulk_load_status`, `beyond`.
    pub(crate) fn folder(&self) -> &str {
        self.name.split_once("::").map_or("", |(folder, _)| folder)
    }

    /// Why it did not pass, in one line; empty if it did.
    pub(crate) fn headline(&self) -> &str {
        self.message.as_deref().unwrap_or_else(|| self.explanation().lines().next().unwrap_or_default())
    }

    /// Why it did not pass, or nothing.
    pub(crate) fn explanation(&self) -> &str {
        self.failure.as_deref().or(self.reason.as_deref()).unwrap_or_default()
    }
}

/// Reads the results. The second list complains about lines that cannot be read: a harness that dies may leave half a line.
pub(crate) fn parse_results(text: &str) -> (Vec<Outcome>, Vec<String>) {
    let mut outcomes = Vec::new();
    let mut complaints = Vec::new();
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        match serde_json::from_str(line) {
            Ok(outcome) => outcomes.push(outcome),
            Err(error) => complaints.push(format!("line {} of the harness's results is unusable: {error}", index + 1)),
        }
    }
    (outcomes, complaints)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = r#"{"name":"beyond::x","plan":null,"file":"scenarios/beyond/x.yaml","outcome":"not_run","reason":"no faults","millis":12.5,"failure":null}"#;

    #[test]
    fn a_line_is_an_outcome() {
        let (outcomes, complaints) = parse_results(&format!("{LINE}\n\n"));
        let [outcome] = outcomes.as_slice() else { panic!("one outcome: {outcomes:?}") };
        assert_eq!((outcome.folder(), outcome.short_name(), outcome.verdict), ("beyond", "x", Verdict::NotRun));
        assert_eq!(outcome.explanation(), "no faults");
        assert_eq!(complaints, [""; 0]);
    }

    #[test]
    fn half_a_line_is_a_complaint_and_hides_nothing() {
        let (outcomes, complaints) = parse_results(&format!("{LINE}\n{}", &LINE[..40]));
        assert_eq!(outcomes.len(), 1);
        assert!(complaints[0].starts_with("line 2 of the harness's results is unusable"), "{complaints:?}");
    }

    #[test]
    fn an_unknown_verdict_is_a_complaint() {
        let (outcomes, complaints) = parse_results(&LINE.replace("not_run", "maybe"));
        assert!(outcomes.is_empty());
        assert!(complaints[0].contains("unknown variant `maybe`"), "{complaints:?}");
    }
}
