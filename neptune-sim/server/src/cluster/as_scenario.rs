//! A cluster as the scenario that shows the same: for a test of what somebody has just seen.

use std::time::Duration;

use neptune_control::{Availability, Fault, FaultReport};
use neptune_fault::FAULT_LIMIT;
use neptune_loader::{
    Course, Engine, ErrorLog, FeedError, Load, LoadStatus, Outcome, Plan, Role, Rule, SimTime, StatusQuery, Workload,
};
use neptune_scenario::{OPEN_LOADS, yaml_text};
use neptune_text::{LONGEST_DURATION, duration_text, parse_duration};
use serde_json::{Map, Value, json};

use super::handle::Cluster;
use super::outages::Outage;
use super::timed::UpToDate;

/// How many entries of the error log of a load are taken over.
const ERRORS: u64 = 200;

impl Cluster {
    /// The YAML of a scenario whose cluster shows the same timeline: every load with its past and its future, at the same moments, the faults, and
    /// how loads go that are started later. A started load becomes a scripted one of the same id, so that nothing depends on when clients come, and
    /// an outage a fault that lasts as long, unless it lasts all the time.
    ///
    /// Not in it are what was answered meanwhile, requests, loads beyond the newest 256, faults for loads that are not in it, keys of clients, and
    /// the recovery of an instance; nor, of errors of loads that are started later, the counter and the status of the file, where those are not the
    /// usual ones. What is later than 100 years, the longest duration of a file, is at 100 years; a fault that begins then is left out.
    pub(crate) fn as_scenario(&self) -> String {
        let engine = self.engine();
        let (name, now) = (self.name(), engine.now());
        let given = given(&engine, self.is_secure());
        drop(engine);
        yaml_text(&json!({"name": name, "about": format!("The cluster {name} as it was at {now}"), "given": given}))
    }
}

fn given(engine: &UpToDate<'_>, is_secure: bool) -> Map<String, Value> {
    let future = engine.at_the_end();
    let all: Vec<&Load> = future.foreseen_loads().collect();
    let shown = &all[all.len().saturating_sub(OPEN_LOADS)..];
    let loads: Map<String, Value> = shown.iter().map(|load| (load.id().to_string(), described(&future, load).into())).collect();
    let mut faults: Vec<Value> = engine.outages().filter(|outage| !outage.is_all_the_time()).filter_map(as_fault).collect();
    faults.extend(self::faults(&engine.faults().reports(), &loads));
    faults.drain(..faults.len().saturating_sub(FAULT_LIMIT));
    let rules = &engine.settings().rules;
    let words = shown.iter().flat_map(|load| load.history()).map(|change| change.status.clone());
    let words = words.chain(rules.iter().flat_map(stages).map(|(status, _)| status));
    let mut odd: Vec<String> = words.filter(|word| !word.is_documented()).map(|word| word.to_string()).collect();
    odd.sort_unstable();
    odd.dedup();
    let seed = engine.settings().seed;
    keys([
        ("seed", (seed != 0).then(|| seed.into())),
        ("instance", (engine.role() == Role::Reader).then(|| "reader".into())),
        ("tls", is_secure.then(|| true.into())),
        ("strict", engine.is_strict().then(|| true.into())),
        ("neptune", engine.outages().any(Outage::is_all_the_time).then(|| json!(engine.availability()))),
        ("quirks", unless_empty(quirks(engine))),
        ("loads", unless_empty(loads)),
        ("started_loads", unless_empty(rules.iter().filter_map(rule).collect::<Vec<_>>())),
        ("undocumented_statuses", unless_empty(odd)),
        ("faults", unless_empty(faults)),
    ])
}

/// The keys that have a value.
fn keys<const N: usize>(keys: [(&str, Option<Value>); N]) -> Map<String, Value> {
    keys.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect()
}

/// A list or map, if it holds anything.
fn unless_empty(value: impl Into<Value>) -> Option<Value> {
    let value = value.into();
    let is_empty = value.as_array().is_some_and(Vec::is_empty) || value.as_object().is_some_and(Map::is_empty);
    (!is_empty).then_some(value)
}

/// The quirks that are not as they are by default.
fn quirks(engine: &UpToDate<'_>) -> Map<String, Value> {
    let default = neptune_loader::Quirks::default();
    let chosen = engine.quirks().words().zip(default.words()).filter(|(chosen, default)| chosen != default);
    chosen
        .map(|((name, word), _)| (name.to_owned(), word.parse::<u64>().map_or_else(|_| word.clone().into(), Value::from)))
        .collect()
}

/// A load as `loads` has it: what has become of it at the end.
fn described(engine: &Engine, load: &Load) -> Map<String, Value> {
    let history = load.history();
    let begins = history.first().map_or(0, |first| millis(first.at));
    let ends = history.iter().skip(1).map(|next| Some(millis(next.at))).chain([None]);
    let stages = history.iter().zip(ends).filter_map(|(change, end)| match end.map(|end| end - millis(change.at)) {
        // Less than the format can say.
        Some(0) => None,
        lasts => Some(stage(&change.status, lasts.map(Duration::from_millis))),
    });
    let timeline = keys([
        ("begins", (begins > 0).then(|| text(Duration::from_millis(begins)).into())),
        ("lifecycle", Some(stages.collect::<Vec<_>>().into())),
        ("source", Some(load.source().into())),
    ]);
    timeline.into_iter().chain(work(engine, load)).collect()
}

/// What it has loaded, and its error log.
fn work(engine: &Engine, load: &Load) -> Map<String, Value> {
    let query = StatusQuery { errors: true, errors_per_page: ERRORS, ..StatusQuery::default() };
    let Ok(status) = engine.status(load.id(), &query) else { return Map::new() };
    let overall = status.overall_status;
    let files: u64 = status.feed_count.iter().flatten().map(|count| count.files).sum();
    let errors: Vec<Value> = status.errors.into_iter().flat_map(|page| page.error_logs).map(error).collect();
    let above = |least: u64, count: u64| (count > least).then(|| count.into());
    keys([
        ("records", Some(load.records(engine.now()).into())),
        ("files", above(1, files)),
        ("duplicates", above(0, overall.total_duplicates)),
        ("retries", above(0, overall.retry_number)),
        ("errors", unless_empty(errors)),
    ])
}

/// A rule for started loads as `started_loads` has it; `None` if no file can say it.
fn rule(rule: &Rule) -> Option<Value> {
    let fits = keys([
        ("source", (!rule.source.is_empty()).then(|| rule.source.as_str().into())),
        ("format", rule.format.map(|format| json!(format))),
        ("tag", rule.tag.as_deref().map(Value::from)),
        ("folder", rule.folder.as_deref().map(Value::from)),
    ]);
    let does = match &rule.outcome {
        Outcome::Refused(failure) => keys([("refused", Some(failure.as_word().into()))]),
        Outcome::Load(Plan { course, workload }) => {
            let course = match course {
                Course::Lifecycle(_) => {
                    let stages = stages(rule).into_iter().map(|(status, lasts)| stage(&status, lasts));
                    ("lifecycle", Some(stages.collect::<Vec<_>>().into()))
                }
                Course::Runs(runs) => ("runs", Some(text(*runs).into())),
                Course::Reads(_) => return None,
            };
            keys([course]).into_iter().chain(planned(workload)).collect()
        }
    };
    Some(fits.into_iter().chain(does).collect::<Map<_, _>>().into())
}

/// The statuses of the loads that a rule fits, each with how long it lasts, if it has them.
fn stages(rule: &Rule) -> Vec<(LoadStatus, Option<Duration>)> {
    match &rule.outcome {
        Outcome::Load(Plan { course: Course::Lifecycle(lifecycle), .. }) => lifecycle.clone().into(),
        _ => Vec::new(),
    }
}

/// `LOAD_IN_PROGRESS 30s`
fn stage(status: &LoadStatus, lasts: Option<Duration>) -> String {
    lasts.map_or_else(|| status.to_string(), |lasts| format!("{status} {}", text(lasts)))
}

/// What a load will load, and its errors.
fn planned(workload: &Workload) -> Map<String, Value> {
    let default = Workload::default();
    let other = |than: u64, count: u64| (count != than).then(|| count.into());
    keys([
        ("files", other(default.files, workload.files)),
        ("records", other(default.records, workload.records)),
        ("duplicates", other(default.duplicates, workload.duplicates)),
        ("retries", other(default.retries, workload.retries)),
        ("errors", unless_empty(workload.errors.kept_errors().map(planned_error).collect::<Vec<_>>())),
    ])
}

fn planned_error(error: FeedError) -> Value {
    let FeedError { code, message, file, record, times, .. } = error;
    let mut written = self::error(ErrorLog { error_code: code, error_message: message, file_name: file, record_num: record });
    if times > 1 {
        written["times"] = times.into();
    }
    written
}

fn error(entry: ErrorLog) -> Value {
    let ErrorLog { error_code, error_message, file_name, record_num } = entry;
    let mut error = json!({"code": error_code.as_str(), "message": error_message, "file": file_name});
    if record_num > 0 {
        error["record"] = record_num.into();
    }
    error
}

/// An outage as a fault that lasts as long; `None` if it was later than a file can say.
fn as_fault(Outage { was, from, until }: &Outage) -> Option<Value> {
    let does = match was {
        Availability::Available => return None,
        Availability::Refused => json!("refuse"),
        Availability::Unreachable => json!("unreachable"),
        Availability::Silent => json!("black_hole"),
        Availability::Answers(canned) => json!({"answer": {"http": canned.http_status}}),
    };
    let time = |moment: SimTime| text(moment.since_start());
    let mut fault = json!({"from": time(*from)});
    if let Some(until) = until {
        fault["until"] = time(*until).into();
    }
    fault["does"] = does;
    fault["optional"] = true.into();
    (from.since_start() < LONGEST_DURATION).then_some(fault)
}

/// The faults with times that count from the beginning of the cluster. Several parts of a ready-made fault are one entry. A scenario may not
/// name a load that it does not have, so a fault for another load is left out.
fn faults(reports: &[FaultReport], loads: &Map<String, Value>) -> Vec<Value> {
    let mut written: Vec<Value> = Vec::new();
    let is_possible = |report: &&FaultReport| report.fault.on.load.as_ref().is_none_or(|id| loads.contains_key(id));
    for report in reports.iter().filter(is_possible) {
        let Some(fault) = from_the_beginning(&report.fault, report.since) else { continue };
        let fault = json!(fault);
        if report.fault.ready.is_none() || !written.contains(&fault) {
            written.push(fault);
        }
    }
    written
}

/// `None` if the fault begins later than a file can say.
fn from_the_beginning(fault: &Fault, since: f64) -> Option<Fault> {
    let since = Duration::try_from_secs_f64(since).unwrap_or_default();
    let later = |written: &String| parse_duration(written).map_or(since, |time| since + time);
    let from = fault.from.as_ref().map_or(since, later);
    let until = fault.until.as_ref().map(later).map(text);
    (from < LONGEST_DURATION).then(|| Fault { from: (!from.is_zero()).then(|| text(from)), until, ..fault.clone() })
}

/// A moment in milliseconds, as precisely as files say it.
fn millis(moment: SimTime) -> u64 {
    u64::try_from(moment.since_start().as_millis()).unwrap_or(u64::MAX)
}

/// A duration as a file has it; the longest that a file can say in the place of a longer one.
fn text(duration: Duration) -> String {
    duration_text(duration.min(LONGEST_DURATION))
}

#[cfg(test)]
mod tests {
    use neptune_scenario::Scenario;
    use proptest::prelude::*;

    use super::super::acts::{Act, act_all, any_act, cluster};
    use super::*;
    use crate::ClockKind;

    /// A cluster made from the scenario of another.
    fn played_back(text: &str) -> Cluster {
        let scenario = Scenario::parse("copied.yaml", text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        Cluster::without_port(scenario.cluster_spec(ClockKind::Manual)).unwrap()
    }

    /// Each load with its statuses and their moments, those that last no time left out, once everything has happened.
    fn timelines(cluster: &Cluster) -> Vec<String> {
        let _ = cluster.advance(Duration::from_secs(10_000));
        let mut lines = Vec::new();
        for load in cluster.timeline() {
            let ends = load.history.iter().skip(1).map(|next| Some(next.at)).chain([None]);
            let lasting = load.history.iter().zip(ends).filter(|(change, end)| Some(change.at) != *end);
            let changes: Vec<String> = lasting.map(|(change, _)| format!("{} at {}", change.status, change.at)).collect();
            lines.push(format!("{}: {}", load.id, changes.join(", ")));
        }
        lines
    }

    fn fault_times(cluster: &Cluster) -> Vec<(u64, u64)> {
        let seconds = |text: &Option<String>| text.as_ref().map_or(0, |text| parse_duration(text).unwrap().as_secs());
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole seconds")]
        let times = |report: &FaultReport| {
            let since = report.since as u64;
            (since + seconds(&report.fault.from), since + seconds(&report.fault.until))
        };
        cluster.fault_reports().iter().map(times).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_scenario_plays_back_the_same_timeline(acts in prop::collection::vec(any_act(), 1..30)) {
            let cluster = cluster();
            act_all(&cluster, &acts);
            let copy = played_back(&cluster.as_scenario());
            let (seconds, outages) = (|at: SimTime| at.since_start().as_secs(), cluster.whole_snapshot().outages);
            let lasts = outages.last().is_some_and(|last| last.from == SimTime::START && last.until.is_none());
            let shown = outages.iter().take(outages.len() - usize::from(lasts));
            let outages = shown.map(|outage| (seconds(outage.from), outage.until.map_or(0, seconds)));
            prop_assert_eq!(fault_times(&copy), outages.chain(fault_times(&cluster)).collect::<Vec<_>>());
            prop_assert_eq!(copy.availability(), if lasts { cluster.availability() } else { Availability::Available });
            prop_assert_eq!(timelines(&copy), timelines(&cluster));
        }
    }

    #[test]
    fn a_fault_for_a_load_that_is_not_there_is_left_out() {
        let cluster = cluster();
        act_all(&cluster, &[Act::Script(8)]);
        for id in ["load-0", "not-yet-there"] {
            let fault = json!({"on": {"load": id}, "does": "reset"});
            cluster.add_fault(&serde_json::from_value(fault).unwrap()).unwrap();
        }
        let copy = played_back(&cluster.as_scenario());
        let about: Vec<Option<String>> = copy.fault_reports().into_iter().map(|report| report.fault.on.load).collect();
        assert_eq!(about, [Some("load-0".to_owned())]);
    }

    /// A file says 100 years at most, and all of these end later when they count from the beginning of the cluster.
    #[test]
    fn what_ends_after_a_hundred_years_is_played_back() {
        let cluster = cluster();
        let add = |does: Value| {
            let fault = json!({"does": does, "from": "1s", "until": "36500d"});
            cluster.add_fault(&serde_json::from_value(fault).unwrap()).unwrap();
        };
        cluster.advance(Duration::from_secs(5)).unwrap();
        add("reset".into());
        cluster.advance(LONGEST_DURATION).unwrap();
        add(json!({"gateway": 503}));
        act_all(&cluster, &[Act::Script(8)]);
        cluster.advance(Duration::from_secs(5)).unwrap();
        let text = cluster.as_scenario();
        assert!(text.contains(r#"begins: "3153600000s""#), "{text}");
        assert!(text.contains(r#"{from: "6s", until: "3153600000s", does: reset}"#) && !text.contains("gateway"), "{text}");
        played_back(&text);
    }

    #[test]
    fn loads_that_are_started_later_go_as_they_would_have() {
        let original = "\
name: test
about: The cluster test as it was at 0s
given:
  started_loads:
    - {source: \"s3://b/odd/\", format: csv, lifecycle: [LOAD_PAUSED 1500ms, LOAD_FAILED], files: 2, duplicates: 3}
    - {tag: broken, refused: bucket_elsewhere}
    - {folder: bad, runs: \"8s\", records: 7, retries: 1}
    - {runs: \"5s\", errors: [{code: PARSING_ERROR, message: bad record, file: a.csv, record: 7, times: 12}]}
  undocumented_statuses: [LOAD_PAUSED]
";
        let copied = played_back(original).as_scenario();
        assert_eq!(copied, original);
        let settings = |text: &str| played_back(text).engine().settings().rules.clone();
        assert_eq!(settings(&copied), settings(original));
    }

    #[test]
    fn a_load_that_begins_later_says_when_and_how_it_will_end() {
        let cluster = cluster();
        act_all(&cluster, &[Act::Advance(30), Act::Script(8), Act::Advance(2)]);
        let expected = "\
name: test
about: The cluster test as it was at 32s
given:
  loads:
    load-0: {begins: \"30s\", lifecycle: [LOAD_IN_PROGRESS 8s, LOAD_FAILED], source: \"\", records: 10}
";
        assert_eq!(cluster.as_scenario(), expected);
    }
}
