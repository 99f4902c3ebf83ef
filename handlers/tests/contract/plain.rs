//! `http://` where Neptune speaks TLS: reported as such, and not mistaken for a server in trouble.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use handlers::{StatusError, check, status};
use rstest::rstest;
use serde_json::json;

use crate::authority::{Authority, OUR_TIME};
use crate::server::{Answer, Server, http, load};
use crate::setup::{both, call, config_for};

/// How a server that speaks TLS takes a request without it.
#[derive(Clone, Copy)]
enum Takes {
    /// Closes in order.
    Closing,
    /// Closes with the request unread, which resets the connection.
    Resetting,
    /// Answers with a page.
    Telling(&'static str),
}

/// A server in front of one that speaks TLS: it passes on what begins a handshake, and takes the rest in its own way. Its port.
fn particular(takes: Takes, tls: u16) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || serve(stream, takes, tls));
        }
    });
    port
}

fn serve(mut stream: TcpStream, takes: Takes, tls: u16) {
    let mut first = [0];
    let _ = stream.peek(&mut first);
    if first == [0x16] {
        let mut behind = TcpStream::connect(("127.0.0.1", tls)).unwrap();
        let (mut from, mut to) = (stream.try_clone().unwrap(), behind.try_clone().unwrap());
        thread::spawn(move || std::io::copy(&mut from, &mut to));
        let _ = std::io::copy(&mut behind, &mut stream);
        return;
    }
    if let Takes::Resetting = takes {
        return;
    }
    let _ = stream.read(&mut [0; 4096]);
    if let Takes::Telling(page) = takes {
        let head = format!("HTTP/1.1 400 Bad Request\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", page.len());
        let _ = stream.write_all(format!("{head}{page}").as_bytes());
    }
}

async fn raised(endpoint: &str, more: &[(&str, &str)]) -> StatusError {
    status::handle(call(config_for(endpoint, more), json!({"load_job_id": "x-1"}))).await.unwrap_err()
}

fn assert_reported(error: &StatusError) {
    assert_eq!((error.name.as_str(), error.retryable), ("ConfigurationError", false), "{}", error.message);
    for part in ["load id `x-1` could not be read: ", "speaks TLS", "write https://"] {
        assert!(error.message.contains(part), "no `{part}` in: {}", error.message);
    }
    assert!(!error.message.contains("attempts"), "it is final at once: {}", error.message);
}

#[tokio::test]
async fn a_request_without_tls_at_a_port_with_it_is_reported() {
    let (server, authority) = (Server::start(|_| load("LOAD_COMPLETED")), Authority::new());
    let port = authority.front(&server, &["localhost"], OUR_TIME).await;
    assert_reported(&raised(&format!("http://127.0.0.1:{port}"), &[]).await);
    assert_reported(&raised(&format!("http://localhost:{port}"), &[]).await);
    let through = format!("127.0.0.1:{port}");
    assert_reported(&raised("http://graph.example:8182", &[("NEPTUNE_CONNECT_TO", &through)]).await);
    assert!(server.seen().is_empty());

    let answer = check::handle(call(config_for(&format!("http://127.0.0.1:{port}"), &[]), both())).await.unwrap();
    assert_eq!((&answer["error_type"], &answer["retryable"]), (&json!("ConfigurationError"), &json!(false)));
}

#[rstest]
#[case::closing(Takes::Closing)]
#[case::resetting(Takes::Resetting)]
#[case::nginx(Takes::Telling("<html><center>The plain HTTP request was sent to HTTPS port</center></html>"))]
#[case::go(Takes::Telling("Client sent an HTTP request to an HTTPS server.\n"))]
#[case::apache(Takes::Telling("Reason: You're speaking plain HTTP to an SSL-enabled server port."))]
#[case::java(Takes::Telling("Bad Request\r\nThis combination of host and port requires TLS.\r\n"))]
#[case::without_a_word(Takes::Telling(""))]
#[tokio::test]
async fn servers_take_it_in_many_ways(#[case] takes: Takes) {
    let (server, authority) = (Server::start(|_| load("LOAD_COMPLETED")), Authority::new());
    let port = particular(takes, authority.front(&server, &["localhost"], OUR_TIME).await);
    assert_reported(&raised(&format!("http://127.0.0.1:{port}"), &[]).await);
}

#[rstest]
#[case::closed(|| Answer::Close)]
#[case::reset(|| Answer::Reset)]
#[case::not_http(|| Answer::Bytes(b"SSH-2.0-OpenSSH\r\n\r\n".to_vec()))]
#[tokio::test]
async fn a_server_in_trouble_is_not_mistaken_for_one_with_tls(#[case] trouble: fn() -> Answer) {
    let server = Server::start(move |_| trouble());
    let error = raised(&format!("http://127.0.0.1:{}", server.port), &[]).await;
    assert_eq!((error.name.as_str(), error.retryable), ("NeptuneUnavailable", true), "{}", error.message);
    assert!(!error.message.contains("TLS"), "{}", error.message);
    assert_eq!(server.seen().len(), 3);
}

#[tokio::test]
async fn a_page_about_https_is_reported_with_its_remedy() {
    let server = Server::start(|_| http(400, "The plain HTTP request was sent to HTTPS port"));
    let error = raised(&format!("http://127.0.0.1:{}", server.port), &[]).await;
    assert_eq!(error.name.as_str(), "NeptuneBadResponse");
    assert!(error.message.contains("write https://"), "{}", error.message);
}

/// Accepts and drops every connection. Returns its port, and how many connections came.
fn dropping() -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            counted.fetch_add(1, Ordering::SeqCst);
            drop(stream);
        }
    });
    (port, count)
}

#[tokio::test]
async fn whether_tls_is_spoken_is_tried_once_and_never_for_https() {
    let (port, came) = dropping();
    assert_eq!(raised(&format!("http://127.0.0.1:{port}"), &[]).await.name.as_str(), "NeptuneUnavailable");
    assert_eq!(came.load(Ordering::SeqCst), 3 + 1);

    let (port, came) = dropping();
    assert_eq!(raised(&format!("https://127.0.0.1:{port}"), &[]).await.name.as_str(), "NeptuneUnavailable");
    assert_eq!(came.load(Ordering::SeqCst), 3);
}

#[rstest]
#[case::https("https://localhost", "port 443")]
#[case::http("http://localhost", "port 80")]
#[tokio::test]
async fn a_port_that_was_not_named_is_reported(#[case] url: &str, #[case] port: &str) {
    // Nothing listens on these ports where tests run; where something does, it is not a Neptune, and is reported in the same way.
    let variables = [("AWS_ENDPOINT_URL_NEPTUNEDATA", url), ("NEPTUNE_MAX_ATTEMPTS", "1")];
    let error = raised("unused", &variables).await;
    for part in [port, "Neptune's is 8182", ":8182"] {
        assert!(error.message.contains(part), "no `{part}` in: {}", error.message);
    }
}

#[tokio::test]
async fn a_port_that_was_named_is_not_doubted() {
    let variables = [("AWS_ENDPOINT_URL_NEPTUNEDATA", "https://localhost:443"), ("NEPTUNE_MAX_ATTEMPTS", "1")];
    assert!(!raised("unused", &variables).await.message.contains("8182"));
}
