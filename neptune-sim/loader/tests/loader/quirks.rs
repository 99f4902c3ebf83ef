//! The quirks that decide about loads, each turned round. (Those of the wire are tested there.)

use neptune_loader::StartFailure;
use neptune_loader::quirks::{
    CancelledFeeds, ConflictsAsDependency, EmptyErrors, NotStartedFeedCount, NothingToResume, PagePastEnd, QueuedFeedCount,
    QueuedS3Checks, QueuedStartTime, ResumeMatches, ResumeWithoutPredecessor, ResumedLoadId, ResumedRunNumber,
    StartBetweenLoads, StartTime, StoppedByError, TotalTimeSpent, UnexecutedFeedCount, UnqueuedDependencies,
};

use super::*;

fn with(quirks: Quirks) -> Engine {
    loader(quirks)
}

fn resumed(source: &str) -> StartRequest {
    StartRequest { mode: LoadMode::Resume, ..request(source) }
}

#[test]
fn s3_is_looked_at_when_a_load_is_sent() {
    let rules = || vec![Rule::for_source("s3://gone/", Outcome::Refused(StartFailure::BucketNotFound))];
    for (queued_s3_checks, refused) in [(QueuedS3Checks::AtTurn, false), (QueuedS3Checks::AtOnce, true)] {
        let quirks = Quirks { queued_s3_checks, ..Quirks::default() };
        let mut engine = Engine::new(Settings { quirks, rules: rules(), ..settings() });
        start(&mut engine, "s3://b/a/");
        let sent = engine.start(&request("s3://gone/x/"));
        assert_eq!(sent.is_err(), refused);
        if let Ok(id) = sent {
            engine.advance_to(at(5));
            assert_eq!(history(&engine, &id), ["0s LOAD_IN_QUEUE", &format!("5s {INVALID}")]);
        }
    }
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
fn a_start_overtakes_a_queue_in_which_nobody_runs() {
    for (start_between_loads, starts) in [(StartBetweenLoads::Refused, false), (StartBetweenLoads::Starts, true)] {
        let mut engine = with(Quirks { start_between_loads, ..Quirks::default() });
        let scripted = script(&mut engine, "x", &[(PROGRESS, 9), (COMPLETED, 0)], Workload::default());
        start_after(&mut engine, "s3://b/a/", &[&scripted]);
        let hurried = StartRequest { queue_request: false, ..request("s3://b/b/") };
        assert_eq!(engine.start(&hurried).is_ok(), starts);
    }
}

#[test]
fn dependencies_without_a_queue_are_checked_ignored_or_refused() {
    let hurried = StartRequest { queue_request: false, dependencies: vec!["nobody".into()], ..request("s3://b/a/") };
    let outcome = |unqueued_dependencies| {
        let mut engine = with(Quirks { unqueued_dependencies, ..Quirks::default() });
        engine.start(&hurried).map(|id| status(&engine, &id)).map_err(|error| error.message)
    };
    assert_eq!(outcome(UnqueuedDependencies::Checked), Ok(DEPENDENCY.to_owned()));
    assert_eq!(outcome(UnqueuedDependencies::Ignored), Ok(PROGRESS.to_owned()));
    assert_eq!(outcome(UnqueuedDependencies::Refused), Err("Invalid value for parameter 'dependencies': nobody".to_owned()));
}

#[test]
fn write_conflicts_may_satisfy_a_dependency() {
    for (conflicts_as_dependency, word) in
        [(ConflictsAsDependency::NotSatisfied, DEPENDENCY), (ConflictsAsDependency::Satisfied, PROGRESS)]
    {
        let mut engine = with(Quirks { conflicts_as_dependency, ..Quirks::default() });
        let scripted = script(&mut engine, "x", &[("LOAD_COMMITTED_W_WRITE_CONFLICTS", 0)], Workload::default());
        let dependant = start_after(&mut engine, "s3://b/a/", &[&scripted]);
        assert_eq!(status(&engine, &dependant), word);
    }
}

#[test]
fn nothing_to_resume_is_told_at_once_or_at_the_end() {
    let mut engine = with(Quirks::default());
    let id = engine.start(&resumed("s3://b/a/")).unwrap();
    assert_eq!(status(&engine, &id), INVALID);
    let mut engine = with(Quirks { resume_without_predecessor: ResumeWithoutPredecessor::Refused, ..Quirks::default() });
    let error = engine.start(&resumed("s3://b/a/")).unwrap_err();
    assert!(error.message.ends_with("There is no load to resume"), "{}", error.message);
    start(&mut engine, "s3://b/a/");
    engine.advance_to(at(5));
    assert!(engine.start(&resumed("s3://b/a/")).is_ok());
}

#[test]
fn a_resumed_load_has_an_id_of_its_own_or_the_old_one() {
    for (resumed_load_id, same) in [(ResumedLoadId::Fresh, false), (ResumedLoadId::Same, true)] {
        let mut engine = with(Quirks { resumed_load_id, ..Quirks::default() });
        let first = start(&mut engine, "s3://b/fail/");
        engine.advance_to(at(5));
        let second = engine.start(&resumed("s3://b/fail/")).unwrap();
        assert_eq!((first == second, engine.loads().count()), (same, if same { 1 } else { 2 }));
        assert_eq!((status(&engine, &second), report(&engine, &second).run_number), (PROGRESS.to_owned(), 2));
    }
}

#[test]
fn a_load_that_kept_its_id_still_knows_that_all_was_loaded() {
    let mut engine = with(Quirks { resumed_load_id: ResumedLoadId::Same, ..Quirks::default() });
    let first = start(&mut engine, "s3://b/a/");
    engine.advance_to(at(5));
    assert_eq!(engine.start(&resumed("s3://b/a/")).unwrap(), first);
    engine.advance_to(at(10));
    assert_eq!((status(&engine, &first), report(&engine, &first).total_records), (COMPLETED.to_owned(), 0));
}

#[test]
fn the_load_whose_id_was_taken_over_hides_older_ones() {
    let mut engine = with(Quirks { resumed_load_id: ResumedLoadId::Same, ..Quirks::default() });
    start(&mut engine, "s3://b/a/");
    engine.advance_to(at(5));
    let failed = start(&mut engine, "s3://b/a/");
    engine.rescript(&failed, plan(&[(FAILED, 0)])).unwrap();
    assert_eq!(engine.start(&resumed("s3://b/a/")).unwrap(), failed);
    engine.advance_to(at(10));
    assert_eq!((status(&engine, &failed), report(&engine, &failed).total_records), (COMPLETED.to_owned(), 10));
}

#[test]
fn runs_are_counted_or_not() {
    for (resumed_run_number, run_number) in [(ResumedRunNumber::Counts, 2), (ResumedRunNumber::AlwaysOne, 1)] {
        let mut engine = with(Quirks { resumed_run_number, ..Quirks::default() });
        start(&mut engine, "s3://b/a/");
        engine.advance_to(at(5));
        let second = engine.start(&resumed("s3://b/a/")).unwrap();
        assert_eq!(report(&engine, &second).run_number, run_number);
    }
}

#[test]
fn where_nothing_is_left_the_totals_are_none_or_the_earlier_ones() {
    for (nothing_to_resume, totals) in [(NothingToResume::NoRecords, (0, 0)), (NothingToResume::EarlierTotals, (10, 4))] {
        let mut engine = with(Quirks { nothing_to_resume, ..Quirks::default() });
        start(&mut engine, "s3://b/a/");
        engine.advance_to(at(5));
        let second = engine.start(&resumed("s3://b/a/")).unwrap();
        engine.advance_to(at(10));
        let report = report(&engine, &second);
        assert_eq!((report.total_records, report.total_duplicates), totals);
    }
}

#[test]
fn a_load_of_another_format_counts_as_an_earlier_one_or_not() {
    for (resume_matches, run_number) in [(ResumeMatches::Source, 2), (ResumeMatches::SourceAndFormat, 1)] {
        let mut engine = with(Quirks { resume_matches, ..Quirks::default() });
        start(&mut engine, "s3://b/a/");
        engine.advance_to(at(5));
        let other = StartRequest { format: LoadFormat::OpenCypher, mode: LoadMode::Auto, ..request("s3://b/a/") };
        let id = engine.start(&other).unwrap();
        assert_eq!(report(&engine, &id).run_number, run_number);
    }
}

#[test]
fn a_load_stopped_by_an_error_says_so_or_just_fails() {
    let workload = || Arc::new(Workload { files: 2, ..one_bad_file() });
    for (stopped_by_error, word) in
        [(StoppedByError::CancelledDueToErrors, "LOAD_CANCELLED_DUE_TO_ERRORS"), (StoppedByError::Failed, FAILED)]
    {
        let quirks = Quirks { stopped_by_error, ..Quirks::default() };
        let default_plan = Plan { workload: workload(), ..Plan::completing_after(Duration::from_secs(1)) };
        let mut engine = Engine::new(Settings { quirks, default_plan, ..Settings::default() });
        let id = start(&mut engine, "s3://b/in/");
        engine.advance_to(at(1));
        assert_eq!(status(&engine, &id), word);
    }
}

#[test]
fn feed_counts_come_early_or_late() {
    let quirks = Quirks {
        queued_feed_count: QueuedFeedCount::NotStarted,
        not_started_feed_count: NotStartedFeedCount::Absent,
        unexecuted_feed_count: UnexecutedFeedCount::NotStarted,
        ..Quirks::default()
    };
    let loads = [
        ("LOAD_IN_QUEUE", "", r#"[{"LOAD_NOT_STARTED":1}]"#),
        ("LOAD_NOT_STARTED", r#"[{"LOAD_NOT_STARTED":1}]"#, ""),
        (DEPENDENCY, "", r#"[{"LOAD_NOT_STARTED":1}]"#),
    ];
    for (word, usual, turned) in loads {
        for (quirks, expected) in [(Quirks::default(), usual), (quirks, turned)] {
            let mut engine = with(quirks);
            let id = script(&mut engine, "x", &[(word, 0)], Workload::default());
            assert_eq!(feed_count(&engine, &id), expected, "{word}");
        }
    }
}

#[test]
fn cancelled_files_are_all_cancelled_or_only_the_one_in_work() {
    for (cancelled_feeds, expected) in [
        (CancelledFeeds::Cancelled, r#"[{"LOAD_COMPLETED":2},{"LOAD_CANCELLED_BY_USER":3}]"#),
        (CancelledFeeds::NotStarted, r#"[{"LOAD_NOT_STARTED":2},{"LOAD_COMPLETED":2},{"LOAD_CANCELLED_BY_USER":1}]"#),
    ] {
        let mut engine = with(Quirks { cancelled_feeds, ..Quirks::default() });
        let workload = Workload { files: 5, ..Workload::default() };
        let id = script(&mut engine, "x", &[(PROGRESS, 5), (COMPLETED, 0)], workload);
        engine.advance_to(at(2));
        engine.cancel(&id).unwrap();
        assert_eq!(feed_count(&engine, &id), expected);
    }
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
    let submitted = Quirks { queued_start_time: QueuedStartTime::Submitted, ..Quirks::default() };
    assert_eq!(written(submitted), ["3 1000", "0 1002"]);
    let absent = Quirks { queued_start_time: QueuedStartTime::Absent, ..Quirks::default() };
    assert_eq!(written(absent), ["3 1000", "0 null"]);
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
fn a_page_beyond_the_last_one_has_indexes_of_its_own() {
    let page = |page_past_end, page| {
        let mut engine = with(Quirks { page_past_end, ..Quirks::default() });
        let id = script(&mut engine, "x", &[(FAILED, 0)], one_bad_file());
        let query = StatusQuery { errors: true, page, errors_per_page: 2, ..StatusQuery::default() };
        let payload = engine.status(&id, &query).map_err(|error| error.message)?;
        Ok(payload.errors.map(|errors| (errors.start_index, errors.end_index, errors.error_logs.len())).unwrap())
    };
    assert_eq!(page(PagePastEnd::Zero, 2), Ok((3, 3, 1)));
    assert_eq!(page(PagePastEnd::Zero, 3), Ok((0, 0, 0)));
    assert_eq!(page(PagePastEnd::Asked, 3), Ok((5, 3, 0)));
    assert_eq!(page(PagePastEnd::Refused, 2), Ok((3, 3, 1)));
    assert_eq!(page(PagePastEnd::Refused, 3), Err("Invalid value for parameter 'page': 3".to_owned()));
}

#[test]
fn files_are_told_as_s3_uris_whatever_the_form_of_the_source() {
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
    for (unexecuted_feed_count, expected) in
        [(UnexecutedFeedCount::Absent, ""), (UnexecutedFeedCount::NotStarted, r#"[{"LOAD_NOT_STARTED":1}]"#)]
    {
        let mut engine = with(Quirks { unexecuted_feed_count, ..Quirks::default() });
        start(&mut engine, "s3://b/a/");
        let waiting = start(&mut engine, "s3://b/b/");
        engine.cancel(&waiting).unwrap();
        assert_eq!(
            (status(&engine, &waiting).as_str(), feed_count(&engine, &waiting).as_str()),
            ("LOAD_CANCELLED_BY_USER", expected)
        );
    }
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
