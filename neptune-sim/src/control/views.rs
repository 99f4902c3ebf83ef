//! The shapes of the control API's requests and answers.

use neptune_engine::{Change, Origin, SimTime};
use neptune_wire::{LoadId, LoadStatus};
use serde::{Deserialize, Serialize};

use crate::{Availability, Cluster, LoadTimeline};

/// The answer to `GET /_sim`.
#[derive(Debug, Serialize)]
pub(super) struct Overview {
    /// The simulator's version.
    pub(super) version: &'static str,
    /// Every cluster, by name.
    pub(super) clusters: Vec<ClusterLine>,
}

/// A cluster in a list.
#[derive(Debug, Serialize)]
pub(super) struct ClusterLine {
    name: String,
    /// What its clients are to be given: `http://127.0.0.1:40123`.
    endpoint: String,
    /// `real`, `scaled:60` or `manual`.
    clock: String,
    /// Seconds since it began, by its clock.
    now: f64,
    availability: Availability,
}

impl ClusterLine {
    pub(super) fn of(cluster: &Cluster) -> Self {
        Self {
            name: cluster.name().to_owned(),
            endpoint: cluster.endpoint(),
            clock: cluster.clock_kind().to_string(),
            now: seconds(cluster.now()),
            availability: cluster.availability(),
        }
    }
}

/// The query of `POST /_sim/clusters`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AddQuery {
    /// The cluster's name. Default: that of the scenario.
    pub(super) name: Option<String>,
    /// `real`, `scaled:60` or `manual`. Default `manual`.
    pub(super) clock: Option<String>,
}

/// The answer to `POST /_sim/clusters`.
#[derive(Debug, Serialize)]
pub(super) struct Added {
    name: String,
    /// What its clients are to be given.
    endpoint: String,
    clock: String,
    /// The ids of its loads.
    loads: Vec<LoadId>,
}

impl Added {
    pub(super) fn of(cluster: &Cluster) -> Self {
        Self {
            name: cluster.name().to_owned(),
            endpoint: cluster.endpoint(),
            clock: cluster.clock_kind().to_string(),
            loads: cluster.timeline().into_iter().map(|load| load.id).collect(),
        }
    }
}

/// The answer to `GET /_sim/clusters/{name}`.
#[derive(Debug, Serialize)]
pub(super) struct Description {
    name: String,
    endpoint: String,
    clock: String,
    /// Seconds since it began, by its clock.
    now: f64,
    /// The same to read: `12.5s`.
    now_text: String,
    /// What the wall clock read when it began, in seconds since 1970.
    epoch: u64,
    /// Where its ids come from.
    seed: u64,
    availability: Availability,
    loads: Vec<LoadView>,
}

impl Description {
    pub(super) fn of(cluster: &Cluster) -> Self {
        let loads = cluster.timeline();
        let now = cluster.now();
        Self {
            name: cluster.name().to_owned(),
            endpoint: cluster.endpoint(),
            clock: cluster.clock_kind().to_string(),
            now: seconds(now),
            now_text: now.to_string(),
            epoch: cluster.epoch_secs(),
            seed: cluster.seed(),
            availability: cluster.availability(),
            loads: loads.into_iter().map(LoadView::of).collect(),
        }
    }
}

/// The life of a load.
#[derive(Debug, Serialize)]
struct LoadView {
    id: LoadId,
    /// `scripted` or `started`.
    origin: &'static str,
    source: String,
    /// The status that holds now.
    status: LoadStatus,
    /// Whether it has ended for good.
    ended: bool,
    /// Every status so far.
    history: Vec<MomentView>,
    /// What will happen unless somebody cancels.
    ahead: Vec<MomentView>,
}

impl LoadView {
    fn of(load: LoadTimeline) -> Self {
        let origin = match load.origin {
            Origin::Scripted => "scripted",
            Origin::Started => "started",
        };
        let status = load.status().clone();
        let moments = |changes: Vec<Change>| changes.into_iter().map(MomentView::of).collect();
        Self {
            id: load.id,
            origin,
            source: load.source,
            status,
            ended: load.is_ended,
            history: moments(load.history),
            ahead: moments(load.ahead),
        }
    }
}

/// A status and the second from which it holds.
#[derive(Debug, Serialize)]
struct MomentView {
    at: f64,
    status: LoadStatus,
}

impl MomentView {
    fn of(change: Change) -> Self {
        Self { at: seconds(change.at), status: change.status }
    }
}

/// The body of `POST /_sim/clusters/{name}/clock`: `{"advance": "5s"}` or `{"wait": {"load": "x", "until": "finished"}}`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum MoveClock {
    /// By a duration.
    Advance(String),
    /// To the moment at which a load has come that far.
    Wait(Wait),
}

/// What to wait for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wait {
    /// Which load.
    pub(super) load: LoadId,
    /// `finished`, or one of Neptune's status words.
    pub(super) until: String,
}

/// The answer to `POST /_sim/clusters/{name}/clock`.
#[derive(Debug, Serialize)]
pub(super) struct Now {
    /// Seconds since the cluster began, by its clock.
    now: f64,
    /// The same to read: `12.5s`.
    now_text: String,
}

impl Now {
    pub(super) fn of(now: SimTime) -> Self {
        Self { now: seconds(now), now_text: now.to_string() }
    }
}

fn seconds(moment: SimTime) -> f64 {
    moment.since_start().as_secs_f64()
}
