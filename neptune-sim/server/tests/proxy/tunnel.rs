//! An upstream that is reached at another address than its own: through a tunnel.

use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr};

use neptune_server::upstream::{Signer, UpstreamOptions};
use neptune_server::{Authentication, ClusterSpec, Sim, SimOptions, Tls};
use serde_json::{Value, json};
use tempfile::NamedTempFile;

use crate::client::ask;
use crate::endpoint::Endpoint;
use crate::setup::{anywhere, proxy, simulated};

const CLUSTER: &str = "graph.cluster-c0ffee.eu-west-1.neptune.example";

/// A cluster that speaks TLS under a name, accepts one key, and trusts the CA in this file.
async fn secure(name: &str) -> (Sim, NamedTempFile) {
    let tls = Tls::with_new_ca(Ipv4Addr::LOCALHOST.into(), &[name.to_owned()]).unwrap();
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(tls.ca_pem().unwrap().as_bytes()).unwrap();
    let keys = json!({"region": "eu-west-1", "keys": [{"id": "AKIDEXAMPLE", "secret": "hunter2"}]});
    let authentication: Authentication = serde_json::from_value(keys).unwrap();
    let options = SimOptions { tls: Some(tls), ..SimOptions::new(anywhere()) };
    (Sim::start_with(ClusterSpec { authentication, ..simulated() }, options).await.unwrap(), file)
}

/// What a proxy needs to know of a cluster whose name leads nowhere.
fn options(scheme: &str, connect_to: SocketAddr) -> UpstreamOptions {
    let address = format!("{scheme}://{CLUSTER}:8182").parse().unwrap();
    UpstreamOptions { connect_to: Some(connect_to), ..UpstreamOptions::new(address) }
}

#[tokio::test]
async fn certificate_and_signature_are_those_of_the_upstreams_name() {
    let (behind, ca) = secure(CLUSTER).await;
    let signer = Signer::new("AKIDEXAMPLE", "hunter2", None, "eu-west-1");
    let options = UpstreamOptions {
        ca_file: Some(ca.path().to_owned()),
        signer: Some(signer),
        ..options("https", behind.first().address())
    };
    let proxy = proxy(options).await;
    let answer = ask(proxy.first().address(), "GET", "/loader/domain-quick").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

#[tokio::test]
async fn a_certificate_for_another_name_is_refused_wherever_the_tunnel_begins() {
    let (behind, ca) = secure("other.example").await;
    let options = UpstreamOptions { ca_file: Some(ca.path().to_owned()), ..options("https", behind.first().address()) };
    let proxy = proxy(options).await;
    let answer = ask(proxy.first().address(), "GET", "/loader").await;
    let body: Value = serde_json::from_str(&answer.body).unwrap();
    let reported = body["message"].as_str().unwrap();
    let begin = format!("This is the proxy neptune-sim, not Neptune: of https://{CLUSTER}:8182: the TLS handshake failed");
    assert!(answer.status == 502 && reported.starts_with(&begin), "{reported}");
}

#[tokio::test]
async fn the_upstream_is_asked_by_its_own_host() {
    let mut endpoint = Endpoint::answering("200 OK", b"{}").await;
    let proxy = proxy(options("http", endpoint.address)).await;
    assert_eq!(ask(proxy.first().address(), "GET", "/loader").await.status, 200);
    let request = endpoint.asked().await;
    assert!(request.contains(&format!("\r\nhost: {CLUSTER}:8182\r\n")), "{request}");
}
