//! What happens when something goes wrong on the way.

use std::time::{Duration, Instant, UNIX_EPOCH};

use handlers::{MAX_BODY_BYTES, check, status};
use rstest::rstest;
use serde_json::json;

use crate::server::{Answer, Server, closed_port, http, load, refusal};
use crate::setup::{both, call, config, get};

#[rstest]
#[case::internal_failure(|| refusal(500, "InternalFailureException", "why"))]
#[case::throttled(|| refusal(429, "TooManyRequestsException", "why"))]
#[case::retryable_400(|| refusal(400, "ConstraintViolationException", "why"))]
#[case::proxy(|| http(503, "<html>"))]
#[case::closed(|| Answer::Close)]
#[case::reset(|| Answer::Reset)]
#[case::cut_body(|| Answer::Bytes(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"status\"".to_vec()))]
#[case::not_http(|| Answer::Bytes(b"SSH-2.0-OpenSSH\r\n\r\n".to_vec()))]
#[tokio::test]
async fn trouble_that_passes_is_retried(#[case] trouble: fn() -> Answer) {
    let server = Server::start(move |request| if request.index < 2 { trouble() } else { load("LOAD_COMPLETED") });
    get(server.port, "x").await.unwrap();
    assert_eq!(server.seen().len(), 3);
}

#[rstest]
#[case::not_found(|| refusal(404, "BulkLoadIdNotFoundException", "why"), "LoadNotFound")]
#[case::not_found_as_documented(|| refusal(400, "InvalidParameterException", "The load with id = x-1 does not exist"), "LoadNotFound")]
#[case::denied(|| refusal(403, "AccessDeniedException", "why"), "NeptuneAccessDenied")]
#[case::other_400(|| refusal(400, "IllegalArgumentException", "why"), "LoadStatusNotOk")]
#[case::other_envelope(|| http(200, r#"{"status":"500 why","payload":{}}"#), "LoadStatusNotOk")]
#[case::not_json(|| http(200, "why"), "NeptuneBadResponse")]
#[case::no_overall_status(|| http(200, r#"{"status":"200 OK","payload":{"why":1}}"#), "NeptuneBadResponse")]
#[tokio::test]
async fn lasting_trouble_is_named_at_once(#[case] trouble: fn() -> Answer, #[case] name: &str) {
    let server = Server::start(move |_| trouble());
    let error = get(server.port, "x-1").await.unwrap_err();
    assert_eq!(error.name.as_str(), name);
    assert!(error.message.starts_with("load id `x-1` "), "{}", error.message);
    assert_eq!(server.seen().len(), 1);
}

#[rstest]
#[case::unavailable(|| refusal(500, "InternalFailureException", "why"), "NeptuneUnavailable")]
#[case::throttled(|| refusal(429, "TooManyRequestsException", "why"), "NeptuneThrottled")]
#[tokio::test]
async fn trouble_that_stays_is_named_after_three_attempts(#[case] trouble: fn() -> Answer, #[case] name: &str) {
    let server = Server::start(move |_| trouble());
    let error = get(server.port, "x-1").await.unwrap_err();
    assert_eq!(error.name.as_str(), name);
    assert!(error.message.contains("why (HTTP ") && error.message.ends_with("(after 3 attempts)"), "{}", error.message);
    assert_eq!(server.seen().len(), 3);
}

#[tokio::test]
async fn a_single_attempt_is_counted_too() {
    let server = Server::start(|_| Answer::Close);
    let config = config(server.port, &[("NEPTUNE_MAX_ATTEMPTS", "1")]);
    let error = status::handle(call(config, json!({"load_job_id": "x"}))).await.unwrap_err();
    assert!(error.message.ends_with("(after 1 attempt)"), "{}", error.message);
}

#[tokio::test]
async fn a_refused_connection_is_reported_with_its_cause() {
    let (_kept, port) = closed_port();
    let error = get(port, "x-1").await.unwrap_err();
    assert_eq!(error.name.as_str(), "NeptuneUnavailable");
    for part in [&format!("cannot connect to http://127.0.0.1:{port}"), "Connection refused", "security groups"] {
        assert!(error.message.contains(part), "{}", error.message);
    }
}

#[tokio::test]
async fn a_silent_server_costs_no_more_than_the_budget() {
    let server = Server::start(|_| Answer::Silence);
    let begun = Instant::now();
    let answer = check::handle(call(config(server.port, &[("NEPTUNE_TIME_BUDGET", "200ms")]), both())).await.unwrap();
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    assert_eq!(answer["status"], "FAILED");
    assert_eq!((&answer["error_type"], &answer["retryable"]), (&json!("NeptuneUnavailable"), &json!(true)));
    assert!(answer["error"].as_str().unwrap().contains("no answer from"), "{answer}");
}

#[tokio::test]
async fn an_answer_leaves_before_lambdas_deadline() {
    let server = Server::start(|_| Answer::Silence);
    let mut invocation = call(config(server.port, &[]), json!({"load_job_id": "x"}));
    let now = invocation.received_at.duration_since(UNIX_EPOCH).unwrap();
    invocation.deadline_ms = u64::try_from(now.as_millis()).unwrap() + 700;
    let begun = Instant::now();
    assert_eq!(status::handle(invocation).await.unwrap_err().name.as_str(), "NeptuneUnavailable");
    assert!(begun.elapsed() < Duration::from_millis(700), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn without_time_left_nothing_is_asked() {
    let server = Server::start(|_| load("LOAD_COMPLETED"));
    let mut invocation = call(config(server.port, &[]), json!({"load_job_id": "x"}));
    let now = invocation.received_at.duration_since(UNIX_EPOCH).unwrap();
    invocation.deadline_ms = u64::try_from(now.as_millis()).unwrap() + 400;
    let error = status::handle(invocation).await.unwrap_err();
    assert_eq!(error.name.as_str(), "NeptuneUnavailable");
    assert!(error.message.contains("no time left") && server.seen().is_empty());
}

#[rstest]
#[case::with_length(format!("content-length: {}\r\n\r\n", MAX_BODY_BYTES + 1))]
#[case::without_length("connection: close\r\n\r\n".to_owned())]
#[case::chunked(format!("transfer-encoding: chunked\r\n\r\n{:x}\r\n", 2 * MAX_BODY_BYTES))]
#[tokio::test]
async fn no_more_is_read_than_the_limit(#[case] head: String) {
    let server = Server::start(move |_| {
        let mut bytes = format!("HTTP/1.1 200 OK\r\n{head}").into_bytes();
        bytes.resize(bytes.len() + MAX_BODY_BYTES + 1, b' ');
        Answer::Bytes(bytes)
    });
    let error = get(server.port, "x").await.unwrap_err();
    assert_eq!(error.name.as_str(), "NeptuneBadResponse");
    assert!(error.message.contains(&MAX_BODY_BYTES.to_string()), "{}", error.message);
}

#[tokio::test]
async fn a_connection_that_died_between_two_calls_is_replaced() {
    // Keep-alive is promised and not kept, as when Lambda freezes a function for longer than Neptune waits.
    let body = r#"{"status":"200 OK","payload":{"overallStatus":{"status":"LOAD_COMPLETED"}}}"#;
    let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    let server = Server::start(move |_| Answer::Bytes(answer.clone().into_bytes()));
    let first = call(config(server.port, &[]), json!({"load_job_id": "x"}));
    let second = first.clone();
    status::handle(first).await.unwrap();
    status::handle(second).await.unwrap();
    assert_eq!(server.seen().len(), 2);
}
