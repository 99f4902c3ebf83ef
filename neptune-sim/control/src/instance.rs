//! The instance behind a cluster's endpoint: writer or reader, healthy or recovering.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The instance behind a cluster's endpoint, as `/status` shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Instance {
    /// Whether it writes.
    pub role: Role,
    /// How it is.
    pub health: Health,
    /// How many transactions it rolls back while it recovers.
    pub rolling_back: u64,
    /// When it started, at the beginning or at its last restart: seconds since the cluster began, by its clock.
    pub up_since: f64,
}

/// What an instance may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// It reads and writes.
    Writer,
    /// A read replica: it starts and cancels no loads.
    Reader,
}

/// How an instance is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Health {
    /// It is well.
    Healthy,
    /// It recovers from a shutdown with open transactions.
    Recovery,
}

/// What to change about an instance. Whatever is left out stays as it was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct InstanceChange {
    /// Whether it writes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// How it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub health: Option<Health>,
    /// How many transactions it rolls back. Goes with `"health": "recovery"`; then default 0, for which no answer mentions them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rolling_back: Option<u64>,
}
