//! Which servers the functions trust, checked with real handshakes: a server's certificate must fit, and its issuer must be named.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;

use handlers::{Client, Config, StatusError, status};
use rstest::rstest;
use serde_json::{Value, json};

use crate::authority::{Authority, OUR_TIME, Years};
use crate::process::call_once;
use crate::server::{Answer, Server, load};
use crate::setup::{KEYS, call, config, config_for};

/// Settings with credentials, for a server with TLS.
fn secure(host: &str, port: u16, ca_file: Option<&str>) -> Config {
    let ca_file = ca_file.map(|path| ("NEPTUNE_CA_FILE", path));
    let more: Vec<_> = KEYS.into_iter().chain(ca_file).collect();
    config_for(&format!("https://{host}:{port}"), &more)
}

async fn ask(config: Config) -> Result<Value, StatusError> {
    status::handle(call(config, json!({"load_job_id": "x-1"}))).await
}

#[rstest]
#[case::by_name("localhost")]
#[case::by_address("127.0.0.1")]
#[tokio::test]
async fn a_server_whose_issuer_is_named_is_trusted(#[case] host: &str) {
    let (server, authority) = (Server::start(|_| load("LOAD_COMPLETED")), Authority::new());
    let port = authority.front(&server, &["localhost", "127.0.0.1"], OUR_TIME).await;
    let answer = ask(secure(host, port, Some(authority.file()))).await.unwrap();
    assert_eq!(answer["payload"]["overallStatus"]["status"], "LOAD_COMPLETED");
    let [request] = server.seen().try_into().unwrap();
    assert!(request.headers.contains_key("authorization"));
}

#[rstest]
#[case::no_bundle(None, "UnknownIssuer")]
#[case::another_of_the_same_name(Some(Authority::new()), "BadSignature")]
#[tokio::test]
async fn a_server_whose_issuer_is_not_named_is_refused(#[case] named: Option<Authority>, #[case] cause: &str) {
    let (server, authority) = (Server::start(|_| load("LOAD_COMPLETED")), Authority::new());
    let port = authority.front(&server, &["localhost"], OUR_TIME).await;
    let error = ask(secure("localhost", port, named.as_ref().map(Authority::file))).await.unwrap_err();
    assert_refused(&error, &server, &[cause, "name the issuer of its certificate in NEPTUNE_CA_FILE"]);
}

#[rstest]
#[case::other_name("neptune.example.com", OUR_TIME, "not valid for name", "ask for it by a name that its certificate is for")]
#[case::other_address("127.0.0.2", OUR_TIME, "not valid for name", "ask for it by a name that its certificate is for")]
#[case::expired("localhost", (2020, 2021), "expired", "renew its certificate")]
#[case::not_yet_valid("localhost", (2119, 2120), "not valid yet", "renew its certificate")]
#[tokio::test]
async fn a_certificate_that_does_not_fit_is_refused(
    #[case] host: &str,
    #[case] years: Years,
    #[case] cause: &str,
    #[case] remedy: &str,
) {
    let (server, authority) = (Server::start(|_| load("LOAD_COMPLETED")), Authority::new());
    let port = authority.front(&server, &[host], years).await;
    let error = ask(secure("localhost", port, Some(authority.file()))).await.unwrap_err();
    assert_refused(&error, &server, &[cause, remedy]);
    assert!(!error.message.contains("NEPTUNE_CA_FILE"), "{}", error.message);
}

/// The handshake failed, for the reason given; nothing of the request went out, its signature least of all.
fn assert_refused(error: &StatusError, server: &Server, parts: &[&str]) {
    assert_eq!(error.name.as_str(), "ConfigurationError");
    for part in ["cannot connect to https://localhost:", "invalid peer certificate"].iter().chain(parts) {
        assert!(error.message.contains(part), "no `{part}` in: {}", error.message);
    }
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn a_redirect_away_from_tls_is_not_followed() {
    let plain = Server::start(|_| load("LOAD_COMPLETED"));
    let elsewhere = format!(
        "HTTP/1.1 302 Found\r\nlocation: http://localhost:{}/loader/x-1\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
        plain.port
    );
    let server = Server::start(move |_| Answer::Bytes(elsewhere.clone().into_bytes()));
    let authority = Authority::new();
    let port = authority.front(&server, &["localhost"], OUR_TIME).await;
    let error = ask(secure("localhost", port, Some(authority.file()))).await.unwrap_err();
    assert_eq!(error.name.as_str(), "LoadStatusNotOk");
    assert!(error.message.contains("redirects are not followed"), "{}", error.message);
    assert_eq!((server.seen().len(), plain.seen().len()), (1, 0));
}

#[tokio::test]
async fn a_server_without_tls_is_distinguished_from_one_out_of_reach() {
    let error = ask(secure("localhost", refusing_http_server(), None)).await.unwrap_err();
    assert_eq!(error.name.as_str(), "ConfigurationError");
    for part in ["cannot connect to https://localhost:", "it does not answer with TLS", "the endpoint's port"] {
        assert!(error.message.contains(part), "no `{part}` in: {}", error.message);
    }
}

/// Answers whatever comes as an HTTP server answers what is not HTTP; its port.
fn refusing_http_server() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        }
    });
    port
}

#[tokio::test]
async fn the_roots_of_the_system_are_not_trusted() {
    let (server, authority) = (Server::start(|_| load("LOAD_COMPLETED")), Authority::new());
    let port = authority.front(&server, &["localhost"], OUR_TIME).await;
    let variables = [
        // Makes our authority a root of the system; hence a process of its own.
        ("SSL_CERT_FILE", authority.file()),
        ("NEPTUNE_ENDPOINT", &format!("https://localhost:{port}")),
        ("NEPTUNE_MAX_ATTEMPTS", "1"),
    ];
    let called = call_once("get_load_status", &variables, &json!({"load_job_id": "x-1"})).await;
    assert!(called.in_time && called.log.contains("invalid peer certificate: UnknownIssuer"), "{called:#?}");
    assert!(server.seen().is_empty());
}

const REMEDY: &str = "name a readable PEM file with certificates, or leave the variable out";

#[test]
fn a_ca_file_out_of_reach_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    let absent = folder.path().join("ca.pem");
    for (path, problem) in [(absent.as_path(), "No such file"), (folder.path(), "Is a directory")] {
        let path = path.to_str().unwrap();
        let error = Client::new(config(1, &[("NEPTUNE_CA_FILE", path)])).unwrap_err();
        assert_eq!(error.name.as_str(), "ConfigurationError");
        assert!(error.message.starts_with(&format!("NEPTUNE_CA_FILE `{path}` cannot be read: {problem}")), "{}", error.message);
        assert!(error.message.ends_with(REMEDY), "{}", error.message);
    }
}

#[rstest]
#[case::empty(b"".to_vec(), "holds no PEM certificate")]
#[case::text(b"see the wiki\n".to_vec(), "holds no PEM certificate")]
#[case::der(Authority::new().der().to_vec(), "holds no PEM certificate")]
#[case::only_a_key(b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n".to_vec(), "holds no PEM certificate")]
#[case::not_base64(b"-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n".to_vec(), "holds a damaged certificate")]
#[case::cut_off(b"-----BEGIN CERTIFICATE-----\nAAAA\n".to_vec(), "holds a damaged certificate")]
#[case::no_certificate_inside(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".to_vec(), "holds a certificate that cannot be used")]
fn a_ca_file_without_a_usable_certificate_is_reported(#[case] content: Vec<u8>, #[case] problem: &str) {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), content).unwrap();
    let path = file.path().to_str().unwrap();
    let error = Client::new(config(1, &[("NEPTUNE_CA_FILE", path)])).unwrap_err();
    assert_eq!(error.name.as_str(), "ConfigurationError");
    assert!(error.message.starts_with(&format!("NEPTUNE_CA_FILE `{path}` {problem}")), "{}", error.message);
    assert!(error.message.ends_with(REMEDY), "{}", error.message);
}
