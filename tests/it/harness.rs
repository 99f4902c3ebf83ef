//! The harness can fail, and says why: a test that cannot turn red proves nothing.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::thread;

use neptune_harness::catalogue::{FAILURES, FOLDERS, ScenarioFile, scenario_files};
use neptune_harness::judge::{Ending, Failure};
use neptune_harness::play::{Heard, Played};
use neptune_harness::report;
use neptune_harness::scenario_test::ScenarioTest;
use neptune_harness::sim::play_on_sim;
use neptune_harness::snapshot::{self, Snapshots, Unlike};
use neptune_harness::values::Difference;
use neptune_report::{TestResult, Verdict};
use neptune_server::scenario::Scenario;
use rstest::rstest;
use serde_json::{Value, json};

use neptune_harness::project::root;

/// Loads in three states, and a load that completes while a client polls.
const GIVEN: &str = "
name: test_harness
about: a scenario that goes wrong
given:
  unknown_loads: [unheard-of]
  loads:
    done: {lifecycle: [LOAD_COMPLETED]}
    failed: {lifecycle: [LOAD_FAILED]}
    running: {lifecycle: [LOAD_IN_PROGRESS 20s, LOAD_COMPLETED]}
    endless: {lifecycle: [LOAD_IN_PROGRESS 99h, LOAD_COMPLETED]}
";

/// A scenario with one invocation of `get_load_status`. `paced` says what is invoked, `expect` what is expected, both as JSON.
fn invoking(paced: &str, expect: &Value) -> String {
    format!("{GIVEN}action:\n  - invoke:\n      function: get_load_status\n      {paced}\n      expect: {expect}\n")
}

async fn played(text: &str) -> (Scenario, Played) {
    let scenario = Scenario::parse("scenarios/beyond/harness.yaml", text).unwrap_or_else(|error| panic!("{error}"));
    let played = play_on_sim(&scenario).await.unwrap_or_else(|error| panic!("{error:#}"));
    (scenario, played)
}

const TWO: &str = "events: [{load_job_id: done}, {load_job_id: failed}]";
/// Keys of a step stand below each other.
const POLL: &str = "event: {load_job_id: running}
      poll: {every: 10s, until: {answer.payload.overallStatus.status: LOAD_COMPLETED}, at_most: 9}";
const POLL_IN_VAIN: &str = "event: {load_job_id: endless}
      poll: {every: 10s, until: {answer.payload.overallStatus.status: LOAD_COMPLETED}, at_most: 3}";
const UNKNOWN: &str = "event: {load_job_id: unheard-of}";
const STATUS: &str = "payload.overallStatus.status";

#[rstest]
#[case::equality(TWO, "answer.status", json!("201"), r#"expected "201", got "200 OK""#)]
#[case::every_answer(TWO, "answer.payload.overallStatus.status", json!("LOAD_COMPLETED"), r#"expected "LOAD_COMPLETED", got "LOAD_FAILED""#)]
#[case::first(TWO, "first.payload.overallStatus.status", json!("LOAD_FAILED"), r#"expected "LOAD_FAILED", got "LOAD_COMPLETED""#)]
#[case::last(TWO, "last.payload.overallStatus.status", json!("LOAD_COMPLETED"), r#"expected "LOAD_COMPLETED", got "LOAD_FAILED""#)]
#[case::earlier(TWO, "earlier.payload.overallStatus.status", json!("LOAD_FAILED"), r#"expected "LOAD_FAILED", got "LOAD_COMPLETED""#)]
#[case::nth(TWO, "answers.1.payload.overallStatus.status", json!("LOAD_COMPLETED"), r#"expected "LOAD_COMPLETED", got "LOAD_FAILED""#)]
#[case::beyond_the_last(TWO, "answers.2.status", json!("200 OK"), "there is no such answer among 2")]
#[case::one_too_many(TWO, "answers.1", json!({"is": "absent"}), r#"expected to be absent, got {"status":"200 OK""#)]
#[case::answers_in_number(TWO, "answers", json!({"length": 3}), r#"expected a length of 3, got [{"status":"200 OK""#)]
#[case::looks_in_number(POLL, "answers", json!({"length": 2}), r#"expected a length of 2, got [{"status":"200 OK""#)]
#[case::nothing_there(TWO, "answer.payload.nothing", json!(1), "expected 1, got nothing")]
#[case::log(TWO, "log", json!({"includes": {"load_id": "other"}}), r#"expected an entry with {"load_id":"other"}, got [{"#)]
#[case::requests(TWO, "requests", json!(3), "expected 3, got 2")]
#[case::request(TWO, "request.method", json!("DELETE"), r#"expected "DELETE", got "GET""#)]
#[case::environments(TWO, "environments", json!(1), "expected 1, got 2")]
#[case::loads(POLL, "loads", json!({"unchanged": true}), "expected no change, got [")]
#[case::loads_in_number(TWO, "loads", json!({"length": 5}), "expected a length of 5, got [{")]
#[case::took(TWO, "took", json!({"under": "1ms"}), "expected under 1 ms, got ")]
#[case::raised(UNKNOWN, "raised.errorType", json!("Other"), r#"expected "Other", got "LoadNotFound""#)]
#[case::nothing_raised(TWO, "raised.errorType", json!("LoadNotFound"), r#"nothing was raised, it answered {"status":"200 OK""#)]
#[case::one_of(TWO, "answer.status", json!({"one_of": ["a", "b"]}), r#"expected one of ["a","b"], got "200 OK""#)]
#[case::contains(TWO, "answer.status", json!({"contains": ["ok", "202"]}), r#"expected a text with ["ok","202"] in it, got "200 OK""#)]
#[case::starts_with(TWO, "answer.status", json!({"starts_with": "OK"}), r#"expected a text that starts with "OK", got "200 OK""#)]
#[case::in_order(TWO, "answer.payload.overallStatus.status", json!({"in_order": ["LOAD_FAILED", "LOAD_COMPLETED"]}),
    r#"expected no step back in ["LOAD_FAILED","LOAD_COMPLETED"], got "LOAD_COMPLETED", "LOAD_FAILED""#)]
#[case::in_order_of_others(TWO, "answer.payload.overallStatus.status", json!({"in_order": ["LOAD_COMPLETED"]}),
    r#"expected only ["LOAD_COMPLETED"], got "LOAD_FAILED""#)]
#[case::at_least(TWO, "requests", json!({"at_least": 3}), "expected at least 3, got 2")]
#[case::at_most(TWO, "requests", json!({"at_most": 1}), "expected at most 1, got 2")]
#[case::length(TWO, "answer.status", json!({"length": 5}), r#"expected a length of 5, got "200 OK""#)]
#[case::is_absent(TWO, "answer.status", json!({"is": "absent"}), r#"expected to be absent, got "200 OK""#)]
#[case::is_present(TWO, "answer.queue", json!({"is": "present"}), "expected to be present, got nothing")]
#[case::is_number(TWO, "answer.status", json!({"is": "number"}), r#"expected to be number, got "200 OK""#)]
#[case::is_text(TWO, "answer.payload", json!({"is": "text"}), "expected to be text, got {")]
#[case::is_list(TWO, "answer.payload", json!({"is": "list"}), "expected to be list, got {")]
#[case::is_object(TWO, "answer.status", json!({"is": "object"}), r#"expected to be object, got "200 OK""#)]
#[case::identical(TWO, "answer.payload.overallStatus.status", json!({"identical": true}),
    r#"expected the same everywhere, got "LOAD_COMPLETED" and "LOAD_FAILED""#)]
#[case::second_of_two_matchers(TWO, "requests", json!({"at_least": 1, "at_most": 1}), "expected at most 1, got 2")]
#[tokio::test]
async fn a_wrong_expectation_fails_with_the_plans_words_the_subject_and_both_values(
    #[case] paced: &str,
    #[case] subject: &str,
    #[case] matcher: Value,
    #[case] because: &str,
) {
    let expect = json!({"this holds": {"took": {"under": "1m"}}, "the plan's words": {subject: matcher}});
    let (_, played) = played(&invoking(paced, &expect)).await;
    let [(step, failure)] = &played.failures[..] else { panic!("one failure, not these: {:#?}", played.failures) };
    assert_eq!((step.as_str(), failure.words.as_str()), ("action[0]", "the plan's words"));
    let start = format!("{subject}: {because}");
    assert!(failure.because.starts_with(&start), "wanted {start}\ngot    {}", failure.because);
}

/// A scenario with one request of its own, `path: /loader`, and what is expected of its reply.
fn requesting(request: &str, expect: &Value) -> String {
    format!("{GIVEN}action:\n  - request: {{{request}, expect: {expect}}}\n")
}

#[rstest]
#[case::http("path: /loader/done", "reply.http", json!(404), "expected 404, got 200")]
#[case::body("path: /loader/done", "reply.body.status", json!("201"), r#"expected "201", got "200 OK""#)]
#[case::query("path: /loader, query: {loadId: failed}", "reply.body.payload.overallStatus.status", json!("LOAD_COMPLETED"),
    r#"expected "LOAD_COMPLETED", got "LOAD_FAILED""#)]
#[case::no_json("path: /_sim/nothing", "reply.body.status", json!("200 OK"), r#"expected "200 OK", got nothing"#)]
#[case::text("path: /loader/done", "reply.text", json!({"starts_with": "["}), r#"expected a text that starts with "[", got "{"#)]
#[case::header("path: /loader/done", "reply.headers.content-type", json!("text/html"), r#"expected "text/html", got "application/json""#)]
#[case::no_error("path: /loader/done", "reply.error", json!({"contains": "reset"}), r#"expected a text with ["reset"] in it, got nothing"#)]
#[case::every_reply("path: /loader/done, times: 3", "requests", json!(2), "expected 2, got 3")]
#[case::took("path: /loader/done", "took", json!({"at_least": 60_000}), "expected at least 60000, got ")]
#[case::a_load_started(
    "method: POST, path: /loader, body: {source: 's3://b/', format: csv, iamRoleArn: r, region: us-east-1}",
    "loads", json!({"unchanged": true}), "expected no change, got [")]
#[tokio::test]
async fn a_wrong_expectation_of_a_reply_fails_with_the_words_the_subject_and_both_values(
    #[case] request: &str,
    #[case] subject: &str,
    #[case] matcher: Value,
    #[case] because: &str,
) {
    let expect = json!({"this holds": {"took": {"under": "1m"}}, "these words": {subject: matcher}});
    let (_, played) = played(&requesting(request, &expect)).await;
    let [(step, failure)] = &played.failures[..] else { panic!("one failure, not these: {:#?}", played.failures) };
    assert_eq!((step.as_str(), failure.words.as_str()), ("action[0]", "these words"));
    let start = format!("{subject}: {because}");
    assert!(failure.because.starts_with(&start), "wanted {start}\ngot    {}", failure.because);
}

#[tokio::test]
async fn a_reply_that_does_not_come_is_a_failure_unless_a_claim_asks_why() {
    let refused = |expect: &Value| requesting("path: /loader/done", expect).replace("given:", "given:\n  neptune: refused");
    let (_, silent) = played(&refused(&json!({"nothing arrives": {"requests": 0}}))).await;
    let [(_, Failure { words, because, .. })] = &silent.failures[..] else { panic!("{:#?}", silent.failures) };
    assert_eq!(words, "(no reply came)");
    assert!(because.contains("Connection refused"), "{because}");
    let (_, reported) = played(&refused(&json!({"connections are refused": {"reply.error": {"contains": "refused"}}}))).await;
    assert_eq!(reported.failures, []);
}

#[rstest]
#[case::a_request("request: {path: /loader/done/x}", "nothing is expected of the reply, and it is no success: {")]
#[case::a_start("start: {load: x, format: opencypher, with: {region: ''}}", "Neptune started no load: {")]
#[case::a_cancel("cancel: done", "nothing is expected of the reply, and it is no success: {")]
#[tokio::test]
async fn a_step_of_which_nothing_is_expected_must_succeed(#[case] step: &str, #[case] trouble: &str) {
    let text = requesting("path: /loader/done", &json!({"it is there": {"reply.http": 200}}));
    let text = text.replace("unheard-of", "done/x").replace("action:", &format!("setup:\n  - {step}\naction:"));
    let (_, played) = played(&text).await;
    let found = played.trouble.unwrap_or_default();
    assert!(found.starts_with(&format!("step setup[0] could not run: {trouble}")), "{found}");
}

const A_FAULT: &str = "{name: weak moment, on: {load: done}, fail: 1, does: {error: InternalFailureException}}";

#[tokio::test]
async fn a_fault_that_never_strikes_fails_the_scenario_unless_it_is_optional() {
    let idle = |fault: &str| {
        let text = requesting("path: /loader/failed", &json!({"it is there": {"reply.http": 200}}));
        text.replace("given:", &format!("given:\n  faults: [{fault}]"))
    };
    let (scenario, with_idle) = played(&idle(A_FAULT)).await;
    let [(step, Failure { words, because, .. })] = &with_idle.failures[..] else { panic!("{:#?}", with_idle.failures) };
    assert_eq!((step.as_str(), words.as_str()), ("faults", "(a fault that is not `optional` never fired)"));
    assert_eq!(because, "`weak moment` never fired: no request came that it is for, or its time did not come");
    let report = report::failure(&scenario, &with_idle, None);
    assert!(report.contains("\nfaults\n    weak moment: for 0 requests, fired 0\n"), "{report}");

    let (_, lucky) = played(&idle("{name: rare, chance: 0, does: reset}")).await;
    assert_eq!(lucky.failures[0].1.because, "`rare` never fired: it was for 1 request and let all of them pass");
    let (_, optional) = played(&idle(&A_FAULT.replace("{name", "{optional: true, name"))).await;
    assert_eq!(optional.failures, []);
}

#[tokio::test]
async fn faults_fire_from_their_step_on_and_are_reported_after_they_are_cleared() {
    let ask = |http| format!("  - request: {{path: /loader/done, expect: {{it is so: {{reply.http: {http}}}}}}}\n");
    let (fault, clear) = (format!("  - fault: {A_FAULT}\n"), "  - clear_fault: weak moment\n");
    let steps = [ask(200), fault.clone(), ask(500), ask(200), clear.into(), fault, clear.into(), ask(404)].concat();
    let (scenario, played) = played(&format!("{GIVEN}action:\n{steps}")).await;
    let because: Vec<_> = played.failures.iter().map(|(step, failure)| (step.as_str(), failure.because.as_str())).collect();
    let expected = [
        ("action[7]", "reply.http: expected 404, got 200"),
        ("faults", "`weak moment` never fired: no request came that it is for, or its time did not come"),
    ];
    assert_eq!(because, expected);
    let report = report::failure(&scenario, &played, None);
    for part in [
        "faults\n    weak moment: for 2 requests, fired 1, the last time at 0s, request 1\n    weak moment: for 0 requests, fired 0\n",
        "    1 at 0.0s GET /loader/done -> 500 (fault `weak moment`)\n    2 at 0.0s GET /loader/done -> 200\n",
    ] {
        assert!(report.contains(part), "`{part}` is missing in:\n{report}");
    }
}

#[tokio::test]
async fn a_fault_finds_a_started_load_by_its_name() {
    let text = format!(
        "{GIVEN}action:
  - start: {{load: started}}
  - fault: {{on: {{load: started}}, does: {{error: InternalFailureException}}}}
  - request: {{path: /loader/started, expect: {{it fails: {{reply.http: 500}}}}}}
  - request: {{path: /loader/done, expect: {{others are not: {{reply.http: 200}}}}}}
"
    );
    let (_, played) = played(&text).await;
    assert_eq!((played.failures, played.trouble), (Vec::new(), None));
}

#[tokio::test]
async fn the_harness_knows_the_ca_of_a_neptune_that_speaks_tls_and_tells_it_to_functions() {
    let expect = json!({"it is answered": {format!("first.{STATUS}"): "LOAD_COMPLETED"}});
    let text = invoking(TWO, &expect).replace("given:", "given:\n  tls: true");
    let (_, played) = played(&text).await;
    assert_eq!((played.failures, played.trouble), (Vec::new(), None));
    assert!(played.endpoint.starts_with("https://"), "{}", played.endpoint);
}

#[test]
fn every_failure_that_users_have_met_has_a_scenario() {
    let files = scenario_files(&root()).unwrap().into_iter().filter(|file| file.folder == FAILURES);
    let shown: Vec<u32> = files.filter_map(|file| ScenarioTest::read(&file).failure()).collect();
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let claim = format!("{} scenarios for the 44 failures", shown.len());
    assert!(readme.contains(&claim), "README.md has to say `{claim}`");
    assert_eq!(shown.into_iter().collect::<BTreeSet<_>>(), (1..=44).collect());
}

#[tokio::test]
async fn what_holds_does_not_fail() {
    let expect = json!({
        "both are read": {"answer.status": "200 OK", "requests": 2, "environments": 2, "loads": {"unchanged": true}},
        "each as it is": {format!("first.{STATUS}"): "LOAD_COMPLETED", format!("last.{STATUS}"): "LOAD_FAILED"},
        "no third one": {"answers": {"length": 2}, "answers.1": {"is": "object"}, "answers.2": {"is": "absent"}},
    });
    let (_, played) = played(&invoking(TWO, &expect)).await;
    assert_eq!(played.failures, []);
}

#[tokio::test]
async fn an_error_that_no_claim_expects_is_a_failure() {
    let expect = json!({"Neptune is asked": {"requests": 1}});
    let (_, played) = played(&invoking(UNKNOWN, &expect)).await;
    let [(step, Failure { words, because, .. })] = &played.failures[..] else { panic!("{:#?}", played.failures) };
    assert_eq!((step.as_str(), words.as_str()), ("action[0]", "(the function ended in a way that nothing expects)"));
    assert!(because.starts_with("it raised LoadNotFound: load id `unheard-of` not found"), "{because}");
}

#[tokio::test]
async fn an_answer_where_an_error_is_expected_is_a_failure() {
    let expect = json!({"it is unknown": {"raised.errorType": "LoadNotFound"}});
    let (_, played) = played(&invoking("event: {load_job_id: done}", &expect)).await;
    assert_eq!(played.failures.len(), 1, "{:#?}", played.failures);
}

#[tokio::test]
async fn a_poll_that_never_ends_is_an_error_that_names_the_newest_ending() {
    let text = invoking(POLL_IN_VAIN, &json!({"it ends": {"answer": {"is": "present"}}}));
    let (scenario, played) = played(&text).await;
    let error = report::failure(&scenario, &played, None);
    for part in [
        "scenarios/beyond/harness.yaml",
        "simulated time  30s",
        "endless (scripted) s3://neptune-loads/endless/: 0s LOAD_IN_PROGRESS, then at 356400s LOAD_COMPLETED",
        "at 20.0s GET /loader/endless?",
        "step action[0] could not run",
        "polled 3 times, and what to poll for did not come; at last it answered {",
        "LOAD_IN_PROGRESS",
    ] {
        assert!(error.contains(part), "`{part}` is missing in:\n{error}");
    }
}

#[tokio::test]
async fn a_timeline_has_the_invocations_on_the_clock_of_the_cluster() {
    let expect =
        json!({"it has failed": {format!("last.{STATUS}"): "LOAD_FAILED"}, "it answers": {"answer": {"is": "present"}}});
    let text = invoking(POLL, &expect).replace("given:", "given:\n  neptune: {answers: {http: 500, code: X, message: y}}");
    let text = text.replace("action:\n", "setup:\n  - advance: 5s\n  - neptune: available\naction:\n");
    let (_, played) = played(&text).await;
    let invoked = |at: f64, label: &str, style: &str| json!({"function": "get_load_status", "from": at, "until": at, "label": label, "style": style, "count": 1});
    let expected = [
        invoked(5.0, "LOAD_IN_PROGRESS", "open"),
        invoked(15.0, "LOAD_IN_PROGRESS", "open"),
        invoked(25.0, "LOAD_COMPLETED", "good"),
    ];
    let timeline = &played.timeline;
    assert_eq!(timeline["invocations"], json!(expected));
    assert_eq!(timeline["outages"], json!([{"word": "answers 500", "from": 0.0, "until": 5.0}]));
    assert_eq!(timeline["now"], 25.0);
    let running = timeline["loads"].as_array().unwrap().iter().find(|load| load["id"] == "running").unwrap();
    assert_eq!(running["history"][1], json!({"at": 20.0, "status": "LOAD_COMPLETED"}));
    let told: Vec<_> =
        timeline["requests"]["requests"].as_array().unwrap().iter().map(|request| &request["load_status"]).collect();
    assert_eq!(told, ["LOAD_IN_PROGRESS", "LOAD_IN_PROGRESS", "LOAD_COMPLETED"]);
    assert_eq!(played.held, ["it answers"]);
    let unmet = report::unmet(&played, &[]);
    let [one] = &unmet[..] else { panic!("one expectation does not hold: {unmet:#?}") };
    assert_eq!(
        [&one.words, &one.field, &one.expected, &one.got, &one.step],
        ["it has failed", "last.payload.overallStatus.status", "\"LOAD_FAILED\"", "\"LOAD_COMPLETED\"", "action[0]"]
    );
}

#[tokio::test]
async fn a_timeline_of_a_poll_that_never_ends_has_its_invocations() {
    let (_, played) = played(&invoking(POLL_IN_VAIN, &json!({"it ends": {"answer": {"is": "present"}}}))).await;
    assert_eq!(played.timeline["invocations"].as_array().unwrap().len(), 3);
    let unmet = report::unmet(&played, &[]);
    assert!(
        unmet.len() == 1 && unmet[0].words == "(a step could not run)" && unmet[0].got.contains("polled 3 times"),
        "{unmet:#?}"
    );
}

#[tokio::test]
async fn the_report_of_a_failure_has_all_that_helps() {
    let expect = json!({"it has failed": {format!("last.{STATUS}"): "LOAD_FAILED"}});
    let text = format!("{}cleanup:\n  - advance: 5s\n", invoking(POLL, &expect)).replace("given:", "given:\n  seed: 4711");
    let (scenario, played) = played(&text).await;
    let report = report::failure(&scenario, &played, Some("the answers differ"));
    for part in [
        "scenarios/beyond/harness.yaml:17: action[0]: this does not hold: it has failed\n    last.payload.overallStatus.status: expected \"LOAD_FAILED\", got \"LOAD_COMPLETED\"\n",
        "the answers differ\n",
        "scenario        scenarios/beyond/harness.yaml (a scenario that goes wrong)\n",
        "seed            4711\n",
        "simulated time  25s\n",
        "    running (scripted) s3://neptune-loads/running/: 0s LOAD_IN_PROGRESS -> 20s LOAD_COMPLETED\n",
        "    endless (scripted) s3://neptune-loads/endless/: 0s LOAD_IN_PROGRESS, then at 356400s LOAD_COMPLETED\n",
        "    0 at 0.0s GET /loader/running?details=TRUE",
        "    2 at 20.0s GET /loader/running?details=TRUE",
        "-> 200\n",
        "function=get_load_status",
        "status=LOAD_COMPLETED",
    ] {
        assert!(report.contains(part), "`{part}` is missing in:\n{report}");
    }
}

#[rstest]
#[case::wrong_answer("event: {load_job_id: done}", "3600s")]
#[case::unplayable(POLL_IN_VAIN, "3630s")]
#[tokio::test]
async fn the_clean_up_is_played_whatever_came_before(#[case] paced: &str, #[case] ends_at: &str) {
    let expect = json!({"never": {"answer.status": "never"}});
    let text = format!("{}cleanup:\n  - advance: 1h\n", invoking(paced, &expect));
    let (scenario, played) = played(&text).await;
    let report = report::failure(&scenario, &played, None);
    let time = report.lines().find_map(|line| line.strip_prefix("simulated time  ")).expect("the report tells the time");
    assert_eq!(time, ends_at);
}

#[test]
fn result_lines_stay_whole_though_many_threads_write_them() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("results.jsonl");
    let long = "a line\nof a report ".repeat(2000);
    thread::scope(|scope| {
        for number in 0..8 {
            let (file, long) = (&file, &long);
            scope.spawn(move || {
                let name = format!("beyond::test_{number}");
                for plan in 0..20 {
                    let has_failed = plan % 2 == 1;
                    let line = TestResult {
                        name: name.clone(),
                        plan: Some(format!("get_load_status/{plan}")),
                        file: Some("x.yaml".to_owned()),
                        millis: 1.5,
                        verdict: if has_failed { Verdict::Failed } else { Verdict::Passed },
                        failure: has_failed.then(|| long.clone()),
                        ..TestResult::default()
                    };
                    line.append_to(file).unwrap();
                }
            });
        }
    });
    let lines: Vec<Value> =
        fs::read_to_string(&file).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 160);
    for number in 0..8 {
        let mine: Vec<_> = lines.iter().filter(|line| line["name"] == format!("beyond::test_{number}")).collect();
        let outcomes: Vec<_> = mine.iter().map(|line| line["outcome"].as_str().unwrap()).collect();
        assert_eq!(outcomes, ["passed", "failed"].repeat(10));
        assert_eq!((&mine[1]["failure"], &mine[0]["failure"], &mine[0]["millis"]), (&json!(long), &Value::Null, &json!(1.5)));
    }
}

#[test]
fn a_new_scenario_file_is_found_without_a_rebuild() {
    let root = tempfile::tempdir().unwrap();
    let scenarios = root.path().join("scenarios");
    for folder in FOLDERS {
        fs::create_dir_all(scenarios.join(folder)).unwrap();
    }
    let labels = || scenario_files(root.path()).unwrap().iter().map(ScenarioFile::label).collect::<Vec<_>>();
    assert_eq!(labels(), [""; 0]);
    fs::write(scenarios.join("beyond/new.yaml"), "").unwrap();
    fs::write(scenarios.join("get_load_status/21_new.yaml"), "").unwrap();
    fs::write(scenarios.join("beyond/notes.md"), "").unwrap();
    assert_eq!(labels(), ["scenarios/beyond/new.yaml", "scenarios/get_load_status/21_new.yaml"]);
}

#[test]
fn a_project_without_its_folders_is_an_error_and_not_an_empty_run() {
    assert!(scenario_files(Path::new("/nonexistent")).is_err());
}

#[rstest]
#[case::no_yaml("name: [", "unusable", "broken.yaml:1:7")]
#[case::misspelt_key("nam: test_x\nabout: x\n", "unusable", "help: did you mean `name`?")]
#[case::no_text("\u{0}", "unusable", "scenarios/beyond/broken.yaml")]
#[case::nothing_invoked("name: broken\nabout: x\n", "unusable", "there is no `action`, so nothing would be tested")]
#[case::cannot_be_played(
    &invoking(POLL_IN_VAIN, &json!({"it answers": {"answer": {"is": "present"}}})).replace("test_harness", "broken"),
    "failed",
    "step action[0] could not run: polled 3 times"
)]
fn a_file_that_cannot_be_played_is_a_test_that_fails(#[case] text: &str, #[case] outcome: &str, #[case] reason: &str) {
    let root = tempfile::tempdir().unwrap();
    for folder in FOLDERS {
        fs::create_dir_all(root.path().join("scenarios").join(folder)).unwrap();
    }
    fs::write(root.path().join("scenarios/beyond/broken.yaml"), text).unwrap();
    let [file] = scenario_files(root.path()).unwrap().try_into().unwrap();
    let test = ScenarioTest::read(&file);
    assert_eq!(test.name(), "beyond::broken");

    let results = root.path().join("results.jsonl");
    let failure = test.run(async |scenario, _| play_on_sim(scenario).await, Some(&results)).unwrap_err();
    assert!(failure.contains(reason), "{failure}");
    let line: Value = serde_json::from_str(&fs::read_to_string(&results).unwrap()).unwrap();
    assert_eq!((&line["name"], &line["outcome"]), (&json!("beyond::broken"), &json!(outcome)));
    assert_eq!((&line["file"], &line["failure"]), (&json!("scenarios/beyond/broken.yaml"), &json!(failure)));
}

/// A project with one scenario file in `beyond`.
fn project(text: &str) -> (tempfile::TempDir, ScenarioTest) {
    let root = tempfile::tempdir().unwrap();
    for folder in FOLDERS {
        fs::create_dir_all(root.path().join("scenarios").join(folder)).unwrap();
    }
    fs::write(root.path().join("scenarios/beyond/file.yaml"), text).unwrap();
    let [file] = scenario_files(root.path()).unwrap().try_into().unwrap();
    (root, ScenarioTest::read(&file))
}

fn result_of(text: &str) -> Value {
    let (folder, scenario) = project(text);
    let results = folder.path().join("results.jsonl");
    scenario.run(async |scenario, _| play_on_sim(scenario).await, Some(&results)).unwrap_err();
    serde_json::from_str(&fs::read_to_string(&results).unwrap()).unwrap()
}

#[test]
fn the_result_of_a_failed_scenario_has_place_expectation_and_answer_in_one_line() {
    let expect = json!({"it has failed": {format!("first.{STATUS}"): "LOAD_FAILED"}, "nor that": {"answer.status": "x"}});
    let result = result_of(&invoking(TWO, &expect));
    let message = "scenarios/beyond/file.yaml:15: it has failed: first.payload.overallStatus.status: expected \"LOAD_FAILED\", got \
                   \"LOAD_COMPLETED\" (and 2 more)";
    assert_eq!((&result["message"], &result["line"]), (&json!(message), &json!(15)));
    assert_eq!((&result["about"], result["seed"].is_u64()), (&json!("a scenario that goes wrong"), true));
    assert!(result["log"][0].as_str().unwrap().starts_with('{'), "the log is as the function wrote it: {result}");
    // The two calls are made at once.
    let mut requests = result["requests"].as_array().unwrap().iter().filter_map(Value::as_str);
    assert!(requests.any(|request| request.contains("GET /loader/done")), "{result}");
}

#[test]
fn an_unusable_file_keeps_the_name_that_it_gives_itself_and_says_where_it_is_wrong() {
    let text = "name: test_mine\nabout: x\nacton: []\n";
    assert_eq!(project(text).1.name(), "beyond::test_mine", "a filter finds it, and the plan");
    let result = result_of(text);
    assert_eq!(result["outcome"], "unusable");
    assert_eq!(
        (&result["message"], &result["line"]),
        (&json!("scenarios/beyond/file.yaml:3:1: unknown key `acton`"), &json!(3))
    );
}

#[tokio::test]
async fn reports_call_started_loads_by_their_names() {
    let text = "
name: test_started
about: a load that the scenario starts
action:
  - start: {load: people, source: s3://bucket/people, format: csv}
  - invoke:
      function: get_load_status
      event: {load_job_id: people}
      expect: {it is otherwise: {answer.status: never}}
";
    let (scenario, played) = played(text).await;
    let report = report::failure(&scenario, &played, None);
    for part in ["    people (started) s3://bucket/people: 0s ", "GET /loader/people?", "load_id=people"] {
        assert!(report.contains(part), "`{part}` is missing in:\n{report}");
    }
}

#[tokio::test]
async fn a_snapshot_is_compared_by_values_and_never_by_the_order_of_keys() {
    let (_, played) =
        played(&invoking("event: {load_job_id: done}", &json!({"it answers": {"answer": {"is": "present"}}}))).await;
    let snapshots = tempfile::tempdir().unwrap();
    let place = Snapshots::of_functions(snapshots.path());
    let compare = || snapshot::compare(&place, "beyond", "test_harness", "loads, in three states", &played);
    let [accepted, pending] = ["snap", "snap.new"].map(|end| snapshots.path().join(format!("beyond/test_harness.{end}")));
    assert!(compare().unwrap_err().text.contains("these answers are not reviewed yet"));
    let first = fs::read_to_string(&pending).unwrap();
    for line in ["source: tests/harness/src/snapshot.rs\n", "description: \"loads, in three states\"\n"] {
        assert!(first.contains(line), "{first}");
    }
    compare().unwrap_err();
    assert_eq!(fs::read_to_string(&pending).unwrap(), first, "a file is the same each time");

    let (head, body) = first.split_at(first.find("\n[").unwrap() + 1);
    let turned = turned_round(&serde_json::from_str(body).unwrap());
    assert_ne!(turned.to_string(), serde_json::from_str::<Value>(body).unwrap().to_string());
    fs::write(&accepted, format!("{head}{turned:#}\n")).unwrap();
    assert_eq!(compare(), Ok(()));
    assert!(!pending.exists(), "there is nothing to review any more");

    fs::write(&accepted, format!("{head}{turned:#}\n").replace("200 OK", "201 OK")).unwrap();
    let Unlike { text, differences } = compare().unwrap_err();
    assert!(text.contains(r#"0.endings.0.answer.status: expected "201 OK", got "200 OK""#), "{text}");
    let [Difference { path, one, other }] = &differences[..] else { panic!("one difference, not {differences:#?}") };
    assert_eq!(
        (path.join("."), one.as_str(), other.as_str()),
        ("0.endings.0.answer.status".to_owned(), "\"201 OK\"", "\"200 OK\"")
    );
    let review = fs::read_to_string(&pending).unwrap();
    assert!(
        review.ends_with(&format!("---\n{turned:#}\n")),
        "the review shows what differs and no other order of keys: {review}"
    );
}

/// The same value with the keys of every object the other way round.
fn turned_round(value: &Value) -> Value {
    match value {
        Value::Object(map) => map.iter().rev().map(|(key, value)| (key.clone(), turned_round(value))).collect(),
        Value::Array(list) => list.iter().map(turned_round).collect(),
        other => other.clone(),
    }
}

#[tokio::test]
async fn a_snapshot_shows_that_two_loads_were_mixed_up() {
    let text = "
name: test_mixed_up
about: two loads in different states
given:
  loads:
    domain-load: {lifecycle: [LOAD_COMPLETED]}
    prov-load: {lifecycle: [LOAD_IN_PROGRESS 1h, LOAD_COMPLETED]}
action:
  - invoke:
      function: check_bulk_load_status
      event: {domain_load_id: domain-load, prov_load_id: prov-load, run_id: run-1}
      expect: {it is pending: {answer.status: PENDING}}
";
    let (_, mut played) = played(text).await;
    let answers = json!([{"step": "action[0]", "function": "check_bulk_load_status", "endings": [{"answer": {
        "status": "PENDING", "run_id": "run-1", "domain_load_id": "domain-load", "prov_load_id": "prov-load",
        "domain_status": "LOAD_COMPLETED", "prov_status": "LOAD_IN_PROGRESS",
    }}]}]);
    let snapshots = tempfile::tempdir().unwrap();
    fs::create_dir(snapshots.path().join("beyond")).unwrap();
    let reviewed = format!("---\nsource: tests/harness/src/snapshot.rs\n---\n{answers:#}\n");
    fs::write(snapshots.path().join("beyond/test_mixed_up.snap"), reviewed).unwrap();
    let place = Snapshots { folder: snapshots.path().to_owned(), ..Snapshots::of_project(snapshots.path()) };
    let compare = |played: &Played| snapshot::compare(&place, "beyond", "test_mixed_up", "mixed up", played);
    assert_eq!(compare(&played), Ok(()));

    for pair in [["domain_load_id", "prov_load_id"], ["domain_status", "prov_status"]] {
        swap(&mut played, pair);
        let difference = compare(&played).unwrap_err().text;
        assert!(difference.contains("tests/snapshots/beyond/test_mixed_up.snap"), "{difference}");
        swap(&mut played, pair);
    }
    assert_eq!(compare(&played), Ok(()));
}

/// Exchanges the values of two keys in the first answer.
fn swap(played: &mut Played, [one, other]: [&str; 2]) {
    let Heard::Function(_, endings) = &mut played.answers[0].heard else { panic!("an invocation") };
    let Ending::Answered(answer) = &mut endings[0] else { panic!("an answer") };
    let moved = answer[one].take();
    answer[one] = answer[other].take();
    answer[other] = moved;
}
