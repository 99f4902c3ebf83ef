//! The bucket: put, listed, looked at and deleted from over TLS.

use aws_sdk_s3::error::ProvideErrorMetadata;
use neptune_fake_aws::Left;

use crate::{KEY_ID, KNOWN, Rehearsal};

#[tokio::test]
async fn objects_are_put_listed_and_deleted() {
    let rehearsal = Rehearsal::begin().await;
    let (s3, bucket) = (rehearsal.s3(KNOWN), rehearsal.profile.bucket.as_str());
    let key = "team/loads/neptune-harness/20261122-073000-ab12cd/a-scenario/valid/people.csv";
    let put = s3.put_object().bucket(bucket).key(key).metadata("neptune-harness-run", "20261122-073000-ab12cd");
    put.body(b"~id\n".to_vec().into()).send().await.unwrap();
    let head = s3.head_object().bucket(bucket).key(key).send().await.unwrap();
    assert_eq!(head.metadata().unwrap()["neptune-harness-run"], "20261122-073000-ab12cd");
    let listed = async |prefix: &str| {
        let listed = s3.list_objects_v2().bucket(bucket).prefix(prefix).send().await.unwrap();
        listed.contents().iter().map(|object| object.key().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(listed("team/loads/neptune-harness/").await, [key]);
    assert_eq!(listed(key).await, [key]);
    assert!(listed("team/other/").await.is_empty());
    assert_eq!(rehearsal.fake_aws.left().await.unwrap(), Left { objects: vec![key.to_owned()], ..Left::default() });
    s3.delete_object().bucket(bucket).key(key).send().await.unwrap();
    assert!(listed("").await.is_empty());
    assert_eq!(rehearsal.fake_aws.left().await.unwrap(), Left::default());
    // S3 accepts this even if another client was quicker.
    s3.delete_object().bucket(bucket).key(key).send().await.unwrap();
}

#[tokio::test]
async fn a_large_object_arrives_whole() {
    let rehearsal = Rehearsal::begin().await;
    let (s3, bucket) = (rehearsal.s3(KNOWN), rehearsal.profile.bucket.as_str());
    let body = vec![b'x'; 6 * 1024 * 1024];
    s3.put_object().bucket(bucket).key("large").body(body.clone().into()).send().await.unwrap();
    let head = s3.head_object().bucket(bucket).key("large").send().await.unwrap();
    assert_eq!(head.content_length(), Some(6 * 1024 * 1024));
}

#[tokio::test]
async fn the_bucket_says_where_it_is() {
    let rehearsal = Rehearsal::begin().await;
    let bucket = rehearsal.profile.bucket.as_str();
    let region = async || {
        let reported = rehearsal.s3(KNOWN).head_bucket().bucket(bucket).send().await.unwrap();
        reported.bucket_region().unwrap().to_owned()
    };
    assert_eq!(region().await, "eu-west-1");
    rehearsal.fake_aws.world().set_bucket_region("us-east-1");
    assert_eq!(region().await, "us-east-1");
}

#[tokio::test]
async fn who_signs_with_another_secret_sees_and_puts_nothing() {
    let rehearsal = Rehearsal::begin().await;
    let stranger = rehearsal.s3([KEY_ID, "guessed", "eu-west-1"]);
    let bucket = rehearsal.profile.bucket.as_str();
    let listed = stranger.list_objects_v2().bucket(bucket).send().await.unwrap_err();
    assert_eq!(listed.code(), Some("SignatureDoesNotMatch"));
    let put = stranger.put_object().bucket(bucket).key("team/loads/neptune-harness/x").body(b"x".to_vec().into()).send().await;
    assert_eq!(put.unwrap_err().code(), Some("SignatureDoesNotMatch"));
    assert_eq!(rehearsal.fake_aws.left().await.unwrap(), Left::default());
}
