//! Files that are checked apart by Lambda functions, as a Distributed Map calls them, come to what one check of all says.

mod errors;
mod files;
mod machine;
mod s3;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use neptune_harness::binaries::handler_binary;
use neptune_harness::lambda::{Deadline, Function, Lambda};
use rstest::rstest;
use serde_json::{Value, json};

use files::{Files, checked_at_once, files};
use s3::{S3, etag};

const RANGES: u16 = 4;

fn function(name: &str, s3: &S3, more: &[(&str, &str)]) -> Lambda {
    let own = [
        ("AWS_ENDPOINT_URL_S3", s3.endpoint.as_str()),
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/secret"),
    ];
    let environment = own.iter().chain(more).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Lambda::new(Function { name: name.to_owned(), program: handler_binary(name).unwrap().into(), environment }, 7)
}

async fn call(function: &Lambda, event: &Value) -> Value {
    let invocation = function.invoke(event, Deadline::In(Duration::from_mins(1))).await;
    invocation.outcome.answer().unwrap_or_else(|| panic!("{event}: {invocation:#?}")).clone()
}

async fn bucket(files: &Files) -> S3 {
    let s3 = S3::start().await;
    for (key, bytes) in files {
        s3.put(&format!("data/{key}"), bytes.clone());
    }
    s3
}

fn check_event(key: &str, bytes: &[u8]) -> Value {
    let object = json!({"Key": key, "Etag": etag(bytes), "Size": bytes.len()});
    json!({"bucket": "data", "object": object, "load": {"format": "csv"}, "report": report(), "ranges": RANGES})
}

fn report() -> Value {
    json!({"bucket": "reports", "prefix": "checks/a&b/run-1"})
}

/// The edges without a vertex that the calls for the ranges wrote.
fn missing(s3: &S3, prefix: &str) -> BTreeSet<(String, u64)> {
    let lists = (0..RANGES).map(|range| s3.get(&format!("reports/{prefix}/missing/{range:04}.json")));
    let edges = lists.flat_map(|list| {
        let list: Value = serde_json::from_slice(&list).unwrap();
        serde_json::from_value::<BTreeMap<String, BTreeSet<u64>>>(list["edges"].clone()).unwrap()
    });
    edges.flat_map(|(key, records)| records.into_iter().map(move |record| (key.clone(), record))).collect()
}

fn assert_same(report: &Value, whole: &Value) {
    assert_eq!(report["verdict"], whole["verdict"]);
    assert_eq!(report["totals"], whole["totals"]);
    assert_eq!(report["errorCount"], whole["errors"].as_array().unwrap().len());
}

/// With a memory of nothing, each id is a run of its own.
#[rstest]
#[case::one_run_for_each_object(20, "128")]
#[case::a_run_for_each_id(2, "0")]
#[tokio::test]
async fn objects_that_are_checked_apart_come_to_what_one_check_says(#[case] count: usize, #[case] memory: &str) {
    let files = files(count);
    let (s3, (whole, edges)) = (bucket(&files).await, checked_at_once(&files));
    let (check, merge) = (
        function("check_load_file", &s3, &[("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", memory)]),
        function("merge_load_files", &s3, &[]),
    );
    let mut errors = BTreeSet::new();
    for (key, bytes) in &files {
        let answer = call(&check, &check_event(key, bytes)).await;
        errors.extend(answer["errors"].as_array().unwrap().iter().map(|error| (key.clone(), error["message"].to_string())));
    }
    for range in 0..RANGES {
        call(&merge, &json!({"report": report(), "ranges": RANGES, "range": range})).await;
    }
    let answer = call(&merge, &json!({"report": report(), "ranges": RANGES})).await;
    assert_same(&answer, &whole);
    assert_eq!(answer["missingVertices"]["edges"], 4, "{answer:#}");
    assert_eq!(missing(&s3, "checks/a&b/run-1"), edges);
    let others = whole["errors"].as_array().unwrap().iter().filter(|error| error["code"] != "FROM_OR_TO_VERTEX_ARE_MISSING");
    let others = others.map(|error| (error["file"].as_str().unwrap().to_owned(), error["message"].to_string())).collect();
    assert_eq!(errors, others);
    let written: Value = serde_json::from_slice(&s3.get("reports/checks/a&b/run-1/report.json")).unwrap();
    assert_eq!(written, answer);
}
