//! Keys that are not in the environment: Lambda names an endpoint for them where it restores a function from a snapshot.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use handlers::{Client, Config, StatusError, check, status};
use rstest::rstest;
use serde_json::{Value, json};

use crate::logs::Captured;
use crate::server::{Answer, Request, Server, http, load, refusal};
use crate::setup::{KEYS, both, call, config, invocation};

/// 2026-11-28T12:00:00Z.
const NOON: u64 = 1_795_867_200;
const SECRETS: [&str; 4] = ["ASIAFETCHED", "fetched-secret-key", "fetched/session+token", "endpoint-token"];

fn noon() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(NOON)
}

/// Keys that expire at a time of that day.
fn keys_until(time: &str) -> Answer {
    let [id, secret, token, _] = SECRETS;
    let keys =
        json!({"AccessKeyId": id, "SecretAccessKey": secret, "Token": token, "Expiration": format!("2026-11-28T{time}Z")});
    http(200, &keys.to_string())
}

/// Settings of a restored function.
fn restored(neptune: &Server, endpoint: &Server, more: &[(&str, &str)]) -> Config {
    let url = format!("http://127.0.0.1:{}/2021-08-23/credentials", endpoint.port);
    let variables = [("AWS_CONTAINER_CREDENTIALS_FULL_URI", url.as_str()), ("AWS_CONTAINER_AUTHORIZATION_TOKEN", SECRETS[3])];
    let variables = [&variables[..], &[("AWS_REGION", "eu-west-1")], more].concat();
    Config { clock: noon, ..config(neptune.port, &variables) }
}

async fn get(config: Config) -> Result<Value, StatusError> {
    status::handle(call(config, json!({"load_job_id": "x"}))).await
}

fn signed_with(request: &Request) -> &str {
    request.headers["authorization"].split(['=', '/']).nth(1).unwrap()
}

#[rstest]
#[case::by_itself("auto")]
#[case::insisted_on("on")]
#[tokio::test]
async fn a_restored_function_signs_with_the_keys_of_its_endpoint(#[case] auth: &str) {
    let (neptune, endpoint) = (Server::start(|_| load("LOAD_COMPLETED")), Server::start(|_| keys_until("18:00:00")));
    let config = restored(&neptune, &endpoint, &[("NEPTUNE_IAM_AUTH", auth)]);
    let client = Client::new(config);
    for _ in 0..2 {
        status::handle(invocation(client.clone(), json!({"load_job_id": "x"}))).await.unwrap();
    }
    let [fetched] = endpoint.seen().try_into().expect("keys are kept while they last");
    assert_eq!((fetched.target.as_str(), fetched.headers["authorization"].as_str()), ("/2021-08-23/credentials", SECRETS[3]));
    for request in neptune.seen() {
        assert_eq!((signed_with(&request), request.headers["x-amz-security-token"].as_str()), (SECRETS[0], SECRETS[2]));
    }
}

/// Four hours later with every look.
fn clock_of_a_long_day() -> SystemTime {
    static LOOKS: AtomicU64 = AtomicU64::new(0);
    noon() + Duration::from_hours(4 * LOOKS.fetch_add(1, Ordering::SeqCst))
}

#[tokio::test]
async fn keys_are_fetched_anew_before_they_expire_and_serve_until_then() {
    let neptune = Server::start(|_| load("LOAD_COMPLETED"));
    // At 12:00 and, five minutes before they expire, at 16:00; the endpoint is in trouble then, and the keys last.
    let endpoint = Server::start(|request| if request.index == 0 { keys_until("16:04:00") } else { http(500, "oops") });
    let client = Client::new(Config { clock: clock_of_a_long_day, ..restored(&neptune, &endpoint, &[]) });
    for asked in [1, 2] {
        status::handle(invocation(client.clone(), json!({"load_job_id": "x"}))).await.unwrap();
        assert_eq!(endpoint.seen().len(), asked);
    }
    // At 20:00 and later they have expired.
    let error = status::handle(invocation(client, json!({"load_job_id": "x"}))).await.unwrap_err();
    assert_eq!(error.name.as_str(), "NeptuneUnavailable", "{}", error.message);
    assert_eq!(neptune.seen().len(), 2, "nothing goes out with keys that have expired, or without a signature");
}

/// A clock that was stale after a thaw takes keys for good that have expired; others are revoked.
#[rstest]
#[case::expired("The security token included in the request is expired")]
#[case::revoked("The security token included in the request is invalid.")]
#[tokio::test]
async fn keys_that_neptune_refuses_are_fetched_anew(#[case] text: &'static str) {
    let neptune = Server::start(move |request| match request.index {
        0 => refusal(403, "AccessDeniedException", text),
        _ => load("LOAD_COMPLETED"),
    });
    let endpoint = Server::start(|_| keys_until("18:00:00"));
    get(restored(&neptune, &endpoint, &[])).await.unwrap();
    assert_eq!((endpoint.seen().len(), neptune.seen().len()), (2, 2));
}

#[tokio::test]
async fn keys_that_are_refused_again_and_again_are_reported() {
    let neptune =
        Server::start(|_| refusal(403, "AccessDeniedException", "The security token included in the request is expired"));
    let endpoint = Server::start(|_| keys_until("18:00:00"));
    let error = get(restored(&neptune, &endpoint, &[])).await.unwrap_err();
    assert_eq!((error.name.as_str(), neptune.seen().len()), ("NeptuneAccessDenied", 3), "{}", error.message);
}

#[rstest]
#[case::in_trouble(|| http(500, "endpoint-token"), "NeptuneUnavailable", "HTTP 500")]
#[case::hung_up(|| Answer::Close, "NeptuneUnavailable", "cannot be reached")]
#[case::refused(|| http(403, "endpoint-token"), "ConfigurationError", "HTTP 403")]
#[case::moved(|| http(302, ""), "ConfigurationError", "HTTP 302")]
#[case::no_keys(|| http(200, r#"{"SecretAccessKey":"fetched-secret-key"}"#), "ConfigurationError", "holds no access key")]
#[case::too_much(|| http(200, &"fetched-secret-key".repeat(10_000)), "ConfigurationError", "too large")]
#[tokio::test]
async fn an_endpoint_without_keys_is_reported_and_nothing_goes_out_unsigned(
    #[case] answer: fn() -> Answer,
    #[case] name: &str,
    #[case] problem: &str,
) {
    let (neptune, endpoint) = (Server::start(|_| load("LOAD_COMPLETED")), Server::start(move |_| answer()));
    let (captured, _guard) = Captured::start("TRACE");
    let error = get(restored(&neptune, &endpoint, &[])).await.unwrap_err();
    assert_eq!(error.name.as_str(), name, "{}", error.message);
    for part in ["load id `x` could not be read: requests cannot be signed", "AWS_CONTAINER_CREDENTIALS_FULL_URI", problem] {
        assert!(error.message.contains(part), "no `{part}` in: {}", error.message);
    }
    let reported = format!("{} {error:?}", captured.text());
    assert!(SECRETS.iter().all(|secret| !reported.contains(secret)), "{reported}");
    assert!(neptune.seen().is_empty());
}

#[tokio::test]
async fn no_fetched_secret_comes_out() {
    let quoting = || refusal(403, "AccessDeniedException", &format!("signed with {}", SECRETS.join(" ")));
    let (neptune, endpoint) = (Server::start(move |_| quoting()), Server::start(|_| keys_until("18:00:00")));
    let (captured, _guard) = Captured::start("TRACE");
    let config = restored(&neptune, &endpoint, &[]);
    let shown = format!("{config:?}");
    let answer = check::handle(call(config, both())).await.unwrap();
    assert_eq!(answer["error_type"], "NeptuneAccessDenied");
    let reported = format!("{shown} {} {answer}", captured.text());
    assert!(SECRETS.iter().all(|secret| !reported.contains(secret)), "{reported}");
}

#[tokio::test]
async fn keys_in_the_environment_come_first_and_none_are_read_where_nothing_is_signed() {
    let (neptune, endpoint) = (Server::start(|_| load("LOAD_COMPLETED")), Server::start(|_| keys_until("18:00:00")));
    get(restored(&neptune, &endpoint, &KEYS)).await.unwrap();
    get(restored(&neptune, &endpoint, &[("NEPTUNE_IAM_AUTH", "off")])).await.unwrap();
    assert_eq!(endpoint.seen().len(), 0);
    let [with_keys, unsigned] = neptune.seen().try_into().unwrap();
    assert_eq!((signed_with(&with_keys), unsigned.headers.get("authorization")), ("AKIDEXAMPLE", None));
}

#[rstest]
#[case::elsewhere("http://192.0.2.1/c", "loopback or link-local")]
#[case::no_url("c", "is no URL")]
#[test]
fn an_endpoint_elsewhere_is_refused_by_name(#[case] url: &str, #[case] problem: &str) {
    let variables = [("NEPTUNE_ENDPOINT", "db"), ("AWS_REGION", "a"), ("AWS_CONTAINER_CREDENTIALS_FULL_URI", url)];
    let variables = variables.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let error = StatusError::from(Config::from_variables(&variables).unwrap_err());
    assert_eq!(error.name.as_str(), "ConfigurationError");
    assert!(
        error.message.contains("AWS_CONTAINER_CREDENTIALS_FULL_URI") && error.message.contains(problem),
        "{}",
        error.message
    );
}

#[tokio::test]
async fn an_endpoint_that_is_silent_costs_no_more_than_the_budget() {
    let (neptune, endpoint) = (Server::start(|_| load("LOAD_COMPLETED")), Server::start(|_| Answer::Silence));
    let begun = Instant::now();
    let error = get(restored(&neptune, &endpoint, &[("NEPTUNE_TIME_BUDGET", "300ms")])).await.unwrap_err();
    assert_eq!(error.name.as_str(), "NeptuneUnavailable", "{}", error.message);
    assert!(begun.elapsed() < Duration::from_millis(1500), "{:?}", begun.elapsed());
    assert!(neptune.seen().is_empty());
}

#[tokio::test]
async fn an_endpoint_that_is_silent_is_given_up_after_two_seconds() {
    let (neptune, endpoint) = (Server::start(|_| load("LOAD_COMPLETED")), Server::start(|_| Answer::Silence));
    let begun = Instant::now();
    get(restored(&neptune, &endpoint, &[("NEPTUNE_MAX_ATTEMPTS", "1")])).await.unwrap_err();
    let took = begun.elapsed();
    assert!(took > Duration::from_millis(1900) && took < Duration::from_secs(4), "{took:?}");
}
