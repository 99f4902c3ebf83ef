//! What a scenario is played on: a cluster with everything that a step can ask of it. A stage never judges.

use std::time::Duration;

use anyhow::Result;
use neptune_control::{Fault, FaultReport};
use neptune_live::{Inconclusive, Via};
use neptune_sim::Availability;
use neptune_sim::scenario::{Request, Scenario, Step, Subject};
use serde_json::Value;

use crate::aliases::Aliases;
use crate::lambda::{Deadline, Invocation, Lambda};
use crate::target::ClusterState;

/// A cluster on which one scenario is played.
pub(crate) trait Stage {
    /// A function that has this Neptune.
    type Function: Invoke;

    /// How much of what happens there can be looked at.
    fn sight(&self) -> Sight;

    /// Where the functions find Neptune.
    fn endpoint(&self) -> &str;

    /// What a start says that its scenario leaves open.
    fn start_defaults(&self) -> StartDefaults;

    /// What is played of the scenario here.
    fn script<'a>(&'a self, scenario: &'a Scenario) -> Script<'a>;

    /// Gets the scenario's scripted loads going, and binds their names to their ids.
    ///
    /// # Errors
    /// A load is not accepted.
    async fn prepare(&self, scenario: &Scenario, aliases: &mut Aliases) -> Result<()>;

    /// The function of this name, for this scenario.
    ///
    /// # Errors
    /// It is not built, or not deployed.
    fn function(&self, name: &str, scenario: &Scenario) -> Result<Self::Function>;

    /// Lets time pass until a load has a status, or any end if that is `finished`.
    ///
    /// # Errors
    /// The load never gets there.
    async fn wait(&self, load_id: &str, until: &str) -> Result<()>;

    /// Lets so much time pass.
    ///
    /// # Errors
    /// The clock cannot be moved.
    async fn advance(&self, by: Duration) -> Result<()>;

    /// Lets time pass between two invocations of a poll.
    ///
    /// # Errors
    /// The clock cannot be moved.
    async fn pause(&self, every: Duration) -> Result<()>;

    /// How often is polled at most, where a scenario says so often.
    fn most_polls(&self, at_most: u32) -> u32;

    /// Sends a request as a client would, and gives the reply: `http`, `headers`, `text` and perhaps `body`, or `error`. The load is the
    /// name of the one that it starts, if it is to start one.
    ///
    /// # Errors
    /// No such request can be sent.
    async fn exchange(&self, request: &Request, load: Option<&str>) -> Result<Value>;

    /// Makes Neptune reachable or not.
    ///
    /// # Errors
    /// That cannot be done here.
    async fn set_availability(&self, availability: &Availability) -> Result<()>;

    /// Lets something go wrong on the way from now on. The load in it is an id.
    ///
    /// # Errors
    /// That cannot be done here.
    async fn add_fault(&self, fault: &Fault) -> Result<()>;

    /// Takes a fault away, or every one.
    ///
    /// # Errors
    /// There is none of this name.
    async fn heal(&self, name: Option<&str>) -> Result<()>;

    /// The faults in place, and what came of each.
    ///
    /// # Errors
    /// Nobody tells.
    async fn faults(&self) -> Result<Vec<FaultReport>>;

    /// What the cluster is doing.
    ///
    /// # Errors
    /// Nobody tells.
    async fn state(&self) -> Result<ClusterState>;

    /// The number that the next request to reach the cluster will have.
    ///
    /// # Errors
    /// Nobody tells.
    async fn next_request(&self) -> Result<u64>;

    /// The requests that have reached the cluster from this number on.
    ///
    /// # Errors
    /// Nobody tells.
    async fn requests_since(&self, since: u64) -> Result<Vec<Value>>;

    /// Why an assertion that does not hold says nothing, if it does not: a state that was to be looked at may be over already.
    ///
    /// # Errors
    /// The cluster does not tell.
    async fn excuse(&self) -> Result<Option<Inconclusive>>;
}

/// A function, wherever it runs.
pub(crate) trait Invoke {
    /// Invokes it, and waits for the outcome.
    async fn invoke(&self, event: &Value) -> Invocation;
}

impl Invoke for Lambda {
    async fn invoke(&self, event: &Value) -> Invocation {
        Self::invoke(self, event, Deadline::default()).await
    }
}

/// What a start says that its scenario leaves open.
#[derive(Clone, Debug)]
pub(crate) struct StartDefaults {
    /// The ARN of the role that reads the bucket.
    pub(crate) role: String,
    /// The region of the bucket, unless the scenario names one.
    pub(crate) region: String,
}

/// The steps that are played.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Script<'a> {
    /// What happens before the invocations.
    pub(crate) setup: &'a [Step],
    /// The invocations.
    pub(crate) action: &'a [Step],
    /// What happens afterwards.
    pub(crate) cleanup: &'a [Step],
}

/// How much of what happens can be looked at. What cannot be seen is not judged, and is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sight {
    /// All of it.
    Everything,
    /// Neptune through a proxy: what it was asked, and not what its loads do by themselves.
    Proxy,
    /// Only what a client of Neptune's and a caller of the function have.
    Outside,
    /// Only what a caller of a deployed function has.
    BlackBox,
}

impl Sight {
    /// What a live run sees of a scenario.
    pub(crate) fn of(via: Via, has_proxy: bool) -> Self {
        match (via, has_proxy) {
            (Via::Lambda, _) => Self::BlackBox,
            (Via::Direct | Via::Tunnel, true) => Self::Proxy,
            (Via::Direct | Via::Tunnel, false) => Self::Outside,
        }
    }

    /// Whether a check can be looked at.
    pub(crate) fn sees(self, subject: &Subject) -> bool {
        match subject {
            Subject::Loads => self == Self::Everything,
            Subject::Requests | Subject::Request(_) => matches!(self, Self::Everything | Self::Proxy),
            Subject::Log | Subject::Environments => self != Self::BlackBox,
            Subject::Answer(..) | Subject::Answers | Subject::Raised(_) | Subject::Reply(_) | Subject::Took => true,
        }
    }
}

/// That something cannot be said, as an error on the way out of a scenario.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{}: {details}", .reason.as_str())]
pub(crate) struct NothingSaid {
    /// Why.
    pub(crate) reason: Inconclusive,
    /// What was seen.
    pub(crate) details: String,
}
