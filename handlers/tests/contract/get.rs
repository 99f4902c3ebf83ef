//! What `get_load_status` answers.

use handlers::status;
use rstest::rstest;
use serde_json::{Value, json};

use crate::server::{Answer, Server, http, load, refusal};
use crate::setup::{call, config, get};

#[tokio::test]
async fn neptunes_envelope_passes_through_untouched() {
    let body = r#"{"status":"200 OK","new":null,"payload":{"overallStatus":{"status":"LOAD_FAILED","totalTimeSpent":3.0,"z":"ü"},"a":[]}}"#;
    let server = Server::start(move |_| http(200, body));
    assert_eq!(get(server.port, "x").await.unwrap().to_string(), body);
}

#[tokio::test]
async fn a_queued_load_gets_its_place_in_the_queue() {
    let server = Server::start(|request| match request.target.as_str() {
        "/loader" => http(200, r#"{"status":"200 OK","payload":{"loadIds":["q3","q2","q1","run"]}}"#),
        "/loader?includeQueuedLoads=FALSE" => http(200, r#"{"status":"200 OK","payload":{"loadIds":["run"]}}"#),
        _ => load("LOAD_IN_QUEUE"),
    });
    let answer = get(server.port, "q2").await.unwrap();
    assert_eq!(answer["queue"], json!({"position": 2, "length": 3}));
    assert_eq!(answer["payload"], json!({"overallStatus": {"status": "LOAD_IN_QUEUE"}}));
}

#[rstest]
#[case::denied(|| refusal(403, "AccessDeniedException", "no list for you"))]
#[case::in_trouble(|| refusal(500, "InternalFailureException", "why"))]
#[case::silent(|| Answer::Silence)]
#[case::no_list(|| http(200, r#"{"status":"200 OK","payload":{}}"#))]
#[tokio::test]
async fn without_a_list_the_status_still_comes_back(#[case] trouble: fn() -> Answer) {
    let server = Server::start(move |request| match request.target.as_str() {
        "/loader" => trouble(),
        "/loader?includeQueuedLoads=FALSE" => http(200, r#"{"status":"200 OK","payload":{"loadIds":[]}}"#),
        _ => load("LOAD_IN_QUEUE"),
    });
    let config = config(server.port, &[("NEPTUNE_TIME_BUDGET", "600ms")]);
    let answer = status::handle(call(config, json!({"load_job_id": "q2"}))).await.unwrap();
    assert_eq!(answer, json!({"status": "200 OK", "payload": {"overallStatus": {"status": "LOAD_IN_QUEUE"}}}));
}

#[tokio::test]
async fn a_huge_answer_is_cut_and_marked() {
    let logs = vec![json!({"errorMessage": "x".repeat(3000)}); 100];
    let body =
        json!({"status": "200 OK", "payload": {"overallStatus": {"status": "LOAD_FAILED"}, "errors": {"errorLogs": logs}}});
    let server = Server::start(move |_| http(200, &body.to_string()));
    let answer = get(server.port, "x").await.unwrap();
    assert!(answer.to_string().len() <= 102_400);
    assert_eq!(answer["truncated"]["errorLogs"]["of"], 100);
}

#[rstest]
#[case::nothing(json!({}))]
#[case::blank(json!({"load_job_id": " "}))]
#[tokio::test]
async fn get_without_an_id_asks_nothing(#[case] event: Value) {
    let server = Server::start(|_| load("LOAD_COMPLETED"));
    let error = status::handle(call(config(server.port, &[]), event)).await.unwrap_err();
    assert_eq!(error.name.as_str(), "MissingParameter");
    assert!(server.seen().is_empty());
}
