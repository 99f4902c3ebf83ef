//! Signatures in front of a cluster with IAM authentication.

use std::time::SystemTime;

use neptune_server::upstream::{HostHeader, UpstreamOptions};
use neptune_server::{Authentication, ClusterSpec, Sim};
use serde_json::json;

use crate::client::{Answer, ask, ask_with};
use crate::endpoint::Endpoint;
use crate::key::{KEY_ID, SECRET, signed, signer};
use crate::setup::{anywhere, options, proxy, simulated};

const TOKEN: &str = "IQoJb3JpZ2luX2VjE";

/// A simulator that lets one key in.
async fn choosy() -> Sim {
    let keys = json!({"keys": [{"id": KEY_ID, "secret": SECRET, "session_token": TOKEN}]});
    let authentication: Authentication = serde_json::from_value(keys).unwrap();
    Sim::start(ClusterSpec { authentication, ..simulated() }, anywhere()).await.unwrap()
}

/// Asks as a client that signs for this host.
async fn ask_signed(sim: &Sim, host: &str, target: &str) -> Answer {
    let signature = signed(&signer(Some(TOKEN)), ("GET", target), host, "", SystemTime::now());
    let signature = signature.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let headers: Vec<_> = signature.chain([("Host", host)]).collect();
    ask_with(sim.first().address(), "GET", target, &headers, "").await
}

#[tokio::test]
async fn what_the_proxy_signs_is_accepted_whatever_the_client_sent() {
    let behind = choosy().await;
    let proxy = proxy(UpstreamOptions { signer: Some(signer(Some(TOKEN))), ..options(behind.first().address()) }).await;
    let own = [
        ("Authorization", "AWS4-HMAC-SHA256 Credential=theirs"),
        ("X-Amz-Date", "20200101T000000Z"),
        ("X-Amz-Security-Token", "t"),
    ];
    for headers in [&[][..], &own] {
        for target in ["/loader/domain-quick?details=TRUE", "/loader/a%2Fb", "/loader?loadId=domain-quick", "/status"] {
            let answer = ask_with(proxy.first().address(), "GET", target, headers, "").await;
            assert_eq!(answer.status, if target.contains("a%2Fb") { 404 } else { 200 }, "{target}: {}", answer.body);
        }
        let start =
            json!({"source": "s3://b/", "format": "csv", "iamRoleArn": "r", "region": "us-east-1", "queueRequest": true});
        let answer = ask_with(proxy.first().address(), "POST", "/loader", headers, &start.to_string()).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
    }
}

#[tokio::test]
async fn without_a_signer_unsigned_requests_are_refused_by_the_cluster_itself() {
    let behind = choosy().await;
    let proxy = proxy(options(behind.first().address())).await;
    let answer = ask(proxy.first().address(), "GET", "/loader/domain-quick").await;
    assert_eq!((answer.status, answer.header("x-neptune-sim")), (403, None), "{}", answer.body);
}

#[tokio::test]
async fn a_client_that_signs_for_the_upstream_needs_its_own_host_kept() {
    let behind = choosy().await;
    let host = "my-cluster.neptune.example:8182";
    let keeping = proxy(UpstreamOptions { host: HostHeader::Clients, ..options(behind.first().address()) }).await;
    assert_eq!(ask_signed(&keeping, host, "/loader/domain-quick").await.status, 200);
    let replacing = proxy(options(behind.first().address())).await;
    assert_eq!(ask_signed(&replacing, host, "/loader/domain-quick").await.status, 403);
}

#[tokio::test]
async fn an_answer_that_quotes_what_the_proxy_signed_does_not_carry_its_session_token_on() {
    let body = format!("the canonical string was 'x-amz-security-token:{TOKEN}'");
    let endpoint = Endpoint::answering("403 Forbidden", body.as_bytes()).await;
    let proxy = proxy(UpstreamOptions { signer: Some(signer(Some(TOKEN))), ..options(endpoint.address) }).await;
    let answer = ask(proxy.first().address(), "GET", "/loader/domain-quick").await;
    assert_eq!((answer.status, answer.body.as_str()), (403, "the canonical string was 'x-amz-security-token:<redacted>'"));
}
