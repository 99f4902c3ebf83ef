//! Connections that lead through a tunnel: the function asks at another address, and for the cluster all the same.

use handlers::{Config, StatusError, status};
use neptune_sigv4::Signature;
use rstest::rstest;
use serde_json::{Value, json};

use crate::authority::{Authority, OUR_TIME};
use crate::server::{Answer, Request, Server, closed_port, load};
use crate::setup::{KEYS, call, config_for};

const CLUSTER: &str = "graph.cluster-c0ffee.eu-west-1.neptune.example";

/// Settings for the cluster, which is reached at a port of this machine.
fn through(port: u16, endpoint: &str, ca_file: &str) -> Config {
    let address = format!("127.0.0.1:{port}");
    let more: Vec<_> =
        KEYS.into_iter().chain([("NEPTUNE_CONNECT_TO", address.as_str()), ("NEPTUNE_CA_FILE", ca_file)]).collect();
    config_for(endpoint, &more)
}

async fn ask(config: Config) -> Result<Value, StatusError> {
    status::handle(call(config, json!({"load_job_id": "x-1"}))).await
}

/// Whether a request is signed for a host with the key of the function.
fn is_signed_for(host: &str, request: &Request) -> bool {
    let sent = http::Request::get(&request.target);
    let sent = request.headers.iter().fold(sent, |sent, (name, value)| sent.header(name, value));
    let (mut head, ()) = sent.body(()).unwrap().into_parts();
    head.headers.insert("host", host.parse().unwrap());
    let (_, secret) = KEYS.iter().find(|(name, _)| *name == "AWS_SECRET_ACCESS_KEY").unwrap();
    Signature::read(&head).unwrap().is_made_with(secret, &head, &[])
}

#[rstest]
#[case::the_usual_port(format!("https://{CLUSTER}:8182"), format!("{CLUSTER}:8182"))]
#[case::the_schemes_port(format!("https://{CLUSTER}:443"), CLUSTER.to_owned())]
#[tokio::test]
async fn through_a_tunnel_the_cluster_is_asked_by_its_own_name(#[case] endpoint: String, #[case] host: String) {
    let (server, authority) = (Server::start(|_| load("LOAD_COMPLETED")), Authority::new());
    let port = authority.front(&server, &[CLUSTER], OUR_TIME).await;
    let answer = ask(through(port, &endpoint, authority.file())).await.unwrap();
    assert_eq!(answer["payload"]["overallStatus"]["status"], "LOAD_COMPLETED");
    let [request] = server.seen().try_into().unwrap();
    assert_eq!(request.headers["host"], host);
    assert!(is_signed_for(&host, &request), "{request:#?}");
}

#[tokio::test]
async fn a_certificate_for_the_tunnels_end_is_refused() {
    let (server, authority) = (Server::start(|_| load("LOAD_COMPLETED")), Authority::new());
    let port = authority.front(&server, &["localhost", "127.0.0.1"], OUR_TIME).await;
    let error = ask(through(port, &format!("https://{CLUSTER}:8182"), authority.file())).await.unwrap_err();
    assert_eq!(error.name.as_str(), "ConfigurationError");
    let reported = format!("cannot connect to https://{CLUSTER}:8182 at 127.0.0.1:{port}: ");
    for part in [reported.as_str(), "not valid for name", "ask for it by a name that its certificate is for"] {
        assert!(error.message.contains(part), "no `{part}` in: {}", error.message);
    }
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn a_tunnel_that_is_not_open_is_distinguished_from_a_cluster_out_of_reach() {
    let authority = Authority::new();
    let (_kept, closed) = closed_port();
    let error = ask(through(closed, CLUSTER, authority.file())).await.unwrap_err();
    assert_eq!(error.name.as_str(), "NeptuneUnavailable");
    let reported = format!("cannot connect to https://{CLUSTER}:8182 at 127.0.0.1:{closed}: ");
    for part in [reported.as_str(), "check NEPTUNE_CONNECT_TO, and that the tunnel or balancer to the cluster is open"] {
        assert!(error.message.contains(part), "no `{part}` in: {}", error.message);
    }
}

#[tokio::test]
async fn a_redirect_is_reported_as_the_cluster_means_it() {
    let moved = b"HTTP/1.1 302 Found\r\nlocation: /elsewhere\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    let (server, authority) = (Server::start(|_| Answer::Bytes(moved.to_vec())), Authority::new());
    let port = authority.front(&server, &[CLUSTER], OUR_TIME).await;
    let error = ask(through(port, CLUSTER, authority.file())).await.unwrap_err();
    assert!(error.message.contains(&format!("https://{CLUSTER}:8182/elsewhere")), "{}", error.message);
}

#[rstest]
#[case::a_name("localhost")]
#[case::an_address("127.0.0.1")]
#[tokio::test]
async fn a_tunnel_or_a_balancer_may_go_by_its_name(#[case] way: &str) {
    let (server, authority) = (Server::start(|_| load("LOAD_COMPLETED")), Authority::new());
    let port = authority.front(&server, &[CLUSTER], OUR_TIME).await;
    let way = format!("{way}:{port}");
    let more: Vec<_> =
        KEYS.into_iter().chain([("NEPTUNE_CONNECT_TO", way.as_str()), ("NEPTUNE_CA_FILE", authority.file())]).collect();
    ask(config_for(CLUSTER, &more)).await.unwrap();
    let [request] = server.seen().try_into().unwrap();
    assert_eq!(request.headers["host"], format!("{CLUSTER}:8182"));
    assert!(is_signed_for(&format!("{CLUSTER}:8182"), &request), "{request:#?}");
}

#[tokio::test]
async fn a_name_that_cannot_be_looked_up_is_reported() {
    let more = [("NEPTUNE_CONNECT_TO", "nlb.invalid:8182"), ("NEPTUNE_MAX_ATTEMPTS", "1")];
    let error = ask(config_for(CLUSTER, &more)).await.unwrap_err();
    assert_eq!(error.name.as_str(), "NeptuneUnavailable", "a name may be there a moment later");
    for part in [format!("cannot connect to https://{CLUSTER}:8182 at nlb.invalid:8182: ").as_str(), "check NEPTUNE_CONNECT_TO"]
    {
        assert!(error.message.contains(part), "no `{part}` in: {}", error.message);
    }
}
