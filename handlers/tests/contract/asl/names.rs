//! The state machines retry what may pass and catch the rest, as the tables of named errors say.

use handlers::files::FileErrorName;
use handlers::{ErrorName, Verdict};
use neptune_wire::LoadStatus;
use rstest::rstest;
use serde_json::{Value, json};

use super::{MACHINES, function, list, machine, matched, sent, states, tasks};

/// What only a start raises: the queue is full, or a load runs and `queueRequest` is not `TRUE`.
const LOADER_BUSY: &str = "LoaderBusy";

/// How Lambda and Step Functions name a function that ended without an answer.
const KILLED: [&str; 4] = ["Lambda.Unknown", "Sandbox.Timedout", "Runtime.ExitError", "States.Timeout"];

/// How Lambda's own trouble is named.
const SERVICE: [&str; 5] = [
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
];

/// How Lambda names that a function in a VPC has lost its network, or has none yet: one that nobody has called for weeks is given a new one when it is
/// called again, which takes about a minute. It has not run.
const NETWORK: [&str; 7] = [
    "Lambda.ResourceNotReadyException",
    "Lambda.ENINotReadyException",
    "Lambda.ENILimitReachedException",
    "Lambda.SubnetIPAddressLimitReachedException",
    "Lambda.EC2ThrottledException",
    "Lambda.EC2UnexpectedException",
    "Lambda.ResourceConflictException",
];

/// The names that are retried and are neither Lambda's nor Step Functions'.
fn retried(task: &Value) -> Vec<&str> {
    let names = list(task, "Retry").flat_map(matched);
    names.filter(|name| !name.contains('.')).collect()
}

/// The named errors that may pass and that any call to Neptune may raise.
fn passing() -> Vec<&'static str> {
    let names = ErrorName::ALL.iter().filter(|name| name.is_retryable()).map(|name| name.as_str());
    names.filter(|name| *name != LOADER_BUSY).collect()
}

fn starts_a_load(task: &Value) -> bool {
    ["load", "load.$"].iter().any(|key| sent(task)["Payload"].get(key).is_some())
}

/// A 404 of a load balancer without a target is worth a few more reads (`NeptuneBadResponse`), and never another start. The check raises no
/// name that may pass: it answers it.
fn wanted(task: &Value) -> Vec<&'static str> {
    match function(task).unwrap() {
        "${StartBulkLoadArn}" if starts_a_load(task) => [passing(), vec![LOADER_BUSY]].concat(),
        "${StartBulkLoadArn}" => passing(),
        "${GetLoadStatusArn}" => [passing(), vec!["NeptuneBadResponse"]].concat(),
        "${CheckBulkLoadStatusArn}" => vec![],
        other => panic!("{other} is none of the functions"),
    }
}

#[rstest]
fn what_a_function_raises_is_retried_where_it_may_pass(#[values(0, 1, 2, 3)] which: usize) {
    let machine = machine(MACHINES[which]);
    for (name, task) in tasks(&machine).filter(|(_, task)| function(task).is_some()) {
        assert_eq!(retried(task), wanted(task), "{name}");
    }
}

#[rstest]
fn trouble_of_lambda_and_killed_functions_are_retried_a_few_times(#[values(0, 1, 2, 3)] which: usize) {
    let machine = machine(MACHINES[which]);
    for (name, task) in tasks(&machine).filter(|(_, task)| function(task).is_some()) {
        for names in [&SERVICE[..], &NETWORK[..], &KILLED[..]] {
            let rule = list(task, "Retry").find(|rule| matched(rule) == names).unwrap_or_else(|| panic!("{name}: {names:?}"));
            assert!((1..=6).contains(&rule["MaxAttempts"].as_u64().unwrap()), "{name}: {rule}");
        }
    }
}

/// Without a part that is left to chance, the pauses are known.
#[rstest]
fn a_network_has_two_minutes_to_come(#[values(0, 1, 2, 3)] which: usize) {
    let machine = machine(MACHINES[which]);
    for (name, task) in tasks(&machine).filter(|(_, task)| function(task).is_some()) {
        let rule = list(task, "Retry").find(|rule| matched(rule) == NETWORK).unwrap_or_else(|| panic!("{name}"));
        let number = |key: &str| rule[key].as_f64().unwrap_or_else(|| panic!("{name}: {key}"));
        let (mut pause, mut pauses) = (number("IntervalSeconds"), 0.0);
        for _ in 0..rule["MaxAttempts"].as_u64().unwrap() {
            pauses += pause;
            pause = (pause * number("BackoffRate")).min(number("MaxDelaySeconds"));
        }
        assert!(pauses >= 120.0 && rule["JitterStrategy"] == "NONE", "{name}: {pauses} s");
    }
}

#[rstest]
fn whatever_else_a_task_raises_is_caught(#[values(0, 1, 2, 3)] which: usize) {
    let machine = machine(MACHINES[which]);
    for (name, task) in tasks(&machine) {
        let last = list(task, "Catch").last().unwrap_or_else(|| panic!("{name} catches nothing"));
        assert_eq!(matched(last), ["States.ALL"], "{name}");
    }
}

/// Each rule of a Choice, as a text in which the words that it compares with stand in quotes of either kind.
fn rules(machine: &Value, choice: &str) -> Vec<(String, String)> {
    let rules = list(states(machine)[choice], "Choices");
    rules.map(|rule| (rule.to_string().replace('\'', "\""), rule["Next"].as_str().unwrap().to_owned())).collect()
}

#[rstest]
fn every_verdict_of_the_check_has_a_way(#[values("bulk_import", "bulk_import.jsonata")] name: &str) {
    let rules = rules(&machine(name), "RouteOnStatus");
    for verdict in [Verdict::Success, Verdict::Pending, Verdict::Failed] {
        assert!(rules.iter().any(|(rule, _)| rule.contains(&json!(verdict).to_string())), "{verdict:?}");
    }
    let again = rules.iter().find(|(rule, _)| rule.contains("retryable") && rule.contains("FAILED"));
    assert!(again.is_some_and(|(_, next)| next.contains("Again")), "trouble that passes is asked about again");
}

#[rstest]
fn a_load_is_waited_for_in_the_words_that_are_pending_and_in_no_other(
    #[values("load_status", "load_status.jsonata")] name: &str,
) {
    for (rule, next) in rules(&machine(name), "RouteOnStatus") {
        let words = LoadStatus::DOCUMENTED.iter().filter(|status| rule.contains(&format!("\"{}\"", status.as_str())));
        let wanted = match next.as_str() {
            "LoadCompleted" => &[LoadStatus::Completed],
            "Wait" | "WaitLonger" | "WaitAsLong" | "StillPending" => LoadStatus::PENDING,
            _ => &[],
        };
        assert_eq!(words.cloned().collect::<Vec<_>>(), wanted, "{rule}");
    }
}

#[test]
fn checks_of_files_are_retried_where_a_retry_may_help_and_nowhere_else() {
    let machine = machine("check_load_files");
    let retryable = FileErrorName::ALL.iter().filter(|name| name.is_retryable()).map(|name| name.as_str()).collect::<Vec<_>>();
    assert_eq!(tasks(&machine).count(), 3, "each call of a function has its rules");
    assert!(tasks(&machine).all(|(_, task)| retried(task) == retryable));
}
