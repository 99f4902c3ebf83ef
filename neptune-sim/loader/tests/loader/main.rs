//! The loader's rules, one by one: what happens to a start, how the queue moves, what a status says.
#![expect(clippy::unwrap_used, reason = "a test may fail")]

mod commands;
#[path = "../common/mod.rs"]
mod common;
mod quirks;
mod reading;

use std::sync::Arc;
use std::time::Duration;

use common::{lifecycle, plan, request};
use neptune_loader::{
    Engine, FeedError, FeedErrorCode, LoadFormat, LoadId, LoadMode, LoadReport, LoadStatus, Outcome, Plan, Quirks, Rule,
    Script, Settings, SimTime, StartRequest, StatusPayload, StatusQuery, Workload,
};

const PROGRESS: &str = "LOAD_IN_PROGRESS";
const COMPLETED: &str = "LOAD_COMPLETED";
const FAILED: &str = "LOAD_FAILED";
const DEPENDENCY: &str = "LOAD_FAILED_BECAUSE_DEPENDENCY_NOT_SATISFIED";
const INVALID: &str = "LOAD_FAILED_INVALID_REQUEST";

/// Every load takes five seconds and completes, but those of `s3://b/fail` fail, of `s3://b/burst` at once.
fn settings() -> Settings {
    let workload = Workload { duplicates: 4, ..Workload::default() };
    let default_plan = Plan { workload: Arc::new(workload), ..Plan::completing_after(Duration::from_secs(5)) };
    let workload = Workload { errors: vec![parsing_error("s3://b/fail/e.csv", 1)].into(), ..Workload::default() };
    let failing = Plan { workload: Arc::new(workload), ..plan(&[(PROGRESS, 5), (FAILED, 0)]) };
    let rules = vec![
        Rule::for_source("s3://b/fail", Outcome::Load(failing)),
        Rule::for_source("s3://b/burst", Outcome::Load(plan(&[(FAILED, 0)]))),
    ];
    Settings { default_plan, rules, ..Settings::default() }
}

fn parsing_error(file: &str, times: u64) -> FeedError {
    FeedError {
        code: FeedErrorCode::Parsing,
        counter: None,
        message: "Expected '<', found: |".to_owned(),
        file: file.to_owned(),
        record: 3,
        times,
        feed_status: None,
    }
}

fn one_bad_file() -> Workload {
    Workload { files: 2, records: 12, errors: vec![parsing_error("s3://b/in/e.csv", 3)].into(), ..Workload::default() }
}

fn at(secs: u64) -> SimTime {
    SimTime::after(Duration::from_secs(secs))
}

fn loader(quirks: Quirks) -> Engine {
    Engine::new(Settings { quirks, ..settings() })
}

fn start(engine: &mut Engine, source: &str) -> LoadId {
    engine.start(&request(source)).unwrap()
}

fn start_after(engine: &mut Engine, source: &str, dependencies: &[&LoadId]) -> LoadId {
    let dependencies = dependencies.iter().map(|id| (*id).clone()).collect();
    engine.start(&StartRequest { dependencies, ..request(source) }).unwrap()
}

fn script(engine: &mut Engine, id: &str, stages: &[(&str, u64)], workload: Workload) -> LoadId {
    let script = Script { workload, ..Script::new(format!("s3://b/{id}/"), lifecycle(stages)) };
    engine.script(id.into(), script).unwrap();
    id.into()
}

fn status(engine: &Engine, id: &LoadId) -> String {
    engine.load(id).unwrap().status().to_string()
}

/// `0s LOAD_IN_QUEUE`, and so on.
fn history(engine: &Engine, id: &LoadId) -> Vec<String> {
    engine.load(id).unwrap().history().iter().map(|change| format!("{} {}", change.at, change.status)).collect()
}

fn payload(engine: &Engine, id: &LoadId) -> StatusPayload {
    engine.status(id, &StatusQuery { details: true, errors: true, ..StatusQuery::default() }).unwrap()
}

fn report(engine: &Engine, id: &LoadId) -> LoadReport {
    payload(engine, id).overall_status
}

/// As it stands on the wire; empty if absent.
fn feed_count(engine: &Engine, id: &LoadId) -> String {
    payload(engine, id).feed_count.map_or(String::new(), |counts| serde_json::to_string(&counts).unwrap())
}

mod a_later_beginning {
    use super::*;

    /// A loader at 5 s, with a load that fails 30 s later, after so many seconds.
    fn with_a_later_load(runs: u64) -> (Engine, LoadId) {
        let mut engine = loader(Quirks::default());
        engine.advance_to(at(5));
        let stages = if runs > 0 { vec![("LOAD_IN_PROGRESS", runs), ("LOAD_FAILED", 0)] } else { vec![("LOAD_FAILED", 0)] };
        let (lifecycle, begins) = (lifecycle(&stages), Duration::from_secs(30));
        let script = Script { begins, ..Script::new("s3://b/", lifecycle) };
        engine.script("x".into(), script).unwrap();
        (engine, "x".into())
    }

    #[test]
    fn a_load_is_not_there_before_it_begins() {
        let (mut engine, id) = with_a_later_load(2);
        engine.advance_to(at(34));
        assert_eq!(
            (engine.loads().count(), engine.list(neptune_loader::ListQuery { limit: 10, include_queued_loads: true }).len()),
            (0, 0)
        );
        assert!(engine.status(&id, &StatusQuery::default()).is_err());
        assert!(!engine.foreseen_load(&id).unwrap().is_ended());
        engine.advance_to(at(35));
        assert_eq!(history(&engine, &id), ["35s LOAD_IN_PROGRESS"]);
        engine.advance_to(at(100));
        assert_eq!(history(&engine, &id), ["35s LOAD_IN_PROGRESS", "37s LOAD_FAILED"]);
    }

    #[test]
    fn a_load_comes_when_it_begins_and_is_announced_until_then() {
        let (mut engine, later) = with_a_later_load(2);
        let announced = |engine: &Engine| engine.announced().map(|(id, begins)| (id.clone(), begins)).collect::<Vec<_>>();
        assert_eq!(announced(&engine), [(later.clone(), at(35))]);
        engine.advance_to(at(20));
        let started = start(&mut engine, "s3://b/a/");
        engine.advance_to(at(36));
        assert_eq!(announced(&engine), []);
        let list = engine.list(neptune_loader::ListQuery { limit: 10, include_queued_loads: true });
        assert_eq!(list, [later, started], "the latest first");
        engine.advance_to(at(100));
        assert!(engine.loads().all(neptune_loader::Load::is_ended));
    }

    #[test]
    fn a_load_that_begins_with_its_end_has_not_ended_before() {
        let (mut engine, id) = with_a_later_load(0);
        assert!(!engine.foreseen_load(&id).unwrap().is_ended());
        engine.advance_to(at(35));
        assert_eq!(history(&engine, &id), ["35s LOAD_FAILED"]);
        assert!(engine.load(&id).unwrap().is_ended());
    }

    #[test]
    fn what_is_exported_before_begins_as_well() {
        let (engine, id) = with_a_later_load(2);
        let state = serde_json::to_string(&engine.export()).unwrap();
        let mut again = Engine::import(serde_json::from_str(&state).unwrap()).unwrap();
        again.advance_to(at(100));
        assert_eq!(history(&again, &id), ["35s LOAD_IN_PROGRESS", "37s LOAD_FAILED"]);
    }
}

mod the_queue {
    use super::*;

    #[test]
    fn a_second_load_that_may_not_wait_is_refused() {
        let mut engine = loader(Quirks::default());
        start(&mut engine, "s3://b/a/");
        let error = engine.start(&StartRequest { queue_request: false, ..request("s3://b/b/") }).unwrap_err();
        let text = "Failed to start new load for the source s3://b/b/. Max concurrent load limit breached. Limit is 1";
        assert_eq!((error.message.as_str(), error.code.as_str(), error.http_status()), (text, "BadRequestException", 400));
        assert_eq!(engine.loads().count(), 1);
    }

    #[test]
    fn one_runs_and_64_wait_and_no_more() {
        let mut engine = loader(Quirks::default());
        let first = start(&mut engine, "s3://b/a/");
        for _ in 0..64 {
            let id = start(&mut engine, "s3://b/b/");
            assert_eq!(status(&engine, &id), "LOAD_IN_QUEUE");
        }
        let error = engine.start(&request("s3://b/c/")).unwrap_err();
        let text = "Failed to start new load for the source s3://b/c/. Max load task queue size limit breached. Limit is 64";
        assert_eq!((error.message.as_str(), error.code.as_str(), error.http_status()), (text, "BadRequestException", 400));
        engine.cancel(&first).unwrap();
        start(&mut engine, "s3://b/c/");
    }

    #[test]
    fn a_full_queue_refuses_a_load_that_may_not_wait_for_the_running_one() {
        let mut engine = loader(Quirks::default());
        for _ in 0..65 {
            start(&mut engine, "s3://b/a/");
        }
        let error = engine.start(&StartRequest { queue_request: false, ..request("s3://b/a/") }).unwrap_err();
        assert!(error.message.contains("Max concurrent load limit"), "{}", error.message);
    }

    #[test]
    fn the_queue_moves_up_at_the_moment_a_load_ends() {
        let mut engine = loader(Quirks::default());
        let ids = ["s3://b/a/", "s3://b/fail/", "s3://b/burst/", "s3://b/d/"].map(|source| start(&mut engine, source));
        engine.advance_to(at(60));
        assert_eq!(history(&engine, &ids[0]), ["0s LOAD_IN_PROGRESS", "5s LOAD_COMPLETED"]);
        assert_eq!(history(&engine, &ids[1]), ["0s LOAD_IN_QUEUE", "5s LOAD_IN_PROGRESS", "10s LOAD_FAILED"]);
        assert_eq!(history(&engine, &ids[2]), ["0s LOAD_IN_QUEUE", "10s LOAD_FAILED"]);
        assert_eq!(history(&engine, &ids[3]), ["0s LOAD_IN_QUEUE", "10s LOAD_IN_PROGRESS", "15s LOAD_COMPLETED"]);
    }

    #[test]
    fn the_queue_moves_up_at_the_moment_a_load_is_cancelled() {
        let mut engine = loader(Quirks::default());
        let (first, second) = (start(&mut engine, "s3://b/a/"), start(&mut engine, "s3://b/b/"));
        engine.advance_to(at(2));
        engine.cancel(&first).unwrap();
        assert_eq!(history(&engine, &second), ["0s LOAD_IN_QUEUE", "2s LOAD_IN_PROGRESS"]);
    }

    #[test]
    fn a_scripted_load_takes_no_place_in_the_queue() {
        let mut engine = loader(Quirks::default());
        script(&mut engine, "domain", &[(PROGRESS, 60), (COMPLETED, 0)], Workload::default());
        let id = engine.start(&StartRequest { queue_request: false, ..request("s3://b/a/") }).unwrap();
        assert_eq!(status(&engine, &id), PROGRESS);
    }

    #[test]
    fn a_load_that_ends_at_once_leaves_the_loader_free() {
        let mut engine = loader(Quirks::default());
        let first = start(&mut engine, "s3://b/burst/");
        let second = engine.start(&StartRequest { queue_request: false, ..request("s3://b/a/") }).unwrap();
        assert_eq!((status(&engine, &first).as_str(), status(&engine, &second).as_str()), (FAILED, PROGRESS));
    }
}

mod regions {
    use super::*;

    fn abroad() -> StartRequest {
        StartRequest { region: "eu-west-1".to_owned(), ..request("s3://b/a/") }
    }

    fn here() -> Engine {
        Engine::new(Settings { region: Some("us-east-1".to_owned()), ..settings() })
    }

    #[test]
    fn another_region_is_refused() {
        let error = here().start(&abroad()).unwrap_err();
        assert_eq!((error.message.as_str(), error.http_status()), ("Bucket is not in provided Region (eu-west-1)", 400));
        assert!(here().start(&request("s3://b/a/")).is_ok());
        assert!(loader(Quirks::default()).start(&abroad()).is_ok());
    }

    #[test]
    fn another_region_shows_late_if_the_load_has_to_wait() {
        let mut engine = here();
        start(&mut engine, "s3://b/a/");
        let id = engine.start(&abroad()).unwrap();
        engine.advance_to(at(60));
        assert_eq!(history(&engine, &id), ["0s LOAD_IN_QUEUE", "5s LOAD_FAILED_INVALID_REQUEST"]);
    }

    #[test]
    fn the_loader_is_busy_before_the_region_is_wrong() {
        let mut engine = here();
        start(&mut engine, "s3://b/a/");
        let error = engine.start(&StartRequest { queue_request: false, ..abroad() }).unwrap_err();
        assert!(error.message.contains("Max concurrent load limit"), "{}", error.message);
    }
}

mod dependencies {
    use super::*;

    #[test]
    fn a_completed_dependency_is_satisfied() {
        let mut engine = loader(Quirks::default());
        let first = start(&mut engine, "s3://b/a/");
        let waiting = start_after(&mut engine, "s3://b/b/", &[&first]);
        engine.advance_to(at(60));
        let late = start_after(&mut engine, "s3://b/c/", &[&first, &waiting]);
        assert_eq!(status(&engine, &waiting), COMPLETED);
        assert_eq!(status(&engine, &late), PROGRESS);
    }

    #[test]
    fn failure_spreads_at_once_to_all_loads_that_depend_on_it() {
        let mut engine = loader(Quirks::default());
        let failing = start(&mut engine, "s3://b/fail/");
        let bystander = start(&mut engine, "s3://b/a/");
        let child = start_after(&mut engine, "s3://b/b/", &[&bystander, &failing]);
        let grandchild = start_after(&mut engine, "s3://b/c/", &[&child]);
        engine.advance_to(at(60));
        assert_eq!(status(&engine, &bystander), COMPLETED);
        for id in [child, grandchild] {
            assert_eq!(history(&engine, &id), ["0s LOAD_IN_QUEUE".to_owned(), format!("5s {DEPENDENCY}")]);
        }
    }

    #[test]
    fn a_load_that_fails_at_its_turn_takes_its_dependants_along_at_once() {
        let mut engine = loader(Quirks::default());
        start(&mut engine, "s3://b/a/");
        let failing = start(&mut engine, "s3://b/burst/");
        start(&mut engine, "s3://b/b/");
        let child = start_after(&mut engine, "s3://b/c/", &[&failing]);
        let grandchild = start_after(&mut engine, "s3://b/d/", &[&child]);
        engine.advance_to(at(5));
        assert_eq!(history(&engine, &child)[1], format!("5s {DEPENDENCY}"));
        assert_eq!(history(&engine, &grandchild)[1], format!("5s {DEPENDENCY}"));
    }

    #[test]
    fn a_cancelled_dependency_fails_its_dependants() {
        let mut engine = loader(Quirks::default());
        let first = start(&mut engine, "s3://b/a/");
        let child = start_after(&mut engine, "s3://b/b/", &[&first]);
        engine.cancel(&first).unwrap();
        assert_eq!(status(&engine, &child), DEPENDENCY);
    }

    #[test]
    fn an_unknown_dependency_fails_when_the_turn_comes() {
        let mut engine = loader(Quirks::default());
        let at_once = start_after(&mut engine, "s3://b/a/", &[&"nobody".into()]);
        assert_eq!(history(&engine, &at_once), [format!("0s {DEPENDENCY}")]);
        start(&mut engine, "s3://b/a/");
        let waiting = start_after(&mut engine, "s3://b/b/", &[&"nobody".into()]);
        let next = start(&mut engine, "s3://b/c/");
        engine.advance_to(at(5));
        assert_eq!(history(&engine, &waiting), ["0s LOAD_IN_QUEUE".to_owned(), format!("5s {DEPENDENCY}")]);
        assert_eq!(status(&engine, &next), PROGRESS);
    }

    #[test]
    fn a_load_waits_for_a_scripted_one_and_runs_when_that_has_completed() {
        let mut engine = loader(Quirks::default());
        let domain = script(&mut engine, "domain", &[(PROGRESS, 7), (COMPLETED, 0)], Workload::default());
        let provenance = start_after(&mut engine, "s3://b/a/", &[&domain]);
        let next = start(&mut engine, "s3://b/b/");
        engine.advance_to(at(60));
        let expected = ["0s LOAD_IN_QUEUE", "7s LOAD_IN_PROGRESS", "12s LOAD_COMPLETED"];
        assert_eq!(history(&engine, &provenance), expected);
        assert_eq!(history(&engine, &next)[1], "12s LOAD_IN_PROGRESS");
    }

    #[test]
    fn a_scripted_load_that_fails_at_its_birth_fails_those_who_named_it_in_advance() {
        let mut engine = loader(Quirks::default());
        start(&mut engine, "s3://b/a/");
        let waiting = start_after(&mut engine, "s3://b/b/", &[&"domain".into()]);
        script(&mut engine, "domain", &[(FAILED, 0)], Workload::default());
        assert_eq!(status(&engine, &waiting), DEPENDENCY);
    }

    #[test]
    fn a_load_that_may_not_wait_fails_on_a_scripted_one_that_has_not_ended() {
        let mut engine = loader(Quirks::default());
        let domain = script(&mut engine, "domain", &[(PROGRESS, 7), (COMPLETED, 0)], Workload::default());
        let start = StartRequest { queue_request: false, dependencies: vec![domain], ..request("s3://b/a/") };
        let id = engine.start(&start).unwrap();
        assert_eq!(history(&engine, &id), [format!("0s {DEPENDENCY}")]);
    }

    #[test]
    fn a_load_that_depends_on_one_behind_it_blocks_no_other() {
        let mut engine = loader(Quirks::default());
        let mut oracle = engine.clone();
        let later = [(); 3].map(|()| start(&mut oracle, "s3://b/a/"))[2].clone();
        start(&mut engine, "s3://b/a/");
        let early = start_after(&mut engine, "s3://b/b/", &[&later]);
        assert_eq!(start(&mut engine, "s3://b/c/"), later);
        engine.advance_to(at(60));
        assert_eq!((status(&engine, &early).as_str(), status(&engine, &later).as_str()), (DEPENDENCY, COMPLETED));
    }
}

mod modes {
    use neptune_loader::LoadMode;
    use rstest::rstest;

    use super::*;

    fn start_in(engine: &mut Engine, mode: LoadMode, source: &str) -> LoadId {
        engine.start(&StartRequest { mode, ..request(source) }).unwrap()
    }

    #[rstest]
    #[case::new_forgets(LoadMode::New, 1, [10, 4])]
    #[case::auto_continues(LoadMode::Auto, 2, [0, 0])]
    #[case::resume_continues(LoadMode::Resume, 2, [0, 0])]
    fn after_a_completed_load_nothing_is_left(#[case] mode: LoadMode, #[case] run_number: u64, #[case] left: [u64; 2]) {
        let mut engine = loader(Quirks::default());
        start(&mut engine, "s3://b/a/");
        engine.advance_to(at(5));
        let again = start_in(&mut engine, mode, "s3://b/a/");
        engine.advance_to(at(10));
        let report = report(&engine, &again);
        assert_eq!((report.run_number, [report.total_records, report.total_duplicates]), (run_number, left));
        assert_eq!(feed_count(&engine, &again), r#"[{"LOAD_COMPLETED":1}]"#);
    }

    #[test]
    fn the_loads_before_it_decide_when_its_turn_comes() {
        let mut engine = loader(Quirks::default());
        let ids = [(); 3].map(|()| start_in(&mut engine, LoadMode::Auto, "s3://b/a/"));
        engine.advance_to(at(60));
        let reports = ids.map(|id| report(&engine, &id)).map(|report| (report.run_number, report.total_records));
        assert_eq!(reports, [(1, 10), (2, 0), (3, 0)]);
    }

    #[test]
    fn after_a_failed_load_everything_is_left() {
        let mut engine = loader(Quirks::default());
        start(&mut engine, "s3://b/fail/");
        engine.advance_to(at(5));
        let again = start_in(&mut engine, LoadMode::Resume, "s3://b/fail/");
        engine.advance_to(at(10));
        assert_eq!((report(&engine, &again).run_number, report(&engine, &again).total_records), (2, 10));
    }

    #[test]
    fn a_load_cancelled_in_the_queue_does_not_hide_the_completed_one() {
        let mut engine = loader(Quirks::default());
        start(&mut engine, "s3://b/a/");
        let waiting = start_in(&mut engine, LoadMode::Auto, "s3://b/a/");
        engine.cancel(&waiting).unwrap();
        engine.advance_to(at(5));
        let again = start_in(&mut engine, LoadMode::Auto, "s3://b/a/");
        engine.advance_to(at(10));
        assert_eq!((report(&engine, &again).run_number, report(&engine, &again).total_records), (2, 0));
    }

    #[test]
    fn another_source_is_no_earlier_run() {
        let mut engine = loader(Quirks::default());
        start(&mut engine, "s3://b/a/");
        engine.advance_to(at(5));
        let other = start_in(&mut engine, LoadMode::Auto, "s3://b/a");
        engine.advance_to(at(10));
        assert_eq!((report(&engine, &other).run_number, report(&engine, &other).total_records), (1, 10));
    }

    #[test]
    fn there_must_be_something_to_resume() {
        let mut engine = loader(Quirks::default());
        for _ in 0..2 {
            let id = start_in(&mut engine, LoadMode::Resume, "s3://b/fail/");
            let report = report(&engine, &id);
            assert_eq!((report.status.as_str(), report.run_number), (INVALID, 1));
            assert_eq!((report.total_records, report.parsing_errors), (0, 0));
            assert_eq!(feed_count(&engine, &id), "");
        }
        let auto = start_in(&mut engine, LoadMode::Auto, "s3://b/fail/");
        assert_eq!(status(&engine, &auto), PROGRESS);
    }
}

mod cancelling {
    use neptune_loader::Evidence;
    use neptune_loader::quirks::{CancelledWord, UnknownId};
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::documented(CancelledWord::ByUser, "LOAD_CANCELLED_BY_USER")]
    #[case::bare(CancelledWord::Bare, "LOAD_CANCELLED")]
    fn a_cancelled_load_says_so_and_stays_so(#[case] cancelled_word: CancelledWord, #[case] word: &str) {
        let mut engine = loader(Quirks { cancelled_word, ..Quirks::default() });
        let (running, waiting) = (start(&mut engine, "s3://b/a/"), start(&mut engine, "s3://b/b/"));
        let scripted = script(&mut engine, "domain", &[("LOAD_IN_QUEUE", 9), (COMPLETED, 0)], Workload::default());
        engine.advance_to(at(2));
        for id in [&waiting, &running, &scripted] {
            engine.cancel(id).unwrap();
        }
        engine.advance_to(at(60));
        assert_eq!(history(&engine, &running), ["0s LOAD_IN_PROGRESS".to_owned(), format!("2s {word}")]);
        assert_eq!(history(&engine, &waiting), ["0s LOAD_IN_QUEUE".to_owned(), format!("2s {word}")]);
        assert_eq!(history(&engine, &scripted), ["0s LOAD_IN_QUEUE".to_owned(), format!("2s {word}")]);
        assert_eq!((report(&engine, &running).total_records, report(&engine, &waiting).total_records), (4, 0));
        assert_eq!(payload(&engine, &running).failed_feeds, None);
    }

    #[rstest]
    #[case::status_404(UnknownId::NotFound)]
    #[case::status_400(UnknownId::BadRequest)]
    fn what_is_not_active_cannot_be_cancelled(#[case] unknown_id: UnknownId) {
        let mut engine = loader(Quirks { unknown_id, ..Quirks::default() });
        let (ended, cancelled) = (start(&mut engine, "s3://b/burst/"), start(&mut engine, "s3://b/a/"));
        engine.cancel(&cancelled).unwrap();
        for id in [ended, cancelled, "nobody".into()] {
            let error = engine.cancel(&id).unwrap_err();
            assert_eq!(error.message, format!("The load with id = {id} does not exist or not active"));
            assert_eq!((error.code.as_str(), error.http_status()), ("BulkLoadIdNotFoundException", 404));
            assert_eq!(error.evidence, Evidence::Documented);
        }
    }

    #[test]
    fn at_least_one_file_of_a_cancelled_load_was_cancelled() {
        let mut engine = loader(Quirks::default());
        let stages = [(PROGRESS, 4), ("LOAD_COMMITTING", 4), (COMPLETED, 0)];
        let id = script(&mut engine, "domain", &stages, Workload { files: 3, ..Workload::default() });
        engine.advance_to(at(5));
        engine.cancel(&id).unwrap();
        assert_eq!(feed_count(&engine, &id), r#"[{"LOAD_COMPLETED":2},{"LOAD_CANCELLED_BY_USER":1}]"#);
    }
}

mod memory {
    use neptune_loader::ListQuery;
    use neptune_loader::quirks::UnknownId;
    use rstest::rstest;

    use super::*;

    #[test]
    fn the_newest_1024_loads_are_remembered_and_pending_ones_always() {
        let mut engine = loader(Quirks::default());
        let pending = script(&mut engine, "pending", &[(PROGRESS, 0)], Workload::default());
        let ended: Vec<LoadId> = (0..1023).map(|_| start(&mut engine, "s3://b/burst/")).collect();
        assert_eq!(engine.loads().count(), 1024);
        let newest = start(&mut engine, "s3://b/burst/");
        assert_eq!(engine.loads().count(), 1024);
        assert!(engine.load(&ended[0]).is_none());
        for id in [&pending, &ended[1], &ended[1022], &newest] {
            assert!(engine.load(id).is_some(), "{id}");
        }
        assert_eq!(engine.cancel(&ended[0]).unwrap_err().http_status(), 404);
    }

    #[test]
    fn a_table_that_pending_loads_have_stretched_shrinks_again() {
        let mut engine = loader(Quirks::default());
        for number in 0..1100 {
            script(&mut engine, &number.to_string(), &[(PROGRESS, 1), (COMPLETED, 0)], Workload::default());
        }
        assert_eq!(engine.loads().count(), 1100);
        engine.advance_to(at(1));
        start(&mut engine, "s3://b/a/");
        assert_eq!(engine.loads().count(), 1024);
        assert_eq!(engine.loads().next().unwrap().id().as_str(), "77");
    }

    #[rstest]
    #[case::model(UnknownId::NotFound, "BulkLoadIdNotFoundException", 404)]
    #[case::user_guide(UnknownId::BadRequest, "InvalidParameterException", 400)]
    fn an_unknown_load_has_no_status(#[case] unknown_id: UnknownId, #[case] code: &str, #[case] http_status: u16) {
        let engine = loader(Quirks { unknown_id, ..Quirks::default() });
        let error = engine.status(&"nobody".into(), &StatusQuery::default()).unwrap_err();
        assert_eq!((error.code.as_str(), error.http_status()), (code, http_status));
        assert_eq!(error.message, "The load with id = nobody does not exist or not active");
    }

    #[test]
    fn a_started_load_shows_after_the_delay() {
        let mut engine = loader(Quirks { visible_after_seconds: 2, ..Quirks::default() });
        script(&mut engine, "domain", &[(PROGRESS, 0)], Workload::default());
        let id = start(&mut engine, "s3://b/a/");
        engine.advance_to(at(1));
        assert!(engine.load(&id).is_none());
        assert_eq!(engine.list(ListQuery::default()), ["domain".into()]);
        assert!(engine.status(&id, &StatusQuery::default()).is_err());
        assert!(engine.cancel(&id).is_err());
        engine.advance_to(at(2));
        assert_eq!(engine.list(ListQuery::default()), [id.clone(), "domain".into()]);
        assert_eq!(status(&engine, &id), PROGRESS);
    }

    #[test]
    fn an_id_names_one_load() {
        let mut engine = loader(Quirks::default());
        let predicted = start(&mut engine.clone(), "s3://b/a/");
        script(&mut engine, predicted.as_str(), &[(PROGRESS, 1), (COMPLETED, 0)], Workload::default());
        let again = Script::new("", lifecycle(&[(FAILED, 0)]));
        assert_eq!(
            engine.script(predicted.clone(), again).unwrap_err().to_string(),
            format!("there is a load `{predicted}` already")
        );
        let started = start(&mut engine, "s3://b/a/");
        assert_ne!(started, predicted);
        engine.advance_to(at(60));
        assert_eq!((status(&engine, &started).as_str(), status(&engine, &predicted).as_str()), (COMPLETED, COMPLETED));
    }

    #[test]
    fn requests_do_not_decide_what_loads_are_called() {
        let mut engine = loader(Quirks::default());
        let mut polled = engine.clone();
        assert_ne!(polled.draw_request_id(), polled.draw_request_id());
        assert_eq!(start(&mut engine, "s3://b/a/"), start(&mut polled, "s3://b/a/"));
    }

    #[test]
    fn waiting_loads_are_listed_first() {
        let mut engine = loader(Quirks::default());
        let ids = ["s3://b/burst/", "s3://b/a/", "s3://b/b/", "s3://b/c/"].map(|source| start(&mut engine, source));
        script(&mut engine, "domain", &[(PROGRESS, 0)], Workload::default());
        let [ended, running, second, third] = ids;
        let domain = LoadId::from("domain");
        let list = |limit, include_queued_loads| engine.list(ListQuery { limit, include_queued_loads });
        assert_eq!(list(100, true), [third.clone(), second.clone(), domain.clone(), running.clone(), ended.clone()]);
        assert_eq!(list(3, true), [third, second, domain.clone()]);
        assert_eq!(list(100, false), [domain.clone(), running, ended]);
        assert_eq!(list(1, false), [domain]);
    }
}

mod time {
    use super::*;

    #[test]
    fn the_next_change_is_the_earliest() {
        let mut engine = loader(Quirks::default());
        assert_eq!(engine.next_change(), None);
        let first = start(&mut engine, "s3://b/a/");
        start(&mut engine, "s3://b/b/");
        script(&mut engine, "domain", &[(PROGRESS, 7), (COMPLETED, 0)], Workload::default());
        assert_eq!(engine.next_change(), Some(at(5)));
        engine.cancel(&first).unwrap();
        assert_eq!(engine.next_change(), Some(at(5)), "the second runs in place of the first");
        engine.advance_to(at(5));
        assert_eq!(engine.next_change(), Some(at(7)));
        engine.advance_to(at(7));
        assert_eq!(engine.next_change(), None);
    }

    #[test]
    fn time_does_not_go_back() {
        let mut engine = loader(Quirks::default());
        engine.advance_to(at(9));
        engine.advance_to(at(3));
        assert_eq!(engine.now(), at(9));
    }

    #[test]
    fn the_end_of_time_does_no_harm() {
        let mut engine = loader(Quirks::default());
        engine.advance_to(SimTime::after(Duration::MAX));
        let id = start(&mut engine, "s3://b/a/");
        payload(&engine, &id);
        engine.advance_to(SimTime::after(Duration::MAX));
        assert_eq!(status(&engine, &id), COMPLETED);
    }
}

mod reports {
    use neptune_loader::quirks::EmptyFailedFeeds;
    use rstest::rstest;

    use super::*;

    fn three_files() -> Workload {
        Workload { files: 3, records: 30, duplicates: 15, retries: 4, ..Workload::default() }
    }

    /// The files of a load that goes through these stages, 3 seconds after its begin.
    fn files_after_3s(stages: &[(&str, u64)], workload: Workload) -> String {
        let mut engine = loader(Quirks::default());
        let id = script(&mut engine, "in", stages, workload);
        engine.advance_to(at(3));
        feed_count(&engine, &id)
    }

    #[rstest]
    #[case::done_clean(&[(COMPLETED, 0)], Workload::default(), r#"[{"LOAD_COMPLETED":1}]"#)]
    #[case::running(&[(PROGRESS, 6), (COMPLETED, 0)], three_files(), r#"[{"LOAD_NOT_STARTED":1},{"LOAD_IN_PROGRESS":1},{"LOAD_COMPLETED":1}]"#)]
    #[case::almost_done(&[(PROGRESS, 4), (COMPLETED, 0)], three_files(), r#"[{"LOAD_IN_PROGRESS":1},{"LOAD_COMPLETED":2}]"#)]
    #[case::in_progress_for_ever(&[(PROGRESS, 0)], three_files(), r#"[{"LOAD_NOT_STARTED":2},{"LOAD_IN_PROGRESS":1}]"#)]
    #[case::one_failed(&[(PROGRESS, 2), (FAILED, 0)], one_bad_file(), r#"[{"LOAD_COMPLETED":1},{"LOAD_FAILED":1}]"#)]
    #[case::stopped_by_errors(&[(PROGRESS, 2), ("LOAD_CANCELLED_DUE_TO_ERRORS", 0)], one_bad_file(), r#"[{"LOAD_NOT_STARTED":1},{"LOAD_FAILED":1}]"#)]
    #[case::stopped_without_a_scripted_error(&[("LOAD_CANCELLED_DUE_TO_ERRORS", 0)], three_files(), r#"[{"LOAD_NOT_STARTED":2},{"LOAD_FAILED":1}]"#)]
    #[case::single_file_failed(&[(FAILED, 0)], Workload::default(), r#"[{"LOAD_FAILED":1}]"#)]
    #[case::deadlock(&[("LOAD_DATA_DEADLOCK", 0)], three_files(), r#"[{"LOAD_COMPLETED":2},{"LOAD_DATA_DEADLOCK":1}]"#)]
    #[case::cancelled_by_script(&[("LOAD_CANCELLED_BY_USER", 0)], three_files(), r#"[{"LOAD_COMPLETED":2},{"LOAD_CANCELLED_BY_USER":1}]"#)]
    #[case::unknown_end(&[("LOAD_ODD", 0)], three_files(), r#"[{"LOAD_COMPLETED":2},{"LOAD_ODD":1}]"#)]
    #[case::unknown_word_on_the_way(&[("LOAD_STARTING", 9), (COMPLETED, 0)], three_files(), r#"[{"LOAD_STARTING":3}]"#)]
    #[case::queued(&[("LOAD_IN_QUEUE", 9), (COMPLETED, 0)], three_files(), "")]
    #[case::not_started(&[("LOAD_NOT_STARTED", 9), (COMPLETED, 0)], three_files(), r#"[{"LOAD_NOT_STARTED":3}]"#)]
    #[case::dependency_failed(&[("LOAD_IN_QUEUE", 1), (DEPENDENCY, 0)], three_files(), "")]
    #[case::invalid_request(&[(INVALID, 0)], three_files(), "")]
    fn files_are_counted_by_status(#[case] stages: &[(&str, u64)], #[case] workload: Workload, #[case] expected: &str) {
        assert_eq!(files_after_3s(stages, workload), expected);
    }

    #[rstest]
    #[case::s3(FeedErrorCode::S3AccessDenied, "LOAD_S3_ACCESS_DENIED_ERROR", [0, 0])]
    #[case::changed_file(FeedErrorCode::FileModificationOrDeletion, "LOAD_DATA_FAILED_DUE_TO_FEED_MODIFIED_OR_DELETED", [0, 0])]
    #[case::insert(FeedErrorCode::FromOrToVertexMissing, "LOAD_FAILED", [0, 3])]
    #[case::parse(FeedErrorCode::Parsing, "LOAD_FAILED", [3, 0])]
    fn the_kind_of_error_decides_status_and_counter(
        #[case] code: FeedErrorCode,
        #[case] word: &str,
        #[case] counters: [u64; 2],
    ) {
        let mut engine = loader(Quirks::default());
        let workload =
            Workload { errors: vec![FeedError { code, ..parsing_error("s3://b/in/e.csv", 3) }].into(), ..one_bad_file() };
        let id = script(&mut engine, "in", &[(FAILED, 0)], workload);
        let payload = payload(&engine, &id);
        let feed = &payload.failed_feeds.unwrap()[0];
        assert_eq!(feed.status.as_str(), word);
        for report in [&payload.overall_status, feed] {
            assert_eq!([report.parsing_errors, report.insert_errors], counters);
        }
    }

    #[test]
    fn failed_files_are_distinguished() {
        let mut engine = loader(Quirks::default());
        let errors = vec![
            parsing_error("s3://b/in/e.csv", 3),
            FeedError { code: FeedErrorCode::OutOfMemory, ..parsing_error("s3://b/in/f.csv", 1) },
            parsing_error("s3://b/in/e.csv", 2),
        ];
        let id = script(
            &mut engine,
            "in",
            &[(PROGRESS, 2), (FAILED, 0)],
            Workload { files: 4, duplicates: 8, errors: errors.into(), ..one_bad_file() },
        );
        engine.advance_to(at(2));
        let payload = payload(&engine, &id);
        let feeds = payload.failed_feeds.unwrap();
        let reported: Vec<_> = feeds
            .iter()
            .map(|feed| {
                (feed.full_uri.as_str(), [feed.total_records, feed.total_duplicates, feed.parsing_errors, feed.insert_errors])
            })
            .collect();
        assert_eq!(reported, [("s3://b/in/e.csv", [3, 0, 5, 0]), ("s3://b/in/f.csv", [3, 0, 0, 1])]);
        let overall = payload.overall_status;
        assert_eq!([overall.total_records, overall.total_duplicates], [12, 8]);
        assert_eq!([overall.parsing_errors, overall.insert_errors], [5, 1]);
    }

    #[test]
    fn a_failure_without_a_scripted_error_blames_the_source() {
        let mut engine = loader(Quirks::default());
        let id = script(&mut engine, "in", &[(FAILED, 0)], three_files());
        let feeds = payload(&engine, &id).failed_feeds.unwrap();
        assert_eq!((feeds.len(), feeds[0].full_uri.as_str(), feeds[0].status.as_str()), (1, "s3://b/in/", FAILED));
    }

    #[rstest]
    #[case::completed(&[(COMPLETED, 0)])]
    #[case::running(&[(PROGRESS, 0)])]
    #[case::cancelled(&[("LOAD_CANCELLED_BY_USER", 0)])]
    #[case::never_executed(&[(DEPENDENCY, 0)])]
    fn without_failed_files_the_quirk_decides(#[case] stages: &[(&str, u64)]) {
        for (empty_failed_feeds, expected) in
            [(EmptyFailedFeeds::Omitted, None), (EmptyFailedFeeds::EmptyList, Some(Vec::new()))]
        {
            let mut engine = loader(Quirks { empty_failed_feeds, ..Quirks::default() });
            let id = script(&mut engine, "in", stages, Workload::default());
            assert_eq!(payload(&engine, &id).failed_feeds, expected);
        }
    }

    #[test]
    fn details_and_errors_come_only_when_asked_for() {
        let mut engine = loader(Quirks { empty_failed_feeds: EmptyFailedFeeds::EmptyList, ..Quirks::default() });
        let id = script(&mut engine, "in", &[(FAILED, 0)], one_bad_file());
        let plain = engine.status(&id, &StatusQuery::default()).unwrap();
        assert_eq!((plain.failed_feeds, plain.errors), (None, None));
    }

    #[rstest]
    #[case::first_page(1, 2, (1, 2), &[3, 4])]
    #[case::last_page(2, 2, (3, 3), &[5])]
    #[case::beyond_the_end(3, 2, (0, 0), &[])]
    fn errors_come_in_pages(
        #[case] page: u64,
        #[case] errors_per_page: u64,
        #[case] indices: (u64, u64),
        #[case] records: &[u64],
    ) {
        let mut engine = loader(Quirks::default());
        let id = script(&mut engine, "in", &[(FAILED, 0)], one_bad_file());
        let query = StatusQuery { errors: true, page, errors_per_page, ..StatusQuery::default() };
        let errors = engine.status(&id, &query).unwrap().errors.unwrap();
        assert_eq!((errors.start_index, errors.end_index), indices);
        assert_eq!(errors.load_id, id);
        assert_eq!(errors.error_logs.iter().map(|log| log.record_num).collect::<Vec<_>>(), records);
    }

    #[test]
    fn errors_show_at_the_end_and_not_in_a_cancelled_load() {
        let mut engine = loader(Quirks::default());
        let ids = ["in", "out"].map(|id| script(&mut engine, id, &[(PROGRESS, 4), (FAILED, 0)], one_bad_file()));
        engine.advance_to(at(3));
        engine.cancel(&ids[1]).unwrap();
        let shown =
            |engine: &Engine, id| (report(engine, id).parsing_errors, payload(engine, id).errors.unwrap().error_logs.len());
        assert_eq!(shown(&engine, &ids[0]), (0, 0));
        engine.advance_to(at(4));
        assert_eq!(shown(&engine, &ids[0]), (3, 3));
        assert_eq!(shown(&engine, &ids[1]), (0, 0));
    }

    #[test]
    fn records_grow_with_the_time_in_progress() {
        let mut engine = loader(Quirks::default());
        let stages = [("LOAD_IN_QUEUE", 2), ("LOAD_STARTING", 2), (PROGRESS, 10), ("LOAD_COMMITTING", 2), (COMPLETED, 0)];
        let id = script(&mut engine, "in", &stages, three_files());
        let mut seen = Vec::new();
        for secs in [0, 2, 4, 5, 9, 13, 14, 16, 20] {
            engine.advance_to(at(secs));
            let report = report(&engine, &id);
            seen.push((secs, report.total_records, report.total_duplicates, report.total_time_spent.secs));
        }
        let expected = [
            (0, 0, 0, 0),
            (2, 0, 0, 0),
            (4, 0, 0, 0),
            (5, 3, 1, 1),
            (9, 15, 7, 5),
            (13, 27, 13, 9),
            (14, 30, 15, 10),
            (16, 30, 15, 10),
            (20, 30, 15, 10),
        ];
        assert_eq!(seen, expected);
    }

    #[test]
    fn a_load_that_was_never_executed_has_no_records() {
        let mut engine = loader(Quirks::default());
        let id = script(&mut engine, "in", &[("LOAD_IN_QUEUE", 2), (DEPENDENCY, 0)], three_files());
        engine.advance_to(at(9));
        assert_eq!((report(&engine, &id).total_records, report(&engine, &id).total_duplicates), (0, 0));
    }

    #[rstest]
    #[case::completed(COMPLETED)]
    #[case::failed(FAILED)]
    fn an_end_without_a_past_stands_for_a_whole_run(#[case] end: &str) {
        let mut engine = loader(Quirks::default());
        let id = script(&mut engine, "in", &[("LOAD_NOT_STARTED", 2), (end, 0)], three_files());
        assert_eq!(report(&engine, &id).total_records, 0);
        engine.advance_to(at(2));
        assert_eq!((report(&engine, &id).total_records, report(&engine, &id).total_duplicates), (30, 15));
    }

    #[test]
    fn the_start_is_when_the_load_left_the_queue() {
        let mut engine = Engine::new(Settings { epoch_secs: 1_700_000_000, ..settings() });
        let (_, waiting) = (start(&mut engine, "s3://b/a/"), start(&mut engine, "s3://b/b/"));
        assert_eq!(report(&engine, &waiting).start_time, Some(0));
        engine.advance_to(at(60));
        assert_eq!(report(&engine, &waiting).start_time, Some(1_700_000_005));
    }

    #[test]
    fn the_first_rule_that_fits_decides() {
        let planned = |files| {
            let workload = Arc::new(Workload { files, ..Workload::default() });
            Plan { workload, ..plan(&[(COMPLETED, 0)]) }
        };
        let rule = |source: &str, files| Rule::for_source(source, Outcome::Load(planned(files)));
        let rules = vec![
            rule("s3://b/in/a", 2),
            Rule { format: Some(LoadFormat::Turtle), ..rule("s3://b/in", 6) },
            Rule { tag: Some("big".to_owned()), ..rule("", 7) },
            Rule { folder: Some("small".to_owned()), ..rule("", 8) },
            rule("s3://b/in", 3),
            rule("s3://b/in/ab", 4),
        ];
        let mut engine = Engine::new(Settings { rules, default_plan: planned(5), ..Settings::default() });
        for (source, format, files) in [
            ("s3://b/in/ab", LoadFormat::Csv, 2),
            ("s3://b/in/b", LoadFormat::Csv, 3),
            ("s3://b/in/b", LoadFormat::Turtle, 6),
            ("s3://b/tag=big/x", LoadFormat::Csv, 7),
            ("s3://b/tag=bigger/x", LoadFormat::Csv, 5),
            ("s3://b/run-1/small/", LoadFormat::Csv, 8),
            ("s3://b/run-1/small", LoadFormat::Csv, 8),
            ("s3://b/run-1/smaller/", LoadFormat::Csv, 5),
            ("s3://b/run-1/tag=small/", LoadFormat::Csv, 5),
            ("s3://small/run-1/", LoadFormat::Csv, 5),
            ("s3://b/", LoadFormat::Csv, 5),
        ] {
            let id = engine.start(&StartRequest { format, ..request(source) }).unwrap();
            let counts = payload(&engine, &id).feed_count.unwrap();
            assert_eq!((counts[0].status.clone(), counts[0].files), (LoadStatus::Completed, files), "{source}");
        }
    }
}
