//! Commands beside starts and cancels: another course, a restart, another role, an export.

use neptune_loader::quirks::{RestartQueue, RestartRunning};
use neptune_loader::{Course, EngineState, Health, Role, StartFailure};
use rstest::rstest;

use super::*;

mod another_course {
    use super::*;

    #[test]
    fn a_running_load_takes_it_from_now_on() {
        let mut engine = loader(Quirks::default());
        let id = start(&mut engine, "s3://b/a/");
        engine.advance_to(at(2));
        engine.rescript(&id, plan(&[(PROGRESS, 10), (FAILED, 0)])).unwrap();
        engine.advance_to(at(60));
        assert_eq!(history(&engine, &id), ["0s LOAD_IN_PROGRESS", "12s LOAD_FAILED"]);
        assert_eq!(report(&engine, &id).total_time_spent.secs, 12);
    }

    #[test]
    fn an_end_comes_at_once_and_makes_room() {
        let mut engine = loader(Quirks::default());
        let first = start(&mut engine, "s3://b/a/");
        let second = start(&mut engine, "s3://b/b/");
        engine.rescript(&first, plan(&[(FAILED, 0)])).unwrap();
        assert_eq!((status(&engine, &first), status(&engine, &second)), (FAILED.to_owned(), PROGRESS.to_owned()));
    }

    #[test]
    fn a_waiting_load_takes_it_at_its_turn_whatever_was_loaded_before() {
        let mut engine = loader(Quirks::default());
        start(&mut engine, "s3://b/a/");
        let waiting = engine.start(&StartRequest { mode: LoadMode::Auto, ..request("s3://b/a/") }).unwrap();
        engine.rescript(&waiting, plan(&[(PROGRESS, 1), (FAILED, 0)])).unwrap();
        assert_eq!(status(&engine, &waiting), "LOAD_IN_QUEUE");
        engine.advance_to(at(60));
        assert_eq!(history(&engine, &waiting), ["0s LOAD_IN_QUEUE", "5s LOAD_IN_PROGRESS", "6s LOAD_FAILED"]);
    }

    #[test]
    fn a_scripted_load_takes_it_too() {
        let mut engine = loader(Quirks::default());
        let id = script(&mut engine, "x", &[("LOAD_IN_QUEUE", 0)], Workload::default());
        engine.rescript(&id, plan(&[(PROGRESS, 1), (COMPLETED, 0)])).unwrap();
        engine.advance_to(at(1));
        assert_eq!(status(&engine, &id), COMPLETED);
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let mut engine = loader(Quirks::default());
        let id = start(&mut engine, "s3://b/a/");
        let error = engine.rescript(&id, plan(&[("LOAD_IN_QUEUE", 1), (COMPLETED, 0)])).unwrap_err();
        assert_eq!(error.to_string(), format!("the load `{id}` is at LOAD_IN_PROGRESS and cannot go back to LOAD_IN_QUEUE"));
        engine.advance_to(at(5));
        let error = engine.rescript(&id, plan(&[(FAILED, 0)])).unwrap_err();
        assert_eq!(error.to_string(), format!("the load `{id}` has ended with LOAD_COMPLETED: script or start another one"));
        let error = engine.rescript(&"nobody".into(), plan(&[(FAILED, 0)])).unwrap_err();
        assert_eq!(error.to_string(), "there is no load `nobody`");
        assert_eq!(history(&engine, &id), ["0s LOAD_IN_PROGRESS", "5s LOAD_COMPLETED"]);
    }
}

/// A course without a lifecycle ends as errors and `failOnError` have it.
#[rstest]
#[case::clean(0, 3, true, 0, COMPLETED)]
#[case::stopped_with_files_left(1, 3, true, 0, "LOAD_CANCELLED_DUE_TO_ERRORS")]
#[case::failed_in_its_only_file(1, 1, true, 0, FAILED)]
#[case::went_on(1, 3, false, 0, FAILED)]
#[case::within_the_threshold(2, 3, true, 2, COMPLETED)]
#[case::beyond_the_threshold(3, 3, false, 2, FAILED)]
fn a_load_that_just_runs_ends_as_its_errors_have_it(
    #[case] errors: u64,
    #[case] files: u64,
    #[case] fail_on_error: bool,
    #[case] error_threshold: u32,
    #[case] end: &str,
) {
    let workload = Workload { files, errors: vec![parsing_error("e.csv", errors)].into(), ..Workload::default() };
    let default_plan = Plan { course: Course::Runs(Duration::from_secs(3)), workload: Arc::new(workload) };
    let quirks = Quirks { error_threshold, ..Quirks::default() };
    let mut engine = Engine::new(Settings { default_plan, quirks, ..Settings::default() });
    let id = engine.start(&StartRequest { fail_on_error, ..request("s3://b/in/") }).unwrap();
    engine.advance_to(at(3));
    assert_eq!(status(&engine, &id), end);
    assert_eq!(report(&engine, &id).parsing_errors, errors);
}

mod a_restart {
    use super::*;

    #[rstest]
    #[case::fails(RestartRunning::Failed, FAILED)]
    #[case::fails_unexpectedly(RestartRunning::UnexpectedError, "LOAD_UNEXPECTED_ERROR")]
    #[case::goes_on(RestartRunning::GoesOn, PROGRESS)]
    fn the_quirk_says_what_becomes_of_the_running_load(#[case] restart_running: RestartRunning, #[case] word: &str) {
        let mut engine = loader(Quirks { restart_running, ..Quirks::default() });
        let id = start(&mut engine, "s3://b/a/");
        engine.advance_to(at(2));
        engine.restart();
        assert_eq!(status(&engine, &id), word);
        assert_eq!(engine.up_since(), at(2));
    }

    #[test]
    fn the_queue_moves_up() {
        let mut engine = loader(Quirks::default());
        start(&mut engine, "s3://b/a/");
        let waiting = start(&mut engine, "s3://b/b/");
        engine.restart();
        assert_eq!(status(&engine, &waiting), PROGRESS);
    }

    #[test]
    fn the_queue_is_lost_if_the_quirk_says_so() {
        let mut engine = loader(Quirks { restart_queue: RestartQueue::Lost, ..Quirks::default() });
        let running = start(&mut engine, "s3://b/a/");
        let waiting = start(&mut engine, "s3://b/b/");
        engine.restart();
        assert!(engine.load(&waiting).is_none());
        assert_eq!(status(&engine, &running), FAILED);
        let next = start(&mut engine, "s3://b/c/");
        assert_eq!(status(&engine, &next), PROGRESS);
    }

    #[test]
    fn scripted_loads_do_as_their_script_says() {
        let mut engine = loader(Quirks::default());
        let id = script(&mut engine, "x", &[(PROGRESS, 5), (COMPLETED, 0)], Workload::default());
        engine.restart();
        engine.advance_to(at(5));
        assert_eq!(status(&engine, &id), COMPLETED);
    }
}

mod a_read_replica {
    use super::*;

    #[test]
    fn starts_and_cancels_nothing() {
        let mut engine = loader(Quirks::default());
        let running = start(&mut engine, "s3://b/a/");
        engine.set_role(Role::Reader);
        let refused = engine.start(&request("s3://b/b/")).unwrap_err();
        assert_eq!(refused.message, "Start new load operation not permitted on a read replica instance");
        assert_eq!((refused.code.as_str(), refused.http_status()), ("MethodNotAllowedException", 405));
        let refused = engine.cancel(&running).unwrap_err();
        assert_eq!(refused.message, "Load cancellation is not permitted on a read replica instance.");
        assert_eq!((refused.code.as_str(), refused.http_status()), ("MethodNotAllowedException", 405));
        assert_eq!(status(&engine, &running), PROGRESS);
    }
}

mod an_export {
    use super::*;

    fn busy() -> Engine {
        let mut engine = loader(Quirks::default());
        engine.set_health(Health::Recovery { rolling_back: 3 });
        script(&mut engine, "x", &[(PROGRESS, 5), (FAILED, 0)], one_bad_file());
        let first = start(&mut engine, "s3://b/a/");
        start_after(&mut engine, "s3://b/b/", &[&first]);
        engine.advance_to(at(2));
        engine
    }

    fn again(engine: &Engine) -> Result<Engine, String> {
        let json = serde_json::to_string(&engine.export()).unwrap();
        let state: EngineState = serde_json::from_str(&json).map_err(|error| error.to_string())?;
        Engine::import(state).map_err(|error| error.to_string())
    }

    #[test]
    fn comes_back_and_goes_on_as_the_first_one_would_have() {
        let mut engine = busy();
        let mut other = again(&engine).unwrap();
        for engine in [&mut engine, &mut other] {
            start(engine, "s3://b/c/");
            engine.advance_to(at(60));
        }
        let reported = |engine: &Engine| serde_json::to_value(engine.export()).unwrap();
        assert_eq!(reported(&engine), reported(&other));
        assert_eq!(engine.loads().count(), 4);
    }

    #[rstest]
    #[case::no_history("/loads/0/history", serde_json::json!([]), "the load `x` has no status, or changes that are not in the order of time")]
    #[case::a_stranger_in_the_queue("/queue/waiting/0", serde_json::json!("nobody"), "the queue names `nobody`, which is not such a load")]
    #[case::a_waiting_load_that_runs("/queue/running", serde_json::json!("nobody"), "the queue names `nobody`, which is not such a load")]
    #[case::a_time_before_its_past("/now/nanos", serde_json::json!(-1), "invalid value: integer `-1`, expected u32")]
    fn that_was_tampered_with_is_refused(#[case] place: &str, #[case] value: serde_json::Value, #[case] message: &str) {
        let mut json = serde_json::to_value(busy().export()).unwrap();
        *json.pointer_mut(place).unwrap() = value;
        let state = serde_json::from_value::<EngineState>(json).map_err(|error| error.to_string());
        let error = state.and_then(|state| Engine::import(state).map_err(|error| error.to_string())).unwrap_err();
        assert_eq!(error, message);
    }

    #[test]
    fn with_two_loads_of_one_id_is_refused() {
        let mut json = serde_json::to_value(busy().export()).unwrap();
        let load = json["loads"][0].clone();
        json["loads"].as_array_mut().unwrap().push(load);
        let error = Engine::import(serde_json::from_value(json).unwrap()).unwrap_err();
        assert_eq!(error.to_string(), "two loads have the id `x`");
    }
}

#[test]
fn a_listed_source_says_how_many_files_there_are_and_leaves_other_loads_alone() {
    let mut engine = Engine::new(settings());
    let listed = engine.start_listed(&request("s3://b/a/"), Some(Ok(7))).unwrap();
    let other = engine.start(&request("s3://b/b/")).unwrap();
    let files = |id: &LoadId| engine.load(id).unwrap().plan(engine.now()).workload.files;
    assert_eq!((files(&listed), files(&other)), (7, 1));
}

#[test]
fn a_source_that_cannot_be_listed_is_refused_at_once_or_ends_at_its_turn() {
    let mut engine = Engine::new(settings());
    let missing = || Some(Err(StartFailure::BucketNotFound));
    let error = engine.start_listed(&request("s3://b/a/"), missing()).unwrap_err();
    assert_eq!(error.message, "S3 bucket not found for source");
    start(&mut engine, "s3://b/a/");
    // A rule says how it goes, so that it is not listed again.
    let nothing = Some(Err(StartFailure::SourceNotFound));
    let waiting = engine.start_listed(&request("s3://b/fail/"), nothing).unwrap();
    engine.advance_to(at(5));
    assert_eq!(history(&engine, &waiting), ["0s LOAD_IN_QUEUE", &format!("5s {INVALID}")]);
}
