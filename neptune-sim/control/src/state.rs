//! A whole cluster as data.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Availability, StartClock};

/// Everything that a cluster is at a moment, but for its requests and its access keys. A cluster that is made from it goes on as this
/// one would have. It holds at most 8 MiB.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClusterState {
    /// The simulator that wrote it. Another version may not understand it, and then says so.
    pub version: String,
    /// How time passes: `real`, `scaled:60` or `manual`.
    pub clock: String,
    /// Whether the clock has started, `at-once`, or still waits for the first request, `on-request`. Default `at-once`.
    #[serde(default)]
    pub start_clock: StartClock,
    /// Whether the cluster can be reached.
    pub availability: Availability,
    /// Whether it refuses what only a sloppy client sends.
    pub strict: bool,
    /// The loader with its time, settings, quirks and loads. Its shape may change with every version: hand it on as it is.
    #[schemars(with = "serde_json::Map<String, Value>")]
    pub loader: Value,
}
