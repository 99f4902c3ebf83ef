//! A report is read by people who were not there.

use rstest::rstest;
use serde_json::Value;
use time::macros::datetime;

use super::*;
use neptune_report::Inconclusive;

use crate::NotRun;

fn scenario(plan: &str, test: &str, form: Form, outcome: Outcome, millis: u64) -> ScenarioReport {
    ScenarioReport {
        name: format!("{}::{test}", plan.split('/').next().unwrap()),
        file: format!("scenarios/{plan}.yaml"),
        about: "what it is about".into(),
        plan: Some(plan.into()),
        form,
        outcome,
        took: Duration::from_millis(millis),
        seen: vec![],
        drift: vec![],
        failures: vec![],
        unseen: vec![],
        shown: Shown::default(),
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
        kind: RunKind::Live,
        started_at: datetime!(2026-11-22 07:30:00 UTC),
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
                is_quirk: true,
            },
            QuestionAnswer {
                question: "cancel_body".into(),
                choice: Some("status".into()),
                simulator_default: Some("status".into()),
                is_quirk: true,
            },
            QuestionAnswer {
                question: "format_case".into(),
                choice: Some("any".into()),
                simulator_default: Some("lower_only".into()),
                is_quirk: false,
            },
            QuestionAnswer { question: "queue_position".into(), choice: None, simulator_default: None, is_quirk: false },
            QuestionAnswer {
                question: "trailing_slash".into(),
                choice: Some("the_list".into()),
                simulator_default: None,
                is_quirk: false,
            },
        ],
        standing: Standing { fresh: 1, stale: 0, never: 39 },
    }
}

/// The shortest run there is.
fn quiet() -> RunReport {
    let passed = scenario("get_load_status/4", "test_get_load_status_missing_id", Form::AsItIs, Outcome::Pass, 120);
    RunReport {
        kind: RunKind::Rehearsal,
        took: Duration::from_secs(2),
        scenarios: vec![passed],
        made: Made::default(),
        answers: vec![],
        standing: Standing { fresh: 0, stale: 0, never: 40 },
        ..eventful()
    }
}

#[test]
fn the_markdown_says_what_was_found_what_it_cost_and_what_the_ledger_says() {
    let text = eventful().run().markdown();
    for part in [
        "# cargo xtask it --target neptune: failed\n\n\
         **1 passed, 1 failed, 3 not run, 1 drifted, 1 inconclusive: something that was expected does not hold** (exit code 6).\n\
         From 2026-11-22T07:30:00Z, 12 min 5 s (run 20261122-073000-ab12cd, live on graph-sandbox, engine 1.4.5.0, eu-west-1, \
         `--via tunnel`, `--tier standard`).\n\nDrift: the whole answers are in `pending/`.",
        "| check 3 | test_domain_load_failed | with induced data | FAILED | 14.0 |\n",
        "## Failed\n\n**check 3** test_domain_load_failed\n\n    action 1: this does not hold: status: \"FAILED\"\n        it is \"PENDING\"\n",
        "| action 1 | `answer.domain_details.totalTimeSpent` | `3` | `3.0` |\n| action 1 | `answer.note` | absent | `a \\| b c` |\n",
        "* **get 18** test_get_load_status_queued_load: the state passed too quickly to be seen: raise `large_vertices` in the profile, then run it again\n",
        "* 2: the tier does not have it: choose a higher `--tier` (check 14, get 7)\n",
        "* **get 15** test_get_load_status_logging: “Logs contain the load id”\n",
        "* **get 18** test_get_load_status_queued_load: `queued` was LOAD_IN_PROGRESS when first asked\n",
        "| `unknown_id` | `bad_request` | set the quirk `unknown_id: bad_request`; the simulator's default is `not_found` |\n\
         | `cancel_body` | `status` | nothing: the simulator does so |\n\
         | `format_case` | `any` | correct the simulator, which takes the reading `lower_only`: see `scenarios/OPEN_QUESTIONS.md` |\n\
         | `queue_position` | something else | an unforeseen answer: see the transcript, and add it to the question |\n\
         | `trailing_slash` | `the_list` | write it down: the simulator takes no reading of it |\n",
        "12 min 5 s; 4 loads; 4 objects in S3 with 2950000 bytes in all. Nothing is left behind but the loads in the cluster's own list",
        "## Ledger\n\n1 of 40 planned tests validated on a live cluster (0 stale, 39 never).\n",
    ] {
        assert!(text.contains(part), "{part}\nis not in\n{text}");
    }
}

#[test]
fn a_rehearsal_says_in_its_first_line_that_it_proves_nothing() {
    let text = quiet().run().markdown();
    assert!(text.starts_with("# Rehearsal against a fake AWS (it says nothing about Neptune): fine\n"), "{text}");
    assert!(text.contains("2.00 s; 0 loads; 0 objects in S3 with 0 bytes in all. Nothing is left behind.\n"), "{text}");
    assert!(text.ends_with("(0 stale, 40 never). A rehearsal validates nothing.\n"), "{text}");
}

#[test]
fn what_is_left_behind_comes_right_after_the_verdict() {
    let mut report = quiet();
    report.kind = RunKind::Live;
    report.left =
        vec!["the load `load-1`, which still runs".into(), "the graph `urn:neptune-harness:20261122-073000-ab12cd`".into()];
    let text = report.run().markdown();
    let expected = "
Remove what is still there with `cargo xtask sweep --profile sandbox`: it removes what the journal lists, and nothing else.

## Errors of the run

    still there: the load `load-1`, which still runs

    still there: the graph `urn:neptune-harness:20261122-073000-ab12cd`

| number |";
    assert!(text.starts_with("# cargo xtask it --target neptune: left-overs\n\n"), "{text}");
    assert!(text.contains(expected), "{text}");
    assert!(!text.contains("Nothing is left behind"), "{text}");
}

#[test]
fn the_table_ends_with_what_matters_most() {
    let expected = "\x20\
number   test                                    form               verdict          s
 check 1  test_both_loads_completed_successfully  as it is           DRIFTED       21.3
 check 3  test_domain_load_failed                 with induced data  FAILED        14.0
 get 15   test_get_load_status_logging            as it is           passed         0.9
 get 18   test_get_load_status_queued_load        with induced data  inconclusive  61.2

get 18: `queued` was LOAD_IN_PROGRESS when first asked
DRIFTED check_bulk_load_status::test_both_loads_completed_successfully: 2 differences from the accepted answers
FAILED check_bulk_load_status::test_domain_load_failed: action 1: this does not hold: status: \"FAILED\"
inconclusive get_load_status::test_get_load_status_queued_load: the state passed too quickly to be seen: \
raise `large_vertices` in the profile, then run it again
2 not run: the tier does not have it: choose a higher `--tier`
1 not run: the budget was used up: choose fewer scenarios with `--filter`, or raise `budget_minutes` in the profile
Drift: the whole answers are in `pending/`. No run accepts one: check whether Neptune or the accepted answer is right. \
If Neptune is, the simulator has to be corrected.
1 passed, 1 failed, 3 not run, 1 drifted, 1 inconclusive in 12 min 5 s \
(run 20261122-073000-ab12cd, live on graph-sandbox, engine 1.4.5.0, eu-west-1, `--via tunnel`, `--tier standard`)
failed: something that was expected does not hold (exit code 6)
";
    let text = neptune_report::terminal::plain(&eventful().run().text(500));
    assert!(text.ends_with(expected), "{text}");
}

#[test]
fn a_table_says_how_to_remove_what_is_left_and_whether_it_was_a_rehearsal() {
    let report = RunReport { left: vec!["a load".into()], ..quiet() };
    let text = neptune_report::terminal::plain(&report.run().text(500));
    for part in [
        "\nstill there: a load\nRemove what is still there with `cargo xtask sweep --profile sandbox`",
        "a rehearsal against a fake AWS: it says nothing about Neptune",
        "\nleft-overs: something of the run is still there (exit code 5)\n",
    ] {
        assert!(text.contains(part), "{part}\nis not in\n{text}");
    }
}

#[test]
fn the_json_has_all_of_it_for_programs() {
    let read: Value = serde_json::from_str(&eventful().run().json()).unwrap();
    let at = |pointer: &str| read.pointer(pointer).cloned().unwrap_or_default();
    assert_eq!((at("/target"), at("/kind")), ("neptune".into(), "live".into()));
    assert_eq!((at("/run"), at("/via"), at("/tier")), ("20261122-073000-ab12cd".into(), "tunnel".into(), "standard".into()));
    assert_eq!((at("/started_at"), at("/totals/seconds")), ("2026-11-22T07:30:00Z".into(), 725.0.into()));
    assert_eq!(at("/verdict"), serde_json::json!({"word": "failed", "exit_code": 6}));
    let totals = ["passed", "failed", "drifted", "inconclusive", "not_run"].map(|word| at(&format!("/totals/{word}")));
    assert_eq!(totals, [1, 1, 1, 1, 3].map(Value::from));
    assert_eq!(at("/made"), serde_json::json!({"objects": 4, "bytes": 2_950_000, "loads": 4}));
    assert_eq!(at("/standing"), serde_json::json!({"fresh": 1, "stale": 0, "never": 39}));
    assert_eq!(at("/scenarios").as_array().map(Vec::len), Some(7));
    assert_eq!((at("/scenarios/2/outcome"), at("/scenarios/2/reason")), ("not_run".into(), "the tier does not have it".into()));
    assert_eq!((at("/scenarios/1/form"), at("/scenarios/1/millis")), ("with induced data".into(), 14_000.0.into()));
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
    assert_eq!((&scenarios[0]["differences"][0], &scenarios[0]["outcome"]), (&first, &"drifted".into()));
    assert_eq!(read["answers"][0]["choice"], "bad_request");
}

#[rstest]
#[case::drift("<failure message=\"2 differences from the accepted answers\" type=\"drifted\">")]
#[case::drift_in_words("action 1: answer.note: accepted ``, live `a | b")]
#[case::failure("<failure message=\"action 1: this does not hold: status: &quot;FAILED&quot;\" type=\"failed\">")]
#[case::inconclusive("<skipped message=\"the state passed too quickly to be seen\" type=\"inconclusive\">")]
#[case::not_run("<skipped message=\"the budget was used up\" type=\"not run\">")]
#[case::suites("<testsuite name=\"get_load_status\" tests=\"4\" failures=\"0\" errors=\"0\" skipped=\"3\"")]
#[case::place("file=\"scenarios/get_load_status/18.yaml\"")]
#[case::cluster("<property name=\"engine_version\" value=\"1.4.5.0\"/>")]
fn a_ci_server_tells_drift_from_failure_and_skips_with_a_reason(#[case] part: &str) {
    let xml = eventful().run().junit().unwrap();
    assert!(xml.contains(part), "{xml}");
}

#[test]
fn a_ci_server_learns_that_it_was_a_rehearsal() {
    assert!(quiet().run().junit().unwrap().contains("name=\"Rehearsal against a fake AWS"));
    assert!(eventful().run().junit().unwrap().contains("name=\"cargo xtask it --target neptune\""));
}

#[test]
fn a_long_value_is_whole_in_the_parity() {
    let mut report = eventful();
    report.scenarios[0].drift[0].live = "ä".repeat(500);
    assert!(report.parity().contains(&"ä".repeat(500)));
}

#[test]
fn nothing_run_is_still_a_report() {
    let run = RunReport { scenarios: vec![], ..quiet() }.run();
    assert!(run.markdown().contains("not everything could be tried or seen"), "{}", run.markdown());
    assert!(run.text(80).contains("open: "), "{}", run.text(80));
    assert!(run.junit().is_ok() && !run.is_green());
}
