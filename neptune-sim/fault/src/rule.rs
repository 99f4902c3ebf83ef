//! A fault of a running cluster: checked, with moments instead of durations.

use std::sync::Arc;
use std::time::Duration;

use crate::effect::{Effect, Reach};
use crate::fault::{Fault, FaultOperation};
use crate::name::Name;

/// A fault, or a part of a ready-made one, as it is in place. Moments are durations since the cluster began.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub(crate) name: Name,
    /// As it was added.
    pub(crate) fault: Arc<Fault>,
    /// When it was added.
    pub(crate) since: Duration,
    pub(crate) on: Selector,
    pub(crate) from: Duration,
    pub(crate) until: Option<Duration>,
    /// How long after it first fired.
    pub(crate) lasts: Option<Duration>,
    pub(crate) turns: Turns,
    /// Of all requests: 0 for none, 1 for each.
    pub(crate) chance: f64,
    /// How long the client waits before it fires.
    pub(crate) after: Duration,
    pub(crate) effect: Effect,
}

/// Which requests a rule is for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Selector {
    pub(crate) operation: Option<FaultOperation>,
    pub(crate) load: Option<String>,
    pub(crate) invocation: Option<String>,
    pub(crate) request: Span,
    pub(crate) call: Span,
    pub(crate) attempt: Span,
}

/// Numbers from one on, both ends included. The default has them all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) first: u64,
    pub(crate) last: u64,
}

impl Default for Span {
    fn default() -> Self {
        Self { first: 1, last: u64::MAX }
    }
}

impl Span {
    pub(crate) fn has(self, number: u64) -> bool {
        (self.first..=self.last).contains(&number)
    }
}

/// Fires the first number of times, then passes the second number of times, and so on. Neither number is zero.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Turns {
    pub(crate) fail: Option<u64>,
    pub(crate) pass: Option<u64>,
}

impl Turns {
    /// Whether the rule fires at the n-th request, from 0.
    pub(crate) fn fire(self, nth: u64) -> bool {
        match (self.fail, self.pass) {
            (None, _) => true,
            (Some(fail), None) => nth < fail,
            (Some(fail), Some(pass)) => nth % fail.saturating_add(pass) < fail,
        }
    }
}

impl Rule {
    /// Whether its time has come and is not over.
    pub(crate) fn is_due(&self, now: Duration) -> bool {
        now >= self.from && self.until.is_none_or(|until| now < until)
    }

    /// Whether it acts on the port.
    pub(crate) fn is_of_port(&self) -> bool {
        self.effect.port().is_some()
    }

    /// Whether it restarts the engine.
    pub(crate) fn restarts(&self) -> bool {
        matches!(self.effect, Effect::Restart)
    }

    /// Whether it acts on requests for such an operation.
    pub(crate) fn concerns(&self, operation: Option<FaultOperation>) -> bool {
        match self.effect.traits().reach {
            Reach::Port(_) => false,
            Reach::Replica => matches!(operation, Some(FaultOperation::Start | FaultOperation::Cancel)),
            Reach::InsteadOfRequest | Reach::Answer => true,
        }
    }

    /// Whether its chance has it fire at the n-th request that it is for.
    pub(crate) fn is_lucky(&self, seed: u64, nth_rule: u64, nth: u64) -> bool {
        self.chance >= 1.0 || unit(seed, nth_rule, nth) < self.chance
    }
}

/// A number from 0 up to 1, always the same for the same three.
fn unit(seed: u64, nth_rule: u64, nth: u64) -> f64 {
    let text = format!("{seed}/{nth_rule}/{nth}");
    let digest = ring::digest::digest(&ring::digest::SHA256, text.as_bytes());
    let bits = digest.as_ref()[..4].iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
    f64::from(bits) / (f64::from(u32::MAX) + 1.0)
}
