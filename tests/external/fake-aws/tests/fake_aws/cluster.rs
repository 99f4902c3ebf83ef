//! The cluster under its own name: loads that read the bucket.

use neptune_fake_aws::Left;
use rstest::rstest;

use crate::{RUN, Rehearsal};

#[tokio::test]
async fn a_load_of_uploaded_data_completes() {
    let rehearsal = Rehearsal::begin().await;
    let load = rehearsal.load("valid", "csv").await;
    let payload = rehearsal.ended(&load).await;
    assert_eq!(payload["overallStatus"]["status"], "LOAD_COMPLETED", "{payload}");
    // Ten vertices, each with a label and a name.
    assert_eq!(payload["overallStatus"]["totalRecords"], 20, "{payload}");
}

#[rstest]
#[case::csv("csv", "people.csv", 3, "Record has more columns than header")]
#[case::nquads("nquads", "quads.nq", 2, "Expected '<' or '_', found: |")]
#[tokio::test]
async fn malformed_data_fails_where_it_is_malformed(
    #[case] format: &str,
    #[case] file: &str,
    #[case] record: u64,
    #[case] message: &str,
) {
    let rehearsal = Rehearsal::begin().await;
    let load = rehearsal.load("malformed", format).await;
    let payload = rehearsal.ended(&load).await;
    assert_eq!(payload["overallStatus"]["status"], "LOAD_FAILED", "{payload}");
    let [error] = &payload["errors"]["errorLogs"].as_array().unwrap()[..] else { panic!("{payload}") };
    assert_eq!((error["errorCode"].as_str(), error["recordNum"].as_u64()), (Some("PARSING_ERROR"), Some(record)));
    assert_eq!(error["errorMessage"], message);
    assert!(error["fileName"].as_str().unwrap().ends_with(&format!("/malformed/{file}")), "{error}");
}

#[tokio::test]
async fn large_data_lasts_and_can_be_cancelled() {
    let rehearsal = Rehearsal::begin().await;
    // The load then lasts 12 s of real time, longer than a busy machine takes for the requests before the cancellation.
    rehearsal.fake_aws.world().set_speed(10).await.unwrap();
    let load = rehearsal.load("large", "csv").await;
    rehearsal.until(&load, |status| status == "LOAD_IN_PROGRESS").await;
    assert_eq!(rehearsal.fake_aws.left().await.unwrap().pending_loads, std::slice::from_ref(&load));
    let (http, body) = rehearsal.ask(axum::http::Request::delete(format!("/loader/{load}")), String::new()).await;
    assert_eq!(http, 200, "{body}");
    assert_eq!(rehearsal.ended(&load).await["overallStatus"]["status"], "LOAD_CANCELLED_BY_USER");
    assert!(rehearsal.fake_aws.left().await.unwrap().pending_loads.is_empty());
}

#[rstest]
#[case::an_empty_prefix(
    "team-sandbox-data",
    "team/loads/nothing/",
    "The source s3://team-sandbox-data/team/loads/nothing/ does not exist/not reachable"
)]
#[case::a_missing_bucket("team-sandbox-dat", "team/loads/", "S3 bucket not found for source")]
#[tokio::test]
async fn what_is_not_on_s3_cannot_be_loaded(#[case] bucket: &str, #[case] prefix: &str, #[case] reported: &str) {
    let rehearsal = Rehearsal::begin().await;
    let (http, body) = rehearsal.start(bucket, prefix, "csv").await;
    assert_eq!(http, 400, "{body}");
    assert_eq!(body["detailedMessage"], reported);
    assert_eq!(rehearsal.fake_aws.left().await.unwrap(), Left::default());
}

#[tokio::test]
async fn a_bucket_elsewhere_and_another_role_are_refused() {
    let mut rehearsal = Rehearsal::begin().await;
    let prefix = format!("team/loads/neptune-harness/{RUN}/a-scenario/valid/");
    rehearsal.upload(&format!("{prefix}people.csv"), b"~id\na\n".to_vec()).await;
    rehearsal.fake_aws.world().set_bucket_region("us-east-1");
    let (http, body) = rehearsal.start("team-sandbox-data", &prefix, "csv").await;
    assert_eq!(http, 400, "{body}");
    rehearsal.fake_aws.world().set_bucket_region("eu-west-1");
    rehearsal.profile.role = "arn:aws:iam::123456789012:role/Other".to_owned();
    let (http, body) = rehearsal.start("team-sandbox-data", &prefix, "csv").await;
    assert_eq!(http, 400, "{body}");
}
