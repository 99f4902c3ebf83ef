//! Loops that teams run today, rebuilt from public state machines. Each test shows a defect that the shipped machines do not have, and the test of `routes` that
//! shows it is named beside it.

use std::time::Duration;

use neptune_harness::backend::Backend as _;
use neptune_state_machine::EngineKind::{Moto, Node};
use neptune_state_machine::{Definition, Ended, EngineKind, Reply, Status, Tasks};
use rstest::rstest;
use serde_json::{Value, json};

use super::cluster::{cluster, followed};
use super::engine;

/// A monitor of two loads: everything but success and failure is waited for, and the failure event quotes a field of the answer.
fn monitor() -> Value {
    let event = |kind: &str, detail: Value, next: &str| {
        json!({"Type": "Task", "Resource": "arn:aws:states:::events:putEvents", "Next": next,
            "Parameters": {"Entries": [{"Source": "import", "DetailType": kind, "EventBusName": "bus", "Detail": detail}]}})
    };
    json!({
        "StartAt": "Check", "TimeoutSeconds": 14400,
        "States": {
            "Check": {"Type": "Task", "Resource": "${StatusArn}", "ResultPath": "$.checkResult", "Next": "Route",
                "Retry": [{"ErrorEquals": ["States.TaskFailed"], "IntervalSeconds": 30, "MaxAttempts": 3, "BackoffRate": 2.0}]},
            "Route": {"Type": "Choice", "Default": "Wait", "Choices": [
                {"Variable": "$.checkResult.status", "StringEquals": "SUCCESS", "Next": "TellSuccess"},
                {"Variable": "$.checkResult.status", "StringEquals": "FAILED", "Next": "TellFailure"},
            ]},
            "Wait": {"Type": "Wait", "Seconds": 60, "Next": "Check"},
            "TellSuccess": event("imported", json!({"run_id.$": "$.run_id"}), "Done"),
            "TellFailure": event("failed", json!({"run_id.$": "$.run_id", "error.$": "$.checkResult.error"}), "Failed"),
            "Done": {"Type": "Succeed"},
            "Failed": {"Type": "Fail", "Error": "ImportFailed"},
        },
    })
}

/// A loop round one load: two words end it, and everything else is waited for, without an end.
fn two_words() -> Value {
    json!({
        "StartAt": "Check",
        "States": {
            "Check": {"Type": "Task", "Resource": "${StatusArn}", "ResultPath": "$.load", "Next": "Route"},
            "Route": {"Type": "Choice", "Default": "Wait", "Choices": [
                {"Variable": "$.load.status", "StringEquals": "LOAD_COMPLETED", "Next": "Done"},
                {"Variable": "$.load.status", "StringEquals": "LOAD_FAILED", "Next": "Failed"},
            ]},
            "Wait": {"Type": "Wait", "Seconds": 30, "Next": "Check"},
            "Done": {"Type": "Succeed"},
            "Failed": {"Type": "Fail", "Error": "ImportFailed"},
        },
    })
}

/// The word for the load `people`, as a client reads it; `None` where there is no answer.
async fn word(http: &reqwest::Client, endpoint: &str) -> Option<String> {
    let answer = http.get(format!("{endpoint}/loader/people")).send().await.ok()?.bytes().await.ok()?;
    let answer: Value = serde_json::from_slice(&answer).ok()?;
    answer.pointer("/payload/overallStatus/status")?.as_str().map(str::to_owned)
}

/// A function as such loops have it: a failure without a reason, unlisted words as pending, and an error of any kind as a failure.
async fn verdict(http: reqwest::Client, endpoint: String) -> Reply {
    Reply::answer(match word(&http, &endpoint).await.as_deref() {
        Some("LOAD_COMPLETED") => json!({"status": "SUCCESS"}),
        Some("LOAD_FAILED" | "LOAD_CANCELLED") => json!({"status": "FAILED"}),
        Some(_) => json!({"status": "PENDING"}),
        None => json!({"status": "FAILED", "error": "no connection"}),
    })
}

/// A function that answers the word, and `CHECK_FAILED` where there is none.
async fn plain_word(http: reqwest::Client, endpoint: String) -> Reply {
    Reply::answer(json!({"status": word(&http, &endpoint).await.unwrap_or_else(|| "CHECK_FAILED".to_owned())}))
}

/// How a loop ends, and the events that it put on the bus. `given` is that of a scenario with the load `people`.
async fn run<F>(
    kind: EngineKind,
    machine: &Value,
    given: &Value,
    status: impl Fn(reqwest::Client, String) -> F + Send + Sync + 'static,
) -> Option<(Ended, usize)>
where
    F: Future<Output = Reply> + Send + 'static,
{
    let engine = engine(kind, "loops that teams run today").await?;
    let cluster = cluster(given).await;
    let (http, endpoint) = (reqwest::Client::new(), cluster.endpoint().to_owned());
    let tasks = Tasks::default().function("status", move |_| status(http.clone(), endpoint.clone()));
    let tasks = followed(tasks, &cluster);
    let definition = Definition::parse(&machine.to_string(), &tasks.names()).unwrap();
    let ended = engine.run(&definition, &json!({"run_id": "run-789"}), 7, &tasks).await.unwrap();
    Some((ended, tasks.put_events().len()))
}

fn people(lifecycle: &[&str]) -> Value {
    json!({"loads": {"people": {"lifecycle": lifecycle}}})
}

/// `a_load_that_ends_in_another_way_is_a_failure_with_its_reason`
#[rstest]
#[tokio::test]
async fn a_failed_load_ends_the_monitor_before_its_event(#[values(Moto, Node)] kind: EngineKind) {
    let given = people(&["LOAD_IN_PROGRESS 5m", "LOAD_FAILED"]);
    let Some((ended, events)) = run(kind, &monitor(), &given, verdict).await else { return };
    assert_eq!((ended.status, ended.error.as_deref(), events), (Status::Failed, Some("States.Runtime"), 0), "{ended:#?}");
    assert_eq!(ended.entered.last().map(String::as_str), Some("TellFailure"));
}

/// `a_load_that_ends_in_another_way_is_a_failure_with_its_reason`
#[rstest]
#[tokio::test]
async fn a_cancelled_load_is_waited_for_until_the_time_is_over_and_nothing_tells_of_it(#[values(Moto, Node)] kind: EngineKind) {
    let given = people(&["LOAD_IN_PROGRESS 5m", "LOAD_CANCELLED_BY_USER"]);
    let Some((ended, events)) = run(kind, &monitor(), &given, verdict).await else { return };
    assert_eq!((ended.status, ended.passed, events), (Status::TimedOut, Duration::from_hours(4), 0));
}

/// `trouble_that_passes_ends_no_import`
#[rstest]
#[tokio::test]
async fn one_broken_connection_ends_the_monitor_of_a_load_that_goes_on(#[values(Moto, Node)] kind: EngineKind) {
    let mut given = people(&["LOAD_IN_PROGRESS 5m", "LOAD_COMPLETED"]);
    given["faults"] = json!([{"from": "90s", "fail": 1, "does": "reset"}]);
    let Some((ended, events)) = run(kind, &monitor(), &given, verdict).await else { return };
    assert_eq!((ended.status, ended.passed, events), (Status::Failed, Duration::from_mins(2), 1), "{ended:#?}");
}

/// `an_import_that_never_ends_is_given_up_after_46_hours` and `trouble_that_stays_is_a_failure_with_its_reason`
#[rstest]
#[case::cancelled(people(&["LOAD_CANCELLED_DUE_TO_ERRORS"]))]
#[case::out_of_reach(json!({"loads": {"people": {"lifecycle": ["LOAD_COMPLETED"]}}, "faults": [{"does": "refuse"}]}))]
#[tokio::test]
async fn a_loop_with_two_words_dies_of_its_history_after_a_day(#[case] given: Value, #[values(Moto, Node)] kind: EngineKind) {
    let Some((ended, _)) = run(kind, &two_words(), &given, plain_word).await else { return };
    assert!(ended.status == Status::Failed && ended.history_is_full, "{:?} {}", ended.status, ended.events);
    assert_eq!((ended.events, ended.passed.as_secs() / 3600), (25_000, 23));
}
