//! Scenarios against functions in another language, through `neptune-sim test`. The functions are `python/loads.py`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use neptune_harness::binaries::simulator_binary;
use neptune_harness::optional::skipped;
use neptune_harness::project::root;
use rstest::rstest;
use serde_json::Value;

use crate::programs::{python, text, works};

/// A scenario of a user's own, which needs no more than this.
const OWN: &str = "
name: done
about: Both loads have completed
given: {loads: {a-load: {lifecycle: [LOAD_COMPLETED]}}}
action:
  - invoke:
      function: check_bulk_load_status
      event: {domain_load_id: a-load, prov_load_id: a-load, run_id: run-1}
      expect: {it is a success: {answer.status: SUCCESS, answer.run_id: run-1}}
";

fn folder() -> PathBuf {
    root().join("tests/it/python")
}

/// `NAME=COMMAND` for a handler of `loads.py`.
fn function(name: &str, handler: &str) -> String {
    format!("--function={name}=python3 runtime.py loads.{handler}")
}

fn run(arguments: &[&str]) -> Output {
    let program = simulator_binary().unwrap();
    Command::new(program).arg("test").args(arguments).current_dir(folder()).output().unwrap()
}

/// Runs, and gives the names of the scenarios with this outcome.
fn names(results: &Path, outcome: &str) -> Vec<String> {
    let results: Value = serde_json::from_slice(&fs::read(results).unwrap()).unwrap();
    let scenarios = results["scenarios"].as_array().unwrap().iter().filter(|result| result["outcome"] == outcome);
    scenarios.map(|result| result["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn right_functions_in_python_have_the_right_verdict_in_every_scenario() {
    if !python() {
        return skipped("functions in Python", "there is no python3");
    }
    let place = tempfile::tempdir().unwrap();
    let results = place.path().join("results.json");
    let [check, get] = [function("check_bulk_load_status", "check"), function("get_load_status", "get")];
    let output = run(&[&check, &get, "--verdicts-only", "--json", results.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    assert_eq!(names(&results, "failed"), [""; 0]);
    let passed = names(&results, "passed").len();
    assert!(passed >= 95, "{passed} passed: {}", text(&output));
    assert!(text(&output).contains("expectations not checked"), "{}", text(&output));
}

#[test]
fn a_function_that_forgets_cancelled_loads_fails_where_a_user_cancels_one_and_nowhere_else() {
    if !python() {
        return skipped("functions in Python", "there is no python3");
    }
    let place = tempfile::tempdir().unwrap();
    let [results, junit, markdown, html] =
        ["results.json", "junit.xml", "report.md", "report.html"].map(|name| place.path().join(name));
    let check = function("check_bulk_load_status", "check_that_forgets_cancelled");
    let files = [("--json", &results), ("--junit", &junit), ("--markdown", &markdown), ("--html", &html)];
    let files = files.iter().flat_map(|(option, file)| [*option, file.to_str().unwrap()]);
    let output = run(&[&check, "--verdicts-only"].into_iter().chain(files).collect::<Vec<_>>());
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    let failed = names(&results, "failed");
    assert_eq!(failed, ["failures::F22_cancelled_by_user"], "test 6 cancels by the word of samples");
    assert!(text(&output).contains(r#"answer.status: expected "FAILED", got "PENDING""#), "{}", text(&output));
    let not_run = names(&results, "not_run");
    assert!(not_run.len() >= 20 && not_run.iter().any(|name| name.starts_with("get_load_status::")), "{not_run:?}");
    let json = fs::read_to_string(&results).unwrap();
    assert!(json.contains("no command was given for get_load_status") && json.contains("it invokes no function"), "{json}");
    assert!(fs::read_to_string(junit).unwrap().contains("failures=\"1\""));
    assert!(fs::read_to_string(markdown).unwrap().contains("answer.error_type (not the verdict)"));
    let page = fs::read_to_string(html).unwrap();
    assert!(page.contains(r#""answer.status","\"FAILED\"","\"PENDING\""#), "the page says what was expected");
}

#[test]
fn functions_behind_the_runtime_client_for_python_are_run() {
    if !works("python3", &["-c", "import awslambdaric"]) {
        return skipped("a function behind awslambdaric", "python3 has no awslambdaric");
    }
    let function = |handler: &str| format!("--function=check_bulk_load_status=python3 -m awslambdaric loads.{handler}");
    check_behind_a_runtime_client("python", &function("check"), &function("check_that_forgets_cancelled"));
}

#[test]
fn functions_behind_the_runtime_client_for_node_are_run() {
    if !works("which", &["aws-lambda-ric"]) {
        return skipped("a function behind aws-lambda-ric", "aws-lambda-ric is not installed");
    }
    let function = |handler: &str| format!("--function=check_bulk_load_status=aws-lambda-ric loads.{handler}");
    check_behind_a_runtime_client("node", &function("check"), &function("checkThatForgetsCancelled"));
}

/// The first function passes, and the second one does so but where a user cancels a load.
fn check_behind_a_runtime_client(language: &str, right: &str, forgetful: &str) {
    let run = |function: &str, filter: &str| {
        let mut command = Command::new(simulator_binary().unwrap());
        command.args(["test", function, "--verdicts-only", "--filter", filter]);
        command.current_dir(root().join("tests/it").join(language)).output().unwrap()
    };
    for (filter, count) in [("F22", "3 passed"), ("check 3", "1 passed"), ("F12", "passed")] {
        let output = run(right, filter);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output));
        assert!(text(&output).contains(count), "{}", text(&output));
    }
    let output = run(forgetful, "F22");
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    assert!(text(&output).contains(r#"answer.status: expected "FAILED", got "PENDING""#), "{}", text(&output));
}

#[test]
fn a_map_makes_a_function_with_names_of_its_own_pass() {
    if !python() {
        return skipped("functions in Python", "there is no python3");
    }
    let place = tempfile::tempdir().unwrap();
    let map = place.path().join("map.yaml");
    let names = "event: {domain_load_id: loads_first, prov_load_id: second}\nanswer: {status: result.state}\n";
    fs::write(&map, format!("{names}values: {{SUCCESS: done, FAILED: broken, PENDING: busy}}\n")).unwrap();
    let check = function("check_bulk_load_status", "check_by_other_names");
    let arguments = [check.as_str(), "--verdicts-only", "--filter", "check_bulk_load_status::"];
    let with_map = [&arguments[..], &["--map", map.to_str().unwrap()]].concat();
    let output = run(&with_map);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    assert_eq!(run(&arguments).status.code(), Some(1), "without the map, no name fits");
    fs::write(&map, "event: {domain_load: loads_first}\n").unwrap();
    let output = run(&with_map);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output).contains("`event: domain_load` is in no scenario: did you mean `domain_load_id`?"),
        "{}",
        text(&output)
    );
}

#[test]
fn a_function_that_raises_errors_passes_if_the_map_says_what_they_mean() {
    if !python() {
        return skipped("functions in Python", "there is no python3");
    }
    let place = tempfile::tempdir().unwrap();
    let [map, results] = ["map.yaml", "results.json"].map(|name| place.path().join(name));
    let check = function("check_bulk_load_status", "check_that_raises");
    let arguments = [check.as_str(), "--verdicts-only", "--json", results.to_str().unwrap(), "--map", map.to_str().unwrap()];
    fs::write(&map, "raised: {FAILED: LoadFailed, PENDING: StillLoading}\n").unwrap();
    let output = run(&arguments);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    let not_run = names(&results, "not_run");
    assert!(not_run.contains(&"check_bulk_load_status::test_missing_run_id".to_owned()), "{not_run:?}");

    fs::write(&map, "raised: {FAILED: LoadFailed}\n").unwrap();
    let output = run(&[&arguments[..], &["--filter", "check 2"]].concat());
    assert_eq!(output.status.code(), Some(1), "an error that the map does not know: {}", text(&output));
    assert!(text(&output).contains("StillLoading"), "{}", text(&output));
    let output = run(&[&arguments[..], &["--filter", "both_loads", "--skip", "check 2"]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    assert!(text(&output).contains("2 passed") && text(&output).contains("left out by --skip: check 2"), "{}", text(&output));
}

#[test]
fn a_folder_of_ones_own_needs_no_checkout_and_keeps_its_snapshots() {
    if !python() {
        return skipped("functions in Python", "there is no python3");
    }
    let place = tempfile::tempdir().unwrap();
    let [scenarios, snapshots] = ["mine", "snapshots"].map(|name| place.path().join(name));
    fs::create_dir_all(scenarios.join("deep/er")).unwrap();
    fs::write(scenarios.join("first.yaml"), OWN).unwrap();
    fs::write(scenarios.join("deep/er/second.yml"), OWN).unwrap();
    let check = function("check_bulk_load_status", "check");
    let arguments = [check.as_str(), "--scenarios", scenarios.to_str().unwrap()];
    let output = run(&[&arguments[..], &["--verdicts-only"]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    for name in [" mine     done  passed", " deep/er  done  passed"] {
        assert!(text(&output).contains(name), "{}", text(&output));
    }
    let output = run(&arguments);
    assert_eq!(output.status.code(), Some(1), "the answer has no run_id: {}", text(&output));
    for part in ["first.yaml:9: ", "answer.run_id: expected \"run-1\", got nothing"] {
        assert!(text(&output).contains(part), "{}", text(&output));
    }

    let own = OWN.replace(", answer.run_id: run-1", "");
    fs::write(scenarios.join("first.yaml"), &own).unwrap();
    fs::write(scenarios.join("deep/er/second.yml"), own).unwrap();
    assert_eq!(run(&arguments).status.code(), Some(0), "answers are compared with no snapshots");
    let with_snapshots = [&arguments[..], &["--snapshots", snapshots.to_str().unwrap()]].concat();
    assert!(text(&run(&with_snapshots)).contains("these answers are not reviewed yet"));
    for folder in ["mine", "deep/er"] {
        let pending = snapshots.join(folder).join("done.snap.new");
        fs::rename(&pending, pending.with_extension("")).unwrap();
    }
    assert_eq!(run(&with_snapshots).status.code(), Some(0));
}

#[test]
fn mistakes_are_named_where_no_file_can_be_used() {
    let scenarios = tempfile::tempdir().unwrap();
    fs::write(scenarios.path().join("mine.yaml"), "name: mine\naction:\n  - invok: check_bulk_load_status\n").unwrap();
    let output = run(&["--scenarios", scenarios.path().to_str().unwrap(), &function("check_bulk_load_status", "check")]);
    let said = text(&output);
    assert_eq!(output.status.code(), Some(103), "{said}");
    assert!(said.contains("mine.yaml:3") && said.contains("did you mean `invoke`?"), "{said}");
}

#[rstest]
#[case::no_program(&["--function=get_load_status=no-such-program-here x"], "the function `get_load_status` does not start: no-such-program-here x: No such file")]
#[case::no_module(&["--function=get_load_status=python3 -c 'print(1); import nothing_of_this_name'"], "No module named 'nothing_of_this_name'")]
#[case::unclosed(&["--function=get_load_status=python3 'x"], "the function `get_load_status`: a quotation mark is not closed")]
#[case::no_such_function(&["--function=get_loads_status=true"], "no scenario invokes a function `get_loads_status`: did you mean `get_load_status`?")]
#[case::no_such_scenario(&["--function=get_load_status=true", "--filter", "F99"], "no scenario has `F99` in its name")]
#[case::no_such_scenario_to_skip(&["--function=get_load_status=true", "--skip", "F99"], "no scenario has `F99` in its name")]
#[case::nothing_left(&["--function=get_load_status=true", "--skip", "_"], "no scenario is left: leave out fewer with --skip")]
#[case::no_folder(&["--function=get_load_status=true", "--scenarios", "nowhere"], "cannot use the scenarios in nowhere")]
#[case::no_function(&[], "--function <NAME=COMMAND>")]
#[case::no_map(&["--function=get_load_status=true", "--map", "no.yaml"], "cannot read the map no.yaml")]
fn what_keeps_all_scenarios_from_running_is_one_error(#[case] arguments: &[&str], #[case] wanted: &str) {
    let output = run(arguments);
    let said = text(&output);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains(wanted) && said.lines().count() < 15, "{said}");
}

#[test]
fn a_run_that_runs_nothing_is_not_green() {
    let output = run(&["--function=check_bulk_load_status=cat", "--filter", "F35"]);
    assert_eq!(output.status.code(), Some(2), "a function that asks for no event does not start: {}", text(&output));
    if !python() {
        return skipped("functions in Python", "there is no python3");
    }
    let output = run(&[&function("check_bulk_load_status", "check"), "--filter", "F35"]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    assert!(text(&output).contains("no scenario was run"), "{}", text(&output));
    let said = text(&output).split_whitespace().collect::<Vec<_>>().join(" ");
    let why =
        "1 not run: it invokes no function: nothing is to be done, because it shows nothing of the functions that are given";
    assert!(said.contains(why), "{said}");
}

#[test]
fn a_list_names_the_scenarios_that_the_program_carries() {
    let output = run(&["--list"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    for name in ["check 6", "get_load_status::test_get_load_status_completed", "failures::F22_cancelled_by_user"] {
        assert!(text(&output).contains(name), "{}", text(&output));
    }
    let one = text(&run(&["--list", "--filter", "F2"]));
    assert!(one.contains("F02_") && !one.contains("F22_"), "{one}");
}
