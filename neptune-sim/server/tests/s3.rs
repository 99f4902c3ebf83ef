//! A cluster that looks for the sources of its loads on an S3 server: what it asks there when a load starts, and what it makes of the answers.
//! `s3_objects` has what it reads there.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use neptune_loader::{Outcome, Rule, StartFailure};
use neptune_server::{ClockKind, ClusterSpec, S3, Sim, SimOptions, StartError, Tls};
use reqwest::{Client, Method};
use rstest::rstest;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

const TWO: &str =
    "<ListBucketResult><Contents><Key>in/a</Key></Contents><Contents><Key>in/b</Key></Contents></ListBucketResult>";
const NONE: &str = "<ListBucketResult><KeyCount>0</KeyCount></ListBucketResult>";

/// An S3 server for one test, and what it was asked: target and authorization.
struct Server {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<(String, String)>>>,
    _task: JoinSet<()>,
}

impl Server {
    /// Answers each request with this, once it has a permit.
    async fn start(permits: Arc<Semaphore>, status: u16, region: Option<&'static str>, body: String) -> Self {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&asked);
        let answer = async move |request: Request| {
            let authorization = request.headers()["authorization"].to_str().unwrap().to_owned();
            seen.lock().unwrap().push((request.uri().to_string(), authorization));
            drop(permits.acquire().await.unwrap());
            let headers = region.map(|region| [("x-amz-bucket-region", region)]).into_iter().flatten().collect::<Vec<_>>();
            (StatusCode::from_u16(status).unwrap(), axum::response::AppendHeaders(headers), body)
        };
        let listener = TcpListener::bind(anywhere()).await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut task = JoinSet::new();
        task.spawn(async move { axum::serve(listener, Router::new().fallback(answer)).await.unwrap() });
        Self { address, asked, _task: task }
    }

    async fn listing(body: &str) -> Self {
        Self::start(Arc::new(Semaphore::new(1)), 200, None, body.to_owned()).await
    }

    fn asked(&self) -> Vec<(String, String)> {
        self.asked.lock().unwrap().clone()
    }
}

fn anywhere() -> SocketAddr {
    (Ipv4Addr::LOCALHOST, 0).into()
}

fn spec(s3: SocketAddr) -> ClusterSpec {
    let s3 = json!({"endpoint": format!("http://{s3}"), "access_key_id": "AKIDEXAMPLE", "secret_access_key": "hunter2"});
    let s3: S3 = serde_json::from_value(s3).unwrap();
    ClusterSpec { s3: Some(s3), ..ClusterSpec::new("first", ClockKind::Manual) }
}

async fn ask(sim: &Sim, method: Method, path: &str, body: Value) -> (u16, Value) {
    // An error means that there is a provider already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = Client::builder().no_proxy().build().unwrap();
    let request = client.request(method, format!("{}{path}", sim.endpoint())).json(&body);
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

async fn start(sim: &Sim, source: &str) -> (u16, Value) {
    let load = json!({"source": source, "format": "csv", "iamRoleArn": "arn:aws:iam::1:role/Load", "region": "us-east-1"});
    ask(sim, Method::POST, "/loader", load).await
}

#[tokio::test]
async fn one_signed_list_of_the_source_decides() {
    let server = Server::listing(TWO).await;
    let sim = Sim::start(spec(server.address), anywhere()).await.unwrap();
    let (status, body) = start(&sim, "s3://my-bucket/in/a b+/é").await;
    assert_eq!(status, 200, "{body}");
    let asked = server.asked();
    // The thread that reads may have listed it again by now.
    let (target, authorization) = &asked[0];
    assert_eq!(target, "/my-bucket?list-type=2&max-keys=1000&prefix=in%2Fa%20b%2B%2F%C3%A9");
    assert!(authorization.starts_with("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/"), "{authorization}");
    assert!(authorization.contains("/us-east-1/s3/aws4_request, "), "{authorization}");
}

#[rstest]
#[case::no_bucket(404, None, "NoSuchBucket", 400, "S3 bucket not found for source")]
#[case::denied(403, None, "AccessDenied", 400, "Unable to perform S3 list operation")]
#[case::redirected(301, Some("eu-west-1"), "PermanentRedirect", 400, "Bucket is not in provided Region (us-east-1)")]
#[case::signed_for_elsewhere(
    400,
    Some("eu-west-1"),
    "AuthorizationHeaderMalformed",
    400,
    "Bucket is not in provided Region (us-east-1)"
)]
#[case::an_unknown_key(403, None, "InvalidAccessKeyId", 400, "Invalid S3 access key")]
#[case::a_wrong_secret(403, None, "SignatureDoesNotMatch", 400, "Invalid S3 secret key")]
#[case::trouble(503, None, "SlowDown", 500, "Failed to start load because of unknown error from S3")]
#[tokio::test]
async fn what_s3_refuses_is_refused_in_neptunes_words(
    #[case] status: u16,
    #[case] region: Option<&'static str>,
    #[case] code: &str,
    #[case] reported: u16,
    #[case] message: &str,
) {
    let body = format!("<Error><Code>{code}</Code><Message>m</Message></Error>");
    let server = Server::start(Arc::new(Semaphore::new(1)), status, region, body).await;
    assert_refused(server.address, reported, message).await;
}

#[rstest]
#[case::nothing_under_the_prefix(NONE.to_owned(), 400, "The source s3://my-bucket/in/ does not exist/not reachable")]
#[case::no_xml("<ListBucketResult>".to_owned(), 500, "Failed to start load because of unknown error from S3")]
#[case::a_flood(format!("<ListBucketResult>{}</ListBucketResult>", "<Contents/>".repeat(400_000)), 500, "Failed to start load because of unknown error from S3")]
#[tokio::test]
async fn a_list_of_nothing_is_refused_and_so_is_nonsense(#[case] list: String, #[case] reported: u16, #[case] message: &str) {
    let server = Server::listing(&list).await;
    assert_refused(server.address, reported, message).await;
}

#[tokio::test]
async fn a_server_that_cannot_be_reached_is_reported_as_neptune_reports_it() {
    let listener = TcpListener::bind(anywhere()).await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let message = "Unable to connect to S3 endpoint. Provided source = s3://my-bucket/in/ and region = us-east-1";
    assert_refused(address, 500, message).await;
}

#[tokio::test]
async fn a_server_that_speaks_no_http_does_no_harm() {
    let listener = TcpListener::bind(anywhere()).await.unwrap();
    let address = listener.local_addr().unwrap();
    let mut server = JoinSet::new();
    server.spawn(async move {
        let (mut client, _) = listener.accept().await.unwrap();
        let _ = client.read(&mut [0; 1024]).await.unwrap();
        client.write_all(b"\0\xff\r\n\r\n").await.unwrap();
    });
    assert_refused(address, 500, "Failed to start load because of unknown error from S3").await;
}

async fn assert_refused(s3: SocketAddr, reported: u16, message: &str) {
    let sim = Sim::start(spec(s3), anywhere()).await.unwrap();
    let (status, body) = start(&sim, "s3://my-bucket/in/").await;
    assert_eq!((status, &body["detailedMessage"]), (reported, &json!(message)), "{body}");
    let (_, list) = ask(&sim, Method::GET, "/loader", json!(null)).await;
    assert_eq!(list["payload"]["loadIds"], json!([]), "a refused start leaves no load");
}

#[tokio::test]
async fn others_are_served_while_s3_thinks() {
    let permits = Arc::new(Semaphore::new(0));
    let server = Server::start(Arc::clone(&permits), 200, None, TWO.to_owned()).await;
    let sim = Sim::start(spec(server.address), anywhere()).await.unwrap();
    let others = async {
        while server.asked().is_empty() {
            tokio::task::yield_now().await;
        }
        assert_eq!(ask(&sim, Method::GET, "/loader", json!(null)).await.0, 200);
        sim.first().advance(Duration::from_secs(1)).unwrap();
        permits.add_permits(1);
    };
    let both = async { tokio::join!(start(&sim, "s3://my-bucket/in/"), others) };
    let ((status, body), ()) = tokio::time::timeout(Duration::from_secs(10), both).await.expect("neither waits for the other");
    assert_eq!(status, 200, "{body}");
}

#[rstest]
#[case::bad_parameters("people.csv")]
#[case::no_name_of_a_bucket("s3://../in/")]
#[tokio::test]
async fn s3_is_not_asked_for_what_cannot_be_there(#[case] source: &str) {
    let server = Server::listing(TWO).await;
    let sim = Sim::start(spec(server.address), anywhere()).await.unwrap();
    assert_eq!(start(&sim, source).await.0, 400);
    assert_eq!(server.asked(), []);
}

#[tokio::test]
async fn s3_is_not_asked_for_a_client_that_strict_mode_refuses() {
    let server = Server::listing(TWO).await;
    let sim = Sim::start(ClusterSpec { strict: true, ..spec(server.address) }, anywhere()).await.unwrap();
    let (status, body) = start(&sim, "s3://my-bucket/in/").await;
    assert!((400..500).contains(&status), "{body}");
    assert_eq!(server.asked(), []);
}

#[tokio::test]
async fn a_rule_refuses_whatever_s3_says() {
    let server = Server::listing(NONE).await;
    let mut spec = spec(server.address);
    spec.settings.rules = vec![Rule::for_source("s3://my-bucket/", Outcome::Refused(StartFailure::Unexplained))];
    let sim = Sim::start(spec, anywhere()).await.unwrap();
    let (_, body) = start(&sim, "s3://my-bucket/in/").await;
    assert_eq!(body["detailedMessage"], "Failed to start load from the source s3://my-bucket/in/");
}

#[tokio::test]
async fn the_secret_does_not_come_out() {
    let server = Server::listing(TWO).await;
    let sim = Sim::start(spec(server.address), anywhere()).await.unwrap();
    start(&sim, "s3://my-bucket/in/").await;
    for path in ["", "/state", "/requests", "/authentication"] {
        let (status, body) = ask(&sim, Method::GET, &format!("/_sim/clusters/first{path}"), json!(null)).await;
        assert_eq!(status, 200);
        assert!(!body.to_string().contains("hunter2"), "{path}: {body}");
    }
}

/// A cluster with an S3 server at this endpoint, trusted with this file.
fn trusting(endpoint: &str, ca_file: &Path) -> ClusterSpec {
    let mut spec = spec((Ipv4Addr::LOCALHOST, 1).into());
    let s3 = spec.s3.as_mut().unwrap();
    (s3.endpoint, s3.ca_file) = (endpoint.parse().unwrap(), Some(ca_file.to_owned()));
    spec
}

#[tokio::test]
async fn a_server_with_a_ca_of_its_own_is_trusted_if_a_file_vouches_for_it_and_not_otherwise() {
    let folder = tempfile::tempdir().unwrap();
    // What answers is no S3; but it answers, behind its own certificate.
    let tls = |name: &str| {
        let (tls, file) = (Tls::with_new_ca(anywhere().ip(), &[]).unwrap(), folder.path().join(name));
        tls.write_ca(&file).unwrap();
        (tls, file)
    };
    let ((tls, own), (_, other)) = (tls("own.pem"), tls("other.pem"));
    let options = SimOptions { tls: Some(tls), ..SimOptions::new(anywhere()) };
    let server = Sim::start_with(ClusterSpec::new("s3", ClockKind::Manual), options).await.unwrap();
    for (file, asked, message) in [
        (own, 1, "Failed to start load because of unknown error from S3"),
        (other, 0, "Unable to connect to S3 endpoint. Provided source = s3://my-bucket/in/ and region = us-east-1"),
    ] {
        server.first().clear_requests();
        let sim = Sim::start(trusting(&server.endpoint(), &file), anywhere()).await.unwrap();
        let (_, body) = start(&sim, "s3://my-bucket/in/").await;
        assert_eq!(body["detailedMessage"], message);
        assert_eq!(server.first().requests().requests.len(), asked);
    }
}

#[tokio::test]
async fn a_ca_file_that_cannot_be_used_is_reported_when_the_cluster_begins() {
    let error = Sim::start(trusting("https://127.0.0.1:1", Path::new("/absent/ca.pem")), anywhere()).await.unwrap_err();
    assert!(matches!(error, StartError::S3Trust(_)), "{error:?}");
    let reported = "the S3 server cannot be trusted: cannot read /absent/ca.pem: ";
    assert!(error.to_string().starts_with(reported), "{error}");
}

#[test]
fn only_a_program_can_name_a_ca_file() {
    let s3 = json!({"endpoint": "https://x", "access_key_id": "AKIDEXAMPLE", "secret_access_key": "hunter2", "ca_file": "/x"});
    let error = serde_json::from_value::<S3>(s3).unwrap_err().to_string();
    assert!(error.starts_with("unknown field `ca_file`"), "{error}");
}

#[test]
fn a_scenario_names_the_server() {
    let text = "name: a\nabout: b\ngiven: {s3: {endpoint: 'http://127.0.0.1:5000', access_key_id: AKID, secret_access_key: hunter2}}\n";
    let scenario = neptune_server::scenario::Scenario::parse("a.yaml", text).unwrap();
    assert_eq!(scenario.cluster_spec(ClockKind::Manual).s3.unwrap().endpoint.to_string(), "http://127.0.0.1:5000");
    assert!(!format!("{scenario:?}").contains("hunter2"));
}
