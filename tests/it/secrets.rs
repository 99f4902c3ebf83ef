//! No secret comes out anywhere. Each secret that goes in contains the same word, so that one search finds them all in any form.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::SystemTime;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use neptune_harness::binaries::{handler_binary, simulator_binary};
use neptune_harness::lambda::{Deadline, Function, Invocation, Lambda};
use neptune_harness::report;
use neptune_harness::scenario_test::ScenarioTest;
use neptune_harness::sim::play_on_sim;
use neptune_harness::snapshot::{self, Snapshots};
use neptune_harness::under_test::UnderTest;
use neptune_report::Run;
use neptune_server::scenario::Scenario;
use rstest::rstest;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// In every secret. The other entries are how it looks in base64, which depends on what stands before it, and in hexadecimal digits.
const MARKS: [&str; 5] = ["canary", "Y2FuYXJ5", "NhbmFy", "YW5hcn", "63616e617279"];

const KEY_ID: &str = "AKIDCANARY0001";
/// The simulator shows the ids of its keys, and nothing else of them.
const KNOWN_KEY_ID: &str = "AKIDKNOWN";
const SECRET: &str = "canary/functions+secret=0002";
const TOKEN: &str = "canary/functions+token=0003==";

/// What Lambda puts into the environment of a function with a role.
const ROLE: [(&str, &str); 4] = [
    ("AWS_ACCESS_KEY_ID", KEY_ID),
    ("AWS_SECRET_ACCESS_KEY", SECRET),
    ("AWS_SESSION_TOKEN", TOKEN),
    ("AWS_REGION", "us-east-1"),
];

/// Fails if a secret is in the text, or anything as long as a signature.
#[track_caller]
fn assert_clean(place: &str, text: &str) {
    let lower = text.to_lowercase();
    for mark in MARKS {
        let found = if mark == "canary" { lower.find(mark) } else { text.find(mark) };
        if let Some(at) = found {
            let around = text.char_indices().map(|(place, _)| place).filter(|place| place.abs_diff(at) < 200);
            let (begin, end) = (around.clone().min().unwrap_or(0), around.max().unwrap_or(0));
            panic!("`{mark}` in {place}: …{}…", &text[begin..end]);
        }
    }
    let signature = text.split(|c: char| !c.is_ascii_hexdigit()).find(|digits| digits.len() >= 64);
    assert_eq!(signature, None, "a signature in {place}: {text}");
}

/// Leaves out the digests that end what the simulator shows of a refused signature: of the body, and of the canonical request. They are as
/// long as a signature, but each is a whole last line, and nothing can be signed with them.
fn without_digests(text: &str) -> String {
    const DIGEST: usize = 64;
    let lines = text.split("\\n").map(|line| match line.split_at_checked(DIGEST) {
        Some((digest, rest)) if rest.starts_with('"') && digest.bytes().all(|byte| byte.is_ascii_hexdigit()) => rest,
        _ => line,
    });
    lines.collect::<Vec<_>>().join("\\n")
}

#[rstest]
#[case::plain("x canary/functions")]
#[case::in_capitals("AKIDCANARY0001")]
#[case::percent_encoded("canary%2Ffunctions%2Btoken")]
#[case::base64("Y2FuYXJ5L2Z1bmN0aW9ucw==")]
#[case::base64_after_one_byte("eGNhbmFyeS9m")]
#[case::base64_after_two_bytes("eHhjYW5hcnkvZg==")]
#[case::a_signature(&"0123456789abcdef".repeat(4))]
#[should_panic(expected = "in a test")]
fn a_secret_is_found_in_every_guise(#[case] text: &str) {
    assert_clean("a test", text);
}

fn deploy(name: &str, endpoint: &str, more: &[(&str, &str)]) -> Lambda {
    let all = [("NEPTUNE_ENDPOINT", endpoint), ("AWS_LAMBDA_LOG_LEVEL", "TRACE"), ("NEPTUNE_MAX_ATTEMPTS", "2")];
    let all = all.into_iter().chain(ROLE).chain(more.iter().copied());
    let environment = all.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    Lambda::new(Function { name: name.to_owned(), program: handler_binary(name).unwrap().into(), environment }, 7)
}

/// Calls a function and looks at everything that it left behind.
async fn call(lambda: &Lambda) -> Invocation {
    let event = json!({"load_job_id": "people", "domain_load_id": "people", "prov_load_id": "unheard-of", "run_id": "run-1"});
    let invocation = lambda.invoke(&event, Deadline::default()).await;
    assert!(!invocation.log.is_empty(), "it logs at the finest level: {invocation:#?}");
    assert_clean("the outcome", &format!("{:?}", invocation.outcome));
    assert_clean("the log", &invocation.log.join("\n"));
    invocation
}

/// How a server quotes a request that it refuses.
type Quote = fn(&str) -> (StatusCode, String);

fn refusal(code: &str, text: &str) -> String {
    json!({"code": code, "requestId": "r", "detailedMessage": text, "message": text}).to_string()
}

fn escaped(text: &str) -> String {
    text.bytes().fold(String::new(), |all, byte| format!("{all}\\u{byte:04x}"))
}

fn percent_encoded(text: &str, small: bool) -> String {
    let digits = |byte: u8| if small { format!("%{byte:02x}") } else { format!("%{byte:02X}") };
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { digits(byte) }).collect()
}

/// A Neptune that answers with what it was sent; its endpoint.
async fn quoting(quote: Quote) -> (String, Arc<Mutex<String>>) {
    async fn answer(State((quote, seen)): State<(Quote, Arc<Mutex<String>>)>, request: Request) -> (StatusCode, String) {
        let headers = request.headers().iter().map(|(name, value)| format!("{name}:{}", value.to_str().unwrap_or_default()));
        let text = headers.chain([request.uri().to_string()]).collect::<Vec<_>>().join("\n");
        seen.lock().unwrap().push_str(&text);
        quote(&text)
    }
    let seen = Arc::<Mutex<String>>::default();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let routes = Router::new().fallback(answer).with_state((quote, Arc::clone(&seen)));
    tokio::spawn(async move { axum::serve(listener, routes).await });
    (endpoint, seen)
}

#[rstest]
#[case::refused(|text: &str| (StatusCode::FORBIDDEN, refusal("AccessDeniedException", text)))]
#[case::refused_in_escapes(|text: &str| (StatusCode::FORBIDDEN, format!(r#"{{"code":"AccessDeniedException","message":"{}"}}"#, escaped(text))))]
#[case::refused_in_other_fields(|text: &str| (StatusCode::FORBIDDEN, format!(r#"{{"quoted":["{}"]}}"#, escaped(text))))]
#[case::with_slashes_escaped(|text: &str| (StatusCode::FORBIDDEN, refusal("X", text).replace('/', "\\/")))]
#[case::in_a_url(|text: &str| (StatusCode::BAD_REQUEST, refusal("X", &percent_encoded(text, false))))]
#[case::in_a_url_with_small_digits(|text: &str| (StatusCode::BAD_GATEWAY, percent_encoded(text, true)))]
#[case::by_a_gateway(|text: &str| (StatusCode::SERVICE_UNAVAILABLE, format!("<html>{text}</html>")))]
#[case::as_code(|text: &str| (StatusCode::BAD_REQUEST, refusal(text, "")))]
#[case::as_status(|text: &str| (StatusCode::OK, json!({"status": text}).to_string()))]
#[case::as_word(|text: &str| (StatusCode::OK, json!({"status": "200 OK", "payload": {"overallStatus": {"status": text}}}).to_string()))]
#[case::not_json(|text: &str| (StatusCode::OK, text.to_owned()))]
#[case::in_an_error_of_the_load(|text: &str| {
    let logs = [json!({"errorCode": "X", "errorMessage": text, "fileName": text, "recordNum": 1})];
    let payload = json!({"overallStatus": {"status": "LOAD_FAILED"}, "errors": {"errorLogs": logs}});
    (StatusCode::OK, json!({"status": "200 OK", "payload": payload}).to_string())
})]
#[tokio::test]
async fn the_functions_keep_secrets_that_a_server_quotes(
    #[case] quote: Quote,
    #[values("get_load_status", "check_bulk_load_status")] function: &str,
) {
    let (endpoint, seen) = quoting(quote).await;
    call(&deploy(function, &endpoint, &[])).await;
    let seen = seen.lock().unwrap();
    for secret in [KEY_ID, TOKEN, "Signature="] {
        assert!(seen.contains(secret), "the server has nothing to quote: {seen}");
    }
}

#[rstest]
#[case::a_token_that_no_header_takes("AWS_SESSION_TOKEN", "canary\ntoken")]
#[case::a_password_in_the_endpoint("NEPTUNE_ENDPOINT", "https://user:canary@127.0.0.1:1/")]
#[case::a_key_without_its_secret("AWS_SECRET_ACCESS_KEY", "")]
#[tokio::test]
async fn the_functions_keep_secrets_that_are_set_up_wrongly(
    #[case] variable: &str,
    #[case] value: &str,
    #[values("get_load_status", "check_bulk_load_status")] function: &str,
) {
    let invocation = call(&deploy(function, "http://127.0.0.1:1", &[(variable, value)])).await;
    assert!(format!("{:?}", invocation.outcome).contains("ConfigurationError"), "{invocation:#?}");
}

/// The simulator as a program, telling as much as it can.
struct Simulator {
    process: Child,
    address: String,
    reported: Vec<JoinHandle<String>>,
    _folder: tempfile::TempDir,
}

impl Simulator {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let keys = json!({"keys": [{"id": KNOWN_KEY_ID, "secret": SECRET, "session_token": TOKEN}]});
        let scenario = "name: secrets\nabout: a load to ask for\ngiven:\n  loads:\n    people: {lifecycle: [LOAD_COMPLETED]}\n";
        fs::write(folder.path().join("keys.yaml"), keys.to_string()).unwrap();
        fs::write(folder.path().join("scenario.yaml"), scenario).unwrap();
        let mut process = Command::new(simulator_binary().unwrap())
            .args(["scenario.yaml", "--iam", "keys.yaml", "--verbose", "--listen", "127.0.0.1:0"])
            .env("RUST_LOG", "trace")
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (mut output, mut errors) = (BufReader::new(process.stdout.take().unwrap()), process.stderr.take().unwrap());
        let mut first = String::new();
        output.read_line(&mut first).unwrap();
        let address = first.trim().rsplit("http://").next().unwrap().to_owned();
        let mut reported = vec![std::thread::spawn(move || {
            let mut text = first;
            output.read_to_string(&mut text).unwrap();
            text
        })];
        reported.push(std::thread::spawn(move || {
            let mut text = String::new();
            errors.read_to_string(&mut text).unwrap();
            text
        }));
        Self { process, address, reported, _folder: folder }
    }

    /// The answer to a request, head and body.
    async fn ask(&self, head: &str, headers: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).await.unwrap();
        let length = body.len();
        let request = format!(
            "{head} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{headers}content-length: {length}\r\n\r\n{body}"
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert_clean(&format!("the answer to {head}"), &without_digests(&answer));
        answer
    }

    /// Ends it, and gives all that it wrote.
    fn end(mut self) -> [String; 2] {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
        let reported: Vec<_> = self.reported.drain(..).map(|reader| reader.join().unwrap()).collect();
        reported.try_into().unwrap()
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        // It has usually ended already.
        let _ = self.process.kill();
    }
}

const JSON: &str = "content-type: application/json\r\n";
const FORM: &str = "content-type: application/x-www-form-urlencoded\r\n";
/// Around the keys in a start.
const START: &str = r#""source": "s3://b/", "format": "csv", "iamRoleArn": "r", "region": "us-east-1""#;

#[tokio::test]
async fn the_simulator_keeps_every_secret_that_reaches_it() {
    let simulator = Simulator::start();
    let endpoint = format!("http://{}", simulator.address);

    // The functions: known, with a wrong secret, with a wrong token.
    let id = ("AWS_ACCESS_KEY_ID", KNOWN_KEY_ID);
    let known = call(&deploy("get_load_status", &endpoint, &[id])).await;
    assert!(known.outcome.answer().is_some(), "{known:#?}");
    for wrong in [("AWS_SECRET_ACCESS_KEY", "canary/wrong+secret"), ("AWS_SESSION_TOKEN", "canary/wrong+token")] {
        let refused = call(&deploy("check_bulk_load_status", &endpoint, &[id, wrong])).await;
        assert!(format!("{:?}", refused.outcome).contains("NeptuneAccessDenied"), "{refused:#?}");
    }

    let signed = format!(
        "authorization: AWS4-HMAC-SHA256 Credential={KEY_ID}/20260101/us-east-1/neptune-db/aws4_request, SignedHeaders=host, \
         Signature=canary0004\r\nx-amz-security-token: {TOKEN}\r\nx-amz-date: 20260101T000000Z\r\n"
    );
    for headers in [
        signed.as_str(),
        "authorization: Basic Y2FuYXJ5OmNhbmFyeQ==\r\n",
        "authorization: Bearer canary\r\n",
        "authorization: AWS4-HMAC-SHA256 canary\r\n",
        "authorization: AWS4-OTHER Credential=canary/canary\r\n",
        "cookie: session=canary\r\nproxy-authorization: Basic Y2FuYXJ5\r\nx-api-key: canary\r\n",
    ] {
        simulator.ask("GET /loader/people", headers, "").await;
    }
    let presigned = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDCANARY%2F20260101%2Fus-east-1%2Fneptune-db%2Faws4_request\
                     &X-Amz-Date=20260101T000000Z&X-Amz-SignedHeaders=host&X-Amz-Signature=canary&X-Amz-Security-Token=canary%2Ftoken";
    simulator.ask(&format!("GET /loader/people?{presigned}"), "", "").await;

    // From here on every client may send requests, so that parameters are checked.
    simulator.ask("PUT /_sim/clusters/secrets/authentication", JSON, r#""off""#).await;
    let filler = "x".repeat(10_000);
    for body in [
        format!(r#"{{{START}, "accessKey": "canary", "secretKey": "canary"}}"#),
        format!(r#"{{{START}, "accessKey": ["canary"], "secretKey": {{"a": "canary"}}}}"#),
        format!(r#"{{{START}, "SECRETKEY": "canary", "parserConfiguration": {{"secretKey": "canary"}}}}"#),
        format!(r#"{{{START}, "x": "{filler}", "secretKey": "canary"}}"#),
        format!(r#"{{{START}, "secretKey": "canary{filler}"}}"#),
        format!(r#"{{{START}, "secret\u004bey": "canary""#),
        format!(r#"{{{START}, "secretKey": "canary"}} canary"#),
        r#"["secretKey", "canary"]"#.to_owned(),
    ] {
        simulator.ask("POST /loader", JSON, &body).await;
        simulator.ask("POST /loader", FORM, &body).await;
    }
    let pairs = "source=s3%3A%2F%2Fb%2F&format=csv&region=us-east-1&accessKey=canary&secret%4Bey=canary%2Fs";
    simulator.ask("POST /loader", FORM, pairs).await;
    simulator.ask(&format!("POST /loader?{pairs}"), JSON, "{}").await;
    simulator.ask(&format!("GET /loader?x={}&secretKey=canary", "y".repeat(3000)), "", "").await;

    // Wrong requests to the control API, and its answers.
    for body in [
        r#"{"keys": [{"id": "A", "secret": "canary", "oops": 1}]}"#,
        r#"{"keys": [{"id": "A", "secret": ["canary"]}]}"#,
        r#"{"keys": [{"id": "A", "secret": "canary"}, {"id": "A", "secret": "canary"}]}"#,
        r#"{"keys": [{"id": "A", "secret": "canary""#,
        r#"{"keys": [{"id": "A", "secret": "canary", "session_token": "canary"}]}"#,
    ] {
        simulator.ask("PUT /_sim/clusters/secrets/authentication", JSON, body).await;
    }
    for keys in [
        "[{id: A, secret: canary, oops: 1}]",
        "[{id: A, secret: \"canary\", session_token: 'canary', allow: [s3:Get]}]",
        "\n      - id: A\n        secret: canary\n        secret: canary\n",
        "\n      - id: A\n        secret:\n          canary\n        oops: 1\n",
        "\n      - id: A\n        secret: >-\n          canary\n          canary\n        oops: 1\n",
        "\n      - id: A\n        \"secret\": [canary]\n",
        "[{id: A, secret: canary",
    ] {
        let scenario = format!(
            "name: more\nabout: it is wrong\ngiven:\n  iam:\n    keys: {keys}\n  loads: {{a: {{lifecycle: [LOAD_COMPLETED]}}}}\n"
        );
        simulator.ask("POST /_sim/clusters", "content-type: application/yaml\r\n", &scenario).await;
    }
    for path in [
        "",
        "/clusters",
        "/clusters/secrets",
        "/clusters/secrets/state",
        "/clusters/secrets/authentication",
        "/clusters/secrets/loads",
    ] {
        let answer = simulator.ask(&format!("GET /_sim{path}"), "", "").await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
    let log = simulator.ask("GET /_sim/clusters/secrets/requests", "", "").await;
    let body: Value = serde_json::from_str(log.split_once("\r\n\r\n").unwrap().1).unwrap();
    assert!(body["requests"].as_array().unwrap().len() > 25, "the log has kept what was asked: {body}");

    let [output, errors] = simulator.end();
    assert_clean("standard output", &output);
    assert_clean("standard error", &without_digests(&errors));
    assert!(errors.lines().count() > 30, "it tells about every request: {errors}");
}

#[tokio::test]
async fn reports_and_snapshots_keep_the_secrets_of_a_scenario() {
    let text = format!(
        "name: test_secrets\nabout: a scenario with keys that fails\ngiven:\n  iam: {{keys: [{{id: {KEY_ID}, secret: \"{SECRET}\", \
         session_token: \"{TOKEN}\"}}]}}\n  environment: {}\n  loads: {{people: {{lifecycle: [LOAD_COMPLETED]}}}}\naction:\n  - invoke:\n      \
         function: get_load_status\n      event: {{load_job_id: people}}\n      expect: {{it fails: {{answer.status: never}}}}\n",
        json!(ROLE.into_iter().collect::<std::collections::BTreeMap<_, _>>())
    );
    let scenario = Scenario::parse("secrets.yaml", &text).unwrap_or_else(|error| panic!("{error}"));
    let played = play_on_sim(&scenario).await.unwrap();
    assert_eq!(played.failures.len(), 1, "it was let in, and fails: {:#?}", played.failures);
    assert_clean("the report", &report::failure(&scenario, &played, None));
    let runnable = ScenarioTest::of_text("beyond", "secrets.yaml", &text);
    let result =
        tokio::task::spawn_blocking(move || runnable.result(async |scenario, _| play_on_sim(scenario).await, UnderTest::OURS));
    let mut result = result.await.unwrap();
    assert!(result.timeline.is_some() && !result.log.is_empty(), "{result:#?}");
    result.log.push(json!({"level": "INFO", "fields": {"message": "sent", "secretKey": SECRET}}).to_string());
    let run = Run { results: vec![result], ..Run::new("a run", SystemTime::UNIX_EPOCH) };
    assert_clean("the page", &run.html());
    let folder = tempfile::tempdir().unwrap();
    let difference = snapshot::compare(&Snapshots::of_functions(folder.path()), "beyond", "test_secrets", "about", &played)
        .unwrap_err()
        .text;
    assert!(difference.contains("LOAD_COMPLETED"), "it quotes the answers: {difference}");
    assert_clean("the difference", &difference);
    assert_clean("the snapshot", &fs::read_to_string(folder.path().join("beyond/test_secrets.snap.new")).unwrap());
}
