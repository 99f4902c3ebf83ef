//! `cargo xtask plan`: compares the plan, the scenario files and the tests that the harness lists.

use std::collections::HashMap;
use std::io::Write;
use std::path::Path;

use anyhow::Result;

use crate::exit::Exit;
use crate::flags::Target;
use crate::harness::Harness;
use crate::planned::{self, Plan, Planned};
use crate::scenarios::{self, FAILURES, OURS, QUESTIONS, ScenarioFile};

/// Runs the command.
///
/// # Errors
/// Plan or files cannot be read, or the harness does not list its tests.
pub(crate) fn run(root: &Path, out: &mut dyn Write) -> Result<Exit> {
    let plan = Plan::read(root)?;
    let files = scenarios::read(root, &scenarios::folders(&plan))?;
    let Some(harness) = Harness::build(root, Target::Sim)? else { return Ok(Exit::BuildFailed) };
    compare(&plan, &files, &harness.list("")?, out)
}

fn compare(plan: &Plan, files: &[ScenarioFile], tests: &[String], out: &mut dyn Write) -> Result<Exit> {
    let nameless: Vec<_> = files.iter().filter(|file| file.head.name.is_none()).collect();
    for file in &nameless {
        writeln!(out, "{} has no `name`: add a line `name: test_...` at the top level", file.path)?;
    }
    if !nameless.is_empty() {
        return Ok(Exit::BadScenario);
    }
    let differences = differences(plan, files, tests);
    if differences.is_empty() {
        let in_folder = |folder: &str| files.iter().filter(|file| file.folder == folder).count();
        let planned_tests = tests.iter().filter(|name| plan.find(name).is_some()).count();
        let (rows, failures, questions, ours) = (plan.0.len(), in_folder(FAILURES), in_folder(QUESTIONS), in_folder(OURS));
        let files = files.len() - failures - questions - ours;
        writeln!(
            out,
            "plan: {rows} planned, {files} files, {planned_tests} tests; {failures} of known failures, {questions} questions, {ours} of our own"
        )?;
        return Ok(Exit::Fine);
    }
    for difference in &differences {
        writeln!(out, "{difference}")?;
    }
    writeln!(out, "plan: {} differences", differences.len())?;
    Ok(Exit::OutOfStep)
}

/// One sentence for each difference: what differs, and the remedy.
fn differences(plan: &Plan, files: &[ScenarioFile], tests: &[String]) -> Vec<String> {
    let names: HashMap<String, &ScenarioFile> = files.iter().filter_map(|file| Some((file.full_name()?, file))).collect();
    let mut found: Vec<String> = plan.0.iter().filter_map(|planned| missing_file(planned, &names)).collect();
    found.extend(files.iter().filter_map(|file| misplaced(plan, file)));
    found.extend(files.iter().filter_map(|file| doubled(file, &names)));
    found.extend(files.iter().filter_map(|file| missing_test(file, tests)));
    found.extend(
        tests
            .iter()
            .filter(|test| !names.contains_key(*test))
            .map(|test| format!("{test} runs, but no scenario file has that name: look for its file, or correct its `name`")),
    );
    found
}

fn missing_file(planned: &Planned, names: &HashMap<String, &ScenarioFile>) -> Option<String> {
    let (key, name, file) = (planned.key(), planned.full_name(), planned.file());
    (!names.contains_key(&name)).then(|| format!("{key} {name} is planned, but has no scenario: write {file}"))
}

/// Whether a file carries the plan's number, name and file name; our own carry no number.
fn misplaced(plan: &Plan, file: &ScenarioFile) -> Option<String> {
    let path = &file.path;
    let name = file.full_name()?;
    match (plan.find(&name), &file.head.plan) {
        // The harness judges number and name of a known failure.
        (None, None) if is_beyond_the_plan(&file.folder) => None,
        (None, Some(key)) if is_beyond_the_plan(&file.folder) => {
            let folder = &file.folder;
            Some(format!(
                "{path} claims to be {key}, but lies in {folder}/: remove its `plan`, or move it to the plan's folder"
            ))
        }
        (None, _) => {
            let plan = planned::PATH;
            Some(format!("{path}: {name} is not in {plan}: correct its `name`, add a row, or move it to scenarios/{OURS}/"))
        }
        (Some(planned), key) if key.as_ref() != Some(&planned.key()) => {
            let has = key.as_ref().map_or_else(|| "no `plan`".to_owned(), |key| format!("`plan: {key}`"));
            Some(format!("{path} has {has}: write `plan: {}`", planned.key()))
        }
        (Some(planned), _) => (*path != planned.file()).then(|| format!("{path}: rename it to {}", planned.file())),
    }
}

fn is_beyond_the_plan(folder: &str) -> bool {
    [FAILURES, QUESTIONS, OURS].contains(&folder)
}

fn doubled(file: &ScenarioFile, names: &HashMap<String, &ScenarioFile>) -> Option<String> {
    let name = file.full_name()?;
    let other = names.get(&name)?;
    (other.path != file.path).then(|| format!("{} and {} have the same name {name}: rename one", file.path, other.path))
}

fn missing_test(file: &ScenarioFile, tests: &[String]) -> Option<String> {
    let name = file.full_name()?;
    (!tests.contains(&name)).then(|| format!("{} is not among the tests: the harness has to list {name}", file.path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenarios::Head;

    fn plan() -> Plan {
        Plan::parse("## get_load_status\n| 1 | test_a | |\n| 2 | test_b | |\n").unwrap()
    }

    fn file(path: &str, plan: Option<&str>, name: &str) -> ScenarioFile {
        let folder = path.split('/').next().unwrap().to_owned();
        let head = Head { plan: plan.map(str::to_owned), name: Some(name.to_owned()), about: None };
        ScenarioFile { path: format!("scenarios/{path}"), folder, head }
    }

    fn files() -> Vec<ScenarioFile> {
        vec![
            file("get_load_status/01_a.yaml", Some("get_load_status/1"), "test_a"),
            file("get_load_status/02_b.yaml", Some("get_load_status/2"), "test_b"),
            file("failures/F01_e.yaml", None, "F01_e"),
            file("live-questions/q.yaml", None, "q"),
            file("beyond/c.yaml", None, "c"),
        ]
    }

    fn compare_all(files: &[ScenarioFile], tests: &[&str]) -> (Exit, String) {
        let tests: Vec<String> = tests.iter().map(|&name| name.to_owned()).collect();
        let mut out = Vec::new();
        let exit = compare(&plan(), files, &tests, &mut out).unwrap();
        (exit, String::from_utf8(out).unwrap())
    }

    const TESTS: [&str; 5] =
        ["get_load_status::test_a", "get_load_status::test_b", "failures::F01_e", "live-questions::q", "beyond::c"];

    #[test]
    fn what_agrees_is_one_line() {
        let (exit, out) = compare_all(&files(), &TESTS);
        assert_eq!(
            (exit, out.as_str()),
            (Exit::Fine, "plan: 2 planned, 2 files, 2 tests; 1 of known failures, 1 questions, 1 of our own\n")
        );
    }

    #[rstest::rstest]
    #[case::no_file(
        None,
        "get_load_status/2 get_load_status::test_b is planned, but has no scenario: write scenarios/get_load_status/02_b.yaml"
    )]
    #[case::wrong_number(
        Some(file("get_load_status/02_b.yaml", Some("get_load_status/7"), "test_b")),
        "scenarios/get_load_status/02_b.yaml has `plan: get_load_status/7`: write `plan: get_load_status/2`"
    )]
    #[case::no_number(
        Some(file("get_load_status/02_b.yaml", None, "test_b")),
        "scenarios/get_load_status/02_b.yaml has no `plan`: write `plan: get_load_status/2`"
    )]
    #[case::wrong_file_name(
        Some(file("get_load_status/2_b.yaml", Some("get_load_status/2"), "test_b")),
        "scenarios/get_load_status/2_b.yaml: rename it to scenarios/get_load_status/02_b.yaml"
    )]
    fn a_file_that_is_off_has_a_remedy(#[case] second: Option<ScenarioFile>, #[case] difference: &str) {
        let mut all = files();
        all.splice(1..2, second);
        let (exit, out) = compare_all(&all, &TESTS);
        assert_eq!(exit, Exit::OutOfStep);
        assert!(out.lines().any(|line| line == difference), "{out}");
    }

    #[rstest::rstest]
    #[case::not_planned(
        file("get_load_status/03_d.yaml", None, "test_d"),
        "scenarios/get_load_status/03_d.yaml: get_load_status::test_d is not in scenarios/PLAN.md: correct its `name`, add a row, or move it to scenarios/beyond/"
    )]
    #[case::ours_with_a_number(
        file("beyond/d.yaml", Some("get_load_status/1"), "d"),
        "scenarios/beyond/d.yaml claims to be get_load_status/1, but lies in beyond/: remove its `plan`, or move it to the plan's folder"
    )]
    #[case::same_name_twice(
        file("beyond/c2.yaml", None, "c"),
        "scenarios/beyond/c.yaml and scenarios/beyond/c2.yaml have the same name beyond::c: rename one"
    )]
    fn a_file_too_many_has_a_remedy(#[case] extra: ScenarioFile, #[case] difference: &str) {
        let mut all = files();
        all.push(extra);
        let (exit, out) = compare_all(&all, &TESTS);
        assert_eq!(exit, Exit::OutOfStep);
        assert!(out.lines().any(|line| line == difference), "{out}");
    }

    #[test]
    fn a_file_that_the_harness_does_not_list_is_a_difference() {
        let (exit, out) = compare_all(&files(), &TESTS[1..]);
        assert_eq!(exit, Exit::OutOfStep);
        let expected = "scenarios/get_load_status/01_a.yaml is not among the tests: the harness has to list get_load_status::test_a\n\
                        plan: 1 differences\n";
        assert_eq!(out, expected);
    }

    #[test]
    fn a_test_without_a_file_is_a_difference() {
        let (exit, out) = compare_all(&files(), &[TESTS.as_slice(), &["beyond::ghost"]].concat());
        assert_eq!(exit, Exit::OutOfStep);
        assert!(out.starts_with("beyond::ghost runs, but no scenario file has that name"), "{out}");
    }

    #[test]
    fn a_file_without_a_name_is_a_bad_scenario() {
        let mut all = files();
        all[0].head.name = None;
        let (exit, out) = compare_all(&all, &TESTS);
        assert_eq!(exit, Exit::BadScenario);
        assert!(out.starts_with("scenarios/get_load_status/01_a.yaml has no `name`"), "{out}");
    }
}
