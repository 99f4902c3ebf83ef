//! A report is read by somebody who was not there.

use rstest::rstest;
use serde_json::Value;

use super::*;
use crate::Inconclusive;

fn scenario(plan: &str, test: &str, form: Form, outcome: Outcome, millis: u64) -> ScenarioReport {
    ScenarioReport {
        name: format!("{}::{test}", plan.split('/').next().unwrap()),
        plan: Some(plan.into()),
        form,
        outcome,
        took: Duration::from_millis(millis),
        seen: vec![],
        drift: vec![],
        failures: vec![],
        unseen: vec![],
    }
}

/// A run in which everything that can happen has happened.
fn eventful() -> RunReport {
    let mut both =
        scenario("check_bulk_load_status/1", "test_both_loads_completed_successfully", Form::AsItIs, Outcome::Drift, 21_340);
    both.drift = vec![
        Difference {
            step: "action 1".into(),
            path: "answer.domain_details.totalTimeSpent".into(),
            accepted: "3".into(),
            live: "3.0".into(),
        },
        Difference { step: "action 1".into(), path: "answer.note".into(), accepted: String::new(), live: "a | b\nc".into() },
    ];
    let mut failed = scenario("check_bulk_load_status/3", "test_domain_load_failed", Form::Induced, Outcome::Fail, 14_000);
    failed.failures = vec!["action 1: this does not hold: status: \"FAILED\"\n    it is \"PENDING\"".into()];
    let too_quick = Outcome::Inconclusive(Inconclusive::PassedTooQuickly);
    let mut queued = scenario("get_load_status/18", "test_get_load_status_queued_load", Form::Induced, too_quick, 61_200);
    queued.seen = vec!["`queued` was LOAD_IN_PROGRESS when first asked".into()];
    let mut logging = scenario("get_load_status/15", "test_get_load_status_logging", Form::AsItIs, Outcome::Pass, 900);
    logging.unseen = vec!["Logs contain the load id".into()];
    let not_run = |plan, test, reason| scenario(plan, test, Form::Proxied, Outcome::NotRun(reason), 0);
    RunReport {
        run: "20261122-073000-ab12cd".parse().unwrap(),
        profile: "sandbox".into(),
        cluster_name: "graph-sandbox".into(),
        engine_version: "1.4.5.0".into(),
        region: "eu-west-1".into(),
        via: Via::Tunnel,
        tier: Tier::Standard,
        occasion: Occasion::Live,
        started_at: "2026-11-22T07:30:00Z".parse().unwrap(),
        took: Duration::from_secs(725),
        scenarios: vec![
            both,
            failed,
            not_run("check_bulk_load_status/14", "test_neptune_api_error", NotRun::OtherTier),
            not_run("get_load_status/7", "test_get_load_status_raises_on_non_200", NotRun::OtherTier),
            logging,
            queued,
            not_run("get_load_status/20", "test_get_load_status_multiple_runs", NotRun::NoBudgetLeft),
        ],
        left: vec![],
        made: Made { objects: 4, bytes: 2_950_000, loads: 4 },
        answers: vec![
            QuestionAnswer {
                question: "unknown_id".into(),
                choice: Some("bad_request".into()),
                simulator_default: Some("not_found".into()),
            },
            QuestionAnswer {
                question: "cancel_body".into(),
                choice: Some("status".into()),
                simulator_default: Some("status".into()),
            },
            QuestionAnswer { question: "queue_position".into(), choice: None, simulator_default: None },
            QuestionAnswer { question: "trailing_slash".into(), choice: Some("the_list".into()), simulator_default: None },
        ],
        standing: Standing { fresh: 1, stale: 0, never: 39 },
    }
}

/// The shortest run there is.
fn quiet() -> RunReport {
    let passed = scenario("get_load_status/4", "test_get_load_status_missing_id", Form::AsItIs, Outcome::Pass, 120);
    RunReport {
        occasion: Occasion::Rehearsal,
        took: Duration::from_secs(2),
        scenarios: vec![passed],
        made: Made::default(),
        answers: vec![],
        standing: Standing { fresh: 0, stale: 0, never: 40 },
        ..eventful()
    }
}

#[test]
fn the_markdown_tells_all_of_it() {
    let expected = include_str!("eventful.md");
    assert_eq!(eventful().markdown(), expected, "\n{}", eventful().markdown());
}

#[test]
fn a_rehearsal_says_in_its_first_line_that_it_proves_nothing() {
    let expected = "\
# Rehearsal on a stand-in: fine. Nothing in it is a fact about Neptune

**1 passed, 0 failed, 0 drifted, 0 inconclusive, 0 not run: all that was run passed, and nothing is left behind** (exit code 0).
Run `20261122-073000-ab12cd` on `graph-sandbox` (engine 1.4.5.0, eu-west-1), `--via tunnel`, `--tier standard`, from 2026-11-22T07:30:00Z, 2 s.

| number | test | form | outcome | s |
|---|---|---|---|---:|
| get 4 | test_get_load_status_missing_id | as it is | pass | 0.1 |

## Cost and time

2 s; 0 loads; 0 objects in S3 with 0 bytes in all. Nothing is left behind.

## Ledger

0 of 40 planned tests validated on a live cluster (0 stale, 40 never). A rehearsal validates nothing.
";
    assert_eq!(quiet().markdown(), expected);
}

#[test]
fn what_is_left_behind_comes_right_after_the_verdict() {
    let mut report = quiet();
    report.occasion = Occasion::Live;
    report.left =
        vec!["the load `load-1`, which still runs".into(), "the graph `urn:neptune-harness:20261122-073000-ab12cd`".into()];
    let text = report.markdown();
    let expected = "
## Left behind

* the load `load-1`, which still runs
* the graph `urn:neptune-harness:20261122-073000-ab12cd`

`cargo xtask sweep --profile sandbox` removes what the journal names, and nothing else.

| number |";
    assert!(text.starts_with("# Live run: left-overs\n\n"), "{text}");
    assert!(text.contains(expected), "{text}");
    assert!(!text.contains("Nothing is left behind"), "{text}");
}

#[test]
fn the_table_ends_with_what_matters_most() {
    let expected = "\x20\
number   test                                    form               outcome          s
 check 1  test_both_loads_completed_successfully  as it is           drift         21.3
 check 3  test_domain_load_failed                 with induced data  fail          14.0
 get 15   test_get_load_status_logging            as it is           pass           0.9
 get 18   test_get_load_status_queued_load        with induced data  inconclusive  61.2

drift check_bulk_load_status::test_both_loads_completed_successfully: 2 differences from the accepted answers
fail check_bulk_load_status::test_domain_load_failed: action 1: this does not hold: status: \"FAILED\"
inconclusive get_load_status::test_get_load_status_queued_load: the state passed too quickly to be seen: \
raise `large_vertices` in the profile, then run it again
2 not run: the tier does not have it: choose a higher `--tier`
1 not run: the budget was used up: choose fewer scenarios with `--filter`, or raise `budget_minutes` in the profile
1 passed, 1 failed, 1 drifted, 1 inconclusive, 3 not run in 12 min 5 s \
(run 20261122-073000-ab12cd, live on graph-sandbox, engine 1.4.5.0)
failed: something that was expected does not hold (exit code 6)
";
    assert_eq!(eventful().table(), expected);
}

#[test]
fn a_table_says_how_to_remove_what_is_left_and_whether_it_was_a_rehearsal() {
    let report = RunReport { left: vec!["a load".into()], ..quiet() };
    let expected = "\
still there: a load
remove it: cargo xtask sweep --profile sandbox
1 passed, 0 failed, 0 drifted, 0 inconclusive, 0 not run in 2 s \
(run 20261122-073000-ab12cd, a rehearsal on a stand-in: nothing in it is a fact about Neptune)
left-overs: something of the run is still there (exit code 5)
";
    assert!(report.table().ends_with(expected), "{}", report.table());
}

#[test]
fn the_json_has_all_of_it_for_programs() {
    let read: Value = serde_json::from_str(&eventful().json()).unwrap();
    let at = |pointer: &str| read.pointer(pointer).cloned().unwrap_or_default();
    assert_eq!(at("/occasion"), "live");
    assert_eq!((at("/run"), at("/via"), at("/tier")), ("20261122-073000-ab12cd".into(), "tunnel".into(), "standard".into()));
    assert_eq!((at("/started_at"), at("/seconds")), ("2026-11-22T07:30:00Z".into(), 725.0.into()));
    assert_eq!(at("/verdict"), serde_json::json!({"word": "failed", "exit_code": 6}));
    assert_eq!(at("/totals"), serde_json::json!({"pass": 1, "fail": 1, "drift": 1, "inconclusive": 1, "not_run": 3}));
    assert_eq!(at("/made"), serde_json::json!({"objects": 4, "bytes": 2_950_000, "loads": 4}));
    assert_eq!(at("/standing"), serde_json::json!({"fresh": 1, "stale": 0, "never": 39}));
    assert_eq!(at("/scenarios").as_array().map(Vec::len), Some(7));
    assert_eq!((at("/scenarios/2/outcome"), at("/scenarios/2/reason")), ("not_run".into(), "the tier does not have it".into()));
    assert_eq!((at("/scenarios/1/form"), at("/scenarios/1/seconds")), ("induced".into(), 14.0.into()));
}

#[test]
fn parity_lists_the_fields_that_differ_and_the_scenarios_that_agree() {
    let read: Value = serde_json::from_str(&eventful().parity()).unwrap();
    let scenarios = read["scenarios"].as_array().unwrap();
    let counts = scenarios.iter().map(|one| (one["plan"].as_str().unwrap(), one["differences"].as_array().unwrap().len()));
    let expected = [
        ("check_bulk_load_status/1", 2),
        ("check_bulk_load_status/3", 0),
        ("get_load_status/15", 0),
        ("get_load_status/18", 0),
    ];
    assert_eq!(counts.collect::<Vec<_>>(), expected);
    let first = serde_json::json!({
        "step": "action 1", "path": "answer.domain_details.totalTimeSpent", "accepted": "3", "live": "3.0",
    });
    assert_eq!(scenarios[0]["differences"][0], first);
    assert_eq!(read["answers"][0]["choice"], "bad_request");
}

#[rstest]
#[case::drift("message=\"action 1: answer.domain_details.totalTimeSpent: accepted `3`, live `3.0`\" type=\"drift\"")]
#[case::drift_in_words("action 1: answer.note: accepted ``, live `a | b")]
#[case::failure("message=\"action 1: this does not hold: status: &quot;FAILED&quot;\" type=\"fail\"")]
#[case::inconclusive("<skipped message=\"inconclusive (the state passed too quickly to be seen)\"/>")]
#[case::not_run("<skipped message=\"not run (the budget was used up)\"/>")]
#[case::suites("<testsuite name=\"get_load_status\" tests=\"4\" skipped=\"3\"")]
fn a_ci_server_tells_drift_from_failure_and_skips_with_a_reason(#[case] part: &str) {
    let xml = eventful().junit().unwrap();
    assert!(xml.contains(part), "{xml}");
}

#[test]
fn a_ci_server_learns_that_it_was_a_rehearsal() {
    assert!(quiet().junit().unwrap().contains("name=\"cargo xtask it --target neptune (rehearsal on a stand-in)\""));
    assert!(eventful().junit().unwrap().contains("name=\"cargo xtask it --target neptune\""));
}

#[test]
fn a_long_value_is_cut_in_the_markdown_and_whole_in_the_parity() {
    let mut report = eventful();
    report.scenarios[0].drift[0].live = "ä".repeat(500);
    assert!(report.markdown().contains(&format!("`{}`…", "ä".repeat(120))));
    assert!(!report.markdown().contains(&"ä".repeat(121)));
    assert!(report.parity().contains(&"ä".repeat(500)));
}

#[test]
fn nothing_run_is_still_a_report() {
    let report = RunReport { scenarios: vec![], ..quiet() };
    assert!(report.markdown().contains("not everything could be tried or seen"), "{}", report.markdown());
    assert!(report.table().contains("open: "), "{}", report.table());
    assert!(report.junit().is_ok());
}
