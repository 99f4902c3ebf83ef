//! What the faults of a cluster have done, as the control API reports it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::fault::Fault;

/// A fault that is in place, and how often it fired.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FaultReport {
    /// Its name. Two faults have two names.
    pub name: String,
    /// What it is: which requests it is for, and what it does. Times count from `since`.
    pub fault: Fault,
    /// When it was added, in seconds by the cluster's clock.
    pub since: f64,
    /// How many requests it was for at which no fault before it fired. A fault of the port counts how often it began, with or without a client.
    pub matched: u64,
    /// At how many of them it fired.
    pub fired: u64,
    /// When it fired last, in seconds by the cluster's clock.
    pub last_at: Option<f64>,
    /// The number of the request at which it fired last, as in the log.
    pub last_request: Option<u64>,
}

/// A fault that was removed, and had begun before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PastFault {
    /// Its name, which another one may have by now.
    pub name: String,
    /// The load that it was for; `null` if it was for others, too.
    pub load: Option<String>,
    /// When it began, in seconds by the cluster's clock.
    pub from: f64,
    /// When it was over: when it was removed, or earlier if it ended by itself.
    pub until: f64,
    /// How often it had fired.
    pub fired: u64,
}

/// How many faults were removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RemovedFaults {
    /// How many.
    pub removed: usize,
}
