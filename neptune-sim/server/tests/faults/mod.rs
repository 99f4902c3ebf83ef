//! Faults as clients see them: bytes that do not come, or come late, cut or spoilt.

use std::net::SocketAddr;
use std::time::Duration;

use neptune_server::{Availability, ClockKind, Cluster, ClusterSpec, Fault, Limits, Sim, SimOptions};
use rstest::rstest;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::client::{Answer, Connection, ask, ask_with, exchange};
use crate::{anywhere, spec, start, start_load, start_without_loads};

const STATUS: &str = "/loader/domain-load";
/// Far more than anything here takes.
const PATIENCE: Duration = Duration::from_secs(10);

fn fault(written: Value) -> Fault {
    serde_json::from_value(written).unwrap()
}

/// A simulator whose first cluster has a fault and one scripted load.
async fn with_fault(written: Value) -> Sim {
    let spec = ClusterSpec { faults: vec![fault(written)], ..spec("first") };
    Sim::start(spec, anywhere()).await.unwrap()
}

/// A cluster with a port of its own, and the simulator that it lives in.
async fn with_port_faults(faults: &[Value], clock: ClockKind) -> (Sim, Cluster) {
    let sim = start().await;
    let faults = faults.iter().cloned().map(fault).collect();
    let cluster = sim.add_cluster(ClusterSpec { faults, clock, ..spec("other") }).await.unwrap();
    (sim, cluster)
}

async fn get(sim: &Sim) -> Answer {
    ask(sim.first().address(), "GET", STATUS).await
}

async fn control(sim: &Sim, method: &str, path: &str, body: &Value) -> Answer {
    let path = format!("/_sim/clusters/{path}");
    let body = if body.is_null() { String::new() } else { body.to_string() };
    ask_with(sim.first().address(), method, &path, &[], &body).await
}

/// What a connection gives before it ends, and whether it ends with a reset.
async fn end_of(address: SocketAddr, method: &str, target: &str) -> (Vec<u8>, bool) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(format!("{method} {target} HTTP/1.1\r\nHost: x\r\n\r\n").as_bytes()).await.unwrap();
    let mut seen = Vec::new();
    let end = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut seen)).await.expect("the connection ends");
    (seen, end.is_err_and(|error| error.kind() == std::io::ErrorKind::ConnectionReset))
}

/// Returns when the cluster's first fault has fired.
async fn fired(cluster: &Cluster) {
    let fired = async {
        while cluster.fault_reports()[0].fired == 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, fired).await.expect("it fires");
}

async fn is_refused(address: SocketAddr) -> bool {
    TcpStream::connect(address).await.is_err_and(|error| error.kind() == std::io::ErrorKind::ConnectionRefused)
}

// ---- what a fault does -----------------------------------------------------------------------------------------------------------

#[rstest]
#[case::error_by_code(json!({"error": "InternalFailureException"}), 500, Some("application/json"), "InternalFailureException")]
#[case::error_with_text(
    json!({"error": {"code": "BadRequestException", "message": "no more"}}),
    400,
    Some("application/json"),
    r#""detailedMessage":"no more","message":"no more""#
)]
#[case::error_with_a_status_of_its_own(
    json!({"error": {"code": "ThrottlingException", "http": 429}}),
    429,
    Some("application/json"),
    "ThrottlingException"
)]
#[case::a_gateways_page(json!({"gateway": 502}), 502, Some("text/html"), "<h1>502 Bad Gateway</h1>")]
#[case::a_gateways_nothing(json!({"gateway": {"http": 504, "body": "empty"}}), 504, None, "")]
#[case::any_json(json!({"answer": {"http": 200, "json": [1]}}), 200, Some("application/json"), "[1]")]
#[case::any_text(json!({"answer": {"http": 503, "text": "busy"}}), 503, Some("text/plain"), "busy")]
#[case::another_kind(
    json!({"answer": {"http": 200, "headers": {"content-type": "text/html"}, "text": "<p>"}}),
    200,
    Some("text/html"),
    "<p>"
)]
#[tokio::test]
async fn something_else_is_answered(
    #[case] does: Value,
    #[case] status: u16,
    #[case] content_type: Option<&str>,
    #[case] body: &str,
) {
    let sim = with_fault(json!({"does": does})).await;
    let answer = get(&sim).await;
    assert_eq!((answer.status, answer.header("content-type")), (status, content_type));
    assert!(answer.body.contains(body), "{}", answer.body);
    assert!(!answer.body.contains("LOAD_"), "{}", answer.body);
    let logged = &sim.first().requests().requests[0];
    assert_eq!((logged.status, logged.evidence), (Some(status), None), "it is not Neptune's");
}

#[tokio::test]
async fn a_redirect_has_its_header() {
    let sim = with_fault(json!({"does": {"answer": {"http": 302, "headers": {"location": "http://elsewhere/"}}}})).await;
    let answer = get(&sim).await;
    assert_eq!((answer.status, answer.header("location"), answer.body.as_str()), (302, Some("http://elsewhere/"), ""));
}

#[tokio::test]
async fn a_request_that_meets_something_else_is_not_executed() {
    for does in
        [json!({"error": "InternalFailureException"}), json!({"gateway": 502}), json!({"answer": {"http": 200, "json": {}}})]
    {
        let sim = start_without_loads().await;
        sim.first().add_fault(&fault(json!({"does": does}))).unwrap();
        start_load(sim.first(), "s3://b/", false).await;
        assert!(sim.first().timeline().is_empty(), "{does}");
    }
}

#[rstest]
#[case::hang_up(json!("hang_up"), false, false)]
#[case::reset(json!("reset"), true, false)]
#[case::lost_answer(json!("lost_answer"), true, true)]
#[tokio::test]
async fn a_connection_ends_without_an_answer(#[case] does: Value, #[case] by_reset: bool, #[case] executed: bool) {
    let sim = start_without_loads().await;
    sim.first().add_fault(&fault(json!({"fail": 1, "does": does}))).unwrap();
    let body = "source=s3://b/&format=csv&iamRoleArn=r&region=us-east-1".replace(':', "%3A").replace('/', "%2F");
    let (seen, reset) = end_of(sim.first().address(), "POST", &format!("/loader?{body}")).await;
    assert_eq!((seen.as_slice(), reset), (b"".as_slice(), by_reset));
    assert_eq!(sim.first().timeline().len(), usize::from(executed));
    assert_eq!(ask(sim.first().address(), "GET", "/status").await.status, 200, "the next request is fine");
}

#[tokio::test]
async fn what_is_no_http_comes_and_the_connection_ends() {
    let sim = with_fault(json!({"does": "not_http"})).await;
    let (seen, _) = end_of(sim.first().address(), "GET", STATUS).await;
    assert!(!seen.is_empty() && !seen.starts_with(b"HTTP"), "{:?}", String::from_utf8_lossy(&seen));
}

#[tokio::test]
async fn a_black_hole_takes_the_request_and_gives_nothing() {
    let sim = with_fault(json!({"on": {"load": "domain-load"}, "does": "black_hole"})).await;
    let (address, cluster) = (sim.first().address(), sim.first().clone());
    let asked = tokio::spawn(async move { exchange(address, b"GET /loader/domain-load HTTP/1.1\r\nHost: x\r\n\r\n").await });
    fired(&cluster).await;
    cluster.advance(Duration::from_hours(1)).unwrap();
    assert_eq!(ask(address, "GET", "/status").await.status, 200, "others are answered");
    assert!(!asked.is_finished());
    assert_eq!(cluster.requests().requests[0].status, None);
}

#[tokio::test]
async fn a_black_hole_has_an_end() {
    let limits = Limits { silence: Duration::from_millis(1), ..Limits::default() };
    let spec = ClusterSpec { faults: vec![fault(json!({"does": "black_hole"}))], ..spec("first") };
    let sim = Sim::start_with(spec, SimOptions { limits, ..SimOptions::new(anywhere()) }).await.unwrap();
    assert_eq!(end_of(sim.first().address(), "GET", STATUS).await, (Vec::new(), false));
}

/// Whatever holds a request, by whatever clock, and for however long: the limit ends it.
#[rstest]
#[case::a_delay(json!({"does": "delay", "after": "1h"}))]
#[case::a_slow_body(json!({"does": {"slow_body": "1h"}}))]
#[case::both(json!({"does": {"slow_body": "1h"}, "after": "1ms", "clock": "wall"}))]
#[case::a_black_hole_after_a_while(json!({"does": "black_hole", "after": "1h"}))]
#[case::a_late_error(json!({"does": {"error": "InternalFailureException"}, "after": "1h"}))]
#[case::a_lost_answer(json!({"does": "lost_answer", "after": "1h"}))]
#[tokio::test]
async fn nothing_holds_a_request_longer_than_the_limit(
    #[case] does: Value,
    #[values(ClockKind::Manual, ClockKind::Real, "scaled:2".parse().unwrap())] clock: ClockKind,
    #[values("cluster", "wall")] counted_by: &str,
) {
    let mut does = does;
    does.as_object_mut().unwrap().entry("clock").or_insert_with(|| counted_by.into());
    let limits = Limits { silence: Duration::from_millis(100), ..Limits::default() };
    let spec = ClusterSpec { faults: vec![fault(does)], clock, ..spec("first") };
    let sim = Sim::start_with(spec, SimOptions { limits, ..SimOptions::new(anywhere()) }).await.unwrap();
    let (seen, _) = end_of(sim.first().address(), "GET", STATUS).await;
    // What a slow body had sent of itself by then has come, and no more.
    let seen = String::from_utf8(seen).unwrap();
    let (_, body) = seen.split_once("\r\n\r\n").unwrap_or_default();
    assert!(!body.ends_with('}'), "{seen}");
}

#[rstest]
#[case::closed(json!("cut_body"), false)]
#[case::reset(json!("reset_body"), true)]
#[tokio::test]
async fn a_body_breaks_off_in_its_middle(#[case] does: Value, #[case] by_reset: bool) {
    let whole = get(&start().await).await;
    let sim = with_fault(json!({"does": does})).await;
    let (seen, reset) = end_of(sim.first().address(), "GET", STATUS).await;
    let seen = String::from_utf8(seen).unwrap();
    let (head, body) = seen.split_once("\r\n\r\n").unwrap();
    assert!(head.to_lowercase().contains(&format!("content-length: {}", whole.body.len())), "{head}");
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    assert_eq!((body, reset), (&whole.body[..whole.body.len() / 2], by_reset));
    assert_eq!(sim.first().requests().requests[0].status, Some(200));
}

#[tokio::test]
async fn an_empty_body_has_nothing_to_break_off() {
    let sim = start().await;
    sim.first().set_quirks([("cancel_body", "empty".to_owned())]).unwrap();
    sim.first().add_fault(&fault(json!({"does": "cut_body"}))).unwrap();
    let (seen, _) = end_of(sim.first().address(), "DELETE", STATUS).await;
    assert_eq!(seen, b"");
}

#[tokio::test]
async fn a_slow_answer_begins_when_the_clusters_time_has_come() {
    let sim = with_fault(json!({"after": "30s", "does": "delay"})).await;
    let cluster = sim.first().clone();
    let address = cluster.address();
    let asked = tokio::spawn(async move { ask(address, "GET", STATUS).await });
    fired(&cluster).await;
    cluster.advance(Duration::from_secs(29)).unwrap();
    control(&sim, "GET", "first/clock", &Value::Null).await;
    assert!(!asked.is_finished(), "a second is missing");
    cluster.advance(Duration::from_secs(1)).unwrap();
    let answer = tokio::time::timeout(PATIENCE, asked).await.expect("it is answered").unwrap();
    assert_eq!(answer.json()["payload"]["overallStatus"]["status"], "LOAD_COMPLETED", "as it stands when the answer begins");
}

#[tokio::test]
async fn an_error_can_be_slow_too_and_on_the_wall_clock() {
    let sim = with_fault(json!({"after": "1ms", "clock": "wall", "does": {"error": "InternalFailureException"}})).await;
    assert_eq!(get(&sim).await.status, 500);
    assert_eq!(sim.first().now(), neptune_loader::SimTime::START);
}

#[tokio::test]
async fn a_slow_body_stops_in_its_middle_until_the_time_has_come() {
    let sim = with_fault(json!({"does": {"slow_body": "30s"}})).await;
    let mut stream = TcpStream::connect(sim.first().address()).await.unwrap();
    stream.write_all(b"GET /loader/domain-load HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await.unwrap();
    let mut begin = Vec::new();
    while !String::from_utf8_lossy(&begin).contains("\r\n\r\n{") {
        begin.push(stream.read_u8().await.unwrap());
    }
    sim.first().advance(Duration::from_secs(30)).unwrap();
    let mut rest = String::new();
    tokio::time::timeout(PATIENCE, stream.read_to_string(&mut rest)).await.expect("the rest comes").unwrap();
    let body: Value = serde_json::from_str(&format!("{{{rest}")).unwrap();
    assert_eq!(body["payload"]["overallStatus"]["status"], "LOAD_IN_PROGRESS", "as it stood when the answer began");
}

#[tokio::test]
async fn garbage_is_neither_text_nor_json_and_always_the_same() {
    let read = async || {
        let sim = with_fault(json!({"does": "garbage"})).await;
        let mut stream = TcpStream::connect(sim.first().address()).await.unwrap();
        stream.write_all(b"GET /loader/domain-load HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await.unwrap();
        let mut seen = Vec::new();
        stream.read_to_end(&mut seen).await.unwrap();
        let body = seen.windows(4).position(|bytes| bytes == b"\r\n\r\n").unwrap() + 4;
        (String::from_utf8_lossy(&seen[..body]).to_lowercase(), seen[body..].to_vec())
    };
    let ((head, body), (_, again)) = (read().await, read().await);
    assert!(head.starts_with("http/1.1 200") && head.contains("content-type: application/json"), "{head}");
    assert!(body.len() > 100 && str::from_utf8(&body).is_err(), "{body:?}");
    assert_eq!(body, again);
}

#[tokio::test]
async fn the_content_type_can_be_wrong() {
    let right = get(&start().await).await;
    let answer = get(&with_fault(json!({"does": {"content_type": "text/html"}})).await).await;
    assert_eq!((answer.status, answer.header("content-type"), &answer.body), (200, Some("text/html"), &right.body));
}

#[rstest]
#[case::list("list", json!({"status": "200 OK", "payload": {"loadIds": ["domain-load"]}}))]
#[case::array("array", json!([]))]
#[case::null("null", Value::Null)]
#[case::empty_object("empty_object", json!({}))]
#[tokio::test]
async fn the_whole_shape_can_be_wrong(#[case] shape: &str, #[case] body: Value) {
    let answer = get(&with_fault(json!({"does": {"shape": shape}})).await).await;
    assert_eq!((answer.status, answer.json()), (200, body));
}

#[rstest]
#[case::no_status("no_status", "", "status", None)]
#[case::no_payload("no_payload", "", "payload", None)]
#[case::null_payload("null_payload", "", "payload", Some(Value::Null))]
#[case::no_overall_status("no_overall_status", "/payload", "overallStatus", None)]
#[case::null_overall_status("null_overall_status", "/payload", "overallStatus", Some(Value::Null))]
#[case::no_load_status("no_load_status", "/payload/overallStatus", "status", None)]
#[case::null_load_status("null_load_status", "/payload/overallStatus", "status", Some(Value::Null))]
#[case::number_load_status("number_load_status", "/payload/overallStatus", "status", Some(json!(7)))]
#[tokio::test]
async fn one_part_of_the_shape_can_be_wrong(
    #[case] shape: &str,
    #[case] place: &str,
    #[case] key: &str,
    #[case] value: Option<Value>,
) {
    let mut right = get(&start().await).await.json();
    let fields = right.pointer_mut(place).unwrap().as_object_mut().unwrap();
    match value {
        Some(value) => fields.insert(key.to_owned(), value),
        None => fields.shift_remove(key),
    };
    let sim = with_fault(json!({"does": {"shape": shape}})).await;
    assert_eq!(get(&sim).await.json(), right);
    // A list has no such part, or has it as well.
    assert_eq!(ask(sim.first().address(), "GET", "/loader").await.status, 200);
}

#[tokio::test]
async fn an_answer_can_be_huge_and_still_right() {
    let sim = with_fault(json!({"does": {"padded": 300_001}})).await;
    let answer = get(&sim).await;
    assert_eq!(answer.body.len(), 300_001);
    assert_eq!(answer.json()["status"], "200 OK");
}

#[tokio::test]
async fn a_read_only_instance_answers_reads_and_refuses_changes() {
    let sim = with_fault(json!({"does": "read_only"})).await;
    assert_eq!(get(&sim).await.status, 200);
    let start = start_load(sim.first(), "s3://b/", false).await;
    assert_eq!(start.status, 405);
    assert!(start.body.contains("not permitted on a read replica instance"), "{}", start.body);
    let cancel = ask(sim.first().address(), "DELETE", STATUS).await;
    assert_eq!(cancel.status, 405);
    assert_eq!(sim.first().fault_reports()[0].fired, 2, "a read is none of its business");
    assert_eq!(sim.first().timeline().len(), 1);
    assert_eq!(sim.first().load(&"domain-load".into()).unwrap().status().as_str(), "LOAD_IN_PROGRESS");
}

// ---- the port --------------------------------------------------------------------------------------------------------------------

#[tokio::test]
async fn a_port_refuses_while_its_window_lasts() {
    let (sim, cluster) = with_port_faults(&[json!({"from": "5s", "until": "10s", "does": "refuse"})], ClockKind::Manual).await;
    let mut open = Connection::open(cluster.address()).await;
    assert_eq!(open.ask("GET", "/status", &[], "").await.unwrap().status, 200);
    for (by, refused) in [("4s", false), ("1s", true), ("4s", true), ("1s", false), ("1h", false)] {
        control(&sim, "POST", "other/clock", &json!({"advance": by})).await;
        assert_eq!(is_refused(cluster.address()).await, refused, "at {}", cluster.now());
    }
    assert!(open.ask("GET", "/status", &[], "").await.is_none(), "the connection from before is closed");
    let report = &cluster.fault_reports()[0];
    assert_eq!((report.fired, report.last_at, report.last_request), (1, Some(5.0), None));
}

#[tokio::test]
async fn when_the_clock_has_answered_the_port_has_followed() {
    let windows: Vec<Value> = (0..100)
        .map(|n| json!({"from": format!("{}s", 2 * n + 1), "until": format!("{}s", 2 * n + 2), "does": "refuse"}))
        .collect();
    let (sim, cluster) = with_port_faults(&windows, ClockKind::Manual).await;
    for second in 1..=200 {
        control(&sim, "POST", "other/clock", &json!({"advance": "1s"})).await;
        assert_eq!(is_refused(cluster.address()).await, second % 2 == 1, "after {second}s");
    }
}

#[tokio::test]
async fn the_port_follows_a_clock_that_runs_by_itself() {
    let (_sim, cluster) = with_port_faults(&[json!({"until": "100s", "does": "refuse"})], ClockKind::Scaled(1000)).await;
    let reached = async {
        while TcpStream::connect(cluster.address()).await.is_err() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, reached).await.expect("the port opens by itself");
    assert!(cluster.now().since_start() >= Duration::from_secs(100), "{}", cluster.now());
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn an_unreachable_port_neither_accepts_nor_refuses() {
    let (sim, cluster) = with_port_faults(&[json!({"until": "5s", "does": "unreachable"})], ClockKind::Manual).await;
    let connecting = tokio::time::timeout(Duration::from_millis(50), TcpStream::connect(cluster.address()));
    assert!(connecting.await.is_err(), "nothing comes of it");
    control(&sim, "POST", "other/clock", &json!({"advance": "5s"})).await;
    assert_eq!(ask(cluster.address(), "GET", STATUS).await.status, 200);

    cluster.set_availability(Availability::Unreachable).await.unwrap();
    let connecting = tokio::time::timeout(Duration::from_millis(50), TcpStream::connect(cluster.address()));
    assert!(connecting.await.is_err(), "nothing comes of it");
    cluster.set_availability(Availability::Available).await.unwrap();
    assert_eq!(ask(cluster.address(), "GET", STATUS).await.status, 200);
}

#[tokio::test]
async fn a_restart_refuses_and_starts_the_engine_anew() {
    let (sim, cluster) = with_port_faults(&[json!({"from": "5s", "until": "20s", "does": "restart"})], ClockKind::Manual).await;
    control(&sim, "POST", "other/clock", &json!({"advance": "7s"})).await;
    assert!(is_refused(cluster.address()).await);
    control(&sim, "POST", "other/clock", &json!({"advance": "13s"})).await;
    assert_eq!(ask(cluster.address(), "GET", "/status").await.status, 200);
    assert_eq!(cluster.instance().up_since.since_start(), Duration::from_secs(5), "whenever it is read");
    control(&sim, "POST", "other/clock", &json!({"advance": "1h"})).await;
    assert_eq!(cluster.instance().up_since.since_start(), Duration::from_secs(5), "once only");
}

#[tokio::test]
async fn faults_and_availability_do_not_undo_each_other() {
    let (sim, cluster) = with_port_faults(&[json!({"until": "5s", "does": "refuse"})], ClockKind::Manual).await;
    cluster.set_availability(Availability::Available).await.unwrap();
    assert!(is_refused(cluster.address()).await, "the fault still holds");
    cluster.set_availability(Availability::Refused).await.unwrap();
    control(&sim, "POST", "other/clock", &json!({"advance": "5s"})).await;
    assert!(is_refused(cluster.address()).await, "the availability still holds");
    cluster.set_availability(Availability::Available).await.unwrap();
    assert!(!is_refused(cluster.address()).await);
}

#[tokio::test]
async fn the_port_follows_a_clock_that_is_moved_even_if_no_client_waits_for_it() {
    let (_sim, cluster) = with_port_faults(&[json!({"from": "5s", "does": "refuse"})], ClockKind::Manual).await;
    cluster.advance(Duration::from_secs(5)).unwrap();
    let refused = async {
        while !is_refused(cluster.address()).await {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, refused).await.expect("the port shuts by itself");
}

// ---- which requests --------------------------------------------------------------------------------------------------------------

/// The outcome of the given number of status requests, one after the other: `x` if the fault fired, `.` if the loader answered.
async fn pattern(sim: &Sim, count: usize) -> String {
    let mut pattern = String::new();
    for _ in 0..count {
        pattern.push(if get(sim).await.status == 200 { '.' } else { 'x' });
    }
    pattern
}

#[rstest]
#[case::all(json!({}), "xxxxxxxx")]
#[case::the_second(json!({"on": {"request": 2}}), ".x......")]
#[case::a_range(json!({"on": {"request": "2..4"}}), ".xxx....")]
#[case::from_one_on(json!({"on": {"request": "6.."}}), ".....xxx")]
#[case::the_first_two(json!({"fail": 2}), "xx......")]
#[case::two_of_five(json!({"fail": 2, "pass": 3}), "xx...xx.")]
#[case::later_and_in_turns(json!({"on": {"request": "3.."}, "fail": 1, "pass": 1}), "..x.x.x.")]
#[case::never(json!({"chance": 0.0}), "........")]
#[case::another_load(json!({"on": {"load": "other"}}), "........")]
#[case::another_operation(json!({"on": {"operation": "list"}}), "........")]
#[case::its_operation(json!({"on": {"operation": "status", "load": "domain-load"}, "fail": 1}), "x.......")]
#[case::each_is_a_call_of_its_own(json!({"on": {"call": "2..3", "attempt": 1}}), ".xx.....")]
#[case::not_yet(json!({"from": "1s"}), "........")]
#[tokio::test]
async fn a_fault_chooses_its_requests(#[case] mut written: Value, #[case] expected: &str) {
    written["does"] = json!({"error": "InternalFailureException"});
    assert_eq!(pattern(&with_fault(written).await, 8).await, expected);
}

#[rstest]
#[case::as_it_is(json!({"use": "internal-failure"}), "xxxx")]
#[case::less_often(json!({"use": "internal-failure", "fail": 1, "pass": 1}), "x.x.")]
#[case::by_load(json!({"use": "internal-failure", "on": {"load": "other"}}), "....")]
#[case::by_number(json!({"use": "internal-failure", "on": {"request": 2}}), ".x..")]
#[case::by_chance(json!({"use": "internal-failure", "chance": 0.0}), "....")]
#[case::later(json!({"use": "internal-failure", "from": "1s"}), "....")]
#[case::for_longer(json!({"use": "blip-500", "fail": 3}), "xxx.")]
#[case::on_another_clock(json!({"use": "slow-headers", "after": "1ms", "clock": "wall"}), "....")]
#[tokio::test]
async fn a_ready_made_fault_is_narrowed_by_what_stands_beside_it(#[case] written: Value, #[case] expected: &str) {
    let sim = with_fault(written).await;
    assert_eq!(tokio::time::timeout(PATIENCE, pattern(&sim, 4)).await.expect("no clock is waited for"), expected);
}

#[tokio::test]
async fn chance_is_a_matter_of_the_seed() {
    let with_seed = async |seed| {
        let mut spec = spec("first");
        spec.settings.seed = seed;
        spec.faults = vec![fault(json!({"chance": 0.5, "does": {"error": "InternalFailureException"}}))];
        pattern(&Sim::start(spec, anywhere()).await.unwrap(), 60).await
    };
    let first = with_seed(1).await;
    assert_eq!(first, with_seed(1).await);
    assert_ne!(first, with_seed(2).await);
    let fired = first.matches('x').count();
    assert!((15..=45).contains(&fired), "{fired} of 60");
}

#[tokio::test]
async fn a_fault_can_last_from_its_first_strike_on() {
    let sim = with_fault(json!({"on": {"request": "2.."}, "for": "10s", "does": {"error": "InternalFailureException"}})).await;
    assert_eq!(pattern(&sim, 3).await, ".xx");
    sim.first().advance(Duration::from_secs(9)).unwrap();
    assert_eq!(pattern(&sim, 1).await, "x");
    sim.first().advance(Duration::from_secs(1)).unwrap();
    assert_eq!(pattern(&sim, 2).await, "..");
}

#[tokio::test]
async fn attempts_of_one_client_call_are_distinguished() {
    let sim = with_fault(json!({"on": {"call": 2, "attempt": "2.."}, "does": {"error": "InternalFailureException"}})).await;
    let mut seen = String::new();
    for id in ["a", "a", "b", "b", "a", "b"] {
        let answer = ask_with(sim.first().address(), "GET", STATUS, &[("amz-sdk-invocation-id", id)], "").await;
        seen.push(if answer.status == 200 { '.' } else { 'x' });
    }
    assert_eq!(seen, "...x.x");
}

#[tokio::test]
async fn one_client_call_can_be_named() {
    let sim = with_fault(json!({"on": {"invocation": "b"}, "does": {"error": "InternalFailureException"}})).await;
    for (id, status) in [("a", 200), ("b", 500), ("b", 500), ("c", 200)] {
        let answer = ask_with(sim.first().address(), "GET", STATUS, &[("amz-sdk-invocation-id", id)], "").await;
        assert_eq!(answer.status, status, "{id}");
    }
}

#[tokio::test]
async fn the_first_of_several_strikes_and_uses_up_no_turn_of_those_behind_it() {
    let sim = start().await;
    for written in [
        json!({"name": "second", "on": {"request": 2}, "does": {"error": "InternalFailureException"}}),
        json!({"name": "by number", "on": {"request": "2..3"}, "does": {"gateway": 502}}),
        json!({"name": "by turns", "fail": 2, "does": {"gateway": 503}}),
    ] {
        sim.first().add_fault(&fault(written)).unwrap();
    }
    let mut statuses = Vec::new();
    for _ in 0..5 {
        statuses.push(get(&sim).await.status);
    }
    assert_eq!(statuses, [503, 500, 502, 503, 200]);
    let reports = sim.first().fault_reports();
    let reported: Vec<_> = reports.iter().map(|report| (report.name.as_str(), report.matched, report.fired)).collect();
    assert_eq!(reported, [("second", 1, 1), ("by number", 1, 1), ("by turns", 3, 2)]);
    let names = sim.first().requests().requests.into_iter().map(|request| request.fault.unwrap_or_default());
    assert_eq!(names.collect::<Vec<_>>(), ["by turns", "second", "by number", "by turns", ""]);
}

#[tokio::test]
async fn a_fault_that_never_fired_is_reported_unless_it_is_optional() {
    let sim = start().await;
    for written in [
        json!({"name": "late", "on": {"request": 3}, "does": "reset"}),
        json!({"name": "unlucky", "chance": 0.0, "does": "reset"}),
        json!({"name": "elsewhere", "on": {"load": "x"}, "does": "reset"}),
        json!({"name": "perhaps", "on": {"load": "x"}, "does": "reset", "optional": true}),
        json!({"name": "once", "on": {"request": 1}, "does": {"gateway": 502}}),
        json!({"name": "much later", "from": "1h", "does": "refuse"}),
    ] {
        sim.first().add_fault(&fault(written)).unwrap();
    }
    pattern(&sim, 2).await;
    let reported = "the fault `late` never fired: 2 requests matched it but for their number\n\
        the fault `unlucky` never fired: it matched 2 requests and let all of them pass\n\
        the fault `elsewhere` never fired: no request matched it\n\
        the fault `much later` never fired: its time did not come\n";
    assert_eq!(sim.first().idle_faults(), reported);
}

// ---- the control API -------------------------------------------------------------------------------------------------------------

#[tokio::test]
async fn faults_are_put_in_shown_and_taken_away() {
    let sim = start().await;
    control(&sim, "POST", "first/clock", &json!({"advance": "1s"})).await;
    let written = json!({"on": {"load": "domain-load"}, "from": "1s", "fail": 1, "does": {"gateway": 502}});
    let added = control(&sim, "POST", "first/faults", &written).await;
    let report = |matched, fired, last_at: Value, last_request: Value| {
        json!([{"name": "gateway", "fault": written, "since": 1.0, "matched": matched, "fired": fired, "last_at": last_at,
            "last_request": last_request}])
    };
    assert_eq!((added.status, added.json()), (201, report(0, 0, Value::Null, Value::Null)));
    assert_eq!(pattern(&sim, 1).await, ".", "its times count from when it was put in");
    control(&sim, "POST", "first/clock", &json!({"advance": "1s"})).await;
    assert_eq!(pattern(&sim, 2).await, "x.");
    let shown = control(&sim, "GET", "first/faults", &Value::Null).await;
    assert_eq!(shown.json(), report(2, 1, json!(2.0), json!(1)));
    let logged = control(&sim, "GET", "first/requests/1", &Value::Null).await;
    assert_eq!(logged.json()["fault"], "gateway");

    assert_eq!(control(&sim, "POST", "first/faults", &json!({"does": {"gateway": 503}})).await.json()[0]["name"], "gateway 2");
    assert_eq!(control(&sim, "DELETE", "first/faults/gateway%202", &Value::Null).await.json(), json!({"removed": 1}));
    assert_eq!(pattern(&sim, 1).await, ".");
    assert_eq!(control(&sim, "DELETE", "first/faults", &Value::Null).await.json(), json!({"removed": 1}));
    assert_eq!(control(&sim, "GET", "first/faults", &Value::Null).await.json(), json!([]));
    assert_eq!(control(&sim, "DELETE", "first/faults/gateway", &Value::Null).await.status, 404);
}

#[tokio::test]
async fn a_sequence_is_put_in_by_one_name_and_taken_away_by_it() {
    let (sim, cluster) = with_port_faults(&[], ClockKind::Manual).await;
    control(&sim, "POST", "other/clock", &json!({"advance": "100s"})).await;
    let added = control(&sim, "POST", "other/faults", &json!({"use": "failover", "from": "10s"})).await.json();
    let names: Vec<&str> = added.as_array().unwrap().iter().map(|report| report["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["failover/reset", "failover/refused", "failover/internal-failure", "failover/read-only"]);
    let address = cluster.address();
    assert_eq!(ask(address, "GET", STATUS).await.status, 200);
    control(&sim, "POST", "other/clock", &json!({"advance": "10s"})).await;
    assert_eq!(end_of(address, "GET", STATUS).await, (Vec::new(), true));
    control(&sim, "POST", "other/clock", &json!({"advance": "2s"})).await;
    assert!(is_refused(address).await);
    control(&sim, "POST", "other/clock", &json!({"advance": "10s"})).await;
    assert_eq!(ask(address, "GET", STATUS).await.status, 500);
    control(&sim, "POST", "other/clock", &json!({"advance": "3s"})).await;
    assert_eq!(ask(address, "GET", STATUS).await.status, 200);
    assert_eq!(ask(address, "DELETE", STATUS).await.status, 405);
    assert_eq!(control(&sim, "DELETE", "other/faults/failover", &Value::Null).await.json(), json!({"removed": 4}));
    assert_eq!(ask(address, "DELETE", "/loader/x").await.status, 404);
}

#[tokio::test]
async fn taking_a_fault_away_opens_the_port_at_once() {
    let (sim, cluster) = with_port_faults(&[], ClockKind::Manual).await;
    let added = control(&sim, "POST", "other/faults", &json!({"does": "refuse"})).await;
    assert_eq!(added.json()[0]["fired"], 1);
    assert!(is_refused(cluster.address()).await);
    control(&sim, "DELETE", "other/faults/refuse", &Value::Null).await;
    assert!(!is_refused(cluster.address()).await);
}

#[rstest]
#[case::nothing(json!({}), 400, "the fault does nothing", Some("say what it `does`, or `use` a ready-made one"))]
#[case::unknown_name(
    json!({"use": "failovr"}),
    400,
    "`use`: there is no ready-made fault `failovr`",
    Some("did you mean `failover`? `neptune-sim faults` lists them all")
)]
#[case::both(json!({"use": "failover", "does": "reset"}), 400, "`does`: `use` and `does` exclude each other", Some("leave out one of the two"))]
#[case::an_own_time_for_a_sequence(
    json!({"use": "failover", "until": "1s"}),
    400,
    "`until`: this ready-made fault is a sequence with times of its own",
    Some("`neptune-sim faults NAME` prints its parts, to copy and to change")
)]
#[case::a_shared_port(
    json!({"does": "refuse"}),
    409,
    "`first` shares its port with the control API, which the fault would take away",
    Some("start the simulator with `--control 127.0.0.1:0`, or create a cluster of its own with POST /_sim/clusters")
)]
#[case::a_wrong_duration(json!({"from": "5", "does": "reset"}), 400, "`from`: `5` has no unit: write `5s` if you mean seconds (the units are ms, s, m, h, d)", None)]
#[case::an_empty_window(json!({"from": "5s", "until": "5s", "does": "reset"}), 400, "`until`: it ends before it begins", None)]
#[case::too_likely(json!({"chance": 1.5, "does": "reset"}), 400, "`chance`: 1.5 is out of range: 0 to 1", None)]
#[case::pass_alone(json!({"pass": 1, "does": "reset"}), 400, "`pass`: `pass` needs `fail`: at how many requests does it fire before it lets some pass?", None)]
#[case::fail_nothing(json!({"fail": 0, "does": "reset"}), 400, "`fail`: 0 is out of range: 1 is the least", None)]
#[case::a_delay_without_time(json!({"does": "delay"}), 400, "`does`: `delay` needs `after`: how long does the client wait?", None)]
#[case::request_zero(json!({"on": {"request": 0}, "does": "reset"}), 400, "`on.request`: 0 is out of range: 1 is the least", None)]
#[case::a_range_backwards(json!({"on": {"attempt": "3..2"}, "does": "reset"}), 400, "`on.attempt`: this is neither a number from 1 on nor a range of them", None)]
#[case::an_impossible_status(json!({"does": {"answer": {"http": 99}}}), 400, "`does.answer.http`: 99 is out of range: 200 to 599", None)]
#[case::a_gateway_that_is_none(json!({"does": {"gateway": 404}}), 400, "`does.gateway`: 404 is out of range: 500 to 599", None)]
#[case::two_bodies(json!({"does": {"answer": {"http": 200, "json": 1, "text": "x"}}}), 400, "`does.answer.text`: `json` and `text` exclude each other", None)]
#[case::a_wrong_header(json!({"does": {"answer": {"http": 200, "headers": {"a b": "c"}}}}), 400, "`does.answer.headers`: `a b: c` is not a header", None)]
#[case::too_much(json!({"does": {"padded": 1_073_741_825}}), 400, "`does.padded`: 1073741825 is out of range: 0 to 1073741824", None)]
#[case::no_such_code(
    json!({"does": {"error": "InternalFailureExeption"}}),
    400,
    "`does.error`: `InternalFailureExeption` is not an error of Neptune's",
    Some("did you mean `InternalFailureException`? Or give it an `http` status of its own if it is meant: `error: {code: ..., http: 500}`")
)]
#[case::a_header_of_the_servers(
    json!({"does": {"answer": {"http": 200, "headers": {"Content-Length": "5"}, "text": "hello world"}}}),
    400,
    "`does.answer.headers`: the server writes `content-length` itself",
    Some("for an answer that breaks off, use `cut_body`, `reset_body` or `not_http`")
)]
#[case::a_body_that_cannot_be(json!({"does": {"answer": {"http": 204, "text": "x"}}}), 400, "`does.answer.http`: an answer with HTTP 204 has no body", None)]
#[case::no_name(json!({"name": "", "does": "reset"}), 400, "`name`: this cannot name a fault", None)]
#[case::dots_for_a_name(json!({"name": "..", "does": "reset"}), 400, "`name`: this cannot name a fault", None)]
#[case::a_line_break_in_a_name(json!({"name": "a\nb", "does": "reset"}), 400, "`name`: this cannot name a fault", None)]
#[case::a_handshake_where_there_is_none(
    json!({"does": {"tls": "expired"}, "from": "1s"}),
    409,
    "`first` shares its port with the control API, which the fault would take away",
    None
)]
#[case::no_gateway(json!({"does": {"gateway": "x"}}), 400, "`does.gateway`: expected a whole number from 500 to 599 or an object, not the text `x`", None)]
#[tokio::test]
async fn an_impossible_fault_is_explained(
    #[case] written: Value,
    #[case] status: u16,
    #[case] error: &str,
    #[case] hint: Option<&str>,
) {
    let sim = start().await;
    let answer = control(&sim, "POST", "first/faults", &written).await;
    assert_eq!((answer.status, answer.json()["error"].as_str()), (status, Some(error)));
    if let Some(hint) = hint {
        assert_eq!(answer.json()["hint"], hint);
    }
    assert!(sim.first().fault_reports().is_empty());
}

#[tokio::test]
async fn faults_stay_when_a_state_is_restored() {
    let (sim, _cluster) = with_port_faults(&[json!({"does": "reset"})], ClockKind::Manual).await;
    let state = control(&sim, "GET", "other/state", &Value::Null).await.json();
    assert_eq!(control(&sim, "PUT", "other/state", &state).await.status, 200);
    let faults = control(&sim, "GET", "other/faults", &Value::Null).await.json();
    assert_eq!(faults.as_array().map(Vec::len), Some(1), "{faults}");
}

#[tokio::test]
async fn a_fault_of_the_port_cannot_choose_requests() {
    let (sim, _cluster) = with_port_faults(&[], ClockKind::Manual).await;
    let answer = control(&sim, "POST", "other/faults", &json!({"fail": 2, "does": "refuse"})).await;
    let error = "`fail`: this fault is one of the whole port and cannot choose requests";
    assert_eq!((answer.status, answer.json()["error"].as_str()), (400, Some(error)));
    let answer = control(&sim, "POST", "other/faults", &json!({"for": "30s", "does": "refuse"})).await;
    let error = "`for`: this fault is one of the whole port, and `for` counts from a request that it meets";
    assert_eq!((answer.status, answer.json()["error"].as_str()), (400, Some(error)));
}

#[tokio::test]
async fn a_handshake_cannot_fail_where_there_is_no_tls() {
    let (sim, _cluster) = with_port_faults(&[], ClockKind::Manual).await;
    let answer = control(&sim, "POST", "other/faults", &json!({"use": "tls-expired"})).await;
    let error = "`other` speaks plain HTTP, so there is no TLS handshake";
    assert_eq!((answer.status, answer.json()["error"].as_str()), (409, Some(error)));
}

#[tokio::test]
async fn an_unknown_code_with_a_status_of_its_own_is_meant() {
    let sim = with_fault(json!({"does": {"error": {"code": "Strange", "http": 418}}})).await;
    let answer = get(&sim).await;
    assert_eq!((answer.status, answer.json()["code"].as_str()), (418, Some("Strange")));
}

#[tokio::test]
async fn a_spoilt_answer_is_not_called_neptunes() {
    let sim = with_fault(json!({"fail": 1, "does": {"shape": "list"}})).await;
    pattern(&sim, 2).await;
    let evidence = sim.first().requests().requests.into_iter().map(|request| request.evidence.is_some());
    assert_eq!(evidence.collect::<Vec<_>>(), [false, true]);
}

#[tokio::test]
async fn a_restart_happens_and_counts_even_if_time_jumps_over_it() {
    let (sim, cluster) = with_port_faults(&[json!({"from": "1s", "until": "2s", "does": "restart"})], ClockKind::Manual).await;
    control(&sim, "POST", "other/clock", &json!({"advance": "5s"})).await;
    let report = &cluster.fault_reports()[0];
    assert_eq!((report.matched, report.fired, report.last_at), (1, 1, Some(1.0)));
    assert_eq!(cluster.instance().up_since.since_start(), Duration::from_secs(1));
    assert_eq!(cluster.idle_faults(), "");
}

#[tokio::test]
async fn there_is_a_limit_to_the_number_of_faults() {
    let sim = start().await;
    for _ in 0..256 {
        sim.first().add_fault(&fault(json!({"on": {"load": "x"}, "does": "reset"}))).unwrap();
    }
    let answer = control(&sim, "POST", "first/faults", &json!({"does": "reset"})).await;
    assert_eq!((answer.status, answer.json()["error"].as_str()), (400, Some("there would be more than 256 faults")));
}
