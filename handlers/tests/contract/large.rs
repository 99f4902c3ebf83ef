//! Loads with very many failed files: the function must still return their status.

use std::fmt::Write as _;

use handlers::{check, status};
use rstest::rstest;
use serde_json::{Value, json};

use crate::server::{Answer, Request, Server, http};
use crate::setup::{call, config, get};

/// A load with this number of failed files, as Neptune documents it: `details` and `errors` decide what the answer contains.
fn load_with(word: &str, failed: usize, request: &Request) -> Answer {
    let mut body = format!(
        r#"{{"status":"200 OK","payload":{{"feedCount":[{{"LOAD_COMPLETED":7}},{{"LOAD_FAILED":{failed}}}],"overallStatus":{}"#,
        feed("s3://bucket/in/", word)
    );
    if request.target.contains("details=TRUE") {
        let feeds: Vec<_> =
            (0..failed).map(|n| feed(&format!("s3://bucket/in/part-{n}.csv"), "LOAD_S3_ACCESS_DENIED_ERROR")).collect();
        let _ = write!(body, r#","failedFeeds":[{}]"#, feeds.join(","));
    }
    if request.target.contains("errors=TRUE") {
        let per_page = if request.target.contains("errorsPerPage=100") { 100 } else { 3 };
        let entry = |n| {
            format!(
                r#"{{"errorCode":"S3_ACCESS_DENIED_ERROR","errorMessage":"Access Denied","fileName":"s3://bucket/in/part-{n}.csv","recordNum":0}}"#
            )
        };
        let entries: Vec<_> = (0..failed.min(per_page)).map(entry).collect();
        let _ = write!(
            body,
            r#","errors":{{"startIndex":1,"endIndex":{per_page},"loadId":"x","errorLogs":[{}]}}"#,
            entries.join(",")
        );
    }
    http(200, &format!("{body}}}}}"))
}

fn feed(uri: &str, word: &str) -> String {
    format!(
        r#"{{"fullUri":"{uri}","runNumber":1,"retryNumber":0,"status":"{word}","totalTimeSpent":3,"startTime":1700000000,"totalRecords":12,"totalDuplicates":0,"parsingErrors":0,"datatypeMismatchErrors":0,"insertErrors":0}}"#
    )
}

fn entries<'a>(answer: &'a Value, place: &str) -> &'a [Value] {
    answer.pointer(place).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

#[rstest]
#[tokio::test]
async fn a_status_is_had_whatever_the_list_of_failed_files_holds(
    #[values("LOAD_IN_PROGRESS", "LOAD_FAILED")] word: &'static str,
    #[values(1, 400, 600, 1_000, 9_000, 100_000)] failed: usize,
) {
    let server = Server::start(move |request| load_with(word, failed, request));
    let answer = get(server.port, "x").await.unwrap();
    assert!(answer.to_string().len() <= 102_400);
    assert_eq!(answer["payload"]["overallStatus"]["status"], word);
    assert_eq!(answer["payload"]["feedCount"][1]["LOAD_FAILED"], failed);

    // The entries say why, so that none of them goes while they take less than their half.
    let logs = entries(&answer, "/payload/errors/errorLogs");
    assert_eq!(logs.len(), failed.min(100));
    assert!(logs.iter().all(|entry| entry["errorMessage"] == "Access Denied"));
    assert_eq!(answer["truncated"].get("errorLogs"), None);

    let kept = entries(&answer, "/payload/failedFeeds").len();
    if kept < failed {
        assert_eq!(answer["truncated"], json!({"failedFeeds": {"kept": kept, "of": failed}}));
    } else {
        assert_eq!(answer.get("truncated"), None);
    }
    assert!(kept >= failed.min(200) || failed > 10_000, "{kept} of {failed}");
}

#[rstest]
#[tokio::test]
async fn a_verdict_needs_no_list_of_failed_files(#[values(600, 9_000, 100_000)] failed: usize) {
    let server = Server::start(move |request| load_with("LOAD_IN_PROGRESS", failed, request));
    let event = json!({"domain_load_id": "d", "prov_load_id": "p", "run_id": "r"});
    let answer = check::handle(call(config(server.port, &[]), event.clone())).await.unwrap();
    assert_eq!((&answer["status"], &answer["domain_status"]), (&json!("PENDING"), &json!("LOAD_IN_PROGRESS")));
    assert!(server.seen().iter().all(|request| !request.target.contains("details")), "a running load needs no list");

    let server = Server::start(move |request| load_with("LOAD_FAILED", failed, request));
    let answer = check::handle(call(config(server.port, &[]), event)).await.unwrap();
    assert_eq!((&answer["status"], &answer["error_type"]), (&json!("FAILED"), &json!("LoadFailed")));
    let error = answer["error"].as_str().unwrap();
    assert!(error.contains("S3_ACCESS_DENIED_ERROR `Access Denied` in s3://bucket/in/part-0.csv"), "{error}");
}

#[tokio::test]
async fn both_lists_share_what_an_answer_can_hold() {
    let text = "x".repeat(1_500);
    let body = json!({"status": "200 OK", "payload": {"overallStatus": {"status": "LOAD_FAILED"},
        "failedFeeds": vec![json!({"fullUri": text}); 100], "errors": {"errorLogs": vec![json!({"errorMessage": text}); 100]}}});
    let server = Server::start(move |_| http(200, &body.to_string()));
    let answer = get(server.port, "x").await.unwrap();
    let kept = ["/payload/errors/errorLogs", "/payload/failedFeeds"].map(|place| entries(&answer, place).len());
    assert!(kept.iter().all(|kept| (30..=34).contains(kept)), "{kept:?}");
    assert_eq!(
        answer["truncated"],
        json!({"errorLogs": {"kept": kept[0], "of": 100}, "failedFeeds": {"kept": kept[1], "of": 100}})
    );
}

#[tokio::test]
async fn errors_as_long_as_books_leave_the_status() {
    let entry = format!(r#"{{"errorMessage":"{}"}}"#, "x".repeat(60_000));
    let server = Server::start(move |request| {
        let more = if request.target.contains("errors=TRUE") {
            format!(r#","errors":{{"errorLogs":[{}]}}"#, vec![entry.as_str(); 100].join(","))
        } else {
            String::new()
        };
        http(200, &format!(r#"{{"status":"200 OK","payload":{{"overallStatus":{{"status":"LOAD_FAILED"}}{more}}}}}"#))
    });
    let answer = status::handle(call(config(server.port, &[]), json!({"load_job_id": "x"}))).await.unwrap();
    assert_eq!(answer["payload"], json!({"overallStatus": {"status": "LOAD_FAILED"}}));
    assert_eq!(
        answer["truncated"],
        json!({"errorLogs": {"kept": 0, "of": null}, "failedFeeds": {"kept": 0, "of": null}}),
        "how many there are is not known"
    );
}

#[tokio::test]
async fn a_failed_load_is_final_though_nothing_more_can_be_learnt() {
    let server = Server::start(|request| {
        if request.target.contains('?') {
            return http(500, "oops");
        }
        http(200, &format!(r#"{{"status":"200 OK","payload":{{"overallStatus":{}}}}}"#, feed("s3://b/", "LOAD_FAILED")))
    });
    let event = json!({"domain_load_id": "d", "prov_load_id": "p", "run_id": "r"});
    let answer = check::handle(call(config(server.port, &[]), event)).await.unwrap();
    assert_eq!((&answer["error_type"], &answer["retryable"]), (&json!("LoadFailed"), &json!(false)));
    assert!(answer["error"].as_str().unwrap().contains("domain load `d` ended with LOAD_FAILED: totalRecords 12"), "{answer}");
}

#[tokio::test]
async fn a_server_that_says_too_much_whatever_is_asked_is_a_bad_response() {
    let body = format!(
        r#"{{"status":"200 OK","payload":{{"overallStatus":{{"status":"LOAD_COMPLETED"}},"x":[{}0]}}}}"#,
        "0,".repeat(1_000_000)
    );
    let server = Server::start(move |_| http(200, &body));
    let error = get(server.port, "x").await.unwrap_err();
    assert_eq!((error.name.as_str(), error.retryable), ("NeptuneBadResponse", false));
    assert!(error.message.contains("more than the 200000 values that are read"), "{}", error.message);
    assert_eq!(server.seen().len(), 3, "each time with less asked for, and not again");
    let event = json!({"domain_load_id": "d", "prov_load_id": "p", "run_id": "r"});
    let answer = check::handle(call(config(server.port, &[]), event)).await.unwrap();
    assert_eq!((&answer["error_type"], server.seen().len()), (&json!("NeptuneBadResponse"), 5));
}
