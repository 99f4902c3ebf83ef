//! The faults of a cluster: which of them fires for a request, and how often each has fired.

use std::collections::{BTreeSet, VecDeque};
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderMap;
use neptune_text::count;

use crate::calls::{Call, Calls, Numbering, invocation_id};
use crate::check::rules;
use crate::effect::{Effect, PortFaults};
use crate::error::FaultError;
use crate::fault::{FAULT_LIMIT, Fault, FaultClock, FaultOperation};
use crate::name::{Name, free_name, is_name, one_name, word};
use crate::report::{FaultReport, PastFault};
use crate::rule::{Rule, Span};

/// The facts about a request by which faults select it.
#[derive(Clone, Copy, Debug)]
pub struct RequestFacts<'a> {
    /// Of the request, in the cluster's log.
    pub number: u64,
    /// What it asks for; `None` if that is nothing that a fault can choose.
    pub operation: Option<FaultOperation>,
    /// The id of the load that it names.
    pub load: Option<&'a str>,
    /// Its headers.
    pub headers: &'a HeaderMap,
}

/// A fault that fires at a request.
#[derive(Clone, Debug)]
pub struct Fired {
    /// What log and reports call it.
    pub name: String,
    /// As it was added.
    pub fault: Arc<Fault>,
    /// How long the client waits before it happens.
    pub after: Duration,
    /// Whose time `after` takes, and the second half of a slow body.
    pub clock: FaultClock,
    /// What happens. It is none of the port's.
    pub effect: Effect,
}

/// The faults of a cluster, in the order in which they were added; at most [`FAULT_LIMIT`]. Moments are durations since the
/// cluster began.
#[derive(Debug, Default)]
pub struct Faults {
    seed: u64,
    /// How many there ever were: each has its own stream of chances.
    count: u64,
    entries: Vec<Entry>,
    /// The newest ones that were removed, the oldest first.
    past: VecDeque<Removed>,
    calls: Calls,
    /// How often one of the port began.
    interruptions: u64,
}

/// A fault that is for a longer id, in bytes, is not remembered when it is removed: ids of loads are shorter, and a client must not choose how much
/// memory that takes.
const LONGEST_ID: usize = 256;

/// How many bytes of JSON a fault may have whose definition is remembered when it is removed.
const LONGEST_DEFINITION: usize = 2048;

/// A fault that is in place or was removed, with moments since the cluster began.
#[derive(Clone, Debug)]
pub struct Placed {
    /// Its name. One that was removed may share it with others.
    pub name: String,
    /// What it is, with times that count from when it was added, and a name that no other has; `None` if it was removed and is too long to be
    /// remembered.
    pub fault: Option<Fault>,
    /// When it began or begins.
    pub from: Duration,
    /// When it was or will be over; `None` if it lasts for ever.
    pub until: Option<Duration>,
    /// Whether it was removed.
    pub is_removed: bool,
}

/// What is remembered of a fault that was removed.
#[derive(Debug)]
struct Removed {
    nth: u64,
    past: PastFault,
    placed: Placed,
}

/// A fault and how often it fired.
#[derive(Debug)]
struct Entry {
    rule: Rule,
    /// Which of all faults ever.
    nth: u64,
    tally: Tally,
}

/// How often a fault was for a request, and how often it fired.
#[derive(Debug, Default)]
struct Tally {
    /// Requests that fit but for their number.
    seen: u64,
    /// Of those that choose by call.
    numbering: Numbering,
    matched: u64,
    fired: u64,
    first_at: Option<Duration>,
    last_at: Option<Duration>,
    last_request: Option<u64>,
}

/// The result of adding a fault.
#[derive(Debug)]
pub struct Added {
    /// One report for each part of the fault.
    pub reports: Vec<FaultReport>,
    /// Whether the engine is to restart now.
    pub restarts: bool,
}

impl Faults {
    /// No faults yet. The seed decides where faults with a chance fire.
    pub fn new(seed: u64) -> Self {
        Self { seed, ..Self::default() }
    }

    /// Adds a fault behind those that are there; a ready-made one may have several parts. A name that is taken gets a number. What of it
    /// is due at that moment has happened when this returns, except the restart of an engine: [`Added::restarts`] says whether that is due.
    ///
    /// # Errors
    /// [`FaultError`] if it is impossible, or there are too many.
    pub fn add(&mut self, fault: &Fault, now: Duration) -> Result<Added, FaultError> {
        let rules = rules(fault, now)?;
        let before = self.entries.len();
        if before + rules.len() > FAULT_LIMIT {
            return Err(FaultError::too_many(FAULT_LIMIT));
        }
        let base = rules.first().map(|rule| rule.name.base.clone()).unwrap_or_default();
        let base = free_name(base, |base| self.entries.iter().any(|entry| entry.rule.name.base == base));
        for rule in rules {
            let rule = Rule { name: Name { base: base.clone(), ..rule.name }, ..rule };
            self.entries.push(Entry { rule, nth: self.count, tally: Tally::default() });
            self.count += 1;
        }
        let (added, interruptions) = (&mut self.entries[before..], &mut self.interruptions);
        for entry in added.iter_mut().filter(|entry| entry.begins_at(now)) {
            entry.begin(now, interruptions);
        }
        Ok(Added {
            restarts: added.iter().any(|entry| entry.rule.restarts() && entry.begins_at(now)),
            reports: self.entries[before..].iter().map(Entry::report).collect(),
        })
    }

    /// Removes the fault of a name, or all parts of the sequence of that name, and returns how many those were.
    pub fn remove(&mut self, name: &str, now: Duration) -> usize {
        self.remove_those(now, |entry| entry.rule.name.base == name || entry.rule.name.to_string() == name)
    }

    /// Removes all, and returns how many those were.
    pub fn clear(&mut self, now: Duration) -> usize {
        self.remove_those(now, |_| true)
    }

    fn remove_those(&mut self, now: Duration, is_removed: impl Fn(&Entry) -> bool) -> usize {
        let removed: Vec<Entry> = self.entries.extract_if(.., |entry| is_removed(entry)).collect();
        self.past.extend(removed.iter().filter_map(|entry| entry.removed(now)));
        self.past.drain(..self.past.len().saturating_sub(FAULT_LIMIT));
        removed.len()
    }

    /// The newest [`FAULT_LIMIT`] that were removed, the oldest first. One that had not begun is not among them, nor is one that took no time and never fired.
    pub fn past(&self) -> impl Iterator<Item = &PastFault> {
        self.past.iter().map(|removed| &removed.past)
    }

    /// Those in place and those of [`Faults::past`], in the order in which they were added.
    pub fn placed(&self) -> Vec<Placed> {
        let past = self.past.iter().map(|removed| (removed.nth, removed.placed.clone()));
        let present = self.entries.iter().map(|entry| (entry.nth, entry.placed()));
        let mut all: Vec<(u64, Placed)> = past.chain(present).collect();
        all.sort_by_key(|(nth, _)| *nth);
        let mut taken: BTreeSet<String> = self.entries.iter().map(|entry| one_name(&entry.rule.name.to_string())).collect();
        for (_, placed) in &mut all {
            placed.take_name(&mut taken);
        }
        all.into_iter().map(|(_, placed)| placed).collect()
    }

    /// Whether one of those in place or of [`Faults::past`] restarts the engine at a moment.
    pub fn restarts_at(&self, moment: Duration) -> bool {
        let present = self.entries.iter().map(|entry| (entry.rule.from, &entry.rule.effect));
        let past =
            self.past.iter().filter_map(|Removed { placed, .. }| Some((placed.from, placed.fault.as_ref()?.does.as_ref()?)));
        present.chain(past).any(|(from, does)| from == moment && *does == Effect::Restart)
    }

    /// How often each of them was for a request, and how often it fired.
    pub fn reports(&self) -> Vec<FaultReport> {
        self.entries.iter().map(Entry::report).collect()
    }

    /// The reports of those whose time it is.
    pub fn reports_of_due(&self, now: Duration) -> impl Iterator<Item = FaultReport> {
        self.entries.iter().filter(move |entry| entry.rule.is_due(now)).map(Entry::report)
    }

    /// The fault that fires at a request, if one does. Every fault numbers the requests that fit it; of those that would fire, the first
    /// does, and those behind it count the request as passed.
    pub fn fire(&mut self, request: &RequestFacts<'_>, now: Duration) -> Option<Fired> {
        if self.entries.is_empty() {
            return None;
        }
        let invocation = invocation_id(request.headers);
        let call = self.calls.count(invocation.as_deref());
        let mut fired = None;
        for entry in &mut self.entries {
            entry.tally.numbering.make_room(call);
            let is_meant = entry.is_meant(request, invocation.as_deref(), call, now);
            if is_meant && fired.is_none() {
                fired = entry.fire(request.number, now, self.seed);
            }
        }
        fired
    }

    /// What the faults make of the port at a moment.
    pub fn port(&self, now: Duration) -> PortFaults {
        let due = self.entries.iter().filter(|entry| entry.rule.is_due(now));
        due.filter_map(|entry| entry.rule.effect.port()).fold(PortFaults::default(), PortFaults::and)
    }

    /// How often a fault of the port has begun. Connections that stood before it are closed, even if it is over by now.
    pub fn interruptions(&self) -> u64 {
        self.interruptions
    }

    /// The next moment at which the port may change.
    pub fn next_port_change(&self, now: Duration) -> Option<Duration> {
        let of_port = self.entries.iter().filter(|entry| entry.rule.is_of_port());
        let moments = of_port.flat_map(|entry| [Some(entry.rule.from), entry.rule.until]);
        moments.flatten().filter(|moment| *moment > now).min()
    }

    /// The next moment at which the engine restarts.
    pub fn next_restart(&self, now: Duration) -> Option<Duration> {
        self.entries.iter().filter(|entry| entry.rule.restarts()).map(|entry| entry.rule.from).filter(|from| *from > now).min()
    }

    /// Time has passed: faults of the port that have begun meanwhile have fired at the moment at which they began. Returns whether there are
    /// any.
    pub fn pass(&mut self, before: Duration, now: Duration) -> bool {
        let mut has_fired = false;
        for entry in self.entries.iter_mut().filter(|entry| entry.rule.from > before && entry.rule.from <= now) {
            entry.begin(entry.rule.from, &mut self.interruptions);
            has_fired = true;
        }
        has_fired
    }

    /// The cluster has jumped to another time, perhaps an earlier one: faults of the port that hold there, and did not before,
    /// fire. What is due later will happen, even if it has happened once. Those that were removed are forgotten.
    pub fn jump(&mut self, before: Duration, now: Duration) {
        self.past.clear();
        for entry in self.entries.iter_mut().filter(|entry| entry.rule.is_due(now) && !entry.rule.is_due(before)) {
            entry.begin(now, &mut self.interruptions);
        }
    }

    /// A line for each fault that never fired although it should have.
    pub fn idle_text(&self) -> String {
        let mut text = String::new();
        for entry in self.entries.iter().filter(|entry| entry.tally.fired == 0 && !entry.rule.fault.optional) {
            let _ = writeln!(text, "the fault `{}` never fired: {}", entry.rule.name, entry.idle_reason());
        }
        text
    }
}

impl Entry {
    /// Numbers a request that fits, and returns whether the rule fires for that number.
    fn is_meant(&mut self, request: &RequestFacts<'_>, invocation: Option<&str>, call: Call, now: Duration) -> bool {
        let rule = &self.rule;
        if !rule.is_due(now) || !fits(rule, request, invocation) {
            return false;
        }
        self.tally.seen += 1;
        // Numbers take memory: only those that are asked for are kept.
        let is_call_meant = rule.on.call == Span::default() || rule.on.call.has(self.tally.numbering.number(call));
        rule.on.request.has(self.tally.seen) && is_call_meant && rule.on.attempt.has(call.attempt)
    }

    /// Fires at a request that it is for, if it is the request's turn.
    fn fire(&mut self, request: u64, now: Duration, seed: u64) -> Option<Fired> {
        let Self { rule, nth: nth_rule, tally } = self;
        let nth = tally.matched;
        tally.matched += 1;
        let is_over = tally.first_at.zip(rule.lasts).is_some_and(|(first, lasts)| now >= first.saturating_add(lasts));
        if is_over || !rule.turns.fire(nth) || !rule.is_lucky(seed, *nth_rule, nth) {
            return None;
        }
        tally.note_request(now, request);
        Some(Fired {
            name: rule.name.to_string(),
            fault: Arc::clone(&rule.fault),
            after: rule.after,
            clock: rule.fault.clock.unwrap_or_default(),
            effect: rule.effect.clone(),
        })
    }

    /// Why it never fired.
    fn idle_reason(&self) -> String {
        match (self.tally.seen, self.tally.matched) {
            (0, _) if self.rule.is_of_port() => "its time did not come".to_owned(),
            (0, _) => "no request matched it".to_owned(),
            (seen, 0) => format!("{} matched it but for their number", count(seen, "request")),
            (_, matched) => format!("it matched {} and let all of them pass", count(matched, "request")),
        }
    }

    fn begins_at(&self, now: Duration) -> bool {
        self.rule.from == now
    }

    /// Its time has come. It is not known which clients a fault of the port affects, so its begin counts as having fired.
    fn begin(&mut self, at: Duration, interruptions: &mut u64) {
        if self.rule.is_of_port() {
            self.tally.matched += 1;
            self.tally.note(at);
            *interruptions += 1;
        }
    }

    /// What is kept of it when it is removed.
    fn removed(&self, now: Duration) -> Option<Removed> {
        let Self { rule, tally, nth } = self;
        let until = rule.until.map_or(now, |until| until.min(now));
        let has_happened = rule.from < until || (rule.from <= now && tally.fired > 0);
        let is_short = rule.on.load.as_ref().is_none_or(|id| id.len() <= LONGEST_ID);
        (has_happened && is_short).then(|| Removed {
            nth: *nth,
            past: PastFault {
                name: rule.name.to_string(),
                load: rule.on.load.clone(),
                from: rule.from.as_secs_f64(),
                until: until.as_secs_f64(),
                fired: tally.fired,
            },
            placed: Placed {
                fault: is_rememberable(&rule.fault).then(|| (*rule.fault).clone()),
                until: Some(until),
                is_removed: true,
                ..self.placed()
            },
        })
    }

    fn placed(&self) -> Placed {
        let Rule { name, fault, from, until, .. } = &self.rule;
        Placed { name: name.to_string(), fault: Some((**fault).clone()), from: *from, until: *until, is_removed: false }
    }

    fn report(&self) -> FaultReport {
        FaultReport {
            name: self.rule.name.to_string(),
            fault: (*self.rule.fault).clone(),
            since: self.rule.since.as_secs_f64(),
            matched: self.tally.matched,
            fired: self.tally.fired,
            last_at: self.tally.last_at.map(|at| at.as_secs_f64()),
            last_request: self.tally.last_request,
        }
    }
}

impl Placed {
    /// Names the fault as it is called; one that was removed by a name that none of these has, which it takes.
    fn take_name(&mut self, taken: &mut BTreeSet<String>) {
        let mut name = one_name(&self.name);
        if self.is_removed {
            name = free_name(name, |name| taken.contains(name));
            taken.insert(name.clone());
        }
        if let Some(fault) = &mut self.fault {
            let is_usual = fault.does.as_ref().is_some_and(|does| word(does) == name);
            // Of a name that is as long as names may be, a number makes one that is too long.
            fault.name = if is_usual || !is_name(&name) { fault.name.take() } else { Some(name) };
        }
    }
}

impl Tally {
    /// It fired at a request.
    fn note_request(&mut self, now: Duration, request: u64) {
        self.note(now);
        self.last_request = Some(request);
    }

    fn note(&mut self, now: Duration) {
        self.fired += 1;
        self.first_at.get_or_insert(now);
        self.last_at = Some(now);
    }
}

/// Whether the definition of a fault is short enough to be remembered when it is removed.
fn is_rememberable(fault: &Fault) -> bool {
    serde_json::to_string(fault).is_ok_and(|json| json.len() <= LONGEST_DEFINITION)
}

/// Whether a request is one of those that a rule counts.
fn fits(rule: &Rule, request: &RequestFacts<'_>, invocation: Option<&str>) -> bool {
    let on = &rule.on;
    rule.concerns(request.operation)
        && on.operation.is_none_or(|operation| request.operation == Some(operation))
        && on.load.as_deref().is_none_or(|load| request.load == Some(load))
        && on.invocation.as_deref().is_none_or(|id| invocation == Some(id))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// How much memory the process has, in bytes; 0 if the system does not say.
    fn resident() -> u64 {
        let Ok(status) = std::fs::read_to_string("/proc/self/status") else { return 0 };
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
    }

    fn parsed(fault: serde_json::Value) -> Fault {
        serde_json::from_value(fault).unwrap()
    }

    #[test]
    fn the_newest_that_were_removed_are_remembered() {
        let (mut faults, blip) = (Faults::new(0), parsed(json!({"name": "blip", "does": "refuse", "on": {}})));
        for n in 0..300 {
            faults.add(&blip, Duration::from_secs(2 * n)).unwrap();
            assert_eq!(faults.remove("blip", Duration::from_secs(2 * n + 1)), 1);
        }
        let past: Vec<&PastFault> = faults.past().collect();
        let oldest = PastFault { name: "blip".into(), load: None, from: 88.0, until: 89.0, fired: 1 };
        assert_eq!((past.len(), past[0]), (256, &oldest));
        faults.jump(Duration::from_mins(10), Duration::ZERO);
        assert_eq!(faults.past().count(), 0, "of another cluster");
    }

    #[test]
    fn one_that_was_removed_is_remembered_for_the_time_in_which_it_was_there() {
        let (mut faults, secs) = (Faults::new(0), Duration::from_secs);
        for (name, more) in [
            ("stays", json!({"does": "reset", "on": {"load": "a"}})),
            ("later", json!({"does": "reset", "from": "9s"})),
            ("short", json!({"does": "reset", "from": "1s", "until": "2s"})),
            ("long", json!({"does": "reset", "on": {"load": "x".repeat(257)}})),
        ] {
            let mut fault = more;
            fault["name"] = json!(name);
            faults.add(&parsed(fault), secs(10)).unwrap();
        }
        assert_eq!(faults.clear(secs(15)), 4);
        faults.add(&parsed(json!({"name": "no time", "does": "reset"})), secs(15)).unwrap();
        faults.clear(secs(15));
        let past = |name: &str, load: Option<&str>, from, until| PastFault {
            name: name.into(),
            load: load.map(str::to_owned),
            from,
            until,
            fired: 0,
        };
        let expected = [past("stays", Some("a"), 10.0, 15.0), past("short", None, 11.0, 12.0)];
        assert_eq!(faults.past().cloned().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn one_that_was_removed_stands_at_its_place_and_ends_when_it_was_removed() {
        let (mut faults, secs) = (Faults::new(0), Duration::from_secs);
        let long = json!({"code": "BadRequestException", "message": "x".repeat(2048)});
        for (name, does, now) in
            [("first", json!("reset"), 1), ("second", json!({"error": long}), 2), ("third", json!("refuse"), 3)]
        {
            faults.add(&parsed(json!({"name": name, "from": "1s", "until": "9s", "does": does})), secs(now)).unwrap();
        }
        faults.remove("second", secs(7));
        faults.remove("first", secs(8));
        let seen =
            |placed: &Placed| (placed.name.clone(), placed.from, placed.until, placed.fault.is_some(), placed.is_removed);
        let placed = |name: &str, from, until, is_known, is_removed| {
            (name.to_owned(), secs(from), Some(secs(until)), is_known, is_removed)
        };
        let expected =
            [placed("first", 2, 8, true, true), placed("second", 3, 7, false, true), placed("third", 4, 12, true, false)];
        assert_eq!(faults.placed().iter().map(seen).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn each_has_a_name_by_which_it_could_be_added_again() {
        let mut faults = Faults::new(0);
        let mut add = |fault| drop(faults.add(&parsed(fault), Duration::ZERO).unwrap());
        [json!({"does": "reset"}), json!({"does": "reset"}), json!({"use": "failover"})].into_iter().for_each(&mut add);
        faults.remove("reset", Duration::from_secs(1));
        faults.add(&parsed(json!({"does": "reset"})), Duration::from_secs(1)).unwrap();
        let seen: Vec<Option<String>> = faults.placed().into_iter().map(|placed| placed.fault.unwrap().name).collect();
        // The first was removed, and the last took its name.
        assert_eq!(seen[..3], ["reset 3", "reset 2", "failover reset"].map(|name| Some(name.to_owned())));
        assert_eq!(seen.last(), Some(&None));
    }

    #[test]
    fn calls_that_clients_make_up_take_little_memory_whatever_number_of_faults_counts_them() {
        const CLUSTERS: u64 = 8;
        // As SECURITY.md says.
        const BOUND: usize = 3 * 1024 * 1024;
        let fault = parsed(json!({"on": {"call": 99_999}, "does": "reset"}));
        let before = resident();
        let mut clusters: Vec<Faults> = (0..CLUSTERS).map(Faults::new).collect();
        for faults in &mut clusters {
            for _ in 0..FAULT_LIMIT {
                faults.add(&fault, Duration::ZERO).unwrap();
            }
            for call in 0..1500 {
                let mut headers = HeaderMap::new();
                headers.insert("amz-sdk-invocation-id", format!("{call:0128}").parse().unwrap());
                let facts = RequestFacts { number: call, operation: None, load: None, headers: &headers };
                assert!(faults.fire(&facts, Duration::ZERO).is_none());
            }
        }
        for faults in &clusters {
            let numbered = faults.entries.iter().map(|entry| entry.tally.numbering.bytes()).sum::<usize>();
            assert!(numbered >= FAULT_LIMIT * 8 * 1024, "each counts: {numbered} bytes");
            assert!(faults.calls.bytes() + numbered <= BOUND, "{} and {numbered} bytes", faults.calls.bytes());
        }
        // What the process has grown by: much of it is the other tests', which run at the same time.
        let grown = resident().saturating_sub(before) / CLUSTERS;
        assert!(grown < 8 * BOUND as u64, "{grown} bytes for each cluster");
    }
}
