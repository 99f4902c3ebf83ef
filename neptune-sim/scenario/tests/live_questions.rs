//! The questions to a live cluster: no quirk and no open question is left out without a reason, and each file can run on one.

use std::fs;
use std::path::PathBuf;

use neptune_loader::QUIRKS;
use neptune_loader::quirks::OPEN_QUESTIONS;
use neptune_scenario::Scenario;

/// The folder of this checkout: cargo sets the package's folder when the test runs.
fn scenarios() -> PathBuf {
    PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs this test")).join("../../scenarios")
}

fn questions() -> Vec<Scenario> {
    let files = fs::read_dir(scenarios().join("live-questions")).expect("the folder is there");
    let read = |path: PathBuf| Scenario::read(&path).unwrap_or_else(|error| panic!("{error}"));
    files.map(|file| read(file.expect("it can be read").path())).collect()
}

#[test]
fn every_quirk_and_open_question_is_asked_or_has_a_reason_why_it_cannot_be() {
    let page = fs::read_to_string(scenarios().join("README.md")).unwrap();
    let (_, table) = page.split_once("| question | why |").expect("the page has the table");
    let (table, _) = table.split_once("\n\n").unwrap();
    let questions = questions();
    for name in QUIRKS.iter().map(|quirk| quirk.name).chain(OPEN_QUESTIONS.iter().map(|open| open.name)) {
        let mut all = questions.iter().flat_map(|scenario| scenario.question().unwrap());
        let is_asked = all.any(|question| question.name == name);
        let is_beyond = table.contains(&format!("`{name}`"));
        assert!(is_asked != is_beyond, "{name}: ask it, or say in scenarios/README.md why it cannot be asked");
    }
}

#[test]
fn every_question_can_be_asked_of_a_live_cluster_itself() {
    for scenario in questions() {
        if let Err(why) = scenario.on_neptune() {
            panic!("{} has no live form: {why}", scenario.file());
        }
        assert!(!scenario.needs_fault_proxy(), "{}", scenario.file());
    }
}
