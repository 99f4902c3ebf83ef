//! Laws that hold for every loader, for any commands and at any time.
//!
//! Each property executes random commands and is checked after every one of them.
#![expect(clippy::unwrap_used, reason = "a test may fail")]

mod common;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use common::{plan, request};
use neptune_loader::quirks::Choices;
use neptune_loader::{
    Change, Engine, FeedError, FeedErrorCode, Lifecycle, ListQuery, Load, LoadId, LoadIdList, LoadMode, LoadReport, LoadStatus,
    Origin, Outcome, Plan, QUIRKS, Quirk, Quirks, Reply, Rule, Script, Settings, SimTime, StartFailure, StartRequest,
    StatusPayload, StatusQuery, Workload, to_loader_json,
};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::RngSeed;

const EVERYTHING: StatusQuery = StatusQuery { details: true, errors: true, page: 1, errors_per_page: 10 };
const ALL: ListQuery = ListQuery { limit: usize::MAX, include_queued_loads: true };
const NEVER_EXECUTED: [&str; 2] = ["LOAD_FAILED_BECAUSE_DEPENDENCY_NOT_SATISFIED", "LOAD_FAILED_INVALID_REQUEST"];

/// Loads of this source read it.
const DATA: &str = "s3://b/data/";
const SOURCES: [&str; 7] =
    ["s3://b/quick/", "s3://b/slow/", "s3://b/fail/", "s3://b/burst/", "s3://b/stuck/", "s3://b/refused/", DATA];

#[derive(Clone, Debug)]
enum Command {
    Start {
        source: &'static str,
        mode: LoadMode,
        queue_request: bool,
        dependencies: Vec<Index>,
    },
    /// What the load that runs was to read, if there is one.
    Read(Workload),
    /// Enough starts that the queue may overflow.
    Flood(usize),
    Script(Lifecycle, Workload),
    Cancel(Index),
    Advance(Duration),
}

fn any_command() -> impl Strategy<Value = Command> {
    let mode = select(LoadMode::ALL);
    let dependencies = prop_oneof![3 => Just(Vec::new()), 2 => prop::collection::vec(any::<Index>(), 1..3)];
    prop_oneof![
        40 => (select(&SOURCES[..]), mode, prop::bool::weighted(0.8), dependencies)
            .prop_map(|(source, mode, queue_request, dependencies)| Command::Start { source, mode, queue_request, dependencies }),
        1 => (50..75_usize).prop_map(Command::Flood),
        20 => (any_lifecycle(), any_workload()).prop_map(|(lifecycle, workload)| Command::Script(lifecycle, workload)),
        20 => any_workload().prop_map(Command::Read),
        15 => any::<Index>().prop_map(Command::Cancel),
        40 => any_duration().prop_map(Command::Advance),
    ]
}

/// Often none or a whole number of seconds, so that several things fall on the same moment.
fn any_duration() -> impl Strategy<Value = Duration> {
    prop_oneof![
        Just(Duration::ZERO),
        (1..12_u64).prop_map(Duration::from_secs),
        (1..12_000_u64).prop_map(Duration::from_millis)
    ]
}

/// Some of the pending statuses, perhaps a strange word among them, perhaps an end.
fn any_lifecycle() -> impl Strategy<Value = Lifecycle> {
    let pending = ["LOAD_IN_QUEUE", "LOAD_NOT_STARTED", "LOAD_IN_PROGRESS"].map(LoadStatus::from).to_vec();
    let pending = prop::sample::subsequence(pending, 0..=3);
    let strange = prop::option::weighted(0.3, any::<Index>());
    let end = prop::option::weighted(0.9, select(LoadStatus::ENDED));
    (pending, strange, end, prop::collection::vec(1..6_u64, 5)).prop_map(|(mut statuses, strange, end, seconds)| {
        if let Some(place) = strange {
            statuses.insert(place.index(statuses.len() + 1), LoadStatus::from("LOAD_STRANGE"));
        }
        statuses.extend(end);
        if statuses.is_empty() {
            statuses.push(LoadStatus::InProgress);
        }
        let last = statuses.len() - 1;
        let stage = |(place, status)| (status, (place < last).then(|| Duration::from_secs(seconds[place])));
        Lifecycle::new(statuses.into_iter().enumerate().map(stage).collect()).unwrap()
    })
}

fn any_workload() -> impl Strategy<Value = Workload> {
    let error = (select(&FeedErrorCode::DOCUMENTED[..]), 0..3_u8, 1..4_u64).prop_map(|(code, file, times)| FeedError {
        code,
        counter: None,
        message: "bad".to_owned(),
        file: format!("s3://b/file-{file}.csv"),
        record: 1,
        times,
        feed_status: None,
    });
    (1..5_u64, 0..1000_u64, 0..100_u64, prop::collection::vec(error, 0..4)).prop_map(|(files, records, duplicates, errors)| {
        Workload { files, records, duplicates, errors: errors.into(), ..Workload::default() }
    })
}

fn any_settings() -> impl Strategy<Value = Settings> {
    (any::<u64>(), any_quirks(), any_workload()).prop_map(|(seed, quirks, workload)| {
        let workload = Arc::new(workload);
        let planned = |stages| Plan { workload: Arc::clone(&workload), ..plan(stages) };
        let rule = |source: &str, stages| Rule::for_source(source, Outcome::Load(planned(stages)));
        let rules = vec![
            rule("s3://b/quick", &[("LOAD_IN_PROGRESS", 1), ("LOAD_COMPLETED", 0)]),
            rule("s3://b/fail", &[("LOAD_NOT_STARTED", 1), ("LOAD_IN_PROGRESS", 2), ("LOAD_FAILED", 0)]),
            rule("s3://b/burst", &[("LOAD_DATA_DEADLOCK", 0)]),
            rule("s3://b/stuck", &[("LOAD_IN_PROGRESS", 0)]),
            Rule::for_source("s3://b/refused", Outcome::Refused(StartFailure::BucketNotFound)),
        ];
        let default_plan = planned(&[("LOAD_IN_PROGRESS", 7), ("LOAD_COMPLETED", 0)]);
        Settings { seed, quirks, rules, default_plan, ..Settings::default() }
    })
}

/// Mostly the defaults, so that each quirk is also seen alone.
fn any_quirks() -> impl Strategy<Value = Quirks> {
    let choice = |quirk: &'static Quirk| {
        let words: Vec<String> = match quirk.choices {
            Choices::Words(choices) => choices.iter().map(|choice| choice.word.to_owned()).collect(),
            Choices::Number(_) => vec!["0".to_owned(), "1".to_owned()],
        };
        prop_oneof![5 => Just(words[0].clone()), 1 => select(words)].prop_map(|word| (quirk.name, word))
    };
    QUIRKS.iter().map(choice).collect::<Vec<_>>().prop_map(|words| {
        let mut quirks = Quirks::default();
        for (name, word) in words {
            quirks.set(name, &word).expect("the table's own words can be set");
        }
        quirks
    })
}

/// A loader and the commands it received.
#[derive(Clone)]
struct Run {
    engine: Engine,
    /// In the order in which they came.
    ids: Vec<LoadId>,
    dependencies: HashMap<LoadId, Vec<LoadId>>,
}

impl Run {
    fn new(settings: &Settings) -> Self {
        let engine = Engine::new(settings.clone());
        Self { engine, ids: Vec::new(), dependencies: HashMap::new() }
    }

    fn play(&mut self, command: &Command) {
        match command {
            Command::Start { source, mode, queue_request, dependencies } => {
                let dependencies = dependencies.iter().map(|index| self.pick(*index)).collect();
                let (mode, queue_request) = (*mode, *queue_request);
                self.start(StartRequest { mode, queue_request, dependencies, ..request(source) });
            }
            Command::Flood(starts) => (0..*starts).for_each(|_| self.start(request("s3://b/slow/"))),
            Command::Script(lifecycle, workload) => {
                let id = LoadId::new(format!("scripted-{}", self.ids.len()));
                let (lifecycle, workload) = (lifecycle.clone(), workload.clone());
                self.engine.script(id.clone(), Script { workload, ..Script::new("s3://b/quick/", lifecycle) }).unwrap();
                self.ids.push(id);
            }
            Command::Read(workload) => {
                if let Some(id) = self.engine.unread().map(|(id, _)| id.clone()) {
                    self.engine.finish_reading(&id, Ok(workload.clone()));
                }
            }
            Command::Cancel(index) => drop(self.engine.cancel(&self.pick(*index))),
            Command::Advance(duration) => self.engine.advance_to(self.engine.now().plus(*duration)),
        }
    }

    fn start(&mut self, request: StartRequest) {
        let listed = (request.source == DATA).then_some(Ok(3));
        if let Ok(id) = self.engine.start_listed(&request, listed) {
            self.dependencies.insert(id.clone(), request.dependencies);
            self.ids.push(id);
        }
    }

    /// One of the loads, or an unknown one.
    fn pick(&self, index: Index) -> LoadId {
        self.ids.get(index.index(self.ids.len() + 1)).cloned().unwrap_or_else(|| "nobody".into())
    }

    /// Everything a client can see.
    fn look(&self) -> Vec<StatusPayload> {
        self.engine.loads().map(|load| self.payload(load.id())).collect()
    }

    /// Everything a client can see, byte by byte.
    fn bytes(&self) -> String {
        let load_ids = self.engine.list(ListQuery::default());
        let list = to_loader_json(&Reply::ok(LoadIdList { load_ids }));
        self.look().iter().map(to_loader_json).fold(list, |text, payload| text + "\n" + &payload)
    }

    fn payload(&self, id: &LoadId) -> StatusPayload {
        self.engine.status(id, &EVERYTHING).unwrap()
    }

    fn histories(&self) -> Vec<&[Change]> {
        self.engine.loads().map(Load::history).collect()
    }

    fn started(&self) -> impl Iterator<Item = &Load> {
        self.engine.loads().filter(|load| load.origin() == Origin::Started)
    }
}

fn file_count(workload: &Workload) -> u64 {
    // What a load of this work says when it has failed: each file with errors once.
    let mut engine = Engine::new(Settings::default());
    let script = Script { workload: workload.clone(), ..Script::new("", common::lifecycle(&[("LOAD_FAILED", 0)])) };
    engine.script("one".into(), script).unwrap();
    let failed = engine.status(&"one".into(), &EVERYTHING).unwrap().failed_feeds.map_or(0, |feeds| feeds.len());
    workload.files.max(failed as u64)
}

/// Whether a started load left the queue to run. (No plan of this file begins in the queue.)
fn has_run(load: &Load) -> bool {
    let without_running = ["LOAD_IN_QUEUE", "LOAD_CANCELLED_BY_USER", "LOAD_CANCELLED", NEVER_EXECUTED[0], NEVER_EXECUTED[1]];
    load.history().iter().any(|change| !without_running.contains(&change.status.as_str()))
}

fn any_play() -> impl Strategy<Value = (Settings, Vec<Command>)> {
    (any_settings(), prop::collection::vec(any_command(), 1..40))
}

/// The same cases every time; a failing one is printed in full.
fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, rng_seed: RngSeed::Fixed(20_260_101), failure_persistence: None, ..ProptestConfig::default() }
}

/// Checks what holds after every command.
fn always(check: impl Fn(&Run)) {
    proptest!(cases(64), |((settings, commands) in any_play())| {
        let mut run = Run::new(&settings);
        for command in &commands {
            run.play(command);
            check(&run);
        }
    });
}

/// Checks what one command may change in what can be seen of a load.
fn between_commands<T>(see: impl Fn(&Run, &LoadId) -> Option<T>, check: impl Fn(T, T)) {
    proptest!(cases(64), |((settings, commands) in any_play())| {
        let mut run = Run::new(&settings);
        for command in &commands {
            let before: Vec<Option<T>> = run.ids.iter().map(|id| see(&run, id)).collect();
            run.play(command);
            for (id, before) in run.ids.iter().zip(before) {
                if let (Some(before), Some(after)) = (before, see(&run, id)) {
                    check(before, after);
                }
            }
        }
    });
}

#[test]
fn polls_change_nothing_that_a_later_poll_sees() {
    proptest!(cases(48), |((settings, commands) in any_play())| {
        let (mut quiet, mut polled) = (Run::new(&settings), Run::new(&settings));
        for command in &commands {
            quiet.play(command);
            polled.play(command);
            polled.look();
            polled.engine.list(ListQuery { limit: 3, include_queued_loads: false });
            polled.engine.next_change();
            polled.engine.draw_request_id();
        }
        prop_assert_eq!(quiet.bytes(), polled.bytes());
        prop_assert_eq!(quiet.engine.next_change(), polled.engine.next_change());
    });
}

#[test]
fn the_same_seed_and_commands_give_the_same_bytes() {
    proptest!(cases(32), |((settings, commands) in any_play())| {
        let (mut one, mut other) = (Run::new(&settings), Run::new(&settings));
        for command in &commands {
            one.play(command);
            other.play(command);
        }
        prop_assert_eq!(one.bytes(), other.bytes());
    });
}

#[test]
fn time_may_pass_at_once_or_bit_by_bit() {
    proptest!(cases(64), |((settings, commands) in any_play(), parts in 2..5_u32)| {
        let (mut at_once, mut bit_by_bit) = (Run::new(&settings), Run::new(&settings));
        for command in &commands {
            at_once.play(command);
            if let Command::Advance(duration) = command {
                let begin = bit_by_bit.engine.now();
                (1..parts).for_each(|part| bit_by_bit.engine.advance_to(begin.plus(*duration / parts * part)));
                bit_by_bit.engine.advance_to(begin.plus(*duration));
            } else {
                bit_by_bit.play(command);
            }
        }
        prop_assert_eq!(at_once.histories(), bit_by_bit.histories());
        prop_assert_eq!(at_once.bytes(), bit_by_bit.bytes());
    });
}

#[test]
fn nothing_happens_before_the_next_change_and_something_does_then() {
    always(|run| {
        let Some(next) = run.engine.next_change() else { return };
        assert!(next > run.engine.now());
        let (mut before, mut then) = (run.engine.clone(), run.engine.clone());
        before.advance_to(SimTime::after(next.since_start().checked_sub(Duration::from_nanos(1)).unwrap()));
        then.advance_to(next);
        let changes =
            |engine: &Engine| engine.list(ALL).iter().map(|id| engine.load(id).unwrap().history().len()).sum::<usize>();
        assert_eq!(before.next_change(), Some(next));
        assert_ne!(then.next_change(), Some(next));
        assert!(changes(&then) > changes(&before));
    });
}

#[test]
fn an_end_is_final() {
    let see = |run: &Run, id: &LoadId| run.engine.load(id).filter(|load| load.is_ended()).map(|_| run.payload(id));
    between_commands(see, |before, after| assert_eq!(before, after));
}

#[test]
fn history_only_grows_and_goes_forward() {
    let see = |run: &Run, id: &LoadId| Some((run.engine.now(), run.engine.load(id)?.clone()));
    between_commands(see, |(_, before), (now, after)| {
        assert!(after.history().starts_with(before.history()), "{before:?} {after:?}");
        assert!(after.history().is_sorted_by_key(|change| change.at), "{after:?}");
        assert!(after.history().iter().all(|change| change.at <= now), "{after:?}");
        assert!(after.ahead().all(|change| change.at > now), "{after:?}");
        let known = after.history().iter().map(|change| &change.status).filter(|status| status.is_documented());
        assert!(known.map(LoadStatus::rank).is_sorted_by(|earlier, later| earlier < later), "{after:?}");
    });
}

#[test]
fn counters_never_shrink() {
    let see = |run: &Run, id: &LoadId| run.engine.load(id).map(|_| run.payload(id).overall_status);
    between_commands(see, |before, after| {
        let counters = |report: &LoadReport| {
            [
                report.total_records,
                report.total_duplicates,
                report.parsing_errors,
                report.insert_errors,
                report.total_time_spent.secs,
                report.start_time.unwrap_or(0),
            ]
        };
        assert!(counters(&before).iter().zip(counters(&after)).all(|(before, after)| *before <= after), "{before:?} {after:?}");
        assert!(before.run_number <= after.run_number, "{before:?} {after:?}");
    });
}

#[test]
fn every_file_is_counted_once() {
    let without = ["LOAD_IN_QUEUE", NEVER_EXECUTED[0], NEVER_EXECUTED[1]];
    always(|run| {
        for load in run.engine.loads() {
            let Some(counts) = run.payload(load.id()).feed_count else {
                let (_, before) = load.history().split_last().unwrap();
                let left_queue = before.iter().any(|change| change.status != LoadStatus::InQueue);
                assert!(without.contains(&load.status().as_str()) || !left_queue, "{load:?}");
                continue;
            };
            assert!(!without.contains(&load.status().as_str()), "{load:?}");
            assert!(counts.iter().all(|count| count.files > 0), "{counts:?}");
            // Of a load that continues a completed one, these are the files of that one.
            let files = file_count(&load.plan(run.engine.now()).workload);
            assert_eq!(counts.iter().map(|count| count.files).sum::<u64>(), files, "{counts:?}");
            assert!(counts.is_sorted_by_key(|count| count.status.rank()), "{counts:?}");
        }
    });
}

#[test]
fn one_started_load_runs_and_64_wait_at_most() {
    always(|run| {
        let (waiting, others): (Vec<&Load>, Vec<&Load>) = run.started().partition(|load| *load.status() == LoadStatus::InQueue);
        let running = others.iter().filter(|load| !load.is_ended()).count();
        assert!(running <= 1, "{running} loads run");
        assert!(waiting.len() <= 64, "{} loads wait", waiting.len());
    });
}

#[test]
fn no_load_waits_while_none_runs_except_for_a_scripted_one() {
    always(|run| {
        let mut pending = run.started().filter(|load| !load.is_ended());
        let Some(front) = pending.next().filter(|load| *load.status() == LoadStatus::InQueue) else { return };
        let is_open =
            |id: &LoadId| run.engine.load(id).is_some_and(|load| load.origin() == Origin::Scripted && !load.is_ended());
        assert!(run.dependencies[front.id()].iter().any(is_open), "{front:?}");
    });
}

#[test]
fn loads_run_in_the_order_in_which_they_came() {
    always(|run| {
        let runs: Vec<&Load> = run.started().filter(|load| has_run(load)).collect();
        for pair in runs.windows(2) {
            let begun = pair[1].history().iter().find(|change| change.status != LoadStatus::InQueue).unwrap().at;
            assert!(pair[0].is_ended() && pair[0].history().last().unwrap().at <= begun, "{pair:?}");
        }
        let overtaken = run.started().skip_while(|load| *load.status() != LoadStatus::InQueue).find(|load| has_run(load));
        assert!(overtaken.is_none(), "{overtaken:?} came later than a load that waits");
    });
}

#[test]
fn a_load_runs_only_if_all_it_depends_on_has_completed() {
    always(|run| {
        for load in run.started().filter(|load| has_run(load)) {
            for id in &run.dependencies[load.id()] {
                let dependency = run.engine.load(id).map(Load::status);
                assert_eq!(dependency, Some(&LoadStatus::Completed), "{load:?}");
            }
        }
    });
}

#[test]
fn a_load_fails_for_its_dependencies_only_if_one_is_not_complete() {
    always(|run| {
        for load in run.started().filter(|load| load.status().as_str() == NEVER_EXECUTED[0]) {
            let end = load.history().last().unwrap().at;
            let completed_in_time = |id: &LoadId| {
                let dependency = run.engine.load(id);
                dependency
                    .and_then(|load| load.history().last())
                    .is_some_and(|last| last.status == LoadStatus::Completed && last.at <= end)
            };
            assert!(!run.dependencies[load.id()].iter().all(completed_in_time), "{load:?}");
        }
    });
}

#[test]
fn a_list_names_every_load_once_waiting_ones_first_and_latest_first() {
    always(|run| {
        let is_waiting = |id: &&LoadId| *run.engine.load(id).unwrap().status() == LoadStatus::InQueue;
        let latest_first: Vec<&LoadId> = run.ids.iter().rev().filter(|id| run.engine.load(id).is_some()).collect();
        let waiting = latest_first.iter().copied().filter(is_waiting);
        let others = latest_first.iter().copied().filter(|id| !is_waiting(id));
        let all: Vec<LoadId> = waiting.chain(others.clone()).cloned().collect();
        assert_eq!(run.engine.list(ALL), all);
        for limit in [1, 3, 100] {
            assert_eq!(run.engine.list(ListQuery { limit, ..ALL }), all[..limit.min(all.len())]);
            let listed = run.engine.list(ListQuery { limit, include_queued_loads: false });
            assert_eq!(listed, others.clone().take(limit).cloned().collect::<Vec<_>>());
        }
    });
}

#[test]
fn an_export_goes_on_as_the_original_does() {
    proptest!(cases(24), |((settings, commands) in any_play(), cut in any::<Index>())| {
        let mut run = Run::new(&settings);
        let (before, after) = commands.split_at(cut.index(commands.len() + 1));
        for command in before {
            run.play(command);
        }
        let state = serde_json::to_string(&run.engine.export()).unwrap();
        let mut copy = run.clone();
        copy.engine = Engine::import(serde_json::from_str(&state).unwrap()).unwrap();
        for command in after {
            run.play(command);
            copy.play(command);
        }
        prop_assert_eq!(run.bytes(), copy.bytes());
        prop_assert_eq!(run.histories(), copy.histories());
        prop_assert_eq!(run.engine.draw_request_id(), copy.engine.draw_request_id());
    });
}
