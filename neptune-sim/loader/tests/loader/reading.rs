//! Loads that read their source.

use std::num::NonZeroU64;

use neptune_loader::{Feed, FeedCount, StartFailure};

use super::*;

/// A loader whose loads read ten records a second, and take no other time.
fn reader() -> Engine {
    let default_plan = Plan::completing_after(Duration::ZERO);
    Engine::new(Settings { records_per_second: NonZeroU64::new(10), default_plan, ..Settings::default() })
}

fn read_from(engine: &mut Engine, request: &StartRequest, files: u64) -> LoadId {
    engine.start_listed(request, Some(Ok(files))).unwrap()
}

/// Files, each with its records, in the order of reading.
fn feeds(files: &[(&str, u64)]) -> Vec<Feed> {
    let mut before = 0;
    let feed = |(name, records): &(&str, u64)| {
        let feed = Feed { name: (*name).into(), before, records: *records, duplicates: records / 10 };
        before += records;
        feed
    };
    files.iter().map(feed).collect()
}

fn workload(files: &[(&str, u64)], errors: Vec<FeedError>) -> Workload {
    let feeds = feeds(files);
    let records = feeds.iter().map(|feed| feed.records).sum();
    Workload { files: feeds.len() as u64, records, errors: errors.into(), feeds, ..Workload::default() }
}

fn feed_counts(engine: &Engine, id: &LoadId) -> Vec<(String, u64)> {
    let payload = engine.status(id, &StatusQuery::default()).unwrap();
    let counts = payload.feed_count.unwrap().into_iter();
    counts.map(|FeedCount { status, files }| (status.to_string(), files)).collect()
}

fn unread(engine: &Engine) -> Option<LoadId> {
    engine.unread().map(|(id, _)| id.clone())
}

#[test]
fn an_unread_load_is_in_progress_without_a_record_however_much_time_passes() {
    let mut engine = reader();
    let id = read_from(&mut engine, &request("s3://b/in/"), 3);
    engine.advance_to(at(1000));
    assert_eq!(unread(&engine), Some(id.clone()));
    assert_eq!((status(&engine, &id).as_str(), report(&engine, &id).total_records), (PROGRESS, 0));
    assert_eq!(feed_counts(&engine, &id), [("LOAD_NOT_STARTED".to_owned(), 2), (PROGRESS.to_owned(), 1)]);
    assert_eq!(engine.next_change(), None);
}

#[test]
fn a_load_takes_as_long_as_its_records_do() {
    let mut engine = reader();
    let id = read_from(&mut engine, &request("s3://b/in/"), 2);
    engine.finish_reading(&id, Ok(workload(&[("a.csv", 30), ("b.csv", 20)], vec![])));
    engine.advance_to(at(3));
    assert_eq!(report(&engine, &id).total_records, 30);
    assert_eq!(feed_counts(&engine, &id), [(PROGRESS.to_owned(), 1), (COMPLETED.to_owned(), 1)]);
    engine.advance_to(at(60));
    assert_eq!(history(&engine, &id), ["0s LOAD_IN_PROGRESS", "5s LOAD_COMPLETED"]);
}

#[test]
fn a_load_takes_as_long_as_others_and_as_its_records() {
    for (rate, end) in [(None, "5s LOAD_COMPLETED"), (NonZeroU64::new(10), "8s LOAD_COMPLETED")] {
        let mut engine = Engine::new(Settings { records_per_second: rate, ..Settings::default() });
        let id = read_from(&mut engine, &request("s3://b/in/"), 1);
        engine.finish_reading(&id, Ok(workload(&[("a.csv", 30)], vec![])));
        engine.advance_to(at(60));
        assert_eq!(history(&engine, &id), ["0s LOAD_IN_PROGRESS", end]);
    }
}

#[test]
fn a_load_does_not_end_before_it_is_known_what_it_reads() {
    let mut engine = reader();
    let first = read_from(&mut engine, &request("s3://b/a/"), 1);
    let second = read_from(&mut engine, &request("s3://b/b/"), 1);
    engine.advance_to(at(9));
    engine.finish_reading(&first, Ok(workload(&[("x.csv", 10)], vec![])));
    assert_eq!(history(&engine, &first), ["0s LOAD_IN_PROGRESS", "9s LOAD_COMPLETED"]);
    assert_eq!(unread(&engine), Some(second), "the next one reads when its turn has come");
}

#[test]
fn errors_end_a_load_as_its_start_says() {
    for (fail_on_error, end) in [(true, "LOAD_CANCELLED_DUE_TO_ERRORS"), (false, FAILED)] {
        let mut engine = reader();
        let id = read_from(&mut engine, &StartRequest { fail_on_error, ..request("s3://b/in/") }, 3);
        let read: &[(&str, u64)] =
            if fail_on_error { &[("a.csv", 20), ("b.csv", 10)] } else { &[("a.csv", 20), ("b.csv", 10), ("c.csv", 30)] };
        let read = Workload { files: 3, ..workload(read, vec![parsing_error("b.csv", 2)]) };
        engine.finish_reading(&id, Ok(read));
        engine.advance_to(at(60));
        assert_eq!(status(&engine, &id), end);
        let others = if fail_on_error { [("LOAD_NOT_STARTED", 1), (COMPLETED, 1)] } else { [(COMPLETED, 2), ("", 0)] };
        for (word, files) in others.into_iter().chain([(FAILED, 1)]).filter(|(_, files)| *files > 0) {
            assert!(feed_counts(&engine, &id).contains(&(word.to_owned(), files)), "{word}: {:?}", feed_counts(&engine, &id));
        }
        let details = engine.status(&id, &StatusQuery { details: true, ..StatusQuery::default() }).unwrap();
        let failed = &details.failed_feeds.unwrap()[0];
        assert_eq!((failed.full_uri.as_str(), failed.total_records, failed.total_duplicates), ("s3://b/in/b.csv", 10, 1));
    }
}

#[test]
fn a_file_with_errors_that_was_the_last_one_fails_the_load() {
    let mut engine = reader();
    let id = read_from(&mut engine, &request("s3://b/in/"), 2);
    engine.finish_reading(&id, Ok(workload(&[("a.csv", 20), ("b.csv", 10)], vec![parsing_error("b.csv", 1)])));
    engine.advance_to(at(60));
    assert_eq!(status(&engine, &id), FAILED);
}

#[test]
fn a_load_that_continues_another_leaves_out_what_that_has_loaded() {
    let mut engine = reader();
    let failed = read_from(&mut engine, &StartRequest { fail_on_error: false, ..request("s3://b/in/") }, 2);
    engine.finish_reading(&failed, Ok(workload(&[("a.csv", 20), ("b.csv", 10)], vec![parsing_error("b.csv", 1)])));
    engine.advance_to(at(3));
    let resumed = read_from(&mut engine, &StartRequest { mode: LoadMode::Resume, ..request("s3://b/in/") }, 2);
    let loaded: Vec<&str> = engine.unread().unwrap().1.loaded.iter().map(|name| &**name).collect();
    assert_eq!(loaded, ["a.csv"]);
    engine.finish_reading(&resumed, Ok(workload(&[("a.csv", 0), ("b.csv", 10)], vec![])));
    engine.advance_to(at(60));
    assert_eq!((status(&engine, &resumed).as_str(), report(&engine, &resumed).run_number), (COMPLETED, 2));
    let again = read_from(&mut engine, &StartRequest { mode: LoadMode::Auto, ..request("s3://b/in/") }, 2);
    assert_eq!(unread(&engine), None, "everything was loaded before");
    assert_eq!((status(&engine, &again).as_str(), report(&engine, &again).total_records), (PROGRESS, 0));
    engine.advance_to(at(61));
    assert_eq!(status(&engine, &again), COMPLETED);
}

#[test]
fn a_load_that_was_cancelled_has_loaded_what_it_had_read_by_then() {
    let mut engine = reader();
    let id = read_from(&mut engine, &request("s3://b/in/"), 3);
    engine.finish_reading(&id, Ok(workload(&[("a.csv", 10), ("b.csv", 10), ("c.csv", 10)], vec![])));
    engine.advance_to(at(2));
    engine.cancel(&id).unwrap();
    read_from(&mut engine, &StartRequest { mode: LoadMode::Auto, ..request("s3://b/in/") }, 3);
    assert_eq!(engine.unread().unwrap().1.loaded.len(), 2);
}

#[test]
fn what_is_read_of_a_load_that_has_ended_meanwhile_is_left_alone() {
    let mut engine = reader();
    let id = read_from(&mut engine, &request("s3://b/in/"), 1);
    engine.cancel(&id).unwrap();
    assert_eq!(unread(&engine), None);
    engine.finish_reading(&id, Ok(workload(&[("a.csv", 10)], vec![])));
    assert_eq!((status(&engine, &id).as_str(), report(&engine, &id).total_records), ("LOAD_CANCELLED_BY_USER", 0));
}

#[test]
fn a_source_that_is_not_there_any_more_at_the_turn_of_a_load_ends_it() {
    let mut engine = reader();
    let first = read_from(&mut engine, &request("s3://b/a/"), 1);
    let second = engine.start_listed(&request("s3://b/b/"), Some(Err(StartFailure::SourceNotFound))).unwrap();
    engine.finish_reading(&first, Ok(workload(&[("a.csv", 10)], vec![])));
    engine.advance_to(at(1));
    assert_eq!(unread(&engine), Some(second.clone()), "it is listed again at its turn");
    engine.finish_reading(&second, Err(StartFailure::SourceNotFound));
    assert_eq!(history(&engine, &second), ["0s LOAD_IN_QUEUE", "1s LOAD_IN_PROGRESS", &format!("1s {INVALID}")]);
}

#[test]
fn a_rule_that_fits_a_start_decides_how_it_goes() {
    let mut engine = Engine::new(settings());
    let id = read_from(&mut engine, &request("s3://b/fail/"), 1);
    assert_eq!(unread(&engine), None);
    engine.advance_to(at(5));
    assert_eq!(status(&engine, &id), FAILED);
}

#[test]
fn an_export_of_an_unread_load_is_read_where_it_is_imported() {
    let mut engine = reader();
    let id = read_from(&mut engine, &request("s3://b/in/"), 1);
    let json = serde_json::to_string(&engine.export()).unwrap();
    let mut imported = Engine::import(serde_json::from_str(&json).unwrap()).unwrap();
    assert_eq!(imported.unread(), engine.unread());
    imported.finish_reading(&id, Ok(workload(&[("a.csv", 10)], vec![])));
    imported.advance_to(at(1));
    assert_eq!(status(&imported, &id), COMPLETED);
}

#[test]
fn a_scripted_load_reads_once_its_lifecycle_has_come_that_far() {
    let mut engine = reader();
    let reads = Some(request("s3://b/in/").into());
    let lifecycle = lifecycle(&[("LOAD_IN_QUEUE", 3), (PROGRESS, 0)]);
    let script = Script { reads, ..Script::new("s3://b/in/", lifecycle) };
    engine.script("x".into(), script).unwrap();
    assert_eq!(unread(&engine), None);
    engine.advance_to(at(3));
    assert_eq!(unread(&engine), Some("x".into()));
    engine.finish_reading(&"x".into(), Ok(workload(&[("a.csv", 20)], vec![])));
    engine.advance_to(at(60));
    assert_eq!(history(&engine, &"x".into()), ["0s LOAD_IN_QUEUE", "3s LOAD_IN_PROGRESS", "5s LOAD_COMPLETED"]);
}

#[test]
fn error_logs_take_64_mib_all_together_and_the_oldest_is_forgotten_first() {
    let mut engine = Engine::new(Settings::default());
    let error = |record: u64| FeedError { message: format!("{record:01000}"), record, ..parsing_error("a.csv", 1) };
    let faulty = workload(&[("a.csv", 10_000)], (1..=10_000).map(error).collect());
    let ids: Vec<LoadId> = (0..8).map(|n| read_from(&mut engine, &request(&format!("s3://b/{n}/")), 1)).collect();
    for id in &ids {
        engine.finish_reading(id, Ok(faulty.clone()));
        engine.advance_to(engine.now().plus(Duration::from_secs(5)));
    }
    let errors = |id: &LoadId| {
        let query = StatusQuery { errors: true, ..StatusQuery::default() };
        engine.status(id, &query).unwrap().errors.map_or(0, |page| page.error_logs.len())
    };
    let kept: Vec<bool> = ids.iter().map(|id| errors(id) > 0).collect();
    assert_eq!(kept, [false, false, true, true, true, true, true, true]);
    assert!(ids.iter().all(|id| report(&engine, id).parsing_errors == 10_000), "they are still counted");
}
