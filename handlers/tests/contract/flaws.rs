//! Loads that completed, and not as one wants: with errors, or without a record.

use handlers::{check, status};
use rstest::rstest;
use serde_json::{Value, json};

use crate::logs::Captured;
use crate::server::{Server, http, load};
use crate::setup::{both, call, check as check_both, config, get, is_domain};

fn completed(counters: &Value) -> Value {
    let mut overall = json!({"status": "LOAD_COMPLETED"});
    overall.as_object_mut().unwrap().extend(counters.as_object().unwrap().clone());
    json!({"status": "200 OK", "payload": {"overallStatus": overall}})
}

#[rstest]
#[case::parsing(json!({"totalRecords": 5000, "parsingErrors": 3, "insertErrors": 0}), "completed with errors: parsingErrors 3 (totalRecords 5000)")]
#[case::types(json!({"totalRecords": 5000, "datatypeMismatchErrors": 1}), "completed with errors: datatypeMismatchErrors 1 (totalRecords 5000)")]
#[case::several(json!({"totalRecords": 9, "parsingErrors": 3, "datatypeMismatchErrors": 2, "insertErrors": 4}), "completed with errors: parsingErrors 3, datatypeMismatchErrors 2, insertErrors 4 (totalRecords 9)")]
#[case::decimals(json!({"totalRecords": 9.0, "insertErrors": 1.0}), "completed with errors: insertErrors 1 (totalRecords 9)")]
#[case::without_a_total(json!({"insertErrors": 1}), "completed with errors: insertErrors 1")]
#[case::nothing(json!({"totalRecords": 0}), "completed without a record")]
#[case::nothing_in_decimals(json!({"totalRecords": 0.0, "parsingErrors": 0}), "completed without a record")]
#[tokio::test]
async fn a_check_tells_what_is_not_clean(#[case] counters: Value, #[case] warning: &str) {
    let body = completed(&counters).to_string();
    let server = Server::start(move |request| if is_domain(request) { http(200, &body) } else { load("LOAD_COMPLETED") });
    let answer = check_both(server.port).await;
    let warnings = answer["warnings"].as_array().unwrap_or_else(|| panic!("no warnings: {answer}"));
    assert_eq!(warnings.len(), 1, "{answer}");
    assert!(warnings[0].as_str().unwrap().starts_with(&format!("domain load `d-1` {warning}")), "{answer}");
    assert_eq!((&answer["status"], answer.get("error")), (&json!("SUCCESS"), None), "a completed load is a success");
}

#[tokio::test]
async fn a_check_tells_of_failed_files_of_a_completed_load() {
    let mut answer = completed(&json!({"totalRecords": 10, "parsingErrors": 0}));
    answer["payload"]["feedCount"] = json!([{"LOAD_COMPLETED": 1}, {"LOAD_FAILED": 1}]);
    let body = answer.to_string();
    let server = Server::start(move |request| if is_domain(request) { http(200, &body) } else { load("LOAD_COMPLETED") });
    let answer = check_both(server.port).await;
    assert_eq!(answer["warnings"], json!(["domain load `d-1` completed with errors: failed feeds 1 (totalRecords 10)"]));
}

#[rstest]
#[case::clean(json!({"totalRecords": 10, "totalDuplicates": 10, "parsingErrors": 0, "datatypeMismatchErrors": 0, "insertErrors": 0}))]
#[case::no_counters(json!({}))]
#[case::no_numbers(json!({"totalRecords": "0", "parsingErrors": "3"}))]
#[tokio::test]
async fn a_clean_load_has_no_warnings(#[case] counters: Value) {
    let body = completed(&counters).to_string();
    let server = Server::start(move |_| http(200, &body));
    let (captured, _guard) = Captured::start("INFO");
    let answer = check_both(server.port).await;
    assert_eq!((&answer["status"], answer.get("warnings")), (&json!("SUCCESS"), None));
    get(server.port, "x").await.unwrap();
    assert!(captured.lines().iter().all(|line| line["level"] == "INFO"), "{}", captured.text());
}

#[tokio::test]
async fn one_side_is_warned_of_while_the_other_runs_or_fails() {
    let body = completed(&json!({"totalRecords": 0})).to_string();
    for other in ["LOAD_IN_PROGRESS", "LOAD_FAILED"] {
        let body = body.clone();
        let server = Server::start(move |request| if is_domain(request) { load(other) } else { http(200, &body) });
        let answer = check_both(server.port).await;
        assert!(answer["warnings"][0].as_str().is_some_and(|text| text.starts_with("provenance load `p-1` ")), "{answer}");
    }
}

#[rstest]
#[case::errors(json!({"totalRecords": 5000, "parsingErrors": 3, "datatypeMismatchErrors": 0, "insertErrors": 2}), [json!(3), json!(0), json!(2), json!(5000)])]
#[case::nothing(json!({"totalRecords": 0}), [json!(null), json!(null), json!(null), json!(0)])]
#[tokio::test]
async fn both_functions_log_what_is_not_clean(#[case] counters: Value, #[case] logged: [Value; 4]) {
    let body = completed(&counters).to_string();
    let server = Server::start(move |_| http(200, &body));
    let (captured, _guard) = Captured::start("WARN");
    check::handle(call(config(server.port, &[]), both())).await.unwrap();
    status::handle(call(config(server.port, &[]), json!({"load_job_id": "x", "run_id": "r-2"}))).await.unwrap();
    let lines = captured.lines();
    let ids: Vec<_> = lines.iter().map(|line| (&line["function"], &line["run_id"], &line["load_id"])).collect();
    let (checked, read) = (json!("check_bulk_load_status"), json!("get_load_status"));
    let expected = [
        (&checked, &json!("r-1"), &json!("d-1")),
        (&checked, &json!("r-1"), &json!("p-1")),
        (&read, &json!("r-2"), &json!("x")),
    ];
    assert_eq!(ids, expected);
    for line in &lines {
        let names = ["parsing_errors", "datatype_mismatch_errors", "insert_errors", "total_records"];
        assert_eq!(names.map(|name| line[name].clone()), logged, "{line}");
        assert_eq!(
            (&line["level"], &line["requestId"], &line["status"]),
            (&json!("WARN"), &json!("request-1"), &json!("LOAD_COMPLETED"))
        );
    }
}
