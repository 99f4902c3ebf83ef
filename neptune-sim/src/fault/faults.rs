//! The faults of a cluster: which of them strikes a request, and what came of each.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::http::HeaderMap;
use neptune_control::{Fault, FaultOperation, FaultReport, TlsTrouble};
use neptune_engine::SimTime;
use neptune_wire::LoadId;

use super::calls::{Calls, invocation_id};
use super::name::free_name;
use super::{Effect, FAULT_LIMIT, FaultError, Hit, PortTrouble, Rule, rules};

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
    calls: Calls,
    matched: u64,
    struck: u64,
    first_at: Option<SimTime>,
    last_at: Option<SimTime>,
    last_request: Option<u64>,
    /// Of a fault of the port: whether it is on.
    is_on: bool,
    /// Of a restart: whether it has happened.
    has_restarted: bool,
}

/// What the faults make of the port.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct PortFaults {
    pub(crate) refuses: bool,
    pub(crate) is_unreachable: bool,
    pub(crate) tls: Option<TlsTrouble>,
}

impl Faults {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, ..Self::default() }
    }

    /// Puts a fault in, behind those that are there. A name that is taken gets a number.
    ///
    /// # Errors
    /// [`FaultError`] if it is impossible, or there are too many.
    pub(crate) fn put_in(&mut self, fault: &Fault, since: SimTime) -> Result<Vec<FaultReport>, FaultError> {
        let rules = rules(fault, since)?;
        let before = self.entries.len();
        if before + rules.len() > FAULT_LIMIT {
            return Err(FaultError::too_many(FAULT_LIMIT));
        }
        for rule in rules {
            let is_taken = |name: &str| self.entries.iter().any(|entry| entry.rule.name == name);
            let rule = Rule { name: free_name(rule.name, is_taken), ..rule };
            self.entries.push(Entry { rule, nth: self.count, tally: Tally::default() });
            self.count += 1;
        }
        Ok(self.entries[before..].iter().map(Entry::report).collect())
    }

    /// Takes the faults of a name away, the parts of a sequence among them. Tells how many those were.
    pub(crate) fn remove(&mut self, name: &str) -> usize {
        let before = self.entries.len();
        let is_part =
            |entry: &Entry| entry.rule.name.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        self.entries.retain(|entry| !is_part(entry));
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
        let attempt = self.calls.count(invocation.as_deref()).attempt;
        let mut struck = None;
        for entry in &mut self.entries {
            let is_meant = entry.is_meant(request, invocation.as_deref(), attempt, now);
            if is_meant && struck.is_none() {
                struck = entry.strike(request.number, now, self.seed);
            }
        }
        struck
    }

    /// What the faults make of the port now. A fault that begins counts as a strike.
    pub(crate) fn port(&mut self, now: SimTime) -> PortFaults {
        let mut port = PortFaults::default();
        for entry in &mut self.entries {
            let Effect::Port(trouble) = entry.rule.effect else { continue };
            let was_on = std::mem::replace(&mut entry.tally.is_on, entry.rule.is_due(now));
            if !entry.tally.is_on {
                continue;
            }
            // A restart counts when it happens, which is when somebody looks at the loader.
            if !was_on && trouble != PortTrouble::Restart {
                entry.tally.note_port(now);
            }
            match trouble {
                PortTrouble::Refuse | PortTrouble::Restart => port.refuses = true,
                PortTrouble::Unreachable => port.is_unreachable = true,
                PortTrouble::Tls(trouble) => port.tls = port.tls.or(Some(trouble)),
            }
        }
        port
    }

    /// The next moment at which the port may change.
    pub(crate) fn next_port_change(&self, now: SimTime) -> Option<SimTime> {
        let of_port = self.entries.iter().filter(|entry| matches!(entry.rule.effect, Effect::Port(_)));
        let moments = of_port.flat_map(|entry| [Some(entry.rule.from), entry.rule.until]);
        moments.flatten().filter(|moment| *moment > now).min()
    }

    /// The moments up to now at which the instance restarts, each told once.
    pub(crate) fn take_restarts(&mut self, now: SimTime) -> Vec<SimTime> {
        let is_due = |entry: &&mut Entry| {
            matches!(entry.rule.effect, Effect::Port(PortTrouble::Restart))
                && !entry.tally.has_restarted
                && entry.rule.from <= now
        };
        let mut moments = Vec::new();
        for entry in self.entries.iter_mut().filter(is_due) {
            entry.tally.has_restarted = true;
            entry.tally.note_port(entry.rule.from);
            moments.push(entry.rule.from);
        }
        moments.sort_unstable();
        moments
    }

    /// What to tell whoever ran the cluster: the faults that never struck although they should have.
    pub(crate) fn idle_text(&self) -> String {
        let mut text = String::new();
        for entry in self.entries.iter().filter(|entry| entry.tally.struck == 0 && !entry.rule.fault.optional) {
            let _ = writeln!(text, "the fault `{}` never struck; {}", entry.rule.name, entry.tally.told_matches());
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
    fn is_meant(&mut self, request: &Facts<'_>, invocation: Option<&str>, attempt: u64, now: SimTime) -> bool {
        let rule = &self.rule;
        if !rule.is_due(now) || !rule.fits(request, invocation) {
            return false;
        }
        self.tally.seen += 1;
        let call = self.tally.calls.count(invocation).number;
        rule.on.request.has(self.tally.seen) && rule.on.call.has(call) && rule.on.attempt.has(attempt)
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
        Some(Hit { name: rule.name.clone(), fault: Arc::clone(&rule.fault), strike: strike.clone() })
    }

    fn report(&self) -> FaultReport {
        let seconds = |moment: SimTime| moment.since_start().as_secs_f64();
        FaultReport {
            name: self.rule.name.clone(),
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

    /// The port was struck.
    fn note_port(&mut self, now: SimTime) {
        self.matched += 1;
        self.note(now);
    }

    fn note(&mut self, now: SimTime) {
        self.struck += 1;
        self.first_at.get_or_insert(now);
        self.last_at = Some(now);
    }

    fn told_matches(&self) -> String {
        match (self.seen, self.matched) {
            (0, _) => "no request fitted it".to_owned(),
            (seen, 0) => format!("{seen} fitted it but for their number"),
            (_, matched) => format!("it was for {matched} and let all of them pass"),
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
