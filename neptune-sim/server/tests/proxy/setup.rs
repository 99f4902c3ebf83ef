//! A proxy, and the simulator behind it, in the test's own process.

use std::net::{Ipv4Addr, SocketAddr};

use neptune_server::Proxy;
use neptune_server::record::Recorder;
use neptune_server::upstream::{Upstream, UpstreamOptions};
use neptune_server::{ClockKind, ClusterSetup, ClusterSpec, Sim};

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
    let scenario =
        neptune_server::scenario::Scenario::parse("two_loads.yaml", include_str!("../client/two_loads.yaml")).unwrap();
    scenario.cluster_spec(ClockKind::Manual)
}
