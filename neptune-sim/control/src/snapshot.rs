//! A cluster at one moment, and what has changed since another.

use neptune_fault::{FaultReport, PastFault};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::availability::Availability;
use crate::instance::Instance;
use crate::load::Load;

/// A cluster at one moment: its time, its loads, its faults and its requests agree with each other.
///
/// An event `change` of a stream of events has the same form. It then holds, of `loads` and `requests`, only those that are new or have
/// changed since the event before it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Snapshot {
    /// Grows with every change of the cluster, but not with time alone: two snapshots of one revision differ only in `now`.
    pub revision: u64,
    /// Its name.
    pub name: String,
    /// What its clients are to be given: see `endpoint` of a cluster.
    pub endpoint: String,
    /// Of a proxy: where it passes requests on to. A proxy has no loads, no queue and no instance of its own.
    #[serde(default)]
    pub upstream: Option<String>,
    /// How its time passes: `real`, `scaled:60` or `manual`.
    pub clock: String,
    /// Seconds since it began, by its clock.
    pub now: f64,
    /// Whether the clock stands still until the first request of a client comes.
    pub waits_for_request: bool,
    /// What the wall clock read when it began, in seconds since 1970.
    pub epoch: u64,
    /// Where its ids come from.
    pub seed: u64,
    /// The region that requests are to be signed for; `null` if they need no signature. A strict cluster that does not authenticate its clients takes any.
    #[serde(default)]
    pub signing_region: Option<String>,
    /// Whether it can be reached.
    pub availability: Availability,
    /// From when until when it was not available: the newest 256 such times, the oldest first.
    #[serde(default)]
    pub outages: Vec<Outage>,
    /// The instance behind its endpoint; `null` of a proxy.
    #[serde(default)]
    pub instance: Option<Instance>,
    /// The started load whose turn it is; `null` if there is none.
    #[serde(default)]
    pub running: Option<String>,
    /// The load whose source the simulator is reading, which decides how that load goes on; `null` if there is none.
    #[serde(default)]
    pub reading: Option<String>,
    /// The started loads that wait for their turn, the next one first.
    pub queue: Vec<String>,
    /// The faults in place, and how often each fired.
    pub faults: Vec<FaultReport>,
    /// The faults that were removed, if they had begun and had lasted or fired: the newest 256, the oldest first.
    #[serde(default)]
    pub past_faults: Vec<PastFault>,
    /// The loads, in the order in which they came.
    pub loads: Vec<Load>,
    /// The loads of its scenario that begin later. Until then no other part of this API knows them, and neither does `GET /loader`.
    #[serde(default)]
    pub announced: Vec<AnnouncedLoad>,
    /// In an event: the ids of loads that were there, and are not any more. A loader forgets its oldest loads.
    #[serde(default)]
    pub gone: Vec<String>,
    /// The requests that the log has.
    pub requests: RequestLines,
}

/// A load that begins later than its cluster.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AnnouncedLoad {
    /// Its id.
    pub id: String,
    /// When it begins: seconds since the cluster began, by its clock.
    pub begins: f64,
}

/// A time in which a cluster was not available. Faults of its port are not among them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Outage {
    /// What it was instead: `refused`, `unreachable`, `silent`, or `answers` with an HTTP status, such as `answers 503`.
    pub word: String,
    /// When it began: seconds since the cluster began, by its clock.
    pub from: f64,
    /// When it ended; `null` if it lasts.
    pub until: Option<f64>,
}

/// A cluster as a scenario.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ScenarioText {
    /// The YAML.
    pub text: String,
}

/// The newest requests, a line each, the oldest first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RequestLines {
    /// How many older requests were forgotten to save space.
    pub dropped: u64,
    /// The number of the oldest request that the log has, or of the next one if it has none. Older ones were forgotten or cleared.
    pub first: u64,
    /// The number that the next request will have.
    pub next: u64,
    /// The requests. In an event, one that was there already replaces the earlier line of its number: its answer has come.
    pub requests: Vec<RequestLine>,
}

/// A request without its headers and bodies.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RequestLine {
    /// Its number, from 0, in the order of arrival.
    pub number: u64,
    /// When its head had arrived: seconds since the cluster began, by its clock.
    pub at: f64,
    /// `GET`, `POST`, ...
    pub method: String,
    /// Path and query, the first 2 KiB.
    pub target: String,
    /// The HTTP status of the answer; `null` if there was none, or none yet.
    #[serde(default)]
    pub status: Option<u16>,
    /// The load that it asked for or started.
    #[serde(default)]
    pub load_id: Option<String>,
    /// The status of the load in the answer; `null` if the answer has none, or does not arrive whole.
    #[serde(default)]
    pub load_status: Option<String>,
    /// How many seconds ago the load had ended, by the cluster's clock, when it was asked for; `null` if it had not, and behind a proxy.
    #[serde(default)]
    pub ended_ago: Option<f64>,
    /// The name of the fault that fired at the request; `null` if none did.
    #[serde(default)]
    pub fault: Option<String>,
}
