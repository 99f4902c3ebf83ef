//! One record: a scenario that was validated live.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::guard::{Live, RunPermit};
use crate::moment::to_the_second;

/// That a scenario holds on a live cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    scenario: String,
    target: Target,
    via: Via,
    engine_version: String,
    region: String,
    /// UTC, to the second.
    #[serde(with = "time::serde::rfc3339")]
    validated_at: OffsetDateTime,
    harness_version: String,
    scenario_hash: String,
    #[serde(rename = "duration_s")]
    duration_secs: u64,
    outcome: Outcome,
}

/// What was found out about a scenario that passed.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The scenario's name.
    pub scenario: String,
    /// What it was, see [`scenario_hash`](crate::scenario_hash).
    pub scenario_hash: String,
    /// How the cluster was asked.
    pub via: Via,
    /// When, by the clock of the machine that ran.
    pub at: OffsetDateTime,
    /// How long it took, in seconds.
    pub duration_secs: u64,
}

/// How a cluster is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Via {
    /// From inside its network.
    Direct,
    /// Through a tunnel that ends on this machine.
    Tunnel,
    /// By the functions that are deployed beside it.
    Lambda,
}

impl Via {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Direct, Self::Tunnel, Self::Lambda];

    /// The word after `--via`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Tunnel => "tunnel",
            Self::Lambda => "lambda",
        }
    }

    /// The way of that name.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }
}

/// Nothing else validates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Target {
    Neptune,
}

/// Nothing else is a validation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Outcome {
    Pass,
}

impl Record {
    /// The record of a scenario that has passed in the live run of this permit.
    pub(super) fn new(permit: &RunPermit<Live>, finding: Finding) -> Self {
        let Finding { scenario, scenario_hash, via, at, duration_secs } = finding;
        Self {
            scenario,
            target: Target::Neptune,
            via,
            engine_version: permit.engine_version().to_owned(),
            region: permit.profile().region.clone(),
            validated_at: to_the_second(at),
            harness_version: env!("CARGO_PKG_VERSION").to_owned(),
            scenario_hash,
            duration_secs,
            outcome: Outcome::Pass,
        }
    }

    /// The scenario's name.
    pub fn scenario(&self) -> &str {
        &self.scenario
    }

    /// The version of the engine that it was validated on.
    pub fn engine_version(&self) -> &str {
        &self.engine_version
    }

    /// When.
    pub fn validated_at(&self) -> OffsetDateTime {
        self.validated_at
    }

    /// How the cluster was asked.
    pub fn via(&self) -> Via {
        self.via
    }

    /// What the scenario was then.
    pub fn scenario_hash(&self) -> &str {
        &self.scenario_hash
    }
}
