//! Where scenarios run. A target gives an endpoint and does what steps ask; it never judges.

mod http;
mod sim;

use anyhow::{Result, bail};
use serde_json::Value;

pub use sim::SimTarget;

/// The targets that can be chosen with `NEPTUNE_IT_TARGET`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetKind {
    /// The simulator, in this process.
    Sim,
}

impl TargetKind {
    /// The target that the environment variable names; the simulator if it is not set.
    ///
    /// # Errors
    /// A target that does not exist.
    pub fn from_name(name: Option<&str>) -> Result<Self> {
        match name {
            None | Some("" | "sim") => Ok(Self::Sim),
            Some(other) => bail!("NEPTUNE_IT_TARGET={other}: the harness has no such target; it has `sim`"),
        }
    }

    /// The target's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sim => "sim",
        }
    }

    /// Whether expectations for a live cluster replace those of the plan.
    pub fn is_live(self) -> bool {
        match self {
            Self::Sim => false,
        }
    }
}

/// What a target tells about the cluster for judging and for reports.
#[derive(Clone, Debug, Default)]
pub struct ClusterState {
    /// The time by the cluster's clock, readable.
    pub now: String,
    /// Every load with its history, as the target tells it.
    pub loads: Vec<Value>,
}
