//! The writers reproduce the bodies in `golden/`, byte for byte, and README.md there says how well each is backed.
//!
//! `UPDATE_GOLDEN=1` writes the files anew. Read each of them then: is it what Neptune answers?

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::PathBuf;

use neptune_loader::quirks::{ErrorTexts, TotalTimeSpent};
use neptune_loader::{
    ApiError, CancelReply, EngineHealth, EngineStatus, EngineVersion, ErrorLog, ErrorPage, Evidence, FeedCount, FeedErrorCode,
    LoadIdList, LoadReport, LoadStatus, Reply, Role, RollingBack, StartFailure, StartedLoad, StatusPayload, TimeSpent,
    to_loader_json,
};
use serde_json::json;

const LOAD_ID: &str = "0a237328-afd5-4574-a0bc-c29ce5f54802";
const REQUEST_ID: &str = "a8c8e4f2-6b1d-4f3a-9b1e-2f5c7d9e0a11";
const SOURCE: &str = "s3://b/in/";

/// A body that is pinned.
struct Golden {
    name: String,
    body: String,
    /// The weakest provenance among those of its parts.
    evidence: Evidence,
    what: String,
    backed_by: &'static str,
}

fn golden(name: &str, evidence: Evidence, body: String, what: &str, backed_by: &'static str) -> Golden {
    Golden { name: name.to_owned(), body, evidence, what: what.to_owned(), backed_by }
}

fn all() -> Vec<Golden> {
    let mut all = statuses();
    all.extend(others());
    all.extend(errors());
    all
}

// ---- loads -----------------------------------------------------------------------------------------------------------------------

fn spent(secs: u64) -> TimeSpent {
    TimeSpent { secs, ..TimeSpent { secs: 0, notation: TotalTimeSpent::Integer } }
}

fn report(uri: &str, status: LoadStatus) -> LoadReport {
    LoadReport {
        full_uri: uri.to_owned(),
        run_number: 1,
        retry_number: 0,
        status,
        total_time_spent: spent(3),
        start_time: Some(1_700_000_000),
        total_records: 12,
        total_duplicates: 0,
        parsing_errors: 0,
        datatype_mismatch_errors: 0,
        insert_errors: 0,
    }
}

fn feeds(counts: &[(LoadStatus, u64)]) -> Vec<FeedCount> {
    counts.iter().map(|(status, files)| FeedCount { status: status.clone(), files: *files }).collect()
}

fn log(record_num: u64) -> ErrorLog {
    ErrorLog {
        error_code: FeedErrorCode::Parsing,
        error_message: "Record has more columns than header".into(),
        file_name: "s3://b/in/e.csv".into(),
        record_num,
    }
}

fn page(start_index: u64, error_logs: Vec<ErrorLog>) -> ErrorPage {
    let end_index = (start_index + error_logs.len() as u64).saturating_sub(1);
    ErrorPage { start_index, end_index, load_id: LOAD_ID.into(), error_logs }
}

fn status(feed_count: impl Into<Option<Vec<FeedCount>>>, overall_status: LoadReport) -> StatusPayload {
    StatusPayload { feed_count: feed_count.into(), overall_status, failed_feeds: None, errors: None }
}

fn written(payload: StatusPayload) -> String {
    to_loader_json(&Reply::ok(payload))
}

fn statuses() -> Vec<Golden> {
    use Evidence::{Documented, Inferred, Observed};
    use LoadStatus::{CancelledByUser, CancelledDueToErrors, Completed, Failed, InProgress, InQueue, NotStarted};
    let failed = LoadReport { parsing_errors: 1, ..report(SOURCE, Failed) };
    let feed =
        LoadReport { full_uri: "s3://b/in/e.csv".into(), total_time_spent: spent(1), total_records: 4, ..failed.clone() };
    let queued = LoadReport { total_time_spent: spent(0), start_time: Some(0), total_records: 0, ..report(SOURCE, InQueue) };
    let stopped =
        LoadReport { retry_number: 2, total_records: 10_656, parsing_errors: 8, ..report(SOURCE, CancelledDueToErrors) };
    vec![
        golden(
            "status_completed",
            Observed,
            written(status(feeds(&[(Completed, 1)]), report(SOURCE, Completed))),
            "a load that completed",
            "fields and nesting documented; integers, key order, `startTime` and the layout observed",
        ),
        golden(
            "status_in_progress",
            Observed,
            written(status(feeds(&[(NotStarted, 1), (InProgress, 1), (Completed, 1)]), report(SOURCE, InProgress))),
            "three files, one of them in work",
            "the `feedCount` is observed, in this order",
        ),
        golden(
            "status_failed",
            Observed,
            written(StatusPayload {
                failed_feeds: Some(vec![feed]),
                errors: Some(page(1, vec![log(3)])),
                ..status(feeds(&[(Completed, 1), (Failed, 1)]), failed)
            }),
            "one good and one bad file, read with `details=TRUE&errors=TRUE`",
            "`LOAD_FAILED` with a completed file is observed; `failedFeeds` and `errors` are documented",
        ),
        golden(
            "status_stopped",
            Observed,
            written(status(feeds(&[(NotStarted, 1), (Failed, 1)]), stopped)),
            "the system stopped it because of errors",
            "one recording",
        ),
        golden(
            "status_cancelled",
            Inferred,
            written(status(feeds(&[(Completed, 1), (CancelledByUser, 2)]), report(SOURCE, CancelledByUser))),
            "a `DELETE` ended it",
            "the word is documented; that it comes last in `feedCount` is asserted by a public client's test",
        ),
        golden(
            "status_queued",
            Inferred,
            written(status(None, queued)),
            "it waits in the queue",
            "the absence of `feedCount` is observed; zero counters and `startTime` 0 are inferred",
        ),
        golden(
            "status_second_page",
            Documented,
            written(StatusPayload {
                errors: Some(page(3, vec![log(7), log(8)])),
                ..status(feeds(&[(Failed, 1)]), report(SOURCE, Failed))
            }),
            "`errors=TRUE&page=2&errorsPerPage=2`",
            "the indexes follow from the documented example",
        ),
        golden(
            "status_no_errors",
            Inferred,
            written(StatusPayload {
                errors: Some(page(0, Vec::new())),
                ..status(feeds(&[(Completed, 1)]), report(SOURCE, Completed))
            }),
            "`errors=TRUE` on a load without errors",
            "a public poller indexes `errors` without looking; the indexes are inferred",
        ),
    ]
}

fn others() -> Vec<Golden> {
    use Evidence::{Documented, Inferred, Observed};
    let load_ids = vec![LOAD_ID.into(), "ef478d76-d9da-4d94-8ff1-08d9d4863aa5".into()];
    let recovering = EngineStatus {
        status: EngineHealth::Recovery,
        role: Role::Reader,
        rolling_back: Some(RollingBack { count: 3, earliest_start_time: "Thu Feb 08 01:20:00 UTC 2024".into() }),
        ..engine_status()
    };
    let compact = |status: &EngineStatus| serde_json::to_string(status).expect("an engine status is plain data");
    vec![
        golden(
            "started",
            Observed,
            to_loader_json(&Reply::ok(StartedLoad { load_id: LOAD_ID.into() })),
            "the answer to a start",
            "documented and observed",
        ),
        golden(
            "list",
            Documented,
            to_loader_json(&Reply::ok(LoadIdList { load_ids })),
            "a list of loads",
            "`loadIds` as the only key is asserted by a public client's test",
        ),
        golden(
            "cancelled",
            Inferred,
            to_loader_json(&CancelReply::default()),
            "the answer to a cancel",
            "documented is none; the model has `status`, and a public client needs JSON",
        ),
        golden("engine_status", Documented, compact(&engine_status()), "`GET /status` of a healthy writer", "the example"),
        golden(
            "engine_status_recovery",
            Documented,
            compact(&recovering),
            "`GET /status` of a replica that recovers",
            "the fields are documented, no example has them",
        ),
    ]
}

fn engine_status() -> EngineStatus {
    EngineStatus {
        status: EngineHealth::Healthy,
        start_time: "Thu Feb 08 01:22:14 UTC 2024".into(),
        db_engine_version: "1.3.0.0.R1",
        role: Role::Writer,
        dfe_query_engine: "viaQueryHint",
        gremlin: EngineVersion { version: "tinkerpop-3.6.4" },
        sparql: EngineVersion { version: "sparql-1.1" },
        opencypher: EngineVersion { version: "Neptune-9.0.20190305-1.0" },
        rolling_back: None,
        lab_mode: json!({"ObjectIndex": "disabled", "ReadWriteConflictDetection": "enabled"}),
        features: json!({"ResultCache": {"status": "disabled"}, "IAMAuthentication": "disabled"}),
        settings: json!({"clusterQueryTimeoutInMs": "120000"}),
    }
}

// ---- errors ----------------------------------------------------------------------------------------------------------------------

fn errors() -> Vec<Golden> {
    let id = LOAD_ID.into();
    let mut errors: Vec<(String, ApiError, &str)> = vec![
        ("unknown_load".into(), ApiError::load_not_found(&id), "the status of an unknown load"),
        ("unknown_load_400".into(), ApiError::load_id_invalid(&id), "the same, as the user guide has it"),
        ("missing_parameters".into(), ApiError::missing_parameters(&["region"]), "a start without a region"),
        ("invalid_parameter".into(), ApiError::invalid_parameter("mode", "FRESH"), "a start with an unknown mode"),
        ("malformed_body".into(), ApiError::malformed_body("it is another kind of value"), "a start that is no JSON object"),
        ("max_concurrent_loads".into(), ApiError::max_concurrent_loads(SOURCE), "a start beside a running load"),
        ("queue_full".into(), ApiError::queue_full(SOURCE, 64), "a start behind 64 waiting loads"),
        ("start_on_reader".into(), ApiError::start_on_reader(), "a start sent to a read replica"),
        ("cancel_on_reader".into(), ApiError::cancel_on_reader(), "a cancel sent to a read replica"),
        ("foreign_host".into(), ApiError::foreign_host(), "a request whose `Host` is not the cluster's"),
        (
            "unsigned".into(),
            ApiError::access_denied(Evidence::Observed, "Missing Authentication Token"),
            "an unsigned request to a cluster with IAM authentication",
        ),
    ];
    for failure in StartFailure::ALL {
        let what = "a start that cannot run";
        errors.push((format!("start_{}", failure.as_word()), failure.error(SOURCE, "us-east-1"), what));
    }
    errors.into_iter().map(|(name, error, what)| error_golden(&name, &error, what)).collect()
}

fn error_golden(name: &str, error: &ApiError, what: &str) -> Golden {
    let body = error.body(REQUEST_ID, ErrorTexts::Both);
    let body = serde_json::to_string(&body).expect("an error body is three or four texts");
    let what = format!("{what}; HTTP {}", error.http_status());
    golden(&format!("error_{name}"), error.evidence, body, &what, "compact, the text twice: observed; key order varies")
}

// ---- the files -------------------------------------------------------------------------------------------------------------------

fn folder() -> PathBuf {
    PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs this test")).join("tests/golden")
}

fn readme(all: &[Golden]) -> String {
    let mut text = "# Golden bodies\n\nWhat the writers of `neptune-loader` must produce, byte for byte. `UPDATE_GOLDEN=1 cargo test --workspace \
                    --test golden` writes this folder anew.\nThe provenance is the weakest among those of a body's parts.\n\n| file | provenance | what it \
                    pins | backed by |\n|---|---|---|---|\n"
        .to_owned();
    for Golden { name, evidence, what, backed_by, .. } in all {
        let _ = writeln!(text, "| `{name}.json` | {} | {what} | {backed_by} |", evidence.as_str());
    }
    text
}

#[test]
fn every_body_is_as_it_is_pinned() {
    let all = all();
    let readme = readme(&all);
    let files = all.iter().map(|golden| (format!("{}.json", golden.name), format!("{}\n", golden.body)));
    for (name, text) in files.chain([("README.md".to_owned(), readme)]) {
        let path = folder().join(&name);
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(&path, &text).unwrap_or_else(|error| panic!("{name}: {error}"));
        }
        let pinned =
            std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}; UPDATE_GOLDEN=1 writes it"));
        assert_eq!(text, pinned, "{name}");
    }
}

#[test]
fn every_pinned_body_is_written_by_a_case() {
    let written: BTreeSet<String> = all().into_iter().map(|golden| format!("{}.json", golden.name)).collect();
    let entries = std::fs::read_dir(folder()).expect("the folder is checked in");
    let pinned = entries.filter_map(Result::ok).filter_map(|entry| entry.file_name().into_string().ok());
    let pinned: BTreeSet<String> = pinned.filter(|name| name != "README.md").collect();
    assert_eq!(written, pinned);
}
