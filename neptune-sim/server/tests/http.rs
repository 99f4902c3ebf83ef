//! The simulator as its clients see it: raw bytes over a socket in, raw bytes out.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

mod client;
mod control;
mod faults;
mod iam;
mod key;
mod loader_api;
mod simulated_time;

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use client::{Answer, Connection, ask, ask_with, exchange};
use neptune_loader::{Lifecycle, LoadStatus, Script};
use neptune_server::{
    Availability, CannedAnswer, CannedBody, ClockKind, Cluster, ClusterSpec, ControlPlace, Limits, Sim, SimOptions,
};
use rstest::rstest;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const SCENARIO: &str = include_str!("client/two_loads.yaml");

fn anywhere() -> SocketAddr {
    (Ipv4Addr::LOCALHOST, 0).into()
}

fn script(stages: &[(&str, u64)]) -> Script {
    let stage = |(word, secs): &(&str, u64)| (LoadStatus::from(*word), (*secs > 0).then(|| Duration::from_secs(*secs)));
    let lifecycle = Lifecycle::new(stages.iter().map(stage).collect()).unwrap();
    Script::new("s3://bucket/domain/", lifecycle)
}

/// A cluster on the manual clock with one scripted load, `domain-load`, that runs for two seconds.
fn spec(name: &str) -> ClusterSpec {
    let scripts = vec![("domain-load".into(), script(&[("LOAD_IN_PROGRESS", 2), ("LOAD_COMPLETED", 0)]))];
    ClusterSpec { scripts, ..ClusterSpec::new(name, ClockKind::Manual) }
}

async fn start() -> Sim {
    Sim::start(spec("first"), anywhere()).await.unwrap()
}

async fn start_without_loads() -> Sim {
    Sim::start(ClusterSpec::new("first", ClockKind::Manual), anywhere()).await.unwrap()
}

fn start_body(source: &str, queue: bool) -> String {
    json!({"source": source, "format": "csv", "iamRoleArn": "arn:aws:iam::1:role/Load", "region": "us-east-1", "queueRequest": queue})
        .to_string()
}

async fn start_load(cluster: &Cluster, source: &str, queue: bool) -> Answer {
    ask_with(cluster.address(), "POST", "/loader", &[("Content-Type", "application/json")], &start_body(source, queue)).await
}

async fn started_id(cluster: &Cluster, source: &str) -> String {
    start_load(cluster, source, true).await.json()["payload"]["loadId"].as_str().unwrap().to_owned()
}

async fn status_of(cluster: &Cluster, id: &str) -> String {
    let answer = ask(cluster.address(), "GET", &format!("/loader/{id}")).await;
    answer.json()["payload"]["overallStatus"]["status"].as_str().unwrap().to_owned()
}

// ---- reading -------------------------------------------------------------------------------------------------------------------

#[tokio::test]
async fn a_status_is_written_as_neptune_writes_it() {
    let sim = start().await;
    sim.first().advance(Duration::from_secs(2)).unwrap();
    let answer = ask(sim.first().address(), "GET", "/loader/domain-load").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(
        answer.body,
        r#"{
    "status" : "200 OK",
    "payload" : {
        "feedCount" : [
            {
                "LOAD_COMPLETED" : 1
            }
        ],
        "overallStatus" : {
            "fullUri" : "s3://bucket/domain/",
            "runNumber" : 1,
            "retryNumber" : 0,
            "status" : "LOAD_COMPLETED",
            "totalTimeSpent" : 2,
            "startTime" : 1767225600,
            "totalRecords" : 10,
            "totalDuplicates" : 0,
            "parsingErrors" : 0,
            "datatypeMismatchErrors" : 0,
            "insertErrors" : 0
        }
    }
}"#
    );
}

#[rstest]
#[case::sdk("/loader/domain-load")]
#[case::sdk_with_a_slash("/loader/domain-load/")]
#[case::graph_notebook("/loader?loadId=domain-load&details=True&errors=False&page=1&errorsPerPage=10")]
#[case::query_with_a_slash("/loader/?loadId=domain-load")]
#[case::awswrangler("/loader/domain-load?details=TRUE")]
#[case::boto3("/loader/domain-load?details=true&errors=false&page=2&errorsPerPage=3")]
#[case::encoded("/loader/domain%2Dload")]
#[tokio::test]
async fn every_form_of_a_status_request_finds_the_load(#[case] target: &str) {
    let sim = start().await;
    let answer = ask(sim.first().address(), "GET", target).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json()["payload"]["overallStatus"]["status"], "LOAD_IN_PROGRESS");
    assert!(answer.json()["payload"].get("errors").is_none());
}

#[rstest]
#[case::upper_case_flag("TRUE")]
#[case::lower_case_flag("true")]
#[case::python_flag("True")]
#[tokio::test]
async fn errors_are_there_when_asked_for_even_if_there_are_none(#[case] flag: &str) {
    let sim = start().await;
    let answer = ask(sim.first().address(), "GET", &format!("/loader/domain-load?errors={flag}")).await;
    let none = json!({"startIndex": 0, "endIndex": 0, "loadId": "domain-load", "errorLogs": []});
    assert_eq!(answer.json()["payload"]["errors"], none);
}

#[tokio::test]
async fn polls_never_move_a_load() {
    let sim = start().await;
    let first = ask(sim.first().address(), "GET", "/loader/domain-load?errors=TRUE&details=TRUE").await;
    for _ in 0..50 {
        let again = ask(sim.first().address(), "GET", "/loader/domain-load?errors=TRUE&details=TRUE").await;
        assert_eq!(again.body, first.body);
    }
}

#[tokio::test]
async fn polls_do_not_change_the_ids_of_later_loads() {
    let (asked, left_alone) = (start_without_loads().await, start_without_loads().await);
    ask(asked.first().address(), "GET", "/loader").await;
    assert_eq!(started_id(asked.first(), "s3://b/").await, started_id(left_alone.first(), "s3://b/").await);
}

#[rstest]
#[case::get("GET", "/loader/no-such-load")]
#[case::get_query("GET", "/loader?loadId=no-such-load")]
#[case::delete("DELETE", "/loader/no-such-load")]
#[case::delete_query("DELETE", "/loader?loadId=no-such-load")]
#[tokio::test]
async fn an_unknown_load_is_a_404_with_the_text_twice_and_the_request_id(#[case] method: &str, #[case] target: &str) {
    let sim = start().await;
    let answer = ask(sim.first().address(), method, target).await;
    assert_eq!(answer.status, 404);
    let request_id = answer.header("x-amzn-requestid").unwrap();
    assert_eq!(request_id.len(), 36);
    let text = "The load with id = no-such-load does not exist or not active";
    assert_eq!(
        answer.body,
        format!(
            r#"{{"code":"BulkLoadIdNotFoundException","requestId":"{request_id}","detailedMessage":"{text}","message":"{text}"}}"#
        )
    );
}

#[tokio::test]
async fn no_two_answers_share_a_request_id() {
    let sim = start().await;
    let ids = [ask(sim.first().address(), "GET", "/loader").await, ask(sim.first().address(), "GET", "/loader").await];
    assert_ne!(ids[0].header("x-amzn-requestid").unwrap(), ids[1].header("x-amzn-requestid").unwrap());
}

#[rstest]
#[case::not_utf_8("/loader/%ff%fe", "The load with id = \u{fffd}\u{fffd} does not exist or not active")]
#[case::a_slash("/loader/a%2Fb", "The load with id = a/b does not exist or not active")]
#[case::control_characters("/loader/%00%0a", "The load with id = \0\n does not exist or not active")]
#[tokio::test]
async fn odd_ids_belong_to_no_load(#[case] target: &str, #[case] message: &str) {
    let sim = start().await;
    let answer = ask(sim.first().address(), "GET", target).await;
    assert_eq!((answer.status, answer.json()["message"].as_str()), (404, Some(message)));
}

#[tokio::test]
async fn an_absurdly_long_id_is_cut_in_the_message() {
    let sim = start().await;
    let answer = ask(sim.first().address(), "GET", &format!("/loader/{}", "x".repeat(20_000))).await;
    assert_eq!(answer.status, 404);
    assert!(answer.body.len() < 3_000, "{} bytes", answer.body.len());
}

#[rstest]
#[case::flag("/loader/domain-load?details=yes", "Invalid value for parameter 'details': yes")]
#[case::page("/loader/domain-load?errors=TRUE&page=0", "Invalid value for parameter 'page': 0")]
#[case::limit("/loader?limit=101", "Invalid value for parameter 'limit': 101")]
#[tokio::test]
async fn odd_parameters_are_refused(#[case] target: &str, #[case] message: &str) {
    let sim = start().await;
    let answer = ask(sim.first().address(), "GET", target).await;
    assert_eq!((answer.status, answer.json()["code"].as_str()), (400, Some("InvalidParameterException")));
    assert_eq!(answer.json()["message"], message);
}

#[rstest]
#[case::put("PUT", "/loader", 405, "MethodNotAllowedException")]
#[case::post_to_one("POST", "/loader/domain-load", 405, "MethodNotAllowedException")]
#[case::post_to_status("POST", "/status", 405, "MethodNotAllowedException")]
#[case::gremlin("POST", "/gremlin", 400, "UnsupportedOperationException")]
#[case::root("GET", "/", 400, "UnsupportedOperationException")]
#[tokio::test]
async fn what_neptune_would_not_take_is_refused_in_its_words(
    #[case] method: &str,
    #[case] target: &str,
    #[case] status: u16,
    #[case] code: &str,
) {
    let sim = start().await;
    let answer = ask(sim.first().address(), method, target).await;
    assert_eq!((answer.status, answer.json()["code"].as_str()), (status, Some(code)));
}

#[tokio::test]
async fn the_engine_is_a_healthy_writer() {
    let sim = start().await;
    let answer = ask(sim.first().address(), "GET", "/status").await;
    let status = answer.json();
    assert_eq!(answer.status, 200);
    assert_eq!((status["status"].as_str(), status["role"].as_str()), (Some("healthy"), Some("writer")));
    assert_eq!(status["startTime"], "Thu Jan 01 00:00:00 UTC 2026");
    assert!(answer.header("x-amzn-requestid").is_some());
}

// ---- starting, queueing, cancelling ----------------------------------------------------------------------------------------------

#[rstest]
#[case::json("application/json", &start_body("s3://b/in/", false))]
#[case::json_with_charset("application/json; charset=utf-8", &start_body("s3://b/in/", false))]
#[case::form(
    "application/x-www-form-urlencoded",
    "source=s3%3A%2F%2Fb%2Fin%2F&format=csv&iamRoleArn=r&region=us-east-1&failOnError=TRUE"
)]
#[tokio::test]
async fn a_load_is_started_in_every_way_that_clients_know(#[case] content_type: &str, #[case] body: &str) {
    let sim = start_without_loads().await;
    let answer = ask_with(sim.first().address(), "POST", "/loader", &[("Content-Type", content_type)], body).await;
    let id = answer.json()["payload"]["loadId"].as_str().unwrap().to_owned();
    assert_eq!(
        answer.body,
        format!("{{\n    \"status\" : \"200 OK\",\n    \"payload\" : {{\n        \"loadId\" : \"{id}\"\n    }}\n}}")
    );
    assert_eq!(status_of(sim.first(), &id).await, "LOAD_IN_PROGRESS");
    sim.first().advance(Duration::from_secs(5)).unwrap();
    assert_eq!(status_of(sim.first(), &id).await, "LOAD_COMPLETED");
}

#[tokio::test]
async fn parameters_may_stand_in_the_query() {
    let sim = start_without_loads().await;
    let target = "/loader/?source=s3%3A%2F%2Fb%2F&format=csv&iamRoleArn=r&region=us-east-1";
    let answer = ask(sim.first().address(), "POST", target).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

#[tokio::test]
async fn absent_parameters_are_named() {
    let sim = start_without_loads().await;
    let answer = ask_with(sim.first().address(), "POST", "/loader", &[], r#"{"source": "s3://b/"}"#).await;
    assert_eq!((answer.status, answer.json()["code"].as_str()), (400, Some("MissingParameterException")));
    assert_eq!(answer.json()["detailedMessage"], "Missing required parameters: [format, iamRoleArn, region]");
}

#[tokio::test]
async fn one_load_runs_sixty_four_wait_and_the_next_is_refused() {
    let sim = start_without_loads().await;
    let mut ids = Vec::new();
    for number in 0..65 {
        ids.push(started_id(sim.first(), &format!("s3://b/{number}/")).await);
    }
    let refused = start_load(sim.first(), "s3://b/66/", true).await;
    let text = "Failed to start new load for the source s3://b/66/. Max load task queue size limit breached. Limit is 64";
    assert_eq!((refused.status, refused.json()["code"].as_str()), (400, Some("BadRequestException")));
    assert_eq!(refused.json()["message"], text);
    assert_eq!(refused.json()["detailedMessage"], text);

    assert_eq!(status_of(sim.first(), &ids[0]).await, "LOAD_IN_PROGRESS");
    assert_eq!(status_of(sim.first(), &ids[64]).await, "LOAD_IN_QUEUE");
    sim.first().advance(Duration::from_secs(5 * 64)).unwrap();
    assert_eq!(status_of(sim.first(), &ids[63]).await, "LOAD_COMPLETED");
    assert_eq!(status_of(sim.first(), &ids[64]).await, "LOAD_IN_PROGRESS");
}

#[tokio::test]
async fn a_load_that_will_not_wait_is_refused_while_another_runs() {
    let sim = start_without_loads().await;
    start_load(sim.first(), "s3://b/1/", false).await;
    let refused = start_load(sim.first(), "s3://b/2/", false).await;
    let text = "Failed to start new load for the source s3://b/2/. Max concurrent load limit breached. Limit is 1";
    assert_eq!((refused.status, refused.json()["message"].as_str()), (400, Some(text)));
}

#[tokio::test]
async fn a_queued_load_has_no_feed_count() {
    let sim = start_without_loads().await;
    started_id(sim.first(), "s3://b/1/").await;
    let queued = started_id(sim.first(), "s3://b/2/").await;
    let answer = ask(sim.first().address(), "GET", &format!("/loader/{queued}")).await;
    assert!(answer.json()["payload"].get("feedCount").is_none(), "{}", answer.body);
}

#[tokio::test]
async fn waiting_loads_are_listed_first_and_the_latest_before_the_earlier() {
    let sim = start_without_loads().await;
    let mut ids = Vec::new();
    for number in 0..4 {
        ids.push(started_id(sim.first(), &format!("s3://b/{number}/")).await);
    }
    sim.first().advance(Duration::from_secs(5)).unwrap();
    let listed = async |target: &str| ask(sim.first().address(), "GET", target).await.json()["payload"].clone();
    let (ended, runs, next, last) = (&ids[0], &ids[1], &ids[2], &ids[3]);
    assert_eq!(listed("/loader").await, json!({"loadIds": [last, next, runs, ended]}));
    assert_eq!(listed("/loader/?limit=1").await, json!({"loadIds": [last]}));
    assert_eq!(listed("/loader?includeQueuedLoads=FALSE&errors=TRUE").await, json!({"loadIds": [runs, ended]}));
    assert_eq!(listed("/loader?loadId=").await, json!({"loadIds": [last, next, runs, ended]}));
}

#[rstest]
#[case::sdk("/loader/domain-load")]
#[case::graph_notebook("/loader?loadId=domain-load")]
#[tokio::test]
async fn a_load_is_cancelled_once(#[case] target: &str) {
    let sim = start().await;
    let answer = ask(sim.first().address(), "DELETE", target).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "{\n    \"status\" : \"200 OK\"\n}"));
    assert_eq!(status_of(sim.first(), "domain-load").await, "LOAD_CANCELLED_BY_USER");
    let again = ask(sim.first().address(), "DELETE", target).await;
    assert_eq!((again.status, again.json()["code"].as_str()), (404, Some("BulkLoadIdNotFoundException")));
    sim.first().advance(Duration::from_secs(10)).unwrap();
    assert_eq!(status_of(sim.first(), "domain-load").await, "LOAD_CANCELLED_BY_USER");
}

#[tokio::test]
async fn a_cancel_must_say_which_load() {
    let sim = start().await;
    let answer = ask(sim.first().address(), "DELETE", "/loader").await;
    assert_eq!((answer.status, answer.json()["message"].as_str()), (400, Some("Missing required parameters: [loadId]")));
}

// ---- what strangers send ---------------------------------------------------------------------------------------------------------

#[tokio::test]
async fn a_connection_serves_many_requests() {
    let sim = start().await;
    let mut connection = Connection::open(sim.first().address()).await;
    for _ in 0..3 {
        assert_eq!(connection.ask("GET", "/loader/domain-load", &[], "").await.unwrap().status, 200);
    }
}

#[rstest]
#[case::by_its_length(false)]
#[case::in_chunks(true)]
#[tokio::test]
async fn a_body_beyond_the_limit_is_refused_and_the_client_learns_why(#[case] chunked: bool) {
    let sim = start().await;
    let body = "x".repeat(64 * 1024 + 1);
    let request = if chunked {
        format!("POST /loader HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n", body.len())
    } else {
        format!("POST /loader HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{body}", body.len())
    };
    let answer = Connection::open(sim.first().address()).await.exchange(request.as_bytes()).await.unwrap();
    assert_eq!((answer.status, answer.json()["code"].as_str()), (400, Some("BadRequestException")));
    assert_eq!(answer.json()["message"], "Request body exceeds 65536 bytes");
}

/// As urllib and most blocking clients do it: first the whole request, and then the answer.
#[rstest]
#[case::of_a_start("POST /loader", 400, "Request body exceeds 65536 bytes")]
#[case::of_a_scenario("POST /_sim/clusters", 413, "larger than 262144 bytes")]
#[case::of_a_state("PUT /_sim/clusters/first/state", 413, "larger than 8388608 bytes")]
#[tokio::test]
async fn a_client_that_sends_far_too_much_before_it_reads_learns_why(
    #[case] request: &str,
    #[case] status: u16,
    #[case] why: &str,
    #[values(false, true)] chunked: bool,
) {
    const SENT: usize = 10 * 1024 * 1024;
    let sim = start().await;
    let framing = if chunked { "Transfer-Encoding: chunked".into() } else { format!("Content-Length: {SENT}") };
    let mut message = format!("{request} HTTP/1.1\r\nHost: localhost\r\n{framing}\r\n\r\n");
    let piece = "x".repeat(64 * 1024);
    for _ in 0..SENT / piece.len() {
        let (before, after) = if chunked { ("10000\r\n", "\r\n") } else { ("", "") };
        message.extend([before, &piece, after]);
    }
    let mut connection = Connection::open(sim.first().address()).await;
    let answer = connection.exchange(message.as_bytes()).await.expect("an answer, and no broken pipe");
    assert_eq!(answer.status, status, "{}", answer.body);
    assert!(answer.body.contains(why), "{}", answer.body);
}

/// A client that never ends its body gets an answer, and the simulator reads no longer than any other body may take.
/// Not 408: nothing was late.
#[rstest]
#[case::loader("POST /loader")]
#[case::control_api("POST /_sim/clusters/first/clock")]
#[tokio::test]
async fn a_body_whose_chunks_are_malformed_is_a_bad_request(#[case] line: &str) {
    let sim = start().await;
    let request = format!("{line} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n");
    let answer = client::exchange(sim.first().address(), request.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 400 ") && answer.contains("chunks are malformed"), "{answer}");
}

#[tokio::test]
async fn a_body_without_an_end_is_answered_and_comes_to_an_end() {
    let limits = Limits { body_read: Duration::from_millis(500), ..Limits::default() };
    let sim = Sim::start_with(spec("first"), SimOptions { limits, ..SimOptions::new(anywhere()) }).await.unwrap();
    let (mut reader, mut writer) = tokio::net::TcpStream::connect(sim.first().address()).await.unwrap().into_split();
    let sent = tokio::spawn(async move {
        writer.write_all(b"POST /loader HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n").await?;
        let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x10000));
        loop {
            writer.write_all(chunk.as_bytes()).await?;
        }
        #[expect(unreachable_code, reason = "it says what the block results in")]
        Ok::<(), std::io::Error>(())
    });
    let mut answer = Vec::new();
    let end = tokio::time::timeout(Duration::from_secs(10), reader.read_to_end(&mut answer)).await;
    // However it ends: it does.
    let _ = end.expect("the answer comes to an end");
    let answer = String::from_utf8(answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 400 ") && answer.contains("Request body exceeds 65536 bytes"), "{answer}");
    let sent = tokio::time::timeout(Duration::from_secs(10), sent).await.expect("the client is heard no longer").unwrap();
    assert!(sent.is_err());
}

#[tokio::test]
async fn the_largest_body_is_taken() {
    let sim = start().await;
    let body = format!("{}{}", start_body("s3://b/", true), " ".repeat(64 * 1024 - start_body("s3://b/", true).len()));
    assert_eq!(ask_with(sim.first().address(), "POST", "/loader", &[], &body).await.status, 200);
}

#[tokio::test]
async fn garbage_is_answered_and_hurts_no_other_client() {
    let sim = start().await;
    for garbage in [&b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[..], b"hello\r\n\r\n", b"GET\r\n\r\n", b"\0\0\0\0\r\n\r\n"]
    {
        let answer = exchange(sim.first().address(), garbage).await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400"), "{answer}");
    }
    assert_eq!(ask(sim.first().address(), "GET", "/status").await.status, 200);
}

#[rstest]
#[case::a_very_long_path(&format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "x".repeat(200_000)))]
#[case::a_very_long_header(&format!("GET / HTTP/1.1\r\nX: {}\r\n\r\n", "x".repeat(200_000)))]
#[case::very_many_headers(&format!("GET / HTTP/1.1\r\n{}\r\n", "X: y\r\n".repeat(5_000)))]
#[case::asterisk("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n")]
#[case::connect("CONNECT example.com:443 HTTP/1.1\r\nHost: x\r\n\r\n")]
#[case::odd_method("BABEL /loader HTTP/1.1\r\nHost: x\r\n\r\n")]
#[case::length_that_is_none("POST /loader HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n")]
#[case::two_lengths("POST /loader HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx")]
#[tokio::test]
async fn extreme_requests_are_refused(#[case] request: &str) {
    let sim = start().await;
    let mut connection = Connection::open(sim.first().address()).await;
    if let Some(answer) = connection.exchange(request.as_bytes()).await {
        assert!((400..500).contains(&answer.status), "{}", answer.status);
    }
    assert_eq!(ask(sim.first().address(), "GET", "/status").await.status, 200);
}

#[tokio::test]
async fn a_target_may_name_the_host() {
    let sim = start().await;
    assert_eq!(ask(sim.first().address(), "GET", "http://neptune.example/loader/domain-load").await.status, 200);
}

#[tokio::test]
async fn a_body_that_does_not_arrive_is_given_up() {
    let limits = Limits { body_read: Duration::from_millis(1), ..Limits::default() };
    let sim = Sim::start_with(spec("first"), SimOptions { limits, ..SimOptions::new(anywhere()) }).await.unwrap();
    let mut connection = Connection::open(sim.first().address()).await;
    let answer = connection.exchange(b"POST /loader HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{").await.unwrap();
    assert_eq!((answer.status, answer.json()["code"].as_str()), (408, Some("ClientTimeoutException")));
}

#[tokio::test]
async fn deeply_nested_json_is_refused() {
    let sim = start().await;
    let body = "[".repeat(60_000);
    let answer = ask_with(sim.first().address(), "POST", "/loader", &[], &body).await;
    assert_eq!((answer.status, answer.json()["code"].as_str()), (400, Some("InvalidParameterException")));
}

// ---- availability ----------------------------------------------------------------------------------------------------------------

#[tokio::test]
async fn a_refusing_cluster_refuses_and_comes_back_on_the_same_port() {
    let sim = start().await;
    let cluster = sim.first();
    let mut open = Connection::open(cluster.address()).await;
    assert_eq!(open.ask("GET", "/status", &[], "").await.unwrap().status, 200);
    cluster.set_availability(Availability::Refused).await.unwrap();
    assert!(open.ask("GET", "/status", &[], "").await.is_none(), "the open connection is closed");
    let error = tokio::net::TcpStream::connect(cluster.address()).await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionRefused);
    cluster.set_availability(Availability::Available).await.unwrap();
    assert_eq!(ask(cluster.address(), "GET", "/loader/domain-load").await.status, 200);
}

#[tokio::test]
async fn a_cluster_may_refuse_from_the_beginning() {
    let refusing = ClusterSpec { availability: Availability::Refused, ..spec("refusing") };
    let sim = start().await;
    let cluster = sim.add_cluster(refusing).await.unwrap();
    assert!(tokio::net::TcpStream::connect(cluster.address()).await.is_err());
}

#[tokio::test]
async fn a_silent_cluster_hears_but_says_nothing_until_it_changes() {
    let sim = start().await;
    let cluster = sim.first().clone();
    cluster.set_availability(Availability::Silent).await.unwrap();
    let address = cluster.address();
    let asked = tokio::spawn(async move { exchange(address, b"GET /loader/domain-load HTTP/1.1\r\nHost: x\r\n\r\n").await });
    let heard = async {
        while cluster.requests().requests.is_empty() {
            tokio::task::yield_now().await;
        }
    };
    heard.await;
    // Another round trip, so that an answer would have had the time to come.
    assert_eq!(ask(address, "GET", "/_sim").await.status, 200);
    assert_eq!(cluster.requests().requests[0].status, None);
    assert!(!asked.is_finished());
    cluster.set_availability(Availability::Available).await.unwrap();
    assert_eq!(asked.await.unwrap(), "", "the connection is closed without an answer");
    assert_eq!(ask(address, "GET", "/loader/domain-load").await.status, 200);
}

#[tokio::test]
async fn silence_has_an_end() {
    let limits = Limits { silence: Duration::from_millis(1), ..Limits::default() };
    let silent = ClusterSpec { availability: Availability::Silent, ..spec("first") };
    let sim = Sim::start_with(silent, SimOptions { limits, ..SimOptions::new(anywhere()) }).await.unwrap();
    assert_eq!(exchange(sim.first().address(), b"GET /status HTTP/1.1\r\nHost: x\r\n\r\n").await, "");
}

#[tokio::test]
async fn a_canned_error_looks_like_neptunes_and_moves_nothing() {
    let sim = start_without_loads().await;
    let body = CannedBody::Error { code: "InternalFailureException".into(), message: "down".into() };
    sim.first().set_availability(Availability::Answers(CannedAnswer { http_status: 500, body })).await.unwrap();
    let answer = start_load(sim.first(), "s3://b/", true).await;
    let request_id = answer.header("x-amzn-requestid").unwrap();
    assert_eq!(answer.status, 500);
    assert_eq!(
        answer.body,
        format!(
            r#"{{"code":"InternalFailureException","requestId":"{request_id}","detailedMessage":"down","message":"down"}}"#
        )
    );
    sim.first().set_availability(Availability::Available).await.unwrap();
    assert!(sim.first().timeline().is_empty());
}

#[tokio::test]
async fn a_canned_body_is_sent_as_it_is() {
    let sim = start().await;
    let body = CannedBody::Json(json!({"status": "503 Service Unavailable", "payload": {}}));
    sim.first().set_availability(Availability::Answers(CannedAnswer { http_status: 200, body })).await.unwrap();
    let answer = ask(sim.first().address(), "GET", "/loader/domain-load").await;
    assert_eq!((answer.status, answer.body.as_str()), (200, r#"{"status":"503 Service Unavailable","payload":{}}"#));
}

// ---- several clusters ------------------------------------------------------------------------------------------------------------

#[tokio::test]
async fn clusters_share_nothing() {
    let sim = start().await;
    let other = sim.add_cluster(ClusterSpec::new("other", ClockKind::Manual)).await.unwrap();
    let id = started_id(&other, "s3://b/").await;
    other.advance(Duration::from_secs(9)).unwrap();
    other.set_availability(Availability::Silent).await.unwrap();
    assert_eq!(ask(sim.first().address(), "GET", &format!("/loader/{id}")).await.status, 404);
    assert_eq!(status_of(sim.first(), "domain-load").await, "LOAD_IN_PROGRESS");
    assert_eq!(sim.first().requests().requests.len(), 2);
    assert_eq!(other.requests().requests.len(), 1);
}

// ---- the request log -------------------------------------------------------------------------------------------------------------

#[tokio::test]
async fn a_request_is_logged_with_its_answer_and_without_its_secrets() {
    let sim = start_without_loads().await;
    sim.first().advance(Duration::from_secs(3)).unwrap();
    let signature = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1/neptune-db/aws4_request, \
                     SignedHeaders=host;x-amz-date, Signature=0badc0de";
    let headers = [("Authorization", signature), ("X-Amz-Security-Token", "IQoJtoken"), ("Cookie", "session=1")];
    let mut body: Value = serde_json::from_str(&start_body("s3://b/", false)).unwrap();
    body["secretKey"] = "s3cr3t".into();
    let target = "/loader?X-Amz-Signature=0badc0de&accessKey=AKIDEXAMPLE";
    let answer = ask_with(sim.first().address(), "POST", target, &headers, &body.to_string()).await;
    assert_eq!(answer.status, 200);

    let history = sim.first().requests();
    let logged = serde_json::to_value(&history.requests[0]).unwrap();
    for secret in ["AKIDEXAMPLE", "IQoJtoken", "session=1", "0badc0de", "s3cr3t"] {
        assert!(!logged.to_string().contains(secret), "{secret} in {logged}");
    }
    assert_eq!(logged["at"], 3.0);
    assert_eq!(logged["target"], "/loader?X-Amz-Signature=<redacted>&accessKey=<redacted>");
    assert_eq!((logged["method"].as_str(), logged["status"].as_u64()), (Some("POST"), Some(200)));
    assert_eq!(logged["load_id"], answer.json()["payload"]["loadId"]);
    assert_eq!(logged["evidence"], "observed");
    assert!(logged.to_string().contains("/20260101/us-east-1/neptune-db/aws4_request"), "{logged}");
}

#[tokio::test]
async fn a_request_for_a_load_is_logged_under_its_id() {
    let sim = start().await;
    ask(sim.first().address(), "GET", "/loader?loadId=domain-load").await;
    ask(sim.first().address(), "GET", "/loader/no-such-load").await;
    let requests = sim.first().requests().requests;
    let reported: Vec<_> = requests.iter().map(|request| (request.load_id.clone().unwrap(), request.status)).collect();
    assert_eq!(reported, [("domain-load".into(), Some(200)), ("no-such-load".into(), Some(404))]);
}

// ---- the control API -------------------------------------------------------------------------------------------------------------

#[tokio::test]
async fn the_overview_shows_the_version_and_the_clusters() {
    let sim = start().await;
    let overview = ask(sim.first().address(), "GET", "/_sim").await.json();
    assert_eq!(overview["version"], env!("CARGO_PKG_VERSION"));
    let cluster = json!({
        "name": "first", "endpoint": sim.endpoint(), "clock": "manual", "now": 0.0, "availability": "available"
    });
    assert_eq!(overview["clusters"], json!([cluster]));
}

#[tokio::test]
async fn a_cluster_is_made_from_a_scenario_used_and_deleted() {
    let sim = start().await;
    let address = sim.first().address();
    let added = ask_with(address, "POST", "/_sim/clusters?name=mine", &[], SCENARIO).await;
    assert_eq!(added.status, 201, "{}", added.body);
    let cluster = sim.cluster("mine").unwrap();
    assert_eq!(
        added.json(),
        json!({"name": "mine", "endpoint": cluster.endpoint(), "clock": "manual", "loads": ["domain-quick", "prov-slow"], "ca": null})
    );

    let body = r#"{"wait": {"load": "domain-quick", "until": "finished"}}"#;
    let moved = ask_with(address, "POST", "/_sim/clusters/mine/clock", &[], body).await;
    assert_eq!(moved.json(), json!({"kind": "manual", "now": 2.0, "now_text": "2s", "waits_for_request": false}));
    assert_eq!(status_of(&cluster, "domain-quick").await, "LOAD_COMPLETED");

    let described = ask(address, "GET", "/_sim/clusters/mine").await.json();
    assert_eq!((described["now"].as_f64(), described["now_text"].as_str()), (Some(2.0), Some("2s")));
    assert_eq!(
        described["loads"][0],
        json!({
            "id": "domain-quick", "origin": "scripted", "source": "s3://bucket/domain/", "depends_on": [], "status": "LOAD_COMPLETED", "ended": true,
            "history": [{"at": 0.0, "status": "LOAD_IN_PROGRESS"}, {"at": 2.0, "status": "LOAD_COMPLETED"}], "ahead": [],
        })
    );
    let requests = ask(address, "GET", "/_sim/clusters/mine/requests").await.json();
    assert_eq!(
        (requests["dropped"].as_u64(), requests["requests"][0]["target"].as_str()),
        (Some(0), Some("/loader/domain-quick"))
    );

    assert_eq!(ask(address, "DELETE", "/_sim/clusters/mine").await.status, 204);
    assert!(tokio::net::TcpStream::connect(cluster.address()).await.is_err());
    assert_eq!(ask(address, "GET", "/_sim/clusters/mine").await.status, 404);
}

#[tokio::test]
async fn the_availability_is_set_from_outside() {
    let sim = start().await;
    let other = sim.add_cluster(spec("other")).await.unwrap();
    let put = async |body: &str| {
        let answer = ask_with(sim.first().address(), "PUT", "/_sim/clusters/other/availability", &[], body).await;
        assert_eq!((answer.status, answer.body.as_str()), (200, body));
    };
    put(r#""refused""#).await;
    assert!(tokio::net::TcpStream::connect(other.address()).await.is_err());
    put(r#"{"answers":{"http":429,"code":"TooManyRequestsException","message":"slow down"}}"#).await;
    assert_eq!(ask(other.address(), "GET", "/status").await.status, 429);
    put(r#""available""#).await;
    assert_eq!(ask(other.address(), "GET", "/status").await.status, 200);
}

#[tokio::test]
async fn the_control_api_works_while_its_cluster_is_silent_and_stands_in_no_log() {
    let sim = start().await;
    sim.first().set_availability(Availability::Silent).await.unwrap();
    let put = ask_with(sim.first().address(), "PUT", "/_sim/clusters/first/availability", &[], r#""available""#).await;
    assert_eq!(put.status, 200);
    assert!(sim.first().requests().requests.is_empty());
}

#[tokio::test]
async fn only_the_first_clusters_port_has_the_control_api() {
    let sim = start().await;
    let other = sim.add_cluster(spec("other")).await.unwrap();
    let answer = ask(other.address(), "GET", "/_sim").await;
    assert_eq!((answer.status, answer.json()["code"].as_str()), (400, Some("UnsupportedOperationException")));
}

async fn start_with_control(control: ControlPlace) -> Sim {
    Sim::start_with(spec("first"), SimOptions { control, ..SimOptions::new(anywhere()) }).await.unwrap()
}

fn address_of(endpoint: &str) -> SocketAddr {
    endpoint.strip_prefix("http://").unwrap().parse().unwrap()
}

#[rstest]
#[case::elsewhere(ControlPlace::At(anywhere()))]
#[case::nowhere(ControlPlace::Off)]
#[tokio::test]
async fn a_port_without_the_control_api_knows_no_such_path(#[case] control: ControlPlace) {
    let sim = start_with_control(control).await;
    assert_ne!(sim.control_endpoint(), Some(sim.endpoint().as_str()));
    let answer = ask(sim.first().address(), "GET", "/_sim").await;
    assert_eq!((answer.status, answer.json()["code"].as_str()), (400, Some("UnsupportedOperationException")));
}

#[tokio::test]
async fn a_path_that_only_begins_like_the_control_apis_is_the_clusters() {
    let sim = start().await;
    let answer = ask(sim.first().address(), "GET", "/_simulator").await;
    assert_eq!(answer.json()["code"], "UnsupportedOperationException");
    assert!(ask(sim.first().address(), "GET", "/_sim/simulator").await.json()["error"].is_string());
    assert_eq!(sim.first().requests().requests.len(), 1);
}

#[tokio::test]
async fn beside_a_control_api_of_its_own_the_first_cluster_can_be_refused_and_deleted() {
    let sim = start_with_control(ControlPlace::At(anywhere())).await;
    let (control, first) = (address_of(sim.control_endpoint().unwrap()), sim.first().address());
    for line in [("GET", "/loader"), ("GET", "/"), ("POST", "/_simulator"), ("OPTIONS", "/x")] {
        let answer = ask(control, line.0, line.1).await;
        assert!(
            answer.status == 404 && answer.json()["error"].is_string() && answer.json()["hint"].is_string(),
            "{}",
            answer.body
        );
    }
    let refused = ask_with(control, "PUT", "/_sim/clusters/first/availability", &[], r#""refused""#).await;
    assert_eq!(refused.status, 200, "{}", refused.body);
    assert!(tokio::net::TcpStream::connect(first).await.is_err());
    assert_eq!(ask(control, "DELETE", "/_sim/clusters/first").await.status, 204);
    assert_eq!(ask(control, "GET", "/_sim").await.json()["clusters"], json!([]));
    sim.shutdown().await;
    assert!(tokio::net::TcpStream::connect(control).await.is_err());
}

#[tokio::test]
async fn the_control_api_shares_no_port_that_others_can_reach() {
    let everywhere: SocketAddr = ([0, 0, 0, 0], 0).into();
    let shared = SimOptions { control: ControlPlace::WithFirst, ..SimOptions::new(everywhere) };
    let error = Sim::start_with(spec("first"), shared).await.unwrap_err().to_string();
    assert!(error.starts_with("the control API cannot share 0.0.0.0:0, which other machines can reach"), "{error}");
    let sim = Sim::start(spec("first"), everywhere).await.unwrap();
    let control = address_of(sim.control_endpoint().unwrap());
    assert!(control.ip().is_loopback(), "{control}");
    assert_eq!(ask(control, "GET", "/_sim").await.status, 200);
}

#[rstest]
#[case::an_address("172.17.0.2:8183", "172.17.0.2")]
#[case::a_container("neptune-sim:8183", "neptune-sim")]
#[case::version_6("[fd00::2]:8183", "[fd00::2]")]
#[case::without_a_port("host.docker.internal", "host.docker.internal")]
#[tokio::test]
async fn clusters_that_listen_everywhere_are_reported_by_the_host_that_was_asked(#[case] asked: &str, #[case] reported: &str) {
    let sim = Sim::start(spec("first"), ([0, 0, 0, 0], 0).into()).await.unwrap();
    let control = address_of(sim.control_endpoint().unwrap());
    let asking =
        async |method, target: &str, body: &str| ask_with(control, method, target, &[("Host", asked)], body).await.json();
    let added = asking("POST", "/_sim/clusters?name=mine", SCENARIO).await;
    let endpoint = format!("http://{reported}:{}", sim.cluster("mine").unwrap().address().port());
    assert_eq!(added["endpoint"], endpoint);
    assert_eq!(asking("GET", "/_sim/clusters/mine", "").await["endpoint"], endpoint);
    assert_eq!(asking("GET", "/_sim/clusters", "").await[1]["endpoint"], endpoint);
    assert_eq!(asking("GET", "/_sim", "").await["clusters"][1]["endpoint"], endpoint);
    let state = asking("GET", "/_sim/clusters/mine/state", "").await.to_string();
    assert_eq!(asking("PUT", "/_sim/clusters/mine/state", &state).await["endpoint"], endpoint);
}

#[tokio::test]
async fn a_cluster_of_one_address_is_always_reported_by_that() {
    let sim = start().await;
    let headers = [("Host", "neptune-sim:8183")];
    let described = ask_with(sim.first().address(), "GET", "/_sim/clusters/first", &headers, "").await.json();
    assert_eq!(described["endpoint"], sim.endpoint());
}

#[rstest]
#[case::advance_without_unit(
    "POST",
    "first/clock",
    r#"{"advance": "5"}"#,
    400,
    "`advance`: `5` has no unit: write `5s` if you mean seconds (the units are ms, s, m, h, d)"
)]
#[case::unknown_move("POST", "first/clock", r#"{"rewind": "5s"}"#, 400, "`rewind`: unknown key `rewind`")]
#[case::unknown_field(
    "POST",
    "first/clock",
    r#"{"wait": {"load": "x", "untl": "finished"}}"#,
    400,
    "`wait.untl`: unknown key `untl`"
)]
#[case::unknown_until(
    "POST",
    "first/clock",
    r#"{"wait": {"load": "x", "until": "done"}}"#,
    400,
    "`done` is nothing to wait for: write `finished` or a status such as `LOAD_IN_PROGRESS`"
)]
#[case::unknown_load(
    "POST",
    "first/clock",
    r#"{"wait": {"load": "x", "until": "finished"}}"#,
    409,
    "there is no load `x` (there are: domain-load)"
)]
#[case::a_clock_that_runs(
    "POST",
    "real/clock",
    r#"{"advance": "5s"}"#,
    409,
    "the clock is `real` and runs by itself: only a `manual` clock can be moved"
)]
#[case::no_availability("PUT", "first/availability", "", 400, "the body is empty")]
#[case::refusing_first(
    "PUT",
    "first/availability",
    r#""refused""#,
    409,
    "`first` cannot shut its port: it shares its port with the control API"
)]
#[case::deleting_first("DELETE", "first", "", 409, "`first` shares its port with the control API and cannot be deleted")]
#[case::unknown_cluster("GET", "frist", "", 404, "there is no cluster `frist`")]
#[case::unknown_path("GET", "first/lodas", "", 404, "the control API has no path `/_sim/clusters/first/lodas`")]
#[case::wrong_method("POST", "first", "", 405, "the control API has no POST on `/_sim/clusters/first`")]
#[tokio::test]
async fn the_control_api_explains_what_is_wrong(
    #[case] method: &str,
    #[case] path: &str,
    #[case] body: &str,
    #[case] status: u16,
    #[case] error: &str,
) {
    let sim = start().await;
    sim.add_cluster(ClusterSpec::new("real", ClockKind::Real)).await.unwrap();
    let answer = ask_with(sim.first().address(), method, &format!("/_sim/clusters/{path}"), &[], body).await;
    assert_eq!((answer.status, answer.json()["error"].as_str()), (status, Some(error)));
}

#[rstest]
#[case::bad_scenario("", "name: [", 400)]
#[case::bad_name("?name=a%2Fb", SCENARIO, 400)]
#[case::bad_clock("?clock=sundial", SCENARIO, 400)]
#[case::unknown_parameter("?nmae=x", SCENARIO, 400)]
#[case::taken_name("?name=first", SCENARIO, 409)]
#[tokio::test]
async fn a_cluster_that_cannot_be_is_refused(#[case] query: &str, #[case] scenario: &str, #[case] status: u16) {
    let sim = start().await;
    let answer = ask_with(sim.first().address(), "POST", &format!("/_sim/clusters{query}"), &[], scenario).await;
    assert_eq!(answer.status, status, "{}", answer.body);
    assert!(answer.json()["error"].is_string());
    assert_eq!(ask(sim.first().address(), "GET", "/_sim").await.json()["clusters"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_scenario_has_a_size_limit() {
    let sim = start().await;
    let answer = ask_with(sim.first().address(), "POST", "/_sim/clusters", &[], &"#".repeat(256 * 1024 + 1)).await;
    assert_eq!(answer.status, 413, "{}", answer.body);
}

#[rstest]
#[case::cross_origin(&[("Host", "127.0.0.1"), ("Origin", "http://evil.example")])]
#[case::same_origin_by_rebinding(&[("Host", "evil.example:8182")])]
#[case::a_page_on_this_machine(&[("Host", "localhost"), ("Origin", "http://localhost:3000")])]
#[tokio::test]
async fn web_pages_cannot_drive_the_control_api(#[case] headers: &[(&str, &str)]) {
    let sim = start().await;
    let body = r#"{"advance": "5s"}"#;
    let answer = ask_with(sim.first().address(), "POST", "/_sim/clusters/first/clock", headers, body).await;
    assert_eq!(answer.status, 403, "{}", answer.body);
    assert_eq!(sim.first().now().to_string(), "0s");
    assert_eq!(ask_with(sim.first().address(), "GET", "/_sim/nowhere", headers, "").await.status, 403);
}
