//! What a client must have understood of the calls that all of them make.
//!
//! A client prints one JSON object with an entry for each call: the answer as the client returns it to its user, or `{"raised": NAME,
//! "http": STATUS, "text": ...}`. Where a client hides the status, `http` is null.

use serde_json::{Value, json};

/// Holds what a client has seen against the configuration of the simulator.
#[track_caller]
pub(super) fn assert_understood(seen: &Value) {
    let id = |call: &str| &seen[call]["payload"]["loadId"];
    assert_eq!(seen["engine"]["status"], "healthy", "{seen:#}");
    assert_eq!((&seen["started"]["status"], &seen["queued"]["status"]), (&json!("200 OK"), &json!("200 OK")), "{seen:#}");

    let running = &seen["running"]["payload"];
    assert_eq!(running["overallStatus"]["status"], "LOAD_IN_PROGRESS");
    assert_eq!(running["overallStatus"]["fullUri"], "s3://neptune-loads/people/");
    assert_eq!((&running["errors"]["loadId"], &running["errors"]["errorLogs"]), (id("started"), &json!([])));
    assert_eq!(seen["waiting"]["payload"]["overallStatus"]["status"], "LOAD_IN_QUEUE");
    assert_eq!(seen["waiting"]["payload"]["feedCount"], Value::Null, "a load in the queue has none");
    assert_broken(&seen["broken"]["payload"]);

    assert_eq!(seen["all"]["payload"]["loadIds"], json!([id("queued"), id("started"), "broken"]));
    assert_eq!(seen["without_waiting"]["payload"]["loadIds"], json!([id("started"), "broken"]));
    assert_eq!(seen["newest"]["payload"]["loadIds"], json!([id("queued")]));
    assert_eq!(seen["cancelled"]["status"], "200 OK");
    assert_eq!(seen["afterwards"]["payload"]["overallStatus"]["status"], "LOAD_CANCELLED_BY_USER");

    assert_raised(&seen["busy"], "BadRequestException", 400, "Max concurrent load limit breached");
    assert_raised(&seen["odd_mode"], "InvalidParameterException", 400, "FRESH");
    assert_raised(&seen["odd_limit"], "InvalidParameterException", 400, "500");
    assert_raised(&seen["unknown"], "BulkLoadIdNotFoundException", 404, "unheard-of");
    assert_raised(&seen["cancelled_unknown"], "BulkLoadIdNotFoundException", 404, "unheard-of");
}

/// The second of two pages of three errors each.
#[track_caller]
fn assert_broken(payload: &Value) {
    let errors = &payload["errors"];
    assert_eq!(payload["overallStatus"]["status"], "LOAD_FAILED");
    assert_eq!(payload["overallStatus"]["parsingErrors"], 4);
    assert_eq!(payload["failedFeeds"].as_array().map(Vec::len), Some(2), "{payload:#}");
    assert_eq!((&errors["startIndex"], &errors["endIndex"]), (&json!(4), &json!(5)));
    let log = |code: &str, text: &str, file: &str, record: u64| {
        let file = format!("s3://neptune-loads/broken/{file}");
        json!({"errorCode": code, "errorMessage": text, "fileName": file, "recordNum": record})
    };
    let parsing = log("PARSING_ERROR", "Record has more columns than header", "knows.csv", 63);
    let denied = log("S3_ACCESS_DENIED_ERROR", "Access denied to S3 object", "people.csv", 0);
    assert_eq!(errors["errorLogs"], json!([parsing, denied]));
}

#[track_caller]
fn assert_raised(call: &Value, name: &str, http: u16, words: &str) {
    assert_eq!(call["raised"], name, "{call:#}");
    assert!(call["http"].is_null() || call["http"] == http, "{call:#}");
    assert!(call["text"].as_str().is_some_and(|text| text.contains(words)), "{call:#}");
}
