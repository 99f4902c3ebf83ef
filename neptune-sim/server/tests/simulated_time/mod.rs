//! What is due in simulated time happens at its own time, however time passes, and time may wait for the first client.

use std::time::Duration;

use neptune_control::{AddCluster, ClusterClient, ControlClient, FaultReport};
use neptune_loader::{Plan, Settings};
use neptune_server::{Cluster, ClusterSpec, Fault, Sim, StartClock};
use rstest::rstest;
use serde_json::{Value, json};
use tokio::net::TcpStream;

use crate::client::{Connection, ask, ask_with};
use crate::{ClockKind, anywhere, spec, start, start_without_loads, started_id, status_of};

/// So fast that a moment after the clock has started, everything is over.
const FAST: &str = "scaled:1000000000";

fn fault(written: Value) -> Fault {
    serde_json::from_value(written).unwrap()
}

/// A cluster with a port of its own whose started loads run this long, and the simulator that it lives in.
async fn cluster_with(runs: u64, faults: &[Value]) -> (Sim, Cluster) {
    let sim = start().await;
    let settings = Settings { default_plan: Plan::completing_after(Duration::from_secs(runs)), ..Settings::default() };
    let faults = faults.iter().cloned().map(fault).collect();
    let spec = ClusterSpec { settings, faults, ..ClusterSpec::new("other", ClockKind::Manual) };
    let cluster = sim.add_cluster(spec).await.unwrap();
    (sim, cluster)
}

/// Asks the control API about the cluster `other`.
async fn control(sim: &Sim, method: &str, path: &str, body: &Value) -> Value {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let answer = ask_with(sim.first().address(), method, &format!("/_sim/clusters/other/{path}"), &[], &body).await;
    assert!(answer.status < 300, "{method} {path} {body}: {}", answer.body);
    answer.json()
}

async fn move_clock(sim: &Sim, how: Value) {
    control(sim, "POST", "clock", &how).await;
}

async fn up_since(sim: &Sim) -> Value {
    control(sim, "GET", "instance", &Value::Null).await["up_since"].clone()
}

fn other(sim: &Sim) -> ClusterClient {
    ControlClient::new(&sim.endpoint()).unwrap().cluster("other")
}

// ---- what is due ---------------------------------------------------------------------------------------------------------------

#[rstest]
#[case::to_the_end_of_a_load(&[json!({"wait": {"load": "LOAD", "until": "finished"}})])]
#[case::to_a_status(&[json!({"wait": {"load": "LOAD", "until": "LOAD_FAILED"}})])]
#[case::to_the_end_of_all_loads(&[json!({"wait": {"all_loads": "finished"}})])]
#[case::to_a_moment(&[json!({"wait": {"at": "60s"}})])]
#[case::at_once(&[json!({"advance": "60s"})])]
#[case::in_two_steps(&[json!({"advance": "9s"}), json!({"advance": "51s"})])]
#[case::with_another_pace(&[json!({"advance": "11s"}), json!({"set": "real"}), json!({"set": "manual"})])]
#[tokio::test]
async fn every_way_through_time_meets_the_restart_on_it(#[case] moves: &[Value]) {
    let (sim, cluster) = cluster_with(60, &[json!({"does": "restart", "from": "10s", "until": "12s"})]).await;
    let id = started_id(&cluster, "s3://b/").await;
    for how in moves {
        move_clock(&sim, serde_json::from_str(&how.to_string().replace("LOAD\",", &format!("{id}\","))).unwrap()).await;
    }
    let load = control(&sim, "GET", &format!("loads/{id}"), &Value::Null).await;
    let history = json!([{"at": 0.0, "status": "LOAD_IN_PROGRESS"}, {"at": 10.0, "status": "LOAD_FAILED"}]);
    assert_eq!((&load["history"], up_since(&sim).await), (&history, json!(10.0)));
}

#[rstest]
#[case::all("DELETE", "faults", false)]
#[case::all_after_a_look("DELETE", "faults", true)]
#[case::one("DELETE", "faults/restart", false)]
#[case::one_after_a_look("DELETE", "faults/restart", true)]
#[tokio::test]
async fn a_restart_that_was_due_has_happened_before_its_fault_is_taken_away(
    #[case] method: &str,
    #[case] path: &str,
    #[case] looks: bool,
) {
    let (sim, cluster) = cluster_with(60, &[json!({"does": "restart", "from": "1s", "until": "2s"})]).await;
    cluster.advance(Duration::from_secs(5)).unwrap();
    if looks {
        cluster.apply_port_state().await.unwrap();
        ask(cluster.address(), "GET", "/loader").await;
    }
    control(&sim, method, path, &Value::Null).await;
    assert_eq!(up_since(&sim).await, json!(1.0));
}

#[tokio::test]
async fn a_restart_that_is_not_due_goes_with_its_fault() {
    let (sim, cluster) = cluster_with(60, &[json!({"does": "restart", "from": "10s", "until": "12s"})]).await;
    let id = started_id(&cluster, "s3://b/").await;
    move_clock(&sim, json!({"advance": "9s"})).await;
    control(&sim, "DELETE", "faults/restart", &Value::Null).await;
    move_clock(&sim, json!({"wait": {"load": id, "until": "LOAD_COMPLETED"}})).await;
    assert_eq!((cluster.now().to_string().as_str(), up_since(&sim).await), ("60s", json!(0.0)));
}

#[rstest]
#[case::fails(json!("LOAD_FAILED"), "LOAD_FAILED", "10s")]
#[case::goes_on(json!("goes_on"), "LOAD_COMPLETED", "60s")]
#[tokio::test]
async fn quirks_that_change_meanwhile_hold_for_restarts_to_come(#[case] choice: Value, #[case] end: &str, #[case] at: &str) {
    let restarts = [json!({"does": "restart", "from": "10s", "until": "11s"})];
    let (sim, cluster) = cluster_with(60, &restarts).await;
    let id = started_id(&cluster, "s3://b/").await;
    control(&sim, "PATCH", "quirks", &json!({"restart_running": "LOAD_UNEXPECTED_ERROR"})).await;
    control(&sim, "PATCH", "quirks", &json!({"restart_running": choice})).await;
    move_clock(&sim, json!({"wait": {"load": id, "until": "finished"}})).await;
    let load = cluster.load(&id.as_str().into()).unwrap();
    assert_eq!((load.status().as_str(), cluster.now().to_string().as_str()), (end, at));
}

#[tokio::test]
async fn a_load_that_ends_as_the_engine_restarts_has_ended() {
    let (sim, cluster) = cluster_with(10, &[json!({"does": "restart", "from": "10s", "until": "11s"})]).await;
    let first = started_id(&cluster, "s3://b/1/").await;
    let second = started_id(&cluster, "s3://b/2/").await;
    move_clock(&sim, json!({"advance": "11s"})).await;
    assert_eq!(status_of(&cluster, &first).await, "LOAD_COMPLETED");
    assert_eq!(status_of(&cluster, &second).await, "LOAD_FAILED", "its turn had come when the engine restarted");
}

#[tokio::test]
async fn two_restarts_at_one_moment_are_one() {
    let restart = json!({"does": "restart", "from": "5s", "until": "6s"});
    let (sim, cluster) = cluster_with(10, &[restart.clone(), restart]).await;
    let first = started_id(&cluster, "s3://b/1/").await;
    let second = started_id(&cluster, "s3://b/2/").await;
    move_clock(&sim, json!({"advance": "6s"})).await;
    assert_eq!(status_of(&cluster, &first).await, "LOAD_FAILED");
    assert_eq!(status_of(&cluster, &second).await, "LOAD_IN_PROGRESS");
    assert_eq!(cluster.fault_reports().iter().map(|report| report.fired).collect::<Vec<_>>(), [1, 1]);
}

#[tokio::test]
async fn a_wait_for_a_load_that_a_restart_loses_says_so_and_moves_nothing() {
    let (sim, cluster) = cluster_with(60, &[json!({"does": "restart", "from": "10s", "until": "12s"})]).await;
    control(&sim, "PATCH", "quirks", &json!({"restart_queue": "lost"})).await;
    started_id(&cluster, "s3://b/1/").await;
    let waits = started_id(&cluster, "s3://b/2/").await;
    let how = json!({"wait": {"load": waits, "until": "finished"}}).to_string();
    let answer = ask_with(sim.first().address(), "POST", "/_sim/clusters/other/clock", &[], &how).await;
    let error = format!("the load `{waits}` waits in the queue, and a restart at 10s loses it");
    assert_eq!((answer.status, answer.json()["error"].as_str()), (409, Some(error.as_str())));
    assert_eq!(cluster.now().to_string(), "0s");
}

#[tokio::test]
async fn a_load_that_cannot_be_seen_yet_is_waited_for() {
    let (sim, cluster) = cluster_with(60, &[]).await;
    control(&sim, "PATCH", "quirks", &json!({"visible_after_seconds": 30})).await;
    let id = started_id(&cluster, "s3://b/").await;
    move_clock(&sim, json!({"wait": {"all_loads": "finished"}})).await;
    assert_eq!((cluster.now().to_string().as_str(), status_of(&cluster, &id).await.as_str()), ("60s", "LOAD_COMPLETED"));
}

/// How often each fault fired, and when last.
fn firings(reports: &[FaultReport]) -> Vec<(u64, Option<f64>)> {
    reports.iter().map(|report| (report.fired, report.last_at)).collect()
}

#[rstest]
#[case::refuse("refuse")]
#[case::restart("restart")]
#[case::unreachable("unreachable")]
#[tokio::test]
async fn a_window_that_time_jumps_over_has_fired_and_has_closed_the_connections(#[case] does: &str) {
    let (sim, cluster) = cluster_with(60, &[json!({"from": "5s", "until": "10s", "does": does})]).await;
    let mut open = Connection::open(cluster.address()).await;
    assert_eq!(open.ask("GET", "/status", &[], "").await.unwrap().status, 200);
    move_clock(&sim, json!({"advance": "4s"})).await;
    assert_eq!(open.ask("GET", "/status", &[], "").await.unwrap().status, 200, "nothing was due");
    move_clock(&sim, json!({"advance": "10s"})).await;
    assert!(open.ask("GET", "/status", &[], "").await.is_none(), "it did not survive that");
    assert_eq!(ask(cluster.address(), "GET", "/status").await.status, 200, "it is over");
    assert_eq!((firings(&cluster.fault_reports()), cluster.idle_faults()), (vec![(1, Some(5.0))], String::new()));
}

#[tokio::test]
async fn a_fault_of_the_port_that_is_added_now_has_fired_when_that_is_answered() {
    let (sim, cluster) = cluster_with(60, &[]).await;
    let id = started_id(&cluster, "s3://b/").await;
    move_clock(&sim, json!({"advance": "3s"})).await;
    let added = control(&sim, "POST", "faults", &json!({"does": "restart", "until": "1s"})).await;
    assert_eq!((&added[0]["fired"], &added[0]["last_at"]), (&json!(1), &json!(3.0)));
    assert_eq!(up_since(&sim).await, json!(3.0));
    control(&sim, "DELETE", "faults/restart", &Value::Null).await;
    assert_eq!(status_of(&cluster, &id).await, "LOAD_FAILED", "the port is open again, and what happened has happened");
}

#[tokio::test]
async fn faults_of_a_cluster_that_is_taken_back_in_time_happen_when_their_time_comes_again() {
    let (sim, cluster) = cluster_with(60, &[json!({"does": "restart", "from": "10s", "until": "12s"})]).await;
    let id = started_id(&cluster, "s3://b/").await;
    let before = other(&sim).export().await.unwrap();
    for time in 1..=2 {
        move_clock(&sim, json!({"advance": "20s"})).await;
        assert_eq!(status_of(&cluster, &id).await, "LOAD_FAILED");
        assert_eq!(firings(&cluster.fault_reports()), [(time, Some(10.0))]);
        other(&sim).import(&before).await.unwrap();
        assert_eq!(status_of(&cluster, &id).await, "LOAD_IN_PROGRESS");
    }
}

#[tokio::test]
async fn a_restart_from_before_the_time_of_an_imported_loader_is_not_made_up_for() {
    let (sim, cluster) = cluster_with(60, &[]).await;
    let id = started_id(&cluster, "s3://b/").await;
    move_clock(&sim, json!({"advance": "20s"})).await;
    let later = other(&sim).export().await.unwrap();
    let spec = ClusterSpec { faults: vec![fault(json!({"does": "restart", "from": "10s", "until": "12s"}))], ..spec("twin") };
    let twin = sim.add_cluster(spec).await.unwrap();
    ControlClient::new(&sim.endpoint()).unwrap().cluster("twin").import(&later).await.unwrap();
    assert_eq!((status_of(&twin, &id).await.as_str(), twin.now().to_string().as_str()), ("LOAD_IN_PROGRESS", "20s"));
}

// ---- requests under way ----------------------------------------------------------------------------------------------------------

/// Returns when a fault has fired for a request.
async fn fired(cluster: &Cluster) {
    let fired = async {
        while cluster.fault_reports().iter().all(|report| report.last_request.is_none()) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), fired).await.expect("it fires");
}

#[rstest]
#[case::at_once(&["60s"])]
#[case::in_steps(&["4s", "1s", "55s"])]
#[tokio::test]
async fn a_delayed_start_is_executed_at_its_own_time(#[case] steps: &[&str]) {
    let delay = json!({"on": {"operation": "start"}, "after": "5s", "does": "delay"});
    let (sim, cluster) = cluster_with(10, &[delay]).await;
    let client = cluster.clone();
    let started = tokio::spawn(async move { started_id(&client, "s3://b/").await });
    fired(&cluster).await;
    for step in steps {
        move_clock(&sim, json!({"advance": step})).await;
    }
    let id = tokio::time::timeout(Duration::from_secs(10), started).await.expect("it is answered").unwrap();
    let load = control(&sim, "GET", &format!("loads/{id}"), &Value::Null).await;
    assert_eq!(load["history"], json!([{"at": 5.0, "status": "LOAD_IN_PROGRESS"}, {"at": 15.0, "status": "LOAD_COMPLETED"}]));
    assert_eq!(cluster.now().to_string(), "60s");
}

#[rstest]
#[case::advance(json!({"advance": "60s"}))]
#[case::wait(json!({"wait": {"at": "60s"}}))]
#[case::wait_for_all(json!({"wait": {"all_loads": "finished"}}))]
#[tokio::test]
async fn a_delayed_answer_tells_how_it_was_when_its_time_had_come(#[case] how: Value) {
    let delay = json!({"on": {"operation": "status"}, "after": "5s", "does": "delay"});
    let (sim, cluster) = cluster_with(10, &[delay]).await;
    let id = started_id(&cluster, "s3://b/").await;
    let client = cluster.clone();
    let asked = tokio::spawn(async move { status_of(&client, &id).await });
    fired(&cluster).await;
    move_clock(&sim, how).await;
    let status = tokio::time::timeout(Duration::from_secs(10), asked).await.expect("it is answered").unwrap();
    assert_eq!(status, "LOAD_IN_PROGRESS");
}

#[tokio::test]
async fn a_port_that_shuts_while_a_delay_holds_a_request_loses_it() {
    let delay = json!({"on": {"operation": "start"}, "after": "7s", "does": "delay"});
    let (sim, cluster) = cluster_with(10, &[delay, json!({"from": "5s", "until": "6s", "does": "refuse"})]).await;
    let mut client = Connection::open(cluster.address()).await;
    let body = crate::start_body("s3://b/", true);
    let asked =
        tokio::spawn(async move { client.ask("POST", "/loader", &[("Content-Type", "application/json")], &body).await });
    fired(&cluster).await;
    move_clock(&sim, json!({"advance": "60s"})).await;
    assert!(asked.await.unwrap().is_none(), "its connection was closed");
    assert!(cluster.timeline().is_empty(), "and it was not executed afterwards");
}

/// Which of the two comes first must not depend on which task runs first, so it is tried several times.
#[rstest]
#[case::refuse("refuse")]
#[case::unreachable("unreachable")]
#[case::restart("restart")]
#[tokio::test]
async fn a_port_that_shuts_at_the_very_end_of_a_delay_comes_first(#[case] does: &str, #[values("30s", "5s")] step: &str) {
    for _ in 0..10 {
        let delay = json!({"on": {"operation": "start"}, "after": "5s", "does": "delay"});
        let (sim, cluster) = cluster_with(10, &[delay, json!({"from": "5s", "until": "20s", "does": does})]).await;
        let mut client = Connection::open(cluster.address()).await;
        let body = crate::start_body("s3://b/", true);
        let asked =
            tokio::spawn(async move { client.ask("POST", "/loader", &[("Content-Type", "application/json")], &body).await });
        fired(&cluster).await;
        move_clock(&sim, json!({"advance": step})).await;
        assert!(asked.await.unwrap().is_none(), "its connection was closed");
        assert!(cluster.timeline().is_empty(), "and it was not executed: {:#?}", cluster.timeline());
    }
}

#[tokio::test]
async fn time_does_not_wait_for_a_request_that_is_never_executed() {
    let (sim, cluster) = cluster_with(10, &[json!({"after": "5s", "does": "black_hole"})]).await;
    let client = cluster.clone();
    let asked = tokio::spawn(async move { Connection::open(client.address()).await.ask("GET", "/loader", &[], "").await });
    fired(&cluster).await;
    for step in ["5s", "1s"] {
        let moved = move_clock(&sim, json!({"advance": step}));
        tokio::time::timeout(Duration::from_secs(4), moved).await.expect("time passes at once");
    }
    asked.abort();
}

#[tokio::test]
async fn moves_of_several_clients_at_once_add_up_whatever_stops_them() {
    let windows: Vec<Value> = (0..10)
        .map(|n| json!({"from": format!("{}s", 2 * n + 1), "until": format!("{}s", 2 * n + 2), "does": "refuse"}))
        .collect();
    let (sim, cluster) = cluster_with(10, &windows).await;
    let go = || move_clock(&sim, json!({"advance": "7s"}));
    tokio::join!(go(), go(), go(), go());
    assert_eq!(cluster.now().to_string(), "28s");
}

// ---- names of faults -----------------------------------------------------------------------------------------------------------

/// The names of the faults in place.
fn names(cluster: &Cluster) -> Vec<String> {
    cluster.fault_reports().into_iter().map(|report| report.name).collect()
}

#[tokio::test]
async fn a_name_that_could_be_that_of_a_part_is_refused() {
    let sim = start().await;
    for name in ["a/b", "failover/reset", "/", "a/"] {
        let written = json!({"name": name, "does": "reset"}).to_string();
        let answer = ask_with(sim.first().address(), "POST", "/_sim/clusters/first/faults", &[], &written).await;
        assert_eq!((answer.status, answer.json()["error"].as_str()), (400, Some("`name`: this cannot name a fault")), "{name}");
        assert!(answer.json()["hint"].as_str().unwrap().ends_with("without `/`, which sets parts of sequences apart"));
    }
}

#[tokio::test]
async fn taking_a_sequence_away_leaves_others_of_its_kind_and_of_its_name_alone() {
    let (sim, cluster) = cluster_with(60, &[]).await;
    for written in [
        json!({"use": "failover", "from": "1h"}),
        json!({"use": "failover", "from": "2h"}),
        json!({"name": "failover", "does": "reset", "from": "1h"}),
        json!({"name": "a", "does": "reset", "from": "1h"}),
        json!({"name": "a", "use": "failover", "from": "1h"}),
    ] {
        control(&sim, "POST", "faults", &written).await;
    }
    let parts = ["reset", "refused", "internal-failure", "read-only"];
    let sequence = |name: &str| parts.map(|part| format!("{name}/{part}")).to_vec();
    let one = |name: &str| vec![name.to_owned()];
    let all = [sequence("failover"), sequence("failover 2"), one("failover 3"), one("a"), sequence("a 2")];
    assert_eq!(names(&cluster), all.concat());
    assert_eq!(control(&sim, "DELETE", "faults/failover", &Value::Null).await, json!({"removed": 4}));
    assert_eq!(names(&cluster), all[1..].concat());
    assert_eq!(control(&sim, "DELETE", "faults/a", &Value::Null).await, json!({"removed": 1}));
    assert_eq!(
        control(&sim, "DELETE", "faults/a%202%2Frefused", &Value::Null).await,
        json!({"removed": 1}),
        "a part by itself"
    );
    assert_eq!(names(&cluster).len(), 4 + 1 + 3);
}

// ---- a clock that starts with the first request --------------------------------------------------------------------------------

/// A cluster `other` with two loads whose clock waits, added through the control API.
async fn waiting(sim: &Sim, clock: &str) -> Cluster {
    let control = ControlClient::new(&sim.endpoint()).unwrap();
    let start_clock = Some("on-request".to_owned());
    let how = AddCluster { name: Some("other".into()), clock: Some(clock.into()), start_clock };
    control.add_cluster(crate::SCENARIO, &how).await.unwrap();
    sim.cluster("other").unwrap()
}

/// Returns when time passes on a cluster.
async fn runs(cluster: &Cluster) {
    let before = cluster.now();
    let running = async {
        while cluster.now() == before {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), running).await.expect("its clock runs");
}

#[tokio::test]
async fn a_clock_waits_for_the_first_request_to_the_cluster_and_for_no_other() {
    let sim = start().await;
    let cluster = waiting(&sim, FAST).await;
    // Connecting is not asking, and neither is the control API.
    let _connected = TcpStream::connect(cluster.address()).await.unwrap();
    for _ in 0..10 {
        let read = other(&sim).clock().await.unwrap();
        assert_eq!((read.now_text.as_str(), read.waits_for_request, read.kind.as_str()), ("0s", true, FAST));
        assert!(other(&sim).loads().await.unwrap().iter().all(|load| load.status == "LOAD_IN_PROGRESS"));
        assert_eq!(ask(sim.first().address(), "GET", "/status").await.status, 200, "another cluster's client");
    }
    let answer = ask(cluster.address(), "GET", "/loader/domain-quick").await;
    assert_eq!(answer.status, 200);
    assert_eq!(cluster.requests().requests[0].at.to_string(), "0s", "the request itself comes at time 0");
    runs(&cluster).await;
    assert!(!other(&sim).clock().await.unwrap().waits_for_request);
}

#[rstest]
#[case::any_path("GET", "/")]
#[case::a_refused_one("PUT", "/loader")]
#[case::the_engines_status("GET", "/status")]
#[tokio::test]
async fn whatever_a_client_asks_for_starts_the_clock(#[case] method: &str, #[case] path: &str) {
    let sim = start().await;
    let cluster = waiting(&sim, FAST).await;
    ask(cluster.address(), method, path).await;
    runs(&cluster).await;
}

#[tokio::test]
async fn on_a_shared_port_the_control_api_does_not_start_the_clock() {
    let spec = ClusterSpec { clock: FAST.parse().unwrap(), start_clock: StartClock::OnRequest, ..spec("first") };
    let sim = Sim::start(spec, anywhere()).await.unwrap();
    for path in ["/_sim", "/_sim/clusters/first", "/_sim/nothing"] {
        ask(sim.first().address(), "GET", path).await;
        assert_eq!(sim.first().now().to_string(), "0s", "{path}");
    }
    ask(sim.first().address(), "GET", "/loader").await;
    runs(sim.first()).await;
}

#[tokio::test]
async fn a_clock_that_becomes_another_goes_on_waiting() {
    let sim = start().await;
    let cluster = waiting(&sim, "manual").await;
    assert_eq!(other(&sim).advance(Duration::from_secs(1)).await.unwrap().now_text, "1s", "a manual clock moves as requested");
    let read = other(&sim).set_clock(FAST).await.unwrap();
    assert_eq!((read.now_text.as_str(), read.waits_for_request), ("1s", true));
    assert_eq!(cluster.now().to_string(), "1s");
    ask(cluster.address(), "GET", "/loader").await;
    runs(&cluster).await;
}

#[tokio::test]
async fn a_cluster_as_data_goes_on_waiting() {
    let sim = start().await;
    waiting(&sim, FAST).await;
    let state = other(&sim).export().await.unwrap();
    assert_eq!(state.start_clock, StartClock::OnRequest);
    let twin = ControlClient::new(&sim.endpoint()).unwrap().cluster("twin");
    twin.import(&state).await.unwrap();
    assert!(twin.clock().await.unwrap().waits_for_request);
    let twin = sim.cluster("twin").unwrap();
    assert_eq!(twin.now().to_string(), "0s");
    ask(twin.address(), "GET", "/loader").await;
    runs(&twin).await;
    assert!(other(&sim).clock().await.unwrap().waits_for_request, "the original waits for its own client");
}

#[tokio::test]
async fn states_of_clusters_whose_clock_has_started_do_not_wait() {
    let sim = start().await;
    let cluster = waiting(&sim, FAST).await;
    ask(cluster.address(), "GET", "/loader").await;
    let mut state = other(&sim).export().await.unwrap();
    assert_eq!(state.start_clock, StartClock::AtOnce);
    state = serde_json::from_value(without(serde_json::to_value(state).unwrap(), "start_clock")).unwrap();
    assert_eq!(state.start_clock, StartClock::AtOnce, "as older versions have written it");
}

fn without(mut written: Value, key: &str) -> Value {
    written.as_object_mut().unwrap().shift_remove(key);
    written
}

#[tokio::test]
async fn a_clock_does_not_wait_for_requests_that_the_port_keeps_out() {
    let sim = start().await;
    let faults = vec![fault(json!({"until": "100s", "does": "refuse"}))];
    let clock = "scaled:1000".parse().unwrap();
    let spec = ClusterSpec { faults, clock, start_clock: StartClock::OnRequest, ..ClusterSpec::new("other", clock) };
    let cluster = sim.add_cluster(spec).await.unwrap();
    let opened = async {
        while TcpStream::connect(cluster.address()).await.is_err() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), opened).await.expect("the port opens by itself");
}

#[tokio::test]
async fn a_scenario_says_that_the_clock_waits_and_a_request_for_a_cluster_may_say_otherwise() {
    let sim = start_without_loads().await;
    let add = async |name: &str, how: &str| {
        let scenario = format!("name: {name}\nabout: Waits\ngiven: {{start_clock: on-request}}\n");
        let target = format!("/_sim/clusters?clock=scaled:60{how}");
        let answer = ask_with(sim.first().address(), "POST", &target, &[("Content-Type", "application/yaml")], &scenario).await;
        (answer.status, answer.body)
    };
    assert_eq!(add("a", "").await.0, 201);
    assert_eq!(add("b", "&start_clock=at-once").await.0, 201);
    assert_eq!(sim.cluster("a").unwrap().clock_starts(), StartClock::OnRequest);
    assert_eq!(sim.cluster("b").unwrap().clock_starts(), StartClock::AtOnce);
    let (status, body) = add("c", "&start_clock=later").await;
    let reported = "`start_clock`: unknown word `later`\",\"hint\":\"the words here are: at-once, on-request";
    assert!(status == 400 && body.contains(reported), "{body}");
}
