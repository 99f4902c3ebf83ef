//! Where the cluster and the control API listen. The command line overrides the environment.

use std::net::{Ipv4Addr, SocketAddr};

use clap::Args;
use neptune_server::{ControlPlace, PortRange, PortRangeError};

/// Where a simulator is to listen.
#[derive(Debug, Args)]
pub(crate) struct Listening {
    #[command(flatten)]
    pub(crate) addresses: Addresses,
    /// Which ports clusters take that the control API adds [default: any]
    ///
    /// Each takes the first that is free: `8200-8215`. A container publishes these.
    #[arg(
        long,
        hide_short_help = true,
        value_name = "FIRST-LAST",
        value_parser = parse_ports,
        env = "NEPTUNE_SIM_CLUSTER_PORTS",
        hide_env_values = true
    )]
    cluster_ports: Option<PortRange>,
    /// Let scenarios that are posted to the control API look for sources on S3 servers of other machines. Without it they may name those of
    /// this machine, and the one of the first cluster
    #[arg(long, hide_short_help = true, env = "NEPTUNE_SIM_ALLOW_REMOTE_S3", hide_env_values = true)]
    allow_remote_s3: bool,
}

/// Where cluster and control API listen.
#[derive(Debug, Args)]
pub(crate) struct Addresses {
    /// Address to listen on [default: 127.0.0.1:8182]
    ///
    /// An IP address or `localhost`, and a port; port 0 takes any free one. `[env: NEPTUNE_SIM_LISTEN]`
    #[arg(
        long,
        value_name = "IP:PORT",
        default_value = "127.0.0.1:8182",
        hide_default_value = true,
        value_parser = parse_listen,
        env = "NEPTUNE_SIM_LISTEN",
        hide_env = true
    )]
    pub(crate) listen: SocketAddr,
    /// Where the control API (/_sim) listens, over plain HTTP, or `off`
    ///
    /// Default: on the same port if only this machine reaches that and no fault takes it away, otherwise on a free one of 127.0.0.1.
    #[arg(
        long,
        hide_short_help = true,
        value_name = "IP:PORT|off",
        value_parser = parse_control,
        env = "NEPTUNE_SIM_CONTROL",
        hide_env_values = true
    )]
    pub(crate) control: Option<ControlPlace>,
}

impl Listening {
    /// Where the cluster and the control API listen. By default, the control API has a port of its own if the cluster may close the one
    /// that they would share.
    pub(crate) fn places(&self, may_shut_its_port: bool) -> Places {
        let Addresses { listen, control } = self.addresses;
        let unasked = || match ControlPlace::beside(listen) {
            ControlPlace::WithFirst if may_shut_its_port => ControlPlace::At((Ipv4Addr::LOCALHOST, 0).into()),
            place => place,
        };
        let (cluster_ports, remote_s3) = (self.cluster_ports, self.allow_remote_s3);
        Places { listen, control: control.unwrap_or_else(unasked), cluster_ports, remote_s3 }
    }
}

/// Where the cluster and the control API listen, and on which ports further clusters.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Places {
    pub(crate) listen: SocketAddr,
    pub(crate) control: ControlPlace,
    pub(crate) cluster_ports: Option<PortRange>,
    /// Whether posted scenarios may name S3 servers of other machines.
    pub(crate) remote_s3: bool,
}

impl Places {
    /// What a container is started with so that this machine, and no other, reaches what listens on all of its addresses; `None` if
    /// nothing does.
    fn published(&self) -> Option<String> {
        let control = match self.control {
            ControlPlace::At(address) => Some(address),
            ControlPlace::WithFirst | ControlPlace::Off => None,
        };
        let is_everywhere = |address: &SocketAddr| address.ip().is_unspecified() && address.port() != 0;
        let single =
            [Some(self.listen), control].into_iter().flatten().filter(is_everywhere).map(|address| address.port().to_string());
        let further = self.cluster_ports.filter(|_| self.listen.ip().is_unspecified()).map(|range| range.to_string());
        let options: Vec<_> = single.chain(further).map(|ports| format!("-p 127.0.0.1:{ports}:{ports}")).collect();
        (!options.is_empty()).then(|| options.join(" "))
    }

    /// The warnings if other machines can reach the simulator: for each address, what clients there can do.
    pub(crate) fn exposure_warnings(&self, what: &str, deeds: &str) -> Vec<String> {
        let warning = |address: SocketAddr, what: &str, deeds: &str| {
            (!address.ip().is_loopback()).then(|| {
                format!(
                    "warning: {what} on {address} can be reached from other machines and asks for no password: anyone there \
                     can {deeds}"
                )
            })
        };
        let cluster = warning(self.listen, what, deeds);
        let control = match self.control {
            ControlPlace::At(address) => warning(address, "the control API", "add, change and delete clusters"),
            ControlPlace::WithFirst | ControlPlace::Off => None,
        };
        let hint = self.published().map(|options| format!("hint: publish a container's ports to this machine only: {options}"));
        [cluster, control, hint].into_iter().flatten().collect()
    }
}

fn parse_listen(text: &str) -> Result<SocketAddr, &'static str> {
    let wrong = "write an IP address and a port, `127.0.0.1:8182` or `localhost:8182`, here or in NEPTUNE_SIM_LISTEN";
    parse_address(text).ok_or(wrong)
}

/// An address, or this machine under its usual name.
fn parse_address(text: &str) -> Option<SocketAddr> {
    let local = text.strip_prefix("localhost:").and_then(|port| port.parse().ok());
    local.map(|port| (Ipv4Addr::LOCALHOST, port).into()).or_else(|| text.parse().ok())
}

pub(super) fn parse_control(text: &str) -> Result<ControlPlace, String> {
    if text == "off" {
        return Ok(ControlPlace::Off);
    }
    let wrong = "write an address such as `127.0.0.1:8183`, or `off`, here or in NEPTUNE_SIM_CONTROL";
    parse_address(text).map(ControlPlace::At).ok_or_else(|| wrong.to_owned())
}

fn parse_ports(text: &str) -> Result<PortRange, String> {
    text.parse().map_err(|error: PortRangeError| format!("{error}, here or in NEPTUNE_SIM_CLUSTER_PORTS"))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn places(listen: &str, control: &str, cluster_ports: Option<&str>) -> Places {
        let cluster_ports = cluster_ports.map(|text| parse_ports(text).unwrap());
        let (listen, control) = (parse_listen(listen).unwrap(), parse_control(control).unwrap());
        Places { listen, control, cluster_ports, remote_s3: false }
    }

    #[rstest]
    #[case::this_machine("127.0.0.1:8182", "127.0.0.1:8183", &[])]
    #[case::this_machine_by_version_6("[::1]:8182", "off", &[])]
    #[case::one_address("192.0.2.7:8182", "127.0.0.1:0", &["warning: the cluster on 192.0.2.7:8182 can"])]
    #[case::the_cluster("0.0.0.0:0", "127.0.0.1:0", &["warning: the cluster on 0.0.0.0:0 can"])]
    #[case::the_control_api("127.0.0.1:8182", "0.0.0.0:1", &["warning: the control API on 0.0.0.0:1 can", "hint: "])]
    #[case::both("[::]:8182", "[::]:1", &["warning: the cluster on [::]:8182 can", "warning: the control API on [::]:1 can", "hint: "])]
    fn what_others_can_reach_is_warned_about(#[case] listen: &str, #[case] control: &str, #[case] reported: &[&str]) {
        let warnings = places(listen, control, None).exposure_warnings("the cluster", "start and cancel loads");
        assert_eq!(warnings.len(), reported.len(), "{warnings:?}");
        for (warning, reported) in warnings.iter().zip(reported) {
            assert!(warning.starts_with(reported), "{warning}");
        }
    }

    #[rstest]
    #[case::nothing_to_publish("127.0.0.1:8182", "127.0.0.1:8183", Some("8200-8215"), None)]
    #[case::ports_that_are_not_known("0.0.0.0:0", "0.0.0.0:0", None, None)]
    #[case::one("0.0.0.0:8182", "off", None, Some("-p 127.0.0.1:8182:8182"))]
    #[case::both("0.0.0.0:8182", "0.0.0.0:8183", None, Some("-p 127.0.0.1:8182:8182 -p 127.0.0.1:8183:8183"))]
    #[case::further_clusters("[::]:1", "off", Some("8200-8215"), Some("-p 127.0.0.1:1:1 -p 127.0.0.1:8200-8215:8200-8215"))]
    fn a_container_learns_what_to_publish(
        #[case] listen: &str,
        #[case] control: &str,
        #[case] further: Option<&str>,
        #[case] reported: Option<&str>,
    ) {
        assert_eq!(places(listen, control, further).published().as_deref(), reported);
    }
}
