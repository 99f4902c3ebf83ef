//! Faults in a file of their own, for a proxy: `faults: [...]`, as in a scenario.

use std::path::Path;

use neptune_fault::Fault;
use serde::Deserialize;

use super::check::check_possible;
use crate::document::{Document, Findings, KeyPath, Problem, ScenarioError, Typed, in_order};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FaultFile {
    faults: Vec<Fault>,
}

/// Reads a file with faults: `faults: [{use: failover}, {on: {operation: status}, does: reset}]`.
///
/// # Errors
/// [`ScenarioError`] if the file cannot be read, is no such file, or a fault in it is impossible.
pub fn read_faults(path: &Path) -> Result<Vec<Fault>, ScenarioError> {
    let file = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| ScenarioError::unreadable("faults", &file, &error))?;
    parse_faults(&file, &text)
}

/// Reads faults from a text; `file` is its name in error messages.
///
/// # Errors
/// As [`read_faults`].
pub fn parse_faults(file: &str, text: &str) -> Result<Vec<Fault>, ScenarioError> {
    checked(text).map_err(|problems| ScenarioError::new(file, text, &problems))
}

fn checked(text: &str) -> Result<Vec<Fault>, Vec<Problem>> {
    let document = Document::parse(text, "`faults: [{use: blip-500}]`").map_err(|problem| vec![problem])?;
    let Typed { value, mut problems, amended } = document.typed::<FaultFile>();
    let faults = value.map(|file| file.faults).unwrap_or_default();
    let (findings, path) = (Findings::new(&document), KeyPath::default().key("faults"));
    for (index, fault) in faults.iter().enumerate() {
        check_possible(&findings, &path.index(index), fault);
    }
    problems.extend(findings.take_beside(&amended));
    if problems.is_empty() { Ok(faults) } else { Err(in_order(problems)) }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[test]
    fn faults_are_those_of_a_scenario() {
        let text =
            "faults:\n  - {use: failover, from: 3s}\n  - {on: {operation: status, request: '2..4'}, does: {gateway: 502}}\n";
        let faults = parse_faults("faults.yaml", text).unwrap();
        assert_eq!((faults.len(), faults[0].ready.as_deref()), (2, Some("failover")));
    }

    #[rstest]
    #[case::no_faults("does: reset\n", (1, 1), "unknown key `does`")]
    #[case::a_slip("faults:\n  - {doess: reset}\n", (2, 6), "unknown key `doess`")]
    #[case::impossible("faults:\n  - {does: reset}\n  - {does: reset, fail: 0}\n", (3, 25), "0 requests are none")]
    #[case::nothing_done("faults:\n  - {on: {operation: list}}\n", (2, 5), "the fault does nothing")]
    #[case::no_yaml("faults: [\n", (1, 9), "unclosed bracket")]
    fn what_is_wrong_has_a_place(#[case] text: &str, #[case] place: (u64, u64), #[case] message: &str) {
        let error = parse_faults("faults.yaml", text).unwrap_err();
        assert_eq!(error.place(), Some(place), "{error}");
        assert!(error.to_string().contains(message) && error.to_string().contains("faults.yaml:"), "{error}");
    }
}
