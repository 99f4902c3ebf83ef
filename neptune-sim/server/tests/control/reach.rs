//! A posted cluster or fault cannot direct the simulator's own requests to other machines.

use neptune_control::AddCluster;
use neptune_server::{ClusterSpec, S3, Sim, SimOptions};
use rstest::rstest;

use super::{client, refusal};
use crate::{anywhere, spec, start};

/// A scenario with an S3 server. Nothing listens at any of these addresses, and nothing is started that would look.
fn with_s3(endpoint: &str) -> String {
    let keys = "access_key_id: AKIDEXAMPLE, secret_access_key: made-up";
    format!("name: lookup\nabout: sources are looked up\ngiven:\n  s3: {{endpoint: '{endpoint}', {keys}}}\n")
}

async fn add(sim: &Sim, endpoint: &str) -> Result<neptune_control::AddedCluster, neptune_control::ClientError> {
    client(sim).add_cluster(with_s3(endpoint), &AddCluster::default()).await
}

#[rstest]
#[case::by_name("http://localhost:5000")]
#[case::by_address("http://127.0.0.1:5000")]
#[case::version_6("http://[::1]:5000")]
#[tokio::test]
async fn a_posted_scenario_may_look_for_sources_on_this_machine(#[case] endpoint: &str) {
    let sim = start().await;
    add(&sim, endpoint).await.unwrap();
    assert_eq!(sim.cluster("lookup").unwrap().s3_endpoint().as_deref(), Some(endpoint));
}

#[rstest]
#[case::the_metadata_of_a_machine("http://169.254.169.254")]
#[case::a_network("http://192.0.2.7:9000")]
#[case::a_name("https://s3.example")]
#[case::a_name_that_begins_like_this_machines("http://localhost.example")]
#[case::every_address("http://0.0.0.0:9000")]
#[case::mapped_into_version_6("http://[::ffff:192.0.2.7]:9000")]
#[tokio::test]
async fn a_posted_scenario_may_not_send_the_simulator_elsewhere(#[case] endpoint: &str) {
    let sim = start().await;
    let (status, error, hint) = refusal(add(&sim, endpoint).await);
    assert_eq!(status, 403, "{error}");
    assert!(error.starts_with("`given.s3.endpoint`: ") && error.contains("another machine"), "{error}");
    assert!(hint.contains("--allow-remote-s3"), "{hint}");
    assert!(sim.cluster("lookup").is_none());
}

#[tokio::test]
async fn who_starts_the_simulator_may_permit_it() {
    let options = SimOptions { remote_s3: true, ..SimOptions::new(anywhere()) };
    let sim = Sim::start_with(spec("first"), options).await.unwrap();
    add(&sim, "http://192.0.2.7:9000").await.unwrap();
}

#[tokio::test]
async fn the_server_of_the_first_cluster_may_be_named_again() {
    let s3 = serde_json::json!({"endpoint": "http://192.0.2.7:9000", "access_key_id": "A", "secret_access_key": "made-up"});
    let s3: S3 = serde_json::from_value(s3).unwrap();
    let sim = Sim::start(ClusterSpec { s3: Some(s3), ..spec("first") }, anywhere()).await.unwrap();
    add(&sim, "http://192.0.2.7:9000").await.unwrap();
    assert_eq!(refusal(add(&sim, "http://192.0.2.7:9001").await).0, 403);
}
