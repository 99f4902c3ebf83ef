//! The control API through its typed client, and as strangers would misuse it.

mod agreement;
mod hostile;
mod moments;
mod page;
mod reach;
mod texts;
mod while_running;

use std::time::Duration;

use neptune_control::{
    AccessKey, AddCluster, Authentication, Availability, ClientError, ClusterClient, ControlClient, Counter, Health, Iam,
    InstanceChange, LoadError, NewLoad, Operation, Origin, Outcome, QuirkValue, RequestFilter, Role, Secret,
};
use neptune_server::Sim;
use rstest::rstest;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::client::{ask, ask_with};
use crate::{SCENARIO, spec, start, start_load, start_without_loads, started_id, status_of};

fn client(sim: &Sim) -> ControlClient {
    ControlClient::new(&sim.endpoint()).unwrap()
}

fn first(sim: &Sim) -> ClusterClient {
    client(sim).cluster("first")
}

/// Status, error and hint of a refusal.
fn refusal<T: std::fmt::Debug>(result: Result<T, ClientError>) -> (u16, String, String) {
    match result.unwrap_err() {
        ClientError::Refused { status, problem, .. } => (status, problem.error.clone(), problem.hint),
        error => panic!("not refused: {error}"),
    }
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn new_load(id: &str, lifecycle: &[&str]) -> NewLoad {
    NewLoad { id: id.to_owned(), lifecycle: words(lifecycle), ..NewLoad::default() }
}

fn outcome(lifecycle: &[&str]) -> Outcome {
    Outcome { lifecycle: Some(words(lifecycle)), ..Outcome::default() }
}

fn parsing_error(times: u64) -> LoadError {
    LoadError {
        code: "PARSING_ERROR".into(),
        message: "bad record".into(),
        file: "people.csv".into(),
        record: 7,
        times: Some(times),
        counts_as: None,
        feed_status: None,
    }
}

async fn reported(cluster: &ClusterClient, id: &str) -> String {
    let load = cluster.load(id).await.unwrap();
    let moments = |moments: &[neptune_control::Moment]| {
        moments.iter().map(|moment| format!("{} {}", moment.at, moment.status)).collect::<Vec<_>>().join(", ")
    };
    format!("{} | {}", moments(&load.history), moments(&load.ahead))
}

// ---- clusters ----------------------------------------------------------------------------------------------------------------------

#[tokio::test]
async fn clusters_are_listed_added_described_and_deleted() {
    let sim = start().await;
    let client = client(&sim);
    let how = AddCluster { name: Some("mine".into()), clock: Some("scaled:60".into()), ..AddCluster::default() };
    let added = client.add_cluster(SCENARIO, &how).await.unwrap();
    assert_eq!((added.name.as_str(), added.clock.as_str(), added.loads.len()), ("mine", "scaled:60", 2));
    let names = |lines: Vec<neptune_control::ClusterLine>| lines.into_iter().map(|line| line.name).collect::<Vec<_>>();
    assert_eq!(names(client.clusters().await.unwrap()), ["first", "mine"]);
    assert_eq!(names(client.overview().await.unwrap().clusters), ["first", "mine"]);
    let described = client.cluster("mine").describe().await.unwrap();
    assert_eq!((described.endpoint, described.loads.len()), (added.endpoint, 2));
    client.cluster("mine").delete().await.unwrap();
    assert_eq!(names(client.clusters().await.unwrap()), ["first"]);
}

#[tokio::test]
async fn a_refusal_carries_what_is_wrong_and_what_to_do() {
    let sim = start().await;
    let error = client(&sim).cluster("frist").describe().await.unwrap_err();
    let endpoint = sim.endpoint();
    let text = "404: there is no cluster `frist` (GET /_sim shows those there are)";
    assert_eq!(error.to_string(), format!("GET {endpoint}/_sim/clusters/frist: {text}"));
}

// ---- the clock ---------------------------------------------------------------------------------------------------------------------

#[tokio::test]
async fn a_clock_is_read_and_moved() {
    let sim = start().await;
    let cluster = first(&sim);
    assert_eq!(cluster.clock().await.unwrap().now_text, "0s");
    assert_eq!(cluster.advance(Duration::from_millis(1500)).await.unwrap().now_text, "1.5s");
    assert_eq!(cluster.wait_for("domain-load", "finished").await.unwrap().now_text, "2s");
    assert_eq!(cluster.wait_until(Duration::from_secs(90)).await.unwrap().now_text, "90s");
    assert_eq!(cluster.wait_until(Duration::from_secs(5)).await.unwrap().now_text, "90s");
}

#[tokio::test]
async fn all_loads_can_be_waited_for() {
    let sim = start_without_loads().await;
    for number in 0..3 {
        started_id(sim.first(), &format!("s3://b/{number}/")).await;
    }
    let reading = first(&sim).wait_for_all().await.unwrap();
    assert_eq!((reading.kind.as_str(), reading.now), ("manual", 15.0));
    first(&sim).script(&new_load("stuck", &["LOAD_IN_QUEUE"])).await.unwrap();
    let (status, error, _) = refusal(first(&sim).wait_for_all().await);
    let text = "the load `stuck` will never be finished: LOAD_IN_QUEUE at 15s; nothing is due";
    assert_eq!((status, error.as_str()), (409, text));
}

#[tokio::test]
async fn a_clock_becomes_another_and_its_time_neither_jumps_nor_goes_back() {
    let sim = start().await;
    let cluster = first(&sim);
    cluster.advance(Duration::from_hours(1)).await.unwrap();
    let running = cluster.set_clock("real").await.unwrap();
    assert_eq!(running.kind, "real");
    assert!((3600.0..3660.0).contains(&running.now), "{running:?}");
    let (status, error, hint) = refusal(cluster.advance(Duration::from_secs(5)).await);
    assert_eq!((status, hint.as_str()), (409, r#"make it manual first: {"set": "manual"}"#), "{error}");
    cluster.set_clock("scaled:1000000").await.unwrap();
    let fast = cluster.clock().await.unwrap();
    assert!(fast.now >= running.now);
    let stopped = cluster.set_clock("manual").await.unwrap();
    assert!(stopped.now >= fast.now);
    assert_eq!(cluster.clock().await.unwrap(), stopped);
    let (status, error, _) = refusal(cluster.set_clock("sundial").await);
    assert_eq!(status, 400);
    assert!(error.starts_with("`sundial` is not a clock: "), "{error}");
}

// ---- loads -------------------------------------------------------------------------------------------------------------------------

#[tokio::test]
async fn a_load_is_scripted_at_run_time_in_the_words_of_a_scenario() {
    let sim = start().await;
    let cluster = first(&sim);
    cluster.advance(Duration::from_secs(10)).await.unwrap();
    let load = NewLoad {
        source: Some("s3://bucket/people/".into()),
        files: Some(3),
        records: Some(30),
        duplicates: Some(3),
        errors: vec![parsing_error(2)],
        undocumented_statuses: words(&["LOAD_STARTING"]),
        ..new_load("a/b", &["LOAD_STARTING 1s", "LOAD_IN_PROGRESS 2s", "LOAD_FAILED"])
    };
    let scripted = cluster.script(&load).await.unwrap();
    assert_eq!((scripted.origin, scripted.status.as_str(), scripted.ended), (Origin::Scripted, "LOAD_STARTING", false));
    assert_eq!(reported(&cluster, "a/b").await, "10 LOAD_STARTING | 11 LOAD_IN_PROGRESS, 13 LOAD_FAILED");
    assert_eq!(cluster.loads().await.unwrap().len(), 2);
    cluster.wait_for("a/b", "LOAD_FAILED").await.unwrap();
    let answer = ask(sim.first().address(), "GET", "/loader/a%2Fb?details=TRUE&errors=TRUE").await.json();
    let overall = &answer["payload"]["overallStatus"];
    assert_eq!((overall["totalRecords"].as_u64(), overall["totalDuplicates"].as_u64()), (Some(30), Some(3)));
    assert_eq!(overall["fullUri"], "s3://bucket/people/");
    assert_eq!(answer["payload"]["errors"]["errorLogs"][1]["recordNum"], 8);
    assert_eq!(answer["payload"]["errors"]["errorLogs"][1]["fileName"], "s3://bucket/people/people.csv");
}

#[rstest]
#[case::a_slip(
    new_load("x", &["LOAD_IN_PROGRES 2s", "LOAD_FAILED"]),
    400,
    "`lifecycle[0]`: `LOAD_IN_PROGRES` is not a documented status"
)]
#[case::nothing(new_load("x", &[]), 400, "`lifecycle[0]`: a lifecycle needs at least one status")]
#[case::no_id(new_load("", &["LOAD_FAILED"]), 400, "`id`: an id has 1 to 256 bytes, and not only dots")]
#[case::a_step(new_load("..", &["LOAD_FAILED"]), 400, "`id`: an id has 1 to 256 bytes, and not only dots")]
#[case::a_long_id(new_load(&"x".repeat(257), &["LOAD_FAILED"]), 400, "`id`: an id has 1 to 256 bytes, and not only dots")]
#[case::a_taken_id(new_load("domain-load", &["LOAD_FAILED"]), 409, "there is a load `domain-load` already")]
#[case::a_long_life(new_load("x", &["LOAD_X 1s"; 33]), 400, "`lifecycle`: 33 statuses are too many: 32 are the most")]
#[case::many_errors(
    NewLoad { errors: vec![parsing_error(1); 65], ..new_load("x", &["LOAD_FAILED"]) },
    400,
    "`errors`: 65 entries are too many: 64 are the most"
)]
#[case::endless_errors(
    NewLoad { errors: vec![parsing_error(1_000_001)], ..new_load("x", &["LOAD_FAILED"]) },
    400,
    "`errors[0].times`: 1000001 is out of range: 1 to 1000000"
)]
#[case::a_long_text(
    NewLoad { source: Some("x".repeat(17_000)), ..new_load("x", &["LOAD_FAILED"]) },
    413,
    "a load is described in at most 16384 bytes"
)]
#[tokio::test]
async fn a_load_that_cannot_be_is_refused(#[case] load: NewLoad, #[case] status: u16, #[case] error: &str) {
    let sim = start().await;
    let (refused, reported, _) = refusal(first(&sim).script(&load).await);
    assert_eq!((refused, reported.as_str()), (status, error));
    assert_eq!(sim.first().timeline().len(), 1);
}

#[tokio::test]
async fn there_is_a_limit_to_the_loads_that_have_not_ended() {
    let sim = start_without_loads().await;
    for number in 0..256 {
        first(&sim).script(&new_load(&format!("n{number}"), &["LOAD_IN_PROGRESS"])).await.unwrap();
    }
    let (status, error, _) = refusal(first(&sim).script(&new_load("x", &["LOAD_IN_PROGRESS"])).await);
    assert_eq!((status, error.as_str()), (409, "256 loads have not ended yet: cancel some, or let time pass"));
    first(&sim).set_outcome("n7", &outcome(&["LOAD_COMPLETED"])).await.unwrap();
    first(&sim).script(&new_load("x", &["LOAD_IN_PROGRESS"])).await.unwrap();
}

#[tokio::test]
async fn a_running_load_gets_another_outcome() {
    let sim = start().await;
    let cluster = first(&sim);
    cluster.advance(Duration::from_secs(1)).await.unwrap();
    cluster.set_outcome("domain-load", &outcome(&["LOAD_IN_PROGRESS 1m", "LOAD_FAILED"])).await.unwrap();
    assert_eq!(reported(&cluster, "domain-load").await, "0 LOAD_IN_PROGRESS | 61 LOAD_FAILED");
    let errors = Outcome { errors: Some(vec![parsing_error(3)]), records: Some(99), ..Outcome::default() };
    cluster.set_outcome("domain-load", &errors).await.unwrap();
    assert_eq!(reported(&cluster, "domain-load").await, "0 LOAD_IN_PROGRESS | 61 LOAD_FAILED");
    cluster.wait_for_all().await.unwrap();
    let answer = ask(sim.first().address(), "GET", "/loader/domain-load").await.json();
    let overall = &answer["payload"]["overallStatus"];
    assert_eq!((overall["status"].as_str(), overall["parsingErrors"].as_u64()), (Some("LOAD_FAILED"), Some(3)));
    assert_eq!(overall["totalRecords"], 99);
}

#[tokio::test]
async fn an_outcome_can_be_at_once_and_makes_room_for_the_next_load() {
    let sim = start_without_loads().await;
    let (runs, waits) = (started_id(sim.first(), "s3://b/1/").await, started_id(sim.first(), "s3://b/2/").await);
    let cluster = first(&sim);
    let planned =
        cluster.set_outcome(&waits, &outcome(&["LOAD_NOT_STARTED 1s", "LOAD_IN_PROGRESS 2s", "LOAD_FAILED"])).await.unwrap();
    assert_eq!((planned.status.as_str(), planned.ahead.len()), ("LOAD_IN_QUEUE", 0));
    cluster.set_outcome(&runs, &outcome(&["LOAD_CANCELLED_DUE_TO_ERRORS"])).await.unwrap();
    assert_eq!(status_of(sim.first(), &runs).await, "LOAD_CANCELLED_DUE_TO_ERRORS");
    assert_eq!(reported(&cluster, &waits).await, "0 LOAD_IN_QUEUE, 0 LOAD_NOT_STARTED | 1 LOAD_IN_PROGRESS, 3 LOAD_FAILED");
}

#[tokio::test]
async fn the_errors_of_a_waiting_load_can_be_changed_alone() {
    let sim = start_without_loads().await;
    let (_, waits) = (started_id(sim.first(), "s3://b/1/").await, started_id(sim.first(), "s3://b/2/").await);
    let errors = Outcome { duplicates: Some(4), ..Outcome::default() };
    first(&sim).set_outcome(&waits, &errors).await.unwrap();
    first(&sim).wait_for_all().await.unwrap();
    let answer = ask(sim.first().address(), "GET", &format!("/loader/{waits}")).await.json();
    let overall = &answer["payload"]["overallStatus"];
    assert_eq!((overall["status"].as_str(), overall["totalDuplicates"].as_u64()), (Some("LOAD_COMPLETED"), Some(4)));
}

#[rstest]
#[case::unknown("x", outcome(&["LOAD_FAILED"]), 404, "there is no load `x`")]
#[case::ended("ended", outcome(&["LOAD_FAILED"]), 409, "the load `ended` has ended with LOAD_COMPLETED: script or start another one")]
#[case::backward(
    "domain-load",
    outcome(&["LOAD_IN_QUEUE 1s", "LOAD_FAILED"]),
    409,
    "the load `domain-load` is at LOAD_IN_PROGRESS and cannot go back to LOAD_IN_QUEUE"
)]
#[case::nothing("domain-load", Outcome::default(), 400, "the outcome says nothing about the load")]
#[case::two_courses(
    "domain-load",
    Outcome { runs: Some("5s".into()), ..outcome(&["LOAD_FAILED"]) },
    400,
    "`runs`: `lifecycle` and `runs` exclude each other"
)]
#[case::no_duration(
    "domain-load",
    Outcome { runs: Some("5".into()), ..Outcome::default() },
    400,
    "`runs`: `5` has no unit: write `5s` if you mean seconds (the units are ms, s, m, h, d)"
)]
#[case::a_slip("domain-load", outcome(&["LOAD_FAILD"]), 400, "`lifecycle[0]`: `LOAD_FAILD` is not a documented status")]
#[tokio::test]
async fn an_outcome_that_cannot_be_changes_nothing(
    #[case] id: &str,
    #[case] outcome: Outcome,
    #[case] status: u16,
    #[case] error: &str,
) {
    let sim = start().await;
    let cluster = first(&sim);
    cluster.script(&new_load("ended", &["LOAD_COMPLETED"])).await.unwrap();
    let before = cluster.loads().await.unwrap();
    let (refused, reported, _) = refusal(cluster.set_outcome(id, &outcome).await);
    assert_eq!((refused, reported.as_str()), (status, error));
    assert_eq!(cluster.loads().await.unwrap(), before);
}

#[tokio::test]
async fn a_load_that_is_not_there_is_named() {
    let sim = start().await;
    let (status, error, hint) = refusal(first(&sim).load("domain laod").await);
    assert_eq!((status, error.as_str()), (404, "there is no load `domain laod`"));
    assert_eq!(hint, "GET /_sim/clusters/{name}/loads shows those there are");
}

#[tokio::test]
async fn a_load_can_be_made_to_run_on_and_end_as_its_errors_have_it() {
    let sim = start_without_loads().await;
    let id = started_id(sim.first(), "s3://b/").await;
    let error = LoadError { counts_as: Some(Counter::DatatypeMismatch), ..parsing_error(2) };
    let outcome = Outcome { runs: Some("1m".into()), errors: Some(vec![error]), ..Outcome::default() };
    first(&sim).advance(Duration::from_secs(1)).await.unwrap();
    first(&sim).set_outcome(&id, &outcome).await.unwrap();
    assert_eq!(first(&sim).wait_for_all().await.unwrap().now_text, "61s");
    let answer = ask(sim.first().address(), "GET", &format!("/loader/{id}")).await.json();
    let overall = &answer["payload"]["overallStatus"];
    assert_eq!((overall["status"].as_str(), overall["datatypeMismatchErrors"].as_u64()), (Some("LOAD_FAILED"), Some(2)));
}

// ---- availability, instance and quirks -------------------------------------------------------------------------------------------------------

#[tokio::test]
async fn the_availability_is_read_and_set() {
    let sim = start().await;
    sim.add_cluster(spec("other")).await.unwrap();
    let cluster = client(&sim).cluster("other");
    assert_eq!(cluster.availability().await.unwrap(), Availability::Available);
    assert_eq!(cluster.set_availability(&Availability::Refused).await.unwrap(), Availability::Refused);
    assert_eq!(cluster.availability().await.unwrap(), Availability::Refused);
}

#[tokio::test]
async fn a_cluster_authenticates_its_clients_and_tells_no_secret() {
    let sim = start().await;
    let cluster = first(&sim);
    assert_eq!(cluster.authentication().await.unwrap(), Authentication::OFF);
    let key = AccessKey { session_token: Some(Secret("IQoJtoken".into())), ..AccessKey::new("AKID", "hunter2") };
    let on = Authentication::On(Iam { keys: vec![key], ..Iam::default() });
    let Authentication::On(shown) = cluster.set_authentication(&on).await.unwrap() else { panic!("it is on") };
    assert_eq!((shown.region.as_deref(), shown.keys[0].id.as_str()), (Some("us-east-1"), "AKID"));
    assert_eq!((&shown.keys[0].secret, &shown.keys[0].session_token), (&None, &None));
    let answer = ask(sim.first().address(), "GET", "/_sim/clusters/first/authentication").await;
    assert!(!answer.body.contains("hunter2") && !answer.body.contains("IQoJtoken"), "{}", answer.body);
    for (method, target) in [
        ("GET", "/loader"),
        ("GET", "/loader/domain-load"),
        ("GET", "/loader?loadId=domain-load"),
        ("DELETE", "/loader/domain-load"),
        ("POST", "/loader"),
        ("GET", "/status"),
    ] {
        assert_eq!(ask(sim.first().address(), method, target).await.status, 403, "{method} {target}");
    }
    cluster.set_authentication(&Authentication::OFF).await.unwrap();
    assert_eq!(ask(sim.first().address(), "GET", "/loader/domain-load").await.status, 200);
    let keyless = Authentication::On(Iam { keys: vec![AccessKey::new("a/b", "x")], ..Iam::default() });
    assert_eq!(refusal(cluster.set_authentication(&keyless).await).0, 400);
}

#[tokio::test]
async fn the_instance_becomes_a_read_replica_that_recovers() {
    let sim = start().await;
    let cluster = first(&sim);
    let change = InstanceChange { role: Some(Role::Reader), health: Some(Health::Recovery), rolling_back: Some(3) };
    let instance = cluster.change_instance(&change).await.unwrap();
    assert_eq!(instance, cluster.instance().await.unwrap());
    assert_eq!((instance.role, instance.health, instance.rolling_back), (Role::Reader, Health::Recovery, 3));
    let status = ask(sim.first().address(), "GET", "/status").await.json();
    assert_eq!((status["role"].as_str(), status["status"].as_str()), (Some("reader"), Some("recovery")));
    assert_eq!(start_load(sim.first(), "s3://b/", false).await.status, 405);
    let well = InstanceChange { health: Some(Health::Healthy), ..InstanceChange::default() };
    let instance = cluster.change_instance(&well).await.unwrap();
    assert_eq!((instance.role, instance.health, instance.rolling_back), (Role::Reader, Health::Healthy, 0));
    let odd = InstanceChange { rolling_back: Some(1), ..InstanceChange::default() };
    assert_eq!(refusal(cluster.change_instance(&odd).await).1, "only an instance that recovers rolls transactions back");
}

#[tokio::test]
async fn the_instance_is_restarted() {
    let sim = start_without_loads().await;
    let (runs, waits) = (started_id(sim.first(), "s3://b/1/").await, started_id(sim.first(), "s3://b/2/").await);
    first(&sim).advance(Duration::from_secs(1)).await.unwrap();
    let instance = first(&sim).restart().await.unwrap();
    assert_eq!((instance.role, instance.up_since), (Role::Writer, 1.0));
    assert_eq!(status_of(sim.first(), &runs).await, "LOAD_FAILED");
    assert_eq!(status_of(sim.first(), &waits).await, "LOAD_IN_PROGRESS");
}

#[tokio::test]
async fn a_cluster_becomes_strict_and_stays_so_as_data() {
    let sim = start().await;
    let cluster = first(&sim);
    assert!(!cluster.is_strict().await.unwrap());
    assert_eq!(ask(sim.first().address(), "GET", "/loader?sloppy=1").await.status, 200);
    let signing_region = async || cluster.snapshot().await.unwrap().signing_region;
    assert_eq!(signing_region().await, None);
    assert!(cluster.set_strict(true).await.unwrap());
    assert_eq!(signing_region().await.as_deref(), Some("us-east-1"), "it refuses requests without a signature");
    assert_eq!(ask(sim.first().address(), "GET", "/loader?sloppy=1").await.status, 403, "it is not signed");
    let twin = client(&sim).cluster("twin");
    twin.import(&cluster.export().await.unwrap()).await.unwrap();
    assert!(twin.is_strict().await.unwrap());
}

#[tokio::test]
async fn quirks_are_listed_and_chosen_while_the_cluster_runs() {
    let sim = start().await;
    let cluster = first(&sim);
    let quirks = cluster.quirks().await.unwrap();
    assert!(quirks.len() > 5 && quirks.iter().all(|quirk| quirk.value == quirk.default), "{quirks:?}");
    assert_eq!(ask(sim.first().address(), "GET", "/loader/x").await.status, 404);
    let values = [("unknown_id".to_owned(), QuirkValue::Word("bad_request".into()))];
    let chosen = cluster.set_quirks(&values.into()).await.unwrap();
    assert_eq!(ask(sim.first().address(), "GET", "/loader/x").await.status, 400);
    assert_eq!(chosen.iter().filter(|quirk| quirk.value != quirk.default).count(), 1);
    let values = [("visible_after_seconds".to_owned(), QuirkValue::Number(2))];
    cluster.set_quirks(&values.into()).await.unwrap();
    let id = start_load(sim.first(), "s3://b/", false).await.json()["payload"]["loadId"].as_str().unwrap().to_owned();
    assert_eq!(refusal(cluster.load(&id).await).0, 404);
}

#[tokio::test]
async fn of_several_choices_all_are_made_or_none() {
    let sim = start().await;
    let cluster = first(&sim);
    let values = [
        ("unknown_id".to_owned(), QuirkValue::Word("bad_request".into())),
        ("visible_after_seconds".to_owned(), QuirkValue::Word("soon".into())),
    ];
    let (status, error, _) = refusal(cluster.set_quirks(&values.into()).await);
    let text = "`visible_after_seconds`: expected a whole number from 0 to 3600, not the text `soon`";
    assert_eq!((status, error.as_str()), (400, text));
    assert!(cluster.quirks().await.unwrap().iter().all(|quirk| quirk.value == quirk.default));
}

// ---- the state ---------------------------------------------------------------------------------------------------------------------

#[tokio::test]
async fn a_cluster_made_from_a_state_goes_on_as_the_first_one() {
    let sim = start().await;
    let cluster = first(&sim);
    let runs = started_id(sim.first(), "s3://b/1/").await;
    started_id(sim.first(), "s3://b/2/").await;
    cluster.advance(Duration::from_secs(1)).await.unwrap();
    cluster.set_outcome(&runs, &outcome(&["LOAD_IN_PROGRESS 9s", "LOAD_FAILED"])).await.unwrap();
    cluster.set_quirks(&[("unknown_id".to_owned(), QuirkValue::Word("bad_request".into()))].into()).await.unwrap();
    cluster.set_availability(&Availability::Silent).await.unwrap();
    let state = cluster.export().await.unwrap();
    let twin = client(&sim).cluster("twin");
    let made = twin.import(&state).await.unwrap();
    assert_eq!((made.now_text.as_str(), made.availability), ("1s", Availability::Silent));
    assert_eq!(twin.export().await.unwrap(), state);
    for cluster in [&cluster, &twin] {
        cluster.set_availability(&Availability::Available).await.unwrap();
        cluster.wait_for_all().await.unwrap();
    }
    assert_eq!(twin.loads().await.unwrap(), cluster.loads().await.unwrap());
    assert_eq!(started_id(&sim.cluster("twin").unwrap(), "s3://b/3/").await, started_id(sim.first(), "s3://b/3/").await);
    assert_eq!(ask(sim.cluster("twin").unwrap().address(), "GET", "/loader/x").await.status, 400);
}

#[tokio::test]
async fn a_cluster_goes_back_to_a_state_and_keeps_its_port_and_its_keys() {
    let sim = start().await;
    let cluster = first(&sim);
    let key = AccessKey::new("AKID", "hunter2");
    cluster.set_authentication(&Authentication::On(Iam { keys: vec![key], ..Iam::default() })).await.unwrap();
    let before = cluster.describe().await.unwrap();
    let state = cluster.export().await.unwrap();
    assert!(!serde_json::to_string(&state).unwrap().contains("hunter2"));
    cluster.wait_for_all().await.unwrap();
    cluster.script(&new_load("later", &["LOAD_COMPLETED"])).await.unwrap();
    assert_eq!(cluster.import(&state).await.unwrap(), before);
    assert_eq!(cluster.describe().await.unwrap(), before);
    assert_ne!(cluster.authentication().await.unwrap(), Authentication::OFF);
}

#[tokio::test]
async fn a_state_that_cannot_be_changes_nothing() {
    let sim = start().await;
    let cluster = first(&sim);
    let good = cluster.export().await.unwrap();
    let before = cluster.describe().await.unwrap();
    let bad_clock = neptune_control::ClusterState { clock: "sundial".into(), ..good.clone() };
    let no_loader = neptune_control::ClusterState { loader: serde_json::json!({}), ..good.clone() };
    let out_of_reach = neptune_control::ClusterState { availability: Availability::Refused, ..good.clone() };
    for (state, status) in [(bad_clock, 400), (no_loader, 400), (out_of_reach, 409)] {
        assert_eq!(refusal(cluster.import(&state).await).0, status);
    }
    assert_eq!(refusal(client(&sim).cluster("a b").import(&good).await).0, 400);
    assert_eq!(cluster.describe().await.unwrap(), before);
    assert_eq!(client(&sim).clusters().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_state_beyond_its_limit_is_not_written() {
    let sim = start_without_loads().await;
    let message = "m".repeat(40_000);
    let error = |n: u64| format!("\n        - {{code: PARSING_ERROR, message: {message}{n}, file: f{n}}}");
    let errors: Vec<String> = (0..5).map(error).collect();
    let scenario =
        format!("name: large\nabout: x\ngiven:\n  started_loads:\n    - runs: 1s\n      errors:{}\n", errors.concat());
    client(&sim).add_cluster(scenario, &AddCluster::default()).await.unwrap();
    for number in 0..60 {
        started_id(&sim.cluster("large").unwrap(), &format!("s3://b/{number}/")).await;
    }
    let (status, error, _) = refusal(client(&sim).cluster("large").export().await);
    assert_eq!((status, error.as_str()), (409, "the state takes more than 8388608 bytes"));
}

// ---- the request log ---------------------------------------------------------------------------------------------------------------

#[tokio::test]
async fn requests_are_filtered() {
    let sim = start().await;
    let address = sim.first().address();
    for (method, target) in [("GET", "/loader"), ("GET", "/loader/domain-load"), ("GET", "/loader/x"), ("DELETE", "/loader/x")]
    {
        ask(address, method, target).await;
    }
    let cluster = first(&sim);
    let numbers = async |filter: RequestFilter| {
        let history = cluster.requests(&filter).await.unwrap();
        assert_eq!((history.dropped, history.next), (0, 4));
        history.requests.into_iter().map(|request| request.number).collect::<Vec<_>>()
    };
    let all = RequestFilter::default;
    assert_eq!(numbers(all()).await, [0, 1, 2, 3]);
    assert_eq!(numbers(RequestFilter { method: Some("delete".into()), ..all() }).await, [3]);
    assert_eq!(numbers(RequestFilter { load: Some("x".into()), ..all() }).await, [2, 3]);
    assert_eq!(numbers(RequestFilter { status: Some(200), path: Some("/loader/".into()), ..all() }).await, [1]);
    assert_eq!(numbers(RequestFilter { since: Some(1), limit: Some(2), ..all() }).await, [1, 2]);
    assert_eq!(numbers(RequestFilter { limit: Some(0), ..all() }).await, [0_u64; 0]);
}

#[tokio::test]
async fn a_request_is_shown_with_its_evidence_and_the_log_is_cleared() {
    let sim = start().await;
    let cluster = first(&sim);
    ask(sim.first().address(), "GET", "/loader/domain-load").await;
    let request = cluster.request(0).await.unwrap();
    assert_eq!((request.evidence.as_deref(), request.load_id.as_deref()), (Some("observed"), Some("domain-load")));
    assert_eq!(cluster.clear_requests().await.unwrap().cleared, 1);
    assert_eq!(refusal(cluster.request(0).await), (404, "there is no request 0".into(), "it was forgotten".into()));
    assert_eq!(refusal(cluster.request(1).await).2, "it has not come yet");
    ask(sim.first().address(), "GET", "/status").await;
    assert_eq!(cluster.request(1).await.unwrap().target, "/status");
}

#[tokio::test]
async fn a_request_is_shown_with_what_its_client_was_told() {
    let sim = start().await;
    let (cluster, address) = (first(&sim), sim.first().address());
    let told = async |number| {
        ask(address, "GET", "/loader/domain-load").await;
        let request = cluster.request(number).await.unwrap();
        (request.load_status, request.ended_ago, request.answer.unwrap_or_default())
    };
    let (status, ended_ago, answer) = told(0).await;
    assert_eq!((status.as_deref(), ended_ago), (Some("LOAD_IN_PROGRESS"), None));
    assert!(answer.contains(r#""status" : "LOAD_IN_PROGRESS""#), "{answer}");
    cluster.wait_for("domain-load", "finished").await.unwrap();
    cluster.advance(Duration::from_millis(2500)).await.unwrap();
    let (status, ended_ago, _) = told(1).await;
    assert_eq!((status.as_deref(), ended_ago), (Some("LOAD_COMPLETED"), Some(2.5)));
    // A fault that changes the answer, one that another answer stands for, and one that keeps it from the client.
    let faults = [
        json!({"fail": 1, "does": {"shape": "number_load_status"}}),
        json!({"fail": 1, "does": {"answer": {"http": 200, "json": {"payload": {"overallStatus": {"status": "LOAD_FAILED"}}}}}}),
        json!({"fail": 1, "does": "cut_body"}),
    ];
    for fault in faults {
        cluster.add_fault(&serde_json::from_value(fault).unwrap()).await.unwrap();
    }
    let (status, ended_ago, answer) = told(2).await;
    assert_eq!((status, ended_ago), (None, None));
    assert!(answer.contains(r#""status":7"#), "{answer}");
    assert_eq!(told(3).await.0.as_deref(), Some("LOAD_FAILED"));
    let mut client = TcpStream::connect(address).await.unwrap();
    client.write_all(b"GET /loader/domain-load HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await.unwrap();
    // It breaks off.
    let _ = client.read_to_end(&mut Vec::new()).await;
    let request = cluster.request(4).await.unwrap();
    assert_eq!((request.status, request.load_status, request.ended_ago, request.answer), (Some(200), None, None, None));
}

// ---- the description of the API ----------------------------------------------------------------------------------------------------

#[tokio::test]
async fn the_control_api_describes_itself() {
    let sim = start().await;
    assert_eq!(client(&sim).openapi().await.unwrap(), neptune_server::openapi());
}

#[test]
fn a_load_is_described_in_the_words_of_a_scenario() {
    let (scenario, control) = (neptune_server::scenario::json_schema(), neptune_server::openapi());
    let fields = |schema: &serde_json::Value| {
        schema["properties"].as_object().unwrap().keys().cloned().collect::<std::collections::BTreeSet<_>>()
    };
    let mut load = fields(&control["components"]["schemas"]["NewLoad"]);
    assert!(load.remove("id") && load.remove("undocumented_statuses"));
    let mut written = fields(&scenario["$defs"]["LoadEntry"]);
    // A load that is posted reads nothing, because a client starts such a load, and it begins at once.
    assert!(written.remove("reads") && written.remove("begins"));
    assert_eq!(load, written);
    assert_eq!(fields(&control["components"]["schemas"]["LoadError"]), fields(&scenario["$defs"]["LoadError"]));
}

#[tokio::test]
async fn every_route_of_the_table_is_served_and_guarded() {
    let sim = start().await;
    for operation in Operation::ALL {
        let path = operation.path().replace("{name}", "first").replace("{id}", "domain-load").replace("{number}", "0");
        let method = operation.method().as_str();
        let page = [("Origin", "http://evil.example")];
        assert_eq!(ask_with(sim.first().address(), method, &path, &page, "").await.status, 403, "{method} {path}");
        let most = if *operation == Operation::ImportState { 8 * 1024 } else { 256 };
        let large = "#".repeat(most * 1024 + 1);
        assert_eq!(ask_with(sim.first().address(), method, &path, &[], &large).await.status, 413, "{method} {path}");
    }
}
