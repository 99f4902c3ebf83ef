//! The steps of a test, checked.

use std::time::Duration;

use indexmap::IndexMap;
use neptune_control::Availability;
use neptune_fault::Fault;
use serde_json::{Map, Value};

use super::claim::{Check, Claim};
use super::suite::ID_KEYS;

/// The methods of requests.
pub(crate) const METHODS: [&str; 7] = ["GET", "POST", "DELETE", "PUT", "PATCH", "HEAD", "OPTIONS"];

/// One thing that happens.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Simulated time passes until a load has a status.
    Wait {
        /// The load, by the name that the scenario gives it.
        load: String,
        /// A status word, or `finished` for any end.
        until: String,
    },
    /// This much simulated time passes.
    Advance(Duration),
    /// Loads are started.
    Start(Start),
    /// A load is cancelled, by the name that the scenario gives it.
    Cancel(String),
    /// Neptune can be reached from now on, or cannot.
    Neptune(Availability),
    /// Something goes wrong on the way from now on; the load in it goes by the name that the scenario gives it.
    Fault(Box<Fault>),
    /// The fault of this name goes away, or every one.
    ClearFault(Option<String>),
    /// Requests are sent.
    Request(Request),
    /// A function is invoked.
    Invoke(Invoke),
}

impl Step {
    /// The word that a file has for it: `wait`.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Wait { .. } => "wait",
            Self::Advance(_) => "advance",
            Self::Start(_) => "start",
            Self::Cancel(_) => "cancel",
            Self::Neptune(_) => "neptune",
            Self::Fault(_) => "fault",
            Self::ClearFault(_) => "clear_fault",
            Self::Request(_) => "request",
            Self::Invoke(_) => "invoke",
        }
    }

    /// What must hold. Empty where nothing is expected.
    pub fn expect(&self) -> &[Claim] {
        match self {
            Self::Start(Start { expect, .. }) | Self::Request(Request { expect, .. }) | Self::Invoke(Invoke { expect, .. }) => {
                expect
            }
            _ => &[],
        }
    }
}

/// Loads to start with `POST /loader`.
#[derive(Clone, Debug, PartialEq)]
pub struct Start {
    /// The name that the scenario gives the load; Neptune gives it an id. `None` if no step refers to it.
    pub load: Option<String>,
    /// What to load.
    pub source: String,
    /// The format, a Neptune word.
    pub format: String,
    /// Whether the load may wait behind others.
    pub queue: bool,
    /// Loads it depends on, by the names that the scenario gives them.
    pub depends_on: Vec<String>,
    /// Further parameters by Neptune's names, or others instead of those above.
    pub parameters: Map<String, Value>,
    /// The query.
    pub query: Vec<(String, String)>,
    /// The headers, those that the scenario names.
    pub headers: Vec<(String, String)>,
    /// How many to start.
    pub times: usize,
    /// What must hold of the replies. If it is empty, Neptune must accept.
    pub expect: Vec<Claim>,
}

/// Requests to send, one like the other.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// The method, in capital letters.
    pub method: String,
    /// The path, with names of loads as segments.
    pub path: String,
    /// The query, with names of loads as values.
    pub query: Vec<(String, String)>,
    /// The headers, those that the scenario names.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Body,
    /// How many to send.
    pub times: usize,
    /// What must hold of the replies. If it is empty, each must be a success.
    pub expect: Vec<Claim>,
}

impl Request {
    /// A bare request that must succeed.
    pub fn to(method: &str, path: impl Into<String>) -> Self {
        let (query, headers, expect) = Default::default();
        Self { method: method.to_owned(), path: path.into(), query, headers, body: Body::Empty, times: 1, expect }
    }
}

/// The body of a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// None.
    Empty,
    /// JSON, with names of loads as texts.
    Json(Value),
    /// This very text.
    Text(String),
}

/// Invocations of a function, and what must hold for them.
#[derive(Clone, Debug, PartialEq)]
pub struct Invoke {
    /// The function.
    pub function: String,
    /// How the events are passed to the function.
    pub pace: Pace,
    /// What must hold.
    pub expect: Vec<Claim>,
    /// What must hold on a live cluster instead of the claim with the same words.
    pub on_neptune: Vec<Claim>,
}

impl Invoke {
    /// The loads that its events name, by the names that the scenario gives them, and how many of the events name each. In the order in which
    /// the function is given them.
    pub fn loads(&self) -> IndexMap<&str, usize> {
        let events = match &self.pace {
            Pace::InTurn(events) | Pace::AtOnce(events) => events.as_slice(),
            Pace::Poll { event, .. } => std::slice::from_ref(event),
        };
        let mut loads = IndexMap::new();
        for name in events.iter().flat_map(|event| ID_KEYS.iter().filter_map(|key| event.get(key)?.as_str())) {
            *loads.entry(name).or_default() += 1;
        }
        loads
    }
}

/// How events are passed to a function. Load names in them stand for load ids.
#[derive(Clone, Debug, PartialEq)]
pub enum Pace {
    /// One after the other.
    InTurn(Vec<Value>),
    /// All at the same time, each in an environment of its own.
    AtOnce(Vec<Value>),
    /// One again and again while simulated time passes.
    Poll {
        /// The event.
        event: Value,
        /// Simulated time between two invocations.
        every: Duration,
        /// When to stop: what must hold for the newest answer.
        until: Vec<Check>,
        /// How often at most.
        at_most: u32,
    },
}
