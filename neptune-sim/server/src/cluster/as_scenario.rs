//! A cluster as the scenario that shows the same: for a test of what somebody has just seen.

use std::time::Duration;

use neptune_control::{Fault, StartClock};
use neptune_fault::{FAULT_LIMIT, Placed};
use neptune_loader::{
    Course, Engine, ErrorLog, FeedCount, FeedError, Lifecycle, Load, LoadStatus, Outcome, Plan, Rule, Script, Settings,
    SimTime, StatusQuery, Workload,
};
use neptune_scenario::{OPEN_LOADS, yaml_text};
use neptune_text::{LONGEST_DURATION, duration_text};
use serde_json::{Map, Value, json};

use super::handle::Cluster;
use super::instance_history::ReplicaTime;
use super::missing::{Missing, Unsaid};
use super::outages::Outage;
use super::timed::UpToDate;

/// How many entries of the error log of a load are taken over.
const ERRORS: u64 = 200;

impl Cluster {
    /// The YAML of a scenario whose cluster shows the same timeline: every load with its past and its future, at the same moments, the faults, those
    /// that were removed included, and how loads go that are started later. A started load becomes a scripted one of the same id, so that nothing
    /// depends on when clients come. An outage becomes a fault that lasts as long, unless it lasts all the time, and so does a time in which the
    /// instance was a read replica.
    ///
    /// Requests are not in it. What else is not stands at its beginning in comments: see [`Missing`]. What is later than 100 years, the longest
    /// duration of a file, is at 100 years.
    pub(crate) fn as_scenario(&self) -> String {
        let engine = self.engine();
        let (name, now) = (self.name(), engine.now());
        let mut missing = Missing::of(&engine);
        missing.reading(!self.sources().is_empty());
        let given = given(&engine, self.is_secure(), &mut missing);
        drop(engine);
        missing.comments()
            + &yaml_text(&json!({"name": name, "about": format!("The cluster {name} as it was at {now}"), "given": given}))
    }
}

fn given(engine: &UpToDate<'_>, is_secure: bool, missing: &mut Missing) -> Map<String, Value> {
    let future = engine.at_the_end();
    let all: Vec<&Load> = future.foreseen_loads().collect();
    let shown = &all[all.len().saturating_sub(OPEN_LOADS)..];
    missing.loads(all.len() - shown.len());
    let described = |load: &&Load| (load.id().to_string(), self::described(&future, load, missing).into());
    let loads: Map<String, Value> = shown.iter().map(described).collect();
    let faults = faults(engine, &loads, missing);
    let rules = &engine.settings().rules;
    let words = shown.iter().flat_map(|load| load.history()).map(|change| change.status.clone());
    let words = words.chain(rules.iter().flat_map(stages).map(|(status, _)| status));
    let mut odd: Vec<String> = words.filter(|word| !word.is_documented()).map(|word| word.to_string()).collect();
    odd.sort_unstable();
    odd.dedup();
    let started: Vec<Value> = rules.iter().chain(&rule_for_others(engine.settings())).filter_map(rule).collect();
    let Settings { seed, region, iam_roles, records_per_second, .. } = engine.settings();
    keys([
        ("seed", (*seed != 0).then(|| (*seed).into())),
        ("region", region.as_deref().map(Value::from)),
        ("roles", iam_roles.as_ref().map(|roles| json!(roles))),
        ("instance", engine.replica_times().any(ReplicaTime::is_all_the_time).then(|| "reader".into())),
        ("start_clock", (engine.clock_began() == StartClock::OnRequest).then(|| StartClock::OnRequest.to_string().into())),
        ("tls", is_secure.then(|| true.into())),
        ("strict", engine.is_strict().then(|| true.into())),
        ("neptune", engine.outages().any(Outage::is_all_the_time).then(|| json!(engine.availability()))),
        ("quirks", unless_empty(quirks(engine))),
        ("loads", unless_empty(loads)),
        ("started_loads", unless_empty(started)),
        ("records_per_second", records_per_second.map(|rate| rate.get().into())),
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
fn described(engine: &Engine, load: &Load, missing: &mut Missing) -> Map<String, Value> {
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
    timeline.into_iter().chain(work(engine, load, missing)).collect()
}

/// What it has loaded, and its error log.
fn work(engine: &Engine, load: &Load, missing: &mut Missing) -> Map<String, Value> {
    let query = StatusQuery { errors: true, errors_per_page: ERRORS, ..StatusQuery::default() };
    let Ok(status) = engine.status(load.id(), &query) else { return Map::new() };
    let overall = status.overall_status;
    let files: u64 = status.feed_count.iter().flatten().map(|count| count.files).sum();
    let entries: Vec<ErrorLog> = status.errors.into_iter().flat_map(|page| page.error_logs).collect();
    if load.is_ended() && status.feed_count != feed_count_of_copy(load, files, &entries) {
        missing.feed_count(load.id().as_str());
    }
    let errors: Vec<Value> = entries.into_iter().map(error).collect();
    let further = engine.status(load.id(), &StatusQuery { page: 2, ..query }).ok().and_then(|status| status.errors);
    if further.is_some_and(|page| !page.error_logs.is_empty()) {
        missing.errors(load.id().as_str(), ERRORS);
    }
    let above = |least: u64, count: u64| (count > least).then(|| count.into());
    keys([
        ("records", Some(load.records(engine.now()).into())),
        ("files", above(1, files)),
        ("duplicates", above(0, overall.total_duplicates)),
        ("retries", above(0, overall.retry_number)),
        ("errors", unless_empty(errors)),
    ])
}

/// What the `feedCount` of a load becomes that is copied as a scripted one: whether it was cut short, and when, no script can say.
fn feed_count_of_copy(load: &Load, files: u64, entries: &[ErrorLog]) -> Option<Vec<FeedCount>> {
    let as_error = |entry: &ErrorLog| FeedError {
        code: entry.error_code.clone(),
        counter: None,
        message: String::new(),
        file: entry.file_name.clone(),
        record: entry.record_num,
        times: 1,
        feed_status: None,
    };
    let errors = entries.iter().map(as_error).collect();
    let workload = Workload { files: files.max(1), errors, ..Workload::default() };
    let lifecycle = Lifecycle::new(vec![(load.status().clone(), None)]).ok()?;
    let mut engine = Engine::new(Settings::default());
    engine.script(load.id().clone(), Script { workload, ..Script::new(load.source(), lifecycle) }).ok()?;
    engine.status(load.id(), &StatusQuery { details: true, ..StatusQuery::default() }).ok()?.feed_count
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

/// The rule for the starts that no other one fits, if they do not go as in every cluster.
fn rule_for_others(settings: &Settings) -> Option<Rule> {
    let plan = &settings.default_plan;
    (*plan != Settings::default().default_plan).then(|| Rule::for_source("", Outcome::Load(plan.clone())))
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

/// The outages and the faults. Of more than a scenario may have, those that are over are left out first, the oldest first.
fn faults(engine: &UpToDate<'_>, loads: &Map<String, Value>, missing: &mut Missing) -> Vec<Value> {
    let outages = engine.outages().filter(|outage| !outage.is_all_the_time());
    let mut written: Vec<(bool, Value)> =
        outages.filter_map(|outage| Some((outage.until.is_some(), as_fault(outage)?))).collect();
    for placed in engine.faults().placed() {
        match written_fault(&placed, loads) {
            Ok(fault) => written.push((placed.is_removed, json!(fault))),
            Err(why) => missing.fault(why, &placed.name),
        }
    }
    // Last, because it lets requests pass that other faults are about.
    written.extend(engine.replica_times().filter_map(|time| Some((time.until.is_some(), replica_fault(time)?))));
    missing.faults(written.len().saturating_sub(FAULT_LIMIT));
    while written.len() > FAULT_LIMIT {
        written.remove(written.iter().position(|(is_over, _)| *is_over).unwrap_or(0));
    }
    written.into_iter().map(|(_, fault)| fault).collect()
}

/// An outage as a fault that lasts as long; `None` if it was later or shorter than a file can say.
fn as_fault(outage: &Outage) -> Option<Value> {
    let (from, until) = window(outage.from.since_start(), outage.until.map(SimTime::since_start))?;
    let does = serde_json::from_str(&outage.effect).expect("an outage keeps its effect as JSON");
    Some(fault_of("outage", Some(from.unwrap_or_else(|| text(Duration::ZERO))), until, does))
}

/// A time as a read replica as a fault that lasts as long; `None` if it is all the time, or was later or shorter than a file can say.
fn replica_fault(time: ReplicaTime) -> Option<Value> {
    let (from, until) = window(time.from.since_start(), time.until.map(SimTime::since_start))?;
    (!time.is_all_the_time()).then(|| fault_of("read replica", from, until, "read_only".into()))
}

/// A fault that stands for something else, so that nobody has to meet it.
fn fault_of(name: &str, from: Option<String>, until: Option<String>, does: Value) -> Value {
    keys([
        ("name", Some(name.into())),
        ("from", from.map(Value::from)),
        ("until", until.map(Value::from)),
        ("does", Some(does)),
        ("optional", Some(true.into())),
    ])
    .into()
}

/// A fault with times that count from the beginning of the cluster.
///
/// # Errors
/// Why no scenario can say it.
fn written_fault(placed: &Placed, loads: &Map<String, Value>) -> Result<Fault, Unsaid> {
    let fault = placed.fault.clone().ok_or(Unsaid::TooLong)?;
    if fault.on.load.as_ref().is_some_and(|id| !loads.contains_key(id)) {
        return Err(Unsaid::OtherLoad);
    }
    let (from, until) = window(placed.from, placed.until).ok_or(Unsaid::NoTime)?;
    // Nobody has to meet one that was there for a while only.
    Ok(Fault { from, until, optional: fault.optional || placed.is_removed, ..fault })
}

/// From when until when, as a file says it; the beginning is `None`. `None` if that is later or shorter than a file can say.
fn window(from: Duration, until: Option<Duration>) -> Option<(Option<String>, Option<String>)> {
    let (from, until) = (text(from), until.map(text));
    let is_possible = from != text(LONGEST_DURATION) && until.as_ref() != Some(&from);
    is_possible.then(|| ((from != text(Duration::ZERO)).then_some(from), until))
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
    use std::num::NonZeroU64;

    use neptune_control::Availability;
    use proptest::prelude::*;

    use super::super::acts::{Act, act_all, any_act, cluster, comments, played_back};
    use super::*;
    use crate::{ClockKind, ClusterSpec};

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

    /// From when until when each fault is or was in place, in seconds, and what it does. What took no time is not among them.
    fn faults_of(cluster: &Cluster) -> Vec<(u64, Option<u64>, Value)> {
        let does = |placed: &Placed| json!(placed.fault.as_ref().and_then(|fault| fault.does.as_ref()));
        let placed = cluster.engine().faults().placed();
        let fault = |placed: &Placed| (placed.from.as_secs(), placed.until.map(|until| until.as_secs()), does(placed));
        placed.iter().map(fault).filter(|(from, until, _)| Some(*from) != *until).collect()
    }

    /// The same of the outages, as faults.
    fn outages_of(cluster: &Cluster) -> Vec<(u64, Option<u64>, Value)> {
        let seconds = |at: SimTime| at.since_start().as_secs();
        let does = |outage: &Outage| serde_json::from_str(&outage.effect).unwrap();
        let fault = |outage: Outage| (seconds(outage.from), outage.until.map(seconds), does(&outage));
        cluster.whole_snapshot().outages.into_iter().map(fault).collect()
    }

    /// The same of the times as a read replica.
    fn replica_times_of(cluster: &Cluster) -> Vec<(u64, Option<u64>, Value)> {
        let seconds = |at: SimTime| at.since_start().as_secs();
        let times = cluster.engine().replica_times().filter(|time| !time.is_all_the_time()).collect::<Vec<_>>();
        times.into_iter().map(|time| (seconds(time.from), time.until.map(seconds), "read_only".into())).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_scenario_plays_back_the_same_timeline(acts in prop::collection::vec(any_act(), 1..30)) {
            let cluster = cluster();
            act_all(&cluster, &acts);
            let copy = played_back(&cluster.as_scenario());
            let mut outages = outages_of(&cluster);
            let lasts = outages.pop_if(|(from, until, _)| *from == 0 && until.is_none()).is_some();
            prop_assert_eq!(faults_of(&copy), [outages, faults_of(&cluster), replica_times_of(&cluster)].concat());
            prop_assert_eq!(copy.availability(), if lasts { cluster.availability() } else { Availability::Available });
            prop_assert_eq!(timelines(&copy), timelines(&cluster));
        }
    }

    #[test]
    fn a_fault_that_was_taken_away_is_there_for_its_time_and_under_its_name() {
        let cluster = cluster();
        let add = |fault: Value| drop(cluster.add_fault(&serde_json::from_value(fault).unwrap()).unwrap());
        act_all(&cluster, &[Act::Script(8), Act::Advance(2)]);
        add(json!({"use": "throttle-429", "on": {"load": "load-0", "attempt": "1..2"}}));
        add(json!({"does": "reset", "fail": 2, "from": "1s", "until": "9s"}));
        act_all(&cluster, &[Act::Advance(3), Act::ClearFaults, Act::Advance(1)]);
        add(json!({"does": "reset"}));
        let text = cluster.as_scenario();
        let faults = "  faults:
    - name: throttle-429
      \"on\": {load: load-0, attempt: \"1..2\"}
      from: \"2s\"
      until: \"5s\"
      does: {error: {code: TooManyRequestsException, message: Too many requests}}
      optional: true
    - {name: reset 2, from: \"3s\", until: \"5s\", fail: 2, does: reset, optional: true}
    - {from: \"6s\", does: reset}
";
        assert!(text.ends_with(faults), "{text}");
        assert_eq!(comments(&text), [""; 0]);
        let copy = played_back(&text);
        assert_eq!(
            copy.fault_reports().iter().map(|report| &report.name).collect::<Vec<_>>(),
            ["throttle-429", "reset 2", "reset"]
        );
    }

    #[test]
    fn a_change_of_the_role_is_a_fault_for_its_time() {
        use Act::{Advance, ChangeRole};
        let (cluster, always) = (cluster(), cluster());
        act_all(&cluster, &[Advance(2), ChangeRole, Advance(3), ChangeRole, Advance(4), ChangeRole]);
        let text = cluster.as_scenario();
        let faults = "given:
  faults:
    - {name: read replica, from: \"2s\", until: \"5s\", does: read_only, optional: true}
    - {name: read replica, from: \"9s\", does: read_only, optional: true}
";
        assert!(text.ends_with(faults), "{text}");
        assert_eq!(comments(&text), ["that `/status` called the instance a reader from 2s to 5s, and from 9s on"]);
        assert_eq!(played_back(&text).fault_reports().len(), 2);
        act_all(&always, &[ChangeRole, Advance(3)]);
        let text = always.as_scenario();
        assert!(text.ends_with("given:\n  instance: reader\n"), "{text}");
        assert_eq!(comments(&text), [""; 0]);
    }

    #[test]
    fn of_too_many_faults_those_that_are_over_are_left_out_first() {
        let cluster = cluster();
        let add = |fault: Value| drop(cluster.add_fault(&serde_json::from_value(fault).unwrap()).unwrap());
        for _ in 0..3 {
            add(json!({"does": "reset"}));
        }
        act_all(&cluster, &[Act::Advance(5), Act::ClearFaults]);
        for _ in 0..FAULT_LIMIT - 1 {
            add(json!({"does": "hang_up"}));
        }
        let text = cluster.as_scenario();
        assert_eq!(comments(&text), ["2 outages or faults, more than a scenario may have"]);
        let copy = played_back(&text);
        let names: Vec<String> = copy.fault_reports().into_iter().map(|report| report.name).take(2).collect();
        assert_eq!((copy.fault_reports().len(), names), (FAULT_LIMIT, vec!["reset 3".to_owned(), "hang_up".to_owned()]));
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
        assert!(
            text.contains(r#"{from: "6s", until: "3153600000s", does: reset}"#) && !text.contains("does: {gateway"),
            "{text}"
        );
        assert_eq!(comments(&text), ["faults that lasted less than a millisecond, or begin after 100 years: gateway"]);
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
    fn what_the_options_of_a_command_line_say_is_copied() {
        let plan = Plan::completing_after(Duration::from_secs(20));
        let rule = Rule::for_source("s3://b/odd/", Outcome::Load(Plan::completing_after(Duration::from_secs(1))));
        let settings = Settings {
            default_plan: plan,
            rules: vec![rule],
            region: Some("eu-west-1".to_owned()),
            iam_roles: Some(vec!["arn:aws:iam::123456789012:role/r".to_owned()]),
            records_per_second: NonZeroU64::new(250),
            ..Settings::default()
        };
        let spec = ClusterSpec { settings, start_clock: StartClock::OnRequest, ..ClusterSpec::new("test", ClockKind::Manual) };
        let cluster = Cluster::without_port(spec).unwrap();
        cluster.engine().start_clock();
        let expected = "\
name: test
about: The cluster test as it was at 0s
given:
  region: eu-west-1
  roles: [\"arn:aws:iam::123456789012:role/r\"]
  start_clock: on-request
  started_loads:
    - {source: \"s3://b/odd/\", runs: \"1s\"}
    - {runs: \"20s\"}
  records_per_second: 250
";
        let text = cluster.as_scenario();
        assert_eq!(text, expected);
        let copy = played_back(&text);
        assert_eq!((copy.clock_starts(), copy.as_scenario()), (StartClock::OnRequest, text));
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
