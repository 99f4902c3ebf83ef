//! A cluster at one moment, read under one lock, and what has changed since an earlier one.

use std::collections::HashMap;

use neptune_control::{Availability, FaultReport, PastFault, StartClock};
use neptune_loader::{Change, Load, LoadId, SimTime};
use neptune_scenario::{Authentication, ClockKind};

use super::handle::{Cluster, Instance};
use super::outages::Outage;
use super::request_log::LogPage;
use super::timed::UpToDate;
use super::timeline::LoadTimeline;

/// The region of signatures that are not checked.
const ANY_REGION: &str = "us-east-1";

/// What can be seen of a cluster at one moment.
#[derive(Debug)]
pub(crate) struct Snapshot {
    /// Two snapshots of one revision differ only in their time.
    pub(crate) revision: u64,
    pub(crate) now: SimTime,
    pub(crate) clock: ClockKind,
    pub(crate) starts: StartClock,
    /// That of IAM, if it authenticates its clients; any, if it only refuses requests without a signature.
    pub(crate) signing_region: Option<String>,
    pub(crate) availability: Availability,
    pub(crate) outages: Vec<Outage>,
    pub(crate) instance: Instance,
    pub(crate) running: Option<LoadId>,
    /// The load whose source is being read.
    pub(crate) reading: Option<LoadId>,
    pub(crate) queue: Vec<LoadId>,
    pub(crate) faults: Vec<FaultReport>,
    pub(crate) past_faults: Vec<PastFault>,
    pub(crate) loads: Vec<LoadTimeline>,
    /// The scripted loads that begin later, and when.
    pub(crate) announced: Vec<(LoadId, SimTime)>,
    /// Those that the last look saw and this one does not.
    pub(crate) gone: Vec<LoadId>,
    pub(crate) requests: LogPage,
}

/// Someone who looks at a cluster again and again, and wants to see what has changed.
#[derive(Debug, Default)]
pub(crate) struct Watcher {
    seen: Option<Seen>,
}

/// How a cluster was at the last look.
#[derive(Debug, Default)]
struct Seen {
    changes: u64,
    log_revision: u64,
    loads: HashMap<LoadId, Course>,
}

/// What shows whether a load has changed: the length of its past, which only grows unless a cluster becomes another, its last change, and
/// what is ahead.
#[derive(Debug)]
struct Course {
    changes: usize,
    last: Option<Change>,
    ahead: Vec<Change>,
}

impl Course {
    fn of(load: &Load) -> Self {
        let history = load.history();
        Self { changes: history.len(), last: history.last().cloned(), ahead: load.ahead().cloned().collect() }
    }

    fn is_still_that_of(&self, load: &Load) -> bool {
        let history = load.history();
        self.changes == history.len() && self.last.as_ref() == history.last() && self.ahead.iter().eq(load.ahead())
    }
}

impl Cluster {
    /// Everything about it at this moment.
    pub(crate) fn whole_snapshot(&self) -> Snapshot {
        let engine = self.engine();
        let now = engine.now();
        let loads = engine.loads().map(|load| LoadTimeline::of(load, now)).collect();
        snapshot(&engine, loads, Vec::new(), 0)
    }

    /// The first time, everything; then what has changed since the last time, or `None` if that is nothing but the time.
    pub(crate) fn look(&self, watcher: &mut Watcher) -> Option<Snapshot> {
        let engine = self.engine();
        let (changes, log_revision) = (engine.changes(), engine.log().revision());
        let is_first = watcher.seen.is_none();
        let seen = watcher.seen.get_or_insert_default();
        if !is_first && (seen.changes, seen.log_revision) == (changes, log_revision) {
            return None;
        }
        // Most looks see new requests and nothing else.
        let (loads, gone) = if is_first || seen.changes != changes { seen.changed_loads(&engine) } else { Default::default() };
        let snapshot = snapshot(&engine, loads, gone, seen.log_revision);
        (seen.changes, seen.log_revision) = (changes, log_revision);
        Some(snapshot)
    }
}

impl Seen {
    /// The loads that are new or have changed, and the ids of those that are not there any more. From now on they are seen.
    fn changed_loads(&mut self, engine: &UpToDate<'_>) -> (Vec<LoadTimeline>, Vec<LoadId>) {
        let (now, mut changed, mut count) = (engine.now(), Vec::new(), 0);
        for load in engine.loads() {
            count += 1;
            if self.loads.get(load.id()).is_none_or(|course| !course.is_still_that_of(load)) {
                self.loads.insert(load.id().clone(), Course::of(load));
                changed.push(LoadTimeline::of(load, now));
            }
        }
        let mut gone = Vec::new();
        if self.loads.len() > count {
            gone.extend(self.loads.keys().filter(|id| engine.load(id).is_none()).cloned());
            self.loads.retain(|id, _| !gone.contains(id));
        }
        (changed, gone)
    }
}

/// What can be seen, with these loads and with the requests that have come or changed since a revision of the log.
fn snapshot(engine: &UpToDate<'_>, loads: Vec<LoadTimeline>, gone: Vec<LoadId>, log_revision: u64) -> Snapshot {
    Snapshot {
        revision: engine.changes() + engine.log().revision(),
        now: engine.now(),
        clock: engine.clock_kind(),
        starts: engine.clock_starts(),
        signing_region: match &**engine.authentication() {
            Authentication::On(iam) => Some(iam.region.clone()),
            Authentication::Off => engine.is_strict().then(|| ANY_REGION.to_owned()),
        },
        availability: engine.availability().clone(),
        outages: engine.outages().cloned().collect(),
        instance: Instance { role: engine.role(), health: engine.health(), up_since: engine.up_since() },
        running: engine.running().cloned(),
        reading: engine.unread().map(|(id, _)| id.clone()),
        queue: engine.waiting().cloned().collect(),
        faults: engine.faults().reports(),
        past_faults: engine.faults().past().cloned().collect(),
        loads,
        announced: engine.announced().map(|(id, begins)| (id.clone(), begins)).collect(),
        gone,
        requests: engine.log().changed_since(log_revision),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use neptune_control::RequestLine;
    use neptune_scenario::{Bucket, ClusterSpec};
    use proptest::prelude::*;

    use super::super::acts::{Act, act_all, any_act, cluster, start_request};
    use super::*;

    /// What someone knows who has the first snapshot and every change after it.
    #[derive(Debug, Default)]
    struct Known {
        loads: BTreeMap<LoadId, LoadTimeline>,
        requests: BTreeMap<u64, RequestLine>,
        rest: Option<String>,
    }

    impl Known {
        fn learn(&mut self, snapshot: Snapshot) {
            self.rest = Some(rest(&snapshot));
            self.loads.retain(|id, _| !snapshot.gone.contains(id));
            self.loads.extend(snapshot.loads.into_iter().map(|load| (load.id.clone(), load)));
            self.requests.extend(snapshot.requests.lines().map(|line| (line.number, line)));
            // What the log has forgotten or cleared is no longer shown.
            let kept = snapshot.requests.next - snapshot.requests.kept;
            self.requests.retain(|number, _| *number >= kept);
        }

        fn of(snapshot: Snapshot) -> Self {
            let mut known = Self::default();
            known.learn(snapshot);
            known
        }

        /// The loads without what time alone changes.
        fn loads(&self) -> Vec<LoadTimeline> {
            self.loads.values().map(|load| LoadTimeline { records: 0, duplicates: 0, ..load.clone() }).collect()
        }
    }

    fn rest(snapshot: &Snapshot) -> String {
        let Snapshot { revision, now, availability, outages, instance, running, reading, queue, faults, past_faults, .. } =
            snapshot;
        let of_loads = format!("{running:?} {reading:?} {queue:?}");
        format!("{revision} {now:?} {availability:?} {outages:?} {instance:?} {of_loads} {faults:?} {past_faults:?}")
    }

    #[test]
    fn a_load_whose_source_is_being_read_is_named() {
        let data = [("b".to_owned(), Bucket::Folder(std::env::temp_dir()))].into();
        let spec = ClusterSpec { data, ..ClusterSpec::new("test", ClockKind::Manual) };
        let cluster = Cluster::without_port(spec).unwrap();
        assert_eq!(cluster.whole_snapshot().reading, None);
        let start = || cluster.start_listed(&start_request(), Some(Ok(1))).unwrap();
        let [first, _waits] = [start(), start()];
        // Nothing reads it here: that takes a cluster with a port.
        assert_eq!(cluster.whole_snapshot().reading, Some(first));
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn the_first_look_and_every_change_make_a_whole_snapshot(groups in prop::collection::vec(prop::collection::vec(any_act(), 0..4), 1..12)) {
            let cluster = cluster();
            let (mut watcher, mut known) = (Watcher::default(), Known::default());
            for group in groups {
                act_all(&cluster, &group);
                if let Some(change) = cluster.look(&mut watcher) {
                    known.learn(change);
                }
                let whole = Known::of(cluster.whole_snapshot());
                prop_assert_eq!(&known.rest, &whole.rest);
                prop_assert_eq!(known.loads(), whole.loads());
                prop_assert_eq!(&known.requests, &whole.requests);
                prop_assert!(cluster.look(&mut watcher).is_none(), "nothing has changed since");
            }
        }
    }

    #[test]
    fn a_change_has_only_the_loads_and_requests_that_changed() {
        let cluster = cluster();
        act_all(&cluster, &[Act::Script(2), Act::Script(5), Act::Arrive, Act::Arrive]);
        let mut watcher = Watcher::default();
        let all = cluster.look(&mut watcher).unwrap();
        assert_eq!((all.loads.len(), all.requests.lines().count()), (2, 2));
        act_all(&cluster, &[Act::Advance(2), Act::Answer(1)]);
        let change = cluster.look(&mut watcher).unwrap();
        let loads: Vec<&str> = change.loads.iter().map(|load| load.id.as_str()).collect();
        let requests: Vec<_> = change.requests.lines().map(|line| (line.number, line.status)).collect();
        assert_eq!((loads, requests), (vec!["load-0"], vec![(0, Some(200))]));
    }
}
