//! The readings that the simulator takes of what is unknown about loads, and the quirks among them, each set to its other values.

use neptune_loader::StartFailure;
use neptune_loader::quirks::{EmptyErrors, StartTime, TotalTimeSpent};

use super::*;

fn with(quirks: Quirks) -> Engine {
    loader(quirks)
}

fn resumed(source: &str) -> StartRequest {
    StartRequest { mode: LoadMode::Resume, ..request(source) }
}

#[test]
fn a_load_that_waits_is_checked_against_s3_at_its_turn() {
    let rules = vec![Rule::for_source("s3://gone/", Outcome::Refused(StartFailure::BucketNotFound))];
    let mut engine = Engine::new(Settings { rules, ..settings() });
    start(&mut engine, "s3://b/a/");
    let id = engine.start(&request("s3://gone/x/")).unwrap();
    engine.advance_to(at(5));
    assert_eq!(history(&engine, &id), ["0s LOAD_IN_QUEUE", &format!("5s {INVALID}")]);
}

#[test]
fn a_start_that_cannot_run_is_refused_with_the_reason() {
    let rules = vec![Rule::for_source("s3://gone/", Outcome::Refused(StartFailure::BucketNotFound))];
    let attached = vec!["arn:aws:iam::123456789012:role/Load".to_owned()];
    let mut engine = Engine::new(Settings { rules, iam_roles: Some(attached), ..settings() });
    let error = engine.start(&request("s3://gone/x/")).unwrap_err();
    assert_eq!(error.message, "S3 bucket not found for source");
    let iam_role_arn = "arn:aws:iam::123456789012:role/Load, arn:aws:iam::123456789012:role/Other".to_owned();
    let error = engine.start(&StartRequest { iam_role_arn, ..request("s3://b/a/") }).unwrap_err();
    assert_eq!(error.message, "Couldn't find the aws credential for iam_role_arn");
    start(&mut engine, "s3://b/a/");
}

#[test]
fn a_start_that_may_not_wait_is_refused_while_others_wait_though_none_runs() {
    let mut engine = with(Quirks::default());
    let scripted = script(&mut engine, "x", &[(PROGRESS, 9), (COMPLETED, 0)], Workload::default());
    start_after(&mut engine, "s3://b/a/", &[&scripted]);
    assert!(engine.start(&StartRequest { queue_request: false, ..request("s3://b/b/") }).is_err());
}

#[test]
fn dependencies_without_a_queue_are_checked_at_once() {
    let mut engine = with(Quirks::default());
    let hurried = StartRequest { queue_request: false, dependencies: vec!["unknown".into()], ..request("s3://b/a/") };
    let id = engine.start(&hurried).unwrap();
    assert_eq!(status(&engine, &id), DEPENDENCY);
}

#[test]
fn write_conflicts_do_not_satisfy_a_dependency() {
    let mut engine = with(Quirks::default());
    let scripted = script(&mut engine, "x", &[("LOAD_COMMITTED_W_WRITE_CONFLICTS", 0)], Workload::default());
    let dependant = start_after(&mut engine, "s3://b/a/", &[&scripted]);
    assert_eq!(status(&engine, &dependant), DEPENDENCY);
}

#[test]
fn a_load_with_nothing_to_resume_is_accepted_and_ends_as_an_invalid_request() {
    let mut engine = with(Quirks::default());
    let id = engine.start(&resumed("s3://b/a/")).unwrap();
    assert_eq!(status(&engine, &id), INVALID);
}

#[test]
fn a_resumed_load_has_an_id_of_its_own() {
    let mut engine = with(Quirks::default());
    let first = start(&mut engine, "s3://b/fail/");
    engine.advance_to(at(5));
    let second = engine.start(&resumed("s3://b/fail/")).unwrap();
    assert_eq!((first == second, engine.loads().count()), (false, 2));
    assert_eq!((status(&engine, &second), report(&engine, &second).run_number), (PROGRESS.to_owned(), 2));
}

#[test]
fn a_load_that_has_nothing_left_to_load_is_the_next_run_and_counts_no_records() {
    let mut engine = with(Quirks::default());
    start(&mut engine, "s3://b/a/");
    engine.advance_to(at(5));
    let second = engine.start(&resumed("s3://b/a/")).unwrap();
    engine.advance_to(at(10));
    let report = report(&engine, &second);
    assert_eq!((report.run_number, report.total_records, report.total_duplicates), (2, 0, 0));
}

#[test]
fn the_latest_load_that_ran_is_resumed_and_hides_older_ones() {
    let mut engine = with(Quirks::default());
    start(&mut engine, "s3://b/a/");
    engine.advance_to(at(5));
    let failed = start(&mut engine, "s3://b/a/");
    engine.rescript(&failed, plan(&[(FAILED, 0)])).unwrap();
    let again = engine.start(&resumed("s3://b/a/")).unwrap();
    engine.advance_to(at(10));
    assert_eq!((status(&engine, &again), report(&engine, &again).total_records), (COMPLETED.to_owned(), 10));
}

#[test]
fn a_load_of_another_format_counts_as_an_earlier_one() {
    let mut engine = with(Quirks::default());
    start(&mut engine, "s3://b/a/");
    engine.advance_to(at(5));
    let other = StartRequest { format: LoadFormat::OpenCypher, mode: LoadMode::Auto, ..request("s3://b/a/") };
    let id = engine.start(&other).unwrap();
    assert_eq!(report(&engine, &id).run_number, 2);
}

#[test]
fn a_load_stopped_by_an_error_before_all_files_were_begun_says_so() {
    let workload = Arc::new(Workload { files: 2, ..one_bad_file() });
    let default_plan = Plan { workload, ..Plan::completing_after(Duration::from_secs(1)) };
    let mut engine = Engine::new(Settings { default_plan, ..Settings::default() });
    let id = start(&mut engine, "s3://b/in/");
    engine.advance_to(at(1));
    assert_eq!(status(&engine, &id), "LOAD_CANCELLED_DUE_TO_ERRORS");
}

#[test]
fn a_load_has_a_feed_count_once_its_files_were_listed() {
    for (word, expected) in [("LOAD_IN_QUEUE", ""), ("LOAD_NOT_STARTED", r#"[{"LOAD_NOT_STARTED":1}]"#), (DEPENDENCY, "")] {
        let mut engine = with(Quirks::default());
        let id = script(&mut engine, "x", &[(word, 0)], Workload::default());
        assert_eq!(feed_count(&engine, &id), expected, "{word}");
    }
}

#[test]
fn a_cancel_cancels_all_files_that_are_not_done() {
    let mut engine = with(Quirks::default());
    let workload = Workload { files: 5, ..Workload::default() };
    let id = script(&mut engine, "x", &[(PROGRESS, 5), (COMPLETED, 0)], workload);
    engine.advance_to(at(2));
    engine.cancel(&id).unwrap();
    assert_eq!(feed_count(&engine, &id), r#"[{"LOAD_COMPLETED":2},{"LOAD_CANCELLED_BY_USER":3}]"#);
}

#[test]
fn times_are_written_in_more_than_one_way() {
    let written = |quirks: Quirks| {
        let mut engine = Engine::new(Settings { quirks, epoch_secs: 1000, ..settings() });
        start(&mut engine, "s3://b/a/");
        engine.advance_to(at(2));
        let waiting = start(&mut engine, "s3://b/b/");
        let running = engine.list(neptune_loader::ListQuery::default()).pop().unwrap();
        engine.advance_to(at(3));
        [running, waiting].map(|id| {
            let report = serde_json::to_value(report(&engine, &id)).unwrap();
            format!("{} {}", report["totalTimeSpent"], report["startTime"])
        })
    };
    assert_eq!(written(Quirks::default()), ["3 1000", "0 0"]);
    let total_time_spent = TotalTimeSpent::Float;
    assert_eq!(written(Quirks { total_time_spent, ..Quirks::default() }), ["3.0 1000", "0.0 0"]);
    assert_eq!(written(Quirks { start_time: StartTime::Absent, ..Quirks::default() }), ["3 null", "0 null"]);
}

#[test]
fn a_load_without_errors_has_an_empty_page_or_none() {
    for (empty_errors, has_page) in [(EmptyErrors::Present, true), (EmptyErrors::Omitted, false)] {
        let mut engine = with(Quirks { empty_errors, ..Quirks::default() });
        let clean = script(&mut engine, "x", &[(COMPLETED, 0)], Workload::default());
        let failed = script(&mut engine, "y", &[(FAILED, 0)], one_bad_file());
        assert_eq!(payload(&engine, &clean).errors.is_some(), has_page);
        assert!(payload(&engine, &failed).errors.is_some());
    }
}

#[test]
fn a_page_beyond_the_last_one_has_the_indexes_0() {
    let page = |page| {
        let mut engine = with(Quirks::default());
        let id = script(&mut engine, "x", &[(FAILED, 0)], one_bad_file());
        let query = StatusQuery { errors: true, page, errors_per_page: 2, ..StatusQuery::default() };
        let errors = engine.status(&id, &query).unwrap().errors.unwrap();
        (errors.start_index, errors.end_index, errors.error_logs.len())
    };
    assert_eq!(page(2), (3, 3, 1));
    assert_eq!(page(3), (0, 0, 0));
}

#[test]
fn files_are_reported_as_s3_uris_whatever_the_form_of_the_source() {
    let errors = vec![parsing_error("e.csv", 1), parsing_error("s3://elsewhere/f.csv", 1)];
    let workload = Arc::new(Workload { errors: errors.into(), ..Workload::default() });
    let default_plan = Plan { workload, ..plan(&[(FAILED, 0)]) };
    for (source, file) in [
        ("s3://b/in/", "s3://b/in/e.csv"),
        ("https://s3.us-east-1.amazonaws.com/b/in/", "s3://b/in/e.csv"),
        ("https://s3.amazonaws.com/b/in/", "s3://b/in/e.csv"),
    ] {
        let mut engine = Engine::new(Settings { default_plan: default_plan.clone(), ..Settings::default() });
        let id = start(&mut engine, source);
        let payload = payload(&engine, &id);
        let uris: Vec<String> = payload.failed_feeds.unwrap().into_iter().map(|feed| feed.full_uri).collect();
        assert_eq!(uris, [file, "s3://elsewhere/f.csv"]);
        let logged: Vec<String> = payload.errors.unwrap().error_logs.into_iter().map(|log| log.file_name).collect();
        assert_eq!(logged, uris);
        assert_eq!(payload.overall_status.full_uri, source);
    }
}

#[test]
fn a_load_cancelled_in_the_queue_listed_no_files() {
    let mut engine = with(Quirks::default());
    start(&mut engine, "s3://b/a/");
    let waiting = start(&mut engine, "s3://b/b/");
    engine.cancel(&waiting).unwrap();
    assert_eq!((status(&engine, &waiting).as_str(), feed_count(&engine, &waiting).as_str()), ("LOAD_CANCELLED_BY_USER", ""));
}

#[test]
fn retries_show_once_a_load_has_ended() {
    let mut engine = with(Quirks::default());
    let id = script(&mut engine, "x", &[(PROGRESS, 5), (FAILED, 0)], Workload { retries: 12, ..Workload::default() });
    assert_eq!(report(&engine, &id).retry_number, 0);
    engine.advance_to(at(5));
    assert_eq!(report(&engine, &id).retry_number, 12);
}

#[test]
fn only_loads_that_ran_are_counted_as_runs() {
    let mut engine = with(Quirks::default());
    let again = |engine: &mut Engine| engine.start(&StartRequest { mode: LoadMode::Auto, ..request("s3://b/a/") }).unwrap();
    start(&mut engine, "s3://b/b/");
    let first = again(&mut engine);
    let second = again(&mut engine);
    let cancelled = again(&mut engine);
    let third = again(&mut engine);
    engine.cancel(&cancelled).unwrap();
    assert_eq!([&first, &second, &third].map(|id| report(&engine, id).run_number), [1, 1, 1]);
    engine.advance_to(at(60));
    assert_eq!([&first, &second, &third].map(|id| report(&engine, id).run_number), [1, 2, 3]);
}
