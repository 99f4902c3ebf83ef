//! The control API of a proxy: faults and log are its own, and a loader it has none.

use neptune_server::{Availability, Sim, SimOptions};
use rstest::rstest;
use serde_json::json;

use crate::client::{ask, ask_with, exchange};
use crate::setup::{anywhere, options, proxy, simulator, spec};

#[rstest]
#[case::loads("GET", "/loads", "")]
#[case::scripting("POST", "/loads", r#"{"id": "x", "lifecycle": ["LOAD_COMPLETED"]}"#)]
#[case::outcomes("PUT", "/loads/x/outcome", r#"{"runs": "1m"}"#)]
#[case::state("GET", "/state", "")]
#[case::quirks("PATCH", "/quirks", "{}")]
#[case::authentication("PUT", "/authentication", r#""off""#)]
#[case::strictness("PUT", "/strict", "true")]
#[case::role("PATCH", "/instance", r#"{"role": "reader"}"#)]
#[case::restart("POST", "/instance/restart", "")]
#[tokio::test]
async fn what_only_a_simulated_cluster_can_is_refused_with_a_hint(
    #[case] method: &str,
    #[case] path: &str,
    #[case] body: &str,
) {
    let behind = simulator().await;
    let proxy = proxy(options(behind.first().address())).await;
    let target = format!("/_sim/clusters/proxy{path}");
    let answer = ask_with(proxy.first().address(), method, &target, &[("Content-Type", "application/json")], body).await;
    assert_eq!(
        (answer.status, answer.json()["error"].as_str()),
        (409, Some("`proxy` is a proxy and has no loader of its own"))
    );
    let hint = answer.json()["hint"].as_str().unwrap().to_owned();
    assert!(hint.ends_with(&format!("the rest is http://{}'s", behind.first().address())), "{hint}");
}

#[tokio::test]
async fn a_state_cannot_be_put_into_a_proxy() {
    let behind = simulator().await;
    let proxy = proxy(options(behind.first().address())).await;
    let state = ask(behind.first().address(), "GET", "/_sim/clusters/two-loads/state").await.body;
    let headers = [("Content-Type", "application/json")];
    let answer = ask_with(proxy.first().address(), "PUT", "/_sim/clusters/proxy/state", &headers, &state).await;
    assert_eq!(answer.status, 409, "{}", answer.body);
}

#[tokio::test]
async fn faults_are_put_in_and_the_log_tells_what_was_passed_on() {
    let behind = simulator().await;
    let proxy = proxy(options(behind.first().address())).await;
    let address = proxy.first().address();
    let fault = json!({"on": {"request": 2}, "does": {"gateway": 502}}).to_string();
    let headers = [("Content-Type", "application/json")];
    let added = ask_with(address, "POST", "/_sim/clusters/proxy/faults", &headers, &fault).await;
    assert_eq!(added.status, 201, "{}", added.body);
    let start = json!({"source": "s3://b/", "format": "csv", "iamRoleArn": "r", "region": "us-east-1"}).to_string();
    let id = ask_with(address, "POST", "/loader", &[], &start).await.json()["payload"]["loadId"].clone();
    assert_eq!(ask(address, "GET", "/loader").await.status, 502);
    let log = ask(address, "GET", "/_sim/clusters/proxy/requests").await.json();
    let reported = |nth: usize, key: &str| log["requests"][nth][key].clone();
    assert_eq!((reported(0, "status"), reported(0, "load_id"), reported(0, "fault")), (json!(200), id, json!(null)));
    assert_eq!((reported(1, "status"), reported(1, "fault")), (json!(502), json!("gateway")));
}

#[tokio::test]
async fn a_live_cluster_can_be_unavailable_without_being_touched() {
    let behind = simulator().await;
    let options = SimOptions { control: neptune_server::ControlPlace::Off, ..SimOptions::new(anywhere()) };
    let proxy = Sim::start_with(spec(crate::setup::options(behind.first().address()), None), options).await.unwrap();
    proxy.first().set_availability(Availability::Refused).await.unwrap();
    let refused = tokio::net::TcpStream::connect(proxy.first().address()).await.unwrap_err();
    assert_eq!(refused.kind(), std::io::ErrorKind::ConnectionRefused);
    proxy.first().set_availability(Availability::Available).await.unwrap();
    let request = b"GET /loader HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    assert!(exchange(proxy.first().address(), request).await.starts_with("HTTP/1.1 200 OK"));
    assert_eq!(behind.first().requests().requests.len(), 1);
}
