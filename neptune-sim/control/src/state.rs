//! A whole cluster as data.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::availability::Availability;
use crate::clock::StartClock;

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
    /// The loader with its time, settings, quirks and loads. What stands in its parts may change with every version: hand it on as it is.
    #[schemars(schema_with = "loader_schema")]
    pub loader: Value,
}

/// The parts of a loader. What is in them only the simulator understands.
fn loader_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "object",
        "required": ["settings", "now", "up_since", "health", "load_ids", "request_ids", "loads", "queue"],
        "properties": {
            "settings": {"type": "object", "description": "What it was set up with, the quirks among it."},
            "now": {"type": "object", "description": "Its time, since it began."},
            "up_since": {"type": "object", "description": "When its instance started."},
            "health": {"type": ["string", "object"], "description": "How its instance is."},
            "load_ids": {"type": "string", "description": "Where the ids of further loads come from."},
            "request_ids": {"type": "string", "description": "Where the ids of further requests come from."},
            "loads": {"type": "array", "items": {"type": "object"}, "description": "Its loads, in the order in which they came."},
            "queue": {"type": "object", "description": "Which load runs, and which ones wait."},
        },
        "additionalProperties": false,
    })
}
