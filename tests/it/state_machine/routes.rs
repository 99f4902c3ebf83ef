//! Every way through the shipped machines, with the functions as they are deployed and a simulated cluster whose clock follows that of the
//! execution.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use neptune_harness::backend::Backend as _;
use neptune_harness::lambda::{Deadline, Outcome};
use neptune_harness::project::root;
use neptune_harness::sim::SimBackend;
use neptune_server::scenario::Scenario;
use neptune_state_machine::EngineKind::{self, Moto, Node};
use neptune_state_machine::{Definition, Ended, Reply, Status, Tasks};
use rstest::rstest;
use serde_json::{Value, json};

use super::cluster::{CHECK, Functions, GET, LIMIT, START, followed, functions, scenario};
use super::engine;

pub(super) const DOMAIN: &str = "s3://my-data/run-789/domain/";
pub(super) const PROV: &str = "s3://my-data/run-789/prov/";

/// A machine that is shipped, in an engine that knows its query language.
pub(super) type Machine = (&'static str, EngineKind);

/// What came of an execution.
pub(super) struct Run {
    pub(super) ended: Ended,
    pub(super) tasks: Tasks,
    /// The ids that Neptune lists at the end.
    loads: Vec<String>,
}

impl Run {
    pub(super) fn output(&self) -> &Value {
        self.ended.output.as_ref().unwrap_or_else(|| panic!("{:#?}", self.ended))
    }

    /// The one event that was published: its type and detail.
    fn event(&self) -> (String, Value) {
        let [event] = &self.tasks.put_events()[..] else { panic!("{:#?}", self.tasks.put_events()) };
        assert_eq!(event["Source"], "neptune.bulk-load");
        let detail = &event["Detail"];
        // Step Functions makes the text of it that the service wants.
        let detail = detail.as_str().map_or_else(|| detail.clone(), |text| serde_json::from_str(text).unwrap());
        (event["DetailType"].as_str().unwrap().to_owned(), detail)
    }

    /// That the import ended well, with one load of each source.
    pub(super) fn assert_success(&self) {
        assert_eq!(
            (self.ended.status, &self.output()["check"]["status"]),
            (Status::Succeeded, &json!("SUCCESS")),
            "{:#?}",
            self.ended
        );
        let (kind, detail) = self.event();
        let [domain, prov] = ["domain_load_id", "prov_load_id"].map(|key| self.output()[key].as_str().unwrap());
        assert_eq!(kind, "Bulk load succeeded");
        assert_eq!(detail, json!({"run_id": "run-789", "domain_load_id": domain, "prov_load_id": prov}));
        assert_eq!(self.loads.len(), 2, "each load was started once: {:?}", self.loads);
        for (side, id) in [("domain", domain), ("prov", prov)] {
            assert!(self.loads.iter().any(|load| load == id), "{id}");
            let status = self.output()["details"][side].pointer("/payload/overallStatus/status");
            assert_eq!(status, Some(&json!("LOAD_COMPLETED")), "{:#}", self.output());
        }
    }

    /// That the import failed with this error, and that execution and event say why.
    fn assert_failure(&self, error: &str, cause: &str) {
        let (kind, detail) = self.event();
        assert_eq!(
            (self.ended.status, self.ended.error.as_deref(), kind.as_str()),
            (Status::Failed, Some(error), "Bulk load failed"),
            "{:#?}",
            self.ended
        );
        let said = self.ended.cause.as_deref().unwrap();
        assert!(said.contains(cause), "{said}");
        assert_eq!((&detail["run_id"], &detail["error"], &detail["cause"]), (&json!("run-789"), &json!(error), &json!(said)));
        assert!(self.ended.events < 25_000 && !self.ended.history_is_full);
    }
}

/// Runs a shipped machine; `None` where its engine is not here. `given` is that of a scenario. `change` puts other things behind the tasks.
async fn run(machine: Machine, given: &Value, input: &Value, change: impl FnOnce(Tasks, &Functions) -> Tasks) -> Option<Run> {
    run_on(machine, &scenario(given), input, change).await
}

/// The same on the cluster of a scenario.
pub(super) async fn run_on(
    machine: Machine,
    scenario: &Scenario,
    input: &Value,
    change: impl FnOnce(Tasks, &Functions) -> Tasks,
) -> Option<Run> {
    let cluster = Arc::new(SimBackend::start(scenario).await.unwrap());
    let functions = functions(cluster.endpoint());
    let tasks = functions.iter().fold(Tasks::default(), |tasks, (name, lambda)| tasks.lambda(name, Arc::clone(lambda), LIMIT));
    run_with(machine, cluster, input, change(tasks, &functions)).await
}

/// The same with other functions, on a cluster that is there already.
pub(super) async fn run_with((file, kind): Machine, cluster: Arc<SimBackend>, input: &Value, tasks: Tasks) -> Option<Run> {
    let engine = engine(kind, "the shipped state machines").await?;
    let tasks = followed(tasks, &cluster);
    let path = root().join(format!("handlers/statemachine/{file}.asl.json"));
    let definition = Definition::read(&path, &tasks.names()).unwrap();
    let ended = engine.run(&definition, input, 7, &tasks).await.unwrap();
    println!("{ended:#?}");
    // Where the cluster is out of reach, there is no list.
    let list = async { reqwest::get(format!("{}/loader", cluster.endpoint())).await.ok()?.bytes().await.ok() }.await;
    let list: Value = list.and_then(|list| serde_json::from_slice(&list).ok()).unwrap_or_default();
    let ids = list.pointer("/payload/loadIds").and_then(Value::as_array).cloned().unwrap_or_default();
    let loads = ids.iter().map(|id| id.as_str().unwrap().to_owned()).collect();
    Some(Run { ended, tasks, loads })
}

/// As they are.
fn unchanged(tasks: Tasks, _: &Functions) -> Tasks {
    tasks
}

pub(super) fn input() -> Value {
    let load = |source| json!({"source": source, "format": "nquads", "queueRequest": "TRUE"});
    json!({"run_id": "run-789", "domain": load(DOMAIN), "prov": load(PROV)})
}

/// Loads of the two sources that go through these statuses.
pub(super) fn loads(domain: &[&str], prov: &[&str]) -> Value {
    let started = json!([{"source": DOMAIN, "lifecycle": domain}, {"source": PROV, "lifecycle": prov}]);
    json!({"started_loads": started, "undocumented_statuses": UNDOCUMENTED})
}

fn loads_and_faults(domain: &[&str], prov: &[&str], faults: &Value) -> Value {
    let mut given = loads(domain, prov);
    given["faults"] = faults.clone();
    given
}

pub(super) const WELL: &[&str] = &["LOAD_IN_PROGRESS 3m", "LOAD_COMPLETED"];

/// The word of AWS's samples, and one of nobody's.
const UNDOCUMENTED: [&str; 2] = ["LOAD_CANCELLED", "LOAD_REHEATED"];
const PENDING: &[&str] = &["LOAD_IN_PROGRESS"];

#[rstest]
#[tokio::test]
async fn two_loads_that_run_one_after_the_other_are_followed_to_their_end(
    #[values(("bulk_import", Moto), ("bulk_import", Node), ("bulk_import.jsonata", Moto))] machine: Machine,
) {
    let Some(run) = run(machine, &loads(WELL, WELL), &input(), unchanged).await else { return };
    run.assert_success();
    // 10, 20, … 80 s, and the provenance is done after six minutes.
    assert_eq!((run.ended.passed, run.tasks.count(CHECK)), (Duration::from_mins(6), 8));
    let turn = if machine.0 == "bulk_import" { 11 } else { 9 };
    assert!(run.ended.events < 8 * turn + 60, "{}", run.ended.events);
}

/// Each documented word for a load that has ended in another way, and the one of AWS's samples.
#[rstest]
#[tokio::test]
async fn a_load_that_ends_in_another_way_is_a_failure_with_its_reason(
    #[values(("bulk_import", Moto), ("bulk_import", Node), ("bulk_import.jsonata", Moto))] machine: Machine,
    #[values(
        "LOAD_FAILED",
        "LOAD_CANCELLED_BY_USER",
        "LOAD_CANCELLED_DUE_TO_ERRORS",
        "LOAD_CANCELLED",
        "LOAD_UNEXPECTED_ERROR",
        "LOAD_REHEATED"
    )]
    word: &str,
) {
    let given = loads(WELL, &["LOAD_IN_PROGRESS 1m", word]);
    let Some(run) = run(machine, &given, &input(), unchanged).await else { return };
    run.assert_failure("LoadFailed", &format!("ended with {word}"));
    let (_, detail) = run.event();
    assert!(detail["domain_load_id"].is_string() && detail["prov_load_id"].is_string(), "{detail}");
}

/// Trouble of Neptune's that passes: all is well in the end, and no load was started twice.
#[rstest]
#[case::refused_then_back(json!([{"from": "30s", "until": "90s", "does": "refuse"}]))]
#[case::failover(json!([{"use": "failover", "from": "60s"}]))]
#[case::failover_at_the_start(json!([{"use": "failover"}]))]
#[case::throttled(json!([{"from": "20s", "until": "120s", "does": {"error": "TooManyRequestsException"}}]))]
#[case::a_start_whose_answer_is_lost(json!([{"on": {"operation": "start", "request": 1}, "does": "lost_answer"}]))]
#[case::both_answers_lost(json!([{"on": {"operation": "start"}, "fail": 2, "does": "lost_answer"}]))]
#[case::a_start_that_fails_within_neptune(json!([{"on": {"operation": "start"}, "fail": 1, "does": {"error": "InternalFailureException"}}]))]
#[case::a_page_of_a_gateway(json!([{"on": {"operation": "start"}, "fail": 1, "does": {"gateway": 502}}]))]
#[tokio::test]
async fn trouble_that_passes_ends_no_import(
    #[case] faults: Value,
    #[values(("bulk_import", Moto), ("bulk_import", Node), ("bulk_import.jsonata", Moto))] machine: Machine,
) {
    let Some(run) = run(machine, &loads_and_faults(WELL, WELL, &faults), &input(), unchanged).await else { return };
    run.assert_success();
}

/// Trouble of Lambda's that passes.
#[rstest]
#[case::throttled(Reply::throttled())]
#[case::killed(Reply::killed())]
#[case::out_of_time(Reply::timed_out(LIMIT))]
#[case::no_answer_within_the_time_of_the_task(Reply::answer(json!({})).taking(Duration::from_mins(2)))]
#[tokio::test]
async fn a_call_that_lambda_does_not_finish_is_made_again(
    #[case] reply: Reply,
    #[values(("bulk_import", Moto), ("bulk_import", Node), ("bulk_import.jsonata", Moto))] machine: Machine,
) {
    let change = |tasks: Tasks, _: &Functions| {
        // The list, the start of the provenance, the second check and the details of one load.
        [(START, 1), (START, 4), (CHECK, 2), (GET, 1)]
            .into_iter()
            .fold(tasks, |tasks, (name, call)| tasks.reply_to_call(name, call, reply.clone()))
    };
    let Some(run) = run(machine, &loads(WELL, WELL), &input(), change).await else { return };
    run.assert_success();
    assert_eq!((run.tasks.count(START), run.tasks.count(GET)), (5, 3));
}

/// Lambda kills `start_bulk_load` when it has started the load, before it can answer.
#[rstest]
#[tokio::test]
async fn a_start_that_is_killed_after_it_has_started_its_load_starts_no_second_one(
    #[values(("bulk_import", Moto), ("bulk_import", Node), ("bulk_import.jsonata", Moto))] machine: Machine,
) {
    let change = |tasks: Tasks, functions: &Functions| {
        let (start, was_killed) = (Arc::clone(&functions[START]), Arc::new(AtomicBool::new(false)));
        tasks.function(START, move |event| {
            let (start, was_killed) = (Arc::clone(&start), Arc::clone(&was_killed));
            async move {
                let Outcome::Answered(answer) = start.invoke(&event, Deadline::In(LIMIT)).await.outcome else {
                    panic!("{event}")
                };
                let is_first = event.get("load").is_some() && !was_killed.swap(true, Ordering::SeqCst);
                if is_first { Reply::killed() } else { Reply::answer(answer) }
            }
        })
    };
    let Some(run) = run(machine, &loads(WELL, WELL), &input(), change).await else { return };
    run.assert_success();
    let answers: Vec<_> = run.tasks.calls().into_iter().filter(|call| call.function == START).map(|call| call.reply).collect();
    let found = Reply::answer(json!({"load_id": run.output()["domain_load_id"], "already_started": true}));
    assert_eq!(answers[2], found, "{answers:#?}");
}

/// Trouble that stays: the execution ends, with its reason.
#[rstest]
#[case::out_of_reach(json!([{"from": "30s", "does": "refuse"}]), "NeptuneUnavailable", "cannot connect")]
#[case::out_of_reach_from_the_start(json!([{"does": "refuse"}]), "NeptuneUnavailable", "cannot connect")]
#[case::forgotten(
    json!([{"from": "30s", "on": {"operation": "status"}, "does": {"error": "BulkLoadIdNotFoundException"}}]),
    "LoadNotFound",
    "not found"
)]
#[case::refused(
    json!([{"on": {"operation": "start"}, "does": {"error": {"code": "BadRequestException", "message": "S3 bucket not found for source"}}}]),
    "LoadRefused",
    "S3 bucket not found"
)]
#[case::not_allowed(json!([{"does": {"error": "AccessDeniedException"}}]), "NeptuneAccessDenied", "HTTP 403")]
#[tokio::test]
async fn trouble_that_stays_is_a_failure_with_its_reason(
    #[case] faults: Value,
    #[case] error: &str,
    #[case] cause: &str,
    #[values(("bulk_import", Moto), ("bulk_import", Node), ("bulk_import.jsonata", Moto))] machine: Machine,
) {
    let Some(run) = run(machine, &loads_and_faults(WELL, WELL, &faults), &input(), unchanged).await else { return };
    run.assert_failure(error, cause);
    // Five checks in a row, and the retries of a start.
    assert!(run.ended.passed < Duration::from_mins(15), "{:?}", run.ended.passed);
}

#[rstest]
#[tokio::test]
async fn the_first_load_is_named_when_the_second_is_refused(
    #[values(("bulk_import", Moto), ("bulk_import", Node), ("bulk_import.jsonata", Moto))] machine: Machine,
) {
    let fault = json!([{"on": {"operation": "start", "request": "2.."}, "does": {"error": "BadRequestException"}}]);
    let Some(run) = run(machine, &loads_and_faults(WELL, WELL, &fault), &input(), unchanged).await else { return };
    run.assert_failure("LoadRefused", PROV);
    let (_, detail) = run.event();
    assert_eq!((&detail["domain_load_id"], &detail["prov_load_id"]), (&json!(run.loads[0]), &Value::Null));
}

/// The load that was started a moment before has the same source, and is none of the provenance.
#[rstest]
#[tokio::test]
async fn two_loads_of_one_source_are_two_loads(
    #[values(("bulk_import", Moto), ("bulk_import", Node), ("bulk_import.jsonata", Moto))] machine: Machine,
) {
    let mut input = input();
    input["prov"]["source"] = json!(DOMAIN);
    let Some(run) = run(machine, &loads(WELL, WELL), &input, unchanged).await else { return };
    run.assert_success();
    assert_ne!(run.output()["domain_load_id"], run.output()["prov_load_id"]);
}

/// As a `start_bulk_load` of another release, or a function of one's own in its place.
#[rstest]
#[case::no_list(1, json!({"ids": []}), 1)]
#[case::nothing_for_a_list(1, Value::Null, 1)]
#[case::no_id(2, json!({"already_started": false}), 2)]
#[case::no_text(2, json!({"load_id": 7}), 2)]
#[case::an_empty_id(2, json!({"load_id": ""}), 2)]
#[case::nothing_for_the_second_id(3, Value::Null, 3)]
#[case::a_text(3, json!("started"), 3)]
#[tokio::test]
async fn a_start_that_answers_something_else_is_a_failure_with_its_event(
    #[case] call: u64,
    #[case] answer: Value,
    #[case] starts: u64,
    #[values(("bulk_import", Moto), ("bulk_import", Node), ("bulk_import.jsonata", Moto))] machine: Machine,
) {
    let change = |tasks: Tasks, _: &Functions| tasks.reply_to_call(START, call, Reply::answer(answer));
    let Some(run) = run(machine, &loads(WELL, WELL), &input(), change).await else { return };
    run.assert_failure("BadAnswer", "start_bulk_load answered without");
    assert_eq!((run.tasks.count(START), run.event().1["domain_load_id"].is_string()), (starts, starts == 3));
}

/// Without `queueRequest`, Neptune refuses the second load as long as the first one runs.
#[rstest]
#[tokio::test]
async fn a_load_that_may_not_queue_is_started_when_the_other_has_ended(
    #[values(("bulk_import", Moto), ("bulk_import", Node), ("bulk_import.jsonata", Moto))] machine: Machine,
) {
    let mut input = input();
    input["prov"].as_object_mut().unwrap().remove("queueRequest");
    let Some(run) = run(machine, &loads(WELL, WELL), &input, unchanged).await else { return };
    run.assert_success();
    assert!(run.ended.passed > Duration::from_mins(6), "{:?}", run.ended.passed);
}

#[rstest]
#[tokio::test]
async fn an_import_that_never_ends_is_given_up_after_46_hours(
    #[values(("bulk_import", Moto), ("bulk_import", Node), ("bulk_import.jsonata", Moto))] machine: Machine,
) {
    let Some(run) = run(machine, &loads(PENDING, PENDING), &input(), unchanged).await else { return };
    run.assert_failure("BulkLoadStillPending", "570 checks");
    assert_eq!((run.tasks.count(CHECK), run.ended.passed.as_secs() / 3600), (570, 46));
}

/// The most events that a definition allows: each check needs all of its retries.
#[rstest]
#[tokio::test]
async fn the_longest_history_is_not_full(
    #[values(("bulk_import", Moto), ("bulk_import", Node), ("bulk_import.jsonata", Moto))] machine: Machine,
) {
    let change = |tasks: Tasks, _: &Functions| {
        let trouble = [vec![Reply::throttled(); 6], vec![Reply::killed(); 3]].concat();
        (1..=5700_u64).fold(tasks.function(CHECK, async |_| Reply::answer(json!({"status": "PENDING"}))), |tasks, call| {
            match trouble.get(usize::try_from((call - 1) % 10).unwrap()) {
                Some(reply) => tasks.reply_to_call(CHECK, call, reply.clone()),
                None => tasks,
            }
        })
    };
    let Some(run) = run(machine, &loads(PENDING, PENDING), &input(), change).await else { return };
    run.assert_failure("BulkLoadStillPending", "570 checks");
    assert_eq!(run.tasks.count(CHECK), 5700);
    assert!(run.ended.events > 20_000, "{}", run.ended.events);
}

#[rstest]
#[tokio::test]
async fn an_event_bus_in_trouble_changes_no_verdict(
    #[values(("bulk_import", Moto), ("bulk_import", Node), ("bulk_import.jsonata", Moto))] machine: Machine,
    #[values(true, false)] succeeds: bool,
) {
    let without_events = |tasks: Tasks, _: &Functions| (1..=20).fold(tasks, Tasks::fail_events);
    let given = loads(WELL, if succeeds { WELL } else { &["LOAD_FAILED"] });
    let Some(run) = run(machine, &given, &input(), without_events).await else { return };
    assert_eq!(run.tasks.put_events(), Vec::<Value>::new());
    if succeeds {
        assert_eq!((run.ended.status, &run.output()["check"]["status"]), (Status::Succeeded, &json!("SUCCESS")));
        assert!(run.output()["event_error"].is_object(), "{:#}", run.output());
    } else {
        assert_eq!((run.ended.status, run.ended.error.as_deref()), (Status::Failed, Some("LoadFailed")));
    }
}

#[rstest]
#[case::nothing(json!({}))]
#[case::no_run(json!({"domain": {"source": DOMAIN}, "prov": {"source": PROV}}))]
#[case::no_source(json!({"run_id": "run-789", "domain": {"source": DOMAIN}, "prov": {}}))]
#[case::a_number_as_run(json!({"run_id": 789, "domain": {"source": DOMAIN}, "prov": {"source": PROV}}))]
#[case::an_empty_run(json!({"run_id": "", "domain": {"source": DOMAIN}, "prov": {"source": PROV}}))]
#[case::a_blank_run(json!({"run_id": "  ", "domain": {"source": DOMAIN}, "prov": {"source": PROV}}))]
#[case::a_run_that_is_a_tab(json!({"run_id": "\t", "domain": {"source": DOMAIN}, "prov": {"source": PROV}}))]
#[case::a_blank_source(json!({"run_id": "run-789", "domain": {"source": " "}, "prov": {"source": PROV}}))]
#[case::a_source_that_is_a_list(json!({"run_id": "run-789", "domain": {"source": DOMAIN}, "prov": {"source": [PROV]}}))]
#[case::a_list(json!([{"run_id": "run-789", "domain": {"source": DOMAIN}, "prov": {"source": PROV}}]))]
#[case::a_load_that_is_a_list(json!({"run_id": "run-789", "domain": [{"source": DOMAIN}], "prov": {"source": PROV}}))]
#[case::an_empty_source(json!({"run_id": "run-789", "domain": {"source": DOMAIN}, "prov": {"source": ""}}))]
#[tokio::test]
async fn an_input_that_lacks_something_is_refused_and_nothing_is_started(
    #[case] input: Value,
    #[values(("bulk_import", Moto), ("bulk_import", Node), ("bulk_import.jsonata", Moto))] machine: Machine,
) {
    let Some(run) = run(machine, &loads(WELL, WELL), &input, unchanged).await else { return };
    assert_eq!((run.ended.status, run.ended.error.as_deref()), (Status::Failed, Some("MissingParameter")));
    assert_eq!((run.tasks.count(START), run.event().1["error"].as_str()), (0, Some("MissingParameter")));
}

/// A cluster that has one load, `people`.
fn one(lifecycle: &[&str]) -> Value {
    json!({"loads": {"people": {"lifecycle": lifecycle}}, "undocumented_statuses": UNDOCUMENTED})
}

fn people() -> Value {
    json!({"load_job_id": "people"})
}

#[rstest]
#[case::at_once(&["LOAD_COMPLETED"], 1)]
#[case::after_a_queue(&["LOAD_IN_QUEUE 1m", "LOAD_NOT_STARTED 1m", "LOAD_IN_PROGRESS 1m", "LOAD_COMPLETED"], 7)]
#[tokio::test]
async fn one_load_is_followed_to_its_end(
    #[case] lifecycle: &[&str],
    #[case] polls: u64,
    #[values(("load_status", Moto), ("load_status", Node), ("load_status.jsonata", Moto))] machine: Machine,
) {
    let Some(run) = run(machine, &one(lifecycle), &people(), unchanged).await else { return };
    assert_eq!((run.ended.status, run.tasks.count(GET)), (Status::Succeeded, polls), "{:#?}", run.ended);
    assert_eq!(run.output().pointer("/payload/overallStatus/status"), Some(&json!("LOAD_COMPLETED")));
}

#[rstest]
#[case::failed("LOAD_FAILED")]
#[case::cancelled("LOAD_CANCELLED_BY_USER")]
#[case::cancelled_due_to_errors("LOAD_CANCELLED_DUE_TO_ERRORS")]
#[case::cancelled_as_samples_spell_it("LOAD_CANCELLED")]
#[case::unheard_of("LOAD_REHEATED")]
#[tokio::test]
async fn one_load_that_ends_in_another_way_is_a_failure(
    #[case] word: &str,
    #[values(("load_status", Moto), ("load_status", Node), ("load_status.jsonata", Moto))] machine: Machine,
) {
    let Some(run) = run(machine, &one(&["LOAD_IN_PROGRESS 1m", word]), &people(), unchanged).await else { return };
    assert_eq!((run.ended.status, run.ended.error.as_deref()), (Status::Failed, Some("LoadFailed")));
    assert!(run.ended.cause.as_deref().unwrap_or_default().contains(word), "{:#?}", run.ended);
}

#[rstest]
#[case::unknown(json!({"load_job_id": "unheard-of"}), "LoadNotFound")]
#[case::missing(json!({}), "MissingParameter")]
#[case::a_list(json!([{"load_job_id": "people"}]), "MissingParameter")]
#[tokio::test]
async fn one_load_that_is_not_there_is_a_failure(
    #[case] input: Value,
    #[case] error: &str,
    #[values(("load_status", Moto), ("load_status", Node), ("load_status.jsonata", Moto))] machine: Machine,
) {
    let Some(run) = run(machine, &one(WELL), &input, unchanged).await else { return };
    assert_eq!((run.ended.status, run.ended.error.as_deref()), (Status::Failed, Some(error)), "{:#?}", run.ended);
}

#[rstest]
#[case::refused_then_back(json!([{"from": "5s", "until": "90s", "does": "refuse"}]))]
#[case::throttled(json!([{"until": "20s", "does": {"error": "TooManyRequestsException"}}]))]
#[case::a_balancer_without_a_target(json!([{"fail": 1, "does": {"gateway": {"http": 502, "body": "empty"}}}]))]
#[tokio::test]
async fn trouble_that_passes_does_not_end_the_watch_of_one_load(
    #[case] faults: Value,
    #[values(("load_status", Moto), ("load_status", Node), ("load_status.jsonata", Moto))] machine: Machine,
) {
    let mut given = one(WELL);
    given["faults"] = faults;
    let change = |tasks: Tasks, _: &Functions| tasks.reply_to_call(GET, 2, Reply::killed());
    let Some(run) = run(machine, &given, &people(), change).await else { return };
    assert_eq!(run.ended.status, Status::Succeeded, "{:#?}", run.ended);
}

#[rstest]
#[tokio::test]
async fn one_load_that_never_ends_is_given_up(
    #[values(("load_status", Moto), ("load_status", Node), ("load_status.jsonata", Moto))] machine: Machine,
) {
    let Some(run) = run(machine, &one(PENDING), &people(), unchanged).await else { return };
    assert_eq!((run.ended.error.as_deref(), run.tasks.count(GET)), (Some("BulkLoadStillPending"), 570), "{:#?}", run.ended);
    assert!(run.ended.events < 25_000);
}
