//! Random lifecycles, faults and poll times against both functions, as AWS would run them.
//!
//! A case is a scenario. One that fails is printed with its seed and saved under `target/it/`, ready to become a test of its own.

use std::fmt::Write as _;
use std::time::Duration;

use neptune_control::{ClusterDescription, ControlClient, Load};
use neptune_harness::binaries::handler_binary;
use neptune_harness::lambda::{Deadline, Function, Lambda, Outcome};
use neptune_server::{ClockKind, ClusterSpec, Sim};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, TestCaseError, TestError, TestRunner};
use serde_json::{Value, json};

use neptune_harness::project::root;

/// Each case starts two processes, and asks them some ten times.
const CASES: u32 = 32;

/// How long functions try where faults make them wait: as short as a busy machine allows.
const SHORT: [(&str, &str); 3] =
    [("NEPTUNE_REQUEST_TIMEOUT", "250ms"), ("NEPTUNE_CONNECT_TIMEOUT", "250ms"), ("NEPTUNE_TIME_BUDGET", "300ms")];

/// One case.
#[derive(Clone, Debug)]
struct Case {
    seed: u64,
    domain: Lifecycle,
    prov: Lifecycle,
    /// As a scenario has them.
    faults: Vec<Value>,
    /// Seconds before each poll.
    polls: Vec<u64>,
}

/// Pending statuses with their seconds, and the last status.
#[derive(Clone, Debug)]
struct Lifecycle {
    pending: Vec<(&'static str, u64)>,
    last: &'static str,
}

impl Lifecycle {
    fn written(&self) -> String {
        let pending = self.pending.iter().map(|(status, secs)| format!("{status} {secs}s"));
        pending.chain([self.last.to_owned()]).collect::<Vec<_>>().join(", ")
    }
}

impl Case {
    /// The case as a scenario that can stand in `scenarios/beyond/`.
    fn scenario(&self) -> String {
        let mut text = format!("name: random_{}\nabout: A case that a property test made up\ngiven:\n", self.seed);
        let _ = writeln!(text, "  seed: {}\n  loads:", self.seed);
        let _ = writeln!(text, "    domain: {{lifecycle: [{}]}}", self.domain.written());
        let _ = writeln!(text, "    prov: {{lifecycle: [{}]}}", self.prov.written());
        if !self.faults.is_empty() {
            text += "  environment:
";
            for (name, value) in SHORT {
                let _ = writeln!(text, "    {name}: {value}");
            }
            text += "  faults:\n";
            for fault in &self.faults {
                let _ = writeln!(text, "    - {fault}");
            }
        }
        text += "action:\n";
        for gap in &self.polls {
            let _ = writeln!(text, "  - advance: {gap}s");
            text += "  - invoke:\n      function: check_bulk_load_status\n";
            text += "      event: {domain_load_id: domain, prov_load_id: prov, run_id: run}\n";
            text += "      expect: {it answers: {answer.status: {one_of: [SUCCESS, PENDING, FAILED]}}}\n";
        }
        text
    }
}

fn lifecycles() -> impl Strategy<Value = Lifecycle> {
    let waiting = prop::option::of((prop::sample::select(vec!["LOAD_IN_QUEUE", "LOAD_NOT_STARTED"]), 1_u64..30));
    let running = prop::option::of((Just("LOAD_IN_PROGRESS"), 1_u64..60));
    let last = prop::sample::select(vec![
        "LOAD_COMPLETED",
        "LOAD_COMPLETED",
        "LOAD_COMPLETED",
        "LOAD_FAILED",
        "LOAD_IN_PROGRESS",
        "LOAD_CANCELLED_BY_USER",
        "LOAD_CANCELLED_DUE_TO_ERRORS",
        "LOAD_COMMITTED_W_WRITE_CONFLICTS",
        "LOAD_UNEXPECTED_ERROR",
        "LOAD_FAILED_BECAUSE_DEPENDENCY_NOT_SATISFIED",
    ]);
    (waiting, running, last).prop_map(|(waiting, running, last)| {
        let pending: Vec<_> = waiting.into_iter().chain(running).collect();
        // A status cannot follow itself.
        let pending = pending.into_iter().filter(|(status, _)| *status != last).collect();
        Lifecycle { pending, last }
    })
}

/// What can go wrong with a request.
fn effects() -> Vec<Value> {
    vec![
        json!({"error": "InternalFailureException"}),
        json!({"error": "TooManyRequestsException"}),
        json!({"error": "ConstraintViolationException"}),
        json!({"error": "AccessDeniedException"}),
        json!({"error": "BulkLoadIdNotFoundException"}),
        json!({"error": {"code": "BadRequestException", "message": "no", "http": 400}}),
        json!({"gateway": 502}),
        json!({"gateway": {"http": 503, "body": "empty"}}),
        json!({"answer": {"http": 302, "headers": {"location": "http://192.0.2.1/"}}}),
        json!({"answer": {"http": 200, "text": "<html>"}}),
        json!("hang_up"),
        json!("reset"),
        json!("lost_answer"),
        json!("black_hole"),
        json!("not_http"),
        json!("cut_body"),
        json!("reset_body"),
        json!("garbage"),
        json!({"content_type": "text/html"}),
        json!({"slow_body": "10s"}),
        json!({"padded": 5_000_000}),
        json!({"shape": "list"}),
        json!({"shape": "null"}),
        json!({"shape": "no_overall_status"}),
        json!({"shape": "null_load_status"}),
        json!({"shape": "number_load_status"}),
    ]
}

fn faults() -> impl Strategy<Value = Value> {
    let does = prop::sample::select(effects());
    let on = prop::option::of(prop::sample::select(vec![
        json!({"load": "domain"}),
        json!({"load": "prov"}),
        json!({"operation": "status"}),
        json!({"request": "2.."}),
        json!({"attempt": 1}),
    ]));
    let how_often = prop::option::of(prop::sample::select(vec![
        json!({"fail": 1}),
        json!({"fail": 2, "pass": 3}),
        json!({"chance": 0.3}),
        json!({"from": "10s", "until": "40s"}),
        json!({"for": "20s"}),
    ]));
    let of_requests = (does, on, how_often).prop_map(|(does, on, how_often)| {
        let mut fault = how_often.unwrap_or_else(|| json!({}));
        if let Some(on) = on {
            fault["on"] = on;
        }
        fault["does"] = does;
        fault["optional"] = json!(true);
        fault
    });
    let of_the_port = (0_u64..40, 1_u64..40)
        .prop_map(|(from, lasts)| json!({"from": format!("{from}s"), "until": format!("{}s", from + lasts), "does": "refuse", "optional": true}));
    prop_oneof![8 => of_requests, 1 => of_the_port]
}

fn cases(faults_at_most: usize) -> impl Strategy<Value = Case> {
    let polls = prop::collection::vec(0_u64..40, 1..6);
    (any::<u32>(), lifecycles(), lifecycles(), prop::collection::vec(faults(), 0..=faults_at_most), polls)
        .prop_map(|(seed, domain, prov, faults, polls)| Case { seed: seed.into(), domain, prov, faults, polls })
}

/// A cluster with its functions.
struct Stage {
    _sim: Sim,
    cluster: neptune_control::ClusterClient,
    check: Lambda,
    get: Lambda,
}

impl Stage {
    async fn set(case: &Case) -> Self {
        let sim = Sim::start(ClusterSpec::new("control", ClockKind::Manual), "127.0.0.1:0".parse().unwrap()).await.unwrap();
        let control = ControlClient::new(&sim.endpoint()).unwrap();
        let added = control.add_cluster(case.scenario(), &neptune_control::AddCluster::default()).await.unwrap();
        let mut environment = vec![("NEPTUNE_ENDPOINT".to_owned(), added.endpoint)];
        if !case.faults.is_empty() {
            environment.extend(SHORT.map(|(name, value)| (name.to_owned(), value.to_owned())));
        }
        let function = |name: &str| {
            let binary = handler_binary(name).unwrap();
            Lambda::new(
                Function { name: name.to_owned(), program: binary.into(), environment: environment.iter().cloned().collect() },
                case.seed,
            )
        };
        let (check, get) = (function("check_bulk_load_status"), function("get_load_status"));
        Self { cluster: control.cluster(added.name), _sim: sim, check, get }
    }

    /// How often any fault has fired.
    async fn firings(&self) -> u64 {
        self.cluster.faults().await.unwrap().iter().map(|report| report.fired).sum()
    }

    /// Whether a fault makes the port refuse.
    fn is_shut(now: &ClusterDescription) -> bool {
        std::net::TcpStream::connect(now.endpoint.trim_start_matches("http://")).is_err()
    }
}

fn status<'a>(now: &'a ClusterDescription, id: &str) -> &'a str {
    now.loads.iter().find(|load| load.id == id).map(|load: &Load| load.status.as_str()).unwrap()
}

fn is_pending(status: &str) -> bool {
    ["LOAD_IN_QUEUE", "LOAD_NOT_STARTED", "LOAD_IN_PROGRESS"].contains(&status)
}

/// With [`SHORT`] times, a busy machine may be the trouble. Without faults, nothing waits that short.
fn is_slowness(error: &str) -> bool {
    error.contains("no time left") || error.contains("no answer from")
}

/// What must hold for every answer of check, whatever happened on the way.
fn check_answer(answer: &Value, truth: [&str; 2], troubled: bool) -> Result<(), TestCaseError> {
    let text = |key: &str| answer[key].as_str().unwrap_or_default();
    let known = [text("domain_status"), text("prov_status")];
    prop_assert_eq!((text("run_id"), text("domain_load_id"), text("prov_load_id")), ("run", "domain", "prov"));
    for (known, truth) in known.iter().zip(truth) {
        prop_assert!(*known == truth || *known == "UNKNOWN", "{} is {}: {}", known, truth, answer);
    }
    let has_error = answer["error"].is_string() && answer["error_type"].is_string() && answer["retryable"].is_boolean();
    let has_none = ["error", "error_type", "retryable"].iter().all(|key| answer.get(*key).is_none());
    match text("status") {
        "SUCCESS" => {
            prop_assert_eq!(truth, ["LOAD_COMPLETED"; 2]);
            prop_assert!(has_none, "{}", answer);
        }
        "PENDING" => {
            prop_assert_eq!(known, truth, "{}", answer);
            let good = |status: &str| is_pending(status) || status == "LOAD_COMPLETED";
            prop_assert!(
                truth.iter().all(|status| good(status)) && truth.iter().any(|status| is_pending(status)),
                "{}",
                answer
            );
            prop_assert!(has_none, "{}", answer);
        }
        "FAILED" => {
            prop_assert!(has_error, "{}", answer);
            if text("error_type") == "LoadFailed" {
                let failed = |status: &&str| !is_pending(status) && **status != *"LOAD_COMPLETED";
                prop_assert!(truth.iter().any(failed), "{}", answer);
                prop_assert_eq!(&answer["retryable"], &json!(false));
            } else {
                prop_assert!(troubled || is_slowness(text("error")), "nothing went wrong on the way: {}", answer);
            }
        }
        _ => prop_assert!(false, "{}", answer),
    }
    Ok(())
}

/// What must hold for every ending of get.
fn check_ending(outcome: &Outcome, truth: &str, troubled: bool) -> Result<(), TestCaseError> {
    const NAMES: [&str; 6] = [
        "NeptuneUnavailable",
        "NeptuneThrottled",
        "LoadNotFound",
        "NeptuneAccessDenied",
        "NeptuneBadResponse",
        "LoadStatusNotOk",
    ];
    match outcome {
        Outcome::Answered(answer) => {
            prop_assert_eq!(answer.pointer("/payload/overallStatus/status"), Some(&json!(truth)), "{}", answer);
        }
        Outcome::Raised { error_type, error_message } => {
            prop_assert!(NAMES.contains(&error_type.as_str()), "{}: {}", error_type, error_message);
            let excused = troubled || is_slowness(error_message);
            prop_assert!(excused, "nothing went wrong on the way: {}: {}", error_type, error_message);
            prop_assert!(error_message.contains("domain"), "{}", error_message);
        }
        other => prop_assert!(false, "{:?}", other),
    }
    Ok(())
}

async fn play(case: Case) -> Result<(), TestCaseError> {
    let stage = Stage::set(&case).await;
    let event = json!({"domain_load_id": "domain", "prov_load_id": "prov", "run_id": "run"});
    let mut verdicts: Vec<String> = Vec::new();
    for gap in &case.polls {
        stage.cluster.advance(Duration::from_secs(*gap)).await.unwrap();
        let now = stage.cluster.describe().await.unwrap();
        let truth = [status(&now, "domain"), status(&now, "prov")];

        let before = stage.firings().await;
        let invocation = stage.check.invoke(&event, Deadline::default()).await;
        let troubled = stage.firings().await > before || Stage::is_shut(&now);
        let Outcome::Answered(answer) = &invocation.outcome else {
            return Err(TestCaseError::fail(format!("check did not answer: {:?}", invocation.outcome)));
        };
        check_answer(answer, truth, troubled)?;
        verdicts.push(answer["status"].as_str().unwrap_or_default().to_owned());

        let before = stage.firings().await;
        let invocation = stage.get.invoke(&json!({"load_job_id": "domain"}), Deadline::default()).await;
        let troubled = stage.firings().await > before || Stage::is_shut(&now);
        check_ending(&invocation.outcome, truth[0], troubled)?;
    }
    if case.faults.is_empty() {
        let end = verdicts.iter().position(|verdict| verdict != "PENDING").unwrap_or(verdicts.len());
        prop_assert!(verdicts[end..].windows(2).all(|pair| pair[0] == pair[1]), "{:?} goes back", verdicts);
    }
    Ok(())
}

/// Runs the given number of cases. A failure names its seed and where it is saved.
fn run(cases: impl Strategy<Value = Case>, count: u32) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut runner =
        TestRunner::new(Config { cases: count, failure_persistence: None, max_shrink_iters: 200, ..Config::default() });
    match runner.run(&cases, |case| runtime.block_on(play(case))) {
        Ok(()) => {}
        Err(TestError::Fail(reason, case)) => {
            let file = root().join(format!("target/it/random_{}.yaml", case.seed));
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(&file, case.scenario()).unwrap();
            panic!(
                "{reason}\nseed {}; saved as {}; copy it to scenarios/beyond/ to keep it as a test:\n\n{}",
                case.seed,
                file.display(),
                case.scenario()
            );
        }
        Err(TestError::Abort(reason)) => panic!("the cases cannot be made: {reason}"),
    }
}

#[test]
fn on_a_healthy_cluster_the_verdict_is_right_and_never_goes_back() {
    run(cases(0), CASES);
}

#[test]
fn everything_that_can_go_wrong_is_survived_alone() {
    let case = |(nth, does): (usize, Value)| Case {
        seed: nth as u64,
        domain: Lifecycle { pending: vec![("LOAD_IN_PROGRESS", 10)], last: "LOAD_COMPLETED" },
        prov: Lifecycle { pending: vec![("LOAD_IN_QUEUE", 5)], last: "LOAD_COMPLETED" },
        faults: vec![json!({"until": "20s", "does": does})],
        polls: vec![1, 10, 20],
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for case in effects().into_iter().enumerate().map(case) {
        let scenario = case.scenario();
        runtime.block_on(play(case)).unwrap_or_else(|error| panic!("{error}\n\n{scenario}"));
    }
}

#[test]
fn whatever_goes_wrong_on_the_way_nothing_crashes_hangs_or_answers_falsely() {
    run(cases(3), CASES);
}

#[test]
fn a_case_is_a_scenario_that_can_be_kept() {
    let mut runner = TestRunner::deterministic();
    for _ in 0..50 {
        let case = cases(3).new_tree(&mut runner).unwrap().current();
        let text = case.scenario();
        if let Err(error) = neptune_server::scenario::Scenario::parse("random.yaml", &text) {
            panic!("{error}\n{text}");
        }
    }
}
