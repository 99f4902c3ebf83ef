//! Clusters: the existing ones, and how to create another.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::availability::Availability;
use crate::clock::CLOCK;
use crate::load::Load;

/// The simulator and its clusters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Overview {
    /// The simulator's version.
    pub version: String,
    /// How many tasks the process has: some for each cluster, and one for each connection.
    pub tasks: usize,
    /// Every cluster, by name.
    pub clusters: Vec<ClusterLine>,
}

/// A cluster in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClusterLine {
    /// Its name.
    pub name: String,
    /// What its clients are to be given: `http://127.0.0.1:40123`. Of a cluster that listens on all addresses, with the host by which the
    /// control API was asked. Where a container publishes ports under other numbers, the simulator does not know those.
    pub endpoint: String,
    /// How its time passes: `real`, `scaled:60` or `manual`.
    pub clock: String,
    /// Seconds since it began, by its clock.
    pub now: f64,
    /// Whether it can be reached.
    pub availability: Availability,
}

/// The query of a request for one more cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AddCluster {
    /// The cluster's name: 1 to 128 letters, digits, `.`, `_` and `-`, not only dots. Default: that of the scenario.
    #[schemars(length(max = 128), extend("pattern" = "^[A-Za-z0-9._-]*[A-Za-z0-9_-][A-Za-z0-9._-]*$"))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// How its time passes: `real`, `scaled:60` (60 times as fast) or `manual`. Default `manual`.
    #[schemars(extend("pattern" = CLOCK, "examples" = ["scaled:60"]))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock: Option<String>,
    /// When its clock starts: `at-once`, or with the first request to its port, `on-request`. Default: as the scenario says, else `at-once`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("enum" = ["at-once", "on-request"]))]
    pub start_clock: Option<String>,
}

/// A cluster that has just begun.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AddedCluster {
    /// Its name.
    pub name: String,
    /// What its clients are to be given: `http://127.0.0.1:40123`. Of a cluster that listens on all addresses, with the host by which the
    /// control API was asked: `http://172.17.0.2:40123` after a request to `http://172.17.0.2:8183`. Where a container publishes ports under
    /// other numbers, the simulator does not know those.
    pub endpoint: String,
    /// How its time passes.
    pub clock: String,
    /// The ids of its loads.
    pub loads: Vec<String>,
    /// The certificate, as PEM, of the CA that its clients must trust; `null` if it speaks plain HTTP or its certificate was given.
    pub ca: Option<String>,
}

/// Everything about a cluster but its requests.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClusterDescription {
    /// Its name.
    pub name: String,
    /// What its clients are to be given: `http://127.0.0.1:40123`. Of a cluster that listens on all addresses, with the host by which the
    /// control API was asked: `http://172.17.0.2:40123` after a request to `http://172.17.0.2:8183`. Where a container publishes ports under
    /// other numbers, the simulator does not know those.
    pub endpoint: String,
    /// How its time passes: `real`, `scaled:60` or `manual`.
    pub clock: String,
    /// Seconds since it began, by its clock.
    pub now: f64,
    /// The same to read: `12.5s`.
    pub now_text: String,
    /// What the wall clock read when it began, in seconds since 1970.
    pub epoch: u64,
    /// Where its ids come from.
    pub seed: u64,
    /// Whether it can be reached.
    pub availability: Availability,
    /// The certificate, as PEM, of the CA that its clients must trust; `null` if it speaks plain HTTP or its certificate was given.
    pub ca: Option<String>,
    /// Its loads, in the order in which they came.
    pub loads: Vec<Load>,
    /// Of a proxy that records: how far its recording has come. Absent otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recording: Option<RecordingProgress>,
}

/// How many exchanges a recording has, and how many it lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RecordingProgress {
    /// Those that were written whole.
    pub written: u64,
    /// Those that could not be written, or not soon enough to be kept so long.
    pub lost: u64,
}
