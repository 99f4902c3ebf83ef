//! The scenario files, as far as xtask reads them: their place and the lines that say which test they are.
//!
//! A scan of top-level lines, no YAML. The harness is the judge of the rest.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::planned::Plan;

/// The folder of the scenarios that show a known failure.
pub(crate) const FAILURES: &str = "failures";
/// The folder of the scenarios that ask something of Neptune.
pub(crate) const QUESTIONS: &str = "live-questions";
/// The folder of our own scenarios.
pub(crate) const OURS: &str = "beyond";

/// The failure that a scenario of [`FAILURES`] shows, as its name begins: `F12`, or `F12b` for another side of it.
pub(crate) fn failure_label(full_name: &str) -> Option<&str> {
    let name = full_name.strip_prefix(FAILURES)?.strip_prefix("::")?;
    Some(name.split_once('_').map_or(name, |(label, _)| label))
}

/// A scenario file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ScenarioFile {
    /// Where it lies, from the workspace's root: `scenarios/beyond/x.yaml`.
    pub(crate) path: String,
    /// The folder's name: `beyond`.
    pub(crate) folder: String,
    /// What it says in the file.
    pub(crate) head: Head,
}

impl ScenarioFile {
    /// The name that the harness has to list, if the file has one.
    pub(crate) fn full_name(&self) -> Option<String> {
        self.head.name.as_ref().map(|name| format!("{}::{name}", self.folder))
    }
}

/// The folders of a project's scenarios: those of the plans, the known failures, the questions, and ours.
pub(crate) fn folders(plan: &Plan) -> Vec<&str> {
    [plan.folders(), vec![FAILURES, QUESTIONS, OURS]].concat()
}

/// The lines that say which test a file is, and what about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Head {
    /// `plan: check_bulk_load_status/12`.
    pub(crate) plan: Option<String>,
    /// `name: test_domain_complete_prov_pending`.
    pub(crate) name: Option<String>,
    /// `about: Domain load running, prov load queued`.
    pub(crate) about: Option<String>,
}

/// Reads every `scenarios/<folder>/*.yaml`, ordered by path. A folder that does not exist has no files.
///
/// # Errors
/// A folder or file cannot be read.
pub(crate) fn read(root: &Path, folders: &[&str]) -> Result<Vec<ScenarioFile>> {
    let mut files = Vec::new();
    for folder in folders {
        let place = root.join("scenarios").join(folder);
        if !place.exists() {
            continue;
        }
        for entry in fs::read_dir(&place).with_context(|| format!("cannot read {}", place.display()))? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "yaml") {
                files.push(read_file(&path, folder)?);
            }
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

fn read_file(path: &Path, folder: &str) -> Result<ScenarioFile> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let file = path.file_name().unwrap_or_default().display();
    Ok(ScenarioFile { path: format!("scenarios/{folder}/{file}"), folder: folder.to_owned(), head: parse_head(&text) })
}

fn parse_head(text: &str) -> Head {
    let value_of = |key| text.lines().find_map(|line| parse_value(line, key)).filter(|value| !value.is_empty());
    Head { plan: value_of("plan"), name: value_of("name"), about: value_of("about") }
}

/// The value of a top-level `key: value` line, without quotes and comment.
fn parse_value(line: &str, key: &str) -> Option<String> {
    let value = line.strip_prefix(key)?.strip_prefix(':')?;
    let value = value.split_once(" #").map_or(value, |(value, _)| value).trim();
    Some(value.trim_matches(['"', '\'']).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_labelled_as_its_name_begins() {
        assert_eq!(failure_label("failures::F13b_s3_denied"), Some("F13b"));
        assert_eq!(failure_label("beyond::F13b_s3_denied"), None);
        assert_eq!(failure_label("failures"), None);
    }

    #[test]
    fn the_head_is_three_top_level_lines() {
        let head =
            parse_head("# plan: no\nplan: get_load_status/3 # third\nabout: name: no\ngiven:\n  name: no\nname: \"test_x\"\n");
        assert_eq!(
            head,
            Head { plan: Some("get_load_status/3".into()), name: Some("test_x".into()), about: Some("name: no".into()) }
        );
    }

    #[test]
    fn an_empty_value_is_none() {
        assert_eq!(parse_head("name:\nplan: # none\nnames: x\n"), Head::default());
    }
}
