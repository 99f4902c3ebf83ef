//! What a copied scenario lacks, because no scenario can say it.

use neptune_loader::{Health, SimTime};
use neptune_scenario::Authentication;
use neptune_text::{count, list};

use super::instance_history::ReplicaTime;
use super::timed::UpToDate;

/// How many names stand in one line.
const NAMES: usize = 5;

/// Why no scenario can say a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Unsaid {
    /// It is for a load that the scenario does not have.
    OtherLoad,
    /// It was there for less than a millisecond, or begins later than a file can say.
    NoTime,
    /// It was removed, and is too long to be remembered.
    TooLong,
}

/// What is missing, each in words.
#[derive(Debug, Default)]
pub(super) struct Missing {
    lines: Vec<String>,
    feed_counts: Vec<String>,
    faults: Vec<(Unsaid, String)>,
}

impl Missing {
    /// What is missing of the instance and of what its clients meet.
    pub(super) fn of(engine: &UpToDate<'_>) -> Self {
        let mut lines = Vec::new();
        if let Health::Recovery { rolling_back } = engine.health() {
            let rolls = if rolling_back > 0 {
                format!(", and rolls back {}", count(rolling_back, "transaction"))
            } else {
                String::new()
            };
            lines.push(format!("the instance recovers{rolls}"));
        }
        lines.extend(restarts(engine));
        lines.extend(roles(engine));
        if matches!(**engine.authentication(), Authentication::On(_)) {
            lines.push("clients have to sign with keys, which `--iam` gives".to_owned());
        }
        if engine.outages().any(|outage| outage.lacks_body && !outage.is_all_the_time()) {
            lines.push("the bodies of long answers that were given while the cluster was not available".to_owned());
        }
        Self { lines, ..Self::default() }
    }

    /// So many loads are older than those that are in it.
    pub(super) fn loads(&mut self, number: usize) {
        if number > 0 {
            self.lines.push(count(number as u64, "older load"));
        }
    }

    /// Whether loads that are started read their files.
    pub(super) fn reading(&mut self, is_missing: bool) {
        if is_missing {
            self.lines.push("loads that are started read their files".to_owned());
        }
    }

    /// The error log of a load is longer than what is in it.
    pub(super) fn errors(&mut self, id: &str, kept: u64) {
        self.lines.push(format!("the errors of the load {} after the first {kept}", id.escape_debug()));
    }

    /// The `feedCount` of a load is another one in the copy.
    pub(super) fn feed_count(&mut self, id: &str) {
        self.feed_counts.push(id.escape_debug().to_string());
    }

    /// So many outages and faults are more than a scenario may have.
    pub(super) fn faults(&mut self, count: usize) {
        if count > 0 {
            self.lines.push(format!("{count} outages or faults, more than a scenario may have"));
        }
    }

    /// A fault.
    pub(super) fn fault(&mut self, why: Unsaid, name: &str) {
        self.faults.push((why, name.escape_debug().to_string()));
    }

    /// All of it as comments of a YAML file; empty if nothing is missing.
    pub(super) fn comments(mut self) -> String {
        if !self.feed_counts.is_empty() {
            let loads = named(&self.feed_counts);
            self.lines.push(format!("the `feedCount` of loads that were cancelled, cut short or read their files: {loads}"));
        }
        for (why, words) in [
            (Unsaid::OtherLoad, "for loads that are not in this copy"),
            (Unsaid::NoTime, "that lasted less than a millisecond, or begin after 100 years"),
            (Unsaid::TooLong, "that were taken away and had a long definition"),
        ] {
            let names: Vec<&str> =
                self.faults.iter().filter(|(reason, _)| *reason == why).map(|(_, name)| name.as_str()).collect();
            if !names.is_empty() {
                self.lines.push(format!("faults {words}: {}", named(&names)));
            }
        }
        let lines: String = self.lines.iter().flat_map(|line| ["# - ", line, "\n"]).collect();
        if lines.is_empty() { lines } else { format!("# Not in this copy, because no scenario can say it:\n{lines}") }
    }
}

/// The first few names, and how many there are more.
fn named<T: AsRef<str>>(names: &[T]) -> String {
    let more = if names.len() > NAMES { format!(" and {} more", names.len() - NAMES) } else { String::new() };
    names.iter().take(NAMES).map(T::as_ref).collect::<Vec<_>>().join(", ") + &more
}

/// That the instance was restarted, but for the restarts that faults say.
fn restarts(engine: &UpToDate<'_>) -> Option<String> {
    let is_said = |at: SimTime| engine.faults().restarts_at(at.since_start());
    let times: Vec<String> = engine.restarts().filter(|at| !is_said(*at)).map(|at| at.to_string()).collect();
    let last = times.last()?;
    Some(if times.len() <= NAMES {
        format!("the instance was restarted at {}", list(times))
    } else {
        format!("the instance was restarted {}, the last time at {last}", count(times.len() as u64, "time"))
    })
}

/// That `/status` called it a reader: the fault that stands for that time lets `/status` say what it is otherwise.
fn roles(engine: &UpToDate<'_>) -> Option<String> {
    let times = engine.replica_times().filter(|time| !time.is_all_the_time());
    let times: Vec<String> = times
        .map(|ReplicaTime { from, until }| {
            until.map_or_else(|| format!("from {from} on"), |until| format!("from {from} to {until}"))
        })
        .collect();
    let more = if times.len() > NAMES { format!(", and {} more", times.len() - NAMES) } else { String::new() };
    let shown = times.iter().take(NAMES).map(String::as_str).collect::<Vec<_>>().join(", and ");
    (!times.is_empty()).then(|| format!("that `/status` called the instance a reader {shown}{more}"))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use neptune_loader::{FeedError, FeedErrorCode, FeedErrors, Health, Lifecycle, LoadStatus, Script, Workload};
    use neptune_scenario::{Bucket, Buckets};
    use serde_json::{Value, json};

    use super::super::Cluster;
    use super::super::acts::{Act, act_all, cluster, comments, played_back};
    use crate::{ClockKind, ClusterSpec};

    #[test]
    fn what_no_scenario_can_say_stands_in_comments() {
        let cluster = cluster();
        let add = |fault: Value| drop(cluster.add_fault(&serde_json::from_value(fault).unwrap()).unwrap());
        add(json!({"name": "of \u{202e} another", "does": "reset", "on": {"load": "not-yet-there"}}));
        add(json!({"name": "long", "does": {"error": {"code": "BadRequestException", "message": "x".repeat(3000)}}}));
        add(json!({"name": "refused", "does": "refuse"}));
        cluster.remove_fault("refused");
        act_all(&cluster, &[Act::Script(8), Act::Advance(5), Act::Restart]);
        cluster.remove_fault("long");
        let canned = serde_json::from_value(json!({"answers": {"http": 503, "body": "x".repeat(3000)}})).unwrap();
        cluster.engine().set_availability(canned);
        cluster.set_health(Health::Recovery { rolling_back: 3 });
        let text = cluster.as_scenario();
        let expected = [
            "the instance recovers, and rolls back 3 transactions",
            "the instance was restarted at 5s",
            "the bodies of long answers that were given while the cluster was not available",
            "faults for loads that are not in this copy: of \\u{202e} another",
            "faults that lasted less than a millisecond, or begin after 100 years: refused",
            "faults that were taken away and had a long definition: long",
        ];
        assert_eq!(comments(&text), expected, "{text}");
        assert!(text.starts_with("# Not in this copy, because no scenario can say it:\n# - the instance"), "{text}");
        played_back(&text);
    }

    #[test]
    fn several_restarts_are_all_named_or_counted() {
        let cluster = cluster();
        act_all(&cluster, &[Act::Advance(5), Act::Restart].repeat(3));
        let text = cluster.as_scenario();
        assert_eq!(comments(&text), ["the instance was restarted at 5s, 10s and 15s"]);
        act_all(&cluster, &[Act::Advance(5), Act::Restart].repeat(3));
        let text = cluster.as_scenario();
        assert_eq!(comments(&text), ["the instance was restarted 6 times, the last time at 30s"]);
    }

    #[test]
    fn the_feed_count_of_a_load_that_was_cancelled_in_the_queue_stands_in_a_comment() {
        let cluster = cluster();
        act_all(&cluster, &[Act::Start, Act::Start, Act::Advance(1)]);
        let ids: Vec<String> = cluster.timeline().iter().map(|load| load.id.to_string()).collect();
        cluster.cancel(&ids[1].as_str().into()).unwrap();
        cluster.advance(Duration::from_mins(1)).unwrap();
        let text = cluster.as_scenario();
        let expected = format!("the `feedCount` of loads that were cancelled, cut short or read their files: {}", ids[1]);
        assert_eq!(comments(&text), [expected], "{text}");
    }

    #[test]
    fn keys_and_the_reading_of_files_stand_in_comments() {
        let keys = json!({"keys": [{"id": "AKIDEXAMPLE", "secret": "do-not-copy-me"}]});
        let authentication = serde_json::from_value(keys).unwrap();
        let data = Buckets::from([("bucket".to_owned(), Bucket::Folder(std::env::temp_dir()))]);
        let spec = ClusterSpec { authentication, data, ..ClusterSpec::new("test", ClockKind::Manual) };
        let text = Cluster::without_port(spec).unwrap().as_scenario();
        let expected = ["clients have to sign with keys, which `--iam` gives", "loads that are started read their files"];
        assert_eq!(comments(&text), expected, "{text}");
        assert!(!text.contains("do-not-copy-me"), "{text}");
        played_back(&text);
    }

    #[test]
    fn older_loads_and_longer_error_logs_stand_in_comments() {
        let cluster = cluster();
        act_all(&cluster, &[Act::Script(1), Act::Advance(2)].repeat(257));
        let error = FeedError {
            code: FeedErrorCode::Parsing,
            counter: None,
            message: "bad record".to_owned(),
            file: "a.csv".to_owned(),
            record: 1,
            times: 201,
            feed_status: None,
        };
        let lifecycle = Lifecycle::new(vec![(LoadStatus::Failed, None)]).unwrap();
        let workload = Workload { errors: FeedErrors::from_iter([error]), ..Workload::default() };
        let script = Script { workload, ..Script::new("s3://b/", lifecycle) };
        cluster.script(&"with errors".into(), script).unwrap();
        let text = cluster.as_scenario();
        let expected = ["2 older loads", "the errors of the load with errors after the first 200"];
        assert_eq!(comments(&text), expected, "{text}");
        played_back(&text);
    }
}
