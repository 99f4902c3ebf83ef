//! A load in the words of a scenario, outside of any file: the control API takes such.

use neptune_loader::Script;
use serde_json::Value;

use super::known::Known;
use super::loads::LoadEntry;
use super::scripted;
use super::work::WorkCheck;
use crate::document::{Document, Findings, KeyPath, Problem, Typed};

/// What is wrong with a load.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadProblem {
    /// The keys that lead to it within the load. Empty for the load itself.
    pub path: String,
    /// What is wrong.
    pub message: String,
    /// How to correct it, if the program knows.
    pub help: Option<String>,
}

/// Checks a load as if it stood in a scenario that declares these status words. Its source must be given: there is no name here to make
/// one from.
///
/// # Errors
/// Every mistake in it.
pub fn check_load(load: &Value, undocumented_statuses: &[String]) -> Result<Script, Vec<LoadProblem>> {
    let document = Document::of_json(load);
    let Typed { value, mut problems, .. } = document.typed::<LoadEntry>();
    let mut known = Known::documented();
    for word in undocumented_statuses {
        known.add_word(word);
    }
    let findings = Findings::new(&document);
    let check = WorkCheck { findings: &findings, known: &known };
    let script = value.and_then(|load| scripted::script(&check, &KeyPath::default(), "load", &load).0);
    problems.extend(findings.take());
    match script {
        Some(script) if problems.is_empty() => Ok(script),
        _ => Err(problems.into_iter().map(LoadProblem::from).collect()),
    }
}

impl From<Problem> for LoadProblem {
    fn from(Problem { path, message, help, .. }: Problem) -> Self {
        Self { path: path.to_string(), message, help: help.map(|help| help.replace("`given.", "`")) }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use serde_json::json;

    use super::*;

    #[test]
    fn a_load_is_read_as_in_a_scenario() {
        let load =
            json!({"source": "s3://b/\u{7}\"ä\u{2028}/", "lifecycle": ["LOAD_STARTING 2s", "LOAD_COMPLETED"], "files": 3});
        let script = check_load(&load, &["LOAD_STARTING".into()]).unwrap();
        assert_eq!((script.source.as_str(), script.workload.files), ("s3://b/\u{7}\"ä\u{2028}/", 3));
    }

    #[rstest]
    #[case::a_slip(
        json!({"lifecycle": ["LOAD_IN_PROGRES 2s", "LOAD_FAILED"]}),
        "lifecycle[0]",
        "`LOAD_IN_PROGRES` is not a documented status",
        Some("did you mean `LOAD_IN_PROGRESS`? Or declare it in `undocumented_statuses` if it is meant")
    )]
    #[case::half_a_word(
        json!({"lifecycle": ["LOAD_IN_PROGRESS 2s", "LOAD_CANCELED"]}),
        "lifecycle[1]",
        "`LOAD_CANCELED` is not a documented status",
        Some("did you mean `LOAD_CANCELLED_BY_USER`? Or declare it in `undocumented_statuses` if it is meant")
    )]
    #[case::no_duration(
        json!({"lifecycle": ["LOAD_IN_PROGRESS", "LOAD_FAILED"]}),
        "lifecycle[0]",
        "`LOAD_IN_PROGRESS` needs a duration, because another status follows: `LOAD_IN_PROGRESS 2s`",
        None
    )]
    #[case::too_few_files(
        json!({"lifecycle": ["LOAD_FAILED"], "files": 0, "errors": [{"code": "PARSING_ERROR", "message": "m", "file": "f"}]}),
        "files",
        "0 files are too few: `errors` names 1",
        None
    )]
    fn what_is_wrong_is_reported_without_the_scenario_around_it(
        #[case] load: Value,
        #[case] path: &str,
        #[case] message: &str,
        #[case] help: Option<&str>,
    ) {
        let problems = check_load(&load, &[]).unwrap_err();
        let expected = LoadProblem { path: path.to_owned(), message: message.to_owned(), help: help.map(str::to_owned) };
        assert_eq!(problems, [expected]);
    }
}
