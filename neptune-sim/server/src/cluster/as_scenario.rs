//! A cluster as the scenario that shows the same: for a test of what somebody has just seen.

use std::time::Duration;

use neptune_control::{Fault, FaultReport};
use neptune_loader::{Engine, ErrorLog, Load, LoadStatus, Role, SimTime, StatusQuery};
use neptune_scenario::{OPEN_LOADS, yaml_text};
use neptune_text::{duration_text, parse_duration};
use serde_json::{Map, Value, json};

use super::handle::Cluster;
use super::timed::UpToDate;

/// How many entries of the error log of a load are taken over.
const ERRORS: u64 = 200;

impl Cluster {
    /// The YAML of a scenario whose cluster shows the same timeline: every load with its past and its future, at the same moments, and the
    /// faults. A started load becomes a scripted one of the same id, so that nothing depends on when clients come. Requests are not in it,
    /// nor are loads beyond the newest 256, nor faults for loads that are not in it, nor keys of clients.
    pub(crate) fn as_scenario(&self) -> String {
        let engine = self.engine();
        let (name, now) = (self.name(), engine.now());
        let given = given(&engine);
        drop(engine);
        yaml_text(&json!({"name": name, "about": format!("The cluster {name} as it was at {now}"), "given": given}))
    }
}

fn given(engine: &UpToDate<'_>) -> Map<String, Value> {
    let mut given = Map::new();
    let mut insert = |key: &str, value: Value, is_needed: bool| {
        if is_needed {
            given.insert(key.to_owned(), value);
        }
    };
    let settings = engine.settings();
    insert("seed", settings.seed.into(), settings.seed != 0);
    insert("instance", "reader".into(), engine.role() == Role::Reader);
    insert("strict", true.into(), engine.is_strict());
    let availability = json!(engine.availability());
    insert("neptune", availability.clone(), availability != json!(neptune_control::Availability::default()));
    let quirks = quirks(engine);
    insert("quirks", quirks.clone().into(), !quirks.is_empty());
    let future = engine.at_the_end();
    let all: Vec<&Load> = future.foreseen_loads().collect();
    let shown = &all[all.len().saturating_sub(OPEN_LOADS)..];
    let loads: Map<String, Value> = shown.iter().map(|load| (load.id().to_string(), described(&future, load).into())).collect();
    let faults = faults(&engine.faults().reports(), &loads);
    insert("loads", loads.into(), !shown.is_empty());
    let words = shown.iter().flat_map(|load| load.history()).map(|change| &change.status);
    let mut odd: Vec<&str> = words.filter(|word| !word.is_documented()).map(LoadStatus::as_str).collect();
    odd.sort_unstable();
    odd.dedup();
    insert("undocumented_statuses", odd.clone().into(), !odd.is_empty());
    insert("faults", faults.clone().into(), !faults.is_empty());
    given
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
    let mut keys = Map::new();
    let history = load.history();
    let begins = history.first().map_or(0, |first| millis(first.at));
    if begins > 0 {
        keys.insert("begins".into(), text(begins).into());
    }
    let ends = history.iter().skip(1).map(|next| Some(millis(next.at))).chain([None]);
    let stages = history.iter().zip(ends).filter_map(|(change, end)| match end.map(|end| end - millis(change.at)) {
        None => Some(change.status.to_string()),
        // Less than the format can say.
        Some(0) => None,
        Some(lasts) => Some(format!("{} {}", change.status, text(lasts))),
    });
    keys.insert("lifecycle".into(), stages.collect::<Vec<_>>().into());
    keys.insert("source".into(), load.source().into());
    keys.extend(work(engine, load));
    keys
}

/// What it has loaded, and its error log.
fn work(engine: &Engine, load: &Load) -> Vec<(String, Value)> {
    let query = StatusQuery { errors: true, errors_per_page: ERRORS, ..StatusQuery::default() };
    let Ok(status) = engine.status(load.id(), &query) else { return Vec::new() };
    let overall = status.overall_status;
    let mut work = vec![("records".to_owned(), Value::from(load.records(engine.now())))];
    let files: u64 = status.feed_count.iter().flatten().map(|count| count.files).sum();
    let errors: Vec<Value> = status.errors.into_iter().flat_map(|page| page.error_logs).map(error).collect();
    let more = [
        ("files", Value::from(files), files > 1),
        ("duplicates", overall.total_duplicates.into(), overall.total_duplicates > 0),
        ("retries", overall.retry_number.into(), overall.retry_number > 0),
        ("errors", errors.clone().into(), !errors.is_empty()),
    ];
    work.extend(more.into_iter().filter(|(_, _, is_needed)| *is_needed).map(|(key, value, _)| (key.to_owned(), value)));
    work
}

fn error(entry: ErrorLog) -> Value {
    let ErrorLog { error_code, error_message, file_name, record_num } = entry;
    let mut error = json!({"code": error_code.as_str(), "message": error_message, "file": file_name});
    if record_num > 0 {
        error["record"] = record_num.into();
    }
    error
}

/// The faults with times that count from the beginning of the cluster. Several parts of a ready-made fault are one entry. A scenario may not
/// name a load that it does not have, so a fault for another load is left out.
fn faults(reports: &[FaultReport], loads: &Map<String, Value>) -> Vec<Value> {
    let mut written: Vec<Value> = Vec::new();
    let is_possible = |report: &&FaultReport| report.fault.on.load.as_ref().is_none_or(|id| loads.contains_key(id));
    for report in reports.iter().filter(is_possible) {
        let fault = json!(from_the_beginning(&report.fault, report.since));
        if report.fault.ready.is_none() || !written.contains(&fault) {
            written.push(fault);
        }
    }
    written
}

fn from_the_beginning(fault: &Fault, since: f64) -> Fault {
    let since = Duration::try_from_secs_f64(since).unwrap_or_default();
    let later = |text: &String| parse_duration(text).map_or_else(|_| text.clone(), |time| duration_text(whole(since + time)));
    let from = fault.from.as_ref().map(later).or((!since.is_zero()).then(|| duration_text(whole(since))));
    Fault { from, until: fault.until.as_ref().map(later), ..fault.clone() }
}

/// A moment in milliseconds, as precisely as files say it.
fn millis(moment: SimTime) -> u64 {
    u64::try_from(whole(moment.since_start()).as_millis()).unwrap_or(u64::MAX)
}

fn whole(duration: Duration) -> Duration {
    Duration::from_millis(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX))
}

fn text(millis: u64) -> String {
    duration_text(Duration::from_millis(millis))
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
            prop_assert_eq!(fault_times(&copy), fault_times(&cluster));
            prop_assert_eq!(copy.availability(), cluster.availability());
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
