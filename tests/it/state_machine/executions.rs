//! How executions run and end: time, calls, errors, events.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use neptune_state_machine::EngineKind::{Moto, Node};
use neptune_state_machine::{Call, EngineKind, Reply, ReplyKind, Status, Tasks};
use rstest::rstest;
use serde_json::{Value, json};

use super::run;

/// A loop: `check` is called until it says SUCCESS, each half a minute.
pub(super) fn watch(more: &Value) -> Value {
    let mut machine = json!({
        "StartAt": "Check",
        "States": {
            "Check": {
                "Type": "Task",
                "Resource": "arn:aws:states:::lambda:invoke",
                "Parameters": {"FunctionName": "${CheckArn}", "Payload.$": "$"},
                "OutputPath": "$.Payload",
                "TimeoutSeconds": 60,
                "Retry": [{"ErrorEquals": ["Lambda.TooManyRequestsException"], "IntervalSeconds": 10, "MaxAttempts": 2, "BackoffRate": 2.0}],
                "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.caught", "Next": "Caught"}],
                "Next": "Route",
            },
            "Route": {"Type": "Choice", "Choices": [{"Variable": "$.status", "StringEquals": "SUCCESS", "Next": "Done"}], "Default": "Wait"},
            "Wait": {"Type": "Wait", "Seconds": 30, "Next": "Check"},
            "Caught": {"Type": "Fail", "ErrorPath": "$.caught.Error", "CausePath": "$.caught.Cause"},
            "Done": {"Type": "Succeed"},
        },
    });
    machine.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    machine
}

/// A function that is pending in its first calls.
fn pending(calls: u64) -> Tasks {
    let count = Arc::new(Mutex::new(0));
    Tasks::default().function("check", move |_| {
        let mut count = count.lock().unwrap();
        *count += 1;
        let status = if *count > calls { "SUCCESS" } else { "PENDING" };
        async move { Reply::answer(json!({"status": status})) }
    })
}

#[rstest]
#[tokio::test]
async fn a_loop_runs_to_its_end_in_no_time(#[values(Moto, Node)] kind: EngineKind) {
    let (passed, tasks) = (Arc::new(Mutex::new(Vec::new())), pending(2));
    let tasks = tasks.on_time({
        let passed = Arc::clone(&passed);
        move |time| {
            passed.lock().unwrap().push(time);
            async {}
        }
    });
    let Some(ended) = run(kind, &watch(&json!({})), &json!({"load_id": "people"}), &tasks).await else { return };
    assert_eq!((ended.status, ended.output), (Status::Succeeded, Some(json!({"status": "SUCCESS"}))));
    assert_eq!(ended.entered, ["Check", "Route", "Wait", "Check", "Route", "Wait", "Check", "Route", "Done"]);
    assert_eq!(ended.passed, Duration::from_mins(1));
    assert_eq!(*passed.lock().unwrap(), [Duration::from_secs(30); 2]);
    // Start and end, 9 states, 3 tasks.
    assert_eq!(ended.events, 2 + 9 * 2 + 3 * 3);
    let first = Call {
        function: "check".into(),
        event: json!({"load_id": "people"}),
        reply: Reply::answer(json!({"status": "PENDING"})),
    };
    assert_eq!((tasks.calls()[0].clone(), tasks.count("check")), (first, 3));
}

#[rstest]
#[case::raised(Reply::error("NeptuneUnavailable", "no connection"), "NeptuneUnavailable")]
#[case::killed(Reply::killed(), "Runtime.ExitError")]
#[case::timed_out(Reply::timed_out(Duration::from_secs(9)), "Sandbox.Timedout")]
#[case::lambda_fails(Reply::service_exception(), "Lambda.ServiceException")]
#[case::takes_longer_than_the_task(Reply::answer(json!({})).taking(Duration::from_mins(2)), "States.Timeout")]
#[tokio::test]
async fn an_error_has_the_name_that_aws_gives_it(
    #[case] reply: Reply,
    #[case] name: &str,
    #[values(Moto, Node)] kind: EngineKind,
    #[values(true, false)] by_arn: bool,
) {
    let mut machine = watch(&json!({}));
    if by_arn {
        let check = machine["States"]["Check"].as_object_mut().unwrap();
        check["Resource"] = json!("${CheckArn}");
        check.retain(|key, _| !["Parameters", "OutputPath"].contains(&key.as_str()));
    }
    let tasks = pending(0).reply_to_call("check", 1, reply.clone());
    let Some(ended) = run(kind, &machine, &json!({}), &tasks).await else { return };
    assert_eq!((ended.status, ended.error.as_deref()), (Status::Failed, Some(name)));
    assert_eq!(ended.entered, ["Check", "Caught"]);
    assert_eq!(ended.passed, reply.took.min(Duration::from_mins(1)));
    assert_eq!(ended.events, 2 + 2 + 3 + 1);
    match reply.kind {
        ReplyKind::Error { error_message, .. } => {
            let payload: Value = serde_json::from_str(ended.cause.as_deref().unwrap()).unwrap();
            assert_eq!(payload, json!({"errorType": name, "errorMessage": error_message}));
        }
        ReplyKind::Refusal { code, .. } => assert!(ended.cause.unwrap().contains(&code)),
        ReplyKind::Answer(_) => {}
    }
}

#[rstest]
#[tokio::test]
async fn a_task_without_a_limit_may_take_its_time(#[values(Moto, Node)] kind: EngineKind) {
    let mut machine = watch(&json!({}));
    machine["States"]["Check"].as_object_mut().unwrap().remove("TimeoutSeconds");
    let tasks =
        pending(0).reply_to_call("check", 1, Reply::answer(json!({"status": "SUCCESS"})).taking(Duration::from_mins(2)));
    let Some(ended) = run(kind, &machine, &json!({}), &tasks).await else { return };
    assert_eq!((ended.status, ended.passed), (Status::Succeeded, Duration::from_mins(2)));
}

#[rstest]
#[tokio::test]
async fn retries_wait_in_virtual_time_and_have_an_end(#[values(Moto, Node)] kind: EngineKind) {
    let throttled = |tasks: Tasks, calls: u64| {
        (1..=calls).fold(tasks, |tasks, call| tasks.reply_to_call("check", call, Reply::throttled()))
    };
    let Some(ended) = run(kind, &watch(&json!({})), &json!({}), &throttled(pending(0), 2)).await else { return };
    assert_eq!((ended.status, ended.passed, ended.events), (Status::Succeeded, Duration::from_secs(30), 2 + 3 * 2 + 3 * 3));
    let ended = run(kind, &watch(&json!({})), &json!({}), &throttled(pending(0), 3)).await.unwrap();
    assert_eq!((ended.error.as_deref(), ended.passed), (Some("Lambda.TooManyRequestsException"), Duration::from_secs(30)));
}

#[rstest]
#[tokio::test]
async fn a_seed_decides_on_the_jitter(#[values(Moto, Node)] kind: EngineKind) {
    let mut machine = watch(&json!({}));
    machine["States"]["Check"]["Retry"][0]["JitterStrategy"] = json!("FULL");
    let throttled = || pending(0).reply_to_call("check", 1, Reply::throttled());
    let Some(ended) = run(kind, &machine, &json!({}), &throttled()).await else { return };
    let again = run(kind, &machine, &json!({}), &throttled()).await.unwrap();
    assert_eq!(ended.passed, again.passed);
    assert!(ended.passed < Duration::from_secs(10) && ended.passed.subsec_millis() != 0, "{:?}", ended.passed);
}

#[rstest]
#[tokio::test]
async fn the_time_of_a_machine_is_virtual(#[values(Moto, Node)] kind: EngineKind) {
    let machine = watch(&json!({"TimeoutSeconds": 100}));
    let Some(ended) = run(kind, &machine, &json!({}), &pending(u64::MAX)).await else { return };
    assert_eq!((ended.status, ended.passed, &ended.error), (Status::TimedOut, Duration::from_secs(100), &None));
    assert_eq!(ended.entered.iter().filter(|state| *state == "Wait").count(), 4);
    // The last Wait is entered and not left.
    assert_eq!(ended.events, 2 + 4 * (3 + 3 * 2) - 1);
}

#[rstest]
#[case::a_long_wait(json!({}), 365 * 24 * 3600)]
#[case::the_limit_of_the_machine(json!({"TimeoutSeconds": 600}), 600)]
#[case::a_limit_that_aws_does_not_keep(json!({"TimeoutSeconds": 99_999_999}), 365 * 24 * 3600)]
#[tokio::test]
async fn an_execution_lasts_a_year_at_most(#[case] limit: Value, #[case] seconds: u64, #[values(Moto, Node)] kind: EngineKind) {
    let mut machine = json!({"StartAt": "W", "States": {"W": {"Type": "Wait", "SecondsPath": "$.s", "End": true}}});
    machine.as_object_mut().unwrap().extend(limit.as_object().unwrap().clone());
    let Some(ended) = run(kind, &machine, &json!({"s": 99_999_999_999_999_u64}), &Tasks::default()).await else { return };
    assert_eq!((ended.status, ended.passed.as_secs()), (Status::TimedOut, seconds));
}

#[rstest]
#[tokio::test]
async fn branches_wait_side_by_side(#[values(Moto, Node)] kind: EngineKind) {
    let wait = |seconds: u64, next: Value| {
        let mut state = json!({"Type": "Wait", "Seconds": seconds});
        state.as_object_mut().unwrap().extend(next.as_object().unwrap().clone());
        state
    };
    let branches = json!([
        {"StartAt": "Alone", "States": {"Alone": wait(30, json!({"End": true}))}},
        {"StartAt": "First", "States": {"First": wait(20, json!({"Next": "Second"})), "Second": wait(25, json!({"End": true}))}},
    ]);
    let all = json!({"Type": "Parallel", "Branches": branches, "End": true});
    let Some(ended) = run(kind, &json!({"StartAt": "All", "States": {"All": all}}), &json!({}), &Tasks::default()).await else {
        return;
    };
    assert_eq!((ended.status, ended.passed), (Status::Succeeded, Duration::from_secs(45)));
}

/// What the branches of a Parallel come to is a list, which paths go through.
#[rstest]
#[case::an_element("$.all[0].status", &json!("x"))]
#[case::deeper("$.all[1].of['a:b'][1].n", &json!(2))]
#[case::the_element_itself("$.all[0]", &json!({"status": "x"}))]
#[case::in_quotes("$['all'][0]['status']", &json!("x"))]
#[case::each("$.all[*].status", &json!(["x"]))]
#[case::a_part("$.all[0:1].status", &json!(["x"]))]
#[tokio::test]
async fn a_path_gives_a_list_only_where_it_may_name_several_places(
    #[case] path: &str,
    #[case] expected: &Value,
    #[values(Moto, Node)] kind: EngineKind,
) {
    let machine =
        json!({"StartAt": "Take", "States": {"Take": {"Type": "Pass", "Parameters": {"taken.$": path}, "End": true}}});
    let input = json!({"all": [{"status": "x"}, {"of": {"a:b": [{"n": 1}, {"n": 2}]}}]});
    let Some(ended) = run(kind, &machine, &input, &Tasks::default()).await else { return };
    assert_eq!(ended.output, Some(json!({"taken": expected})));
}

#[rstest]
#[tokio::test]
async fn a_history_has_a_limit_that_no_rule_catches(#[values(Moto, Node)] kind: EngineKind) {
    let Some(ended) = run(kind, &watch(&json!({})), &json!({}), &pending(u64::MAX)).await else { return };
    assert!(ended.history_is_full);
    assert_eq!((ended.status, ended.events, ended.error.as_deref()), (Status::Failed, 25_000, Some("States.Runtime")));
    // 9 events for each turn.
    assert_eq!(ended.passed, Duration::from_secs(30) * 2777);
}

#[rstest]
#[tokio::test]
async fn no_rule_for_all_errors_catches_an_answer_that_is_too_large(#[values(Moto, Node)] kind: EngineKind) {
    let tasks = Tasks::default().function("check", async |_| Reply::answer(json!({"text": "x".repeat(300 * 1024)})));
    let mut machine = watch(&json!({}));
    machine["States"]["Check"]["Retry"] =
        json!([{"ErrorEquals": ["States.TaskFailed", "Other"]}, {"ErrorEquals": ["States.ALL"]}]);
    let Some(ended) = run(kind, &machine, &json!({}), &tasks).await else { return };
    assert_eq!((ended.status, ended.error.as_deref()), (Status::Failed, Some("States.DataLimitExceeded")));
    assert_eq!((ended.entered, tasks.count("check")), (vec!["Check".to_owned()], 1));
}

#[rstest]
#[tokio::test]
async fn a_rule_that_names_it_catches_an_answer_that_is_too_large(#[values(Moto, Node)] kind: EngineKind) {
    let tasks = Tasks::default().function("check", async |_| Reply::answer(json!({"text": "x".repeat(300 * 1024)})));
    let mut machine = watch(&json!({}));
    let named = json!({"ErrorEquals": ["States.DataLimitExceeded"], "ResultPath": "$.caught", "Next": "Done"});
    machine["States"]["Check"]["Catch"].as_array_mut().unwrap().insert(0, named);
    let Some(ended) = run(kind, &machine, &json!({}), &tasks).await else { return };
    assert_eq!(
        (ended.status, &ended.output.unwrap()["caught"]["Error"]),
        (Status::Succeeded, &json!("States.DataLimitExceeded"))
    );
}

#[rstest]
#[case::within(262_130, None)]
#[case::beyond(262_150, Some("States.DataLimitExceeded"))]
#[tokio::test]
async fn the_output_of_each_state_has_a_limit(
    #[case] letters: usize,
    #[case] error: Option<&str>,
    #[values(Moto, Node)] kind: EngineKind,
) {
    // In a branch, the output of the state is that of the branch, too.
    let make = json!({"Type": "Pass", "Result": "x".repeat(letters), "ResultPath": "$.a", "End": true});
    let keep = json!({"Type": "Pass", "Parameters": {}, "End": true});
    let machine = json!({"StartAt": "All", "States": {
        "All": {"Type": "Parallel", "Branches": [{"StartAt": "Make", "States": {"Make": make}}], "ResultSelector": {}, "Next": "Keep"},
        "Keep": keep,
    }});
    let Some(ended) = run(kind, &machine, &json!({}), &Tasks::default()).await else { return };
    assert_eq!(ended.error.as_deref(), error);
}

#[rstest]
#[tokio::test]
async fn a_history_that_ends_at_its_limit_succeeds(#[values(Moto, Node)] kind: EngineKind) {
    // Start, seven Pass states, 2,775 turns, Check, Route, Done, end.
    let mut machine = watch(&json!({"StartAt": "Pass 0"}));
    for number in 0..7 {
        let next = if number == 6 { "Check".to_owned() } else { format!("Pass {}", number + 1) };
        machine["States"][format!("Pass {number}")] = json!({"Type": "Pass", "Next": next});
    }
    let Some(ended) = run(kind, &machine, &json!({}), &pending(2775)).await else { return };
    assert_eq!((ended.status, ended.events, ended.history_is_full), (Status::Succeeded, 25_000, false));
}

#[rstest]
#[tokio::test]
async fn events_are_put_on_a_bus_and_may_be_refused(#[values(Moto, Node)] kind: EngineKind) {
    let entry =
        json!({"Detail": {"load.$": "$.load"}, "DetailType": "loaded", "EventBusName": "${EventBusName}", "Source": "loads"});
    let put = json!({
        "Type": "Task", "Resource": "arn:aws:states:::events:putEvents", "Parameters": {"Entries": [entry]}, "ResultPath": null, "End": true,
        "Retry": [{"ErrorEquals": ["EventBridge.FailedEntry"], "MaxAttempts": 1}],
    });
    let machine = json!({"StartAt": "Put", "States": {"Put": put}});
    let tasks = Tasks::default().fail_events(1).fail_events(3).fail_events(4);
    let Some(ended) = run(kind, &machine, &json!({"load": "people"}), &tasks).await else { return };
    assert_eq!((ended.status, ended.passed), (Status::Succeeded, Duration::from_secs(1)));
    let event = tasks.put_events()[0].clone();
    assert_eq!((&event["DetailType"], &event["EventBusName"]), (&json!("loaded"), &json!("EventBusName")));
    let detail: Value =
        event["Detail"].as_str().map_or_else(|| event["Detail"].clone(), |text| serde_json::from_str(text).unwrap());
    assert_eq!(detail, json!({"load": "people"}));
    let ended = run(kind, &machine, &json!({"load": "people"}), &tasks).await.unwrap();
    assert_eq!((ended.status, ended.error.as_deref()), (Status::Failed, Some("EventBridge.FailedEntry")));
    assert_eq!(tasks.put_events().len(), 1);
}

#[rstest]
#[tokio::test]
async fn a_function_whose_name_is_computed_may_be_unknown(#[values(Moto, Node)] kind: EngineKind) {
    let mut machine = watch(&json!({}));
    machine["States"]["Check"]["Parameters"] = json!({"FunctionName.$": "$.name", "Payload": {}});
    let Some(ended) = run(kind, &machine, &json!({"name": "checks"}), &pending(0)).await else { return };
    assert_eq!((ended.status, ended.error.as_deref()), (Status::Failed, Some("Lambda.ResourceNotFoundException")));
}

/// The same loop in JSONata: it counts, waits for a time that it computes, and passes a text with a quotation mark and a letter of four bytes on.
#[tokio::test]
async fn a_loop_in_jsonata_has_variables_and_the_virtual_time() {
    let machine = json!({
        "QueryLanguage": "JSONata",
        "StartAt": "Check",
        "States": {
            "Check": {
                "Type": "Task",
                "Resource": "arn:aws:states:::lambda:invoke",
                "Arguments": {"FunctionName": "${CheckArn}", "Payload": {"text": "{% $states.input.text & '!' %}"}},
                "Assign": {"polls": "{% $exists($polls) ? $polls + 1 : 1 %}", "status": "{% $states.result.Payload.status %}"},
                "Output": "{% $states.input %}",
                "Catch": [{"ErrorEquals": ["NeptuneUnavailable"], "Output": "{% $states.errorOutput %}", "Next": "Caught"}],
                "Next": "Route",
            },
            "Route": {"Type": "Choice", "Choices": [{"Condition": "{% $status = 'SUCCESS' %}", "Next": "Done"}], "Default": "Wait"},
            "Wait": {"Type": "Wait", "Seconds": "{% $polls * 10 %}", "Next": "Check"},
            "Caught": {"Type": "Pass", "End": true},
            "Done": {"Type": "Succeed", "Output": {"polls": "{% $polls %}", "now": "{% $now() %}"}},
        },
    });
    let (tasks, input) = (pending(2), json!({"text": "a \"text\" \u{10000}"}));
    let Some(ended) = run(Moto, &machine, &input, &tasks).await else { return };
    assert_eq!(ended.output, Some(json!({"polls": 3, "now": "2030-01-01T00:00:30.000Z"})));
    assert_eq!((ended.passed, &tasks.calls()[2].event), (Duration::from_secs(30), &json!({"text": "a \"text\" \u{10000}!"})));
    let tasks = pending(0).reply_to_call("check", 1, Reply::error("NeptuneUnavailable", "no connection"));
    let ended = run(Moto, &machine, &input, &tasks).await.unwrap();
    assert_eq!(ended.output.unwrap()["Error"], "NeptuneUnavailable");
}

/// A driver that leaves moto as it is takes the numbers, and calls the Condition States.NoChoiceMatched. Whole numbers may be written with a fraction of zero.
#[rstest]
#[case::a_text(json!({"Type": "Wait", "Seconds": "{% '30' %}", "End": true}), "'30'", "'Seconds'", "Expected 'number', but was 'string'")]
#[case::negative(json!({"Type": "Wait", "Seconds": "{% -5 %}", "End": true}), "-5", "'Seconds'", "Expected a whole number from 0 to 99999999, but was: -5")]
#[case::a_fraction(json!({"Type": "Wait", "Seconds": "{% 1.5 %}", "End": true}), "1.5", "'Seconds'", "Expected a whole number")]
#[case::null(json!({"Type": "Wait", "Seconds": "{% null %}", "End": true}), "null", "'Seconds'", "Expected 'number', but was 'null'")]
#[case::no_time(json!({"Type": "Task", "Resource": "${CheckArn}", "TimeoutSeconds": "{% 0 %}", "End": true}), "0", "'TimeoutSeconds'", "from 1 to 99999999")]
#[case::a_condition(json!({"Type": "Choice", "Choices": [{"Condition": "{% 'yes' %}", "Next": "Caught"}]}), "'yes'", "'Condition'", "Expected 'boolean', but was 'string'")]
#[case::a_cause(json!({"Type": "Fail", "Cause": "{% {'a': 1} %}"}), "{'a': 1}", "'Cause'", "Expected 'string', but was 'object'")]
#[case::concurrency(json!({"Type": "Map", "Items": [1], "MaxConcurrency": "{% -1 %}", "End": true, "ItemProcessor": {"StartAt": "Item", "States": {"Item": {"Type": "Succeed"}}}}), "-1", "'MaxConcurrency'", "a whole number from 0 on")]
#[tokio::test]
async fn a_result_of_jsonata_has_the_type_and_the_range_of_its_field(
    #[case] state: Value,
    #[case] expression: &str,
    #[case] field: &str,
    #[case] said: &str,
) {
    let caught = json!({"Type": "Pass", "End": true});
    let machine = json!({"QueryLanguage": "JSONata", "StartAt": "First", "States": {
        "First": {"Type": "Choice", "Choices": [{"Condition": true, "Next": "One"}], "Default": "Caught"}, "One": state, "Caught": caught,
    }});
    let Some(ended) = run(Moto, &machine, &json!({}), &pending(0)).await else { return };
    let cause = ended.cause.unwrap();
    assert_eq!(ended.error.as_deref(), Some("States.QueryEvaluationError"), "{cause}");
    assert!(cause.contains(&format!("'{expression}'")) && cause.contains(field) && cause.contains(said), "{cause}");
}

#[tokio::test]
async fn a_whole_number_of_jsonata_may_have_a_fraction_of_zero() {
    let state = json!({"Type": "Wait", "Seconds": "{% 60 / 2 %}", "End": true});
    let machine = json!({"QueryLanguage": "JSONata", "StartAt": "One", "States": {"One": state}});
    let Some(ended) = run(Moto, &machine, &json!({}), &pending(0)).await else { return };
    assert_eq!((ended.status, ended.passed), (Status::Succeeded, Duration::from_secs(30)), "{ended:?}");
}

/// A driver that leaves moto as it is would fail here: a Parallel passes on an error that AWS has named.
#[rstest]
#[tokio::test]
async fn an_error_of_aws_leaves_a_branch_with_its_name(#[values(Moto, Node)] kind: EngineKind) {
    let call = json!({"Type": "Task", "Resource": "${CheckArn}", "TimeoutSeconds": 5, "End": true});
    let machine = json!({"StartAt": "All", "States": {
        "All": {
            "Type": "Parallel", "Branches": [{"StartAt": "Call", "States": {"Call": call}}], "End": true,
            "Catch": [{"ErrorEquals": ["States.Timeout"], "Next": "Caught"}],
        },
        "Caught": {"Type": "Pass", "Result": "caught", "End": true},
    }});
    let tasks = pending(0).reply_to_call("check", 1, Reply::answer(json!({})).taking(Duration::from_secs(9)));
    let Some(ended) = run(kind, &machine, &json!({}), &tasks).await else { return };
    assert_eq!((ended.output, ended.passed), (Some(json!("caught")), Duration::from_secs(5)));
}
