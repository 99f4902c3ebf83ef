//! The loads of a recording: which there were before it, which it started, and how each of them went.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::time::Duration;

use indexmap::IndexMap;
use neptune_loader::LoadStatus;
use neptune_text::duration_text;
use serde_json::{Map, Value, json};

use super::asked::{Asked, SeenStatus};
use super::work::work;
use super::{Remarks, insert_list};

/// How many loads a scenario has at most.
const LOADS: usize = 300;

/// The loads of a recording.
#[derive(Debug, Default)]
pub(super) struct RecordedLoads {
    /// There before the recording began, with their keys in a scenario.
    scripted: IndexMap<String, Map<String, Value>>,
    /// Requested, and unknown to the upstream.
    unknown: Vec<String>,
    /// The rules for the starts.
    rules: Vec<Value>,
}

/// What a recording says of one load.
#[derive(Debug, Default)]
struct LoadHistory<'a> {
    seen: Vec<(Duration, SeenStatus<'a>)>,
    /// When it was cancelled.
    cancelled: Option<Duration>,
    /// When it was started, with its parameters.
    start: Option<(Duration, Map<String, Value>)>,
    is_listed: bool,
    is_missed: bool,
}

impl RecordedLoads {
    pub(super) fn of(asked: &[Asked<'_>], remarks: &mut Remarks) -> Self {
        let mut histories = histories(asked);
        // The newest stand first in a list, and the last in a scenario.
        let order: Vec<&str> = asked.iter().rev().find_map(Asked::listed).unwrap_or_default();
        let place = |id: &str| order.iter().rev().position(|listed| *listed == id).map_or(0, |place| place + 1);
        histories.sort_by(|one, _, other, _| place(one).cmp(&place(other)));
        let was_listed = asked.iter().any(|asked| asked.listed().is_some());
        let mut loads = Self::default();
        let mut starts: Vec<(&String, &LoadHistory<'_>)> = Vec::new();
        for (id, history) in &histories {
            if history.start.is_some() {
                starts.push((id, history));
            } else if !history.is_known() && (history.is_missed || was_listed) {
                loads.unknown.push(id.clone());
            } else if loads.scripted.len() < LOADS {
                loads.scripted.insert(id.clone(), scripted(id, history, remarks));
            } else {
                remarks.add(format!("{id}: there are more than {LOADS} loads"));
            }
        }
        starts.sort_by_key(|(_, history)| history.start.as_ref().map(|(at, _)| *at));
        loads.rules = rules(&starts, remarks);
        loads
    }

    /// Whether the load is there from the beginning, so that it has the same id when the scenario runs.
    pub(super) fn is_scripted(&self, id: &str) -> bool {
        self.scripted.contains_key(id)
    }

    pub(super) fn is_unknown(&self, id: &str) -> bool {
        self.unknown.iter().any(|unknown| unknown == id)
    }

    pub(super) fn write(self, given: &mut Map<String, Value>) {
        if !self.scripted.is_empty() {
            given.insert(
                "loads".into(),
                self.scripted.into_iter().map(|(id, keys)| (id, keys.into())).collect::<Map<_, _>>().into(),
            );
        }
        insert_list(given, "started_loads", self.rules);
        insert_list(given, "unknown_loads", self.unknown.into_iter().map(Value::from).collect());
    }
}

fn histories<'a>(asked: &[Asked<'a>]) -> IndexMap<String, LoadHistory<'a>> {
    let mut histories: IndexMap<String, LoadHistory<'a>> = IndexMap::new();
    for asked in asked {
        if let Some(id) = asked.started() {
            histories.entry(id.to_owned()).or_default().start = Some((asked.at, asked.parameters()));
        }
        for id in asked.listed().unwrap_or_default() {
            histories.entry(id.to_owned()).or_default().is_listed = true;
        }
        let Some(id) = &asked.load else { continue };
        let history = histories.entry(id.clone()).or_default();
        history.seen.extend(asked.seen_status().map(|seen| (asked.at, seen)));
        history.is_missed |= asked.is_unknown();
        if asked.is_cancelled() {
            history.cancelled = history.cancelled.or(Some(asked.at));
        }
    }
    histories
}

impl<'a> LoadHistory<'a> {
    /// Whether anything proves that there is such a load.
    fn is_known(&self) -> bool {
        !self.seen.is_empty() || self.is_listed || self.cancelled.is_some()
    }

    /// The statuses before it was cancelled. The later ones follow from that.
    fn own(&self) -> impl Iterator<Item = &(Duration, SeenStatus<'a>)> {
        self.seen.iter().take_while(|(at, _)| self.cancelled.is_none_or(|cancelled| *at < cancelled))
    }

    /// The statuses that it went through, each with the moment at which it was first seen.
    fn stages(&self, id: &str, remarks: &mut Remarks) -> Vec<(Duration, LoadStatus)> {
        let mut stages: Vec<(Duration, LoadStatus)> = Vec::new();
        for (at, seen) in self.own() {
            let status = LoadStatus::from(seen.status);
            match stages.last() {
                Some((_, last)) if *last == status => {}
                Some((_, last)) if contradicts(last, &status) => {
                    remarks.add(format!("{id}: it was {status} at {} although it had been {last}", duration_text(*at)));
                }
                _ => stages.push((*at, status)),
            }
        }
        stages
    }

    fn payloads(&self) -> Vec<&'a Value> {
        self.own().map(|(_, seen)| seen.payload).collect()
    }

    fn source(&self) -> Option<&'a str> {
        self.seen.last()?.1.payload.pointer("/overallStatus/fullUri")?.as_str()
    }
}

/// Whether a load cannot have had one status after the other.
pub(super) fn contradicts(last: &LoadStatus, status: &LoadStatus) -> bool {
    last != status && (!last.is_pending() || (status.is_documented() && status.rank() < last.rank()))
}

/// Stages as a scenario has them: each lasts until the next one was seen.
fn lifecycle(begin: Duration, stages: &[(Duration, LoadStatus)]) -> Vec<Value> {
    let mut since = begin;
    let mut written = Vec::new();
    for (nth, (_, status)) in stages.iter().enumerate() {
        let Some((next, _)) = stages.get(nth + 1) else {
            written.push(status.to_string().into());
            break;
        };
        // Two may have been seen within a millisecond.
        let lasts = next.saturating_sub(since).max(Duration::from_millis(1));
        written.push(format!("{status} {}", duration_text(lasts)).into());
        since += lasts;
    }
    written
}

/// A load that was there before the recording began.
fn scripted(id: &str, history: &LoadHistory<'_>, remarks: &mut Remarks) -> Map<String, Value> {
    let mut keys = Map::new();
    let stages = history.stages(id, remarks);
    if stages.is_empty() {
        remarks.add(format!("{id}: its lifecycle, because no status was read before it ended; here it stays in progress"));
        keys.insert("lifecycle".into(), json!([LoadStatus::InProgress.as_str()]));
    } else {
        keys.insert("lifecycle".into(), lifecycle(Duration::ZERO, &stages).into());
    }
    keys.extend(history.source().map(|source| ("source".to_owned(), source.into())));
    keys.extend(work(id, &history.payloads(), remarks));
    keys
}

/// The lifecycles of started loads: a rule for each source. Neptune runs one load after the other, so the status of one also says something
/// about those before it.
fn rules(starts: &[(&String, &LoadHistory<'_>)], remarks: &mut Remarks) -> Vec<Value> {
    let mut rules: BTreeMap<(Reverse<usize>, String, String), Value> = BTreeMap::new();
    let mut free = Duration::ZERO;
    for (nth, (id, history)) in starts.iter().enumerate() {
        let Some((started, parameters)) = &history.start else { continue };
        let begin = free.max(*started);
        let stages = history.run(id, begin, &starts[nth + 1..], remarks);
        let ended = stages.last().filter(|(_, end)| !end.is_pending()).map(|(at, _)| *at).or(history.cancelled);
        free = ended.map_or(free, |ended| ended.max(free));
        let text = |key: &str| parameters.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let (source, format) = (text("source"), text("format"));
        if stages.is_empty() || source.is_empty() {
            continue;
        }
        let mut rule = Map::from_iter([("source".to_owned(), json!(source))]);
        if !format.is_empty() {
            rule.insert("format".into(), json!(format));
        }
        rule.insert("lifecycle".into(), lifecycle(begin, &stages).into());
        rule.extend(work(id, &history.payloads(), remarks));
        let rule = Value::from(rule);
        // The longest source first: a rule fits every source that begins with its own.
        if *rules.entry((Reverse(source.len()), source, format)).or_insert_with(|| rule.clone()) != rule {
            remarks.add(format!(
                "{id}: how it went; an earlier load of the same source went otherwise, and a rule cannot tell them apart"
            ));
        }
    }
    rules.into_values().collect()
}

impl LoadHistory<'_> {
    /// The statuses that a started load went through from its turn on, as far as its own answers and those about later loads show.
    fn run(
        &self,
        id: &str,
        begin: Duration,
        later: &[(&String, &LoadHistory<'_>)],
        remarks: &mut Remarks,
    ) -> Vec<(Duration, LoadStatus)> {
        let mut stages = self.stages(id, remarks);
        stages.retain(|(_, status)| *status != LoadStatus::InQueue);
        let pending = self.own().filter(|(_, seen)| LoadStatus::from(seen.status).is_pending()).map(|(at, _)| *at);
        // A load that waits right behind it shows that it is still running.
        let behind = later.first().into_iter().flat_map(|(_, history)| history.own());
        let waiting = behind.filter(|(_, seen)| LoadStatus::from(seen.status) == LoadStatus::InQueue).map(|(at, _)| *at);
        let had_ended = latest_end(pending.chain(waiting).max().unwrap_or_default().max(begin), later);
        if stages.last().is_some_and(|(_, last)| !last.is_pending()) {
            if stages.len() == 1 {
                // It has run, although no status shows it.
                stages.insert(0, (begin, LoadStatus::InProgress));
            }
            return ended_by(stages, had_ended);
        }
        let is_unseen = stages.is_empty();
        if is_unseen
            && (had_ended.is_some() || self.cancelled.is_some() || later.iter().any(|(_, history)| !history.seen.is_empty()))
        {
            stages.push((begin, LoadStatus::InProgress));
        }
        match had_ended {
            Some(end) if self.cancelled.is_none() => {
                remarks.add(format!("{id}: how it ended; here it completes before the next load runs"));
                stages.push((end.max(begin + Duration::from_millis(1)), LoadStatus::Completed));
            }
            None if is_unseen && stages.is_empty() => {
                remarks.add(format!("{id}: its lifecycle, because no status was read; here it runs 5s and completes"));
            }
            _ => {}
        }
        stages
    }

    /// When it is known to have had its turn, and how many of the loads that had ended by then it adds: itself, if no status shows it running.
    fn ran_at(&self) -> Option<(Duration, u32)> {
        let has_run = |status: &str| {
            let status = LoadStatus::from(status);
            !status.is_unexecuted() && !matches!(status, LoadStatus::InQueue | LoadStatus::CancelledByUser)
        };
        let is_over = |status: &str| u32::from(!LoadStatus::from(status).is_pending());
        let seen = self.own().find(|(_, seen)| has_run(seen.status)).map(|(at, seen)| (*at, is_over(seen.status)));
        // One that would not have waited began at once.
        let waits = |parameters: &Map<String, Value>| {
            let queue = parameters.get("queueRequest").map(|value| value.to_string().to_ascii_lowercase());
            queue.is_some_and(|queue| queue.trim_matches('"') == "true")
        };
        let started = self.start.as_ref().filter(|(_, parameters)| !waits(parameters)).map(|(at, _)| (*at, 0));
        seen.into_iter().chain(started).min()
    }
}

/// A moment at which a load can have ended that had not at this one: later ones were seen to run, and those between have run, too.
fn latest_end(pending: Duration, later: &[(&String, &LoadHistory<'_>)]) -> Option<Duration> {
    let end = |(loads, (_, history)): (u32, &(&String, &LoadHistory<'_>))| {
        let (ran_at, more) = history.ran_at()?;
        Some(pending + ran_at.saturating_sub(pending) / (loads + more))
    };
    (1..).zip(later).filter_map(end).min().map(|end| Duration::from_millis(u64::try_from(end.as_millis()).unwrap_or(u64::MAX)))
}

/// A load had ended at this moment, even if it was seen only later.
fn ended_by(mut stages: Vec<(Duration, LoadStatus)>, had_ended: Option<Duration>) -> Vec<(Duration, LoadStatus)> {
    let before_end = stages.len().checked_sub(2).map(|nth| stages[nth].0);
    if let (Some((end, _)), Some(had_ended)) = (stages.last_mut(), had_ended)
        && before_end.is_none_or(|before| before < had_ended)
    {
        *end = (*end).min(had_ended);
    }
    stages
}
