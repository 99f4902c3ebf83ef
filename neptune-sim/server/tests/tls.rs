//! TLS as clients see it: a real handshake, with a client that trusts only the simulator's CA.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use neptune_server::scenario::Scenario;
use neptune_server::{ClockKind, ClusterSpec, Limits, Sim, SimOptions, Tls};
use reqwest::{Certificate, Client};
use rstest::rstest;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const NAME: &str = "my-cluster.cluster-abc.us-east-1.neptune.example";

/// An address of this machine that stands in no certificate before a client connects to it: all of 127.0.0.0/8 are Linux's own.
const OTHER_LOOPBACK: &str = if cfg!(target_os = "linux") { "127.0.0.2" } else { "127.0.0.1" };

fn anywhere() -> SocketAddr {
    (Ipv4Addr::LOCALHOST, 0).into()
}

fn tls() -> Tls {
    Tls::with_new_ca(Ipv4Addr::LOCALHOST.into(), &[NAME.to_owned()]).unwrap()
}

async fn start(tls: &Tls) -> Sim {
    let options = SimOptions { tls: Some(tls.clone()), ..SimOptions::new(anywhere()) };
    Sim::start_with(ClusterSpec::new("first", ClockKind::Manual), options).await.unwrap()
}

/// A client that trusts one CA, and finds the names of these tests at the simulator.
fn client(tls: &Tls, sim: &Sim) -> Client {
    // An error means that there is a provider already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let ca = Certificate::from_pem(tls.ca_pem().unwrap().as_bytes()).unwrap();
    let address = sim.first().address();
    Client::builder().no_proxy().tls_certs_only([ca]).resolve(NAME, address).resolve("other.example", address).build().unwrap()
}

/// Sends these bytes without TLS, and reads whatever comes until the connection ends.
async fn exchange(address: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    let mut answer = Vec::new();
    let end = tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut answer));
    // A reset is an end, too.
    let _ = end.await.expect("the connection ends in good time");
    String::from_utf8_lossy(&answer).into_owned()
}

#[rstest]
#[case::by_name("localhost")]
#[case::by_address("127.0.0.1")]
#[case::by_the_name_of_a_cluster(NAME)]
#[tokio::test]
async fn a_client_that_trusts_the_ca_is_served(#[case] host: &str) {
    let tls = tls();
    let sim = start(&tls).await;
    let url = format!("https://{host}:{}/status", sim.first().address().port());
    let answer = client(&tls, &sim).get(url).send().await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.version()), (200, reqwest::Version::HTTP_11));
    assert!(answer.text().await.unwrap().contains("healthy"));
}

#[tokio::test]
async fn a_copied_scenario_speaks_tls_too() {
    let tls = tls();
    let sim = start(&tls).await;
    let url = format!("{}/_sim/clusters/first/scenario", sim.endpoint());
    let copied: serde_json::Value = client(&tls, &sim).get(url).send().await.unwrap().json().await.unwrap();
    let scenario = Scenario::parse("copied.yaml", copied["text"].as_str().unwrap()).unwrap();
    assert!(scenario.cluster_spec(ClockKind::Manual).tls, "{copied}");
}

/// Starts a simulator that listens on all addresses of this kind.
async fn start_everywhere(listen: &str) -> (Sim, Tls) {
    let listen: SocketAddr = listen.parse().unwrap();
    let tls = Tls::with_new_ca(listen.ip(), &[]).unwrap();
    let options = SimOptions { tls: Some(tls.clone()), ..SimOptions::new(listen) };
    (Sim::start_with(ClusterSpec::new("first", ClockKind::Manual), options).await.unwrap(), tls)
}

#[rstest]
#[case::one_that_was_not_configured("0.0.0.0:0", OTHER_LOOPBACK)]
#[case::version_4_where_version_6_listens("[::]:0", OTHER_LOOPBACK)]
#[case::localhost("0.0.0.0:0", "localhost")]
#[tokio::test]
async fn a_server_on_all_addresses_is_trusted_at_each(#[case] listen: &str, #[case] host: &str) {
    let (sim, tls) = start_everywhere(listen).await;
    let client = client(&tls, &sim);
    let url = format!("https://{host}:{}/status", sim.first().address().port());
    for _ in 0..2 {
        assert_eq!(client.get(&url).send().await.unwrap().status(), 200);
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_server_on_all_addresses_is_trusted_by_the_name_of_the_machine() {
    let (sim, tls) = start_everywhere("0.0.0.0:0").await;
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap();
    let ca = Certificate::from_pem(tls.ca_pem().unwrap().as_bytes()).unwrap();
    let address = (Ipv4Addr::LOCALHOST, sim.first().address().port()).into();
    let client = Client::builder().no_proxy().tls_certs_only([ca]).resolve(name.trim(), address).build().unwrap();
    let url = format!("https://{}:{}/status", name.trim(), sim.first().address().port());
    assert_eq!(client.get(url).send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn the_certificate_is_for_the_names_it_was_made_for_only() {
    let tls = tls();
    let sim = start(&tls).await;
    let url = format!("https://other.example:{}/status", sim.first().address().port());
    let error = client(&tls, &sim).get(url).send().await.unwrap_err();
    assert!(format!("{error:?}").contains("NotValidForName"), "{error:?}");
}

#[tokio::test]
async fn the_ca_of_another_start_does_not_vouch_for_this_one() {
    let sim = start(&tls()).await;
    let error = client(&tls(), &sim).get(format!("{}/status", sim.endpoint())).send().await.unwrap_err();
    assert!(format!("{error:?}").contains("BadSignature"), "{error:?}");
}

#[tokio::test]
async fn further_clusters_and_the_control_api_speak_tls_too() {
    let tls = tls();
    let sim = start(&tls).await;
    let other = sim.add_cluster(ClusterSpec::new("other", ClockKind::Manual)).await.unwrap();
    let client = client(&tls, &sim);
    for url in [format!("{}/status", other.endpoint()), format!("{}/_sim/clusters/other", sim.endpoint())] {
        assert!(url.starts_with("https://"), "{url}");
        assert_eq!(client.get(url).send().await.unwrap().status(), 200);
    }
}

#[tokio::test]
async fn a_plain_request_is_not_answered() {
    let tls = tls();
    let sim = start(&tls).await;
    let answer = exchange(sim.first().address(), b"GET /status HTTP/1.1\r\nHost: localhost\r\n\r\n").await;
    assert!(!answer.contains("HTTP"), "{answer:?}");
    assert!(sim.first().requests().requests.is_empty());
    let url = format!("{}/status", sim.endpoint());
    assert_eq!(client(&tls, &sim).get(url).send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_handshake_that_never_ends_is_cut_off() {
    let limits = Limits { header_read: Duration::from_millis(1), ..Limits::default() };
    let options = SimOptions { tls: Some(tls()), limits, ..SimOptions::new(anywhere()) };
    let sim = Sim::start_with(ClusterSpec::new("first", ClockKind::Manual), options).await.unwrap();
    // The first byte of a handshake, and nothing more.
    assert_eq!(exchange(sim.first().address(), b"\x16").await, "");
}

#[rstest]
#[case::expired("expired", "Expired")]
#[case::wrong_name("wrong_name", "NotValidForName")]
#[case::unknown_ca("unknown_ca", "BadSignature")]
#[case::hang_up("hang_up", "UnexpectedEof")]
#[case::plain_http("plain_http", "InvalidMessage")]
#[tokio::test]
async fn a_handshake_meets_trouble_while_a_fault_lasts(
    #[case] trouble: &str,
    #[case] reported: &str,
    #[values("127.0.0.1", OTHER_LOOPBACK)] host: &str,
) {
    let (sim, tls) = start_everywhere("0.0.0.0:0").await;
    let client = client(&tls, &sim);
    let url = format!("https://{host}:{}/status", sim.first().address().port());
    assert_eq!(client.get(&url).send().await.unwrap().status(), 200);
    let fault = serde_json::from_value(serde_json::json!({"until": "5s", "does": {"tls": trouble}})).unwrap();
    sim.first().add_fault(&fault).unwrap();
    sim.first().apply_port_state().await.unwrap();
    let error = client.get(&url).send().await.unwrap_err();
    assert!(format!("{error:?}").contains(reported), "{error:?}");
    sim.first().advance(Duration::from_secs(5)).unwrap();
    sim.first().apply_port_state().await.unwrap();
    assert_eq!(client.get(&url).send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_cluster_may_speak_tls_where_the_others_do_not() {
    let sim = Sim::start(ClusterSpec::new("first", ClockKind::Manual), anywhere()).await.unwrap();
    let secure = ClusterSpec { tls: true, ..ClusterSpec::new("secure", ClockKind::Manual) };
    let cluster = sim.add_cluster(secure).await.unwrap();
    let control = neptune_control::ControlClient::new(&sim.endpoint()).unwrap();
    let ca = control.cluster("secure").describe().await.unwrap().ca.unwrap();
    let ca = Certificate::from_pem(ca.as_bytes()).unwrap();
    let client = Client::builder().no_proxy().tls_certs_only([ca]).build().unwrap();
    assert!(cluster.endpoint().starts_with("https://"), "{}", cluster.endpoint());
    assert_eq!(client.get(format!("{}/status", cluster.endpoint())).send().await.unwrap().status(), 200);
}
