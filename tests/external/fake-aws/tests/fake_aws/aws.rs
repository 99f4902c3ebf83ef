//! Identity, description and tags, as AWS's clients read them.

use std::time::Duration;

use aws_sdk_neptune::error::ProvideErrorMetadata;
use neptune_fake_aws::Services;
use rstest::rstest;

use crate::{Asker, KEY_ID, KNOWN, Rehearsal, SECRET};

#[tokio::test]
async fn the_credentials_have_an_account() {
    let rehearsal = Rehearsal::begin().await;
    let reported = rehearsal.sts(KNOWN).get_caller_identity().send().await.unwrap();
    assert_eq!(reported.account(), Some("123456789012"));
}

#[tokio::test]
async fn the_cluster_is_described_as_the_profile_says() {
    let rehearsal = Rehearsal::begin().await;
    let management = rehearsal.management(KNOWN);
    let described = management.describe_db_clusters().db_cluster_identifier("graph-sandbox").send().await.unwrap();
    let [cluster] = described.db_clusters() else { panic!("{described:?}") };
    assert_eq!(cluster.db_cluster_identifier(), Some("graph-sandbox"));
    assert_eq!(cluster.db_cluster_resource_id(), Some("cluster-ABCDEFGHIJKLMNOPQRSTUVWXYZ"));
    assert_eq!(cluster.endpoint(), Some(rehearsal.profile.endpoint.host()));
    assert_eq!(cluster.associated_roles()[0].role_arn(), Some("arn:aws:iam::123456789012:role/LoadFromS3"));
    assert_eq!(cluster.cluster_create_time().unwrap().to_string(), "2026-01-01T00:00:00Z");
    let arn = cluster.db_cluster_arn().unwrap();
    assert_eq!(arn, "arn:aws:rds:eu-west-1:123456789012:cluster:graph-sandbox");
    let tags = management.list_tags_for_resource().resource_name(arn).send().await.unwrap();
    let tag = tags.tag_list().iter().find(|tag| tag.key() == Some("neptune-harness")).unwrap();
    assert_eq!(tag.value(), Some("allow"));
}

#[tokio::test]
async fn there_is_no_other_cluster() {
    let rehearsal = Rehearsal::begin().await;
    let management = rehearsal.management(KNOWN);
    let error = management.describe_db_clusters().db_cluster_identifier("graph").send().await.unwrap_err();
    assert_eq!(error.code(), Some("DBClusterNotFoundFault"));
    let arn = "arn:aws:rds:eu-west-1:123456789012:cluster:graph";
    let error = management.list_tags_for_resource().resource_name(arn).send().await.unwrap_err();
    assert_eq!(error.code(), Some("DBClusterNotFoundFault"));
}

#[tokio::test]
async fn nothing_else_is_there_to_be_called() {
    let rehearsal = Rehearsal::begin().await;
    let error = rehearsal.management(KNOWN).describe_db_instances().send().await.unwrap_err();
    assert_eq!(error.code(), Some("InvalidAction"));
    let error = rehearsal.sts(KNOWN).get_session_token().send().await.unwrap_err();
    assert_eq!(error.code(), Some("InvalidAction"));
}

#[rstest]
#[case::another_key(["AKIAOTHER", SECRET, "eu-west-1"], ["InvalidClientTokenId", "UnrecognizedClientException"])]
#[case::another_secret([KEY_ID, "guessed", "eu-west-1"], ["SignatureDoesNotMatch", "InvalidSignatureException"])]
#[case::another_region([KEY_ID, SECRET, "us-east-1"], ["SignatureDoesNotMatch", "InvalidSignatureException"])]
#[tokio::test]
async fn what_is_signed_otherwise_is_refused(#[case] asker: Asker<'static>, #[case] codes: [&str; 2]) {
    let [code, of_lambda] = codes;
    let rehearsal = Rehearsal::begin().await;
    let identity = rehearsal.sts(asker).get_caller_identity().send().await.unwrap_err();
    assert_eq!((identity.code(), identity.raw_response().unwrap().status().as_u16()), (Some(code), 403));
    let described = rehearsal.management(asker).describe_db_clusters().send().await.unwrap_err();
    assert_eq!(described.code(), Some(code));
    let invoked = rehearsal.lambda(asker).invoke().function_name("sandbox-get").send().await.unwrap_err();
    assert_eq!((invoked.code(), invoked.raw_response().unwrap().status().as_u16()), (Some(of_lambda), 403));
}

#[tokio::test]
async fn a_signature_for_one_service_does_not_hold_for_another() {
    let rehearsal = Rehearsal::begin().await;
    let config =
        aws_sdk_sts::config::Builder::from(&rehearsal.config(KNOWN)).endpoint_url(rehearsal.fake_aws.services().neptune);
    let error = aws_sdk_sts::Client::from_conf(config.build()).get_caller_identity().send().await.unwrap_err();
    assert_eq!(error.code(), Some("SignatureDoesNotMatch"));
}

#[tokio::test]
async fn what_is_not_signed_is_refused() {
    let rehearsal = Rehearsal::begin().await;
    let services = rehearsal.fake_aws.services();
    let ca = reqwest::Certificate::from_pem(&std::fs::read(&services.ca_file).unwrap()).unwrap();
    let http = reqwest::Client::builder().no_proxy().tls_certs_only([ca]).build().unwrap();
    let listed = format!("{}/team-sandbox-data?list-type=2", services.s3);
    for url in [services.sts, services.neptune, services.lambda, listed] {
        let answer = http.get(&url).send().await.unwrap();
        assert_eq!(answer.status(), 403, "{url}: {answer:?}");
    }
}

#[tokio::test]
async fn where_everything_is_can_be_written_down_for_a_program() {
    let rehearsal = Rehearsal::begin().await;
    let file = tempfile::NamedTempFile::new().unwrap();
    rehearsal.fake_aws.write_services(file.path()).unwrap();
    let read: Services = serde_json::from_slice(&std::fs::read(file.path()).unwrap()).unwrap();
    assert_eq!(read, rehearsal.fake_aws.services());
    for url in [read.sts, read.neptune, read.s3, read.lambda] {
        assert!(url.starts_with("https://127.0.0.1:"), "{url}");
    }
}

#[tokio::test]
async fn it_is_gone_with_its_value() {
    let rehearsal = Rehearsal::begin().await;
    let services = rehearsal.fake_aws.services();
    drop(rehearsal);
    assert!(!services.ca_file.exists());
    let addresses = [&services.sts, &services.neptune, &services.s3, &services.lambda].map(|url| url.replace("https://", ""));
    for address in addresses.into_iter().chain([services.cluster.to_string()]) {
        let refused = async {
            while tokio::net::TcpStream::connect(&address).await.is_ok() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), refused).await.expect("the port is given up");
    }
}
