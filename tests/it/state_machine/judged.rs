//! `neptune-sim check-poller` on state machines.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use neptune_harness::binaries::{handler_binary, simulator_binary};
use neptune_harness::project::root;
use neptune_state_machine::EngineKind::{self, Moto, Node};
use rstest::rstest;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{engine, tools};
use crate::programs::text;

const EVENT: &str = r#"--event={"load_job_id": "{load_id}"}"#;

/// The machine of the page, which waits for ever after some ends.
fn example() -> Value {
    let file = root().join("neptune-sim/examples/check-poller/watch.asl.json");
    serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
}

/// The same, put right.
fn right() -> Value {
    let mut machine = example();
    let status = "$.loadStatus.Payload.payload.overallStatus.status";
    let pending = ["LOAD_NOT_STARTED", "LOAD_IN_QUEUE", "LOAD_IN_PROGRESS"];
    let rule = |word: &str, next: &str| json!({"Variable": status, "StringEquals": word, "Next": next});
    let mut rules: Vec<_> = pending.iter().map(|word| rule(word, "WaitHalfAMinute")).collect();
    rules.push(rule("LOAD_COMPLETED", "Loaded"));
    machine["States"]["IsLoadDone"] = json!({"Type": "Choice", "Choices": rules, "Default": "NotLoaded"});
    machine
}

fn write(machine: &str) -> (TempDir, PathBuf) {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("watch.asl.json");
    std::fs::write(&file, machine).unwrap();
    (place, file)
}

fn check(machine: &str, arguments: &[&str]) -> Output {
    let (_place, file) = write(machine);
    check_file(&file, arguments)
}

fn check_file(file: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(simulator_binary().unwrap());
    command.arg("check-poller").arg("--state-machine").arg(file).args(arguments).stdin(Stdio::null());
    // Both tools may have a folder of their own here.
    let node = std::path::absolute(tools().node).unwrap();
    let mut path = std::env::var_os("PATH").unwrap_or_default();
    if node.exists() {
        path = format!("{}:{}", node.parent().unwrap().display(), path.display()).into();
    }
    command.env("PATH", path).current_dir(tools().node_folder).output().unwrap()
}

fn function() -> String {
    format!("--function=get_load_status={}", handler_binary("get_load_status").unwrap().display())
}

#[rstest]
#[tokio::test]
async fn a_right_machine_is_right_at_every_end(#[values(Moto, Node)] kind: EngineKind) {
    if engine(kind, "a right state machine at every end").await.is_none() {
        return;
    }
    let [function, engine] = [function(), format!("--engine={kind}")];
    let output = check(&right().to_string(), &["--case=words", "--case=pending", EVENT, &function, &engine]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
}

/// `handlers/template.yaml`, whose machines call functions by `Fn::GetAtt`.
#[rstest]
#[tokio::test]
async fn a_machine_of_a_template_is_judged_with_functions_by_their_logical_ids(#[values(Moto, Node)] kind: EngineKind) {
    if engine(kind, "a state machine of a template").await.is_none() {
        return;
    }
    let function = function().replace("get_load_status=", "GetLoadStatus=");
    let machine = root().join("handlers/template.yaml#LoadStatusInJsonPath");
    let arguments = ["--case=completed", "--case=failed", EVENT, &function, &format!("--engine={kind}")];
    let output = check_file(&machine, &arguments);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
}

/// The example as YAML: what it finds is the same.
#[tokio::test]
async fn a_machine_in_yaml_is_judged() {
    if engine(Node, "a state machine in YAML").await.is_none() {
        return;
    }
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("watch.asl.yaml");
    // Each value as JSON on a line of its own, which is YAML.
    let yaml: Vec<_> = right().as_object().unwrap().iter().map(|(key, value)| format!("{key}: {value}")).collect();
    std::fs::write(&file, yaml.join("\n")).unwrap();
    let output = check_file(&file, &["--case=completed", "--case=failed", EVENT, &function(), "--engine=node"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
}

#[rstest]
#[case::it_times_out(example(), "no end (TIMED_OUT)", "did not end before its TimeoutSeconds, 14400 s")]
#[case::it_fills_its_history({
    let mut machine = example();
    machine.as_object_mut().unwrap().remove("TimeoutSeconds");
    machine
}, "no end (full", "its history was full: AWS allows 25000 events")]
#[tokio::test]
async fn a_machine_that_waits_for_ever_is_found(#[case] machine: Value, #[case] observed: &str, #[case] why: &str) {
    if engine(Node, "a state machine that waits for ever").await.is_none() {
        return;
    }
    // Its own end comes after some two thousand calls, however slow the machine is that tests it.
    let patience = "--patience=600s";
    let arguments = ["--case=failed", "--case=cancelled-by-user", patience, EVENT, &function(), "--engine=node"];
    let output = check(&machine.to_string(), &arguments);
    let said = text(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    let plain = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(plain.contains(observed) && plain.contains(why) && plain.contains("cancelled-by-user waits_forever"), "{said}");
    assert!(plain.contains("failed right failure failure (FAILED"), "{said}");
}

/// A function that asks for its load once, and never answers.
const HANGS: &str = r#"--function=check=sh -c 'curl -s "http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/next" > /dev/null
    curl -s "$AWS_ENDPOINT_URL_NEPTUNEDATA/loader/$NEPTUNE_LOAD_ID" > /dev/null; exec sleep 1000'"#;

/// A machine with a task that has this time limit, and a state for what its end is.
fn limited(limit: &Value) -> Value {
    let caught = json!([{"ErrorEquals": ["States.Timeout"], "Next": "TookTooLong"}]);
    let mut check = json!({"Type": "Task", "Resource": "${CheckArn}", "Catch": caught, "End": true});
    check.as_object_mut().unwrap().extend(limit.as_object().unwrap().clone());
    json!({"StartAt": "Check", "States": {"Check": check, "TookTooLong": {"Type": "Fail", "Error": "TookTooLong"}}})
}

#[rstest]
#[case::in_real_time(json!({"TimeoutSeconds": 1}), "1m")]
#[case::when_the_patience_is_over(json!({"TimeoutSeconds": 600}), "5s")]
#[case::of_the_input(json!({"TimeoutSecondsPath": "$.limit"}), "5s")]
#[tokio::test]
async fn the_time_limit_of_a_task_ends_a_call_that_hangs(
    #[case] limit: Value,
    #[case] patience: &str,
    #[values(Moto, Node)] kind: EngineKind,
) {
    if engine(kind, "the time limit of a task").await.is_none() {
        return;
    }
    let arguments = ["--case=failed", "--event={\"limit\": 600}", "--patience", patience, HANGS, &format!("--engine={kind}")];
    let output = check(&limited(&limit).to_string(), &arguments);
    let said = text(&output);
    assert!(said.contains("failure (FAILED") && said.contains("\"error\": \"TookTooLong\""), "{said}");
}

/// What is done once the function has asked for its load, and what is told then in place of the load.
#[rstest]
#[case::it_hangs(
    "exec sleep 1000",
    "waits_forever",
    "the function `check` had not answered its call for",
    "let the function `check` end: find what it waits for"
)]
#[case::it_crashes(
    "exit 3",
    "gave_up",
    "the process of the function `check` ended in the middle of a call",
    "correct the function `check`, whose process ends"
)]
#[tokio::test]
async fn a_function_that_fails_is_told_of_and_not_the_load(
    #[case] then: &str,
    #[case] verdict: &str,
    #[case] why: &str,
    #[case] change: &str,
    #[values(Moto, Node)] kind: EngineKind,
) {
    if engine(kind, "a function that fails in a state machine").await.is_none() {
        return;
    }
    let function = HANGS.replace("exec sleep 1000", then);
    let machine = json!({"StartAt": "Check", "States": {"Check": {"Type": "Task", "Resource": "${CheckArn}", "End": true}}});
    let output = check(&machine.to_string(), &["--case=failed", "--patience=12s", &function, &format!("--engine={kind}")]);
    let said = text(&output).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains(verdict) && said.contains(why) && said.contains(change) && !said.contains("change: treat"), "{said}");
}

/// A function that asks for its load and answers `{}`, after a while.
const SLOW: &str = r#"--function=check=sh -c 'api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation"
    while id=$(curl -s -D - -o /dev/null "$api/next" | sed -n "s/^[Ll]ambda-[Rr]untime-[Aa]ws-[Rr]equest-[Ii]d: \([-0-9a-f]*\).*/\1/p"); do
        sleep 0.3; curl -s "$AWS_ENDPOINT_URL_NEPTUNEDATA/loader/$NEPTUNE_LOAD_ID" > /dev/null
        curl -s -d "{}" "$api/$id/response" > /dev/null
    done'"#;

#[rstest]
#[case::without_a_time_limit(json!({}), "AWS ends it only with 25,000 events in its history, because it has no TimeoutSeconds")]
#[case::with_one(json!({"TimeoutSeconds": 86400}), "AWS ends it after its TimeoutSeconds, 86400 s, or with 25,000 events")]
#[tokio::test]
async fn a_machine_with_slow_functions_is_told_that_it_still_went_round(
    #[case] limit: Value,
    #[case] bound: &str,
    #[values(Moto, Node)] kind: EngineKind,
) {
    if engine(kind, "a state machine that is still going round").await.is_none() {
        return;
    }
    let mut machine = json!({"StartAt": "Check", "States": {
        "Check": {"Type": "Task", "Resource": "${CheckArn}", "Next": "Wait"},
        "Wait": {"Type": "Wait", "Seconds": 30, "Next": "IsDone"},
        "IsDone": {"Type": "Choice", "Choices": [{"Variable": "$.done", "IsPresent": true, "Next": "Done"}], "Default": "Check"},
        "Done": {"Type": "Succeed"},
    }});
    machine.as_object_mut().unwrap().extend(limit.as_object().unwrap().clone());
    let output = check(&machine.to_string(), &["--case=failed", "--patience=10s", SLOW, &format!("--engine={kind}")]);
    let said = text(&output).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("no end (still") && said.contains(bound), "{said}");
    // Each turn has 30 s and 9 events.
    let turns = |what: &str| -> u64 {
        let before = said.split_once(&format!(" {what}")).unwrap().0;
        before.rsplit(' ').next().unwrap().parse().unwrap()
    };
    let (calls, events, seconds) = (turns("calls"), turns("events and"), turns("s of its own time"));
    assert!(calls > 2 && events.abs_diff(9 * calls) <= 9 && seconds.abs_diff(30 * calls) <= 60, "{said}");
}

#[rstest]
#[case::a_path_to_nothing(json!({"Type": "Pass", "InputPath": "$.payload", "End": true}), "States.Runtime", "`After`", "correct what the cause says")]
#[case::too_much_data(
    json!({"Type": "Pass", "Parameters": {"a.$": "States.ArrayRange(0, 999, 1)", "b": "x".repeat(270_000)}, "End": true}),
    "States.DataLimitExceeded",
    "`After`",
    "AWS allows 256 KiB"
)]
#[tokio::test]
async fn a_definition_at_fault_is_no_failure_of_the_load(
    #[case] after: Value,
    #[case] error: &str,
    #[case] state: &str,
    #[case] advice: &str,
    #[values(Moto)] kind: EngineKind,
) {
    if engine(kind, "a definition at fault").await.is_none() {
        return;
    }
    let mut machine = right();
    for end in ["Loaded", "NotLoaded"] {
        machine["States"][end] = json!({"Type": "Pass", "Next": "After"});
    }
    machine["States"]["After"] = after;
    let output = check(&machine.to_string(), &["--case=failed", EVENT, &function(), &format!("--engine={kind}")]);
    let said = text(&output).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("failed crashed failure FAILED") && said.contains(advice), "{said}");
    assert!(said.contains(&format!("failed with {error} in the state {state}")), "{said}");
}

#[tokio::test]
async fn a_function_that_crashes_at_once_is_what_is_said_of_a_machine() {
    if engine(Moto, "a function that crashes at once").await.is_none() {
        return;
    }
    let crashes = r#"--function=check=sh -c 'curl -s "http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/next" > /dev/null; exit 3'"#;
    let output = check(&limited(&json!({})).to_string(), &["--case=failed", crashes]);
    let said = text(&output);
    assert!(output.status.code() == Some(106), "{said}");
    let wanted = "the state machine sent no request to the simulator, and ended with FAILED Runtime.ExitError";
    let hint = "hint: the process of the function `check` ended in the middle of a call";
    assert!(said.contains(wanted) && said.contains(hint), "{said}");
}

#[rstest]
#[case::another_function(&["--function=check=true"], 106, "the state `GetLoadStatus` calls the function `GetLoadStatusArn`, which is not one of those that are given: check\nhint: give the function the command that runs it: --function 'GetLoadStatusArn=COMMAND'")]
#[case::no_function(&[], 106, "the state `GetLoadStatus` calls the function `GetLoadStatusArn`, and no function is given\nhint: give the function")]
#[case::no_name(&["--function=true"], 2, "write a name and a command")]
#[case::a_function_twice(&["--function=check=true", "--function=check=false"], 2, "the function `check` is given twice")]
#[case::another_engine(&["--engine=asl"], 2, "write `moto` or `node`")]
#[case::an_expression(&["--success=$.a == 1"], 2, "cannot be used with")]
#[case::a_command(&["--", "true"], 2, "cannot be used with")]
fn what_keeps_a_machine_from_being_judged_is_one_error(#[case] arguments: &[&str], #[case] code: i32, #[case] wanted: &str) {
    let output = check(&example().to_string(), arguments);
    let said = text(&output);
    assert!(output.status.code() == Some(code) && said.contains(wanted), "{said}");
}

#[rstest]
#[case::no_json("{", "watch.asl.json:1: it is not JSON: EOF while parsing an object at column 1")]
#[case::no_start(
    "{}",
    "watch.asl.json:1: it is no definition of a state machine: it needs a StartAt that names one of its States\nhint: "
)]
fn a_file_that_is_no_machine_is_refused(#[case] definition: &str, #[case] wanted: &str) {
    let output = check(definition, &[]);
    let said = text(&output);
    assert!(output.status.code() == Some(106) && said.contains(wanted), "{said}");
}

#[rstest]
#[case::moto("moto", "there is no `python3`\nhint: python3 -m pip install 'moto[stepfunctions]==5.2.5' jsonata-python==0.7.1")]
#[case::node("node", "there is no `node`\nhint: npm install node@22 aws-local-stepfunctions@3.0.0")]
fn an_engine_that_is_not_there_is_said_with_what_installs_it(#[case] engine: &str, #[case] wanted: &str) {
    let (_place, file) = write(&example().to_string());
    let mut command = Command::new(simulator_binary().unwrap());
    command
        .arg("check-poller")
        .arg("--state-machine")
        .arg(file)
        .arg(function())
        .args(["--engine", engine])
        .env("PATH", "/nowhere");
    let output = command.output().unwrap();
    assert!(output.status.code() == Some(106) && text(&output).contains(wanted), "{}", text(&output));
}
