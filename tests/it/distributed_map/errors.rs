//! What the functions raise: named errors, which a state machine tells apart, and never a secret.

use neptune_harness::lambda::{Deadline, Lambda, Outcome};
use rstest::rstest;
use serde_json::{Value, json};

use super::files::Files;
use super::s3::S3;
use super::{bucket, call, check_event, function, report};

const CSV: &[u8] = b"~id,~label\nv1,person\n";

async fn one_file() -> S3 {
    bucket(&Files::from([("a.csv".to_owned(), CSV.to_vec()), ("damaged.csv.gz".to_owned(), b"\x1f\x8b\x08\0\0".to_vec())]))
        .await
}

async fn raised(function: &Lambda, event: &Value) -> (String, String) {
    let invocation = function.invoke(event, Deadline::default()).await;
    assert!(!invocation.log.concat().contains("wJalrXUtnFEMI"), "{invocation:#?}");
    match invocation.outcome {
        Outcome::Raised { error_type, error_message } => (error_type, error_message),
        other => panic!("{event}: {other:#?}"),
    }
}

#[rstest]
#[case::gone("gone.csv", CSV, "ObjectNotFound", "s3://data/gone.csv cannot be read or written: S3 answers HTTP 404 NoSuchKey")]
#[case::changed("a.csv", b"~id", "ObjectChanged", "s3://data/a.csv was changed since it was listed")]
#[case::no_url("../a.csv", CSV, "InvalidEvent", "the event cannot be used: `key` has a part `.` or `..`")]
#[tokio::test]
async fn an_object_that_cannot_be_had_is_an_error(
    #[case] key: &str,
    #[case] bytes: &[u8],
    #[case] name: &str,
    #[case] text: &str,
) {
    let s3 = one_file().await;
    let (error_type, message) = raised(&function("check_load_file", &s3, &[]), &check_event(key, bytes)).await;
    assert_eq!((error_type.as_str(), message.starts_with(text)), (name, true), "{message}");
}

#[rstest]
#[case::no_object(json!({"bucket": "data"}), "missing field `object`")]
#[case::no_format(json!({"bucket": "data", "object": {"Key": "a"}, "load": {"format": "json"}}), "unknown variant `json`")]
#[case::no_range(json!({"ranges": 1001}), "`ranges` is 1001; write 1 to 1000")]
#[case::nothing(json!(null), "invalid type: null")]
#[tokio::test]
async fn an_event_that_cannot_be_used_says_why(#[case] event: Value, #[case] text: &str) {
    let (error_type, message) = raised(&function("check_load_file", &one_file().await, &[]), &event).await;
    assert_eq!((error_type.as_str(), message.contains(text)), ("InvalidEvent", true), "{message}");
}

#[rstest]
#[case::no_server(("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1"), "S3Unavailable")]
#[case::no_url(("AWS_ENDPOINT_URL_S3", "ftp://127.0.0.1"), "ConfigurationError")]
#[case::no_key(("AWS_ACCESS_KEY_ID", ""), "ConfigurationError")]
#[tokio::test]
async fn an_environment_without_s3_is_an_error(#[case] variable: (&str, &str), #[case] name: &str) {
    let check = function("check_load_file", &one_file().await, &[variable]);
    assert_eq!(raised(&check, &check_event("a.csv", CSV)).await.0, name);
}

/// What is wrong with a file is an answer.
#[tokio::test]
async fn a_damaged_file_is_a_finding() {
    let s3 = one_file().await;
    let mut event = check_event("damaged.csv.gz", b"");
    event["object"] = json!({"Key": "damaged.csv.gz"});
    let answer = call(&function("check_load_file", &s3, &[]), &event).await;
    assert_eq!((&answer["verdict"], &answer["errors"][0]["code"]), (&json!("LOAD_FAILED"), &json!(null)), "{answer:#}");
    assert!(answer["errors"][0]["message"].as_str().unwrap().starts_with("cannot be read: "), "{answer:#}");
}

#[tokio::test]
async fn a_report_is_written_of_what_is_whole_only() {
    let s3 = one_file().await;
    let merge = function("merge_load_files", &s3, &[]);
    let event = json!({"report": report(), "ranges": 1});
    assert_eq!(raised(&merge, &event).await.0, "ObjectNotFound");
    call(&function("check_load_file", &s3, &[]), &check_event("a.csv", CSV)).await;
    let (error_type, message) = raised(&merge, &event).await;
    assert_eq!((error_type.as_str(), message.contains("merge each range")), ("DamagedReport", true), "{message}");
    s3.put("reports/checks/a&b/run-1/runs/0000/v-0-0", "no run");
    assert_eq!(raised(&merge, &json!({"report": report(), "ranges": 1, "range": 0})).await.0, "DamagedReport");
    assert_eq!(raised(&merge, &json!({"report": report(), "ranges": 1, "range": 1})).await.0, "InvalidEvent");
}

#[tokio::test]
async fn a_range_that_does_not_fit_says_what_to_do() {
    let s3 = one_file().await;
    call(&function("check_load_file", &s3, &[]), &check_event("a.csv", CSV)).await;
    let merge = function("merge_load_files", &s3, &[("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "0")]);
    // The object has one id, which is in one of the ranges.
    let range = (0..super::RANGES).find(|range| s3.has(&format!("reports/checks/a&b/run-1/runs/{range:04}/"))).unwrap();
    let event = json!({"report": report(), "ranges": super::RANGES, "range": range});
    let (error_type, message) = raised(&merge, &event).await;
    assert_eq!((error_type.as_str(), message.contains("memory")), ("TooManyIds", true), "{message}");
}
