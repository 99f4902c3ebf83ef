//! Faults: which requests they are for, when they strike, and what they do. Striking is decided here; `http` and `server` carry it out.

mod calls;
mod check;
mod effect;
mod error;
mod faults;
mod name;
mod ready;

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue};
use neptune_control::{Fault, FaultClock, FaultOperation, GatewayBody, Shape, TlsTrouble};
use neptune_loader::{ApiError, LoadId, SimTime};

pub(crate) use check::{beyond_forwarders, port_troubles, rules};
pub(crate) use effect::MOST_PADDING;
pub use error::FaultError;
pub(crate) use faults::{Facts, Faults};
use name::Name;
pub(crate) use name::is_given_name;
pub use ready::{ReadyFault, ready_faults};

/// How many faults a cluster has at most. Every request is held against each.
pub(crate) const FAULT_LIMIT: usize = 256;

/// A fault as it is in place: checked, with moments instead of durations.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    /// What log and reports call it.
    name: Name,
    /// As it was put in.
    fault: Arc<Fault>,
    since: SimTime,
    on: Selector,
    from: SimTime,
    until: Option<SimTime>,
    lasts: Option<Duration>,
    turns: Turns,
    /// Of all requests: 0 for none, 1 for each.
    chance: f64,
    effect: Effect,
}

/// Which requests a rule is for.
#[derive(Clone, Debug, Default)]
struct Selector {
    operation: Option<FaultOperation>,
    load: Option<LoadId>,
    invocation: Option<String>,
    request: Span,
    call: Span,
    attempt: Span,
}

/// Numbers from one on, both ends included. The default has them all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    first: u64,
    last: u64,
}

impl Default for Span {
    fn default() -> Self {
        Self { first: 1, last: u64::MAX }
    }
}

impl Span {
    fn has(self, number: u64) -> bool {
        (self.first..=self.last).contains(&number)
    }
}

/// Strikes so many, passes so many, and again. Neither number is zero.
#[derive(Clone, Copy, Debug)]
struct Turns {
    fail: Option<u64>,
    pass: Option<u64>,
}

impl Turns {
    /// Whether it is the turn of the n-th request, from 0, to be struck.
    fn strikes(self, nth: u64) -> bool {
        match (self.fail, self.pass) {
            (None, _) => true,
            (Some(fail), None) => nth < fail,
            (Some(fail), Some(pass)) => nth % fail.saturating_add(pass) < fail,
        }
    }
}

/// What a rule does: to requests, or to the port while it lasts.
#[derive(Clone, Debug)]
enum Effect {
    Request(Strike),
    Port(PortTrouble),
}

impl Effect {
    /// What of it needs a client that is connected to the simulator itself. A port forwarder accepts every connection, and whatever end a
    /// connection takes behind it, it becomes an orderly close.
    fn beyond_forwarders(&self) -> Option<&'static str> {
        match self {
            Self::Port(PortTrouble::Refuse | PortTrouble::Restart) => Some("refuses connections"),
            Self::Port(PortTrouble::Unreachable) => Some("lets nobody connect"),
            Self::Port(PortTrouble::Tls(_)) => None,
            Self::Request(strike) => strike.action.resets().then_some("resets connections"),
        }
    }
}

/// What happens to the port while a fault lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PortTrouble {
    Refuse,
    Unreachable,
    Restart,
    Tls(TlsTrouble),
}

/// The fault that strikes a request.
#[derive(Clone, Debug)]
pub(crate) struct Hit {
    pub(crate) name: String,
    /// As it was put in.
    pub(crate) fault: Arc<Fault>,
    pub(crate) strike: Strike,
}

/// What happens to a request.
#[derive(Clone, Debug)]
pub(crate) struct Strike {
    /// How long the client waits before it happens.
    pub(crate) after: Duration,
    /// Whose time that takes, and the second half of a slow body.
    pub(crate) clock: FaultClock,
    pub(crate) action: Action,
}

/// What happens to a request in the end.
#[derive(Clone, Debug)]
pub(crate) enum Action {
    /// Something else than Neptune's answer. The request is not executed.
    Instead(Instead),
    /// It is executed, unless it changes something on what has become a read replica.
    ReadOnly,
    /// It is executed, and then this becomes of the answer.
    Answered(Damage),
}

impl Action {
    /// Whether it makes a difference to such a request.
    fn concerns(&self, operation: Option<FaultOperation>) -> bool {
        match self {
            Self::ReadOnly => matches!(operation, Some(FaultOperation::Start | FaultOperation::Cancel)),
            Self::Instead(_) | Self::Answered(_) => true,
        }
    }
}

impl Action {
    /// Whether the connection ends with a reset.
    fn resets(&self) -> bool {
        match self {
            Self::Instead(Instead::Reset) | Self::Answered(Damage::Lost | Damage::CutByReset) => true,
            Self::Instead(
                Instead::Error { .. }
                | Instead::Gateway { .. }
                | Instead::Answer { .. }
                | Instead::HangUp
                | Instead::BlackHole
                | Instead::NotHttp,
            )
            | Self::ReadOnly
            | Self::Answered(
                Damage::None
                | Damage::Cut
                | Damage::Slow(_)
                | Damage::Garbage
                | Damage::ContentType(_)
                | Damage::Shape(_)
                | Damage::Padded(_),
            ) => false,
        }
    }
}

/// What comes instead of Neptune's answer.
#[derive(Clone, Debug)]
pub(crate) enum Instead {
    Error { error: ApiError, http_status: u16 },
    Gateway { http_status: u16, body: GatewayBody },
    Answer { http_status: u16, headers: HeaderMap, body: Bytes },
    HangUp,
    Reset,
    BlackHole,
    NotHttp,
}

/// What becomes of an answer on its way.
#[derive(Clone, Debug)]
pub(crate) enum Damage {
    None,
    Lost,
    Cut,
    CutByReset,
    Slow(Duration),
    Garbage,
    ContentType(HeaderValue),
    Shape(Shape),
    Padded(u64),
}

impl Damage {
    /// Whether the answer that arrives says something else than Neptune did.
    pub(crate) fn spoils(&self) -> bool {
        match self {
            Self::Garbage | Self::ContentType(_) | Self::Shape(_) => true,
            Self::None | Self::Lost | Self::Cut | Self::CutByReset | Self::Slow(_) | Self::Padded(_) => false,
        }
    }
}
