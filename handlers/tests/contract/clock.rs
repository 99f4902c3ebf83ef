//! A clock that is wrong: of the function, right after it was thawed, or for good.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use handlers::{check, status};
use rstest::rstest;
use serde_json::json;

use crate::server::{Answer, Request, Server, http, load, refusal};
use crate::setup::{KEYS, both, call, config};

const EXPIRED: &str = "Signature expired: 20261128T120000Z is now earlier than 20261128T120700Z (20261128T121200Z - 5 min.)";

#[rstest]
#[case::expired(|| refusal(403, "AccessDeniedException", EXPIRED))]
#[case::in_short(|| refusal(403, "AccessDeniedException", "Signature expired"))]
#[case::not_yet(|| refusal(403, "AccessDeniedException", "Signature not yet current: 20261128T122000Z is still later than 20261128T120700Z (20261128T120200Z + 5 min.)"))]
#[case::as_query_apis_say_it(|| refusal(400, "RequestExpired", "Request has expired."))]
#[case::as_s3_says_it(|| refusal(403, "RequestTimeTooSkewed", "The difference between the request time and the current time is too large."))]
#[case::from_the_future(|| refusal(403, "RequestInTheFuture", "why"))]
#[case::as_api_gateway_says_it(|| http(403, r#"{"message":"Signature expired: 20261128T120000Z is now earlier than 20261128T120700Z (20261128T121200Z - 5 min.)"}"#))]
#[case::with_another_code(|| refusal(403, "InvalidSignatureException", EXPIRED))]
#[tokio::test]
async fn a_clock_that_was_stale_is_asked_again(#[case] trouble: fn() -> Answer) {
    let server = Server::start(move |request| if request.index == 0 { trouble() } else { load("LOAD_COMPLETED") });
    status::handle(call(config(server.port, &KEYS), json!({"load_job_id": "x"}))).await.unwrap();
    assert_eq!(server.seen().len(), 2);

    let server = Server::start(move |_| trouble());
    let error = status::handle(call(config(server.port, &KEYS), json!({"load_job_id": "x"}))).await.unwrap_err();
    assert_eq!((error.name.as_str(), error.retryable), ("NeptuneClockSkew", true), "{}", error.message);
    assert_eq!(server.seen().len(), 3);
    assert!(error.message.contains("clock") && error.message.ends_with("(after 3 attempts)"), "{}", error.message);
    assert!(!error.message.contains("role"), "no permission is missing: {}", error.message);
}

#[rstest]
#[case::the_token(|| refusal(403, "AccessDeniedException", "The security token included in the request is expired"))]
#[case::the_token_by_its_code(|| refusal(403, "ExpiredTokenException", "The security token included in the request is expired"))]
#[case::a_wrong_signature(|| refusal(403, "AccessDeniedException", "The request signature we calculated does not match the signature you provided."))]
#[case::no_signature(|| refusal(403, "AccessDeniedException", "Missing Authentication Token"))]
#[tokio::test]
async fn credentials_that_are_wrong_are_no_matter_of_clocks(#[case] trouble: fn() -> Answer) {
    let server = Server::start(move |_| trouble());
    let error = status::handle(call(config(server.port, &KEYS), json!({"load_job_id": "x"}))).await.unwrap_err();
    assert_eq!((error.name.as_str(), server.seen().len()), ("NeptuneAccessDenied", 1), "{}", error.message);
    assert!(!error.message.contains("clock"), "{}", error.message);
}

#[tokio::test]
async fn a_check_whose_signatures_stay_too_old_may_be_repeated() {
    let server = Server::start(|_| refusal(403, "AccessDeniedException", EXPIRED));
    let answer = check::handle(call(config(server.port, &KEYS), both())).await.unwrap();
    assert_eq!((&answer["error_type"], &answer["retryable"]), (&json!("NeptuneClockSkew"), &json!(true)));
}

/// 2026-11-28T12:00:00Z, and whole minutes later with every look.
fn clock_that_is_thawed() -> SystemTime {
    static LOOKS: AtomicU64 = AtomicU64::new(0);
    UNIX_EPOCH + Duration::from_secs(1_795_867_200 + 60 * LOOKS.fetch_add(1, Ordering::SeqCst))
}

#[tokio::test]
async fn each_attempt_is_signed_anew_with_the_time_of_its_own() {
    let is_stale = |request: &Request| request.headers["x-amz-date"].as_str() < "20261128T120200Z";
    let server =
        Server::start(
            move |request| {
                if is_stale(request) { refusal(403, "AccessDeniedException", EXPIRED) } else { load("LOAD_COMPLETED") }
            },
        );
    let mut config = config(server.port, &KEYS);
    config.clock = clock_that_is_thawed;
    status::handle(call(config, json!({"load_job_id": "x"}))).await.unwrap();
    let seen = server.seen();
    let dates: Vec<_> = seen.iter().map(|request| request.headers["x-amz-date"].as_str()).collect();
    assert_eq!(dates, ["20261128T120000Z", "20261128T120100Z", "20261128T120200Z"]);
    let signature = |request: &Request| request.headers["authorization"].clone();
    assert!(signature(&seen[0]) != signature(&seen[1]) && signature(&seen[1]) != signature(&seen[2]));
}
