//! The real binaries of both functions under Lambda's Runtime API: what state machines, log queries and attackers see.

use std::time::Duration;

use neptune_harness::backend::Backend as _;
use neptune_harness::binaries::{example_binary, handler_binary};
use neptune_harness::lambda::{Deadline, Function, Invocation, Lambda, Outcome};
use neptune_harness::sim::SimBackend;
use neptune_server::Availability;
use neptune_server::scenario::Scenario;
use rstest::rstest;
use serde_json::{Value, json};

use crate::raw_neptune::{RawNeptune, answer};

const GET: &str = "get_load_status";
const CHECK: &str = "check_bulk_load_status";

/// One cluster with a load in each state that matters here.
const CLUSTER: &str = "
name: test_functions
about: loads for the functions
given:
  loads:
    done: {lifecycle: [LOAD_COMPLETED]}
    running: {lifecycle: [LOAD_IN_PROGRESS 1h, LOAD_COMPLETED]}
    failed: {lifecycle: [LOAD_FAILED]}
action:
  - invoke:
      function: get_load_status
      event: {load_job_id: done}
      expect: {it answers: {answer: {is: present}}}
";

/// What Lambda puts into the environment of a function with a role.
const KEYS: [(&str, &str); 4] = [
    ("AWS_ACCESS_KEY_ID", "ASIAEXAMPLE"),
    ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/secret"),
    ("AWS_SESSION_TOKEN", "session/token+of=role"),
    ("AWS_REGION", "eu-west-1"),
];

async fn cluster() -> SimBackend {
    SimBackend::start(&Scenario::parse("functions", CLUSTER).unwrap()).await.unwrap()
}

fn deploy(name: &str, endpoint: &str, more: &[(&str, &str)]) -> Lambda {
    let all = [("NEPTUNE_ENDPOINT", endpoint)].into_iter().chain(more.iter().copied());
    let environment = all.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    Lambda::new(Function { name: name.to_owned(), program: handler_binary(name).unwrap().into(), environment }, 7)
}

async fn get(lambda: &Lambda, id: &str) -> Invocation {
    lambda.invoke(&json!({"load_job_id": id, "run_id": "run-1"}), Deadline::default()).await
}

async fn check(lambda: &Lambda, domain: &str, prov: &str) -> Invocation {
    lambda.invoke(&json!({"domain_load_id": domain, "prov_load_id": prov, "run_id": "run-1"}), Deadline::default()).await
}

/// The name and the sentence that a function raised.
#[track_caller]
fn raised(invocation: &Invocation) -> (&str, &str) {
    match &invocation.outcome {
        Outcome::Raised { error_type, error_message } => (error_type, error_message),
        other => panic!("nothing was raised: {other:?}, log {:#?}", invocation.log),
    }
}

#[track_caller]
fn answered(invocation: &Invocation) -> &Value {
    invocation.outcome.answer().unwrap_or_else(|| panic!("no answer: {invocation:#?}"))
}

/// The word that Neptune has for the load, in the answer of `get_load_status`.
#[track_caller]
fn word(invocation: &Invocation) -> &Value {
    &answered(invocation)["payload"]["overallStatus"]["status"]
}

/// The log, line by line; every line must be JSON.
#[track_caller]
fn lines(invocation: &Invocation) -> Vec<Value> {
    let parse = |line: &String| serde_json::from_str(line).unwrap_or_else(|error| panic!("no JSON ({error}): {line}"));
    invocation.log.iter().map(parse).collect()
}

/// The names that state machines match on. They are a public contract: changing one here breaks users' Retry or Catch rules.
const NAMES: [(&str, bool); 14] = [
    ("NeptuneUnavailable", true),
    ("NeptuneThrottled", true),
    ("NeptuneClockSkew", true),
    ("LoaderBusy", true),
    ("LoadRefused", false),
    ("StartUnclear", false),
    ("LoadFailed", false),
    ("LoadNotFound", false),
    ("MissingParameter", false),
    ("NeptuneAccessDenied", false),
    ("NeptuneBadResponse", false),
    ("LoadStatusNotOk", false),
    ("ConfigurationError", false),
    ("FunctionPanicked", false),
];

#[test]
fn the_readme_lists_these_names_and_no_others() {
    let readme = include_str!("../../handlers/README.md");
    let row = |line: &str| {
        let mut cells = line.strip_prefix("| `")?.split(" | ");
        let (name, retry) = (cells.next()?.strip_suffix('`')?.to_owned(), cells.next()?);
        matches!(retry, "yes" | "no").then(|| (name, retry == "yes"))
    };
    let rows: Vec<_> = readme.lines().filter_map(row).collect();
    assert_eq!(rows, NAMES.map(|(name, retryable)| (name.to_owned(), retryable)));
}

#[rstest]
#[case::connection_refused(json!("refused"), "NeptuneUnavailable", true)]
#[case::silence(json!("silent"), "NeptuneUnavailable", true)]
#[case::internal_failure(json!({"http": 500, "code": "InternalFailureException", "message": "x"}), "NeptuneUnavailable", true)]
#[case::gateway(json!({"http": 503, "body": "busy"}), "NeptuneUnavailable", true)]
#[case::request_time_out(json!({"http": 408, "body": "slow"}), "NeptuneUnavailable", true)]
#[case::conflict_that_passes(json!({"http": 400, "code": "ConstraintViolationException", "message": "x"}), "NeptuneUnavailable", true)]
#[case::too_many_requests(json!({"http": 429, "code": "TooManyRequestsException", "message": "x"}), "NeptuneThrottled", true)]
#[case::throttling_as_400(json!({"http": 400, "code": "ThrottlingException", "message": "x"}), "NeptuneThrottled", true)]
#[case::unknown_id(json!("available"), "LoadNotFound", false)]
#[case::unknown_id_as_400(json!({"http": 400, "code": "InvalidParameterException", "message": "The load with id = x does not exist"}), "LoadNotFound", false)]
#[case::a_400_about_something_else(json!({"http": 400, "code": "InvalidParameterException", "message": "x"}), "LoadStatusNotOk", false)]
#[case::a_page_of_a_balancer(json!({"http": 404, "body": "404 page not found"}), "NeptuneBadResponse", true)]
#[case::a_stale_clock(json!({"http": 403, "code": "AccessDeniedException", "message": "Signature expired"}), "NeptuneClockSkew", true)]
#[case::not_signed(json!({"http": 401, "body": {}}), "NeptuneAccessDenied", false)]
#[case::denied(json!({"http": 403, "code": "AccessDeniedException", "message": "x"}), "NeptuneAccessDenied", false)]
#[case::no_envelope(json!({"http": 200, "body": []}), "NeptuneBadResponse", false)]
#[case::no_status_in_it(json!({"http": 200, "body": {"status": "200 OK", "payload": {}}}), "NeptuneBadResponse", false)]
#[case::other_refusal(json!({"http": 400, "code": "IllegalArgumentException", "message": "x"}), "LoadStatusNotOk", false)]
#[case::envelope_not_ok(json!({"http": 200, "body": {"status": "503 Service Unavailable", "payload": {}}}), "LoadStatusNotOk", false)]
#[tokio::test]
async fn what_neptune_does_has_one_name_in_both_functions(#[case] does: Value, #[case] name: &str, #[case] retryable: bool) {
    let target = cluster().await;
    let does = if does.is_object() { json!({"answers": does}) } else { does };
    target.set_availability(&serde_json::from_value::<Availability>(does).unwrap()).await.unwrap();
    let quick = [("NEPTUNE_MAX_ATTEMPTS", "1"), ("NEPTUNE_REQUEST_TIMEOUT", "300ms")];
    let [getting, judging] = [GET, CHECK].map(|function| deploy(function, target.endpoint(), &quick));
    let (got, checked) = tokio::join!(get(&getting, "unheard-of"), check(&judging, "done", "unheard-of"));

    let (error_type, message) = raised(&got);
    assert_eq!(error_type, name, "{message}");
    assert!(message.starts_with("load id `unheard-of` "), "{message}");
    let verdict = answered(&checked);
    assert_eq!(
        (&verdict["status"], &verdict["error_type"], &verdict["retryable"], &verdict["prov_status"]),
        (&json!("FAILED"), &json!(name), &json!(retryable), &json!("UNKNOWN")),
        "{verdict}"
    );
    let error = verdict["error"].as_str().unwrap_or_default();
    assert!(error.contains("provenance load id `unheard-of` "), "{verdict}");
    // A 404 of a balancer passes; the name of it does not.
    assert!(NAMES.contains(&(name, retryable)) || name == "NeptuneBadResponse");
}

#[rstest]
#[case::nothing(json!({}))]
#[case::null(json!({"load_job_id": null, "domain_load_id": null}))]
#[case::blank(json!({"load_job_id": " ", "domain_load_id": " ", "prov_load_id": "p", "run_id": "r"}))]
#[case::number(json!({"load_job_id": 5, "domain_load_id": 5, "prov_load_id": "p", "run_id": "r"}))]
#[case::no_object(json!("done"))]
#[case::a_list(json!(["done"]))]
#[case::a_bare_number(json!(1))]
#[case::nothing_at_all(json!(null))]
#[case::too_deep_to_be_read(json!({"load_job_id": "done", "domain_load_id": "done", "prov_load_id": "done", "run_id": "r", "x": deep(1000)}))]
#[tokio::test]
async fn an_event_without_its_ids_is_a_missing_parameter(#[case] event: Value) {
    let target = cluster().await;
    let raised_by_get = deploy(GET, target.endpoint(), &[]).invoke(&event, Deadline::default()).await;
    assert_eq!(raised(&raised_by_get).0, "MissingParameter");
    let checked = deploy(CHECK, target.endpoint(), &[]).invoke(&event, Deadline::default()).await;
    let verdict = answered(&checked);
    assert_eq!((&verdict["error_type"], &verdict["retryable"]), (&json!("MissingParameter"), &json!(false)));
    assert_eq!(verdict["error"], "Missing required parameters");
    assert_eq!(target.requests_since(0).await.unwrap(), [json!(null); 0], "Neptune is not asked");
}

/// A list in a list in a list.
fn deep(levels: usize) -> Value {
    (0..levels).fold(json!([]), |inner, _| json!([inner]))
}

#[tokio::test]
async fn a_function_without_an_endpoint_starts_and_says_so_each_time() {
    let [getting, judging] = [GET, CHECK].map(|function| deploy(function, "", &[]));
    for cold in [true, false] {
        let got = get(&getting, "done").await;
        let (error_type, message) = raised(&got);
        assert_eq!(error_type, "ConfigurationError");
        assert!(message.contains("NEPTUNE_ENDPOINT") && got.cold_start == cold, "{message}");
        let checked = check(&judging, "done", "done").await;
        let verdict = answered(&checked);
        assert_eq!((&verdict["error_type"], &verdict["retryable"]), (&json!("ConfigurationError"), &json!(false)));
    }
}

#[tokio::test]
async fn a_failed_load_is_an_answer_of_get_and_a_failure_of_check() {
    let target = cluster().await;
    assert_eq!(word(&get(&deploy(GET, target.endpoint(), &[]), "failed").await), "LOAD_FAILED");
    let checked = check(&deploy(CHECK, target.endpoint(), &[]), "done", "failed").await;
    let verdict = answered(&checked);
    assert_eq!((&verdict["error_type"], &verdict["retryable"]), (&json!("LoadFailed"), &json!(false)));
    assert!(verdict["error"].as_str().unwrap_or_default().starts_with("provenance load `failed` "), "{verdict}");
    assert_eq!([&verdict["domain_status"], &verdict["prov_status"]], ["LOAD_COMPLETED", "LOAD_FAILED"]);
}

#[tokio::test]
async fn a_panic_is_an_answer_and_the_next_event_is_served_by_the_same_process() {
    let binary = example_binary("panicking_handler").unwrap();
    let lambda =
        Lambda::new(Function { name: "panicking_handler".to_owned(), program: binary.into(), environment: [].into() }, 7);
    let event = json!({"domain_load_id": "d", "prov_load_id": "p", "run_id": "run-1", "panic": true});
    let panicked = lambda.invoke(&event, Deadline::default()).await;
    let verdict = answered(&panicked);
    assert_eq!((&verdict["status"], &verdict["error_type"]), (&json!("FAILED"), &json!("FunctionPanicked")), "{panicked:#?}");
    let reported = lines(&panicked).into_iter().find(|line| line["message"] == "panicked");
    let reported = reported.expect("a panic leaves a line of JSON");
    assert!(reported["panic"].as_str().is_some_and(|text| text.contains("the event asked for it")), "{reported}");
    assert_eq!(reported["requestId"], panicked.request_id);
    let next = lambda.invoke(&json!({}), Deadline::default()).await;
    assert_eq!(answered(&next)["error_type"], "MissingParameter");
    assert_eq!((next.environment, next.cold_start), (panicked.environment, false));
}

#[tokio::test]
async fn a_deadline_that_is_already_past_says_nothing_about_the_time_left() {
    let target = cluster().await;
    let event = json!({"load_job_id": "done"});
    let invocation = deploy(GET, target.endpoint(), &[]).invoke(&event, Deadline::AlreadyPast).await;
    assert_eq!(word(&invocation), "LOAD_COMPLETED");
}

#[tokio::test]
async fn a_silent_neptune_is_reported_before_lambda_kills_the_function() {
    let target = cluster().await;
    target.set_availability(&Availability::Silent).await.unwrap();
    let deadline = Deadline::In(Duration::from_millis(900));
    let [getting, judging] = [GET, CHECK].map(|function| deploy(function, target.endpoint(), &[]));
    let both = json!({"domain_load_id": "done", "prov_load_id": "running", "run_id": "run-1"});
    let id = json!({"load_job_id": "done"});
    let (got, checked) = tokio::join!(getting.invoke(&id, deadline), judging.invoke(&both, deadline));
    assert_eq!(raised(&got).0, "NeptuneUnavailable");
    let verdict = answered(&checked);
    assert_eq!((&verdict["status"], &verdict["error_type"]), (&json!("FAILED"), &json!("NeptuneUnavailable")));
    let words = [&verdict["domain_status"], &verdict["prov_status"]];
    assert_eq!(words, ["UNKNOWN", "UNKNOWN"]);
}

#[rstest]
#[case::same_cluster(false)]
#[case::connection_closed_meanwhile(true)]
#[tokio::test]
async fn a_frozen_environment_thaws_and_answers(#[case] closed: bool) {
    let target = cluster().await;
    let lambda = deploy(GET, target.endpoint(), &[]);
    assert_eq!(word(&get(&lambda, "running").await), "LOAD_IN_PROGRESS");
    assert_eq!(lambda.freeze_idle().unwrap(), 1);
    if closed {
        target.set_availability(&Availability::Refused).await.unwrap();
        target.set_availability(&Availability::Available).await.unwrap();
    }
    target.wait("running", "finished").await.unwrap();
    let thawed = get(&lambda, "running").await;
    assert_eq!(word(&thawed), "LOAD_COMPLETED");
    assert!(!thawed.cold_start, "{thawed:#?}");
}

#[rstest]
#[case::answered(200, r#"{"status":"200 OK","payload":{"overallStatus":{"status":"LOAD_COMPLETED"}}}"#)]
#[case::refused(403, r#"{"code":"AccessDeniedException","detailedMessage":"no","message":"no","requestId":"r"}"#)]
#[case::refused_with_what_was_signed(
    403,
    r#"{"code":"AccessDeniedException","detailedMessage":"The canonical request was 'x-amz-security-token:session/token+of=role' or 'session\\/token+of=role'"}"#
)]
#[case::in_trouble(500, "oops")]
#[case::in_trouble_with_what_was_signed(502, "<html>session/token+of=role session\\/token+of=role</html>")]
#[tokio::test]
async fn requests_are_signed_and_no_secret_comes_out(
    #[case] status: u16,
    #[case] body: &str,
    #[values(GET, CHECK)] function: &str,
    #[values("INFO", "TRACE")] level: &str,
) {
    let neptune = RawNeptune::start(answer(status, "", body)).await;
    let variables = [&KEYS[..], &[("AWS_LAMBDA_LOG_LEVEL", level), ("NEPTUNE_MAX_ATTEMPTS", "2")]].concat();
    let lambda = deploy(function, &neptune.endpoint, &variables);
    let event = json!({"load_job_id": "x", "domain_load_id": "x", "prov_load_id": "y", "run_id": "run-1"});
    let invocation = lambda.invoke(&event, Deadline::default()).await;

    let heads = neptune.heads();
    assert!(!heads.is_empty(), "{invocation:#?}");
    let seen = format!("{:?} {}", invocation.outcome, invocation.log.join("\n"));
    for head in heads {
        let header = |name: &str| {
            let lines = head.lines().filter_map(|line| line.split_once(": "));
            lines.filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value).next().expect("the header is sent")
        };
        let (authorization, date) = (header("authorization"), &header("x-amz-date")[..8]);
        let scope = format!("AWS4-HMAC-SHA256 Credential=ASIAEXAMPLE/{date}/eu-west-1/neptune-db/aws4_request, ");
        assert!(authorization.starts_with(&scope), "{authorization}");
        assert_eq!(header("x-amz-security-token"), "session/token+of=role");
        let (_, signature) = authorization.split_once("Signature=").unwrap();
        assert_eq!(signature.len(), 64, "{authorization}");
        for secret in [signature, "wJalrXUtnFEMI", "session/token", "AWS4-HMAC"] {
            assert!(!seen.contains(secret), "`{secret}` came out: {seen}");
        }
    }
}

#[rstest]
#[case::get_found(GET, json!({"load_job_id": "running", "run_id": "run-1"}), "LOAD_IN_PROGRESS", 1)]
#[case::get_unknown(GET, json!({"load_job_id": "unheard-of", "run_id": "run-1"}), Value::Null, 1)]
#[case::get_without_id(GET, json!({"run_id": "run-1"}), Value::Null, 0)]
#[case::check_pending(CHECK, json!({"domain_load_id": "done", "prov_load_id": "running", "run_id": "run-1"}), "PENDING", 2)]
#[case::check_unknown(CHECK, json!({"domain_load_id": "done", "prov_load_id": "unheard-of", "run_id": "run-1"}), "FAILED", 2)]
#[case::check_without_ids(CHECK, json!({"run_id": "run-1"}), "FAILED", 0)]
#[tokio::test]
async fn every_invocation_leaves_one_result_line(
    #[case] function: &str,
    #[case] event: Value,
    #[case] status: impl Into<Value>,
    #[case] attempts: u64,
) {
    let target = cluster().await;
    let lambda = deploy(function, target.endpoint(), &[]);
    let status = status.into();
    for _ in 0..2 {
        let invocation = lambda.invoke(&event, Deadline::default()).await;
        let lines = lines(&invocation);
        let results: Vec<_> = lines.iter().filter(|line| line.get("duration_ms").is_some()).collect();
        let [line] = results[..] else { panic!("one result line, not these: {results:#?}") };
        assert_eq!((&line["requestId"], &line["function"]), (&json!(invocation.request_id), &json!(function)));
        assert_eq!((&line["run_id"], &line["status"]), (&json!("run-1"), &status), "{line}");
        assert_eq!(line["attempts"], attempts, "{line}");
        let millis = Duration::from_millis(line["duration_ms"].as_u64().unwrap());
        assert!(millis <= invocation.took, "{line}");
    }
}

#[rstest]
#[case::line_break("x\n{\"level\":\"ERROR\",\"message\":\"forged\"}")]
#[case::carriage_return("x\r\nforged")]
#[case::quotes("x\",\"status\":\"LOAD_COMPLETED\",\"y\":\"")]
#[case::terminal("x\u{1b}[2K\u{7}forged")]
#[case::line_separator("x\u{2028}forged\u{85}")]
#[case::reading_backwards("x\u{202e}degrof")]
#[tokio::test]
async fn an_id_cannot_forge_a_log_line(#[case] id: &str, #[values(GET, CHECK)] function: &str) {
    let target = cluster().await;
    let lambda = deploy(function, target.endpoint(), &[("NEPTUNE_MAX_ATTEMPTS", "1")]);
    let event = json!({"load_job_id": id, "domain_load_id": id, "prov_load_id": "done", "run_id": id});
    let invocation = lambda.invoke(&event, Deadline::default()).await;
    let all = lines(&invocation);
    // The runtime crate adds a line of its own about an error.
    let ours: Vec<_> =
        all.iter().filter(|line| line["target"].as_str().is_some_and(|target| target.starts_with("handlers::"))).collect();
    assert!((all.len() - ours.len()) <= 1, "{all:#?}");
    assert_eq!(ours.len(), 2, "one line for the failed attempt, one for the result: {ours:#?}");
    assert!(ours.iter().all(|line| line["requestId"] == invocation.request_id), "{ours:#?}");
    let key = if function == GET { "load_id" } else { "domain_load_id" };
    let misleads = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{202e}');
    let shown = |c: char| if misleads(c) { c.escape_default().to_string() } else { c.to_string() };
    let on_one_line: String = id.chars().map(shown).collect();
    assert_eq!((&ours[1][key], &ours[1]["run_id"]), (&json!(on_one_line), &json!(on_one_line)));
}

#[rstest]
#[case::climbing("../status")]
#[case::climbing_far("../../../etc/passwd")]
#[case::path_and_query("a/b?x=1#y")]
#[case::encoded_dots("%2e%2e")]
#[case::dot(".")]
#[case::dots("..")]
#[case::backslash("..\\status")]
#[case::other_host("//example.com/")]
#[case::user_info("@example.com")]
#[case::whole_url("http://example.com/loader/done")]
#[case::other_request("done HTTP/1.1\r\nHost: example.com\r\n\r\nDELETE /loader/done")]
#[case::line_break("done\n")]
#[case::nul("done\0")]
#[case::unicode("ｄｏｎｅ\u{202e}ü")]
#[case::long(&"x".repeat(1000))]
#[tokio::test]
async fn a_hostile_id_stays_one_id(#[case] id: &str) {
    let target = cluster().await;
    let invocation = get(&deploy(GET, target.endpoint(), &[]), id).await;
    assert_eq!(raised(&invocation).0, "LoadNotFound", "{invocation:#?}");
    let requests = target.requests_since(0).await.unwrap();
    let [request] = &requests[..] else { panic!("one request, not these: {requests:#?}") };
    assert_eq!(request["load_id"], id, "Neptune is asked for this very id");
    let sent = request["target"].as_str().unwrap();
    let one_segment = |rest: &str| !rest.split('?').next().unwrap_or_default().contains(['/', '\\', '#', '@', '\0', '\n']);
    assert!(sent.strip_prefix("/loader/").is_some_and(one_segment) || sent.starts_with("/loader?loadId="), "{sent}");
    let host = request["headers"].as_array().unwrap().iter().find(|header| header[0] == "host").unwrap();
    assert_eq!(host[1], target.endpoint().trim_start_matches("http://"));
}

#[tokio::test]
async fn an_id_beyond_all_reason_is_not_even_sent() {
    let target = cluster().await;
    let invocation = get(&deploy(GET, target.endpoint(), &[]), &"x".repeat(2000)).await;
    let (error_type, message) = raised(&invocation);
    assert_eq!(error_type, "LoadNotFound");
    assert!(message.len() < 500, "{} bytes", message.len());
    assert_eq!(target.requests_since(0).await.unwrap(), [json!(null); 0]);
}

#[tokio::test]
async fn an_answer_of_many_megabytes_is_a_bad_response() {
    let body = format!(r#"{{"status":"200 OK","payload":"{}"}}"#, "x".repeat(5 * 1024 * 1024));
    let neptune = RawNeptune::start(answer(200, "", &body)).await;
    let invocation = get(&deploy(GET, &neptune.endpoint, &[]), "x").await;
    let (error_type, message) = raised(&invocation);
    assert_eq!(error_type, "NeptuneBadResponse");
    assert!(message.contains("larger than the 4194304 bytes that are read") && message.len() < 500, "{message}");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = RawNeptune::start(answer(200, "", "{}")).await;
    let location = format!("location: {}/loader/x\r\n", elsewhere.endpoint);
    let neptune = RawNeptune::start(answer(307, &location, "")).await;
    let invocation = get(&deploy(GET, &neptune.endpoint, &KEYS), "x").await;
    let (error_type, message) = raised(&invocation);
    assert_eq!(error_type, "LoadStatusNotOk");
    assert!(
        message.contains(&format!("it points to {}/loader/x, but redirects are not followed", elsewhere.endpoint)),
        "{message}"
    );
    assert_eq!((neptune.heads().len(), elsewhere.heads().len()), (1, 0), "a signed request must not go elsewhere");
}

/// Snapshots do not look at the order of keys, so this does. Neither is the order alphabetical, nor that of any example.
#[tokio::test]
async fn get_load_status_keeps_neptunes_own_order_of_keys() {
    let body = r#"{"zone":1,"status":"200 OK","payload":{"overallStatus":{"totalRecords":3,"status":"LOAD_COMPLETED","fullUri":"s3://b/","a":{"y":1,"x":2}},"feedCount":[{"b":1,"a":2}]},"alpha":null}"#;
    let neptune = RawNeptune::start(answer(200, "content-type: application/json\r\n", body)).await;
    let lambda = deploy(GET, &neptune.endpoint, &KEYS);
    assert_eq!(answered(&get(&lambda, "x").await).to_string(), body);
}
