//! The faults of a cluster: which of them strikes a request, and what came of each.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::http::HeaderMap;
use neptune_control::{Fault, FaultOperation, FaultReport, TlsTrouble};
use neptune_loader::{LoadId, SimTime};

use super::calls::{Call, Calls, Numbering, invocation_id};
use super::name::{Name, free_name};
use super::{Effect, FAULT_LIMIT, FaultError, Hit, PortTrouble, Rule, Span, rules};

/// What a fault looks at of a request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Facts<'a> {
    pub(crate) number: u64,
    pub(crate) operation: Option<FaultOperation>,
    pub(crate) load: Option<&'a LoadId>,
    pub(crate) headers: &'a HeaderMap,
}

/// The faults in place, in the order in which they came.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    seed: u64,
    /// How many there ever were: each has its own stream of chances.
    count: u64,
    entries: Vec<Entry>,
    calls: Calls,
    /// How often one of the port began.
    interruptions: u64,
}

/// A fault and what came of it.
#[derive(Debug)]
struct Entry {
    rule: Rule,
    /// Which of all faults ever.
    nth: u64,
    tally: Tally,
}

/// What came of a fault so far.
#[derive(Debug, Default)]
struct Tally {
    /// Requests that fit but for their number.
    seen: u64,
    /// Of those that choose by call.
    numbering: Numbering,
    matched: u64,
    struck: u64,
    first_at: Option<SimTime>,
    last_at: Option<SimTime>,
    last_request: Option<u64>,
}

/// What was put in.
#[derive(Debug)]
pub(crate) struct Added {
    pub(crate) reports: Vec<FaultReport>,
    /// Whether the engine is to restart now.
    pub(crate) restarts: bool,
}

/// What the faults make of the port.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct PortFaults {
    pub(crate) refuses: bool,
    pub(crate) is_unreachable: bool,
    pub(crate) tls: Option<TlsTrouble>,
}

impl PortFaults {
    /// Whether requests come through.
    pub(crate) fn lets_requests_in(self) -> bool {
        self == Self::default()
    }
}

impl Faults {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, ..Self::default() }
    }

    /// Puts a fault in, behind those that are there. A name that is taken gets a number. What of it is due at that moment has happened,
    /// but for the restart of an engine: [`Added::restarts`] tells whether that is due.
    ///
    /// # Errors
    /// [`FaultError`] if it is impossible, or there are too many.
    pub(crate) fn put_in(&mut self, fault: &Fault, now: SimTime) -> Result<Added, FaultError> {
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
            restarts: added.iter().any(|entry| entry.restarts() && entry.begins_at(now)),
            reports: self.entries[before..].iter().map(Entry::report).collect(),
        })
    }

    /// Takes the fault of a name away, all parts of a sequence for the sequence's. Tells how many those were.
    pub(crate) fn remove(&mut self, name: &str) -> usize {
        let before = self.entries.len();
        self.entries.retain(|entry| entry.rule.name.base != name && entry.rule.name.to_string() != name);
        before - self.entries.len()
    }

    /// Takes all away, and tells how many those were.
    pub(crate) fn clear(&mut self) -> usize {
        let count = self.entries.len();
        self.entries.clear();
        count
    }

    pub(crate) fn reports(&self) -> Vec<FaultReport> {
        self.entries.iter().map(Entry::report).collect()
    }

    /// What strikes a request, if anything does. Every fault numbers the requests that fit it; of those that would strike, the first
    /// does, and to those behind it the request is as good as passed.
    pub(crate) fn strike(&mut self, request: &Facts<'_>, now: SimTime) -> Option<Hit> {
        if self.entries.is_empty() {
            return None;
        }
        let invocation = invocation_id(request.headers);
        let call = self.calls.count(invocation.as_deref());
        let mut struck = None;
        for entry in &mut self.entries {
            entry.tally.numbering.make_room(call);
            let is_meant = entry.is_meant(request, invocation.as_deref(), call, now);
            if is_meant && struck.is_none() {
                struck = entry.strike(request.number, now, self.seed);
            }
        }
        struck
    }

    /// What the faults make of the port at a moment.
    pub(crate) fn port(&self, now: SimTime) -> PortFaults {
        let mut port = PortFaults::default();
        for entry in self.entries.iter().filter(|entry| entry.rule.is_due(now)) {
            let Effect::Port(trouble) = entry.rule.effect else { continue };
            match trouble {
                PortTrouble::Refuse | PortTrouble::Restart => port.refuses = true,
                PortTrouble::Unreachable => port.is_unreachable = true,
                PortTrouble::Tls(trouble) => port.tls = port.tls.or(Some(trouble)),
            }
        }
        port
    }

    /// How often a fault of the port has begun. Connections that stood before it are closed, even if it is over by now.
    pub(crate) fn interruptions(&self) -> u64 {
        self.interruptions
    }

    /// The next moment at which the port may change.
    pub(crate) fn next_port_change(&self, now: SimTime) -> Option<SimTime> {
        let of_port = self.entries.iter().filter(|entry| matches!(entry.rule.effect, Effect::Port(_)));
        let moments = of_port.flat_map(|entry| [Some(entry.rule.from), entry.rule.until]);
        moments.flatten().filter(|moment| *moment > now).min()
    }

    /// The next moment at which the engine restarts.
    pub(crate) fn next_restart(&self, now: SimTime) -> Option<SimTime> {
        self.entries.iter().filter(|entry| entry.restarts()).map(|entry| entry.rule.from).filter(|from| *from > now).min()
    }

    /// Time has passed: faults of the port that have begun meanwhile have struck when they did.
    pub(crate) fn pass(&mut self, before: SimTime, now: SimTime) {
        for entry in self.entries.iter_mut().filter(|entry| entry.rule.from > before && entry.rule.from <= now) {
            entry.begin(entry.rule.from, &mut self.interruptions);
        }
    }

    /// The cluster is at another time all of a sudden, perhaps an earlier one: faults of the port that hold there, and did not before,
    /// strike. What is due later will happen, even if it has happened once.
    pub(crate) fn jump(&mut self, before: SimTime, now: SimTime) {
        for entry in self.entries.iter_mut().filter(|entry| entry.rule.is_due(now) && !entry.rule.is_due(before)) {
            entry.begin(now, &mut self.interruptions);
        }
    }

    /// What to tell whoever ran the cluster: the faults that never fired although they should have.
    pub(crate) fn idle_text(&self) -> String {
        let mut text = String::new();
        for entry in self.entries.iter().filter(|entry| entry.tally.struck == 0 && !entry.rule.fault.optional) {
            let _ = writeln!(text, "the fault `{}` never fired: {}", entry.rule.name, entry.tally.told_matches());
        }
        text
    }
}

impl Rule {
    /// Whether its time has come and is not over.
    fn is_due(&self, now: SimTime) -> bool {
        now >= self.from && self.until.is_none_or(|until| now < until)
    }

    /// Whether a request is one of those that it counts.
    fn fits(&self, request: &Facts<'_>, invocation: Option<&str>) -> bool {
        let on = &self.on;
        let Effect::Request(strike) = &self.effect else { return false };
        strike.action.concerns(request.operation)
            && on.operation.is_none_or(|operation| request.operation == Some(operation))
            && on.load.as_ref().is_none_or(|load| request.load == Some(load))
            && on.invocation.as_ref().is_none_or(|id| invocation == Some(id))
    }

    /// Whether its luck has it strike the n-th request that it is for.
    fn is_lucky(&self, seed: u64, nth_rule: u64, nth: u64) -> bool {
        self.chance >= 1.0 || unit(seed, nth_rule, nth) < self.chance
    }
}

impl Entry {
    /// Numbers a request that fits, and tells whether its number is one that the rule is for.
    fn is_meant(&mut self, request: &Facts<'_>, invocation: Option<&str>, call: Call, now: SimTime) -> bool {
        let rule = &self.rule;
        if !rule.is_due(now) || !rule.fits(request, invocation) {
            return false;
        }
        self.tally.seen += 1;
        // Numbers take memory: only those that are asked for are kept.
        let is_call_meant = rule.on.call == Span::default() || rule.on.call.has(self.tally.numbering.number(call));
        rule.on.request.has(self.tally.seen) && is_call_meant && rule.on.attempt.has(call.attempt)
    }

    /// What it does to a request that it is for, if it is the request's turn.
    fn strike(&mut self, request: u64, now: SimTime, seed: u64) -> Option<Hit> {
        let Self { rule, nth: nth_rule, tally } = self;
        let Effect::Request(strike) = &rule.effect else { return None };
        let nth = tally.matched;
        tally.matched += 1;
        let is_over = tally.first_at.zip(rule.lasts).is_some_and(|(first, lasts)| now >= first.plus(lasts));
        if is_over || !rule.turns.strikes(nth) || !rule.is_lucky(seed, *nth_rule, nth) {
            return None;
        }
        tally.note_request(now, request);
        Some(Hit { name: rule.name.to_string(), fault: Arc::clone(&rule.fault), strike: strike.clone() })
    }

    fn begins_at(&self, now: SimTime) -> bool {
        self.rule.from == now
    }

    /// Whether it restarts the engine.
    fn restarts(&self) -> bool {
        matches!(self.rule.effect, Effect::Port(PortTrouble::Restart))
    }

    /// Its time has come. Whom one of the port strikes, nobody knows; that it begins counts as a strike.
    fn begin(&mut self, at: SimTime, interruptions: &mut u64) {
        if matches!(self.rule.effect, Effect::Port(_)) {
            self.tally.matched += 1;
            self.tally.note(at);
            *interruptions += 1;
        }
    }

    fn report(&self) -> FaultReport {
        let seconds = |moment: SimTime| moment.since_start().as_secs_f64();
        FaultReport {
            name: self.rule.name.to_string(),
            fault: (*self.rule.fault).clone(),
            since: seconds(self.rule.since),
            matched: self.tally.matched,
            struck: self.tally.struck,
            last_at: self.tally.last_at.map(seconds),
            last_request: self.tally.last_request,
        }
    }
}

impl Tally {
    /// A request was struck.
    fn note_request(&mut self, now: SimTime, request: u64) {
        self.note(now);
        self.last_request = Some(request);
    }

    fn note(&mut self, now: SimTime) {
        self.struck += 1;
        self.first_at.get_or_insert(now);
        self.last_at = Some(now);
    }

    fn told_matches(&self) -> String {
        match (self.seen, self.matched) {
            (0, _) => "no request matched it".to_owned(),
            (seen, 0) => format!("{seen} requests matched it but for their number"),
            (_, matched) => format!("it matched {matched} requests and let all of them pass"),
        }
    }
}

/// A number from 0 up to 1, always the same for the same three.
fn unit(seed: u64, nth_rule: u64, nth: u64) -> f64 {
    let text = format!("{seed}/{nth_rule}/{nth}");
    let digest = ring::digest::digest(&ring::digest::SHA256, text.as_bytes());
    let bits = digest.as_ref()[..4].iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
    f64::from(bits) / (f64::from(u32::MAX) + 1.0)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// How much memory the process has, in bytes; 0 where the system does not tell.
    fn resident() -> u64 {
        let Ok(status) = std::fs::read_to_string("/proc/self/status") else { return 0 };
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
    }

    #[test]
    fn calls_that_clients_make_up_take_little_memory_whatever_number_of_faults_counts_them() {
        const CLUSTERS: u64 = 8;
        // As SECURITY.md says.
        const BOUND: usize = 3 * 1024 * 1024;
        let fault: Fault = serde_json::from_value(json!({"on": {"call": 99_999}, "does": "reset"})).unwrap();
        let before = resident();
        let mut clusters: Vec<Faults> = (0..CLUSTERS).map(Faults::new).collect();
        for faults in &mut clusters {
            for _ in 0..FAULT_LIMIT {
                faults.put_in(&fault, SimTime::START).unwrap();
            }
            for call in 0..1500 {
                let mut headers = HeaderMap::new();
                headers.insert("amz-sdk-invocation-id", format!("{call:0128}").parse().unwrap());
                let facts = Facts { number: call, operation: None, load: None, headers: &headers };
                assert!(faults.strike(&facts, SimTime::START).is_none());
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
