//! How a simulator is served: where it listens, what it speaks, and which resources clients may use.

use std::net::{Ipv4Addr, SocketAddr};

use crate::net::{Limits, PortRange, Tls};

/// How a simulator is served.
#[derive(Clone, Debug)]
pub struct SimOptions {
    /// The first cluster's address; further clusters take free ports of the same IP address. Port 0 takes any free one.
    pub listen: SocketAddr,
    /// Which ports further clusters may take; each takes the first that is free, and gives it back when it is deleted. Default: any.
    pub cluster_ports: Option<PortRange>,
    /// Where the control API listens. Default [`ControlPlace::beside`] the first cluster.
    pub control: ControlPlace,
    /// With it, every cluster speaks TLS and nothing else. Default: plain HTTP.
    pub tls: Option<Tls>,
    /// Limits on the resources that clients can use.
    pub limits: Limits,
    /// Whether a scenario that the control API takes may have sources looked up on an S3 server of another machine. Default false: it may
    /// name one on this machine, or the one that the first cluster has, so that no client can direct the simulator's requests to another
    /// machine.
    pub remote_s3: bool,
}

impl SimOptions {
    /// The defaults, at an address.
    pub fn new(listen: SocketAddr) -> Self {
        let (control, limits) = (ControlPlace::beside(listen), Limits::default());
        Self { listen, cluster_ports: None, control, tls: None, limits, remote_s3: false }
    }
}

/// Where the control API listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ControlPlace {
    /// On the first cluster's port, behind TLS if the cluster is. That cluster can then neither refuse connections through the
    /// control API nor be deleted. Only for an address that no other machine can reach.
    WithFirst,
    /// On a port of its own, always over plain HTTP. Port 0 takes any free one.
    At(SocketAddr),
    /// Nowhere: the clusters are changed by the library only.
    Off,
}

impl ControlPlace {
    /// The default: on the port of the first cluster if that listens to this machine only, otherwise on a free port of `127.0.0.1`. A
    /// client that reaches the control API can change everything, so other machines reach it only if the options say so.
    pub fn beside(listen: SocketAddr) -> Self {
        if listen.ip().is_loopback() { Self::WithFirst } else { Self::At((Ipv4Addr::LOCALHOST, 0).into()) }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::this_machine("127.0.0.1:8182", None)]
    #[case::another_loopback_address("127.1.2.3:8182", None)]
    #[case::version_6("[::1]:8182", None)]
    #[case::everywhere("0.0.0.0:8182", Some("127.0.0.1:0"))]
    #[case::everywhere_of_version_6("[::]:8182", Some("127.0.0.1:0"))]
    #[case::one_address_of_a_network("192.0.2.7:0", Some("127.0.0.1:0"))]
    fn by_default_the_control_api_listens_to_this_machine_only(#[case] listen: &str, #[case] own: Option<&str>) {
        let expected = own.map_or(ControlPlace::WithFirst, |own| ControlPlace::At(own.parse().unwrap()));
        assert_eq!(ControlPlace::beside(listen.parse().unwrap()), expected);
    }
}
