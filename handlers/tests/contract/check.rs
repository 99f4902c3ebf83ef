//! What `check_bulk_load_status` answers.

use rstest::rstest;
use serde_json::{Value, json};

use crate::server::{Server, http, load, refusal};
use crate::setup::{call, check, config, is_domain};

#[rstest]
#[case::no_domain(json!({"prov_load_id": "p", "run_id": "r"}), &["domain_load_id is missing"])]
#[case::null_prov(json!({"domain_load_id": "d", "prov_load_id": null, "run_id": "r"}), &["prov_load_id is null"])]
#[case::blank_run(json!({"domain_load_id": "d", "prov_load_id": "p", "run_id": "\t"}), &["run_id is blank"])]
#[case::numeric_run(json!({"domain_load_id": "d", "prov_load_id": "p", "run_id": 5}), &["run_id is the number 5; send a string, \"5\""])]
#[case::array(json!(["domain_load_id"]), &["domain_load_id is missing", "prov_load_id is missing", "run_id is missing"])]
#[case::null(json!(null), &["domain_load_id is missing", "prov_load_id is missing", "run_id is missing"])]
#[tokio::test]
async fn check_without_its_parameters_asks_nothing(#[case] event: Value, #[case] problems: &[&str]) {
    let server = Server::start(|_| load("LOAD_COMPLETED"));
    let answer = handlers::check::handle(call(config(server.port, &[]), event.clone())).await.unwrap();
    let echoed = |name: &str| event.get(name).cloned().unwrap_or_default();
    let expected = json!({
        "status": "FAILED",
        "run_id": echoed("run_id"), "domain_load_id": echoed("domain_load_id"), "prov_load_id": echoed("prov_load_id"),
        "domain_status": "UNKNOWN", "prov_status": "UNKNOWN",
        "error": "Missing required parameters", "error_type": "MissingParameter", "retryable": false,
        "invalid_parameters": problems,
    });
    assert_eq!(answer, expected);
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn success_carries_all_ids_and_no_error() {
    let server = Server::start(|_| load("LOAD_COMPLETED"));
    let expected = json!({
        "status": "SUCCESS", "run_id": "r-1", "domain_load_id": "d-1", "prov_load_id": "p-1",
        "domain_status": "LOAD_COMPLETED", "prov_status": "LOAD_COMPLETED",
    });
    assert_eq!(check(server.port).await, expected);
}

#[tokio::test]
async fn an_unknown_id_is_named_with_neptunes_words() {
    let server = Server::start(|request| {
        if is_domain(request) {
            load("LOAD_IN_PROGRESS")
        } else {
            refusal(404, "BulkLoadIdNotFoundException", "The load with id = p-1 does not exist or not active")
        }
    });
    let answer = check(server.port).await;
    let expected = "provenance load id `p-1` not found: The load with id = p-1 does not exist or not active \
                    (HTTP 404 BulkLoadIdNotFoundException)";
    assert_eq!(answer["error"], expected);
    assert_eq!((&answer["domain_status"], &answer["prov_status"]), (&json!("LOAD_IN_PROGRESS"), &json!("UNKNOWN")));
    assert_eq!((&answer["error_type"], &answer["retryable"]), (&json!("LoadNotFound"), &json!(false)));
}

#[tokio::test]
async fn a_failed_load_is_explained() {
    let body = json!({"status": "200 OK", "payload": {
        "overallStatus": {"status": "LOAD_FAILED", "parsingErrors": 1},
        "errors": {"errorLogs": [{"errorCode": "PARSING_ERROR", "errorMessage": "Expected '<', found: |", "fileName": "s3://b/f", "recordNum": 3}]},
    }});
    let server =
        Server::start(move |request| if is_domain(request) { http(200, &body.to_string()) } else { load("LOAD_IN_QUEUE") });
    let answer = check(server.port).await;
    let expected = "domain load `d-1` ended with LOAD_FAILED: parsingErrors 1; first errors: \
                    PARSING_ERROR `Expected '<', found: |` in s3://b/f, record 3";
    assert_eq!(answer["error"], expected);
    assert_eq!(answer["error_type"], "LoadFailed");
}
