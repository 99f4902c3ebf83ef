//! What something on the way answers in Neptune's place, and what Neptune answers about something else than the load.

use handlers::{StatusError, check, status};
use rstest::rstest;
use serde_json::json;

use crate::server::{Answer, Server, http, load, refusal};
use crate::setup::{both, call, config, get};

/// An answer with a type of its own.
fn page(status: u16, content_type: &str, body: &str) -> Answer {
    let head = format!(
        "HTTP/1.1 {status} X\r\ncontent-type: {content_type}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    Answer::Bytes(format!("{head}{body}").into_bytes())
}

/// What `get_load_status` raises for `load-1`, and how often it asked.
async fn raised(answer: fn() -> Answer) -> (StatusError, usize) {
    let server = Server::start(move |_| answer());
    let error = get(server.port, "load-1").await.unwrap_err();
    (error, server.seen().len())
}

#[rstest]
#[case::a_balancer(|| page(404, "text/plain", "404 page not found"))]
#[case::an_ingress(|| page(404, "text/plain", "default backend - 404"))]
#[case::a_page(|| page(404, "text/html", "<html><title>404 Not Found</title></html>"))]
#[case::a_page_about_a_load(|| page(404, "text/html", "<html>The load id load-1 was not found</html>"))]
#[case::api_gateway(|| page(404, "application/json", r#"{"message":"Not Found"}"#))]
#[case::a_code_that_is_a_number(|| page(404, "application/json", r#"{"code":404,"message":"The load with id = load-1 does not exist"}"#))]
#[case::a_code_of_others(|| page(404, "application/json", r#"{"code":"NOT_FOUND","message":"no load load-1"}"#))]
#[case::a_framework(|| page(404, "application/json", r#"{"timestamp":1,"status":404,"error":"Not Found","path":"/loader/load-1"}"#))]
#[case::s3(|| page(404, "application/xml", "<Error><Code>NoSuchKey</Code></Error>"))]
#[case::a_text_of_json(|| page(404, "application/json", r#""not found""#))]
#[case::null(|| page(404, "application/json", "null"))]
#[case::nothing(|| http(404, ""))]
#[tokio::test]
async fn a_404_that_is_not_neptunes_is_no_unknown_load_and_passes_perhaps(#[case] answer: fn() -> Answer) {
    let (error, asked) = raised(answer).await;
    assert_eq!(error.name.as_str(), "NeptuneBadResponse", "{}", error.message);
    assert_eq!(asked, 3, "a balancer without a target answers so for a moment");
    for part in ["load id `load-1` could not be read: ", "HTTP 404", "no answer of Neptune's loader", "(after 3 attempts)"] {
        assert!(error.message.contains(part), "no `{part}` in: {}", error.message);
    }
}

#[tokio::test]
async fn a_404_of_a_balancer_that_passes_is_not_even_seen() {
    let server = Server::start(|request| match request.index {
        0 => page(404, "text/plain", "404 page not found"),
        _ => load("LOAD_IN_PROGRESS"),
    });
    get(server.port, "load-1").await.unwrap();
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn a_check_that_only_met_a_balancer_may_be_asked_again() {
    let server = Server::start(|_| page(404, "text/plain", "404 page not found"));
    let answer = check::handle(call(config(server.port, &[]), both())).await.unwrap();
    assert_eq!(
        (&answer["status"], &answer["error_type"], &answer["retryable"]),
        (&json!("FAILED"), &json!("NeptuneBadResponse"), &json!(true))
    );
}

#[rstest]
#[case::a_balancer(|| page(400, "text/html", "<html><center><h1>400 Bad Request</h1></center></html>"))]
#[case::plain_http(|| page(400, "text/html", "<center>The plain HTTP request was sent to HTTPS port</center>"))]
#[case::api_gateway(|| page(400, "application/json", r#"{"message":"Bad Request"}"#))]
#[case::a_code_of_others(|| page(400, "application/json", r#"{"code":"invalid","message":"load id load-1 is unknown"}"#))]
#[case::nothing(|| http(400, ""))]
#[tokio::test]
async fn a_400_that_is_not_neptunes_is_final_and_no_unknown_load(#[case] answer: fn() -> Answer) {
    let (error, asked) = raised(answer).await;
    assert_eq!((error.name.as_str(), asked), ("NeptuneBadResponse", 1), "{}", error.message);
    assert!(error.message.contains("no answer of Neptune's loader"), "{}", error.message);
    assert!(!error.retryable);
}

#[rstest]
#[case::gone(410)]
#[case::misdirected(421)]
#[case::a_teapot(418)]
#[tokio::test]
async fn another_refusal_of_a_stranger_is_reported_for_what_it_is(#[case] http_status: u16) {
    let server = Server::start(move |_| page(http_status, "text/html", "<html>The load id load-1 was not found</html>"));
    let error = get(server.port, "load-1").await.unwrap_err();
    assert_eq!((error.name.as_str(), error.retryable), ("LoadStatusNotOk", false), "{}", error.message);
    assert!(error.message.contains("no answer of Neptune's loader"), "{}", error.message);
}

#[rstest]
#[case::a_foreign_host(|| refusal(400, "BadRequestException", "Bad request."))]
#[case::another_parameter(|| refusal(400, "InvalidParameterException", "Invalid value for parameter 'errorsPerPage': 100"))]
#[case::another_parameter_with_the_id_in_it(|| refusal(400, "InvalidParameterException", "Invalid value for parameter 'page': load-1"))]
#[case::another_parameter_of_the_load(|| refusal(400, "InvalidParameterException", "Invalid value for parameter 'errorsPerPage': 100 for load id load-1"))]
#[case::the_source_of_the_load(|| refusal(400, "BadRequestException", "S3 source of load id load-1 not found"))]
#[case::the_status_of_the_load(|| refusal(400, "BadRequestException", "Status of load id load-1 is unknown at the moment; try again"))]
#[case::a_start(|| refusal(400, "BadRequestException", "Failed to start new load for the source s3://b/load-1. Max concurrent load limit breached. Limit is 1"))]
#[case::a_load_that_cannot_be_looked_at(|| refusal(400, "BadRequestException", "The load with id = load-1 cannot be read while the engine recovers"))]
#[case::a_parameter_too_few(|| refusal(400, "MissingParameterException", "Missing required parameters: [region]"))]
#[case::another_thing_not_found(|| refusal(404, "ResourceNotFoundException", "No such resource"))]
#[case::a_model_not_found(|| refusal(404, "MLResourceNotFoundException", "load-1 not found"))]
#[tokio::test]
async fn a_refusal_that_is_not_about_the_load_is_no_unknown_load(#[case] answer: fn() -> Answer) {
    let (error, asked) = raised(answer).await;
    assert_eq!((error.name.as_str(), asked), ("LoadStatusNotOk", 1), "{}", error.message);
}

#[rstest]
#[case::by_its_code(|| refusal(404, "BulkLoadIdNotFoundException", "why"))]
#[case::by_its_code_as_400(|| refusal(400, "BulkLoadIdNotFoundException", "The load with id = load-1 does not exist or not active"))]
#[case::as_documented(|| refusal(400, "InvalidParameterException", "The load with id = load-1 does not exist or not active"))]
#[case::as_a_bad_request(|| refusal(400, "BadRequestException", "Load id load-1 not found"))]
#[case::like_queries(|| refusal(400, "InvalidParameterException", "Supplied loadId load-1 is invalid"))]
#[case::like_other_parameters(|| refusal(400, "InvalidParameterException", "Invalid value for parameter 'loadId': load-1"))]
#[case::as_404(|| refusal(404, "BadRequestException", "There is no such load: load-1"))]
#[tokio::test]
async fn a_refusal_about_the_load_is_an_unknown_load(#[case] answer: fn() -> Answer) {
    let (error, asked) = raised(answer).await;
    assert_eq!((error.name.as_str(), asked), ("LoadNotFound", 1), "{}", error.message);
    assert!(error.message.starts_with("load id `load-1` not found: "), "{}", error.message);
}

#[tokio::test]
async fn a_foreign_host_is_reported_with_the_two_settings_that_mend_it() {
    let (error, _) = raised(|| refusal(400, "BadRequestException", "Bad request.")).await;
    for part in [
        "Bad request. (HTTP 400 BadRequestException)",
        "`Host` must be the cluster's",
        "NEPTUNE_ENDPOINT",
        "NEPTUNE_CONNECT_TO",
    ] {
        assert!(error.message.contains(part), "no `{part}` in: {}", error.message);
    }
}

#[tokio::test]
async fn a_list_that_is_not_there_is_no_unknown_load() {
    let server = Server::start(|request| {
        if request.target.starts_with("/loader/x") { load("LOAD_IN_QUEUE") } else { http(404, "404 page not found") }
    });
    let answer = status::handle(call(config(server.port, &[]), json!({"load_job_id": "x"}))).await.unwrap();
    assert_eq!(answer.get("queue"), None);
}
