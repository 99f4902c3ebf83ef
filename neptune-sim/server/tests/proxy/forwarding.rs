//! Requests reach the upstream, and its answers reach the client.

use rstest::rstest;
use serde_json::json;

use crate::client::{Connection, ask, ask_with, exchange};
use crate::endpoint::Endpoint;
use crate::setup::{options, proxy, simulator};

#[tokio::test]
async fn a_client_cannot_tell_the_proxy_from_what_is_behind_it() {
    let (behind, other) = (simulator().await, simulator().await);
    let proxy = proxy(options(behind.first().address())).await;
    let start = json!({"source": "s3://b/", "format": "csv", "iamRoleArn": "r", "region": "us-east-1"}).to_string();
    for (method, target, body) in [
        ("GET", "/status", ""),
        ("GET", "/loader", ""),
        ("GET", "/loader/domain-quick?details=TRUE&errors=true", ""),
        ("GET", "/loader?loadId=prov-slow", ""),
        ("GET", "/loader/absent", ""),
        ("POST", "/loader", &start),
        ("POST", "/loader", "{"),
        ("DELETE", "/loader/prov-slow", ""),
        ("PUT", "/loader", ""),
        ("GET", "/gremlin", ""),
        ("POST", "/sparql", "query=x"),
    ] {
        let through = ask_with(proxy.first().address(), method, target, &[], body).await;
        let directly = ask_with(other.first().address(), method, target, &[], body).await;
        assert_eq!((through.status, &through.body), (directly.status, &directly.body), "{method} {target}");
        for name in ["content-type", "x-amzn-requestid", "content-length", "x-neptune-sim"] {
            assert_eq!(through.header(name), directly.header(name), "{method} {target}");
        }
    }
}

#[tokio::test]
async fn method_path_query_headers_and_body_arrive_to_the_byte() {
    let mut endpoint = Endpoint::answering("200 OK", b"{}").await;
    let proxy = proxy(options(endpoint.address)).await;
    let request = "PATCH /loader/../a%2fb/%2E%2e/?x='{}&&y=%zz HTTP/1.1\r\nHost: proxy.example\r\nX-Mine: \u{e4}\r\nContent-Length: 7\r\n\
                   Connection: close, x-hop\r\nX-Hop: 1\r\n\r\na\r\nb\0c\n";
    assert!(exchange(proxy.first().address(), request.as_bytes()).await.starts_with("HTTP/1.1 200 OK\r\n"));
    let asked = endpoint.asked().await;
    // The one thing that the proxy adds.
    let via = asked.lines().find_map(|line| line.strip_prefix("via: 1.1 neptune-sim-")).unwrap_or_else(|| panic!("{asked}"));
    assert!(via.len() == 16 && via.bytes().all(|byte| byte.is_ascii_hexdigit()), "{via}");
    let expected = format!(
        "PATCH /loader/../a%2fb/%2E%2e/?x='{{}}&&y=%zz HTTP/1.1\r\nhost: {}\r\nx-mine: \u{e4}\r\ncontent-length: 7\r\nconnection: close\r\n\r\n\
         a\r\nb\0c\n",
        endpoint.address
    );
    assert_eq!(asked.replace(&format!("via: 1.1 neptune-sim-{via}\r\n"), ""), expected);
}

#[tokio::test]
async fn a_body_in_chunks_arrives_whole() {
    let mut endpoint = Endpoint::answering("200 OK", b"{}").await;
    let proxy = proxy(options(endpoint.address)).await;
    let request = "POST /loader HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n";
    exchange(proxy.first().address(), request.as_bytes()).await;
    let asked = endpoint.asked().await;
    assert!(asked.contains("\r\ncontent-length: 7\r\n") && asked.ends_with("\r\n\r\nabcdefg"), "{asked}");
    assert!(!asked.contains("chunked"), "{asked}");
}

#[rstest]
#[case::with_its_length("content-length: 9\r\n\r\nabcdefghi")]
#[case::in_chunks("transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n6\r\ndefghi\r\n0\r\n\r\n")]
#[case::to_the_end("\r\nabcdefghi")]
#[tokio::test]
async fn an_answer_comes_back_however_it_is_framed(#[case] rest: &str) {
    let head = "HTTP/1.1 418 Teapot\r\nx-mine: 1\r\nx-mine: 2\r\nlocation: http://elsewhere/\r\nkeep-alive: timeout=5\r\n";
    let endpoint = Endpoint::saying(format!("{head}{rest}"), true).await;
    let proxy = proxy(options(endpoint.address)).await;
    let request = b"GET /loader HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    let answer = exchange(proxy.first().address(), request).await;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert_eq!(body, "abcdefghi");
    assert!(head.starts_with("HTTP/1.1 418 "), "{head}");
    assert!(head.contains("\r\nx-mine: 1\r\nx-mine: 2\r\n") && head.contains("\r\nlocation: http://elsewhere/"), "{head}");
    assert!(head.contains("\r\ncontent-length: 9") && !head.contains("keep-alive: timeout"), "{head}");
}

#[tokio::test]
async fn a_head_without_a_body_keeps_the_length_that_it_speaks_of() {
    let endpoint = Endpoint::saying("HTTP/1.1 200 OK\r\ncontent-length: 1234\r\n\r\n", true).await;
    let proxy = proxy(options(endpoint.address)).await;
    let answer = exchange(proxy.first().address(), b"HEAD /loader HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
    assert!(answer.contains("\r\ncontent-length: 1234\r\n"), "{answer}");
}

#[tokio::test]
async fn big_bodies_pass_in_both_directions() {
    let big = "x".repeat(8 * 1024 * 1024);
    let mut endpoint = Endpoint::answering("200 OK", big.as_bytes()).await;
    let proxy = proxy(options(endpoint.address)).await;
    let answer = exchange(
        proxy.first().address(),
        format!("POST /loader HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{big}", big.len())
            .as_bytes(),
    )
    .await;
    assert!(answer.split_once("\r\n\r\n").unwrap().1 == big, "{} bytes came back", answer.len());
    assert!(endpoint.asked().await.split_once("\r\n\r\n").unwrap().1 == big);
}

#[tokio::test]
async fn only_the_upstream_is_asked() {
    let mut endpoint = Endpoint::answering("302 Found\r\nlocation: http://127.0.0.1:1/", b"").await;
    let elsewhere = Endpoint::answering("200 OK", b"").await;
    let proxy = proxy(options(endpoint.address)).await;
    let request = format!("GET http://{0}/loader HTTP/1.1\r\nHost: {0}\r\nConnection: close\r\n\r\n", elsewhere.address);
    let answer = exchange(proxy.first().address(), request.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 302 Found\r\n"), "{answer}");
    assert!(endpoint.asked().await.starts_with("GET /loader HTTP/1.1\r\n"));
    let tunnel = format!("CONNECT {} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", elsewhere.address);
    let answer = exchange(proxy.first().address(), tunnel.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 502 ") && answer.contains("passes on single requests"), "{answer}");
    assert_eq!((endpoint.waiting(), elsewhere.waiting()), (0, 0));
}

#[tokio::test]
async fn a_thousand_requests_leave_no_connection_behind() {
    let mut endpoint = Endpoint::saying("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}", false).await;
    let proxy = proxy(options(endpoint.address)).await;
    let mut connection = Connection::open(proxy.first().address()).await;
    for _ in 0..1000 {
        assert_eq!(connection.ask("GET", "/loader", &[], "").await.unwrap().status, 200);
        // The proxy closes it, although the endpoint would keep it.
        endpoint.left().await;
    }
}

#[tokio::test]
async fn the_control_api_stays_here() {
    let endpoint = Endpoint::answering("200 OK", b"{}").await;
    let proxy = proxy(options(endpoint.address)).await;
    let answer = ask(proxy.first().address(), "GET", "/_sim").await;
    assert_eq!(answer.json()["clusters"][0]["name"], "proxy");
    assert_eq!(endpoint.waiting(), 0);
}
