//! Loads on the command line: `--load 'LOAD_IN_PROGRESS 30s, LOAD_FAILED'`.

use std::convert::Infallible;
use std::str::FromStr;

use neptune_loader::{LoadId, Script};
use neptune_server::scenario::{LoadProblem, check_load};
use serde_json::json;

/// The id of a load that gets none on the command line.
const DEFAULT_ID: &str = "load";

/// A load as it stands on the command line: `ID=STATUS TIME, STATUS TIME, STATUS`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct GivenLoad {
    id: String,
    lifecycle: Vec<String>,
}

impl FromStr for GivenLoad {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (id, lifecycle) = text.split_once('=').unwrap_or((DEFAULT_ID, text));
        let lifecycle = lifecycle.split(',').map(|entry| entry.trim().to_owned()).collect();
        Ok(Self { id: id.trim().to_owned(), lifecycle })
    }
}

/// The loads as the cluster takes them, beside those of its scenario.
///
/// # Errors
/// What is wrong, for people: an impossible lifecycle, no id, or an id that stands twice.
pub(crate) fn scripts(loads: &[GivenLoad], of_scenario: &[(LoadId, Script)]) -> Result<Vec<(LoadId, Script)>, String> {
    let mut scripts: Vec<(LoadId, Script)> = Vec::new();
    for load in loads {
        if of_scenario.iter().chain(&scripts).any(|(known, _)| known.as_str() == load.id) {
            let hint = "begin with an id of its own: `--load 'people=LOAD_IN_PROGRESS 30s, LOAD_FAILED'`";
            return Err(format!("error: --load: there is a load `{}` already\nhint: {hint}", load.id));
        }
        scripts.push((load.id.as_str().into(), load.script()?));
    }
    Ok(scripts)
}

impl GivenLoad {
    fn script(&self) -> Result<Script, String> {
        let Self { id, lifecycle } = self;
        if id.is_empty() {
            return Err("error: --load: there is no id before `=`\nhint: leave out `=`, or write an id before it".to_owned());
        }
        let load = json!({"source": format!("s3://bucket/{id}/"), "lifecycle": lifecycle});
        check_load(&load, &[]).map_err(|problems| self.rendered(&problems))
    }

    /// Every mistake, with the entry that has it.
    fn rendered(&self, problems: &[LoadProblem]) -> String {
        let line = |problem: &LoadProblem| {
            let index = problem.path.strip_prefix("lifecycle[").and_then(|rest| rest.strip_suffix(']')?.parse::<usize>().ok());
            let entry = index.and_then(|index| self.lifecycle.get(index));
            let place = entry.map(|entry| format!(" `{entry}`:")).unwrap_or_default();
            let help = problem.help.as_ref().map(|help| format!("\nhint: {help}")).unwrap_or_default();
            format!("error: --load:{place} {}{help}", problem.message)
        };
        problems.iter().map(line).collect::<Vec<_>>().join("\n")
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn given(texts: &[&str]) -> Result<Vec<String>, String> {
        let loads: Vec<GivenLoad> = texts.iter().map(|text| text.parse().unwrap()).collect();
        let taken = scripts(&["taken=LOAD_COMPLETED".parse().unwrap()], &[]).unwrap();
        let made = scripts(&loads, &taken)?;
        Ok(made.iter().map(|(id, script)| format!("{id} {} {:?}", script.source, script.lifecycle)).collect())
    }

    #[test]
    fn a_load_has_the_id_before_the_equals_sign_or_a_default() {
        let made = given(&["LOAD_IN_PROGRESS 30s, LOAD_CANCELLED_BY_USER", "people = LOAD_FAILED"]).unwrap();
        assert!(made[0].starts_with("load s3://bucket/load/ ") && made[0].contains("CancelledByUser"), "{made:?}");
        assert!(made[1].starts_with("people s3://bucket/people/ "), "{made:?}");
    }

    #[rstest]
    #[case::a_typo("LOAD_IN_PROGRES 2s, LOAD_FAILED", "`LOAD_IN_PROGRES 2s`:", "did you mean `LOAD_IN_PROGRESS`")]
    #[case::no_end("LOAD_IN_PROGRESS 2s", "`LOAD_IN_PROGRESS 2s`:", "")]
    #[case::no_time("LOAD_IN_PROGRESS, LOAD_FAILED", "`LOAD_IN_PROGRESS`:", "")]
    #[case::nothing("", "", "")]
    #[case::no_id("=LOAD_FAILED", "no id before `=`", "leave out `=`")]
    #[case::an_id_twice("taken=LOAD_FAILED", "a load `taken` already", "an id of its own")]
    fn a_mistake_is_named_with_its_entry_and_a_remedy(#[case] text: &str, #[case] what: &str, #[case] hint: &str) {
        let error = given(&[text]).unwrap_err();
        assert!(error.starts_with("error: --load:") && error.contains(what) && error.contains(hint), "{error}");
    }
}
