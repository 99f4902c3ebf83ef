//! What can be changed about the world, and how it shows.

use aws_sdk_neptune::error::ProvideErrorMetadata;
use neptune_fake_aws::World;
use neptune_live::Statement;
use rstest::rstest;
use serde_json::json;

use crate::{KNOWN, Rehearsal};

#[tokio::test]
async fn the_account_is_another() {
    let rehearsal = Rehearsal::begin().await;
    rehearsal.fake_aws.world().set_account("210987654321");
    let reported = rehearsal.sts(KNOWN).get_caller_identity().send().await.unwrap();
    assert_eq!(reported.account(), Some("210987654321"));
}

#[tokio::test]
async fn credentials_expire_everywhere_and_hold_again() {
    let rehearsal = Rehearsal::begin().await;
    rehearsal.fake_aws.world().set_credentials_expired(true);
    let identity = rehearsal.sts(KNOWN).get_caller_identity().send().await.unwrap_err();
    assert_eq!((identity.code(), identity.raw_response().unwrap().status().as_u16()), (Some("ExpiredToken"), 403));
    let described = rehearsal.management(KNOWN).describe_db_clusters().send().await.unwrap_err();
    assert_eq!(described.code(), Some("ExpiredToken"));
    let invoked = rehearsal.lambda(KNOWN).invoke().function_name("sandbox-get").send().await.unwrap_err();
    assert_eq!(invoked.code(), Some("ExpiredTokenException"));
    let listed = rehearsal.s3(KNOWN).list_objects_v2().bucket("team-sandbox-data").send().await.unwrap_err();
    assert_eq!(listed.code(), Some("ExpiredToken"));
    assert_eq!(rehearsal.get("/status").await.0, 403);
    rehearsal.fake_aws.world().set_credentials_expired(false);
    rehearsal.sts(KNOWN).get_caller_identity().send().await.unwrap();
    assert_eq!(rehearsal.get("/status").await.0, 200);
}

#[tokio::test]
async fn the_cluster_is_described_as_another() {
    let rehearsal = Rehearsal::begin().await;
    let world = rehearsal.fake_aws.world();
    world.set_resource_id("cluster-OTHER");
    world.set_host("other.example");
    world.set_roles(&[]);
    let asked = rehearsal.management(KNOWN).describe_db_clusters().db_cluster_identifier("graph-sandbox");
    let described = asked.send().await.unwrap();
    let cluster = &described.db_clusters()[0];
    assert_eq!((cluster.db_cluster_resource_id(), cluster.endpoint()), (Some("cluster-OTHER"), Some("other.example")));
    assert!(cluster.associated_roles().is_empty());
}

#[tokio::test]
async fn another_name_is_another_cluster() {
    let rehearsal = Rehearsal::begin().await;
    rehearsal.fake_aws.world().set_cluster_name("graph-renamed");
    let found =
        async |name: &str| rehearsal.management(KNOWN).describe_db_clusters().db_cluster_identifier(name).send().await.is_ok();
    assert_eq!([found("graph-sandbox").await, found("graph-renamed").await], [false, true]);
}

#[rstest]
#[case::the_description(World::set_description_denied, [true, false])]
#[case::the_tags(World::set_tags_denied, [false, true])]
#[tokio::test]
async fn what_may_not_be_read_is_denied(#[case] set_denied: fn(&World, bool), #[case] denied: [bool; 2]) {
    let rehearsal = Rehearsal::begin().await;
    set_denied(rehearsal.fake_aws.world(), true);
    let management = rehearsal.management(KNOWN);
    let described = management.describe_db_clusters().send().await;
    let arn = "arn:aws:rds:eu-west-1:123456789012:cluster:graph-sandbox";
    let tags = management.list_tags_for_resource().resource_name(arn).send().await;
    let codes =
        [described.err().map(|error| error.code().map(str::to_owned)), tags.err().map(|error| error.code().map(str::to_owned))];
    assert_eq!(codes, denied.map(|is_denied| is_denied.then(|| Some("AccessDenied".to_owned()))));
}

#[rstest]
#[case::another(Some("Allow"))]
#[case::absent(None)]
#[tokio::test]
async fn the_tag_is_what_it_is_made(#[case] value: Option<&str>) {
    let rehearsal = Rehearsal::begin().await;
    rehearsal.fake_aws.world().set_tag(value);
    let arn = "arn:aws:rds:eu-west-1:123456789012:cluster:graph-sandbox";
    let tags = rehearsal.management(KNOWN).list_tags_for_resource().resource_name(arn).send().await.unwrap();
    let tag = tags.tag_list().iter().find(|tag| tag.key() == Some("neptune-harness"));
    assert_eq!(tag.and_then(|tag| tag.value()), value);
}

#[tokio::test]
async fn the_graph_that_consents_comes_and_goes() {
    let rehearsal = Rehearsal::begin().await;
    for is_there in [false, true, false] {
        rehearsal.fake_aws.world().set_consent_graph(is_there);
        assert_eq!(rehearsal.say(&Statement::AskConsent).await, json!({"head": {}, "boolean": is_there}));
        assert_eq!(rehearsal.count(&Statement::CountStatements { max_existing: 9 }).await, u64::from(is_there));
    }
}

#[tokio::test]
async fn the_instance_becomes_a_replica_and_recovers() {
    let rehearsal = Rehearsal::begin().await;
    let world = rehearsal.fake_aws.world();
    world.set_reader(true).await.unwrap();
    assert_eq!(rehearsal.get("/status").await.1["role"], "reader");
    world.set_recovering(true).await.unwrap();
    assert_eq!(rehearsal.get("/status").await.1["status"], "recovery");
    world.set_reader(false).await.unwrap();
    world.set_recovering(false).await.unwrap();
    let (_, status) = rehearsal.get("/status").await;
    assert_eq!([&status["role"], &status["status"]], ["writer", "healthy"]);
}

#[tokio::test]
async fn a_foreign_load_runs_until_the_world_is_restored() {
    let rehearsal = Rehearsal::begin().await;
    let own = rehearsal.load("valid", "nquads").await;
    rehearsal.ended(&own).await;
    let world = rehearsal.fake_aws.world();
    for _ in 0..2 {
        world.begin_foreign_load("somebody-elses").await.unwrap();
        assert!(world.foreign_load_runs("somebody-elses").await.unwrap());
        let (_, list) = rehearsal.get("/loader?includeQueuedLoads=FALSE&limit=100").await;
        assert_eq!(list["payload"]["loadIds"], json!(["somebody-elses", own]));
        // It is not one of ours.
        assert!(rehearsal.fake_aws.left().await.unwrap().pending_loads.is_empty());
        world.restore().await.unwrap();
        let (_, list) = rehearsal.get("/loader?includeQueuedLoads=TRUE&limit=100").await;
        assert_eq!(list["payload"]["loadIds"], json!([own]));
    }
    assert_eq!(rehearsal.fake_aws.left().await.unwrap().statements, 10);
}

#[tokio::test]
async fn a_restored_world_is_as_it_was() {
    let rehearsal = Rehearsal::begin().await;
    let world = rehearsal.fake_aws.world();
    let before = format!("{world:?}");
    world.set_account("210987654321");
    world.set_credentials_expired(true);
    world.set_bucket_region("us-east-1");
    world.set_cluster_name("other");
    world.set_resource_id("cluster-OTHER");
    world.set_host("other.example");
    world.set_roles(&[]);
    world.set_description_denied(true);
    world.set_tag(None);
    world.set_tags_denied(true);
    world.set_consent_graph(true);
    world.set_foreign_vertices(1);
    world.set_foreign_statements(1);
    world.set_reader(true).await.unwrap();
    world.set_recovering(true).await.unwrap();
    assert_eq!(rehearsal.get("/status").await.0, 403);
    world.restore().await.unwrap();
    let facts = |shown: &str| shown.split("cluster: FakeCluster").next().unwrap().to_owned();
    assert_eq!(facts(&format!("{world:?}")), facts(&before));
    let (http, status) = rehearsal.get("/status").await;
    assert_eq!((http, status["role"].as_str(), status["status"].as_str()), (200, Some("writer"), Some("healthy")));
}
