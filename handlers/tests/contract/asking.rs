//! What is sent to Neptune.

use std::sync::{Arc, Barrier};

use handlers::status;
use rstest::rstest;
use serde_json::json;

use crate::server::{Request, Server, http, load, refusal};
use crate::setup::{KEYS, call, check, config, get};

#[tokio::test]
async fn get_asks_for_details_and_a_full_page_of_errors() {
    let server = Server::start(|_| load("LOAD_COMPLETED"));
    get(server.port, "x-1").await.unwrap();
    let targets: Vec<_> = server.seen().into_iter().map(|request| request.target).collect();
    assert_eq!(targets, ["/loader/x-1?details=TRUE&errors=TRUE&page=1&errorsPerPage=100"]);
}

#[rstest]
#[case::ended("LOAD_COMPLETED", &[])]
#[case::running("LOAD_IN_PROGRESS", &[])]
#[case::waiting("LOAD_IN_QUEUE", &[])]
#[case::failed("LOAD_FAILED", &["?details=TRUE&errors=TRUE&errorsPerPage=3"])]
#[case::cancelled("LOAD_CANCELLED_BY_USER", &["?details=TRUE&errors=TRUE&errorsPerPage=3"])]
#[tokio::test]
async fn check_asks_for_reasons_only_when_a_load_has_failed(#[case] word: &'static str, #[case] more: &[&str]) {
    let server = Server::start(move |_| load(word));
    check(server.port).await;
    let mut targets: Vec<_> = server.seen().into_iter().map(|request| request.target).collect();
    targets.sort();
    let each = |id: &'static str| [""].iter().chain(more).map(move |query| format!("/loader/{id}{query}"));
    assert_eq!(targets, each("d-1").chain(each("p-1")).collect::<Vec<_>>());
}

#[tokio::test]
async fn both_loads_are_asked_for_at_the_same_time() {
    let barrier = Arc::new(Barrier::new(2));
    let server = Server::start(move |_| {
        barrier.wait();
        load("LOAD_COMPLETED")
    });
    assert_eq!(check(server.port).await["status"], "SUCCESS");
}

#[rstest]
#[case::slash("a/b", "/loader/a%2Fb?")]
#[case::climbing("../../status", "/loader/..%2F..%2Fstatus?")]
#[case::one_dot(".", "/loader?loadId=.&")]
#[case::two_dots("..", "/loader?loadId=..&")]
#[case::encoded_dots("%2e%2e", "/loader/%252e%252e?")]
#[case::query("x?limit=1#y", "/loader/x%3Flimit%3D1%23y?")]
#[case::other_host("//evil.example.com/", "/loader/%2F%2Fevil.example.com%2F?")]
#[case::user_info("@evil.example.com", "/loader/%40evil.example.com?")]
#[case::header("x HTTP/1.1\r\nHost: evil", "/loader/x%20HTTP%2F1.1%0D%0AHost%3A%20evil?")]
#[case::unicode("ü\u{202e}", "/loader/%C3%BC%E2%80%AE?")]
#[case::nul("\0", "/loader/%00?")]
#[tokio::test]
async fn a_hostile_id_arrives_as_one_segment(#[case] id: &str, #[case] target: &str) {
    let server = Server::start(|_| load("LOAD_COMPLETED"));
    get(server.port, id).await.unwrap();
    let [request] = server.seen().try_into().unwrap();
    assert!(request.target.starts_with(target), "{}", request.target);
    assert_eq!(request.headers["host"], format!("127.0.0.1:{}", server.port));
}

#[tokio::test]
async fn an_id_beyond_all_reason_is_not_sent() {
    let server = Server::start(|_| load("LOAD_COMPLETED"));
    let error = get(server.port, &"x".repeat(1025)).await.unwrap_err();
    assert_eq!(error.name.as_str(), "LoadNotFound");
    assert!(error.message.len() < 400 && server.seen().is_empty());
}

/// The two headers of each request, in the order of arrival.
fn attempts(server: &Server) -> Vec<(String, String)> {
    let header = |request: &Request, name: &str| request.headers[name].clone();
    server.seen().iter().map(|request| (header(request, "amz-sdk-invocation-id"), header(request, "amz-sdk-request"))).collect()
}

#[tokio::test]
async fn attempts_of_one_call_are_counted_under_one_id() {
    let server = Server::start(|_| refusal(500, "InternalFailureException", "why"));
    get(server.port, "x").await.unwrap_err();
    let (ids, counts): (Vec<_>, Vec<_>) = attempts(&server).into_iter().unzip();
    assert_eq!(counts, ["attempt=1; max=3", "attempt=2; max=3", "attempt=3; max=3"]);
    assert!(ids.iter().all(|id| *id == ids[0] && id.len() == 36), "{ids:?}");
}

#[tokio::test]
async fn the_calls_of_one_invocation_are_distinguished_and_the_same_next_time() {
    let server = Server::start(|request| match request.target.as_str() {
        "/loader" | "/loader?includeQueuedLoads=FALSE" => http(200, r#"{"status":"200 OK","payload":{"loadIds":[]}}"#),
        _ => load("LOAD_IN_QUEUE"),
    });
    get(server.port, "x").await.unwrap();
    get(server.port, "x").await.unwrap();
    let mut ids: Vec<_> = attempts(&server).into_iter().map(|(id, _)| id).collect();
    assert_eq!(ids.len(), 6);
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 3);
}

#[tokio::test]
async fn requests_are_signed_with_the_credentials_of_the_environment() {
    let server = Server::start(|_| load("LOAD_COMPLETED"));
    status::handle(call(config(server.port, &KEYS), json!({"load_job_id": "x"}))).await.unwrap();
    let [request] = server.seen().try_into().unwrap();
    let authorization = &request.headers["authorization"];
    assert!(authorization.starts_with("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/"), "{authorization}");
    assert!(authorization.contains("/eu-west-1/neptune-db/aws4_request"), "{authorization}");
    assert!(authorization.contains("SignedHeaders=host;x-amz-date;x-amz-security-token"), "{authorization}");
    assert_eq!(request.headers["x-amz-security-token"], "session-token");
}
