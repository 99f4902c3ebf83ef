//! The upstream is away, slow, or no Neptune at all; the client leaves; faults fire.

use std::time::Duration;

use neptune_server::upstream::UpstreamOptions;
use neptune_server::{Fault, Limits, ReservedPort, Sim, SimOptions, Tls};
use rstest::rstest;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};

use crate::client::{Answer, ask, ask_with, exchange};
use crate::endpoint::Endpoint;
use crate::setup::{anywhere, options, proxy, simulated, simulator, spec};

/// Asserts that the proxy speaks, and says this.
fn assert_proxy_says(answer: &Answer, status: u16, text: &str) {
    assert_eq!((answer.status, answer.header("x-neptune-sim")), (status, Some("proxy")), "{}", answer.body);
    let message = answer.json()["message"].as_str().unwrap().to_owned();
    assert!(message.starts_with("This is the proxy neptune-sim, not Neptune: of http") && message.contains(text), "{message}");
}

fn fault(fault: Value) -> Fault {
    serde_json::from_value(fault).unwrap()
}

#[tokio::test]
async fn an_upstream_that_is_down_is_named() {
    let reserved = ReservedPort::at(anywhere()).unwrap();
    let free = reserved.address();
    let proxy = proxy(options(free)).await;
    let answer = ask(proxy.first().address(), "GET", "/loader").await;
    assert_proxy_says(&answer, 502, &format!("of http://{free}: it cannot be reached (Connection refused"));
}

#[rstest]
#[case::garbage("hello there\r\n\r\n", "it gave no proper HTTP answer")]
#[case::nothing("", "it gave no proper HTTP answer")]
#[case::half_a_head("HTTP/1.1 200 OK\r\nx-mine", "it gave no proper HTTP answer")]
#[case::half_a_body("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc", "it gave no proper HTTP answer")]
#[tokio::test]
async fn what_is_no_whole_answer_is_no_answer(#[case] said: &str, #[case] text: &str) {
    let endpoint = Endpoint::saying(said, true).await;
    let proxy = proxy(options(endpoint.address)).await;
    assert_proxy_says(&ask(proxy.first().address(), "GET", "/loader").await, 502, text);
}

/// Two proxies that pass on to each other, as a name that moves may have it.
#[tokio::test]
async fn a_request_that_comes_back_is_refused_at_once() {
    let reserved = ReservedPort::at(anywhere()).unwrap();
    let later = reserved.address();
    let to = |address| UpstreamOptions { answer_within: Duration::from_secs(5), ..options(address) };
    let limits = Limits { connections: 64, ..Limits::default() };
    let first = proxy(to(later)).await;
    let second = spec(to(first.first().address()), None);
    let _second = Sim::start_with(second, SimOptions { limits, ..SimOptions::new(later) }).await.unwrap();
    let answer = ask(first.first().address(), "GET", "/loader").await;
    assert_proxy_says(&answer, 508, &format!("of http://{later}: the request comes from this proxy itself"));
    assert_eq!(first.first().requests().requests.len(), 2, "it goes round once");
}

#[tokio::test]
async fn proxies_in_a_row_are_no_loop() {
    let behind = simulator().await;
    let near = proxy(options(behind.first().address())).await;
    let far = proxy(options(near.first().address())).await;
    assert_eq!(ask(far.first().address(), "GET", "/loader/domain-quick").await.status, 200);
}

#[tokio::test]
async fn an_answer_without_bounds_is_given_up() {
    let endless = [b"HTTP/1.1 200 OK\r\n\r\n".as_slice(), &vec![b'x'; 16 * 1024 * 1024 + 1]].concat();
    let endpoint = Endpoint::saying(endless, true).await;
    let proxy = proxy(options(endpoint.address)).await;
    assert_proxy_says(&ask(proxy.first().address(), "GET", "/loader").await, 502, "its answer has more than 16777216 bytes");
}

#[tokio::test]
async fn an_upstream_that_never_answers_is_given_up() {
    let endpoint = Endpoint::saying("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc", false).await;
    let within = Duration::from_millis(50);
    let proxy = proxy(UpstreamOptions { answer_within: within, ..options(endpoint.address) }).await;
    assert_proxy_says(&ask(proxy.first().address(), "GET", "/loader").await, 504, "no whole answer within 50 ms");
}

#[tokio::test]
async fn an_upstream_that_never_shakes_hands_is_given_up() {
    let listener = TcpListener::bind(anywhere()).await.unwrap();
    let address = format!("https://{}", listener.local_addr().unwrap()).parse().unwrap();
    let within = Duration::from_millis(50);
    let proxy = proxy(UpstreamOptions { connect_within: within, ..UpstreamOptions::new(address) }).await;
    assert_proxy_says(&ask(proxy.first().address(), "GET", "/loader").await, 504, "no connection within 50 ms");
}

async fn secure_simulator(tls: &Tls) -> Sim {
    let options = SimOptions { tls: Some(tls.clone()), ..SimOptions::new(anywhere()) };
    Sim::start_with(simulated(), options).await.unwrap()
}

#[tokio::test]
async fn an_upstream_is_trusted_if_a_file_vouches_for_it_and_not_otherwise() {
    let tls = Tls::with_new_ca(anywhere().ip(), &[]).unwrap();
    let behind = secure_simulator(&tls).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    tls.write_ca(&file).unwrap();
    let address: neptune_server::upstream::UpstreamAddress = behind.endpoint().parse().unwrap();

    let trusting = proxy(UpstreamOptions { ca_file: Some(file), ..UpstreamOptions::new(address.clone()) }).await;
    assert_eq!(ask(trusting.first().address(), "GET", "/loader/domain-quick").await.status, 200);
    let careful = proxy(UpstreamOptions::new(address)).await;
    let answer = ask(careful.first().address(), "GET", "/loader/domain-quick").await;
    assert_proxy_says(&answer, 502, "; name the issuer of its certificate with --upstream-ca");
}

#[rstest]
#[case::tls_where_there_is_none("https", "it does not answer with TLS: check port and scheme of --upstream")]
#[tokio::test]
async fn a_wrong_scheme_has_a_remedy(#[case] scheme: &str, #[case] text: &str) {
    let behind = simulator().await;
    let address = format!("{scheme}://{}", behind.first().address()).parse().unwrap();
    let proxy = proxy(UpstreamOptions::new(address)).await;
    assert_proxy_says(&ask(proxy.first().address(), "GET", "/loader").await, 502, text);
}

#[tokio::test]
async fn a_client_that_leaves_takes_its_request_along() {
    let mut endpoint = Endpoint::saying("", false).await;
    let proxy = proxy(options(endpoint.address)).await;
    let mut client = TcpStream::connect(proxy.first().address()).await.unwrap();
    client.write_all(b"GET /loader HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    endpoint.asked().await;
    drop(client);
    endpoint.left().await;
}

#[rstest]
#[case::an_error(json!({"does": {"error": "TooManyRequestsException"}}), 429, false)]
#[case::a_gateway(json!({"does": {"gateway": 503}}), 503, false)]
#[case::a_late_answer(json!({"does": "delay", "after": "1ms", "clock": "wall"}), 200, true)]
#[case::a_wrong_shape(json!({"does": {"shape": "null"}}), 200, true)]
#[tokio::test]
async fn faults_strike_in_front_of_any_endpoint(#[case] does: Value, #[case] status: u16, #[case] is_passed_on: bool) {
    let behind = simulator().await;
    let proxy = proxy(options(behind.first().address())).await;
    proxy.first().add_fault(&fault(does)).unwrap();
    let answer = ask(proxy.first().address(), "GET", "/loader/domain-quick").await;
    assert_eq!(answer.status, status, "{}", answer.body);
    assert_eq!(behind.first().requests().requests.len(), usize::from(is_passed_on));
    let log = proxy.first().requests().requests;
    assert!(log[0].fault.is_some() && log[0].status == Some(status), "{log:?}");
}

#[tokio::test]
async fn a_start_whose_answer_is_lost_was_executed_and_one_that_is_reset_was_not() {
    let behind = simulator().await;
    let proxy = proxy(options(behind.first().address())).await;
    let start = json!({"source": "s3://b/", "format": "csv", "iamRoleArn": "r", "region": "us-east-1"}).to_string();
    let request = format!("POST /loader HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{start}", start.len());
    proxy.first().add_fault(&fault(json!({"on": {"operation": "start", "request": 1}, "does": "reset"}))).unwrap();
    proxy.first().add_fault(&fault(json!({"on": {"operation": "start", "request": 2}, "does": "lost_answer"}))).unwrap();
    for started in [0, 1] {
        assert_eq!(exchange(proxy.first().address(), request.as_bytes()).await, "");
        assert_eq!(behind.first().timeline().len(), 2 + started);
    }
}

#[tokio::test]
async fn a_read_replica_is_played_without_asking_the_cluster_for_changes() {
    let behind = simulator().await;
    let proxy = proxy(options(behind.first().address())).await;
    proxy.first().add_fault(&fault(json!({"does": "read_only"}))).unwrap();
    let answer = ask_with(proxy.first().address(), "DELETE", "/loader/prov-slow", &[], "").await;
    assert_eq!(answer.status, 405, "{}", answer.body);
    assert!(behind.first().requests().requests.is_empty());
    assert_eq!(ask(proxy.first().address(), "GET", "/loader/prov-slow").await.status, 200, "reads are passed on");
}
