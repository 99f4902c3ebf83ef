//! What a state machine does with the named errors: `asl/retry.json` knows every one of them, and the README shows that file.

use handlers::files::FileErrorName;
use handlers::{ErrorName, Verdict};
use serde_json::{Value, json};

const FILE: &str = include_str!("../../asl/retry.json");

fn function(name: &str) -> Value {
    serde_json::from_str::<Value>(FILE).expect("the file is JSON")[name].take()
}

/// The names of one list that are ours and not Lambda's or Step Functions'.
fn ours(rules: &Value) -> Vec<&str> {
    let names = rules.as_array().unwrap().iter().flat_map(|rule| rule["ErrorEquals"].as_array().unwrap());
    names.map(|name| name.as_str().unwrap()).filter(|name| !name.contains('.')).collect()
}

/// The names that `get_load_status` raises.
fn raised(is_retryable: bool) -> Vec<&'static str> {
    let others = [ErrorName::LoadFailed, ErrorName::LoaderBusy, ErrorName::LoadRefused, ErrorName::StartUnclear];
    let raised = ErrorName::ALL.iter().filter(|name| !others.contains(name));
    raised.filter(|name| name.is_retryable() == is_retryable).map(|name| name.as_str()).collect()
}

#[test]
fn what_get_raises_is_retried_or_caught_as_the_table_says() {
    let get = function("get_load_status");
    assert_eq!(ours(&json!([get["Retry"][0]])), raised(true));
    assert_eq!(ours(&get["Catch"]), raised(false));
}

#[test]
fn check_raises_nothing_that_had_a_name() {
    let check = function("check_bulk_load_status");
    assert_eq!((ours(&check["Retry"]), ours(&check["Catch"])), (vec![], vec![]));
}

#[test]
fn every_verdict_of_check_has_a_way_and_trouble_that_passes_one_of_its_own() {
    let check = function("check_bulk_load_status");
    let choices = check["Choices"].as_array().unwrap();
    let next =
        |rule: &Value| choices.iter().find(|choice| choice.get("Variable").is_some_and(|_| choice["StringEquals"] == *rule));
    for verdict in [Verdict::Success, Verdict::Pending] {
        assert!(next(&json!(verdict)).is_some(), "{verdict:?}");
    }
    let failed = json!([
        {"Variable": "$.status", "StringEquals": Verdict::Failed},
        {"Variable": "$.retryable", "BooleanEquals": true},
    ]);
    let passing = choices.iter().find(|choice| choice["And"] == failed).expect("there is a way for trouble that passes");
    assert_eq!(passing["Next"], next(&json!(Verdict::Pending)).unwrap()["Next"]);
    assert!(check["Default"].is_string());
}

#[test]
fn whatever_else_happens_is_caught() {
    for name in ["get_load_status", "check_bulk_load_status"] {
        let function = function(name);
        let last = function["Catch"].as_array().unwrap().last().unwrap();
        assert_eq!(last["ErrorEquals"], json!(["States.ALL"]), "it must be the last of {name}");
    }
}

#[test]
fn the_readme_shows_the_file() {
    assert!(
        include_str!("../../README.md").contains(&format!("```json\n{FILE}```\n")),
        "handlers/README.md shows an older file"
    );
}

/// How Lambda and Step Functions name a function that ended without an answer.
const KILLED: [&str; 3] = ["Lambda.Unknown", "Sandbox.Timedout", "Runtime.ExitError"];

#[test]
fn a_function_that_was_killed_is_asked_again_a_few_times() {
    for name in ["get_load_status", "check_bulk_load_status"] {
        let retry = function(name)["Retry"].take();
        for killed in KILLED {
            let lists = |rule: &&Value| rule["ErrorEquals"].as_array().unwrap().contains(&json!(killed));
            let rule = retry.as_array().unwrap().iter().find(lists).unwrap_or_else(|| panic!("{name} gives up on {killed}"));
            assert!((1..=5).contains(&rule["MaxAttempts"].as_u64().unwrap()), "{rule}");
        }
    }
}

#[test]
fn a_page_of_something_in_between_is_asked_for_again_and_then_given_up() {
    let get = function("get_load_status");
    let lists = |rule: &&Value| rule["ErrorEquals"] == json!(["NeptuneBadResponse"]);
    let rule = get["Retry"].as_array().unwrap().iter().find(lists).expect("a 404 of a balancer passes");
    assert!((1..=5).contains(&rule["MaxAttempts"].as_u64().unwrap()), "{rule}");
}

/// The rules of all states that are retried, those inside a Map, too.
fn retries(state: &Value) -> Vec<&Value> {
    let inner = state.as_object().into_iter().flatten().filter(|(key, _)| *key != "Retry").map(|(_, value)| value);
    state.get("Retry").into_iter().chain(inner.flat_map(retries)).collect()
}

#[test]
fn checks_of_files_are_retried_where_a_retry_may_help_and_nowhere_else() {
    let machine = serde_json::from_str(include_str!("../../statemachine/check_load_files.asl.json")).expect("the file is JSON");
    let retryable = FileErrorName::ALL.iter().filter(|name| name.is_retryable()).map(|name| name.as_str()).collect::<Vec<_>>();
    let retries = retries(&machine);
    assert_eq!(retries.len(), 3, "each call of a function has its rules");
    assert!(retries.into_iter().all(|rules| ours(rules) == retryable));
}
