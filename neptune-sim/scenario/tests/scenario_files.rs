//! Every scenario of the project can be read, and every bad one is refused with the text beside it.
//!
//! `bad_scenarios/x.yaml` is refused with exactly `bad_scenarios/x.err`. After a change of the texts, write them anew with
//! `UPDATE_ERRORS=1 cargo test --workspace --test scenario_files` and review the difference like code.

use std::fs;
use std::path::{Path, PathBuf};

use neptune_scenario::Scenario;
use proptest::prelude::*;

/// The folder of this package. Cargo sets it when the test runs, so that a copy of the checkout reads its own files.
fn package() -> PathBuf {
    std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs this test").into()
}

fn yaml_files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.expect("a folder that opened can be read").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "yaml"))
        .collect();
    files.sort();
    files
}

#[test]
fn every_scenario_of_the_project_can_be_read() {
    let root = package().join("../../scenarios");
    let mut count = 0;
    for folder in ["check_bulk_load_status", "get_load_status", "failures", "live-questions", "beyond"] {
        for file in yaml_files(&root.join(folder)) {
            if let Err(error) = Scenario::read(&file) {
                panic!("{error}");
            }
            count += 1;
        }
    }
    assert!(count >= 84, "only {count} scenarios were found");
}

#[test]
fn every_bad_scenario_is_refused_with_the_text_beside_it() {
    let folder = package().join("tests/bad_scenarios");
    let files = yaml_files(&folder);
    assert!(files.len() >= 20, "only {} bad scenarios were found", files.len());
    for file in files {
        let name = file.file_name().unwrap().to_str().unwrap().to_owned();
        let Err(error) = Scenario::parse(&name, &fs::read_to_string(&file).unwrap()) else {
            panic!("{name} was taken for a good scenario");
        };
        let expected = file.with_extension("err");
        let text = format!("{error}\n");
        if std::env::var_os("UPDATE_ERRORS").is_some() {
            fs::write(&expected, &text).unwrap();
        }
        let expected = fs::read_to_string(&expected).unwrap_or_else(|error| panic!("{}: {error}", expected.display()));
        assert_eq!(text, expected, "{name}");
    }
}

/// A scenario that uses most of the format.
const WHOLE: &str = include_str!("../../../scenarios/check_bulk_load_status/14_neptune_api_error.yaml");

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_spoilt_scenario_is_read_or_explained(at in 0..WHOLE.len(), cut in 0..60_usize, put in "[ -~äß€\\n\\t]{0,20}") {
        let start = WHOLE.floor_char_boundary(at);
        let end = WHOLE.floor_char_boundary((at + cut).min(WHOLE.len())).max(start);
        let text = format!("{}{put}{}", &WHOLE[..start], &WHOLE[end..]);
        if let Err(error) = Scenario::parse("spoilt.yaml", &text) {
            let shown = error.to_string();
            prop_assert!(shown.starts_with("error: ") && shown.contains("spoilt.yaml:"), "{shown}");
        }
    }
}

#[test]
fn of_many_mistakes_twenty_are_reported_and_the_others_counted() {
    let load = |name: usize| format!("    load-{name}: {{lifecycle: [LOAD_COMPLETE]}}\n");
    let loads: String = (0..250).map(load).collect();
    let error = Scenario::parse("many.yaml", &format!("name: many\nabout: Mistakes\ngiven:\n  loads:\n{loads}")).unwrap_err();
    let reported = error.to_string();
    assert_eq!((error.mistakes(), reported.matches("is not a documented status").count()), (250, 20));
    assert!(reported.ends_with("error: 230 more mistakes in many.yaml: correct these first"), "{reported}");
}
