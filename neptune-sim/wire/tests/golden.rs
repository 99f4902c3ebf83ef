//! The writers reproduce the bodies in `golden/`, byte for byte. README.md there says where each body comes from.

use neptune_wire::quirks::ErrorTexts;
use neptune_wire::{
    ApiError, ErrorLog, ErrorPage, FeedCount, FeedErrorCode, LoadIdList, LoadReport, LoadStatus, Reply, StartedLoad,
    StatusPayload, TimeSpent, to_loader_json,
};

const LOAD_ID: &str = "0a237328-afd5-4574-a0bc-c29ce5f54802";

fn golden(name: &str) -> String {
    let path = format!("{}/tests/golden/{name}.json", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}")).trim_end().to_owned()
}

fn spent(secs: u64) -> TimeSpent {
    TimeSpent { secs, ..TimeSpent::default() }
}

fn report(uri: &str, status: LoadStatus) -> LoadReport {
    LoadReport {
        full_uri: uri.to_owned(),
        run_number: 1,
        retry_number: 0,
        status,
        total_time_spent: TimeSpent::default(),
        start_time: Some(0),
        total_records: 0,
        total_duplicates: 0,
        parsing_errors: 0,
        datatype_mismatch_errors: 0,
        insert_errors: 0,
    }
}

#[test]
fn a_partly_failed_load_with_details_and_errors() {
    let overall = LoadReport {
        total_time_spent: spent(3),
        start_time: Some(1_700_000_000),
        total_records: 12,
        parsing_errors: 1,
        ..report("s3://b/in/", LoadStatus::Failed)
    };
    let feed =
        LoadReport { full_uri: "s3://b/in/e.csv".into(), total_time_spent: spent(1), total_records: 4, ..overall.clone() };
    let body = to_loader_json(&Reply::ok(StatusPayload {
        feed_count: Some(vec![
            FeedCount { status: LoadStatus::Completed, files: 1 },
            FeedCount { status: LoadStatus::Failed, files: 1 },
        ]),
        overall_status: overall,
        failed_feeds: Some(vec![feed]),
        errors: Some(ErrorPage {
            start_index: 1,
            end_index: 1,
            load_id: LOAD_ID.into(),
            error_logs: vec![ErrorLog {
                error_code: FeedErrorCode::Parsing,
                error_message: "Record has more columns than header".into(),
                file_name: "s3://b/in/e.csv".into(),
                record_num: 3,
            }],
        }),
    }));
    assert_eq!(body, golden("status_failed"));
}

#[test]
fn a_queued_load_has_no_feed_count() {
    let body = to_loader_json(&Reply::ok(StatusPayload {
        feed_count: None,
        overall_status: report("s3://b/in/", LoadStatus::InQueue),
        failed_feeds: None,
        errors: None,
    }));
    assert_eq!(body, golden("status_queued"));
}

#[test]
fn a_started_load() {
    assert_eq!(to_loader_json(&Reply::ok(StartedLoad { load_id: LOAD_ID.into() })), golden("started"));
}

#[test]
fn a_list_of_loads() {
    let load_ids = vec![LOAD_ID.into(), "ef478d76-d9da-4d94-8ff1-08d9d4863aa5".into()];
    assert_eq!(to_loader_json(&Reply::ok(LoadIdList { load_ids })), golden("list"));
}

#[test]
fn an_error_carries_its_text_twice() {
    let error = ApiError::max_concurrent_loads("s3://b/in/");
    let body = serde_json::to_string(&error.body("a8c8e4f2-6b1d-4f3a-9b1e-2f5c7d9e0a11", ErrorTexts::Both)).unwrap();
    assert_eq!(body, golden("error_max_concurrent_loads"));
}
