//! Where scenarios run. A target gives a cluster and does what steps ask; it never judges.

mod container;
mod http;
mod sim;

use std::net::IpAddr;

use anyhow::{Result, bail};
use neptune_sim::scenario::Scenario;
use serde_json::Value;

pub use container::{Container, Route};
pub use sim::SimTarget;

/// The targets that can be chosen with `NEPTUNE_IT_TARGET`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetKind {
    /// The simulator, in this process: one for each scenario.
    Sim,
    /// The simulator's image, in one container for all scenarios.
    Container,
}

impl TargetKind {
    /// The target that the environment variable names; the simulator if it is not set.
    ///
    /// # Errors
    /// A target that does not exist.
    pub fn from_name(name: Option<&str>) -> Result<Self> {
        match name {
            None | Some("" | "sim") => Ok(Self::Sim),
            Some("container") => Ok(Self::Container),
            Some(other) => bail!("NEPTUNE_IT_TARGET={other}: the harness has no such target; it has `sim` and `container`"),
        }
    }

    /// The target's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sim => "sim",
            Self::Container => "container",
        }
    }
}

/// A target that is ready for scenarios.
#[derive(Debug)]
pub enum Target {
    /// The simulator, in this process.
    Sim,
    /// The simulator in a container.
    Container(Box<Container>),
}

impl Target {
    /// Why this scenario cannot be played here, if it cannot.
    pub fn lacks(&self, scenario: &Scenario) -> Option<String> {
        match self {
            Self::Sim => None,
            Self::Container(container) => container.lacks(scenario),
        }
    }

    /// A cluster for a scenario.
    ///
    /// # Errors
    /// The simulator cannot be asked, or does not take the scenario.
    pub async fn cluster(&self, scenario: &str) -> Result<SimTarget> {
        match self {
            Self::Sim => SimTarget::start(scenario).await,
            Self::Container(container) => SimTarget::start_in(container, scenario).await,
        }
    }
}

/// Where a simulator is asked.
#[derive(Clone, Debug)]
struct Place {
    /// Its control API: `http://127.0.0.1:8183`.
    control: String,
    /// The container's own address, if it is asked there.
    container: Option<IpAddr>,
}

/// What a target tells about the cluster for judging and for reports.
#[derive(Clone, Debug, Default)]
pub struct ClusterState {
    /// The time by the cluster's clock, readable.
    pub now: String,
    /// Every load with its history, as the target tells it.
    pub loads: Vec<Value>,
}
