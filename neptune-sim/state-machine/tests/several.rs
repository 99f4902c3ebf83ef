//! A definition in which several things are wrong: all of them are said, and nothing that follows from another.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

use neptune_state_machine::{Definition, DefinitionError};
use rstest::rstest;
use serde_json::json;

fn error(text: &str) -> DefinitionError {
    Definition::parse(text, &["look"]).unwrap_err()
}

/// The faults, each with its line.
fn faults(text: &str) -> Vec<String> {
    let line = |line: Option<usize>| line.unwrap_or_default();
    error(text).faults.iter().map(|fault| format!("{}: {}", line(fault.line), fault.problem)).collect()
}

const MANY: &str = r#"{
  "StartAt": "Begin",
  "States": {
    "Begin": {"Type": "Pass", "Next": "Lok"},
    "Look": {
      "Type": "Task",
      "Resource": "arn:aws:states:::lambda:invoke",
      "Parameters": {"FunctionName": "lok", "Paylod": {}},
      "Retry": [
        {"ErrorEquals": ["States.Timeot"], "MaxAttempt": 3},
        {"ErrorEquals": ["States.ALL"], "BackoffRate": 0.5}
      ],
      "Next": "Route"
    },
    "Route": {
      "Type": "Choice",
      "Choices": [{"Variable": "$.a", "StringEqual": "x", "Next": "Wait"}, {"Variable": "b", "IsPresent": "yes"}],
      "Default": "Nowhere at all"
    },
    "Wait": {"Type": "Wait", "seconds": 30, "Next": "Look"},
    "Done": {"Type": "Suceed"}
  }
}"#;

#[test]
fn all_faults_are_said_in_the_order_of_their_lines() {
    let said = faults(MANY);
    let begins = [
        "4: the state `Begin` leads to `Lok`, which is not one of the States beside it: did you mean `Look`?",
        "8: the state `Look` has in its `Parameters` a field `Paylod`, which Lambda does not take: did you mean `Payload`?",
        "8: the state `Look` calls the function `lok`, which is not one of those that are given: look; did you mean `look`?",
        "10: the state `Look` has in rule 1 of its `Retry` a field `MaxAttempt`, which does not exist: did you mean `MaxAttempts`?",
        "10: the state `Look` has in rule 1 of its `Retry` the name `States.Timeot`",
        "11: the state `Look` has in rule 2 of its `Retry`, `BackoffRate`, `0.5`, where AWS takes",
        "17: the state `Route` has in rule 1 of its `Choices` a field `StringEqual`, which is no comparison",
        "17: the state `Route` has no `Next` in rule 2 of its `Choices`",
        "17: the state `Route` has in rule 2 of its `Choices`, `Variable`, `b`, which is not a path",
        "17: the state `Route` has in rule 2 of its `Choices`, `IsPresent`, `yes`",
        "18: the state `Route` leads to `Nowhere at all`, which is not one of the States beside it",
        "20: the state `Wait` has a field `seconds`: did you mean `Seconds`?",
        "21: the state `Done` has the Type `Suceed`, which does not exist: did you mean `Succeed`?",
    ];
    assert_eq!(said.len(), begins.len(), "{said:#?}");
    for (said, begins) in said.iter().zip(begins) {
        assert!(said.starts_with(begins), "{said}");
    }
}

/// What would follow stands beside each: a state that is never reached, a machine without an end, a field that is missing.
#[rstest]
#[case::a_next_that_is_near(
    r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "Ennd"}, "End": {"Type": "Succeed"}}}"#
)]
#[case::a_next_that_is_far(r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "Q"}, "Other": {"Type": "Succeed"}}}"#)]
#[case::a_next_in_lower_case(r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "next": "B"}, "B": {"Type": "Succeed"}}}"#)]
#[case::an_end_in_lower_case(r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "end": true}}}"#)]
#[case::an_end_that_is_a_text(r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": "true"}}}"#)]
#[case::no_way_on(r#"{"StartAt": "A", "States": {"A": {"Type": "Pass"}, "B": {"Type": "Pass", "Next": "A"}}}"#)]
#[case::a_type(r#"{"StartAt": "A", "States": {"A": {"Type": "Sleep", "Nxt": "B"}, "B": {"Type": "Pass", "Next": "A"}}}"#)]
#[case::no_type(r#"{"StartAt": "A", "States": {"A": {"Next": "B"}, "B": {"Type": "Pass", "Next": "A"}}}"#)]
#[case::a_start_that_is_far(r#"{"StartAt": "Qqq", "States": {"A": {"Type": "Succeed"}}}"#)]
#[case::a_field_of_the_machine(r#"{"StartAt": "A", "states": {"A": {"Type": "Succeed"}}}"#)]
#[case::another_field_of_the_machine(r#"{"Startat": "A", "States": {"A": {"Type": "Succeed"}}}"#)]
#[case::a_language(
    r#"{"QueryLanguage": "Jsonata", "StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": "{% 1 %}", "End": true}}}"#
)]
#[case::the_other_language(
    r#"{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "TimeoutSeconds": "{% 5 %}",
        "Arguments": {"FunctionName": "look"}, "Output": "{% 1 %}", "End": true}}}"#
)]
#[case::a_rule_without_a_next(
    r#"{"StartAt": "A", "States": {"A": {"Type": "Choice", "Choices": [{"Variable": "$.a", "IsPresent": true}]}, "B": {"Type": "Pass", "Next": "A"}}}"#
)]
#[case::rules(
    r#"{"StartAt": "A", "States": {"A": {"Type": "Choice", "choices": [], "Default": "B"}, "B": {"Type": "Succeed"}}}"#
)]
#[case::rules_that_are_no_list(
    r#"{"StartAt": "A", "States": {"A": {"Type": "Choice", "Choices": {}, "Default": "B"}, "B": {"Type": "Succeed"}}}"#
)]
#[case::a_state_out_of_a_branch(
    r#"{"StartAt": "A", "States": {"A": {"Type": "Parallel", "End": true, "Branches": [{"StartAt": "B", "States":
        {"B": {"Type": "Pass", "Next": "F"}, "C": {"Type": "Succeed"}}}]}, "F": {"Type": "Fail"}}}"#
)]
#[case::a_function_that_two_states_call(
    r#"{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "${CheckArn}", "Next": "B"}, "B": {"Type": "Task", "Resource": "${CheckArn}", "End": true}}}"#
)]
#[case::a_name_of_a_function(
    r#"{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionNam": "look"}, "End": true}}}"#
)]
#[case::names_of_errors(
    r#"{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "${look}", "Retry": [{"ErrorEqual": ["E"]}], "End": true}}}"#
)]
fn what_follows_from_a_fault_is_not_said(#[case] text: &str) {
    let said = faults(text);
    assert_eq!(said.len(), 1, "{said:#?}");
}

#[test]
fn of_many_faults_twenty_are_said_and_the_others_counted() {
    let state = |number: usize| (format!("S{number:03}"), json!({"Type": "Wait", "Seconds": "30", "End": true}));
    let machine = json!({"StartAt": "S000", "States": (0..150).map(state).collect::<serde_json::Map<_, _>>()});
    let error = error(&serde_json::to_string_pretty(&machine).unwrap());
    let text = error.to_string();
    assert_eq!((error.faults.len(), error.more), (20, 279), "{error}");
    assert!(text.starts_with("the state machine has 299 faults\n\nline 6: the state `S000`"), "{text}");
    assert!(text.ends_with("\n\n279 more: correct these first"), "{text}");
}

/// Each of its states leads to a name that is none, and near to many.
#[test]
fn of_a_definition_full_of_faults_20_are_said() {
    let state = |number: usize| (format!("State {number:05}"), json!({"Type": "Pass", "Next": format!("Stat {number:05}")}));
    let machine = json!({"StartAt": "State 00000", "States": (0..18_000).map(state).collect::<serde_json::Map<_, _>>()});
    let error = error(&machine.to_string());
    assert_eq!((error.faults.len(), error.more), (20, 17_980));
}
