//! A load is started once, whatever happens to the request and to the call.

use std::sync::atomic::{AtomicBool, Ordering};

use handlers::{ErrorName, StatusError, start};
use rstest::rstest;
use serde_json::{Value, json};

use crate::server::{Answer, Request, Server, http, refusal};
use crate::setup::{KEYS, call, config};

const SOURCE: &str = "s3://bucket/run-1/";

fn event() -> Value {
    json!({"run_id": "r-1", "load": {"source": SOURCE, "format": "csv"}, "known_load_ids": ["old"]})
}

async fn started_with(server: &Server, event: Value, variables: &[(&str, &str)]) -> Result<Value, StatusError> {
    start::handle(call(config(server.port, variables), event)).await
}

async fn started(server: &Server) -> Result<Value, StatusError> {
    started_with(server, event(), &[]).await
}

/// The requests, by method and target.
fn asked(server: &Server) -> Vec<String> {
    server.seen().iter().map(|request| format!("{} {}", request.method, request.target)).collect()
}

fn list(ids: &[&str]) -> Answer {
    http(200, &json!({"status": "200 OK", "payload": {"loadIds": ids}}).to_string())
}

fn load_of(source: &str) -> Answer {
    let load = json!({"status": "LOAD_IN_QUEUE", "fullUri": source});
    http(200, &json!({"status": "200 OK", "payload": {"overallStatus": load}}).to_string())
}

fn load_id(id: &str) -> Answer {
    http(200, &json!({"status": "200 OK", "payload": {"loadId": id}}).to_string())
}

/// A Neptune that knows `old`, answers starts as it is told, and has the load `new` once it was asked to start one, if `starts` says so.
fn neptune(starts: bool, answer: impl Fn() -> Answer + Send + Sync + 'static) -> Server {
    let has_started = AtomicBool::new(false);
    Server::of_starts(move |Request { method, target, .. }| match (method.as_str(), target.as_str()) {
        ("POST", _) => {
            has_started.store(starts, Ordering::SeqCst);
            answer()
        }
        (_, "/loader") if has_started.load(Ordering::SeqCst) => list(&["new", "old"]),
        (_, "/loader") => list(&["old"]),
        _ => load_of(SOURCE),
    })
}

#[tokio::test]
async fn a_look_answers_the_loads_that_are_there() {
    let server = Server::start(|_| list(&["b", "a"]));
    let answer = started_with(&server, json!({"run_id": "r-1"}), &[]).await.unwrap();
    assert_eq!(answer, json!({"known_load_ids": ["b", "a"]}));
    assert_eq!(asked(&server), ["GET /loader"]);
}

#[rstest]
#[case::as_it_is(&[], json!({}), json!({}))]
#[case::with_the_functions_role_and_region(
    &[("NEPTUNE_LOAD_ROLE_ARN", "arn:role"), ("AWS_REGION", "eu-west-1")],
    json!({}),
    json!({"iamRoleArn": "arn:role", "region": "eu-west-1"})
)]
#[case::with_its_own(
    &[("NEPTUNE_LOAD_ROLE_ARN", "arn:role"), ("AWS_REGION", "eu-west-1")],
    json!({"iamRoleArn": "arn:other", "region": "us-east-1"}),
    json!({"iamRoleArn": "arn:other", "region": "us-east-1"})
)]
#[tokio::test]
async fn the_load_is_sent_once_as_the_event_has_it(
    #[case] variables: &[(&str, &str)],
    #[case] more: Value,
    #[case] sent: Value,
) {
    let server = neptune(true, || load_id("new"));
    let with = |more: Value| {
        let mut load = json!({"source": SOURCE, "format": "csv", "queueRequest": "TRUE", "dependencies": ["a"]});
        load.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        load
    };
    let answer = started_with(&server, json!({"load": with(more), "known_load_ids": ["old"]}), variables).await.unwrap();
    assert_eq!(answer, json!({"load_id": "new", "already_started": false}));
    let [_, post] = server.seen().try_into().unwrap();
    assert_eq!(serde_json::from_str::<Value>(&post.body).unwrap(), with(sent));
    assert_eq!((post.method.as_str(), post.headers["content-type"].as_str()), ("POST", "application/json"));
}

#[tokio::test]
async fn a_start_is_signed_with_its_body() {
    let signature = async |format: &str| {
        let server = neptune(true, || load_id("new"));
        let event = json!({"load": {"source": SOURCE, "format": format}, "known_load_ids": ["old"]});
        let mut config = config(server.port, &KEYS);
        config.clock = || std::time::UNIX_EPOCH;
        start::handle(call(config, event)).await.unwrap();
        server.seen()[1].headers["authorization"].clone()
    };
    let (one, other) = (signature("csv").await, signature("turtle").await);
    assert!(one.starts_with("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/19700101/eu-west-1/neptune-db/"), "{one}");
    assert_ne!(one, other);
}

#[rstest]
#[case::another_load_runs(
    "Failed to start new load for the source s3://b. Max concurrent load limit breached. Limit is 1",
    ErrorName::LoaderBusy
)]
#[case::full_queue(
    "Failed to start new load for the source s3://b. Max load task queue size limit breached. Limit is 64",
    ErrorName::LoaderBusy
)]
#[case::no_role("Couldn't find the aws credential for iam_role_arn", ErrorName::LoadRefused)]
#[tokio::test]
async fn a_refusal_says_whether_to_try_again(#[case] text: &'static str, #[case] name: ErrorName) {
    let server = neptune(false, move || refusal(400, "BadRequestException", text));
    let error = started(&server).await.unwrap_err();
    assert_eq!((error.name, error.retryable), (name, name == ErrorName::LoaderBusy));
    let start = format!("the load of `{SOURCE}` could not be started: {text} (HTTP 400 BadRequestException)");
    assert!(error.message.starts_with(&start), "{error}");
    assert_eq!(asked(&server), ["GET /loader", "POST /loader"]);
}

#[rstest]
#[case::throttled(429, "TooManyRequestsException", ErrorName::NeptuneThrottled)]
#[case::not_allowed(403, "AccessDeniedException", ErrorName::NeptuneAccessDenied)]
#[case::a_reader(405, "MethodNotAllowedException", ErrorName::NeptuneUnavailable)]
#[case::no_such_dependency(404, "BulkLoadIdNotFoundException", ErrorName::LoadRefused)]
#[case::a_parameter_is_missing(400, "MissingParameterException", ErrorName::LoadRefused)]
#[case::a_gateway(404, "", ErrorName::NeptuneBadResponse)]
#[tokio::test]
async fn a_refusal_is_not_looked_into(#[case] status: u16, #[case] code: &'static str, #[case] name: ErrorName) {
    let server = neptune(false, move || refusal(status, code, "no"));
    assert_eq!(started(&server).await.unwrap_err().name, name);
    assert_eq!(asked(&server), ["GET /loader", "POST /loader"]);
}

/// Answers that do not say whether a load was started.
const LOST: [fn() -> Answer; 8] = [
    || Answer::Close,
    || Answer::Reset,
    || Answer::Silence,
    || refusal(500, "InternalFailureException", "Failed to start load from the source s3://b"),
    || http(502, "<html>"),
    || http(200, "<html>"),
    || http(200, r#"{"status":"200 OK","payload":{}}"#),
    || http(202, "accepted"),
];

#[rstest]
#[tokio::test]
async fn a_load_whose_answer_was_lost_is_found(#[values(0, 1, 2, 3, 4, 5, 6, 7)] lost: usize) {
    let server = neptune(true, LOST[lost]);
    let answer = started_with(&server, event(), &[("NEPTUNE_REQUEST_TIMEOUT", "300ms")]).await;
    assert_eq!(answer.unwrap(), json!({"load_id": "new", "already_started": true}));
    assert_eq!(asked(&server), ["GET /loader", "POST /loader", "GET /loader", "GET /loader/new"]);
}

#[rstest]
#[tokio::test]
async fn a_load_that_may_still_appear_is_not_started_again_by_this_call(#[values(0, 1, 2, 3, 4, 5, 6, 7)] lost: usize) {
    let server = neptune(false, LOST[lost]);
    let error = started_with(&server, event(), &[("NEPTUNE_REQUEST_TIMEOUT", "300ms")]).await.unwrap_err();
    assert_eq!((error.name, error.retryable), (ErrorName::NeptuneUnavailable, true));
    assert!(error.message.contains("not known yet"), "{error}");
    assert_eq!(asked(&server), ["GET /loader", "POST /loader", "GET /loader"]);
}

#[tokio::test]
async fn a_load_that_an_earlier_call_started_is_found() {
    let server = Server::start(|request| match request.target.as_str() {
        "/loader" => list(&["other", "new", "old"]),
        "/loader/new" => load_of(SOURCE),
        _ => load_of("s3://bucket/run-10/"),
    });
    assert_eq!(started(&server).await.unwrap(), json!({"load_id": "new", "already_started": true}));
    assert_eq!(asked(&server).len(), 3, "no known load is asked for");
}

#[tokio::test]
async fn a_load_that_neptune_has_forgotten_is_not_ours() {
    let server = Server::of_starts(|request| match (request.method.as_str(), request.target.as_str()) {
        ("POST", _) => load_id("new"),
        (_, "/loader") => list(&["gone"]),
        _ => refusal(404, "BulkLoadIdNotFoundException", "The load with id = gone does not exist or not active"),
    });
    assert_eq!(started(&server).await.unwrap(), json!({"load_id": "new", "already_started": false}));
}

#[tokio::test]
async fn beside_a_new_load_whose_source_is_not_known_none_is_started() {
    let server = Server::start(|request| match request.target.as_str() {
        "/loader" => list(&["new", "old"]),
        _ => http(200, r#"{"status":"200 OK","payload":{"overallStatus":{"status":"LOAD_IN_QUEUE"}}}"#),
    });
    let error = started(&server).await.unwrap_err();
    assert_eq!((error.name, error.retryable), (ErrorName::NeptuneBadResponse, false));
    assert!(error.message.contains("`new` has no text in `payload.overallStatus.fullUri`"), "{error}");
    assert_eq!(asked(&server), ["GET /loader", "GET /loader/new"]);
}

/// The list has room for 100, and a load of this source is the 101st until one before it is forgotten.
#[tokio::test]
async fn an_old_load_that_moves_up_into_the_list_is_not_ours() {
    let known: Vec<_> = (0..100).map(|number| format!("known-{number}")).collect();
    let mut later = known[1..].to_vec();
    later.push("old-one".to_owned());
    let server = Server::of_starts(move |request| match (request.method.as_str(), request.target.as_str()) {
        ("POST", _) => load_id("new"),
        (_, "/loader") => list(&later.iter().map(String::as_str).collect::<Vec<_>>()),
        _ => load_of(SOURCE),
    });
    let event = json!({"load": {"source": SOURCE}, "known_load_ids": known});
    assert_eq!(started_with(&server, event, &[]).await.unwrap(), json!({"load_id": "new", "already_started": false}));
}

#[tokio::test]
async fn of_several_new_loads_none_is_taken_and_none_is_started() {
    let server = Server::start(|request| match request.target.as_str() {
        "/loader" => list(&["a", "b", "old"]),
        _ => load_of(SOURCE),
    });
    let error = started(&server).await.unwrap_err();
    assert_eq!((error.name, error.retryable), (ErrorName::StartUnclear, false));
    assert!(error.message.contains("`a`, `b`"), "{error}");
}

#[tokio::test]
async fn nothing_is_started_without_a_look() {
    let server = Server::start(|_| http(500, "oops"));
    let error = started(&server).await.unwrap_err();
    assert_eq!(error.name, ErrorName::NeptuneUnavailable);
}

#[rstest]
#[case::no_object(json!({"load": SOURCE, "known_load_ids": []}), "load is no object")]
#[case::no_source(json!({"load": {"format": "csv"}, "known_load_ids": []}), "load.source")]
#[case::blank_source(json!({"load": {"source": " "}, "known_load_ids": []}), "load.source")]
#[case::no_look(json!({"load": {"source": SOURCE}}), "known_load_ids")]
#[case::ids_that_are_none(json!({"load": {"source": SOURCE}, "known_load_ids": ["a", 1]}), "known_load_ids")]
#[tokio::test]
async fn an_event_that_says_too_little_is_refused(#[case] event: Value, #[case] problem: &str) {
    let server = Server::start(|_| http(500, "oops"));
    let error = started_with(&server, event, &[]).await.unwrap_err();
    assert_eq!(error.name, ErrorName::MissingParameter);
    assert!(error.message.starts_with(problem), "{error}");
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn ids_may_be_nested_as_step_functions_nests_them() {
    let server = Server::of_starts(|request| match request.method.as_str() {
        "POST" => load_id("new"),
        _ => list(&["domain", "b", "a"]),
    });
    let event = json!({"load": {"source": SOURCE}, "known_load_ids": [["b", ["a"]], "domain"]});
    assert_eq!(started_with(&server, event, &[]).await.unwrap()["already_started"], false);
    assert_eq!(asked(&server), ["GET /loader", "POST /loader"]);
}
