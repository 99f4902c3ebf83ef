//! A proxy in front of an endpoint: what it passes on, what it keeps to itself, and what it records.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

#[path = "../client/mod.rs"]
mod client;
mod control;
mod endpoint;
mod forwarding;
#[path = "../key/mod.rs"]
mod key;
mod program;
mod recording;
mod replay;
#[path = "../running/mod.rs"]
mod running;
mod signing;
mod trouble;
mod tunnel;

use std::net::{Ipv4Addr, SocketAddr};

use neptune_sim::Proxy;
use neptune_sim::record::Recorder;
use neptune_sim::upstream::{Upstream, UpstreamOptions};
use neptune_sim::{ClockKind, ClusterSetup, ClusterSpec, Sim};

/// Any free port of this machine.
pub(crate) fn anywhere() -> SocketAddr {
    (Ipv4Addr::LOCALHOST, 0).into()
}

/// What a proxy needs to know of a plain endpoint.
pub(crate) fn options(upstream: SocketAddr) -> UpstreamOptions {
    UpstreamOptions::new(format!("http://{upstream}").parse().unwrap())
}

/// A proxy as a cluster.
pub(crate) fn spec(options: UpstreamOptions, recorder: Option<Recorder>) -> ClusterSetup {
    let upstream = Upstream::new(options).unwrap();
    ClusterSetup { proxy: Some(Proxy { upstream, recorder }), ..ClusterSpec::new("proxy", ClockKind::Manual).into() }
}

/// A proxy on a port of its own.
pub(crate) async fn proxy(options: UpstreamOptions) -> Sim {
    Sim::start(spec(options, None), anywhere()).await.unwrap()
}

/// A simulator with two scripted loads.
pub(crate) async fn simulator() -> Sim {
    Sim::start(simulated(), anywhere()).await.unwrap()
}

/// A cluster with two scripted loads.
pub(crate) fn simulated() -> ClusterSpec {
    let scenario = neptune_sim::scenario::Scenario::parse("two_loads.yaml", include_str!("../client/two_loads.yaml")).unwrap();
    scenario.cluster_spec(ClockKind::Manual)
}
