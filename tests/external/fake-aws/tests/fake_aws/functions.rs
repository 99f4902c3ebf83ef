//! The deployed functions: the real handlers, invoked through AWS's client.

use aws_sdk_lambda::error::ProvideErrorMetadata;
use aws_sdk_lambda::primitives::Blob;
use serde_json::{Value, json};

use crate::{KNOWN, Rehearsal};

/// What a function answers, and whether it raised that.
async fn invoked(rehearsal: &Rehearsal, function: &str, event: &Value) -> (bool, Value) {
    let invoke = rehearsal.lambda(KNOWN).invoke().function_name(function).payload(Blob::new(event.to_string()));
    let answer = invoke.send().await.unwrap();
    assert_eq!(answer.status_code(), 200);
    (answer.function_error().is_some(), serde_json::from_slice(answer.payload().unwrap().as_ref()).unwrap())
}

#[tokio::test]
async fn a_function_sees_the_loads_of_the_cluster() {
    let rehearsal = Rehearsal::begin().await;
    let load = rehearsal.load("valid", "csv").await;
    rehearsal.ended(&load).await;
    let (raised, status) = invoked(&rehearsal, "sandbox-get", &json!({"load_job_id": load})).await;
    assert!(!raised, "{status}");
    assert_eq!(status["payload"]["overallStatus"]["status"], "LOAD_COMPLETED", "{status}");
    let event = json!({"domain_load_id": load, "prov_load_id": load, "run_id": "run-1"});
    let (raised, verdict) = invoked(&rehearsal, "sandbox-check", &event).await;
    assert!(!raised, "{verdict}");
}

#[tokio::test]
async fn what_a_function_raises_is_reported_as_lambda_reports_it() {
    let rehearsal = Rehearsal::begin().await;
    let (raised, error) = invoked(&rehearsal, "sandbox-get", &json!({"load_job_id": "no-such-load"})).await;
    assert!(raised && error["errorType"].is_string() && error["errorMessage"].is_string(), "{error}");
}

#[tokio::test]
async fn there_are_no_other_functions() {
    let rehearsal = Rehearsal::begin().await;
    let error = rehearsal.lambda(KNOWN).invoke().function_name("sandbox").send().await.unwrap_err();
    assert_eq!(error.code(), Some("ResourceNotFoundException"));
}
