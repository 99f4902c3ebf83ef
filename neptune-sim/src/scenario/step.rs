//! The steps of a scenario, checked.

use std::time::Duration;

use serde_json::Value;

use super::claim::{Check, Claim};
use crate::Availability;

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
    /// A load is started.
    Start(Start),
    /// A load is cancelled, by the name that the scenario gives it.
    Cancel(String),
    /// Neptune can be reached from now on, or cannot.
    Neptune(Availability),
    /// A function is invoked.
    Invoke(Invoke),
}

/// A load to start with `POST /loader`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Start {
    /// The name that the scenario gives the load; Neptune gives it an id.
    pub load: String,
    /// What to load.
    pub source: String,
    /// The format, a Neptune word.
    pub format: String,
    /// Whether the load may wait behind others.
    pub queue: bool,
    /// Loads it depends on, by the names that the scenario gives them.
    pub depends_on: Vec<String>,
}

/// Invocations of a function, and what must hold for them.
#[derive(Clone, Debug, PartialEq)]
pub struct Invoke {
    /// The function.
    pub function: String,
    /// How the events are handed out.
    pub pace: Pace,
    /// What must hold.
    pub expect: Vec<Claim>,
    /// What must hold on a live cluster instead of the claim with the same words.
    pub on_neptune: Vec<Claim>,
}

/// How events are handed to a function. Load names in them stand for load ids.
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
